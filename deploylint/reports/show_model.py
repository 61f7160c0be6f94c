"""What deploylint reads from one file: every address, its state, value, note and place.

A file is read together with its folder, as ``check`` reads it: only then is it known what a file is
that overlays another one, and which profile its group is read with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from deploylint.config.load import Config
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import display_path
from deploylint.documents.record import Record
from deploylint.engine import discovery
from deploylint.engine.load import DeploymentGroup, load
from deploylint.model.errors import NothingToCheck, UsageError
from deploylint.model.fields import ADDRESSES
from deploylint.model.finding import Location
from deploylint.model.format import format_value
from deploylint.model.keys import other_keys
from deploylint.model.locations import place
from deploylint.model.paths import name_in
from deploylint.model.secrets import redacted, scalar_or_text
from deploylint.model.service import Component, Service, State, Value
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
    """The value at one address of a component; the place is None where nothing is written."""

    address: str
    state: State
    value: Plain
    note: str
    place: Location | None

    @property
    def position(self) -> str:
        """The line and column in the file, or ""."""
        return "" if self.place is None else f"{self.place.line}:{self.place.column}"


def show_file(file: Path, profile: str, config: Config) -> ShowReport:
    """A file as a check of its group or its folder reads it.

    Raises UsageError for a path that is not a file and for an unknown profile.
    """
    if not file.exists() and not file.is_symlink():
        raise UsageError(f"{file}: no such file")
    if file.is_dir():
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
    """The group of a file; the file alone where its folder is not a group."""
    alone = discovery.find([file], config)[0]
    if alone.group is not None:
        named = profile or alone.group.profile or config.profile
        return load(alone, named, config.profile_folders)
    with suppress(NothingToCheck, UsageError):
        folder = discovery.find([file.parent], config)[0]
        if display_path(file) in map(display_path, folder.files):
            return load(folder, profile or config.profile, config.profile_folders)
    return load(alone, profile or config.profile, config.profile_folders)


def rows(service: Service, component: Component) -> Iterator[ShowRow]:
    """Every address of a component, in the order of the elements' table, without secrets."""
    for address in ADDRESSES:
        value = component.value(address)
        node = value.node
        yield ShowRow(
            address,
            value.state,
            redacted(name_in(address), value.data) if value.state == "known" else None,
            _note(value),
            None if node is None else place(node, service),
        )


class OtherRow(Record):
    """A key that no element owns: its key path, how many values it holds, and where it stands.

    ``value`` is what it holds where that is a single value, without secrets.
    """

    key: str
    size: int
    value: Plain
    place: Location

    @property
    def position(self) -> str:
        """The line and column in the file."""
        return f"{self.place.line}:{self.place.column}"

    @property
    def content(self) -> str:
        """What it holds, in words."""
        if self.value is not None:
            return format_value(self.value)
        return f"{self.size} value{'s' * (self.size != 1)}"


def other_rows(service: Service) -> Iterator[OtherRow]:
    """The keys of a service that no element owns, in the order of its files."""
    for one in other_keys(service):
        is_single = one.value.is_scalar and not one.is_secret
        data = redacted(name_in(one.path), scalar_or_text(one.value)) if is_single else None
        yield OtherRow(subject(one.path), one.size, data, place(one.key, service))


def _note(value: Value) -> str:
    inherited = "inherited" if value.inherited and value.state != "absent" else ""
    return ", ".join(filter(None, (value.note, inherited)))
