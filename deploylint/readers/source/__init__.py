"""A service's source code as a source of facts: what its program does with its command line, which
paths it answers, where it listens, what it consumes.

Opt-in, by naming the folder. Nothing is run, built or imported. ``files`` says what is read, ``go``
and ``python`` turn it into calls and names (``syntax``), ``following`` says what a name comes to,
``calls.yaml`` what a call means, ``facts`` what that comes to, and ``values`` which values these
are of a component. What cannot be decided is unknown. To add a library, add rows to ``calls.yaml``;
a language, a module like ``go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from deploylint.documents.nodes import Problem, Source
from deploylint.documents.paths import shown
from deploylint.readers.source import files, python
from deploylint.readers.source.facts import Facts, facts
from deploylint.readers.source.open_set import Gap
from deploylint.readers.source.resolve import Program
from deploylint.readers.source.syntax import Code


class Read(NamedTuple):
    """What came of a folder: the facts, the files they are from, and what could not be read."""

    facts: Facts
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]

    @staticmethod
    def nothing() -> Read:
        """What is known of a folder before it is read."""
        return of(())


def read(folder: Path, root: Path) -> Read:
    """Read the source code in a folder below the root of its repository."""
    found = list(files.found(folder, root))
    if found:
        return of(found)
    message = f"holds no source code that is read ({', '.join(files.SUFFIXES)})"
    return of([Problem(shown(folder), 1, 1, f"{message}; name the folder of the service's own")])


def of(found: Iterable[files.File | Problem]) -> Read:
    """What some files say together, with those that could not be read."""
    code, sources, problems = Code(), list[Source](), list[Problem]()
    for one in found:
        problem = one if isinstance(one, Problem) else _read(one, code)
        if problem is not None:
            problems.append(problem)
        elif isinstance(one, files.File):
            sources.append(one.source)
    lost = [Gap(None, f"{problem.file} could not be read") for problem in problems]
    try:
        said = facts(Program(code), lost)
    except RecursionError:
        where, message = sources[0].file, "names lead to each other too deeply to be followed"
        return of([*problems, Problem(where, 1, 1, f"with its folder: {message}")])
    return Read(said, tuple(sources), tuple(problems))


def _read(one: files.File, code: Code) -> Problem | None:
    source, package, aliases = one
    try:
        if source.file.endswith(".go"):
            from deploylint.readers.source import go

            problem = go.read(source, package, code)
        else:
            problem = python.read(source, package, source.file.endswith("/__init__.py"), code)
    except (RecursionError, MemoryError):
        return Problem(source.file, 1, 1, "is nested too deeply to be read")
    code.aliases.update(dict.fromkeys(aliases, package))
    return problem
