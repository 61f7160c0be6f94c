"""One group, checked: who follows whom, and what the rules find in its services."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare import compare, compare_environments
from deploylint.compare.majority import MajorityReferences, OutlierVote, votes_of
from deploylint.compare.result import Evaluated
from deploylint.config.inline_allowances import rules_named
from deploylint.config.load import Config
from deploylint.config.rule_settings import profiled
from deploylint.config.rules import RuleSet
from deploylint.engine.coverage import Coverage, account
from deploylint.engine.environments import Baselines, with_baselines
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import CheckOptions
from deploylint.engine.outlier import OUTLIER, report_outliers
from deploylint.engine.reference import ReferenceChoice, choose
from deploylint.model.difference import Difference
from deploylint.model.finding import Allowance
from deploylint.model.progress import Progress
from deploylint.model.rule import BuiltinRule, Rule
from deploylint.model.scope import main_scope
from deploylint.model.service import Service
from deploylint.policy import builtin_checks
from deploylint.policy.allowance_audit import GroupSummary
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.builtin_checks import Inline
from deploylint.policy.findings import findings_for
from deploylint.policy.verdict import Judged, Judgement
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service_names import told_apart


class GroupResult(NamedTuple):
    """One group after it was compared, before the allowances as a whole are looked at.

    ``rules`` are the ids of those that ran.
    ``matches`` counts by (service, element).
    ``majority`` is there where it stands in for a reference.
    ``judged`` is where the rules of allowances were evaluated.
    ``inline`` are the allowances in comments.
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

    @property
    def result(self) -> GroupSummary:
        """What the audit of the allowances asks about it."""
        return GroupSummary(self.set.services, self.judged, self.findings)


class _Rules(NamedTuple):
    """The rules of one group: all of them, and those that run in it.

    ``watched`` are those of which it is kept where they were evaluated.
    """

    pack: RuleSet
    active: tuple[Rule, ...]
    watched: frozenset[str]

    @property
    def paired(self) -> list[Rule]:
        """Those about a reference."""
        return [rule for rule in self.active if rule.scope == "reference"]


def check_group(
    loaded: DeploymentGroup,
    baselines: Baselines,
    options: CheckOptions,
    config: Config,
    today: str,
    progress: Progress,
) -> GroupResult:
    """Compare and judge the services of a group on a day, given as ``YYYY-MM-DD``.

    Raises UsageError and Misread for a reference that is not there.
    """
    chosen = choose(loaded, options.reference, config)
    group, reference = _with_own_names(loaded, chosen)
    rules = _rules(group, options, config)
    inline = _inline(group, rules.pack, config)
    allowances = (*inline.allowances, *config.allowances) if options.allow else ()
    index = AllowanceIndex(allowances, today)
    votes = votes_of(group.services) if chosen.voted else None
    majority = MajorityReferences(votes, rules.paired) if votes is not None else None
    outlier = _outlier_vote(reference, rules, options)
    services = progress.track("comparing services:", group.services)
    comparison = compare(
        services, reference, rules.active, rules.watched, majority=majority, outlier=outlier
    )
    environments = with_baselines(group.name, group.services, baselines)
    compare_environments(environments, rules.active, comparison)
    judgement = Judgement(group.name, comparison.occurrences, index)
    if outlier is None:
        findings = judgement.results()
    else:
        check = rules.pack.own[OUTLIER]
        findings = report_outliers(group.name, outlier, judgement, index, check)
    built_in = _built_in(group, reference, inline, rules.pack, options)
    return GroupResult(
        group,
        chosen,
        reference,
        frozenset(rule.id for rule in rules.active),
        comparison.matches,
        account(group.services, comparison),
        majority,
        [*comparison.judged, *_watched(group.services, rules, options)],
        [*findings, *findings_for(group.name, built_in, index)],
        inline.allowances,
    )


def _outlier_vote(
    reference: Service | None, rules: _Rules, options: CheckOptions
) -> OutlierVote | None:
    """The vote on whether the reference is the odd one, where there is one to ask about."""
    if reference is None or not options.wants(rules.pack.own[OUTLIER]):
        return None
    return OutlierVote(reference, rules.paired)


def _with_own_names(
    group: DeploymentGroup, chosen: ReferenceChoice
) -> tuple[DeploymentGroup, Service | None]:
    """A group whose services do not call themselves by its reference's name, and the reference."""
    if chosen.service is None:
        return group, None
    apart = told_apart(group.services, chosen.service)
    reference = apart(chosen.service)
    services = tuple(reference if one is chosen.service else apart(one) for one in group.services)
    return group._replace(services=services), reference


def _rules(group: DeploymentGroup, options: CheckOptions, config: Config) -> _Rules:
    pack = _pack(group, config)
    active = tuple(
        rule
        for rule in pack.rules
        if options.wants(rule) and (group.environment or rule.across == "services")
    )
    return _Rules(pack, active, _watched_rules(group, options, config))


def _pack(group: DeploymentGroup, config: Config) -> RuleSet:
    """The rules of a group: as they ship, as its profile, the project and its group set them."""
    pack, settled = config.pack, config.settled
    if group.group is not None:
        pack, settled = group.group.pack, settled | group.group.settled
    return profiled(pack, profiles.rules(group.profile.name, config.profile_folders), settled)


def _watched_rules(group: DeploymentGroup, options: CheckOptions, config: Config) -> frozenset[str]:
    """The rules of a project's own allowances, those in comments among them."""
    if not options.allow:
        return frozenset()
    configured = {a.rule for a in config.allowances if a.origin != "shipped"}
    named = {rule for document in group.documents for rule in rules_named(document.source.text)}
    return frozenset(configured | named)


def _inline(group: DeploymentGroup, pack: RuleSet, config: Config) -> Inline:
    forbidden = config.forbid_inline
    return builtin_checks.in_comments(group.services, pack.rules, pack.own, forbidden=forbidden)


def _built_in(
    group: DeploymentGroup,
    reference: Service | None,
    inline: Inline,
    pack: RuleSet,
    options: CheckOptions,
) -> Iterator[Difference]:
    """What the built-in checks that are asked for find."""
    found = [*builtin_checks.in_files(group.services, pack.own), *inline.differences]
    if options.wants(pack.own[builtin_checks.STRUCTURE]):  # costs a walk over both files
        found += builtin_checks.in_structure(reference, group.services, pack.own)
    yield from (one for one in found if options.wants(one.rule))


def _watched(
    services: Sequence[Service], rules: _Rules, options: CheckOptions
) -> Iterator[Evaluated]:
    """Built-in checks are evaluated of every service."""
    watched: list[BuiltinRule] = [
        one for one in rules.pack.own.values() if one.id in rules.watched and options.wants(one)
    ]
    for one in watched:
        for service in services:
            yield Evaluated(one.id, main_scope(service), service.files)
