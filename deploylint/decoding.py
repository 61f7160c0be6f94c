"""One decoder for all files of ours: plain data to structures, each mistake with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

import msgspec
from msgspec import Struct

from deploylint.documents.nodes import Node, Problem, plain, span
from deploylint.documents.reader import Document
from deploylint.model import Gives, Role, Severity
from deploylint.nearest import nearest

T = TypeVar("T")


class Closed(Struct, forbid_unknown_fields=True):
    """A structure that takes no key it does not know."""


def encode(value: Any) -> str:
    """Any structure or plain data as indented JSON, ending with a line end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


class Misread(Exception):
    """A file of ours that is not what it must be; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def misread(node: Node, message: str) -> Misread:
    """The error that something is wrong at a node."""
    at = span(node)
    return Misread(Problem(node.source.file, at.line, at.column, message))


def is_set(value: object) -> bool:
    """Whether a key that may be left out was written."""
    return value is not msgspec.UNSET


_AT = re.compile(r"(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[(\.\.\.)\]")


def decode(document: Document, kind: type[T]) -> T:
    """The structure a document holds. Raises Misread with the place of what is wrong."""
    if len(document.roots) != 1:
        message = "one YAML document is expected" if document.roots else "holds nothing"
        raise Misread(Problem(document.file, 1, 1, message))
    root = document.roots[0]
    try:
        return msgspec.convert(plain(root), kind)
    except msgspec.ValidationError as error:
        raise Misread(_located(document.file, root, str(error))) from None


def _located(file: str, root: Node, text: str) -> Problem:
    matched = _AT.match(text)
    assert matched is not None
    nodes = [root]
    for step in _STEP.findall(matched["path"] or ""):
        nodes = [below for node in nodes for below in _below(node, *step)] or nodes
    what = matched["what"]
    return _explained(file, next((n for n in nodes if _is_meant(n, what)), nodes[0]), what)


def _below(node: Node, name: str, index: str, each: str) -> Iterator[Node]:
    """What a step of a path leads to; a mapping with keys of any name has many values."""
    content = node.content
    if isinstance(content, dict) and (each or name in content):
        yield from (entry.value for key, entry in content.items() if each or key == name)
    elif isinstance(content, list) and (each or int(index or len(content)) < len(content)):
        yield from content if each else [content[int(index)]]


def _is_meant(node: Node, what: str) -> bool:
    """Whether it can be this one of several nodes that a message speaks of."""
    content, data = node.content, plain(node)
    if (unknown := _UNKNOWN.match(what)) is not None:
        return isinstance(content, dict) and unknown[1] in content
    if (missing := _MISSING.match(what)) is not None:
        return isinstance(content, dict) and missing[1] not in content
    if (word := _NO_WORD.match(what)) is not None:
        return data == word[1]
    found = _FOUND.search(what)
    return found is None or isinstance(data, _KINDS.get(found[1], object))


_MISSING = re.compile(r"Object missing required field `(.*)`")
_FOUND = re.compile(r"got `(\w+)`")
_KINDS: dict[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_NO_WORD = re.compile(r"Invalid enum value '(.*)'")
_WORDS = (*get_args(Role), *get_args(Severity), "skip", *get_args(Gives))


def _explained(file: str, node: Node, what: str) -> Problem:
    unknown = _UNKNOWN.match(what)
    message = what[:1].lower() + what[1:]
    if unknown is not None and isinstance(node.content, dict):
        word = unknown[1]
        meant = nearest(word, _keys())
        message = f"unknown key {word!r}" + (f"; did you mean {meant!r}?" if meant else "")
        node = node.content[word].key if word in node.content else node
    if (other := _NO_WORD.match(what)) is not None and (meant := nearest(other[1], _WORDS)):
        message += f"; did you mean {meant!r}?"
    place = span(node)
    return Problem(file, place.line, place.column, message)


def _keys() -> set[str]:
    """Every key that one of our structures takes."""
    structs = Closed.__subclasses__()
    return {info.encode_name for struct in structs for info in msgspec.structs.fields(struct)}
