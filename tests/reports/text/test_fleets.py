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
from tests.support.reports import WIDTHS, cells, edited, inside, run

PROBE = re.compile(r"^readinessProbe:\n(([ #].*)?\n)*", re.MULTILINE)


def fleet(folder: Path, size: int, deviating: int) -> Report:
    """The story's reference and ``size`` Go services, some of them without a readiness probe."""
    peer = (STORY / "deploy-go.yaml").read_text("utf-8")
    lacking = PROBE.sub("", peer)
    write_fleet(folder, [lacking if size - n <= deviating else peer for n in range(size)])
    return run(folder)


def write_fleet(folder: Path, peers: list[str]) -> None:
    """The story's reference, and Go services with these files, each with a name of its own."""
    folder.mkdir()
    (folder / "deploy-python.yaml").write_bytes((STORY / "deploy-python.yaml").read_bytes())
    for number, peer in enumerate(peers):
        mine = peer.replace("api-service", f"service-{number}")
        (folder / f"deploy-go-{number:02}.yaml").write_text(mine, "utf-8")


@pytest.fixture(scope="module")
def one_of_fifty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Read from where it lies: a long path of a temporary folder would take lines of its own."""
    with inside(tmp_path_factory.mktemp("fleet")):
        yield fleet(Path("deploy"), 49, 1)


def test_text_report_of_fifty_services_names_the_deviating_one_first(
    one_of_fifty: Report,
) -> None:
    lines = text.write(one_of_fifty, Look(width=80)).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 16
    assert any("go-48" in line for line in lines[:2])
    verbose = text.write(one_of_fifty, Look(1, width=80)).splitlines()
    assert "1 of 50 services deviates: go-48" in verbose


@pytest.mark.parametrize("width", WIDTHS)
def test_folded_matrix_adds_up(one_of_fifty: Report, width: int) -> None:
    written = cells(text.write(one_of_fifty, Look(1, width=width)))
    counts = one_of_fifty.summary
    for sign, count in (
        ("✓", counts.matches),
        ("✗", counts.violations),
        ("≈", counts.allowed),
        ("?", counts.unknowns),
    ):
        assert sum(int(one[1:] or 1) for one in written if one.startswith(sign)) == count


CAUSES = {
    "type: ClusterIP": "type: LoadBalancer",
    "memory: 256Mi": "memory: 512Mi",
    "name: api-service-env": "name: ai-backend-env",
    "livenessProbe": "livenesProbe",
    "value: info": "value: debug",
    "value: production": "value: staging",
    "runAsNonRoot: true": "runAsNonRoot: false",
    'tag: "1.4.0"': "tag: latest",
    "  interval: 30s\n": "",
    "--concurrency=1": "--concurrency=3",
    "gatewayName: public-gateway": "gatewayName: private-gateway",
    "cpu: 200m": "cpu: 4",
}
"""Edits of deploy-go.yaml, each a cause of its own at least."""


def test_text_report_of_fifty_services_with_twelve_causes_has_sixty_lines(tmp_path: Path) -> None:
    peer = (STORY / "deploy-go.yaml").read_text("utf-8")
    causes = list(CAUSES.items())
    with inside(tmp_path):
        edits = [dict(causes[n % 16 : n % 16 + 1]) for n in range(49)]
        write_fleet(Path("deploy"), [edited(peer, mine) for mine in edits])
        report = run(Path("deploy"))
        written = text.write(report, Look(width=80))
    lines = written.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 60


def test_folded_matrix_with_verbose_names_its_services(one_of_fifty: Report) -> None:
    written = " ".join(text.write(one_of_fifty, Look(1, width=80)).split())
    names = ", ".join(f"go-{number:02}" for number in range(48))
    assert f"48 services: {names}" in written
    assert "others: image-pull-secrets, image, resources" in written


def test_text_report_of_one_difference_in_nine_services_is_one_block(tmp_path: Path) -> None:
    report = fleet(tmp_path / "deploy", 12, 9)
    assert text.write(report, Look(width=200)).count("error[probes]") == 1
    written = text.write(report, Look(1, width=200))
    assert written.count("error[probes]") == 1
    assert "the same in 8 more:" in written
    for number in range(3, 12):
        assert f"deploy-go-{number:02}.yaml:3:1  (server/readiness-probe.present)" in written
    assert concise.write(report, Look()).count("error[probes]") == 9
    assert report.summary.violations == 9
