"""What is understood of a file, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import span
from deploylint.model.fields import ADDRESSES, element_of
from deploylint.model.format import format_value
from deploylint.model.service import Component, Service
from deploylint.reports import Look
from deploylint.reports.show_model import ShowReport, ShowRow, other_rows, rows
from deploylint.reports.text.layout import EMPTY, Line, Piece, Said, padded, painted, wrapped

_ROOM = 24
"""The least columns for a value beside its address; with fewer it goes below."""

_MANY = 4
"""How many addresses that are unknown for one reason are shown together."""


def write(shown: ShowReport, look: Look) -> str:
    """The file's facts, then each component: a row for each address, the absent ones together."""
    return painted(_lines(shown, look), look)


def _lines(shown: ShowReport, look: Look) -> Iterator[Line]:
    yield from wrapped([Piece(shown.file, "place")], look)
    for label, text in _facts(shown):
        yield from wrapped([Piece(f"{label:<10}", "faint"), text], look, indent=2, hang=10)
    for service in shown.services:
        for component in service.components:
            yield EMPTY
            yield from _component(service, component, look, several=len(shown.services) > 1)
        yield from _others(service, look, several=len(shown.services) > 1)


def _facts(shown: ShowReport) -> Iterator[tuple[str, str]]:
    """What is known of the file as a whole, each with its reason."""
    for service in shown.services:
        yield "service", service.name
        because = f", because of its {service.runtime_because}" if service.runtime else ""
        yield "runtime", f"{service.runtime or 'not known: nothing in the file says so'}{because}"
        for note in service.notes:
            yield "from", note
        yield "own names", ", ".join(service.own_names) or "none"
        for node, meant in service.near_misses:
            where = _spot(service, node.source.file, str(span(node).line))
            yield "unknown", f"{where}: {node.content!r}; did you mean {meant!r}?"
    yield "profile", f"{shown.profile}, because {_because(shown.profile_because)}"
    if shown.skipped:
        yield "not read", shown.skipped
    for problem in shown.problems:
        yield "problem", f"{problem.line}:{problem.column} {problem.message}"


def _spot(service: Service, file: str, spot: str) -> str:
    """A place in a service's file, which is named where it is not the only one."""
    return spot if service.files == (file,) else f"{file}:{spot}"


def _because(reason: str) -> str:
    return "--profile names it" if reason == "--profile" else reason


def _component(
    service: Service, component: Component, look: Look, *, several: bool
) -> Iterator[Line]:
    of = f" of {service.name}" if several else ""
    yield from wrapped([Piece(f"{component.key}{of}", "title"), f"  ({component.role})"], look)
    known, unwritten = _parted(rows(service, component))
    spots = [_spot(service, row.place.file, row.spot) if row.place else "" for row in known]
    first, second = max(map(len, spots), default=0), max((len(r.address) for r in known), default=0)
    for row, spot in zip(known, spots, strict=True):
        yield from _row(row, f"{spot:>{first}}", second, look)
    for label, addresses in unwritten.items():
        yield from wrapped([Piece(f"{label}: ", "faint"), _grouped(addresses)], look, 2, hang=8)


def _others(service: Service, look: Look, *, several: bool) -> Iterator[Line]:
    """The keys that no element owns: a rule may name them."""
    others = list(other_rows(service))
    if not others:
        return
    of = f" of {service.name}" if several else ""
    yield EMPTY
    yield from wrapped([Piece(f"other keys{of}", "title"), "  (no element owns them)"], look)
    spots = [_spot(service, row.place.file, row.spot) for row in others]
    first = max(map(len, spots))
    for row, spot in zip(others, spots, strict=True):
        content = Piece(row.content, "faint")
        line: list[Said] = [Piece(f"{spot:>{first}}", "place"), f"  {row.key}  ", content]
        yield from wrapped(line, look, indent=2, hang=first + 2)


def _parted(found: Iterable[ShowRow]) -> tuple[list[ShowRow], dict[str, list[str]]]:
    """The rows to show each, and the addresses nobody wrote by what is to be said of them all."""
    known, unwritten = list[ShowRow](), dict[str, list[ShowRow]]()
    for row in found:
        if row.state == "absent" or (row.state == "unknown" and row.place is None):
            label = f"{row.state} ({row.note})" if row.note else row.state
            unwritten.setdefault(label, []).append(row)
        else:
            known.append(row)
    few = [label for label, of in unwritten.items() if len(of) < _MANY and label != "absent"]
    known += (row for label in few for row in unwritten.pop(label))
    order = list(ADDRESSES)
    known.sort(key=lambda row: order.index(row.address))
    return known, {label: [row.address for row in of] for label, of in unwritten.items()}


def _row(row: ShowRow, spot: str, width: int, look: Look) -> Iterator[Line]:
    """The place, the address, and what is there: beside it, or below where there is no room."""
    start = 2 + len(spot) + 2
    head: list[Said] = [Piece(spot, "place"), "  "]
    pieces = _meaning(row)
    if look.width - start - width - 2 >= _ROOM:
        head += [padded(row.address, width), "  "]
        yield from wrapped([*head, *pieces], look, indent=2, hang=start + width)
        return
    yield from wrapped([*head, row.address], look, indent=2, hang=start)
    yield from wrapped(pieces, look, indent=start + 2)


def _meaning(row: ShowRow) -> list[Said]:
    state = Piece(row.state, "match" if row.state == "known" else "unknown")
    value: list[Said] = [" ", format_value(row.value)] if row.state == "known" else []
    return [state, *value, *([Piece(f"  ({row.note})", "faint")] if row.note else [])]


def _grouped(addresses: list[str]) -> str:
    """Addresses by element: the whole element where all of it is absent."""
    fields: dict[str, list[str]] = {}
    for address in addresses:
        fields.setdefault(element_of(address), []).append(address.partition(".")[2])
    total = [element_of(address) for address in ADDRESSES]
    return ", ".join(
        element if len(names) == total.count(element) else f"{element}.{name}"
        for element, names in fields.items()
        for name in (names if len(names) != total.count(element) else names[:1])
    )
