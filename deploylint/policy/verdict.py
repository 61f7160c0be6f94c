"""The one place that decides a difference's fate: violation, allowed or unknown.

A Finding is made nowhere else. An allowance covers a difference when its rule, its scope and both
of its pinned values match and its last day is not over; of several the first is shown: what is
written beside the value, then the project's in file order, then the shipped ones. What is allowed
is a count and a reference, and made into a Finding only for a report that shows it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from deploylint.compare.outcome import Deviation
from deploylint.compare.result import Occurrence
from deploylint.config.allowances import allowance_state
from deploylint.model.difference import Difference, Position
from deploylint.model.finding import Allowance, Finding, Location, Status
from deploylint.model.format import format_value
from deploylint.model.locations import missing, node_of, place
from deploylint.model.rule import Severity
from deploylint.model.secrets import redacted
from deploylint.model.service import Value
from deploylint.model.types import Plain
from deploylint.policy import messages
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.allowance_match import (
    NearMiss,
    covers,
    in_scope,
    incomplete_change,
    nearest,
    scope_of_difference,
)


class AllowedDeviation:
    """A deviation that allowances cover; a Finding only for a report that shows it.

    For who counts it says the same as its Finding. ``allowance`` is the first that covers it and
    ``also`` are the others.
    """

    __slots__ = ("_finding", "_group", "_number", "_occurrence", "allowance", "also")

    status: Status = "allowed"

    def __init__(
        self, group: str, occurrence: Occurrence, number: int, covering: tuple[Allowance, ...]
    ) -> None:
        self.allowance = covering[0]
        self.also = covering[1:]
        self._group = group
        self._occurrence = occurrence
        self._number = number
        self._finding: Finding | None = None

    @property
    def _deviation(self) -> Deviation:
        assert self._occurrence.deviations is not None
        return self._occurrence.deviations[self._number]

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self._deviation.rule.id

    @property
    def severity(self) -> Severity:
        """The severity of the rule."""
        return self._deviation.rule.severity

    @property
    def service(self) -> str:
        """The name of the service."""
        return self._occurrence.at.service.name

    @property
    def address(self) -> str:
        """The address it is at."""
        return self._deviation.address

    @property
    def element(self) -> str:
        """The element of the address."""
        return self.address.partition(".")[0]

    @property
    def path(self) -> str:
        """The address with its component."""
        return f"{self._occurrence.at.component.key}/{self.address}"

    def finding(self) -> Finding:
        """All that a report may say of it, worked out once."""
        if self._finding is None:
            difference = self._occurrence.differences()[self._number]
            verdict = _Verdict("allowed", (self.allowance, *self.also))
            self._finding = _finding(self._group, difference, _location(difference), verdict)
        return self._finding

    def __reduce__(self) -> tuple[object, ...]:
        """It leaves a process as its Finding."""
        return _itself, (self.finding(),)


def _itself(finding: Finding) -> Finding:
    return finding


Judged = Finding | AllowedDeviation
"""What became of a difference."""


def findings_for(
    group: str, differences: Iterable[Difference], index: AllowanceIndex
) -> list[Finding]:
    """A finding for each difference of one group."""
    findings = []
    for difference in differences:
        location = _location(difference)
        verdict = _verdict(difference, location, index)
        findings.append(_finding(group, difference, location, verdict))
    return findings


class Judgement:
    """What becomes of the deviations of one group; what it shows of them is made at its end.

    ``accepted`` are the addresses at which something is allowed.
    """

    def __init__(
        self, group: str, occurrences: Iterable[Occurrence], index: AllowanceIndex
    ) -> None:
        self.accepted: set[str] = set()
        self._group = group
        self._index = index
        self._covering: dict[object, tuple[tuple[Allowance, ...], ...]] = {}
        self._entries: list[AllowedDeviation | _Undecided] = []
        for occurrence in occurrences:
            self._add(occurrence)

    def _add(self, occurrence: Occurrence) -> None:
        deviations = occurrence.deviations
        inline = self._index.inline_rules
        if deviations is None or (inline and any(one.rule.id in inline for one in deviations)):
            self._add_findings(occurrence.differences())
            return
        for number, covering in enumerate(self._covered(occurrence, deviations)):
            if covering:
                self.accepted.add(deviations[number].address)
                self._entries.append(AllowedDeviation(self._group, occurrence, number, covering))
            else:
                self._entries.append(_Undecided(occurrence.differences()[number], None))

    def _covered(
        self, occurrence: Occurrence, deviations: tuple[Deviation, ...]
    ) -> tuple[tuple[Allowance, ...], ...]:
        """The allowances that cover each of some deviations: worked out once in one scope."""
        scope = self._index.scope(occurrence.at)
        covering = self._covering.get((deviations, scope))
        if covering is None:
            covering = self._covering[deviations, scope] = tuple(
                _covering(difference, scope.about(difference.rule.id), self._index.today)
                for difference in occurrence.differences()
            )
        return covering

    def _add_findings(self, differences: Sequence[Difference]) -> None:
        findings = findings_for(self._group, differences, self._index)
        for difference, finding in zip(differences, findings, strict=True):
            if finding.status == "allowed":
                self.accepted.add(finding.address)
            self._entries.append(_Undecided(difference, finding))

    def results(self, is_excused: Callable[[Difference], bool] | None = None) -> list[Judged]:
        """The allowed deviations and the findings, in order, without excused violations."""
        results = list[Judged]()
        for entry in self._entries:
            if isinstance(entry, AllowedDeviation):
                results.append(entry)
                continue
            difference, finding = entry
            is_violation = difference.outcome == "violation" and (
                finding is None or finding.status == "violation"
            )
            if is_excused is None or not is_violation or not is_excused(difference):
                if finding is None:
                    (finding,) = findings_for(self._group, [difference], self._index)
                results.append(finding)
        return results


class _Undecided(NamedTuple):
    """A difference that becomes a finding, if it is not one yet."""

    difference: Difference
    finding: Finding | None


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, line and rule, each fingerprint made unique."""
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for finding in sorted(findings, key=_order):
        count = seen[finding.identity] = seen.get(finding.identity, 0) + 1
        if count > 1:
            finding = finding._replace(identity=(*finding.identity, str(count)))
        result.append(finding)
    return result


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    at = finding.location
    return at.file, at.line, at.column, finding.rule, finding.path, finding.message


class _Verdict(NamedTuple):
    """What becomes of a difference."""

    status: Status
    covering: tuple[Allowance, ...] = ()
    near: NearMiss | None = None


def _location(difference: Difference) -> Location:
    """Where a difference stands: at the actual value, or where it would be written."""
    if difference.location is not None:
        return difference.location
    return place(difference.actual.node or missing(difference), difference.at.service)


def _verdict(difference: Difference, location: Location, index: AllowanceIndex) -> _Verdict:
    if difference.outcome == "unknown":
        return _Verdict("unknown")
    about = list(index.about(difference.rule.id, difference.at, location))
    covering = _covering(difference, about, index.today)
    if covering:
        return _Verdict("allowed", covering)
    if difference.rule.verb == "built-in":
        return _Verdict("violation")
    scope = scope_of_difference(difference)
    near = nearest((a for a in about if in_scope(a, scope)), difference, index.today)
    return _Verdict("violation", (), near or _incomplete_change(difference, index))


def _covering(
    difference: Difference, about: Iterable[Allowance], today: str
) -> tuple[Allowance, ...]:
    """Of the allowances about a difference's rule and component, those that cover it."""
    if difference.outcome == "unknown":
        return ()
    return tuple(
        one for one in about if covers(one, difference) and allowance_state(one, today) != "expired"
    )


def _incomplete_change(difference: Difference, index: AllowanceIndex) -> NearMiss | None:
    if not difference.related or difference.rule.scope != "inside":
        return None
    return incomplete_change(index.for_component(difference.at), difference, index.today)


def _finding(group: str, difference: Difference, location: Location, verdict: _Verdict) -> Finding:
    service, component = difference.at
    rule, address = difference.rule, difference.address
    expected, actual = difference.expected, difference.actual
    sides = _public(difference, expected), _public(difference, actual)
    return Finding(
        status=verdict.status,
        severity=rule.severity,
        rule=rule.id,
        why=rule.why,
        group=group,
        service=service.name,
        runtime=service.runtime,
        component=component.key,
        role=component.role,
        address=address,
        message=_message(difference, verdict.near),
        identity=_identity(group, difference, sides, location),
        expected=sides[0],
        expected_state=expected.state,
        expected_note=expected.note,
        actual=sides[1],
        actual_state=actual.state,
        actual_note=actual.note,
        location=location,
        reference_location=_reference_location(difference.reference, address, expected),
        related=difference.evidence + _related(difference) + _near_location(verdict.near),
        allowance=verdict.covering[0] if verdict.covering else None,
        also=verdict.covering[1:],
        near=verdict.near.allowance if verdict.near else None,
        environment=service.environment,
        votes=difference.vote and difference.vote[:2],
    )


def _message(difference: Difference, near: NearMiss | None) -> str:
    message = messages.of(difference)
    return message if near is None else f"{message}; {near.because}"


def _near_location(near: NearMiss | None) -> tuple[tuple[str, Location, str], ...]:
    """Where an allowance that missed is written; the shipped ones are not the project's to edit."""
    if near is None or near.allowance.origin == "shipped":
        return ()
    return (("nearly-allowed", near.allowance.at, near.because),)


def _public(difference: Difference, value: Value) -> Plain:
    """A side of a difference without secrets; built-in checks give only what may be shown."""
    if value.state != "known":
        return None
    if difference.rule.verb == "built-in":
        return value.data
    return redacted(difference.address.rpartition(".")[2], value.data)


def _reference_location(
    reference: Position | None, address: str, expected: Value
) -> Location | None:
    if reference is None:
        return None
    return place(node_of(reference.component, address, expected), reference.service)


def _related(difference: Difference) -> tuple[tuple[str, Location, str], ...]:
    service, component = difference.at
    role = "among" if difference.rule.verb == "be-among" else "agrees-not"
    return tuple(
        (
            role,
            place(node_of(component, address, value), service),
            f"{address} is {format_value(redacted(address, value.data))}",
        )
        for address, value in difference.related
    )


def _identity(
    group: str, difference: Difference, sides: tuple[Plain, Plain], location: Location
) -> tuple[str, ...]:
    """What makes a verdict this one, wherever it stands in its file; nothing secret is in it."""
    service, component = difference.at
    name = f"{group}@{service.environment}" if service.environment else group
    if difference.rule.verb == "built-in":
        return name, difference.rule.id, service.name, location.key, str(difference.actual.data)
    text = json.dumps(sides, sort_keys=True, default=sorted)
    return name, difference.rule.id, service.name, component.key, difference.address, text
