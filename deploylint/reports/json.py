"""The report as data, version 1. Its structures and schema are in ``json_schema``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from deploylint.compare.extra_keys import ExtraKey
from deploylint.config.allowances import allowance_state
from deploylint.engine.result import GroupReport, Report
from deploylint.model.decode import encode
from deploylint.model.finding import Finding, Summary
from deploylint.policy.causes import find_causes
from deploylint.reports import Look
from deploylint.reports.json_schema import (
    TOOL,
    AllowanceV1,
    ExplainedV1,
    ExtraKeyV1,
    FindingV1,
    GroupV1,
    LocationV1,
    RelatedV1,
    ReportV1,
    ServiceV1,
    SkippedV1,
    SummaryV1,
    errors,
    fill_structure,
    sides,
)


def write(report: Report, look: Look) -> str:
    """The whole report; how it is to look changes nothing."""
    counts, findings = report.summary, report.findings
    causes = {
        finding.fingerprint: cause.id
        for cause in find_causes(findings, report.peers)
        for finding in (*cause.findings, *cause.follows)
    }
    environments = _environments(report)
    return encode(
        ReportV1(
            schema="deploylint/v1",
            tool=TOOL,
            groups=[_group(group, environments) for group in report.groups],
            summary=fill_structure(
                SummaryV1,
                counts,
                unused_allowances=counts.unused,
                waiting_reasons=counts.waiting,
                explained=_explained(counts),
            ),
            findings=[
                _finding(finding, causes[finding.fingerprint], report.today) for finding in findings
            ],
            errors=errors(report.problems),
            skipped=[SkippedV1(skip.file, skip.reason) for skip in report.skipped],
        )
    )


def _explained(counts: Summary) -> ExplainedV1:
    known = {str(reason): count for reason, count in counts.explained.items()}
    return ExplainedV1(**dict.fromkeys(ExplainedV1.__struct_fields__, 0) | known)


Environments = Mapping[tuple[str, str], dict[str, list[str]]]
"""The files of each environment of a service, by its group and name."""


def _environments(report: Report) -> Environments:
    environments = defaultdict[tuple[str, str], dict[str, list[str]]](dict)
    for group in report.groups:
        for service in group.loaded.services if group.loaded.environment else ():
            if service.files[0] not in group.loaded.everywhere:
                files = list(service.files)
                environments[group.loaded.name, service.name][service.environment] = files
    return environments


def _group(group: GroupReport, environments: Environments) -> GroupV1:
    return fill_structure(
        GroupV1,
        group.loaded,
        profile=group.loaded.profile.name,
        reference=group.reference.name if group.reference else None,
        reference_because=group.reference_because,
        services=[
            fill_structure(
                ServiceV1,
                service,
                role=service.main.role,
                files=list(service.files),
                environments=environments.get((group.loaded.name, service.name), {}),
                guest=service.name in group.guests,
            )
            for service in group.loaded.services
        ],
        structure=[_extra_key(service, key) for service, key in group.extra_keys],
    )


def _extra_key(service: str, key: ExtraKey) -> ExtraKeyV1:
    """The key where it is set."""
    at = key.location if key.here else key.other
    side = "service" if key.here else "reference"
    return fill_structure(
        ExtraKeyV1, at, service=service, component=key.component, key=key.key, side=side
    )


def _finding(finding: Finding, cause: str, today: str) -> FindingV1:
    reference, allowance = finding.reference_location, finding.allowance
    also = ((("also-allowed", one.at, one.id)) for one in finding.also)
    return fill_structure(
        FindingV1,
        finding,
        cause=cause,
        location=LocationV1(*finding.location),
        reference_location=reference and LocationV1(*reference),
        related=[
            RelatedV1(role, at.file, at.line, at.column, text)
            for role, at, text in (*finding.related, *also)
        ],
        allowance=allowance
        and fill_structure(
            AllowanceV1,
            allowance,
            state=allowance_state(allowance, today),
            source=allowance.place,
            **sides(allowance),
        ),
        fixes=[],
    )
