"""What ``$VARIABLES`` in an instruction come to, with the ARG and ENV that stand before it.

Follows https://docs.docker.com/reference/dockerfile/#environment-replacement; a form that is not
described there, and a variable that nothing in the file gives a value, make a text unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from deploylint.documents.nodes import Node
from deploylint.documents.regex import regex
from deploylint.readers.commands.shell import Word

Variables = Mapping[str, Word]
"""By name what ARG and ENV give; one with a note is not known."""

MOST = 4096
"""Characters that a text may grow to; what doubles itself is not followed further."""

_PIECE = regex(
    r"""'(?P<literal>[^']*)'|\\(?P<escaped>.)|(?P<quote>")
      | \$(?P<plain>\w+) | \$\{(?P<braced>\w+)(?::?(?P<sign>[-+])(?P<other>[^{}$]*))?\}
      | (?P<strange>\$\{[^}]*\}?) | (?P<rest>[^'"\\$]+|.)""",
    re.VERBOSE | re.DOTALL,
)


def expanded(node: Node, variables: Variables) -> Word:
    """A word without its quotes, with what is known of its variables."""
    parts, note = [], ""
    for piece in _PIECE.finditer(str(node.content)):
        kind = piece.lastgroup or ""
        name = piece["plain"] or piece["braced"]
        if name:
            word = _variable(name, piece["sign"], piece["other"] or "", node, variables)
            note = note or word.note
            parts.append(word.text)
        elif kind == "strange":
            note = note or f"{piece[kind]} is not followed"
        elif kind != "quote":
            parts.append(piece[kind])
    text = "".join(parts)
    return Word(text[:MOST], node, note or ("too long" if len(text) > MOST else ""))


def _variable(name: str, sign: str | None, other: str, node: Node, variables: Variables) -> Word:
    """What a variable comes to; ``-`` gives another text where it is not set, ``+`` where it is."""
    word = variables.get(name)
    is_set = word is not None and bool(word.text)
    if word is not None and word.note:
        return Word("", node, word.note)
    if sign == "-" and not is_set:
        return Word(other, node)
    if sign == "+":
        return Word(other if is_set else "", node)
    if word is None:
        return Word("", node, f"nothing in the file sets {name}")
    return Word(word.text, node)
