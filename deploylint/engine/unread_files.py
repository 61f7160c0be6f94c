"""Files of a folder that are no deployments as they are, though they are called like some.

Other tools make YAML of some, and editors and merges leave the others beside what they change. To
extend it, add an ending to one of the tables.
"""

from __future__ import annotations

from pathlib import Path

SUFFIXES = (".yaml", ".yml")

A_TEMPLATE = "a template of YAML; render it, and check the result"
_MAKES_YAML = {".jsonnet": "Jsonnet", ".cue": "CUE", ".dhall": "Dhall", ".pkl": "Pkl"}
_TEMPLATES = (".gotmpl", ".tmpl", ".tpl", ".j2")
"""How files end that other tools make YAML of: ``app.jsonnet``, ``values.yaml.gotmpl``."""

_LEFT_OVER = "a copy of a file, as editors and merges leave it"
_COPIES = (".orig", ".bak")
"""How copies end, before or after the suffix: ``values.yaml.orig``, ``values.orig.yaml``
(https://git-scm.com/docs/git-mergetool, https://www.gnu.org/software/diffutils/manual/)."""


def why_unread(file: Path) -> str:
    """Why a file is not read that may be called like YAML, or ""."""
    if file.suffix in _MAKES_YAML:
        return f"{_MAKES_YAML[file.suffix]}; render it, and check the result"
    if is_left_over(file):
        return _LEFT_OVER
    is_template = file.suffix in _TEMPLATES and Path(file.stem).suffix in SUFFIXES
    return A_TEMPLATE if is_template else ""


def is_left_over(file: Path) -> bool:
    """Whether a file is a copy of another one: ``values.yaml~``, ``values.bak.yaml``."""
    if file.suffix in SUFFIXES:
        return Path(file.stem).suffix in _COPIES
    if file.suffix in _COPIES:
        return Path(file.stem).suffix in SUFFIXES
    return file.name.endswith("~") and Path(file.name[:-1]).suffix in SUFFIXES
