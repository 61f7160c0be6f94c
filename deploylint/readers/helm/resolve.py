"""What one walk of a mapping found, and what it comes to: one value for each address."""

from __future__ import annotations

from functools import reduce

from deploylint.documents.nodes import Entry, Node
from deploylint.model.fields import ADDRESSES, PRESENT, element_of
from deploylint.model.service import CommandLine, Value
from deploylint.model.types import NAMES, TREE
from deploylint.readers.helm.key_tree import ComponentKey


class ReadKeys:
    """What one walk of one mapping has found so far."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[int, int, Value]]] = {}
        """Address -> every (rank, entry, value) that was read for it, in the order of the file."""
        self.off: dict[tuple[str, int], Value] = {}
        """Alternatives of an element that are switched off."""
        self.owned: dict[str, list[tuple[int, Value]]] = {}
        """Elements whose own key is there: (entry, the value of ``present`` it gives)."""
        self.alone: dict[str, int] = {}
        """The alternative of an element beside which the others have no effect."""
        self.waiting: set[tuple[str, int]] = set()
        """Alternatives that a key elsewhere has to switch on, and those whose such key is there."""
        self.switched: set[tuple[str, int]] = set()
        self.above: dict[tuple[str, int], Node] = {}
        """The key under which such a key would stand."""
        self.pod: dict[str, tuple[int, Value]] = {}
        """Address -> (entry, value) of what is said of the pod."""
        self.argv: list[tuple[int, Node]] = []
        self.has_program = False
        """Whether what is in ``argv`` begins with a program, and is not only arguments of one."""
        self.variables: list[Node] = []
        """Where the variables of its environment are written."""
        self.places: list[tuple[str, ComponentKey, Entry]] = []
        self.prefixed: dict[str, dict[str, Entry]] = {}
        """Keys that begin with the name of a component, by that name: what follows it."""
        self.near: list[tuple[Node, str]] = []

    @property
    def command_line(self) -> CommandLine | None:
        """What is written of a command line; None where nothing is: the chart may say it."""
        nodes = tuple(node for _, node in sorted(self.argv, key=lambda ranked: ranked[0]))
        return CommandLine(nodes, self.has_program) if nodes else None


def _heard(address: str, said: list[tuple[int, Value]], union: frozenset[str]) -> Value:
    """Of several (rank, value) the lowest rank that is set; in ``union`` elements all of them."""
    there = [(rank, value) for rank, value in said if value.state != "disabled"]
    if len(there) < 2:
        return there[0][1] if there else said[-1][1]
    kind = ADDRESSES[address]
    if element_of(address) in union and kind in (NAMES, TREE):
        return reduce(_joined, (value for _, value in there))
    first = min(there, key=lambda ranked: ranked[0])
    alike = [value for rank, value in there if rank == first[0]]
    if kind is NAMES:
        return reduce(_joined, alike)
    if any(value.data != first[1].data for value in alike):
        every = tuple(leaf for value in alike for leaf in value.leaves)
        note = f"{len(alike)} are written, and the chart decides between them"
        return Value("unknown", None, first[1].node, note, None, every)
    return first[1]


def _joined(one: Value, other: Value) -> Value:
    """Two readings of one set: the union, unknown when one of them is."""
    if "unknown" in (one.state, other.state):
        return (one if one.state == "unknown" else other)._replace(
            leaves=(*one.leaves, *other.leaves)
        )
    parts = {**(other.parts or {}), **(one.parts or {})}
    if isinstance(one.data, dict) and isinstance(other.data, dict):
        data: object = {**other.data, **one.data}
    else:
        data = list(parts)
    return one._replace(data=data, parts=parts, leaves=(*one.leaves, *other.leaves))


def resolve_values(scope: ReadKeys, union: frozenset[str]) -> dict[str, Value]:
    """The values of one scope, without alternatives that are switched off, with ``present``."""
    values = dict[str, Value]()
    for address, said in scope.values.items():
        element = element_of(address)
        on = [(rank, value) for rank, entry, value in said if _counts(element, entry, scope)]
        if on:
            values[address] = _heard(address, on, union)
    for element, owned in scope.owned.items():
        values[f"{element}.{PRESENT}"] = _presence(element, owned, scope)
    for address in list(values):
        present = f"{element_of(address)}.{PRESENT}"
        if present not in values and values[address].state in ("known", "unknown"):
            values[present] = Value("known", True, values[address].node)
    if scope.off:
        _switched_off(scope, values)
    return values


def of_pod(scope: ReadKeys) -> dict[str, Value]:
    """What one scope says of the pod; it holds beside what a component says of its container."""
    return {
        address: value
        for address, (entry, value) in scope.pod.items()
        if value.state in ("known", "unknown") and _counts(element_of(address), entry, scope)
    }


def _switched_off(scope: ReadKeys, values: dict[str, Value]) -> None:
    """Where an element is there, what one of its alternatives is missing is missing by a switch."""
    for address, said in scope.values.items():
        element = element_of(address)
        if address not in values and values[f"{element}.{PRESENT}"].state == "known":
            switch = next(scope.off[element, n] for _, n, _ in said if (element, n) in scope.off)
            values[address] = Value("disabled", None, switch.node, "", None, ())


def _counts(element: str, entry: int, scope: ReadKeys) -> bool:
    """Whether an alternative is neither switched off nor without effect beside another one."""
    return (element, entry) not in scope.off and scope.alone.get(element, entry) == entry


def _presence(element: str, owned: list[tuple[int, Value]], scope: ReadKeys) -> Value:
    """One verdict from every key that speaks: there, else unknown, else switched off."""
    speaking: dict[int, list[Value]] = {}
    only = scope.alone.get(element)
    counted = [(number, v) for number, v in owned if only is None or number == only]
    for number, value in counted:
        speaking.setdefault(number, []).append(_switched((element, number), value, scope))
    said = [min(values, key=_weight) for values in speaking.values()]
    order = {"known": 0, "unknown": 1, "disabled": 2, "absent": 3}
    best = min(said, key=lambda value: order[value.state])
    switches = (value for _, value in counted if best.state != "known" or value.data is not None)
    return best._replace(leaves=tuple(leaf for value in switches for leaf in value.leaves))


def _switched(alternative: tuple[str, int], value: Value, scope: ReadKeys) -> Value:
    """What one key says of an alternative, by the switches that have a say in it."""
    if alternative in scope.waiting - scope.switched and value.state == "known":
        note = "the switch above it is not set, and the chart decides"
        node = scope.above.get(alternative, value.node)
        return value._replace(state="unknown", data=None, node=node, note=note)
    return scope.off.get(alternative, value)


def _weight(value: Value) -> int:
    """A switch speaks louder than the mere presence of the element's key."""
    return 0 if value.leaves else 1
