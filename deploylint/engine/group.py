"""One set, assessed: who follows whom, and what its services come to, batch by batch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.majority import MajorityReferences, OutlierVote, votes_of
from deploylint.compare.result import Evaluated
from deploylint.config.inline_allowances import rules_named
from deploylint.config.load import Config
from deploylint.config.rule_settings import profiled
from deploylint.config.rules import RuleSet
from deploylint.engine.coverage import Account, Coverage
from deploylint.engine.environments import Firsts
from deploylint.engine.judgement import CheckOptions, Judgement, Part, Way, judge
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.outlier import OUTLIER, told_of_reference
from deploylint.engine.reference import ReferenceChoice, choose
from deploylint.model.finding import Allowance, Finding
from deploylint.model.forms import FormTable
from deploylint.model.processes import spread
from deploylint.model.progress import Told
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.policy import verdict
from deploylint.policy.allowance_audit import GroupSummary
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service_names import told_apart


class GroupResult(NamedTuple):
    """One set after it was compared, before the allowances as a whole are looked at.

    ``rules`` are the ids of those that ran, ``matches`` counts by (service, element); ``majority``
    is there where it stands in for a reference.
    """

    set: DeploymentGroup
    chosen: ReferenceChoice
    reference: Service | None
    rules: frozenset[str]
    matches: Mapping[tuple[str, str], int]
    coverage: Coverage
    majority: MajorityReferences | None
    judged: Sequence[Evaluated]
    findings: list[Finding]
    inline: tuple[Allowance, ...]

    @property
    def result(self) -> GroupSummary:
        """What the upkeep of the allowances asks about it."""
        return GroupSummary(self.set.services.listed, self.judged, self.findings)


def _pack(one: DeploymentGroup, config: Config) -> RuleSet:
    """The rules of a set: as they ship, as its profile, the project and its group set them."""
    pack, settled = config.pack, config.settled
    if one.group is not None:
        pack, settled = one.group.pack, settled | one.group.settled
    return profiled(pack, profiles.rules(one.profile.name, config.profile_folders), settled)


def assess(
    one: DeploymentGroup,
    firsts: Firsts,
    options: CheckOptions,
    config: Config,
    today: str,
    told: Told,
) -> GroupResult:
    """A set compared and judged on a day, given as ``YYYY-MM-DD``; how far it is, is ``told``.

    The services are taken batch by batch, and of each batch only what is small stays. Raises
    Unusable and Misread for a reference that is not there.
    """
    chosen = choose(one, options.reference, config)
    one, reference = _apart(one, chosen)
    way = _way(one, reference, chosen, firsts, options, config, today, told)
    parts = list(_parts(way, told))
    findings = _findings(parts, way)
    return GroupResult(
        one,
        chosen,
        reference,
        frozenset(rule.id for rule in way.rules),
        _matches(parts),
        way.account.settled(),
        way.majority,
        [judged for part in parts for judged in part.judged],
        findings,
        tuple({allowance.id: allowance for part in parts for allowance in part.inline}.values()),
    )


def _way(
    one: DeploymentGroup,
    reference: Service | None,
    chosen: ReferenceChoice,
    firsts: Firsts,
    options: CheckOptions,
    config: Config,
    today: str,
    told: Told,
) -> Way:
    """How a set is judged; where a majority is to speak, its services are heard for that."""
    pack = _pack(one, config)
    rules = tuple(
        rule
        for rule in pack.rules
        if options.wants(rule) and (one.environment or rule.across == "services")
    )
    paired = [rule for rule in rules if rule.scope == "reference"]
    return Way(
        set=one,
        reference=reference,
        majority=_majority(one, paired) if chosen.voted else None,
        account=Account(one.services.listed, reference),
        firsts=firsts,
        pack=pack,
        rules=rules,
        watched=_watched(one, options, config),
        options=options,
        config=config,
        today=today,
    )


def _majority(one: DeploymentGroup, rules: Sequence[Rule]) -> MajorityReferences:
    return MajorityReferences(votes_of(one.services, FormTable()), rules)


def _apart(one: DeploymentGroup, chosen: ReferenceChoice) -> tuple[DeploymentGroup, Service | None]:
    """A set whose services do not call themselves by its reference's name, and the reference."""
    if chosen.service is None:
        return one, None
    reference = one.services.named(chosen.service.name)
    apart = told_apart(one.services.listed, reference)
    return one._replace(services=one.services.laid(apart)), apart(reference)


def _watched(one: DeploymentGroup, options: CheckOptions, config: Config) -> frozenset[str]:
    """The rules of a project's own allowances, those in comments among them."""
    if not options.allow:
        return frozenset()
    configured = {a.rule for a in config.allowances if a.origin != "shipped"}
    named = {rule for document in one.documents for rule in rules_named(document.source.text)}
    return frozenset(configured | named)


def _parts(way: Way, told: Told) -> Iterator[Part]:
    services, reference = way.set.services, way.reference

    def judged(number: int) -> Judgement:
        batch = services.batch(number)
        if reference is not None:
            batch = [reference if one.name == reference.name else one for one in batch]
        return judge(batch, way)

    told("comparing services:", 0, len(services))
    for number, one in enumerate(spread(judged, range(services.batches))):
        told("comparing services:", services.reached(number), len(services))
        way.account.take(one.accounted)
        yield one.part


def _matches(parts: Iterable[Part]) -> Mapping[tuple[str, str], int]:
    found = Counter[tuple[str, str]]()
    for part in parts:
        found.update(part.matches)
    return found


def _findings(parts: Sequence[Part], way: Way) -> list[Finding]:
    """The findings of all parts, those where the reference is the odd one told of it."""
    found = [told for part in parts for told in part.told]
    noticed = [finding for part in parts for finding in part.noticed]
    if way.reference is None or not way.options.wants(way.pack.own[OUTLIER]):
        return [*(one.finding for one in found), *noticed]
    paired = [rule for rule in way.rules if rule.scope == "reference"]
    peers = OutlierVote(way.reference, paired)
    forms = FormTable()
    for service in way.set.services:
        rows = [forms.row(component, service.own_names) for component in service.components]
        peers.add(service, rows)
    book = verdict.book(_allowances(parts, way), way.today)
    return [*told_of_reference(way.set, peers, found, book, way.pack.own[OUTLIER]), *noticed]


def _allowances(parts: Sequence[Part], way: Way) -> Iterator[Allowance]:
    if way.options.allow:
        yield from (allowance for part in parts for allowance in part.inline)
        yield from way.config.allowances
