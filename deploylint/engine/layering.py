"""Which documents make a service: each by itself, or the layers that a configuration names."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from deploylint.config.groups import ServiceFiles
from deploylint.documents.nodes import Node, span
from deploylint.documents.paths import shown
from deploylint.documents.reader import Document
from deploylint.documents.suggest import hint
from deploylint.model.misread import misread
from deploylint.model.service import ServiceSettings
from deploylint.readers.helm import umbrella
from deploylint.readers.wrapped.values import FileContents


class Layers(NamedTuple):
    """The documents of one service, the lowest layer first, and what is stated of it."""

    documents: tuple[Document, ...]
    stated: ServiceSettings | None

    @property
    def file(self) -> str:
        """The first of its files, by which it is known."""
        return self.documents[0].file

    @property
    def where(self) -> str:
        """Where its values stand: the file, and the line in it where it holds others."""
        first = self.documents[0]
        return self.file if first.origin is None else f"{self.file}:{span(first.roots[0]).line}"

    @property
    def roots(self) -> tuple[Node, ...]:
        """The roots of all its documents."""
        return tuple(root for document in self.documents for root in document.roots)


def layers_of(member: ServiceFiles, found: Mapping[Path, FileContents]) -> Iterator[Layers]:
    """The services that a member's files hold: each by itself, or all layers of the one named.

    Raises Misread where a file holds several and none is called as the member is.
    """
    held, stated = [found[path] for path in member.files], member.stated
    if stated is None or not stated.name:
        yield from (Layers((document,), stated) for one in held for document in one.values)
        return
    meant = [_meant(path, found[path], stated) for path in member.files]
    documents = tuple(document for one in meant for document in one)
    if documents and (len(held) == 1 or not any(one.problems for one in held)):
        yield Layers(umbrella.layers(documents), stated)


def _meant(path: Path, one: FileContents, stated: ServiceSettings) -> tuple[Document, ...]:
    """What a file holds of a service: all where that is one, else what is called as it is."""
    if len(one.values) == 1 and not one.problems:
        return one.values
    names = {_name(document) for document in one.values}
    if one.values and not one.problems and stated.name not in names:
        text = f"{shown(path)} holds several services and none is called {stated.name!r}"
        raise misread(stated.node, f"{text}; {hint(stated.name, names)}")
    return tuple(document for document in one.values if _name(document) == stated.name)


def _name(document: Document) -> str:
    """What a file calls the values of a service that it carries."""
    return document.origin.name if document.origin is not None else ""
