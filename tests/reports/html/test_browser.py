"""The page in a real browser: its filters, its keys, its addresses, its looks, and its speed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploylint.engine.result import Report
from deploylint.reports import Look
from deploylint.reports.html import write
from deploylint.reports.html.matrix import WORST
from tests.support.reports import DIFFERENT, inside, many, run

pytestmark = pytest.mark.slow

PHONE, DESK = {"width": 390, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    with inside(tmp_path_factory.mktemp("browser")):
        return run(many(Path("deploy"), DIFFERENT))


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(write(report, Look()), "utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if (program := shutil.which("chromium")) is None:
        pytest.skip("chromium is not installed")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("playwright is not installed")
    with (
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=program, args=["--no-sandbox"]) as browser,
    ):
        yield browser


class Open:
    """A page that is open, with all that it asked for and complained of."""

    def __init__(self, browser: Any, file: Path, address: str = "", **look: Any) -> None:
        self.page = browser.new_context(**{"viewport": DESK, **look}).new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{file.as_uri()}{address}")

    def visible(self) -> list[str]:
        """The fingerprints of the findings that are shown."""
        ids = self.page.eval_on_selector_all(
            ".finding", "all => all.filter(one => !one.hidden).map(one => one.id)"
        )
        return [identity.removeprefix("f-") for identity in ids]

    def said(self) -> str:
        return str(self.page.inner_text("#shown"))


def test_page_complains_of_nothing_and_asks_for_nothing(browser: Any, file: Path) -> None:
    page = Open(browser, file)
    page.page.click(".finding summary")
    assert page.asked == [file.as_uri()]
    assert page.complaints == []


def test_matrix_has_a_cell_for_each_service_and_element(
    browser: Any, file: Path, report: Report
) -> None:
    page = Open(browser, file).page
    (group,) = (group for group in report.groups if group.loaded.services)
    elements = {element for _, element in group.matrix_counts}
    cells = page.locator(".matrix tbody td")
    assert cells.count() == len(group.loaded.services) * len(elements)
    classes = cells.evaluate_all("all => all.map(one => one.className)")
    assert {*classes} <= {*WORST, "nothing"}


def test_cell_leads_to_its_findings(browser: Any, file: Path, report: Report) -> None:
    page = Open(browser, file)
    page.page.click(".matrix td a[aria-label^='go, service: ']")
    expected = {one.fingerprint for one in report.findings if one.element == "service"}
    assert {*page.visible()} == expected
    assert page.page.evaluate("document.activeElement.id") == "findings-title"


def test_choices_and_words_narrow_the_findings_and_the_address_keeps_them(
    browser: Any, file: Path, report: Report
) -> None:
    page = Open(browser, file)
    page.page.select_option("select[name=status]", "allowed")
    allowed = [one for one in report.findings if one.status == "allowed"]
    assert {*page.visible()} == {one.fingerprint for one in allowed}
    page.page.fill("input[name=text]", "ASYNQ celery")
    words = [one for one in allowed if "asynq" in one.message and "celery" in one.message]
    assert {*page.visible()} == {one.fingerprint for one in words}
    assert page.said() == f"{len(words)} of {len(report.findings)} findings"
    shared = Open(browser, file, page.page.evaluate("location.hash"))
    assert shared.visible() == page.visible()
    page.page.click("button[type=reset]")
    page.page.wait_for_selector(f"#shown:text-is('{len(report.findings)} findings')")
    assert len(page.visible()) == len(report.findings)


def test_address_of_a_finding_opens_it(browser: Any, file: Path, report: Report) -> None:
    finding = report.violations[-1]
    page = Open(browser, file, f"#f-{finding.fingerprint}").page
    opened = page.eval_on_selector_all(".finding[open]", "all => all.map(one => one.id)")
    assert opened == [f"f-{finding.fingerprint}"]


def test_link_of_an_allowance_opens_what_it_covers(browser: Any, file: Path) -> None:
    page = Open(browser, file, "#findings?status=error").page
    page.click("#allowances tbody a >> nth=0")
    page.wait_for_selector(".finding[open]")
    assert page.eval_on_selector(".finding[open]", "one => one.dataset.status") == "allowed"


def test_page_is_used_by_keyboard_alone(browser: Any, file: Path, report: Report) -> None:
    page = Open(browser, file)
    page.page.keyboard.press("Tab")
    assert page.page.evaluate("document.activeElement.className") == "skip"
    page.page.keyboard.press("/")
    page.page.keyboard.type("service.type")
    assert len(page.visible()) == 1
    page.page.keyboard.press("Escape")
    page.page.wait_for_selector(f"#shown:text-is('{len(report.findings)} findings')")
    assert len(page.visible()) == len(report.findings)
    page.page.focus(".finding summary")
    page.page.keyboard.press("Enter")
    assert page.page.locator(".finding[open]").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_page_has_no_fault_that_axe_knows(
    browser: Any, file: Path, scheme: str, size: dict[str, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = Open(browser, file, color_scheme=scheme, viewport=size).page
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_page_is_no_wider_than_a_phone(browser: Any, file: Path) -> None:
    page = Open(browser, file, viewport=PHONE).page
    page.evaluate("document.querySelectorAll('.finding').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_page_is_whole_without_its_script(browser: Any, file: Path, report: Report) -> None:
    page = Open(browser, file, java_script_enabled=False).page
    assert page.locator(".finding").count() == len(report.findings)
    assert page.locator(".finding >> nth=0").is_visible()
