"""The summary says what each group is compared with; paths are from the working directory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from deploylint.cli.common import configuration
from deploylint.documents.paths import repository
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.reports import Look, concise
from deploylint.reports.text import report as text
from deploylint.reports.text.summary import details, group_lines, next_step
from tests.support.projects import write
from tools import TODAY

API = "image: {repository: acme/api, tag: v1.2}\nservice: {port: 80, type: ClusterIP}\n"
NODE = API.replace("ClusterIP", "ExternalName")


def checked(folder: Path, files: Iterable[str], configured: str = "") -> Report:
    """The report about values files; one called ``node`` has another type of service."""
    write(folder, {file: NODE if "node" in file else API for file in files})
    write(folder, {".deploylint.yaml": f"version: 1\n{configured}"})
    named = folder / ".deploylint.yaml" if configured else None
    asked, paths = check.CheckOptions(), [folder / "deploy"]
    return check.check(paths, asked, configuration(paths, named, not configured), TODAY)


def fleet(folder: str, number: int) -> list[str]:
    return [f"deploy/{folder}/deploy-{name}.yaml" for name in "abcdefgh"[:number]]


@pytest.mark.parametrize(
    ("files", "configured", "lines"),
    [
        pytest.param(fleet(".", 4), "", ["deploy: 4 services, compared with their majority"]),
        pytest.param(
            fleet(".", 2),
            "reference: [deploy-b.yaml]\n",
            ["deploy: 2 services, compared with the reference b"],
        ),
        pytest.param(fleet(".", 1), "", ["deploy: 1 service, compared with nothing"]),
        pytest.param(
            fleet(".", 2), "reference: none\n", ["deploy: 2 services, compared with nothing"]
        ),
    ],
    ids=["majority", "reference", "one service", "no reference wanted"],
)
def test_group_lines_name_services_and_what_they_are_compared_with(
    tmp_path: Path, files: list[str], configured: str, lines: list[str]
) -> None:
    assert list(group_lines(checked(tmp_path, files, configured), 8)) == lines


def test_details_say_what_a_majority_is_asked_and_where_there_is_none(tmp_path: Path) -> None:
    files = [*fleet(".", 2), "deploy/deploy-node1.yaml", "deploy/deploy-node2.yaml"]
    report = checked(tmp_path, files)
    assert list(details(report))[-2:] == [
        "a majority decides what is set, words and names; not ports, sizes, timings, ids",
        "no majority: service.type",
    ]
    assert not list(next_step(report))  # nothing is wrong


def test_next_step_where_services_differ_is_init(tmp_path: Path) -> None:
    files = [*fleet(".", 4), "deploy/deploy-node.yaml"]
    next_is_init = "next: run deploylint init, which proposes a reference and a configuration"
    assert text.write(checked(tmp_path, files), Look()).splitlines()[-1] == next_is_init
    configured = checked(tmp_path / "other", files, "forbid-inline: true\n")
    assert configured.summary.violations
    assert next_is_init not in text.write(configured, Look())


def test_group_lines_of_many_groups_name_the_largest(tmp_path: Path) -> None:
    files = [name for n in range(6) for name in fleet(f"group{n}", 3 + n % 3)]
    lines = list(group_lines(checked(tmp_path, files), 3))
    assert [line.partition(",")[0] for line in lines[:3]] == [
        "deploy/group2: 5 services",
        "deploy/group5: 5 services",
        "deploy/group1: 4 services",
    ]
    assert lines[3] == "3 more groups: 10 services, compared with their majority"


def test_group_lines_of_two_groups_of_one_name_are_two(tmp_path: Path) -> None:
    report = checked(tmp_path, fleet(".", 4))
    (group,) = report.groups
    one = group._replace(
        voted=False, loaded=group.loaded._replace(services=group.loaded.services[:1])
    )
    assert list(group_lines(report._replace(groups=(group, one)), 8)) == [
        "deploy: 4 services, compared with their majority",
        "deploy: 1 service, compared with nothing",
    ]


def test_paths_are_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    files = [*fleet(".", 4), "deploy/deploy-node.yaml"]
    write(tmp_path, {file: NODE if "node" in file else API for file in files})
    monkeypatch.chdir(tmp_path / "deploy")
    repository.cache_clear()
    options = check.CheckOptions(rules=("service",))
    report = check.check([Path()], options, configuration([], None, True), TODAY)
    assert [finding.location.file for finding in report.findings] == ["deploy/deploy-node.yaml"]
    assert concise.write(report, Look()).startswith("deploy-node.yaml:2:27: warning[service] ")
    assert "--> deploy-node.yaml:2:27  (node)" in text.write(report, Look())


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (3, "e00, e01, e02"),
        (9, "e00, e01, e02, e03, e04, e05, e06, e07, e08"),
        (40, "e00, e01, e02, e03, e04, e05, e06, e07 and 32 more environments"),
    ],
)
def test_group_lines_name_the_first_of_many_environments(
    number: int, named: str, tmp_path: Path
) -> None:
    names = (f"values-e{n:02}.yaml" for n in range(number))
    services = (f"deploy/{service}/" for service in ("mail", "search"))
    files = [folder + name for folder in services for name in ("values.yaml", *names)]
    (line, *_) = group_lines(checked(tmp_path, files), 8)
    assert line.startswith(f"deploy: 2 services in {named}, compared with")


def test_group_lines_say_in_how_many_environments_a_group_is_compared_with_what(
    tmp_path: Path,
) -> None:
    sites = {"a": ["dev", "prod"], "b": ["dev", "prod"], "c": ["prod"]}
    files = {name: [f"deploy/{name}-{site}.yaml" for site in of] for name, of in sites.items()}
    services = "".join(
        f"    - {{name: {name}, files: deploy/{name}.yaml, environments: "
        f"{{{', '.join(f'{at}: {file}' for at, file in zip(of, files[name], strict=True))}}}}}\n"
        for name, of in sites.items()
    )
    group = f"groups:\n  shop:\n    reference: c\n    services:\n{services}"
    every = [*(f"deploy/{name}.yaml" for name in sites), *(f for of in files.values() for f in of)]
    (line, *_) = group_lines(checked(tmp_path, every, group), 8)
    assert line == (
        "shop: 3 services in dev, prod, compared with nothing in 1 environment, "
        "with the reference c in 1"
    )
