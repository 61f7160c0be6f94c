"""The keys that one walk of a mapping read, resolved to one value for each field path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploylint.documents.nodes import Entry, Node
from deploylint.model.fault import Fault
from deploylint.model.field_values import Fields, FieldValue, RowNumber, RowNumbers, field_value
from deploylint.model.fields import ADDRESSES, PRESENT, PRESENT_BESIDE, PRESENT_OF, element_of
from deploylint.model.secrets import redact, scalar_or_text
from deploylint.model.service import CommandLine
from deploylint.model.types import NAMES, TREE, Plain
from deploylint.readers.commands.shell import Variables, Word, fill_variables
from deploylint.readers.helm.forms import pairs
from deploylint.readers.helm.key_tree import LAST, ComponentKey, KeyNode, KeyRule


class ReadKeys:
    """The keys that one walk of one mapping has read so far.

    ``rows`` numbers the rows of the documents.
    ``is_part`` is whether these are only the keys of one block of the mapping.
    ``top`` has the meanings of the keys of the mapping.
    ``values`` has the first (rank, entry, value) for each field path.
    ``more`` has all of them for a field path with several.
    ``off`` has the alternatives of an element that are switched off, by (element, entry).
    ``owned`` has (entry, value of ``present``) from the own keys of each element, ``switches``
    those from its switches.
    ``alone`` is the alternative of an element beside which the others have no effect.
    ``waiting`` are the alternatives that a key elsewhere switches on.
    ``switched`` are those that have this key, ``above`` is the key above it.
    ``pod`` has (entry, value) of the pod by field path.
    ``argv`` are the parts of the command line with their rank.
    ``has_program`` is whether they begin with a program, not with its arguments.
    ``variables`` are the rows with the variables of its environment.
    ``places`` are the components: name, kind of component, key and value.
    ``prefixed`` are the keys that begin with the name of a component, by that name.
    ``faults`` are the mistakes in the mapping by itself.
    """

    def __init__(self, rows: RowNumbers, top: KeyNode, *, is_part: bool = False) -> None:
        self.rows = rows
        self.is_part = is_part
        self.top = top
        self.values: dict[str, tuple[int, int, FieldValue]] = {}
        self.more: dict[str, list[tuple[int, int, FieldValue]]] = {}
        self.off: dict[tuple[str, int], FieldValue] = {}
        self.owned: dict[str, list[tuple[int, FieldValue]]] = {}
        self.switches: dict[str, list[tuple[int, FieldValue]]] = {}
        self.alone: dict[str, int] = {}
        self.waiting: set[tuple[str, int]] = set()
        self.switched: set[tuple[str, int]] = set()
        self.above: dict[tuple[str, int], RowNumber] = {}
        self.pod: dict[str, tuple[int, FieldValue]] = {}
        self.argv: list[tuple[int, Node]] = []
        self.has_program = False
        self.variables: list[RowNumber] = []
        self.places: list[tuple[str, ComponentKey, Entry]] = []
        self.prefixed: dict[str, dict[str, Entry]] = {}
        self.faults: list[Fault] = []

    def keep(self, path: str, rule: KeyRule, value: FieldValue) -> None:
        """Keep a value that a rule reads for a field path."""
        rank = rule.rank + LAST if value.derived else rule.rank
        if rule.pod:
            self.pod.setdefault(path, (rule.entry, value))
        self._keep(path, (rank, rule.entry, value))

    def _keep(self, path: str, read: tuple[int, int, FieldValue]) -> None:
        first = self.values.setdefault(path, read)
        if first[2] is not read[2]:
            self.more.setdefault(path, [first]).append(read)

    @property
    def is_repeatable(self) -> bool:
        """Whether an equal block in another file would be read as the same."""
        return not (self.argv or self.places or self.prefixed or self.faults)

    def add(self, part: ReadKeys) -> None:
        """Add the keys of one block that is repeatable."""
        if part.more or not self.values.keys().isdisjoint(part.values):
            for path, read in part.values.items():
                for each in part.more.get(path, (read,)):
                    self._keep(path, each)
        else:
            self.values.update(part.values)
        for element, owned in part.owned.items():
            self.owned.setdefault(element, []).extend(owned)
        for element, switches in part.switches.items():
            self.switches[element] = switches + self.switches.get(element, [])
        for path, of_pod in part.pod.items():
            self.pod.setdefault(path, of_pod)
        self.off.update(part.off)
        self.alone.update(part.alone)
        self.waiting |= part.waiting
        self.switched |= part.switched
        self.above.update(part.above)
        self.variables += part.variables

    @property
    def variable_nodes(self) -> list[Node]:
        """The nodes with the variables of its environment."""
        return [self.rows.node(number) for number in self.variables]

    @property
    def command_line(self) -> CommandLine | None:
        """The command line as it is written; None if it is not: the chart may have one."""
        nodes = tuple(node for _, node in sorted(self.argv, key=lambda ranked: ranked[0]))
        return CommandLine(nodes, self.has_program) if nodes else None

    def read_for(self, path: str) -> list[tuple[int, int, FieldValue]]:
        """Every (rank, entry, value) of a field path."""
        return self.more.get(path) or [self.values[path]]


def _chosen(path: str, values: list[tuple[int, FieldValue]], union: frozenset[str]) -> FieldValue:
    """The value of lowest rank that is set; in ``union`` elements the union of all values."""
    enabled = [(rank, value) for rank, value in values if value.state != "disabled"]
    if len(enabled) < 2:
        return enabled[0][1] if enabled else values[-1][1]
    kind = ADDRESSES[path]
    if element_of(path) in union and kind in (NAMES, TREE):
        return _union([value for _, value in enabled])
    lowest = min(rank for rank, _ in enabled)
    alike = [value for rank, value in enabled if rank == lowest]
    if kind is NAMES:
        return _union(alike)
    first = alike[0]
    if any(value.data != first.data for value in alike):
        every = tuple(leaf for value in alike for leaf in value.leaves)
        note = f"{len(alike)} are set; the chart chooses"
        return field_value("unknown", None, first.at, note, None, every)
    return first


def _union(values: Sequence[FieldValue]) -> FieldValue:
    """The union of the values of one field, where the first counts; unknown if one is unknown."""
    every = tuple(leaf for value in values for leaf in value.leaves)
    unknown = next((value for value in values if value.state == "unknown"), None)
    if unknown is not None:
        return unknown.replace(leaves=every)
    parts = dict[str, tuple[RowNumber, RowNumber]]()
    data = dict[str, Plain]()
    for value in reversed(values):
        parts.update(value.parts or {})
        data.update(value.data if isinstance(value.data, dict) else {})
    are_maps = all(isinstance(value.data, dict) for value in values)
    return values[0].replace(data=data if are_maps else list(parts), parts=parts, leaves=every)


def resolve_values(scope: ReadKeys, union: frozenset[str]) -> Fields:
    """The values of one scope with ``present``, without alternatives that are switched off."""
    values, more = Fields(), scope.more
    is_open = not scope.off and not scope.alone  # every alternative counts
    present = {
        PRESENT_OF[element]: _presence(element, scope)
        for element in dict.fromkeys((*scope.owned, *scope.switches))
    }
    first: Fields = {}
    for path, read in scope.values.items():
        if is_open and path not in more:
            value = read[2]
        else:
            element = element_of(path)
            every = scope.read_for(path)
            on = [(rank, v) for rank, entry, v in every if _counts(element, entry, scope)]
            if not on:
                continue
            value = _chosen(path, on, union)
        values[path] = value
        beside = PRESENT_BESIDE[path]
        if beside not in present and beside not in first and value.state != "disabled":
            first[beside] = value
    values |= present
    for path, value in first.items():
        if path not in values:  # the chart may decide it
            values[path] = field_value("known", True, value.at)
    if scope.off:
        _switch_off(scope, values)
    return values


def values_of_pod(scope: ReadKeys) -> Fields:
    """The values of the pod in one scope; they apply beside those of a container."""
    return {
        path: value
        for path, (entry, value) in scope.pod.items()
        if value.state in ("known", "unknown") and _counts(element_of(path), entry, scope)
    }


def _switch_off(scope: ReadKeys, values: Fields) -> None:
    """Set the missing fields of a present element to disabled: a switch is their cause."""
    for path in scope.values:
        element = element_of(path)
        if path not in values and values[f"{element}.{PRESENT}"].state == "known":
            entries = (entry for _, entry, _ in scope.read_for(path))
            switch = next(scope.off[element, n] for n in entries if (element, n) in scope.off)
            values[path] = field_value("disabled", None, switch.at)


def _counts(element: str, entry: int, scope: ReadKeys) -> bool:
    """Whether an alternative is neither switched off nor without effect beside another one."""
    return (element, entry) not in scope.off and scope.alone.get(element, entry) == entry


def _presence(element: str, scope: ReadKeys) -> FieldValue:
    """The presence of an element by all its keys: present, else unknown, else switched off."""
    owned = scope.switches.get(element, []) + scope.owned.get(element, [])
    if len(owned) == 1 and not scope.off and not scope.waiting and element not in scope.alone:
        return owned[0][1]
    by_entry: dict[int, list[FieldValue]] = {}
    only = scope.alone.get(element)
    counted = [(number, v) for number, v in owned if only is None or number == only]
    for number, value in counted:
        by_entry.setdefault(number, []).append(_switched((element, number), value, scope))
    candidates = [min(values, key=_weight) for values in by_entry.values()]
    best = min(candidates, key=lambda value: _ORDER[value.state])
    switches = (value for _, value in counted if best.state != "known" or value.data is not None)
    return best.replace(leaves=tuple(leaf for value in switches for leaf in value.leaves))


_ORDER = {"known": 0, "unknown": 1, "disabled": 2, "absent": 3}


def _switched(alternative: tuple[str, int], value: FieldValue, scope: ReadKeys) -> FieldValue:
    """The presence of an alternative from one key, after its switches."""
    if alternative in scope.waiting - scope.switched and value.state == "known":
        note = "its switch is not set; the chart decides"
        at = scope.above.get(alternative, value.at)
        return value.replace(state="unknown", data=None, at=at, note=note)
    return scope.off.get(alternative, value)


def _weight(value: FieldValue) -> int:
    """The weight of a presence: a switch comes before the element's own key."""
    return 0 if value.leaves else 1


# --- variables in commands ------------------------------------------------------------------------


def variable_words(nodes: Iterable[Node]) -> Variables:
    """The variables of a container's ``env``.

    A secret is unknown, as a report may show the text of a variable.
    """
    known: dict[str, Word] = {}
    for name, _, value in (pair for node in nodes for pair in pairs(node)):
        if not isinstance(value.content, str):
            known[name] = Word("", value, "in a secret or a config map")
        elif redact(name, data := scalar_or_text(value)) != data:
            known[name] = Word("", value, "a secret")
        else:
            known[name] = fill_variables(value.content, value, {})
    return known
