"""Values files with all their values under the names of charts inside.

A chart that wraps another one has all its values under that one's name (``generic-service:``); an
umbrella has several charts under it. Helm passes a chart inside the values under its name, and
``global`` beside it (https://helm.sh/docs/chart_template_guide/subcharts_and_globals/).

The decision is a cautious one: the root sets no element itself, and the values under a name are a
whole service, with an image's repository and a Service or a route. One such name is the service of
the file, named after the file, as a wrapped chart has the same name in every file; each of several
is a service of that name, and so are several with an image and more, whatever the root sets for
all. Other charts are reported and not read. A layer over a wrapped chart need not be whole: its
values are those under the same name. In a release the only name needs no more than an image.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set

from deploylint.documents.merge import merge_layers, merge_roots
from deploylint.documents.nodes import (
    Entry,
    Node,
    child,
    child_at,
    entries_of,
    is_empty,
    leaves,
    span,
    text_of,
)
from deploylint.documents.reader import Document, Origin
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.field_values import RowNumbers
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile
from deploylint.readers.helm.resolve import resolve_values
from deploylint.readers.helm.walk import is_foreign, walk
from deploylint.readers.wrapped.values import FileContents, unreadable_at, with_duplicates

SHARED = "global"
"""The key of the values that Helm passes to every chart inside."""

MAX_SHARED = 1_000_000
"""How many values all charts of one file may be passed together."""

MANY, WHOLE = 3, 5
"""So many programs, of so many elements each, are services whatever is set beside them."""

MOST_UNREAD = 100
"""So many keys of one file may be misspelt ones of charts; more are of something else."""

_CONTAINER = "container"
"""What the key of a container of a service has in its name: ``initContainer``."""

_INSIDE = "charts/"
_IMAGE = "image"
_REPOSITORY = "image.repository"
_SERVED = ("service.present", "route.present")


def read_values(document: Document) -> FileContents:
    """A values file as its services: itself, unless all values are under names of charts."""
    whole = FileContents((document,), (document,))
    if len(document.roots) != 1 or _has_image(document.roots[0]):
        return whole
    root, profile = document.roots[0], _profile()
    if unread := _services_in_own_words(root, profile):
        reason = f"{', '.join(unread)}: services in a spelling that is not read"
        return FileContents((document,), skipped=(reason,))
    inside = _charts_inside(root, profile, beside=_has_images(root))
    services = _services(inside, is_alone=not _sets_element(root, profile))
    if not services:
        return whole
    entries = entries_of(root)
    shared = entries.get(SHARED)
    if shared is not None and len(list(leaves(shared.value))) * len(services) > MAX_SHARED:
        message = f"{SHARED} is too large for {len(services)} charts"
        return FileContents((document,), (), (unreadable_at(shared.key, message).problem,))
    others = ", ".join(name for name in inside if name not in services)
    reason = f"{others}: not a complete service, beside {', '.join(services)}"
    values = list[Document]()
    for name in services:
        own = document.source.duplicates_within([entries[name].value])
        values.append(_values(document, entries, name, services, own))
    passed = with_duplicates(document, values)
    return FileContents((document,), passed, (), (reason,) if others else ())


def unwrap_releases(contents: FileContents) -> FileContents:
    """The values of releases, each without the name of the one chart inside that has them all."""
    return contents._replace(values=tuple(map(_unwrap_release, contents.values)))


def _unwrap_release(document: Document) -> Document:
    (root,), origin = document.roots, document.origin
    inside = _charts_inside(root, _profile()) if origin is not None else {}
    services = [name for name, stated in inside.items() if _REPOSITORY in stated]
    if origin is None or len(services) != 1 or entries_of(root).keys() - {SHARED, *services}:
        return document
    values = _values(document, entries_of(root), services[0], services)
    own = values.origin or origin
    chart, notes = os.path.join(origin.chart, own.chart), (*origin.notes, *own.notes)
    return values._replace(
        origin=origin._replace(notes=notes, under=own.under, chart=chart, whole=root)
    )


def _has_images(root: Node) -> bool:
    """Whether several keys have an image and more: then the root may set what they share."""
    below = (entry.value for entry in entries_of(root).values())
    return sum(bool(text_of(child_at(each, _IMAGE, "repository"))) for each in below) >= MANY


def _services(inside: Mapping[str, frozenset[str]], *, is_alone: bool) -> list[str]:
    """The keys of services: of whole ones where they are alone, and of several programs."""
    elements = {name: {each.partition(".")[0] for each in inside[name]} for name in inside}
    programs = {n for n in inside if _REPOSITORY in inside[n] and len(elements[n]) >= WHOLE}
    programs -= _profile().root.children.keys()
    programs = programs if len(programs) >= MANY else set()
    return [n for n in inside if n in programs or (is_alone and _is_whole(inside[n]))]


def _charts_inside(
    root: Node, profile: Profile, *, beside: bool = False
) -> dict[str, frozenset[str]]:
    """The keys of charts inside and what each sets; all values are theirs, or ``beside`` some."""
    if not root.is_mapping or (not beside and _sets_element(root, profile)):
        return {}
    charts = ((n, e.value) for n, e in entries_of(root).items() if _is_chart(n, e, profile))
    return {name: frozenset(_stated(value, profile)) for name, value in charts}


def _services_in_own_words(root: Node, profile: Profile) -> list[str]:
    """The keys of several services, each with its image as a text, in a file without an image.

    Taken for a service, such a file would lack all that its services set.
    """
    if child(root, _IMAGE) is not None:
        return []
    images = {name: child(entry.value, _IMAGE) for name, entry in entries_of(root).items()}
    kept = {name: node for name, node in images.items() if node is not None}
    is_unread = all(
        isinstance(node.content, str)
        and name not in profile.root.children
        and _CONTAINER not in name.lower()
        for name, node in kept.items()
    )
    return list(kept) if is_unread and len(kept) > 1 else []


def _has_image(root: Node) -> bool:
    """Whether a root has the image of a service: then its values are its own, as most are."""
    return (image := child(root, _IMAGE)) is not None and not is_empty(image)


def _profile() -> Profile:
    """The profile that all others extend."""
    return profiles.load(profiles.names()[-1])


def _sets_element(root: Node, profile: Profile) -> bool:
    """Whether the profile reads something from a key of the root."""
    known = profile.root.children
    return any(
        any((keys.rules, keys.owned, keys.places, keys.children, keys.pending))
        and not (is_foreign(value, keys) or is_empty(value))
        for name in key_names(root)
        if name != SHARED and (keys := known.get(name)) is not None
        if (value := child(root, name)) is not None
    )


def _is_chart(name: str, entry: Entry, profile: Profile) -> bool:
    if name == SHARED or not entries_of(entry.value):
        return False
    known = profile.root.children.get(name)
    return known is None or not is_foreign(entry.value, known)


def _stated(node: Node, profile: Profile) -> Iterator[str]:
    values = resolve_values(walk(node, profile.root, RowNumbers()), profile.union)
    yield from (a for a, value in values.items() if value.state in ("known", "unknown"))


def _is_whole(stated: Set[str]) -> bool:
    return _REPOSITORY in stated and not stated.isdisjoint(_SERVED)


def split_layers(
    documents: tuple[Document, ...], charts: Container[str] = ()
) -> Iterator[tuple[Document, ...]]:
    """The layers of each service in values files that lie over each other, the lowest first.

    ``charts`` are the keys of charts inside, where those are known.
    """
    entries = (name for document in documents for name in _mappings_in(document))
    if known := [name for name in dict.fromkeys(entries) if name in charts]:
        yield from _layers_below(documents, _with_pods(documents, known))
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
        names = list(filter(None, map(_chart_name, read_values(file).values)))
        if names:
            break
    if documents and not names:
        yield documents
    yield from _layers_below(documents, names)


def _with_pods(documents: Sequence[Document], names: Sequence[str]) -> Sequence[str]:
    """The keys of charts inside without those that set nothing of a service, beside an image.

    They add something to its deployment, as ``generic-prometheus-alerts`` does.
    """
    profile, stated = _profile(), dict[str, set[str]]()
    for entries in map(_root_entries, documents):
        for name in filter(entries.__contains__, names):
            values = entries[name].value
            known = _stated(values, profile) if values.is_mapping else ()
            stated.setdefault(name, set()).update(known)
    if not any(_REPOSITORY in each for each in stated.values()):
        return names
    return [name for name in names if stated[name]]


def _layers_below(
    documents: tuple[Document, ...], names: Sequence[str]
) -> Iterator[tuple[Document, ...]]:
    misspelt = dict(_misspelt_in_layers(documents, names))
    for name in names:
        inside = (document for document in documents if name in _root_entries(document))
        layers = [_unwrap(document, name, names) for document in inside]
        if layers and name in misspelt and (origin := layers[0].origin) is not None:
            layers[0] = layers[0]._replace(origin=origin._replace(misspelt=misspelt[name]))
        yield tuple(layers)


def _misspelt_in_layers(
    documents: Sequence[Document], names: Iterable[str]
) -> Iterator[tuple[str, tuple[tuple[Node, str], ...]]]:
    """The keys of layers that the lowest one does not have, by the service that each means."""
    lowest, *layers = map(_root_entries, documents) if documents else ({},)
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
    return [name for name, entry in _root_entries(document).items() if entry.value.is_mapping]


def _chart_name(document: Document) -> str:
    """The key of the chart inside that has these values, or ""."""
    return "" if document.origin is None else document.origin.under or document.origin.name


def is_inside(document: Document) -> bool:
    """Whether values are those of a chart inside that a file has under its name."""
    name = _chart_name(document)
    return document.origin is not None and document.origin.chart == _INSIDE + name


def unwrap_layers(
    documents: tuple[Document, ...], charts: Container[str] = (), service: str = ""
) -> tuple[Document, ...]:
    """The layers of one service, each at the same key where one of them is a wrapped chart.

    ``charts`` are the keys of charts inside, where those are known: the service is that of its
    name, or the only one.
    """
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
    entries = _root_entries(document)
    if name not in entries or not entries[name].value.is_mapping:
        return document
    within = document.source.duplicates_within([entries[name].value])
    own = document.source.duplicates if len(services) == 1 else within
    return _values(document, entries, name, services, own)


def values_below(
    document: Document,
    keys: Iterable[str],
    switches: Container[str] = (),
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
        document = _values(document, entries, name, [name], twice)
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


def _root_entries(document: Document) -> dict[str, Entry]:
    """The entries at the root of a file without wrapped values."""
    is_plain = document.origin is None and len(document.roots) == 1
    return entries_of(document.roots[0]) if is_plain else {}


def unread_charts(document: Document) -> str:
    """The keys that look like charts inside, in a file without values at its root, or ""."""
    profile = _profile()
    return ", ".join(
        name
        for name, entry in _root_entries(document).items()
        if _is_chart(name, entry, profile)
        and ((scope := walk(entry.value, profile.root, RowNumbers())).values or scope.places)
    )


def _values(
    document: Document,
    entries: dict[str, Entry],
    name: str,
    services: Sequence[str],
    duplicates: Sequence[tuple[Node, Node]] = (),
) -> Document:
    """The values that one chart inside is passed: those under its name, and the shared ones."""
    key, node = entries[name]
    line, is_alone = span(key).line, len(services) == 1
    note = f"an umbrella of {len(services)} services; this one under {name}, line {line}"
    if is_alone:
        note = f"all its values are under {name}, line {line}: a chart around another"
    if (shared := entries.get(SHARED)) is not None:
        own = entries_of(node)
        layers = [entry.value for entry in (own.get(SHARED), shared) if entry is not None]
        passed = Entry(shared.key, merge_roots(layers) or shared.value)
        node = node.made({**own, SHARED: passed})
    called, under = ("", name) if is_alone else (name, "")
    whole, twice = document.roots[0] if is_alone else None, tuple(duplicates)
    origin = Origin(called, "", (note,), twice, under, chart=_INSIDE + name, whole=whole)
    return Document(document.file, document.source, (node,), origin)
