"""The values that one application, release or item wraps, merged from several places.

To add a form in which values are written, write a function and one entry in ``FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from deploylint.documents.merge import Lost, merge_roots
from deploylint.documents.nodes import (
    Content,
    Node,
    Problem,
    child,
    child_at,
    entries_of,
    is_empty,
    items_of,
    plain,
    text_of,
)
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.source import Unreadable
from deploylint.documents.structure import key_names
from deploylint.model.secrets import redact
from deploylint.readers.helm.key_tree import ITEMS, split

MAX_KEYS = 1_000
"""How many values one service may be given by their keys."""


class ChangedObject(Record):
    """An object with its changes: its tree, what that was made of, and what it does not hold.

    ``is_patched`` is whether parts of objects were laid over it.
    """

    node: Node
    layers: tuple[Node, ...]
    lost: tuple[Lost, ...] = ()
    is_patched: bool = False

    @property
    def kind(self) -> str:
        """The kind of the object."""
        return text_of(child(self.node, "kind"))

    @property
    def name(self) -> str:
        """The name of the object."""
        return text_of(child_at(self.node, "metadata", "name"))

    def over(self, content: Content, layer: Node, lost: Iterable[Lost] = ()) -> ChangedObject:
        """The object of another content, with a layer on top."""
        layers = self.layers if layer in self.layers else (*self.layers, layer)
        return self._replace(node=self.node.made(content), layers=layers, lost=(*self.lost, *lost))


class FileContents(Record):
    """The content of one file.

    ``shown``: the file itself, with the YAML of its texts beside it; none if it is only skipped.
    ``values``: the values of each service.
    ``problems``: what keeps a service from being read.
    ``skipped``: why there are no values.
    ``manifests``: the file, if it has Kubernetes objects, to be read with those of its group.
    ``changed``: the objects that others change, by the id of their tree.
    ``is_listed``: whether the kustomization beside it deploys it; None where there is none.
    ``namespace``: what kustomizations put around the names of its objects.
    ``set_images``: the names of images that kustomizations of other files set.
    """

    shown: tuple[Document, ...] = ()
    values: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[str, ...] = ()
    manifests: Document | None = None
    changed: Mapping[int, ChangedObject] = MappingProxyType({})
    is_listed: bool | None = None
    namespace: str = ""
    set_images: frozenset[str] = frozenset()


def with_duplicates(file: Document, services: Sequence[Document]) -> tuple[Document, ...]:
    """The services of a file; the first also has the keys written twice around all of them."""
    own = {id(wins) for service in services for _, wins in service.duplicates}
    around = [pair for pair in file.source.duplicates if id(pair[1]) not in own]
    if not services or (origin := services[0].origin) is None:
        return tuple(services)
    origin = origin._replace(duplicates=(*around, *origin.duplicates))
    return (services[0]._replace(origin=origin), *services[1:])


class Template(Exception):
    """All values are one template, which has to be filled in before it is read."""


class WrappedScope(Record):
    """A node that wraps the values of one service, with its document and its path in it.

    ``element`` is what a generator fills in for it.
    """

    document: Node
    node: Node
    path: str
    element: Node | None = None

    def nodes(self, path: str) -> list[Node]:
        """The nodes at a path: ``/`` begins at the document, ``[]`` is every item."""
        start = self.document if path.startswith("/") else self.node
        return nodes_at(start, path.removeprefix("/"))

    def at(self, path: str) -> str:
        """How a message names a path."""
        own = not path.startswith("/") and self.path
        return f"{self.path}.{path}" if own else path.removeprefix("/")


def nodes_at(node: Node, path: str) -> list[Node]:
    """The nodes at a path: ``[]`` is every item, ``*`` the value of every key."""
    nodes = [node]
    for key in split(path):
        if key == ITEMS:
            nodes = [item for at in nodes for item in items_of(at)]
        elif key == "*":
            nodes = [entry.value for at in nodes for entry in entries_of(at).values()]
        else:
            nodes = [value for at in nodes if (value := child(at, key)) is not None]
        if not nodes:
            break
    return nodes


def places_at(node: Node, path: str) -> Iterator[tuple[Node, str]]:
    """Every node at a path, and the keys that lead to it."""
    nodes: Iterable[tuple[Node, str]] = [(node, "")]
    for key in split(path):
        nodes = _steps(nodes, key)
    yield from nodes


def _steps(nodes: Iterable[tuple[Node, str]], name: str) -> Iterator[tuple[Node, str]]:
    for node, path in nodes:
        yield from _step(node, path, name)


def _step(node: Node, path: str, name: str) -> Iterator[tuple[Node, str]]:
    if name == ITEMS:
        yield from ((item, f"{path}[{number}]") for number, item in enumerate(items_of(node)))
        return
    for key in key_names(node) if name == "*" else (name,):
        if (value := child(node, key)) is not None:
            yield value, f"{path}.{key}" if path else key


class Values:
    """The values of one service, as they are merged.

    ``nodes`` are those read from the file itself: duplicate keys in them belong to this service.
    ``patches`` change what the chart renders, ``chart`` is where that is.
    """

    def __init__(self, read_text: Callable[[Node], Document]) -> None:
        self.root: Node | None = None
        self.elsewhere: list[str] = []
        self.notes: list[str] = []
        self.nodes: list[Node] = []
        self.patches: list[Node] = []
        self.chart = ""
        self.read_text = read_text
        self._keys = 0

    def merge(self, node: Node) -> None:
        """Merge a mapping over what was read before."""
        if is_empty(node):
            return
        if not node.is_mapping:
            raise unreadable_at(node, "is not a mapping; Helm values are one")
        self.root = node if self.root is None else merge_roots((self.root, node))

    def set(self, key: Node, value: Node) -> None:
        """Set one value by its key."""
        from deploylint.readers.wrapped.helm_set import parse_key, with_value  # few files set some

        self._keys += 1
        if self._keys > MAX_KEYS:
            raise unreadable_at(key, f"more than {MAX_KEYS:,} values are given by their keys")
        try:
            self.root = with_value(self.root, parse_key(str(key.content)), key, value)
        except ValueError as error:
            raise unreadable_at(key, str(error)) from None

    def forget(self, note: str) -> None:
        """Drop what was read before, if anything was."""
        if self.root is not None:
            self.root = None
            self.notes.append(note)


def unreadable_at(node: Node, message: str) -> Unreadable:
    """A problem at a node."""
    return Unreadable(node.source.problem(node.start, message))


def _text(values: Values, node: Node, row: dict[str, Any]) -> None:
    if is_empty(node):
        return
    if not node.is_scalar:
        raise unreadable_at(node, "is not a text; write it as a block of text (|)")
    for root in values.read_text(node).roots:
        values.merge(root)


def _map(values: Values, node: Node, row: dict[str, Any]) -> None:
    values.nodes.append(node)
    values.merge(node)


def _set(values: Values, node: Node, row: dict[str, Any]) -> None:
    name, value, items = (child(node, key) for key in ("name", "value", "values"))
    if name is None or not name.is_scalar:
        raise unreadable_at(node, "has no name")
    force = child(node, row.get("text", ""))
    as_text = row.get("text") == "always" or (force is not None and plain(force) is True)
    if value is not None and value.is_scalar:
        from deploylint.readers.wrapped.helm_set import parse_value

        values.set(name, parse_value(value, as_text=as_text))
    elif items is not None and isinstance(items.content, list):
        values.set(name, items)
    else:
        values.set(name, _variable(name))


def _unknown(values: Values, node: Node, row: dict[str, Any]) -> None:
    if (key := child(node, row["key"])) is not None and text_of(key):
        values.set(key, _variable(key))


def _variable(at: Node) -> Node:
    """A variable for a value that is not read, at the location of its name."""
    return at.made("$(...)", '"')


def _layers(values: Values, node: Node, row: dict[str, Any]) -> None:
    """Merge a mapping; a file wins over everything before it, which is unknown then."""
    if not node.is_scalar:
        _map(values, node, row)
    elif not is_empty(node):
        name = _describe(row["source"], node)
        values.elsewhere.append(name)
        values.forget(f"the text before {name} is not read, and may be overridden by that file")


FORMS: dict[str, Callable[[Values, Node, dict[str, Any]], None]] = {
    "text": _text,
    "map": _map,
    "set": _set,
    "layers": _layers,
    "unknown": _unknown,
}
"""The forms of values, each with the function that adds one node to the values."""


def merge_values(scope: WrappedScope, row: dict[str, Any], values: Values) -> list[str]:
    """Merge the values of one service by a row of the table. Returns the paths that were read.

    Raises Unreadable with the location of a mistake, and Template.
    """
    paths: list[str] = []
    for entry in row["values"]:
        nodes, path = scope.nodes(entry["at"]), scope.at(entry["at"])
        if nodes and entry.get("alone") and values.root is not None:
            values.forget(f"{', '.join(paths)} is not used beside {path}")
            paths.clear()
        for node in nodes:
            FORMS[entry["form"]](values, node, entry)
        paths += [path.removesuffix("[]")] if nodes else []
    named = (text_of(node) for path in row["chart"] for node in scope.nodes(path))
    values.chart = next(filter(None, named), "")
    patches = (node for path in row.get("patches", ()) for node in scope.nodes(path))
    values.patches += [node for node in patches if not is_empty(node)]
    values.elsewhere += [
        _describe(entry["source"], node)
        for entry in row.get("elsewhere", ())
        for node in scope.nodes(entry["at"])
        if not is_empty(node) and not ("unless" in entry and child(node, entry["unless"]))
    ]
    return paths


def _describe(pattern: str, node: Node) -> str:
    """Another source of values by its pattern: ``{}`` is the text, ``{key}`` that under a key."""
    if isinstance(node.content, str):
        return pattern.replace("{}", str(redact("", node.content)))  # a URL may hold a password
    for key in ("kind", "name"):
        pattern = pattern.replace(f"{{{key}}}", text_of(child(node, key)) or "?")
    return pattern
