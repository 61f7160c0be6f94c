"""Files that carry the Helm values of services inside them: which these are, and what they give.

Which files carry values and where is data, ``carriers.yaml``; a new carrier is a row there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from deploylint.documents.errors import is_template
from deploylint.documents.nodes import (
    Entry,
    Node,
    Problem,
    Source,
    child,
)
from deploylint.documents.reader import Document, Origin
from deploylint.documents.regex import regex
from deploylint.documents.source import Unreadable
from deploylint.documents.structure import items_of, lists_in
from deploylint.readers.data import WRAPPED, definition
from deploylint.readers.wrapped.values import (
    FileContents,
    Template,
    TooMuch,
    Values,
    WrappedScope,
    below,
    collect,
)

ANY = "*"
"""Every list of a document, where a row of the table says which one."""

_MOST_NAMED = 3
"""How many of the files that give more values are named."""

_PARAMETER = regex(r"\{\{-?\s*\.?([\w-]+)\s*-?\}\}")


def table() -> dict[str, Any]:
    """The table of carriers, ``wrapped.yaml``, as plain data."""
    return definition(WRAPPED)


def template(problem: Problem) -> str:
    """Why a file that is no YAML is passed over: its name says it is a template, or ""."""
    for stem, reason in table()["templates"].items():
        if is_template(problem) and PurePath(problem.file).name.startswith(stem):
            return str(reason)
    return ""


def contents(document: Document) -> FileContents | None:
    """What a file carries by the table, or None where it is no carrier."""
    found = [(root, _row(root)) for root in document.roots]
    reading = _Reading(document.source)
    for root, row in found:
        if row is not None:
            reading.each(root, row)
    if not any(row for _, row in found):
        return None
    others = sum(row is None for _, row in found)
    if others:
        reading.passed_over.append(f"{others} more in this file; only Helm values are read")
    return reading.contents(document)


def _row(root: Node) -> dict[str, Any] | None:
    if not _may_carry(root):  # most files are values files: they need not wait for the table
        return None
    return next((row for row in table()["carriers"] if _is(root, row["when"])), None)


def _may_carry(root: Node) -> bool:
    """Whether a document has a kind, or a list of named mappings under a key of its own."""
    if not root.is_mapping:
        return False
    return child(root, "kind") is not None or any(map(_is_named_list, lists_in(root)))


def _is_named_list(node: Node) -> bool:
    items = node.content if not node.is_mapping else ""
    first = items[0] if isinstance(items, list) and items else None
    if first is None or child(first, "name") is None:
        return False
    return isinstance(first.content, dict) and len(first.content) > 1


def _is(root: Node, when: dict[str, Any]) -> bool:
    if "list" in when:
        wanted = lists_in(root) if when["list"] == ANY else [child(root, when["list"])]
        listed = [item for node in wanted if node is not None for item in items_of(node)]
        return bool(listed) and all(child(item, key) for item in listed for key in when["of"])
    api, kind = child(root, "apiVersion"), child(root, "kind")
    return (
        api is not None
        and kind is not None
        and kind.content == when["kind"]
        and isinstance(api.content, str)
        and api.content.startswith(when["api"])
    )


class _Reading:
    """What has been read of one file so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.values: list[Document] = []
        self.problems: list[Problem] = []
        self.passed_over: list[str] = []
        self.texts: dict[int, Node] = {}
        self.spent = {"nodes": 0}
        self.full = False

    def each(self, root: Node, row: dict[str, Any]) -> None:
        """Read everything that one document carries by its row."""
        scopes = _scopes(root, row)
        names = [_name(scope, row) for scope in scopes]
        counted = Counter(name for name, _ in names)
        for scope, (name, note) in zip(scopes, names, strict=True):
            if self.full:
                return
            values = Values(filled_in="generated" in row, spent=self.spent)
            about = f"{name}, {row['about']}" if name else row["about"]
            try:
                read = collect(scope, row, values)
            except Unreadable as error:
                self.problems.append(error.problem)
                self.full = isinstance(error, TooMuch)
            except Template:
                self.passed_over.append(f"{about}: its values are a template as a whole")
            else:
                self.texts |= {id(node): _shown(node, inner) for node, inner in values.texts}
                apart = _apart(scope, row) if counted[name] > 1 and values.root else ""
                self._keep(values, name + apart, about, [*filter(None, (note, *_where(row, read)))])

    def _keep(self, values: Values, name: str, about: str, notes: list[str]) -> None:
        elsewhere = _named(values.elsewhere)
        if values.root is None:
            reason = f"all its values come from {elsewhere}" if elsewhere else "sets no Helm values"
            self.passed_over.append(f"{about}: {reason}")
            return
        if elsewhere:
            notes.append(f"{elsewhere}: not followed; what is not set here is unknown")
        origin = Origin(
            name=name,
            elsewhere=f"may come from {elsewhere}" if elsewhere else "",
            notes=(*notes, *values.notes),
            duplicates=(*self._inside(values.nodes), *_duplicates(values)),
        )
        source = values.root.source
        self.values.append(Document(self.source.file, source, (values.root,), origin))

    def _inside(self, nodes: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
        for lost, wins in self.source.duplicates:
            if any(node.start <= wins.start < node.end for node in nodes):
                yield lost, wins

    def contents(self, document: Document) -> FileContents:
        """All of it; keys written twice around the values are told with the first service."""
        told = {id(wins) for one in self.values for _, wins in one.duplicates}
        around = tuple(pair for pair in self.source.duplicates if id(pair[1]) not in told)
        if self.values and around and self.values[0].origin is not None:
            origin = self.values[0].origin
            origin = origin._replace(duplicates=(*around, *origin.duplicates))
            self.values[0] = self.values[0]._replace(origin=origin)
        shown = document
        if self.texts:
            roots = tuple(_with_texts(root, self.texts) for root in document.roots)
            shown = document._replace(roots=roots)
        return FileContents(
            (shown,), tuple(self.values), tuple(self.problems), tuple(self.passed_over)
        )


def _scopes(root: Node, row: dict[str, Any]) -> list[WrappedScope]:
    """The places in a document that carry values; of several sources only those that do."""
    for path in row["each"]:
        if found := [WrappedScope(root, node, where) for node, where in below(root, path)]:
            carrying = [scope for scope in found if _carries(scope, row)]
            return (carrying or found[:1]) if "apart" in row else found
    return [WrappedScope(root, root, "")]


def _carries(scope: WrappedScope, row: dict[str, Any]) -> bool:
    entries = (*row["values"], *row.get("elsewhere", ()))
    return any(scope.nodes(e["at"]) for e in entries if not e["at"].startswith("/"))


def _name(scope: WrappedScope, row: dict[str, Any]) -> tuple[str, str]:
    """What a service is called, "" where only its file says so, and what is to be said of that."""
    found = scope.nodes(row["name"])
    name = found[0].content if found and isinstance(found[0].content, str) else ""
    if "generated" not in row or "{{" not in name:
        return name, ""
    elements = [element for path in row["generated"] for element in scope.nodes(path)]
    names = [_filled_in(name, element) for element in elements]
    if len(names) == 1 and "{{" not in names[0]:
        return names[0], f"named by its generator: {name}"
    made = f", {_named(names)}" if names and not any("{{" in one for one in names) else ""
    return "", f"named after its file: its generators make several, {name}{made}"


def _filled_in(name: str, element: Node) -> str:
    def value(found: re.Match[str]) -> str:
        node = child(element, found[1])
        return found[0] if node is None or not isinstance(node.content, str) else node.content

    return _PARAMETER.sub(value, name)


def _apart(scope: WrappedScope, row: dict[str, Any]) -> str:
    """What tells several of one name in one document apart, after a hyphen."""
    for path in row.get("apart", ()):
        for node in scope.nodes(path):
            if isinstance(node.content, str) and node.content:
                return "-" + PurePath(node.content).name
    return ""


def _where(row: dict[str, Any], read: list[str]) -> list[str]:
    return [f"{row['about']}, {', '.join(read)}"]


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _duplicates(values: Values) -> Iterator[tuple[Node, Node]]:
    for _, document in values.texts:
        yield from document.source.duplicates


def _shown(node: Node, document: Document) -> Node:
    """What a text means, in its place: its secrets are looked up by their keys."""
    return node.made(list(document.roots), "")


def _with_texts(node: Node, texts: dict[int, Node]) -> Node:
    """A tree in which some texts are what they mean; ``texts`` also keeps what is done already."""
    if id(node) in texts:
        return texts[id(node)]
    content = node.content
    if isinstance(content, list):
        content = [_with_texts(item, texts) for item in content]
    elif isinstance(content, dict):
        content = {
            name: Entry(entry.key, _with_texts(entry.value, texts))
            for name, entry in content.items()
        }
    texts[id(node)] = changed = node.made(content)
    return changed
