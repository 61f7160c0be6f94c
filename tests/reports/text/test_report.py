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
from deploylint.reports.text.summary import summary
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
def test_text_report_cuts_no_place_and_if_verbose_nothing(
    report: Report, few: Report, look: Look
) -> None:
    for one in (report, few):
        whole = squeezed(text.write(one, look))
        for wanted in (*if_verbose(one), *always(one)) if look.verbosity > 0 else always(one):
            assert squeezed(safe(wanted, look)) in whole, wanted


def always(report: Report) -> Iterator[str]:
    """All that a report promises to show in full."""
    for cause in find_causes(report.violations, report.peers):
        first = cause.findings[0]
        yield f"{first.severity}[{first.rule}]: "
        yield at(first.location)
    for problem in report.problems:
        yield f"{problem.file}:{problem.line}:{problem.column} {problem.message}"


def if_verbose(report: Report) -> Iterator[str]:
    """What a verbose report promises to show in full besides."""
    for finding in report.findings:
        if finding.status == "violation":
            yield f"{finding.severity}[{finding.rule}]: {finding.message}"
            yield f"--> {at(finding.location)}"
            yield f"= why: {finding.why}"
            if finding.reference_location is not None:
                yield f"~~> {at(finding.reference_location)} (reference)"
        if finding.status == "unknown":
            yield f"{at(finding.location)} [{finding.rule}] {finding.message}"
        if finding.status == "allowed":
            assert finding.allowance is not None
            assert finding.reference_location is not None
            yield f"{finding.allowance.id} [{finding.rule}]"
            yield f"because: {finding.allowance.because}"
            yield f"{finding.path} {at(finding.location)} reference "
            yield f"reference {at(finding.reference_location)}"
    yield from (f"{one.file}: {one.reason}" for one in report.skipped)


@pytest.mark.parametrize("width", [1, 5, 12, 30])
def test_text_report_on_a_narrow_terminal_is_no_error(report: Report, width: int) -> None:
    assert squeezed("= why:") in squeezed(text.write(report, Look(1, False, width, True)))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("verbosity", [0, 1])
def test_text_report_does_not_break_a_location_that_fits(
    report: Report, few: Report, width: int, verbosity: int
) -> None:
    one = report if verbosity else few
    lines = text.write(one, Look(verbosity, False, width, True)).splitlines()
    first = [cause.findings[0] for cause in find_causes(one.violations, one.peers)]
    for finding in one.findings if verbosity else first:
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


def test_text_report_begins_with_a_violation(report: Report, few: Report) -> None:
    for one in (report, few):
        for verbosity in (-1, 0, 1):
            first = text.write(one, Look(verbosity)).splitlines()[0]
            assert first.startswith(("error[", "warning["))


def test_text_report_with_verbose_has_the_reference_and_the_reason(report: Report) -> None:
    file = next(group.reference.files[0] for group in report.groups if group.reference)
    lines = text.write(report, Look(1, width=1000)).splitlines()
    reference = f"Reference: {file} (default configuration: deploy-python.yaml)"
    assert lines[lines.index(reference) + 1].startswith("Profile: in-house (detected: ")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("unicode", [True, False])
def test_matrix_adds_up(report: Report, width: int, unicode: bool) -> None:
    look = Look(1, False, width, unicode)
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
def test_matrix_of_many_services_is_folded_and_as_wide_as_the_output(
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
    assert re.search("^[0-9]+ of 42 services deviate: ", written, re.M)


def test_text_report_with_quiet_shows_findings_alone(report: Report) -> None:
    normal, quiet = (text.write(report, Look(verbosity, width=200)) for verbosity in (0, -1))
    assert "Could not be checked" in quiet
    heads = [line for line in normal.splitlines() if line.startswith(("error[", "warning["))]
    assert heads == [line for line in quiet.splitlines() if line.startswith(("error[", "warning["))]
    counts = normal.removeprefix(quiet)
    assert len(counts) < len(normal)
    assert len(counts.splitlines()) == 1 + len(report.groups) + len(summary(report))
    assert not quiet.endswith("\n\n")


def test_text_report_with_verbose_names_skipped_files_and_uncompared_values(report: Report) -> None:
    verbose, normal = (text.write(report, Look(v, width=400)) for v in (1, 0))
    assert "an overlay of " in verbose
    assert "livenesProbe.periodSeconds: not part of any element" in verbose
    for section in ("legend:", "Allowed deviations", "Unknown", "Skipped", "Not compared"):
        assert section in verbose
        assert section not in normal
    assert ", 2 skipped (-v lists them)" in normal
    assert "(-v lists them)" not in verbose


def test_text_report_summaries_are_never_merged(report: Report) -> None:
    group, findings, checks, *others = text.write(report, Look(width=400)).splitlines()[-4:]
    counts = report.summary
    assert group == "deploy: 2 services, compared with the reference python"
    assert findings == (
        f"{counts.violations} violations (2 warnings), {counts.allowed} allowed deviations, "
        f"{counts.unknowns} unknown, 2 skipped (-v lists them)"
    )
    values = counts.compared + counts.unknown + counts.uncompared
    assert checks == (
        f"{counts.matches} checks passed, {counts.compared} of {values} values compared "
        f"(2 services, {counts.rules} rules)"
    )
    assert others == ["2 errors: not everything could be checked"]


# --- excerpts ------------------------------------------------------------------------------------


def marked(written: str, message: str) -> list[str]:
    """What stands above the carets of the block with a message, by columns of the terminal."""
    lines = written[written.index(message) :].partition("= why:")[0].splitlines()
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
    for one in (report, few):
        written = text.write(one, Look(1, width=width))
        assert marked(written, "service.type is LoadBalancer") == ["LoadBalancer", "ClusterIP"]
    shown = marked(text.write(few, Look(width=width)), "service.type is LoadBalancer")
    place = at(next(one.location for one in few.violations if one.address == "service.type"))
    if len(place) < width:
        assert shown == ["LoadBalancer", "ClusterIP"]
    else:  # names that take several lines leave no room for more
        assert shown in ([], ["LoadBalancer"], ["LoadBalancer", "ClusterIP"])


@pytest.mark.parametrize("width", WIDTHS)
def test_snippet_carets_count_columns_not_characters(tmp_path: Path, width: int) -> None:
    folder = story(tmp_path / "deploy", {"  type: ClusterIP": "  {山田: 太郎, type: NodePort}"})
    peer = folder / "deploy-go.yaml"
    written = peer.read_text("utf-8").replace("\n  port: 8080\n  targetPort: 8080\n", "\n", 1)
    peer.write_text(written, "utf-8")
    with inside(tmp_path):
        shown = text.write(run(Path("deploy")), Look(width=width))
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
    with inside(tmp_path):
        shown = text.write(run(Path("deploy")), Look(width=width))
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
def test_text_report_with_verbose_contains_each_allowance_as_pasted(
    report: Report, few: Report, width: int
) -> None:
    look = Look(1, width=width)
    for one in (report, few):
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
