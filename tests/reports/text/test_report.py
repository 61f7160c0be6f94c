"""The report for people, at every width: nothing too wide, nothing cut, nothing merged."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len

from deploylint.config import rules as rule_sets
from deploylint.engine.result import Report
from deploylint.model.finding import Finding
from deploylint.policy.causes import find_causes
from deploylint.reports import Look
from deploylint.reports.fix import allowance
from deploylint.reports.text import report as text
from deploylint.reports.text.escape import at, safe
from deploylint.reports.text.matrix import SIGNS
from tests.support.reports import (
    DIFFERENT,
    FEW,
    LONG,
    WIDTHS,
    cells,
    inside,
    many,
    run,
    squeezed,
    story,
)

SGR = re.compile(r"\x1b\[[0-9;]*m")


PLACES = pytest.fixture(scope="module", params=["deploy", LONG + "deploy"], ids=["short", "long"])
"""A report from its own folder, once with paths that fit no line."""


@PLACES
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report with something in every section, and so many causes that each is in brief."""
    return written_at(request.param, tmp_path_factory.mktemp("text"), DIFFERENT)


@PLACES
def few(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report with so few causes that each is in full."""
    return written_at(request.param, tmp_path_factory.mktemp("text"), FEW)


def written_at(path: str, folder: Path, edits: Mapping[str, str]) -> Report:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    with inside(folder):
        return run(many(Path(path), edits))


LOOKS = [
    Look(verbosity, False, width, unicode)
    for width in WIDTHS
    for verbosity in (-1, 0, 1)
    for unicode in (True, False)
]


def named(look: Look) -> str:
    return f"{look.width}-{look.verbosity}-{'unicode' if look.unicode else 'ascii'}"


def test_text_report_sample_has_every_section(report: Report) -> None:
    assert {finding.status for finding in report.findings} == {"violation", "allowed", "unknown"}
    assert {finding.severity for finding in report.findings} == {"error", "warning"}
    assert {"duplicate-key", "unknown-key"} <= {finding.rule for finding in report.findings}
    assert len(report.problems) == 2
    assert len(report.skipped) == 2
    assert report.summary.uncompared
    assert any(cell_len(f.message) > len(f.message) for f in report.findings)


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_text_report_lines_are_not_wider_than_the_output(report: Report, look: Look) -> None:
    for line in text.write(report, look).splitlines():
        assert cell_len(line) <= look.width, line


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_text_report_cuts_no_rule_path_or_reason(report: Report, look: Look) -> None:
    whole = squeezed(text.write(report, look))
    for wanted in said(report, look, in_full=look.verbosity > 0):
        assert squeezed(safe(wanted, look)) in whole, wanted
    for cause in find_causes(report.violations, report.peers):
        first = cause.findings[0]
        for wanted in (f"{first.severity}[{first.rule}]: {first.message}", at(first.location)):
            assert squeezed(safe(wanted, look)) in whole, wanted


@pytest.mark.parametrize("look", LOOKS, ids=named)
def test_text_report_of_few_causes_cuts_no_rule_path_or_reason(few: Report, look: Look) -> None:
    whole = squeezed(text.write(few, look))
    for wanted in said(few, look, in_full=True):
        assert squeezed(safe(wanted, look)) in whole, wanted


def said(report: Report, look: Look, *, in_full: bool) -> Iterator[str]:
    """All that a report at a verbosity promises to say in full."""
    for finding in report.findings:
        if finding.status == "violation" and in_full:
            yield f"{finding.severity}[{finding.rule}]: {finding.message}"
            yield f"--> {at(finding.location)}"
            yield f"= why: {finding.why}"
        if finding.status == "unknown" and look.verbosity >= 0:
            yield f"{at(finding.location)} [{finding.rule}] {finding.message}"
        if finding.status == "allowed" and look.verbosity >= 0:
            assert finding.allowance is not None
            assert finding.reference_location is not None
            yield f"{finding.allowance.id} [{finding.rule}]"
            yield f"because: {finding.allowance.because}"
            yield f"{finding.path} {at(finding.location)} reference "
            yield f"reference {at(finding.reference_location)}"
        if finding.status == "violation" and finding.reference_location is not None and in_full:
            yield f"~~> {at(finding.reference_location)} (reference)"
    for problem in report.problems:
        yield f"{problem.file}:{problem.line}:{problem.column} {problem.message}"
    if look.verbosity > 0:
        yield from (f"{one.file}: {one.reason}" for one in report.skipped)


@pytest.mark.parametrize("width", [1, 5, 12, 30])
def test_text_report_on_a_narrow_terminal_is_no_error(report: Report, width: int) -> None:
    assert squeezed("= why:") in squeezed(text.write(report, Look(1, False, width, True)))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("verbosity", [0, 1])
def test_text_report_does_not_break_a_location_that_fits(
    report: Report, few: Report, width: int, verbosity: int
) -> None:
    one = report if verbosity else few  # in brief not all are named
    lines = text.write(one, Look(verbosity, False, width, True)).splitlines()
    for finding in one.findings:
        place = at(finding.location)
        if cell_len(place) + len("      reference ") <= width:
            assert any(place in line for line in lines)


@pytest.mark.parametrize("width", WIDTHS)
def test_text_report_in_ascii_has_only_ascii(report: Report, width: int) -> None:
    assert text.write(report, Look(1, False, width, unicode=False)).isascii()


@pytest.mark.parametrize("width", WIDTHS)
def test_text_report_in_colour_has_the_same_text(report: Report, width: int) -> None:
    plain = text.write(report, Look(1, False, width, True))
    coloured = text.write(report, Look(1, True, width, True))
    assert "\x1b" not in plain
    assert SGR.search(coloured)
    assert SGR.sub("", coloured) == plain


def test_text_report_begins_with_the_reference_and_the_reason(report: Report) -> None:
    file = next(group.reference.files[0] for group in report.groups if group.reference)
    written = text.write(report, Look(width=1000))
    reason = "default configuration: deploy-python.yaml"
    assert written.splitlines()[0] == f"Reference: {file} ({reason})"
    assert written.splitlines()[1].startswith("Profile: in-house (detected: ")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("unicode", [True, False])
def test_matrix_adds_up(report: Report, width: int, unicode: bool) -> None:
    look = Look(0, False, width, unicode)
    counted = dict.fromkeys(SIGNS, 0)
    for cell in cells(text.write(report, look)):
        for name, sign in SIGNS.items():
            if cell.startswith(sign[0 if look.unicode else 1]):
                counted[name] += int(cell[1:] or 1)
    counts = report.summary
    assert counted["match"] == counts.matches
    assert counted["violation"] + counted["warning"] == counts.violations
    assert counted["allowed"] == counts.allowed
    assert counted["unknown"] == counts.unknowns
    assert counted["warning"] == len([f for f in violations(report) if f.severity == "warning"])


BLOCKS = ["startupProbe", "serviceMonitor", "autoscaling", "networkPolicy", "httpRoute", "envFrom"]


@pytest.mark.parametrize("width", WIDTHS)
def test_matrix_of_many_services_is_one_table_and_several_if_verbose(
    tmp_path: Path, width: int
) -> None:
    folder = story(tmp_path / "deploy")
    peer = (folder / "deploy-go.yaml").read_text("utf-8")
    for number in range(40):  # each without some of these, so that no two columns are the same
        lacking = [block for bit, block in enumerate(BLOCKS) if number >> bit & 1]
        mine = re.sub(rf"^({'|'.join([*lacking, 'none'])}):\n(([ #].*)?\n)*", "", peer, flags=re.M)
        mine = mine.replace("memory: 256Mi", "memory: 512Mi") if number == 7 else mine
        (folder / f"deploy-service-number-{number}-of-many.yaml").write_text(mine, "utf-8")
    report = run(folder)
    written = text.write(report, Look(1, width=width))
    lines = written.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert sum(line.startswith("resources ") for line in lines) >= 2 or width == 200
    folded = text.write(report, Look(width=width))
    tables = sum(line.startswith("resources ") for line in folded.splitlines())
    assert (tables, "without a violation: " in folded) in ((0, True), (1, False))
    assert re.search("^[0-9]+ of 42 services deviate: ", folded, re.M)


def test_text_report_with_quiet_shows_violations_alone(report: Report) -> None:
    normal, quiet = (text.write(report, Look(verbosity, width=200)) for verbosity in (0, -1))
    for section in ("legend:", "Allowed deviations", "Unknown"):
        assert section in normal
        assert section not in quiet
    assert normal.splitlines()[-1] == quiet.splitlines()[-1]
    heads = [line for line in normal.splitlines() if line.startswith(("error[", "warning["))]
    assert heads == [line for line in quiet.splitlines() if line.startswith(("error[", "warning["))]
    assert "Could not be checked" in quiet


def test_text_report_with_verbose_names_skipped_files_and_uncompared_values(report: Report) -> None:
    verbose, normal = (text.write(report, Look(v, width=400)) for v in (1, 0))
    assert "an overlay of " in verbose
    assert "livenesProbe.periodSeconds: not part of any element" in verbose
    assert "2 paths skipped" in normal
    assert "overlay" not in normal
    assert "Not compared" not in normal


def test_text_report_summaries_are_never_merged(report: Report) -> None:
    lines = text.write(report, Look(width=400)).splitlines()[-5:]
    counts = report.summary
    assert lines[0] == (
        f"{counts.violations} violations (2 of them warnings), "
        f"{counts.allowed} allowed deviations, {counts.unknowns} unknown"
    )
    assert lines[3:] == [
        "2 paths skipped (-v lists them)",
        "2 errors: not everything could be checked",
    ]


# --- excerpts ------------------------------------------------------------------------------------


def marked(written: str, message: str) -> list[str]:
    """What stands above the carets of the block with a message, by columns of the terminal."""
    block = written[written.index(message) :].split("\n\n")
    lines = "\n".join(block[:2]).splitlines()
    found = []
    for above, carets in pairwise(lines):
        if "^" in carets:
            start, width = carets.index("^"), carets.count("^")
            found.append(columns(above, start, start + width))
    return found


def columns(line: str, start: int, end: int) -> str:
    """The characters that take the columns from start to end."""
    taken, at_column = "", 0
    for character in line:
        if start <= at_column < end:
            taken += character
        at_column += cell_len(character)
    return taken


@pytest.mark.parametrize("width", WIDTHS)
def test_snippet_carets_are_under_the_values_of_both_files(
    report: Report, few: Report, width: int
) -> None:
    written = text.write(report, Look(1, width=width))
    assert marked(written, "service.type is LoadBalancer") == ["LoadBalancer", "ClusterIP"]
    written = text.write(few, Look(width=width))
    assert marked(written, "service.type is LoadBalancer") == ["LoadBalancer", "ClusterIP"]


@pytest.mark.parametrize("width", WIDTHS)
def test_snippet_carets_count_columns_not_characters(tmp_path: Path, width: int) -> None:
    folder = story(tmp_path / "deploy", {"  type: ClusterIP": "  {山田: 太郎, type: NodePort}"})
    peer = folder / "deploy-go.yaml"
    written = peer.read_text("utf-8").replace("\n  port: 8080\n  targetPort: 8080\n", "\n", 1)
    peer.write_text(written, "utf-8")
    shown = text.write(run(folder), Look(width=width))
    assert marked(shown, "service.type is NodePort")[0] == "NodePort"
    assert "太郎" in shown


@pytest.mark.parametrize("width", WIDTHS)
def test_snippet_of_a_long_line_is_cut_around_its_value(tmp_path: Path, width: int) -> None:
    folder = story(tmp_path / "deploy", {"--concurrency=1": "--concurrency=7"})
    peer = folder / "deploy-go.yaml"
    long = peer.read_text("utf-8").replace(
        "worker, --queue=sem", f"worker, {'x' * 300}, --queue=sem"
    )
    peer.write_text(long, "utf-8")
    shown = text.write(run(folder), Look(width=width))
    assert marked(shown, "workers.concurrency is 7") == ["--concurrency=7", "--concurrency=1"]


# --- allowances to paste -------------------------------------------------------------------------


@pytest.mark.parametrize("look", [Look(width=60), Look(width=120), Look(width=60, unicode=False)])
def test_pasted_allowance_allows_each_finding(tmp_path: Path, look: Look) -> None:
    folder = many(tmp_path / "deploy")
    report = run(folder)
    pasted = [line for finding in violations(report) for line in allowance(finding, look, 2)]
    rules = tmp_path / "rules"
    shutil.copytree(rule_sets.FOLDER, rules)
    (rules / "pasted.yaml").write_text("\n".join(["allow:", *pasted, ""]), "utf-8")
    again = run(folder, rules=rules)
    of_keys = {"duplicate-key", "unknown-key", "same-structure"}
    assert {finding.rule for finding in violations(again)} == of_keys
    assert max(map(cell_len, pasted)) <= look.width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("verbosity", [0, 1])
def test_text_report_contains_each_allowance_as_pasted(
    report: Report, few: Report, width: int, verbosity: int
) -> None:
    one, look = report if verbosity else few, Look(verbosity, width=width)
    written = text.write(one, look)
    for finding in violations(one):
        forms = ["\n".join(allowance(finding, look, indent)) for indent in range(5, 9)]
        assert any(form in written for form in forms)


def test_allowance_pins_both_values(tmp_path: Path) -> None:
    folder = many(tmp_path / "deploy")
    finding = next(f for f in violations(run(folder)) if f.address == "service.type")
    rules = tmp_path / "rules"
    shutil.copytree(rule_sets.FOLDER, rules)
    pasted = "\n".join(["allow:", *allowance(finding, Look(), 0), ""])
    (rules / "pasted.yaml").write_text(pasted.replace("LoadBalancer", "NodePort"), "utf-8")
    again = [f.address for f in violations(run(folder, rules=rules))]
    assert "service.type" in again


def violations(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.status == "violation"]
