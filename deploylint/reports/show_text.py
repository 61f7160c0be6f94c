"""The values that deploylint reads from a file, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import span
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.finding import Location
from deploylint.model.format import format_value
from deploylint.model.service import Component, Service
from deploylint.reports import Look
from deploylint.reports.show_model import ShowReport, ShowRow, other_rows, rows
from deploylint.reports.text.layout import (
    EMPTY,
    Line,
    Piece,
    TextPart,
    label_lines,
    pad,
    render,
    wrap,
)

_ROOM = 24
"""The least columns for a value beside its address; with fewer it goes below."""

_MANY = 4
"""How many addresses that are unknown for one reason are shown together."""


def write(report: ShowReport, look: Look) -> str:
    """The file's facts, then each component: a row for each address, the absent ones together."""
    return render(_lines(report, look), look)


def _lines(report: ShowReport, look: Look) -> Iterator[Line]:
    yield from wrap([Piece(report.file, "place")], look)
    for label, text in _facts(report):
        yield from label_lines(f"{label:<10}", text, look)
    for service in report.services:
        of = f" of {service.name}" if len(report.services) > 1 else ""
        for component in service.components:
            yield EMPTY
            title = Piece(f"{component.key}{of}", "title")
            yield from wrap([title, f"  ({component.role})"], look)
            yield from _component(service, component, look)
        yield from _other_keys(service, of, look)


def _facts(report: ShowReport) -> Iterator[tuple[str, str]]:
    """The facts about the file as a whole, each with its reason."""
    for service in report.services:
        yield "service", service.name
        because = f" ({service.runtime_because})" if service.runtime else ""
        yield "runtime", f"{service.runtime or 'unknown'}{because}"
        for note in service.notes:
            yield "from", note
        yield "own names", ", ".join(service.own_names) or "none"
        for fault in service.faults:
            place = _position(service, fault.node.source.file, f"{span(fault.node).line}")
            yield "fault", f"{place}: {fault.message}"
    yield "profile", f"{report.profile} ({report.profile_because})"
    if report.skipped:
        yield "not read", report.skipped
    for problem in report.problems:
        yield "problem", f"{problem.line}:{problem.column} {problem.message}"


def _position(service: Service, file: str, position: str) -> str:
    """A position in a service's file, with the file where there are several."""
    return position if service.files == (file,) else f"{file}:{position}"


def _place(service: Service, place: Location | None) -> str:
    return (place and _position(service, place.file, f"{place.line}:{place.column}")) or ""


def _component(service: Service, component: Component, look: Look) -> Iterator[Line]:
    written, unwritten = _by_place(rows(service, component))
    positions = [_place(service, row.location) for row in written]
    width = max(map(len, positions), default=0)
    second = max((len(row.address) for row in written), default=0)
    for row, position in zip(written, positions, strict=True):
        yield from _row(row, f"{position:>{width}}", second, look)
    for label, addresses in unwritten.items():
        yield from label_lines(f"{label}: ", _by_element(addresses), look, hang=8)


def _other_keys(service: Service, of: str, look: Look) -> Iterator[Line]:
    """The keys that no element owns: a rule may name them."""
    others = list(other_rows(service))
    if not others:
        return
    yield EMPTY
    yield from wrap([Piece(f"other keys{of}", "title"), "  (no element owns them)"], look)
    positions = [_place(service, row.location) for row in others]
    width = max(map(len, positions))
    for row, position in zip(others, positions, strict=True):
        content = Piece(row.content, "faint")
        line: list[TextPart] = [Piece(f"{position:>{width}}", "place"), f"  {row.key}  ", content]
        yield from wrap(line, look, indent=2, hang=width + 2)


def _by_place(rows: Iterable[ShowRow]) -> tuple[list[ShowRow], dict[str, list[str]]]:
    """The rows to show each, and the addresses that are not written, by their state and note."""
    shown, unwritten = list[ShowRow](rows), dict[str, list[str]]()
    for row in shown:
        if row.state == "absent" or (row.state == "unknown" and row.location is None):
            label = f"{row.state} ({row.note})" if row.note else row.state
            unwritten.setdefault(label, []).append(row.address)
    many = {
        label: addresses
        for label, addresses in unwritten.items()
        if len(addresses) >= _MANY or label == "absent"
    }
    hidden = {address for addresses in many.values() for address in addresses}
    return [row for row in shown if row.address not in hidden], many


def _row(row: ShowRow, position: str, width: int, look: Look) -> Iterator[Line]:
    """The place, the address, and the value: beside it, or below where there is no room."""
    start = 2 + len(position) + 2
    place: TextPart = Piece(position, "place")
    value = _value(row)
    if look.width - start - width - 2 >= _ROOM:
        address = f"  {pad(row.address, width)}  "
        yield from wrap([place, address, *value], look, indent=2, hang=start + width)
        return
    if start + width > look.width:
        start = 4
        yield from wrap([Piece(position.strip(), "place")], look, indent=2)
        yield from wrap([row.address], look, indent=start)
    else:
        yield from wrap([place, f"  {row.address}"], look, indent=2, hang=start)
    yield from wrap(value, look, indent=start + 2)


def _value(row: ShowRow) -> list[TextPart]:
    state = Piece(row.state, "match" if row.state == "known" else "unknown")
    value = f" {format_value(row.value)}" if row.state == "known" else ""
    return [state, value, Piece(f"  ({row.note})" if row.note else "", "faint")]


def _by_element(addresses: list[str]) -> str:
    """Addresses by element: the element alone where all of it is there."""
    total, number = Counter(map(element_of, ADDRESSES)), Counter(map(element_of, addresses))
    texts = [
        element if number[element] == total[element] else address
        for address in addresses
        for element in [element_of(address)]
    ]
    return ", ".join(dict.fromkeys(texts))
