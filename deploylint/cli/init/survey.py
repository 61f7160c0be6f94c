"""Which folders hold services that belong together, and what is passed over on the way, and why.

A folder with two services or more is a group; so are folders beside each other that hold one
``values.yaml`` each, as charts do. Nothing is ever joined across other folders.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deploylint.config.groups import ServiceFiles
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import located, shown
from deploylint.documents.record import Record
from deploylint.engine import load as sets
from deploylint.engine.discovery import SUFFIXES, FileGroup, Skipped
from deploylint.engine.load import NOT_DEPLOYMENTS, DeploymentGroup

PACKAGES = ("node_modules",)
CHART, VALUES = "Chart.yaml", "values"
OF_A_CHART = {
    "templates": "a chart's templates",
    "charts": "dependencies of a chart",
    "crds": "a chart's custom resource definitions",
    "ci": "test values of a chart",
}
"""The folders of a chart that hold no deployment, as Helm and its chart-testing lay them out."""


class SurveyResult(Record):
    """Services that belong together: those of one folder, or of the charts in it."""

    folder: Path
    set: DeploymentGroup
    of_charts: bool = False


class Looked(Record):
    """What some paths hold: groups, what is passed over, and what keeps a group from being one."""

    groups: tuple[SurveyResult, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


class _Folder(Record):
    """A folder and the files in it that may be deployments."""

    path: Path
    files: tuple[Path, ...]


class _Search:
    """A search below one root. Holds what was passed over, which every step adds to."""

    def __init__(self, root: Path, profile: str) -> None:
        self.root = root
        self.profile = profile
        self.skipped: list[Skipped] = []

    def skip(self, path: Path, reason: str) -> None:
        """Keep that a file or folder is not looked at."""
        self.skipped.append(Skipped(shown(path), reason))

    def load(self, folder: Path, files: Iterable[Path]) -> DeploymentGroup:
        """Read files as one set. Raises UsageError for two services of one name."""
        members = tuple(ServiceFiles((file,)) for file in files)
        return sets.load(FileGroup(folder.name, self.root, members), self.profile)


def look(paths: Sequence[Path], root: Path, profile: str) -> Looked:
    """Look at folders, and at files, which are taken to be all that their folder holds.

    ``root`` is the folder that links may not leave. Raises UsageError for two services of one name
    in a folder.
    """
    search = _Search(root, profile)
    read = [SurveyResult(one.path, search.load(*one)) for one in _folders(paths, search)]
    whole, alone = list[SurveyResult](), list[SurveyResult]()
    for one in read:
        (whole if _is_group(one.set) else alone).append(one)
    for parent, charts in _by_parent(alone).items():
        files = [located(name) for chart in charts for name in _candidates(chart.set)]
        joined = SurveyResult(parent, search.load(parent, files), of_charts=True)
        if _is_group(joined.set):
            whole.append(joined)
            alone = [one for one in alone if one not in charts]
            search.skipped += (skip for one in charts for skip in one.set.skipped)
    search.skipped += (skip for one in alone for skip in _passed_over(one))
    search.skipped += (skip for one in whole for skip in one.set.skipped)
    problems = [problem for one in whole for problem in one.set.problems]
    groups = sorted(whole, key=lambda one: (one.folder, one.of_charts))
    return Looked(tuple(groups), tuple(sorted(set(search.skipped))), tuple(sorted(problems)))


def _is_group(one: DeploymentGroup) -> bool:
    """Whether a folder holds services to compare, or would if all of it could be read."""
    return bool(one.services) and len(_candidates(one)) > 1


def _candidates(one: DeploymentGroup) -> list[str]:
    """The files of a set that are services, and those of which nobody can say."""
    files = [file for service in one.services for file in service.files]
    return [*files, *(problem.file for problem in one.problems)]


def _by_parent(alone: Iterable[SurveyResult]) -> dict[Path, list[SurveyResult]]:
    """Folders that hold nothing but one ``values.yaml``, by the folder they lie in together."""
    found: dict[Path, list[SurveyResult]] = {}
    for one in alone:
        if [Path(file).stem for file in _candidates(one.set)] == [VALUES]:
            found.setdefault(one.folder.parent, []).append(one)
    return {
        parent: charts
        for parent, charts in found.items()
        if len(charts) > 1 and any(chart.set.services for chart in charts)
    }


def _passed_over(one: SurveyResult) -> Iterator[Skipped]:
    """What a folder holds that is no group."""
    yield from one.set.skipped
    for service in one.set.services:
        yield Skipped(
            service.files[0], "the only service of its folder; nothing to compare it with"
        )
    for problem in one.set.problems:
        yield Skipped(problem.file, f"line {problem.line}: {problem.message}")


def _folders(paths: Sequence[Path], search: _Search) -> Iterator[_Folder]:
    """Every folder at or below some paths that holds YAML, once."""
    seen: set[Path] = set()
    by_folder: dict[Path, list[Path]] = {}
    for path in paths:
        if path.is_dir():
            for folder in _walk(path.absolute(), search):
                if folder.path not in seen:
                    seen.add(folder.path)
                    yield folder
        else:
            by_folder.setdefault(path.absolute().parent, []).append(path.absolute())
    for parent, files in by_folder.items():
        if parent not in seen:
            yield _Folder(parent, tuple(sorted(set(files))))


def _walk(path: Path, search: _Search) -> Iterator[_Folder]:
    def unreadable(error: OSError) -> None:
        search.skip(Path(error.filename or path), f"cannot be read: {error.strerror}")

    for name, below, names in os.walk(path, onerror=unreadable):
        folder = Path(name)
        is_chart = CHART in names
        below[:] = sorted(_kept(folder, below, is_chart, search))
        files = tuple(_files(folder, sorted(names), is_chart, search))
        if files:
            yield _Folder(folder, files)


def _kept(folder: Path, below: Iterable[str], is_chart: bool, search: _Search) -> Iterator[str]:
    """The folders below one that are looked at."""
    for name in below:
        if reason := _not_entered(folder / name, is_chart):
            search.skip(folder / name, reason)
        else:
            yield name


def _not_entered(folder: Path, is_chart: bool) -> str:
    if folder.name.startswith("."):
        return "a hidden folder"
    if folder.name in PACKAGES:
        return "installed packages"
    if folder.is_symlink():
        return "a link to a folder; name the folder itself"
    return OF_A_CHART.get(folder.name, "") if is_chart else ""


def _files(folder: Path, names: Sequence[str], is_chart: bool, search: _Search) -> Iterator[Path]:
    """The YAML files of a folder that may be deployments."""
    written = {f"{VALUES}{suffix}" for suffix in SUFFIXES}.intersection(names)
    for path in (folder / name for name in names):
        if path.suffix not in SUFFIXES:
            continue
        layer = is_chart and bool(written) and path.name not in written
        if reason := _no_candidate(path, layer=layer):
            search.skip(path, reason)
        else:
            yield path


def _no_candidate(path: Path, *, layer: bool) -> str:
    """Why a file is none that a group could name, or ""."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8; a configuration cannot name it"
    if path.name.startswith("."):
        return "a hidden file"
    if layer and path.stem not in NOT_DEPLOYMENTS:
        return "other values of the chart; its values.yaml is in the same folder"
    return ""
