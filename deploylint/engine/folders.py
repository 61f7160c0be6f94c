"""Folders of folders: the groups in them, and the folders that are not searched, and why.

A folder that holds a deployment is a group, without its sub-folders: these often hold variants of
the same services. Where it holds none, each sub-folder is searched in the same way. Sub-folders
with one service each, and with different names, are one group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path
from deploylint.engine.discovery import SUFFIXES, FileGroup, Skipped, folder_group
from deploylint.engine.load import DeploymentGroup, load_group
from deploylint.model.errors import NothingToCheck
from deploylint.model.progress import SILENT, Progress

MAX_DEPTH = 30
"""How deep folders are searched."""

_SKIPPED = {"node_modules": "third-party packages"}
_CHART = "Chart.yaml"
_TEMPLATES = "templates"

Searched = tuple[FileGroup, list[DeploymentGroup]]
"""The files of a sub-folder, and the groups in it."""


def load_groups(
    files: FileGroup, profile: str, config: Config, progress: Progress = SILENT
) -> list[DeploymentGroup]:
    """A group, or those of its sub-folders where a folder itself holds no deployment."""
    group = load_group(files, profile, config.profile_folders, progress)
    if group.services or group.problems or not files.one_shape or files.focus:
        return [without_sub_folders(group, files)]
    skipped = list(group.skipped)
    groups = _search(files.root, profile, config, skipped, 0) or [group._replace(skipped=())]
    first, *others = groups
    return [first._replace(skipped=(*skipped, *first.skipped)), *others]


def without_sub_folders(group: DeploymentGroup, files: FileGroup) -> DeploymentGroup:
    """The group of a folder, with the sub-folders that are not part of it as skipped."""
    if not files.one_shape or files.focus:
        return group
    return group._replace(skipped=(*group.skipped, *_left_out(files.root)))


def _search(
    folder: Path, profile: str, config: Config, skipped: list[Skipped], depth: int
) -> list[DeploymentGroup]:
    """The groups in the sub-folders of a folder; what is not searched is added to ``skipped``."""
    searched = list[Searched]()
    for path in _folders(folder):
        if reason := _reason(path, depth):
            skipped.append(_skipped(path, reason))
            continue
        try:
            files = folder_group(path, [], config)
        except NothingToCheck:
            continue
        group = load_group(files, profile, config.profile_folders)
        if group.services or group.problems:
            searched.append((files, [group]))
            skipped += _left_out(path)
        else:
            skipped += group.skipped
            groups = _search(path, profile, config, skipped, depth + 1)
            searched += [(files, groups)] if groups else []
    return _joined(folder, searched, profile, config)


def _joined(
    folder: Path, searched: Sequence[Searched], profile: str, config: Config
) -> list[DeploymentGroup]:
    """The groups of sub-folders; one where each holds one service and no two share a name."""
    groups = [group for _, inside in searched for group in inside]
    names = [service.name for group in groups for service in group.services]
    single = len(groups) == len(searched) == len(names) == len(set(names)) > 1
    if not single or any(group.problems for group in groups):
        return [
            group._replace(name=_name(group, files))
            for files, inside in searched
            for group in inside
        ]
    members = tuple(member for files, _ in searched for member in files.members)
    skipped = tuple(skip for files, _ in searched for skip in files.skipped)
    whole = FileGroup(absolute(folder).name, folder, members, skipped=skipped, one_shape=True)
    return [load_group(whole, profile, config.profile_folders)]


def _name(group: DeploymentGroup, files: FileGroup) -> str:
    """The name of a group in a sub-folder: with the folder above that."""
    above = absolute(files.root).parent.name
    return group.name if "/" in group.name else f"{above}/{group.name}"


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _skipped(folder: Path, reason: str) -> Skipped:
    return Skipped(f"{display_path(folder)}/", reason, unrendered=_is_chart(folder))


def _is_chart(folder: Path) -> bool:
    """Whether a folder holds the templates of a Helm chart."""
    return folder.name == _TEMPLATES and (folder.parent / _CHART).is_file()


def _reason(path: Path, depth: int) -> str:
    """Why a folder is not searched, or ""."""
    if path.is_symlink():
        return "a link to a folder"
    if path.name.startswith("."):
        return "a dot folder"
    if _is_chart(path):
        command = f"helm template NAME {display_path(path.parent)} | deploylint check -"
        return f"templates of a chart; render it first: {command}"
    return _SKIPPED.get(path.name, "" if depth < MAX_DEPTH else "too deep")


def _left_out(folder: Path) -> Iterator[Skipped]:
    """The sub-folders of a group that hold YAML files, and why these are not part of it."""
    for path in _folders(folder):
        if reason := _reason(path, 0):
            yield _skipped(path, reason)
        elif any(file.suffix in SUFFIXES for file in path.rglob("*")):
            yield _skipped(path, "a sub-folder, not part of this group; check it separately")
