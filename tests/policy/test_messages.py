"""What a finding says: every sentence once, as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
ALONE = "reference: none\n"
MAJORITY = "reference: nothing.yaml\n"
TYPE = "element: service.type, must: equal"
ALLOW = "allow: [{{id: one, rule: tested, service: web, because: So agreed., {}}}]\n"


def kind(name: str) -> str:
    return f"service: {{type: {name}}}\n"


BESIDE_A_REFERENCE = [
    # the rule, the reference, the peer, and what is said
    (TYPE, kind("A"), kind("B"), "service.type is B; the reference has A"),
    (TYPE, kind("A"), kind('" B"'), 'service.type is " B"; the reference has A'),
    (TYPE, kind("A"), "", "service: not set; the reference sets it"),
    (
        TYPE,
        kind("A"),
        "service: {port: 80}\n",
        "service.type: not set; the reference has A",
    ),
    (
        TYPE,
        kind("A"),
        "service: {enabled: false}\n",
        "service: switched off; the reference sets it",
    ),
    (TYPE, "service: {port: 80}\n", kind("B"), "service.type is B; the reference does not set it"),
    (TYPE, "", kind("B"), "service is set; the reference does not set it"),
    (
        TYPE,
        kind("A"),
        kind("$(TYPE)"),
        "service.type is unknown: set by a template or variable",
    ),
    (
        TYPE,
        kind("$(TYPE)"),
        kind("B"),
        "service.type is unknown in the reference: set by a template or variable",
    ),
    (
        "element: resources.limits.memory, must: equal",
        "resources: {limits: {memory: 1Gx}}\n",
        "resources: {limits: {memory: 1Gi}}\n",
        "resources.limits.memory cannot be compared: the reference value 1Gx is not "
        "a valid memory value",
    ),
    (
        "element: resources.limits.memory, must: {within: {ratio: 1.5}}",
        "resources: {limits: {memory: 1Gi}}\n",
        "resources: {limits: {memory: 2Gi}}\n",
        "resources.limits.memory is 2Gi; the reference has 1Gi (allowed: within 1.5 times)",
    ),
    (
        "element: image-pull-secrets.names, must: equal",
        "imagePullSecrets: [a, b]\n",
        "imagePullSecrets: [a]\n",
        "image-pull-secrets.names lacks b, which the reference has",
    ),
    (
        "element: environment.secrets, must: equal",
        "fullnameOverride: api\nenvFrom: [{secretRef: {name: api-env}}]\n",
        "fullnameOverride: web\nenvFrom: [{secretRef: {name: api-env}}]\n",
        "environment.secrets is api-env, the reference's own name; use this service's own name",
    ),
]


@pytest.mark.parametrize(("rule", "reference", "peer", "message"), BESIDE_A_REFERENCE)
def test_message_about_a_reference_names_both_values(
    rule: str, reference: str, peer: str, message: str, folder: Path
) -> None:
    (found,) = check_texts(folder, IMAGE + reference, IMAGE + peer, rule=rule)
    assert found.message == message


REPLICAS = "element: replicas.count, must: {}"
ABOUT_ONE = [
    (
        REPLICAS.format("{be: {at-least: 4}}"),
        "replicas.count must be at least 4; it is 3",
    ),
    (REPLICAS.format("{be: {at-most: 2}}"), "replicas.count must be at most 2; it is 3"),
    (REPLICAS.format("{be: {one-of: [1, 2]}}"), "replicas.count must be one of 1, 2; it is 3"),
    (REPLICAS.format("{be: 2}"), "replicas.count must be 2; it is 3"),
    (REPLICAS.format("{not-be: 3}"), "replicas.count must not be 3; it is 3"),
    (REPLICAS.format("{be: absent}"), "replicas.count must be absent; it is 3"),
    (
        'element: image.tag, must: {be: {matching: "v.*"}}',
        "image.tag must be like v.*; it is 1",
    ),
    (
        "element: service.type, must: {be: present}",
        "service.type must be set; it is not set",
    ),
    (
        "element: route.present, must: {be: present}",
        "route must be set; it is switched off",
    ),
    (
        "element: [service.port, liveness-probe.port], must: agree",
        "liveness-probe.port is 81; service.port of the same service has 80",
    ),
    (
        "element: [service.port, liveness-probe.port, monitoring.port], must: agree",
        "liveness-probe.port is 81; service.port, monitoring.port of the same service have 80",
    ),
]
ONE = (
    f"{IMAGE}replicaCount: 3\nservice: {{port: 80}}\ningress: {{enabled: false}}\n"
    "livenessProbe: {httpGet: {port: 81}}\nserviceMonitor: {enabled: true, port: 80}\n"
)


@pytest.mark.parametrize(("rule", "message"), ABOUT_ONE)
def test_message_about_one_service_names_its_value(rule: str, message: str, folder: Path) -> None:
    complete = {"configuration": ALONE, "profile": "in-house"}
    (found,) = check_texts(folder, ONE, rule=rule, **complete)
    assert found.message == message


OF_MOST = [
    (TYPE, kind("B"), kind("A"), "service.type is A; 3 of 4 services have B"),
    (
        "element: security-context, must: equal",
        "securityContext: {runAsNonRoot: true}\n",
        "",
        "security-context: not set; 3 of 4 services set it",
    ),
    (
        TYPE,
        kind("B"),
        "service: {port: 80}\n",
        "service.type: not set; 3 of 3 services have B",
    ),
    (
        "element: image-pull-secrets.names, must: equal",
        "imagePullSecrets: [a]\n",
        "imagePullSecrets: [b]\n",
        "image-pull-secrets.names is b; 3 of 4 services have a",
    ),
]


@pytest.mark.parametrize(("rule", "most", "one", "message"), OF_MOST)
def test_message_about_a_majority_names_its_share(
    rule: str, most: str, one: str, message: str, folder: Path
) -> None:
    texts = [IMAGE + text for text in (most, most, most, one)]
    (found,) = check_texts(folder, *texts, rule=rule, configuration=MAJORITY)
    assert found.message == message


@pytest.mark.parametrize(
    ("allowance", "said"),
    [
        ("from: A, to: C", "allowance one accepts C, but the value is B"),
        ("from: C, to: B", "allowance one expects the reference value C, but it is A"),
        ("from: C, to: D", "allowance one accepts C -> D, but found A -> B"),
        ("from: A, to: B, until: 2020-01-01", "allowance one expired after 2020-01-01"),
    ],
)
def test_message_names_the_allowance_that_nearly_covers(
    allowance: str, said: str, folder: Path
) -> None:
    texts = IMAGE + kind("A"), IMAGE + kind("B")
    (found,) = check_texts(folder, *texts, rule=TYPE, configuration=ALLOW.format(allowance))
    assert found.message == f"service.type is B; the reference has A; {said}"


def test_message_about_environments_names_the_other_one(folder: Path) -> None:
    configuration = """\
groups:
  g:
    reference: python
    services:
    - name: python
      files: deploy/deploy-python.yaml
      environments: {prod: deploy/prod.yaml, dev: deploy/dev.yaml}
    - {name: web, files: deploy/deploy-web.yaml}
"""
    more = {"deploy/prod.yaml": "replicaCount: 3\n", "deploy/dev.yaml": "replicaCount: 1\n"}
    (found,) = check_texts(
        folder, IMAGE, IMAGE, only=("environments",), configuration=configuration, more=more
    )
    assert (found.file, found.message) == ("dev", "replicas.count is 1; prod has 3")


def test_message_shows_no_secret(folder: Path) -> None:
    texts = [f"image: {{repository: r, tag: 'https://u:{one}'}}\n" for one in ("abc@h", "abcd@i")]
    found = check_texts(folder, *texts, rule="element: image.tag, must: equal")
    assert [row.message for row in found] == [
        "image.tag is https://u:<redacted>@i; the reference has https://u:<redacted>@h"
    ]
