"""The report as one page for a browser: the matrix, the findings behind it, the allowances.

It needs no network and holds its style and its script, which a policy in the page names by their
hashes; so nothing else in it can run. ``page`` puts it together, ``matrix``, ``findings`` and
``allowances`` make a part each, ``elements`` makes the elements. The script only filters and opens
what is there: without it everything can be read.
"""

from __future__ import annotations

from deploylint.engine.result import Report
from deploylint.reports import Look
from deploylint.reports.html.page import page


def write(report: Report, look: Look) -> str:
    """The whole page, with all findings; colours and width are the browser's."""
    return page(report, look)
