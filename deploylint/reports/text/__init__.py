"""The report for people, section by section.

A Report and a width come in, lines go out. A section is one function of ``sections``; ``report``
puts them in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploylint.engine.result import Report
    from deploylint.reports import Look


def write(report: Report, look: Look) -> str:
    """The whole report; what writes it is imported for it alone."""
    from deploylint.reports.text.report import write as write_report

    return write_report(report, look)
