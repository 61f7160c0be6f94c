"""Which files of a folder are read as source code, and as which package.

What is of others, is made, or only tests is not read; a link is not followed. A stranger's folder
is bounded: in files, in size, in depth.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from deploylint.documents.nodes import Problem, Source
from deploylint.documents.paths import shown
from deploylint.documents.reader import read_plain
from deploylint.documents.record import Record
from deploylint.documents.regex import regex

MOST_FILES, MOST_BYTES, DEPTH = 5_000, 1024 * 1024, 24
"""Files of a folder, bytes of one of them, folders in each other: more are refused by name."""

NOT_READ = frozenset(
    {
        "vendor", "node_modules", "testdata", "test", "tests", "venv", "site-packages", "build",
        "dist", "__pycache__",
    }
)  # fmt: skip
"""Folders whose code is not the service's own, or does not run with it."""

_TESTS = regex(r"_test\.go|test_.*\.py|.*_test\.py|conftest\.py")
LANGUAGES = {".go": "go", ".py": "python"}
"""The language of a file by its suffix: the package beside this module that reads it."""


class SourceFile(Record):
    """One file to read, and what it is imported as; ``aliases`` are further names for it."""

    source: Source
    package: str
    aliases: tuple[str, ...] = ()


def found(folder: Path, root: Path) -> Iterator[SourceFile | Problem]:
    """The source files of a folder below the root of its repository."""
    listed = list(_listed(folder, DEPTH))
    if len(listed) > MOST_FILES:
        message = f"holds {len(listed):,} source files; at most {MOST_FILES:,} are read"
        yield Problem(shown(folder), 1, 1, f"{message}; name the folder of one service")
        return
    for path in listed:
        source = read_plain(path, shown(path), root, MOST_BYTES)
        if isinstance(source, Problem):
            yield source
        elif path.suffix == ".go":
            yield SourceFile(source, _go_package(path.parent, folder))
        else:
            yield SourceFile(source, *_module(path, folder))


def written(texts: Mapping[str, str]) -> Iterator[SourceFile]:
    """Files that are at hand, by their names: those of a rule's example."""
    for name, text in texts.items():
        path = PurePath(name)
        above = path.parent.as_posix().strip(".")
        words = [one for one in path.with_suffix("").parts if one != "__init__"]
        package = above or "main" if path.suffix == ".go" else ".".join(words)
        yield SourceFile(Source(name, text), package)


def _listed(folder: Path, depth: int) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_symlink() or entry.name.startswith("."):
            continue
        path = folder / entry.name
        if entry.is_dir() and entry.name not in NOT_READ and depth:
            yield from _listed(path, depth - 1)
        elif path.suffix in LANGUAGES and entry.is_file() and not _is_test(entry.name):
            yield path


def _is_test(name: str) -> bool:
    return name.endswith("_test.go") or _TESTS.fullmatch(name) is not None


def _go_package(folder: Path, top: Path) -> str:
    """The path that a package is imported by: that of its module and its folder in it."""
    for above in (folder, *folder.parents):
        module = above / "go.mod"
        if module.is_file() and not module.is_symlink():
            source = read_plain(module, shown(module), top, MOST_BYTES)
            said = isinstance(source, Source) and _MODULE.search(source.text)
            name = said.group(1) if said else ""
            return "/".join(filter(None, [name, *folder.relative_to(above).parts]))
        if above == top:
            break
    return "/".join(("", *folder.relative_to(top).parts)) or "main"


_MODULE = regex(r"^module\s+(\S+)", re.MULTILINE)


def _module(path: Path, top: Path) -> tuple[str, tuple[str, ...]]:
    """A module's dotted name from the folder that was named, and those from folders below it.

    A folder that is no package may be where imports begin; a named folder that is one is imported
    by its own name.
    """
    words = [*path.relative_to(top).parts[:-1], path.stem]
    if words[-1] == "__init__":
        words.pop()
    above = [top, *(top.joinpath(*words[: n + 1]) for n in range(len(words)))]
    names = []
    for number, folder in enumerate(above[: len(words) + 1]):
        names.append(".".join(words[number:]))
        if (folder / "__init__.py").exists():
            break
    if (top / "__init__.py").exists():
        names.append(".".join([top.name, *words]))
    found = [name for name in names if name]
    return (found or [top.name])[0], tuple(found[1:])
