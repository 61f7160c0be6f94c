"""Findings of one cause are joined; a rule that all services break is one cause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from deploylint.policy.causes import Cause, find_causes
from tests.support.findings import report_texts
from tests.support.projects import report, write

API = "image: {repository: acme/api, tag: v1.2}\nservice: {port: 80}\n"
LIMIT = "resources: {limits: {memory: %s}}\n"
SMALL, LARGE, NONE = API + LIMIT % "1Gi", API + LIMIT % "2Gi", API + "resources: {limits: {}}\n"
LATEST, MAIN = API.replace("v1.2", "latest"), API.replace("v1.2", "main")
TYPO = API + "resorces: {limits: {memory: 1Gi}}\n"


def causes(folder: Path, services: Iterable[str], only: Iterable[str]) -> list[Cause]:
    """The causes of the reference and up to four peers."""
    report = report_texts(folder, *services, only=tuple(only))
    return find_causes(report.findings, report.peers)


def told(found: Iterable[Cause]) -> list[str]:
    """The services of each cause, and a star where it is common."""
    return [
        " ".join(finding.service for finding in cause.findings) + " *" * cause.is_common
        for cause in found
    ]


@pytest.mark.parametrize(
    ("services", "rule", "expected"),
    [
        pytest.param(
            (SMALL, LARGE, LARGE, SMALL, API + LIMIT % "3Gi"),
            "resources",
            ["jobs", "shop web"],
            id="the same two values",
        ),
        pytest.param((SMALL, NONE, SMALL, SMALL, SMALL), "memory-limit", ["web"], id="one of five"),
        pytest.param(
            (SMALL, NONE, NONE, SMALL, SMALL), "memory-limit", ["shop web"], id="two of five"
        ),
        pytest.param(
            (NONE, NONE, NONE, SMALL, SMALL),
            "memory-limit",
            ["python shop web *"],
            id="most services",
        ),
        pytest.param(
            (LATEST, MAIN, LATEST),
            "image-tag",
            ["python shop web *"],
            id="all services, each in its way",
        ),
        pytest.param(
            (LATEST, MAIN, LATEST, API),
            "image-tag",
            ["python shop", "web"],
            id="not all services, each in its way",
        ),
        pytest.param(
            (SMALL, TYPO, SMALL, TYPO), "unknown-key", ["mail web"], id="one text of a file's fault"
        ),
        pytest.param((TYPO, TYPO), "unknown-key", ["python web"], id="a fault is never common"),
    ],
)
def test_cause_joins_findings(
    tmp_path: Path, services: tuple[str, ...], rule: str, expected: list[str]
) -> None:
    assert told(causes(tmp_path, services, [rule])) == expected


def test_cause_has_an_id_of_its_rule_that_another_run_repeats(tmp_path: Path) -> None:
    services, rules = (SMALL, NONE, LARGE), ["memory-limit", "resources"]
    ids = [cause.id for cause in causes(tmp_path / "a", services, rules)]
    again = [cause.id for cause in causes(tmp_path / "b", (*services, NONE), rules)]
    assert len(set(ids)) == len(ids) == 3
    assert sorted(again) == sorted(ids)
    assert all(re.fullmatch(r"(memory-limit|resources)-[0-9a-f]{8}", one) for one in ids)


def test_cause_of_two_rules_is_not_one(tmp_path: Path) -> None:
    found = causes(tmp_path, (API, API), ["memory-limit", "cpu-limit"])
    assert [cause.findings[0].rule for cause in found] == ["cpu-limit", "memory-limit"]


def test_cause_of_two_groups_is_one_however_many_services_agree(tmp_path: Path) -> None:
    for group, count in (("shop", 5), ("mail", 6)):
        for name in "abcdef"[:count]:
            mode = "loose" if name == "a" else "strict"
            path = tmp_path / group / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{API}mesh: {{mode: {mode}}}\n", encoding="utf-8")
    found = report(tmp_path, rules=("odd-key",))
    assert told(find_causes(found.findings, found.peers)) == ["a a"]


POD = """apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
      - {name: main, image: acme/NAME:v1, livenessProbe: {httpGet: {path: /up, port: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {selector: {app: NAME}, ports: [{port: 80}]}
"""
PROBED = f"{API}livenessProbe: {{enabled: true, path: /up, port: 80}}\n"


@pytest.mark.parametrize(
    ("rules", "texts", "follows"),
    [
        pytest.param(
            ["probes", "same-structure", "unknown-key"],
            (PROBED, PROBED.replace("Probe", "Prode"), PROBED.replace("Probe", "Prode")),
            ["probes", "same-structure"] * 2,
            id="values",
        ),
        pytest.param(
            ["memory-limit", "unknown-key"],
            (SMALL, SMALL.replace("resources", "resorces")),
            ["memory-limit"],
            id="a rule about every service",
        ),
        pytest.param(
            ["probes", "unknown-field"],
            [
                POD.replace("NAME", name).replace("Probe", "Prode" if name == "web" else "Probe")
                for name in ("api", "jobs", "shop", "web")
            ],
            ["probes"],
            id="manifests",
        ),
        pytest.param(
            ["probes", "unknown-key"],
            (f"{PROBED}", f"{API}lifenessGate: 1\n"),
            None,
            id="another key",
        ),
    ],
)
def test_cause_of_what_is_missing_is_its_misspelt_key(
    tmp_path: Path, rules: list[str], texts: Iterable[str], follows: list[str] | None
) -> None:
    found = causes(tmp_path, texts, rules)
    if follows is None:
        assert [cause.follows for cause in found] == [()]
        return
    (cause,) = found
    assert cause.findings[0].rule in ("unknown-key", "unknown-field")
    assert [finding.rule for finding in cause.follows] == follows
    places = [at for one in cause.follows for role, at, _ in one.related if role == "misspelt"]
    assert set(places) <= {finding.location for finding in cause.findings}


def test_difference_follows_from_a_value_that_is_wrong_by_itself(tmp_path: Path) -> None:
    right, wrong = (
        f"{API}securityContext: {{runAsNonRoot: {word}}}\n" for word in ("true", "false")
    )
    (cause,) = causes(tmp_path, (right, wrong), ["non-root", "security-context"])
    assert [finding.rule for finding in cause.findings] == ["non-root"]
    assert [finding.rule for finding in cause.follows] == ["security-context"]


def test_cause_in_one_of_two_groups_of_a_name_is_not_general(tmp_path: Path) -> None:
    report = report_texts(tmp_path, LATEST, LATEST, only=["image-tag"])
    (cause,) = find_causes(report.findings, report.peers)
    assert cause.is_general
    twice = report._replace(groups=report.groups * 2)
    (cause,) = find_causes(report.findings, twice.peers)
    assert (cause.is_general, cause.share) == (False, 1 / 2)


def test_cause_of_all_but_the_guests_is_general(tmp_path: Path) -> None:
    report = report_texts(tmp_path, LATEST, LATEST, API, only=["image-tag"])
    (group,) = report.groups
    report = report._replace(groups=(group._replace(guests={"shop": "as configured"}),))
    (cause,) = find_causes(report.findings, report.peers)
    assert cause.is_general


WORKERS = "celeryWorkers: {mail: {command: [celery, worker, -Q, mail]}}\n"


@pytest.mark.parametrize(
    ("reference", "peer", "rules", "expected"),
    [
        pytest.param(
            LIMIT % "1Gi",
            LIMIT % "1Gix",
            ["wrong-value", "resources"],
            [("wrong-value", ["resources"])],
            id="a wrong value differs",
        ),
        pytest.param(
            WORKERS,
            WORKERS.replace("Workers", "Worker"),
            ["unknown-key", "worker-queues"],
            [("unknown-key", ["worker-queues"])],
            id="a key that the reference spells in another way",
        ),
        pytest.param(
            "resources: {limits: {memory: 1Gi}}\nreplicaCount: 2\n",
            "resources: {limits: {memory: 1Gi}, replicaCount: 2}\n",
            ["misplaced-key", "replicas"],
            [("misplaced-key", ["replicas"])],
            id="a key that the reference has at another level",
        ),
        pytest.param(
            "securityContext: {capabilities: {drop: [ALL]}}\n",
            "securityContext: {capabilities: {drop: [ALL], add: [CHOWN, SYS_ADMIN]}}\n",
            ["added-capabilities", "capability"],
            [("capability", ["added-capabilities"])],
            id="an item of a list that differs",
        ),
        pytest.param(
            "nodePool: {name: a}\nreplicaCount: 2\n",
            "nodePools: {name: a}\nreplicaCount: 3\n",
            ["unknown-key", "replicas"],
            [("replicas", []), ("unknown-key", [])],
            id="two things",
        ),
    ],
)
def test_difference_follows_from_what_is_wrong_by_itself(
    reference: str,
    peer: str,
    rules: list[str],
    expected: list[tuple[str, list[str]]],
    tmp_path: Path,
) -> None:
    found = causes(tmp_path, (API + reference, API + peer), rules)
    told_rules = [(one.findings[0].rule, [f.rule for f in one.follows]) for one in found]
    assert sorted(told_rules) == expected


def test_warning_follows_from_an_error_at_its_key(tmp_path: Path) -> None:
    note = 'metadata: {annotations: {prometheus.io/port: "%s"}, labels: {app: NAME}}'
    text = POD.replace("metadata: {labels: {app: NAME}}", note)
    text = text.replace("image: acme", "ports: [{containerPort: 80}], image: acme")
    write(tmp_path, {"api.yaml": (text % 80).replace("NAME", "api")})
    write(tmp_path, {"web.yaml": (text % 81).replace("NAME", "web")})
    found = report(tmp_path, reference="api", rules=("ports", "unlisted-port"))
    (cause,) = find_causes(found.findings, found.peers)
    assert [one.rule for one in (*cause.findings, *cause.follows)] == ["ports", "unlisted-port"]


def test_findings_that_follow_from_each_other_are_one_cause(tmp_path: Path) -> None:
    text = API + "resources: {limits: {cpu: 1, memory: 1Gi}}\n"
    found = report_texts(tmp_path, text, text.replace("1, memory: 1Gi}", "1}, memory: 1Gi"))
    at_memory = [one for one in found.findings if one.location.key == "resources.memory"]
    assert len(at_memory) > 1
    causes_of_it = [
        cause
        for cause in find_causes(found.findings, found.peers)
        if set(at_memory) & {*cause.findings, *cause.follows}
    ]
    assert [cause.findings[0].rule for cause in causes_of_it] == ["misplaced-key"]


def test_cause_of_what_one_place_lacks_of_its_siblings_is_one(tmp_path: Path) -> None:
    own = "securityContext: {runAsUser: 1000%s}\n"
    whole = own % ", allowPrivilegeEscalation: false, readOnlyRootFilesystem: true"
    names = ("api", "web", "blog", "mail", "shop", "jobs")
    files = {f"{name}.yaml": API + (own % "" if name == "web" else whole) for name in names}
    found = report(write(tmp_path, files), rules=("security-context",))
    (cause,) = find_causes(found.findings, found.peers)
    assert [one.path for one in (*cause.findings, *cause.follows)] == [
        "server/security-context.privilege-escalation",
        "server/security-context.read-only-root",
    ]
