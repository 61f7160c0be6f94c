"""What a run comes to, as every report reads it: groups, findings, counts, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from deploylint.compare.extra_keys import ExtraKey
from deploylint.documents.nodes import Problem
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.coverage import Coverage
from deploylint.engine.discovery import Skipped
from deploylint.engine.load import DeploymentGroup
from deploylint.model.finding import Finding, Summary
from deploylint.model.rule import Severity
from deploylint.model.service import Service
from deploylint.policy.allowance_audit import EXPIRING, UNUSED, AllowanceStatus
from deploylint.policy.verdict import Judged, in_order, numbered


class GroupReport(Record):
    """One set that was checked.

    ``matrix_counts`` counts, for each (service, element), matches and findings by status,
    violations that only warn as "warning"; it is what the matrix shows. ``outside`` counts the
    violations in files that the set's focus leaves out. ``voted`` is whether a majority stands in
    for a reference, and ``undecided`` are the addresses where there is none. ``extra_keys`` are
    those that only a service or only its reference has, each with the service's name.
    """

    set: DeploymentGroup
    reference: Service | None
    reference_because: str
    coverage: Coverage
    matrix_counts: Mapping[tuple[str, str], Mapping[str, int]]
    outside: int
    voted: bool = False
    undecided: tuple[str, ...] = ()
    extra_keys: tuple[tuple[str, ExtraKey], ...] = ()


class Report:
    """Everything a format needs.

    ``judged`` is what became of every difference, for who counts.
    ``problems`` are what could not be checked (exit 3).
    ``allowances`` is every allowance with its state on ``today`` (``YYYY-MM-DD``).
    ``configuration`` are the project's own files.
    """

    def __init__(
        self,
        groups: tuple[GroupReport, ...],
        judged: tuple[Judged, ...],
        problems: tuple[Problem, ...],
        skipped: tuple[Skipped, ...],
        allowances: tuple[AllowanceStatus, ...],
        configuration: tuple[Document, ...],
        today: str,
        tally: Summary,
    ) -> None:
        self.groups = groups
        self.judged = judged
        self.problems = problems
        self.skipped = skipped
        self.allowances = allowances
        self.configuration = configuration
        self.today = today
        self.tally = tally

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in order; allowed deviations are made into findings for who asks."""
        return tuple(numbered(in_order(one.finding() for one in self.judged)))

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The violations, in order."""
        return tuple(in_order(one.finding() for one in self.judged if one.status == "violation"))


def unknown_count(report: Report) -> int:
    """How many findings are unknown."""
    return report.tally.unknowns


def exit_code(report: Report, fail_on: Severity | None, max_unknown: int | None = None) -> int:
    """3 when something could not be checked, 1 when a violation reaches ``fail_on``, else 0.

    1 as well where more findings are unknown than ``max_unknown``; None is no bound.
    """
    if report.problems:
        return 3
    if max_unknown is not None and unknown_count(report) > max_unknown:
        return 1
    fatal = {"error": ("error",), "warning": ("error", "warning"), None: ()}[fail_on]
    return int(any(f.status == "violation" and f.severity in fatal for f in report.judged))


def matrix_counts(
    matches: Mapping[tuple[str, str], int], findings: Iterable[Judged]
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    """What the matrix of a group counts, by service and element."""
    alike: dict[int, Mapping[str, int]] = {}  # nearly all cells of a fleet hold matches alone
    counted = {cell: alike.setdefault(n, {"match": n}) for cell, n in matches.items()}
    told: dict[tuple[str, str], Counter[str]] = {}
    for finding in findings:
        warns = finding.status == "violation" and finding.severity == "warning"
        cell = finding.service, finding.element
        told.setdefault(cell, Counter(counted.get(cell)))[
            "warning" if warns else finding.status
        ] += 1
    return counted | told


def tally(
    groups: Sequence[GroupReport],
    findings: Sequence[Judged],
    rules: int,
    allowances: Iterable[AllowanceStatus],
) -> Summary:
    """The counts of a run; ``rules`` is how many ran."""
    status = Counter(finding.status for finding in findings)
    found = Counter(finding.rule for finding in findings)
    return Summary(
        services=sum(len(group.set.services) for group in groups),
        rules=rules,
        compared=sum(group.coverage.compared for group in groups),
        unknown=sum(group.coverage.unknown for group in groups),
        uncompared=sum(group.coverage.uncompared for group in groups),
        matches=sum(
            cell.get("match", 0) for group in groups for cell in group.matrix_counts.values()
        ),
        violations=status["violation"],
        allowed=status["allowed"],
        unknowns=status["unknown"],
        outside=sum(group.outside for group in groups),
        expiring=found[EXPIRING],
        unused=found[UNUSED],
        waiting=sum(_waits(entry) for entry in allowances),
    )


def _waits(entry: AllowanceStatus) -> bool:
    """Whether a project's allowance is in use and nobody has given its reason yet."""
    return entry.allowance.waits and entry.allowance.origin != "shipped" and entry.is_used
