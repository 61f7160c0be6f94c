"""Lists the skipped tests of some runs, and fails for a reason that is not listed.

``python -m tools.skips tests/skips.txt tests.xml ...``: the agreed reasons, one a line, and the
runs as pytest's JUnit XML.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree


class Skip(NamedTuple):
    """A test that did not run, and why."""

    test: str
    reason: str


def skips(xml: str) -> list[Skip]:
    """The skipped tests of a run, in its order. An expected failure is not one."""
    return [
        Skip(f"{case.get('classname')}::{case.get('name')}", skipped.get("message", ""))
        for case in ElementTree.fromstring(xml).iter("testcase")
        for skipped in case.iter("skipped")
        if skipped.get("type") == "pytest.skip"
    ]


def agreed(text: str) -> list[str]:
    """The reasons of a list: its lines without comments."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def unlisted(found: Iterable[Skip], reasons: Iterable[str]) -> list[Skip]:
    """The skips with a reason that matches no line of the list."""
    listed = list(reasons)
    return [skip for skip in found if not any(fnmatchcase(skip.reason, r) for r in listed)]


def main(reasons: str, *runs: str) -> int:
    """Prints the skipped tests; returns 1 if a reason is not listed."""
    found = [skip for run in runs for skip in skips(Path(run).read_text(encoding="utf-8"))]
    for skip in found:
        print(f"skipped {skip.test}: {skip.reason}")
    print(f"{len(found)} skipped")
    wrong = unlisted(found, agreed(Path(reasons).read_text(encoding="utf-8")))
    for skip in wrong:
        print(f"{skip.test}: the reason is not listed in {reasons}: {skip.reason}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
