"""Names in values that stand for keys of the same values: those of a chart on a common library."""

from __future__ import annotations

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.readers.helm import profile
from deploylint.readers.helm.references import misnamed_keys

VALUES = """\
controllers: {main: {containers: {app: {image: {repository: a}, envFrom: [SOURCE]}}}}
configMaps: {settings: {data: {A: b}}}
service: {web: {controller: CONTROLLER, ports: {http: {port: 80}}}}
ingress: {web: {hosts: [{host: a, paths: [{service: {identifier: IDENTIFIER, port: PORT}}]}]}}
serviceMonitor: {web: {endpoints: [{port: ENDPOINT}]}}
persistence: {data: {advancedMounts: {MOUNT: {app: [{path: /data}]}}}}
"""
RIGHT = {
    "SOURCE": "configMapRef: {identifier: settings}",
    "CONTROLLER": "main",
    "IDENTIFIER": "web",
    "PORT": "http",
    "MOUNT": "main",
    "ENDPOINT": "http",
}


def told(**changed: str) -> list[str]:
    """The faults of values with some of their names changed."""
    text = VALUES
    for key, word in {**RIGHT, **changed}.items():
        text = text.replace(key, f"{{{word}}}" if key == "SOURCE" else word)
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document), document
    rows = profile.load("app-template").references
    return [fault.message for fault in misnamed_keys(document.roots[0], rows)]


@pytest.mark.parametrize(
    ("key", "word", "message"),
    [
        ("CONTROLLER", "mian", "controllers has no 'mian'; did you mean 'main'?"),
        ("IDENTIFIER", "app", "service has no 'app'; one of web"),
        ("PORT", "htpp", "service.web.ports has no 'htpp'; did you mean 'http'?"),
        ("MOUNT", "worker", "controllers has no 'worker'; one of main"),
        ("ENDPOINT", "metrics", "service.*.ports has no 'metrics'; one of http"),
        ("SOURCE", "configMapRef: {identifier: setings}", "did you mean 'settings'?"),
    ],
)
def test_name_that_is_no_key_is_reported(key: str, word: str, message: str) -> None:
    (found,) = told(**{key: word})
    assert message in found


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("CONTROLLER", "main"),
        ("CONTROLLER", "'{{ .Release.Name }}'"),
        ("CONTROLLER", ""),
        ("PORT", "80"),
        ("SOURCE", "configMapRef: {name: anything}"),
        ("SOURCE", "secretRef: {identifier: of-the-chart}"),
    ],
)
def test_name_that_is_a_key_or_not_known_is_right(key: str, word: str) -> None:
    assert told(**{key: word}) == []
