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
from deploylint.reports.text.layout import EMPTY, Line, Piece, TextPart, labelled, wrapped
from deploylint.reports.text.snippets import Excerpts

_ROLES = {
    "agrees-not": "but",
    "among": "while",
    "lost": "lost:",
    "nearly-allowed": "nearly allowed:",
    "other-side": "reference:",
}
"""How another place is related to a finding, in words."""


def blocks(findings: Iterable[Finding], report: Report, look: Look) -> Iterator[Line]:
    """A block for each difference, wherever it is found, with an empty line after it."""
    alike: dict[object, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_kind(finding), []).append(finding)
    files = {place.file for first, *_ in alike.values() for place in _places(first)}
    documents = [one for group in report.groups for one in _documents(group.loaded, files)]
    layered = [root for group in report.groups for root in _layered(group.loaded, files)]
    excerpts = Excerpts([*documents, *report.configuration], layered, look)
    for first, *others in alike.values():
        yield from _block(first, others, excerpts, look)
        yield from _advice(first, bool(others), bool(report.configuration), look)
        yield EMPTY


def _places(finding: Finding) -> list[Location]:
    """The places that a finding points at."""
    reference = finding.reference_location
    return [
        finding.location,
        *([] if reference is None else [reference]),
        *(place for _, place, _ in finding.related),
    ]


def _documents(group: DeploymentGroup, files: set[str]) -> Iterator[Document]:
    """Some files of a group, read again from their text: only that is kept."""
    for document in group.documents:
        if document.file in files:
            again = detect.read_contents(read_text(document.source.text, document.file))
            yield from again.shown or filter(None, [again.manifests])
    yield from (document for document in group.sources if document.file in files)


def _layered(group: DeploymentGroup, files: set[str]) -> Iterator[Node]:
    """The trees of services with several files, one of these among the files."""
    for service in group.services:
        if len(service.files) > 1 and not files.isdisjoint(service.files):
            yield service.root


def _kind(finding: Finding) -> object:
    """What makes two findings the same difference in two services."""
    texts = finding.severity, finding.rule, finding.path, finding.message
    states = finding.expected_state, finding.actual_state
    return *texts, *states, repr((finding.expected, finding.actual))


def _block(
    finding: Finding, others: Sequence[Finding], excerpts: Excerpts, look: Look
) -> Iterator[Line]:
    style = "warning" if finding.severity == "warning" else "violation"
    head = Piece(f"{finding.severity}[{finding.rule}]:", style)
    yield from wrapped([head, " ", Piece(finding.message, "title")], look)
    gutter = _gutter(finding)
    yield from _place("-->", finding.location, _where(finding), gutter, look)
    yield from excerpts.at(finding.location, style, gutter)
    yield from _others(others, gutter, look)
    for place, label, is_shown in _related(finding):
        yield from _place("~~>", place, f"  ({label})", gutter, look)
        yield from excerpts.at(place, "match", gutter) if is_shown else ()


def _gutter(finding: Finding) -> int:
    """How many columns the numbers of its lines take."""
    return max(len(str(place.end_line)) for place in _places(finding))


def _where(finding: Finding) -> str:
    within = f" in {finding.environment}" if finding.environment else ""
    return f"  ({finding.path if finding.address else finding.service}{within})"


def _others(others: Sequence[Finding], gutter: int, look: Look) -> Iterator[Line]:
    """The other places of the same difference; of very many the first, unless verbose."""
    if not others:
        return
    shown = others if look.verbosity > 0 else others[:MANY]
    yield from wrapped([f"the same in {len(others)} more:"], look, gutter + 1)
    for other in shown:
        yield from _place("-->", other.location, _where(other), gutter, look)
    if len(shown) < len(others):
        left = f"and {len(others) - len(shown)} more; -v lists them"
        yield from wrapped([left], look, gutter + 1)
    yield EMPTY


MANY = 24
"""How many places of one difference are listed, unless verbose."""


def _related(finding: Finding) -> Iterator[tuple[Location, str, bool]]:
    """The other places of a finding, what each is, and whether its lines are shown."""
    for number, (role, place, text) in enumerate(finding.related):
        yield place, f"{_ROLES.get(role, role)} {text}", number == 0
    if finding.reference_location is not None:
        votes = finding.votes
        yield finding.reference_location, f"one of the {votes[0]}" if votes else "reference", True


def _advice(finding: Finding, several: bool, is_configured: bool, look: Look) -> Iterator[Line]:
    """Why, what to do, and the lines to paste; a whole file where there is no configuration."""
    gutter = _gutter(finding)
    yield from _note("why", finding.why, gutter, look)
    if fix := what_to_do(finding):
        yield from _note("fix", fix, gutter, look)
    if lines := allowance(finding, look, gutter + 4):
        where = f"add this to allow: in {ALLOWED_IN}"
        if not is_configured:
            where = f"write this to {ALLOWED_IN}"
            lines = [f"{' ' * (gutter + 4)}{line}" for line in ("version: 1", "allow:")] + lines
        yield from _note("or", f"accept it: {where}", gutter, look)
        yield from ((Piece(line),) for line in lines)
    if several and finding.address:
        text = "add one entry for each service, or one with a pattern as service:"
        yield from _note("and", text, gutter, look)


def _note(label: str, text: str, gutter: int, look: Look) -> list[Line]:
    return labelled(f"= {label}: ", text, look, gutter + 1)


def _place(sign: str, place: Location, what: str, gutter: int, look: Look) -> list[Line]:
    pieces: list[TextPart] = [Piece(sign, "faint"), " ", Piece(at(place), "place"), what]
    return wrapped(pieces, look, gutter, hang=len(sign) + 1)
