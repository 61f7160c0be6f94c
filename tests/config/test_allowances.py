"""Allowances of a project, from its configuration to what becomes of a difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.projects import (
    ALLOW,
    MOVED,
    PYTHON,
    WEB,
    messages,
    project,
    ran,
    report,
    said,
    states,
    write,
)

PORT = "deploy-web.yaml:4 service-port"


pytestmark = pytest.mark.usefixtures("folder")


def allowing(
    scope: str = "service: web",
    values: str = "from: 8000, to: 8080",
    rule: str = "service-port",
    more: str = "",
) -> str:
    extra = f", {more}" if more else ""
    entry = f"id: one, {scope}, rule: {rule}, {values}, because: It is so{extra}"
    return f"allow:\n- {{{entry}}}\n"


def is_allowed(folder: Path, configuration: str, **services: str) -> bool:
    project(folder, configuration, **services)
    found = [f for f in report("deploy").findings if f.rule == "service-port"]
    assert len(found) == 1
    return found[0].status == "allowed"


# --- for whom ------------------------------------------------------------------------------------

SCOPES = [
    ("service: web", True),
    ("service: 'w*'", True),
    ("service: '[vw]eb'", True),
    ("service: '*'", True),
    ("service: python", False),
    ("service: 'py*'", False),
    ("role: server", True),
    ("role: client", False),
    ("service: web, role: server", True),
    ("service: web, role: client", False),
    ("service: web, component: server", True),
    ("service: web, component: 's*'", True),
    ("service: web, component: 'worker:*'", False),
    ("service: web, element: service.port", True),
    ("service: web, element: service", True),
    ("service: web, element: ['*-probe', service.port]", True),
    ("service: web, element: service.type", False),
    ("runtime: go", False),
]


@pytest.mark.parametrize(("scope", "allowed"), SCOPES)
def test_allowance_is_for_its_scope_alone(scope: str, allowed: bool, folder: Path) -> None:
    assert is_allowed(folder, allowing(scope)) is allowed


@pytest.mark.parametrize(("runtime", "allowed"), [("go", True), ("java", False)])
def test_allowance_for_a_runtime_covers_its_services(
    runtime: str, allowed: bool, folder: Path
) -> None:
    values = "from: 8000, to: 9090"
    go = MOVED.replace("8080", "9090")
    assert is_allowed(folder, allowing(f"runtime: {runtime}", values), go=go) is allowed


def test_allowance_for_a_runtime_that_only_a_group_sets_is_accepted(folder: Path) -> None:
    groups = (
        "groups: {prod: {reference: python, services: "
        "[{files: deploy/*-python.yaml}, {files: deploy/*-web.yaml, runtime: zig}]}}\n"
    )
    assert is_allowed(folder, groups + allowing("runtime: zig"))
    project(folder, groups + allowing("runtime: zog"))
    found = ran("check")
    assert found.code == 2
    assert found.message.startswith(".deploylint.yaml:4:22: unknown runtime 'zog'")


def test_allowance_for_workers_does_not_cover_the_server(folder: Path) -> None:
    worker = (
        "workers:\n  mail: {command: [celery, worker, -Q, mail, -c, '2'], "
        "resources: {limits: {cpu: 1, memory: %s}}}\n"
    )
    values = "from: 256Mi, to: 512Mi"
    project(
        folder,
        allowing("service: web, component: 'worker:*'", values, "resources"),
        web=WEB.replace("256Mi", "512Mi") + worker % "512Mi",
    )
    write(folder, {"deploy/deploy-python.yaml": PYTHON + worker % "256Mi"})
    found = report("deploy")
    assert said(found, "allowed") == ["deploy-web.yaml:9 resources"]
    assert said(found) == ["deploy-web.yaml:6 resources"]


# --- both values ---------------------------------------------------------------------------------

VALUES = [
    ("from: 8000, to: 8080", True),
    ("from: '8000', to: '8080'", True),
    ("from: {one-of: [80, '8000']}, to: {one-of: [8080, 8081]}", True),
    ("from: present, to: {at-least: 8001}", True),
    ("from: {at-most: 8000}, to: {matching: '80.0'}", True),
    ("from: 8001, to: 8080", False),
    ("from: 8000, to: 8081", False),
    ("from: 8080, to: 8000", False),
    ("from: absent, to: 8080", False),
    ("from: 8000, to: absent", False),
    ("from: {one-of: [80]}, to: 8080", False),
]


@pytest.mark.parametrize(("values", "allowed"), VALUES)
def test_allowance_pins_both_values(values: str, allowed: bool, folder: Path) -> None:
    assert is_allowed(folder, allowing(values=values)) is allowed
    text = MOVED.replace("8080", "'8080'")
    assert is_allowed(folder, allowing(values=values), web=text) is allowed


def test_allowance_of_a_rule_about_one_service_pins_its_value(folder: Path) -> None:
    root = WEB.replace("{runAsNonRoot: true}", "{runAsNonRoot: false}")
    for values, allowed in (
        ("to: false", True),
        ("from: true, to: false", True),
        ("to: true", False),
    ):
        project(folder, allowing(values=values, rule="non-root"), web=root)
        found = [f.status for f in report("deploy").findings if f.rule == "non-root"]
        assert found == ["allowed" if allowed else "violation"]


def test_allowance_of_a_missing_value_pins_absent(folder: Path) -> None:
    bare = WEB.replace(", memory: 256Mi", "")
    project(
        folder,
        allowing(values="to: absent", rule="memory-limit")
        + allowing(values="from: 256Mi, to: absent", rule="resources")
        .replace("allow:\n", "")
        .replace("id: one", "id: two"),
        web=bare,
    )
    found = report("deploy", profile="in-house")  # a chart that sets no limit by itself
    assert said(found) == []
    assert states(found) == {"one": "active", "two": "active"}


OWN = [
    (WEB + "replicaCount: 2\n", "duplicate-key", "replicaCount"),
    (WEB + "livenesProbe: {}\n", "unknown-key", "livenesProbe"),
]


@pytest.mark.parametrize(("text", "rule", "key"), OWN)
def test_allowance_of_a_builtin_check_pins_its_value(
    text: str, rule: str, key: str, folder: Path
) -> None:
    project(folder, allowing(values=f"to: {key}", rule=rule), web=text)
    found = report("deploy")
    assert [f.status for f in found.findings if f.rule == rule] == ["allowed"]
    assert states(found) == {"one": "active"}
    project(folder, allowing(values="to: another", rule=rule), web=text)
    found = report("deploy")
    assert [f.status for f in found.findings if f.rule == rule] == ["violation"]
    project(folder, allowing(values=f"from: null, to: {key}", rule=rule), web=text)
    assert [f.status for f in report("deploy").findings if f.rule == rule] == ["allowed"]


@pytest.mark.parametrize(
    "rule", ["unused-allowance", "expiring-allowance", "malformed-directive", "forbidden-directive"]
)
def test_allowance_of_a_finding_about_allowances_is_refused(rule: str, folder: Path) -> None:
    project(folder, allowing(values="to: x", rule=rule))
    assert ran("check").message.startswith(f".deploylint.yaml:3:33: unknown rule {rule!r}")


SECRET = "serviceMonitor: {enabled: true, labels: {apiKey: %s}}\n"


def test_secrets_that_differ_need_no_allowance(folder: Path) -> None:
    project(folder, web=WEB + SECRET % "stuvwxyz")
    write(folder, {"deploy/deploy-python.yaml": PYTHON + SECRET % "abcdefgh"})
    assert said(report("deploy")) == []


def test_presence_of_a_secret_is_allowed_by_its_state(folder: Path) -> None:
    monitor = "serviceMonitor: {enabled: true, labels: {a: b%s}}\n"
    values = "element: monitoring.labels.apiKey, from: present, to: absent"
    project(folder, allowing(values=values, rule="monitoring"), web=WEB + monitor % "")
    write(folder, {"deploy/deploy-python.yaml": PYTHON + monitor % ", apiKey: abcdefgh"})
    assert said(report("deploy", allow=False)) == ["deploy-web.yaml:8 monitoring"]
    assert said(report("deploy"), "allowed") == ["deploy-web.yaml:8 monitoring"]


WHOLE = "serviceMonitor: {enabled: true, labels: {release: prometheus, team: a}}\n"


def test_allowance_of_a_whole_tree_pins_it_as_shown(folder: Path) -> None:
    project(
        folder,
        allowing(values="from: {release: prometheus, team: a}, to: null", rule="monitoring"),
        web=WEB + "serviceMonitor: {enabled: true}\n",
    )
    write(folder, {"deploy/deploy-python.yaml": PYTHON + WHOLE})
    assert said(report("deploy"), "allowed") == ["deploy-web.yaml:8 monitoring"]


# --- wrong entries -------------------------------------------------------------------------------

WRONG = [
    (
        "rule: service-port, from: 8000, to: 8080, because: x",
        "3:3: has no scope; set service (a name or a glob), runtime or role",
    ),
    (
        "service: web, rule: service-prt, from: 8000, to: 8080, because: x",
        "3:24: unknown rule 'service-prt'; did you mean 'service-port'?",
    ),
    (
        "service: wbe, rule: service-port, from: 8000, to: 8080, because: x",
        "3:3: no such service 'wbe'; did you mean 'web'?",
    ),
    (
        "service: web, rule: service-port, element: service.prt, from: 8000, to: 8080, because: x",
        "3:47: unknown element or field 'service.prt'; did you mean 'service.port'?",
    ),
    (
        "runtime: goo, rule: service-port, from: 8000, to: 8080, because: x",
        "3:13: unknown runtime 'goo'; did you mean 'go'?",
    ),
    (
        "role: srver, rule: service-port, from: 8000, to: 8080, because: x",
        "3:10: unknown value 'srver'; did you mean 'server'?",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8000, because: x",
        "3:54: from and to are the same value; set two different values",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: '8000', because: x",
        "3:54: from and to are the same value; set two different values",
    ),
    (
        "service: web, rule: service-port, to: 8080, because: x",
        "3:3: from is missing; set from (expected value) and to (accepted value)",
    ),
    (
        "service: web, rule: service-port, from: 8000, because: x",
        "3:3: to is missing; add it",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8080",
        "3:3: because is missing; add it",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8080, because: ' '",
        "3:69: because is empty; give a reason",
    ),
    (
        "service: web, rule: non-root, from: false, to: false, because: x",
        "3:40: from: not allowed here, the rule itself sets the expected value; remove it",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: {one-of: []}, because: x",
        "3:54: to: one-of takes a list of values",
    ),
    (
        "service: web, rule: service-port, from: {matching: '('}, to: 8080, because: x",
        "3:44: from: matching: missing ), unterminated subpattern in '('",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8080, because: x, until: soon",
        "3:79: until: invalid date 'soon'; use YYYY-MM-DD",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8080, because: x, until: 2027-02-29",
        "3:79: until: invalid date '2027-02-29'; use YYYY-MM-DD",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8080, because: x, until: 20270228",
        "3:79: a text is expected here, not a number",
    ),
    (
        "service: web, rule: service-port, from: 8000, to: 8080, because: x, tickt: me",
        "3:72: unknown key 'tickt'; did you mean 'ticket'?",
    ),
    (  # not 'own', which is as near: a rule file takes it, an allowance does not
        "service: web, rule: service-port, from: 8000, to: 8080, because: x, ownr: me",
        "3:72: unknown key 'ownr'; did you mean 'owner'?",
    ),
]


HOSTILE = ["a` - at `$.x", "a` - at `$.allow[7]", "a` - at `$.allow[0].to", "a`b", "a\nb", ""]
"""Keys that look like the end of the decoder's own message."""
_OF_AN_ALLOWANCE = "one of because, component, element, environment, from and 11 more"
_OF_ALL = "one of allow, disallow, exclude, forbid-inline, groups and 8 more"


@pytest.mark.parametrize("key", HOSTILE)
def test_hostile_key_is_refused_with_its_location(key: str, folder: Path) -> None:
    written = f"{json.dumps(key)}: me"
    values = "service: web, rule: service-port, from: 8000, to: 8080, because: x"
    project(folder, f"allow:\n- {{{values}, {written}}}\n")
    assert ran("check", "deploy") == (
        2,
        f".deploylint.yaml:3:72: unknown key {key!r}; {_OF_AN_ALLOWANCE}",
    )
    project(folder, f"{written}\n")
    assert ran("check", "deploy") == (2, f".deploylint.yaml:2:1: unknown key {key!r}; {_OF_ALL}")


@pytest.mark.parametrize(("entry", "message"), WRONG)
def test_allowance_with_a_mistake_is_refused_with_its_location(
    entry: str, message: str, folder: Path
) -> None:
    project(folder, f"allow:\n- {{{entry}}}\n")
    assert ran("check", "deploy") == (2, f".deploylint.yaml:{message}")


def test_allowances_with_one_id_are_refused(folder: Path) -> None:
    project(folder, ALLOW + ALLOW.partition("\n")[2])
    assert ran("check").message == (
        ".deploylint.yaml:9:7: allowance 'web-port' is defined twice; first at .deploylint.yaml:3"
    )


def test_allowance_without_an_id_is_named_by_its_location(folder: Path) -> None:
    project(folder, ALLOW.replace("id: web-port\n  ", ""))
    assert states(report("deploy")) == {".deploylint.yaml:3": "active"}


# --- --no-allow and reasons ----------------------------------------------------------------------


def test_no_allow_reports_all_covered_differences(folder: Path) -> None:
    project(folder, ALLOW)
    assert said(report("deploy")) == []
    found = report("deploy", allow=False)
    assert said(found) == [PORT]
    assert found.allowances == ()
    assert ran("check", "--no-allow").code == 1


@pytest.mark.parametrize("reason", ["TODO", "todo, ask", "TODO ask them", "' TODO'"])
def test_allowance_with_reason_todo_is_a_violation_if_reasons_are_required(
    reason: str, folder: Path
) -> None:
    text = ALLOW.replace("It listens there.", reason)
    project(folder, text)
    assert ran("check").code == 0
    assert ran("check", "--require-reason").code == 1
    assert said(report("deploy", reasons=True)) == [".deploylint.yaml:3 missing-reason"]
    project(folder, "require-reason: true\n" + text)
    assert ran("check").code == 1
    assert report("deploy").summary.waiting == 1


def test_allowance_with_any_reason_passes_if_reasons_are_required(folder: Path) -> None:
    project(folder, "require-reason: true\n" + ALLOW)
    assert ran("check", "--require-reason").code == 0
    assert report("deploy").summary.waiting == 0


def test_shipped_allowances_have_their_reasons(folder: Path) -> None:
    project(folder, "", go=MOVED)
    assert ran("check", "--require-reason").code == 0


# --- the first that covers -----------------------------------------------------------------------


def test_allowances_of_the_project_come_before_shipped_ones(folder: Path) -> None:
    project(folder, ALLOW.replace("service: web", "service: go"), go=MOVED)
    (found,) = [f for f in report("deploy").findings if f.rule == "service-port"]
    assert found.allowance is not None
    assert found.allowance.id == "web-port"
    assert [one.id for one in found.also] == ["go/port"]
    assert messages(report("deploy"), "overlapping-allowance") == []
