"""Writes the documents that are generated from the code, or checks that they are current.

python -m tools.docs          writes them
python -m tools.docs --check  fails when one is stale
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tools import bad_input, guide, picture, reading, rules_document

ROOT = Path(__file__).parent.parent

GUIDES = ("docs/allowed-deviations.md", "docs/first-steps.md", "docs/runbook.md")
"""Written by hand, except the output of their commands."""

GENERATED: dict[str, Callable[[], str]] = {
    "docs/bad-input.md": bad_input.render,
    "docs/evidence/reading.md": reading.render,
    "docs/report.svg": picture.render,
    "docs/rules.md": rules_document.render,
    **{path: partial(guide.render, ROOT / path) for path in GUIDES},
}
"""Path in the repository -> the function that returns its text."""


def stale() -> list[str]:
    """The documents that differ from their generated text."""
    return [path for path, render in GENERATED.items() if _written(path) != render()]


def _written(path: str) -> str:
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def write() -> None:
    """Writes all of them."""
    for path, render in GENERATED.items():
        (ROOT / path).write_text(render(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Writes the documents, or names the stale ones with ``--check``."""
    if "--check" not in arguments:
        write()
        return 0
    found = stale()
    for path in found:
        print(f"{path} is stale: run make docs", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
