"""Folders of folders: which of them are sets, and what is not walked into and why.

A folder that holds a deployment is a set, and what lies in its sub-folders is not of it: they hold
variants of the same services too often. Where it holds none, each sub-folder is looked at in the
same way; sub-folders that hold one service each, no two of one name, are together one set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path
from deploylint.engine import discovery
from deploylint.engine import load as sets
from deploylint.engine.discovery import SUFFIXES, FileGroup, Skipped
from deploylint.engine.load import DeploymentGroup
from deploylint.model.errors import NothingToCheck
from deploylint.model.progress import SILENT, Progress

MAX_DEPTH = 30
"""How deep folders are walked into."""

_SKIPPED = {"node_modules": "third-party packages"}
_CHART = "Chart.yaml"
_TEMPLATES = "templates"


def loaded(
    wanted: FileGroup, profile: str, config: Config, progress: Progress = SILENT
) -> list[DeploymentGroup]:
    """A set, or those of its sub-folders where a folder itself holds no deployment."""
    one = sets.load(wanted, profile, config.profile_folders, progress)
    if one.services or one.problems or not wanted.one_shape or wanted.focus:
        return [without_sub_folders(one, wanted)]
    skipped = list[Skipped]()
    found = _below(wanted.root, profile, config, skipped, 0)
    above = (*one.skipped, *skipped)
    if not found:
        return [one._replace(skipped=above)]
    return [found[0]._replace(skipped=(*above, *found[0].skipped)), *found[1:]]


def without_sub_folders(one: DeploymentGroup, wanted: FileGroup) -> DeploymentGroup:
    """The group of a folder, which names the sub-folders that are no part of it."""
    if not wanted.one_shape or wanted.focus:
        return one
    return one._replace(skipped=(*one.skipped, *_kept_out(wanted.root)))


def _below(
    folder: Path, profile: str, config: Config, skipped: list[Skipped], depth: int
) -> list[DeploymentGroup]:
    """The sets in the sub-folders of a folder; what is not walked into is added to ``skipped``."""
    each = list[tuple[FileGroup, list[DeploymentGroup]]]()
    for path in _folders(folder):
        if reason := _reason(path, depth):
            skipped.append(_skipped(path, reason))
            continue
        try:
            wanted = discovery.folder(path, [], config)
        except NothingToCheck:
            continue
        one = sets.load(wanted, profile, config.profile_folders)
        if one.services or one.problems:
            each.append((wanted, [one]))
            skipped += _kept_out(path)
        else:
            skipped += one.skipped
            inside = _below(path, profile, config, skipped, depth + 1)
            each += [(wanted, inside)] if inside else []
    return _together(folder, each, profile, config)


def _together(
    folder: Path,
    each: Sequence[tuple[FileGroup, list[DeploymentGroup]]],
    profile: str,
    config: Config,
) -> list[DeploymentGroup]:
    """The sets of sub-folders, as one where each holds one service and no two share a name."""
    found = [one for _, inside in each for one in inside]
    names = [service.name for one in found for service in one.services]
    single = len(found) == len(each) == len(names) == len(set(names)) > 1
    if not single or any(one.problems for one in found):
        return [one._replace(name=_named(one, wanted)) for wanted, some in each for one in some]
    members = tuple(member for wanted, _ in each for member in wanted.members)
    skipped = tuple(skip for wanted, _ in each for skip in wanted.skipped)
    whole = FileGroup(absolute(folder).name, folder, members, skipped=skipped, one_shape=True)
    return [sets.load(whole, profile, config.profile_folders)]


def _named(one: DeploymentGroup, wanted: FileGroup) -> str:
    """Sets of sub-folders are told apart by the folder above them too."""
    above = absolute(wanted.root).parent.name
    return one.name if "/" in one.name else f"{above}/{one.name}"


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _skipped(folder: Path, reason: str) -> Skipped:
    return Skipped(f"{display_path(folder)}/", reason, unrendered=_is_chart(folder))


def _is_chart(folder: Path) -> bool:
    """Whether a folder holds the templates of a Helm chart."""
    return folder.name == _TEMPLATES and (folder.parent / _CHART).is_file()


def _reason(path: Path, depth: int) -> str:
    """Why a folder is not walked into, or ""."""
    if path.is_symlink():
        return "a link to a folder"
    if path.name.startswith("."):
        return "a dot folder"
    if _is_chart(path):
        chart = display_path(path.parent)
        return (
            "templates of a chart; render it first: "
            f"helm template NAME {chart} | deploylint check -"
        )
    return _SKIPPED.get(path.name, "" if depth < MAX_DEPTH else "too deep")


def _kept_out(folder: Path) -> Iterator[Skipped]:
    """The sub-folders of a set that hold YAML files, and why these are not of it."""
    for path in _folders(folder):
        if reason := _reason(path, 0):
            yield _skipped(path, reason)
        elif any(file.suffix in SUFFIXES for file in path.rglob("*")):
            yield _skipped(path, "a sub-folder, not part of this group; check it separately")
