"""Entries under ``groups:`` to GroupConfigs: the files that patterns name, and what is stated."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from deploylint.config.files import LoadedConfig, folder, matched, named_file
from deploylint.config.groups import GroupConfig, ServiceFiles
from deploylint.config.rule_settings import tuned
from deploylint.config.rules import RuleSet, items
from deploylint.config.schema import GroupEntry, ServiceEntry
from deploylint.documents.nodes import Node, child
from deploylint.documents.paths import display_path
from deploylint.model.errors import misread_at
from deploylint.model.fields import CODE, DOCKERFILE
from deploylint.model.service import ServiceSettings


def read_groups(
    file: LoadedConfig, pack: RuleSet, exclude: frozenset[Path]
) -> Iterator[GroupConfig]:
    """The groups that one configuration file defines.

    Raises Misread for a pattern that matches nothing and for a setting of an unknown rule.
    """
    for name, entry in file.written.groups.items():
        node = file.root_of("groups", name) or file.root
        yield GroupConfig(
            name=name,
            members=tuple(_members(file, entry, node, exclude)),
            reference=entry.reference,
            profile=entry.profile,
            pack=tuned(pack, entry.rules, child(node, "rules")),
            settled=frozenset(entry.rules),
            top=file.top,
            node=node,
        )


def _members(
    file: LoadedConfig, entry: GroupEntry, node: Node, exclude: frozenset[Path]
) -> Iterator[ServiceFiles]:
    """A file that is a service by itself belongs to the first entry that names it."""
    taken = set(exclude)
    for service, at in zip(entry.services, items(node, "services"), strict=True):
        not_again = exclude if service.name else taken  # services may share a base
        found = [path for path in _files(file, service, at) if path not in not_again]
        taken.update(found)
        if not service.name:
            each = dict.fromkeys(found)  # patterns may overlap
            yield from (ServiceFiles((path,), _stated(file, service, at)) for path in each)
        elif found or service.environments:
            environments = dict(_environments(file, service, at, found))
            for layers in (found, *environments.values()):
                _check_layers(layers, service.name, at)
            taken.update(path for files in environments.values() for path in files)
            yield ServiceFiles(tuple(found), _stated(file, service, at), environments)


def _check_layers(layers: Sequence[Path], name: str, node: Node) -> None:
    """Raises Misread where a file is laid over itself."""
    twice = next((path for path in layers if layers.count(path) > 1), None)
    if twice is not None:
        raise misread_at(
            node, f"{display_path(twice)} is a layer of {name} twice; name each file once"
        )


def _environments(
    file: LoadedConfig, entry: ServiceEntry, node: Node, base: list[Path]
) -> Iterator[tuple[str, tuple[Path, ...]]]:
    """The files of each environment of a service: those of all of them, and its own above."""
    written = child(node, "environments")
    for name, said in entry.environments.items():
        at = child(written or node, name) or node
        yield name, (*base, *_named(file, said, at, name))


def _files(file: LoadedConfig, entry: ServiceEntry, node: Node) -> Iterator[Path]:
    """The files of an entry in the order in which it names them."""
    if entry.environments and not entry.name:
        raise misread_at(node, "has environments and no name; set name")
    written = child(node, "files")
    if written is None and entry.environments:
        return
    yield from _named(file, entry.files, written or node, "files")


def _named(file: LoadedConfig, said: str | list[str], written: Node, key: str) -> Iterator[Path]:
    """The files that some patterns under a key name, in that order."""
    patterns = [said] if isinstance(said, str) else said
    nodes = written.content if isinstance(written.content, list) else [written]
    if not patterns:
        raise misread_at(written, f"{key} has no file; add one")
    for pattern, at in zip(patterns, nodes, strict=True):
        found = [path for path in matched(file, pattern, at) if path.is_file()]
        if not found:
            raise misread_at(at, f"{pattern!r} matches folders only; name the files in them")
        yield from found


def _stated(file: LoadedConfig, entry: ServiceEntry, node: Node) -> ServiceSettings:
    code = folder(file, entry.code, child(node, CODE) or node) if entry.code else None
    said = child(node, DOCKERFILE) or node
    built = named_file(file, entry.dockerfile, said) if entry.dockerfile else None
    return ServiceSettings(entry.name, entry.runtime, entry.role or None, node, code, built)
