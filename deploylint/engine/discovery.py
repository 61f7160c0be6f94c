"""Finds the groups of files that the paths of a command name, before the files are read.

A folder is searched for groups (``folders.search``); files that are named are one group; a file
that is named beside a folder above it limits the report to that file. Where a configuration has
groups, a path into one stands for the whole group, and limits the report to itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path

from deploylint.config.environment_names import is_environment, layer_name
from deploylint.config.groups import (
    CHART,
    VALUES,
    GroupConfig,
    ServiceFiles,
    environment_by,
    with_environments,
)
from deploylint.config.load import Config
from deploylint.documents.paths import (
    absolute,
    below_folder,
    display_path,
    is_file,
    is_folder,
    is_there,
    leads_out,
    path_from_here,
    repository,
)
from deploylint.documents.record import Record
from deploylint.engine.unread_files import SUFFIXES, is_left_over, why_unread
from deploylint.model.errors import NothingToCheck, OutsideGroups, UsageError

DEFAULT = Path("deploy")
STDIN = Path("-")
"""The path of the standard input."""
PIPED = "<stdin>"
"""The name of the standard input in messages."""
OWN = ".deploylint"
"""How the names of deploylint's own files begin."""
NOT_DEPLOYMENTS = {
    CHART: "a chart's description",
    "kustomization": "a kustomization; its resources, patches and images are read",
    "skaffold": "a skaffold configuration",
    "docker-compose": "a compose file",
    "compose": "a compose file",
    "_config": "a Jekyll configuration",
    "Taskfile": "a file of tasks",
    "taskfile": "a file of tasks",
    "gotk-components": "Flux itself, as its bootstrap command writes it",
}


KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def is_kustomization(file: Path) -> bool:
    """Whether a file is called as a kustomization."""
    return file.name in KUSTOMIZATIONS


def kustomization_in(folder: Path) -> Path | None:
    """The kustomization of a folder."""
    return next((folder / name for name in KUSTOMIZATIONS if is_file(folder / name)), None)


class Skipped(Record):
    """A file that is not compared, and why.

    ``unrendered`` are templates: something else has to make manifests of them first.
    """

    file: str
    reason: str
    unrendered: bool = False

    @property
    def kind(self) -> str:
        """The reason without the names in it, which many files share."""
        reason = self.reason.partition("; ")[0].lstrip("0123456789 ")
        if reason.startswith("line "):  # line, number, kind, name
            *_, name, why = reason.split(" ", 4)
            return why if name.endswith(":") else f"objects {why}"
        return re.sub(r"^\S+: |^\S+, (?=[^:]*: )| of [^:]*(?=: )", "", reason)


def count_reasons(skipped: Sequence[Skipped]) -> str:
    """Why paths are skipped: one by its name, else the most frequent reasons with their numbers."""
    if len(skipped) == 1:
        return f"{skipped[0].file}: {skipped[0].reason}"
    kinds = Counter(skip.kind for skip in skipped).most_common()
    texts = [f"{number} path{'s' * (number > 1)}: {kind}" for kind, number in kinds[:_MOST]]
    if rest := sum(number for _, number in kinds[_MOST:]):
        texts.append(f"{rest} for other reasons")
    return "; ".join(texts)


_MOST = 4
"""How many reasons a summary names."""


class FileGroup(Record):
    """A group before it is read.

    ``root`` is the folder that links may not leave.
    ``focus`` are the files that the report is limited to, as messages name them; none for all.
    ``configured`` is the group of the configuration that it is, in one ``environment``.
    ``skipped`` are files beside its own that are not read.
    ``folder`` is where all its files are, which are read alike; None for files that are named.
    ``within`` are the only folders in it that are searched, none for all.
    ``piped`` is the name of the standard input in messages.
    """

    name: str
    root: Path
    members: tuple[ServiceFiles, ...]
    focus: frozenset[str] = frozenset()
    configured: GroupConfig | None = None
    skipped: tuple[Skipped, ...] = ()
    environment: str = ""
    folder: Path | None = None
    within: tuple[Path, ...] = ()
    piped: str = PIPED

    def file_name(self, path: Path) -> str:
        """The name of one of its files in messages."""
        return self.piped if path == STDIN else display_path(path)

    @property
    def files(self) -> list[Path]:
        """All its files, in order."""
        return [file for member in self.members for file in member.files]

    @property
    def every_file(self) -> list[Path]:
        """Its files, and those of the environments of its services."""
        return [file for member in self.members for file in member.every_file]

    @property
    def everywhere(self) -> frozenset[str]:
        """The names of the files of services without environments, beside others with some."""
        within = [bool(member.environments) for member in self.members]
        others = (m for m in self.members if any(within) and not m.environments)
        return frozenset(self.file_name(file) for member in others for file in member.files)

    def by_environment(self) -> Iterator[FileGroup]:
        """The group in each environment of its services, in the order in which they name them.

        A group without environments, or in one of them, is the only one.
        """
        names = dict.fromkeys(name for member in self.members for name in member.environments)
        if self.environment or not names:
            yield self
            return
        for name in names:
            within = (member.within(name) for member in self.members)
            members = tuple(member for member in within if member is not None)
            yield self._replace(members=members, environment=name)


def find_groups(paths: Sequence[Path], config: Config, piped: str = PIPED) -> list[FileGroup]:
    """The groups of some paths; by default all groups of the configuration, else ``deploy/``.

    With the standard input among them, called ``piped``, all paths are one group.

    Raises UsageError for a path that does not exist, NothingToCheck for a folder without YAML.
    """
    for path in paths:
        if path != STDIN and not is_there(path):
            raise UsageError(f"{path}: no such file or folder{_suggestion(Path.cwd())}")
    if STDIN in paths:
        return [_piped([path for path in paths if path != STDIN], piped)]
    own = [path for path in paths if absolute(path) in config.paths]
    others = [path for path in paths if path not in own]
    if not others and config.groups:
        return [one for group in config.groups for one in _configured(group, [], [])]
    return _groups_of(others or [default_folder()], config, whole=bool(own))


def _piped(paths: Sequence[Path], piped: str) -> FileGroup:
    """The group of the standard input and of all that is named beside it."""
    files = [file for path in paths for file in (yaml_files(path) if is_folder(path) else [path])]
    here = Path.cwd()
    root = next(iter(repository(here)), here)
    members = (ServiceFiles((STDIN,)), *(ServiceFiles((file,)) for file in files))
    return FileGroup(piped, root, members, piped=piped)


def _groups_of(paths: Sequence[Path], config: Config, *, whole: bool) -> list[FileGroup]:
    """The groups of some paths; ``whole`` is whether the report is not limited.

    Raises OutsideGroups for files below folders that limit the report to no group.
    """
    folders = sorted(path for path in paths if is_folder(path))
    files = sorted({absolute(path): path for path in paths if not is_folder(path)}.values())
    inside = {file for file in files if any(_is_below(file, folder) for folder in folders)}
    unlimited = [path for path in folders if whole or not any(_is_below(f, path) for f in inside)]
    touched = [group for group in config.groups if _under(group.files, unlimited, files)]
    limits = ([], []) if whole else (folders, files)
    groups = [one for group in touched for one in _configured(group, *limits)]
    items_by_key = frozenset(file for group in config.groups for file in group.files)
    with_groups = [path for path in folders if _under(items_by_key, [path], [])]
    if groups:
        groups[0] = groups[0]._replace(skipped=tuple(_ungrouped(with_groups, config)))
    searched = [path for path in folders if path not in with_groups]
    groups += (folder_group(path, [] if whole else files, config) for path in searched)
    loose = [path for path in files if not _names(path) & items_by_key and path not in inside]
    if groups:  # a hook hands over each configuration, also that of another folder
        loose = [path for path in loose if not path.name.startswith(OWN)]
    if not groups and not loose:
        raise OutsideGroups(outside_groups(map(display_path, files)))
    return [*groups, *_loose(loose, config, alone=not groups)]


def _is_below(file: Path, folder: Path) -> bool:
    return below_folder(file, folder) is not None


def outside_groups(files: Iterable[str]) -> str:
    """What is said of files that belong to no group."""
    first, *others = sorted(files)
    more = f" and {len(others)} more" if others else ""
    return f"nothing to check: {first}{more} belong{'s' * (not others)} to no group of services"


def _loose(files: Sequence[Path], config: Config, *, alone: bool) -> Iterator[FileGroup]:
    """The group of the files that belong to no other one."""
    kept = [path for path in files if not is_excluded(path, config)]
    if not kept and files and alone:
        name = display_path(files[0])
        raise NothingToCheck(f"{name}: excluded by the configuration; nothing left to check")
    if kept:
        folder = absolute(kept[0]).parent
        root = next(iter(repository(folder)), folder)
        yield FileGroup(folder.name, root, tuple(ServiceFiles((path,)) for path in kept))


def _names(path: Path) -> set[Path]:
    """The names under which a group may list a path."""
    return {absolute(path), path.resolve()}


def _under(paths: Iterable[Path], folders: Iterable[Path], files: Iterable[Path]) -> list[Path]:
    """The paths that are named, themselves or by a folder above them."""
    names = {name for path in (*folders, *files) for name in _names(path)}
    return [path for path in paths if not names.isdisjoint({path, *path.parents})]


def _configured(
    group: GroupConfig, folders: Sequence[Path], files: Sequence[Path]
) -> Iterator[FileGroup]:
    """A whole group in each of its environments.

    The report is limited to what is named of it: files, else what folders hold.
    """
    focus = _under(group.files, [], files) or _under(group.files, folders, [])
    limit = frozenset(map(display_path, focus)) if len(focus) < len(group.files) else frozenset()
    yield from FileGroup(group.name, group.top, group.members, limit, group).by_environment()


def _ungrouped(folders: Iterable[Path], config: Config) -> Iterator[Skipped]:
    """The files of some folders that are in no group of the configuration."""
    items_by_key = {file for group in config.groups for file in group.files}
    no_group = f"not in any group of {display_path(config.paths[-1])}"
    for path in (path for folder in folders for path in yaml_files(folder)):
        if not path.name.startswith(OWN) and not _names(path) & items_by_key:
            reason = _EXCLUDED if is_excluded(path, config) else no_group
            yield Skipped(display_path(path), reason)


_EXCLUDED = "excluded by the configuration"


def _why_beside_values(file: Path, *, is_chart: bool) -> str:
    """Why a file beside ``values.yaml`` is no service, or "". Of an environment it is a layer."""
    layer = layer_name(file.stem)
    is_own = layer == absolute(file).parent.name
    if is_environment(layer) or (is_chart and layer and not is_own):
        return ""
    is_chart &= file.stem != VALUES and file.stem not in NOT_DEPLOYMENTS
    if is_chart or (layer and is_own):
        return "other values of the service; its values.yaml is in the same folder"
    return ""


def is_excluded(path: Path, config: Config) -> bool:
    """Whether a configuration excludes a file, or a folder above it."""
    return bool(config.exclude) and not config.exclude.isdisjoint(
        {absolute(path), *absolute(path).parents}
    )


def default_folder() -> Path:
    """The folder to check where no path is given. Raises NothingToCheck with what to type."""
    if is_folder(DEFAULT):
        return DEFAULT
    raise NothingToCheck(f"no path given and no {DEFAULT}/ here{_suggestion(Path.cwd())}")


def _suggestion(folder: Path) -> str:
    """The command to type instead: a folder or two with deployments here, or all of them."""
    paths = [
        path for path in sorted(folder.glob("*/")) if is_folder(path) and any(yaml_files(path))
    ]
    paths += (path for path in yaml_files(folder) if path.stem.startswith(DEFAULT.name))
    if len(paths) > 2 or (not paths and any(map(_is_yaml, folder.rglob("*")))):
        paths = [folder]
    if not paths:
        return "; give a folder or files with deployments: deploylint check PATH"
    folders = " or ".join(path_from_here(display_path(path)) for path in paths)
    return f"; try: deploylint check {folders}"


def yaml_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder, in order."""
    yield from filter(_is_yaml, sorted(folder.iterdir()))


def _is_yaml(path: Path) -> bool:
    is_called_so = is_kustomization(path) and not path.is_dir()
    return path.suffix in SUFFIXES or is_called_so or _is_manifest_in_json(path)


def _is_manifest_in_json(path: Path) -> bool:
    """Whether a JSON file begins as an object of Kubernetes does, which kubectl reads like YAML."""
    if path.suffix != ".json" or path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return b'"apiVersion"' in file.read(_HEAD)
    except OSError:
        return False


_HEAD = 1024
"""The bytes of a JSON file in which an object says its version."""


def folder_group(path: Path, files: Iterable[Path], config: Config) -> FileGroup:
    """The group of the files of a folder, those in its sub-folders left out.

    The report is limited to the ``files`` in it or below it. Raises NothingToCheck for a folder
    without a YAML file in it or below it.
    """
    top = next(iter(repository(absolute(path).parent)), None)
    if top is not None and leads_out(absolute(path), top):
        message = f"is a link to a folder outside {top.name}/; name that folder instead"
        raise UsageError(f"{display_path(path)}: {message}")
    if not any(map(_is_yaml, path.rglob("*"))):
        raise NothingToCheck(f"{display_path(path)}: no .yaml or .yml file{_suggestion(path)}")
    below = (below_folder(file, path) for file in files)
    focus = frozenset(display_path(path / file) for file in below if file is not None)
    return files_in(path, config)._replace(focus=focus)


def files_in(folder: Path, config: Config) -> FileGroup:
    """The group of the files of a folder, which may be none."""
    paths = sorted(folder.iterdir())
    inside = [path for path in paths if _is_yaml(path) and not is_left_over(path)]
    stems = {file.stem for file in inside}
    reasons = {file: _why_not_read(file, config, stems) for file in inside}
    read = [ServiceFiles((file,)) for file, reason in reasons.items() if not reason]
    members = with_environments(read, environment_by(stems, inside))
    reasons |= {file: why_unread(file) for file in paths if file not in reasons}
    skipped = (Skipped(display_path(file), reason) for file, reason in reasons.items() if reason)
    return FileGroup(
        absolute(folder).name, folder, tuple(members), skipped=tuple(skipped), folder=folder
    )


def _why_not_read(file: Path, config: Config, stems: Set[str]) -> str:
    """Why a file of a folder is not read, or ""; ``stems`` are the files there without suffix."""
    if is_excluded(file, config):
        return _EXCLUDED
    if file.name.startswith(".") and not file.name.startswith(OWN):
        return "a hidden file"
    if VALUES in stems and (reason := _why_beside_values(file, is_chart=CHART in stems)):
        return reason
    return ""
