"""Rules about one service alone: the fields that must ``agree`` with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from deploylint.compare.operators import Operand, normal
from deploylint.compare.outcome import LIMIT
from deploylint.compare.result import ServiceRecord
from deploylint.compare.single import effective
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import (
    ADDRESSES,
    ASKING,
    IMAGE_NAME,
    LISTED_PORT,
    MAPPED,
    OPENED_PORT,
    TARGET_PORT,
)
from deploylint.model.forms import Row
from deploylint.model.rule import Rule
from deploylint.model.service import Component, Service, Value, runs_the_same
from deploylint.model.types import Normal, Type


class Statement(Record):
    """The value of one place: the number of its component, its address, value and normal form."""

    number: int
    at: Position
    address: str
    value: Value
    normal: Normal


Matches = tuple[tuple[int, str], ...]
"""Where a rule holds: numbers of components and addresses."""


class AgreementRules:
    """The rules ``agree``, and where they hold for all rows of services that agree."""

    def __init__(self, rules: Sequence[Rule], reference: Service | None) -> None:
        self._rules = rules
        self._reference = reference
        self._copied: list[list[Statement]] = [[] for _ in rules]
        self._reference_texts: dict[object, int] = {}
        named = (a for rule in rules for a in rule.addresses if ADDRESSES[a].own_names)
        self._named = tuple(dict.fromkeys((IMAGE_NAME, *named)))
        if reference is not None:
            at = [Position(reference, component) for component in reference.components]
            self._copied = [list(_statements(rule, enumerate(at))) for rule in rules]
            for component in reference.components:
                self._numbers(self._reference_texts, component)
        self._known: dict[object, list[tuple[Rule, Matches]]] = {}

    def apply(self, rows: Sequence[Row], service: ServiceRecord) -> None:
        """Add to a service whether it agrees with itself; a value left from a copy is to blame."""
        key = self._key(rows, service.positions)
        known = self._known.get(key)
        if known is None:
            self._compare(key, service)
        else:
            for rule, matches in known:
                service.add_matches(rule, matches)

    def _key(self, rows: Sequence[Row], positions: Sequence[Position]) -> object:
        """What the outcome depends on: the rows, and the own names in them that are equal.

        Own names differ by service, but are compared with one another and with the reference's.
        """
        key: list[object] = [positions[0].service is self._reference, *rows]
        texts = self._reference_texts.copy()
        for at in positions:
            key.append(at.component.role)
            key += self._numbers(texts, at.component)
        return tuple(key)

    def _numbers(self, texts: dict[object, int], component: Component) -> list[int]:
        """A number for each text of a component that may be an own name; one for equal texts."""
        numbers = []
        for address in self._named:
            data = component.value(address).data
            text = data if isinstance(data, str) else repr(data)
            numbers.append(texts.setdefault(text, len(texts)))
        return numbers

    def _compare(self, key: object, service: ServiceRecord) -> None:
        """Compare the values of a service; where it agrees with itself, that is kept."""
        by_rule = list[tuple[Rule, Matches]]()
        agrees = True
        for rule, copied in zip(self._rules, self._copied, strict=True):
            copied = [] if service.positions[0].service is self._reference else copied
            differences, matches = _compare(rule, copied, service.positions)
            agrees = agrees and not differences
            service.add_differences(differences)
            service.add_matches(rule, matches)
            by_rule.append((rule, matches))
        if agrees and len(self._known) < LIMIT:
            self._known[key] = by_rule


def _compare(
    rule: Rule, copied: Sequence[Statement], positions: Sequence[Position]
) -> tuple[list[Difference], Matches]:
    """The differences inside a service, and where it agrees with itself.

    Components agree in one address where they run the same image, each by itself in several.
    """
    main = positions[0].component
    members = [
        (number, at) for number, at in enumerate(positions) if at.component.role in rule.roles
    ]
    if len(rule.addresses) == 1:
        groups = [[m for m in members if runs_the_same(m[1].component, main)]]
    else:
        groups = [[member] for member in members]
    differences, matches = list[Difference](), Matches()
    for group in groups:
        outcome = compare_statements(rule, list(_statements(rule, group)), copied)
        differences += outcome[0]
        matches += outcome[1]
    return differences, matches


def compare_statements(
    rule: Rule, statements: Sequence[Statement], copied: Sequence[Statement]
) -> tuple[list[Difference], Matches]:
    """The differences among statements that must agree, and where they do.

    ``copied`` are those of the reference: a place that still has their value is to blame.
    """
    stated = _without_own(statements, copied)
    statements = _without_mapped(stated, copied)
    written = [s for s in statements if not s.value.derived]
    if len(statements) < 2 or not written:
        return [], ()
    mapped = [s.normal for s in stated if s not in statements]
    blamed, right = _blamed(written, copied[0].normal if copied else None, mapped)
    agreeing = (s for s in written if s not in blamed and s.normal == right.normal)
    related = tuple((s.address, s.value) for s in agreeing)
    expected = right.value._replace(leaves=())
    differences = [
        Difference(rule, "violation", s.at, s.address, expected, s.value, related=related)
        for s in blamed
    ]
    matches = ((s.number, s.address) for s in statements if s.normal == right.normal)
    return differences, tuple(matches)


def _statements(rule: Rule, members: Iterable[tuple[int, Position]]) -> Iterator[Statement]:
    for number, at in members:
        for address in rule.addresses:
            value = effective(at.component, address)
            yield from make_statement(number, at, address, value, ADDRESSES[address])


def make_statement(
    number: int, at: Position, address: str, value: Value, kind: Type
) -> Iterator[Statement]:
    """The statement of a place, where its value is known, its own, and of the type."""
    if value.state == "known" and not value.inherited:
        with suppress(ValueError):
            yield Statement(number, at, address, value, normal(kind, Operand(value, ())))


def _without_own(statements: Sequence[Statement], copied: Sequence[Statement]) -> list[Statement]:
    """Without a port that a container need not list, where all that ask for it ask for one.

    The list of a container's ports in a manifest only informs. Where the reference's ask for the
    port behind its Service, these have to as well. A web server answers probes at its own port.
    """
    kept = list(statements)
    is_manifest = any(s.at.service.shape == "manifests" for s in statements)
    asking = _may_ask_another(statements) if is_manifest else ()
    others = {s.normal for s in statements if all(s.address not in one for one in asking)}
    for addresses in asking:
        asked = [s for s in statements if s.address in addresses]
        copied_asked = [s.normal for s in copied if s.address in addresses]
        is_single = len({s.normal for s in asked}) == 1 and asked[0].normal not in others
        if is_single and (not copied or copied[0].normal not in copied_asked):
            kept = [s for s in kept if s not in asked]
    return kept


def _may_ask_another(statements: Sequence[Statement]) -> Sequence[frozenset[str]]:
    """What may ask for a port of its own: no probes where a web server is alone in its pod."""
    components = statements[0].at.service.components if statements else ()
    is_alone = not any(component.role == "sidecar" for component in components)
    is_server = any(s.address == OPENED_PORT for s in statements)
    return ASKING[1:] if is_server and is_alone else ASKING


def _without_mapped(
    statements: Sequence[Statement], copied: Sequence[Statement]
) -> list[Statement]:
    """Without a port that a Service maps to another one, unless it is left from the reference.

    Where the reference maps nothing and its value is still in one of the places, the service
    changed it only in part.
    """
    left = copied[0].normal if copied else None
    is_left = any(s.normal == left for s in statements)
    same = {s.address for s in copied if is_left and s.normal == left}
    return [s for s in statements if s.address in same or not _is_mapped(s, statements)]


def _is_mapped(statement: Statement, statements: Iterable[Statement]) -> bool:
    """Whether another place is written that need not have the same value, and has not.

    A chart maps a port of HTTP or HTTPS to the one above 1023 that probes ask for: a process needs
    a privilege to listen at a lower one (ip(7), ``ip_unprivileged_port_start``).
    """
    mapped = MAPPED.get(statement.address, ())
    others = [s for s in statements if s.address in mapped and not s.value.derived]
    if mapped and not others and statement.normal in _OF_THE_WEB:
        asked = {s.normal for s in statements if s.address in ASKING[0]}
        return len(asked) == 1 and all(isinstance(one, int) and one > _PRIVILEGED for one in asked)
    return bool(others) and all(other.normal != statement.normal for other in others)


_OF_THE_WEB = (80, 443)
_PRIVILEGED = 1023

_THROUGH_SERVICE = ASKING[-1]
"""The port of a monitor is one of the Service, which leads to another."""


def _blamed(
    written: Sequence[Statement], copied: Normal, mapped: Sequence[Normal]
) -> tuple[list[Statement], Statement]:
    """The statements that are wrong, and one that is right; derived ones follow those.

    The first is what others were to follow, but of workers none is: their order has no meaning.
    Where as many have one value as another, that of a ``mapped`` port is right.
    """
    first = written[0]
    left = [s for s in written if s.normal == copied]
    is_most = first.at.component.role == "worker" and len(left) * 2 >= len(written)
    if left and first.normal != copied and not is_most:
        moved = [s for s in written if s not in left]
        elsewhere = {s.address for s in moved if not s.value.note} - _THROUGH_SERVICE
        follows = any(s.value.note for s in moved)  # what asks by name goes where the target does
        is_alone = len(left) > 1 or left[0].address == LISTED_PORT or follows
        if elsewhere == {TARGET_PORT} and is_alone:
            return [first], left[0]  # the Service alone leads elsewhere, and who asks there
        return left, first
    counted = Counter(s.normal for s in written)
    tied = [one for one, count in counted.items() if count == max(counted.values())]
    most = next((one for one in mapped if one in tied), tied[0])
    right = next(s for s in written if s.normal == most)
    return [s for s in written if s.normal != most], right
