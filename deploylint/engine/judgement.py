"""Some services of a set judged: what its rules find in them, and what the allowances make of it.

Of the services themselves nothing stays, so that a set may be judged batch by batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare import compare, compare_environments
from deploylint.compare.majority import MajorityReferences
from deploylint.compare.result import Evaluated
from deploylint.config.load import Config
from deploylint.config.rules import BuiltinRule, RuleSet
from deploylint.engine import outlier
from deploylint.engine.coverage import Account, Accounted
from deploylint.engine.discovery import PIPED
from deploylint.engine.environments import Firsts, beside_first
from deploylint.engine.load import DeploymentGroup
from deploylint.model.finding import Allowance, Finding
from deploylint.model.listed import scope_at
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.policy import builtin_checks, verdict


class CheckOptions(NamedTuple):
    """What the command line asks of a check. Empty means all.

    Without ``allow`` no allowance counts; with ``reasons`` each has to have its reason. ``piped``
    is how messages name the standard input.
    """

    reference: str = ""
    profile: str = ""
    rules: tuple[str, ...] = ()
    skip_rules: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    allow: bool = True
    reasons: bool = False
    piped: str = PIPED

    def wants(self, rule: Rule | BuiltinRule) -> bool:
        """Whether a rule is to run, or something to be noticed."""
        if rule.id in self.skip_rules:
            return False
        return rule.id in self.rules if self.rules else rule.active


class Way(NamedTuple):
    """How the services of a set are judged: by whom, with what rules, on what day.

    ``watched`` are the rules of which it is kept where they were judged. Nothing of it changes
    while they are judged.
    """

    set: DeploymentGroup
    reference: Service | None
    majority: MajorityReferences | None
    account: Account
    firsts: Firsts
    pack: RuleSet
    rules: tuple[Rule, ...]
    watched: frozenset[str]
    options: CheckOptions
    config: Config
    today: str


class Part(NamedTuple):
    """What some services come to; ``noticed`` is what was found without comparing anything.

    ``matches`` counts by (service, element), ``judged`` is where watched rules were judged.
    """

    told: list[outlier.Told]
    noticed: list[Finding]
    matches: Mapping[tuple[str, str], int]
    judged: list[Evaluated]
    inline: tuple[Allowance, ...]


class Judgement(NamedTuple):
    """A part, and what it adds to the account of its set."""

    part: Part
    accounted: Accounted


def judge(services: Sequence[Service], way: Way) -> Judgement:
    """Some services of a set compared and judged.

    Of the reference it is the way's own that has to be among them.
    """
    options, config, own = way.options, way.config, way.pack.own
    said = builtin_checks.in_comments(services, way.pack.rules, own, forbidden=config.forbid_inline)
    allowed = (*said.allowances, *config.allowances) if options.allow else ()
    watched = way.watched
    comparison = compare(services, way.reference, way.rules, watched, majority=way.majority)
    compare_environments(beside_first(way.set, services, way.firsts), way.rules, comparison)
    book = verdict.book(allowed, way.today)
    noticed = [*builtin_checks.in_files(services, own), *said.noticed]
    if options.wants(own[builtin_checks.STRUCTURE]):  # costs a walk over both files
        noticed += builtin_checks.in_structure(way.reference, services, own)
    part = Part(
        outlier.told(comparison.differences, way.set.name, book),
        verdict.notice(way.set.name, (one for one in noticed if options.wants(one.own)), book),
        comparison.matches,
        [*comparison.judged, *_watched(services, own, watched, options)],
        said.allowances,
    )
    return Judgement(part, way.account.of(services, comparison))


def _watched(
    services: Sequence[Service],
    own: Mapping[str, BuiltinRule],
    watched: frozenset[str],
    options: CheckOptions,
) -> Iterator[Evaluated]:
    """What is found without a rule is judged of every service."""
    for one in own.values():
        if one.id in watched and options.wants(one):
            for service in services:
                yield Evaluated(one.id, scope_at(service, service.main, ""), service.files)
