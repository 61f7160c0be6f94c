"""A violation as a block: what, where, the lines of both files, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.documents.record import Record
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.result import Report
from deploylint.model.finding import Finding, Location
from deploylint.policy.causes import Cause, find_causes, services_of
from deploylint.readers import detect
from deploylint.reports import Look
from deploylint.reports.fix import ALLOWED_IN, allowance, what_to_do
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    TextPart,
    at_most,
    fit,
    label_lines,
    place_piece,
    with_most_names,
    wrap,
)
from deploylint.reports.text.snippets import Excerpts
from deploylint.reports.text.summary import count

_NEAR = "nearly-allowed"
_ROLES = {
    "agrees-not": "but",
    "among": "while",
    "lost": "lost:",
    "misspelt": "because",
    _NEAR: "nearly allowed:",
    "other-side": "reference:",
}
"""How another place is related to a finding, in words."""


def blocks(findings: Iterable[Finding], report: Report, look: Look) -> Iterator[Line]:
    """A block for each cause, in full if verbose; of many causes each in a few lines."""
    causes = sorted(find_causes(findings, report.peers), key=_weight)
    if look.verbosity > 0:
        yield from _in_full(causes, report, look)
    elif len(causes) > FEW:
        for cause in causes:
            yield from _brief(cause, look)
        yield EMPTY
        text = "lines, reasons and how to accept them: -v, or --rule RULE for one rule"
        yield from wrap([Piece(text, "faint")], look)
        yield EMPTY
    else:
        excerpts = excerpts_for((cause.findings[0] for cause in causes), report, look)
        for cause in causes:
            yield from _short(cause, excerpts, look)
            yield EMPTY


def _in_full(causes: Iterable[Cause], report: Report, look: Look) -> Iterator[Line]:
    """A block for each cause and for each finding that follows from it, with nothing left out."""
    shown = [one for cause in causes for one in (cause.findings[0], *cause.follows)]
    excerpts = excerpts_for(shown, report, look)
    for cause in causes:
        follows = (cause._replace(findings=(one,), follows=()) for one in cause.follows)
        for each in (cause, *follows):
            yield from _block(each, excerpts, look)
            yield from _advice(each, bool(report.configuration), look)
            yield EMPTY


def excerpts_for(findings: Iterable[Finding], report: Report, look: Look) -> Excerpts:
    """The excerpts of the files that findings point at."""
    files = {place.file for finding in findings for place in _places(finding)}
    documents = [one for group in report.groups for one in _documents(group.loaded, files)]
    layered = [root for group in report.groups for root in _layered(group.loaded, files)]
    return Excerpts([*documents, *report.configuration], layered, look)


FEW = 5
"""Of more causes than that, each takes ``_BRIEF`` lines at most and not ``_SHORT``."""

_SHORT, _BRIEF = 12, 4
"""How many lines of 80 columns a cause takes at most; of narrower ones in proportion."""


def _room(most: int, look: Look) -> int:
    """How many lines of the output hold as much as some lines of 80 columns."""
    return most * max(80, look.width) // look.width


def _weight(cause: Cause) -> tuple[bool, bool, bool]:
    """What comes first: what few services have, then errors."""
    return cause.is_common, cause.share > FEW_SERVICES, _is_warning(cause)


def _is_warning(cause: Cause) -> bool:
    """Whether nothing of a cause is an error."""
    return all(one.severity == "warning" for one in (*cause.findings, *cause.follows))


FEW_SERVICES = 0.1
"""The share of all services that are few."""


def _short(cause: Cause, excerpts: Excerpts, look: Look) -> Iterator[Line]:
    """What and where, a line of each file, why, what to do, and how to allow it."""
    finding = cause.findings[0]
    gutter = _gutter(finding)

    def place(more: str) -> list[Line]:
        where = f"  ({finding.service}{_within(finding)}){more}"
        return _place("-->", finding.location, where, gutter, look)

    where = _with_names(cause, place, 2, look)
    other_place, other = _other_side(finding, excerpts, gutter, look)
    own = excerpts.line_of(finding.location, _style(finding), gutter)
    text = f"accept it in {ALLOWED_IN}; -v shows the entry"
    allow = _note("or", text, gutter, look) if finding.address else []
    fix, also = what_to_do(finding), _following(cause)
    texts = {"head": _head(finding, look)} | {  # the most important first
        label: _note(label, text, gutter, look) if text else []
        for label, text in (("fix", fix), ("why", finding.why), ("also", also))
    }
    room = _room(_SHORT, look) - len(where) - len(other_place) - len(allow)
    if len(own) + len(other) > room - len(texts):  # the names of the files take most of it
        own, other = own if len(own) <= room - len(texts) else [], []
    room -= len(own) + len(other)
    fitted = dict(zip(texts, fit([*texts.values()], room, look), strict=True))
    yield from (*fitted["head"], *where, *own, *other_place, *other)
    yield from (*fitted["why"], *fitted["also"], *fitted["fix"], *allow)


def _other_side(
    finding: Finding, excerpts: Excerpts, gutter: int, look: Look
) -> tuple[list[Line], list[Line]]:
    """The place of the other side of a finding, and its line; nothing where it has none."""
    places = sorted(_related(finding), key=lambda other: other.role == _NEAR)
    if not places:
        return [], []
    first, *others = places
    more = f", {len(others)} more" if others else ""
    bare = _place("~~>", first.place, "", gutter, look)
    where = _place("~~>", first.place, f"  ({first.label}){more}", gutter, look)
    shown = where if len(where) == len(bare) else bare
    return shown, excerpts.line_of(first.place, "match", gutter)


def _brief(cause: Cause, look: Look) -> Iterator[Line]:
    """The message of a cause, its first place, what to do, and as many services as have room."""
    first = cause.findings[0]
    at_first = place_piece(first.location), f"  ({first.service}{_within(first)})"

    def place(more: str) -> list[Line]:
        return wrap([*at_first, more], look, indent=2, hang=2)

    fix, also = what_to_do(first), _following(cause)
    texts = [f"fix: {fix}" if fix else "", f"and {also}" if also else ""]
    notes = [wrap([text], look, indent=2, hang=2) for text in texts if text]
    room = _room(_BRIEF, look) - len(_with_names(cause, place, 0, look))
    head = at_most(_head(first, look), max(room, 1), look)
    notes = fit(notes, room - len(head), look)
    left = _room(_BRIEF, look) - len(head) - sum(map(len, notes))
    yield from (*head, *_with_names(cause, place, left, look))
    yield from (line for lines in notes for line in lines)


def _with_names(
    cause: Cause, place: Callable[[str], list[Line]], most: int, look: Look
) -> list[Line]:
    """The place of a cause, with the names of its other services that some lines have room for."""
    names = _other_names(cause)

    def with_names(shown: int) -> list[Line]:
        others = _others_named(cause, names[:shown])
        return place(f", {others}" if others else "")

    return with_most_names(len(names), with_names, most, look)


def _following(cause: Cause) -> str:
    """What is gone with a cause: the severity and rule of each kind, and the first message."""
    kinds = dict.fromkeys(f"{one.severity}[{one.rule}]" for one in cause.follows)
    messages = list(dict.fromkeys(one.message for one in cause.follows))
    more = f"; {len(messages) - 1} more" if len(messages) > 1 else ""
    return f"{', '.join(kinds)}: {messages[0]}{more}" if kinds else ""


def _other_names(cause: Cause) -> list[str]:
    """The names of the other services of a cause; of several groups, equal names once."""
    return list(dict.fromkeys([*services_of(cause.findings).values()][1:]))


def _others_named(cause: Cause, names: Sequence[str]) -> str:
    """How many other services a cause is in, with some of their names."""
    services = services_of(cause.findings)
    groups = len({key[:2] for key in services})
    of = f" of {groups} groups" if groups > 1 else ""
    if cause.is_general:
        role = f" with a {cause.role}" if cause.role else ""
        return f"in all {len(services)} services{role}{of}"
    if len(services) == 1:
        more = len(cause.findings) - 1
        return f"and {count(more, 'more place')} in it" if more else ""
    left = len(_other_names(cause)) - len(names)
    rest = f" and {left} others" if left else ""
    text = f": {', '.join(names)}{rest}" if names else ""
    return f"the same in {len(services) - 1} more{of}{text}"


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


def _block(cause: Cause, excerpts: Excerpts, look: Look) -> Iterator[Line]:
    finding, *others = cause.findings
    style, gutter = _style(finding), _gutter(finding)
    yield from _head(finding, look)
    yield from _place("-->", finding.location, _where(finding), gutter, look)
    yield from excerpts.at(finding.location, style, gutter)
    yield from _others(cause, others, gutter, look)
    for number, other in enumerate(_related(finding)):
        yield from _place("~~>", other.place, f"  ({other.label})", gutter, look)
        if number == 0 or not other.role:
            yield from excerpts.at(other.place, "match", gutter)


def _head(finding: Finding, look: Look) -> list[Line]:
    head = Piece(f"{finding.severity}[{finding.rule}]:", _style(finding))
    return wrap([head, " ", Piece(finding.message, "title")], look)


def _style(finding: Finding) -> str:
    return "warning" if finding.severity == "warning" else "violation"


def _gutter(finding: Finding) -> int:
    """How many columns the numbers of its lines take."""
    return max(len(str(place.end_line)) for place in _places(finding))


def _where(finding: Finding) -> str:
    return f"  ({finding.path if finding.address else finding.service}{_within(finding)})"


def _within(finding: Finding) -> str:
    return f" in {finding.environment}" if finding.environment else ""


def _others(cause: Cause, others: Sequence[Finding], gutter: int, look: Look) -> Iterator[Line]:
    """The other places of a cause."""
    if not others:
        return
    title = _others_named(cause, []) if cause.is_general else f"the same in {len(others)} more"
    yield from wrap([f"{title}:"], look, gutter + 1)
    shown = {cause.findings[0].reference_location}
    for other in others:
        yield from _place("-->", other.location, _where(other), gutter, look)
        if other.reference_location not in shown and other.votes is None:
            for related in _related(other):
                yield from _place("~~>", related.place, f"  ({related.label})", gutter, look)
        shown.add(other.reference_location)
    yield EMPTY


class _Other(Record):
    """Another place of a finding; ``role`` is "" for the reference's."""

    role: str
    place: Location
    label: str


def _related(finding: Finding) -> Iterator[_Other]:
    """The other places of a finding, and what each is."""
    for role, place, text in finding.related:
        yield _Other(role, place, f"{_ROLES.get(role, role)} {text}")
    if finding.reference_location is not None:
        votes = finding.votes
        label = f"one of the {votes[0]}" if votes else "reference"
        yield _Other("", finding.reference_location, label)


def _advice(cause: Cause, is_configured: bool, look: Look) -> Iterator[Line]:
    """Why, what to do, and the lines to paste; a whole file where there is no configuration."""
    finding = cause.findings[0]
    gutter = _gutter(finding)
    yield from _note("why", finding.why, gutter, look)
    if text := _following(cause):
        yield from _note("also", text, gutter, look)
    if fix := what_to_do(finding):
        yield from _note("fix", fix, gutter, look)
    all_of_it = (*cause.findings, *cause.follows) if finding.address else cause.findings
    same = [one for one in all_of_it if len(services_of([finding, one])) == 1]
    if lines := [line for one in same for line in allowance(one, look, gutter + 4)]:
        where = f"add this to allow: in {ALLOWED_IN}"
        if not is_configured:
            where = f"write this to {ALLOWED_IN}"
            lines = [f"{' ' * (gutter + 4)}{line}" for line in ("version: 1", "allow:")] + lines
        yield from _note("or", f"accept it: {where}", gutter, look)
        yield from ((Piece(line),) for line in lines)
    if len(services_of(cause.findings)) > 1 and finding.address:
        text = "add one entry for each service, or one with a pattern as service:"
        yield from _note("and", text, gutter, look)


def _note(label: str, text: str, gutter: int, look: Look) -> list[Line]:
    return label_lines(f"= {label}: ", text, look, gutter + 1)


def _place(sign: str, place: Location, what: str, gutter: int, look: Look) -> list[Line]:
    pieces: list[TextPart] = [Piece(sign, "faint"), " ", place_piece(place), what]
    return wrap(pieces, look, gutter, hang=len(sign) + 1)
