"""What is proposed: groups with their reference and services, and the evidence, as a configuration.

Everything that is said of a file is in a comment, with nothing in it that could end the comment.
"""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.cli.init.survey import SurveyResult
from deploylint.config.groups import NONE
from deploylint.config.load import Config
from deploylint.documents.paths import located, shown
from deploylint.documents.record import Record
from deploylint.engine.reference import choose
from deploylint.model.errors import UsageError
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.yaml_out import block, entry, scalar

LOOK = Look(width=100)
"""How wide our own files are, whatever the output is."""

HEAD = """\
# Groups of services and the reference of each. Proposed by deploylint init from the files that it
# found: review it, and correct it where it is wrong.
version: 1

# The baseline: accepted differences, each in need of a reason.
include: [{todo}]
"""


class ProposedMember(Record):
    """One service that is proposed, and what its runtime was read from."""

    name: str
    files: tuple[str, ...]
    runtime: str
    runtime_because: str


class Proposed(Record):
    """One group that is proposed, what it follows and why, and how it is read and why."""

    name: str
    folder: str
    members: tuple[ProposedMember, ...]
    reference: str
    because: str
    profile: str
    profile_because: str


def propose(
    found: Sequence[SurveyResult], root: Path, config: Config, reference: str
) -> tuple[Proposed, ...]:
    """The groups to propose; ``reference`` is the one that was asked for, or "".

    Raises UsageError for a reference that no group has.
    """
    names = _group_names(found, root)
    taken = Counter(_name(service) for one in found for service in one.set.services)
    groups = []
    for one, name in zip(found, names, strict=True):
        members = tuple(_member(service, name, taken, root) for service in one.set.services)
        groups.append(_group(one, name, members, config, reference))
    if reference and not any(group.because == _ASKED for group in groups):
        files = ", ".join(service.files[0] for one in found for service in one.set.services)
        raise UsageError(
            f"--reference {reference}: no such service in any group; choose from {files}"
        )
    return tuple(groups)


_ASKED = "--reference"


def _group_names(found: Sequence[SurveyResult], root: Path) -> list[str]:
    """The name of each folder, or where two have one name its path."""
    names = Counter(one.folder.name for one in found)
    paths = [one.folder.relative_to(root).as_posix() for one in found]
    return [
        one.folder.name
        if names[one.folder.name] == 1
        else f"{path}/*"
        if one.of_charts and paths.count(path) > 1
        else path
        for one, path in zip(found, paths, strict=True)
    ]


def _name(service: Service) -> str:
    return service.name or Path(service.files[0]).stem


def _member(service: Service, group: str, taken: Mapping[str, int], root: Path) -> ProposedMember:
    """A service, by a name that no other group has: an allowance is for one service."""
    name = _name(service)
    files = tuple(located(file).relative_to(root).as_posix() for file in service.files)
    unique = name if taken[name] == 1 else f"{group}/{name}"
    return ProposedMember(unique, files, service.runtime, service.runtime_because)


def _group(
    one: SurveyResult, name: str, members: tuple[ProposedMember, ...], config: Config, asked: str
) -> Proposed:
    chosen, because = _reference(one, config, asked)
    reference = members[[s.name for s in one.set.services].index(chosen.name)]
    return Proposed(
        name=name,
        folder=f"{shown(one.folder)}/",
        members=members,
        reference=reference.name if reference.name != NONE else Path(reference.files[0]).name,
        because=because,
        profile=one.set.profile.name,
        profile_because=one.set.profile_because,
    )


def _reference(one: SurveyResult, config: Config, asked: str) -> tuple[Service, str]:
    """The service that the others are to follow, and why."""
    services = one.set.services
    for service in services:
        names = (service.name, *service.files, *(Path(file).name for file in service.files))
        if asked and (asked in names or shown(Path(asked)) in names):
            return service, _ASKED
    known = choose(one.set, "", config).service
    if known is not None:
        return known, f"{Path(known.files[0]).name} is the default"
    counts = {_name(service): _compared(service, config.pack.rules) for service in services}
    ranked = sorted(services, key=lambda service: (-counts[_name(service)], _name(service)))
    listed = ", ".join(f"{_name(service)} {counts[_name(service)]}" for service in ranked)
    most = counts[_name(ranked[0])]
    tie = ", first by name" if most == counts[_name(ranked[1])] else ""
    return ranked[0], f"most compared values ({listed}){tie}"


def _compared(service: Service, rules: Iterable[Rule]) -> int:
    """How many values of a service's files some rule compares."""
    addresses = {
        address for rule in rules if rule.scope == "reference" for address in rule.addresses
    }
    return len(
        {
            id(leaf)
            for component in service.components
            for address, value in component.values.items()
            if address in addresses
            for leaf in value.leaves
        }
    )


# --- as text -------------------------------------------------------------------------------------


def written(groups: Sequence[Proposed], profile: str, todo: str) -> str:
    """The configuration that proposes groups.

    ``profile`` is the one that was asked for, or "", and ``todo`` the file to include.
    """
    return HEAD.format(todo=todo) + "".join(f"{line}\n" for line in _lines(groups, profile))


def _lines(groups: Sequence[Proposed], profile: str) -> Iterator[str]:
    yield ""
    yield "groups:"
    for number, group in enumerate(groups):
        if number:
            yield ""
        read = f"profile {group.profile} ({group.profile_because})"
        yield _comment(f"{group.folder}: {len(group.members)} services; {read}.", 2)
        yield f"  {scalar(group.name, LOOK)}:"
        if profile:
            yield from entry("profile", profile, LOOK, 4)
        yield _comment(f"Chosen: {group.because}.", 4)
        yield from entry("reference", group.reference, LOOK, 4)
        yield "    services:"
        for member in group.members:
            yield from _service(member)


def _service(member: ProposedMember) -> Iterator[str]:
    files = [glob.escape(file) for file in member.files]
    yield from block([{"name": member.name, "files": files}], LOOK, 4)
    if member.runtime:
        (line,) = entry("runtime", member.runtime, LOOK, 6)
        yield f"{line}{_comment(member.runtime_because, 2)}"


def _comment(text: str, indent: int) -> str:
    return f"{' ' * indent}# {safe(text, LOOK)}"
