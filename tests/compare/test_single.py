"""Rules about one service alone: ``be``, ``not-be`` and ``be-among`` of each of its components."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts, places, report_texts

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
ALONE = "reference: none\n"

COMPLETE = "in-house"
"""A profile of a chart that sets nothing by itself."""

TYPE = {
    "set": "service: {type: ClusterIP}\n",
    "another": "service: {type: NodePort}\n",
    "not set": "service: {port: 80}\n",
    "switched off": "service: {enabled: false, type: ClusterIP}\n",
    "template": 'service: {type: "{{ .Values.type }}"}\n',
    "switched by a template": 'service: {enabled: "{{ .Values.on }}", type: ClusterIP}\n',
    "no element": "",
}
VIOLATION, UNKNOWN = "2 violation", "2 unknown"
ONE_OF = "{be: {one-of: [ClusterIP, LoadBalancer]}}"
OPERATORS = [
    # what must be, what the service says, and what is found
    ("{be: ClusterIP}", "set", ""),
    ("{be: ClusterIP}", "another", VIOLATION),
    ("{be: ClusterIP}", "not set", VIOLATION),
    ("{be: ClusterIP}", "switched off", VIOLATION),
    ("{be: ClusterIP}", "template", UNKNOWN),
    ("{be: ClusterIP}", "switched by a template", UNKNOWN),
    ("{be: ClusterIP}", "no element", "1 violation"),
    ("{not-be: NodePort}", "set", ""),
    ("{not-be: NodePort}", "another", VIOLATION),
    ("{not-be: NodePort}", "not set", ""),
    ("{not-be: NodePort}", "switched off", ""),
    ("{not-be: NodePort}", "template", UNKNOWN),
    ("{be: present}", "set", ""),
    ("{be: present}", "not set", VIOLATION),
    ("{be: present}", "switched off", VIOLATION),
    ("{be: absent}", "set", VIOLATION),
    ("{be: absent}", "not set", ""),
    ("{be: absent}", "switched off", ""),
    ("{be: absent}", "template", UNKNOWN),
    ("{be: absent}", "no element", ""),
    (ONE_OF, "set", ""),
    (ONE_OF, "another", VIOLATION),
    (ONE_OF, "not set", VIOLATION),
]


@pytest.mark.parametrize(("must", "said", "wanted"), OPERATORS)
def test_value_gives_its_outcome_for_be_and_not_be(
    must: str, said: str, wanted: str, folder: Path
) -> None:
    rule = f"element: service.type, must: {must}"
    services = [IMAGE + TYPE[said]]
    found = check_texts(folder, *services, rule=rule, configuration=ALONE, profile=COMPLETE)
    assert places(found) == ([f"python:{wanted} server/service.type"] if wanted else [])


@pytest.mark.parametrize("said", ["not set", "no element", "switched off"])
def test_value_that_an_unknown_chart_may_set_is_unknown_unless_it_is_switched_off(
    said: str, folder: Path
) -> None:
    rule = "element: service.type, must: {be: ClusterIP}"
    (found,) = check_texts(folder, IMAGE + TYPE[said], rule=rule, configuration=ALONE)
    assert found.status == ("violation" if said == "switched off" else "unknown")
    assert ("not set in values; the chart may set it" in found.message) == (
        found.status == "unknown"
    )


def test_value_that_an_unknown_chart_may_set_is_reported_with_why_it_is_unknown(
    folder: Path,
) -> None:
    rule = "element: service.type, must: {be: ClusterIP}"
    (found,) = check_texts(folder, IMAGE, rule=rule, configuration=ALONE)
    assert found.message == "service.type is unknown: not set in values; the chart may set it"


def test_rule_by_the_key_of_a_field_knows_what_the_chart_may_set(folder: Path) -> None:
    rule = "key: service.type, must: {be: ClusterIP}"
    (found,) = check_texts(folder, IMAGE + TYPE["not set"], rule=rule, configuration=ALONE)
    assert found.status == "unknown"


@pytest.mark.parametrize("must", ["{be: ClusterIP}", "{be: absent}"])
def test_finding_of_a_value_has_the_pattern_as_expected(must: str, folder: Path) -> None:
    rule = f"element: service.type, must: {must}"
    report = report_texts(folder, IMAGE + TYPE["another"], rule=rule, configuration=ALONE)
    (found,) = report.findings
    assert (found.expected_state, found.expected) == ("known", must[5:-1])
    assert (found.actual_state, found.actual) == ("known", "NodePort")


COMPONENTS = IMAGE + "replicaCount: 3\nworkers: {mail: {replicaCount: 1}}\n"


@pytest.mark.parametrize(
    ("roles", "wanted"),
    [
        ("", ["2 violation server", "3 violation worker:mail"]),
        (", for: [worker]", ["3 violation worker:mail"]),
        (", for: [server]", ["2 violation server"]),
        (", for: [job]", []),
    ],
)
def test_rule_about_every_service_checks_components_of_its_roles(
    roles: str, wanted: list[str], folder: Path
) -> None:
    rule = f"element: replicas.count, must: {{be: 2}}{roles}"
    found = check_texts(folder, COMPONENTS, rule=rule, configuration=ALONE)
    assert places(found) == [f"python:{one}/replicas.count" for one in wanted]


def test_inherited_value_of_a_worker_is_reported_once(folder: Path) -> None:
    text = IMAGE + "podSecurityContext: {runAsNonRoot: false}\nworkers: {mail: {command: [x]}}\n"
    rule = "element: security-context.non-root, must: {be: true}"
    found = check_texts(folder, text, rule=rule, configuration=ALONE)
    assert places(found) == ["python:2 violation server/security-context.non-root"]


@pytest.mark.parametrize(
    ("text", "path", "messages"),
    [
        (
            "env:\n- {name: A, value: x}\n- {name: B, value: y}\n",
            "environment.variables",
            ["it is A", "it is B"],
        ),
        ("imagePullSecrets:\n- a\n- b\n", "image-pull-secrets.names", ["it is a", "it is b"]),
    ],
)
def test_set_that_must_be_absent_is_reported_item_by_item(
    text: str, path: str, messages: list[str], folder: Path
) -> None:
    rule = f"element: {path}, must: {{be: absent}}"
    found = check_texts(folder, IMAGE + text, rule=rule, configuration=ALONE)
    assert places(found) == [f"python:{line} violation server/{path}" for line in (3, 4)]
    assert [row.message.partition("; ")[2] for row in found] == messages


def test_set_that_must_be_something_else_is_reported_once(folder: Path) -> None:
    rule = "element: image-pull-secrets.names, must: {be: [c]}"
    text = IMAGE + "imagePullSecrets: [a, b]\n"
    found = check_texts(folder, text, rule=rule, configuration=ALONE)
    assert places(found) == ["python:2 violation server/image-pull-secrets.names"]


@pytest.mark.parametrize("path", ["dockerfile.user", "code.ports"])
def test_source_that_was_not_read_gives_no_finding(path: str, folder: Path) -> None:
    rule = f"element: {path}, must: {{be: present}}"
    assert check_texts(folder, IMAGE, rule=rule, configuration=ALONE) == []


# --- be-among -------------------------------------------------------------------------------------

MAIN = """\
package main

import "net/http"

func main() {
	http.HandleFunc("GET /health", health)
	http.HandleFunc("GET /users/{id}", user)
	http.ListenAndServe(":8080", nil)
}
"""
OPEN = MAIN.replace('"GET /users/{id}"', 'os.Getenv("ROUTE")')
WITH_CODE = """\
groups:
  g:
    reference: none
    services:
    - {name: python, files: deploy/deploy-python.yaml, code: code}
"""
ROUTES = 'element: ["*-probe.path"], must: {be-among: code.routes}'
PATH = "python:2 {} server/liveness-probe.path"


def probed(path: str) -> str:
    return IMAGE + f"livenessProbe: {{httpGet: {{path: {path}, port: 8080}}}}\n"


@pytest.mark.parametrize(
    ("path", "code", "status"),
    [
        ("/health", MAIN, ""),
        ("/users/7", MAIN, ""),
        ("/healthz", MAIN, "violation"),
        ('"{{ .Values.path }}"', MAIN, "unknown"),
        ("/health", OPEN, ""),
        ("/healthz", OPEN, "unknown"),
    ],
)
def test_item_gives_its_outcome_for_be_among(
    path: str, code: str, status: str, folder: Path
) -> None:
    more = {"code/main.go": code}
    found = check_texts(folder, probed(path), rule=ROUTES, configuration=WITH_CODE, more=more)
    assert places(found) == ([PATH.format(status)] if status else [])


def test_item_without_a_set_to_be_among_is_not_evaluated(folder: Path) -> None:
    assert check_texts(folder, probed("/healthz"), rule=ROUTES, configuration=ALONE) == []


def test_item_that_is_unknown_has_the_set_as_expected(folder: Path) -> None:
    more = {"code/main.go": MAIN}
    text = probed('"{{ .Values.path }}"')
    report = report_texts(folder, text, rule=ROUTES, configuration=WITH_CODE, more=more)
    (found,) = report.findings
    assert (found.expected_state, found.expected) == ("known", {"among": "code.routes"})


def test_item_that_is_not_among_names_the_set(folder: Path) -> None:
    more = {"code/main.go": MAIN}
    (found,) = check_texts(
        folder, probed("/healthz"), rule=ROUTES, configuration=WITH_CODE, more=more
    )
    assert "/health, /users/{}" in found.message


def test_item_that_is_not_among_is_related_to_the_most_alike(folder: Path) -> None:
    paths = ("/healthy", "/health", "/wealthz", "/heal", "/other")
    handled = "".join(f'\thttp.HandleFunc("GET {path}", h)\n' for path in paths)
    code = f'package main\n\nimport "net/http"\n\nfunc main() {{\n{handled}}}\n'
    report = report_texts(
        folder,
        probed("/healthz"),
        rule=ROUTES,
        configuration=WITH_CODE,
        more={"code/main.go": code},
    )
    (found,) = report.findings
    assert (found.expected_state, found.expected) == ("known", {"among": "code.routes"})
    alike = [location.line for _, location, _ in found.related if location.file.endswith(".go")]
    assert sorted(set(alike)) == [6, 7, 8]


@pytest.mark.parametrize(
    ("port", "wanted"), [("8080", []), ("8081", ["violation"]), ("http", []), ("[1]", ["unknown"])]
)
def test_port_is_among_those_of_the_code_unless_it_is_a_name(
    port: str, wanted: list[str], folder: Path
) -> None:
    text = IMAGE + f"livenessProbe: {{httpGet: {{path: /, port: {port}}}}}\n"
    rule = "element: liveness-probe.port, must: {be-among: code.ports}"
    more = {"code/main.go": MAIN}
    found = check_texts(folder, text, rule=rule, configuration=WITH_CODE, more=more)
    assert [row.status for row in found] == wanted


@pytest.mark.parametrize(
    ("command", "queues"),
    [
        ('[celery, worker, -Q, "mail,sms"]', ["sms"]),
        ('[celery, worker, -Q, "mail,sms,fax"]', ["fax", "sms"]),
    ],
)
def test_items_that_are_not_among_are_all_reported(
    command: str, queues: list[str], folder: Path
) -> None:
    text = f"{IMAGE}workers:\n  a: {{command: {command}}}\n"
    code = 'from celery import Celery\nfrom kombu import Queue\napp = Celery("a")\n'
    code += 'app.conf.task_queues = (Queue("mail"),)\n'
    rule = "element: workers.queues, for: [worker], must: {be-among: code.queues}"
    more = {"code/app.py": code}
    found = check_texts(folder, text, rule=rule, configuration=WITH_CODE, more=more)
    assert places(found) == ["python:3 violation worker:a/workers.queues"] * len(queues)
    assert sorted(row.message.split(";")[0].split()[-1] for row in found) == queues
