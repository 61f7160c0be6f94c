"""Values files that say nothing at their root, and all under the names of charts inside.

A chart that wraps another one has all its values under that one's name (``generic-service:``); an
umbrella has several charts under it. Helm hands a chart inside what stands under its name, and
``global`` beside it (https://helm.sh/docs/chart_template_guide/subcharts_and_globals/).

The decision is a cautious one: the root sets no element itself, and what stands under a name is a
whole service, with an image's repository and a Service or a route. One such name is the file's
service, called after the file, as a wrapped chart is called the same in every file; each of several
is a service called after its name. What else there is, is named and not read. A layer over a
wrapped chart need not be whole: what it says is what stands under the same name.
"""

from __future__ import annotations

from deploylint.documents.merge import merge_roots
from deploylint.documents.nodes import Entry, Node, child, is_empty, leaves, span
from deploylint.documents.reader import Document, Origin
from deploylint.documents.structure import key_names
from deploylint.model.field_values import RowNumbers
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.key_tree import Keys
from deploylint.readers.helm.profile import Profile
from deploylint.readers.helm.resolve import ReadKeys, resolve_values
from deploylint.readers.helm.walk import is_foreign, walk
from deploylint.readers.wrapped.values import FileContents, unreadable_at

SHARED = "global"
"""What Helm hands to every chart inside."""

MAX_SHARED = 1_000_000
"""How many values all charts of one file may be handed together."""

_REPOSITORY = "image.repository"
_SERVED = ("service.present", "route.present")


def contents(document: Document) -> FileContents:
    """A values file as the services it holds: itself, unless all of it is under names of charts."""
    whole = FileContents((document,), (document,))
    if len(document.roots) != 1:
        return whole
    root, profile = document.roots[0], profiles.load(profiles.names()[-1])
    if not root.is_mapping or _says_itself(root, profile):
        return whole
    assert isinstance(root.content, dict)
    inside = [name for name, entry in root.content.items() if _is_chart(name, entry, profile)]
    services = [name for name in inside if _is_whole(root.content[name].value, profile)]
    if not services:
        return whole
    shared = root.content.get(SHARED)
    if shared is not None and len(list(leaves(shared.value))) * len(services) > MAX_SHARED:
        message = f"{SHARED} is too large for {len(services)} charts"
        return FileContents((document,), (), (unreadable_at(shared.key, message).problem,))
    values = [_values(document, root.content, name, services) for name in services]
    left = [name for name in inside if name not in services]
    reason = f"{', '.join(left)}: not a complete service, beside {', '.join(services)}"
    around = _around(document, values)
    return FileContents((document,), around, (), (reason,) if left else ())


def _says_itself(root: Node, profile: Profile) -> bool:
    """Whether a key of the root is one that the profile reads something from."""
    known = profile.root.children
    return any(
        _is_read(keys) and not is_foreign(value, keys) and not is_empty(value)
        for name in key_names(root)
        if name != SHARED and (keys := known.get(name)) is not None
        if (value := child(root, name)) is not None
    )


def _is_read(keys: Keys) -> bool:
    return bool(keys.rules or keys.owned or keys.places or keys.children or keys.pending)


def _is_chart(name: str, entry: Entry, profile: Profile) -> bool:
    if name == SHARED or not isinstance(entry.value.content, dict) or not entry.value.content:
        return False
    known = profile.root.children.get(name)
    return known is None or not is_foreign(entry.value, known)


def _is_whole(node: Node, profile: Profile) -> bool:
    values = resolve_values(walk(node, profile.root, RowNumbers()), profile.union)
    said = {a for a, value in values.items() if value.state in ("known", "unknown")}
    return _REPOSITORY in said and any(address in said for address in _SERVED)


def layers(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The layers of one service, each at the same key where one of them is a wrapped chart."""
    names = {one.origin.under for one in documents if one.origin is not None and one.origin.under}
    if len(names) != 1:
        return documents
    (name,) = names
    return tuple(_layer(one, name) for one in documents)


def _layer(document: Document, name: str) -> Document:
    root = document.roots[0].content if len(document.roots) == 1 else None
    if document.origin is not None or not isinstance(root, dict) or name not in root:
        return document
    is_map = isinstance(root[name].value.content, dict)
    return _values(document, root, name, [name]) if is_map else document


def _says(scope: ReadKeys) -> bool:
    return bool(scope.values or scope.places)


def left(document: Document) -> str:
    """Which keys of a file that says nothing at its root look like charts inside, or ""."""
    root = document.roots[0].content if len(document.roots) == 1 else None
    if document.origin is not None or not isinstance(root, dict):
        return ""
    profile = profiles.load(profiles.names()[-1])
    inside = [
        name
        for name, entry in root.items()
        if _is_chart(name, entry, profile) and _says(walk(entry.value, profile.root, RowNumbers()))
    ]
    return ", ".join(inside)


def _values(
    document: Document, content: dict[str, Entry], name: str, services: list[str]
) -> Document:
    """What one chart inside is handed: what stands under its name, and what all share."""
    node = content[name].value
    assert isinstance(node.content, dict)
    line = span(content[name].key).line
    if len(services) == 1:
        notes = (f"all its values are under {name}, line {line}: a chart around another",)
    else:
        notes = (f"an umbrella of {len(services)} services; this one under {name}, line {line}",)
    if (shared := content.get(SHARED)) is not None:
        own = node.content.get(SHARED)
        handed = shared if own is None else Entry(shared.key, _over(own.value, shared.value))
        node = node.made({**node.content, SHARED: handed})
    alone = len(services) == 1
    origin = Origin("" if alone else name, "", notes, (), name if alone else "")
    return Document(document.file, document.source, (node,), origin)


def _over(below: Node, above: Node) -> Node:
    """A chart's own globals below those it is handed, which win."""
    return merge_roots((below, above)) or above


def _around(document: Document, values: list[Document]) -> tuple[Document, ...]:
    """Each service with the keys written twice in it; those around all are told with the first."""
    found: list[Document] = []
    rest = list(document.source.duplicates)
    for one in values:
        root, origin = one.roots[0], one.origin or Origin()
        own = tuple(pair for pair in rest if root.start <= pair[1].start < root.end)
        rest = [pair for pair in rest if not root.start <= pair[1].start < root.end]
        found.append(one._replace(origin=origin._replace(duplicates=own)))
    first, origin = found[0], found[0].origin or Origin()
    told = origin._replace(duplicates=(*rest, *origin.duplicates))
    return (first._replace(origin=told), *found[1:])
