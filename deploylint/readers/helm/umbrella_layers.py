"""Layers of charts inside, as they lie over each other under the names of these charts.

A layer over a wrapped chart need not be whole: its values are those under the same name. What has
the place of a chart's key, and nearly its name, is meant for that chart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from deploylint.documents.merge import merge_layers
from deploylint.documents.nodes import Entry, Node, child, entries_of
from deploylint.documents.reader import Document, Origin
from deploylint.documents.record import Record
from deploylint.documents.suggest import NearWords, nearest
from deploylint.readers.helm.switches import misspelt_switches, quoted_switches
from deploylint.readers.helm.umbrella import (
    REPOSITORY,
    SHARED,
    chart_key,
    passed_values,
    read_values,
    root_entries,
    stated_elements,
    widest_profile,
)

MOST_UNREAD = 100
"""So many keys of one file may be misspelt ones of charts; more are of something else."""


class KnownKeys(Record):
    """The keys that the values of a chart have for its charts, and all that something takes.

    ``switches`` are those below each that install it.
    """

    charts: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    switches: Mapping[str, Collection[str]] = MappingProxyType({})


NOTHING_KNOWN = KnownKeys()


def split_layers(
    documents: tuple[Document, ...], known_keys: KnownKeys = NOTHING_KNOWN
) -> Iterator[tuple[Document, ...]]:
    """The layers of each service in values files that lie over each other, the lowest first."""
    charts, documents = known_keys.charts, _as_meant(documents, known_keys)
    entries = (name for document in documents for name in _mappings_in(document))
    if known := [name for name in dict.fromkeys(entries) if name in charts]:
        with_pods = _with_pods(documents, known)
        for name, layers in zip(with_pods, _layers_below(documents, with_pods), strict=True):
            yield _with_wrong_switches(layers, known_keys.switches.get(name, ()))
        return
    whole = documents[:1]
    if len(documents) > 1:
        root = merge_layers(documents).root
        if root is None:
            yield from ((document,) for document in documents)
            return
        whole = (documents[0]._replace(roots=(root,)),)
    names = list[str]()
    for file in (each for each in (*whole, *documents) if each.origin is None):
        names = list(filter(None, map(chart_key, read_values(file).values)))
        if names:
            break
    if documents and not names:
        yield documents
    yield from _layers_below(documents, names)


def _as_meant(documents: tuple[Document, ...], known: KnownKeys) -> tuple[Document, ...]:
    """Layers, the lowest with what is a letter off the key of a chart that it lacks at that key."""
    entries = root_entries(documents[0]) if documents else {}
    lacking = known.charts - entries.keys()
    unread = unread_keys(documents[0], known.taken) if lacking and entries else ()
    words = NearWords(lacking if unread else ())
    meant = {near: key for key in unread for near in words.near(key)[:1]}
    if not meant:
        return documents
    called = {key: name for name, key in meant.items()}
    (root,) = documents[0].roots
    renamed = root.made({called.get(name, name): entry for name, entry in entries.items()})
    return (documents[0]._replace(roots=(renamed,)), *documents[1:])


def _with_pods(documents: Sequence[Document], names: Sequence[str]) -> Sequence[str]:
    """The keys of charts inside without those that set nothing of a service, beside an image.

    They add something to its deployment, as ``generic-prometheus-alerts`` does.
    """
    profile, stated = widest_profile(), dict[str, set[str]]()
    for entries in map(root_entries, documents):
        for name in filter(entries.__contains__, names):
            values = entries[name].value
            known = stated_elements(values, profile) if values.is_mapping else ()
            stated.setdefault(name, set()).update(known)
    if not any(REPOSITORY in each for each in stated.values()):
        return names
    return [name for name in names if stated[name]]


def _layers_below(
    documents: tuple[Document, ...], names: Sequence[str]
) -> Iterator[tuple[Document, ...]]:
    misspelt = dict(_misspelt_in_layers(documents, names))
    for name in names:
        inside = (document for document in documents if name in root_entries(document))
        layers = [_unwrap(document, name, names) for document in inside]
        if layers and name in misspelt and (origin := layers[0].origin) is not None:
            every = (*origin.misspelt, *misspelt[name])
            layers[0] = layers[0]._replace(origin=origin._replace(misspelt=every))
        yield tuple(layers)


def _with_wrong_switches(
    layers: tuple[Document, ...], switches: Collection[str]
) -> tuple[Document, ...]:
    """The values of a chart with what is wrong in its switches; a slip is one where none is set."""
    lacking = [key for key in switches if not any(child(d.roots[0], key) for d in layers)]
    return tuple(_with_faulty(document, switches, lacking) for document in layers)


def _with_faulty(
    document: Document, switches: Collection[str], lacking: Collection[str]
) -> Document:
    origin, block = document.origin, document.roots[0]
    slips = tuple(misspelt_switches(block, lacking))
    quoted = tuple(quoted_switches(block, switches))
    if origin is None or not (slips or quoted):
        return document
    slips, quoted = (*origin.misspelt, *slips), (*origin.quoted, *quoted)
    return document._replace(origin=origin._replace(misspelt=slips, quoted=quoted))


def _misspelt_in_layers(
    documents: Sequence[Document], names: Iterable[str]
) -> Iterator[tuple[str, tuple[tuple[Node, str], ...]]]:
    """The keys of layers that the lowest one does not have, by the service that each means."""
    lowest, *layers = map(root_entries, documents) if documents else ({},)
    meant = defaultdict[str, list[Node]](list)
    known = {*lowest, *names}
    for layer in layers:
        unread = [key for key, each in layer.items() if key not in known and each.value.is_mapping]
        lacking = [name for name in names if name not in layer] if unread else []
        for key in unread if len(unread) <= MOST_UNREAD else ():
            meant[nearest(key, lacking)].append(layer[key].key)
    yield from ((n, tuple((key, n) for key in meant[n])) for n in names if n in meant)


def _mappings_in(document: Document) -> list[str]:
    """The keys of mappings at the root of a file."""
    return [name for name, entry in root_entries(document).items() if entry.value.is_mapping]


def unwrap_layers(
    documents: tuple[Document, ...], known_keys: KnownKeys = NOTHING_KNOWN, service: str = ""
) -> tuple[Document, ...]:
    """The layers of one service, each at the same key where one of them is a wrapped chart.

    Where the keys of charts inside are known, the service is that of its name, or the only one.
    """
    charts, documents = known_keys.charts, _as_meant(documents, known_keys)
    known = {name for each in documents for name in _mappings_in(each) if name in charts}
    if chosen := known if len(known) == 1 else known & {service}:
        return _below(documents, min(chosen), [*known])
    origins = (document.origin for document in documents)
    names = {origin.under for origin in origins if origin is not None and origin.under}
    if len(names) != 1:
        return documents
    (name,) = names
    return _below(documents, name, [name])


def _below(
    documents: tuple[Document, ...], name: str, names: Sequence[str]
) -> tuple[Document, ...]:
    return tuple(_unwrap(document, name, names) for document in documents)


def _unwrap(document: Document, name: str, services: Sequence[str]) -> Document:
    entries = root_entries(document)
    if name not in entries or not entries[name].value.is_mapping:
        return document
    within = document.source.duplicates_within([entries[name].value])
    own = document.source.duplicates if len(services) == 1 else within
    return passed_values(document, entries, name, services, own)


def values_below(
    document: Document,
    keys: Iterable[str],
    switches: Collection[str] = (),
    unread: Iterable[str] = (),
) -> Document | None:
    """The values that a chart has for one that it consists of; None where it has none.

    ``keys`` are those of the charts on the way to it, and ``switches`` are left out. One that is
    ``unread`` may be meant for one that is not there.
    """
    for name in keys:
        entries = entries_of(document.roots[0]) if len(document.roots) == 1 else {}
        if name not in entries:
            return _misspelt(document, entries, name, unread)
        if not entries[name].value.is_mapping:
            return None
        key, node = entries[name]
        twice = [pair for pair in document.source.duplicates if pair[1] is key]
        twice += document.source.duplicates_within([node])
        document = passed_values(document, entries, name, [name], twice)
    document = _with_faulty(document, switches, switches)
    (root,), origin = document.roots, document.origin
    kept = {name: entry for name, entry in entries_of(root).items() if name not in switches}
    origin = None if origin is None else origin._replace(whole=None)  # all of it is of many
    return document._replace(roots=(root.made(kept),), origin=origin)


def unread_keys(document: Document, known: Container[str]) -> tuple[str, ...]:
    """The keys of mappings in the values of a chart that are none of its charts, if they are few.

    ``known`` are those of its charts, and those that its templates take.
    """
    mappings = (name for name in _mappings_in(document) if name != SHARED)
    unread = tuple(name for name in mappings if name not in known)
    return unread if len(unread) <= MOST_UNREAD else ()


def _misspelt(
    document: Document, entries: dict[str, Entry], name: str, unread: Iterable[str]
) -> Document | None:
    """No values of a chart, and the key that stands in the place of its own."""
    near = nearest(name, unread)
    if near not in entries:
        return None
    (root,) = document.roots
    origin = Origin(under=name, misspelt=((entries[near].key, name),))
    return document._replace(roots=(root.made({}),), origin=origin)
