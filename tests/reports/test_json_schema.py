"""The report as data against its published schema, which is closed: every variant is rejected."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploylint.reports import Look
from deploylint.reports import json as json_v1
from deploylint.reports.json_schema import json_schema
from tests.support.reports import many, run, story

SCHEMA = json_schema("report")
VALIDATOR = Draft202012Validator(SCHEMA)
ANYTHING = {"expected", "actual", "from", "to"}
"""Fields that may hold whatever a deployment file may hold."""

WRONG: dict[type, object] = {bool: 7, str: 7, int: "7", list: {}, dict: [], type(None): 7}

Steps = tuple[str | int, ...]


def reports(folder: Path) -> dict[str, Any]:
    clean = story(folder / "clean")
    unreadable = story(folder / "unreadable")
    (unreadable / "x.yaml").write_text("a: {{ b }}: c", "utf-8")
    agreeing = story(folder / "agreeing", {"targetPort: 8080": "targetPort: 8000"})
    found = {
        "clean": run(clean),
        "violations": run(many(folder / "many")),
        "problems": run(unreadable),
        "related": run(agreeing),
        "no reference": run(clean / "deploy-go.yaml"),
    }
    return {name: json.loads(json_v1.write(report, Look())) for name, report in found.items()}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return reports(tmp_path_factory.mktemp("schema"))


def test_json_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_json_schema_accepts_real_reports(written: dict[str, Any]) -> None:
    for name, report in written.items():
        assert not list(VALIDATOR.iter_errors(report)), name


def test_json_schema_sample_has_every_kind_of_part(written: dict[str, Any]) -> None:
    steps = {kinds(where) for report in written.values() for where, _ in parts(report)}
    for wanted in (
        ("groups", "services", "files"),
        ("findings", "location", "line"),
        ("findings", "reference_location", "line"),
        ("findings", "allowance", "because"),
        ("findings", "related", "role"),
        ("errors", "message"),
        ("summary", "uncompared"),
    ):
        assert wanted in steps


def kinds(where: Steps) -> tuple[str, ...]:
    return tuple(step for step in where if isinstance(step, str))


def parts(value: object, where: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Every part of a report and the way to it; not below what may be anything."""
    yield where, value
    if where and where[-1] in ANYTHING:
        return
    if isinstance(value, dict):
        for key, below in value.items():
            yield from parts(below, (*where, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from parts(below, (*where, number))


def one_of_a_kind(report: object) -> Iterator[tuple[Steps, object]]:
    """The parts of a report, of each kind and type the first one."""
    seen = set()
    for where, value in parts(report):
        kind = (kinds(where), type(value))
        if kind not in seen:
            seen.add(kind)
            yield where, value


def changed(report: Any, where: Steps) -> tuple[Any, Any]:
    """A copy of a report, and in it what holds the part that a way leads to."""
    copied = copy.deepcopy(report)
    holder = copied
    for step in where[:-1]:
        holder = holder[step]
    return copied, holder


def test_json_schema_rejects_a_report_without_one_key(written: dict[str, Any]) -> None:
    removed = 0
    for report in written.values():
        for where, _ in one_of_a_kind(report):
            if where and isinstance(where[-1], str):
                variant, holder = changed(report, where)
                del holder[where[-1]]
                assert not VALIDATOR.is_valid(variant), where
                removed += 1
    assert removed > 200


def test_json_schema_rejects_a_value_of_another_type(written: dict[str, Any]) -> None:
    wronged = 0
    for report in written.values():
        for where, value in one_of_a_kind(report):
            if where and where[-1] not in ANYTHING:
                variant, holder = changed(report, where)
                holder[where[-1]] = WRONG[type(value)]
                assert not VALIDATOR.is_valid(variant), where
                wronged += 1
    assert wronged > 200


def test_json_schema_rejects_an_additional_key(written: dict[str, Any]) -> None:
    for report in written.values():
        for where, value in one_of_a_kind(report):
            if isinstance(value, dict) and not ANYTHING.intersection(where):
                variant, holder = changed(report, (*where, "more"))
                holder["more"] = 1
                assert not VALIDATOR.is_valid(variant), where


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("findings", 0, "location", "line"), 0),
        (("findings", 0, "status"), "fine"),
        (("findings", 0, "fingerprint"), "xyz"),
        (("summary", "matches"), -1),
        (("schema",), "deploylint/v2"),
    ],
)
def test_json_schema_rejects_a_value_out_of_bounds(
    written: dict[str, Any], where: Steps, value: object
) -> None:
    variant, holder = changed(written["violations"], where)
    holder[where[-1]] = value
    assert not VALIDATOR.is_valid(variant)


def test_json_report_joins_findings_by_cause_and_lists_skipped_paths(tmp_path: Path) -> None:
    folder = story(tmp_path / "deploy", {"memory: 256Mi": "memory: 512Mi"})
    (folder / "deploy-rust.yaml").write_bytes((folder / "deploy-go.yaml").read_bytes())
    (folder / "Chart.yaml").write_text("name: x\n", "utf-8")
    written = json.loads(json_v1.write(run(folder), Look()))
    causes = [one["cause"] for one in written["findings"] if one["rule"] == "resources"]
    assert (len(causes), len(set(causes))) == (8, 1)
    assert [Path(one["path"]).name for one in written["skipped"]] == ["Chart.yaml"]
    assert written["skipped"][0]["reason"] == "a chart's description"


def test_folder_without_a_service_is_no_group_of_the_report(tmp_path: Path) -> None:
    """What could not be read there is among the errors."""
    folder = story(tmp_path / "shop")
    (folder / "more").mkdir()
    (folder / "more/broken.yaml").write_text("a: [\n", "utf-8")
    data = json.loads(json_v1.write(run(folder), Look()))
    assert [group["name"] for group in data["groups"]] == [folder.name]
    assert [Path(error["file"]).name for error in data["errors"]] == ["broken.yaml"]
