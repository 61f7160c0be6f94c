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
from deploylint.deployed import manifests_of
from deploylint.documents.nodes import Node, Problem, span
from deploylint.documents.reader import Document, read, read_stream
from deploylint.elements import IMAGE
from deploylint.locations import shown
from deploylint.model import Service, Stated
from deploylint.nearest import hint
from deploylint.progress import Told, over, silent
from deploylint.shapes import contents, profiles, wrappers
from deploylint.shapes.carried import Contents
from deploylint.shapes.profiles import Profile
from deploylint.shapes.services import read_service
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
    configured group that it is, in one ``environment``.
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


def called(one: Set) -> dict[str, str]:
    """What is typed for each service of a set: its file, or its name where that holds several."""
    held = Counter(map(_held, one.services))
    return {s.name: s.name if held[_held(s)] > 1 else s.files[0] for s in one.services}


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
    is not read at all.
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
    services = _together(services, deployed.services, chosen, folders)
    skipped = [
        Skipped(wanted.called(path), reason)
        for path, one in found.items()
        for reason in one.passed_over
    ]
    return Set(
        name=wanted.name,
        shape=_shape(services),
        profile=chosen,
        profile_because=because,
        services=tuple(one._replace(environment=wanted.environment) for one in services),
        skipped=(*wanted.skipped, *skipped, *passed_over, *deployed.skipped),
        problems=(*(p for one in found.values() for p in one.problems), *deployed.problems),
        documents=tuple(document for one in found.values() for document in one.shown),
        focus=wanted.focus,
        group=wanted.group,
        environment=wanted.environment,
    )


def _together(
    values: list[Service],
    manifests: Sequence[Service],
    profile: Profile,
    folders: profiles.Folders,
) -> list[Service]:
    """The services of both shapes. What a shape has no word for is unknown beside the other one.

    Raises Unusable where two are called alike.
    """
    if not manifests or not values:
        return [*values, *manifests]
    from deploylint.shapes.gaps import with_gaps

    named = {service.name: service.files[0] for service in values}
    for one in manifests:
        if one.name in named:
            raise _alike(one.files[0], one.name, named[one.name])
    return [*(with_gaps(one, profile.name, folders) for one in values), *manifests]


def _shape(services: Sequence[Service]) -> str:
    shapes = {service.shape for service in services} or {"values"}
    return shapes.pop() if len(shapes) == 1 else "mixed"


def _alike(here: str, name: str, there: str) -> Unusable:
    return Unusable(f"{here}: is service {name!r}, and so is {there}; rename one of them")


def _layers(member: Member, found: Mapping[Path, Contents]) -> Iterator[_Layers]:
    """The services that a member's files hold: one of all, or one of each value in a lone file."""
    held = [found[path] for path in member.files]
    stated = member.stated
    named = stated is not None and stated.name
    if len(held) == 1 and not (named and len(held[0].values) == 1):
        wanted = (one for one in held[0].values if not named or _name(one) == named)
        yield from (_Layers((document,), stated) for document in wanted)
    elif not any(one.problems for one in held):
        documents = tuple(document for one in held for document in one.values)
        if documents:
            yield _Layers(wrappers.layers(documents), stated)


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
    for one in over(layers, "understanding services:", told):
        service = read_service(one.documents, profile, one.stated)
        siblings = () if one.stated is not None and one.stated.name else layers
        if reason := _no_service(one, service, siblings, profile):
            passed_over += (Skipped(document.file, reason) for document in one.documents)
        elif service is not None:
            if service.name in named:
                raise _alike(one.where, service.name, named[service.name])
            named[service.name] = one.where
            services.append(service)
    return services, passed_over


def _no_service(
    one: _Layers, service: Service | None, siblings: Sequence[_Layers], profile: Profile
) -> str:
    """Why some documents are no service: they overlay a sibling, or set nothing known."""
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    carried = one.documents[0].origin
    base = None if runs or carried else _overlaid(one, siblings)
    if base is not None:
        return f"an overlay: sets no image, all its keys are in {base.file}"
    if service is not None:
        return ""
    named = f"{carried.name}: " if carried and carried.name else ""
    inside = ", ".join(filter(None, map(wrappers.left, one.documents)))
    more = f"; what stands under {inside} is no whole service" if inside else ""
    return f"{named}sets nothing that profile {profile.name} knows{more}"


def _overlaid(one: _Layers, siblings: Sequence[_Layers]) -> _Layers | None:
    """The sibling that holds all keys of a document and more."""
    mine = _key_paths(one)
    return next((other for other in siblings if mine < _key_paths(other)), None)


def _key_paths(one: _Layers) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    roots = [root for document in one.documents for root in document.roots]
    stack: list[tuple[Node, tuple[str, ...]]] = [(root, ()) for root in roots]
    while stack:
        node, path = stack.pop()
        if isinstance(node.content, dict):
            for key, entry in node.content.items():
                found.add((*path, key))
                stack.append((entry.value, (*path, key)))
    return found
