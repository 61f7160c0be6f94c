"""Configuration files as they are written: one, and those it includes, each held to its structure.

Nothing is looked up here but other configuration files; what the words in them mean is decided by
the rest of this package.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import escape, glob
from pathlib import Path

from deploylint.config.load import Texts
from deploylint.config.rule_files import refuse_duplicates
from deploylint.config.rules import items
from deploylint.config.schema import ConfigFile
from deploylint.documents.nodes import Node, Problem, child
from deploylint.documents.paths import absolute, display_path, repository
from deploylint.documents.reader import Document, read_file, read_text
from deploylint.documents.record import Record
from deploylint.model.decode import decode
from deploylint.model.errors import Misread, misread_at

MOST = 100
"""How many files one configuration may consist of."""


class LoadedConfig(Record):
    """One configuration file: where it is, how far its paths may lead, and what it says."""

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
        node: Node | None = self.root
        for key in keys:
            node = None if node is None else child(node, key)
        return node


def read_all(path: Path, texts: Texts) -> list[LoadedConfig]:
    """A configuration and all that it includes, what is included first, itself last.

    Raises Misread for a file that cannot be read or is no configuration, and for a cycle.
    """
    found: list[LoadedConfig] = []
    _collect(absolute(path), None, (), found, texts)
    return found


def _collect(
    path: Path, said: Node | None, above: tuple[Path, ...], found: list[LoadedConfig], texts: Texts
) -> None:
    if path in above:
        names = " includes ".join(map(display_path, (*above[above.index(path) :], path)))
        raise _at(said, f"includes itself: {names}")
    if any(file.path == path for file in found):
        return
    if len(found) + len(above) >= MOST:
        raise _at(said, f"more than {MOST} files are included; join some of them")
    file = _file(path, said, texts)
    for name, node in zip(file.written.include, items(file.root, "include"), strict=True):
        _collect(inside(file, name, node), node, (*above, path), found, texts)
    found.append(file)


def _at(node: Node | None, message: str) -> Misread:
    assert node is not None  # the first file is included by none
    return misread_at(node, message)


def _file(path: Path, said: Node | None, texts: Texts) -> LoadedConfig:
    top = next(iter(repository(path.parent)), path.parent)
    text, name = texts.get(path), display_path(path)
    document = read_file(path, name, top) if text is None else read_text(text, name)
    if isinstance(document, Problem):
        if not path.exists():
            raise _gone(path, said)
        raise Misread(document)
    refuse_duplicates(document)
    return LoadedConfig(path, top, document, decode(document, ConfigFile))


def _gone(path: Path, said: Node | None) -> Misread:
    message = "no such file"
    if said is None:
        return Misread(Problem(display_path(path), 1, 1, message))
    return misread_at(said, f"{display_path(path)}: {message}")


def inside(file: LoadedConfig, name: str, node: Node) -> Path:
    """The path that a configuration names, from its own folder.

    Raises Misread where that leaves the repository, or without one the configuration's folder.
    """
    path = Path(os.path.normpath(file.path.parent / name))
    if not path.is_relative_to(file.top):
        raise misread_at(node, f"{name!r} is outside {file.top.name}/; use a path inside it")
    return path


def folders(file: LoadedConfig, names: Sequence[str], key: str) -> list[Path]:
    """Folders that a configuration names under a key. Raises Misread for one that is not there."""
    listed = zip(names, items(file.root, key), strict=True)
    return [folder(file, name, node) for name, node in listed]


def folder(file: LoadedConfig, name: str, node: Node) -> Path:
    """A folder that a configuration names. Raises Misread for one that is not there."""
    path = inside(file, name, node)
    if not path.is_dir():
        raise misread_at(node, f"{display_path(path)}: no such folder")
    return path


def named_file(file: LoadedConfig, name: str, node: Node) -> Path:
    """A file that a configuration names. Raises Misread for one that is not there."""
    path = inside(file, name, node)
    if not path.is_file():
        kind = "is a folder; name a file" if path.is_dir() else "no such file"
        raise misread_at(node, f"{display_path(path)}: {kind}{_nearest(path)}")
    return path


def matched(file: LoadedConfig, pattern: str, node: Node) -> list[Path]:
    """The files and folders that a pattern names; ``**`` is any number of folders.

    Raises Misread where there is none: a pattern that matches nothing is a mistake.
    """
    path = inside(file, pattern, node)
    found = sorted(map(Path, glob(_literally(file.path.parent, path), recursive=True)))
    if not found:
        raise misread_at(node, f"{pattern!r} matches no file{_nearest(path)}")
    return found


def _literally(folder: Path, path: Path) -> str:
    """A pattern that is one only below the folder it is written in, or where it leaves that."""
    shared = Path(os.path.commonpath((folder, path)))
    return os.path.join(escape(str(shared)), path.relative_to(shared))


def _nearest(path: Path) -> str:
    """What the folder holds that such a pattern could have meant."""
    from deploylint.documents.suggest import nearest

    if not path.parent.is_dir():
        return f"; no such folder: {display_path(path.parent)}"
    meant = nearest(path.name, (one.name for one in path.parent.iterdir()))
    return f"; did you mean {meant!r}?" if meant else ""
