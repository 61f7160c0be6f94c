"""The lists of a report besides violations: allowed deviations, unknown values, problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from deploylint.config.allowances import days_left
from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import path_from_here
from deploylint.engine.discovery import Skipped
from deploylint.engine.result import Report
from deploylint.model.finding import Allowance, Finding
from deploylint.policy.messages import pattern_text
from deploylint.reports import Look
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import (
    Line,
    Piece,
    TextPart,
    at_place,
    cells,
    label_lines,
    pad,
    section,
    wrap,
)
from deploylint.reports.text.snippets import unread_line

_UNKNOWN = " is unknown"
"""The words between an address and the reason in a message."""


def allowed_section(findings: Iterable[Finding], look: Look, today: str) -> Iterator[Line]:
    """The allowed deviations by allowance: its id, both values, the reason, and every place."""
    covered: dict[tuple[str, str], tuple[Allowance, list[Finding]]] = {}
    for finding in findings:
        if (allowance := finding.allowance) is not None:
            covered.setdefault((allowance.id, allowance.place), (allowance, []))[1].append(finding)
    lines = (
        line
        for _, (allowance, places) in sorted(covered.items())
        for line in _allowed(allowance, places, look, today)
    )
    return section("Allowed deviations", lines)


def _allowed(
    allowance: Allowance, findings: list[Finding], look: Look, today: str
) -> Iterator[Line]:
    yield from allowance_lines(allowance, look, today)
    others = dict.fromkeys(also.id for finding in findings for also in finding.also)
    if others:
        yield from wrap([f"also allowed by: {', '.join(others)}"], look, indent=4)
    yield from _places(findings, look)


def allowance_lines(allowance: Allowance, look: Look, today: str) -> Iterator[Line]:
    """An allowance: its id, rule, both values, the reason, and what else is written."""
    yield from wrap(_head(allowance, look), look, indent=2, hang=4)
    for label, text in _details(allowance, today).items():
        yield from wrap([f"{label}: ", text], look, indent=4) if text else ()


def _head(allowance: Allowance, look: Look) -> list[TextPart]:
    arrow = "→" if look.unicode else "->"
    values = f"{pattern_text(allowance.expected)} {arrow} {pattern_text(allowance.actual)}"
    return [Piece(allowance.id, "allowed"), f"  [{allowance.rule}]  {values}"]


def _details(allowance: Allowance, today: str) -> dict[str, str]:
    until = ""
    if allowance.until:
        days = days_left(allowance, today)
        left = f"{days} day{'s' * (days != 1)} left" if days >= 0 else "over"
        until = f"{allowance.until} ({left})"
    is_placed = not allowance.is_shipped and allowance.id != allowance.place
    return {
        "because": allowance.because,
        "shipped; to withdraw it": allowance.withdrawal,
        "until": until,
        "owner": allowance.owner,
        "ticket": allowance.ticket,
        "written": at(allowance.at).rpartition(":")[0] if is_placed else "",
    }


def _places(findings: list[Finding], look: Look) -> Iterator[Line]:
    """A row for each finding: its places beside each other where that fits, else below."""
    rows = [(finding.path, at(finding.location), _reference(finding)) for finding in findings]
    widths = [max(cells(row[column]) for row in rows) for column in range(3)]
    fits = 4 + sum(widths) + 2 * 2 <= look.width
    for path, *places in rows:
        if fits:
            path = pad(path, widths[0])
            row = f"  {pad(places[0], widths[1])}  {places[1]}"
            yield from wrap([path, Piece(row, "place")], look, indent=4)
            continue
        yield from wrap([path], look, indent=4)
        for place in filter(None, places):
            yield from wrap([Piece(place, "place")], look, indent=6)


def _reference(finding: Finding) -> str:
    place = finding.reference_location
    return "" if place is None else f"reference {at(place)}"


def unknown_section(findings: Iterable[Finding], look: Look) -> Iterator[Line]:
    """The unknown values, a line for all of one place and one reason."""
    alike = items_by_key(
        ((at(finding.location), _reason(finding)), finding)
        for finding in findings
        if finding.status == "unknown"
    )
    lines = (
        line
        for (place, _), same in alike.items()
        for line in at_place(place, f" {_what_is_unknown(same)}", look)
    )
    return section("Unknown", lines)


def _reason(finding: Finding) -> str:
    """Why a value is unknown."""
    return finding.message.partition(_UNKNOWN)[2] or finding.message


def _what_is_unknown(findings: list[Finding]) -> str:
    """The text of findings of one place and one reason."""
    rules = ", ".join(dict.fromkeys(finding.rule for finding in findings))
    *others, last = dict.fromkeys(finding.message for finding in findings)
    subjects = "".join(f"{message.partition(_UNKNOWN)[0]}, " for message in others)
    return f"[{rules}] {subjects}{last}"


def problem_section(report: Report, look: Look) -> Iterator[Line]:
    """What could not be checked, each kind with its places and what to do."""
    if not report.problems:
        return
    lines = list[Line]()
    for first, *others in _by_kind(report.problems, look):
        lines += problem_lines([first], look)
        if others:
            places = ", ".join(at(one) for one in others)
            lines += wrap([f"the same at {len(others)} more: ", places], look, indent=4)
    text = "correct or exclude these files; until then the exit code is 3"
    lines += label_lines("= fix: ", text, look)
    yield from section("Could not be checked", lines)


def _by_kind(problems: Iterable[Problem], look: Look) -> Iterable[list[Problem]]:
    """Problems that differ in what to write together; each by itself if verbose."""
    is_each = look.verbosity > 0
    kinds = ((one if is_each else one.message.partition("; ")[0], one) for one in problems)
    return items_by_key(kinds).values()


def problem_lines(problems: Iterable[Problem], look: Look) -> list[Line]:
    """Each problem at its place, with its line if the file is not YAML."""
    return [
        line
        for problem in problems
        for line in (
            *at_place(problem, f" {problem.message}", look),
            *unread_line(problem, look),
        )
    ]


def skipped_section(skipped: Iterable[Skipped], look: Look) -> Iterator[Line]:
    """The files that are not compared, each with the reason."""
    lines = (
        line
        for skip in skipped
        for line in at_place(path_from_here(skip.file), f": {skip.reason}", look)
    )
    return section("Skipped", lines)


def uncompared_section(report: Report, look: Look) -> Iterator[Line]:
    """The values that no rule compared, by file."""
    places = (place for group in report.groups for place in group.coverage.places)
    lines = list[Line]()
    for file, leaves in groupby(places, key=lambda leaf: leaf.place.file):
        lines += wrap([Piece(path_from_here(file), "place")], look, indent=2)
        for leaf in sorted(leaves, key=lambda leaf: (leaf.place.line, leaf.place.column)):
            place = f"{leaf.place.line}:{leaf.place.column}"
            lines += at_place(place, f"  {leaf.place.key}: {leaf.reason}", look, indent=4)
    return section("Not compared", lines)


def one_sided_section(report: Report, look: Look) -> Iterator[Line]:
    """The keys outside every element that only a service or only its reference has."""
    lines = list[Line]()
    for group in report.groups:
        for service, key in group.extra_keys:
            place = key.location if key.here else key.other
            side = "only" if key.here else "not"
            lines += at_place(place, f"  {key.key}: {side} in {service}", look)
    return section("Only on one side", lines)
