"""Audits a project's allowances: the state of each, and what is wrong with it.

Unused, expiring and overlapping allowances and missing reasons are built-in checks. Each is
reported where the allowance is written, for the first service in its scope. The shipped allowances
are for every project, and are not audited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product

from deploylint.compare.result import Evaluated
from deploylint.config.allowances import allowance_state, days_left
from deploylint.documents.grouping import items_by_key
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.model.difference import Difference, scope_at
from deploylint.model.finding import Allowance, AllowanceState, Finding
from deploylint.model.paths import covers_path, field_of, is_glob, is_named, parents
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.policy.allowance_match import in_scope, is_for_component
from deploylint.policy.builtin_checks import builtin_difference
from deploylint.policy.judgement import Judged

UNUSED, EXPIRING, UNEXPLAINED = "unused-allowance", "expiring-allowance", "missing-reason"
OVERLAPPING = "overlapping-allowance"


class GroupSummary(Record):
    """One group that was compared: its name, services, what was evaluated, all its findings."""

    name: str
    services: Sequence[Service]
    judged: Sequence[Evaluated]
    findings: Sequence[Judged]


class AllowanceStatus(Record):
    """One allowance, its state in this run, and what it covers."""

    allowance: Allowance
    state: AllowanceState
    covered: Sequence[Judged]

    @property
    def uses(self) -> tuple[Finding, ...]:
        """The findings it covers."""
        return tuple(one.finding() for one in self.covered)


GroupDifference = tuple[int, Difference]
"""What is wrong with an allowance, and the number of the group in which it is reported."""


def allowance_statuses(
    allowances: Iterable[Allowance], compared: Sequence[GroupSummary], today: str
) -> list[AllowanceStatus]:
    """The state of every allowance after all groups were compared; ``today`` as ``YYYY-MM-DD``."""
    uses = _uses(finding for group in compared for finding in group.findings)

    @cache
    def evidence(group: str) -> _AuditData:
        return _AuditData(one for one in compared if group in ("", one.name))

    return [
        AllowanceStatus(a, _state(a, evidence(a.group), a.id in uses, today), uses.get(a.id, ()))
        for a in allowances
    ]


class _AuditData:
    """Why allowances cover nothing.

    ``near`` are allowances that violations nearly match, by their id.
    ``unknown`` are findings by rule.
    """

    def __init__(self, compared: Iterable[GroupSummary]) -> None:
        groups = list(compared)
        every = [judged for group in groups for judged in group.findings]
        findings = [finding for finding in every if isinstance(finding, Finding)]
        near = (finding.near for finding in findings if finding.near is not None)
        self.near = items_by_key((allowance.id, allowance) for allowance in near)
        unknown = (finding for finding in findings if finding.status == "unknown")
        self.unknown = items_by_key((finding.rule, finding) for finding in unknown)
        places = [place for group in groups for place in group.judged]
        self._by_rule = items_by_key((place.rule, place) for place in places)
        self._by_service = items_by_key(((place.rule, place.at.service), place) for place in places)

    def places(self, allowance: Allowance) -> Iterable[Evaluated]:
        """Where an allowance's rule was evaluated, of the services that it may be for."""
        if allowance.service and not is_glob(allowance.service):
            return self._by_service.get((allowance.rule, allowance.service), ())
        return self._by_rule.get(allowance.rule, ())


def _uses(findings: Iterable[Judged]) -> dict[str, list[Judged]]:
    """What each allowance covers, by the allowance's id."""
    covering = ((one, allowance) for one in findings for allowance in (one.allowance, *one.also))
    return items_by_key((allowance.id, one) for one, allowance in covering if allowance is not None)


def _state(allowance: Allowance, evidence: _AuditData, used: bool, today: str) -> AllowanceState:
    state = allowance_state(allowance, today)
    if used:
        return state
    if allowance in evidence.near.get(allowance.id, ()):
        return "expired" if state == "expired" else "missed"
    if _was_evaluated(allowance, evidence):
        return "unused"
    return "expired" if state == "expired" else "untried"


def _was_evaluated(allowance: Allowance, evidence: _AuditData) -> bool:
    """Whether an allowance had its chance: its rule ran in its scope, and all was known."""
    if any(_concerns(allowance, finding) for finding in evidence.unknown.get(allowance.rule, ())):
        return False
    fields = _fields(allowance)
    places = evidence.places(allowance)
    return any(_was_evaluated_at(allowance, fields, place) for place in places)


def audit(
    statuses: Iterable[AllowanceStatus],
    compared: Sequence[GroupSummary],
    own: Mapping[str, Rule],
    today: str,
    *,
    with_reasons: bool,
    is_whole: bool,
) -> Iterator[GroupDifference]:
    """What is wrong with the project's allowances.

    ``with_reasons`` is whether each has to have its reason.
    ``is_whole`` is whether all services of the project were compared.
    """
    homes = _Homes(compared)
    for status in statuses:
        if status.allowance.is_shipped:
            continue
        missing = homes.missing_component(status.allowance) if is_whole else ""
        for name, message in _complaints(status, missing, today, with_reasons):
            if own[name].active and (home := homes.find(status.allowance)) is not None:
                yield _difference(home, status.allowance, own[name], message)
    if own[OVERLAPPING].active:
        yield from _overlapping(compared, own[OVERLAPPING])


def _complaints(
    status: AllowanceStatus, missing: str, today: str, with_reasons: bool
) -> Iterator[tuple[str, str]]:
    """What is wrong with one allowance: the id of the check, and the message.

    ``missing`` says which component does not exist; "" for none.
    """
    allowance = status.allowance
    name = f"allowance {allowance.id}"
    if missing:
        yield UNUSED, f"{name} is unused: {missing}"
    elif status.state == "unused":
        text = f"{name} is unused: no {allowance.rule} difference matches it; remove it"
        yield UNUSED, text
    if status.state == "expiring":
        days = days_left(allowance, today)
        left = "today" if days == 0 else f"in {days} day{'s' * (days != 1)}"
        yield EXPIRING, f"{name} expires {left}; its last day is {allowance.until}"
    if with_reasons and allowance.lacks_reason:
        yield UNEXPLAINED, f"{name} needs a reason: because is {allowance.because!r}"


def _concerns(allowance: Allowance, finding: Finding) -> bool:
    """Whether an unknown is in an allowance's scope, or a field of that is below it.

    An inline allowance is about its line alone.
    """
    at = finding.location
    if allowance.line and (allowance.at.file, allowance.line) != (at.file, at.line):
        return False
    fields = _fields(allowance)
    above = (level for address in fields for level in parents(address))
    return in_scope(allowance._replace(addresses=(*fields, *above)), finding)


def _fields(allowance: Allowance) -> tuple[str, ...]:
    """The fields an allowance is about: a part of a tree is judged with the tree."""
    return tuple(dict.fromkeys(map(field_of, allowance.addresses)))


def _was_evaluated_at(allowance: Allowance, fields: Sequence[str], place: Evaluated) -> bool:
    """Whether an allowance, which is about some fields, is for a place."""
    if allowance.line:
        return allowance.at.file in place.files
    if not is_for_component(allowance, place.at):
        return False
    return not fields or any(covers_path(fields, address) for address in place.addresses)


_Home = tuple[int, str, Service]
"""The number and name of the group, and the service, for which an allowance is reported."""


class _Homes:
    """Finds the first service that an allowance is for."""

    def __init__(self, compared: Iterable[GroupSummary]) -> None:
        self._all: list[_Home] = [
            (number, group.name, service)
            for number, group in enumerate(compared)
            for service in group.services
        ]
        self._by_name = items_by_key((home[2].name, home) for home in self._all)
        self._by_file = {file: home for home in reversed(self._all) for file in home[2].files}

    def find(self, allowance: Allowance) -> _Home | None:
        """The first service; None where this run has none."""
        if allowance.line:
            return self._by_file.get(allowance.at.file)
        return next(self._homes(allowance), None)

    def missing_component(self, allowance: Allowance) -> str:
        """That no service of an allowance has its component, and which there are; else ""."""
        services = (
            [service for *_, service in self._homes(allowance)] if allowance.component else []
        )
        keys = dict.fromkeys(part.key for service in services for part in service.components)
        if not keys or any(is_named(key, allowance.component) for key in keys):
            return ""
        where = allowance.service or "any service"
        return f"no component {allowance.component!r} in {where}; {hint(allowance.component, keys)}"

    def _homes(self, allowance: Allowance) -> Iterator[_Home]:
        homes = self._all
        if allowance.service and not is_glob(allowance.service):
            homes = self._by_name.get(allowance.service, [])
        whole = allowance._replace(component="")
        return (
            (number, group, service)
            for number, group, service in homes
            if allowance.group in ("", group) and _is_for(whole, service)
        )


def _is_for(allowance: Allowance, service: Service) -> bool:
    scopes = (scope_at(service, component, "") for component in service.components)
    return any(is_for_component(allowance, scope) for scope in scopes)


def _difference(home: _Home, allowance: Allowance, check: Rule, message: str) -> GroupDifference:
    number, _, service = home
    return number, builtin_difference(check, service, allowance.at, allowance.id, message)


def _overlapping(compared: Sequence[GroupSummary], own: Rule) -> Iterator[GroupDifference]:
    """Pairs of the project's allowances that cover one place, each pair once."""
    seen: set[tuple[str, str]] = set()
    for number, group in enumerate(compared):
        services = {service.name: service for service in group.services}
        for finding in group.findings:
            for first, other in _pairs(finding):
                if (first.id, other.id) not in seen:
                    seen.add((first.id, other.id))
                    what = f"{finding.path} of {finding.service}"
                    text = f"allowances {other.id} and {first.id} both cover {what}; keep one"
                    yield _difference(
                        (number, group.name, services[finding.service]), other, own, text
                    )


def _pairs(finding: Judged) -> Iterator[tuple[Allowance, Allowance]]:
    """The first of the project's allowances that cover a place, with each other one."""
    covering = (finding.allowance, *finding.also)
    own = [one for one in covering if one is not None and not one.is_shipped]
    return product(own[:1], own[1:])
