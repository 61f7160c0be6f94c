"""Files of services below the folder of a configuration that belong to none of its groups."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Sequence, Set
from pathlib import Path

from deploylint.config.groups import GroupConfig
from deploylint.config.load import Config
from deploylint.documents.paths import absolute, display_path, is_folder, repository
from deploylint.engine.discovery import KUSTOMIZATIONS, files_in, is_kustomization
from deploylint.engine.folders.reasons import why_not_searched
from deploylint.engine.folders.search import load_groups
from deploylint.engine.shared_files import SharedFiles
from deploylint.engine.unread_files import SUFFIXES
from deploylint.model.difference import Difference
from deploylint.model.finding import Location
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.policy.builtin_checks import builtin_difference
from deploylint.readers.organisation import ANYBODY, organisation


def ungrouped_files(
    paths: Sequence[Path], config: Config, services: Iterable[Service]
) -> dict[str, list[str]]:
    """The files with a service that no group has, by the name of the group beside them.

    Outside the folders of groups, these are services of an organisation of ``services``, which the
    groups have: others are examples and programs of other people. Nothing is looked at where the
    report is limited to the files of ``paths``.
    """
    named = [path for path in paths if absolute(path) not in config.paths]
    if not all(map(is_folder, named)):
        return {}
    limits = {name for path in named for name in _names(path)}
    folders = _folders(config.groups, limits)
    grouped = frozenset(file for group in config.groups for file in group.files)
    others = config._replace(exclude=config.exclude | grouped)
    ungrouped = {name: list(_files_of_services(folder, others)) for folder, name in folders.items()}
    home = config.paths[-1].parent
    if repository(home) and (not limits or not limits.isdisjoint({home, *home.parents})):
        first = ungrouped.setdefault(config.groups[0].name, [])
        first += _overlays(home, others.exclude, grouped)
        within = _folders(config.groups, set())
        others = others._replace(exclude=others.exclude | within.keys())
        own = {organisation(service.main) for service in services} - {"", ANYBODY}
        if any(_holds(file, own) for file in _files_below(home, others.exclude)):
            first += _files_of_services(home, others, own)
    return ungrouped


def _names(path: Path) -> set[Path]:
    return {absolute(path), path.resolve()}


def _folders(groups: Sequence[GroupConfig], named: set[Path]) -> dict[Path, str]:
    """The folder of each group, with the group's name, that is in one of some folders.

    One that is inside another one is left out, and so is the whole repository, in which only
    services of the same organisation are looked for.
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


def _files_of_services(
    folder: Path, config: Config, organisations: Container[str] | None = None
) -> Iterator[str]:
    """The files of the services in a folder and below it, each service by its first file.

    They are those of some ``organisations``; None for any.
    """
    loaded = load_groups(files_in(folder, config), config.profile, config)
    services = (service for group in loaded for service in group.services)
    yield from sorted(
        {
            service.files[0]
            for service in services
            if organisations is None or organisation(service.main) in organisations
        }
    )


def _files_below(folder: Path, exclude: Set[Path]) -> Iterator[Path]:
    """The YAML files in a folder and below it that a search for services comes to."""
    for name, below, files in os.walk(folder):
        inside = [path for path in (Path(name, each) for each in below) if path not in exclude]
        below[:] = [path.name for path in inside if not why_not_searched(path, 0, ())]
        yaml = (Path(name, each) for each in files if each.endswith((*SUFFIXES, *KUSTOMIZATIONS)))
        yield from (file for file in yaml if file not in exclude)


def _overlays(folder: Path, exclude: Set[Path], grouped: frozenset[Path]) -> Iterator[str]:
    """The kustomizations of overlays that no group has, where groups have others of their files."""
    if not any(map(is_kustomization, grouped)):
        return
    from deploylint.engine.kustomize.kustomizations import (
        KustomizationFile,
        overlays,
        read_kustomization,
    )

    read = SharedFiles(folder).read
    files = filter(is_kustomization, _files_below(folder, exclude - grouped))
    each = (read_kustomization(file.parent, folder, read) for file in files)
    known = [one for one in each if isinstance(one, KustomizationFile)]
    for overlay in overlays(known, grouped):
        if not grouped.isdisjoint(overlay.deployed):
            new = (file for file in overlay.files if file not in grouped)
            yield from map(display_path, filter(is_kustomization, new))


def _holds(file: Path, words: Iterable[str]) -> bool:
    """Whether a file holds one of some words in small letters; it is not parsed for that."""
    try:
        text = file.read_bytes().lower()
    except OSError:
        return False
    return any(word.encode() in text for word in words)


def ungrouped_differences(
    files: Sequence[str], service: Service, check: Rule, config: Config
) -> Iterator[Difference]:
    """A difference for each of some files; ``service`` stands for the group beside them."""
    where = display_path(config.paths[-1])
    message = f"not in any group of {where}, so it is compared with nothing"
    for file in files:
        at = Location(file, "", 1, 1, 1, 1)
        yield builtin_difference(check, service, at, file, message)
