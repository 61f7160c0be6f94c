"""The proposed groups, with reference, files and evidence, as a configuration.

Texts of files are in comments, with nothing in them that could end the comment.
"""

from __future__ import annotations

import glob
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

from deploylint.cli.init.found_group import FoundGroup, files_by_service, join_sources
from deploylint.cli.init.patterns import file_patterns, own_files
from deploylint.cli.init.reference import OPTION, propose_reference
from deploylint.config import load as configuration
from deploylint.config.discovery import NAMES
from deploylint.config.groups import NONE, ServiceFiles
from deploylint.config.load import Config
from deploylint.documents.paths import display_path, from_display_path
from deploylint.documents.record import Record
from deploylint.engine.discovery import find_groups, is_kustomization
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.engine.folders.search import load_groups
from deploylint.engine.guests import NO_GUESTS, Guests, find_guests, own_organisations
from deploylint.engine.load import load_group
from deploylint.engine.named_services import check_named_services
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.errors import Misread, UsageError
from deploylint.model.format import enumerate_names
from deploylint.model.service import Service
from deploylint.model.types import Plain
from deploylint.reports import Look
from deploylint.reports.json_schema import CONFIG_URL
from deploylint.reports.text.layout import wrap
from deploylint.reports.yaml_out import block, entry, scalar

LOOK = Look(width=80)
"""The width of the files that are written: what yamllint accepts by default."""

MOST_ENTRIES = 8
"""How many entries of a group may be of some of its environments."""

SHOWN = 12
"""How many services of a group a comment names."""

HEAD = """\
# yaml-language-server: $schema={schema}
# Proposed by deploylint init from the files it found; correct what is wrong.
version: 1

# The differences that were there, each in need of a reason.
include: [{todo}]
"""


class ProposedGroup(Record):
    """A group that was found, its name, its reference, and why that.

    ``entries`` name its files, and the services where the files do not. ``guests`` are not
    compared, each with the reason.
    """

    candidate: FoundGroup
    name: str
    reference: str
    because: str
    entries: tuple[Mapping[str, Plain], ...]
    guests: Guests = NO_GUESTS

    @property
    def services(self) -> tuple[Service, ...]:
        """Its services."""
        return self.candidate.services


class Proposing(Record):
    """What groups are proposed with: their folder, the options and the configuration so far."""

    root: Path
    config: Config
    reference: str
    profile: str
    today: str


def propose(sources: Sequence[FolderGroup], how: Proposing) -> tuple[ProposedGroup, ...]:
    """The groups to propose, without those that no configuration reads as they were found.

    Raises UsageError for a reference that no group has.
    """
    shared = SharedFiles(how.root)
    load = partial(
        load_group, profile=how.profile, folders=how.config.profile_folders, shared=shared
    )
    candidates = list(join_sources(sources, load))
    named = zip(candidates, _names(candidates, how.root), strict=True)
    groups = tuple(filter(None, (_group(each, name, how, shared) for each, name in named)))
    if how.reference and not any(group.because == OPTION for group in groups):
        files = ", ".join(service.files[0] for group in groups for service in group.services)
        message = "no such service in any group; choose from"
        raise UsageError(f"{OPTION} {how.reference}: {message} {files}")
    return groups


def _names(sources: Sequence[FoundGroup], root: Path) -> Iterator[str]:
    """The name of each folder, or where two have one name its path.

    Of groups of one path, the names have what is in their files, and numbers.
    """
    places = Counter(group.place for group in sources)
    names = Counter(group.place.name for group in sources)
    taken = Counter[str]()
    for group in sources:
        place = group.place if group.place.is_dir() else group.place.with_suffix("")
        below = group.below if places[group.place] > 1 else ()
        path = place.relative_to(root).as_posix()
        name = place.name if names[group.place.name] == 1 else "/".join((path, *below))
        name = f"{name} ({group.main.loaded.shape})" if taken[name] else name
        taken[name] += 1
        yield name if taken[name] == 1 else f"{name} {taken[name]}"


def _group(
    candidate: FoundGroup, name: str, how: Proposing, shared: SharedFiles
) -> ProposedGroup | None:
    guests = find_guests(candidate.services, own_organisations(candidate.services))
    loaded = candidate.main.loaded
    own = tuple(service for service in loaded.services if service.name not in guests)
    group = loaded._replace(services=own)
    service, because = propose_reference(group, how.config, how.reference, how.today)
    reference = service.name if service.name not in ("", NONE) else Path(service.files[0]).name
    choices = (
        ProposedGroup(candidate, name, reference, because, entries, guests)
        for entries in _entries(candidate, how.root)
    )
    return next((choice for choice in choices if _reads_alike(choice, how, shared)), None)


Entries = tuple[Mapping[str, Plain], ...]


def _entries(candidate: FoundGroup, root: Path) -> Iterator[Entries]:
    """How a group can be written, the shortest first: with globs, with files, with names too.

    The last is for any group.
    """
    main = candidate.main
    files = {file for one in candidate.services for file in own_files(one)}
    is_folder = main.files.folder is not None and candidate.place.is_dir()
    *choices, exact = file_patterns(files, _common(files) if is_folder else None, root)
    for patterns in (*choices, exact):
        yield ({"files": patterns[0] if len(patterns) == 1 else list[Plain](patterns)},)
    if any(candidate.environments):
        yield from _in_environments(candidate, root)
    by_file = defaultdict[str, dict[int, ServiceFiles]](dict)
    members = (member for source in candidate.sources for member in source.files.members)
    for number, member in enumerate(members):
        for file in map(display_path, member.every_file):
            by_file[file][number] = member
    own = {service.name: service for service in candidate.services}
    within = defaultdict[str, list[str]](list)
    for name, part in zip(candidate.environments, candidate.parts, strict=True):
        for service in part.loaded.services if name else ():
            own.setdefault(service.name, service)
            within[service.name].append(name)
    named = tuple(_named(service, by_file, root, within[name]) for name, service in own.items())
    often = Counter(service.files[0] for service in candidate.services)
    if shared := [file for file, count in often.items() if count > 1]:
        first = zip(named, (service.files[0] for service in own.values()), strict=True)
        apart = (entry for entry, file in first if file not in shared)
        yield (*apart, {"files": _globs(shared, root)})
    yield from ((*named, {"files": list[Plain](patterns)}) for patterns in reversed(choices))
    yield named


def _common(files: Iterable[Path]) -> Path:
    """The lowest folder with some files in it or below it."""
    return Path(os.path.commonpath([file.parent for file in files]))


def _in_environments(candidate: FoundGroup, root: Path) -> Iterator[Entries]:
    """How a group can be written with an entry for what is in each environment alone."""
    by_names = candidate.files_within()
    if len(by_names) > MOST_ENTRIES:
        return
    ways = dict[tuple[str, ...], list[list[str]]]()
    for names, files in by_names.items():
        places = [candidate.place if names else _common(files), _common(files)]
        *wide, exact = (list(file_patterns(files, place, root)) for place in places)
        ways[names] = [way for pair in zip(*wide, exact, strict=True) for way in pair]
    for patterns in zip(*ways.values(), strict=True):
        entries = list[Mapping[str, Plain]]()
        for names, written in zip(ways, patterns, strict=True):
            at = {"environment": names[0] if len(names) == 1 else list[Plain](names)}
            each: Plain = written[0] if len(written) == 1 else list[Plain](written)
            entries.append({**(at if names else {}), "files": each})
        yield tuple(entries)


def _named(
    service: Service,
    by_file: Mapping[str, Mapping[int, ServiceFiles]],
    root: Path,
    within: Sequence[str],
) -> Mapping[str, Plain]:
    """A service with its name, the files of all its environments, and those of each besides.

    ``by_file`` are the members of the group with a file, by their number. ``within`` are the
    environments that it is in. A file below it that it is not read from is of a chart around it.
    Others may share files with it: one member with all of them is its own.
    """
    environments = defaultdict[str, dict[str, None]](dict)
    members = {n: member for file in service.files for n, member in by_file.get(file, {}).items()}
    having = {n: set(map(display_path, member.every_file)) for n, member in members.items()}
    whole = {n: member for n, member in members.items() if having[n].issuperset(service.files)}
    members = whole or members
    for _, member in sorted(members.items(), key=itemgetter(0)):
        below = {display_path(file) for file in member.files}.difference(service.files)
        for name, files in member.environments.items():
            if name in within:
                paths = map(display_path, files)
                environments[name] |= dict.fromkeys(path for path in paths if path not in below)
    folders = {from_display_path(file).parent for file in service.files}
    kustomizations = filter(is_kustomization, map(from_display_path, by_file))
    beside = (display_path(file) for file in kustomizations if file.parent in folders)
    every = service.files if environments else (*service.files, *beside)
    own = [f for f in dict.fromkeys(every) if all(f in files for files in environments.values())]
    besides = {name: [f for f in files if f not in own] for name, files in environments.items()}
    each: dict[str, Plain] = {n: _globs(files, root) for n, files in besides.items() if files}
    written = {"name": service.name, "files": _globs(own, root), "environments": each}
    return {key: value for key, value in written.items() if value}


def _globs(files: Iterable[str], root: Path) -> list[Plain]:
    """Globs that match some files alone."""
    relative = (from_display_path(file).relative_to(root).as_posix() for file in files)
    return [glob.escape(file) for file in relative]


def _reads_alike(group: ProposedGroup, how: Proposing, shared: SharedFiles) -> bool:
    """Whether a configuration with just this group compares the services that were found.

    One that names each has all that it can be read with.
    """
    path = how.root / NAMES[0]
    try:
        config = configuration.load(path, {path: configuration_text([group], how.profile, todo="")})
        files, load = find_groups([], config), partial(load_groups, shared=shared)
        loaded = [one for each in files for one in load(each, how.profile, config)]
        check_named_services(loaded)
    except (Misread, UsageError, ValueError):
        return False
    if all(len(one.services) == 1 for one in loaded):
        return False
    if all("name" in entry for entry in group.entries):
        services = [service for one in loaded for service in one.services]
        chosen = {group.reference, *group.guests}
        return chosen <= {name for one in services for name in (one.name, Path(one.files[0]).name)}
    read = {one.environment: files_by_service(one.services) for one in loaded}
    unread = {problem.file for one in group.candidate.sources for problem in one.loaded.problems}
    problems = (problem.file for one in loaded for problem in one.problems)
    is_one = len(read) == len(loaded)
    return is_one and read == group.candidate.files and unread.issuperset(problems)


# --- as text -------------------------------------------------------------------------------------


def configuration_text(groups: Sequence[ProposedGroup], profile: str, todo: str) -> str:
    """The configuration of groups; ``profile`` is an option or "", ``todo`` the file to include."""
    head = HEAD.format(schema=CONFIG_URL, todo=todo)
    texts = ("\n".join(_lines(group, profile)) + "\n" for group in groups)
    return head + "\ngroups:\n" + "\n".join(texts)


def left_out(files: Sequence[str]) -> str:
    """A comment with the services that no group has, by their files: nothing is like them."""
    if not files:
        return ""
    names = enumerate_names(files, SHOWN)
    text = f"Not in a group and not checked, each the only service of its folder: {names}."
    return "\n" + "\n".join(_comment(text, 0)) + "\n"


def _lines(group: ProposedGroup, profile: str) -> Iterator[str]:
    yield f"  {scalar(group.name, LOOK)}:"
    yield from _comment(_described(group), 4)
    if profile:
        yield from entry("profile", profile, LOOK, 4)
    yield from _comment(f"{group.reference}: {group.because}.", 4)
    yield from entry("reference", group.reference, LOOK, 4)
    if group.guests:
        named = ", ".join(f"{name} ({because})" for name, because in group.guests.items())
        yield from _comment(f"Other people's programs, not compared: {named}.", 4)
        yield from entry("guests", list(map(glob.escape, group.guests)), LOOK, 4)
    yield "    services:"
    yield from block([dict(written) for written in group.entries], LOOK, 6)


def _described(group: ProposedGroup) -> str:
    """The services that were found, with what shows their runtime."""
    names = [
        f"{service.name} ({service.runtime}: {service.runtime_because})"
        if service.runtime
        else service.name
        for service in group.services
    ]
    profile = group.candidate.main.loaded.profile.name
    return f"{len(names)} services: {enumerate_names(names, SHOWN)}; profile {profile}."


def _comment(text: str, indent: int) -> Iterator[str]:
    """A comment in lines that are no wider than the file."""
    room = LOOK._replace(width=LOOK.width - indent - 2)
    for line in wrap([text], room, hang=0):
        yield f"{' ' * indent}# {''.join(piece.text for piece in line)}"
