"""The proposed groups, with reference, services and evidence, as a configuration.

Texts of files are in comments, with nothing in them that could end the comment.
"""

from __future__ import annotations

import glob
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.cli.init.patterns import group_patterns
from deploylint.config.groups import NONE, ServiceFiles
from deploylint.config.load import Config
from deploylint.documents.paths import display_path, from_display_path
from deploylint.documents.record import Record
from deploylint.engine.folder_patterns import FolderGroup
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.reference import choose_reference
from deploylint.model.errors import UsageError
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.reports import Look
from deploylint.reports.text.escape import safe
from deploylint.reports.yaml_out import block, entry, scalar

LOOK = Look(width=100)
"""The width of the files that are written."""

HEAD = """\
# Groups of services and the reference of each. Proposed by deploylint init from the files that it
# found: review it, and correct it where it is wrong.
version: 1

# The baseline: accepted differences, each in need of a reason.
include: [{todo}]
"""


class ProposedService(Record):
    """A service, its files, its runtime and what shows the runtime.

    ``environments`` are the files that its environments have besides, by name.
    """

    name: str
    files: tuple[str, ...]
    runtime: str
    runtime_because: str
    environments: Mapping[str, tuple[str, ...]] = {}


class ProposedGroup(Record):
    """A group that was found, its name and services, its reference, and why that.

    ``patterns`` are globs for the files of its services, and of services that come later.
    """

    source: FolderGroup
    name: str
    services: tuple[ProposedService, ...]
    reference: str
    because: str
    patterns: tuple[str, ...] = ()


def propose(
    results: Sequence[FolderGroup], root: Path, config: Config, reference: str
) -> tuple[ProposedGroup, ...]:
    """The groups to propose; ``reference`` is the value of the option, or "".

    Raises UsageError for a reference that no group has.
    """
    groups = tuple(
        _group(result, name, names, root, config, reference)._replace(
            patterns=tuple(group_patterns(result, results, root))
        )
        for result, (name, names) in zip(results, _names(results, root), strict=True)
    )
    if reference and not any(group.because == _OPTION for group in groups):
        every = (service for result in results for service in result.loaded.services)
        files = ", ".join(service.files[0] for service in every)
        message = "no such service in any group; choose from"
        raise UsageError(f"--reference {reference}: {message} {files}")
    return groups


_OPTION = "--reference"


def _names(results: Sequence[FolderGroup], root: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """The names of each group and of its services.

    No other group has a service of that name, since an allowance is for one service; but where a
    file holds several, they have their own names.
    """
    taken = Counter(service.name for result in results for service in result.loaded.services)
    for result, group in zip(results, _group_names(results, root), strict=True):
        services = result.loaded.services
        shared = Counter(service.files[0] for service in services)
        names = (
            _name(service)
            if taken[service.name] == 1 or shared[service.files[0]] > 1
            else f"{group}/{_name(service)}"
            for service in services
        )
        yield group, list(names)


def _group_names(results: Sequence[FolderGroup], root: Path) -> Iterator[str]:
    """The name of each folder, or where two have one name its path."""
    places = Counter(result.place for result in results)
    names = Counter(result.place.name for result in results)
    for result in results:
        place = result.place if result.place.is_dir() else result.place.with_suffix("")
        below = result.below if places[result.place] > 1 else ()
        path = place.relative_to(root).as_posix()
        yield place.name if names[result.place.name] == 1 else "/".join((path, *below))


def _name(service: Service) -> str:
    return service.name or Path(service.files[0]).stem


def _relative(file: str, root: Path) -> str:
    return from_display_path(file).relative_to(root).as_posix()


def _group(
    result: FolderGroup,
    name: str,
    names: Sequence[str],
    root: Path,
    config: Config,
    option: str,
) -> ProposedGroup:
    chosen, because = _reference(result.loaded, config, option)
    services = tuple(
        _proposed_service(service, called, result.files.members, root)
        for service, called in zip(result.loaded.services, names, strict=True)
    )
    reference = services[result.loaded.services.index(chosen)]
    return ProposedGroup(
        result,
        name,
        services,
        reference.name if reference.name != NONE else Path(reference.files[0]).name,
        because,
    )


def _proposed_service(
    service: Service, called: str, members: Iterable[ServiceFiles], root: Path
) -> ProposedService:
    """A service with the files of all its environments, and with those of each besides."""
    environments = defaultdict[str, dict[str, None]](dict)
    for member in members:
        if any(display_path(file) in service.files for file in member.files):
            for name, files in member.environments.items():
                environments[name] |= dict.fromkeys(map(display_path, files))
    own = [f for f in service.files if all(f in files for files in environments.values())]
    besides = {name: [f for f in files if f not in own] for name, files in environments.items()}

    def relative(files: Iterable[str]) -> tuple[str, ...]:
        return tuple(_relative(file, root) for file in files)

    runtime, because = service.runtime, service.runtime_because
    each = {name: relative(files) for name, files in besides.items() if files}
    return ProposedService(called, relative(own), runtime, because, each)


def _reference(group: DeploymentGroup, config: Config, option: str) -> tuple[Service, str]:
    """The reference of a group, and why."""
    for service in group.services:
        names = (service.name, *service.files, *(Path(file).name for file in service.files))
        if option and (option in names or display_path(Path(option)) in names):
            return service, _OPTION
    default = choose_reference(group, "", config).service
    if default is not None:
        return default, f"{Path(default.files[0]).name} is the default"
    rules = config.rule_set.rules
    counts = {_name(service): _compared(service, rules) for service in group.services}
    ranked = sorted(group.services, key=lambda service: (-counts[_name(service)], _name(service)))
    numbers = [counts[_name(service)] for service in ranked]
    texts = ", ".join(f"{_name(one)} {count}" for one, count in zip(ranked, numbers, strict=True))
    tie = ", first by name" if numbers[:1] == numbers[1:2] else ""
    return ranked[0], f"most compared values ({texts}){tie}"


def _compared(service: Service, rules: Iterable[Rule]) -> int:
    """How many values of a service's files some rule compares with the reference."""
    addresses = {
        address for rule in rules if rule.scope == "reference" for address in rule.addresses
    }
    leaves = {
        id(leaf)
        for component in service.components
        for address in addresses & component.values.keys()
        for leaf in component.values[address].leaves
    }
    return len(leaves)


# --- as text -------------------------------------------------------------------------------------


def written(groups: Sequence[ProposedGroup], profile: str, todo: str) -> str:
    """The configuration of groups; ``profile`` is an option or "", ``todo`` the file to include."""
    texts = ("\n".join(_lines(group, profile)) + "\n" for group in groups)
    return HEAD.format(todo=todo) + "\ngroups:\n" + "\n".join(texts)


def _lines(group: ProposedGroup, profile: str) -> Iterator[str]:
    place, loaded = group.source.place, group.source.loaded
    where = f"{display_path(place)}/" if place.is_dir() else display_path(place)
    read = f"{len(group.services)} services; profile {loaded.profile.name}"
    yield _comment(f"{where}: {read} ({loaded.profile_because}).", 2)
    yield f"  {scalar(group.name, LOOK)}:"
    if profile:
        yield from entry("profile", profile, LOOK, 4)
    yield _comment(f"Chosen: {group.because}.", 4)
    yield from entry("reference", group.reference, LOOK, 4)
    yield "    services:"
    for service in group.services:
        written: dict[str, object] = {"name": service.name}
        if service.files:
            written["files"] = _escaped(service.files)
        if service.environments:
            each = service.environments.items()
            written["environments"] = {name: _escaped(files) for name, files in each}
        yield from block([written], LOOK, 4)
        if service.runtime:
            (line,) = entry("runtime", service.runtime, LOOK, 6)
            yield f"{line}{_comment(service.runtime_because, 2)}"
    if group.patterns:
        yield _comment("Services that are added later.", 4)
        yield from block([{"files": list(group.patterns)}], LOOK, 4)


def _escaped(files: Iterable[str]) -> list[str]:
    return [glob.escape(file) for file in files]


def _comment(text: str, indent: int) -> str:
    return f"{' ' * indent}# {safe(text, LOOK)}"
