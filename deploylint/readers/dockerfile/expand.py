"""The values of ``$VARIABLES`` in an instruction, by the ARG and ENV before it.

Follows https://docs.docker.com/reference/dockerfile/#environment-replacement; a form that is not
described there, and a variable without a value in the file, make a text unknown.
"""

from __future__ import annotations

import re

from deploylint.documents.nodes import Node
from deploylint.documents.regex import regex
from deploylint.readers.commands.shell import Variables, Word

MOST = 4096
"""Characters of a text; a longer one, as of a variable that doubles itself, is unknown."""

_PIECE = regex(
    r"""'(?P<literal>[^']*)'|\\(?P<escaped>.)|(?P<quote>")
      | \$(?P<plain>\w+) | \$\{(?P<braced>\w+)(?::?(?P<sign>[-+])(?P<other>[^{}$]*))?\}
      | (?P<strange>\$\{[^}]*\}?) | (?P<rest>[^'"\\$]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = frozenset("'\"\\$")


def expand_variables(node: Node, variables: Variables) -> Word:
    """A word without its quotes, with the values of its variables."""
    written, parts, note = str(node.content), [], ""
    if _SIGNS.isdisjoint(written) and len(written) <= MOST:  # as it is with most
        return Word(written, node)
    for piece in _PIECE.finditer(written):
        kind = piece.lastgroup or ""
        name = piece["plain"] or piece["braced"]
        if name:
            word = _variable(name, piece["sign"], piece["other"] or "", node, variables)
            note = note or word.note
            parts.append(word.text)
        elif kind == "strange":
            note = note or f"{piece[kind]} is not read"
        elif kind != "quote":
            parts.append(piece[kind])
    text = "".join(parts)
    return Word(text[:MOST], node, note or ("too long" if len(text) > MOST else ""))


def _variable(name: str, sign: str | None, other: str, node: Node, variables: Variables) -> Word:
    """A variable's value; ``-`` gives another text if it is not set, ``+`` if it is."""
    word = variables.get(name, Word("", node))
    if word.note or (sign is None and name in variables):
        return word._replace(node=node)
    if sign is None:
        return Word("", node, f"{name} is not set in the file")
    if sign == "+":
        return Word(other if word.text else "", node)
    return Word(word.text or other, node)
