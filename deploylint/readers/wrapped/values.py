"""The values that one application, release or item carries, put together from where they stand.

To add a form in which values are written, write a function and one entry in ``FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from deploylint.documents.embedded import embedded
from deploylint.documents.merge import merged
from deploylint.documents.nodes import Node, Problem, child, is_empty, plain
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.rows import MAX_EXPANDED
from deploylint.documents.source import Unreadable
from deploylint.model.secrets import redacted
from deploylint.readers.helm.key_tree import ITEMS, split
from deploylint.readers.wrapped.helm_set import laid, steps, typed

MAX_KEYS = 1_000
"""How many values one service may be given by their keys."""


class FileContents(Record):
    """What one file holds.

    ``values`` are those of each service; ``problems`` keep one from being read; ``passed_over`` are
    reasons why there are no values. ``shown`` is the file itself, with the texts in it as what they
    mean; none where it is only passed over. ``manifests`` is the file where it holds Kubernetes
    objects, which mean something with those of the other files of its set.
    """

    shown: tuple[Document, ...] = ()
    values: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    passed_over: tuple[str, ...] = ()
    manifests: Document | None = None


class Template(Exception):
    """The values are a template as a whole: there is nothing to read before it is filled in."""


class TooMuch(Unreadable):
    """The texts of a file come to more than one file may."""


class WrappedScope(Record):
    """A place that carries the values of one service: its document, and where in that it stands."""

    document: Node
    node: Node
    path: str

    def nodes(self, path: str) -> list[Node]:
        """What stands at a path: ``/`` goes from the document, ``[]`` is every item."""
        start = self.document if path.startswith("/") else self.node
        return [node for node, _ in below(start, path.removeprefix("/"))]

    def at(self, path: str) -> str:
        """How a message names a path."""
        own = not path.startswith("/") and self.path
        return f"{self.path}.{path}" if own else path.removeprefix("/")


def below(node: Node, path: str) -> Iterator[tuple[Node, str]]:
    """Every node at a path, and the keys that lead to it."""
    found = [(node, "")]
    for key in split(path):
        found = [one for at in found for one in _step(*at, key)]
    yield from found


def _step(node: Node, path: str, name: str) -> Iterator[tuple[Node, str]]:
    if name == ITEMS and isinstance(node.content, list):
        yield from ((item, f"{path}[{number}]") for number, item in enumerate(node.content))
    elif isinstance(node.content, dict):
        for key in node.content if name == "*" else (name,):
            value = child(node, key)
            if value is not None:
                yield value, f"{path}.{key}" if path else key


class Values:
    """What the values of one service come to so far."""

    def __init__(self, *, filled_in: bool, spent: dict[str, int]) -> None:
        self.root: Node | None = None
        self.elsewhere: list[str] = []
        self.notes: list[str] = []
        self.nodes: list[Node] = []
        """What was read of the file itself: duplicate keys in it belong to this service."""
        self.texts: list[tuple[Node, Document]] = []
        self.filled_in = filled_in
        self._spent = spent
        self._keys = 0

    def lay(self, node: Node) -> None:
        """Merge a mapping over what is there."""
        if is_empty(node):
            return
        if not isinstance(node.content, dict):
            raise refused(node, "is no mapping, as Helm values have to be")
        self.root = node if self.root is None else merged((self.root, node))

    def set(self, key: Node, value: Node) -> None:
        """Set one value by its key."""
        self._keys += 1
        if self._keys > MAX_KEYS:
            raise refused(key, f"more than {MAX_KEYS:,} values are given by their keys")
        try:
            self.root = laid(self.root, steps(str(key.content)), key, value)
        except ValueError as error:
            raise refused(key, str(error)) from None

    def read(self, node: Node) -> Document:
        """The YAML in a text. All texts of a file together are bounded as one file is."""
        document = embedded(node, filled_in=self.filled_in)
        if isinstance(document, Problem):
            if self.filled_in and "{{" in str(node.content):
                raise Template
            raise Unreadable(document)
        self._spent["nodes"] += document.source.meant
        if self._spent["nodes"] > MAX_EXPANDED:
            message = "one text too many for one file; it and what follows are not read"
            raise TooMuch(refused(node, message).problem)
        self.texts.append((node, document))
        return document


def refused(node: Node, message: str) -> Unreadable:
    """A problem at a node."""
    line, column = node.source.position(node.start)
    return Unreadable(Problem(node.source.file, line + 1, column + 1, message))


def _text(values: Values, node: Node, row: dict[str, Any]) -> None:
    if is_empty(node):
        return
    if not isinstance(node.content, str):
        raise refused(node, "is not a text; write it as a block of text (|)")
    for root in values.read(node).roots:
        values.lay(root)


def _map(values: Values, node: Node, row: dict[str, Any]) -> None:
    values.nodes.append(node)
    values.lay(node)


def _set(values: Values, node: Node, row: dict[str, Any]) -> None:
    name, value, items = (child(node, key) for key in ("name", "value", "values"))
    if name is None or not isinstance(name.content, str):
        raise refused(node, "has no name")
    force = child(node, row.get("text", ""))
    as_text = row.get("text") == "always" or (force is not None and plain(force) is True)
    if value is not None and isinstance(value.content, str):
        values.set(name, typed(value, as_text=as_text))
    elif items is not None and isinstance(items.content, list):
        values.set(name, items)
    else:
        values.set(name, _variable(name))


def _unknown(values: Values, node: Node, row: dict[str, Any]) -> None:
    key = child(node, row["key"])
    if key is not None and isinstance(key.content, str) and key.content:
        values.set(key, _variable(key))


def _variable(at: Node) -> Node:
    """What is filled in from a place that is not read; it stands where that is named."""
    return at.made("$(...)", '"')


def _layers(values: Values, node: Node, row: dict[str, Any]) -> None:
    """A mapping is laid over; a file wins over all before it, which is not known any more."""
    if not isinstance(node.content, str):
        _map(values, node, row)
        return
    if is_empty(node):
        return
    said = _said(row["says"], node)
    values.elsewhere.append(said)
    if values.root is not None:
        values.root = None
        values.notes.append(f"what stands before {said} is not read: that file may set it again")


FORMS: dict[str, Callable[[Values, Node, dict[str, Any]], None]] = {
    "text": _text,
    "map": _map,
    "set": _set,
    "layers": _layers,
    "unknown": _unknown,
}
"""How values may be written: what each form of the table does with one node."""


def collect(scope: WrappedScope, row: dict[str, Any], values: Values) -> list[str]:
    """Put together the values at one place by a row of the table. Gives the paths that were read.

    Raises Unreadable with the place of what is wrong, and Template.
    """
    read: list[str] = []
    for entry in row["values"]:
        found = scope.nodes(entry["at"])
        if found and entry.get("alone") and values.root is not None:
            values.root = None
            values.notes.append(f"{', '.join(read)} is not used beside {scope.at(entry['at'])}")
            read.clear()
        for node in found:
            FORMS[entry["form"]](values, node, entry)
        read += [scope.at(entry["at"]).removesuffix("[]")] if found else []
    values.elsewhere += _elsewhere(scope, row)
    return read


def _elsewhere(scope: WrappedScope, row: dict[str, Any]) -> Iterator[str]:
    for entry in row.get("elsewhere", ()):
        for node in scope.nodes(entry["at"]):
            if is_empty(node) or ("unless" in entry and child(node, entry["unless"])):
                continue
            yield _said(entry["says"], node)


def _said(pattern: str, node: Node) -> str:
    """What else gives values, in words: ``{}`` is a text, ``{key}`` that under a key."""
    if isinstance(node.content, str):
        return pattern.replace("{}", str(redacted("", node.content)))  # a URL may hold a password
    for key in ("kind", "name"):
        value = child(node, key)
        text = value.content if value is not None and isinstance(value.content, str) else "?"
        pattern = pattern.replace(f"{{{key}}}", text)
    return pattern
