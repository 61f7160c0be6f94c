"""The one place that decides a difference's fate: violation, allowed or unknown.

An allowance covers a difference when its rule, its scope and both of its pinned values match and
its last day is not over; of several the first is shown: what is written beside the value, then the
project's in file order, then the shipped ones. What is allowed is a count and a reference, and made
into a Finding only for a report that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from deploylint.compare.outcome import Deviation
from deploylint.compare.result import Occurrence
from deploylint.documents.record import Record
from deploylint.model.difference import Difference
from deploylint.model.fields import element_of
from deploylint.model.finding import Allowance, Finding, Status
from deploylint.model.rule import Severity
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.findings import Covering, FindingMaker, covering_allowances


class AllowedDeviation:
    """A deviation that allowances cover; a Finding only for a report that shows it.

    For who counts it says the same as its Finding. ``allowance`` is the first that covers it and
    ``also`` are the others.
    """

    __slots__ = ("_deviation", "_finding", "_maker", "_number", "_occurrence", "allowance", "also")

    status: Status = "allowed"

    def __init__(
        self,
        maker: FindingMaker,
        occurrence: Occurrence,
        number: int,
        deviation: Deviation | Difference,
        covering: Covering,
    ) -> None:
        self.allowance = covering[0]
        self.also = covering[1:]
        self._maker = maker
        self._occurrence = occurrence
        self._number = number
        self._deviation = deviation
        self._finding: Finding | None = None

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
        return element_of(self.address)

    @property
    def path(self) -> str:
        """The address with its component."""
        return f"{self._occurrence.at.component.key}/{self.address}"

    def finding(self) -> Finding:
        """All that a report may say of it, worked out once."""
        if self._finding is None:
            difference = self._occurrence.difference(self._number)
            self._finding = self._maker.make(difference, (self.allowance, *self.also))
        return self._finding

    def __reduce__(self) -> tuple[object, ...]:
        """It leaves a process as its Finding."""
        return _itself, (self.finding(),)


def _itself(finding: Finding) -> Finding:
    return finding


class DeviationKind(Record):
    """What is the same of allowed deviations in many services."""

    rule: str
    severity: Severity
    address: str
    allowance: Allowance
    also: tuple[Allowance, ...]


class CountedDeviation(Record):
    """An allowed deviation that no report shows; for who counts it says the same as its Finding."""

    kind: DeviationKind
    service: str
    component: str
    status: Status = "allowed"

    @property
    def rule(self) -> str:
        """The id of the rule."""
        return self.kind.rule

    @property
    def severity(self) -> Severity:
        """The severity of the rule."""
        return self.kind.severity

    @property
    def address(self) -> str:
        """The address it is at."""
        return self.kind.address

    @property
    def element(self) -> str:
        """The element of the address."""
        return element_of(self.kind.address)

    @property
    def path(self) -> str:
        """The address with its component."""
        return f"{self.component}/{self.kind.address}"

    @property
    def allowance(self) -> Allowance:
        """The first allowance that covers it."""
        return self.kind.allowance

    @property
    def also(self) -> tuple[Allowance, ...]:
        """The other allowances that cover it."""
        return self.kind.also

    def finding(self) -> Finding:
        """Nobody asks for that: the options of the check say so."""
        raise AssertionError(f"an allowed deviation of {self.service} was counted only")


Judged = Finding | AllowedDeviation | CountedDeviation
"""What became of a difference."""


def count_deviations(judged: Iterable[Judged]) -> Iterator[Judged]:
    """Findings, and allowed deviations without what a report would show of them."""
    kinds: dict[object, DeviationKind] = {}
    for one in judged:
        if not isinstance(one, AllowedDeviation):
            yield one
            continue
        ids = one.allowance.id, tuple(other.id for other in one.also)
        key = one.rule, one.severity, one.address, *ids
        kind = kinds.get(key)
        if kind is None:
            kind = kinds[key] = DeviationKind(
                one.rule, one.severity, one.address, one.allowance, one.also
            )
        yield CountedDeviation(kind, one.service, one.path.partition("/")[0])


class Judgement:
    """What becomes of the deviations of one group; what it shows of them is made at its end.

    ``accepted`` are the addresses at which something is allowed.
    """

    def __init__(
        self, group: str, occurrences: Iterable[Occurrence], index: AllowanceIndex
    ) -> None:
        self.accepted: set[str] = set()
        self._maker = FindingMaker(group, index)
        self._index = index
        self._covering: dict[object, tuple[Covering, ...]] = {}
        self._entries: list[AllowedDeviation | _Undecided] = []
        for occurrence in occurrences:
            self._add(occurrence)

    def _add(self, occurrence: Occurrence) -> None:
        deviations = occurrence.deviations or occurrence.differences()
        inline = self._index.inline_rules
        if inline and any(one.rule.id in inline for one in deviations):
            self._add_findings(occurrence.differences())
            return
        for number, covering in enumerate(self._covering_each(occurrence)):
            if covering:
                deviation = deviations[number]
                self.accepted.add(deviation.address)
                self._entries.append(
                    AllowedDeviation(self._maker, occurrence, number, deviation, covering)
                )
            else:
                self._entries.append(_Undecided(occurrence.difference(number), None))

    def _covering_each(self, occurrence: Occurrence) -> tuple[Covering, ...]:
        """The allowances that cover each deviation: worked out once for the same in one scope."""
        scope = self._index.scope(occurrence.at)
        key = (occurrence.deviations, scope)
        covering = self._covering.get(key) if occurrence.deviations else None
        if covering is None:
            covering = tuple(
                covering_allowances(difference, scope.about(difference.rule.id), self._index.today)
                for difference in occurrence.differences()
            )
            if occurrence.deviations:
                self._covering[key] = covering
        return covering

    def _add_findings(self, differences: Sequence[Difference]) -> None:
        for difference in differences:
            finding = self._maker.make(difference)
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
                results.append(finding or self._maker.make(difference, ()))
        return results


class _Undecided(Record):
    """A difference that becomes a finding, if it is not one yet."""

    difference: Difference
    finding: Finding | None


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by file, line and rule."""
    return sorted(findings, key=_order)


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of which no two have one fingerprint: those with one identity are counted."""
    seen: dict[tuple[str, ...], int] = {}
    result = []
    for finding in findings:
        count = seen[finding.identity] = seen.get(finding.identity, 0) + 1
        result.append(finding._replace(number=count) if count > 1 else finding)
    return result


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    at = finding.location
    return at.file, at.line, at.column, finding.rule, finding.path, finding.message
