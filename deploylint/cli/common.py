"""What several commands ask of their options: known words, the configuration, the day of a run.

And standard output: how a report looks on it, and writing to a reader that may stop early.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from deploylint.api import find_config, today_in_utc
from deploylint.cli import terminal
from deploylint.config import load as config
from deploylint.config.allowances import is_date
from deploylint.documents.suggest import hint
from deploylint.model.errors import UsageError
from deploylint.model.rule import Severity
from deploylint.reports import Look
from deploylint.reports.text.escape import inert, safe


def configuration(paths: Sequence[Path], named: Path | None, without: bool) -> config.Config:
    """The configuration of a run: the one named, none, or the one that is found."""
    if without and named not in (None, _from_environment()):
        raise UsageError("--config and --no-config exclude each other; use one of them")
    if without:
        return config.load()
    return find_config(paths) if named is None else config.load(named)


def _from_environment() -> Path | None:
    """The configuration that the environment names, which an option overrides."""
    named = os.environ.get("DEPLOYLINT_CONFIG")
    return Path(named) if named else None


def day(written: str) -> str:
    """The day of a run in UTC."""
    if written and not is_date(written):
        raise UsageError(f"--today {written}: invalid date; use YYYY-MM-DD")
    return written or today_in_utc()


GATES: Mapping[str, Severity | None] = {"error": "error", "warning": "warning", "never": None}
"""The values of ``--fail-on``, and the lowest severity that fails."""


def check_choice(option: str, value: str, known: Iterable[str]) -> str:
    """A value that is one of the known. Raises UsageError with the nearest."""
    if value in known:
        return value
    raise UsageError(f"{option} {value}: invalid value; {hint(value, known)}")


def split_list(values: Iterable[str]) -> tuple[str, ...]:
    """The values of an option that may be repeated, and may hold several after commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


# --- standard output ------------------------------------------------------------------------------


INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT, as shells count; Typer's too."""


def write(text: str, *, is_for_runner: bool = False) -> None:
    """Write to standard output. A reader may stop early (``| head``) without an error.

    What ``is_for_runner`` are commands to what runs the job; no other text is one.
    """
    try:
        sys.stdout.write(text if is_for_runner else inert(text))
        sys.stdout.flush()
    except BrokenPipeError:
        write_no_more()
    except OSError as error:
        write_no_more()
        raise UsageError(f"the output cannot be written: {error.strerror}") from None


def say(message: str) -> None:
    """Write one line to standard error."""
    print(inert(safe(f"deploylint: {message}", Look())), file=sys.stderr)


def write_no_more() -> None:
    """Discard what is still buffered, so that the end neither waits nor fails."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def look(colour: str, verbosity: int = 0) -> Look:
    """The look of a report on standard output. Raises UsageError for an invalid ``colour``."""
    check_choice("--color", colour, terminal.COLOURS)
    out = sys.stdout
    return terminal.look(out.encoding, os.environ, colour, verbosity, tty=out.isatty())
