"""The configuration of a project, above the shipped one.

``files`` reads it and what it includes, ``rule_settings`` changes rules, ``group_entries`` finds
the files of services. A new key is one field of ``schema.ConfigFile`` and one line here.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

from deploylint.config.allowance_entries import (
    WrittenAllowance,
    read_allowances,
    resolve_allowances,
)
from deploylint.config.files import LoadedConfig, folder, match_files, read_all
from deploylint.config.group_entries import read_groups
from deploylint.config.groups import NONE, GroupConfig
from deploylint.config.load import Config, Texts, defaults
from deploylint.config.rule_files import read_folders
from deploylint.config.rule_settings import with_settings
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import Node, child
from deploylint.model.decode import with_nodes
from deploylint.model.errors import check_known, misread_at, node_at
from deploylint.model.finding import Allowance
from deploylint.readers.commands.technologies import languages
from deploylint.readers.helm import profile as profiles


def read_project(path: Path, texts: Texts) -> Config:
    """The configuration in a file, above the shipped one. Raises Misread with a place."""
    own, shipped = read_all(path, texts), defaults()
    rule_set = read_folders(_folders(own, "rule-folders"), below=shipped.rule_set)
    for file in own:
        rule_set = with_settings(rule_set, file.written.rules, file.root_of("rules"))
    exclude = frozenset(path for file in own for path in _excluded(file))
    groups = _groups(own, rule_set, exclude)
    _check_profiles([*(file.root for file in own), *(group.node for group in groups)])
    return Config(
        paths=tuple(file.path for file in own),
        documents=tuple(file.document for file in own),
        reference=_reference(own, shipped.reference),
        alone=_last(own, "reference", NONE if shipped.alone else "") == NONE,
        profile=str(_last(own, "profile", shipped.profile)),
        profile_folders=tuple(_folders(own, "profile-folders")),
        rule_set=rule_set,
        allowances=_allowed(own, rule_set, groups),
        groups=tuple(groups),
        exclude=exclude,
        forbid_inline=bool(_last(own, "forbid_inline", shipped.forbid_inline)),
        require_reason=bool(_last(own, "require_reason", shipped.require_reason)),
        settled=frozenset(rule for file in own for rule in file.written.rules),
    )


def _check_profiles(nodes: Iterable[Node]) -> None:
    """Raises Misread for an unknown profile, in mappings that may name one."""
    known = profiles.names()
    for node in (child(mapping, "profile") for mapping in nodes):
        if node is not None and node.content:
            check_known("profile", str(node.content), known, node)


def _last(files: Sequence[LoadedConfig], name: str, default: object) -> object:
    """The value of a key in the last file that has it."""
    values = [getattr(file.written, name) for file in files]
    return next((value for value in reversed(values) if value not in (None, "")), default)


def _reference(own: Sequence[LoadedConfig], default: tuple[str, ...]) -> tuple[str, ...]:
    names = _last(own, "reference", default)
    return (names,) if isinstance(names, str) else tuple(cast("Iterable[str]", names))


def _folders(files: Sequence[LoadedConfig], key: str) -> list[Path]:
    """Folders that a project names under a key. Raises Misread for one that is not there."""
    attribute = key.replace("-", "_")
    return [
        folder(file, name, node)
        for file in files
        for name, node in with_nodes(getattr(file.written, attribute), file.root, key)
    ]


def _excluded(file: LoadedConfig) -> list[Path]:
    entries = with_nodes(file.written.exclude, file.root, "exclude")
    return [path for pattern, node in entries for path in match_files(file, pattern, node)]


def _allowed(
    own: Sequence[LoadedConfig], rule_set: RuleSet, groups: Sequence[GroupConfig]
) -> tuple[Allowance, ...]:
    """The project's allowances, the including file's first, then the shipped ones it keeps."""
    entries = [
        entry
        for file in reversed(own)
        for entry in read_allowances(file.written.allow, file.root, "configured")
    ]
    _check_scopes(entries, groups)
    allowances = resolve_allowances(entries, [rule_set, *(group.rule_set for group in groups)])
    withdrawn = {name for file in own for name in _disallowed(file, rule_set)}
    return (*allowances, *(one for one in rule_set.allowances if one.id not in withdrawn))


def _check_scopes(entries: Sequence[WrittenAllowance], groups: Sequence[GroupConfig]) -> None:
    """Raises Misread for a runtime that nothing names, and for a group that no file defines."""
    stated = {m.stated.runtime for group in groups for m in group.members if m.stated}
    runtimes, names = sorted(languages() | stated - {""}), [group.name for group in groups]
    for key, known in (("runtime", runtimes), ("group", names)):
        for allowance, node in entries:
            if word := getattr(allowance, key):
                check_known(key, word, known, node_at(node, key))


def _disallowed(file: LoadedConfig, rule_set: RuleSet) -> list[str]:
    ids = [allowance.id for allowance in rule_set.allowances]
    for name, node in with_nodes(file.written.disallow, file.root, "disallow"):
        check_known("shipped allowance", name, ids, node)
    return file.written.disallow


def _groups(
    own: Sequence[LoadedConfig], rule_set: RuleSet, exclude: frozenset[Path]
) -> list[GroupConfig]:
    groups: dict[str, GroupConfig] = {}
    for group in (group for file in own for group in read_groups(file, rule_set, exclude)):
        first = groups.setdefault(group.name, group)
        if first is not group:
            message = f"group {group.name!r} is defined twice; first in {first.node.source.file}"
            raise misread_at(group.node, message)
    return list(groups.values())
