"""A profile as a tree of keys: what each key of a values file means.

Reading a file costs as much as it has keys, not as much as the profile has rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import is_near, letters
from deploylint.model.field_values import MOST_KNOWN, FieldValue, RowNumber
from deploylint.model.fields import ADDRESSES
from deploylint.model.service import Role
from deploylint.model.types import WORD, Type

if TYPE_CHECKING:
    from deploylint.readers.helm.resolve import ReadKeys

Fill = Callable[["KeyRule", Node, Node | None, "ReadKeys"], None]
"""Reads the value of a key by a rule; the key is given where it is not that of the value's row."""

KnownTexts = dict[tuple[RowNumber | None, object], FieldValue]
"""What unquoted texts in rows say as one type of field."""

SWITCHES = ("enabled", "create", "enable")
"""Keys that turn an element off when they hold false (``helm create``, chart authors)."""

NEAR_LENGTH = 5
"""Shorter keys are too easily near one another to be called a misspelling."""

NEAR_SHARE = 4
"""One letter in so many may be wrong: ``proxy`` is no misspelt ``probe``."""

ELSEWHERE = 1
"""The rank of a switch that does not stand under the element's own key."""

ABOVE = 2
"""The rank of the key above such a switch: where it is missing."""

LAST = 10**9
"""Added to the rank of what counts only where nothing else is said."""

GUESSED = 2 * LAST
"""The rank of what only the words of a key say."""


class KeyRule(Record):
    """One key path of a profile and what it fills.

    ``entry`` identifies the alternative of the element it belongs to.
    ``rank`` orders rules that fill one field: the lowest wins.
    ``fill`` reads a node by the rule and keeps what it says in a ``ReadKeys``.
    ``path`` and ``type`` are the field that it fills, where it fills a single one; ``known`` is
    what unquoted texts in rows say, by the row and the text.
    ``reader`` is the form that fills several, ``constants`` are fixed values for being there,
    ``chart_fields`` fields that only the chart knows.
    ``pod`` is whether it is said of the pod.
    """

    element: str
    entry: int
    rank: int
    fill: Fill
    path: str = ""
    type: Type = WORD
    known: KnownTexts | None = None
    reader: str = ""
    constants: tuple[tuple[str, str], ...] = ()
    chart_fields: tuple[str, ...] = ()
    pod: bool = False

    def known_value(self, row: RowNumber | None, text: object) -> FieldValue | None:
        """What the rule's field holds where an unquoted text stands in a row, if it was read."""
        return None if self.known is None else self.known.get((row, text))

    def keep_value(self, row: int, text: str, value: FieldValue) -> None:
        """Keep what the rule's field holds where an unquoted text stands in a row."""
        if self.known is not None:
            if len(self.known) > MOST_KNOWN:
                self.known.clear()
            self.known[row, text] = value


class ElementKey(Record):
    """The own key of an element.

    ``holds_scalar`` is whether a scalar can be its value; ``alone`` whether the other ways to write
    the element have no effect once this one is used; ``is_switched`` whether a key elsewhere has to
    switch it on.
    """

    element: str
    entry: int
    holds_scalar: bool
    alone: bool
    is_switched: bool


class ComponentKey(Record):
    """A place in a values file that holds a component.

    With ``holds`` it is one only where it has at least one of these keys.
    """

    role: Role
    technology: str
    holds: tuple[str, ...]


def _is_slip(key: str, word: str) -> bool:
    """Whether a key is too long to be a word of its own, or has the letters of a known one.

    One in another style, as ``image_tag``, is a word of another chart, and so is one with another
    word behind a known one, as ``controllerID``, or with another ending, as ``schedules``.
    """
    if key.startswith(word) and key[len(word) : len(word) + 1].isupper():
        return False
    if key[:-1] == word[:-1] and {key[-1:], word[-1:]} == _ENDINGS:
        return False
    if len(key) >= NEAR_LENGTH and key not in _OF_THEIR_OWN and word not in _OF_THEIR_OWN:
        return "_" not in key or "_" in word or letters(key) != letters(word)
    return len(key) == len(word) and sorted(key) == sorted(word)


_ENDINGS = {"s", "r"}
"""Of several things, and of what makes them."""

_OF_THEIR_OWN = frozenset(("create", "enable", "images", "replica"))
"""Words that charts have beside others that they are near: of several images, and of the copies of
a store (Argo Workflows, Bitnami)."""


class KeyNode:
    """A node of the compiled tree: what a key at this place means and what keys lie below.

    ``places`` are the components that may stand here; the first that is one is.
    ``star`` is any key without a node of its own, ``globs`` are those that begin and end with
    certain letters, ``items`` is each item of a list. ``foreign`` is None where this is the
    service's own; else it is another chart's where it holds one of these keys, always if there
    are none. Behind ``prefixes`` follows a key of a component. ``pending`` is what lies
    below and is only made when a file holds the key (``open``). ``known`` is what blocks under the
    key held that were read before; None of one that was met once.
    """

    star: KeyNode | None = None
    items: KeyNode | None = None
    places: tuple[ComponentKey, ...] = ()
    foreign: tuple[str, ...] | None = None
    prefixes: tuple[str, ...] = ()
    is_open = False
    """Whether what lies below it was made, and the flags below hold."""
    has_others = False
    """Whether a key without a node of its own may mean something."""
    is_passage = False
    """Whether nothing is read of the key itself, only of keys below it."""
    only_rule: KeyRule | None = None
    """The rule of a key that means nothing else; None for any other key."""

    def __init__(self) -> None:
        self.children: dict[str, KeyNode] = {}
        self.globs: dict[tuple[str, str], KeyNode] = {}
        self.rules: list[KeyRule] = []
        self.owned: list[ElementKey] = []
        self.known: dict[object, ReadKeys | None] = {}
        self.pending: list[Callable[[KeyNode], None]] = []
        self._unknown: dict[str, tuple[str, ...]] = {}

    def below(self, key: str) -> KeyNode:
        """The node under a key, made when it is not there."""
        if key == ITEMS:
            self.items = self.items or KeyNode()
            return self.items
        if key == "*":
            self.star = self.star or KeyNode()
            return self.star
        if "*" in key:
            head, _, tail = key.partition("*")
            return self.globs.setdefault((head, tail), KeyNode())
        node = self.children.get(key)
        if node is None:
            node = self.children[key] = KeyNode()
        return node

    def at(self, path: Iterable[str]) -> KeyNode:
        """The node at the end of a path, made when it is not there."""
        keys = self
        for key in path:
            keys = keys.below(key)
        return keys

    def open(self) -> None:
        """Make what lies below a key that a file holds."""
        pending, self.pending = self.pending, []
        for make in pending:
            make(self)
        self.is_open = True
        self.has_others = self.star is not None or bool(self.globs)
        is_read = self.rules or self.owned or self.places or self.items
        self.is_passage = not is_read and self.foreign is None
        is_more = self.owned or self.places or self.items or self.children or self.has_others
        if len(self.rules) == 1 and not is_more and self.foreign is None:
            self.only_rule = self.rules[0]

    def field_at(self, path: Sequence[str]) -> str:
        """The field that the key at the end of a path fills, alone; "" for none or several."""
        keys = self
        for key in path:
            if not keys.is_open:
                keys.open()
            below = keys.children.get(key) or keys.any_other(key)
            if below is None:
                return ""
            keys = below
        fields = {rule.path for rule in keys.rules}
        field = fields.pop() if len(fields) == 1 and not keys.owned else ""
        return field if field in ADDRESSES else ""

    def near_keys(self, key: str) -> tuple[str, ...]:
        """The keys known here that an unknown one may be a misspelling of.

        Another chart may be called by the same letters with other signs between them. Of a short
        key two letters next to each other are swapped. Of words as long one letter at most is
        another one: smtpPort is not a slip of httpPort.
        """
        near = self._unknown.get(key)
        if near is None:
            length, signs, most = len(key), sorted(key), max(1, len(key) // NEAR_SHARE)
            near = tuple(
                word
                for word, keys in self.children.items()
                if -most <= len(word) - length <= most
                if _is_slip(key, word)
                if is_near(key, word, most if len(word) != length or sorted(word) == signs else 1)
                if keys.foreign != () or letters(word) != letters(key)
            )
            self._unknown[key] = near
        return near

    def any_other(self, key: str) -> KeyNode | None:
        """What a key means that has no node of its own."""
        for (head, tail), keys in self.globs.items():
            if key.startswith(head) and key.endswith(tail):
                return keys
        return self.star


ITEMS = "[]"
_SEGMENT = r'"([^"]*)"|(\[\])|([^.\[\]"]+)'
_SEGMENTS, _PATH = regex(_SEGMENT), regex(rf"(?:{_SEGMENT})(?:\.(?:{_SEGMENT})|\[\])*")


@cache
def split(path: str) -> tuple[str, ...]:
    """The keys of a dotted path; a key that holds dots is quoted. ``"."`` and ``""`` are empty."""
    if '"' in path:
        return tuple(quoted or items or bare for quoted, items, bare in _SEGMENTS.findall(path))
    return tuple([key for key in path.replace(ITEMS, f".{ITEMS}.").split(".") if key])


def is_path(path: str) -> bool:
    """Whether a text is a path of at least one key."""
    return _PATH.fullmatch(path) is not None
