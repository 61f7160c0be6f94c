"""Writes a document of evidence, or checks that it is current."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def prove(
    document: Path, command: str, text: str, wrong: Sequence[str], arguments: Sequence[str]
) -> int:
    """Writes a document, or checks with ``--check`` that it is current; returns the exit code.

    ``command`` writes it. What is ``wrong`` is said, and fails in either case.
    """
    for line in wrong:
        print(line, file=sys.stderr)
    if "--check" not in arguments:
        document.write_text(text, encoding="utf-8")
    elif not document.is_file() or document.read_text(encoding="utf-8") != text:
        print(f"docs/evidence/{document.name} is stale: run {command}", file=sys.stderr)
        return 1
    return int(bool(wrong))
