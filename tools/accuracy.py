"""Compares the findings of deploylint with a hand-checked truth about real fleets.

python -m tools.accuracy FLEET TRUTH [CONFIGURATION]   (make accuracy FLEET=DIR TRUTH=FILE)

FLEET is the folder that the truth's files are relative to. TRUTH is a JSON list of records:

* ``kind``: ``drift`` (to be found), ``legitimate`` (not to be a violation) or ``negative`` (two
  places that mean the same, or that must not be reported);
* ``set``, ``service`` (``*`` for any), ``element``, ``file``, ``line``, ``confidence``;
* ``actual: absent`` where something is missing: ``line`` then begins the block that lacks it.

Records about files that are not below FLEET are left out, and how many is said. Without a
configuration each set is checked bare: its files as one set, most services are right. With one it
is checked as a whole, and of each set what is found in its files counts.
The figures are there to learn from. A rule needs a reason of its own, whatever it does to them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deploylint.config import load as config
from deploylint.documents.paths import display_path
from deploylint.engine import check
from deploylint.model.errors import Misread
from deploylint.model.finding import Finding
from tools import TODAY

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
    "networkPolicy": "network-policy",
    "route": "route",
    "serviceAccountName": "pod",
    "strategy": "pod",
}
"""The first word of a record's element, and the element that deploylint has for it."""


class Record(NamedTuple):
    """One record of the truth."""

    kind: str
    set: str
    service: str
    element: str
    file: str
    line: int
    confidence: str
    absent: bool

    @property
    def expected(self) -> str:
        """The element of its finding, "" if deploylint has none."""
        return ELEMENTS.get(self.element.partition(".")[0], "")


class Score(NamedTuple):
    """The score of one group: the number of records to find, the ``sure`` ones, and counts."""

    name: str
    drift: int
    sure: int
    counts: Counter[str]


FOUND, FOUND_SURE = "found", "found with high confidence"
MISSED, FALSE, WRONG_LINE = "missed", "false", "wrong line"
REPORTED, TOUCHED = "legitimate reported", "negative touched"


def records(truth: Path) -> list[Record]:
    """The records of a truth with a location."""
    return [
        Record(
            kind=one["kind"],
            set=one["set"],
            service=one["service"],
            element=one["element"],
            file=one["file"],
            line=one["line"],
            confidence=one.get("confidence", "high"),
            absent=one.get("actual") == "absent",
        )
        for one in json.loads(truth.read_text(encoding="utf-8"))
        if one["line"] is not None and "*" not in one["file"]
    ]


def scores(fleet: Path, truth: Path, configuration: Path | None) -> Iterator[Score]:
    """The score of each group of a truth with existing files."""
    every = [record for record in records(truth) if (fleet / record.file).is_file()]
    for name in dict.fromkeys(record.set for record in every):
        mine = [record for record in every if record.set == name]
        files = sorted({fleet / record.file for record in mine})
        yield _score(name, mine, _findings(files, configuration), fleet)


def _findings(files: Sequence[Path], configuration: Path | None) -> list[Finding]:
    loaded = config.load(configuration)
    report = check.check([] if configuration else files, check.CheckOptions(), loaded, TODAY)
    about = {display_path(file) for file in files}
    found = (finding for finding in report.findings if finding.status == "violation")
    return [finding for finding in found if finding.location.file in about]


def _score(name: str, mine: list[Record], findings: list[Finding], fleet: Path) -> Score:
    counts: Counter[str] = Counter()
    explained: set[int] = set()
    for record in mine:
        about = [f for f in findings if _is_about(record, f, fleet)]
        exact = [f for f in about if _is_at(record, f, fleet)]
        explained.update(map(id, about if record.kind == "drift" else exact))
        counts.update(_outcomes(record, bool(about), bool(exact)))
    counts[FALSE] = sum(id(finding) not in explained for finding in findings)
    drift = [record for record in mine if record.kind == "drift"]
    return Score(name, len(drift), sum(r.confidence == "high" for r in drift), counts)


def _outcomes(record: Record, about: bool, exact: bool) -> Iterator[str]:
    if record.kind == "drift":
        yield FOUND if exact else WRONG_LINE if about else MISSED
        if exact and record.confidence == "high":
            yield FOUND_SURE
    elif exact:
        yield REPORTED if record.kind == "legitimate" else TOUCHED


def _is_about(record: Record, finding: Finding, fleet: Path) -> bool:
    """Same service, same element, same file."""
    return (
        record.service in ("*", finding.service)
        and record.expected == finding.element
        and display_path(fleet / record.file) == finding.location.file
    )


def _is_at(record: Record, finding: Finding, fleet: Path) -> bool:
    """Whether the lines match; an absent value matches any line of its block."""
    line = finding.location.line
    if not record.absent:
        return line == record.line
    return record.line <= line <= _end(fleet / record.file, record.line)


def _end(file: Path, first: int) -> int:
    """The last line of the block that begins at a line: the end of the deeper indentation."""
    lines = file.read_text(encoding="utf-8").splitlines()
    depth = _depth(lines[first - 1])
    for number, line in enumerate(lines[first:], first + 1):
        if line.strip() and _depth(line) <= depth:
            return number - 1
    return len(lines)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" -"))


def lines(found: Iterable[Score]) -> Iterator[str]:
    """The scores as text."""
    for score in found:
        counts = score.counts
        sure = f"{counts[FOUND_SURE]} of {score.sure} with high confidence"
        yield f"{score.name}: drift found {counts[FOUND]} of {score.drift}, {sure}"
        yield "  " + ", ".join(
            f"{counts[name]} {name}"
            for name in (FOUND, MISSED, FALSE, WRONG_LINE, REPORTED, TOUCHED)
        )


def main(arguments: list[str]) -> int:
    """Prints the scores of a fleet."""
    if len(arguments) not in (2, 3):
        print("name both: make accuracy FLEET=DIR TRUTH=FILE", file=sys.stderr)
        return 2
    fleet, truth, *configuration = map(Path, arguments)
    chosen = configuration[0] if configuration else None
    try:
        print("\n".join(lines(scores(fleet, truth, chosen))))
    except Misread as wrong:
        at = wrong.problem
        print(f"{at.file}:{at.line}:{at.column}: {at.message}", file=sys.stderr)
        return 2
    if missing := [one for one in records(truth) if not (fleet / one.file).is_file()]:
        files = len({one.file for one in missing})
        print(f"left out: {len(missing)} records about {files} files that are not there")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
