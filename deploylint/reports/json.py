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
from deploylint.reports.json_schema import TOOL, Data, errors, keys, sides, structure


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
        structure(
            "ReportV1",
            schema="deploylint/v1",
            tool=TOOL,
            groups=[_group(one, environments) for one in report.groups if one.loaded.services],
            summary=structure(
                "SummaryV1",
                counts,
                unused_allowances=counts.unused,
                waiting_reasons=counts.waiting,
                explained=_explained(counts),
            ),
            findings=[
                _finding(finding, causes[finding.fingerprint], report.today) for finding in findings
            ],
            errors=errors(report.problems),
            skipped=[structure("SkippedV1", skip, path=skip.file) for skip in report.skipped],
        )
    )


def _explained(counts: Summary) -> Data:
    known = {str(reason): count for reason, count in counts.explained.items()}
    return dict.fromkeys(keys("ExplainedV1"), 0) | known


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


def _group(group: GroupReport, environments: Environments) -> Data:
    return structure(
        "GroupV1",
        group.loaded,
        profile=group.loaded.profile.name,
        reference=group.reference.name if group.reference else None,
        reference_because=group.reference_because,
        services=[
            structure(
                "ServiceV1",
                service,
                role=service.main.role,
                files=service.files,
                environments=environments.get((group.loaded.name, service.name), {}),
                guest=service.name in group.guests,
            )
            for service in group.loaded.services
        ],
        structure=[_extra_key(service, key) for service, key in group.extra_keys],
    )


def _extra_key(service: str, key: ExtraKey) -> Data:
    """The key where it is set."""
    at = key.location if key.here else key.other
    side = "service" if key.here else "reference"
    return structure(
        "ExtraKeyV1", at, service=service, component=key.component, key=key.key, side=side
    )


def _finding(finding: Finding, cause: str, today: str) -> Data:
    reference, allowance = finding.reference_location, finding.allowance
    also = ((("also-allowed", one.at, one.id)) for one in finding.also)
    return structure(
        "FindingV1",
        finding,
        cause=cause,
        location=structure("LocationV1", finding.location),
        reference_location=reference and structure("LocationV1", reference),
        related=[
            structure("RelatedV1", at, role=role, text=text)
            for role, at, text in (*finding.related, *also)
        ],
        allowance=allowance
        and structure(
            "AllowanceV1",
            allowance,
            state=allowance_state(allowance, today),
            source=allowance.place,
            **sides(allowance),
        ),
        fixes=[],
    )
