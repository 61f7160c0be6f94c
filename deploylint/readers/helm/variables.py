"""What a container's environment is known to hold: a command's variables are filled in with it."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.documents.nodes import Node
from deploylint.model.secrets import may_hold_a_secret, scalar_or_text
from deploylint.readers.commands.shell import Variables, Word, filled
from deploylint.readers.helm.forms import pairs


def variable_words(nodes: Iterable[Node]) -> Variables:
    """What a container's environment is known to hold, from its ``env``.

    A secret is not known: what is made of a variable may be shown.
    """
    known: dict[str, Word] = {}
    for name, _, value in (pair for node in nodes for pair in pairs(node)):
        if not isinstance(value.content, str):
            known[name] = Word("", value, "in a secret or a config map")
        elif may_hold_a_secret(name, scalar_or_text(value)):
            known[name] = Word("", value, "a secret")
        else:
            known[name] = filled(value.content, value, {})
    return known
