"""Values files with all their values under the names of charts inside.

A chart that wraps another one has all its values under that one's name (``generic-service:``); an
umbrella has several charts under it. Helm passes a chart inside the values under its name, and
``global`` beside it (https://helm.sh/docs/chart_template_guide/subcharts_and_globals/).

The decision is a cautious one: the root sets no element itself, and the values under a name are a
whole service, with an image's repository and a Service or a route. One such name is the service of
the file, named after the file, as a wrapped chart has the same name in every file; each of several
is a service of that name, and so are several with an image and more, whatever the root sets for
all. Other charts are reported and not read. In a release the only name needs no more than an
image. ``umbrella_layers`` has the layers of such files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence, Set

from deploylint.documents.merge import merge_roots
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

_CONTAINER = "container"
"""What the key of a container of a service has in its name: ``initContainer``."""

_INSIDE = "charts/"
_IMAGE = "image"
REPOSITORY = "image.repository"
_SERVED = ("service.present", "route.present")


def read_values(document: Document) -> FileContents:
    """A values file as its services: itself, unless all values are under names of charts."""
    whole = FileContents((document,), (document,))
    if len(document.roots) != 1 or _has_image(document.roots[0]):
        return whole
    root, profile = document.roots[0], widest_profile()
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
        values.append(passed_values(document, entries, name, services, own))
    passed = with_duplicates(document, values)
    return FileContents((document,), passed, (), (reason,) if others else ())


def unwrap_releases(contents: FileContents) -> FileContents:
    """The values of releases, each without the name of the one chart inside that has them all."""
    return contents._replace(values=tuple(map(_unwrap_release, contents.values)))


def _unwrap_release(document: Document) -> Document:
    (root,), origin = document.roots, document.origin
    inside = _charts_inside(root, widest_profile()) if origin is not None else {}
    services = [name for name, stated in inside.items() if REPOSITORY in stated]
    if origin is None or len(services) != 1 or entries_of(root).keys() - {SHARED, *services}:
        return document
    values = passed_values(document, entries_of(root), services[0], services)
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
    programs = {n for n in inside if REPOSITORY in inside[n] and len(elements[n]) >= WHOLE}
    programs -= widest_profile().root.children.keys()
    programs = programs if len(programs) >= MANY else set()
    return [n for n in inside if n in programs or (is_alone and _is_whole(inside[n]))]


def _charts_inside(
    root: Node, profile: Profile, *, beside: bool = False
) -> dict[str, frozenset[str]]:
    """The keys of charts inside and what each sets; all values are theirs, or ``beside`` some."""
    if not root.is_mapping or (not beside and _sets_element(root, profile)):
        return {}
    charts = ((n, e.value) for n, e in entries_of(root).items() if _is_chart(n, e, profile))
    return {name: frozenset(stated_elements(value, profile)) for name, value in charts}


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


def widest_profile() -> Profile:
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


def stated_elements(node: Node, profile: Profile) -> Iterator[str]:
    """The addresses that values set, as far as a profile knows."""
    values = resolve_values(walk(node, profile.root, RowNumbers()), profile.union)
    yield from (a for a, value in values.items() if value.state in ("known", "unknown"))


def _is_whole(stated: Set[str]) -> bool:
    return REPOSITORY in stated and not stated.isdisjoint(_SERVED)


def chart_key(document: Document) -> str:
    """The key of the chart inside that has these values, or ""."""
    return "" if document.origin is None else document.origin.under or document.origin.name


def is_inside(document: Document) -> bool:
    """Whether values are those of a chart inside that a file has under its name."""
    name = chart_key(document)
    return document.origin is not None and document.origin.chart == _INSIDE + name


def root_entries(document: Document) -> dict[str, Entry]:
    """The entries at the root of a file without wrapped values."""
    is_plain = document.origin is None and len(document.roots) == 1
    return entries_of(document.roots[0]) if is_plain else {}


def unread_charts(document: Document) -> str:
    """The keys that look like charts inside, in a file without values at its root, or ""."""
    profile = widest_profile()
    return ", ".join(
        name
        for name, entry in root_entries(document).items()
        if _is_chart(name, entry, profile)
        and ((scope := walk(entry.value, profile.root, RowNumbers())).values or scope.places)
    )


def passed_values(
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
    slips = ((key, name),) if text_of(key) != name else ()
    chart = _INSIDE + name
    origin = Origin(called, "", (note,), twice, under, chart=chart, misspelt=slips, whole=whole)
    return Document(document.file, document.source, (node,), origin)
