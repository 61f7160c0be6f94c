"""Checks a profile beyond its structure: each name in it has to exist.

Every shipped profile is checked in the tests, a project's own whenever it is used.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from deploylint.documents.nodes import Node, child, entries_of, items_of, text_of
from deploylint.model.errors import check_known, misread_at, node_at, refuse_duplicates
from deploylint.model.fields import ADDRESSES, ELEMENTS
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.forms import READERS
from deploylint.readers.helm.key_tree import is_path
from deploylint.readers.helm.layer import Gift

Forms = Mapping[str, Mapping[str, Gift | list[Gift]]]

OWN_KEY = "."
"""The path of an element's own key among its fields."""


def check(name: str, folders: profiles.Folders = ()) -> None:
    """Check a profile. Raises Misread at the first name that does not exist."""
    document = profiles.source(name, folders)
    refuse_duplicates(document)
    file, root = profiles.decode_layer(name, folders), document.roots[0]
    if file.profile != name:
        message = f"profile {file.profile!r} is in the file of {name!r}; use one name"
        raise misread_at(node_at(root, "profile"), message)
    layers = [profiles.decode_layer(base, folders) for base in _extended(name, folders)]
    _paths(root)
    forms = {form: fields for layer in layers[::-1] for form, fields in layer.forms.items()}
    for element, entry in entries_of(child(root, "elements")).items():
        check_known("element", element, ELEMENTS, entry.key)
        for alternative in items_of(entry.value):
            _alternative(element, alternative, forms)
    every = {field for element in ELEMENTS.values() for field in element.fields}
    for form in entries_of(child(root, "forms")).values():
        _gifts(every, form.value)
    for node in items_of(child(root, "given-by-chart")):
        check_known("element or field", text_of(node), ADDRESSES, node)
    for node in items_of(child(root, "union")):
        check_known("element", text_of(node), ELEMENTS, node)


def _extended(name: str, folders: profiles.Folders) -> list[str]:
    """A profile and those that it extends, after a check that they exist and form no circle."""
    known, line = profiles.names(folders), [name]
    while wanted := profiles.decode_layer(line[-1], folders).extends:
        if wanted in line:
            at = node_at(profiles.source(name, folders).roots[0], "extends")
            message = f"{' extends '.join([*line, wanted])}: a circle; remove one extends"
            raise misread_at(at, message)
        at = node_at(profiles.source(line[-1], folders).roots[0], "extends")
        check_known("profile", wanted, known, at)
        line.append(wanted)
    return line


def _paths(root: Node) -> None:
    """Check that paths name a key; a component or a fallback can be the root itself."""
    for node in (*items_of(child(root, "evidence")), *items_of(child(root, "known"))):
        _path(node)
    for node in items_of(child(root, "foreign")):
        for path in items_of(child(node, "at")):
            _path(path)
    places = [node_at(node, "at") for node in items_of(child(root, "components"))]
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
        check_known("form", text_of(form), forms, form)
        for given in forms[text_of(form)].values():
            for name in profiles.filled_fields(given):
                check_known(f"field of {element}", name, ELEMENTS[element].fields, form)
    _gifts(ELEMENTS[element].fields, child(node, "fields"))
    for entry in entries_of(child(node, "chart-decides")).values():
        _path(entry.key, own_key=True)
        for field in items_of(entry.value):
            check_known("field", text_of(field), ELEMENTS[element].fields, field)


def _gifts(fields: Collection[str], node: Node | None) -> None:
    """Check that each key gives some of the fields."""
    for entry in entries_of(node).values():
        _path(entry.key, own_key=True)
        for gift in items_of(entry.value) or [entry.value]:
            _gift(fields, gift)


def _gift(fields: Collection[str], node: Node) -> None:
    if node.is_mapping:
        for name, entry in entries_of(node).items():
            check_known("field", name, fields, entry.key)
        return
    word = text_of(node)
    if not word.startswith("("):
        check_known("field", word, fields, node)
        return
    check_known("reader", word.strip("()"), READERS, node)
    filled = READERS[word.strip("()")].fields
    if not filled <= set(fields):
        raise misread_at(node, f"the reader {word} fills {', '.join(sorted(filled))}")
