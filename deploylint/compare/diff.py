"""Where two sets or two trees differ: one item for each single difference.

DeepDiff says how trees differ and is imported only here and only when two do: it costs more to
import than all the rest of a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from deploylint.compare.operators import Operand, aligned
from deploylint.documents.nodes import Entry, Node, plain
from deploylint.documents.record import Record
from deploylint.model.own_name import with_service
from deploylint.model.service import ABSENT, Value
from deploylint.model.types import FEWER_NAMES, TREES, Plain, Type, prune


class DifferingItem(Record):
    """One single difference: the path below the field and both sides."""

    path: tuple[str, ...]
    expected: Value
    actual: Value


def diff_items(
    kind: Type, expected: Operand, actual: Operand, verb: str
) -> Iterator[DifferingItem]:
    """The single differences of two known values that do not satisfy ``verb``.

    What only the actual side has counts for ``equal``, and for ``contain`` only where it replaces
    something that is missing. Branches that most services do not share replace nothing.
    """
    if kind in TREES:
        yield from _branches(aligned(kind, expected, actual).value, actual.value, verb)
    else:
        yield from _names(kind, expected, actual, verb)


def _names(kind: Type, expected: Operand, actual: Operand, verb: str) -> Iterator[DifferingItem]:
    one, other = _by_normal(expected), _by_normal(actual)
    missing = [value for name, value in one.items() if name not in other]
    extra = [value for name, value in other.items() if name not in one]
    if verb != "equal" and kind is FEWER_NAMES:
        missing = []
    elif verb != "equal":
        extra = extra[: len(missing)]
    yield from _matched_up(missing, extra, actual.value)


def _matched_up(missing: list[Value], extra: list[Value], whole: Value) -> Iterator[DifferingItem]:
    """One missing and one extra are one difference, at the extra item."""
    gone = Value("absent", None, whole.node)
    for one, other in zip_longest(missing, extra):
        yield DifferingItem((), one or ABSENT, other or gone)


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


def _branches(expected: Value, actual: Value, verb: str) -> Iterator[DifferingItem]:
    from deepdiff.diff import DeepDiff

    sides = prune(expected.data), prune(actual.data)
    # However little two mappings share, what differs is single keys and not the mapping.
    difference = DeepDiff(*sides, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    missing, extra = list[_Change](), list[_Change]()
    for kind, levels in difference.items():
        for level in levels:
            path = tuple(str(step) for step in level.path(output_format="list"))
            change = _Change(path, kind.startswith("dictionary"))
            if kind.endswith("_removed"):
                missing.append(change)
            elif kind.endswith("_added"):
                extra.append(change)
            else:
                yield DifferingItem(path, _part(expected, path), _part(actual, path))
    yield from _templates(expected, actual, missing, extra)
    for one, other in _replaced(missing, [] if verb == "as-majority" else extra):
        if one is not None or verb != "contain":
            yield _item(expected, actual, one, other)


def _templates(
    expected: Value, actual: Value, missing: list[_Change], extra: list[_Change]
) -> Iterator[DifferingItem]:
    """What is written on both sides and on one of them as a template; it is taken off the lists."""
    for change in [change for change in missing if _is_unknown(actual, change)]:
        missing.remove(change)
        yield DifferingItem(change.path, _part(expected, change.path), _unknown(actual, change))
    for change in [change for change in extra if _is_unknown(expected, change)]:
        extra.remove(change)
        yield DifferingItem(change.path, _unknown(expected, change), _part(actual, change.path))


def _is_unknown(value: Value, change: _Change) -> bool:
    """Whether a branch that a tree has no data for is written there: it is a template."""
    return value.parts is not None and len(change.path) == 1 and change.path[0] in value.parts


def _unknown(value: Value, change: _Change) -> Value:
    node = (value.parts or {})[change.path[0]].value
    return Value("unknown", None, node, "set by a template or variable", None, (node,))


def _replaced(
    missing: list[_Change], extra: list[_Change]
) -> Iterator[tuple[_Change | None, _Change | None]]:
    """What is missing beside what stands in its place: below the same branch, in order."""
    left = list(extra)
    for one in missing:
        beside = next((o for o in left if o.path[:-1] == one.path[:-1]), None)
        if beside is not None:
            left.remove(beside)
        yield one, beside
    yield from ((None, other) for other in left)


def _item(
    expected: Value, actual: Value, one: _Change | None, other: _Change | None
) -> DifferingItem:
    if one is None:
        assert other is not None
        return DifferingItem(other.path, ABSENT, _part(actual, other.path, at_key=True))
    if other is None:
        return DifferingItem(one.path, _part(expected, one.path), _nearest(actual, one.path))
    if one.keyed:  # a key under another name: the names are what differs
        lost, found = (_follow(v, c.path)[-1].key for v, c in ((expected, one), (actual, other)))
        return DifferingItem(
            one.path[:-1],
            Value("known", one.path[-1], lost),
            Value("known", other.path[-1], found),
        )
    return DifferingItem(one.path, _part(expected, one.path), _part(actual, other.path))


def _follow(value: Value, path: tuple[str, ...]) -> list[Entry]:
    """The entries along a path of a tree, as far as they go."""
    entries: list[Entry] = []
    content: object = value.parts
    if content is None and value.node is not None:
        content = value.node.content
    for step in path:
        if isinstance(content, dict) and step in content:
            entry = content[step]
        elif isinstance(content, list) and step.isdecimal() and int(step) < len(content):
            entry = Entry(content[int(step)], content[int(step)])
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
    return plain(node)


def _nearest(value: Value, path: tuple[str, ...]) -> Value:
    """A missing branch, at the nearest place above it that exists."""
    entries = _follow(value, path)
    return Value("absent", None, entries[-1].key if entries else value.node)
