"""The configuration of a run. What ships is itself a configuration file, ``defaults.yaml``.

``discovery`` finds the file, ``files`` reads it and what it includes, ``settings`` changes rules,
``groups`` says which files are which services. A new key is one field of ``schemas.ConfigFile`` and
one line here.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from deploylint.config import allowances
from deploylint.config import rules as packs
from deploylint.config.allowances import Entry
from deploylint.config.files import File, Texts, folders, matched, read_all
from deploylint.config.groups import NONE, GroupConfig, read_groups
from deploylint.config.rule_settings import tuned
from deploylint.config.rules import RuleSet, items
from deploylint.documents.nodes import Node, child
from deploylint.documents.reader import Document
from deploylint.documents.suggest import hint
from deploylint.model.decode import misread
from deploylint.model.finding import Allowance
from deploylint.readers.commands.technologies import languages
from deploylint.readers.helm import profile as profiles

DEFAULTS = Path(__file__).parent.parent / "defaults.yaml"


class Config(NamedTuple):
    """What a run is asked to do, by all its configuration files together.

    ``paths`` and ``documents`` are the project's files, none where it has no configuration.
    ``reference`` are the names that make a file the reference; with ``alone`` there is none.
    ``pack`` holds the shipped rules and the project's own, as the project sets them;
    ``allowances`` are the project's and then those that ship and still hold. ``exclude`` are files
    and folders that are not looked at. ``settled`` are the rules that the project sets, whatever a
    profile makes of them.
    """

    paths: tuple[Path, ...]
    documents: tuple[Document, ...]
    reference: tuple[str, ...]
    alone: bool
    profile: str
    profile_folders: tuple[Path, ...]
    pack: RuleSet
    allowances: tuple[Allowance, ...]
    groups: tuple[GroupConfig, ...]
    exclude: frozenset[Path]
    forbid_inline: bool
    require_reason: bool
    settled: frozenset[str]


def load(path: Path | None = None, texts: Texts | None = None) -> Config:
    """The configuration in a file, above the shipped defaults. Raises Misread with a place.

    ``texts`` stand for files that are not written yet, by their absolute paths.
    """
    own = [] if path is None else read_all(path, texts or {})
    layers = [*read_all(DEFAULTS, {}), *own]
    pack = packs.load(packs.FOLDER, *_folders(layers, "rule-folders"))
    for file in layers:
        pack = tuned(pack, file.written.rules, file.root_of("rules"))
    exclude = frozenset(path for file in own for path in _excluded(file))
    groups = _groups(own, pack, exclude)
    _check_profiles([*(file.root for file in own), *(group.node for group in groups)])
    return Config(
        paths=tuple(file.path for file in own),
        documents=tuple(file.document for file in own),
        reference=_reference(layers),
        alone=_last(layers, "reference") == NONE,
        profile=str(_last(layers, "profile") or ""),
        profile_folders=tuple(_folders(layers, "profile-folders")),
        pack=pack,
        allowances=_allowed(own, pack, groups),
        groups=tuple(groups),
        exclude=exclude,
        forbid_inline=bool(_last(layers, "forbid_inline")),
        require_reason=bool(_last(layers, "require_reason")),
        settled=frozenset(rule for file in own for rule in file.written.rules),
    )


def _check_profiles(said: Iterable[Node]) -> None:
    """Raises Misread for a profile that is not there, in mappings that may name one."""
    known = profiles.names()
    for node in (child(one, "profile") for one in said):
        if node is not None and node.content and node.content not in known:
            message = f"no profile is called {node.content!r}; {hint(str(node.content), known)}"
            raise misread(node, message)


def _last(layers: Sequence[File], name: str) -> object:
    """What the last file says that says anything."""
    said = [getattr(file.written, name) for file in layers]
    return next((value for value in reversed(said) if value not in (None, "")), None)


def _reference(layers: Sequence[File]) -> tuple[str, ...]:
    said = _last(layers, "reference")
    return tuple(said) if isinstance(said, list) else (str(said),)


def _folders(layers: Sequence[File], key: str) -> list[Path]:
    attribute = key.replace("-", "_")
    return [
        folder for file in layers for folder in folders(file, getattr(file.written, attribute), key)
    ]


def _excluded(file: File) -> list[Path]:
    nodes = items(file.root, "exclude")
    pairs = zip(file.written.exclude, nodes, strict=True)
    return [path for pattern, node in pairs for path in matched(file, pattern, node)]


def _allowed(
    own: Sequence[File], pack: RuleSet, groups: Sequence[GroupConfig]
) -> tuple[Allowance, ...]:
    """The project's allowances, the including file's first, then those that ship and still hold."""
    entries = [
        Entry(allowances.read(entry, node, file.root, "configured"), node)
        for file in reversed(own)
        for entry, node in zip(file.written.allow, items(file.root, "allow"), strict=True)
    ]
    allowances.check_unique(entries)
    _check_runtimes(entries, groups)
    mine = packs.resolved(entries, pack)
    withdrawn = {name for file in own for name in _disallowed(file, pack)}
    return (*mine, *(one for one in pack.allowances if one.id not in withdrawn))


def _check_runtimes(entries: Sequence[Entry], groups: Sequence[GroupConfig]) -> None:
    """Raises Misread for a runtime that no evidence and no group speaks of."""
    stated = {m.stated.runtime for group in groups for m in group.members if m.stated}
    known = sorted(languages() | stated - {""})
    for allowance, node in entries:
        if allowance.runtime and allowance.runtime not in known:
            message = (
                f"no runtime is called {allowance.runtime!r}; {hint(allowance.runtime, known)}"
            )
            raise misread(child(node, "runtime") or node, message)


def _disallowed(file: File, pack: RuleSet) -> list[str]:
    ids = [allowance.id for allowance in pack.allowances]
    for name, node in zip(file.written.disallow, items(file.root, "disallow"), strict=True):
        if name not in ids:
            raise misread(node, f"no allowance that ships is called {name!r}; {hint(name, ids)}")
    return file.written.disallow


def _groups(own: Sequence[File], pack: RuleSet, exclude: frozenset[Path]) -> list[GroupConfig]:
    seen: dict[str, Node] = {}
    found = []
    for file in own:
        for group in read_groups(file, pack, exclude):
            first = seen.setdefault(group.name, group.node)
            if first is not group.node:
                message = f"group {group.name!r} is defined twice; first in {first.source.file}"
                raise misread(group.node, message)
            found.append(group)
    return found
