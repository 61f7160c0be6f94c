"""Rules about one service alone: ``be`` and ``not-be`` of each component, ``agree`` inside it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from deploylint.compare.operators import Side, judge_among, judge_one, normal
from deploylint.compare.result import CompareResult, is_own
from deploylint.documents.suggest import distance
from deploylint.model.difference import Difference, Position
from deploylint.model.fields import ADDRESSES, MAPPED, PRESENT, element_of
from deploylint.model.image_sharing import runs_the_same
from deploylint.model.paths import OF_SOURCES
from deploylint.model.patterns import Pattern
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Component, Service, Value
from deploylint.model.types import NAMES, WORD, Normal

MOST_ALIKE = 3
"""How many of a set are named to one who looks for what is not among it."""


def among(rule: Rule, service: Service, result: CompareResult) -> None:
    """Judge whether what each component says is among what it says at another address.

    Where that is not there nothing is compared; where more may be in it, only what is in it holds.
    """
    assert rule.pattern is not None
    wanted, expected = str(rule.pattern.operand), Value("known", rule.pattern.written)
    for component in service.components:
        held = component.value(wanted)
        if component.role not in rule.roles or held.state not in ("known", "unknown"):
            continue
        for address in rule.addresses:
            value = _effective(component, address)
            at = Position(service, component)
            if value.state == "known" and not value.inherited:
                for item in _items(value):
                    _judge_item(rule, at, address, item, wanted, held, result)
            elif value.state == "unknown":
                result.tell(Difference(rule, "unknown", at, address, expected, value))


def _items(value: Value) -> list[Value]:
    """The single items of a set, each where it stands."""
    if value.parts is None:
        return [value]
    return [value._replace(data=k, node=e.value, parts=None) for k, e in value.parts.items()]


def _judge_item(
    rule: Rule,
    at: Position,
    address: str,
    item: Value,
    wanted: str,
    held: Value,
    result: CompareResult,
) -> None:
    kind = WORD if ADDRESSES[address] is NAMES else ADDRESSES[address]
    outcome = judge_among(kind, Side(item, ()), ADDRESSES[wanted], held)
    if outcome == "match":
        result.match(rule, at, address, item)
    elif outcome is not None:
        assert rule.pattern is not None
        expected = Value("known", rule.pattern.written)
        related = ((wanted, held), *_alike(str(item.data), wanted, held))
        result.tell(Difference(rule, outcome, at, address, expected, item, related=related))


def _alike(text: str, address: str, held: Value) -> Iterator[tuple[str, Value]]:
    """What of a set is most like a text that is not among it, at every place that says it."""
    by_distance = sorted(held.parts or (), key=lambda one: (distance(text, one), one))
    for name in by_distance[:MOST_ALIKE]:
        entry = (held.parts or {})[name]
        for node in dict.fromkeys((entry.key, entry.value)):
            yield address, Value("known", name, node)


def every(rule: Rule, service: Service, result: CompareResult) -> None:
    """Judge each component of a service by a rule about every service."""
    assert rule.pattern is not None
    for component in service.components:
        if component.role not in rule.roles:
            continue
        for address in rule.addresses:
            if not is_own(component, address) or _is_unread(component, address):
                continue
            value = _effective(component, address)
            outcome = judge_one(rule.verb, rule.pattern, ADDRESSES[address], value)
            at = Position(service, component)
            if outcome == "match":
                result.match(rule, at, address, value)
            else:
                expected = Value("known", rule.pattern.written)
                for one in _each(rule.pattern, value):
                    result.tell(Difference(rule, outcome, at, address, expected, one))
                result.look(value)


def _is_unread(component: Component, address: str) -> bool:
    """Whether nothing was read that could say it: no source was found, or named."""
    return address in OF_SOURCES and f"{element_of(address)}.{PRESENT}" not in component.values


def _each(pattern: Pattern, value: Value) -> Iterator[Value]:
    """What there is to tell of a value: each item by itself where none of them may be there."""
    if pattern.written != "absent" or not value.parts:
        yield value
        return
    for name, entry in value.parts.items():
        yield Value("known", name, entry.value, value.note)


def _effective(component: Component, address: str) -> Value:
    """A field's value; unknown or switched off with its element."""
    present = component.values.get(f"{element_of(address)}.{PRESENT}", ABSENT)
    if present.state in ("disabled", "unknown") and not address.endswith(PRESENT):
        return present._replace(leaves=())
    return component.values.get(address, ABSENT)


class _Said(NamedTuple):
    """What one place says in an ``agree``."""

    at: Position
    address: str
    value: Value
    normal: Normal


def inside(rule: Rule, service: Service, reference: Service | None, result: CompareResult) -> None:
    """Judge whether a service agrees with itself; what it kept of the reference is to blame.

    Components agree in one address where they run the same image, each by itself in several.
    """
    components = [c for c in service.components if c.role in rule.roles]
    alike = [c for c in components if runs_the_same(c, service.main)]
    groups = [alike] if len(rule.addresses) == 1 else [[c] for c in components]
    meant = _reference_said(rule, reference, service)
    copied = meant[0].normal if meant else None
    for group in groups:
        said = _without_mapped(list(_said(rule, service, group)), meant)
        written = [one for one in said if not _follows(one.value)]
        if len(said) > 1 and written:
            _agree(rule, said, written, copied, result)


def _agree(
    rule: Rule, said: list[_Said], written: list[_Said], copied: Normal, result: CompareResult
) -> None:
    """Only what is written can be to blame; what follows from it stands and falls with it."""
    blamed, meant = _blamed(written, copied)
    related = tuple((one.address, one.value) for one in written if one not in blamed)
    expected = meant.value._replace(leaves=())
    for one in said:
        if one in blamed:
            result.tell(
                Difference(
                    rule, "violation", one.at, one.address, expected, one.value, related=related
                )
            )
        elif one.normal == meant.normal:
            result.match(rule, one.at, one.address, one.value)


def _follows(value: Value) -> bool:
    """Whether a value follows from another one that somebody wrote."""
    return value.derived


def _said(rule: Rule, service: Service, components: Iterable[Component]) -> Iterator[_Said]:
    for component in components:
        for address in rule.addresses:
            value = _effective(component, address)
            if value.state != "known" or value.inherited:
                continue
            try:
                form = normal(ADDRESSES[address], Side(value, ()))
            except ValueError:
                continue
            yield _Said(Position(service, component), address, value, form)


def _reference_said(rule: Rule, reference: Service | None, service: Service) -> list[_Said]:
    """What the reference says; its first address is what a copied file may have kept."""
    if reference is None or reference is service:
        return []
    return list(_said(rule, reference, reference.components))


def _without_mapped(said: list[_Said], meant: list[_Said]) -> list[_Said]:
    """Without a port that a Service maps to another one, unless the reference's is left over.

    Where the reference maps nothing and its value is still in one of the places, that is a change
    half carried out.
    """
    left_over = bool(meant) and any(one.normal == meant[0].normal for one in said)
    same = {one.address for one in meant if one.normal == meant[0].normal}
    return [one for one in said if (left_over and one.address in same) or not _is_mapped(one, said)]


def _is_mapped(one: _Said, said: list[_Said]) -> bool:
    """Whether another place is written that need not say the same, and does not."""
    others = [o for o in said if o.address in MAPPED.get(one.address, ()) and not _follows(o.value)]
    return bool(others) and all(other.normal != one.normal for other in others)


def _blamed(said: list[_Said], copied: Normal) -> tuple[list[_Said], _Said]:
    """Who is wrong, and a place that says what was meant."""
    first = said[0]
    if first.normal != copied:
        left_over = [one for one in said if one.normal == copied]
        if left_over:
            return left_over, first
    ranked = Counter(one.normal for one in said).most_common()
    tie = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
    meant = first.normal if tie else ranked[0][0]
    right = next(one for one in said if one.normal == meant)
    return [one for one in said if one.normal != meant], right
