"""Sources: files that are no deployment and say something of a service that is one.

A source adds an element to a service that is there. A folder of source code is named in the
configuration; a Dockerfile too, or it is found there or beside the deployment (``beside``). Nothing
of a source is imported for services that have none. To add one, write a package beside these and a
step here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deploylint.config.groups import Member
from deploylint.documents.nodes import Problem, Source, child
from deploylint.documents.reader import Document
from deploylint.elements import CODE
from deploylint.locations import repository, shown
from deploylint.model import Service, Stated
from deploylint.sources.beside import FILE, Found, beside
from deploylint.targets import Skipped


class Added(NamedTuple):
    """Services with what their sources say, the files that was read from, and what could not be.

    ``skipped`` are files that could be the source of a service, and are not taken for it.
    """

    services: tuple[Service, ...]
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def with_sources(services: Sequence[Service], members: Iterable[Member]) -> Added:
    """Services with what their sources say.

    What an image starts is known before it is asked what the code makes of that.
    """
    stated = [(one, one.stated) for one in members if one.stated is not None]
    built = _with_images(services, [_stated(one, stated) for one in services])
    coded = _with_code(built.services, [_stated(one, stated) for one in services])
    return Added(
        coded.services,
        (*built.documents, *coded.documents),
        (*built.problems, *coded.problems),
        built.skipped,
    )


def _stated(service: Service, members: Iterable[tuple[Member, Stated]]) -> Stated | None:
    """What the configuration states of a service, by its name or else by its files."""
    for member, stated in sorted(members, key=lambda one: not one[1].name):
        if service.name == stated.name if stated.name else _holds(member, service):
            return stated
    return None


def _holds(member: Member, service: Service) -> bool:
    return not {*service.files}.isdisjoint(map(shown, member.files))


# --- Dockerfiles ----------------------------------------------------------------------------------


def _with_images(services: Sequence[Service], stated: Sequence[Stated | None]) -> Added:
    """Services with what their images say; of one whose Dockerfile cannot be read nothing is."""
    alone = len({service.name for service in services}) == 1
    found = [_found(one, said, alone) for one, said in zip(services, stated, strict=True)]
    paths = list(dict.fromkeys(one.path for one in found if one.path is not None))
    skipped = tuple(skip for s, one in zip(services, found, strict=True) for skip in _left(s, one))
    if not paths:
        return Added(tuple(services), skipped=skipped)
    from deploylint.sources import dockerfile  # a library in another language
    from deploylint.sources.dockerfile.values import with_image

    read = {path: dockerfile.read(path, _top(path)) for path in paths}
    result = []
    for service, one in zip(services, found, strict=True):
        built = None if one.path is None else read[one.path]
        if isinstance(built, dockerfile.Read):
            note = f"image of {built.source.file}, {one.because}"
            service = with_image(service, built.image)._replace(notes=(*service.notes, note))
        result.append(service)
    readable = [one for one in read.values() if isinstance(one, dockerfile.Read)]
    return Added(
        tuple(result),
        tuple(_document(one.source) for one in readable),
        tuple(one for one in read.values() if isinstance(one, Problem)),
        skipped,
    )


def _found(service: Service, stated: Stated | None, alone: bool) -> Found:
    if stated is not None and stated.dockerfile is not None:
        return Found(stated.dockerfile, f"as {stated.node.source.file} says")
    if stated is not None and stated.code is not None and (stated.code / FILE).is_file():
        return Found(stated.code / FILE, "found with its source code")
    return beside(service, alone)


def _left(service: Service, found: Found) -> Iterator[Skipped]:
    for path in found.several:
        others = " and ".join(shown(other) for other in found.several if other != path)
        text = f"could be the Dockerfile of {service.name}, as {others} could; name one for it"
        yield Skipped(shown(path), text)


def _top(path: Path) -> Path:
    """The folder that a source may not leave."""
    return next(iter(repository(path.parent)), path.parent)


# --- source code ----------------------------------------------------------------------------------


def _with_code(services: Sequence[Service], stated: Sequence[Stated | None]) -> Added:
    """Services with what their source code says. A folder that several name is read once."""
    folders = dict.fromkeys(one.code for one in stated if one is not None and one.code is not None)
    if not folders:
        return Added(tuple(services))
    from deploylint.sources import code
    from deploylint.sources.code.values import with_facts

    read = {one: code.read(one, next(iter(repository(one)), one)) for one in folders}
    result = []
    for service, said in zip(services, stated, strict=True):
        if said is not None and said.code is not None:
            node = child(said.node, CODE) or said.node
            service = with_facts(service, read[said.code].facts, node)
        result.append(service)
    sources = dict.fromkeys(source for one in read.values() for source in one.sources)
    problems = dict.fromkeys(problem for one in read.values() for problem in one.problems)
    return Added(tuple(result), tuple(map(_document, sources)), tuple(problems))


def _document(source: Source) -> Document:
    """A source file as something that can be excerpted."""
    return Document(source.file, source, ())
