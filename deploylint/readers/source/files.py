"""The source files of a folder, and the package of each.

Vendored, generated and test code is not read, and no link is followed. A folder is hostile input:
its files, their size and the depth of its folders are bounded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from deploylint.documents.nodes import Problem, Source
from deploylint.documents.paths import display_path
from deploylint.documents.reader import read_plain
from deploylint.documents.record import Record
from deploylint.documents.regex import regex

MOST_FILES, MOST_BYTES, DEPTH = 5_000, 1024 * 1024, 24
"""Files of a folder, bytes of a file, folders inside one another: more are refused by name."""

NOT_READ = frozenset(
    {
        "vendor", "node_modules", "testdata", "test", "tests", "venv", "site-packages", "build",
        "dist", "__pycache__",
    }
)  # fmt: skip
"""Folders of code that is not the service's own, or does not run with it."""

LANGUAGES = {".go": "go", ".py": "python"}
"""The language of a file by its suffix: the module beside this one that reads it."""

_TEST = regex(r".*_test\.(go|py)|test_.*\.py|conftest\.py")
_MODULE = regex(r"^module\s+(\S+)", re.MULTILINE)


class SourceFile(Record):
    """One file to read.

    ``source``: its text.
    ``package``: what it is imported as.
    ``aliases``: further names that it is imported as.
    """

    source: Source
    package: str
    aliases: tuple[str, ...] = ()


def source_files(folder: Path, root: Path) -> Iterator[SourceFile | Problem]:
    """The source files of a folder below the root of its repository."""
    paths = list(_paths(folder, DEPTH))
    if len(paths) > MOST_FILES:
        message = f"holds {len(paths):,} source files; at most {MOST_FILES:,} are read"
        yield Problem(display_path(folder), 1, 1, f"{message}; name the folder of one service")
        return
    for path in paths:
        source = read_plain(path, display_path(path), root, MOST_BYTES)
        if isinstance(source, Problem):
            yield source
        elif path.suffix == ".go":
            yield SourceFile(source, _go_package(path.parent, folder))
        else:
            package, *aliases = _module_names(path, folder)
            yield SourceFile(source, package, tuple(aliases))


def example_files(texts: Mapping[str, str]) -> Iterator[SourceFile]:
    """The files of a rule's example, by their names."""
    for name, text in texts.items():
        path = PurePath(name)
        words = [word for word in path.with_suffix("").parts if word != "__init__"]
        package = "/".join(words[:-1]) or "main" if path.suffix == ".go" else ".".join(words)
        yield SourceFile(Source(name, text), package)


def _paths(folder: Path, depth: int) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_symlink() or entry.name.startswith("."):
            continue
        path = folder / entry.name
        if entry.is_dir() and entry.name not in NOT_READ and depth:
            yield from _paths(path, depth - 1)
        elif path.suffix in LANGUAGES and entry.is_file() and not _TEST.fullmatch(entry.name):
            yield path


def _go_package(folder: Path, top: Path) -> str:
    """The path that a package is imported by: its module's name and its folder in the module."""
    for parent in (folder, *folder.parents):
        module = parent / "go.mod"
        if module.is_file() and not module.is_symlink():
            source = read_plain(module, display_path(module), top, MOST_BYTES)
            stated = _MODULE.search(source.text) if isinstance(source, Source) else None
            name = stated[1] if stated else ""
            return "/".join(filter(None, [name, *folder.relative_to(parent).parts]))
        if parent == top:
            break
    return "/".join(("", *folder.relative_to(top).parts)) or "main"


def _module_names(path: Path, top: Path) -> list[str]:
    """A module's dotted name from the named folder, and those from folders below it.

    Imports may begin in a folder that is not a package. A named folder that is a package is
    imported by its own name.
    """
    words = list(path.relative_to(top).with_suffix("").parts)
    if words[-1] == "__init__":
        words.pop()
    folders = [top.joinpath(*words[:number]) for number in range(len(words) + 1)]
    is_package = [(folder / "__init__.py").exists() for folder in folders]
    last = is_package.index(True) if any(is_package) else len(words)
    names = [".".join(words[number:]) for number in range(last + 1)]
    if is_package[0]:
        names.append(".".join([top.name, *words]))
    return [name for name in names if name] or [top.name]
