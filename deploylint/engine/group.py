"""One group, checked: who follows whom, and what the rules find in its services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.compare import GroupComparison, compare_environments
from deploylint.compare.extra_keys import ExtraKey, ExtraKeyFinder
from deploylint.compare.majority import GroupVotes, MajorityReferences, OutlierVote
from deploylint.compare.result import CompareResult, Evaluated
from deploylint.config.groups import GroupConfig
from deploylint.config.inline_allowances import rules_named
from deploylint.config.rule_settings import profiled
from deploylint.config.rules import RuleSet
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.coverage import Coverage, account
from deploylint.engine.environments import Baselines, with_baselines
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import Run
from deploylint.engine.outlier import OUTLIER, report_outliers
from deploylint.engine.reference import ReferenceChoice, choose
from deploylint.model.difference import Difference
from deploylint.model.finding import Allowance, Finding
from deploylint.model.progress import Progress
from deploylint.model.rule import Rule
from deploylint.model.scope import main_scope
from deploylint.model.service import Service
from deploylint.policy import builtin_checks
from deploylint.policy.allowance_audit import GroupSummary
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.builtin_checks import Inline
from deploylint.policy.findings import findings_for
from deploylint.policy.verdict import Judged, Judgement
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service_names import group_names


class GroupResult(Record):
    """One group after it was compared, before the allowances as a whole are looked at.

    ``rules`` are the ids of those that ran.
    ``matches`` counts by (service, element).
    ``majority`` is there where it stands in for a reference.
    ``judged`` is where the rules of allowances were evaluated.
    ``inline`` are the allowances in comments.
    ``extra_keys`` are those of a service or of its reference alone, where the report names them.
    """

    set: DeploymentGroup
    chosen: ReferenceChoice
    reference: Service | None
    rules: frozenset[str]
    matches: Mapping[tuple[str, str], int]
    coverage: Coverage
    majority: MajorityReferences | None
    judged: Sequence[Evaluated]
    findings: list[Judged]
    inline: tuple[Allowance, ...]
    extra_keys: tuple[tuple[str, ExtraKey], ...]

    @property
    def result(self) -> GroupSummary:
        """What the audit of the allowances asks about it."""
        return GroupSummary(self.set.services, self.judged, self.findings)


class GroupRules(Record):
    """The rules of one group: all of them, and those that run in it."""

    pack: RuleSet
    active: tuple[Rule, ...]

    @property
    def paired(self) -> list[Rule]:
        """Those about a reference and about elements."""
        return [
            rule for rule in self.active if rule.scope == "reference" and not rule.is_about_keys
        ]

    def voted(self, services: Sequence[Service]) -> list[Rule]:
        """Those that a majority of services stands in for a reference of, by key too."""
        keyed = [rule for rule in self.active if rule.is_about_keys]
        if not keyed:
            return self.paired
        from deploylint.compare.key_rules import rules_about_fields  # few runs name keys

        return [*self.paired, *rules_about_fields(keyed, services)]


class Observed(Record):
    """What a comparison of some services of a group comes to, before it is judged.

    ``inline`` is what their comments say.
    ``allowance_index`` finds these allowances and the configured ones.
    """

    comparison: CompareResult
    inline: Inline
    allowance_index: AllowanceIndex
    evaluated: Sequence[Evaluated]
    extra_keys: tuple[tuple[str, ExtraKey], ...]


def check_group(
    loaded: DeploymentGroup, baselines: Baselines, run: Run, progress: Progress
) -> GroupResult:
    """Compare and judge the services of a group.

    Raises UsageError and Misread for a reference that is not there.
    """
    chosen = choose(loaded, run.options.reference, run.config)
    group, reference = _with_own_names(loaded, chosen)
    rules = group_rules(group.profile.name, group.group, group.environment, run)
    votes = GroupVotes(group.services) if chosen.voted else None
    majority = MajorityReferences(votes, rules.voted(group.services)) if votes is not None else None
    outlier = outlier_vote(reference, rules, run)
    comparing = GroupComparison(
        reference, rules.active, watched_rules(group.documents, run), majority, outlier
    )
    tracked = progress.track("comparing services:", group.services)
    observed = observe(comparing.compare(tracked), group.services, reference, rules, run)
    environments = with_baselines(group.name, group.services, baselines)
    compare_environments(environments, rules.active, observed.comparison)
    judgement = Judgement(group.name, observed.comparison.occurrences, observed.allowance_index)
    built_in = built_in_findings(group.name, group.services, reference, rules, observed, run)
    return GroupResult(
        group,
        chosen,
        reference,
        frozenset(rule.id for rule in rules.active),
        observed.comparison.matches,
        account(group.services, observed.comparison, with_places=run.options.details),
        majority,
        observed.evaluated,
        [
            *with_outliers(group.name, judgement, outlier, rules, observed.allowance_index),
            *built_in,
        ],
        observed.inline.allowances,
        observed.extra_keys,
    )


def _with_own_names(
    group: DeploymentGroup, chosen: ReferenceChoice
) -> tuple[DeploymentGroup, Service | None]:
    """A group whose services do not call themselves by its reference's name, and the reference."""
    if chosen.service is None:
        return group, None
    apart = group_names(group.services, chosen.service)
    reference = apart(chosen.service)
    services = tuple(reference if one is chosen.service else apart(one) for one in group.services)
    return group._replace(services=services), reference


def group_rules(profile: str, group: GroupConfig | None, environment: str, run: Run) -> GroupRules:
    """The rules of a group: as they ship, as its profile, the project and its group set them."""
    pack, settled = run.config.pack, run.config.settled
    if group is not None:
        pack, settled = group.pack, settled | group.settled
    pack = profiled(pack, profiles.rules(profile, run.config.profile_folders), settled)
    active = (rule for rule in pack.rules if run.options.wants(rule))
    return GroupRules(
        pack, tuple(rule for rule in active if environment or rule.across == "services")
    )


def watched_rules(documents: Iterable[Document], run: Run) -> frozenset[str]:
    """The rules of a project's own allowances, those in comments of some files among them."""
    if not run.options.allow:
        return frozenset()
    configured = {one.rule for one in run.config.allowances if one.origin != "shipped"}
    named = {rule for document in documents for rule in rules_named(document.source.text)}
    return frozenset(configured | named)


def outlier_vote(reference: Service | None, rules: GroupRules, run: Run) -> OutlierVote | None:
    """The vote on whether the reference is the odd one, where there is one to ask about."""
    if reference is None or not run.options.wants(rules.pack.own[OUTLIER]):
        return None
    return OutlierVote(reference, rules.paired)


def observe(
    comparison: CompareResult,
    services: Sequence[Service],
    reference: Service | None,
    rules: GroupRules,
    run: Run,
) -> Observed:
    """Some services of a group that were compared, with what their files say besides."""
    own, forbidden = rules.pack.own, run.config.forbid_inline
    inline = builtin_checks.in_comments(services, rules.pack.rules, own, forbidden=forbidden)
    checks = [one.id for one in own.values() if one.id in comparison.watched]
    evaluated = [
        Evaluated(check, main_scope(service), service.files)
        for check in checks
        if run.options.wants(own[check])
        for service in services
    ]
    named = _extra_keys(services, reference) if run.options.details else ()
    return Observed(
        comparison,
        inline,
        run.index_with(inline.allowances),
        [*comparison.judged, *evaluated],
        tuple(named),
    )


def _extra_keys(
    services: Iterable[Service], reference: Service | None
) -> Iterator[tuple[str, ExtraKey]]:
    finder = ExtraKeyFinder(reference) if reference is not None else None
    for service in services:
        if finder is not None and service is not reference:
            yield from ((service.name, one) for one in finder.find(service))


def built_in_findings(
    group: str,
    services: Sequence[Service],
    reference: Service | None,
    rules: GroupRules,
    observed: Observed,
    run: Run,
) -> list[Finding]:
    """What the built-in checks find in some services of a group, those that are asked for."""
    own = rules.pack.own
    found: list[Difference] = [
        *builtin_checks.in_files(services, own),
        *observed.inline.differences,
    ]
    is_whole = run.options.wants(own[builtin_checks.STRUCTURE])
    found += builtin_checks.in_structure(reference, services, own, whole=is_whole)
    wanted = (one for one in found if run.options.wants(one.rule))
    return findings_for(group, wanted, observed.allowance_index)


def with_outliers(
    group: str,
    judgement: Judgement,
    outlier: OutlierVote | None,
    rules: GroupRules,
    index: AllowanceIndex,
) -> list[Judged]:
    """What becomes of a comparison, the reference told of where it is the odd one."""
    if outlier is None:
        return judgement.results()
    return report_outliers(group, outlier, judgement, index, rules.pack.own[OUTLIER])
