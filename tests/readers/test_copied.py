"""What a chart copies from values into a pod, held against what the API takes."""

from __future__ import annotations

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.readers.copied import copied_faults
from deploylint.readers.helm import profile


def told(text: str) -> list[tuple[str, str]]:
    """The check and the message of each fault of some values."""
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document), document
    copied = profile.load("helm-create").copied
    return [(fault.check, fault.message) for fault in copied_faults(document.roots[0], copied)]


PATHS = "ingress: {hosts: [{host: a, paths: [{path: /, pathType: %s}]}]}"


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("tolerations: [{key: a, operator: Equals, value: b}]", "wrong-choice", "'Equals'"),
        ("tolerations: [{key: a, effects: NoSchedule}]", "unknown-field", "'effect'"),
        ("affinity: {nodeAffinty: {}}", "unknown-field", "'nodeAffinity'"),
        ("volumes: [{name: a, configmap: {name: b}}]", "unknown-field", "'configMap'"),
        ("volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]", "duplicate-name", "twice"),
        ("extraVolumeMounts: [{name: a, mountpath: /b}]", "missing-field", "'mountPath'"),
        ("initContainers: [{name: a, image: 'b:1', comand: [c]}]", "unknown-field", "'command'"),
        (PATHS % "prefix", "wrong-choice", "pathType is 'prefix'; did you mean 'Prefix'?"),
    ],
)
def test_field_that_is_nearly_one_of_the_api_is_reported(text: str, check: str, words: str) -> None:
    ((found, message),) = told(text)
    assert found == check
    assert words in message


@pytest.mark.parametrize(
    "text",
    [
        "tolerations: [{key: a, operator: Exists}]",
        "tolerations: '{{ .Values.global.tolerations }}'",
        "affinity: soft",
        "volumes: {data: {mountPath: /data}}",
        "volumes: [{name: data, size: 1Gi, mountPath: /data}]",
        "sidecars: [{name: proxy, port: 15000}]",
        "initContainers: {migrate: {comand: [a]}}",
        PATHS % "Exact",
        PATHS % "'{{ .Values.pathType }}'",
    ],
)
def test_form_of_a_chart_is_not_reported(text: str) -> None:
    assert told(text) == []
