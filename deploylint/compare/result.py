"""What the rules of a run have found so far, and which component has a say on what."""

from typing import NamedTuple

from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ELEMENTS, PRESENT, element_of
from deploylint.model.rule import Rule
from deploylint.model.scope import Scope, scope_at
from deploylint.model.service import Component, Value


class Evaluated(NamedTuple):
    """That a rule was judged at one address of one component, and the files of its service."""

    rule: str
    at: Scope
    files: tuple[str, ...]


class CompareResult:
    """What came of a run: the differences, how often a rule held, and which leaves were looked at.

    ``matches`` counts by (service, element); ``compared`` and ``unknown`` hold the identities
    (``id``) of leaf nodes. ``judged`` is where the rules that are ``watched`` were judged. Without
    a reference ``split`` are the leaves at addresses where there is no majority.
    """

    def __init__(self, watched: frozenset[str] = frozenset()) -> None:
        self.watched = watched
        self.judged: list[Evaluated] = []
        self.differences: list[Difference] = []
        self.matches: dict[tuple[str, str], int] = {}
        self.compared: set[int] = set()
        self.unknown: set[int] = set()
        self.split: set[int] = set()
        self._told: set[tuple[str, str, str, int, str]] = set()

    def judge(self, rule: Rule, at: Position, *addresses: str) -> None:
        """Keep that a rule was judged somewhere, also where both sides say nothing."""
        if rule.id in self.watched:
            files = at.service.files
            self.judged += (Evaluated(rule.id, scope_at(*at, one), files) for one in addresses)

    def match(self, rule: Rule, at: Position, address: str, *values: Value) -> None:
        """Count that a rule held for an address."""
        self.judge(rule, at, address)
        cell = (at.service.name, element_of(address))
        self.matches[cell] = self.matches.get(cell, 0) + 1
        self.look(*values)

    def look(self, *values: Value) -> None:
        """Count the leaves of values as compared."""
        for value in values:
            self.compared.update(map(id, value.leaves))

    def tell(self, difference: Difference) -> None:
        """Keep a difference, once: what a worker has from the root is told of the root only."""
        node = difference.actual.node
        expected = str(difference.expected.data)
        service = difference.at.service.name  # another one may have the same file below it
        told = (service, difference.rule.id, difference.address, id(node), expected)
        if node is not None and told in self._told:
            return
        self._told.add(told)
        self.judge(difference.rule, difference.at, difference.address)
        self.differences.append(difference)
        target = self.unknown if difference.outcome == "unknown" else self.compared
        for value in (difference.expected, difference.actual):
            target.update(map(id, value.leaves))


def is_own(component: Component, address: str) -> bool:
    """Whether a component has a say of its own on an element, or only what the root says."""
    element = element_of(address)
    if not ELEMENTS[element].inherited or component.is_main or component.role == "server":
        return True
    present = component.values.get(f"{element}.{PRESENT}")
    return present is not None and not present.inherited
