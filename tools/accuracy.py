"""Compares the findings of deploylint with what people know of real fleets.

python -m tools.accuracy FLEET TRUTH [CONFIGURATION]   (make accuracy FLEET=DIR TRUTH=FILE)
python -m tools.accuracy FLEET=TRUTH[,TRUTH]...        (make accuracy SETS="DIR=FILE DIR=FILE")
python -m tools.accuracy FLEET                         (make accuracy FLEET=DIR)

FLEET is the folder that the files of a truth are relative to; ``tools.truth`` describes a TRUTH.

The first form prints what becomes of each kind of record. Without a configuration each set is
checked bare: its files as one set, most services are right. With one it is checked as a whole, and
of each set what is found in its files counts. Records about files that are not below FLEET are
left out, and how many is said.

The second form checks each FLEET as it is, and prints a table with a row for each:

* ``inventory``: groups, services and environments that are as a person listed them, of all that
  were listed or found;
* ``true``: findings that a record calls drift or that a person judged true, of all that a person
  knows of; what comes of one cause is judged by most of what is known of the cause;
* ``causes``: the same without repeats of one cause;
* ``false``: false causes for 20 services, reckoned from the share of the judged causes;
* ``drift``, ``sure``: what is found, at its line, of the drift that people recorded.

A second table says what becomes of the values of each fleet: ``compared``; ``asked``, at keys that
siblings were asked for; ``alone``, of one service alone; ``sizes`` and ``wiring``, whose values are
not asked; of ``guests``; ``unknown``; and the ``rest``. All but the last two are explained.

The third form draws findings of FLEET to be judged, as rows of a page: one of each cause first.

The figures are there to learn from. A rule needs a reason of its own, whatever it does to them.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from random import Random
from typing import NamedTuple

from tools.checked import Inventory, Refused, Reported, checked
from tools.truth import Listed, Record, Truth, read_truth

SERVICES = 20
"""The number of services that false findings are counted for."""
DRAWN = 30
SEED = 14


class Score(NamedTuple):
    """The score of one group: the number of records to find, the ``sure`` ones, and counts."""

    name: str
    drift: int
    sure: int
    counts: Counter[str]


FOUND, FOUND_SURE = "found", "found with high confidence"
MISSED, FALSE, WRONG_LINE = "missed", "false", "wrong line"
REPORTED, TOUCHED = "legitimate reported", "negative touched"


COMPARED, UNKNOWN, REST = "compared", "unknown", "rest"
REASONS = {
    "asked": "asked",
    "alone": "alone",
    "sizes": "size",
    "wiring": "wiring",
    "guests": "guest",
    REST: "few",
}
"""The names of what is not compared, and the reasons for it in a report."""


class Share(NamedTuple):
    """How many of how many."""

    part: int
    whole: int

    def __str__(self) -> str:
        if not self.whole:
            return "-"
        return f"{self.part}/{self.whole} {100 * self.part / self.whole:.0f} %"


class Fleet(NamedTuple):
    """The score of a whole fleet."""

    name: str
    services: int
    own: Share
    inventory: Share
    findings: int
    causes: int
    true: Share
    true_causes: Share
    drift: Share
    sure: Share
    values: Counter[str]

    @property
    def explained(self) -> Share:
        """The values that are compared, or that it is known of why not."""
        every = self.values.total()
        return Share(every - self.values[UNKNOWN] - self.values[REST], every)

    @property
    def false(self) -> str:
        """The false causes for a number of services, reckoned from those that were judged."""
        judged = self.true_causes
        if not judged.whole or not self.services:
            return "-"
        false = self.causes * (judged.whole - judged.part) / judged.whole
        return f"{false / self.services * SERVICES:.1f}"


def scores(fleet: Path, truth: Path, configuration: Path | None) -> Iterator[Score]:
    """The score of each group of a truth with existing files."""
    every = [record for record in read_truth(truth).records if (fleet / record.file).is_file()]
    for name in dict.fromkeys(record.set for record in every):
        mine = [record for record in every if record.set == name]
        files = sorted({record.file for record in mine})
        chosen = [] if configuration else [fleet / file for file in files]
        found = checked(fleet, chosen, configuration).violations
        yield _score(name, mine, [one for one in found if one.file in files], fleet)


def _score(name: str, mine: list[Record], findings: list[Reported], fleet: Path) -> Score:
    counts: Counter[str] = Counter()
    explained: set[int] = set()
    for record in mine:
        about = [f for f in findings if _is_about(record, f)]
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


def _is_about(record: Record, finding: Reported) -> bool:
    """Same service, same file, and the same element, or the check that the record calls it by.

    A built-in check has no element: what it is about is in its message.
    """
    path = f"{finding.path}.{finding.key}"
    return (
        record.service in ("*", finding.service)
        and record.file == finding.file
        and (
            record.names(finding.element, path)
            or record.element == finding.rule
            or (not finding.element and record.is_said(finding.message))
        )
    )


def _is_at(record: Record, finding: Reported, fleet: Path) -> bool:
    """Whether the lines match; an absent value matches any line of its block."""
    line = finding.line
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


def score_fleet(fleet: Path, truth: Truth) -> Fleet:
    """The score of a fleet that is checked as it is. Raises Refused where it cannot be."""
    report = checked(fleet)
    findings = report.violations
    records = [record for record in truth.records if (fleet / record.file).is_file()]
    score = _score(fleet.name, records, findings, fleet)
    known = judge(findings, truth, fleet)
    causes = judge_causes(known)
    return Fleet(
        name=fleet.name,
        services=len(report.inventory),
        own=Share(sum(not one.guest for one in truth.services), len(truth.services)),
        inventory=compare_inventory(truth.services, report.inventory),
        findings=len(findings),
        causes=len({finding.cause for finding in findings}),
        true=Share(sum(known.values()), len(known)),
        true_causes=Share(sum(causes.values()), len(causes)),
        drift=Share(score.counts[FOUND], score.drift),
        sure=Share(score.counts[FOUND_SURE], score.sure),
        values=Counter(
            {COMPARED: report.summary[COMPARED], UNKNOWN: report.summary[UNKNOWN]}
            | {name: report.explained.get(reason, 0) for name, reason in REASONS.items()}
        ),
    )


def judge(findings: Sequence[Reported], truth: Truth, fleet: Path) -> dict[Reported, bool]:
    """Whether each finding is true, of those that a person knows of by itself or by its cause."""
    judged = {(one.file, one.line, one.service, one.rule, one.field): one for one in truth.judged}
    known: dict[Reported, bool] = {}
    for finding in findings:
        at = (finding.file, finding.line, finding.service, finding.rule, finding.path)
        if at in judged:
            known[finding] = judged[at].true
        else:
            known.update(_recorded(finding, truth.records, fleet))
    causes = judge_causes(known)
    by_cause = {one: causes[one.cause] for one in findings if one.cause in causes}
    return by_cause | known


def judge_causes(known: Mapping[Reported, bool]) -> dict[str, bool]:
    """Whether each cause is true: more than half of what is known of it."""
    votes: defaultdict[str, list[bool]] = defaultdict(list)
    for finding, true in known.items():
        votes[finding.cause].append(true)
    return {cause: 2 * sum(trues) > len(trues) for cause, trues in votes.items()}


def _recorded(
    finding: Reported, records: Iterable[Record], fleet: Path
) -> Iterator[tuple[Reported, bool]]:
    """The finding and whether it is drift, where a record is about its place and its field."""
    for record in records:
        if not (_is_about(record, finding) and _is_at(record, finding, fleet)):
            continue
        if record.kind == "drift" or record.is_of_field(finding.path):
            yield finding, record.kind == "drift"
            return


def compare_inventory(listed: Sequence[Listed], found: Sequence[Inventory]) -> Share:
    """How many groups, services and environments are right, of all that are listed or found.

    A service is right where one of its name and files was found; a group where all its services
    were found in one group without another's; an environment where both name it.
    """
    if not listed:
        return Share(0, 0)
    matches = {one: match for one in listed if (match := _match(one, found))}
    right = len(matches)
    whole = len(listed) + len(set(found) - set(matches.values()))
    for name in dict.fromkeys(one.group for one in listed):
        mine = {matches[one].group for one in matches if one.group == name}
        others = {matches[one].group for one in matches if one.group != name}
        complete = all(one in matches for one in listed if one.group == name)
        right += complete and len(mine) == 1 and not mine & others
        whole += 1
    for one in listed:
        named = matches[one].environments if one in matches else frozenset()
        right += len(one.environments & named)
        whole += len(one.environments | named)
    return Share(right, whole)


def _match(one: Listed, found: Iterable[Inventory]) -> Inventory | None:
    """The service of a name with a file of a pattern, at best one as deep as the pattern."""
    depth = one.files.count("/")
    files = (
        (abs(file.count("/") - depth), file, other)
        for other in found
        if other.service == one.service
        for file in other.files
        if fnmatch(file, one.files)
    )
    nearest = min(files, key=lambda match: match[:2], default=None)
    return nearest and nearest[2]


HEADER = (
    "fleet", "services", "own", "inventory", "findings", "causes", "true", "of causes",
    f"false/{SERVICES}", "drift", "sure",
)  # fmt: skip


def table(fleets: Iterable[Fleet]) -> Iterator[str]:
    """The scores of fleets as the lines of a table."""
    yield from _aligned([HEADER, *(_row(fleet) for fleet in fleets)])


def _row(fleet: Fleet) -> tuple[str, ...]:
    shares = (fleet.true, fleet.true_causes, fleet.false, fleet.drift, fleet.sure)
    counts = (fleet.services, fleet.own, fleet.inventory, fleet.findings, fleet.causes)
    return (fleet.name, *map(str, counts), *map(str, shares))


def values_table(fleets: Iterable[Fleet]) -> Iterator[str]:
    """What becomes of the values of fleets as the lines of a table."""
    names = (COMPARED, *REASONS, UNKNOWN)
    names = (*(name for name in names if name != REST), REST)
    rows = [("fleet", "values", *names, "explained")]
    for fleet in fleets:
        every = fleet.values.total() or 1
        shares = (f"{100 * fleet.values[name] / every:.0f} %" for name in names)
        rows.append((fleet.name, str(fleet.values.total()), *shares, str(fleet.explained)))
    yield from _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def draw(findings: Sequence[Reported]) -> list[Reported]:
    """Findings to be judged: one of each cause first, in an order that a seed gives."""
    shuffled = sorted(findings)
    Random(SEED).shuffle(shuffled)
    first = {finding.cause: finding for finding in reversed(shuffled)}
    ones = [finding for finding in shuffled if first[finding.cause] is finding]
    rest = [finding for finding in shuffled if first[finding.cause] is not finding]
    return [*ones, *rest][:DRAWN]


def rows(findings: Iterable[Reported]) -> Iterator[str]:
    """Findings as rows of a page, their messages in the place of the reasons."""
    for one in sorted(findings):
        message = one.message.replace("|", "/")
        place = f"{one.file}:{one.line}"
        yield f"| ? | {place} | {one.service} | {one.rule} | {one.path} | {message} |"


def main(arguments: list[str]) -> int:
    """Prints the scores of one fleet by kind of record, or of several as a table."""
    try:
        if arguments and all("=" in argument for argument in arguments):
            fleets = [_fleet(argument) for argument in arguments]
            print("\n".join((*table(fleets), "", *values_table(fleets))))
            return 0
        if len(arguments) == 1:
            print("\n".join(rows(draw(checked(Path(arguments[0])).violations))))
            return 0
        return _print_kinds(arguments)
    except Refused as wrong:
        print(wrong, file=sys.stderr)
        return 2


def _fleet(argument: str) -> Fleet:
    fleet, _, truths = argument.partition("=")
    return score_fleet(Path(fleet), read_truth(*map(Path, truths.split(","))))


def _print_kinds(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3):
        print("name both: make accuracy FLEET=DIR TRUTH=FILE", file=sys.stderr)
        return 2
    fleet, truth, *configuration = map(Path, arguments)
    print("\n".join(lines(scores(fleet, truth, configuration[0] if configuration else None))))
    records = read_truth(truth).records
    if missing := [one for one in records if not (fleet / one.file).is_file()]:
        files = len({one.file for one in missing})
        print(f"left out: {len(missing)} records about {files} files that are not there")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
