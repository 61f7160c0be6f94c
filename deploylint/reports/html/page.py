"""The page: its head, the counts, the parts, and what was not checked."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from deploylint import __version__
from deploylint.engine.result import Report
from deploylint.reports import Look
from deploylint.reports.html.allowances import allowances_part
from deploylint.reports.html.elements import element, html
from deploylint.reports.html.findings import findings_part
from deploylint.reports.html.matrix import matrices
from deploylint.reports.text.summary import details, group_lines, summary

_HERE = Path(__file__).parent


def page(report: Report, look: Look) -> str:
    """The report as a page of its own."""
    style, script = ((_HERE / name).read_text("utf-8") for name in ("style.css", "script.js"))
    body = element(
        "body",
        element("a", "Skip to the findings", href="#findings", class_="skip"),
        _top(report),
        element(
            "main",
            _part("overview", "Overview", matrices(report)),
            _part("findings", "Findings", findings_part(report, look)),
            _part("allowances", "Allowances", allowances_part(report)),
            _part("unchecked", "Not checked", _not_checked(report)),
        ),
        element("footer", f"deploylint {__version__}, as of {report.today}"),
        element("script", script),
    )
    return html(element("html", _head(style, script), body, lang="en"), look)


def _head(style: str, script: str) -> Element:
    """The head; the policy lets only this style and this script work."""
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    return element(
        "head",
        element("meta", charset="utf-8"),
        Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", "deploylint"),
        element("style", style),
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _top(report: Report) -> Element:
    counts = report.summary
    numbers = {
        "violation": (counts.errors, "error" if counts.errors == 1 else "errors"),
        "warning": (counts.warnings, "warning" if counts.warnings == 1 else "warnings"),
        "allowed": (counts.allowed, "allowed"),
        "unknown": (counts.unknowns, "unknown"),
        "unchecked": (len(report.problems), "not checked"),
    }
    cards = (
        element("li", element("strong", str(number)), f" {what}", class_=kind)
        for kind, (number, what) in numbers.items()
    )
    links = {"overview": "Overview", "findings": "Findings", "allowances": "Allowances"}
    return element(
        "header",
        element("h1", "deploylint"),
        element("ul", *cards, class_="cards", aria_label="Counts"),
        element(
            "nav",
            *(element("a", text, href=f"#{name}") for name, text in links.items()),
            aria_label="Parts",
        ),
        element("details", element("summary", "What was compared"), _facts(report)),
    )


def _facts(report: Report) -> Element:
    lines = [*group_lines(report, most=len(report.groups)), *summary(report), *details(report)]
    return element("ul", *(element("li", line) for line in lines))


def _part(name: str, title: str, children: Iterable[Element]) -> Element:
    inside = list(children)
    if not inside:
        return element("section", id=name, hidden="")
    head = element("h2", title, id=f"{name}-title", tabindex="-1")
    return element("section", head, *inside, id=name, aria_labelledby=f"{name}-title")


def _not_checked(report: Report) -> Iterator[Element]:
    """What could not be checked, and the files that were skipped."""
    if report.problems:
        lines = (f"{one.file}:{one.line}:{one.column}: {one.message}" for one in report.problems)
        yield element("ul", *(element("li", line) for line in lines), class_="problems")
    if report.skipped:
        rows = (element("li", f"{one.file}: {one.reason}") for one in report.skipped)
        title = element("summary", f"{len(report.skipped)} skipped")
        yield element("details", title, element("ul", *rows))
