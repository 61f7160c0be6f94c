"""The folders with services that belong together, and what is skipped, and why.

A folder with two services or more is a group; so are folders beside each other that hold one
``values.yaml`` each, as charts do. No other folders are joined.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from deploylint.config.groups import ServiceFiles
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import display_path, from_display_path
from deploylint.documents.record import Record
from deploylint.engine.discovery import SUFFIXES, FileGroup, Skipped
from deploylint.engine.load import NOT_DEPLOYMENTS, DeploymentGroup, load_group

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
    loaded: DeploymentGroup
    of_charts: bool = False

    @property
    def candidates(self) -> list[str]:
        """The files of services, and those that could not be read."""
        files = [file for service in self.loaded.services for file in service.files]
        return [*files, *(problem.file for problem in self.loaded.problems)]

    @property
    def is_group(self) -> bool:
        """Whether there are services to compare, or would be if all files could be read."""
        return bool(self.loaded.services) and len(self.candidates) > 1

    def why_skipped(self) -> Iterator[Skipped]:
        """Each file of a folder that is not a group, with the reason."""
        for service in self.loaded.services:
            reason = "the only service of its folder; nothing to compare it with"
            yield Skipped(service.files[0], reason)
        for problem in self.loaded.problems:
            yield Skipped(problem.file, f"line {problem.line}: {problem.message}")


class Survey(Record):
    """Groups, what is skipped, and the problems that keep files from their group."""

    groups: tuple[SurveyResult, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


def survey(paths: Sequence[Path], root: Path, profile: str) -> Survey:
    """Survey folders, and files, which are taken for all files of their folder.

    ``root`` is the folder that links may not leave. Raises UsageError for two services of one name
    in a folder.
    """

    def read(folder: Path, files: Iterable[Path], *, of_charts: bool = False) -> SurveyResult:
        members = tuple(ServiceFiles((file,)) for file in files)
        group = load_group(FileGroup(folder.name, root, members), profile)
        return SurveyResult(folder, group, of_charts)

    skipped = list[Skipped]()
    results = [read(folder, files) for folder, files in _folders(paths, skipped).items()]
    skipped += (skip for result in results for skip in result.loaded.skipped)
    groups = [result for result in results if result.is_group]
    single = [result for result in results if not result.is_group]
    for parent, charts in _charts_by_folder(single).items():
        files = (from_display_path(file) for chart in charts for file in chart.candidates)
        joined = read(parent, files, of_charts=True)
        if joined.is_group:
            groups.append(joined)
            skipped += joined.loaded.skipped
            single = [result for result in single if result not in charts]
    skipped += (skip for result in single for skip in result.why_skipped())
    problems = sorted(problem for group in groups for problem in group.loaded.problems)
    groups.sort(key=lambda group: (group.folder, group.of_charts))
    return Survey(tuple(groups), tuple(sorted(set(skipped))), tuple(problems))


def _charts_by_folder(single: Iterable[SurveyResult]) -> dict[Path, list[SurveyResult]]:
    """Folders with nothing but one ``values.yaml``, by the folder that they are in."""
    charts: dict[Path, list[SurveyResult]] = {}
    for result in single:
        if [Path(file).stem for file in result.candidates] == [VALUES]:
            charts.setdefault(result.folder.parent, []).append(result)
    return {
        parent: results
        for parent, results in charts.items()
        if len(results) > 1 and any(result.loaded.services for result in results)
    }


def _folders(paths: Sequence[Path], skipped: list[Skipped]) -> dict[Path, Sequence[Path]]:
    """The files that may be deployments, by folder, of all folders at or below some paths."""
    folders: dict[Path, Sequence[Path]] = {}
    for path in paths:
        if path.is_dir():
            folders.update(_walk(path.absolute(), skipped))
    files = {path.absolute() for path in paths if not path.is_dir()}
    given = {file.parent for file in files} - folders.keys()
    return folders | {
        parent: sorted(file for file in files if file.parent == parent) for parent in sorted(given)
    }


def _walk(path: Path, skipped: list[Skipped]) -> Iterator[tuple[Path, Sequence[Path]]]:
    def unreadable(error: OSError) -> None:
        reason = f"cannot be read: {error.strerror}"
        skipped.append(Skipped(display_path(Path(error.filename or path)), reason))

    for name, below, names in os.walk(path, onerror=unreadable):
        folder, is_chart = Path(name), CHART in names
        entered = partial(_why_not_entered, is_chart=is_chart)
        below[:] = [child.name for child in _kept(folder, below, entered, skipped)]
        values = {f"{VALUES}{suffix}" for suffix in SUFFIXES}.intersection(names)
        is_deployment = partial(_why_not_read, values=values if is_chart else frozenset())
        yaml = (name for name in names if Path(name).suffix in SUFFIXES)
        if files := list(_kept(folder, yaml, is_deployment, skipped)):
            yield folder, files


def _kept(
    folder: Path, names: Iterable[str], why: Callable[[Path], str], skipped: list[Skipped]
) -> Iterator[Path]:
    """The paths without a reason to skip them; the others are added to ``skipped``."""
    for path in (folder / name for name in sorted(names)):
        if reason := why(path):
            skipped.append(Skipped(display_path(path), reason))
        else:
            yield path


def _why_not_entered(folder: Path, *, is_chart: bool) -> str:
    """Why a folder is not searched, or ""."""
    if folder.name.startswith("."):
        return "a hidden folder"
    if folder.name in PACKAGES:
        return "installed packages"
    if folder.is_symlink():
        return "a link to a folder; name the folder itself"
    return OF_A_CHART.get(folder.name, "") if is_chart else ""


def _why_not_read(file: Path, *, values: Collection[str]) -> str:
    """Why a file cannot be in a group, or ""; ``values`` are the values files of its chart."""
    try:
        file.name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8; a configuration cannot name it"
    if file.name.startswith("."):
        return "a hidden file"
    if values and file.name not in values and file.stem not in NOT_DEPLOYMENTS:
        return "other values of the chart; its values.yaml is in the same folder"
    return ""
