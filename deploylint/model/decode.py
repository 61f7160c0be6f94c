"""One decoder for all our files: plain data to structures, each mistake with its location."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct

from deploylint.documents.nodes import Node, Problem, child, entries_of, items_of, plain, scalar
from deploylint.documents.reader import Document
from deploylint.documents.regex import regex
from deploylint.documents.suggest import hint
from deploylint.model.errors import Misread, misread_at
from deploylint.model.rule import Gives, Severity
from deploylint.model.service import Role
from deploylint.model.types import Plain

T = TypeVar("T", bound=Struct)
Entry = TypeVar("Entry")


class Closed(Struct, forbid_unknown_fields=True):
    """A structure that takes no key it does not know."""


def encode(value: Any) -> str:
    """Any structure or plain data as indented JSON, ending with a line end.

    What a terminal or a log obeys is escaped: the text is inert, and means the same.
    """
    try:
        text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    except UnicodeEncodeError:  # the name of a file that is not UTF-8
        text = json.dumps(msgspec.to_builtins(value), indent=2)
    return _LIVE.sub(_escaped, text) + "\n"


_LIVE = regex(r"[\x7f-\U0010ffff]|(?<=##)\[")
"""Characters that may be live, and the end of a workflow command of GitHub's first form."""


def _escaped(live: re.Match[str]) -> str:
    if live[0].isprintable() and live[0] != "[":
        return live[0]
    units = live[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def fields_of(value: Any) -> Any:
    """A structure as its fields by name, with those of all structures in it, else unchanged."""
    if isinstance(value, Struct):
        return {name: fields_of(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, list):
        return [fields_of(one) for one in value]
    if isinstance(value, dict):
        return {key: fields_of(one) for key, one in value.items()}
    return value


def with_nodes(entries: Sequence[Entry], root: Node, key: str) -> Iterator[tuple[Entry, Node]]:
    """Entries of the list under a key, each with its node."""
    return zip(entries, items_of(child(root, key)), strict=True)


def is_set(value: object) -> bool:
    """Whether a key that may be left out was written."""
    return value is not msgspec.UNSET


_AT = regex(
    r"(?P<what>.*?)(?: - at `(?:key in )?\$(?P<path>(?:\.[\w-]+|\[(?:\d+|\.\.\.)\])*)`)?\Z",
    re.DOTALL,
)
_STEP = regex(r"\.([\w-]+)|\[(\d+|\.\.\.)\]")


def decode(document: Document, kind: type[T]) -> T:
    """The structure a document holds. Raises Misread with the place of what is wrong."""
    if len(document.roots) != 1:
        message = "one YAML document is expected" if document.roots else _NO_DOCUMENT
        raise Misread(Problem(document.file, 1, 1, message))
    data = plain(document.roots[0])
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _located(document, data, kind, str(error)) from None


_NO_DOCUMENT = "is empty; write its keys, or remove it"


def _located(document: Document, data: Plain, kind: type[Struct], text: str) -> Misread:
    matched = _AT.match(text)
    assert matched is not None
    what, path = matched["what"], matched["path"] or ""
    if isinstance(data, dict) and any(text == _no_field(key) for key in data):
        what, path = text, ""  # a key of the root, which may itself look like a place
    node, part = document.roots[0], data
    holder: Any = {}
    at: Any = ""
    for name, index in _STEP.findall(path):
        holder = part
        if isinstance(part, dict) and isinstance(node.content, dict):
            key = name or _wrong_key(part, data, kind)
            at, node, part = key, node.content[key].value, part[key]
        elif isinstance(part, list) and isinstance(node.content, list):
            at, node, part = int(index), node.content[int(index)], part[int(index)]
    if isinstance(part, dict):
        for key in part:
            if what == _no_field(key):
                return _unknown(node, key, _known_keys(part, data, kind))
    words = _known_words(holder, at, text[matched.end("what") :], data, kind)
    return misread_at(node, _in_words(node, what, words))


def _known_words(holder: Any, at: Any, place: str, data: Plain, kind: type[Struct]) -> list[str]:
    """The words that may stand at a place: those after which nothing is wrong there."""
    known = list[str]()
    for word in dict.fromkeys(_WORDS) if place and holder else ():
        holder[at] = word
        if not _error(data, kind).endswith(place):
            known.append(word)
    return known


def _no_field(key: str) -> str:
    """The decoder's message about a key that no field of a structure has."""
    return f"Object contains unknown field `{key}`"


def _wrong_key(part: dict[str, Plain], data: Plain, kind: type[Struct]) -> str:
    """The first key of a mapping that is wrong by itself; the mapping is ``part`` of ``data``."""
    every = dict(part)
    return next(key for key, value in every.items() if _mistake(part, {key: value}, data, kind))


def _known_keys(part: dict[str, Plain], data: Plain, kind: type[Struct]) -> Iterator[str]:
    """The keys that a mapping may have: those that are not unknown by themselves."""
    for key in _keys():
        if not _mistake(part, {key: None}, data, kind).startswith(_no_field(key)):
            yield key


def _mistake(
    part: dict[str, Plain], content: dict[str, Plain], data: Plain, kind: type[Struct]
) -> str:
    """What is wrong in ``data`` when a part of it has another content; "" for nothing."""
    part.clear()
    part.update(content)
    return _error(data, kind)


def _error(data: Plain, kind: type[Struct]) -> str:
    """What the decoder says of data; "" where nothing is wrong."""
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


_KINDS = {
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
"""What people call the kinds of values that the decoder names as Python and JSON do."""

_WRONG_KIND = regex(r"Expected `(?P<wanted>[^`]+)`, got `(?P<actual>[^`]+)`")
_MISSING = regex(r"Object missing required field `(.*)`")
_EMPTY = regex(r"Expected `(array|str)` of length >= 1")
_WRONG_ID = "Expected `str` matching regex"
_NO_NUMBER = regex(r"Invalid enum value (-?\d+)")
"""Only the version of a configuration is a number to choose."""

_NO_WORD = regex(r"Invalid enum value '(.*)'")
_WORDS = (*get_args(Role), *get_args(Severity), "skip", *get_args(Gives))


def _in_words(node: Node, what: str, words: Sequence[str]) -> str:
    """A message of the decoder as people read it: what is there, and what to write.

    ``words`` are those that may stand there.
    """
    if (match := _WRONG_KIND.match(what)) is not None:
        return _wrong_kind(node, match["wanted"], match["actual"], words)
    if (match := _MISSING.match(what)) is not None:
        return f"{match[1]} is missing; add it"
    if (match := _EMPTY.match(what)) is not None:
        return f"is empty; write {'an item' if match[1] == 'array' else 'a text'}"
    if (match := _NO_NUMBER.match(what)) is not None:
        return f"unknown version {match[1]}; write version: 1"
    if (match := _NO_WORD.match(what)) is not None:
        return f"unknown value {match[1]!r}; {hint(match[1], words or _WORDS)}"
    if what.startswith(_WRONG_ID):
        return "invalid id; use small letters, digits and -, and begin with a letter"
    return what[:1].lower() + what[1:]


def _wrong_kind(node: Node, wanted: str, actual: str, words: Sequence[str]) -> str:
    kinds = " or ".join(dict.fromkeys(_KINDS.get(kind, kind) for kind in wanted.split(" | ")))
    if actual == "null":
        return f"holds nothing; write {kinds}, or remove the key"
    if actual == "bool" and node.content not in ("true", "false"):
        advice = f"write one of {', '.join(words)}" if words else "put it in quotes for a text"
        return f"{node.content} is read as {scalar(node)}".lower() + f"; {advice}"
    if (wanted, actual) == ("int", "float"):
        return f"a whole number is expected here, not {node.content}"
    return f"{kinds} is expected here, not {_KINDS.get(actual, actual)}"


def _unknown(node: Node, word: str, known: Iterable[str]) -> Misread:
    message = f"unknown key {word!r}; {hint(word, sorted(known))}"
    return misread_at(entries_of(node)[word].key, message)


def _keys() -> set[str]:
    """Every key that one of our structures takes."""
    structs = Closed.__subclasses__()
    return {info.encode_name for struct in structs for info in msgspec.structs.fields(struct)}
