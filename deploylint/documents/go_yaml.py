r"""What Helm's YAML parser refuses and ours accepts: looked for in the few texts that can hold it.

Infinity and NaN, which have no JSON, and the escape ``\/`` in a quoted text, which go-yaml does not
know. A regular expression over the text says whether the walk over its nodes is worth it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Node, Problem, Source, scalar

_SUSPICIOUS = re.compile(r"\.(?:inf|nan)|\\/", re.IGNORECASE)
_SLASH = re.compile(r"(?:[^\\]|\\[^/])*\\/", re.DOTALL)


def refused_by_go(source: Source, documents: Iterable[Node]) -> Problem | None:
    """The first value that Helm and kubectl cannot read, as a problem, or None."""
    if _SUSPICIOUS.search(source.text) is None:
        return None
    for root in documents:
        for node, is_key in _scalars(root):
            message = _complaint(node, is_key)
            if message:
                line, column = source.position(node.start)
                return Problem(source.file, line + 1, column + 1, message)
    return None


def _scalars(root: Node) -> Iterator[tuple[Node, bool]]:
    """Every scalar below a node in order, and whether it is a key."""
    stack = [(root, False)]
    while stack:
        node, is_key = stack.pop()
        content = node.content
        if isinstance(content, str):
            yield node, is_key
        elif isinstance(content, list):
            stack += [(item, False) for item in reversed(content)]
        else:
            for entry in reversed(content.values()):
                stack += [(entry.value, False), (entry.key, True)]


def _complaint(node: Node, is_key: bool) -> str:
    if node.style == '"':
        if _SLASH.match(_written(node)):
            return 'Helm does not know the escape "\\/"; write / alone'
        return ""
    value = None if is_key else scalar(node)
    if isinstance(value, float) and not math.isfinite(value):
        hint = "infinity and NaN have no JSON; quote it if a text is meant"
        return f"Helm cannot read {node.content}: {hint}"
    return ""


def _written(node: Node) -> str:
    """A scalar as it is written in its file."""
    return node.source.text[node.start : node.end]
