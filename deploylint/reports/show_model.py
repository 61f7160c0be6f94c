"""The values that deploylint reads from one file: address, state, value, note and place.

A file is read together with its folder, as ``check`` reads it: that decides whether it is an
overlay of another file, and which profile it is read with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from deploylint.config.load import Config
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import absolute, display_path, is_folder, is_there, repository
from deploylint.documents.record import Record
from deploylint.engine import discovery
from deploylint.engine.folders.search import load_groups
from deploylint.engine.load import DeploymentGroup, load_group
from deploylint.model.errors import NothingToCheck, UsageError
from deploylint.model.fields import ADDRESSES
from deploylint.model.finding import Location
from deploylint.model.format import format_value
from deploylint.model.keys import other_keys
from deploylint.model.locations import place
from deploylint.model.paths import name_in
from deploylint.model.secrets import redact, scalar_or_text
from deploylint.model.service import Component, Service, State
from deploylint.model.types import Plain
from deploylint.policy.messages import subject


class ShowReport(Record):
    """One file as it was read. No service where it is skipped or cannot be read."""

    file: str
    profile: str
    profile_because: str
    services: tuple[Service, ...]
    skipped: str
    problems: tuple[Problem, ...]


class ShowRow(Record):
    """The value at one address of a component; no location where nothing is written."""

    address: str
    state: State
    value: Plain
    note: str
    location: Location | None


def show_file(file: Path, profile: str, config: Config) -> ShowReport:
    """A file as a check of its group or its folder reads it.

    Raises UsageError for a path that is not a file and for an unknown profile.
    """
    if not is_there(file):
        raise UsageError(f"{file}: no such file")
    if is_folder(file):
        raise UsageError(f"{file}: is a folder; show takes one file")
    name, group = display_path(file), _group(file, profile, config)
    return ShowReport(
        file=name,
        profile=group.profile.name,
        profile_because=group.profile_because,
        services=tuple(service for service in group.services if name in service.files),
        skipped="; ".join(skip.reason for skip in group.skipped if skip.file == name),
        problems=tuple(problem for problem in group.problems if problem.file == name),
    )


def _group(file: Path, profile: str, config: Config) -> DeploymentGroup:
    """The group of a file; the file alone where no folder above it is a group with it."""
    name = display_path(file)
    every = discovery.find_groups([file], config)
    alone = next((one for one in every if name in map(display_path, one.files)), every[0])
    if alone.configured is not None:
        named = profile or alone.configured.profile or config.profile
        return load_group(alone, named, config.profile_folders)
    named, first = profile or config.profile, None
    for folder in _folders_above(file):
        with suppress(NothingToCheck, UsageError):
            files = discovery.folder_group(folder, (), config)
            groups = load_groups(files, named, config)
            for group in groups:
                if any(name in service.files for service in group.services):
                    first = first or group
                    if len(group.services) > 1:
                        return group
            if first is None and name in map(display_path, files.files):
                first = groups[0]
    return first or load_group(alone, named, config.profile_folders)


MOST_ABOVE = 4
"""So many folders above a file are searched for a group of several services with it."""


def _folders_above(file: Path) -> Iterator[Path]:
    """The folders above a file, up to its repository's or the working directory."""
    folder = absolute(file).parent
    top = next(iter(repository(folder)), Path.cwd())
    for above in (folder, *folder.parents)[:MOST_ABOVE]:
        yield above
        if above == top or not above.is_relative_to(top):
            return


def rows(service: Service, component: Component) -> Iterator[ShowRow]:
    """Every address of a component, in the order of the elements' table, without secrets."""
    for address in ADDRESSES:
        value = component.value(address)
        inherited = "inherited" if value.inherited and value.state != "absent" else ""
        yield ShowRow(
            address,
            value.state,
            redact(name_in(address), value.data) if value.state == "known" else None,
            ", ".join(filter(None, (value.note, inherited))),
            value.node and place(value.node, service),
        )


class OtherRow(Record):
    """A key that no element owns: its key path, how many values it holds, and its location.

    ``value`` is a single value that it holds, without secrets.
    """

    key: str
    values: int
    value: Plain
    location: Location

    @property
    def content(self) -> str:
        """Its value, or how many it holds, in words."""
        if self.value is not None:
            return format_value(self.value)
        return f"{self.values} value{'s' * (self.values != 1)}"


def other_rows(service: Service) -> Iterator[OtherRow]:
    """The keys of a service that no element owns, in the order of its files."""
    for other in other_keys(service):
        is_single = other.value.is_scalar and not other.is_secret
        data = redact(name_in(other.path), scalar_or_text(other.value)) if is_single else None
        yield OtherRow(subject(other.path), other.size, data, place(other.key, service))
