"""The whole way of a run: sets, services, rules, differences, findings, and what it comes to."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from deploylint.config.load import Config
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import Problem
from deploylint.documents.suggest import hint
from deploylint.engine import discovery, folders
from deploylint.engine import result as outcome
from deploylint.engine.discovery import STDIN
from deploylint.engine.environments import baseline_environments
from deploylint.engine.group import GroupResult, check_group
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import CheckOptions as CheckOptions
from deploylint.engine.options import Run, start_run
from deploylint.engine.reference import why_not_comparable
from deploylint.engine.result import GroupReport, Report
from deploylint.model.errors import Misread, UsageError
from deploylint.model.finding import Allowance
from deploylint.model.progress import SILENT, Progress
from deploylint.policy.allowance_audit import AllowanceStatus, allowance_statuses, audit
from deploylint.policy.findings import findings_for
from deploylint.policy.verdict import Judged

LARGE = 300
"""A group of more files is checked in chunks, where that can be."""


def check(
    paths: Sequence[Path],
    options: CheckOptions,
    config: Config,
    today: str,
    progress: Progress = SILENT,
) -> Report:
    """Check groups of files on a day, given as ``YYYY-MM-DD``.

    Raises UsageError and Misread for what cannot be asked for and NothingToCheck where there is
    nothing to check.
    """
    _check_rules(options, config.pack)
    run = start_run(options, config, today)
    found = discovery.find(_with_reference(paths, options), config, options.piped)
    ready = [one for wanted in found for one in _load(wanted, run, progress)]
    loaded = [one.set if isinstance(one, GroupResult) else one for one in ready]
    baselines = baseline_environments(loaded)
    _check_names(options, loaded)
    _check_allowed(config, loaded)
    compared = [
        one if isinstance(one, GroupResult) else check_group(one, baselines, run, progress)
        for one in ready
    ]
    listed = allowance_statuses(_allowances(compared, run), [one.result for one in compared], today)
    _keep_up(compared, listed, run)
    groups = [_group(one, options) for one in compared]
    judged = tuple(one for each in compared for one in _shown(each, options))
    rules = {rule for one in compared for rule in one.rules}
    return Report(
        groups=tuple(groups),
        judged=judged,
        problems=tuple(sorted(p for one in compared for p in _problems(one))),
        skipped=tuple(skip for one in loaded for skip in one.skipped),
        allowances=tuple(listed),
        configuration=config.documents,
        today=today,
        tally=outcome.tally(groups, judged, len(rules), listed),
    )


def _check_rules(options: CheckOptions, pack: RuleSet) -> None:
    for one in (*options.rules, *options.skip_rules):
        if one not in pack.ids:
            raise UsageError(f"no rule is called {one!r}; {hint(one, pack.ids)}")


def _with_reference(paths: Sequence[Path], options: CheckOptions) -> Sequence[Path]:
    """The paths, and beside the standard input the file of its reference."""
    reference = Path(options.reference)
    beside = STDIN in paths and reference.is_file() and reference not in paths
    return [*paths, reference] if beside else paths


def _load(
    wanted: discovery.FileGroup, run: Run, progress: Progress
) -> Sequence[DeploymentGroup | GroupResult]:
    """The groups of some files; a large one is checked while it is read, where that can be."""
    stated = wanted.group.profile if wanted.group is not None else ""
    profile = run.options.profile or stated or run.config.profile
    if len(wanted.files) > LARGE:
        from deploylint.engine.chunks import check_in_chunks  # few runs need processes

        checked = check_in_chunks(wanted, profile, run, progress)
        if checked is not None:
            return [checked._replace(set=folders.without_sub_folders(checked.set, wanted))]
    return folders.loaded(wanted, profile, run.config, progress)


def _check_names(options: CheckOptions, loaded: Sequence[DeploymentGroup]) -> None:
    names = [service.name for one in loaded for service in one.services]
    for wanted in options.services:
        if wanted not in names:
            raise UsageError(f"no service is called {wanted!r}; {hint(wanted, names)}")


def _check_allowed(config: Config, loaded: Sequence[DeploymentGroup]) -> None:
    """Raises Misread for an allowance for a service that a whole run does not have."""
    seen = {one.group.name for one in loaded if one.group is not None}
    if any(one.problems for one in loaded) or not seen.issuperset(g.name for g in config.groups):
        return
    names = [service.name for one in loaded for service in one.services]
    for allowance in config.allowances:
        service, at = allowance.service, allowance.at
        stated = service and allowance.origin == "configured"
        if stated and not any(fnmatchcase(name, service) for name in names):
            message = f"no service is called {service!r}; {hint(service, names)}"
            raise Misread(Problem(at.file, at.line, at.column, message))


def _allowances(compared: Sequence[GroupResult], run: Run) -> list[Allowance]:
    if not run.options.allow:
        return []
    return [*(one for some in compared for one in some.inline), *run.config.allowances]


def _keep_up(compared: Sequence[GroupResult], found: Sequence[AllowanceStatus], run: Run) -> None:
    """Add what there is to say of the allowances themselves to the findings of their groups."""
    reasons = run.options.reasons or run.config.require_reason
    results = [one.result for one in compared]
    told = list(audit(found, results, run.config.pack.own, run.today, with_reasons=reasons))
    for number, difference in told:
        if run.options.wants(difference.rule):
            one = compared[number]
            findings = findings_for(one.set.name, [difference], run.allowance_index)
            one.findings.extend(findings)


def _group(one: GroupResult, options: CheckOptions) -> GroupReport:
    found = _asked(one, options)
    outside = _violations(found) - _violations(_shown(one, options))
    return GroupReport(
        set=one.set,
        reference=one.reference,
        reference_because=one.chosen.because,
        coverage=one.coverage,
        matrix_counts=outcome.matrix_counts(one.matches, found),
        outside=outside,
        voted=_benches(one) > 0,
        undecided=one.majority.undecided if one.majority is not None else (),
        extra_keys=one.extra_keys,
    )


def _problems(one: GroupResult) -> list[Problem]:
    missing = why_not_comparable(one.set, one.chosen, one.reference, _benches(one))
    return [*one.set.problems, *(missing or _idle(one))]


def _benches(one: GroupResult) -> int:
    return one.majority.groups if one.majority is not None else 0


def _idle(one: GroupResult) -> list[Problem]:
    """Where no rule had anything to look at, that nothing was found says nothing."""
    if one.matches or one.findings or one.set.problems:
        return []
    file = one.set.services[0].files[0]
    message = "nothing was compared: none of the rules that were asked for finds its element here"
    return [Problem(file, 1, 1, f"{message}; ask for others with --rule, or for all without it")]


def _asked(one: GroupResult, options: CheckOptions) -> list[Judged]:
    """The findings of the services that were asked for."""
    return [f for f in one.findings if not options.services or f.service in options.services]


def _shown(one: GroupResult, options: CheckOptions) -> list[Judged]:
    """The findings of the files in focus: all, unless every one of them is a peer's.

    What the reference says, or a file that is no service, concerns everybody; a source's file its
    service.
    """
    found, focus = _asked(one, options), one.set.focus
    files = {file for service in one.set.services for file in service.files}
    followed = set(one.reference.files) if one.reference is not None else set[str]()
    if one.set.environment:
        focus &= files  # the rest of it is of the group's other environments
    elsewhere = bool(one.set.focus) and not focus
    if not one.set.focus or (not elsewhere and not focus <= files - followed):
        return found
    away = {s.name for s in one.set.services if focus.isdisjoint(s.files)}
    return [
        finding
        for finding in (one.finding() for one in found)
        if finding.location.file in focus
        or (finding.location.file not in files and finding.service not in away)
    ]


def _violations(findings: Sequence[Judged]) -> int:
    return sum(finding.status == "violation" for finding in findings)
