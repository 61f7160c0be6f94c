"""The configuration of a run. The shipped defaults are a configuration file, ``defaults.yaml``.

``project`` reads a project's own. A new key is one field of ``schema.ConfigFile`` and one line
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploylint.config.groups import NONE, GroupConfig
from deploylint.config.rules import RuleSet, compiled_table, shipped_rules
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.model import own_data
from deploylint.model.finding import Allowance

DEFAULTS = Path(own_data.PACKAGE, "defaults.yaml")

Texts = Mapping[Path, str]
"""The texts of files that are not written yet, by their absolute paths."""


class Config(Record):
    """The settings of a run in all its configuration files together.

    ``reference`` are the names that make a file the reference; with ``alone`` there is none.
    ``rule_set`` are the shipped rules and the project's own, as the project sets them.
    ``allowances`` are the project's and then the shipped ones that it keeps.
    ``paths`` and ``documents`` are the project's files, none where it has no configuration.
    ``exclude`` are files and folders that are not read.
    ``settled`` are the rules that the project sets: a profile does not change them.
    """

    reference: tuple[str, ...]
    alone: bool
    profile: str
    rule_set: RuleSet
    allowances: tuple[Allowance, ...]
    forbid_inline: bool
    require_reason: bool
    paths: tuple[Path, ...] = ()
    documents: tuple[Document, ...] = ()
    profile_folders: tuple[Path, ...] = ()
    groups: tuple[GroupConfig, ...] = ()
    exclude: frozenset[Path] = frozenset()
    settled: frozenset[str] = frozenset()


def load(path: Path | None = None, texts: Texts | None = None) -> Config:
    """The configuration in a file, above the shipped defaults. Raises Misread with a place.

    ``texts`` stand for files that are not written yet, by their absolute paths.
    """
    if path is None:
        return defaults()
    from deploylint.config.project import read_project

    return read_project(path, texts or {})


def defaults() -> Config:
    """The configuration of a run without one of its own."""
    written, rules = compiled_table("defaults"), shipped_rules()
    reference = written["reference"]
    return Config(
        reference=tuple(reference) if isinstance(reference, list) else (reference,),
        alone=reference == NONE,
        profile=written["profile"],
        rule_set=rules,
        allowances=rules.allowances,
        forbid_inline=bool(written["forbid_inline"]),
        require_reason=bool(written["require_reason"]),
    )
