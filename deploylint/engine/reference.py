"""Chooses the reference of a group, and explains why services could not be compared without one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from deploylint.compare.votes import QUORUM
from deploylint.config.groups import NONE, GroupConfig
from deploylint.config.load import Config, defaults
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import absolute, display_path, path_from_here
from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.engine.discovery import count_reasons
from deploylint.engine.load import DeploymentGroup, cli_names
from deploylint.model.errors import UsageError
from deploylint.model.service import Service


class ReferenceChoice(Record):
    """The reference of a group, and why.

    Without a service, ``disabled`` is whether none is wanted, and ``voted`` whether nothing is set,
    or an environment does not have it: then the majority takes its place.
    """

    service: Service | None
    because: str
    disabled: bool = False
    voted: bool = False


_DISABLED = ReferenceChoice(None, "none, as configured", disabled=True)
_NONE_SET = "none configured"
_UNREADABLE = ReferenceChoice(None, "cannot be read")


def choose_reference(group: DeploymentGroup, option: str, config: Config) -> ReferenceChoice:
    """The reference of a group: of the option, the configuration, or a file's name.

    Raises UsageError and Misread for an unknown service.
    """
    if option:
        return _by_option(group, option)
    if group.configured is not None and group.configured.reference:
        return _by_group(group, group.configured)
    if config.alone:
        return _DISABLED
    source = display_path(config.paths[-1]) if config.paths else "default configuration"
    for name in config.reference:
        if (service := find_service(group, name)) is not None:
            return ReferenceChoice(service, f"{source}: {name}")
    if any(Path(problem.file).name in config.reference for problem in group.problems):
        return _UNREADABLE
    if config.reference == defaults().reference:
        return ReferenceChoice(None, _NONE_SET, voted=True)
    files = (Path(file).name for service in _single_services(group) for file in service.files)
    known = [*(service.name for service in group.services), *files]
    near = (meant for name in config.reference if (meant := nearest(name, known)))
    advice = next((f"; did you mean {meant!r}?" for meant in near), "")
    because = f"{source} names {', '.join(config.reference)}, and {group.name} has none{advice}"
    return ReferenceChoice(None, because, voted=True)


def _by_option(group: DeploymentGroup, option: str) -> ReferenceChoice:
    file = display_path(Path(option))
    service = find_service(group, option) or find_service(group, file)
    if service is not None:
        return ReferenceChoice(service, "--reference")
    names = ", ".join(cli_names(group).values())
    unreadable = [Path(problem.file) for problem in group.problems]
    if any(option in (path.stem.rpartition("-")[2], *path.parts) for path in unreadable):
        return _UNREADABLE
    if Path(file) in unreadable or (unreadable and not names):
        return _UNREADABLE
    message = f"no such service in {group.name}; choose from {names}"
    raise UsageError(f"--reference {option}: {message}")


def find_service(group: DeploymentGroup, name: str) -> Service | None:
    """A service by its name, its file or its file's name."""
    for service in group.services:
        if service.name == name:
            return service
    for service in _single_services(group):
        if name in service.files or name in (Path(file).name for file in service.files):
            return service
    return None


def _single_services(group: DeploymentGroup) -> list[Service]:
    """The services with a file of their own, by which they can be named."""
    names = cli_names(group)
    return [service for service in group.services if names[service.name] in service.files]


def _by_group(group: DeploymentGroup, configured: GroupConfig) -> ReferenceChoice:
    name = configured.reference
    if name == NONE:
        return _DISABLED
    service = find_service(group, name)
    if service is not None:
        return ReferenceChoice(service, f"group {configured.name}: {name}")
    if group.problems:
        return _UNREADABLE
    because = f"group {configured.name}: {name} is not in {group.environment}"
    return ReferenceChoice(None, because, voted=True)


def why_not_comparable(
    group: DeploymentGroup, chosen: ReferenceChoice, peer_groups: int, paths: Sequence[Path]
) -> list[Problem]:
    """Why services could not be compared, with what to type.

    ``peer_groups`` is how many peer groups have a majority, ``paths`` are those of the command.
    """
    services, piped = group.services, group.piped
    if group.problems and (len(services) < 2 or chosen.service is None):
        return []
    if not services:
        files = {document.file for document in group.documents}
        file = files.pop() if len(files) == 1 else piped or f"{group.name}/"
        reasons = count_reasons(group.skipped)
        return [Problem(file, 1, 1, f"no deployment to compare ({reasons})")]
    if chosen.disabled or (len(services) > 1 and (chosen.service is not None or peer_groups)):
        return []
    from shlex import quote  # most groups are compared

    file = services[0].files[0]
    parents = [str(Path(file).parent) for service in services for file in service.files]
    common = os.path.commonpath(parents) or "."
    folder = "-" if piped else quote(path_from_here(common))
    single = "only one service given, nothing to compare it with"
    if len(services) > 1:
        why = "" if chosen.because == _NONE_SET else f" ({chosen.because})"
        message = f"no reference{why}, and no majority"
        message = f"{message} (needs {QUORUM} services of one role that agree)"
        name = quote(path_from_here(cli_names(group)[services[0].name]))
        what = f"set the reference: deploylint check --reference {name} {folder}"
    elif piped:
        message, what = single, "set its reference: deploylint check --reference FILE -"
    elif _is_within(common, paths):
        message, what = single, "add another service, or set reference: none in .deploylint.yaml"
    else:
        message, what = single, f"check the folder: deploylint check {folder}"
    return [Problem(file, 1, 1, f"{message}; {what}")]


def _is_within(folder: str, paths: Sequence[Path]) -> bool:
    """Whether a folder, as messages name it, was checked: all are where no path is given."""
    place = absolute(Path(path_from_here(folder)))
    return not paths or any(place.is_relative_to(absolute(path)) for path in paths)
