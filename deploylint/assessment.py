"""One set, assessed: who follows whom, what its rules find, and what the allowances make of it."""

from typing import NamedTuple

from deploylint import ledger, noticing
from deploylint.compare import across, compare
from deploylint.comparison import Comparison, Judged
from deploylint.config import Config
from deploylint.config.settings import profiled
from deploylint.environments import Firsts, beside_first
from deploylint.ledger import Book
from deploylint.model import Position, Rule, Service
from deploylint.outliers import OUTLIER, told_of_reference
from deploylint.packs import Own, Pack
from deploylint.progress import Told
from deploylint.reference import Choice, choose
from deploylint.sets import Set
from deploylint.shapes import profiles
from deploylint.shapes.identity import told_apart
from deploylint.targets import PIPED
from deploylint.upkeep import Compared
from deploylint.verdicts import Allowance, Finding


class Options(NamedTuple):
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

    def wants(self, rule: Rule | Own) -> bool:
        """Whether a rule is to run, or something to be noticed."""
        if rule.id in self.skip_rules:
            return False
        return rule.id in self.rules if self.rules else rule.active


class Assessed(NamedTuple):
    """One set after it was compared, before the allowances as a whole are looked at."""

    set: Set
    chosen: Choice
    reference: Service | None
    rules: tuple[Rule, ...]
    comparison: Comparison
    book: Book
    findings: list[Finding]
    inline: tuple[Allowance, ...]

    @property
    def result(self) -> Compared:
        """What the upkeep of the allowances asks about it."""
        return Compared(self.set.services, self.comparison.judged, self.findings)


def _pack(one: Set, config: Config) -> Pack:
    """The rules of a set: as they ship, as its profile, the project and its group set them."""
    pack, settled = config.pack, config.settled
    if one.group is not None:
        pack, settled = one.group.pack, settled | one.group.settled
    return profiled(pack, profiles.rules(one.profile.name, config.profile_folders), settled)


def assess(
    one: Set, firsts: Firsts, options: Options, config: Config, today: str, told: Told
) -> Assessed:
    """A set compared and judged on a day, given as ``YYYY-MM-DD``; how far it is, is ``told``.

    Raises Unusable and Misread for a reference that is not there.
    """
    chosen = choose(one, options.reference, config)
    named = chosen.service
    one = one._replace(services=told_apart(one.services, named))
    reference = next((s for s in one.services if named and s.name == named.name), None)
    pack = _pack(one, config)
    rules = tuple(
        rule
        for rule in pack.rules
        if options.wants(rule) and (one.environment or rule.across == "services")
    )
    said = noticing.in_comments(one.services, pack.rules, pack.own, forbidden=config.forbid_inline)
    allowed = (*said.allowances, *config.allowances) if options.allow else ()
    watched = frozenset(a.rule for a in allowed if a.origin != "shipped")
    comparison = compare(one.services, reference, rules, watched, voted=chosen.voted, told=told)
    across(beside_first(one, firsts), rules, comparison)
    book = ledger.book(allowed, today)
    noticed = [*noticing.in_files(one.services, pack.own), *said.noticed]
    if options.wants(pack.own[noticing.STRUCTURE]):  # costs a walk over both files
        noticed += noticing.in_structure(reference, one.services, pack.own)
    wanted = [notice for notice in noticed if options.wants(notice.own)]
    if reference is not None and options.wants(pack.own[OUTLIER]):
        findings = told_of_reference(one, reference, rules, comparison, book, pack.own[OUTLIER])
    else:
        findings = ledger.judge(one.name, comparison.differences, book)
    findings += ledger.notice(one.name, wanted, book)
    comparison.judged += (
        Judged(own.id, Position(service, service.main), "")
        for own in pack.own.values()
        if own.id in watched and options.wants(own)
        for service in one.services
    )
    return Assessed(one, chosen, reference, rules, comparison, book, findings, said.allowances)
