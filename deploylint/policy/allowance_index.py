"""The allowances of a run, by what they are for: found for a component without asking each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from deploylint.model.difference import Position
from deploylint.model.finding import Allowance, Location
from deploylint.model.scope import scope_at
from deploylint.model.service import Service
from deploylint.policy.allowance_match import is_for_component, is_pattern


class AllowanceScope:
    """The allowances for one component, inline ones left out, in the order in which they count.

    Components that the same allowances are for have one scope.
    """

    __slots__ = ("_by_rule",)

    def __init__(self, allowances: Sequence[Allowance]) -> None:
        self._by_rule: dict[str, list[Allowance]] = {}
        for one in allowances:
            self._by_rule.setdefault(one.rule, []).append(one)

    def about(self, rule: str) -> Sequence[Allowance]:
        """Those that lift a rule."""
        return self._by_rule.get(rule, ())


class AllowanceIndex:
    """The allowances of a run on a day, given as ``YYYY-MM-DD``.

    ``inline_rules`` are the rules that inline ones lift. These count first.
    """

    def __init__(self, allowances: Iterable[Allowance], today: str) -> None:
        self.today = today
        self._allowances = _in_order(allowances)
        self._inline = defaultdict[str, list[Allowance]](list)
        self._named = defaultdict[str, list[int]](list)
        self._patterned: list[int] = []
        self._others: list[int] = []
        for number, one in enumerate(self._allowances):
            if one.line:
                self._inline[one.at.file].append(one)
            elif not one.service:
                self._others.append(number)
            elif not is_pattern(one.service):
                self._named[one.service].append(number)
            else:
                self._patterned.append(number)
        self.inline_rules = frozenset(one.rule for some in self._inline.values() for one in some)
        self._unnamed: dict[object, tuple[int, ...]] = {}
        self._scopes: dict[tuple[int, ...], AllowanceScope] = {}
        self._last: tuple[Position | None, AllowanceScope] = (None, AllowanceScope(()))

    def scope(self, at: Position) -> AllowanceScope:
        """The allowances for a component, inline ones left out."""
        last, scope = self._last
        if last is not at:
            scope = self._find_scope(at)
            self._last = at, scope
        return scope

    def _find_scope(self, at: Position) -> AllowanceScope:
        service, component = at
        alike = (service.runtime, service.environment, component.role, component.key)
        numbers = self._unnamed.get(alike)
        if numbers is None:
            numbers = self._unnamed[alike] = self._matching(self._others, at)
        own = (*self._named.get(service.name, ()), *self._patterned)
        if own:
            numbers = tuple(sorted((*numbers, *self._matching(own, at))))
        known = self._scopes.get(numbers)
        if known is None:
            known = AllowanceScope([self._allowances[number] for number in numbers])
            self._scopes[numbers] = known
        return known

    def _matching(self, numbers: Iterable[int], at: Position) -> tuple[int, ...]:
        scope = scope_at(*at, "")
        return tuple(n for n in numbers if is_for_component(self._allowances[n], scope))

    def about(self, rule: str, at: Position, location: Location) -> Sequence[Allowance]:
        """The allowances that lift a rule for a component, at a place in its files."""
        inline = [
            one
            for one in self._inline.get(location.file, ())
            if one.rule == rule and one.line == location.line
        ]
        others = self.scope(at).about(rule)
        return [*inline, *others] if inline else others

    def for_service(self, service: Service) -> Iterator[Allowance]:
        """The allowances that may be for a service, whatever their rule and their component.

        Inline ones of its files come first.
        """
        for file in service.files:
            yield from self._inline.get(file, ())
        numbers = (*self._others, *self._named.get(service.name, ()), *self._patterned)
        yield from (self._allowances[number] for number in sorted(numbers))


def _in_order(allowances: Iterable[Allowance]) -> list[Allowance]:
    """Inline allowances first, and those that lift one rule together."""
    by_rule: dict[str, list[Allowance]] = {}
    for one in sorted(allowances, key=lambda one: not one.line):
        by_rule.setdefault(one.rule, []).append(one)
    return [one for some in by_rule.values() for one in some]
