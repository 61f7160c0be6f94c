"""The allowances of a run: the state of each, what it lifts, how long it holds, and its uses."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from deploylint.engine.result import Report
from deploylint.policy.allowance_audit import AllowanceStatus
from deploylint.policy.messages import pattern_text
from deploylint.reports.html.elements import Child, element
from deploylint.reports.html.findings import clock
from deploylint.reports.rule_text import scope_text
from deploylint.reports.text.summary import count

_HEAD = ("allowance", "state", "for", "rule", "from → to", "because", "owner", "until", "used")


def allowances_part(report: Report) -> Iterator[Element]:
    """A table of the project's allowances, and of the shipped ones that are used."""
    shown = [one for one in report.allowances if one.covered or not one.allowance.is_shipped]
    if not shown:
        yield element("p", "No allowance is in use.")
        return
    head = element("tr", *(element("th", name, scope="col") for name in _HEAD))
    rows = (_row(status, report.today) for status in shown)
    caption = element("caption", f"{count(len(shown), 'allowance')} on {report.today}")
    table = element("table", caption, element("thead", head), element("tbody", *rows))
    named = {"role": "region", "aria_label": "Table of allowances", "tabindex": "0"}
    yield element("div", table, class_="scrolled", **named)


def _row(status: AllowanceStatus, today: str) -> Element:
    allowance = status.allowance
    shipped = f" (shipped; to withdraw it: {allowance.withdrawal})" if allowance.is_shipped else ""
    sides = f"{pattern_text(allowance.expected)} → {pattern_text(allowance.actual)}"
    uses = [
        element("a", finding.service, href=f"#f-{finding.fingerprint}") for finding in status.uses
    ]
    cells: tuple[Child, ...] = (
        element("span", element("samp", allowance.id), shipped),
        element("span", status.state, class_=f"state {status.state}"),
        scope_text(allowance),
        element("samp", allowance.rule),
        element("samp", sides),
        allowance.because,
        allowance.owner,
        clock(allowance, today),
        element("span", *(part for use in uses for part in (use, " "))),
    )
    return element("tr", *(element("td", cell) for cell in cells))
