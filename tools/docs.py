"""Every document that is written from the code, and whether it is still what the code says.

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

GUIDES = ("docs/allowed-deviations.md", "docs/runbook.md")
"""Written by hand; only what their commands print is made."""

GENERATED: dict[str, Callable[[], str]] = {
    "docs/bad-input.md": bad_input.render,
    "docs/evidence/reading.md": reading.render,
    "docs/report.svg": picture.render,
    "docs/rules.md": rules_document.render,
    **{path: partial(guide.render, ROOT / path) for path in GUIDES},
}
"""Path in the repository -> what writes its text."""


def stale() -> list[str]:
    """The documents that are not what they would be if they were written now."""
    return [path for path, render in GENERATED.items() if _written(path) != render()]


def _written(path: str) -> str:
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def write() -> None:
    """Write all of them."""
    for path, render in GENERATED.items():
        (ROOT / path).write_text(render(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the documents, or with ``--check`` name the stale ones."""
    if "--check" not in arguments:
        write()
        return 0
    found = stale()
    for path in found:
        print(f"{path} is stale: run make docs", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
