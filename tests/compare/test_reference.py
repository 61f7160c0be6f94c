"""A service beside its reference: what each operator makes of two texts, and where that stands.

The columns of the tables are the reference, the peer, and the findings as ``line status path``; the
peer's line 1 is its image.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts, places

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'


def compared(folder: Path, rule: str, reference: str, peer: str) -> list[str]:
    found = check_texts(folder, IMAGE + reference, IMAGE + peer, rule=rule)
    assert {row.file for row in found} <= {"web"}
    return [place.removeprefix("web:") for place in places(found)]


SAID = {
    "one": "service: {type: ClusterIP}\n",
    "other": "service: {type: NodePort}\n",
    "not set": "service: {port: 80}\n",
    "off": "service: {enabled: false}\n",
    "template": 'service: {type: "{{ .Values.type }}"}\n',
    "nothing": "",
}
TYPE, SERVICE = "2 violation server/service.type", "2 violation server/service.present"
UNKNOWN, MISSING = "2 unknown server/service.type", "1 violation server/service.present"
STATES = {
    "one": ("", TYPE, TYPE, SERVICE, UNKNOWN, MISSING),
    "not set": (TYPE, TYPE, "", SERVICE, UNKNOWN, MISSING),
    "off": (SERVICE, SERVICE, SERVICE, "", SERVICE, ""),
    "template": (UNKNOWN, UNKNOWN, UNKNOWN, SERVICE, UNKNOWN, MISSING),
    "nothing": (SERVICE, SERVICE, SERVICE, "", SERVICE, ""),
}
"""By what the reference says: what is found of each thing that the peer may say, in its order."""


@pytest.mark.parametrize(
    ("reference", "peer", "wanted"),
    [(ref, peer, one) for ref, row in STATES.items() for peer, one in zip(SAID, row, strict=True)],
)
def test_equal_gives_its_outcome_for_each_state_of_both_sides(
    reference: str, peer: str, wanted: str, folder: Path
) -> None:
    rule = "element: service.type, must: equal"
    found = compared(folder, rule, SAID[reference], SAID[peer])
    assert found == ([wanted] if wanted else [])


CONTAINED = {
    "one": ("", TYPE, TYPE, SERVICE, UNKNOWN, MISSING),
    "not set": ("", "", "", SERVICE, "", MISSING),
    "off": ("", "", "", "", "", ""),
    "nothing": ("", "", "", "", "", ""),
}


@pytest.mark.parametrize(
    ("reference", "peer", "wanted"),
    [
        (ref, peer, one)
        for ref, row in CONTAINED.items()
        for peer, one in zip(SAID, row, strict=True)
    ],
)
def test_contain_checks_only_fields_of_the_reference(
    reference: str, peer: str, wanted: str, folder: Path
) -> None:
    rule = "element: service.type, must: contain"
    found = compared(folder, rule, SAID[reference], SAID[peer])
    assert found == ([wanted] if wanted else [])


NAMES, SECRETS = "server/image-pull-secrets.names", "server/image-pull-secrets.present"


@pytest.mark.parametrize(
    ("reference", "peer", "contain", "equal"),
    [
        ("[a]", "[a]", [], []),
        ("[a, b]", "[b, a]", [], []),
        ("[a]", "[a, b]", [], [f"2 violation {NAMES}"]),
        ("[a, b]", "[a]", [f"2 violation {NAMES}"], [f"2 violation {NAMES}"]),
        ("[a]", "[]", [f"2 violation {SECRETS}"], [f"2 violation {SECRETS}"]),
        ("[]", "[a]", [], [f"2 violation {SECRETS}"]),
        ("[a, b]", "[a, c]", [f"2 violation {NAMES}"], [f"2 violation {NAMES}"]),
        ("[a, b, c]", "[a]", [f"2 violation {NAMES}"] * 2, [f"2 violation {NAMES}"] * 2),
    ],
)
def test_sets_are_reported_item_by_item(
    reference: str, peer: str, contain: list[str], equal: list[str], folder: Path
) -> None:
    sides = f"imagePullSecrets: {reference}\n", f"imagePullSecrets: {peer}\n"
    for operator, wanted in (("contain", contain), ("equal", equal)):
        rule = f"element: image-pull-secrets.names, must: {operator}"
        assert compared(folder, rule, *sides) == wanted, operator


CPU, MEMORY = (
    "2 violation server/resources.limits.cpu",
    "2 violation server/resources.limits.memory",
)


@pytest.mark.parametrize(
    ("peer", "wanted"),
    [
        ("cpu: 1, memory: 1Gi", []),
        ("cpu: 2, memory: 512Mi", []),
        ("cpu: 500m, memory: 2Gi", []),
        ("cpu: 2001m, memory: 1Gi", [CPU]),
        ("cpu: 499m, memory: 1Gi", [CPU]),
        ("cpu: 1, memory: 3Gi", [MEMORY]),
        ("cpu: 1, memory: many", [MEMORY]),
        ("cpu: 1", [MEMORY]),
    ],
)
def test_within_passes_up_to_the_ratio_in_both_directions(
    peer: str, wanted: list[str], folder: Path
) -> None:
    rule = "element: resources.limits, must: {within: {ratio: 2}}"
    reference = "resources: {limits: {cpu: 1, memory: 1Gi}}\n"
    assert compared(folder, rule, reference, f"resources: {{limits: {{{peer}}}}}\n") == wanted


PROBE = "livenessProbe: {httpGet: {path: /a, port: 80}, periodSeconds: 5}\n"
ELEMENTS = [
    # a missing element, level or handler is one finding, and hides what is below it
    ("resources", "resources: {limits: {cpu: 1}}\n", "", ["1 violation server/resources.present"]),
    (
        "resources",
        "resources: {limits: {cpu: 1, memory: 1Gi}}\n",
        "resources: {requests: {cpu: 1}}\n",
        ["2 violation server/resources.limits", "2 violation server/resources.requests.cpu"],
    ),
    (
        "liveness-probe",
        PROBE,
        "livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 5}\n",
        ["2 violation server/liveness-probe.handler"],
    ),
    (
        "liveness-probe",
        PROBE,
        "livenessProbe:\n  httpGet:\n    path: /b\n    port: 81\n  periodSeconds: 6\n",
        [
            "4 violation server/liveness-probe.path",
            "5 violation server/liveness-probe.port",
            "6 violation server/liveness-probe.period",
        ],
    ),
    (
        "environment.variables",
        'env:\n- {name: A, value: "1"}\n- {name: B, value: "2"}\n',
        'env:\n- {name: A, value: "3"}\n- {name: C, value: "4"}\n',
        # one that is missing and one that is extra are one finding, at the extra one
        [
            "3 violation server/environment.variables.A",
            "4 violation server/environment.variables",
        ],
    ),
]


@pytest.mark.parametrize(("element", "reference", "peer", "wanted"), ELEMENTS)
def test_element_is_reported_at_its_highest_differing_level(
    element: str, reference: str, peer: str, wanted: list[str], folder: Path
) -> None:
    assert compared(folder, f"element: {element}, must: equal", reference, peer) == wanted


@pytest.mark.parametrize(
    ("except_", "roles", "wanted"),
    [
        ("", "", ["2 violation server/service.type", "2 violation server/service.port"]),
        (", except: [service.port]", "", ["2 violation server/service.type"]),
        ("", ", for: [worker]", []),
    ],
)
def test_rule_is_about_its_fields_and_roles_alone(
    except_: str, roles: str, wanted: list[str], folder: Path
) -> None:
    rule = f"element: [service.type, service.port], must: equal{except_}{roles}"
    sides = "service: {type: A, port: 1}\n", "service: {type: B, port: 2}\n"
    assert sorted(compared(folder, rule, *sides)) == sorted(wanted)


@pytest.mark.parametrize(
    ("reference", "peer", "wanted"),
    [
        ("acme-env", "acme-env", []),
        ("api-env", "web-env", []),
        ("api-env", "api-env", ["3 violation server/environment.secrets"]),
        ("api-env", "mail-env", ["3 violation server/environment.secrets"]),
    ],
)
def test_own_names_of_both_services_are_one_name(
    reference: str, peer: str, wanted: list[str], folder: Path
) -> None:
    def named(service: str, secret: str) -> str:
        return f"fullnameOverride: {service}\nenvFrom: [{{secretRef: {{name: {secret}}}}}]\n"

    rule = "element: environment.secrets, must: equal"
    assert compared(folder, rule, named("api", reference), named("web", peer)) == wanted


RAISED = "violation server/security-context.privilege-escalation"
PRIVILEGED = "violation server/security-context.privileged"
RIGHTS = [
    # the element, the operator, the reference, the peer, and what is found
    ("security-context.privilege-escalation", "contain", "true", None, []),
    ("security-context.privilege-escalation", "contain", "true", "false", []),
    ("security-context.privilege-escalation", "contain", "false", None, [RAISED]),
    ("security-context.read-only-root", "contain", "false", None, []),
    ("security-context.non-root", "contain", "false", None, []),
    ("security-context.privileged", "equal", "true", "false", []),
    ("security-context.privileged", "equal", "true", None, []),
    ("security-context.privileged", "equal", None, "false", []),
    ("security-context.privileged", "equal", None, "true", [PRIVILEGED]),
    ("security-context.privileged", "equal", "false", "true", [PRIVILEGED]),
]
SPELLED = {
    "security-context.privilege-escalation": "allowPrivilegeEscalation",
    "security-context.read-only-root": "readOnlyRootFilesystem",
    "security-context.non-root": "runAsNonRoot",
    "security-context.privileged": "privileged",
}


@pytest.mark.parametrize(("element", "operator", "reference", "peer", "wanted"), RIGHTS)
def test_fewer_rights_than_the_reference_has_are_no_difference(
    element: str,
    operator: str,
    reference: str | None,
    peer: str | None,
    wanted: list[str],
    folder: Path,
) -> None:
    def text(flag: str | None) -> str:
        written = f"{SPELLED[element]}: {flag}" if flag else ""
        return f"securityContext: {{runAsGroup: 9, {written}}}\n"

    found = compared(folder, f"element: {element}, must: {operator}", text(reference), text(peer))
    assert [one.partition(" ")[2] for one in found] == wanted
