"""Rules about one service alone: what several of its fields ``agree`` in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from deploylint.compare.operators import Operand, normal
from deploylint.compare.result import ServiceRecord
from deploylint.compare.single import effective
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, MAPPED, PRESENT, element_of
from deploylint.model.forms import Row, field_number
from deploylint.model.image_sharing import runs_the_same
from deploylint.model.rule import Rule
from deploylint.model.service import Service, Value
from deploylint.model.types import Normal


class _Statement(NamedTuple):
    """What one place says: the number of its component, its address, value and normal form."""

    number: int
    at: Position
    address: str
    value: Value
    normal: Normal


_Matches = tuple[tuple[int, str], ...]
"""Where a rule holds: numbers of components and addresses."""


class AgreementRule:
    """A rule ``agree``, and where it holds for all forms of services that agree with themselves."""

    LIMIT = 4096
    """How many outcomes are kept: in a fleet that has more of them few are met twice."""

    def __init__(self, rule: Rule, reference: Service | None) -> None:
        self.rule = rule
        self._reference = reference
        self._fields = _fields(rule)
        self._matches: dict[object, _Matches] = {}
        self._meant: list[_Statement] = []
        if reference is not None:
            at = [Position(reference, component) for component in reference.components]
            self._meant = list(_statements(rule, enumerate(at)))

    def apply(self, rows: Sequence[Row], service: ServiceRecord) -> None:
        """Add to a service whether it agrees with itself; what is left of a copy is to blame."""
        key = self._key(rows, service.positions)
        matches = None if key is None else self._matches.get(key)
        if matches is None:
            differences, matches = self._compare(service.positions)
            service.add_differences(differences)
            if not differences and key is not None and len(self._matches) < self.LIMIT:
                self._matches[key] = matches
        for number, address in matches:
            service.match(number, self.rule, address)
            service.mark_compared(number, address)

    def _key(self, rows: Sequence[Row], positions: Sequence[Position]) -> object:
        """What the outcome depends on; None where own names count, which differ by service."""
        main = positions[0].component
        is_single = len(self.rule.addresses) == 1
        key: list[object] = [positions[0].service is self._reference]
        for number, (at, row) in enumerate(zip(positions, rows, strict=True)):
            if at.component.role not in self.rule.roles:
                continue
            key += (number, is_single and runs_the_same(at.component, main))
            for element, field in self._fields:
                forms = row[element]
                form = None if forms is None else forms.forms[field]
                if form is not None and form.names_service:
                    return None
                key.append(form)
        return tuple(key)

    def _compare(self, positions: Sequence[Position]) -> tuple[list[Difference], _Matches]:
        """The differences inside a service, and where it agrees with itself.

        Components agree in one address where they run the same image, each by itself in several.
        """
        rule, main = self.rule, positions[0].component
        members = [
            (number, at) for number, at in enumerate(positions) if at.component.role in rule.roles
        ]
        if len(rule.addresses) == 1:
            groups = [[one for one in members if runs_the_same(one[1].component, main)]]
        else:
            groups = [[one] for one in members]
        meant = [] if positions[0].service is self._reference else self._meant
        differences, matches = list[Difference](), list[tuple[int, str]]()
        for group in groups:
            statements = _without_mapped(list(_statements(rule, group)), meant)
            written = [one for one in statements if not one.value.derived]
            if len(statements) > 1 and written:
                copied = meant[0].normal if meant else None
                blamed, right = _blamed(written, copied)
                differences += _differences(rule, blamed, right, written)
                matches += (
                    (one.number, one.address)
                    for one in statements
                    if one not in blamed and one.normal == right.normal
                )
        return differences, tuple(matches)


def _fields(rule: Rule) -> list[tuple[int, int]]:
    """The element and the field, by number, of all that decides what a rule's places say."""
    elements = dict.fromkeys(map(element_of, rule.addresses))
    addresses = [*(f"{element}.{PRESENT}" for element in elements), *rule.addresses]
    return [field_number(address) for address in dict.fromkeys(addresses)]


def _differences(
    rule: Rule, blamed: Sequence[_Statement], right: _Statement, written: Sequence[_Statement]
) -> Iterator[Difference]:
    """Only what is written can be to blame; what follows from it stands and falls with it."""
    related = tuple((one.address, one.value) for one in written if one not in blamed)
    expected = right.value._replace(leaves=())
    for one in blamed:
        yield Difference(
            rule, "violation", one.at, one.address, expected, one.value, related=related
        )


def _statements(rule: Rule, members: Iterable[tuple[int, Position]]) -> Iterator[_Statement]:
    for number, at in members:
        for address in rule.addresses:
            value = effective(at.component, address)
            if value.state != "known" or value.inherited:
                continue
            try:
                form = normal(ADDRESSES[address], Operand(value, ()))
            except ValueError:
                continue
            yield _Statement(number, at, address, value, form)


def _without_mapped(
    statements: Sequence[_Statement], meant: Sequence[_Statement]
) -> list[_Statement]:
    """Without a port that a Service maps to another one, unless the reference's is left over.

    Where the reference maps nothing and its value is still in one of the places, that is a change
    half carried out.
    """
    left_over = bool(meant) and any(one.normal == meant[0].normal for one in statements)
    same = {one.address for one in meant if one.normal == meant[0].normal}
    return [
        one
        for one in statements
        if (left_over and one.address in same) or not _is_mapped(one, statements)
    ]


def _is_mapped(one: _Statement, statements: Iterable[_Statement]) -> bool:
    """Whether another place is written that need not say the same, and does not."""
    mapped = MAPPED.get(one.address, ())
    others = [o for o in statements if o.address in mapped and not o.value.derived]
    return bool(others) and all(other.normal != one.normal for other in others)


def _blamed(written: Sequence[_Statement], copied: Normal) -> tuple[list[_Statement], _Statement]:
    """Who is wrong, and a place that says what was meant."""
    first = written[0]
    if first.normal != copied:
        left_over = [one for one in written if one.normal == copied]
        if left_over:
            return left_over, first
    ranked = Counter(one.normal for one in written).most_common()
    tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    meant = first.normal if tie else ranked[0][0]
    right = next(one for one in written if one.normal == meant)
    return [one for one in written if one.normal != meant], right
