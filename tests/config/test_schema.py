"""The published JSON Schema takes what the loader takes, and refuses what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deploylint.config import load as config
from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read_file
from deploylint.model.errors import Misread
from deploylint.reports.json_schema import json_schema
from tests.support.folders import FIXTURES
from tests.support.projects import project, ran, write

ENTRY = "rule: probes, from: a, to: b, because: It is so."
FILES = "services: [{files: deploy/*.yaml}]"

GOOD = [
    "",
    "reference: deploy-web.yaml",
    "reference: [deploy-web.yaml, deploy-python.yaml]",
    "reference: none",
    "profile: nested",
    "include: []",
    "include: [more.yaml]",
    "rule-folders: [rules]",
    "exclude: [deploy/*.yaml]",
    "forbid-inline: true",
    "require-reason: false",
    "forbid-inline: null",
    "rules: {probes: skip}",
    "rules: {probes: {severity: warning, must: {within: {ratio: 4}}, for: [server, worker]}}",
    "disallow: [go/port]",
    f"groups: {{prod: {{{FILES}}}}}",
    f"groups: {{prod: {{reference: web, profile: nested, rules: {{probes: error}}, {FILES}}}}}",
    "groups: {prod: {services: [{name: a, runtime: go, role: client, files: [deploy/*]}]}}",
    f"allow: [{{service: web, {ENTRY}}}]",
    f"allow: [{{id: x, runtime: go, component: 'worker:*', element: '*-probe.path', {ENTRY}}}]",
    f"allow: [{{role: server, until: 2027-01-31, owner: team, ticket: T-1, {ENTRY}}}]",
    "allow: [{role: server, rule: probes, from: {one-of: [a, b]}, to: [c], because: x}]",
    "allow: [{role: server, rule: non-root, to: false, because: x}]",
    "allow: [{role: server, rule: probes, from: null, to: {a: b}, because: x}]",
]

BAD = [
    "- a",
    "rles: {}",
    "version: 2",
    "version: '1'",
    "reference: {}",
    "reference: 5",
    "include: more.yaml",
    "include: [5]",
    "rules: [probes]",
    "rules: {probes: skp}",
    "rules: {probes: {severty: skip}}",
    "rules: {probes: {for: [wrker]}}",
    "rules: {probes: 5}",
    "groups: []",
    "groups: {prod: {}}",
    "groups: {prod: {services: []}}",
    "groups: {prod: {services: [{name: a}]}}",
    "groups: {prod: {services: [{files: 5}]}}",
    "groups: {prod: {services: [{files: x.yaml, role: wrker}]}}",
    "groups: {prod: {services: [{file: x.yaml}]}}",
    "exclude: deploy",
    "disallow: go/port",
    "forbid-inline: sure",
    "allow: {}",
    "allow: [x]",
    "allow: [{service: web, rule: probes, from: a, to: b}]",
    "allow: [{service: web, rule: probes, from: a, to: b, because: ''}]",
    "allow: [{service: web, rule: probes, from: a, because: x}]",
    "allow: [{service: web, from: a, to: b, because: x}]",
    "allow: [{service: 5, rule: probes, from: a, to: b, because: x}]",
    f"allow: [{{role: wrker, {ENTRY}}}]",
    f"allow: [{{service: web, untl: 2027-01-31, {ENTRY}}}]",
    f"allow: [{{service: web, element: {{}}, {ENTRY}}}]",
    f"allow: [{{service: web, until: 20270131, {ENTRY}}}]",
    f"allow: [{{{ENTRY}}}]",
    f"allow: [{{service: web, until: tomorrow, {ENTRY}}}]",
    f"allow: [{{service: web, until: 2027-1-31, {ENTRY}}}]",
    "allow: [{service: web, rule: probes, from: a, to: b, because: '  '}]",
]


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project(tmp_path))
    write(tmp_path, {"more.yaml": "version: 1\n", "rules/own.yaml": "rules: []\n"})


SCHEMA = json_schema("config")


def data(path: Path) -> Any:
    document = read_file(path, path.name, path.parent)
    assert isinstance(document, Document)
    return plain(document.roots[0])


def is_valid(path: Path) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(data(path)))


def loads(path: Path) -> bool:
    try:
        config.load(path)
    except Misread:
        return False
    return True


def written(text: str) -> Path:
    head = "" if text.startswith(("- ", "version")) else "version: 1\n"
    return write(Path(), {"tried.yaml": f"{head}{text}\n"}) / "tried.yaml"


@pytest.mark.parametrize("text", GOOD)
def test_schema_accepts_what_the_loader_accepts(text: str) -> None:
    path = written(text)
    config.load(path)
    jsonschema.Draft202012Validator(SCHEMA).validate(data(path))


@pytest.mark.parametrize("text", BAD)
def test_loader_refuses_what_the_schema_refuses(text: str) -> None:
    path = written(text)
    assert (loads(path), is_valid(path)) == (False, False)


def test_shipped_defaults_are_a_configuration() -> None:
    assert is_valid(config.DEFAULTS)
    config.load(config.DEFAULTS)


def test_schema_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("schema", "config").code == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_configuration_of_every_story_is_valid() -> None:
    stories = FIXTURES
    for path in stories.glob("*/.deploylint*.y*ml"):
        assert is_valid(path), path
