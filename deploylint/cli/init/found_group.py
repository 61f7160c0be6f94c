"""The groups that were found: those in folders of environments are one group in these."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from deploylint.cli.init.patterns import own_files
from deploylint.engine.folders.environments import LoadGroup, in_environments
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.model.service import Service

Files = Mapping[str, frozenset[str]]
"""The files of services, by their names."""


class FoundGroup:
    """A group, with a source for each environment that has a folder of its own.

    ``load`` reads a group of files.
    """

    def __init__(self, sources: Sequence[FolderGroup], load: LoadGroup) -> None:
        self.sources = tuple(sources)
        self._load = load

    @property
    def main(self) -> FolderGroup:
        """The source with the most services."""
        return max(self.sources, key=lambda source: len(source.loaded.services))

    @property
    def services(self) -> tuple[Service, ...]:
        """Each service, as it is in the first source that has it."""
        every = (service for source in self.sources for service in source.loaded.services)
        return tuple({service.name: service for service in reversed([*every])}.values())[::-1]

    @property
    def place(self) -> Path:
        """The folder, or the file, that it is in."""
        return Path(os.path.commonpath([source.place for source in self.sources]))

    @property
    def below(self) -> tuple[str, ...]:
        """What tells it from others in its folder."""
        first, *others = self.sources
        return tuple(first.loaded.name.split("/")[1:]) if others else first.below

    @cached_property
    def parts(self) -> Sequence[FolderGroup]:
        """It in each of its environments; one alone with a folder is none."""
        if len(self.sources) > 1:
            return self.sources
        (source,) = self.sources
        parts = in_environments(source, self._load)
        return [part for part in parts if part.files.environment] or parts

    @property
    def environments(self) -> Sequence[str]:
        """The environments that a configuration names."""
        (first, *others) = self.parts
        is_one = not others and first is self.sources[0]
        return [""] if is_one else [part.files.environment for part in self.parts]

    @property
    def files(self) -> Mapping[str, Files]:
        """The files of its services in each environment."""
        parts = zip(self.environments, self.parts, strict=True)
        return {name: files_by_service(part.loaded.services) for name, part in parts}

    def files_within(self) -> Mapping[tuple[str, ...], list[Path]]:
        """All its files by their environments; those that are in each of these are under ()."""
        within = dict[Path, list[str]]()
        for name, part in zip(self.environments, self.parts, strict=True):
            for file in dict.fromkeys(_files_in(part)):
                within.setdefault(file, []).append(name)
        by_names = dict[tuple[str, ...], list[Path]]({(): []})
        base = {file for source in self.sources for file in source.files.files}
        for file, names in within.items():
            is_in_each = len(names) == len(self.parts) and (len(names) > 1 or file in base)
            by_names.setdefault(() if is_in_each else tuple(names), []).append(file)
        return {names: files for names, files in by_names.items() if files}


def files_by_service(services: Iterable[Service]) -> Files:
    """The files of some services, by their names."""
    return {service.name: frozenset(service.files) for service in services}


def _files_in(part: FolderGroup) -> Iterator[Path]:
    """The files of the services of a group, and those that are laid over them in an environment."""
    own = {file for each in part.loaded.services for file in own_files(each)}
    yield from own
    for member in part.files.members:
        if member.environments and not own.isdisjoint(member.files):
            yield from member.files


def join_sources(sources: Sequence[FolderGroup], load: LoadGroup) -> Iterator[FoundGroup]:
    """The groups of some sources."""
    by_name = dict[object, list[FolderGroup]]()
    for number, source in enumerate(sources):
        environment, name = source.files.environment, source.loaded.name
        above = _above(source.place, environment)
        key = (above, name, source.loaded.shape) if environment and above else number
        by_name.setdefault(key, []).append(source)
    for same in by_name.values():
        names = {source.files.environment for source in same}
        for group in [same] if len(names) == len(same) else [[source] for source in same]:
            yield FoundGroup(group, load)


def _above(place: Path, environment: str) -> Path | None:
    """The folder with the folder of an environment that something is in."""
    return next((path.parent for path in (place, *place.parents) if path.name == environment), None)
