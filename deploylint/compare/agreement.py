"""Rules about one service alone: what several of its fields ``agree`` in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

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
    TARGET_PORT,
    element_of,
)
from deploylint.model.forms import BITS, ELEMENT_NUMBER, ROW, Row
from deploylint.model.image_sharing import runs_the_same
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Component, Service, Value
from deploylint.model.types import Normal


class Statement(Record):
    """What one place says: the number of its component, its address, value and normal form."""

    number: int
    at: Position
    address: str
    value: Value
    normal: Normal


Matches = tuple[tuple[int, str], ...]
"""Where a rule holds: numbers of components and addresses."""


class _ServiceMatches:
    """Where rules hold in every service with the same rows that agrees with itself."""

    __slots__ = ("by_rule", "compared", "counts")

    def __init__(self, by_rule: Sequence[tuple[Rule, Matches]]) -> None:
        self.by_rule = by_rule
        counts, compared = [0] * len(ROW), dict[int, int]()
        for number, address in (one for _, matches in by_rule for one in matches):
            counts[ELEMENT_NUMBER[element_of(address)]] += 1
            compared[number] = compared.get(number, 0) | BITS[address]
        self.counts = tuple(counts)
        self.compared = tuple(compared.items())


class AgreementRules:
    """The rules ``agree``, and where they hold for all rows of services that need not be told."""

    def __init__(self, rules: Sequence[Rule], reference: Service | None) -> None:
        self._rules = rules
        self._reference = reference
        self._meant: list[list[Statement]] = [[] for _ in rules]
        if reference is not None:
            at = [Position(reference, component) for component in reference.components]
            self._meant = [list(_statements(rule, enumerate(at))) for rule in rules]
        named = (a for rule in rules for a in rule.addresses if ADDRESSES[a].own_names)
        self._named = tuple(dict.fromkeys((IMAGE_NAME, *named)))
        self._reference_texts: dict[object, int] = {}
        for component in reference.components if reference is not None else ():
            self._numbers(self._reference_texts, component)
        self._known: dict[object, _ServiceMatches] = {}

    def apply(self, rows: Sequence[Row], service: ServiceRecord) -> None:
        """Add to a service whether it agrees with itself; what is left of a copy is to blame."""
        key = self._key(rows, service.positions)
        known = self._known.get(key)
        if known is None:
            self._compare(key, service)
        elif service.watched:
            for rule, matches in known.by_rule:
                service.add_matches(rule, matches)
        else:
            service.add_row(known.counts, known.compared)

    def _key(self, rows: Sequence[Row], positions: Sequence[Position]) -> object:
        """What the outcome depends on: the rows, and which of the own names in them are one.

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
            data = component.values.get(address, ABSENT).data
            text = data if isinstance(data, str) else repr(data)
            numbers.append(texts.setdefault(text, len(texts)))
        return numbers

    def _compare(self, key: object, service: ServiceRecord) -> None:
        """Compare what a service says in several places; kept where it agrees with itself."""
        by_rule = list[tuple[Rule, Matches]]()
        agrees = True
        for rule, meant in zip(self._rules, self._meant, strict=True):
            meant = [] if service.positions[0].service is self._reference else meant
            differences, matches = _compare(rule, meant, service.positions)
            agrees = agrees and not differences
            service.add_differences(differences)
            service.add_matches(rule, matches)
            by_rule.append((rule, matches))
        if agrees and len(self._known) < LIMIT:
            self._known[key] = _ServiceMatches(by_rule)


def _compare(
    rule: Rule, meant: Sequence[Statement], positions: Sequence[Position]
) -> tuple[list[Difference], Matches]:
    """The differences inside a service, and where it agrees with itself.

    Components agree in one address where they run the same image, each by itself in several.
    """
    main = positions[0].component
    members = [
        (number, at) for number, at in enumerate(positions) if at.component.role in rule.roles
    ]
    if len(rule.addresses) == 1:
        groups = [[one for one in members if runs_the_same(one[1].component, main)]]
    else:
        groups = [[one] for one in members]
    differences, matches = list[Difference](), list[tuple[int, str]]()
    for group in groups:
        found, held = compare_statements(rule, list(_statements(rule, group)), meant)
        differences += found
        matches += held
    return differences, tuple(matches)


def compare_statements(
    rule: Rule, statements: Sequence[Statement], meant: Sequence[Statement]
) -> tuple[list[Difference], Matches]:
    """The differences among statements that must agree, and where they do.

    ``meant`` are those of the reference: what is left of a copy of them is to blame.
    """
    statements = _without_mapped(_without_own(statements, meant), meant)
    written = [one for one in statements if not one.value.derived]
    if len(statements) < 2 or not written:
        return [], ()
    blamed, right = _blamed(written, meant[0].normal if meant else None)
    return list(_differences(rule, blamed, right, written)), tuple(
        (one.number, one.address)
        for one in statements
        if one not in blamed and one.normal == right.normal
    )


def _differences(
    rule: Rule, blamed: Sequence[Statement], right: Statement, written: Sequence[Statement]
) -> Iterator[Difference]:
    """Only what is written can be to blame; what follows from it stands and falls with it."""
    related = tuple((one.address, one.value) for one in written if one not in blamed)
    expected = right.value._replace(leaves=())
    for one in blamed:
        yield Difference(
            rule, "violation", one.at, one.address, expected, one.value, related=related
        )


def _statements(rule: Rule, members: Iterable[tuple[int, Position]]) -> Iterator[Statement]:
    for number, at in members:
        for address in rule.addresses:
            value = effective(at.component, address)
            if value.state != "known" or value.inherited:
                continue
            try:
                form = normal(ADDRESSES[address], Operand(value, ()))
            except ValueError:
                continue
            yield Statement(number, at, address, value, form)


def _without_own(statements: Sequence[Statement], meant: Sequence[Statement]) -> list[Statement]:
    """Without a port that a container need not list, where all that ask for it ask for one.

    The list of a container's ports in a manifest only informs. Where the reference's ask for the
    port behind its Service, these have to as well.
    """
    kept = list(statements)
    is_manifest = any(one.at.service.shape == "manifests" for one in statements)
    for addresses in ASKING if is_manifest else ():
        asked = [one for one in statements if one.address in addresses]
        others = {one.normal for one in statements if one.address not in addresses}
        asked_there = [one.normal for one in meant if one.address in addresses]
        is_one = len({one.normal for one in asked}) == 1 and asked[0].normal not in others
        if is_one and (not meant or meant[0].normal not in asked_there):
            kept = [one for one in kept if one not in asked]
    return kept


def _without_mapped(statements: Sequence[Statement], meant: Sequence[Statement]) -> list[Statement]:
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


def _is_mapped(one: Statement, statements: Iterable[Statement]) -> bool:
    """Whether another place is written that need not say the same, and does not."""
    mapped = MAPPED.get(one.address, ())
    others = [o for o in statements if o.address in mapped and not o.value.derived]
    return bool(others) and all(other.normal != one.normal for other in others)


def _blamed(written: Sequence[Statement], copied: Normal) -> tuple[list[Statement], Statement]:
    """Who is wrong, and a place that says what was meant."""
    first = written[0]
    if first.normal != copied:
        left_over = [one for one in written if one.normal == copied]
        listed = any(one.address == LISTED_PORT for one in left_over)
        if first.address == TARGET_PORT and listed and len(left_over) == len(written) - 1:
            return [first], left_over[0]  # the Service alone leads elsewhere
        if left_over:
            return left_over, first
    ranked = Counter(one.normal for one in written).most_common()
    tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    meant = first.normal if tie else ranked[0][0]
    right = next(one for one in written if one.normal == meant)
    return [one for one in written if one.normal != meant], right
