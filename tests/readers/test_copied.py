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


VOLUME = "volumes: [{name: config, emptyDir: {}}]\n"
PATHS = "ingress: {hosts: [{host: a, paths: [{path: /, pathType: %s}]}]}"


@pytest.mark.parametrize(
    ("text", "check", "words"),
    [
        ("tolerations: [{key: a, operator: Equals, value: b}]", "wrong-choice", "'Equals'"),
        ("tolerations: [{key: a, effects: NoSchedule}]", "unknown-field", "'effect'"),
        ("tolerations: [{key: a}, spot]", "wrong-type", "tolerations[1] is a text"),
        ("affinity: {nodeAffinty: {}}", "unknown-field", "'nodeAffinity'"),
        ("volumes: [{name: a, configmap: {name: b}}]", "unknown-field", "'configMap'"),
        ("volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]", "duplicate-name", "twice"),
        ("extraVolumeMounts: [{name: a, mountpath: /b}]", "missing-field", "'mountPath'"),
        ("initContainers: [{name: a, image: 'b:1', comand: [c]}]", "unknown-field", "'command'"),
        (PATHS % "prefix", "wrong-choice", "pathType is 'prefix'; did you mean 'Prefix'?"),
        ("podAnnotations: {prometheus.io/scrape: true}", "wrong-type", "takes a text: quote it"),
        ("podLabels: {version: 2}", "wrong-type", "podLabels.version is a number"),
        ("strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}", "exclusive-fields", "type is"),
        ("strategy: {type: rollingUpdate}", "wrong-choice", "did you mean 'RollingUpdate'?"),
        ("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}", "contradiction", "both 0"),
        ("hostAliases: [{ip: 10.0.0.1, hostname: a}]", "unknown-field", "'hostnames'"),
        ("dnsConfig: {options: [{name: ndots, value: 2}]}", "wrong-type", "is a number"),
        ("hostNetwork: true", "host-namespace", "hostNetwork is true"),
        (
            "volumes: [{name: a, hostPath: {path: /a}}]",
            "host-path",
            "volumes[0].hostPath.path is /a",
        ),
        ("extraVolumes: [{name: a, hostPath: {path: /}}]", "host-path", "extraVolumes[0].hostPath"),
        (
            "sidecars: [{name: a, image: b, ports: [{containerPort: 1, hostPort: 2}]}]",
            *("host-port", "sidecars[0].ports[0].hostPort is 2"),
        ),
        ("lifecycle: {preStop: {exec: {command: [sleep 5]}}}", "command-in-one-word", "'sleep 5'"),
        (
            f"{VOLUME}volumeMounts: [{{name: cofnig, mountPath: /a}}]",
            "misspelt-reference",
            "config",
        ),
        (
            f"{VOLUME}extraVolumeMounts: [{{name: confg, mountPath: /a}}]",
            *("misspelt-reference", "no volume 'confg' here; did you mean 'config'?"),
        ),
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
        "tolerations: [spot, gpu]",  # a chart makes them of the texts
        "hostNetwork: false\nhostPID: ''",
        "kind: DaemonSet\nhostNetwork: true",
        "daemonSet: {enabled: true}\nhostPID: true",
        "tolerations: '{{ .Values.global.tolerations }}'",
        "affinity: soft",
        f"{VOLUME}volumeMounts: [{{name: config, mountPath: /a}}, {{name: confi, mountPath: /b}}]",
        f"{VOLUME}volumeMounts: [{{name: data, mountPath: /a}}]",
        "volumeMounts: [{name: config, mountPath: /a}]",
        "podLabels: {api: {version: 2}}",
        "podAnnotations: {a: 'true', b: }",
        "lifecycle: {preStopSeconds: 5}",
        "strategy: {type: Recreate, rollingUpdate: null}",
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
