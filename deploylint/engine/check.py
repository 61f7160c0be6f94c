"""The whole run: files, groups, services, rules, findings, report.

    paths --discovery--> FileGroup --load--> DeploymentGroup --check_group--> GroupResult
    --allowances as a whole--> GroupReport, Report

A large group is checked while it is read (``chunks``): its FileGroup becomes a GroupResult at once.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from deploylint.config.load import Config
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import Problem
from deploylint.documents.suggest import hint
from deploylint.engine import discovery, folders
from deploylint.engine.discovery import STDIN
from deploylint.engine.environments import baseline_environments
from deploylint.engine.group import GroupResult, check_group
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import CheckOptions as CheckOptions
from deploylint.engine.options import Run, start_run
from deploylint.engine.reference import why_not_comparable
from deploylint.engine.result import GroupReport, Report, matrix_counts, tally
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
    file_groups = discovery.find(_with_reference(paths, options), config, options.piped)
    loaded = [group for files in file_groups for group in _load(files, run, progress)]
    groups = [one.set if isinstance(one, GroupResult) else one for one in loaded]
    _check_names(options, groups)
    _check_allowances(config, groups)
    baselines = baseline_environments(groups)
    results = [
        one if isinstance(one, GroupResult) else check_group(one, baselines, run, progress)
        for one in loaded
    ]
    summaries = [one.result for one in results]
    statuses = allowance_statuses(_allowances(results, run), summaries, today)
    _audit_allowances(results, statuses, run)
    return _report(results, statuses, run)


def _report(
    results: Sequence[GroupResult], statuses: Sequence[AllowanceStatus], run: Run
) -> Report:
    """The report of all groups, after their allowances were looked at as a whole."""
    groups = [_group_report(one, run.options) for one in results]
    judged = tuple(one for each in results for one in _shown(each, run.options))
    rules = {rule for one in results for rule in one.rules}
    return Report(
        groups=tuple(groups),
        judged=judged,
        problems=tuple(sorted(problem for one in results for problem in _problems(one))),
        skipped=tuple(skip for one in results for skip in one.set.skipped),
        allowances=tuple(statuses),
        configuration=run.config.documents,
        today=run.today,
        tally=tally(groups, judged, len(rules), statuses),
    )


def _check_rules(options: CheckOptions, pack: RuleSet) -> None:
    """Raises UsageError for a rule that is not there."""
    for rule in (*options.rules, *options.skip_rules):
        if rule not in pack.ids:
            raise UsageError(f"unknown rule {rule!r}; {hint(rule, pack.ids)}")


def _with_reference(paths: Sequence[Path], options: CheckOptions) -> Sequence[Path]:
    """The paths, and beside the standard input the file of its reference."""
    reference = Path(options.reference)
    beside = STDIN in paths and reference.is_file() and reference not in paths
    return [*paths, reference] if beside else paths


def _load(
    files: discovery.FileGroup, run: Run, progress: Progress
) -> Sequence[DeploymentGroup | GroupResult]:
    """The groups of some files; a large one is checked while it is read, where that can be."""
    configured = files.group.profile if files.group is not None else ""
    profile = run.options.profile or configured or run.config.profile
    if len(files.files) > LARGE:
        from deploylint.engine.chunks import check_in_chunks  # few runs need processes

        result = check_in_chunks(files, profile, run, progress)
        if result is not None:
            return [result._replace(set=folders.without_sub_folders(result.set, files))]
    return folders.loaded(files, profile, run.config, progress)


def _check_names(options: CheckOptions, groups: Sequence[DeploymentGroup]) -> None:
    """Raises UsageError for a service that is not there."""
    names = [service.name for group in groups for service in group.services]
    for name in options.services:
        if name not in names:
            raise UsageError(f"no such service {name!r}; {hint(name, names)}")


def _check_allowances(config: Config, groups: Sequence[DeploymentGroup]) -> None:
    """Raises Misread for an allowance for a service that a whole run does not have."""
    checked = {one.group.name for one in groups if one.group is not None}
    if any(one.problems for one in groups) or not checked.issuperset(g.name for g in config.groups):
        return
    names = [service.name for group in groups for service in group.services]
    for allowance in config.allowances:
        service, at = allowance.service, allowance.at
        is_named = service and allowance.origin == "configured"
        if is_named and not any(fnmatchcase(name, service) for name in names):
            message = f"no such service {service!r}; {hint(service, names)}"
            raise Misread(Problem(at.file, at.line, at.column, message))


def _allowances(results: Sequence[GroupResult], run: Run) -> list[Allowance]:
    """All allowances that count: those in comments, and those of the configuration."""
    if not run.options.allow:
        return []
    return [*(one for result in results for one in result.inline), *run.config.allowances]


def _audit_allowances(
    results: Sequence[GroupResult], statuses: Sequence[AllowanceStatus], run: Run
) -> None:
    """Add what there is to say of the allowances themselves to the findings of their groups."""
    reasons = run.options.reasons or run.config.require_reason
    summaries = [one.result for one in results]
    checks = run.config.pack.own
    for number, difference in list(
        audit(statuses, summaries, checks, run.today, with_reasons=reasons)
    ):
        if run.options.wants(difference.rule):
            result = results[number]
            findings = findings_for(result.set.name, [difference], run.allowance_index)
            result.findings.extend(findings)


def _group_report(one: GroupResult, options: CheckOptions) -> GroupReport:
    asked = _asked(one, options)
    outside = _violations(asked) - _violations(_shown(one, options))
    return GroupReport(
        set=one.set,
        reference=one.reference,
        reference_because=one.chosen.because,
        coverage=one.coverage,
        matrix_counts=matrix_counts(one.matches, asked),
        outside=outside,
        voted=_peer_groups(one) > 0,
        undecided=one.majority.without_majority if one.majority is not None else (),
        extra_keys=one.extra_keys,
    )


def _problems(one: GroupResult) -> list[Problem]:
    missing = why_not_comparable(one.set, one.chosen, one.reference, _peer_groups(one))
    return [*one.set.problems, *(missing or _idle(one))]


def _peer_groups(one: GroupResult) -> int:
    """How many peer groups have a majority."""
    return one.majority.groups if one.majority is not None else 0


def _idle(one: GroupResult) -> list[Problem]:
    """Where no rule had anything to look at, that nothing was found says nothing."""
    if one.matches or one.findings or one.set.problems:
        return []
    file = one.set.services[0].files[0]
    message = "nothing was checked: no selected rule applies to these files"
    return [Problem(file, 1, 1, f"{message}; select others with --rule, or run without it")]


def _asked(one: GroupResult, options: CheckOptions) -> list[Judged]:
    """The findings of the services that were asked for."""
    return [f for f in one.findings if not options.services or f.service in options.services]


def _shown(one: GroupResult, options: CheckOptions) -> list[Judged]:
    """The findings of the files in focus: all, unless every one of them is a peer's.

    What the reference says, or a file that is no service, concerns everybody; a source's file its
    service.
    """
    asked, focus = _asked(one, options), one.set.focus
    files = {file for service in one.set.services for file in service.files}
    followed = set(one.reference.files) if one.reference is not None else set[str]()
    if one.set.environment:
        focus &= files  # the rest of it is of the group's other environments
    elsewhere = bool(one.set.focus) and not focus
    if not one.set.focus or (not elsewhere and not focus <= files - followed):
        return asked
    away = {s.name for s in one.set.services if focus.isdisjoint(s.files)}
    return [
        finding
        for finding in (judged.finding() for judged in asked)
        if finding.location.file in focus
        or (finding.location.file not in files and finding.service not in away)
    ]


def _violations(findings: Sequence[Judged]) -> int:
    return sum(finding.status == "violation" for finding in findings)
