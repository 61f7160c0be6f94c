"""The report as data, version 1. Its structures and schema are in ``deploylint.report_v1``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from deploylint import __version__
from deploylint.compare.extra_keys import ExtraKey
from deploylint.config.allowances import allowance_state
from deploylint.engine.result import GroupReport, Report
from deploylint.model.decode import encode
from deploylint.model.finding import Allowance, Finding, Location
from deploylint.reports import Look
from deploylint.reports.json_schema import (
    AllowanceV1,
    ErrorV1,
    FindingV1,
    GroupV1,
    LocationV1,
    LoneKeyV1,
    RelatedV1,
    ReportV1,
    ServiceV1,
    SummaryV1,
    ToolV1,
)


def write(report: Report, look: Look) -> str:
    """The whole report; how it is to look changes nothing."""
    return encode(
        ReportV1(
            schema="deploylint/v1",
            tool=ToolV1("deploylint", __version__),
            groups=[_group(group) for group in report.groups],
            summary=_summary(report),
            findings=[_finding(finding, report.today) for finding in report.findings],
            errors=[ErrorV1(p.file, p.line, p.column, p.message) for p in report.problems],
        )
    )


def _group(group: GroupReport) -> GroupV1:
    return GroupV1(
        name=group.set.name,
        environment=group.set.environment or None,
        shape=group.set.shape,
        profile=group.set.profile.name,
        reference=group.reference.name if group.reference else None,
        reference_because=group.reference_because,
        services=[
            ServiceV1(s.name, s.runtime or None, s.main.role, list(s.files))
            for s in group.set.services
        ],
        structure=[_lone_key(service, one) for service, one in group.extra_keys],
    )


def _lone_key(service: str, one: ExtraKey) -> LoneKeyV1:
    """The key where it is set."""
    at = one.location if one.here else one.other
    side: Literal["service", "reference"] = "service" if one.here else "reference"
    return LoneKeyV1(service, one.component, one.key, side, at.file, at.line, at.column)


def _summary(report: Report) -> SummaryV1:
    tally = report.tally
    return SummaryV1(
        services=tally.services,
        rules=tally.rules,
        compared=tally.compared,
        unknown=tally.unknown,
        uncompared=tally.uncompared,
        matches=tally.matches,
        violations=tally.violations,
        allowed=tally.allowed,
        expiring=tally.expiring,
        unused_allowances=tally.unused,
        waiting_reasons=tally.waiting,
    )


def _finding(finding: Finding, today: str) -> FindingV1:
    return FindingV1(
        status=finding.status,
        severity=finding.severity,
        rule=finding.rule,
        element=finding.element,
        group=finding.group,
        environment=finding.environment or None,
        service=finding.service,
        component=finding.component,
        path=finding.path,
        message=finding.message,
        fingerprint=finding.fingerprint,
        expected=finding.expected,
        expected_state=finding.expected_state,
        actual=finding.actual,
        actual_state=finding.actual_state,
        location=_location(finding.location),
        reference_location=(
            None if finding.reference_location is None else _location(finding.reference_location)
        ),
        related=[
            RelatedV1(role, at.file, at.line, at.column, text)
            for role, at, text in (*finding.related, *_also(finding))
        ],
        allowance=None if finding.allowance is None else _allowance(finding.allowance, today),
        fixes=[],
    )


def _also(finding: Finding) -> Iterator[tuple[str, Location, str]]:
    """The allowances that cover a finding besides the first."""
    yield from (("also-allowed", allowance.at, allowance.id) for allowance in finding.also)


def _location(place: Location) -> LocationV1:
    return LocationV1(*place)


def _allowance(allowance: Allowance, today: str) -> AllowanceV1:
    return AllowanceV1(
        id=allowance.id,
        because=allowance.because,
        from_=None if allowance.expected is None else allowance.expected.written,
        to=allowance.actual.written,
        owner=allowance.owner or None,
        ticket=allowance.ticket or None,
        until=allowance.until or None,
        state=allowance_state(allowance, today),
        source=allowance.place,
    )
