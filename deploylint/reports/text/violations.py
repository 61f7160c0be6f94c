"""A violation as a block: what, where, the lines of both files, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.result import Report
from deploylint.model.finding import Finding, Location
from deploylint.policy.causes import Cause, find_causes, services_of
from deploylint.readers import detect
from deploylint.reports import Look
from deploylint.reports.fix import ALLOWED_IN, allowance, what_to_do
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    TextPart,
    label_lines,
    with_most_names,
    wrap,
)
from deploylint.reports.text.snippets import Excerpts
from deploylint.reports.text.summary import count

_ROLES = {
    "agrees-not": "but",
    "among": "while",
    "lost": "lost:",
    "misspelt": "because",
    "nearly-allowed": "nearly allowed:",
    "other-side": "reference:",
}
"""How another place is related to a finding, in words."""


def blocks(findings: Iterable[Finding], report: Report, look: Look) -> Iterator[Line]:
    """A block for each cause, with an empty line after it; many causes in brief, unless verbose."""
    causes = sorted(find_causes(findings, report.peers), key=_weight)
    if len(causes) > FEW and look.verbosity < 1:
        for cause in causes:
            yield from _brief(cause, look)
        text = "lines, reasons and how to accept them: -v, or --rule RULE for one rule"
        yield from wrap([Piece(text, "faint")], look)
        yield EMPTY
        return
    shown = [one for cause in causes for one in (cause.findings[0], *cause.follows)]
    excerpts = excerpts_for(shown, report, look)
    for cause in causes:
        follows = cause.follows if look.verbosity > 0 else ()
        for each in (cause, *(cause._replace(findings=(one,), follows=()) for one in follows)):
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
"""Of more causes than that, each is reported in brief."""

_LINES = 4
"""How many lines one of many causes takes at most, unless its message or its place needs more."""


def _weight(cause: Cause) -> tuple[bool, bool, bool]:
    """What comes first: what few services have, then errors."""
    return cause.is_common, cause.share > FEW_SERVICES, _is_warning(cause)


def _is_warning(cause: Cause) -> bool:
    """Whether nothing of a cause is an error."""
    return all(one.severity == "warning" for one in (*cause.findings, *cause.follows))


FEW_SERVICES = 0.1
"""The share of all services that are few."""


def _brief(cause: Cause, look: Look) -> Iterator[Line]:
    """The message of a cause, its first place, and as many of its services as there is room for."""
    first = cause.findings[0]
    head = _head(first, look)
    yield from head
    place = Piece(at(first.location), "place")
    text = _following(cause)
    follows = wrap([f"and {text}"], look, indent=2, hang=2) if text else []
    names = _other_names(cause)

    def with_names(shown: int) -> list[Line]:
        others = _others_named(cause, names[:shown])
        where = f"  ({first.service}{_within(first)})" + (f", {others}" if others else "")
        return wrap([place, where], look, indent=2, hang=2)

    room = _LINES - len(head) - len(follows)
    yield from (*with_most_names(len(names), with_names, room, look), *follows)


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
    for place, label, is_shown in _related(finding):
        yield from _place("~~>", place, f"  ({label})", gutter, look)
        yield from excerpts.at(place, "match", gutter) if is_shown else ()


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
    """The other places of a cause; of many only the services, unless verbose."""
    if not others:
        return
    if len(others) > MANY and look.verbosity < 1:
        yield from wrap([_others_named(cause, _other_names(cause))], look, gutter + 1)
        yield EMPTY
        return
    title = _others_named(cause, []) if cause.is_general else f"the same in {len(others)} more"
    yield from wrap([f"{title}:"], look, gutter + 1)
    shown = {cause.findings[0].reference_location}
    for other in others:
        yield from _place("-->", other.location, _where(other), gutter, look)
        if other.reference_location not in shown and other.votes is None:
            for place, label, _ in _related(other):
                yield from _place("~~>", place, f"  ({label})", gutter, look)
        shown.add(other.reference_location)
    yield EMPTY


MANY = 8
"""Of more places of one cause than that only the services are named, unless verbose."""


def _related(finding: Finding) -> Iterator[tuple[Location, str, bool]]:
    """The other places of a finding, what each is, and whether its lines are shown."""
    for number, (role, place, text) in enumerate(finding.related):
        yield place, f"{_ROLES.get(role, role)} {text}", number == 0
    if finding.reference_location is not None:
        votes = finding.votes
        yield finding.reference_location, f"one of the {votes[0]}" if votes else "reference", True


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
    pieces: list[TextPart] = [Piece(sign, "faint"), " ", Piece(at(place), "place"), what]
    return wrap(pieces, look, gutter, hang=len(sign) + 1)
