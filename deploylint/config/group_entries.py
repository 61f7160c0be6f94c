"""Entries under ``groups:`` to GroupConfigs: the files that patterns name, and service settings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from glob import has_magic
from pathlib import Path

from deploylint.config.environment_names import layer_name, split_environment
from deploylint.config.files import LoadedConfig, folder, match_files, named_file
from deploylint.config.groups import (
    INSIDE,
    VALUES,
    GroupConfig,
    ServiceFiles,
    environment_by,
    is_chart,
    with_environments,
    with_files_around,
)
from deploylint.config.rule_settings import with_settings
from deploylint.config.rules import RuleSet
from deploylint.config.schema import GroupEntry, ServiceEntry
from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Node, child
from deploylint.documents.paths import display_path, is_file
from deploylint.model.decode import with_nodes
from deploylint.model.errors import misread_at, node_at
from deploylint.model.fields import CODE, DOCKERFILE
from deploylint.model.service import ServiceSettings
from deploylint.readers.service import NAMELESS, service_name


def read_groups(
    file: LoadedConfig, rule_set: RuleSet, exclude: frozenset[Path]
) -> Iterator[GroupConfig]:
    """The groups that one configuration file defines.

    Raises Misread for a pattern that matches nothing and for a setting of an unknown rule.
    """
    for name, entry in file.written.groups.items():
        node = file.root_of("groups", name) or file.root
        yield GroupConfig(
            name=name,
            members=tuple(_over_bases(_members(file, entry, node, exclude))),
            reference=entry.reference,
            profile=entry.profile,
            rule_set=with_settings(rule_set, entry.rules, child(node, "rules")),
            settled=frozenset(entry.rules),
            top=file.top,
            node=node,
            guests=None if entry.guests is None else tuple(entry.guests),
        )


def _members(
    file: LoadedConfig, entry: GroupEntry, node: Node, exclude: frozenset[Path]
) -> Iterator[ServiceFiles]:
    """The services of a group. A file without a name belongs to the first entry that lists it.

    That may be one entry in each environment.
    """
    taken_in = defaultdict[str, set[Path]](lambda: set(exclude))
    for service, at in with_nodes(entry.services, node, "services"):
        only = _names(service.environment)
        taken = set[Path].union(*(taken_in[name] for name in ("", *only)))
        not_again = exclude if service.name else taken  # services may share a base
        paths = [path for path in _files(file, service, at) if path not in not_again]
        taken.update(paths)
        environments = dict(_environments(file, service, at, paths))
        settings = _settings(file, service, at)
        patterns = list(filter(has_magic, _names(service.files)))
        if service.name:
            members = [ServiceFiles(tuple(paths), settings, environments)]
            for layers in (paths, *environments.values()):
                _check_layers(layers, service.name, at)
        else:
            members = [
                _with_files_beside(ServiceFiles((path,), settings, folder_name=name), taken)
                if (name := _folder_name(path, patterns, only)) and not only
                else ServiceFiles((path,), settings, folder_name=name)
                for path in dict.fromkeys(paths)  # patterns may overlap
            ]
        for name in only or [""]:
            taken_in[name].update(path for member in members for path in member.every_file)
        yield from (_only_in(member, only) for member in members if member.every_file)


def _names(written: str | list[str]) -> list[str]:
    return [written] if isinstance(written, str) else written


def _only_in(member: ServiceFiles, environments: Sequence[str]) -> ServiceFiles:
    """A service that is in some environments alone, where any is named."""
    if not environments:
        return member
    return member._replace(files=(), environments=dict.fromkeys(environments, member.files))


def _over_bases(members: Iterable[ServiceFiles]) -> Iterable[ServiceFiles]:
    """The services of a group, with values of an environment alone over those of all of them.

    ``orders-prod.yaml`` lies over ``orders.yaml``; ``prod.yaml`` and ``prod/values.yaml`` lie over
    the ``values.yaml`` in a folder above, and ``values-prod.yaml`` over the one in a folder below.
    """
    kept, layers = dict[Path | int, ServiceFiles](), list[tuple[str, Path, ServiceFiles]]()
    for number, member in enumerate(members):
        is_named = member.stated is not None and bool(member.stated.name)
        if member.files or is_named:
            kept[number if is_named else member.files[0]] = member
        else:
            layers += ((at, file, member) for at, (file,) in member.environments.items())
    values = [path for path in kept if isinstance(path, Path) and path.stem == VALUES]
    below = items_by_key((path.parent.parent, path) for path in values)
    for number, (environment, file, member) in enumerate(layers, len(kept) + len(layers)):
        stem = _base_stem(file.stem, (environment,))
        bases = [file.with_stem(stem), *(path / f"{VALUES}{file.suffix}" for path in file.parents)]
        bases = [path for path in bases[: MOST_ABOVE if stem == VALUES else 1] if path != file]
        bases += below.get(file.parent, ()) if stem == VALUES and file.stem != VALUES else ()
        base = next(filter(kept.__contains__, bases), None)
        if base is None:
            kept[number] = member._replace(environments={environment: (file,)})
        else:
            lower = kept[base].environments.get(environment, kept[base].files)
            own = {**kept[base].environments, environment: (*lower, file)}
            kept[base] = kept[base]._replace(environments=own)
    return kept.values()


MOST_ABOVE = 4
"""How far above a file of an environment the values are that it lies over."""


def _base_stem(stem: str, environments: Collection[str]) -> str:
    """The name of a file of some environments, without theirs."""
    if {stem, layer_name(stem)}.intersection(environments):
        return VALUES
    name, environment = split_environment(stem)
    return name or VALUES if environment in environments else stem


def _with_files_beside(member: ServiceFiles, taken: Set[Path]) -> ServiceFiles:
    """A service that a pattern names by its folder, with the environments in that folder.

    Values of a chart inside another one have those of this over them.
    """
    (path,) = member.files
    (member, *_) = _layered([member], path.parent, path.suffix, taken)
    around = path.parent.parent.parent
    if path != around / INSIDE / path.parent.name / f"{VALUES}{path.suffix}":
        return member
    if is_chart(around):
        for each in _layered([], around, path.suffix, taken):
            member = with_files_around(member, each)
    return member


def _layered(
    own: Sequence[ServiceFiles], folder: Path, suffix: str, taken: Set[Path]
) -> Sequence[ServiceFiles]:
    """Some files of a folder, with the values of environments there that are not taken."""
    beside = sorted(folder.glob(f"*{suffix}"))
    named = environment_by({file.stem for file in beside}, beside)
    stems = (VALUES,) if not own else ()
    layers = [
        ServiceFiles((file,))
        for file in beside
        if file not in taken and (file.stem in stems or named(file.stem))
    ]
    return with_environments([*own, *layers], named)


def _folder_name(path: Path, patterns: Sequence[str], environments: Sequence[str]) -> str:
    """The folder that varies in a pattern, if the name of the file names no service; else "".

    In one of some ``environments``, ``orders-dev.yaml`` is of orders.
    """
    stem = _base_stem(path.stem, environments)
    if stem not in NAMELESS:
        return "" if stem == path.stem else service_name(f"{stem}{path.suffix}")
    for pattern in patterns:
        parts = Path(pattern).parts
        varying = next((n for n, part in enumerate(reversed(parts)) if has_magic(part)), 0)
        rest = Path(*parts[-varying - 1 :])
        if varying and rest.parts[0] != "**" and path.match(str(rest)):
            return path.parts[-varying - 1]
    return ""


def _check_layers(layers: Sequence[Path], name: str, node: Node) -> None:
    """Raises Misread where a file is laid over itself."""
    twice = next((path for path in layers if layers.count(path) > 1), None)
    if twice is not None:
        message = f"{display_path(twice)} is a layer of {name} twice; name each file once"
        raise misread_at(node, message)


def _environments(
    file: LoadedConfig, entry: ServiceEntry, node: Node, base: list[Path]
) -> Iterator[tuple[str, tuple[Path, ...]]]:
    """The files of each environment of a service: those of all of them, and its own above."""
    written = node_at(node, "environments")
    for name, patterns in entry.environments.items():
        at = child(written, name) or node
        yield name, (*base, *_named(file, patterns, at, name))


def _files(file: LoadedConfig, entry: ServiceEntry, node: Node) -> Iterator[Path]:
    """The files of an entry in the order in which it names them."""
    if entry.environments and not entry.name:
        raise misread_at(node, "has environments and no name; set name")
    if entry.environments and entry.environment:
        raise misread_at(node, "has environment and environments; remove one of them")
    written = child(node, "files")
    if written is None and entry.environments:
        return
    yield from _named(file, entry.files, written or node, "files")


def _named(
    file: LoadedConfig, patterns: str | list[str], written: Node, key: str
) -> Iterator[Path]:
    """The files that some patterns under a key name, in that order."""
    patterns = _names(patterns)
    nodes = written.content if isinstance(written.content, list) else [written]
    if not patterns:
        raise misread_at(written, f"{key} has no file; add one")
    for pattern, at in zip(patterns, nodes, strict=True):
        paths = [path for path in match_files(file, pattern, at) if is_file(path)]
        if not paths:
            raise misread_at(at, f"{pattern!r} matches folders only; name the files in them")
        yield from paths


def _settings(file: LoadedConfig, entry: ServiceEntry, node: Node) -> ServiceSettings:
    code, dockerfile = None, None
    if entry.code:
        code = folder(file, entry.code, node_at(node, CODE))
    if entry.dockerfile:
        dockerfile = named_file(file, entry.dockerfile, node_at(node, DOCKERFILE))
    return ServiceSettings(entry.name, entry.runtime, entry.role or None, node, code, dockerfile)
