"""The services that groups of a configuration name: each has to be in one of the environments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deploylint.config.groups import NONE, GroupConfig
from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Node, child, items_of
from deploylint.documents.paths import display_path
from deploylint.documents.suggest import hint
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.reference import find_service
from deploylint.model.errors import misread_at
from deploylint.model.paths import is_glob
from deploylint.model.service import ServiceSettings

Name = tuple[str, Node]
"""The name of a service, or the file that it is named by, and where it is written."""


def check_named_services(groups: Iterable[DeploymentGroup]) -> None:
    """Raises Misread for a reference or a guest that its group has in no environment."""
    named = ((group.configured, group) for group in groups if group.configured is not None)
    by_name = items_by_key((configured.name, group) for configured, group in named)
    for same in by_name.values():
        configured = same[0].configured
        if configured is not None and not any(group.problems for group in same):
            _check_group(configured, same)


def _check_group(configured: GroupConfig, groups: Sequence[DeploymentGroup]) -> None:
    for member in configured.members:
        stated = member.stated
        if stated is not None and stated.name:
            _check_member(stated, member.every_file, groups)
    for name, node in _names_in(configured):
        if not any(find_service(group, name) for group in groups):
            names = dict.fromkeys(one.name for group in groups for one in group.services)
            message = f"group {configured.name} has no service {name!r}"
            raise misread_at(node, f"{message}; {hint(name, list(names))}")


def _check_member(
    stated: ServiceSettings, files: Iterable[Path], groups: Sequence[DeploymentGroup]
) -> None:
    if any(service.name == stated.name for group in groups for service in group.services):
        return
    own = set(map(display_path, files))
    skips = (skip for group in groups for skip in group.skipped if skip.file in own)
    reasons = dict.fromkeys(f"{skip.file}: {skip.reason}" for skip in skips)
    if reasons:
        message = f"no service {stated.name!r} in its files ({'; '.join(reasons)}); correct files"
        raise misread_at(child(stated.node, "name") or stated.node, message)


def _names_in(configured: GroupConfig) -> Iterator[Name]:
    if configured.reference not in ("", NONE):
        yield configured.reference, child(configured.node, "reference") or configured.node
    guests = zip(configured.guests or (), items_of(child(configured.node, "guests")), strict=True)
    yield from ((name, node) for name, node in guests if not is_glob(name))
