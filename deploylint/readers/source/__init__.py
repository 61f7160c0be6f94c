"""A service's source code: flags, routes, ports and queues of its program.

Opt-in, by naming the folder; nothing is run, built or imported. Files come in (``files``), values
of a component go out (``values``): ``go`` and ``python`` turn code into calls and names
(``syntax``), ``resolve`` says what a name stands for, ``calls.yaml`` what a call means. To add a
library, add rows to ``calls.yaml``; a language, a package like ``go`` and one line in
``files.LANGUAGES``.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path, PurePath

from deploylint.documents.nodes import Problem, Source
from deploylint.documents.paths import shown
from deploylint.documents.record import Record
from deploylint.readers.source import files
from deploylint.readers.source.facts import Facts, facts
from deploylint.readers.source.open_set import Gap
from deploylint.readers.source.resolve import Program
from deploylint.readers.source.syntax import Code


class ReadSource(Record):
    """What came of a folder: the facts, the files they are from, and what could not be read."""

    facts: Facts
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]

    @staticmethod
    def nothing() -> ReadSource:
        """What is known of a folder before it is read."""
        return of(())


def read(folder: Path, root: Path) -> ReadSource:
    """Read the source code in a folder below the root of its repository."""
    found = list(files.found(folder, root))
    if found:
        return of(found)
    message = f"holds no source code that is read ({', '.join(files.LANGUAGES)})"
    return of([Problem(shown(folder), 1, 1, f"{message}; name the folder of the service's own")])


def of(found: Iterable[files.SourceFile | Problem]) -> ReadSource:
    """What some files say together, with those that could not be read."""
    code, sources, problems = Code(), list[Source](), list[Problem]()
    for one in found:
        problem = one if isinstance(one, Problem) else _read(one, code)
        if problem is not None:
            problems.append(problem)
        elif isinstance(one, files.SourceFile):
            sources.append(one.source)
    lost = [Gap(None, f"{problem.file} could not be read") for problem in problems]
    try:
        said = facts(Program(code), lost)
    except RecursionError:
        where, message = sources[0].file, "names lead to each other too deeply to be followed"
        return of([*problems, Problem(where, 1, 1, f"with its folder: {message}")])
    return ReadSource(said, tuple(sources), tuple(problems))


def _read(one: files.SourceFile, code: Code) -> Problem | None:
    source, package, aliases = one
    try:
        language = import_module(f"{__name__}.{files.LANGUAGES[PurePath(source.file).suffix]}")
        problem: Problem | None = language.read(source, package, code)
    except (RecursionError, MemoryError):
        return Problem(source.file, 1, 1, "is nested too deeply to be read")
    code.aliases.update(dict.fromkeys(aliases, package))
    return problem
