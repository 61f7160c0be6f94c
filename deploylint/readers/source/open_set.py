"""A set of facts, and what leaves it open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.source.resolve import Program
from deploylint.readers.source.strings import Text
from deploylint.readers.source.syntax import Attribute, Literal


class Gap(Record):
    """Why there may be more than was found, and where, if that is one place."""

    node: Node | None
    why: str


class OpenSet(Record):
    """What was found, and what leaves it open."""

    found: tuple[Text, ...] = ()
    openings: tuple[Gap, ...] = ()

    @staticmethod
    def of(some: Iterable[Text | Gap]) -> OpenSet:
        """Facts and openings told apart."""
        listed = list(some)
        return OpenSet(
            tuple(dict.fromkeys(one for one in listed if isinstance(one, Text))),
            tuple(dict.fromkeys(one for one in listed if isinstance(one, Gap))),
        )

    @property
    def is_there(self) -> bool:
        """Whether the code says anything of this kind."""
        return bool(self.found or self.openings)


def look_alikes(program: Program, names: Iterable[str], least: int, what: str) -> Iterator[Gap]:
    """Calls that look like what the table knows, of an object whose type it does not know.

    They decorate a function or have at least so many arguments, one of the first a text.
    """
    wanted = frozenset(names)
    for call in program.code.calls:
        of = call.function
        if not isinstance(of, Attribute) or of.name not in wanted or program.rows(call):
            continue
        is_full = call.decorates is not None or len(call.arguments) >= least
        said = any(isinstance(one, Literal) for one in call.arguments[:2])
        if is_full and said and program.is_strange(of.of) and not program.functions(call):
            yield Gap(call.node, f"may be one {what}")
