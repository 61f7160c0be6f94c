"""The text of a file, and places in it.

Positions are in characters of the text; lines end as YAML 1.1 counts them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from deploylint.documents.record import Record
from deploylint.documents.regex import regex

if TYPE_CHECKING:
    from deploylint.documents.comments import Comment
    from deploylint.documents.nodes import Node


class Span(Record):
    """A location in a file: 1-based lines and columns, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Problem(Record):
    """Something wrong with a file, where, and what to do about it.

    ``written`` are the line of a text that is not YAML and, before it, those that it is below.
    """

    file: str
    line: int
    column: int
    message: str
    written: tuple[str, ...] = ()


class Unreadable(Exception):
    """A text that cannot be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Source:
    """The text that nodes were read from, and what is odd about it but not fatal.

    ``above`` is how many lines of the file are above it, where it is only a part of the file.
    """

    __slots__ = ("_counted", "_starts", "above", "duplicates", "file", "marked", "meant", "text")

    def __init__(self, file: str, text: str, above: int = 0) -> None:
        self.file = file
        self.text = text
        self.above = above
        self.marked: dict[str, list[Comment]] = {}
        """Texts that look like comments for a program, by their first word (``comments``)."""
        self.duplicates: list[tuple[Node, Node]] = []
        """Keys written twice in one mapping: (the key that is lost, the key that wins)."""
        self.meant = 0
        """How many nodes the text means once its aliases are followed."""
        self._starts: array[int] | None = None
        self._counted = 0, 0
        """A position in the text, and how many lines end before it."""

    def copy(self) -> Source:
        """The same text, for nodes that are read of a part of it."""
        other = Source(self.file, self.text, self.above)
        other._starts = self.starts
        return other

    @property
    def starts(self) -> array[int]:
        """Where each line begins, as a YAML 1.1 parser counts lines."""
        if self._starts is None:
            ends = _line_ends(self.text)
            self._starts = array("I", (0, *ends))  # a tenth of a list: large sets hold all texts
        return self._starts

    @property
    def lines(self) -> list[str]:
        """The text's lines without their ends."""
        return split_lines(self.text)

    @property
    def line_count(self) -> int:
        """The number after that of the last line."""
        return self.above + len(self.starts)

    def line_start(self, number: int) -> int:
        """Where a line begins; the end of the text beyond the last one."""
        number -= self.above
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def line(self, number: int) -> str:
        """One line, counted from 0, without its end; "" beyond the last."""
        number -= self.above
        if not 0 <= number < len(self.starts):
            return ""
        begin, end = self.starts[number], self.line_start(number + self.above + 1)
        return self.text[begin:end].rstrip(_LINE_ENDS)

    def position(self, at: int) -> tuple[int, int]:
        """The line in the file and the column of a position in the text, both from 0."""
        starts = self.starts
        line = bisect_right(starts, at) - 1
        return line + self.above, at - starts[line]

    def line_of(self, at: int) -> int:
        """The line in the file of a position in the text, from 0; of few it is counted."""
        if self._starts is None and _has_plain_lines(self.text):
            before, lines = self._counted if self._counted[0] <= at else (0, 0)
            lines += self.text.count("\n", before, at)
            self._counted = at, lines
            return lines + self.above
        return self.position(at)[0]

    def duplicates_within(self, nodes: Sequence[Node]) -> list[tuple[Node, Node]]:
        """The keys written twice in one of some nodes."""
        return [
            (lost, wins)
            for lost, wins in self.duplicates
            if any(node.start <= wins.start < node.end for node in nodes)
        ]

    def problem(self, at: int, message: str) -> Problem:
        """Something wrong at a position in the text."""
        line, column = self.position(at)
        return Problem(self.file, line + 1, column + 1, message)


_LINE_ENDS = "\r\n\x85\u2028\u2029"
_LINE_END = regex(f"\r\n|[{_LINE_ENDS}]")


def split_lines(text: str) -> list[str]:
    """A text's lines as YAML 1.1 counts them, without their ends; one more than there are ends."""
    return _LINE_END.split(text)


def _has_plain_lines(text: str) -> bool:
    """Whether all lines of a text surely end with a line feed."""
    return text.isascii() and "\r" not in text


def _line_ends(text: str) -> Iterable[int]:
    """Where each line of a text ends, its last one aside."""
    if _has_plain_lines(text):
        return accumulate(map((1).__add__, map(len, text.split("\n")[:-1])))
    return (end.end() for end in _LINE_END.finditer(text))
