"""References to variables, ``$(NAME)``, in the command, the arguments and the variables themselves.

What nothing has is left as it is written, so a program would get the reference for its value:
https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.documents.nodes import Node, child, entries_of, items_of, text_of
from deploylint.documents.regex import regex
from deploylint.documents.suggest import NearWords
from deploylint.model.fault import Fault, unknown_key

_REFERENCE = regex(r"(?<!\$)\$\(([A-Z_][A-Z0-9_]+)\)")
"""A reference to a variable in capitals: a shell would run what is in small letters."""


def variable_references(container: Node) -> Iterator[Fault]:
    """References of a container to a variable that it does not have, but nearly."""
    variables = _variables(child(container, "env"))
    texts = [item for key in ("command", "args") for item in items_of(child(container, key))]
    source = child(container, "envFrom")
    return _nearly_known([*texts, *variables.values()], variables, is_all=source is None)


def referred_variables(text: Node) -> Sequence[str]:
    """The variables that a text refers to, each once."""
    return list(dict.fromkeys(_REFERENCE.findall(text_of(text))))


def values_references(variables: Node) -> Iterator[Fault]:
    """References among variables of a chart, which may set more of them."""
    if _SIGN in variables.source.text[variables.start : variables.end]:
        known = _variables(variables)
        yield from _nearly_known(known.values(), known, is_all=False)


def _variables(node: Node | None) -> Mapping[str, Node]:
    """The values of variables in a list or a mapping, by their names."""
    items = (
        (text_of(child(item, "name")), child(item, "value") or item) for item in items_of(node)
    )
    named = ((name, entry.value) for name, entry in entries_of(node).items())
    return {name: value for name, value in (*items, *named) if name}


def _nearly_known(texts: Iterable[Node], known: Iterable[str], *, is_all: bool) -> Iterator[Fault]:
    """References in some texts to what is nearly a known variable.

    If these are not all, it is one with two letters swapped.
    """
    names = frozenset(known)
    referring = [(node, text) for node in texts if _SIGN in (text := text_of(node))]
    near = NearWords(names)
    for node, text in referring if names else ():
        for name in dict.fromkeys(_REFERENCE.findall(text)):
            meant = () if name in names or len(name) < _SHORTEST else near.near(name)
            for other in [each for each in meant if is_all or sorted(each) == sorted(name)][:1]:
                yield unknown_key(node, other, "variable", name)


_SIGN = "$("
"""What a reference begins with."""

_SHORTEST = 4
"""Shorter names are near many."""
