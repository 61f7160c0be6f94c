"""A service's source code: flags, routes, ports and queues of its program.

Opt-in, by naming the folder; nothing is run, built or imported. ``files`` lists the files, ``go``
and ``python`` turn each into the intermediate form (``ir``), ``resolve`` follows names through all
of them, ``calls.yaml`` is what calls mean, ``facts`` collects what the program does, and ``values``
makes values of a component of that. To add a library, add rows to ``calls.yaml``; a language, a
module like ``go`` and one line in ``files.LANGUAGES``.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path, PurePath

from deploylint.documents.nodes import Problem, Source
from deploylint.documents.paths import display_path
from deploylint.documents.record import Record
from deploylint.readers.source import files
from deploylint.readers.source.facts import Facts, find_facts
from deploylint.readers.source.ir import Code
from deploylint.readers.source.resolve import Program
from deploylint.readers.source.strings import Gap


class SourceCode(Record):
    """The source code of a folder.

    ``facts``: what its program does.
    ``sources``: the files that were read.
    ``problems``: what could not be read.
    """

    facts: Facts
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]


def read_folder(folder: Path, root: Path) -> SourceCode:
    """The source code of a folder below the root of its repository."""
    contents = list(files.source_files(folder, root))
    languages = ", ".join(files.LANGUAGES)
    message = f"has no source code ({languages}); name the service's own folder"
    return read_files(contents or [Problem(display_path(folder), 1, 1, message)])


def read_files(contents: Iterable[files.SourceFile | Problem]) -> SourceCode:
    """The source code of some files, and the problems with others."""
    code, sources, problems = Code(), list[Source](), list[Problem]()
    for file in contents:
        problem = file if isinstance(file, Problem) else _add_file(file, code)
        if problem is not None:
            problems.append(problem)
        elif isinstance(file, files.SourceFile):
            sources.append(file.source)
    lost = [Gap(None, f"{problem.file} could not be read") for problem in problems]
    try:
        facts = find_facts(Program(code), lost)
    except RecursionError:
        message = "is not read, with its folder: its names lead to each other too deeply"
        return read_files([*problems, Problem(sources[0].file, 1, 1, message)])
    return SourceCode(facts, tuple(sources), tuple(problems))


def _add_file(file: files.SourceFile, code: Code) -> Problem | None:
    source, package, aliases = file
    language = import_module(f"{__name__}.{files.LANGUAGES[PurePath(source.file).suffix]}")
    try:
        problem: Problem | None = language.read_file(source, package, code)
    except (RecursionError, MemoryError):
        return Problem(source.file, 1, 1, "is nested too deeply")
    code.aliases.update(dict.fromkeys(aliases, package))
    return problem
