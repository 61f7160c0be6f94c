"""Where the reports of a run go: ``-f NAME[=FILE]``, and what ``auto`` is where it runs.

Files are written before standard output, all of them or none, each beside its place and then
renamed. A device or a pipe is written as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.cli.common import check_choice, say, write
from deploylint.documents.record import Record
from deploylint.engine.result import Report
from deploylint.model.errors import UsageError
from deploylint.reports import FORMATS, Look, writer

AUTO = "auto"
"""Text; in a GitHub workflow also annotations and a summary of the job."""


class Output(Record):
    """A report in a format: in a file, or on standard output where ``file`` is None.

    What ``auto`` adds ``is_beside`` another report: it is appended to its file, and has no summary.
    """

    format: str
    file: Path | None = None
    is_beside: bool = False


def read_outputs(words: Sequence[str], environ: Mapping[str, str]) -> list[Output]:
    """The reports that ``--format`` asks for, those of ``auto`` where nothing does.

    One goes to standard output, the last of several: so the arguments of a hook override its own.
    Raises UsageError for an unknown format, and for a file twice or in no folder.
    """
    outputs = [_output(word) for word in words or (AUTO,)]
    in_files = [output for output in outputs if output.file is not None]
    _check_files([output.file for output in in_files if output.file is not None])
    printed = [output for output in outputs if output.file is None][-1:]
    return in_files + (list(_fitting(environ)) if printed == [_AUTO] else printed)


def _output(word: str) -> Output:
    name, equals, file = word.partition("=")
    check_choice("--format", name, (AUTO, *FORMATS))
    if equals and not file:
        raise UsageError(f"--format {word}: no file after =; use {name}=FILE")
    if equals and name == AUTO:
        raise UsageError(f"--format {word}: {AUTO} goes to standard output; name a format")
    return Output(name, Path(file) if file else None)


def _check_files(files: Sequence[Path]) -> None:
    real = [os.path.realpath(file) for file in files]
    for file, place in zip(files, real, strict=True):
        if real.count(place) > 1:
            raise UsageError(f"--format: {file} is named twice; give each report its own file")
        if os.path.isdir(place):
            raise UsageError(f"--format: {file} is a folder; name a file in it")
        if not os.path.isdir(os.path.dirname(place)):
            raise UsageError(f"--format: {file}: there is no folder {file.parent}; make it first")


_AUTO = Output(AUTO)


def _fitting(environ: Mapping[str, str]) -> Iterator[Output]:
    """The reports that ``auto`` stands for.

    The variables of a workflow: https://docs.github.com/actions/reference/variables-reference.
    """
    yield Output("text")
    if environ.get("GITHUB_ACTIONS") == "true":
        yield Output("github", is_beside=True)
        if file := environ.get("GITHUB_STEP_SUMMARY"):
            yield Output("markdown", Path(file), is_beside=True)


def write_reports(report: Report, outputs: Sequence[Output], shown: Look, colour: str) -> None:
    """Write the reports of a run; ``shown`` is how one on standard output is to look.

    In a file there is colour where ``colour`` is ``always``, the value of ``--color``.
    Raises UsageError for a file that cannot be written.
    """
    in_file = shown._replace(unicode=True, colour=colour == "always")
    texts = {
        output.file: writer(output.format)(report, in_file)
        for output in outputs
        if output.file is not None and not output.is_beside
    }
    if texts:
        from deploylint.cli.init.write import write_all  # a hook writes none

        write_all({path: text.encode(errors="backslashreplace") for path, text in texts.items()})
    for output in outputs:
        if output.file is None:
            look = shown._replace(verbosity=-1) if output.is_beside else shown
            is_for_runner = output.format == "github"
            write(writer(output.format)(report, look), is_for_runner=is_for_runner)
        elif output.is_beside:
            _append(output.file, writer(output.format)(report, in_file))


MOST = 1 << 20
"""How many bytes GitHub takes as the summary of one step."""

_CUT = "\nThe rest does not fit in a summary; the log has it.\n"


def _append(file: Path, text: str) -> None:
    """Add to the summary of a job, which earlier steps may have written to, up to its limit."""
    data = text.encode(errors="backslashreplace")
    if len(data) > MOST:
        data = data[: MOST - len(_CUT)].rpartition(b"\n")[0] + _CUT.encode()
    try:
        with file.open("ab") as summary:
            summary.write(data)
    except OSError as error:
        say(f"{file}: the summary of the job cannot be written: {error.strerror}")
