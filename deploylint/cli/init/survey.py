"""The groups that the search of ``check`` finds, and what is skipped, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deploylint.config.groups import ServiceFiles
from deploylint.config.load import Config
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import is_folder
from deploylint.documents.record import Record
from deploylint.engine.discovery import FileGroup, Skipped, files_in
from deploylint.engine.folders.beside import beside_one_another
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.engine.folders.search import ONLY_SERVICE, search
from deploylint.model.errors import UsageError


class Survey(Record):
    """Groups, what is skipped, and the problems that keep files from their group."""

    groups: tuple[FolderGroup, ...]
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


def survey(paths: Sequence[Path], root: Path, profile: str, config: Config) -> Survey:
    """Survey folders, and files, which are taken for all files of their folder.

    ``root`` is the folder that links may not leave. Raises UsageError for a file that no
    configuration can name.
    """
    searched = beside_one_another(_searched(paths, root, config))
    results = [group for files in searched for group in search(files, profile, config)]
    groups = sorted(
        (result for result in results if _is_group(result)), key=lambda group: group.place
    )
    _check_names(file for group in groups for s in group.loaded.services for file in s.files)
    skipped = [skip for result in results for skip in result.loaded.skipped]
    for result in results:
        skipped += () if _is_group(result) else _why_skipped(result)
    problems = sorted(problem for group in groups for problem in group.loaded.problems)
    return Survey(tuple(groups), tuple(sorted(set(skipped))), tuple(problems))


def _searched(paths: Sequence[Path], root: Path, config: Config) -> Iterator[FileGroup]:
    """The folders, and for each folder with other files that are given a group of these."""
    folders = sorted({path.absolute() for path in paths if is_folder(path)})
    yield from (files_in(folder, config)._replace(root=root) for folder in folders)
    files = sorted({path.absolute() for path in paths if not is_folder(path)})
    for parent in sorted({file.parent for file in files}.difference(folders)):
        members = (ServiceFiles((file,)) for file in files if file.parent == parent)
        yield FileGroup(parent.name, root, tuple(members))


def _check_names(files: Iterable[str]) -> None:
    for file in files:
        try:
            file.encode()
        except UnicodeEncodeError:
            message = "the name is not UTF-8, so a configuration cannot name the file; rename it"
            raise UsageError(f"{file}: {message}") from None


def _is_group(result: FolderGroup) -> bool:
    """Whether there are services to compare, or would be if all files could be read."""
    loaded = result.loaded
    return bool(loaded.services) and len(loaded.services) + len(loaded.problems) > 1


def _why_skipped(result: FolderGroup) -> Iterator[Skipped]:
    """Each file of a folder that is not a group, with the reason."""
    for service in result.loaded.services:
        yield Skipped(service.files[0], ONLY_SERVICE)
    for problem in result.loaded.problems:
        yield Skipped(problem.file, f"line {problem.line}: {problem.message}")
