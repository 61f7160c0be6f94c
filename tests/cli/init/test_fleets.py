"""Init of whole fleets: groups in any layout, few lines, and each later change is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deploylint.cli.init.run import TODO
from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import read_file
from tests.support.command_line import run_command
from tests.support.fleets import EDITS, LAYOUTS, NAMES, Edit, Files, Fleet, drawn, manifests_of
from tests.support.projects import write
from tools import TODAY
from tools.sampling import sampled

EACH = 6
"""How many fleets a campaign draws of each layout: a hundred in all."""

CAMPAIGN = [(layout, seed) for layout in LAYOUTS for seed in range(EACH)]

MOST = 60
"""How many lines a baseline has at most for the large fleet below."""


def run(*arguments: str) -> int:
    return run_command(*arguments, "--today", TODAY)


def data(path: Path) -> Any:
    document = read_file(path, path.name, path.parent)
    assert not isinstance(document, Problem), document
    return plain(document.roots[0])


def changed_lines(before: Files, after: Files) -> set[tuple[str, int]]:
    return {
        (name, number)
        for name, text in after.items()
        for number, (old, new) in enumerate(
            zip(before[name].splitlines(), text.splitlines(), strict=True), 1
        )
        if old != new
    }


def assert_is_brief(output: str) -> None:
    """A green run is no wall of what was written a minute ago."""
    assert len(output.splitlines()) <= 5, output
    assert TODO not in output


def assert_init_lets_an_edit_be_found(
    fleet: Fleet, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(root, fleet.files())
    assert run("init", ".") == 0, fleet
    capsys.readouterr()
    assert run("check") == 0, fleet
    assert_is_brief(capsys.readouterr().out)
    groups = data(root / ".deploylint.yaml")["groups"].values()
    references = {group["reference"] for group in groups}
    draw = Random(f"edit {fleet.layout}")
    service = draw.choice(sorted(fleet.services.keys() - references))
    taken = [edit for name in (service, *references) for edit in fleet.services[name]]
    edit = draw.choice([one for one in EDITS if one not in taken])
    edited = fleet.files(**{service: edit})
    write(root, edited)
    capsys.readouterr()
    assert run("check", "--format", "json") == 1, (fleet, service, edit)
    findings = json.loads(capsys.readouterr().out)["findings"]
    places = {
        (one["location"]["file"], one["location"]["line"])
        for one in findings
        if one["status"] == "violation"
    }
    assert places & changed_lines(fleet.files(), edited), (fleet, service, edit, places)


@pytest.mark.slow
@pytest.mark.campaign
def test_init_of_a_generated_fleet_passes_until_one_line_is_edited(
    folder: Path, share: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for layout, seed in sampled(CAMPAIGN, share, "fleets"):
        root = folder / f"{layout}-{seed}"
        (root / ".git").mkdir(parents=True)
        monkeypatch.chdir(root)
        assert_init_lets_an_edit_be_found(drawn(layout, seed), root, capsys)
        shutil.rmtree(root)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_init_of_a_layout_writes_one_entry_that_takes_in_a_later_service(
    layout: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The group is a glob, so that nobody has to think of the configuration."""
    fleet = Fleet(layout, {name: [] for name in ("billing", "mail", "orders", "search")})
    write(folder, fleet.files())
    assert run("init", ".") == 0
    groups = data(folder / ".deploylint.yaml")["groups"]
    assert [len(group["services"]) for group in groups.values()] == [1] * len(groups)
    if layout == "copies":  # what the folder's glob matches is in both
        return
    later = Fleet(layout, {**fleet.services, "tickets": [Edit("256Mi", "1Gi")]})
    write(folder, later.files())
    capsys.readouterr()
    assert run("check", "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in report["groups"][0]["services"]] == sorted(later.services)
    assert {one["service"] for one in report["findings"] if one["status"] == "violation"} == {
        "tickets"
    }


def test_init_names_guests_with_what_shows_them(folder: Path) -> None:
    """A person sees which services are not compared, and can say otherwise."""
    fleet = Fleet("folders", {name: [] for name in ("billing", "mail", "orders", "search")})
    store = manifests_of("cache").replace("registry.example/cache:1.4.0", "bitnami/redis:7.2.4")
    write(folder, fleet.files() | {"k8s/cache/app.yaml": store})
    assert run("init", ".") == 0
    group = data(folder / ".deploylint.yaml")["groups"]["k8s"]
    assert (group["guests"], group["reference"]) == (["cache"], "billing")
    assert "cache (" in (folder / ".deploylint.yaml").read_text()
    assert not [one for one in data(folder / TODO).get("allow", []) if one["service"] == "cache"]


def large_fleet() -> Fleet:
    """24 services with 220 differences of 12 causes; the first has none of them."""
    draw = Random("large")
    services: dict[str, list[Edit]] = {name: [] for name in NAMES}
    for number, edit in enumerate(EDITS):
        for name in draw.sample(NAMES[1:], 19 if number < 4 else 18):
            services[name].append(edit)
    assert sum(map(len, services.values())) == 220
    return Fleet("charts", services)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["charts", "manifest-folders"])
def test_init_of_a_large_fleet_folds_alike_differences(
    layout: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person reads a baseline of a few causes, and none of hundreds of entries."""
    write(folder, large_fleet()._replace(layout=layout).files())
    assert run("init", ".") == 0
    capsys.readouterr()
    assert run("check", "--fail-on", "warning") == 0
    assert_is_brief(capsys.readouterr().out)
    assert run("check", "-v") == 0
    assert f"{TODO}:5" in capsys.readouterr().out
    assert run("check", "--strict") == 1
    assert len((folder / TODO).read_text().splitlines()) <= MOST


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--reference", NAMES[0])])
def test_init_writes_what_yamllint_accepts(options: tuple[str, ...], folder: Path) -> None:
    """A configuration in the repository is checked like its other files."""
    write(folder, large_fleet().files())
    assert run("init", ".", *options) == 0
    files = (".deploylint.yaml", TODO)
    configuration = "{extends: default, rules: {document-start: disable}}"
    command = [sys.executable, "-m", "yamllint", "--strict", "-d", configuration, *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_init_of_a_large_fleet_takes_the_reference_with_the_fewest_differences(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another reference makes a longer list, and teaches the odd value to all."""
    write(folder, large_fleet().files())
    counts = {}
    for name in NAMES:
        run("check", "charts", "--reference", name, "--format", "json")
        counts[name] = json.loads(capsys.readouterr().out)["summary"]["violations"]
    assert run("init", ".") == 0
    group = data(folder / ".deploylint.yaml")["groups"]["charts"]
    best, second, *_ = sorted(counts, key=lambda name: counts[name])
    assert group["reference"] == best
    comment = f"{best}: the fewest differences, {counts[best]}; next: {second}, {counts[second]}."
    assert comment in (folder / ".deploylint.yaml").read_text()
