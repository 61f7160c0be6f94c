"""Files of services that lie among the files of a configuration's groups, and belong to none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.config.groups import GroupConfig
from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path, is_folder
from deploylint.engine.discovery import files_in
from deploylint.engine.folders import load_groups
from deploylint.model.difference import Difference
from deploylint.model.finding import Location
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.policy.builtin_checks import builtin_difference


def ungrouped_files(paths: Sequence[Path], config: Config) -> dict[str, list[str]]:
    """The files with a service that no group has, by the name of the group beside them.

    Files elsewhere in the repository are not looked at, nor is anything where the report is limited
    to the files of ``paths``.
    """
    named = [path for path in paths if absolute(path) not in config.paths]
    if not all(map(is_folder, named)):
        return {}
    folders = _folders(config.groups, {name for path in named for name in _names(path)})
    items_by_key = frozenset(file for group in config.groups for file in group.files)
    others = config._replace(exclude=config.exclude | items_by_key)
    return {name: list(_files_of_services(folder, others)) for folder, name in folders.items()}


def _names(path: Path) -> set[Path]:
    return {absolute(path), path.resolve()}


def _folders(groups: Sequence[GroupConfig], named: set[Path]) -> dict[Path, str]:
    """The folder of each group, with the group's name, that is in one of some folders.

    One that is inside another one is left out, and so is the whole repository: in it are examples
    and tests as well.
    """
    folders = dict[Path, str]()
    for group in groups:
        folder = Path(os.path.commonpath([file.parent for file in group.files]))
        if folder != group.top and (not named or not named.isdisjoint({folder, *folder.parents})):
            folders.setdefault(folder, group.name)
    return {
        folder: name
        for folder, name in folders.items()
        if folders.keys().isdisjoint(folder.parents)
    }


def _files_of_services(folder: Path, config: Config) -> Iterator[str]:
    """The files of the services in a folder and below it, each service by its first file."""
    loaded = load_groups(files_in(folder, config), config.profile, config)
    yield from sorted({service.files[0] for group in loaded for service in group.services})


def ungrouped_differences(
    files: Sequence[str], service: Service, check: Rule, config: Config
) -> Iterator[Difference]:
    """A difference for each of some files; ``service`` stands for the group beside them."""
    where = display_path(config.paths[-1])
    message = f"not in any group of {where}, so it is compared with nothing"
    for file in files:
        at = Location(file, "", 1, 1, 1, 1)
        yield builtin_difference(check, service, at, file, message)
