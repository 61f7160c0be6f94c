"""The whole way of a run: sets, services, rules, differences, findings, and what it comes to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from deploylint import ledger, sets
from deploylint.compare import compare
from deploylint.comparison import Comparison
from deploylint.config import Config
from deploylint.coverage import Coverage, cover
from deploylint.documents.nodes import Problem
from deploylint.ledger import Noticed
from deploylint.model import Finding, Rule, Service, Severity, Tally
from deploylint.nearest import hint
from deploylint.packs import Own, Pack
from deploylint.sets import Set, Skipped, Unusable
from deploylint.shapes.identity import told_apart


class Options(NamedTuple):
    """What the command line asks of a check. Empty means all."""

    reference: str = ""
    profile: str = ""
    rules: tuple[str, ...] = ()
    skip_rules: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


class Group(NamedTuple):
    """One set that was checked.

    ``cells`` counts, for each (service, element), matches and findings by status, violations that
    only warn as "warning"; it is what the matrix shows. ``outside`` counts the violations in files
    that the set's focus leaves out.
    """

    set: Set
    reference: Service | None
    reference_because: str
    coverage: Coverage
    cells: Mapping[tuple[str, str], Mapping[str, int]]
    outside: int


class Report(NamedTuple):
    """Everything a format needs. ``problems`` are what could not be checked (exit 3)."""

    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[Skipped, ...]
    tally: Tally


def run(paths: Sequence[Path], options: Options, pack: Pack, config: Config) -> Report:
    """Check sets of files.

    Raises Unusable for what cannot be asked for and Nothing where there is nothing to check.
    """
    rules = _selected(options, pack)
    loaded = [sets.load(wanted, options.profile) for wanted in sets.find(paths)]
    _check_names(options, loaded)
    groups, findings, problems = [], list[Finding](), list[Problem]()
    for one in loaded:
        problems += one.problems
        group, found, trouble = _group(one, options, pack, rules, config)
        groups.append(group)
        findings += found
        problems += trouble
    ordered = tuple(ledger.ordered(findings))
    return Report(
        groups=tuple(groups),
        findings=ordered,
        problems=tuple(sorted(problems)),
        skipped=tuple(skip for one in loaded for skip in one.skipped),
        tally=_tally(groups, ordered, rules),
    )


def exit_code(report: Report, fail_on: Severity | None) -> int:
    """3 when something could not be checked, 1 when a violation reaches ``fail_on``, else 0."""
    if report.problems:
        return 3
    fatal = {"error": ("error",), "warning": ("error", "warning"), None: ()}[fail_on]
    return int(any(f.status == "violation" and f.severity in fatal for f in report.findings))


def _selected(options: Options, pack: Pack) -> tuple[Rule, ...]:
    for one in (*options.rules, *options.skip_rules):
        if one not in pack.ids:
            raise Unusable(f"no rule is called {one!r}; {hint(one, pack.ids)}")
    return tuple(rule for rule in pack.rules if _wanted(rule.id, options))


def _wanted(rule: str, options: Options) -> bool:
    return rule not in options.skip_rules and (not options.rules or rule in options.rules)


def _check_names(options: Options, loaded: Sequence[Set]) -> None:
    names = [service.name for one in loaded for service in one.services]
    for wanted in options.services:
        if wanted not in names:
            raise Unusable(f"no service is called {wanted!r}; {hint(wanted, names)}")


def _group(
    one: Set, options: Options, pack: Pack, rules: Sequence[Rule], config: Config
) -> tuple[Group, list[Finding], list[Problem]]:
    named, because = _reference(one, options, config)
    one = one._replace(services=told_apart(one.services, named))
    reference = next((s for s in one.services if named and s.name == named.name), None)
    comparison = compare(one.services, reference, rules)
    found = ledger.judge(one.name, comparison.differences, pack.allowances)
    noticed = [n for n in _noticed(one, pack.own) if _wanted(n.own.id, options)]
    found += ledger.notice(one.name, noticed)
    found = [f for f in found if not options.services or f.service in options.services]
    cells = _cells(comparison, found)
    coverage = cover(one.services, comparison)
    trouble = _trouble(one, reference) or _idle(one, comparison, found)
    shown = _in_focus(one, reference, found)
    outside = _violations(found) - _violations(shown)
    return Group(one, reference, because, coverage, cells, outside), shown, trouble


def _in_focus(one: Set, reference: Service | None, found: list[Finding]) -> list[Finding]:
    """The findings of the files in focus: all, unless every one of them is a peer's.

    What the reference says, or a file that is no service, concerns everybody.
    """
    peers = {file for service in one.services if service is not reference for file in service.files}
    if not one.focus or not one.focus <= peers:
        return found
    return [finding for finding in found if finding.location.file in one.focus]


def _violations(findings: Iterable[Finding]) -> int:
    return sum(finding.status == "violation" for finding in findings)


def _reference(one: Set, options: Options, config: Config) -> tuple[Service | None, str]:
    """The set's reference and why it is: named, else known by its file name."""
    called = sets.called(one)
    alone = [service for service in one.services if called[service.name] in service.files]
    by_file = {Path(file).name: service for service in alone for file in service.files}
    if options.reference:
        named = {s.name: s for s in one.services} | by_file
        named |= {file: s for s in alone for file in s.files}
        wanted = sets.shown(Path(options.reference))
        found = named.get(options.reference) or named.get(wanted)
        if found is None:
            problem = next((p for p in one.problems if p.file == wanted), None)
            if problem is not None:
                return None, "the reference cannot be read"
            listed = ", ".join(called.values()) or "no service was read"
            raise Unusable(
                f"--reference {options.reference}: is not among the services of {one.name}; "
                f"name one of {listed}"
            )
        return found, "--reference"
    for name in config.reference:
        if name in by_file:
            return by_file[name], f"the default configuration names {name}"
    return None, "none is named"


def _trouble(one: Set, reference: Service | None) -> list[Problem]:
    """Why a set could not be compared, with the line to type."""
    if one.problems and (not one.services or reference is None):
        return []
    if not one.services:
        file = one.documents[0].file if one.documents else f"{one.name}/"
        return [Problem(file, 1, 1, _nothing_read(one))]
    file = one.services[0].files[0]
    folder = quote(str(Path(file).parent))
    if len(one.services) == 1:
        message = "is alone: there is no peer to compare it with; with a peer beside it, type:"
        return [Problem(file, 1, 1, f"{message} deploylint check {folder}")]
    if reference is None:
        message = (
            "no reference is named, so no service was compared with another; "
            "say which file the others follow:"
        )
        called = quote(sets.called(one)[one.services[0].name])
        return [Problem(file, 1, 1, f"{message} deploylint check --reference {called} {folder}")]
    return []


def _idle(one: Set, comparison: Comparison, found: Sequence[Finding]) -> list[Problem]:
    """Where no rule had anything to look at, that nothing was found says nothing."""
    if comparison.matches or comparison.differences or found or one.problems:
        return []
    file = one.services[0].files[0]
    message = "nothing was compared: none of the rules that were asked for finds its element here"
    return [Problem(file, 1, 1, f"{message}; ask for others with --rule, or for all without it")]


def _nothing_read(one: Set) -> str:
    listed = "; ".join(f"{s.file}: {s.reason}" for s in one.skipped)
    return f"holds no deployment that can be compared ({listed})"


def _noticed(one: Set, own: Mapping[str, Own]) -> Iterator[Noticed]:
    for service in one.services:
        for lost, wins in service.duplicates:
            message = f"key {wins.content!r} is written twice; the first one is lost"
            yield Noticed(own["duplicate-key"], service, wins, message, (("lost", lost),))
        for node, meant in service.near_misses:
            message = f"{node.content!r} is not known; did you mean {meant!r}?"
            yield Noticed(own["unknown-key"], service, node, message)


def _cells(
    comparison: Comparison, findings: Iterable[Finding]
) -> Mapping[tuple[str, str], Mapping[str, int]]:
    cells: dict[tuple[str, str], Counter[str]] = {}
    for cell, count in comparison.matches.items():
        cells.setdefault(cell, Counter())["match"] += count
    for finding in findings:
        warns = finding.status == "violation" and finding.severity == "warning"
        outcome = "warning" if warns else finding.status
        cells.setdefault((finding.service, finding.element), Counter())[outcome] += 1
    return cells


def _tally(groups: Sequence[Group], findings: Sequence[Finding], rules: Sequence[Rule]) -> Tally:
    status = Counter(finding.status for finding in findings)
    return Tally(
        services=sum(len(group.set.services) for group in groups),
        rules=len(rules),
        compared=sum(group.coverage.compared for group in groups),
        unknown=sum(group.coverage.unknown for group in groups),
        uncompared=sum(len(group.coverage.uncompared) for group in groups),
        matches=sum(cell.get("match", 0) for group in groups for cell in group.cells.values()),
        violations=status["violation"],
        allowed=status["allowed"],
        unknowns=status["unknown"],
        outside=sum(group.outside for group in groups),
    )
