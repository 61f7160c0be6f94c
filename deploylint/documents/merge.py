"""Several values files as one tree, laid over each other as Helm does: ``-f base -f prod``.

What Helm 4 does is followed, and the tests hold this to what ``helm template`` prints. Two steps
(``MergeMaps`` in pkg/chart/v2/loader, ``coalesceValues`` in pkg/chart/common/util):

* Over a file, and over an earlier document of the same file: maps merge key by key, everything else
  is replaced, lists too. ``{}`` over a map changes nothing; null over a value is a null.
* Over the chart's own ``values.yaml`` the same, but a null takes the chart's key away, and a null
  of the chart's own has no effect.

Helm 3 differs in two things: of a file it reads the first document only, and the chart's own nulls
stay. What a null under the key of a subchart does differs from one version to the next; here it is
a null like any other.

Nothing that was read is changed: one base can lie below ``staging`` and below ``prod``. Every key
and value keeps the source it came from; a mapping of several files has the location of the
topmost one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from deploylint.documents.nodes import Entry, Node, scalar
from deploylint.documents.reader import Document
from deploylint.documents.record import Record

OVERRIDDEN = "overridden by"
IDLE = "an empty map, which does not clear"
REMOVAL = "null, which removes"
UNSAID = "null, which has no effect in a chart's own values"


class Lost(Record):
    """A value that the merged tree does not hold, why, and the key of another that is behind it.

    ``why`` is one of the four above; the first three are read on with the place of ``by``.
    """

    node: Node
    why: str
    by: Node | None


class Layered(Record):
    """Documents as one tree, None where there is none; and what of them it does not hold."""

    root: Node | None
    lost: tuple[Lost, ...]


def merge_layers(documents: Sequence[Document], chart: Document | None = None) -> Layered:
    """Values files as Helm merges them, the lowest first.

    ``chart`` is the chart's own ``values.yaml``, which lies below them all. The roots are
    mappings: Helm refuses any other, and here one replaces what is below it.
    """
    lost: list[Lost] = []
    root = _stacked((_stacked(document.roots, lost) for document in documents), lost)
    defaults = _stacked(chart.roots, lost) if chart is not None else None
    if defaults is not None:
        kept = root.content if root is not None and isinstance(root.content, dict) else ()
        below = _without_nulls(defaults, kept, lost)
        root = _stacked((below, root), lost, removes=True)
    return Layered(root, tuple(lost))


def merge_roots(roots: Iterable[Node]) -> Node | None:
    """The documents of one values file as Helm merges them; None when there is none."""
    return _stacked(roots, [])


def _stacked(
    roots: Iterable[Node | None], lost: list[Lost], *, removes: bool = False
) -> Node | None:
    entries = [Entry(root, root) for root in roots if root is not None]
    settled = _settled(entries, lost, removes=removes) if entries else None
    return None if settled is None else settled.value


def _without_nulls(node: Node, kept: Container[str], lost: list[Lost]) -> Node:
    """A chart's mapping without its nulls, at any depth but in lists.

    At its top those stay that a file sets: a null over one of them takes the key away.
    """
    if not isinstance(node.content, dict):
        return node
    content = dict[str, Entry]()
    for key, (name, value) in node.content.items():
        if _is_null(value) and key not in kept:
            lost.append(Lost(value, UNSAID, None))
        else:
            content[key] = Entry(name, _without_nulls(value, (), lost))
    same = len(content) == len(node.content) and all(
        entry.value is node.content[key].value for key, entry in content.items()
    )
    return node if same else node.made(content)


def _settled(entries: Sequence[Entry], lost: list[Lost], *, removes: bool) -> Entry | None:
    """The entries of one key merged, the lowest first.

    None where a null ``removes`` what is below it. All layers are merged at once, so that the time
    follows their size and not their number.
    """
    joining = [entries[0]]  # mappings that merge, or one value of any kind
    for above in entries[1:]:
        under, over = joining[-1].value, above.value
        both_mappings = isinstance(under.content, dict) and isinstance(over.content, dict)
        if not (both_mappings and under.content):
            lost.append(Lost(_joined(joining, lost, removes=removes).value, OVERRIDDEN, above.key))
            if removes and _is_null(over):
                lost.append(Lost(over, REMOVAL, joining[-1].key))
                return None
            joining = [above]
        elif over.content:
            joining.append(above)
        else:
            lost.append(Lost(over, IDLE, joining[-1].key))
            joining[-1] = Entry(above.key, under)
    return _joined(joining, lost, removes=removes)


def _joined(entries: Sequence[Entry], lost: list[Lost], *, removes: bool) -> Entry:
    """Mappings as one, in the place of the topmost; one value alone as it is."""
    top = entries[-1]
    if len(entries) == 1:
        return top
    by_key = dict[str, list[Entry]]()
    for entry in entries:
        assert isinstance(entry.value.content, dict)
        for key, below in entry.value.content.items():
            by_key.setdefault(key, []).append(below)
    content = dict[str, Entry]()
    for key, layers in by_key.items():
        settled = _settled(layers, lost, removes=removes)
        if settled is not None:
            content[key] = settled
    return Entry(top.key, top.value.made(content))


def _is_null(node: Node) -> bool:
    return isinstance(node.content, str) and scalar(node) is None
