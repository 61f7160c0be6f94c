"""The one place that decides a difference's fate: violation, allowed or unknown.

A Finding is made nowhere else. An allowance covers a difference when its rule, its scope and both
of its pinned values match and its last day is not over; of several the first is shown: what is
written beside the value, then the project's in file order, then the shipped ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from deploylint.config.allowances import allowance_state
from deploylint.config.rules import BuiltinRule
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.finding import Allowance, Finding, Location, Status
from deploylint.model.format import format_value
from deploylint.model.locations import missing, node_of, place
from deploylint.model.scope import Scope
from deploylint.model.secrets import redacted
from deploylint.model.service import State, Value
from deploylint.model.types import WORD, Plain
from deploylint.policy import allowance_match, messages
from deploylint.policy.allowance_match import NearMiss


class AllowanceIndex(Record):
    """The allowances of a run by the rule they lift, in the order in which they count, and today.

    ``today`` is a day as ``YYYY-MM-DD``.
    """

    allowances: dict[str, list[Allowance]]
    today: str

    def about(self, rule: str) -> Sequence[Allowance]:
        """The allowances that lift a rule."""
        return self.allowances.get(rule, ())


def book(allowances: Iterable[Allowance], today: str) -> AllowanceIndex:
    """The book of some allowances on a day."""
    by_rule: dict[str, list[Allowance]] = {}
    for allowance in sorted(allowances, key=lambda one: one.origin != "inline"):
        by_rule.setdefault(allowance.rule, []).append(allowance)
    return AllowanceIndex(by_rule, today)


class Noticed(Record):
    """Something deploylint found by itself at one place, without comparing anything.

    ``spot`` is its service, ``text`` what stands there, ``related`` what has to do with it.
    """

    own: BuiltinRule
    spot: Scope
    location: Location
    text: str
    message: str
    related: tuple[tuple[str, Location, str], ...] = ()


def findings_for(
    group: str, differences: Iterable[Difference], allowed: AllowanceIndex
) -> list[Finding]:
    """A finding for each difference of one group."""
    return [_finding(group, difference, allowed) for difference in differences]


def notice(group: str, noticed: Iterable[Noticed], allowed: AllowanceIndex) -> list[Finding]:
    """A finding for each thing deploylint found by itself."""
    return [_noticed(group, one, allowed) for one in noticed]


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


class _Verdict(Record):
    """What becomes of a difference."""

    status: Status
    covering: tuple[Allowance, ...] = ()
    near: NearMiss | None = None


def _verdict(difference: Difference, location: Location, allowed: AllowanceIndex) -> _Verdict:
    if difference.outcome == "unknown":
        return _Verdict("unknown")
    rule, one = difference.rule.id, allowance_match.spot(difference)
    about = [a for a in allowed.about(rule) if allowance_match.is_about(a, rule, one, location)]
    holding = tuple(
        a
        for a in about
        if allowance_match.matches_values(a, difference)
        and allowance_state(a, allowed.today) != "expired"
    )
    if holding:
        return _Verdict("allowed", holding)
    near = allowance_match.nearest(about, difference, allowed.today)
    return _Verdict("violation", (), near or _half(difference, allowed))


def _half(difference: Difference, allowed: AllowanceIndex) -> NearMiss | None:
    if not difference.related or difference.rule.scope != "inside":
        return None
    files = difference.at.service.files
    every = (one for some in allowed.allowances.values() for one in some)
    mine = (one for one in every if not one.line or one.at.file in files)
    return allowance_match.incomplete_change(mine, difference, allowed.today)


def _finding(group: str, difference: Difference, allowed: AllowanceIndex) -> Finding:
    service, component = difference.at
    rule, address = difference.rule, difference.address
    expected, actual = difference.expected, difference.actual
    location = place(actual.node or missing(difference), service)
    verdict = _verdict(difference, location, allowed)
    sides = _shown(address, expected), _shown(address, actual)
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
        message=_said(messages.of(difference), verdict.near),
        identity=_identity(group, difference, sides),
        expected=sides[0],
        expected_state=expected.state,
        expected_note=expected.note,
        actual=sides[1],
        actual_state=actual.state,
        actual_note=actual.note,
        location=location,
        reference_location=_reference_place(difference.reference, address, expected),
        related=_related(difference) + _near_place(verdict.near),
        allowance=verdict.covering[0] if verdict.covering else None,
        also=verdict.covering[1:],
        near=verdict.near.allowance if verdict.near else None,
        environment=service.environment,
        votes=difference.vote and difference.vote[:2],
    )


def _said(message: str, near: NearMiss | None) -> str:
    return message if near is None else f"{message}; {near.because}"


def _near_place(near: NearMiss | None) -> tuple[tuple[str, Location, str], ...]:
    """Where an allowance that missed is written; the shipped ones are not the project's to edit."""
    if near is None or near.allowance.origin == "shipped":
        return ()
    return (("nearly-allowed", near.allowance.at, near.because),)


def _shown(address: str, value: Value) -> Plain:
    return redacted(address.rpartition(".")[2], value.data) if value.state == "known" else None


def _reference_place(reference: Position | None, address: str, expected: Value) -> Location | None:
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


def _identity(group: str, difference: Difference, sides: tuple[Plain, Plain]) -> tuple[str, ...]:
    """What makes a verdict this one, wherever it stands in its file; nothing secret is in it."""
    return (
        _group_of(group, difference.at.service.environment),
        difference.rule.id,
        difference.at.service.name,
        difference.at.component.key,
        difference.address,
        json.dumps(sides, sort_keys=True, default=sorted),
    )


def _group_of(group: str, environment: str) -> str:
    return f"{group}@{environment}" if environment else group


def _noticed(group: str, noticed: Noticed, allowed: AllowanceIndex) -> Finding:
    own, spot = noticed.own, noticed.spot
    absent: State = "absent"
    covered = tuple(_lifting(noticed, allowed))
    return Finding(
        status="allowed" if covered else "violation",
        severity=own.severity,
        rule=own.id,
        why=own.why,
        group=group,
        service=spot.service,
        runtime=spot.runtime,
        component=spot.component,
        role=spot.role,
        address="",
        message=noticed.message,
        identity=(
            _group_of(group, spot.environment),
            own.id,
            spot.service,
            noticed.location.key,
            noticed.text,
        ),
        expected=None,
        expected_state=absent,
        expected_note="",
        actual=noticed.text,
        actual_state="known",
        actual_note="",
        location=noticed.location,
        reference_location=None,
        related=noticed.related,
        allowance=covered[0] if covered else None,
        also=covered[1:],
        environment=spot.environment,
    )


def _lifting(noticed: Noticed, allowed: AllowanceIndex) -> Iterator[Allowance]:
    """The allowances for something that deploylint found by itself: they pin what stands there."""
    for allowance in allowed.about(noticed.own.id):
        about = allowance_match.is_about(allowance, noticed.own.id, noticed.spot, noticed.location)
        pinned = allowance.actual.matches(WORD, True, noticed.text)
        if about and pinned and allowance_state(allowance, allowed.today) != "expired":
            yield allowance
