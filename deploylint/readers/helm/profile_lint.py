"""Checks a profile beyond its structure: each name in it has to exist.

Every shipped profile is checked in the tests, a project's own whenever it is used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from deploylint.documents.nodes import Node, child, entries_of, items_of, plain, span
from deploylint.documents.reader import Document
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_at
from deploylint.model.fields import ADDRESSES, ELEMENTS
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.forms import READERS
from deploylint.readers.helm.key_tree import is_path
from deploylint.readers.helm.layer import Gift

Forms = Mapping[str, Mapping[str, Gift | list[Gift]]]

OWN_KEY = "."
"""The path of an element's own key among its fields."""


def _require_known(node: Node, kind: str, words: Iterable[str], word: str | None = None) -> None:
    """Raise Misread for a word, by default the text of the node, that is not a known one."""
    word = str(plain(node)) if word is None else word
    known = list(words)
    if word not in known:
        raise misread_at(node, f"unknown {kind} {word!r}; {hint(word, known)}")


def check(name: str, folders: profiles.Folders = ()) -> None:
    """Check a profile. Raises Misread at the first name that does not exist."""
    document = profiles.source(name, folders)
    _no_duplicates(document)
    file, root = profiles.decoded(name, folders), document.roots[0]
    if file.profile != name:
        message = f"profile {file.profile!r} is in the file of {name!r}; use one name"
        raise misread_at(_at(root, "profile"), message)
    layers = [profiles.decoded(base, folders) for base in _extended(name, folders)]
    _paths(root)
    forms = {form: fields for layer in layers[::-1] for form, fields in layer.forms.items()}
    for element, entry in entries_of(child(root, "elements")).items():
        _require_known(entry.key, "element", ELEMENTS, element)
        for alternative in items_of(entry.value):
            _alternative(element, alternative, forms)
    every = {field for element in ELEMENTS.values() for field in element.fields}
    for form in entries_of(child(root, "forms")).values():
        _gifts(every, form.value)
    for node in items_of(child(root, "given-by-chart")):
        _require_known(node, "element or field", ADDRESSES)
    for node in items_of(child(root, "union")):
        _require_known(node, "element", ELEMENTS)


def _no_duplicates(document: Document) -> None:
    for lost, wins in document.source.duplicates:
        message = f"key {wins.content!r} is written twice; first in line {span(lost).line}"
        raise misread_at(wins, message)


def _extended(name: str, folders: profiles.Folders) -> list[str]:
    """A profile and those that it extends, after a check that they exist and form no circle."""
    known, line = profiles.names(folders), [name]
    while wanted := profiles.decoded(line[-1], folders).extends:
        if wanted in line:
            at = _at(profiles.source(name, folders).roots[0], "extends")
            message = f"{' extends '.join([*line, wanted])}: a circle; remove one extends"
            raise misread_at(at, message)
        at = _at(profiles.source(line[-1], folders).roots[0], "extends")
        _require_known(at, "profile", known, wanted)
        line.append(wanted)
    return line


def _at(node: Node, key: str) -> Node:
    return child(node, key) or node


def _paths(root: Node) -> None:
    """Check that paths name a key; a component or a fallback can be the root itself."""
    for node in (*items_of(child(root, "evidence")), *items_of(child(root, "known"))):
        _path(node)
    for node in items_of(child(root, "foreign")):
        for path in items_of(child(node, "at")):
            _path(path)
    places = [child(node, "at") or node for node in items_of(child(root, "components"))]
    for node in (*places, *items_of(child(root, "fallback"))):
        if node.content:
            _path(node)


def _path(node: Node, *, own_key: bool = False) -> None:
    text = str(node.content)
    if not is_path(text) and not (own_key and text == OWN_KEY):
        message = f"invalid path {text!r}; write keys with dots between them"
        raise misread_at(node, message)


def _alternative(element: str, node: Node, forms: Forms) -> None:
    if not any(child(node, key) for key in ("form", "fields", "chart-decides")):
        raise misread_at(node, "gives no value; add fields, a form or chart-decides")
    for path in (*items_of(child(node, "at")), *items_of(child(node, "switch"))):
        _path(path)
    if (form := child(node, "form")) is not None:
        _require_known(form, "form", forms)
        for given in forms[str(plain(form))].values():
            for name in profiles.filled_fields(given):
                _require_known(form, f"field of {element}", ELEMENTS[element].fields, name)
    _gifts(ELEMENTS[element].fields, child(node, "fields"))
    for entry in entries_of(child(node, "chart-decides")).values():
        _path(entry.key, own_key=True)
        for field in items_of(entry.value):
            _require_known(field, "field", ELEMENTS[element].fields)


def _gifts(fields: Collection[str], node: Node | None) -> None:
    """Check that each key gives some of the fields."""
    for entry in entries_of(node).values():
        _path(entry.key, own_key=True)
        for gift in items_of(entry.value) or [entry.value]:
            _gift(fields, gift)


def _gift(fields: Collection[str], node: Node) -> None:
    if node.is_mapping:
        for name, entry in entries_of(node).items():
            _require_known(entry.key, "field", fields, name)
        return
    word = str(plain(node))
    if not word.startswith("("):
        _require_known(node, "field", fields)
        return
    _require_known(node, "reader", READERS, word.strip("()"))
    filled = READERS[word.strip("()")].fields
    if not filled <= set(fields):
        raise misread_at(node, f"the reader {word} fills {', '.join(sorted(filled))}")
