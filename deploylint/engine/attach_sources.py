"""Sources: files that are no deployment and say something of a service that is one.

A source adds an element to a service that is there. A folder of source code is named in the
configuration; a Dockerfile too, or it is found there or beside the deployment (``beside``). Nothing
of a source is imported for services that have none. To add one, write a package beside these and a
step here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from deploylint.config.groups import ServiceFiles
from deploylint.documents.nodes import Problem, Source, child
from deploylint.documents.paths import repository, shown
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.discovery import Skipped
from deploylint.model.fields import CODE
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.dockerfile.locate import FILE, LocatedDockerfile, beside


class Added(Record):
    """Services with what their sources say, the files that was read from, and what could not be.

    ``skipped`` are files that could be the source of a service, and are not taken for it.
    """

    services: tuple[Service, ...]
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def with_sources(
    services: tuple[Service, ...], members: Iterable[ServiceFiles], *, alone: bool
) -> Added:
    """Services with what their sources say; ``alone`` is whether one is all of its group.

    What an image starts is known before it is asked what the code makes of that.
    """
    stated = _stated(services, members)
    built = _with_images(services, stated, alone)
    coded = _with_code(built.services, stated)
    return Added(
        coded.services,
        (*built.documents, *coded.documents),
        (*built.problems, *coded.problems),
        built.skipped,
    )


def _stated(
    services: Iterable[Service], members: Iterable[ServiceFiles]
) -> dict[str, ServiceSettings]:
    """What the configuration states of services, by their names: by name, or else by files."""
    by_name: dict[str, ServiceSettings] = {}
    by_file: dict[str, ServiceSettings] = {}
    for member in members:
        if (said := member.stated) is not None and said.name:
            by_name.setdefault(said.name, said)
        elif said is not None:
            for file in member.files:
                by_file.setdefault(shown(file), said)
    found = {}
    for one in services:
        held = (by_file[file] for file in one.files if file in by_file)
        if (said := by_name.get(one.name) or next(held, None)) is not None:
            found[one.name] = said
    return found


# --- Dockerfiles ----------------------------------------------------------------------------------


def _with_images(
    services: tuple[Service, ...], stated: Mapping[str, ServiceSettings], alone: bool
) -> Added:
    """Services with what their images say; of one whose Dockerfile cannot be read nothing is."""
    found = {one.name: _found(one, stated.get(one.name), alone) for one in services}
    paths = list(dict.fromkeys(one.path for one in found.values() if one.path is not None))
    skipped = tuple(skip for name, one in found.items() for skip in _left(name, one))
    if not paths:
        return Added(services, skipped=skipped)
    from deploylint.readers.dockerfile import read as dockerfile
    from deploylint.readers.dockerfile.values import with_image

    read = {path: dockerfile.read(path, _top(path)) for path in paths}

    def built(service: Service) -> Service:
        path, because, _ = found[service.name]
        image = None if path is None else read[path]
        if not isinstance(image, dockerfile.ReadDockerfile):
            return service
        note = f"image of {image.source.file}, {because}"
        return with_image(service, image.image)._replace(notes=(*service.notes, note))

    readable = [one for one in read.values() if isinstance(one, dockerfile.ReadDockerfile)]
    return Added(
        tuple(map(built, services)),
        tuple(_document(one.source) for one in readable),
        tuple(one for one in read.values() if isinstance(one, Problem)),
        skipped,
    )


def _found(service: Service, stated: ServiceSettings | None, alone: bool) -> LocatedDockerfile:
    if stated is not None and stated.dockerfile is not None:
        return LocatedDockerfile(stated.dockerfile, f"as {stated.node.source.file} says")
    if stated is not None and stated.code is not None and (stated.code / FILE).is_file():
        return LocatedDockerfile(stated.code / FILE, "found with its source code")
    return beside(service, alone)


def _left(service: str, found: LocatedDockerfile) -> Iterator[Skipped]:
    for path in found.several:
        others = " and ".join(shown(other) for other in found.several if other != path)
        text = f"could be the Dockerfile of {service}, as {others} could; name one for it"
        yield Skipped(shown(path), text)


def _top(path: Path) -> Path:
    """The folder that a source may not leave."""
    return next(iter(repository(path.parent)), path.parent)


# --- source code ----------------------------------------------------------------------------------


def _with_code(services: tuple[Service, ...], stated: Mapping[str, ServiceSettings]) -> Added:
    """Services with what their source code says. A folder that several name is read once."""
    folders = dict.fromkeys(stated[one.name].code for one in services if one.name in stated)
    paths = [path for path in folders if path is not None]
    if not paths:
        return Added(services)
    from deploylint.readers import source as code
    from deploylint.readers.source.values import with_facts

    read = {one: code.read_folder(one, next(iter(repository(one)), one)) for one in paths}

    def coded(service: Service) -> Service:
        said = stated.get(service.name)
        if said is None or said.code is None:
            return service
        return with_facts(service, read[said.code].facts, child(said.node, CODE) or said.node)

    sources = dict.fromkeys(source for one in read.values() for source in one.sources)
    problems = dict.fromkeys(problem for one in read.values() for problem in one.problems)
    return Added(tuple(map(coded, services)), tuple(map(_document, sources)), tuple(problems))


def _document(source: Source) -> Document:
    """A source file as something that can be excerpted."""
    return Document(source.file, source, ())
