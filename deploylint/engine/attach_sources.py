"""Adds the facts of their sources to services: of their Dockerfile and their source code.

A source adds an element to a service of a deployment. The configuration names a folder of source
code. It may name a Dockerfile; otherwise that is searched there and beside the deployment
(``locate``). No module of a source is imported for services without one. To add a source, write a
package of readers and a step here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from deploylint.config.groups import ServiceFiles
from deploylint.documents.nodes import Problem, Source, child
from deploylint.documents.paths import display_path, is_file, repository
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.discovery import Skipped
from deploylint.model.fields import CODE
from deploylint.model.service import Service, ServiceSettings
from deploylint.readers.dockerfile.locate import FILE, Folders, LocatedDockerfile, locate_dockerfile

Settings = Mapping[str, ServiceSettings]
"""The settings of services in the configuration, by their names."""


class Added(Record):
    """Services with their sources.

    ``services``: the services.
    ``documents``: the files of their sources.
    ``problems``: errors in sources.
    ``skipped``: files that may be the source of a service and are not used.
    """

    services: tuple[Service, ...]
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def with_sources(
    services: tuple[Service, ...], members: Iterable[ServiceFiles], *, alone: bool
) -> Added:
    """Services with their sources; ``alone`` is whether a service is all of its group.

    The command line of an image is known before the flags of the code are matched with it.
    """
    settings = _settings(services, members)
    return _with_code(_with_images(services, settings, alone), settings)


def _settings(services: Iterable[Service], members: Iterable[ServiceFiles]) -> Settings:
    """The settings of each service: those for its name, or else for one of its files."""
    settings: dict[str, ServiceSettings] = {}
    by_file: dict[str, ServiceSettings] = {}
    for member in members:
        if (stated := member.stated) is not None and stated.name:
            settings.setdefault(stated.name, stated)
        elif stated is not None:
            for file in member.files:
                by_file.setdefault(display_path(file), stated)
    for service in services:
        for name in service.files:
            if name in by_file:
                settings.setdefault(service.name, by_file[name])
    return settings


# --- Dockerfiles ----------------------------------------------------------------------------------


def _with_images(services: tuple[Service, ...], settings: Settings, alone: bool) -> Added:
    """Services with their images; one with an unreadable Dockerfile has none."""
    folders = Folders()
    located = {service.name: _locate(service, settings, folders, alone) for service in services}
    paths = dict.fromkeys(one.path for one in located.values() if one.path is not None)
    skipped = tuple(skip for name, one in located.items() for skip in _skipped(name, one))
    if not paths:
        return Added(services, skipped=skipped)
    from deploylint.readers.dockerfile.image import Image, read_dockerfile
    from deploylint.readers.dockerfile.values import with_image

    read = {path: read_dockerfile(path, _root(path.parent)) for path in paths}
    images = {path: image for path, image in read.items() if isinstance(image, Image)}

    def with_own_image(service: Service) -> Service:
        path, because, _ = located[service.name]
        if path not in images:
            return service
        note = f"image of {images[path].source.file}, {because}"
        return with_image(service, images[path])._replace(notes=(*service.notes, note))

    return Added(
        tuple(map(with_own_image, services)),
        tuple(_document(image.source) for image in images.values()),
        tuple(image for image in read.values() if isinstance(image, Problem)),
        skipped,
    )


def _locate(
    service: Service, settings: Settings, folders: Folders, alone: bool
) -> LocatedDockerfile:
    stated = settings.get(service.name)
    if stated is not None and stated.dockerfile is not None:
        return LocatedDockerfile(stated.dockerfile, f"named in {stated.node.source.file}")
    if stated is not None and stated.code is not None and is_file(stated.code / FILE):
        return LocatedDockerfile(stated.code / FILE, "found with its source code")
    return locate_dockerfile(service, folders, alone=alone)


def _skipped(service: str, located: LocatedDockerfile) -> Iterator[Skipped]:
    for path in located.candidates:
        others = " and ".join(display_path(other) for other in located.candidates if other != path)
        text = f"could be the Dockerfile of {service}, as {others} could; name one for it"
        yield Skipped(display_path(path), text)


def _root(folder: Path) -> Path:
    """The folder that a source may not leave."""
    return next(iter(repository(folder)), folder)


# --- source code ----------------------------------------------------------------------------------


def _with_code(added: Added, settings: Settings) -> Added:
    """Services with the facts of their source code. A folder of several services is read once."""
    stated = {s.name: settings[s.name] for s in added.services if s.name in settings}
    folders = dict.fromkeys(one.code for one in stated.values() if one.code is not None)
    if not folders:
        return added
    from deploylint.readers.source import files, read_folder
    from deploylint.readers.source.values import with_facts

    read = {folder: read_folder(folder, _root(folder)) for folder in folders}

    def with_own_code(service: Service) -> Service:
        own = stated.get(service.name)
        if own is None or own.code is None:
            return service
        return with_facts(service, read[own.code].facts, child(own.node, CODE) or own.node)

    sources = dict.fromkeys(source for code in read.values() for source in code.sources)
    problems = dict.fromkeys(problem for code in read.values() for problem in code.problems)
    linked = dict.fromkeys(link for folder in folders for link in files.links(folder))
    return Added(
        tuple(map(with_own_code, added.services)),
        (*added.documents, *map(_document, sources)),
        (*added.problems, *problems),
        (
            *added.skipped,
            *(Skipped(display_path(link), "a link, which is not followed") for link in linked),
        ),
    )


def _document(source: Source) -> Document:
    """A source file as a document, for snippets of it."""
    return Document(source.file, source, ())
