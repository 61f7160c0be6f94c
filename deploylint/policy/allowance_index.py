"""The allowances of a run, found for a component by their scope without asking each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property

from deploylint.documents.grouping import items_by_key
from deploylint.model.difference import Position
from deploylint.model.finding import Allowance, Location
from deploylint.model.paths import is_glob, is_named
from deploylint.policy.allowance_lookup import Allowances, AllowanceTable, Numbered

_SCOPE = ("component", "service", "environment", "group", "runtime", "role")
"""What the scope of an allowance names; the first three by a name or a glob."""

_GLOBS = _SCOPE[:3]


def _tables(
    numbered: Iterable[Numbered], key: Callable[[Allowance], Hashable]
) -> dict[Hashable, AllowanceTable]:
    """A table of the allowances of each key."""
    by_key = items_by_key((key(one[1]), one) for one in numbered)
    return {same: AllowanceTable(of_key) for same, of_key in by_key.items()}


class AllowanceScope:
    """The allowances for one component, inline ones left out, in the order in which they count.

    Components with the same allowances have one scope. ``tables`` hold those of one scope each.
    """

    def __init__(self, tables: Sequence[_ScopeTable]) -> None:
        self.tables = tables
        self._by_rule: dict[str, Allowances] = {}

    def about(self, rule: str) -> Allowances:
        """Those that lift a rule."""
        if rule not in self._by_rule:
            tables = [one.by_rule[rule] for one in self.tables if rule in one.by_rule]
            self._by_rule[rule] = Allowances(tables)
        return self._by_rule[rule]


class _ScopeTable(AllowanceTable):
    """The allowances of one scope."""

    @cached_property
    def by_rule(self) -> Mapping[Hashable, AllowanceTable]:
        """Those that lift a rule."""
        return _tables(self.numbered, lambda allowance: allowance.rule)


class _ScopeIndex:
    """Allowances by what their scope names in some fields."""

    def __init__(self, numbered: Iterable[Numbered], fields: Sequence[str]) -> None:
        by_scope = items_by_key(
            (tuple(getattr(allowance, field) for field in fields), (number, allowance))
            for number, allowance in numbered
        )
        self._tables = [_ScopeTable(same) for same in by_scope.values()]
        self._by_names: dict[tuple[int, ...], dict[tuple[str, ...], list[_Globs]]] = {}
        for number, scope in enumerate(by_scope):
            globs = [
                (at, text)
                for at, (field, text) in enumerate(zip(fields, scope, strict=True))
                if field in _GLOBS and is_glob(text)
            ]
            named = tuple(at for at, text in enumerate(scope) if text and (at, text) not in globs)
            alike = self._by_names.setdefault(named, {})
            names = tuple(scope[at] for at in named)
            alike.setdefault(names, []).append((number, globs))
        self._scopes: dict[tuple[int, ...], AllowanceScope] = {}

    def find(self, place: Sequence[str]) -> AllowanceScope:
        """The allowances for a place, which has a text for each of the fields."""
        numbers = tuple(
            number
            for named, alike in self._by_names.items()
            for number, globs in alike.get(tuple([place[at] for at in named]), ())
            if all(is_named(place[at], text) for at, text in globs)
        )
        if numbers not in self._scopes:
            self._scopes[numbers] = AllowanceScope([self._tables[number] for number in numbers])
        return self._scopes[numbers]


_Globs = tuple[int, Sequence[tuple[int, str]]]
"""The number of a table, and the globs in its scope, each with the number of its field."""


class RunAllowances:
    """The configured allowances of a run on a day, given as ``YYYY-MM-DD``."""

    def __init__(self, allowances: Iterable[Allowance], today: str) -> None:
        self.today = today
        self._allowances = allowances

    @cached_property
    def _numbered(self) -> Sequence[Numbered]:
        """The allowances in the order in which they count: those that lift one rule together."""
        by_rule = items_by_key((allowance.rule, allowance) for allowance in self._allowances)
        return list(enumerate(one for same in by_rule.values() for one in same))

    @cached_property
    def by_component(self) -> _ScopeIndex:
        """The allowances by all that their scope names."""
        return _ScopeIndex(self._numbered, _SCOPE)

    @cached_property
    def by_service(self) -> _ScopeIndex:
        """The allowances by all that their scope names but the component."""
        return _ScopeIndex(self._numbered, _SCOPE[1:])

    def of_group(self, group: str, inline: Sequence[Allowance] = ()) -> AllowanceIndex:
        """The allowances for a group, and those in the comments of its files."""
        return AllowanceIndex(self, group, inline)


class AllowanceIndex:
    """The allowances for one group; ``inline`` ones are in comments of its files and count first.

    ``inline_rules`` are the rules that inline ones lift.
    """

    def __init__(self, configured: RunAllowances, group: str, inline: Sequence[Allowance]) -> None:
        self.today = configured.today
        self.inline_rules = frozenset(one.rule for one in inline)
        self._configured = configured
        self._group = group
        numbered = list(enumerate(inline, -len(inline)))
        self._by_file = _tables(numbered, lambda each: each.at.file)
        self._by_line = _tables(numbered, lambda each: (each.at.file, each.line, each.rule))
        self._last: tuple[Position | None, AllowanceScope] = (None, AllowanceScope(()))

    def scope(self, at: Position) -> AllowanceScope:
        """The allowances for a component, inline ones left out."""
        last, scope = self._last
        if last is None or last.service is not at.service or last.component is not at.component:
            scope = self._configured.by_component.find((at.component.key, *self._place(at)))
            self._last = at, scope
        return scope

    def _place(self, at: Position) -> tuple[str, ...]:
        """What the scope of an allowance names of a place, without the component."""
        service, component = at
        return service.name, service.environment, self._group, service.runtime, component.role

    def about(self, rule: str, at: Position, location: Location) -> Allowances:
        """The allowances that lift a rule for a component, at a place in its files."""
        about = self.scope(at).about(rule)
        here = self._by_line.get((location.file, location.line, rule))
        return about if here is None else Allowances([here, *about.tables])

    def for_service(self, at: Position) -> Allowances:
        """The allowances for the service of a component, whatever their rule and component.

        Inline ones of its files come first.
        """
        inline = [self._by_file[file] for file in at.service.files if file in self._by_file]
        return Allowances([*inline, *self._configured.by_service.find(self._place(at)).tables])
