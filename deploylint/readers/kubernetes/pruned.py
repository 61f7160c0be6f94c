"""What is kept of a file of manifests while the trees of a large set are given up, and put back.

Kept are the keys that say what an object is, what it is called and what it belongs to; the paths
are those of the table. The rest is parsed again from the file's text when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from deploylint.documents.nodes import Entry, Node, Source
from deploylint.documents.parser import parse
from deploylint.documents.reader import Document
from deploylint.readers.helm.key_tree import ITEMS, split
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, objects_in
from deploylint.readers.kubernetes.schema import Attachment

_HELD = 16
"""How many files are held after they were parsed again: what follows each other shares some."""

_ALWAYS = (
    "apiVersion",
    "kind",
    '"$patch"',
    "resources",
    "spec.selector",
    "metadata.name",
    "metadata.generateName",
    "metadata.namespace",
    "metadata.labels",
    'metadata.annotations."helm.sh/hook"',
)
_OF_PODS = ("metadata.labels", "spec.containers[].image")

Wanted = dict[str, "Wanted"]
"""The keys to keep, and what to keep below each; all of it under ``_ALL``."""
_ALL = ""


def pruned(document: Document) -> Document:
    """A file of manifests with what has to be known of all files of a set at once."""
    return document._replace(roots=tuple(_kept(root, _wanted()) for root in document.roots))


class Whole:
    """The objects of pruned files with all that stands in them."""

    def __init__(self) -> None:
        self._parsed = lru_cache(_HELD)(_parsed)

    def __call__(self, one: Object) -> Object:
        """An object as its file has it."""
        return self._parsed(one.node.source)[one.node.start]


def _parsed(source: Source) -> dict[int, Object]:
    """The objects of a file by where they begin."""
    source.duplicates.clear()  # they are found again
    whole = Document(source.file, source, tuple(parse(source)))
    return {one.node.start: one for one in objects_in(whole).objects}


@cache
def _wanted() -> Wanted:
    """What to keep of any object: the kinds are few, and their paths do not lie across."""
    wanted: Wanted = {}
    for path in (*_ALWAYS, *_paths()):
        below = wanted
        for key in split(path):
            below = below.setdefault(key, {})
        below[_ALL] = {}
    wanted["items"] = {ITEMS: wanted}  # a list may hold lists
    return wanted


def _paths() -> Iterator[str]:
    rows = table().attached.values()
    for workload in table().workloads.values():
        above = f"{workload.template}." if workload.template else ""
        for path in (*_OF_PODS, *(f"spec.{one}" for row in rows for one in row.named)):
            yield f"{above}{path}"
    for row in rows:
        yield from _of(row)


def _of(row: Attachment) -> Iterator[str]:
    yield from filter(None, (row.pods, row.services, row.target, row.called, *row.backends))
    for path in filter(None, (row.pods, row.services)):
        yield f"{path.rpartition('.')[0]}.matchExpressions"


def _kept(node: Node, wanted: Wanted) -> Node:
    content = node.content
    if _ALL in wanted or isinstance(content, str):
        return node
    if isinstance(content, list):
        return node.made([_kept(item, wanted.get(ITEMS, {})) for item in content])
    return node.made(
        {
            key: _entry(_kept(entry.value, below))
            for key, entry in content.items()
            if (below := wanted.get(key, wanted.get("*"))) is not None
        }
    )


def _entry(value: Node) -> Entry:
    """An entry without the node of its key, of which nobody asks where it stands."""
    return Entry(value, value)
