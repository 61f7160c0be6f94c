"""Plans what ``init`` writes: a configuration with which ``check`` passes for the files of today.

``survey`` finds the groups, ``proposal`` writes them as a configuration, ``baseline`` makes an
allowance of each difference. An existing configuration stays; it includes the file of allowances,
to which entries are added.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from deploylint.cli.init import baseline, proposal
from deploylint.cli.init.proposal import ProposedGroup
from deploylint.cli.init.survey import survey
from deploylint.config import load as config
from deploylint.config.discovery import NAMES
from deploylint.config.files import read_config
from deploylint.config.load import Config
from deploylint.documents.edit import ListItem, append_items
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import display_path, is_folder, is_there, repository
from deploylint.documents.record import Record
from deploylint.engine import check, result
from deploylint.engine.check import CheckOptions
from deploylint.engine.discovery import DEFAULT, Skipped
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.engine.folders.search import ONLY_SERVICE
from deploylint.engine.result import Report
from deploylint.model.errors import Misread, UsageError
from deploylint.model.finding import Finding

TODO = ".deploylint-todo.yaml"
UNWRITTEN = "no configuration compares these services as they were found; write the group by hand"


class InitOptions(Record):
    """The options of a run of ``init``.

    ``paths`` are the folders to search, none for the default.
    ``reference`` and ``profile`` are "" where they are not given.
    ``accept_new`` is whether a baseline that is there takes what differs now.
    ``existing`` is the project's configuration, or None.
    ``today`` is a day as ``YYYY-MM-DD``.
    """

    paths: tuple[Path, ...]
    reference: str
    profile: str
    existing: Path | None
    today: str
    accept_new: bool = False


class InitPlan(Record):
    """The files to write, and what ``check`` reports with them.

    ``files`` is the whole text of each file.
    ``groups`` are the proposed groups, none where a configuration exists.
    ``added`` counts the new allowances.
    ``problems`` are files that could not be read or compared; the others are written of.
    ``stuck`` are the violations that no allowance can cover, and ``new`` counts those that the
    baseline is not to take.
    ``report`` is None where nothing is compared.
    """

    root: Path
    files: dict[Path, str]
    groups: tuple[ProposedGroup, ...]
    added: int
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    stuck: tuple[Finding, ...] = ()
    report: Report | None = None
    new: int = 0

    @property
    def exit_code(self) -> int:
        """3 where something could not be read, 1 where ``check`` still fails, else 0."""
        if self.problems or self.report is None:
            return 3
        return result.exit_code(self.report, "error")


Texts = dict[Path, str]
RunCheck = Callable[[Config], Report]


def plan_init(options: InitOptions) -> InitPlan:
    """The files with which each present difference has an allowance. Nothing is written here.

    Raises UsageError and Misread for options and files that are wrong.
    """
    if options.existing is None:
        return _new_configuration(options)
    return _extended_configuration(options, options.existing.absolute())


def _new_configuration(options: InitOptions) -> InitPlan:
    root, paths = _root(options.paths)
    empty = config.load()
    surveyed = survey(paths, root, options.profile, empty)
    plan = InitPlan(root, {}, (), 0, surveyed.skipped, surveyed.problems)
    broken = {problem.file for problem in surveyed.problems}
    comparable = [group for group in surveyed.groups if _is_comparable(group, broken)]
    if not comparable:
        return plan
    path = root / NAMES[0]
    how = proposal.Proposing(root, empty, options.reference, options.profile, options.today)
    groups = proposal.propose(comparable, how)
    written = [source for group in groups for source in group.candidate.sources]
    unwritten = (group for group in comparable if group not in written)
    skipped = (Skipped(display_path(group.place), UNWRITTEN) for group in unwritten)
    plan = plan._replace(skipped=(*plan.skipped, *skipped))
    if not groups:
        return plan
    alone = [skip.file for skip in surveyed.skipped if skip.reason == ONLY_SERVICE]
    text = proposal.configuration_text(groups, options.profile, TODO)
    texts = {path: text + proposal.left_out(alone)}

    def run(loaded: Config) -> Report:
        return check.check([], CheckOptions(), loaded, options.today)

    return _with_baseline(plan._replace(groups=groups), path, texts, run, options.accept_new)


def _is_comparable(group: FolderGroup, broken: Set[str]) -> bool:
    """Whether a group has services to compare, and none in a file that something is wrong with."""
    services = group.loaded.services
    return len(services) > 1 and all(broken.isdisjoint(one.files) for one in services)


def _extended_configuration(options: InitOptions, path: Path) -> InitPlan:
    root = next(iter(repository(path.parent)), path.parent)

    def run(loaded: Config) -> Report:
        report = check.check(options.paths, CheckOptions(), loaded, options.today)
        _check_groups(report, path)
        _check_options(options, report, path)
        return report

    return _with_baseline(InitPlan(root, {}, (), 0, (), ()), path, {}, run, options.accept_new)


def _check_groups(report: Report, path: Path) -> None:
    """Raises UsageError for several folders outside every group: services may share a name."""
    outside = [group.loaded for group in report.groups if group.loaded.configured is None]
    if outside and len(report.groups) > 1:
        message = f"{outside[0].name}/: not in any group of {display_path(path)}"
        raise UsageError(f"{message}; add a group for it")


def _check_options(options: InitOptions, report: Report, path: Path) -> None:
    """Raises UsageError for a reference or profile that the configuration does not use."""
    references = [group.reference for group in report.groups if group.reference is not None]
    names = {name for service in references for name in (service.name, *service.files)}
    names |= {Path(name).name for name in names}
    if display_path(Path(options.reference)) in names:
        names.add(options.reference)
    profiles = {group.loaded.profile.name for group in report.groups}
    for key, value, used in (
        ("reference", options.reference, names),
        ("profile", options.profile, profiles),
    ):
        if value and value not in used:
            message = f"--{key} {value}: {display_path(path)} exists and sets another {key}"
            raise UsageError(f"{message}; change it there")


def _with_baseline(
    plan: InitPlan, path: Path, texts: Texts, run: RunCheck, accept_new: bool
) -> InitPlan:
    """A plan with an allowance for each violation under a configuration, tried in memory.

    A baseline that is there stays as it is, if it is not to accept what is new.
    """
    todo = path.parent / TODO
    has_baseline = is_there(todo)
    texts = texts if has_baseline else texts | {todo: baseline.HEAD}
    loaded = config.load(path, texts)
    report = run(loaded)
    plan = plan._replace(problems=tuple(sorted({*plan.problems, *report.problems})))
    if report.problems and all(group.reference is None for group in report.groups):
        return plan
    if has_baseline and not accept_new:
        files = {file: text for file, text in texts.items() if file in loaded.paths}
        return plan._replace(files=files, report=report, new=report.summary.violations)
    start = _Allowed(texts, loaded, report, ())
    allowed = _with_allowances(start, start, path, run)
    # A reference is not odd where its peers may differ from it.
    lasting = [entry for entry in allowed.entries if not baseline.is_about_an_outlier(entry)]
    if lasting and len(lasting) < len(allowed.entries):
        without = _with_entries(lasting, start, path, run)
        allowed = _with_allowances(without, start, path, run)
    loaded, report = allowed.loaded, allowed.report
    files = {file: text for file, text in allowed.texts.items() if file in loaded.paths}
    stuck = tuple(finding for finding in report.findings if finding.status == "violation")
    count = len(allowed.entries)
    return plan._replace(files=files, added=count, stuck=stuck, report=report)


class _Allowed(Record):
    """A configuration with new allowances, and what is found with them."""

    texts: Texts
    loaded: Config
    report: Report
    entries: Sequence[ListItem]


def _with_allowances(allowed: _Allowed, start: _Allowed, path: Path, run: RunCheck) -> _Allowed:
    """A configuration with an allowance for each violation that may have one.

    With what differs allowed, the rest may be compared where it was not before.
    """
    while added := baseline.baseline_allowances(allowed.report, allowed.loaded):
        before = allowed.report
        if set(allowed.entries).issuperset(added):  # they allow nothing
            break
        allowed = _with_entries([*allowed.entries, *added], start, path, run)
        if allowed.report.violations == before.violations:
            break
    return allowed


def _with_entries(
    entries: Sequence[ListItem], start: _Allowed, path: Path, run: RunCheck
) -> _Allowed:
    texts = _extended(entries, path, start.texts, start.loaded)
    loaded = config.load(path, texts)
    return _Allowed(texts, loaded, run(loaded), entries)


def _extended(added: Sequence[ListItem], path: Path, texts: Texts, loaded: Config) -> Texts:
    """The texts with new allowances, in a file that the configuration includes."""
    todo = path.parent / TODO
    is_new = texts.get(todo) == baseline.HEAD
    text = baseline.new_text(added) if is_new else _appended(todo, texts, "allow", added)
    texts = texts | {todo: text}
    if todo not in loaded.paths:
        include = [ListItem((f"- {TODO}",), TODO)]
        texts |= {path: _appended(path, texts, "include", include)}
    return texts


def _appended(path: Path, texts: Texts, key: str, items: Sequence[ListItem]) -> str:
    """The text of a file of ours with items at the end of a list."""
    text = append_items(read_config(path, texts).document, key, items)
    if isinstance(text, Problem):
        raise Misread(text)
    return text


def _root(paths: Sequence[Path]) -> tuple[Path, list[Path]]:
    """The folder of the configuration, and the paths to search."""
    here = Path.cwd()
    given = list(paths) or [DEFAULT if is_folder(DEFAULT) else here]
    for path in given:
        if not is_there(path):
            raise UsageError(f"{path}: no such file or folder")
    absolute = [Path(os.path.abspath(path)) for path in given]
    root, *others = (next(iter(repository(path)), here) for path in absolute)
    for path, whole in zip(absolute, (root, *others), strict=True):
        if whole != root or not path.is_relative_to(root):
            message = f"{display_path(path)}: is outside {root}, the folder of the configuration"
            raise UsageError(f"{message}; run init inside each repository")
    return root, absolute
