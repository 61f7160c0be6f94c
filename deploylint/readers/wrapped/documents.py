"""Reads files that wrap the Helm values of services.

The formats and the paths of the values are data, ``wrapped.yaml``; a new format is a row there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from functools import cache, lru_cache, partial
from pathlib import PurePath
from typing import Any

from deploylint.documents.errors import is_template
from deploylint.documents.key_paths import Paths
from deploylint.documents.nodes import Node, NodeTable, Problem, child, text_of
from deploylint.documents.reader import Document, Origin
from deploylint.documents.regex import regex
from deploylint.documents.rows import MAX_EXPANDED, MOST_PATHS
from deploylint.documents.source import Unreadable
from deploylint.documents.suggest import is_near, nearest
from deploylint.model.data import WRAPPED, definition
from deploylint.model.format import enumerate_names
from deploylint.readers.wrapped.own_fields import (
    is_list_of_services,
    missing_fields,
    misspelt_fields,
)
from deploylint.readers.wrapped.values import (
    FileContents,
    Template,
    Values,
    WrappedScope,
    merge_values,
    places_at,
    unreadable_at,
    with_duplicates,
)

_MOST_NAMED = 3
"""How many of the files that give more values are named."""

_PARAMETER = regex(r"\{\{-?\s*\.?([\w-]+)\s*-?\}\}")


def wrapped_table() -> dict[str, Any]:
    """The table of formats that wrap values, ``wrapped.yaml``, as plain data."""
    return definition(WRAPPED)


def template_reason(problem: Problem) -> str:
    """Why a file that is not YAML is skipped: the tool that its name shows to render it, or ""."""
    file = PurePath(problem.file)
    for name, reason in wrapped_table()["templates"].items():
        if is_template(problem) and (name in file.stem or file.parent.name == f"{name}.d"):
            return str(reason)
    return ""


def read_wrapped(document: Document) -> FileContents | None:
    """The values that a file wraps; None where it has no format of the table."""
    rows = [_row(root) for root in document.roots]
    if not any(rows):
        return None
    file = _File(document)
    for root, row in zip(document.roots, rows, strict=True):
        if row is not None:
            file.read_root(root, row)
    if others := rows.count(None):
        file.skipped.append(f"{others} more in this file; only Helm values are read")
    return file.contents()


def _row(root: Node) -> dict[str, Any] | None:
    if not root.is_mapping:
        return None
    kind, api = (text_of(child(root, key)) for key in ("kind", "apiVersion"))
    has_list = _has_named_list(root.table.paths)
    if not has_list and kind not in _kinds() and not api.startswith(_apis()):  # as it is with most
        return None
    rows = ((row, row["when"]) for row in wrapped_table()["formats"])
    met = (
        row
        for row, when in rows
        if (
            has_list and is_list_of_services(root, row)
            if "list" in when
            else _is_of(kind, api, when)
        )
    )
    return next(met, None)


@cache
def _kinds() -> frozenset[str]:
    """The kinds of objects that wrap values; "" of none is not among them."""
    return frozenset(row["when"].get("kind", "") for row in wrapped_table()["formats"]) - {""}


@cache
def _apis() -> tuple[str, ...]:
    """The groups of the APIs that have these kinds."""
    return tuple(row["when"]["api"] for row in wrapped_table()["formats"] if "api" in row["when"])


def _is_of(kind: str, api: str, when: dict[str, Any]) -> bool:
    """Whether an object is of a kind, also if its API or its kind is misspelt or not there.

    What is wrong with its head is a fault of its service.
    """
    is_of_api = api.startswith(when["api"])
    if kind == when["kind"]:
        group = when["api"].rstrip("/")
        return is_of_api or not api or is_near(api.rpartition("/")[0], group, 1)
    if not kind:
        return is_of_api and _apis().count(when["api"]) == 1
    return is_of_api and kind not in _kinds() and bool(nearest(kind, [when["kind"]]))


@lru_cache(maxsize=MOST_PATHS)
def _has_named_list(paths: Paths) -> bool:
    """Whether documents have a list of mappings with a name or a chart under a key of theirs."""
    first = [p for p in paths if p.is_item and p.name == "0" and p.depth == paths[0].depth + 2]
    names = ({path.name for path in paths if path.parent is item} for item in first)
    return any(not keys.isdisjoint(_OF_SERVICES) and len(keys) > 1 for keys in names)


_OF_SERVICES = ("name", "chart")
"""What the services of a list have: one of them may be missing or misspelt."""


class _File:
    """The parts of one file that were read."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values: list[Document] = []
        self.problems: list[Problem] = []
        self.skipped: list[str] = []
        self.texts: list[tuple[Node, Document]] = []
        self.meant = 0

    def read_root(self, root: Node, row: dict[str, Any]) -> None:
        """Read everything that one document wraps by its row."""
        scopes = _scopes(root, row)
        names = [_name(scope, row) for scope in scopes]
        counted, first = Counter(name for name, _ in names), len(self.values)
        for scope, (name, note) in zip(scopes, names, strict=True):
            read_text = partial(self._read_text, scope.element, filled_in="generated" in row)
            if self.meant > MAX_EXPANDED:
                return
            values, before = Values(read_text), len(self.texts)
            about = f"{name}, {row['about']}" if name else row["about"]
            try:
                paths = merge_values(scope, row, values)
            except Unreadable as error:
                self.problems.append(error.problem)
            except Template:
                self.skipped.append(f"{about}: all its values are one template")
            else:
                apart = _apart(scope, row) if counted[name] > 1 and values.root else ""
                where = ", ".join(paths) or "no values"
                notes = [*filter(None, [note]), f"{row['about']}, {where}"]
                installs = any(scope.nodes(path) for path in row.get("installs", ()))
                if values.root is None and not values.elsewhere:
                    if (lost := _values_elsewhere(scope, root, row)) is not None:
                        self.problems.append(lost)
                        continue
                    if name and installs:
                        values.root = scope.node.made({})
                self._keep(values, name + apart, about, notes, self.texts[before:])
        self._read_around(root, row, [scope.node for scope in scopes], first)

    def _read_around(self, root: Node, row: dict[str, Any], items: list[Node], first: int) -> None:
        """Keep what is around the values of a document, which begin at ``first``."""
        self.problems += missing_fields(root, items, row)
        misspelt = tuple(misspelt_fields(root, items, row))
        around = {"misspelt": misspelt, **({"wrapper": root} if "kind" in row["when"] else {})}
        self.values[first:] = _with_origin(self.values[first:], **around)
        for key, meant in misspelt if len(self.values) == first else ():
            what = f"unknown key {key.content!r}; did you mean {meant!r}?"
            self.problems.append(unreadable_at(key, what).problem)

    def _read_text(self, element: Node | None, node: Node, *, filled_in: bool) -> Document:
        """The YAML in a text. All texts of a file together are bounded as one file is."""
        from deploylint.documents.embedded import read_embedded  # few files hold YAML in a text

        fill = None if element is None else partial(_filled_in, element=element)
        document = read_embedded(node, filled_in=filled_in, fill=fill)
        if isinstance(document, Problem):
            if filled_in and "{{" in str(node.content):
                raise Template
            raise Unreadable(document)
        self.meant += document.source.meant
        if self.meant > MAX_EXPANDED:
            raise unreadable_at(
                node, "too many texts in one file; this one and all below are not read"
            )
        self.texts.append((node, document))
        return document

    def _keep(
        self,
        values: Values,
        name: str,
        about: str,
        notes: list[str],
        texts: list[tuple[Node, Document]],
    ) -> None:
        elsewhere = enumerate_names(values.elsewhere, _MOST_NAMED)
        if values.root is None:
            reason = f"all its values come from {elsewhere}" if elsewhere else "sets no Helm values"
            self.skipped.append(f"{about}: {reason}")
            return
        if elsewhere:
            notes.append(f"{elsewhere}: not read; values that are not set here are unknown")
        source = self.document.source
        own = source.duplicates_within(values.nodes)
        origin = Origin(
            name=name,
            elsewhere=f"may come from {elsewhere}" if elsewhere else "",
            notes=(*notes, *values.notes),
            duplicates=(*own, *(pair for _, inner in texts for pair in inner.source.duplicates)),
            patches=tuple(values.patches),
            chart=values.chart,
        )
        self.values.append(Document(source.file, values.root.source, (values.root,), origin))

    def contents(self) -> FileContents:
        """The content of the file."""
        values = with_duplicates(self.document, self.values)
        return FileContents((self._shown(),), values, tuple(self.problems), tuple(self.skipped))

    def _shown(self) -> Document:
        """The file with the YAML of its texts beside it: secrets are found by their keys."""
        read = {(node.table, node.row) for node, _ in self.texts}
        roots = [_without_texts(root.table, read) for root in self.document.roots]
        inner = [root for _, document in self.texts for root in document.roots]
        return self.document._replace(roots=(*roots, *inner)) if read else self.document


def _values_elsewhere(scope: WrappedScope, root: Node, row: dict[str, Any]) -> Problem | None:
    """The key of values that stand where the tool does not read them; None for none.

    A generator has values of its own, and so has an expression of labels: a list.
    """
    of_text = [each["at"] for each in row["values"] if each["form"] in ("text", "map")]
    if "kind" not in row["when"] or "generated" in row or any(scope.nodes(at) for at in of_text):
        return None
    table, right = root.table, {at.rpartition(".")[2]: at for at in of_text}
    for below in range(root.row + 1, root.end_row):
        name = table.paths[below].name
        is_list = isinstance(table.node(below).content, list) if name in right else True
        if not is_list and not table.paths[below].is_item:
            above = f"{row['each'][-1]}.{right[name]}".rpartition(".")[0]
            message = f"{name} means nothing here; it belongs in {above}"
            return root.source.problem(table.key(below).start, message)
    return None


def _with_origin(services: list[Document], **more: Any) -> list[Document]:
    """The values of the services in a document, the first of them with more of its origin."""
    if not services or services[0].origin is None:
        return services
    origin = services[0].origin._replace(**more)
    return [services[0]._replace(origin=origin), *services[1:]]


def _scopes(root: Node, row: dict[str, Any]) -> list[WrappedScope]:
    """The nodes of a document that wrap values; of several sources only those that do."""
    for path in row["each"]:
        if scopes := [WrappedScope(root, node, where) for node, where in places_at(root, path)]:
            wrapping = [scope for scope in scopes if _wraps(scope, row)]
            scopes = (wrapping or scopes[:1]) if "apart" in row else scopes
            return [each for scope in scopes for each in _generated(scope, row)]
    return [WrappedScope(root, root, "")]


def _generated(scope: WrappedScope, row: dict[str, Any]) -> list[WrappedScope]:
    """A scope for each element of a generator, if these are services of names of their own.

    Elements are services if the values have what their names are made of; else they are places
    where one service runs.
    """
    elements = [node for path in row.get("generated", ()) for node in scope.nodes(path)]
    name = next((text_of(node) for node in scope.nodes(row["name"])), "")
    names = {_filled_in(name, element) for element in elements}
    values = [node for entry in row["values"] for node in scope.nodes(entry["at"])]
    used = {word for node in values for word in _PARAMETER.findall(text_of(node))}
    is_one = len(names) < 2 or any("{{" in each for each in names)
    if is_one or len(names) < len(elements) or used.isdisjoint(_PARAMETER.findall(name)):
        return [scope]
    return [scope._replace(element=element) for element in elements]


def _wraps(scope: WrappedScope, row: dict[str, Any]) -> bool:
    entries = (*row["values"], *row.get("elsewhere", ()))
    return any(scope.nodes(e["at"]) for e in entries if not e["at"].startswith("/"))


def _name(scope: WrappedScope, row: dict[str, Any]) -> tuple[str, str]:
    """The name of a service, "" where only its file has one, and a note about it."""
    name = next((text_of(node) for node in scope.nodes(row["name"])), "")
    if "generated" not in row or "{{" not in name:
        return name, ""
    if scope.element is not None:
        return _filled_in(name, scope.element), f"named by its generator: {name}"
    elements = [element for path in row["generated"] for element in scope.nodes(path)]
    names = [_filled_in(name, element) for element in elements]
    if len(names) == 1 and "{{" not in names[0]:
        return names[0], f"named by its generator: {name}"
    made = (
        f", {enumerate_names(names, _MOST_NAMED)}"
        if names and not any("{{" in name for name in names)
        else ""
    )
    return "", f"named after its file: its generators make several, {name}{made}"


def _filled_in(name: str, element: Node) -> str:
    def value(match: re.Match[str]) -> str:
        node = child(element, match[1])
        return node.content if node is not None and isinstance(node.content, str) else match[0]

    return _PARAMETER.sub(value, name)


def _apart(scope: WrappedScope, row: dict[str, Any]) -> str:
    """The suffix that distinguishes several of one name in one document."""
    texts = (text_of(node) for path in row.get("apart", ()) for node in scope.nodes(path))
    return next((f"-{PurePath(text).name}" for text in texts if text), "")


def _without_texts(table: NodeTable, read: Container[tuple[NodeTable, int]]) -> Node:
    """The root of a document with some of its texts empty."""
    texts = tuple("" if (table, row) in read else text for row, text in enumerate(table.texts))
    return table.changed(texts=texts).node(0)
