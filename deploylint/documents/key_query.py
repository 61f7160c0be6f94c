"""Key paths as people write them: ``mesh.enabled``, ``spec.containers[name=app]``, ``**.tag``.

A path is steps with dots between them. A step is a key, quoted where it holds a dot; ``*`` for any
one key or item, ``**`` for any number of them, at the end for each value below; ``[name=app]`` for
the item of a list that holds that text under that key, ``[0]`` for one by its number, ``[*]`` for
each. ``Service/spec.type`` begins at an object of that kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal

from deploylint.documents.nodes import Node, child, entries_of, items_of, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex

MERGE_KEYS = ("name", "containerPort", "port", "mountPath", "topologyKey", "host", "ip", "key")
"""The keys that tell items of a list apart: the first that differs in all of them."""


class Step(Record):
    """One step of a key path.

    ``kind`` is what it leads to: the value under a ``key``, the ``item`` of a list that holds
    ``value`` under the key ``name``, the one with a ``number``; or ``each`` value below, ``items``
    of a list only, ``deep`` at any depth.
    """

    kind: Literal["key", "item", "number", "each", "items", "deep"]
    name: str = ""
    value: str = ""

    @property
    def is_wild(self) -> bool:
        """Whether it may lead to several values."""
        return self.kind in ("each", "items", "deep")


Steps = tuple[Step, ...]

EACH, ITEMS, DEEP = Step("each", "*"), Step("items", "*"), Step("deep", "**")


class KeyQuery(Record):
    """A key path that is looked up: where it begins, the kind of an object or "", and its steps."""

    object_kind: str
    steps: Steps


class FoundKey(Record):
    """A place that a query leads to.

    ``steps`` lead there, without wildcards.
    ``nodes`` are the values along the way, the root first; there are fewer of them than steps and
    the root where the place is not there.
    ``key`` is the last key on the way that is there.
    """

    steps: Steps
    nodes: tuple[Node, ...]
    key: Node

    @property
    def node(self) -> Node | None:
        """The value; None where there is none."""
        return self.nodes[-1] if len(self.nodes) == len(self.steps) + 1 else None


# --- text -----------------------------------------------------------------------------------------

_KIND = regex(r"([A-Z][A-Za-z0-9]*)/")
_QUOTED = r'"(?P<quoted>(?:[^"\\]|\\.)*)"'
_KEY = regex(rf'{_QUOTED}|(?P<wild>\*\*?)(?=[.\[]|\Z)|(?P<bare>[^.\[\]"*]+)')
_VALUE = rf'(?:{_QUOTED}|(?P<bare>[^\]"]*))'
_ITEM = regex(rf'\[(?:(?P<number>\d+)|(?P<all>\*)|(?P<name>[^=\]\["*]+)={_VALUE})\]')
_BARE = regex(r'[^.\[\]"*]+')
_ESCAPED = regex(r"\\(.)")


@lru_cache(maxsize=4096)
def parse_query(text: str) -> KeyQuery:
    """The query of a text. Raises ValueError with what is wrong, and where in the text."""
    begin = _KIND.match(text)
    at = begin.end() if begin is not None else 0
    steps: list[Step] = []
    while at < len(text) or not steps:
        if steps and text[at] == ".":
            at += 1
        elif steps and text[at] != "[":
            raise _mistake(text, at)
        is_item = text[at : at + 1] == "["
        match = (_ITEM if is_item else _KEY).match(text, at)
        if match is None:
            raise _mistake(text, at)
        step = (_item if is_item else _key)(match.groupdict())
        steps += [] if step is DEEP and steps[-1:] == [DEEP] else [step]
        at = match.end()
    return KeyQuery(begin[1] if begin is not None else "", tuple(steps))


def _mistake(text: str, at: int) -> ValueError:
    what = "a key is missing at its end"
    if at < len(text):
        what = f"character {at + 1} is {text[at]!r}"
    return ValueError(
        f"{text!r} is not a key path: {what}; write keys with dots between them, a key with dots "
        'in "quotes", and items of lists as [name=app] or [0]'
    )


def _key(part: dict[str, str | None]) -> Step:
    if part["wild"] is not None:
        return DEEP if part["wild"] == "**" else EACH
    return Step("key", _written(part))


def _item(part: dict[str, str | None]) -> Step:
    if part["all"] is not None:
        return ITEMS
    if part["number"] is not None:
        return Step("number", str(int(part["number"])))
    return Step("item", part["name"] or "", _written(part))


def _written(part: dict[str, str | None]) -> str:
    """The text of a key or value, without its quotes."""
    quoted = part["quoted"]
    return part["bare"] or "" if quoted is None else _ESCAPED.sub(r"\1", quoted)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def query_text(query: KeyQuery) -> str:
    """A query as it is written."""
    text = steps_text(query.steps)
    if query.object_kind:
        return f"{query.object_kind}/{text}"
    first = query.steps[0].name
    return f'"{first}"{text[len(first) :]}' if _KIND.match(text) else text


def steps_text(steps: Iterable[Step]) -> str:
    """Steps as they are written."""
    text = ""
    for step in steps:
        if step.kind in ("number", "items"):
            text += f"[{step.name}]"
        elif step.kind == "item":
            is_bare = _BARE.fullmatch(step.value.replace(".", "")) is not None
            text += f"[{step.name}={step.value if is_bare else _quoted(step.value)}]"
        else:
            is_bare = step.is_wild or _BARE.fullmatch(step.name) is not None
            text += "." * bool(text) + (step.name if is_bare else _quoted(step.name))
    return text


# --- looking up -----------------------------------------------------------------------------------


def find_keys(query: KeyQuery, root: Node) -> Iterator[FoundKey]:
    """The places below a root that a query leads to, each once, in the order of the text.

    A place that is not there is one where wildcards led to its parent: what comes after the last of
    them is looked up in each mapping that it leads to.
    """
    return (place for place in _find(query.steps, _root(root), set()) if place.steps)


def _root(root: Node) -> FoundKey:
    return FoundKey((), (root,), root)


def _find(
    steps: Steps, at: FoundKey, seen: set[tuple[int, Steps]], *, is_deep: bool = False
) -> Iterator[FoundKey]:
    """The places that some steps lead to; with ``is_deep`` only those that exist.

    ``seen`` are the places so far, each with the number of steps that were left there.
    """
    if (len(steps), at.steps) in seen:
        return
    seen.add((len(steps), at.steps))
    if not steps:
        yield at
        return
    moves = list(_moves(steps, at))
    for left, place in moves:
        yield from _find(left, place, seen, is_deep=is_deep or steps[0].kind == "deep")
    if not moves and not is_deep and not any(step.is_wild for step in steps):
        yield at._replace(steps=(*at.steps, *steps))


def _moves(steps: Steps, at: FoundKey) -> Iterator[tuple[Steps, FoundKey]]:
    """The places that the first of some steps leads to, each with the steps that are left there."""
    step, rest = steps[0], steps[1:]
    if step.kind == "deep":
        children = list(keys_below(at))
        if rest or not children:
            yield rest, at
        for place in children:
            yield steps, place
    elif step.is_wild:
        for place in keys_below(at):
            if step.kind == "each" or place.steps[-1].kind != "key":
                yield rest, place
    elif (below := _below(at, step)) is not None:
        yield rest, below


def _below(at: FoundKey, step: Step) -> FoundKey | None:
    """The place one step below another one, called as the step calls it; None where it is not."""
    node = at.nodes[-1]
    if step.kind == "key":
        entry = entries_of(node).get(step.name)
        return None if entry is None else _added(at, step, *entry)
    if step.kind == "number":
        matching = items_of(node)[int(step.name) : int(step.name) + 1]
    else:
        items = items_of(node)
        matching = [item for item in items if text_of(child(item, step.name)) == step.value]
    return _added(at, step, matching[0], matching[0]) if matching else None


def _added(at: FoundKey, step: Step, key: Node, value: Node) -> FoundKey:
    return FoundKey((*at.steps, step), (*at.nodes, value), key)


def keys_below(at: FoundKey) -> Iterator[FoundKey]:
    """The places one step below another one."""
    for key, entry in entries_of(at.nodes[-1]).items():
        yield _added(at, Step("key", key), *entry)
    items = items_of(at.nodes[-1])
    for step, item in zip(item_steps(items), items, strict=True):
        yield _added(at, step, item, item)


def item_steps(items: Sequence[Node]) -> list[Step]:
    """The step to each item of a list: its merge key, or else its number."""
    return _steps_of([{key: text_of(child(item, key)) for key in MERGE_KEYS} for item in items])


def _steps_of(named: Sequence[dict[str, str]]) -> list[Step]:
    for name in MERGE_KEYS:
        values = {texts[name] for texts in named}
        if "" not in values and len(values) == len(named):
            return [Step("item", name, texts[name]) for texts in named]
    return [Step("number", str(number)) for number in range(len(named))]


def follow_steps(root: Node, steps: Steps) -> FoundKey:
    """The place that steps without wildcards lead to, or where it would be."""
    return next(_find(steps, _root(root), set()))


# --- comparing ------------------------------------------------------------------------------------


def query_covers(query: KeyQuery, path: KeyQuery) -> bool:
    """Whether a query is about a place: that place, one above it, or several right below it."""
    return query.object_kind == path.object_kind and _covers(query.steps, path.steps)


def _covers(query: Steps, path: Steps) -> bool:
    if not query:
        return True
    step, rest = query[0], query[1:]
    if not path:
        return step.is_wild
    if step.kind == "deep":
        return _covers(rest, path) or _covers(query, path[1:])
    if step.kind == "items":
        is_same = path[0].kind in ("item", "number", "items")
    else:
        is_same = step.kind == "each" or step == path[0]
    return is_same and _covers(rest, path[1:])


def by_merge_key(data: object) -> object:
    """Plain data in which lists with a merge key are mappings, as Kubernetes compares them.

    A number without a fraction is a whole one.
    """
    if isinstance(data, dict):
        return {key: by_merge_key(value) for key, value in data.items()}
    if not isinstance(data, list):
        return int(data) if isinstance(data, float) and data.is_integer() else data
    named = [
        {name: _plain_text(item.get(name)) for name in MERGE_KEYS} if isinstance(item, dict) else {}
        for item in data
    ]
    steps = _steps_of(named) if named and all(named) else []
    if not steps or steps[0].kind == "number":
        return [by_merge_key(item) for item in data]
    texts = map(steps_text, ((step,) for step in steps))
    return {text: by_merge_key(item) for text, item in zip(texts, data, strict=True)}


def _plain_text(data: object) -> str:
    return str(data) if isinstance(data, (str, int)) and not isinstance(data, bool) else ""
