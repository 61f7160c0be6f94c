"""What the rules of a run have found so far, and which component has a say on what."""

from __future__ import annotations

from deploylint.elements import ELEMENTS, PRESENT, element_of
from deploylint.model import Component, Difference, Position, Value


class Comparison:
    """What came of a run: the differences, how often a rule held, and which leaves were looked at.

    ``matches`` counts by (service, element); ``compared`` and ``unknown`` hold the identities
    (``id``) of leaf nodes.
    """

    def __init__(self) -> None:
        self.differences: list[Difference] = []
        self.matches: dict[tuple[str, str], int] = {}
        self.compared: set[int] = set()
        self.unknown: set[int] = set()
        self._told: set[tuple[str, str, str, int, str]] = set()

    def match(self, at: Position, address: str, *values: Value) -> None:
        """Count that a rule held for an address."""
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
        service, wanted = difference.at.service.name, str(difference.expected.data)
        told = (difference.rule.id, service, difference.address, id(node), wanted)
        if node is not None and told in self._told:
            return
        self._told.add(told)
        self.differences.append(difference)
        target = self.unknown if difference.outcome == "unknown" else self.compared
        for value in (difference.expected, difference.actual):
            target.update(map(id, value.leaves))


def is_own(component: Component, address: str) -> bool:
    """Whether a component has a say of its own on an element, or only what the root says."""
    element = element_of(address)
    if not ELEMENTS[element].inherited or component.role == "server":
        return True
    present = component.values.get(f"{element}.{PRESENT}")
    return present is not None and not present.inherited
