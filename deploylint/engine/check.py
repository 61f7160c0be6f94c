"""The whole run: files, groups, services, rules, findings, report.

    paths --discovery--> FileGroup --load--> DeploymentGroup --check_group--> GroupResult
    --allowances as a whole--> GroupReport, Report

A large group is checked while it is read (``chunks``): its FileGroup becomes a GroupResult at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cache, partial
from pathlib import Path

from deploylint.config.load import Config
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import is_file
from deploylint.documents.suggest import hint
from deploylint.engine.coverage import Owners
from deploylint.engine.discovery import STDIN, FileGroup, Skipped, find_groups
from deploylint.engine.environments import (
    baseline_environments,
    small_environments_aside,
    with_odd_ones,
    without_repeats,
)
from deploylint.engine.folders.beside import beside_one_another
from deploylint.engine.folders.search import load_groups, with_groups_below
from deploylint.engine.group import GroupResult, check_group
from deploylint.engine.guests import own_organisations
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.named_services import check_named_services
from deploylint.engine.options import CheckOptions as CheckOptions
from deploylint.engine.options import Run, start_run
from deploylint.engine.reference import why_not_comparable
from deploylint.engine.result import GroupReport, Report, summarise
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.difference import Difference
from deploylint.model.errors import Misread, UsageError
from deploylint.model.finding import Allowance
from deploylint.model.paths import is_glob, is_named
from deploylint.model.progress import SILENT, Progress
from deploylint.policy.allowance_audit import AllowanceStatus, allowance_statuses, audit
from deploylint.policy.builtin_checks import without_own_keys
from deploylint.policy.judgement import Judged
from deploylint.readers.organisation import Organisations

NO_MAJORITY = "no majority in its group, and no reference; not compared"
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

    Raises UsageError and Misread for invalid options and files, and NothingToCheck.
    """
    _check_rules(options, config.rule_set)
    run = start_run(options, config, today)
    named = find_groups(_with_reference(paths, options), config, options.piped)
    file_groups = beside_one_another(named)
    load = partial(_load, run=run, progress=progress, shared=cache(SharedFiles))
    loaded = list(_each_once([list(load(files)) for files in file_groups]))
    groups = small_environments_aside(
        [part.loaded if isinstance(part, GroupResult) else part for part in loaded]
    )
    _check_names(options, config, groups)
    run = run._replace(organisations=_organisations(loaded))
    baselines, owners = baseline_environments(groups), Owners()
    results = [
        part
        if isinstance(part, GroupResult)
        else check_group(group, baselines, run, progress, owners)
        for part, group in zip(loaded, groups, strict=True)
    ]
    results = _without_own_keys(list(_without_majority_aside(results)))
    if any(result.loaded.environment for result in results):
        results = list(without_repeats(with_odd_ones(results, run)))
    _add_ungrouped_files(paths, results, run)
    summaries = [result.summary for result in results]
    inline = (allowance for result in results for allowance in result.outcome.inline)
    allowances = [*inline, *config.allowances] if options.allow else []
    statuses = allowance_statuses(allowances, summaries, today)
    _audit_allowances(results, statuses, run)
    return _report(results, statuses, run, paths)


def _organisations(loaded: Iterable[DeploymentGroup | GroupResult]) -> Organisations:
    """The organisations of most services of the groups that are still to be compared."""
    groups = (part for part in loaded if isinstance(part, DeploymentGroup))
    return own_organisations([service for group in groups for service in group.services])


def _report(
    results: Sequence[GroupResult],
    statuses: Sequence[AllowanceStatus],
    run: Run,
    paths: Sequence[Path],
) -> Report:
    """The report of all groups, after the audit of their allowances."""
    groups = [_group_report(result, run.options) for result in results]
    judged = tuple(one for result in results for one in _shown(result, run.options))
    rules = {rule for result in results for rule in result.rules}
    problems = {problem for result in results for problem in _problems(result, paths)}
    return Report(
        groups=tuple(groups),
        judged=judged,
        problems=tuple(sorted(problems)),
        skipped=tuple(skip for result in results for skip in result.loaded.skipped),
        allowances=tuple(statuses),
        configuration=run.config.documents,
        today=run.today,
        summary=summarise(groups, judged, len(rules), statuses),
    )


def _check_rules(options: CheckOptions, rule_set: RuleSet) -> None:
    """Raises UsageError for an unknown rule."""
    for rule in (*options.rules, *options.skip_rules):
        if rule not in rule_set.ids:
            raise UsageError(f"unknown rule {rule!r}; {hint(rule, rule_set.ids)}")


def _with_reference(paths: Sequence[Path], options: CheckOptions) -> Sequence[Path]:
    """The paths, and beside the standard input the file of its reference."""
    reference = Path(options.reference)
    beside = STDIN in paths and is_file(reference) and reference not in paths
    return [*paths, reference] if beside else paths


def _load(
    files: FileGroup, run: Run, progress: Progress, shared: Callable[[Path], SharedFiles]
) -> Sequence[DeploymentGroup | GroupResult]:
    """The groups of some files; a large one is checked while it is read, where that can be.

    ``shared`` are the files below a root, which a group in another environment may read too.
    """
    configured = files.configured.profile if files.configured is not None else ""
    profile = run.options.profile or configured or run.config.profile
    if len(files.files) > LARGE:
        from deploylint.engine.chunks.run import check_in_chunks  # few runs need processes

        result = check_in_chunks(files, profile, run, progress)
        groups = with_groups_below(result.loaded, files, profile, run.config) if result else []
        if result is not None and groups:
            first, *below = groups
            return [result._replace(loaded=first), *below]
    return load_groups(files, profile, run.config, progress, shared(files.root))


def _each_once(
    loaded: Sequence[Sequence[DeploymentGroup | GroupResult]],
) -> Iterator[DeploymentGroup | GroupResult]:
    """The groups of several paths without those of a folder that another one holds too."""
    files = [frozenset(file for part in parts for file in _files_of(part)) for parts in loaded]
    for number, (parts, own) in enumerate(zip(loaded, files, strict=True)):
        others = (other for at, other in enumerate(files) if own < other or at < number)
        if not own or not any(own <= other for other in others):
            yield from parts


def _files_of(part: DeploymentGroup | GroupResult) -> Iterator[str]:
    """The files that a group of a folder reads; those of others are all their own."""
    group = part.loaded if isinstance(part, GroupResult) else part
    if group.configured is None and not group.focus:
        yield from (file for service in group.services for file in service.files)
        yield from (problem.file for problem in group.problems)


def _check_names(options: CheckOptions, config: Config, groups: Sequence[DeploymentGroup]) -> None:
    """Raises UsageError and Misread for a service that no group has."""
    _check_services(options, groups)
    check_named_services(groups)
    _check_allowances(config, groups)


def _check_services(options: CheckOptions, groups: Sequence[DeploymentGroup]) -> None:
    """Raises UsageError for an unknown service."""
    names = [service.name for group in groups for service in group.services]
    for name in options.services:
        if name not in names:
            raise UsageError(f"no such service {name!r}; {hint(name, names)}")


def _check_allowances(config: Config, groups: Sequence[DeploymentGroup]) -> None:
    """Raises Misread for an allowance for a service that a whole run does not have."""
    if not _is_whole(config, groups):
        return
    names = defaultdict[str, list[str]](list)
    for group in groups:
        own = [service.name for service in group.services]
        names[group.name] += own
        names[""] += own
    known = {group: frozenset(own) for group, own in names.items()}
    first: dict[tuple[str, str], Allowance] = {}
    for allowance in config.allowances:
        if allowance.service and allowance.origin == "configured":
            first.setdefault((allowance.group, allowance.service), allowance)
    for (name, service), allowance in first.items():
        at, own = allowance.at, names[name]
        by_glob = (is_named(each, service) for each in own)
        if not (any(by_glob) if is_glob(service) else service in known[name]):
            message = f"no such service {service!r}; {hint(service, own)}"
            raise Misread(Problem(at.file, at.line, at.column, message))


def _is_whole(config: Config, groups: Sequence[DeploymentGroup]) -> bool:
    """Whether all configured groups were loaded, and all their files."""
    checked = {group.configured.name for group in groups if group.configured is not None}
    is_complete = checked.issuperset(group.name for group in config.groups)
    return is_complete and not any(group.problems for group in groups)


def _add_ungrouped_files(paths: Sequence[Path], results: Sequence[GroupResult], run: Run) -> None:
    """Add the files among those of a group that no group has to the findings of that group."""
    check = run.config.rule_set.builtin["ungrouped-file"]
    if not run.config.groups or not run.options.wants(check):
        return
    from deploylint.engine.ungrouped_files import ungrouped_differences, ungrouped_files

    grouped = [service for result in results for service in result.loaded.services]
    grouped += (result.reference for result in results if result.reference is not None)
    ungrouped = ungrouped_files(paths, run.config, grouped)
    for result in results:
        name, services = result.loaded.name, result.loaded.services
        if services and (files := ungrouped.pop(name, [])):
            beside = result.reference or services[0]
            result.add(ungrouped_differences(files, beside, check, run.config), run)


def _audit_allowances(
    results: Sequence[GroupResult], statuses: Sequence[AllowanceStatus], run: Run
) -> None:
    """Add what is wrong with the allowances themselves to the findings of their groups."""
    reasons = run.options.reasons or run.config.require_reason
    summaries = [result.summary for result in results]
    checks = run.config.rule_set.builtin
    is_whole = _is_whole(run.config, [result.loaded for result in results])
    differences = audit(
        statuses, summaries, checks, run.today, with_reasons=reasons, is_whole=is_whole
    )
    by_result = defaultdict[int, list[Difference]](list)
    for number, difference in differences:
        if run.options.wants(difference.rule):
            by_result[number].append(difference)
    for number, own in by_result.items():
        results[number].add(own, run)


def _group_report(result: GroupResult, options: CheckOptions) -> GroupReport:
    wanted = _of_services(result.outcome.findings, options)
    majority = result.majority
    return GroupReport(
        loaded=result.loaded,
        reference=result.reference,
        reference_because=result.chosen.because,
        coverage=result.outcome.coverage,
        counts=result.outcome.counts,
        judged=wanted,
        outside=_violations(wanted) - _violations(_shown(result, options)),
        voted=_peer_groups(result) > 0,
        without_majority=majority.without_majority if majority is not None else (),
        extra_keys=result.outcome.extra_keys,
        guests=result.guests,
    )


def _without_majority_aside(results: Sequence[GroupResult]) -> Iterator[GroupResult]:
    """The results; what is beside one that is compared may have no majority.

    That is a group that a folder has beside others, or one in another environment.
    """
    compared = {r.loaded.name for r in results if r.reference is not None or _peer_groups(r)}
    for result in results:
        loaded = result.loaded
        is_beside = bool(compared) if loaded.configured is None else loaded.name in compared
        may_be_aside = is_beside and loaded.services and not loaded.is_aside
        if may_be_aside and result.chosen.voted and not _peer_groups(result):
            skip = Skipped(loaded.services[0].files[0], NO_MAJORITY)
            loaded = loaded._replace(is_aside=True, skipped=(*loaded.skipped, skip))
        yield result._replace(loaded=loaded)


def _without_own_keys(results: Sequence[GroupResult]) -> list[GroupResult]:
    kept = without_own_keys([result.outcome.findings for result in results])
    return [each.with_findings(own) for each, own in zip(results, kept, strict=True)]


def _problems(result: GroupResult, paths: Sequence[Path]) -> list[Problem]:
    missing = why_not_comparable(result.loaded, result.chosen, _peer_groups(result), paths)
    limit, problems = None if missing else _limit(result), list(result.loaded.problems)
    if limit is not None and (result.reference is not None or _peer_groups(result)):
        problems = [problem for problem in problems if problem.file in limit]
    if result.loaded.is_aside:
        return problems
    return [*problems, *(missing or _idle(result))]


def _peer_groups(result: GroupResult) -> int:
    """How many peer groups have a majority."""
    return result.majority.groups if result.majority is not None else 0


def _idle(result: GroupResult) -> list[Problem]:
    """A problem where no rule applies: without it, no finding would look like no difference."""
    if (
        any(map(any, result.outcome.counts.values()))
        or result.outcome.findings
        or result.loaded.problems
    ):
        return []
    file = result.loaded.services[0].files[0]
    message = "nothing was checked: no selected rule applies to these files"
    return [Problem(file, 1, 1, f"{message}; select others with --rule, or run without it")]


def _of_services(findings: Iterable[Judged], options: CheckOptions) -> list[Judged]:
    """The findings of the services that were asked for."""
    return [f for f in findings if not options.services or f.service in options.services]


def _shown(result: GroupResult, options: CheckOptions) -> list[Judged]:
    """The findings of the files in focus: all, unless every one of them is a peer's.

    A finding in the reference, or in a file that is not a service's, is always shown; one in a
    source's file with its service.
    """
    findings, limit = _of_services(result.outcome.findings, options), _limit(result)
    if limit is None:
        return findings
    services = result.loaded.services
    files = {file for service in services for file in service.files}
    away = {service.name for service in services if limit.isdisjoint(service.files)}
    return [
        finding
        for finding in (judged.finding() for judged in findings)
        if finding.location.file in limit
        or (finding.location.file not in files and finding.service not in away)
    ]


def _limit(result: GroupResult) -> Set[str] | None:
    """The files of peers that the report is limited to; None where it is not."""
    loaded, reference = result.loaded, result.reference
    if not loaded.focus:
        return None
    files = {file for service in loaded.services for file in service.files}
    limit = loaded.focus - ({skip.file for skip in loaded.skipped} - files)
    if loaded.environment:
        limit &= files  # the rest of it is of the group's other environments
    of_peers = files.difference(() if reference is None else reference.files)
    return limit if limit <= of_peers | {problem.file for problem in loaded.problems} else None


def _violations(findings: Sequence[Judged]) -> int:
    return sum(finding.status == "violation" for finding in findings)
