"""The result of a run, as every report reads it: groups, findings, counts, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from deploylint.compare.extra_keys import ExtraKey
from deploylint.documents.nodes import Problem
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.coverage import Coverage
from deploylint.engine.discovery import Skipped
from deploylint.engine.guests import NO_GUESTS, Guests
from deploylint.engine.load import DeploymentGroup
from deploylint.model.finding import Finding, Summary
from deploylint.model.forms import ROW
from deploylint.model.rule import Severity
from deploylint.model.service import Service
from deploylint.policy.allowance_audit import EXPIRING, UNUSED, AllowanceStatus
from deploylint.policy.judgement import Judged, in_order, number_findings

MatrixCounts = Mapping[tuple[str, str], Mapping[str, int]]
"""The counts of a matrix by service and element, each by status."""


class GroupReport(Record):
    """One group that was checked.

    ``counts`` is how often rules held, by service, for each element of ``ROW``.
    ``judged`` are the findings of the services that were asked for.
    ``outside`` counts the violations in files that the group's focus leaves out.
    ``voted`` is whether a majority takes the place of a reference.
    ``without_majority`` are the addresses without one.
    ``extra_keys`` are those that only a service or only its reference has, each with the service's
    name.
    ``guests`` are services that are not compared with others, each with the reason.
    """

    loaded: DeploymentGroup
    reference: Service | None
    reference_because: str
    coverage: Coverage
    counts: Mapping[str, tuple[int, ...]]
    judged: Sequence[Judged]
    outside: int
    voted: bool = False
    without_majority: tuple[str, ...] = ()
    extra_keys: tuple[tuple[str, ExtraKey], ...] = ()
    guests: Guests = NO_GUESTS

    @property
    def matrix_counts(self) -> MatrixCounts:
        """What the matrix shows: by service and element, the matches and the findings by status.

        Violations that only warn count as "warning".
        """
        shared: dict[int, Mapping[str, int]] = {}  # nearly all cells of a fleet hold matches alone
        counts = {
            (service, element): shared.setdefault(count, {"match": count})
            for service, counts in self.counts.items()
            for element, count in zip(ROW, counts, strict=True)
            if count
        }
        cells: dict[tuple[str, str], dict[str, int]] = {}
        for finding in self.judged:
            warns = finding.status == "violation" and finding.severity == "warning"
            cell = finding.service, finding.element
            outcome = "warning" if warns else finding.status
            if cell not in cells:
                cells[cell] = {**counts.get(cell, {})}
            cells[cell][outcome] = cells[cell].get(outcome, 0) + 1
        return counts | cells


class Report(Record):
    """Everything a format needs.

    ``judged`` are the results of all differences, for formats that only count.
    ``problems`` are what could not be checked (exit 3).
    ``allowances`` is every allowance with its state on ``today`` (``YYYY-MM-DD``).
    ``configuration`` are the project's own files.
    ``left_out`` is how many violations the formats do not show, because so was asked.
    """

    groups: tuple[GroupReport, ...]
    judged: tuple[Judged, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    allowances: tuple[AllowanceStatus, ...]
    configuration: tuple[Document, ...]
    today: str
    summary: Summary
    left_out: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in order; an allowed deviation is made into a finding here."""
        return tuple(number_findings(in_order(one.finding() for one in self.judged)))

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The violations, in order."""
        return tuple(in_order(one.finding() for one in self.judged if one.status == "violation"))

    def limited_to(self, lowest: str, most: int | None) -> Report:
        """The report with violations from a severity on, and of these the first ones.

        What a run comes to is that of the whole report.
        """
        if lowest != "error" and most is None:
            return self
        shown = [one for one in self.violations if lowest != "error" or one.severity == "error"]
        left_out = self.summary.violations - len(shown[:most])
        others = [one for one in self.judged if one.status != "violation"]
        return self._replace(judged=(*shown[:most], *others), left_out=left_out)

    def shown(self, verbosity: int) -> tuple[Finding, ...]:
        """The violations; where more is asked for all findings."""
        return self.findings if verbosity > 0 else self.violations

    @property
    def peers(self) -> Mapping[tuple[str, str], Sequence[Service]]:
        """The services of each group but its guests, by the names of group and environment."""
        peers: dict[tuple[str, str], list[Service]] = {}
        for group in self.groups:
            services = peers.setdefault((group.loaded.name, group.loaded.environment), [])
            services += (one for one in group.loaded.services if one.name not in group.guests)
        return peers


def exit_code(report: Report, fail_on: Severity | None, max_unknown: int | None = None) -> int:
    """3 when something could not be checked, 1 when a violation reaches ``fail_on``, else 0.

    1 as well where more findings are unknown than ``max_unknown``, if that is set.
    """
    if report.problems:
        return 3
    if max_unknown is not None and report.summary.unknowns > max_unknown:
        return 1
    fatal = {"error": ("error",), "warning": ("error", "warning"), None: ()}[fail_on]
    return int(any(f.status == "violation" and f.severity in fatal for f in report.judged))


def summarise(
    groups: Sequence[GroupReport],
    findings: Sequence[Judged],
    rules: int,
    allowances: Iterable[AllowanceStatus],
) -> Summary:
    """The counts of a run; ``rules`` is how many ran."""
    status = Counter(finding.status for finding in findings)
    rule = Counter(finding.rule for finding in findings)
    return Summary(
        services=sum(len(group.loaded.services) for group in groups),
        rules=rules,
        compared=sum(group.coverage.compared for group in groups),
        unknown=sum(group.coverage.unknown for group in groups),
        uncompared=sum(group.coverage.uncompared for group in groups),
        explained=sum((Counter(group.coverage.explained) for group in groups), Counter()),
        matches=sum(sum(counts) for group in groups for counts in group.counts.values()),
        violations=status["violation"],
        warnings=sum(f.status == "violation" and f.severity == "warning" for f in findings),
        allowed=status["allowed"],
        unknowns=status["unknown"],
        outside=sum(group.outside for group in groups),
        expiring=rule[EXPIRING],
        unused=rule[UNUSED],
        waiting=len({entry.allowance.at for entry in allowances if _waits(entry)}),
    )


def _waits(entry: AllowanceStatus) -> bool:
    """Whether a project's allowance is in use and its reason is still to be written."""
    return entry.allowance.lacks_reason and not entry.allowance.is_shipped and bool(entry.covered)
