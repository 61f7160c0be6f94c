"""Sources: files that are no deployment and say something of a service that is one.

A source adds elements to a service that is there; which files it is read from, the configuration
says. Nothing of a source is imported for services that name none. To add one, write a package
beside ``code`` and a step here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from deploylint.config.groups import Member
from deploylint.documents.nodes import Problem, Source, child
from deploylint.documents.reader import Document
from deploylint.locations import repository, shown
from deploylint.model import Service, Stated


class Added(NamedTuple):
    """Services with what their sources say, the files that was read from, and what could not be."""

    services: tuple[Service, ...]
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()


def with_sources(services: Sequence[Service], members: Iterable[Member]) -> Added:
    """Services with what their sources say. A folder that several name is read once."""
    naming = [one for one in members if one.stated is not None and one.stated.code is not None]
    if not naming:
        return Added(tuple(services))
    from deploylint.sources import code
    from deploylint.sources.code.values import with_facts

    read = {one.stated.code: code.Read.nothing() for one in naming if one.stated is not None}
    for folder in read:
        if folder is not None:
            read[folder] = code.read(folder, next(iter(repository(folder)), folder))
    result = []
    for service in services:
        stated = next((m.stated for m in naming if m.stated and _is_of(service, m, m.stated)), None)
        if stated is not None:
            node = child(stated.node, "code") or stated.node
            service = with_facts(service, read[stated.code].facts, node)
        result.append(service)
    sources = dict.fromkeys(source for one in read.values() for source in one.sources)
    problems = dict.fromkeys(problem for one in read.values() for problem in one.problems)
    return Added(tuple(result), tuple(map(_document, sources)), tuple(problems))


def _document(source: Source) -> Document:
    """A source file as something that can be excerpted."""
    return Document(source.file, source, ())


def _is_of(service: Service, member: Member, stated: Stated) -> bool:
    """Whether a service is the one that is stated, or one of those in its files."""
    if stated.name:
        return service.name == stated.name
    return not {*service.files}.isdisjoint(map(shown, member.files))
