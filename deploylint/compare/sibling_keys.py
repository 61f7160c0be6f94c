"""Why a majority does not compare a leaf: what its siblings have at its key.

A leaf that is not compared is explained where its siblings were asked whether they have its key,
or where none of them has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set

from deploylint.compare.majority import GroupVotes
from deploylint.compare.oddities import sibling_groups
from deploylint.compare.oddity import MANY
from deploylint.compare.result import Leaf
from deploylint.compare.service_keys import Outline, Path, ServiceKeys, common_names
from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import Node, NodeTable, child, text_of
from deploylint.model.fields import ADDRESSES, WIRING
from deploylint.model.finding import Explanation
from deploylint.model.service import Service
from deploylint.model.types import SIZES

Places = Mapping[KeyPath, Path]
"""The keys of one object as they are written, each with its path below the object's kind."""


class SiblingKeys:
    """How many siblings of each service have each key."""

    def __init__(self, votes: GroupVotes) -> None:
        self._places: dict[int, list[tuple[Node, Places]]] = {}
        self._often: dict[int, Mapping[Path, int]] = {}
        for services in sibling_groups(votes):
            often = Counter[Path]()
            for alike, paths in self._read(services):
                often.update(dict.fromkeys(paths, alike))
            self._often |= dict.fromkeys(map(id, services), often)

    def _read(self, services: Sequence[Service]) -> Iterator[tuple[int, Set[Path]]]:
        """The paths of the keys of services that are written alike, and how many these are."""
        known, common = dict[object, Outline](), common_names(services)
        by_outline: dict[tuple[Outline, str], Places] = {}
        alike = Counter[tuple[tuple[Outline, str], ...]]()
        for service in services:
            objects = self._places[id(service)] = list[tuple[Node, Places]]()
            outlines = list[tuple[Outline, str]]()
            for root in service.written:
                keys = ServiceKeys(service._replace(root=root), known, common)
                key = keys.outline, text_of(child(root, "kind"))
                if key not in by_outline:
                    by_outline[key] = _places(keys, root, key[1])
                objects.append((root, by_outline[key]))
                outlines.append(key)
            alike[tuple(outlines)] += 1
        for of_service, count in alike.items():
            yield count, {path for key in of_service for path in by_outline[key].values()}

    def explain(self, service: Service, leaf: Leaf, address: str) -> Explanation:
        """Why a leaf of a service, that was read as an address or "", is not compared."""
        if id(service) not in self._places:
            return "guest"
        field = address.partition("/")[2]
        if field in WIRING:
            return "wiring"
        if ADDRESSES.get(field) in SIZES:
            return "size"
        often, path = self._often[id(service)], self._path(service, *leaf)
        count, asked = often.get(path, 0), often.get(path[:-1], 0)
        if count <= 1:
            return "alone"
        return "asked" if count == asked or asked >= MANY else "few"

    def _path(self, service: Service, table: NodeTable, row: int) -> Path:
        """The path of a leaf, or of the list around it where its items have no names."""
        for root, places in self._places[id(service)]:
            if root.table is table and root.row <= row < root.end_row:
                key: KeyPath | None = table.paths[row]
                while key is not None and key not in places:
                    key = key.parent
                return () if key is None else places[key]
        return ()


def _places(keys: ServiceKeys, root: Node, kind: str) -> Places:
    places = {keys.entry(path).value.path: (kind, *path) for path in keys.outline.places}
    return {root.path: (kind,), **places}
