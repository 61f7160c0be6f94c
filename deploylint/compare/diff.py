"""Where two sets or two trees differ: one item for each single difference.

Mappings are compared key by key, lists by DeepDiff. It is imported only here and only when two
lists differ: the import costs more than all the rest of a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from deploylint.compare.operators import Operand, align_names
from deploylint.documents.nodes import Entry, Node, plain
from deploylint.documents.record import Record
from deploylint.documents.scalars import whole_number
from deploylint.model.own_name import own_port, with_service
from deploylint.model.service import ABSENT, Value
from deploylint.model.templates import TEMPLATE
from deploylint.model.types import FEWER_NAMES, TREES, Plain, Type, prune


class DifferingItem(Record):
    """One single difference: the path below the field and both sides."""

    path: tuple[str, ...]
    expected: Value
    actual: Value


def diff_items(
    kind: Type, expected: Operand, actual: Operand, operator: str
) -> Iterator[DifferingItem]:
    """The single differences of two known values that do not satisfy ``operator``.

    Extra items count for ``equal``, and for ``contain`` only where they replace a missing one. For
    a majority, extra branches replace nothing.
    """
    if kind in TREES:
        yield from _branches(align_names(kind, expected, actual).value, actual.value, operator)
    else:
        yield from _names(kind, expected, actual, operator)


def _names(
    kind: Type, expected: Operand, actual: Operand, operator: str
) -> Iterator[DifferingItem]:
    """One missing and one extra name are one difference, at the extra one."""
    theirs, ours = _by_normal(expected), _by_normal(actual)
    missing = [value for name, value in theirs.items() if name not in ours]
    extra = [value for name, value in ours.items() if name not in theirs]
    if kind is FEWER_NAMES:
        missing = []
    elif operator != "equal":
        extra = extra[: len(missing)]
    gone = Value("absent", None, actual.value.node)
    for name, replacement in zip_longest(missing, extra):
        yield DifferingItem((), name or ABSENT, replacement or gone)


def _by_normal(side: Operand) -> dict[str, Value]:
    parts = side.value.parts or {}
    return {
        with_service(name, side.names): Value("known", name, entry.value)
        for name, entry in parts.items()
    }


class _Change(Record):
    """A branch that only one side has: its path, and whether its last step is a key."""

    path: tuple[str, ...]
    keyed: bool


class _TreeChanges:
    """The single changes between two trees: the paths of other values, and branches of one side."""

    def __init__(self) -> None:
        self.values: list[tuple[str, ...]] = []
        self.missing: list[_Change] = []
        self.extra: list[_Change] = []

    def compare(self, expected: Plain, actual: Plain, path: tuple[str, ...] = ()) -> None:
        """Add the changes between two branches at a path."""
        if isinstance(expected, dict) and isinstance(actual, dict):
            # However little two mappings share, single keys differ and not the mapping.
            for key in (key for key in expected if key in actual):
                self.compare(expected[key], actual[key], (*path, str(key)))
            self.missing += (_Change((*path, str(k)), True) for k in expected if k not in actual)
            self.extra += (_Change((*path, str(k)), True) for k in actual if k not in expected)
        elif isinstance(expected, list) and isinstance(actual, list):
            if repr(expected) != repr(actual):
                self._compare_lists(expected, actual, path)
        elif type(expected) is not type(actual) or expected != actual:
            self.values.append(path)

    def _compare_lists(
        self, expected: list[Plain], actual: list[Plain], above: tuple[str, ...]
    ) -> None:
        from deepdiff.diff import DeepDiff

        difference = DeepDiff(
            expected, actual, view="tree", verbose_level=2, threshold_to_diff_deeper=0
        )
        for kind, levels in difference.items():
            for level in levels:
                path = (*above, *map(str, level.path(output_format="list")))
                change = _Change(path, kind.startswith("dictionary"))
                if kind.endswith("_removed"):
                    self.missing.append(change)
                elif kind.endswith("_added"):
                    self.extra.append(change)
                else:
                    self.values.append(path)


def _branches(expected: Value, actual: Value, operator: str) -> Iterator[DifferingItem]:
    changes = _TreeChanges()
    changes.compare(prune(expected.data), prune(actual.data))
    for path in changes.values:
        yield DifferingItem(path, _part(expected, path), _part(actual, path))
    missing, extra = changes.missing, changes.extra
    yield from _templates(expected, actual, missing, extra)
    for lost, added in _replaced(missing, [] if operator == "as-majority" else extra):
        if lost is not None or operator != "contain":
            yield _item(expected, actual, lost, added)


def _templates(
    expected: Value, actual: Value, missing: list[_Change], extra: list[_Change]
) -> Iterator[DifferingItem]:
    """Branches that are a template on one of both sides; they are taken off the lists."""
    for change in [change for change in missing if _is_unknown(actual, change)]:
        missing.remove(change)
        yield DifferingItem(change.path, _part(expected, change.path), _unknown(actual, change))
    for change in [change for change in extra if _is_unknown(expected, change)]:
        extra.remove(change)
        yield DifferingItem(change.path, _unknown(expected, change), _part(actual, change.path))


def _is_unknown(value: Value, change: _Change) -> bool:
    """Whether a branch without data is written in a tree: it is a template."""
    return value.parts is not None and len(change.path) == 1 and change.path[0] in value.parts


def _unknown(value: Value, change: _Change) -> Value:
    node = (value.parts or {})[change.path[0]].value
    return Value("unknown", None, node, TEMPLATE, None, (node,))


def _replaced(
    missing: list[_Change], extra: list[_Change]
) -> Iterator[tuple[_Change | None, _Change | None]]:
    """Each missing branch with its replacement: an extra one below the same branch, in order."""
    left = list(extra)
    for lost in missing:
        beside = next((added for added in left if added.path[:-1] == lost.path[:-1]), None)
        if beside is not None:
            left.remove(beside)
        yield lost, beside
    yield from ((None, added) for added in left)


def _item(
    expected: Value, actual: Value, lost: _Change | None, added: _Change | None
) -> DifferingItem:
    if lost is None:
        assert added is not None
        return DifferingItem(added.path, ABSENT, _part(actual, added.path, at_key=True))
    path = lost.path
    if added is None:
        return DifferingItem(path, _part(expected, path), _nearest(actual, path))
    if lost.keyed:  # a key under another name: the names differ
        key, other_key = _follow(expected, path)[-1].key, _follow(actual, added.path)[-1].key
        name, other_name = Value("known", path[-1], key), Value("known", added.path[-1], other_key)
        return DifferingItem(path[:-1], name, other_name)
    return DifferingItem(path, _part(expected, path), _part(actual, added.path))


def _follow(value: Value, path: tuple[str, ...]) -> list[Entry]:
    """The entries along a path of a tree, as far as they go."""
    entries: list[Entry] = []
    content: object = value.parts
    if content is None and value.node is not None:
        content = value.node.content
    for step in path:
        if isinstance(content, dict) and step in content:
            entry = content[step]
        elif isinstance(content, list) and (at := _index(step, content)) is not None:
            entry = Entry(content[at], content[at])
        elif isinstance(content, list) and (item := _item_called(step, content)) is not None:
            entry = Entry(item, item)
        else:
            break
        entries.append(entry)
        content = entry.value.content
    return entries


def _item_called(step: str, items: list[Node]) -> Node | None:
    """The item that a step by merge key leads to."""
    from deploylint.documents.key_query import item_steps, steps_text  # few runs name keys

    texts = (steps_text((one,)) for one in item_steps(items))
    return next((item for text, item in zip(texts, items, strict=True) if text == step), None)


def _part(value: Value, path: tuple[str, ...], *, at_key: bool = False) -> Value:
    entries = _follow(value, path)
    if not entries:
        return value
    entry = entries[-1]
    return Value("known", _data(value, path, entry.value), entry.key if at_key else entry.value)


def _data(value: Value, path: tuple[str, ...], node: Node) -> Plain:
    flat = value.data if value.parts is not None else None
    if isinstance(flat, dict) and len(path) == 1 and path[0] in flat:
        return flat[path[0]]
    data: object = value.data
    for step in path:
        if isinstance(data, list):
            at = _index(step, data)
            data = None if at is None else data[at]
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data if own_port(data) else plain(node)


def _index(step: str, items: Sequence[object]) -> int | None:
    """The place in a list that a step names by its number, if there is one."""
    at = whole_number(step)
    return at if at is not None and at < len(items) else None


def _nearest(value: Value, path: tuple[str, ...]) -> Value:
    """A missing branch, at the nearest place above it that exists."""
    entries = _follow(value, path)
    return Value("absent", None, entries[-1].key if entries else value.node)
