"""What the values files of a set hold, put together from the batches in which they were read.

What is known only once all were read is settled at the end: which of them are overlays of others,
and whether two are called alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from deploylint.documents.nodes import Node
from deploylint.engine.discovery import Skipped
from deploylint.engine.layering import Layers
from deploylint.engine.overlays import KeyPath, find_base_files, key_paths
from deploylint.model import shelf
from deploylint.model.fields import IMAGE
from deploylint.model.service import Service
from deploylint.readers.helm import umbrella
from deploylint.readers.helm.profile import Profile
from deploylint.readers.service import read_service


class Read(NamedTuple):
    """The documents of what may be a service, and what they come to; None if it is none."""

    layers: Layers
    service: Service | None
    reason: str


def understand(one: Layers, profile: Profile, environment: str) -> Read:
    """What some documents come to, read with a profile, in an environment."""
    service = read_service(one.documents, profile, one.stated)
    if service is None:
        return Read(one, None, _nothing_known(one, profile))
    return Read(one, service._replace(environment=environment), "")


class Item(NamedTuple):
    """What stays of one of them: its files and place, and the reason why it is no service.

    ``roots`` are those of what is none. ``keys`` are there if it may be an overlay.
    """

    files: tuple[str, ...]
    where: str
    reason: str
    roots: tuple[Node, ...]
    keys: Set[KeyPath] | None


def item(one: Read) -> Item:
    """What stays of what was read."""
    layers, service, reason = one
    return Item(
        tuple(document.file for document in layers.documents),
        layers.where,
        reason,
        layers.roots if service is None else (),
        key_paths(layers.roots) if _may_overlay(layers, service) else None,
    )


class Settled(NamedTuple):
    """The services of a set, what is none of them, and two that are called alike.

    These are (place, name, place of the first).
    """

    services: shelf.Services
    skipped: tuple[Skipped, ...]
    alike: tuple[str, str, str] | None


class Gathered:
    """What was understood so far, in the order of the files."""

    def __init__(self, texts: shelf.Texts) -> None:
        self._services = shelf.Services()
        self._items: list[Item] = []
        self._texts = texts

    def take(self, items: Iterable[Item], services: shelf.Batch | Sequence[Service]) -> None:
        """Keep what a batch comes to: its items, and those of them that are services."""
        self._items += items
        if isinstance(services, shelf.Batch):
            self._services.add(services, self._texts)
        else:
            self._services.put(services)

    def settled(self) -> Settled:
        """What all of it comes to."""
        doubts = {at: one.keys for at, one in enumerate(self._items) if one.keys is not None}
        found = find_base_files(list(doubts.values()), self._held() if doubts else ())
        based = dict(zip(doubts, found, strict=True))
        skipped, places = list[Skipped](), list[str]()
        for at, one in enumerate(self._items):
            base = based.get(at)
            reason = (
                f"an overlay: sets no image, all its keys are in {base}" if base else one.reason
            )
            skipped += (Skipped(file, reason) for file in one.files if reason)
            if not one.reason:
                places.append("" if base else one.where)
        overlays = [number for number, place in enumerate(places) if not place]
        services = self._services.without(overlays) if overlays else self._services
        return Settled(services, tuple(skipped), _alike(services, filter(None, places)))

    def _held(self) -> Iterator[tuple[str, tuple[Node, ...]]]:
        """The first file and the roots of everything, in order."""
        services = iter(self._services)
        for one in self._items:
            if one.reason:
                yield one.files[0], one.roots
            else:
                service = next(services)
                yield service.files[0], service.roots


def _may_overlay(one: Layers, service: Service | None) -> bool:
    runs = service is not None and any(IMAGE in c.values for c in service.components)
    is_named = one.stated is not None and one.stated.name
    return not (runs or one.documents[0].origin or is_named)


def _nothing_known(one: Layers, profile: Profile) -> str:
    carried = one.documents[0].origin
    named = f"{carried.name}: " if carried and carried.name else ""
    inside = ", ".join(filter(None, map(umbrella.left, one.documents)))
    more = f"; what stands under {inside} is no whole service" if inside else ""
    return f"{named}sets nothing that profile {profile.name} knows{more}"


def _alike(services: shelf.Services, places: Iterable[str]) -> tuple[str, str, str] | None:
    """The first service that is called like one before it."""
    named: dict[str, str] = {}
    for one, place in zip(services.listed, places, strict=True):
        if one.name in named:
            return place, one.name, named[one.name]
        named[one.name] = place
    return None
