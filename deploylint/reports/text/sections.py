"""What a report lists besides violations: allowed deviations, what is unknown, what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from deploylint.config.allowances import days_left
from deploylint.engine.result import Report
from deploylint.model.finding import Allowance, Finding
from deploylint.model.format import format_value
from deploylint.model.patterns import Pattern
from deploylint.reports import Look
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import EMPTY, Line, Piece, Said, cells, padded, wrapped

_UNKNOWN = " is unknown"
"""What is between an address and the reason in a message."""

_MANY = 8
"""Of what is in more places than that only the number is said, unless verbose."""


def title(text: str) -> Line:
    """The head of a section."""
    return (Piece(text, "title"),)


def allowed(findings: Iterable[Finding], look: Look, today: str) -> Iterator[Line]:
    """The allowed deviations by allowance: its id, both values, the reason, and every place."""
    found: dict[tuple[str, str], tuple[Allowance, list[Finding]]] = {}
    for finding in findings:
        if (allowance := finding.allowance) is not None:
            found.setdefault((allowance.id, allowance.place), (allowance, []))[1].append(finding)
    if not found:
        return
    yield title("Allowed deviations")
    for _, (allowance, covered) in sorted(found.items()):
        if len(covered) > _MANY and look.verbosity < 1:
            counted = f"  {len(covered)} places: {allowance.because}"
            yield from wrapped([*_named(allowance, look), counted], look, indent=2, hang=4)
            continue
        yield from stated(allowance, look, today)
        yield from _also(covered, look)
        yield from _places(covered, look)
    yield EMPTY


def stated(allowance: Allowance, look: Look, today: str) -> Iterator[Line]:
    """What an allowance says: its id, rule, both values, the reason, and its small print."""
    yield from wrapped(_named(allowance, look), look, indent=2, hang=4)
    yield from wrapped(["because: ", allowance.because], look, indent=4)
    for label, text in _small_print(allowance, today):
        yield from wrapped([f"{label}: ", text], look, indent=4)


def _named(allowance: Allowance, look: Look) -> list[Said]:
    values = f"{pattern(allowance.expected)} {_arrow(look)} {pattern(allowance.actual)}"
    return [Piece(allowance.id, "allowed"), "  ", Piece(f"[{allowance.rule}]"), "  ", values]


def _small_print(allowance: Allowance, today: str) -> Iterator[tuple[str, str]]:
    if allowance.until:
        days = days_left(allowance, today)
        left = f"{days} day{'s' * (days != 1)} left" if days >= 0 else "over"
        yield "until", f"{allowance.until} ({left})"
    if allowance.owner:
        yield "owner", allowance.owner
    if allowance.ticket:
        yield "ticket", allowance.ticket
    if allowance.origin != "shipped" and allowance.id != allowance.place:
        yield "written", allowance.place


def _also(covered: Iterable[Finding], look: Look) -> Iterator[Line]:
    """The other allowances that cover one of the same places."""
    others = dict.fromkeys(allowance.id for finding in covered for allowance in finding.also)
    if others:
        yield from wrapped([f"also allowed by: {', '.join(others)}"], look, indent=4)


def pattern(pattern: Pattern | None) -> str:
    """One side of an allowance, as one reads it."""
    if pattern is None:
        return "anything"
    if pattern.verb == "one-of" and isinstance(pattern.operand, list):
        return " or ".join(map(format_value, pattern.operand))
    value = format_value(pattern.operand)
    return value if pattern.verb in ("is", "state") else f"{pattern.verb.replace('-', ' ')} {value}"


def _arrow(look: Look) -> str:
    return "→" if look.unicode else "->"


def _places(findings: list[Finding], look: Look) -> Iterator[Line]:
    """A row for each finding: the two places beside each other where that fits, else below."""
    rows = [(f.path, at(f.location), _reference(f)) for f in findings]
    first, second, third = (max(cells(row[n]) for row in rows) for n in range(3))
    for path, here, there in rows:
        if 4 + first + 2 + second + 2 + third <= look.width:
            texts: list[Said] = [
                padded(path, first),
                "  ",
                Piece(padded(here, second), "place"),
                "  ",
            ]
            yield from wrapped([*texts, Piece(there, "place")], look, indent=4)
            continue
        yield from wrapped([path], look, indent=4)
        yield from wrapped([Piece(here, "place")], look, indent=6)
        if there:
            yield from wrapped([Piece(there, "place")], look, indent=6)


def _reference(finding: Finding) -> str:
    place = finding.reference_location
    return "" if place is None else f"reference {at(place)}"


def unknown(findings: Iterable[Finding], look: Look) -> Iterator[Line]:
    """What could not be known, a line for all that one place and one reason explain."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.status == "unknown":
            reason = finding.message.partition(_UNKNOWN)[2] or finding.message
            found.setdefault((at(finding.location), reason), []).append(finding)
    if not found:
        return
    yield title("Unknown")
    places: dict[str, list[str]] = {}
    for (where, _), alike in found.items():
        places.setdefault(_not_known(alike), []).append(where)
    for text, (first, *others) in places.items():
        folds = len(others) >= _MANY and look.verbosity < 1
        more = f" and {len(others)} more places" if folds else ""
        for where in [first] if folds else [first, *others]:
            yield from wrapped([Piece(where, "place"), f"{more} {text}"], look, indent=2)
    yield EMPTY


def _not_known(alike: Iterable[Finding]) -> str:
    """What some findings of one place and one reason say."""
    alike = list(alike)
    rules = ", ".join(dict.fromkeys(finding.rule for finding in alike))
    *others, last = dict.fromkeys(finding.message for finding in alike)
    subjects = "".join(f"{message.partition(_UNKNOWN)[0]}, " for message in others)
    return f"[{rules}] {subjects}{last}"


def problems(report: Report, look: Look) -> Iterator[Line]:
    """What could not be checked, each with its place and what to do."""
    if not report.problems:
        return
    yield title("Could not be checked")
    for problem in report.problems:
        where = f"{problem.file}:{problem.line}:{problem.column}"
        yield from wrapped([Piece(where, "place"), f" {problem.message}"], look, indent=2)
    text = "fix or exclude these files; until then the exit code is 3"
    yield from wrapped(["= do: ", text], look, indent=2, hang=len("= do: "))
    yield EMPTY


def passed_over(report: Report, look: Look) -> Iterator[Line]:
    """The files that were looked at and are not compared, each with the reason.

    Unless all are asked for, only what has to be rendered: it holds more of the deployment.
    """
    every = look.verbosity > 0
    listed = [one for one in report.skipped if every or one.unrendered]
    if not listed:
        return
    yield title("Skipped")
    for one in listed:
        yield from wrapped([Piece(one.file, "place"), f": {one.reason}"], look, indent=2)
    yield EMPTY


def uncompared(report: Report, look: Look) -> Iterator[Line]:
    """The values that no rule looked at, by file."""
    found = [one for group in report.groups for one in group.coverage.places]
    if not found:
        return
    yield title("Not compared")
    for file, leaves in groupby(found, key=lambda one: one.place.file):
        yield from wrapped([Piece(file, "place")], look, indent=2)
        for leaf in sorted(leaves, key=lambda one: (one.place.line, one.place.column)):
            where = f"{leaf.place.line}:{leaf.place.column}"
            text = f"  {leaf.place.key}: {leaf.reason}"
            yield from wrapped([Piece(where, "place"), text], look, indent=4)
    yield EMPTY


def one_sided(report: Report, look: Look) -> Iterator[Line]:
    """The keys that no element owns and only one of a service and its reference has."""
    found = [one for group in report.groups for one in group.extra_keys]
    if not found:
        return
    yield title("Only on one side")
    for service, one in found:
        place = one.location if one.here else one.other
        side = f"only in {service}" if one.here else f"not in {service}"
        yield from wrapped([Piece(at(place), "place"), f"  {one.key}: {side}"], look, indent=2)
    yield EMPTY
