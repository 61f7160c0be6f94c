"""The report for people on many services: what is alike is told once, and it still adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from deploylint.engine.result import Report
from deploylint.reports import Look, concise
from deploylint.reports.text import report as text
from tests.support.folders import STORY
from tests.support.reports import WIDTHS, cells, inside, run

PROBE = re.compile(r"^readinessProbe:\n(([ #].*)?\n)*", re.MULTILINE)


def fleet(folder: Path, size: int, deviating: int) -> Report:
    """The story's reference and ``size`` Go services, some of them without a readiness probe."""
    folder.mkdir()
    (folder / "deploy-python.yaml").write_bytes((STORY / "deploy-python.yaml").read_bytes())
    peer = (STORY / "deploy-go.yaml").read_text("utf-8")
    for number in range(size):
        mine = peer.replace("api-service", f"service-{number}")
        mine = PROBE.sub("", mine) if size - number <= deviating else mine
        (folder / f"deploy-go-{number:02}.yaml").write_text(mine, "utf-8")
    return run(folder)


@pytest.fixture(scope="module")
def one_of_fifty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Read from where it lies: a long path of a temporary folder would take lines of its own."""
    with inside(tmp_path_factory.mktemp("fleet")):
        yield fleet(Path("deploy"), 49, 1)


def test_text_report_of_fifty_services_has_sixty_lines_and_deviating_ones_first(
    one_of_fifty: Report,
) -> None:
    lines = text.write(one_of_fifty, Look(width=80)).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 60
    assert any("go-48" in line for line in lines[:24])
    assert "1 of 50 services deviates: go-48" in lines


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("verbosity", [0, 1])
def test_folded_matrix_adds_up(one_of_fifty: Report, width: int, verbosity: int) -> None:
    written = cells(text.write(one_of_fifty, Look(verbosity, width=width)))
    counts = one_of_fifty.summary
    for sign, count in (
        ("✓", counts.matches),
        ("✗", counts.violations),
        ("≈", counts.allowed),
        ("?", counts.unknowns),
    ):
        assert sum(int(one[1:] or 1) for one in written if one.startswith(sign)) == count


def test_folded_matrix_with_verbose_names_its_services(one_of_fifty: Report) -> None:
    written = " ".join(text.write(one_of_fifty, Look(1, width=80)).split())
    names = ", ".join(f"go-{number:02}" for number in range(48))
    assert f"48 services: {names}" in written
    assert "others: image-pull-secrets, image, resources" in written


def test_text_report_of_one_difference_in_nine_services_is_one_block(tmp_path: Path) -> None:
    report = fleet(tmp_path / "deploy", 12, 9)
    written = text.write(report, Look(width=200))
    assert written.count("error[probes]") == 1
    assert "the same in 8 more:" in written
    for number in range(3, 12):
        assert f"deploy-go-{number:02}.yaml:3:1  (server/readiness-probe.present)" in written
    assert concise.write(report, Look()).count("error[probes]") == 9
    assert report.summary.violations == 9
