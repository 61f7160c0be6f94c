"""Decides of each deviation whether it is a violation, allowed or unknown.

An allowance covers a difference when its rule, its scope and both of its pinned values match and
its last day is not over. The first that covers it is shown: what is written beside the value, then
the project's in file order, then the shipped ones. An allowed deviation is a count and a reference.
It becomes a Finding only for a report that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from deploylint.compare.result import Occurrence
from deploylint.config.allowances import allowance_state
from deploylint.documents.record import Record
from deploylint.model.difference import Difference
from deploylint.model.fields import element_of
from deploylint.model.finding import Allowance, Finding, Status
from deploylint.model.rule import Severity
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.allowance_lookup import Allowances, sides_of
from deploylint.policy.allowance_match import covers

if TYPE_CHECKING:
    from deploylint.policy.findings import FindingMaker


Covering = tuple[Allowance, ...]
"""The allowances that cover a difference, in the order in which they count."""


def covering_allowances(difference: Difference, about: Allowances, today: str) -> Covering:
    """Of the allowances about a difference's rule and component, those that cover it."""
    if difference.outcome == "unknown" or not about:
        return ()
    pinning = about.pinning(difference, sides_of(difference))
    covering = (allowance for allowance in pinning if covers(allowance, difference))
    return tuple(one for one in covering if allowance_state(one, today) != "expired")


def findings_for(
    group: str, differences: Iterable[Difference], index: AllowanceIndex
) -> list[Finding]:
    """A finding for each difference of one group."""
    return list(map(_Maker(group, index).finding, list(differences)))


class _Maker:
    """Makes the findings of a group, once there is one to make.

    It knows nothing of who asks: a deviation that can become a finding holds no judgement, so that
    a group is freed with it.
    """

    def __init__(self, group: str, index: AllowanceIndex) -> None:
        self._group = group
        self._index = index

    @cached_property
    def _makes(self) -> FindingMaker:
        from deploylint.policy.findings import FindingMaker  # a clean run makes no finding

        return FindingMaker(self._group, self._index)

    def finding(self, difference: Difference, covering: Covering | None = None) -> Finding:
        return self._makes.make(difference, covering)

    def deviation(self, occurrence: Occurrence, number: int, covering: Covering) -> Finding:
        return self.finding(occurrence.difference(number), covering)


class AllowedDeviation(Record):
    """A deviation that allowances cover, with the facts of its Finding that are counted.

    ``component`` is the key of its component.
    ``allowance`` is the first that covers it, ``also`` are the others.
    ``make`` makes its Finding; None where no report shows it.
    """

    rule: str
    severity: Severity
    service: str
    component: str
    address: str
    allowance: Allowance
    also: tuple[Allowance, ...]
    make: Callable[[], Finding] | None

    @property
    def status(self) -> Status:
        """The status of its Finding."""
        return "allowed"

    @property
    def element(self) -> str:
        """The element of the address."""
        return element_of(self.address)

    @property
    def path(self) -> str:
        """The address with its component."""
        return f"{self.component}/{self.address}"

    def finding(self) -> Finding:
        """Its Finding, for a report that shows it."""
        assert self.make is not None, f"an allowed deviation of {self.service} was counted only"
        return self.make()


Judged = Finding | AllowedDeviation
"""The result of a difference."""


def count_deviations(judged: Iterable[Judged]) -> Iterator[Judged]:
    """Findings, and allowed deviations as plain data that cannot become findings."""
    return (one if isinstance(one, Finding) else one._replace(make=None) for one in judged)


class Judgement:
    """The results of the deviations of one group; ``accepted`` are addresses of allowed ones."""

    def __init__(
        self, group: str, occurrences: Iterable[Occurrence], index: AllowanceIndex
    ) -> None:
        self.accepted: set[str] = set()
        self._maker = _Maker(group, index)
        self._index = index
        self._covering: dict[object, tuple[Covering, ...]] = {}
        self._entries: list[AllowedDeviation | _Open] = []
        for occurrence in occurrences:
            self._add(occurrence)

    def _add(self, occurrence: Occurrence) -> None:
        deviations = occurrence.deviations or occurrence.differences()
        inline = self._index.inline_rules
        if inline and any(one.rule.id in inline for one in deviations):
            self._add_findings(occurrence.differences())
            return
        service, component = occurrence.at
        for number, covering in enumerate(self._covering_each(occurrence)):
            if not covering:
                self._entries.append(_Open(occurrence.difference(number), None))
                continue
            rule, address = deviations[number].rule, deviations[number].address
            make = partial(self._maker.deviation, occurrence, number, covering)
            self.accepted.add(address)
            self._entries.append(
                AllowedDeviation(
                    rule.id,
                    rule.severity,
                    service.name,
                    component.key,
                    address,
                    covering[0],
                    covering[1:],
                    make,
                )
            )

    def _covering_each(self, occurrence: Occurrence) -> tuple[Covering, ...]:
        """The allowances that cover each deviation: worked out once for the same in one scope."""
        scope = self._index.scope(occurrence.at)
        key = (occurrence.deviations, scope) if occurrence.deviations else None
        covering = self._covering.get(key) if key else None
        if covering is None:
            covering = tuple(
                covering_allowances(difference, scope.about(difference.rule.id), self._index.today)
                for difference in occurrence.differences()
            )
            if key:
                self._covering[key] = covering
        return covering

    def _add_findings(self, differences: Iterable[Difference]) -> None:
        for difference in differences:
            finding = self._maker.finding(difference)
            if finding.status == "allowed":
                self.accepted.add(finding.address)
            self._entries.append(_Open(difference, finding))

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
                results.append(finding or self._maker.finding(difference, ()))
        return results


class _Open(Record):
    """A difference that becomes a finding unless it is excused; ``finding`` where it is made."""

    difference: Difference
    finding: Finding | None


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, line and rule."""
    return sorted(findings, key=_order)


def number_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with a fingerprint each: those with one identity are counted."""
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for finding in findings:
        count = seen[finding.identity] = seen.get(finding.identity, 0) + 1
        result.append(finding._replace(number=count) if count > 1 else finding)
    return result


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    at = finding.location
    return at.file, at.line, at.column, finding.rule, finding.path, finding.message
