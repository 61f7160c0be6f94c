"""A violation as a block: what, where, the lines of both files, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.result import Report
from deploylint.model.finding import Finding, Location
from deploylint.readers import detect
from deploylint.reports import Look
from deploylint.reports.fix import ALLOWED_IN, allowance, what_to_do
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import EMPTY, Line, Piece, Said, wrapped
from deploylint.reports.text.snippets import Excerpts

_ROLES = {
    "agrees-not": "but",
    "among": "while",
    "lost": "lost:",
    "nearly-allowed": "nearly allowed:",
    "other-side": "reference:",
}
"""What another place has to do with a finding, in words."""


def blocks(findings: Iterable[Finding], report: Report, look: Look) -> Iterator[Line]:
    """A block for each difference, wherever it is found, with an empty line after it."""
    same: dict[object, list[Finding]] = {}
    for finding in findings:
        same.setdefault(_kind(finding), []).append(finding)
    files = {file for first, *_ in same.values() for file in _files(first)}
    documents = [one for group in report.groups for one in _documents(group.set, files)]
    layered = [root for group in report.groups for root in _layered(group.set, files)]
    excerpts = Excerpts([*documents, *report.configuration], layered, look)
    for first, *others in same.values():
        yield from _block(first, others, excerpts, look)
        yield EMPTY


def _files(finding: Finding) -> Iterator[str]:
    """The files that a finding points at."""
    yield finding.location.file
    if finding.reference_location is not None:
        yield finding.reference_location.file
    yield from (place.file for _, place, _ in finding.related)


def _documents(one: DeploymentGroup, files: set[str]) -> Iterator[Document]:
    """Some files of a set: what stays of them is their text, so they are read from that again."""
    for document in one.documents:
        if document.file in files:
            again = detect.of(read_text(document.source.text, document.file))
            yield from again.shown or filter(None, [again.manifests])
    yield from (document for document in one.sources if document.file in files)


def _layered(one: DeploymentGroup, files: set[str]) -> Iterator[Node]:
    """The trees of services that several files make, of which some are asked for."""
    for service in one.services:
        if len(service.files) > 1 and not files.isdisjoint(service.files):
            yield service.root


def _kind(finding: Finding) -> object:
    """What makes two findings the same difference in two services."""
    sides = [finding.expected, finding.actual]
    told = finding.severity, finding.rule, finding.path, finding.message
    return *told, finding.expected_state, finding.actual_state, repr(sides)


def _block(
    finding: Finding, others: Sequence[Finding], excerpts: Excerpts, look: Look
) -> Iterator[Line]:
    style = "warning" if finding.severity == "warning" else "violation"
    head = Piece(f"{finding.severity}[{finding.rule}]:", style)
    yield from wrapped([head, " ", Piece(finding.message, "title")], look)
    gutter = _gutter(finding)
    yield from _place("-->", finding.location, _where(finding), gutter, look)
    yield from excerpts.at(finding.location, style, gutter)
    yield from _elsewhere(others, gutter, look)
    yield from _related(finding, excerpts, gutter, look)
    if finding.reference_location is not None:
        whose = "reference" if finding.votes is None else f"one of the {finding.votes[0]}"
        yield from _place(":::", finding.reference_location, f"  ({whose})", gutter, look)
        yield from excerpts.at(finding.reference_location, "match", gutter)
    yield from _advice(finding, gutter, look)
    if others and finding.address:
        text = "add one entry for each service, or one with a pattern as service:"
        yield from _note("and", text, gutter, look)


def _where(finding: Finding) -> str:
    within = f" in {finding.environment}" if finding.environment else ""
    return f"  ({finding.path if finding.address else finding.service}{within})"


def _elsewhere(others: Sequence[Finding], gutter: int, look: Look) -> Iterator[Line]:
    """The other places of the same difference; of very many the first, unless verbose."""
    if not others:
        return
    shown = others if look.verbosity > 0 else others[:MANY]
    yield from wrapped([f"the same in {len(others)} more:"], look, gutter + 1)
    for one in shown:
        yield from _place("-->", one.location, _where(one), gutter, look)
    if len(shown) < len(others):
        left = f"and {len(others) - len(shown)} more; -v lists them"
        yield from wrapped([left], look, gutter + 1)
    yield EMPTY


MANY = 24
"""So many places of one difference are named; of more the first."""


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
        yield from _note("or", f"accept it: add this to allow: in {ALLOWED_IN}", gutter, look)
        yield from ((Piece(line),) for line in lines)


def _note(label: str, text: str, gutter: int, look: Look) -> list[Line]:
    head = Piece(f"= {label}: ", "faint")
    return wrapped([head, text], look, gutter + 1, hang=len(head.text))


def _place(sign: str, place: Location, what: str, gutter: int, look: Look) -> list[Line]:
    pieces: list[Said] = [Piece(sign, "faint"), " ", Piece(at(place), "place"), what]
    return wrapped(pieces, look, gutter, hang=len(sign) + 1)


def _gutter(finding: Finding) -> int:
    """The columns that the line numbers of a block take."""
    places = [finding.location, *(place for _, place, _ in finding.related)]
    if finding.reference_location is not None:
        places.append(finding.reference_location)
    return max(len(str(place.end_line)) for place in places)
