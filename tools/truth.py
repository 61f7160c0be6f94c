"""What people know of a fleet: records of a list in JSON, and the tables of a page.

A list (``*.json``) holds records:

* ``kind``: ``drift`` (to be found), ``legitimate`` (not to be a violation) or ``negative`` (two
  places that mean the same, or that must not be reported);
* ``set``, ``service`` (``*`` for any), ``element``, ``file``, ``line``, ``confidence``;
* ``actual: absent`` where something is missing: ``line`` then begins the block that lacks it.

A page (``*.md``) holds up to three tables, each below the heading of its name:

* Inventory: ``group``, ``files`` (a pattern), ``environments``, ``services``, ``guests`` (workloads
  of other people); the last three are names with blanks between;
* Findings, those that a person judged: ``true`` (yes or no), ``place`` (file:line), ``service``,
  ``rule``, ``field``, ``reason``;
* Drift: ``sure`` (yes or no), ``place``, ``service``, ``element``, ``reason``; an element after
  ``no `` is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ELEMENTS = {
    "image": "image",
    "imagePullPolicy": "image",
    "imagePullSecrets": "image-pull-secrets",
    "livenessProbe": "liveness-probe",
    "readinessProbe": "readiness-probe",
    "startupProbe": "startup-probe",
    "resources": "resources",
    "securityContext": "security-context",
    "service": "service",
    "container": "service",
    "replicas": "replicas",
    "env": "environment",
    "monitoring": "monitoring",
    "serviceMonitor": "monitoring",
    "podSecurityContext": "security-context",
    "networkPolicy": "network-policy",
    "route": "route",
    "serviceAccountName": "pod",
    "strategy": "pod",
}
"""The first word of a record's element, and the element that deploylint has for it."""


class Record(NamedTuple):
    """One record of a truth."""

    kind: str
    set: str
    service: str
    element: str
    file: str
    line: int
    confidence: str
    absent: bool

    def names(self, element: str, path: str) -> bool:
        """Whether a finding's element or field path is that of the record."""
        word = self.element.partition(".")[0]
        if word in ELEMENTS:
            return element == ELEMENTS[word]
        last = self.element.rpartition(".")[2]
        return bool(last) and _letters(last) in map(_letters, path.replace("/", ".").split("."))

    def is_said(self, message: str) -> bool:
        """Whether a message has the last word of the record's element."""
        return self.element.rpartition(".")[2] in re.findall(r"[\w-]+", message)

    def is_of_field(self, path: str) -> bool:
        """Whether a finding's field path ends as the record's element, or that is all of one."""
        _, _, last = self.element.partition(".")
        return not last or _letters(path.rpartition(".")[2]) in _letters(last)


class Judged(NamedTuple):
    """A finding that a person judged: whether it is true."""

    true: bool
    file: str
    line: int
    service: str
    rule: str
    field: str


class Listed(NamedTuple):
    """A service that a person listed, with the pattern of its files and its environments."""

    group: str
    service: str
    files: str
    environments: frozenset[str]
    guest: bool


class Truth(NamedTuple):
    """All that people know of a fleet."""

    records: list[Record]
    judged: list[Judged]
    services: list[Listed]


def read_truth(*files: Path) -> Truth:
    """The truth of some lists and pages."""
    truth = Truth([], [], [])
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.suffix != ".md":
            truth.records.extend(_records(text))
            continue
        truth.records.extend(_drift(row, file.stem) for row in _rows(text, "Drift"))
        truth.judged.extend(_judged(row) for row in _rows(text, "Findings"))
        for row in _rows(text, "Inventory"):
            truth.services.extend(_services(row))
    return truth


def _records(text: str) -> Iterator[Record]:
    """The records of a list with a location."""
    for one in json.loads(text):
        if one["line"] is not None and "*" not in one["file"]:
            yield Record(
                kind=one["kind"],
                set=one["set"],
                service=one["service"],
                element=one["element"],
                file=one["file"],
                line=one["line"],
                confidence=one.get("confidence", "high"),
                absent=one.get("actual") == "absent",
            )


def _letters(word: str) -> str:
    """A word as all spellings have it: ``livenessProbe`` and ``liveness-probe`` are one."""
    return "".join(filter(str.isalnum, word)).lower()


def _rows(text: str, heading: str) -> Iterator[dict[str, str]]:
    """The rows of the table below a heading, each by the names of its columns."""
    _, _, below = text.partition(f"\n## {heading}\n")
    lines = [line for line in below.partition("\n## ")[0].splitlines() if line.startswith("|")]
    columns = _cells(lines[0]) if lines else []
    for line in lines[2:]:
        yield dict(zip(columns, _cells(line), strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")[1:-1]]


def _place(row: dict[str, str]) -> tuple[str, int]:
    file, _, line = row["place"].rpartition(":")
    return file, int(line)


def _drift(row: dict[str, str], name: str) -> Record:
    file, line = _place(row)
    element = row["element"].removeprefix("no ")
    confidence = "high" if row["sure"] == "yes" else "low"
    absent = element != row["element"]
    return Record("drift", name, row["service"], element, file, line, confidence, absent)


def _judged(row: dict[str, str]) -> Judged:
    file, line = _place(row)
    return Judged(row["true"] == "yes", file, line, row["service"], row["rule"], row["field"])


def _services(row: dict[str, str]) -> Iterator[Listed]:
    environments = frozenset(row["environments"].split())
    for column in ("services", "guests"):
        for name in row[column].split():
            yield Listed(row["group"], name, row["files"], environments, column == "guests")
