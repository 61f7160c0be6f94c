"""A violation as a block: what, where, the lines of both files, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.outcome import Report
from deploylint.reports import Look
from deploylint.reports.advice import ALLOWED_IN, allowance, what_to_do
from deploylint.reports.excerpts import Excerpts
from deploylint.reports.plain_text import at
from deploylint.reports.text_lines import EMPTY, Line, Piece, Said, wrapped
from deploylint.verdicts import Finding, Place

_ROLES = {
    "agrees-not": "but",
    "lost": "lost:",
    "nearly-allowed": "nearly allowed:",
    "other-side": "reference:",
}
"""What another place has to do with a finding, in words."""


def blocks(findings: Iterable[Finding], report: Report, look: Look) -> Iterator[Line]:
    """The block of each finding, with an empty line after it."""
    documents = [document for group in report.groups for document in group.set.documents]
    services = (service for group in report.groups for service in group.set.services)
    layered = [service.root for service in services if len(service.files) > 1]
    excerpts = Excerpts([*documents, *report.configuration], layered, look)
    for finding in findings:
        yield from _block(finding, excerpts, look)
        yield EMPTY


def _block(finding: Finding, excerpts: Excerpts, look: Look) -> Iterator[Line]:
    style = "warning" if finding.severity == "warning" else "violation"
    head = Piece(f"{finding.severity}[{finding.rule}]:", style)
    yield from wrapped([head, " ", Piece(finding.message, "title")], look)
    gutter = _gutter(finding)
    within = f" in {finding.environment}" if finding.environment else ""
    where = f"  ({finding.path if finding.address else finding.service}{within})"
    yield from _place("-->", finding.location, where, gutter, look)
    yield from excerpts.at(finding.location, style, gutter)
    yield from _related(finding, excerpts, gutter, look)
    if finding.reference_location is not None:
        whose = "reference" if finding.votes is None else f"one of the {finding.votes[0]}"
        yield from _place(":::", finding.reference_location, f"  ({whose})", gutter, look)
        yield from excerpts.at(finding.reference_location, "match", gutter)
    yield from _advice(finding, gutter, look)


def _related(finding: Finding, excerpts: Excerpts, gutter: int, look: Look) -> Iterator[Line]:
    """The other places a finding is about: the lines of the first one, the rest by their place."""
    for number, (role, place, text) in enumerate(finding.related):
        label = _ROLES.get(role, role)
        yield from _place(":::", place, f"  ({label} {text})", gutter, look)
        if number == 0:
            yield from excerpts.at(place, "match", gutter)


def _advice(finding: Finding, gutter: int, look: Look) -> Iterator[Line]:
    yield from _note("why", finding.why, gutter, look)
    yield from _note("do", what_to_do(finding), gutter, look)
    if lines := allowance(finding, look, gutter + 4):
        yield from _note(
            "or", f"agree on the difference, under allow: in {ALLOWED_IN}", gutter, look
        )
        yield from ((Piece(line),) for line in lines)


def _note(label: str, text: str, gutter: int, look: Look) -> list[Line]:
    head = Piece(f"= {label}: ", "faint")
    return wrapped([head, text], look, gutter + 1, hang=len(head.text))


def _place(sign: str, place: Place, what: str, gutter: int, look: Look) -> list[Line]:
    pieces: list[Said] = [Piece(sign, "faint"), " ", Piece(at(place), "place"), what]
    return wrapped(pieces, look, gutter, hang=len(sign) + 1)


def _gutter(finding: Finding) -> int:
    """The columns that the line numbers of a block take."""
    places = [finding.location, *(place for _, place, _ in finding.related)]
    if finding.reference_location is not None:
        places.append(finding.reference_location)
    return max(len(str(place.end_line)) for place in places)
