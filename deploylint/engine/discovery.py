"""What the paths of a command mean: which files are looked at together, before they are read.

A folder is one set; files named are one set; a file named beside its folder is a focus on it. Where
a configuration has groups, a path into one means the whole group, and is a focus on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deploylint.config.groups import GroupConfig, ServiceFiles
from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path, repository
from deploylint.documents.record import Record
from deploylint.model.errors import NothingToCheck, UsageError

DEFAULT = Path("deploy")
SUFFIXES = (".yaml", ".yml")
STDIN = Path("-")
"""The path that is the standard input."""
PIPED = "<stdin>"
"""How messages name it."""
OWN = ".deploylint"
"""What the names of deploylint's own files begin with."""


class Skipped(Record):
    """A file that was looked at and is not compared, and why.

    ``unrendered`` are templates: something else has to make manifests of them first.
    """

    file: str
    reason: str
    unrendered: bool = False


class FileGroup(Record):
    """A set before it is read.

    ``root`` is the folder that links may not leave, ``focus`` the files that were named beside
    their folder, as messages name them; no focus means all. ``group`` is the configured group it
    is, in one ``environment`` of it, and ``skipped`` what lies beside its files and is not looked
    at. ``one_shape`` is whether all its files are to be read alike, as those of a folder
    are; ``piped`` is how messages name the standard input.
    """

    name: str
    root: Path
    members: tuple[ServiceFiles, ...]
    focus: frozenset[str] = frozenset()
    group: GroupConfig | None = None
    skipped: tuple[Skipped, ...] = ()
    environment: str = ""
    one_shape: bool = False
    piped: str = PIPED

    def called(self, path: Path) -> str:
        """How messages name one of its files."""
        return self.piped if path == STDIN else display_path(path)

    @property
    def files(self) -> list[Path]:
        """All its files, in order."""
        return [file for member in self.members for file in member.files]


def find(paths: Sequence[Path], config: Config, piped: str = PIPED) -> list[FileGroup]:
    """The sets that paths mean; without paths all groups of the configuration, else ``deploy/``.

    With the standard input, called ``piped``, among them they are all one set.

    Raises UsageError for a path that is not there, NothingToCheck for a folder without YAML files.
    """
    for path in paths:
        if path != STDIN and not path.exists() and not path.is_symlink():
            raise UsageError(f"{path}: no such file or folder{_instead(Path.cwd())}")
    if STDIN in paths:
        return [_piped([path for path in paths if path != STDIN], piped)]
    own = [path for path in paths if absolute(path) in config.paths]
    named = [path for path in paths if path not in own]
    if not named and config.groups:
        return [one for group in config.groups for one in _group(group, [], [])]
    return _named(named or [default()], config, whole=bool(own))


def _piped(paths: Sequence[Path], piped: str) -> FileGroup:
    """The set of the standard input and of all that is named beside it."""
    files = [file for path in paths for file in (_listed(path) if path.is_dir() else [path])]
    here = Path.cwd()
    root = next(iter(repository(here)), here)
    members = (ServiceFiles((STDIN,)), *(ServiceFiles((file,)) for file in files))
    return FileGroup(piped, root, members, piped=piped)


def _named(paths: Sequence[Path], config: Config, *, whole: bool) -> list[FileGroup]:
    """The sets of some paths; ``whole`` is whether they are all looked at as a whole."""
    folders = sorted(path for path in paths if path.is_dir())
    files = sorted({absolute(path): path for path in paths if not path.is_dir()}.values())
    touched = [group for group in config.groups if _under(group.files, folders, files)]
    grouped = frozenset(file for group in touched for file in group.files)
    asked = ([], []) if whole else (folders, files)
    sets = [one for group in touched for one in _group(group, *asked)]
    if sets:
        held = [one for one in folders if _under(grouped, [one], [])]
        sets[0] = sets[0]._replace(skipped=tuple(_ungrouped(held, config)))
    alone = (one for one in folders if not _under(grouped, [one], []))
    sets += (folder(one, [] if whole else files, config) for one in alone)
    listed = grouped.union(absolute(file) for one in sets for file in one.files)
    loose = [path for path in files if not _same(path) & listed]
    return [*sets, *_loose(loose, config, alone=not sets)]


def _loose(files: Sequence[Path], config: Config, *, alone: bool) -> Iterator[FileGroup]:
    """The set that files make which belong to no other."""
    asked = [path for path in files if not is_excluded(path, config)]
    if not asked and files and alone:
        raise NothingToCheck(
            f"{display_path(files[0])}: excluded by the configuration; nothing left to check"
        )
    if asked:
        folder = absolute(asked[0]).parent
        root = next(iter(repository(folder)), folder)
        yield FileGroup(folder.name, root, tuple(ServiceFiles((path,)) for path in asked))


def _same(path: Path) -> set[Path]:
    """The names under which a group may list a path."""
    return {absolute(path), path.resolve()}


def _under(listed: Iterable[Path], folders: Iterable[Path], files: Iterable[Path]) -> list[Path]:
    """Which of the listed files are named, themselves or by a folder above them."""
    named = {one for path in (*folders, *files) for one in _same(path)}
    return [file for file in listed if not named.isdisjoint({file, *file.parents})]


def _group(
    group: GroupConfig, folders: Sequence[Path], files: Sequence[Path]
) -> Iterator[FileGroup]:
    """A whole group in each of its environments.

    It has a focus on what was named of it: files, else what lies in folders.
    """
    focus = _under(group.files, [], files) or _under(group.files, folders, [])
    narrowed = frozenset(map(display_path, focus)) if len(focus) < len(group.files) else frozenset()
    for environment in group.environments or [""]:
        within = (member.within(environment) for member in group.members)
        members = tuple(member for member in within if member is not None)
        yield FileGroup(group.name, group.top, members, narrowed, group, (), environment)


def _ungrouped(folders: Iterable[Path], config: Config) -> Iterator[Skipped]:
    """The files of some folders that no group of the configuration holds."""
    grouped = {file for group in config.groups for file in group.files}
    for path in (path for folder in folders for path in _listed(folder)):
        if path.name.startswith(OWN) or _same(path) & grouped:
            continue
        reason = (
            _EXCLUDED if is_excluded(path, config) else f"not in any group of {_named_by(config)}"
        )
        yield Skipped(display_path(path), reason)


_EXCLUDED = "excluded by the configuration"


def _named_by(config: Config) -> str:
    return display_path(config.paths[-1])


def is_excluded(path: Path, config: Config) -> bool:
    """Whether a configuration excludes a file, or a folder above it."""
    return bool(config.exclude) and not config.exclude.isdisjoint(
        {absolute(path), *absolute(path).parents}
    )


def default() -> Path:
    """What is checked where no path is given. Raises NothingToCheck with what could be."""
    if DEFAULT.is_dir():
        return DEFAULT
    raise NothingToCheck(f"no path given and no {DEFAULT}/ here{_instead(Path.cwd())}")


def _instead(folder: Path) -> str:
    """What to type instead: the folders and files here that look like what deploylint checks."""
    found = [path for path in sorted(folder.glob("*/")) if path.is_dir() and any(_listed(path))]
    found += (path for path in _listed(folder) if path.stem.startswith(DEFAULT.name))
    if not found:
        return "; give a folder or files with deployments: deploylint check PATH"
    return f"; try: deploylint check {' or '.join(map(display_path, found))}"


def _listed(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.iterdir()) if p.suffix in SUFFIXES)


def folder(path: Path, files: Iterable[Path], config: Config) -> FileGroup:
    """The set of the files of a folder, those in its sub-folders left out.

    Raises NothingToCheck for one that holds no YAML file, not even in a sub-folder.
    """
    listed = list(_listed(path))
    if not listed and not any(file.suffix in SUFFIXES for file in path.glob("*/**/*")):
        raise NothingToCheck(f"{display_path(path)}: no .yaml or .yml file{_instead(path)}")
    focus = frozenset(display_path(path / file.name) for file in files if _lies_in(file, path))
    members = [ServiceFiles((file,)) for file in listed if not is_excluded(file, config)]
    skipped = [
        Skipped(display_path(file), _EXCLUDED) for file in listed if is_excluded(file, config)
    ]
    return FileGroup(
        absolute(path).name, path, tuple(members), focus, None, tuple(skipped), one_shape=True
    )


def _lies_in(file: Path, folder: Path) -> bool:
    return file.parent.samefile(folder)
