"""What is wrong with a profile that its structure cannot tell: words that mean nothing here.

Every shipped profile goes through it in the tests, a project's own whenever it is used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from deploylint.documents.nodes import Entry, Node, Problem, child, plain, span
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.model.errors import Misread
from deploylint.model.fields import ADDRESSES, ELEMENTS
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.forms import READERS
from deploylint.readers.helm.key_tree import is_path
from deploylint.readers.helm.layer import Gift

Forms = Mapping[str, Mapping[str, Gift | list[Gift]]]

OWN_KEY = "."
"""The path of an element's own key among its fields."""


class _Place(Record):
    """A node of the profile, to say what is wrong there."""

    node: Node

    def misread(self, message: str) -> Misread:
        at = span(self.node)
        return Misread(Problem(self.node.source.file, at.line, at.column, message))

    def known(self, kind: str, word: str, words: Iterable[str]) -> None:
        listed = list(words)
        if word not in listed:
            raise self.misread(f"unknown {kind} {word!r}; {hint(word, listed)}")


def check(name: str, folders: profiles.Folders = ()) -> None:
    """Read a profile word by word. Raises Misread at the first that means nothing."""
    document = profiles.source(name, folders)
    _no_duplicates(document)
    file, root = profiles.decoded(name, folders), document.roots[0]
    if file.profile != name:
        message = f"profile {file.profile!r} is in the file of {name!r}; use one name"
        raise _at(root, "profile").misread(message)
    _parents(name, root, folders)
    _paths(root)
    layers = [profiles.decoded(one, folders) for one in _line(name, folders)]
    forms = {form: fields for layer in layers[::-1] for form, fields in layer.forms.items()}
    for element, entry in _entries(root, "elements"):
        _Place(entry.key).known("element", element, ELEMENTS)
        for alternative in _items(entry.value):
            _alternative(element, alternative, forms)
    for _, entry in _entries(root, "forms"):
        _form(entry.value)
    for node in _items(child(root, "given-by-chart")):
        _Place(node).known("element or field", str(plain(node)), ADDRESSES)
    for node in _items(child(root, "union")):
        _Place(node).known("element", str(plain(node)), ELEMENTS)


def _no_duplicates(document: Document) -> None:
    for lost, wins in document.source.duplicates:
        message = f"key {wins.content!r} is written twice; first in line {span(lost).line}"
        raise _Place(wins).misread(message)


def _line(name: str, folders: profiles.Folders) -> Iterator[str]:
    """A profile and those below it, each once."""
    seen = set[str]()
    while name and name not in seen:
        seen.add(name)
        yield name
        name = profiles.decoded(name, folders).extends


def _parents(name: str, root: Node, folders: profiles.Folders) -> None:
    """That what a profile extends is there and does not extend it in turn."""
    known, line = profiles.names(folders), [name]
    while wanted := profiles.decoded(line[-1], folders).extends:
        if wanted in line:
            message = f"{' extends '.join([*line, wanted])}: a circle; remove one extends"
            raise _at(root, "extends").misread(message)
        at = _at(profiles.source(line[-1], folders).roots[0], "extends")
        at.known("profile", wanted, known)
        line.append(wanted)


def _at(node: Node, key: str) -> _Place:
    return _Place(child(node, key) or node)


def _entries(node: Node | None, key: str) -> Iterator[tuple[str, Entry]]:
    below = None if node is None else child(node, key)
    if below is not None and isinstance(below.content, dict):
        yield from below.content.items()


def _items(node: Node | None) -> list[Node]:
    return node.content if node is not None and isinstance(node.content, list) else []


def _paths(root: Node) -> None:
    """That every path of a place names a key; a component or a fallback can be the root itself."""
    for node in (*_items(child(root, "evidence")), *_items(child(root, "known"))):
        _path(node)
    for node in _items(child(root, "foreign")):
        for path in _items(child(node, "at")):
            _path(path)
    places = [child(node, "at") or node for node in _items(child(root, "components"))]
    for node in (*places, *_items(child(root, "fallback"))):
        if node.content:
            _path(node)


def _path(node: Node, *, own_key: bool = False) -> None:
    text = str(node.content)
    if not is_path(text) and not (own_key and text == OWN_KEY):
        message = f"invalid path {text!r}; write keys with dots between them"
        raise _Place(node).misread(message)


def _alternative(element: str, node: Node, forms: Forms) -> None:
    if not any(child(node, key) for key in ("form", "fields", "chart-decides")):
        raise _Place(node).misread("gives no value; add fields, a form or chart-decides")
    for path in (*_items(child(node, "at")), *_items(child(node, "switch"))):
        _path(path)
    if (form := child(node, "form")) is not None:
        _Place(form).known("form", str(plain(form)), forms)
        for given in _fields_of(forms[str(plain(form))]):
            _Place(form).known(f"field of {element}", given, ELEMENTS[element].fields)
    for _, entry in _entries(node, "fields"):
        _path(entry.key, own_key=True)
        for gift in _items(entry.value) or [entry.value]:
            _gift(ELEMENTS[element].fields, gift)
    for _, entry in _entries(node, "chart-decides"):
        _path(entry.key, own_key=True)
        for field in _items(entry.value):
            _Place(field).known("field", str(plain(field)), ELEMENTS[element].fields)


def _form(node: Node) -> None:
    """That each key of a form gives something; whose fields it gives is seen where it is used."""
    every = {field for element in ELEMENTS.values() for field in element.fields}
    for path in _contents(node):
        _path(path.key, own_key=True)
        for gift in _items(path.value) or [path.value]:
            _gift(every, gift)


def _contents(node: Node) -> list[Entry]:
    return list(node.content.values()) if isinstance(node.content, dict) else []


def _fields_of(form: Mapping[str, Gift | list[Gift]]) -> Iterator[str]:
    """The fields that a form gives."""
    for gifts in form.values():
        for gift in gifts if isinstance(gifts, list) else [gifts]:
            if isinstance(gift, dict):
                yield from gift
            elif gift.startswith("("):
                yield from READERS[gift.strip("()")].fields if gift.strip("()") in READERS else ()
            else:
                yield gift


def _gift(fields: Collection[str], node: Node) -> None:
    if isinstance(node.content, dict):
        for entry in _contents(node):
            _Place(entry.key).known("field", str(entry.key.content), fields)
        return
    word = str(plain(node))
    if not word.startswith("("):
        _Place(node).known("field", word, fields)
        return
    _Place(node).known("reader", word.strip("()"), READERS)
    filled = READERS[word.strip("()")].fields
    if not filled <= set(fields):
        raise _Place(node).misread(f"the reader {word} fills {', '.join(sorted(filled))}")
