"""Checks one group: its reference, its rules, and what they find in its services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deploylint.compare import GroupComparison, compare_environments
from deploylint.compare.extra_keys import ExtraKey, ExtraKeyFinder
from deploylint.compare.outlier_vote import OutlierVote
from deploylint.compare.result import CompareResult, Evaluated
from deploylint.config.inline_allowances import rules_named
from deploylint.config.rule_settings import with_profile_levels
from deploylint.config.rules import RuleSet
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.coverage import Coverage, Owners, account
from deploylint.engine.discovery import FileGroup
from deploylint.engine.environments import Baselines, with_baselines
from deploylint.engine.guests import NO_GUESTS, Guests, configured_guests, find_guests
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import Run
from deploylint.engine.outlier import OUTLIER, report_outliers
from deploylint.engine.reference import ReferenceChoice, choose_reference
from deploylint.model.difference import Difference, scope_at
from deploylint.model.finding import Allowance, Finding
from deploylint.model.progress import Progress
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.policy import builtin_checks
from deploylint.policy.allowance_audit import GroupSummary
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.builtin_checks import Inline
from deploylint.policy.judgement import Judged, Judgement, findings_for
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service_names import group_names

if TYPE_CHECKING:
    from deploylint.compare.majority import GroupVotes, MajorityReferences
    from deploylint.compare.sibling_keys import SiblingKeys

Pair = tuple[Service, Service]
"""A service in its first environment and in another one."""


class PartResult(Record):
    """The result of some services of a group, as plain data without their files.

    ``counts`` is how often rules held, by service, for each element of ``ROW``.
    ``evaluated`` is where the rules of allowances were evaluated.
    ``inline`` are the allowances in comments.
    ``extra_keys`` are those of a service or of its reference alone, where the report names them.
    """

    findings: list[Judged]
    counts: Mapping[str, tuple[int, ...]]
    evaluated: Sequence[Evaluated]
    coverage: Coverage
    inline: tuple[Allowance, ...]
    extra_keys: tuple[tuple[str, ExtraKey], ...]


class GroupResult(Record):
    """One group after it was compared, before the audit of the allowances.

    ``rules`` are the ids of those that ran.
    ``majority`` takes the place of a reference; None with one.
    ``guests`` are not compared with other services.
    """

    loaded: DeploymentGroup
    chosen: ReferenceChoice
    reference: Service | None
    rules: frozenset[str]
    majority: MajorityReferences | None
    outcome: PartResult
    guests: Guests = NO_GUESTS

    @property
    def summary(self) -> GroupSummary:
        """The facts that the audit of the allowances needs."""
        part = self.outcome
        return GroupSummary(self.loaded.name, self.loaded.services, part.evaluated, part.findings)

    def with_findings(self, findings: list[Judged]) -> GroupResult:
        """The same with other findings."""
        return self._replace(outcome=self.outcome._replace(findings=findings))

    def add(self, differences: Iterable[Difference], run: Run) -> None:
        """Add the findings of some differences."""
        name = self.loaded.name
        self.outcome.findings.extend(findings_for(name, differences, run.index_of(name)))


class Compared(Record):
    """Some services of a group after they were compared and judged."""

    services: Sequence[Service]
    comparison: CompareResult
    evaluated: list[Evaluated]
    judgement: Judgement
    inline: Inline
    allowance_index: AllowanceIndex
    builtin: list[Finding]
    outlier: OutlierVote | None


class GroupCheck(Record):
    """How the services of a group are checked, all at once or in parts.

    ``rule_set`` are all rules as the group has them, ``active`` those that run.
    ``guests`` are services that are not compared with others.
    """

    name: str
    reference: Service | None
    rule_set: RuleSet
    active: tuple[Rule, ...]
    run: Run
    guests: Guests = NO_GUESTS

    @property
    def paired(self) -> list[Rule]:
        """The rules about a reference and about elements."""
        return [
            rule for rule in self.active if rule.scope == "reference" and not rule.is_about_keys
        ]

    def majority(self, services: Sequence[Service]) -> MajorityReferences:
        """The majority of some services as a reference, for rules by key too."""
        from deploylint.compare.majority import (  # a pair has a reference
            GroupVotes,
            MajorityReferences,
        )

        rules, keyed = self.paired, [rule for rule in self.active if rule.is_about_keys]
        votes = GroupVotes(services, self.guests)
        if keyed:
            from deploylint.compare.key_rules import rules_about_fields  # few runs name keys

            rules += rules_about_fields(keyed, services)
        return MajorityReferences(votes, rules)

    def outlier_vote(self) -> OutlierVote | None:
        """The vote on whether the reference is an outlier; None where it is not asked for."""
        if self.reference is None or not self._wants(OUTLIER):
            return None
        return OutlierVote(self.reference, self.paired)

    def compare(
        self,
        services: Sequence[Service],
        documents: Iterable[Document],
        *,
        tracked: Iterable[Service] | None = None,
        majority: MajorityReferences | None = None,
        environments: Iterable[Pair] = (),
    ) -> Compared:
        """Compare some services of the group; ``tracked`` are the same with progress."""
        outlier = self.outlier_vote()
        comparing = GroupComparison(
            self.reference,
            self.active,
            self._watched(documents),
            majority,
            outlier,
            self.guests,
        )
        comparison = comparing.compare(services if tracked is None else tracked)
        compare_environments(environments, self.active, comparison)
        evaluated = [*comparison.judged, *self._evaluated(services, comparison.watched)]
        inline = builtin_checks.in_comments(
            services,
            self.rule_set.rules,
            self.rule_set.builtin,
            forbidden=self.run.config.forbid_inline,
        )
        index = self.run.index_of(self.name, inline.allowances)
        judgement = Judgement(self.name, comparison.occurrences, index)
        votes = None if majority is None else majority.votes
        builtin = self._builtin_findings(services, inline, index, votes, comparison)
        return Compared(services, comparison, evaluated, judgement, inline, index, builtin, outlier)

    def result(
        self,
        part: Compared,
        findings: Iterable[Judged],
        covered: Iterable[Service],
        owners: Owners | None = None,
        majority: MajorityReferences | None = None,
    ) -> PartResult:
        """The result of compared services, with some findings and the coverage of some services.

        ``owners`` own leaves of files that they share.
        """
        details = self.run.options.details
        siblings = _sibling_keys(majority) if details and majority is not None else None
        return PartResult(
            findings=[*findings, *part.builtin],
            counts=part.comparison.counts,
            evaluated=part.evaluated,
            coverage=account(covered, part.comparison, owners, siblings, with_places=details),
            inline=part.inline.allowances,
            extra_keys=tuple(self._extra_keys(part.services)) if details else (),
        )

    def findings(self, part: Compared) -> list[Judged]:
        """The findings of the rules, and those of a reference that is an outlier."""
        if part.outlier is None:
            return part.judgement.results()
        check = self.rule_set.builtin[OUTLIER]
        return report_outliers(self.name, part.outlier, part.judgement, part.allowance_index, check)

    def _wants(self, check: str) -> bool:
        return self.run.options.wants(self.rule_set.builtin[check])

    def _watched(self, documents: Iterable[Document]) -> frozenset[str]:
        """The rules of a project's own allowances, those in comments of some files among them."""
        if not self.run.options.allow:
            return frozenset()
        configured = {a.rule for a in self.run.config.allowances if not a.is_shipped}
        inline = {rule for document in documents for rule in rules_named(document.source.text)}
        return frozenset(configured | inline)

    def _evaluated(
        self, services: Iterable[Service], watched: frozenset[str]
    ) -> Iterator[Evaluated]:
        """The built-in checks among the watched rules: they are evaluated for each service."""
        for check in self.rule_set.builtin:
            if check in watched and self._wants(check):
                for service in services:
                    yield Evaluated(check, scope_at(service, service.main, ""), service.files)

    def _extra_keys(self, services: Iterable[Service]) -> Iterator[tuple[str, ExtraKey]]:
        if self.reference is None:
            return
        finder = ExtraKeyFinder(self.reference)
        for service in services:
            if service is not self.reference:
                yield from ((service.name, key) for key in finder.find(service))

    def _builtin_findings(
        self,
        services: Sequence[Service],
        inline: Inline,
        index: AllowanceIndex,
        votes: GroupVotes | None,
        comparison: CompareResult,
    ) -> list[Finding]:
        checks = self.rule_set.builtin
        is_whole = self._wants(builtin_checks.STRUCTURE)
        structure = [*builtin_checks.in_structure(self.reference, services, checks, whole=is_whole)]
        differences = [*builtin_checks.in_files(services, checks, structure), *inline.differences]
        differences += structure
        odd = [*builtin_checks.among_services(self.reference, services, votes, checks)]
        differences += _elsewhere(odd, comparison)
        if self.guests:
            differences = _without_rights(differences, self.guests)
        wanted = (one for one in differences if self.run.options.wants(one.rule))
        return findings_for(self.name, wanted, index)


def group_check(
    group: DeploymentGroup | FileGroup, profile: str, reference: Service | None, run: Run
) -> GroupCheck:
    """The check of a group, with the rules as its profile, the project and its group set them."""
    rule_set, settled = run.config.rule_set, run.config.settled
    if group.configured is not None:
        rule_set = group.configured.rule_set
        settled |= group.configured.settled
    levels = profiles.rules(profile, run.config.profile_folders)
    rule_set = with_profile_levels(rule_set, levels, settled)
    active = (rule for rule in rule_set.rules if run.options.wants(rule))
    used = tuple(rule for rule in active if group.environment or rule.across == "services")
    return GroupCheck(group.name, reference, rule_set, used, run)


def check_group(
    loaded: DeploymentGroup,
    baselines: Baselines,
    run: Run,
    progress: Progress,
    owners: Owners | None = None,
) -> GroupResult:
    """Compare and judge the services of a group; ``owners`` own leaves of the groups before it.

    Raises UsageError and Misread for an unknown reference.
    """
    chosen = choose_reference(loaded, run.options.reference, run.config)
    group, reference = _with_own_names(loaded, chosen)
    check = group_check(group, group.profile.name, reference, run)
    check = check._replace(guests=_guests(group, chosen, run))
    majority = check.majority(group.services) if chosen.voted else None
    part = check.compare(
        group.services,
        group.documents,
        tracked=progress.track("comparing services:", group.services),
        majority=majority,
        environments=with_baselines(group.name, group.services, baselines),
    )
    result = check.result(part, check.findings(part), group.services, owners, majority)
    rules = frozenset(rule.id for rule in check.active)
    return GroupResult(group, chosen, reference, rules, majority, result, check.guests)


def _sibling_keys(majority: MajorityReferences) -> SiblingKeys:
    """What siblings have at each key."""
    from deploylint.compare.sibling_keys import SiblingKeys  # few runs have no reference

    return SiblingKeys(majority.votes)


def _elsewhere(odd: Sequence[Difference], comparison: CompareResult) -> list[Difference]:
    """What is written another way, without values at which a rule has a difference.

    The rule tells it better, and where an allowance covers that, it covers the value.
    """
    if not odd:
        return []
    from deploylint.compare.oddity import ODD_KEY  # few services have some
    from deploylint.policy.findings import location_of

    values = (each for each in comparison.differences if each.actual.state == "known")
    known = set(map(location_of, values))
    return [each for each in odd if each.rule.id != ODD_KEY or each.location not in known]


def _without_rights(differences: Iterable[Difference], guests: Guests) -> list[Difference]:
    """Without what the pods of guests may do by their values, which is theirs to say.

    A chart of other people may run one on each node, as those who watch nodes do.
    """
    from deploylint.readers.kubernetes.faults.pod_security import checks  # few groups have guests

    rights = checks()
    return [
        difference
        for difference in differences
        if difference.rule.id not in rights
        or difference.at.service.shape != "values"
        or difference.at.service.name not in guests
    ]


def _guests(group: DeploymentGroup, chosen: ReferenceChoice, run: Run) -> Guests:
    """The guests that a configuration names; without a reference those that show themselves."""
    configured = group.configured
    if configured is not None and configured.guests is not None:
        return configured_guests(group, configured.guests)
    return {} if chosen.service is not None else find_guests(group.services, run.organisations)


def _with_own_names(
    group: DeploymentGroup, chosen: ReferenceChoice
) -> tuple[DeploymentGroup, Service | None]:
    """A group with services that do not call themselves by its reference's name."""
    if chosen.service is None:
        return group, None
    names = group_names(group.services, chosen.service)
    reference = names(chosen.service)
    services = tuple(reference if one is chosen.service else names(one) for one in group.services)
    return group._replace(services=services), reference
