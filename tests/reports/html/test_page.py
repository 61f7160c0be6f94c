"""The page: everything of a run is in it, and nothing in it runs or is fetched but its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deploylint.engine.result import Report
from deploylint.reports import Look
from deploylint.reports.html import write
from deploylint.reports.html.matrix import WORST
from tests.support.reports import DIFFERENT, inside, many, run, story

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"><svg onload='x'>",
    "javascript:alert(1)",
    "</details></main><form action=http://evil>",
    "<!--",
    "&lt;b&gt; &amp;",
)


class Tags(HTMLParser):
    """All elements of a page with their attributes, and its texts by the element around them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._inside, []).append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("page")
    with inside(folder):
        return run(many(Path("deploy"), DIFFERENT))


@pytest.fixture(scope="module")
def page(report: Report) -> Tags:
    return Tags(write(report, Look()))


def test_page_has_each_finding_once_with_what_it_is_filtered_by(report: Report, page: Tags) -> None:
    shown = [each for each in page.of("details") if each.get("class") == "finding"]
    assert {each["id"] for each in shown} == {f"f-{one.fingerprint}" for one in report.findings}
    assert len(shown) == len(report.findings)
    assert Counter(each["data-service"] for each in shown) == Counter(
        one.service for one in report.findings
    )
    order = [str(each["data-status"]) for each in shown]
    assert order == sorted(order, key=["error", "warning", "unknown", "allowed"].index)


def test_page_has_a_cell_for_each_service_and_element(report: Report, page: Tags) -> None:
    cells = [
        each.get("class") for each in page.of("td") if each.get("class") in (*WORST, "nothing")
    ]
    columns = [each for each in page.of("th") if each.get("scope") == "col"]
    services = sum(len(group.loaded.services) for group in report.groups)
    elements = {element for group in report.groups for _, element in group.matrix_counts}
    assert len(cells) == services * len(elements)
    assert len(columns) >= len(elements) + 1
    wrong = {(one.service, one.element) for one in report.violations if one.severity == "error"}
    assert cells.count("violation") == len(wrong)


def test_page_has_unique_ids_and_links_that_lead_somewhere(page: Tags) -> None:
    ids = [attributes["id"] for _, attributes in page.seen if "id" in attributes]
    assert len(ids) == len({*ids})
    for link in page.of("a"):
        place = (link["href"] or "").partition("?")[0]
        assert place.startswith("#")
        assert place[1:] in ids


def test_page_fetches_nothing_and_runs_its_own_script_alone(report: Report, page: Tags) -> None:
    assert not [tag for tag, _ in page.seen if tag in ("link", "img", "iframe", "object", "base")]
    for _, attributes in page.seen:
        assert not [
            name for name in attributes if name.startswith("on") or name in ("src", "style")
        ]
    policy = next(each["content"] for each in page.of("meta") if "http-equiv" in each)
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        assert len(page.of(tag)) == 1
        digest = hashlib.sha256("".join(page.texts[tag]).encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


@pytest.mark.parametrize("text", HOSTILE)
def test_page_shows_markup_of_a_file_as_text(tmp_path: Path, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    clean = Tags(write(run(story(tmp_path / "clean", {"type: ClusterIP": "type: x"})), Look()))
    shown = Tags(
        write(run(story(tmp_path / "deploy", {"type: ClusterIP": f"type: {quoted}"})), Look())
    )
    assert [tag for tag, _ in shown.seen] == [tag for tag, _ in clean.seen]
    assert any(text in each for each in shown.texts["span"])


def test_page_marks_what_differs_on_both_sides(tmp_path: Path) -> None:
    text = write(run(story(tmp_path / "deploy", {"type: ClusterIP": "type: NodePort"})), Look())
    marked = re.findall(r"<mark>(.*?)</mark>", text)
    assert {"NodePort", "ClusterIP"} <= {*marked}


def test_page_of_a_clean_run_says_so(tmp_path: Path) -> None:
    text = write(run(story(tmp_path / "deploy")), Look())
    assert "<strong>0</strong> errors" in text
    assert "go/port" in text


def test_page_names_what_was_not_checked_and_why(report: Report, page: Tags) -> None:
    items = "\n".join(page.texts["li"])
    assert all(problem.message in items for problem in report.problems)
    assert all(skip.file in items for skip in report.skipped)
