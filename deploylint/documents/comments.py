"""Comments in a YAML text that are meant for a program: ``# WORD: ...``.

The event stream has no comments, so they are searched for in the text, and only where it holds the
word; what looks like one inside a scalar is not a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from deploylint.documents.nodes import (
    END,
    KEY_END,
    KEY_START,
    START,
    STYLE,
    WIDTH,
    Node,
    Source,
    Span,
    span,
)
from deploylint.documents.record import Record


class Comment(Record):
    """A comment: its text after the word, where the ``#`` and the end are, in characters.

    ``line`` is the 1-based line that it is about: its own, or if it has a line of its own, the
    next one that holds anything but a comment.
    """

    text: str
    start: int
    end: int
    line: int


def comments(source: Source, roots: Iterable[Node], word: str) -> Iterator[Comment]:
    """The comments of a text that begin with a word and a colon and are about one of some roots."""
    if not (marked := _marked(source, word)):
        return
    roots = [root for root in roots if root.source is source]
    spans = [span(root) for root in roots]
    numbers = sorted({number for at in spans for number in _about_lines(marked, at)})
    scalars = sorted(_quoted(source, roots)) if numbers else []
    for comment in (marked[number] for number in numbers):
        before = bisect_right(scalars, (comment.start, len(source.text)))
        is_inside = before > 0 and comment.start < scalars[before - 1][1]
        if not is_inside:
            yield comment


def _about_lines(marked: Sequence[Comment], lines: Span) -> range:
    """The numbers of the comments that are about some lines; they are in the order of these."""
    first = bisect_left(marked, lines.line, key=attrgetter("line"))
    return range(first, bisect_right(marked, lines.end_line, lo=first, key=attrgetter("line")))


def _marked(source: Source, word: str) -> list[Comment]:
    """The text that looks like comments with a word, found once for each source."""
    if word not in source.marked:
        marked = source.marked[word] = list[Comment]()
        if f"{word}:" not in source.text:
            return marked
        pattern = re.compile(rf"(?:(?<=\s)|^)#[ \t]*{re.escape(word)}:(.*)$", re.MULTILINE)
        for match in pattern.finditer(source.text):
            about = _about(source, match.start(), marked[-1].line if marked else 0)
            marked.append(Comment(match[1].strip(), match.start(), match.end(), about))
    return source.marked[word]


def _quoted(source: Source, roots: Iterable[Node]) -> Iterator[tuple[int, int]]:
    """The positions of keys and values that may contain a ``#``: plain ones cannot."""
    for table in {root.table for root in roots}:
        numbers, text = table.numbers, source.text
        for row in range(0, len(numbers), WIDTH):
            if numbers[row + STYLE]:
                yield numbers[row + START], numbers[row + END]
            if text[numbers[row + KEY_START]] in _QUOTES:
                yield numbers[row + KEY_START], numbers[row + KEY_END]


_QUOTES = ("'", '"', "?")
"""The first characters of keys that are not plain."""


def _about(source: Source, start: int, before: int) -> int:
    """The 1-based line that a comment is about; ``before`` is that of the one above it.

    Comments in lines above each other are about one line, which is looked for once.
    """
    line, column = source.position(start)
    if source.line(line)[:column].strip():
        return line + 1
    if before > line + 1:
        return before
    while line + 1 < source.line_count and is_bare(source.line(line)):
        line += 1
    return line + 1


def is_bare(line: str) -> bool:
    """Whether a line is blank or only has a comment."""
    return not line.strip() or line.lstrip().startswith("#")
