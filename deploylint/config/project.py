"""The configuration of a project, above the shipped one.

``files`` reads it and what it includes, ``rule_settings`` changes rules, ``group_entries`` says
which files are which services. A new key is one field of ``schema.ConfigFile`` and one line here.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

from deploylint.config import allowance_entries
from deploylint.config.allowance_entries import WrittenAllowance, check_keys
from deploylint.config.files import LoadedConfig, folders, matched, read_all
from deploylint.config.group_entries import read_groups
from deploylint.config.groups import NONE, GroupConfig
from deploylint.config.load import Config, Texts, defaults
from deploylint.config.rule_files import add_folders, resolved
from deploylint.config.rule_settings import tuned
from deploylint.config.rules import RuleSet, items
from deploylint.documents.nodes import Node, child
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_at
from deploylint.model.finding import Allowance
from deploylint.readers.commands.technologies import languages
from deploylint.readers.helm import profile as profiles


def read_project(path: Path, texts: Texts) -> Config:
    """The configuration in a file, above the shipped one. Raises Misread with a place."""
    own, shipped = read_all(path, texts), defaults()
    pack = add_folders(shipped.pack, _folders(own, "rule-folders"))
    for file in own:
        pack = tuned(pack, file.written.rules, file.root_of("rules"))
    exclude = frozenset(path for file in own for path in _excluded(file))
    groups = _groups(own, pack, exclude)
    _check_profiles([*(file.root for file in own), *(group.node for group in groups)])
    return Config(
        paths=tuple(file.path for file in own),
        documents=tuple(file.document for file in own),
        reference=_reference(own, shipped.reference),
        alone=_last(own, "reference", NONE if shipped.alone else "") == NONE,
        profile=str(_last(own, "profile", shipped.profile)),
        profile_folders=tuple(_folders(own, "profile-folders")),
        pack=pack,
        allowances=_allowed(own, pack, groups),
        groups=tuple(groups),
        exclude=exclude,
        forbid_inline=bool(_last(own, "forbid_inline", shipped.forbid_inline)),
        require_reason=bool(_last(own, "require_reason", shipped.require_reason)),
        settled=frozenset(rule for file in own for rule in file.written.rules),
    )


def _check_profiles(said: Iterable[Node]) -> None:
    """Raises Misread for a profile that is not there, in mappings that may name one."""
    known = profiles.names()
    for node in (child(one, "profile") for one in said):
        if node is not None and node.content and node.content not in known:
            message = f"unknown profile {node.content!r}; {hint(str(node.content), known)}"
            raise misread_at(node, message)


def _last(files: Sequence[LoadedConfig], name: str, default: object) -> object:
    """What the last file says that says anything."""
    said = [getattr(file.written, name) for file in files]
    return next((value for value in reversed(said) if value not in (None, "")), default)


def _reference(own: Sequence[LoadedConfig], default: tuple[str, ...]) -> tuple[str, ...]:
    said = _last(own, "reference", default)
    return (said,) if isinstance(said, str) else tuple(cast("Iterable[str]", said))


def _folders(files: Sequence[LoadedConfig], key: str) -> list[Path]:
    attribute = key.replace("-", "_")
    return [
        folder for file in files for folder in folders(file, getattr(file.written, attribute), key)
    ]


def _excluded(file: LoadedConfig) -> list[Path]:
    nodes = items(file.root, "exclude")
    pairs = zip(file.written.exclude, nodes, strict=True)
    return [path for pattern, node in pairs for path in matched(file, pattern, node)]


def _allowed(
    own: Sequence[LoadedConfig], pack: RuleSet, groups: Sequence[GroupConfig]
) -> tuple[Allowance, ...]:
    """The project's allowances, the including file's first, then those that ship and still hold."""
    entries = [
        WrittenAllowance(allowance_entries.read_entry(entry, node, file.root, "configured"), node)
        for file in reversed(own)
        for entry, node in zip(file.written.allow, items(file.root, "allow"), strict=True)
    ]
    allowance_entries.check_unique(entries)
    _check_runtimes(entries, groups)
    mine = resolved(entries, pack)
    check_keys(entries, (rule for one in (pack, *(g.pack for g in groups)) for rule in one.rules))
    withdrawn = {name for file in own for name in _disallowed(file, pack)}
    return (*mine, *(one for one in pack.allowances if one.id not in withdrawn))


def _check_runtimes(entries: Sequence[WrittenAllowance], groups: Sequence[GroupConfig]) -> None:
    """Raises Misread for a runtime that no evidence and no group speaks of."""
    stated = {m.stated.runtime for group in groups for m in group.members if m.stated}
    known = sorted(languages() | stated - {""})
    for allowance, node in entries:
        if allowance.runtime and allowance.runtime not in known:
            message = f"unknown runtime {allowance.runtime!r}; {hint(allowance.runtime, known)}"
            raise misread_at(child(node, "runtime") or node, message)


def _disallowed(file: LoadedConfig, pack: RuleSet) -> list[str]:
    ids = [allowance.id for allowance in pack.allowances]
    for name, node in zip(file.written.disallow, items(file.root, "disallow"), strict=True):
        if name not in ids:
            raise misread_at(node, f"unknown shipped allowance {name!r}; {hint(name, ids)}")
    return file.written.disallow


def _groups(
    own: Sequence[LoadedConfig], pack: RuleSet, exclude: frozenset[Path]
) -> list[GroupConfig]:
    seen: dict[str, Node] = {}
    found = []
    for file in own:
        for group in read_groups(file, pack, exclude):
            first = seen.setdefault(group.name, group.node)
            if first is not group.node:
                message = f"group {group.name!r} is defined twice; first in {first.source.file}"
                raise misread_at(group.node, message)
            found.append(group)
    return found
