"""A shipped allowance is marked in every report that has allowed deviations."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.reports import Look, writer
from tests.support.reports import run, story

MARKS = {
    "text": "shipped; to withdraw it: disallow: [go/port]",
    "concise": "(shipped: Go servers listen on 8080",
    "markdown": "shipped: Go servers listen on 8080",
    "sarif": "shipped: Go servers listen on 8080",
    "json": '"withdrawal": "disallow: [go/port]"',
    "html": "disallow: [go/port]",
}


@pytest.mark.parametrize("name", MARKS)
def test_report_marks_what_ships(name: str, tmp_path: Path) -> None:
    report = run(story(tmp_path / "deploy"))
    assert MARKS[name] in writer(name)(report, Look(verbosity=1, width=100))
