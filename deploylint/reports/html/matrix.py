"""The matrix: a row for each service, a column for each element, a cell for their outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from deploylint.engine.result import GroupReport, MatrixCounts, Report
from deploylint.model.forms import ROW
from deploylint.reports.html.elements import element
from deploylint.reports.text.matrix import FILE, SIGNS
from deploylint.reports.text.summary import count

WORST = ("violation", "warning", "unknown", "allowed", "match")
"""The outcomes of a cell, the one that it shows first."""

_COUNTED = {"violation": "error", "warning": "warning"}
_WORDS = _COUNTED | {"unknown": "unknown", "allowed": "allowed", "match": "equal"}
"""What an outcome is called; those that are counted have a plural."""


def matrices(report: Report) -> Iterator[Element]:
    """A table for each group in each environment, and what the signs mean."""
    yield _legend()
    groups = [group for group in report.groups if group.loaded.services]
    for group in groups:
        yield _of_group(group, is_open=len(groups) <= FEW)


FEW = 8
"""Of more groups than that, only those with something wrong are open."""


def name_of(group: GroupReport) -> str:
    """A group with its environment, if it has several."""
    within = f" in {group.loaded.environment}" if group.loaded.environment else ""
    return f"{group.loaded.name}{within}"


def _of_group(group: GroupReport, *, is_open: bool) -> Element:
    counts = group.matrix_counts
    is_wrong = any(each.get("violation") or each.get("warning") for each in counts.values())
    services = count(len(group.loaded.services), "service")
    title = element("summary", element("h3", name_of(group)), f" {services}, {_beside(group)}")
    state = {"open": ""} if is_open or is_wrong else {}
    return element("details", title, _table(group, counts), class_="group", **state)


def _beside(group: GroupReport) -> str:
    if group.reference is not None:
        return f"compared with {group.reference.name}"
    return "compared with their majority" if group.voted else "compared with nothing"


def _table(group: GroupReport, counts: MatrixCounts) -> Element:
    elements = {key for _, key in counts}
    columns = [(name, name) for name in ROW if name in elements]
    columns += [(FILE, "")] if "" in elements else []
    head = element(
        "tr",
        element("th", "service", scope="col"),
        *(element("th", element("span", name), scope="col") for name, _ in columns),
    )
    rows = (_row(group, service.name, columns, counts) for service in group.loaded.services)
    table = element(
        "table",
        element("caption", f"Outcomes by service and element of {name_of(group)}"),
        element("thead", head),
        element("tbody", *rows),
        class_="matrix",
    )
    named = {"role": "region", "aria_label": f"Matrix of {name_of(group)}", "tabindex": "0"}
    return element("div", table, class_="scrolled", **named)


def _row(
    group: GroupReport, service: str, columns: Sequence[tuple[str, str]], counts: MatrixCounts
) -> Element:
    note = " (guest)" if service in group.guests else ""
    if group.reference is not None and service == group.reference.name:
        note = " (reference)"
    cells = (
        _cell(group, service, name, key, counts.get((service, key), {})) for name, key in columns
    )
    return element("tr", element("th", service, element("small", note), scope="row"), *cells)


def _cell(
    group: GroupReport, service: str, name: str, key: str, counts: Mapping[str, int]
) -> Element:
    """A cell: its worst outcome as a sign, all of them in words, and a link to the findings."""
    worst = next((outcome for outcome in WORST if counts.get(outcome)), "")
    if not worst:
        return element("td", "·", class_="nothing")
    label = f"{service}, {name}: {', '.join(_in_words(counts))}"
    sign = SIGNS[worst][0]
    if worst == "match":
        return element("td", sign, class_=worst, title=label, aria_label=label)
    text = sign + (str(counts[worst]) if counts[worst] > 1 else "")
    asked = urlencode({"group": name_of(group), "service": service, "element": key or FILE})
    link = element("a", text, href=f"#findings?{asked}", title=label, aria_label=label)
    return element("td", link, class_=worst)


def _in_words(counts: Mapping[str, int]) -> Iterator[str]:
    for outcome in WORST:
        if number := counts.get(outcome):
            word = _WORDS[outcome]
            yield count(number, word) if outcome in _COUNTED else f"{number} {word}"


def _legend() -> Element:
    outcomes = (
        element("li", element("span", SIGNS[outcome][0], class_=outcome), f" {_WORDS[outcome]}")
        for outcome in WORST
    )
    nothing = element("li", element("span", "·", class_="nothing"), " nothing to compare")
    return element("ul", *outcomes, nothing, class_="legend", aria_label="Signs")
