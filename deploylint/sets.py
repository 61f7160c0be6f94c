"""Files to deployment sets: what is read of them, and what is not looked at and why.

A folder is read in one shape: as manifests if it holds a workload, else as values. Files that are
named one by one, in a configuration or by the command, are each read in their own.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from deploylint.config.groups import Group, Member
from deploylint.decoding import misread
from deploylint.deployed import alike, manifests_of, together
from deploylint.documents.nodes import Problem, span
from deploylint.documents.reader import Document, read, read_stream
from deploylint.elements import IMAGE
from deploylint.locations import shown
from deploylint.model import Service, Stated
from deploylint.nearest import hint
from deploylint.overlays import Bases
from deploylint.progress import Told, over, silent
from deploylint.shapes import contents, profiles, wrappers
from deploylint.shapes.carried import Contents
from deploylint.shapes.profiles import Profile
from deploylint.shapes.services import read_service
from deploylint.sources import with_sources
from deploylint.targets import OWN, STDIN, Skipped, Unusable, Wanted

NOT_DEPLOYMENTS = {
    "Chart": "a chart's description",
    "kustomization": "a kustomization; build it first: kustomize build DIR | deploylint check -",
    "skaffold": "a skaffold configuration",
    "docker-compose": "a compose file",
    "compose": "a compose file",
}


class Set(NamedTuple):
    """One deployment set: its services, what was passed over and what could not be read.

    ``focus`` are the files that findings are asked of; none means all of them. ``group`` is the
    configured group that it is, in one ``environment``. ``piped`` is how messages name the standard
    input where it is of the set.
    """

    name: str
    shape: str
    profile: Profile
    profile_because: str
    services: tuple[Service, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]
    focus: frozenset[str]
    group: Group | None = None
    environment: str = ""
    piped: str = ""


def called(one: Set) -> dict[str, str]:
    """What is typed for each service of a set: its file, or its name where that holds several."""
    held = Counter(map(_held, one.services))
    by_name = {s.name for s in one.services if held[_held(s)] > 1 or s.files[0] == one.piped}
    return {s.name: s.name if s.name in by_name else s.files[0] for s in one.services}


def _held(service: Service) -> tuple[str, ...]:
    """The files that hold a service: of manifests the one with its workload."""
    return service.files[:1] if service.shape == "manifests" else service.files


class _Layers(NamedTuple):
    """The documents of one service, the lowest layer first, and what is stated of it."""

    documents: tuple[Document, ...]
    stated: Stated | None

    @property
    def file(self) -> str:
        """The first of its files, by which it is known."""
        return self.documents[0].file

    @property
    def where(self) -> str:
        """Where its values stand: the file, and the line in it where it holds others."""
        first = self.documents[0]
        return self.file if first.origin is None else f"{self.file}:{span(first.roots[0]).line}"


def load(wanted: Wanted, profile: str, folders: profiles.Folders = (), told: Told = silent) -> Set:
    """Read one set; ``profile`` is a name or "", ``folders`` are as for ``choose_profile``.

    A file that is a layer of several services is read once; a service that lacks one of its layers
    is not read at all. Raises Unusable for two services of one name, Misread as ``_layers`` does.
    """
    files = over(wanted.files, "reading files:", told)
    found = {path: _read(path, wanted) for path in files}
    deployed = manifests_of(wanted, found)
    found = dict(deployed.rest)
    values = [document for one in found.values() for document in one.values]
    chosen, because = choose_profile(values, profile, folders)
    if deployed.profile is not None and not values:
        chosen, because = deployed.profile, deployed.because
    layers = [one for member in wanted.members for one in _layers(member, found)]
    services, passed_over = _services(layers, chosen, told)
    added = with_sources(together(services, deployed.services, chosen, folders), wanted.members)
    skipped = [
        Skipped(wanted.called(path), reason)
        for path, one in found.items()
        for reason in one.passed_over
    ]
    return Set(
        name=wanted.name,
        shape=_shape(added.services),
        profile=chosen,
        profile_because=because,
        services=tuple(one._replace(environment=wanted.environment) for one in added.services),
        skipped=(*wanted.skipped, *skipped, *passed_over, *deployed.skipped, *added.skipped),
        problems=(
            *(p for one in found.values() for p in one.problems),
            *deployed.problems,
            *added.problems,
        ),
        documents=(*(d for one in found.values() for d in one.shown), *added.documents),
        focus=wanted.focus,
        group=wanted.group,
        environment=wanted.environment,
        piped=wanted.piped if STDIN in wanted.files else "",
    )


def _shape(services: Sequence[Service]) -> str:
    shapes = {service.shape for service in services} or {"values"}
    return shapes.pop() if len(shapes) == 1 else "mixed"


def _layers(member: Member, found: Mapping[Path, Contents]) -> Iterator[_Layers]:
    """The services that a member's files hold: each by itself, or all layers of the one named.

    Raises Misread where a file holds several and none is called as the member is.
    """
    held, stated = [found[path] for path in member.files], member.stated
    if stated is None or not stated.name:
        yield from (_Layers((document,), stated) for one in held for document in one.values)
        return
    meant = [_meant(path, found[path], stated) for path in member.files]
    documents = tuple(document for one in meant for document in one)
    if documents and (len(held) == 1 or not any(one.problems for one in held)):
        yield _Layers(wrappers.layers(documents), stated)


def _meant(path: Path, one: Contents, stated: Stated) -> tuple[Document, ...]:
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


def _read(path: Path, wanted: Wanted) -> Contents:
    """What one file holds, where it is a deployment."""
    if path == STDIN:
        return contents.of(read_stream(sys.stdin.buffer, wanted.piped))
    stem = path.stem.partition(".")[0]
    kind = NOT_DEPLOYMENTS.get(stem)
    if path.name.startswith(OWN):
        kind = "a configuration of deploylint"
    if kind is not None:
        return Contents(passed_over=(kind,))
    return contents.of(read(path, shown(path), wanted.root))


def choose_profile(
    documents: Iterable[Document], name: str, folders: profiles.Folders = ()
) -> tuple[Profile, str]:
    """The profile to read a set with, and why; ``folders`` hold profiles of the project's own.

    Raises Unusable for a name that is not there, Misread for an own profile that is wrong.
    """
    known = profiles.names(folders)
    if name:
        if name not in known:
            raise Unusable(f"--profile {name}: there is no such profile; {hint(name, known)}")
        return profiles.load(name, folders), "--profile"
    for candidate in known:
        for document in documents:
            if found := profiles.evidence(candidate, document.roots[0], folders):
                return profiles.load(candidate, folders), f"{document.file} sets {found}"
    return profiles.load(known[-1], folders), "nothing speaks for another"


def _services(
    layers: Sequence[_Layers], profile: Profile, told: Told
) -> tuple[list[Service], list[Skipped]]:
    services, passed_over, named = list[Service](), list[Skipped](), dict[str, str]()
    bases = Bases([one.documents for one in layers])
    for one in over(layers, "understanding services:", told):
        service = read_service(one.documents, profile, one.stated)
        if reason := _no_service(one, service, bases, profile):
            passed_over += (Skipped(document.file, reason) for document in one.documents)
        elif service is not None:
            if service.name in named:
                raise alike(one.where, service.name, named[service.name])
            named[service.name] = one.where
            services.append(service)
    return services, passed_over


def _no_service(one: _Layers, service: Service | None, bases: Bases, profile: Profile) -> str:
    """Why some documents are no service: they overlay a sibling, or set nothing known."""
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    carried = one.documents[0].origin
    is_named = one.stated is not None and one.stated.name
    base = "" if runs or carried or is_named else bases.of(one.documents)
    if base:
        return f"an overlay: sets no image, all its keys are in {base}"
    if service is not None:
        return ""
    named = f"{carried.name}: " if carried and carried.name else ""
    inside = ", ".join(filter(None, map(wrappers.left, one.documents)))
    more = f"; what stands under {inside} is no whole service" if inside else ""
    return f"{named}sets nothing that profile {profile.name} knows{more}"
