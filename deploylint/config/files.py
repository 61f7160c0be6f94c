"""Configuration files as they are written: one, and those it includes, each held to its structure.

Nothing is looked up here but other configuration files. The rest of this package decides what they
mean.
"""

from __future__ import annotations

import os
from glob import escape, glob
from pathlib import Path

from deploylint.config.load import Texts
from deploylint.config.schema import ConfigFile
from deploylint.documents.nodes import Node, Problem, child_at
from deploylint.documents.paths import (
    absolute,
    display_path,
    is_file,
    is_folder,
    is_there,
    leads_out,
    repository,
)
from deploylint.documents.reader import Document, read_file, read_text
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.model.decode import decode, with_nodes
from deploylint.model.errors import Misread, misread_at, refuse_duplicates

MOST = 100
"""How many files one configuration may consist of."""


class LoadedConfig(Record):
    """One configuration file: its path, the folder that its paths may not leave, and its text."""

    path: Path
    top: Path
    document: Document
    written: ConfigFile

    @property
    def root(self) -> Node:
        """The mapping it holds."""
        return self.document.roots[0]

    def root_of(self, *keys: str) -> Node | None:
        """The value under some keys, or None."""
        return child_at(self.root, *keys)


def read_all(path: Path, texts: Texts) -> list[LoadedConfig]:
    """A configuration and all that it includes, what is included first, itself last.

    Raises Misread for a file that is unreadable or not a configuration, and for a cycle.
    """
    files: list[LoadedConfig] = []
    path = absolute(path)
    _collect(read_config(path, texts), (), files, texts)
    return files


def _collect(
    file: LoadedConfig, above: tuple[Path, ...], files: list[LoadedConfig], texts: Texts
) -> None:
    """Add a file after those that it includes; ``above`` are the files that include it."""
    above = (*above, file.path)
    for name, node in with_nodes(file.written.include, file.root, "include"):
        path = inside(file, name, node)
        if path in above:
            names = " includes ".join(map(display_path, (*above[above.index(path) :], path)))
            raise misread_at(node, f"includes itself: {names}")
        if any(other.path == path for other in files):
            continue
        if len(files) + len(above) >= MOST:
            raise misread_at(node, f"more than {MOST} files are included; join some of them")
        _collect(read_config(path, texts, node), above, files, texts)
    files.append(file)


def read_config(path: Path, texts: Texts, including: Node | None = None) -> LoadedConfig:
    """One configuration file, by its absolute path; ``including`` names it in another one.

    Raises Misread for a file that is unreadable or not a configuration.
    """
    top = next(iter(repository(path.parent)), path.parent)
    text, name = texts.get(path), display_path(path)
    document = read_file(path, name, top) if text is None else read_text(text, name)
    if isinstance(document, Problem):
        if is_there(path):
            raise Misread(document)
        if including is not None:
            raise misread_at(including, f"{name}: no such file")
        raise Misread(Problem(name, 1, 1, "no such file"))
    refuse_duplicates(document)
    return LoadedConfig(path, top, document, decode(document, ConfigFile))


def inside(file: LoadedConfig, name: str, node: Node) -> Path:
    """The path that a configuration names, from its own folder.

    Raises Misread where that leaves the repository, or without one the configuration's folder.
    """
    path = Path(os.path.normpath(file.path.parent / name))
    if not path.is_relative_to(file.top):
        raise misread_at(node, f"{name!r} is outside {file.top.name}/; use a path inside it")
    return path


def folder(file: LoadedConfig, name: str, node: Node) -> Path:
    """A folder that a configuration names. Raises Misread for one that is not there."""
    path = inside(file, name, node)
    if not is_folder(path):
        raise misread_at(node, f"{display_path(path)}: no such folder")
    if leads_out(path, file.top):
        message = f"is a link to a folder outside {file.top.name}/; use a folder inside it"
        raise misread_at(node, f"{display_path(path)}: {message}")
    return path


def named_file(file: LoadedConfig, name: str, node: Node) -> Path:
    """A file that a configuration names. Raises Misread for one that is not there."""
    path = inside(file, name, node)
    if not is_file(path):
        kind = "is a folder; name a file" if is_folder(path) else "no such file"
        raise misread_at(node, f"{display_path(path)}: {kind}{_nearest(path)}")
    return path


def match_files(file: LoadedConfig, pattern: str, node: Node) -> list[Path]:
    """The files and folders that a pattern names; ``**`` is any number of folders.

    Raises Misread where it matches nothing.
    """
    path = inside(file, pattern, node)
    paths = sorted(map(Path, glob(_literally(file.path.parent, path), recursive=True)))
    if not paths:
        raise misread_at(node, f"{pattern!r} matches no file{_nearest(path)}")
    return paths


def _literally(folder: Path, path: Path) -> str:
    """A pattern that is one only below the folder it is written in, or where it leaves that.

    Of several ``**`` in a row one is enough; each more would search all folders once more.
    """
    shared = Path(os.path.commonpath((folder, path)))
    parts = path.relative_to(shared).parts
    once = (p for before, p in zip(("", *parts), parts, strict=False) if (before, p) != _ANY_TWICE)
    return os.path.join(escape(str(shared)), *once)


_ANY_TWICE = ("**", "**")


def _nearest(path: Path) -> str:
    """The name in the folder that is nearest to the last word of a path, as a hint."""
    if not is_folder(path.parent):
        return f"; no such folder: {display_path(path.parent)}"
    meant = nearest(path.name, (one.name for one in path.parent.iterdir()))
    return f"; did you mean {meant!r}?" if meant else ""
