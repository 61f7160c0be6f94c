"""The allowances of a run, found for a component by their scope without asking each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from deploylint.model.difference import Position
from deploylint.model.finding import Allowance, Location
from deploylint.model.paths import is_glob
from deploylint.model.scope import scope_at
from deploylint.model.service import Service
from deploylint.policy.allowance_match import is_for_component


class AllowanceScope:
    """The allowances for one component, inline ones left out, in the order in which they count.

    Components with the same allowances have one scope.
    """

    __slots__ = ("_by_rule",)

    def __init__(self, allowances: Iterable[Allowance]) -> None:
        self._by_rule = _by_rule(allowances)

    def about(self, rule: str) -> Sequence[Allowance]:
        """Those that lift a rule."""
        return self._by_rule.get(rule, ())


class AllowanceIndex:
    """The allowances of a run on a day, given as ``YYYY-MM-DD``.

    ``inline_rules`` are the rules that inline ones lift. These count first.
    """

    def __init__(self, allowances: Iterable[Allowance], today: str) -> None:
        self.today = today
        rules = _by_rule(sorted(allowances, key=lambda allowance: not allowance.line))
        self._allowances = [allowance for same in rules.values() for allowance in same]
        self._inline = defaultdict[str, list[Allowance]](list)
        self._named = defaultdict[str, list[int]](list)
        self._patterned: list[int] = []
        self._others: list[int] = []
        for number, allowance in enumerate(self._allowances):
            if allowance.line:
                self._inline[allowance.at.file].append(allowance)
            elif not allowance.service:
                self._others.append(number)
            elif not is_glob(allowance.service):
                self._named[allowance.service].append(number)
            else:
                self._patterned.append(number)
        self.inline_rules = frozenset(one.rule for one in self._allowances if one.line)
        self._unnamed: dict[object, tuple[int, ...]] = {}
        self._scopes: dict[tuple[int, ...], AllowanceScope] = {}
        self._last: tuple[Position | None, AllowanceScope] = (None, AllowanceScope(()))

    def scope(self, at: Position) -> AllowanceScope:
        """The allowances for a component, inline ones left out."""
        last, scope = self._last
        if last is None or last.service is not at.service or last.component is not at.component:
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
        if numbers not in self._scopes:
            self._scopes[numbers] = AllowanceScope(self._allowances[n] for n in numbers)
        return self._scopes[numbers]

    def _matching(self, numbers: Iterable[int], at: Position) -> tuple[int, ...]:
        scope = scope_at(*at, "")
        return tuple(n for n in numbers if is_for_component(self._allowances[n], scope))

    def about(self, rule: str, at: Position, location: Location) -> Sequence[Allowance]:
        """The allowances that lift a rule for a component, at a place in its files."""
        inline = self._inline.get(location.file, ())
        here = [one for one in inline if (one.rule, one.line) == (rule, location.line)]
        return [*here, *self.scope(at).about(rule)]

    def for_service(self, service: Service) -> Iterator[Allowance]:
        """The allowances that may be for a service, whatever their rule and their component.

        Inline ones of its files come first.
        """
        for file in service.files:
            yield from self._inline.get(file, ())
        numbers = (*self._others, *self._named.get(service.name, ()), *self._patterned)
        yield from (self._allowances[number] for number in sorted(numbers))


def _by_rule(allowances: Iterable[Allowance]) -> dict[str, list[Allowance]]:
    """Allowances by the rule that they lift."""
    by_rule: dict[str, list[Allowance]] = {}
    for allowance in allowances:
        by_rule.setdefault(allowance.rule, []).append(allowance)
    return by_rule
