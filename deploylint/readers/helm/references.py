"""Names in values that stand for keys of the same values, and that none of these has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deploylint.documents.nodes import Node, child, entries_of, text_of
from deploylint.documents.regex import regex
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import hint
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.wrapped.values import nodes_at


def misnamed_keys(root: Node, references: Mapping[str, str]) -> Iterator[Fault]:
    """The references of a profile that name no key of what they refer to.

    Where values do not set what is referred to, the chart does.
    """
    for path, target in references.items():
        above, _, key = path.rpartition(".")
        for holder in nodes_at(root, above):
            place = _filled(target, holder)
            known = [name for each in nodes_at(root, place) for name in key_names(each)]
            for named in _names(holder, key) if known else ():
                word = text_of(named)
                if word not in known and word and not (word.isdecimal() or is_variable(word)):
                    message = f"{place} has no {word!r}; {hint(word, known)}"
                    yield Fault("misspelt-reference", named, message)


_BESIDE = regex(r"\{(\w+)\}")


def _filled(target: str, holder: Node) -> str:
    """A path with the text of the key ``key`` of a mapping in place of ``{key}``."""
    for key in _BESIDE.findall(target):
        target = target.replace(f"{{{key}}}", text_of(child(holder, key)) or "-")
    return target


def _names(holder: Node, key: str) -> list[Node]:
    """The name under a key of a mapping, or with ``*`` its keys."""
    if key == "*":
        return [entry.key for entry in entries_of(holder).values()]
    named = child(holder, key)
    return [] if named is None else [named]
