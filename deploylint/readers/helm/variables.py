"""The known variables of a container, with which those of a command are filled in."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.documents.nodes import Node
from deploylint.model.secrets import redact, scalar_or_text
from deploylint.readers.commands.shell import Variables, Word, fill_variables
from deploylint.readers.helm.forms import pairs


def variable_words(nodes: Iterable[Node]) -> Variables:
    """The variables of a container's ``env``.

    A secret is unknown, as a report may show the text of a variable.
    """
    known: dict[str, Word] = {}
    for name, _, value in (pair for node in nodes for pair in pairs(node)):
        if not isinstance(value.content, str):
            known[name] = Word("", value, "in a secret or a config map")
        elif redact(name, data := scalar_or_text(value)) != data:
            known[name] = Word("", value, "a secret")
        else:
            known[name] = fill_variables(value.content, value, {})
    return known
