"""The shipped rules and configuration, as the plain data that ``rules`` and ``load`` read back.

Only the build and the first run in a checkout come here. No set is written: its order would differ
from one build to the next.
"""

from __future__ import annotations

from typing import Any

from deploylint.config.files import read_all
from deploylint.config.load import DEFAULTS, defaults
from deploylint.config.rule_files import read_folders
from deploylint.config.rule_settings import with_settings
from deploylint.config.rules import FOLDER, with_examples
from deploylint.config.schema import ConfigFile
from deploylint.model import own_data
from deploylint.model.data import DEFINITIONS, NOT_PROFILES, definition
from deploylint.readers.helm import profile as profiles

_OF_A_RUN = ("reference", "profile", "forbid_inline", "require_reason")
_SHIPPED = frozenset({"version", "rules", *_OF_A_RUN})
"""The keys that the shipped configuration may set; the others are about the files of a project."""


def compile_all() -> bytes:
    """The file of a built package: all our data that a run looks up."""
    with_examples(defaults().rule_set)
    for layer in profiles.every_shipped():
        assert layer.profile in (*profiles.names(), *NOT_PROFILES)
    for path in DEFINITIONS:
        definition(path)
    return own_data.build()


def compile_rules() -> Any:
    """The shipped rules, allowances and built-in checks, as the shipped configuration sets them."""
    (defaults,) = read_all(DEFAULTS, {})
    shipped = with_settings(
        read_folders([FOLDER]), defaults.written.rules, defaults.root_of("rules")
    )
    rules = (rule._replace(examples=()) for rule in shipped.rules)
    return tuple(map(_plain, (tuple(rules), shipped.allowances, tuple(shipped.builtin.values()))))


def compile_examples() -> Any:
    """The examples of each shipped rule that has any, by its id."""
    return {
        rule.id: [
            (example.reference, example.peer, example.gives, dict(example.code), example.dockerfile)
            for example in rule.examples
        ]
        for rule in read_folders([FOLDER]).rules
        if rule.examples
    }


def compile_defaults() -> Any:
    """The settings of a run in the shipped configuration."""
    (file,) = read_all(DEFAULTS, {})
    written = file.written
    set_ = {
        name
        for name in ConfigFile.__struct_fields__
        if getattr(written, name) not in (None, "", [], {})
    }
    assert set_ <= _SHIPPED, f"{DEFAULTS.name} sets {', '.join(sorted(set_ - _SHIPPED))}"
    return {name: getattr(written, name) for name in _OF_A_RUN}


def _plain(value: Any) -> Any:
    """A record, and those in it, as plain tuples."""
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


TABLES = {"rules": compile_rules, "examples": compile_examples, "defaults": compile_defaults}
"""What makes each table."""
