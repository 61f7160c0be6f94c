"""``deploylint show``: every address of every component, what is known of the file, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from deploylint.config import load as config
from deploylint.documents.nodes import Problem
from deploylint.documents.reader import read_file as read_document
from deploylint.model.errors import UsageError
from deploylint.model.fields import ADDRESSES
from deploylint.reports import OF_COMMANDS, Look, writer
from deploylint.reports.show_model import ShowReport, rows, show_file
from tests.support.reports import WIDTHS, inside, many, squeezed, story


@pytest.fixture
def shown(tmp_path: Path) -> ShowReport:
    with inside(tmp_path):
        return show_file(many(Path("deploy")) / "deploy-go.yaml", "", config.load())


def test_show_text_begins_with_the_file(tmp_path: Path) -> None:
    with inside(tmp_path):
        shown = show_file(story(Path("deploy")) / "deploy-go.yaml", "", config.load())
    written = writer("text", "show")(shown, Look())
    assert written.splitlines()[:8] == [
        "deploy/deploy-go.yaml",
        "  service   go",
        "  runtime   go (worker technology asynq)",
        "  own names api-service",
        "  profile   in-house (detected: asynqWorkers in deploy/deploy-go.yaml)",
        "",
        "server  (server)",
        "    10:1  image-pull-secrets.present             known true",
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_show_lists_every_field_of_every_component(shown: ShowReport, width: int) -> None:
    written = writer("text", "show")(shown, Look(width=width))
    assert max(map(cell_len, written.splitlines())) <= width
    for part in written.partition("\nother keys")[0].split("\n\n")[1:]:
        known, _, absent = part.partition("absent: ")
        gone = "".join(absent.split()).split(",")
        for address in ADDRESSES:
            element = address.partition(".")[0]
            times = (address in known.split()) + (address in gone or element in gone)
            assert times == 1, address


@pytest.mark.parametrize("width", WIDTHS)
def test_show_text_cuts_no_value_or_note(shown: ShowReport, width: int) -> None:
    written = squeezed(writer("text", "show")(shown, Look(width=width)))
    for service in shown.services:
        for component in service.components:
            for row in rows(service, component):
                if row.state == "known":
                    assert squeezed(f"{row.address} known {one(row.value)}") in written
                if row.note:
                    assert squeezed(f"({row.note})") in written


def one(value: object) -> str:
    from deploylint.model.format import format_value

    return format_value(value)


def test_show_locations_lead_to_the_values(shown: ShowReport) -> None:
    lines = writer("concise", "show")(shown, Look()).splitlines()
    assert "deploy/deploy-go.yaml:16:9: server/service.port: known 8080" in lines
    assert "deploy/deploy-go.yaml: server/service.container-port: absent" in lines
    unknown = [line for line in lines if ": server/route.gateway: unknown (" in line]
    assert len(unknown) == 1


def test_show_json_equals_the_text(shown: ShowReport) -> None:
    data = json.loads(writer("json", "show")(shown, Look()))
    assert list(data) == [
        "schema", "tool", "file", "profile", "profile_because", "skipped", "services", "errors",
    ]  # fmt: skip
    (service,) = data["services"]
    assert (service["name"], service["runtime"]) == ("go", "go")
    assert service["runtime_because"] == "worker technology asynq"
    assert [component["key"] for component in service["components"]] == [
        "server", "worker:chatWorkflow", "worker:events", "worker:semanticLayer",
    ]  # fmt: skip
    for component in service["components"]:
        assert [value["address"] for value in component["values"]] == list(ADDRESSES)
    values = {value["address"]: value for value in service["components"][0]["values"]}
    assert values["service.port"]["value"] == 8080
    assert values["service.port"]["location"]["key"] == "service.port"
    assert values["image.digest"] == {
        "address": "image.digest", "state": "absent", "value": None, "note": "", "location": None,
    }  # fmt: skip


def test_show_names_an_overlay_with_the_reason(tmp_path: Path) -> None:
    with inside(tmp_path):
        overlay = show_file(many(Path("deploy")) / "overlay.yaml", "", config.load())
    assert not overlay.services
    for name in OF_COMMANDS["show"]:
        assert "an overlay of" in writer(name, "show")(overlay, Look(width=200)), name


def test_show_of_an_unreadable_file_names_the_location(tmp_path: Path) -> None:
    with inside(tmp_path):
        broken = show_file(many(Path("deploy")) / "broken.yaml", "", config.load())
        problem = read_document(Path("deploy/broken.yaml"), "deploy/broken.yaml", Path("deploy"))
    assert isinstance(problem, Problem)
    assert broken.problems == (problem,)
    where = f"{problem.line}:{problem.column}"
    assert f"problem   {where} {problem.message[:20]}" in writer("text", "show")(broken, Look())
    assert f"deploy/broken.yaml:{where}: problem: " in writer("concise", "show")(broken, Look())


def test_show_names_an_unknown_key(shown: ShowReport) -> None:
    assert "20: unknown key 'livenesProbe'; did you mean 'livenessProbe'?" in writer(
        "text", "show"
    )(shown, Look())


@pytest.mark.parametrize("name", ["nowhere.yaml", "deploy"])
def test_show_of_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    story(tmp_path / "deploy")
    with pytest.raises(UsageError):
        show_file(tmp_path / name, "", config.load())


def test_show_with_a_missing_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no-such"):
        show_file(story(tmp_path / "deploy") / "deploy-go.yaml", "no-such", config.load())


def test_show_reads_a_file_of_another_suffix(tmp_path: Path) -> None:
    file = story(tmp_path / "deploy") / "deploy-go.yaml"
    other = file.rename(file.with_suffix(".txt"))
    assert [service.name for service in show_file(other, "", config.load()).services] == ["go"]


HELMFILE = """
releases:
- {name: api, chart: a, values: [{image: {repository: a}}]}
- {name: web, chart: a, values: [web.yaml, {image: {repository: b}}]}
- {name: redis, chart: r}
"""


def test_show_lists_each_service_of_a_file_with_its_source(tmp_path: Path) -> None:
    file = tmp_path / "helmfile.yaml"
    file.write_text(HELMFILE)
    text = writer("text", "show")(show_file(file, "", config.load()), Look(width=200))
    lines = [line.split() for line in text.splitlines()]
    assert ["server", "of", "api", "(server)"] in lines
    assert ["server", "of", "web", "(server)"] in lines
    assert "from      a release of a helmfile, releases[0].values" in text
    assert "values file web.yaml: not read; values that are not set here are unknown" in text
    assert ["server", "of", "redis", "(server)"] in lines
    assert "from      a release of a helmfile, no values" in text
    assert (
        "unknown (may come from values file web.yaml): image-pull-secrets, image.registry" in text
    )
