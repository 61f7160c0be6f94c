"""What ``deploylint check`` reports of a folder, as the tools that measure it read it.

The program runs in the folder as a person would run it there, and its JSON report is read: what is
measured is what is published, whatever becomes of the engine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deploylint.documents.paths import repository

LONGEST = 600.0
"""Seconds after which a check is given up."""
REFUSED = (2, 4)
"""The exit codes of a check without a report."""


class Refused(Exception):
    """A check that ended without a report; the message is its own."""


class Reported(NamedTuple):
    """A violation that was reported.

    ``file`` is relative to the folder that was checked.
    ``cause`` is equal for all violations that come of one cause.
    """

    file: str
    line: int
    key: str
    service: str
    rule: str
    element: str
    path: str
    message: str
    cause: str
    fingerprint: str


class Inventory(NamedTuple):
    """A service that was found: its group, files, and the names of its environments."""

    group: str
    service: str
    files: frozenset[str]
    environments: frozenset[str]


class Checked(NamedTuple):
    """A report: violations, services, counts of leaves, and of some why they are not compared."""

    violations: list[Reported]
    inventory: list[Inventory]
    summary: dict[str, int]
    explained: dict[str, int]


def checked(folder: Path, files: Sequence[Path] = (), configuration: Path | None = None) -> Checked:
    """Check a folder, or some files of it, or what a configuration lists.

    Raises Refused where the program reports nothing.
    """
    chosen = ["--config", str(configuration.absolute())] if configuration else []
    paths = [str(file.absolute()) for file in files] or ([] if configuration else ["."])
    command = [sys.executable, "-m", "deploylint", "check", "-f", "json", *chosen, *paths]
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST
    )
    if done.returncode in REFUSED or not done.stdout:
        raise Refused(done.stderr.decode(errors="replace").strip())
    return _report(json.loads(done.stdout), folder)


def _report(report: dict[str, Any], folder: Path) -> Checked:
    base = _prefix(folder)
    found = [one for one in report["findings"] if one["status"] == "violation"]
    violations = [_violation(one, base) for one in found]
    explained = report["summary"].pop("explained")
    inventory = list(_inventory(report["groups"], base))
    return Checked(violations, inventory, report["summary"], explained)


def _prefix(folder: Path) -> str:
    """What the report puts before the path of a file in a folder: its way from the repository."""
    whole = folder.absolute()
    base = next(iter(repository(whole)), whole)
    way = whole.relative_to(base).as_posix()
    return "" if way == "." else f"{way}/"


def _violation(one: dict[str, Any], base: str) -> Reported:
    at = one["location"]
    own = (one["group"], one["rule"], one["path"], str(one["expected"]), str(one["actual"]))
    return Reported(
        file=at["file"].removeprefix(base),
        line=at["line"],
        key=at["key"],
        service=one["service"],
        rule=one["rule"],
        element=one["element"],
        path=one["path"],
        message=one["message"],
        cause=one.get("cause") or "\n".join(own),
        fingerprint=one["fingerprint"],
    )


def _inventory(groups: list[dict[str, Any]], base: str) -> Iterator[Inventory]:
    """The services of all groups; a group is listed once for each of its environments."""
    files: dict[tuple[str, str], set[str]] = {}
    environments: dict[tuple[str, str], set[str]] = {}
    for group in groups:
        for service in group["services"]:
            key = (group["name"], service["name"])
            files.setdefault(key, set()).update(
                name.removeprefix(base) for name in service["files"]
            )
            environments.setdefault(key, set()).update(service["environments"])
    for key, names in files.items():
        yield Inventory(*key, frozenset(names), frozenset(environments[key]))
