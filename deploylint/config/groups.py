"""Groups of a configuration: which files are which services of a deployment set."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from deploylint.config.files import File, matched
from deploylint.config.settings import tuned
from deploylint.documents.nodes import Node, child
from deploylint.model import Stated
from deploylint.packs import Pack, items
from deploylint.schemas import GroupEntry, ServiceEntry, misread

NONE = "none"
"""The reference of a group whose services are compared with nobody."""


class Member(NamedTuple):
    """The files of one service, the lowest layer first, and what is stated of it."""

    files: tuple[Path, ...]
    stated: Stated | None = None


class Group(NamedTuple):
    """One deployment set of a configuration.

    ``reference`` is the name of a service, NONE or "". ``top`` is the folder that its files may not
    leave, ``node`` where it is written.
    """

    name: str
    members: tuple[Member, ...]
    reference: str
    profile: str
    pack: Pack
    top: Path
    node: Node

    @property
    def files(self) -> frozenset[Path]:
        """All files of all its services."""
        return frozenset(file for member in self.members for file in member.files)


def read_groups(file: File, pack: Pack, exclude: frozenset[Path]) -> Iterator[Group]:
    """The groups that one configuration file defines.

    Raises Misread for a pattern that matches nothing and for a setting of an unknown rule.
    """
    for name, entry in file.written.groups.items():
        node = file.root_of("groups", name) or file.root
        yield Group(
            name=name,
            members=tuple(_members(file, entry, node, exclude)),
            reference=entry.reference,
            profile=entry.profile,
            pack=tuned(pack, entry.rules, child(node, "rules")),
            top=file.top,
            node=node,
        )


def _members(
    file: File, entry: GroupEntry, node: Node, exclude: frozenset[Path]
) -> Iterator[Member]:
    """Every file belongs to the first entry that names it."""
    taken = set(exclude)
    for service, at in zip(entry.services, items(node, "services"), strict=True):
        found = [path for path in _files(file, service, at) if path not in taken]
        taken.update(found)
        if service.name and found:
            yield Member(tuple(found), _stated(service, at))
        elif not service.name:
            yield from (Member((path,), _stated(service, at)) for path in found)


def _files(file: File, entry: ServiceEntry, node: Node) -> list[Path]:
    """The files of an entry in the order in which it names them, each once."""
    every = dict[Path, None]()
    written = child(node, "files")
    assert written is not None
    patterns = [entry.files] if isinstance(entry.files, str) else entry.files
    nodes = written.content if isinstance(written.content, list) else [written]
    if not patterns:
        raise misread(written, "files names no file")
    for pattern, at in zip(patterns, nodes, strict=True):
        found = [path for path in matched(file, pattern, at) if path.is_file()]
        if not found:
            raise misread(at, f"{pattern!r} matches folders only; name the files in them")
        every.update(dict.fromkeys(found))
    return list(every)


def _stated(entry: ServiceEntry, node: Node) -> Stated:
    return Stated(entry.name, entry.runtime, entry.role or None, node)
