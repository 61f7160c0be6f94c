"""Text from a stranger's file in Markdown: only ever code, so that nothing in it is live.

In code neither HTML, nor links, nor mentions are read (GitHub Flavored Markdown, code spans).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from deploylint.reports import Look
from deploylint.reports.text.escape import safe


def code(text: str, look: Look) -> str:
    """A text as a code span that fits a table's cell; "" stays empty."""
    if not text.strip():
        return ""
    # A pipe ends a cell unless a backslash escapes it; a backslash before it would escape that one.
    shown = safe(text, look).replace("\\|", "\\ |").replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{gap}{shown}{gap}{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; the cells are Markdown already."""
    return [_row(head), _row(["---"] * len(head)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
