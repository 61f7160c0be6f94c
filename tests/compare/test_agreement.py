"""Whether a service agrees with itself, and which of its places is to blame where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from deploylint.compare import compare
from deploylint.config.rules import shipped_rules
from tests.support.findings import check_texts, places, report_texts, rows
from tests.support.projects import deployment, report, write
from tests.support.values import service

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
ALONE = "reference: none\n"
PORTS = (
    "element: [service.port, service.container-port, liveness-probe.port, monitoring.port], "
    "must: agree"
)
PATHS = ("service.port", "service.container-port", "liveness-probe.port", "monitoring.port")


def ports(service: object, container: object, probe: object, monitoring: object) -> str:
    """A service that says its port in lines 2 to 5."""
    return (
        f"{IMAGE}service: {{port: {service}}}\n"
        f"containerPort: {container}\n"
        f"livenessProbe: {{httpGet: {{port: {probe}}}}}\n"
        f"serviceMonitor: {{enabled: true, port: {monitoring}}}\n"
    )


def blamed(*lines: int) -> list[str]:
    return [f"{line} violation server/{PATHS[line - 2]}" for line in lines]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ((80, 80, 80, 80), ()),
        ((80, 80, 80, 81), (5,)),
        ((80, 80, 81, 80), (4,)),
        ((80, 80, 81, 81), (4, 5)),  # a tie: the first place of the rule is right
        ((80, 81, 81, 81), ()),  # a Service may map its port to another one
        ((80, 81, 81, 82), (5,)),
        ((80, 81, 82, 83), (4, 5)),
        (("http", 80, 80, 80), ()),
        ((80, 80, '"{{ .Values.port }}"', 80), ()),
        (('"80"', 80, 80, 80), ()),
        (("[1]", 80, 80, 80), ()),
    ],
)
def test_agreement_without_a_reference_follows_most_fields(
    said: tuple[object, ...], lines: tuple[int, ...], folder: Path
) -> None:
    found = check_texts(folder, ports(*said), rule=PORTS, configuration=ALONE)
    assert places(found) == [f"python:{one}" for one in blamed(*lines)]


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ((90, 90, 90, 90), ()),
        ((90, 90, 90, 80), (5,)),
        ((90, 80, 80, 80), (3, 4, 5)),  # what a copied file kept is wrong, however often it says it
        ((80, 90, 90, 90), (2,)),
        ((90, 91, 91, 91), ()),
        ((90, 90, 91, 90), (4,)),
        ((80, 80, 80, 80), ()),
    ],
)
def test_agreement_blames_fields_with_the_value_of_the_reference(
    said: tuple[object, ...], lines: tuple[int, ...], folder: Path
) -> None:
    found = check_texts(folder, ports(80, 80, 80, 80), ports(*said), rule=PORTS)
    assert places(found) == [f"web:{one}" for one in blamed(*lines)]


@pytest.mark.parametrize(
    ("said", "compared", "matches"),
    [
        ((80, 80, 80, 80), 4, 4),
        ((80, 80, 80, 81), 4, 3),
        ((80, 80, 81, 81), 4, 2),
        ((80, 81, 81, 81), 3, 3),  # a port that is mapped is not compared
    ],
)
def test_agreement_of_fields_is_counted_and_marks_them_compared(
    said: tuple[int, ...], compared: int, matches: int, folder: Path
) -> None:
    counts = report_texts(folder, ports(*said), rule=PORTS, configuration=ALONE).summary
    assert (counts.compared, counts.matches) == (compared, matches)


def test_agreement_of_equal_services_is_evaluated_in_each(folder: Path) -> None:
    texts = [ports(80, 80, 80, 81)] * 3
    counts = report_texts(folder, *texts, rule=PORTS, configuration=ALONE).summary
    assert (counts.compared, counts.matches, counts.violations) == (12, 9, 3)


@pytest.mark.parametrize("allow", [True, False])
def test_agreement_of_equal_services_without_differences_marks_each_compared(
    allow: bool, folder: Path
) -> None:
    texts = [ports(80, 80, 80, 80)] * 3
    counts = report_texts(folder, *texts, rule=PORTS, configuration=ALONE, allow=allow).summary
    assert (counts.compared, counts.matches, counts.violations) == (12, 12, 0)


def test_agreement_of_two_rules_is_evaluated_for_each_where_one_is_broken(folder: Path) -> None:
    """What the services agree in by the second rule hides nothing of the first."""
    other = "element: [readiness-probe.port, startup-probe.port], must: agree"
    second = {"rules/other.yaml": f"rules:\n- {{id: other, why: It is tested., {other}}}\n"}
    texts = [ports(80, 80, 80, 81)] * 3
    found = check_texts(
        folder, *texts, rule=PORTS, only=("other",), more=second, configuration=ALONE
    )
    assert [(row.rule, row.file) for row in found] == [
        ("tested", name) for name in ("python", "shop", "web")
    ]


def test_agreement_counts_no_match_for_a_third_value(folder: Path) -> None:
    report = report_texts(folder, ports(80, 80, 80, 80), ports(90, 80, 91, 90), rule=PORTS)
    assert places(rows(report)) == ["web:3 violation server/service.container-port"]
    assert report.summary.matches == 4 + 2


def test_agreement_reports_the_blamed_field_with_the_expected_value(folder: Path) -> None:
    (found,) = check_texts(folder, ports(80, 80, 80, 81), rule=PORTS, configuration=ALONE)
    assert found.message == (
        "monitoring.port is 81; service.port, service.container-port, liveness-probe.port of "
        "the same service have 80"
    )


def test_field_that_disagrees_is_a_violation_and_no_unknown() -> None:
    rules = [rule for rule in shipped_rules().rules if rule.id == "ports"]
    found = compare([service(ports(80, 80, 80, 81))], None, rules).differences
    assert [one.outcome for one in found] == ["violation"]


def test_agreement_of_one_field_alone_is_not_evaluated(folder: Path) -> None:
    text = IMAGE + "service: {port: 80}\n"
    assert check_texts(folder, text, rule=PORTS, configuration=ALONE) == []


@pytest.mark.parametrize(
    ("workers", "wanted"),
    [
        ('mail: {image: {repository: acme/api, tag: "1"}}', []),
        ('mail: {image: {repository: acme/api, tag: "2"}}', ["2 violation worker:mail/image.tag"]),
        ('mail: {image: {repository: acme/other, tag: "2"}}', []),
        ("mail: {command: [celery]}", []),
    ],
)
def test_agreement_in_one_field_compares_components_of_one_image(
    workers: str, wanted: list[str], folder: Path
) -> None:
    rule = "element: image.tag, must: agree"
    text = f"{IMAGE}workers: {{{workers}}}\n"
    found = check_texts(folder, text, rule=rule, configuration=ALONE)
    assert places(found) == [f"python:{one}" for one in wanted]


def test_agreement_in_several_fields_is_inside_each_component(folder: Path) -> None:
    probe = "livenessProbe: {httpGet: {port: 90}}, readinessProbe: {httpGet: {port: 91}}"
    text = f"{ports(80, 80, 80, 80)}workers: {{mail: {{command: [celery], {probe}}}}}\n"
    rule = 'element: [service.port, "*-probe.port"], must: agree'
    found = check_texts(folder, text, rule=rule, configuration=ALONE)
    assert places(found) == ["python:6 violation worker:mail/readiness-probe.port"]


def test_agreement_ignores_components_of_another_role(folder: Path) -> None:
    rule = PORTS + ", for: [worker]"
    assert check_texts(folder, ports(80, 80, 81, 81), rule=rule, configuration=ALONE) == []


PROGRAM = "element: workers.program, must: agree"


def programs(order: Sequence[str], **odd: str) -> str:
    """Workers that run one program, some of them another, in an order of their own."""
    lines = (
        f"  {name}: {{command: [{odd.get(name, 'celery')}, worker, -Q, {name}]}}\n"
        for name in order
    )
    return f"{IMAGE}workers:\n{''.join(lines)}"


@pytest.mark.parametrize("odd", ["mail", "push", "sms"])
def test_misspelt_program_of_a_worker_is_blamed_whatever_their_order(
    odd: str, folder: Path
) -> None:
    names = ("mail", "push", "sms")
    for order in permutations(names):
        texts = programs(names), programs(order, **{odd: "celry"})
        assert places(check_texts(folder, *texts, rule=PROGRAM)) == [
            f"web:{3 + order.index(odd)} violation worker:{odd}/workers.program"
        ]


def test_two_of_four_workers_with_slips_of_their_own_are_blamed_whatever_their_order(
    folder: Path,
) -> None:
    names = ("jobs", "mail", "push", "sms")
    for order in permutations(names):
        texts = programs(names), programs(order, mail="celry", push="celary")
        lines = sorted(3 + order.index(name) for name in ("mail", "push"))
        found = check_texts(folder, *texts, rule=PROGRAM)
        assert sorted(row.line for row in found) == lines


CONTAINER = """\
        ports: [{{name: http, containerPort: {port}}}]
        livenessProbe: {{httpGet: {{port: {probe}}}}}
        readinessProbe: {{httpGet: {{port: {ready}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec:
  selector: {{app: {name}}}
  ports: [{{port: 80, targetPort: {target}}}]
"""
Ports = tuple[object, object, object, object]


def manifest(name: str, ports: Ports) -> str:
    port, probe, ready, target = ports
    return deployment(
        name, CONTAINER.format(name=name, port=port, probe=probe, ready=ready, target=target)
    )


ASKED: list[tuple[Ports, Ports, list[int]]] = [
    ((8080, 8080, 8080, 8080), (8080, 8080, 8080, 8080), []),
    ((8080, 8080, 8080, 8080), (8080, 8080, 8080, 8081), [21]),  # the Service alone leads elsewhere
    ((8080, 8080, 8080, 8080), (8080, 8080, 8080, "web"), []),  # missing-port says so
    ((8080, 9000, 9000, 8080), (8080, 9000, 9000, 8080), []),  # a list of ports only informs
    ((8080, 9000, 9000, 8080), (8080, 9000, 9001, 8080), [13, 14]),
    ((8080, 8080, 8080, 8080), (8080, 9000, 9000, 8080), [13, 14]),
    ((8000, 8000, 8000, 8000), (8080, 8000, 8000, 8080), [13, 14]),  # left behind
]


@pytest.mark.parametrize(("reference", "peer", "lines"), ASKED)
def test_probes_of_a_manifest_may_share_a_port_of_their_own_as_in_the_reference(
    reference: Ports, peer: Ports, lines: list[int], tmp_path: Path
) -> None:
    write(tmp_path, {"api.yaml": manifest("api", reference), "web.yaml": manifest("web", peer)})
    found = rows(report(tmp_path, rules=("ports",), reference="api"))
    assert [(row.file, row.line) for row in found] == [("web", line) for line in lines]


OWN = (
    "service: {port: 8080, targetPort: %s}\n",
    "livenessProbe: {httpGet: {port: 8080}}\n",
    "readinessProbe: {httpGet: {port: 8080}}\n",
)


@pytest.mark.parametrize("reference", [8000, 8080])
@pytest.mark.parametrize("blocks", [*permutations(OWN), *permutations(OWN[:2])])
def test_wrong_target_port_is_blamed_whatever_the_order_of_keys(
    reference: int, blocks: Sequence[str], tmp_path: Path
) -> None:
    texts = IMAGE + "".join(blocks) % reference, IMAGE + "".join(blocks) % 8081
    right = texts[0].replace("8080", str(reference))
    write(tmp_path, {"api.yaml": right, "web.yaml": texts[1].replace("acme/api", "acme/web")})
    found = rows(report(tmp_path, rules=("ports",), reference="api"))
    line = 2 + blocks.index(OWN[0])
    assert [(row.file, row.line) for row in found] == [("web", line)]


def test_wrong_target_port_is_blamed_where_probes_ask_for_its_name(tmp_path: Path) -> None:
    probe = "livenessProbe: {httpGet: {port: http}}\n"
    text = f"{IMAGE}service: {{port: 8080, targetPort: 8080}}\n{probe}"
    peer = text.replace("targetPort: 8080", "targetPort: 8081").replace("acme/api", "acme/web")
    write(tmp_path, {"api.yaml": text, "web.yaml": peer})
    (found,) = report(tmp_path, rules=("ports",), reference="api").findings
    assert found.path == "server/service.target-port"
    assert found.message.endswith("is 8081; service.port of the same service has 8080")


MONITOR = """\
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {{name: {name}}}
spec: {{selector: {{matchLabels: {{app: {name}}}}}, endpoints: [{{port: http}}]}}
"""


def test_monitor_of_a_service_that_leads_elsewhere_does_not_blame_the_container(
    tmp_path: Path,
) -> None:
    texts = {}
    for name, target in (("api", 8080), ("web", 8081)):
        text = manifest(name, (8080, 8080, 8080, target)) + MONITOR.format(name=name)
        text = text.replace("{port: 80,", "{name: http, port: 80,")
        service = f"kind: Service\nmetadata: {{name: {name}"
        texts[f"{name}.yaml"] = text.replace(service, f"{service}, labels: {{app: {name}}}")
    write(tmp_path, texts)
    found = rows(report(tmp_path, rules=("ports",), reference="api"))
    assert [(row.file, row.line) for row in found] == [("web", 21)]


SERVER = """\
        command: {command}
        ports: [{{name: http, containerPort: 8080}}]
        livenessProbe: {{httpGet: {{path: /health, port: {port}}}}}
{more}"""
SIDECAR = "      - {name: admin, image: acme.example/admin:1.0.0}\n"


@pytest.mark.parametrize(
    ("command", "port", "more", "count"),
    [
        ("[uvicorn, 'app:app', --port=8080]", 8081, "", 2),
        ("[gunicorn, -b, '0.0.0.0:8080', 'app:app']", 8081, "", 2),
        ("[uvicorn, 'app:app', --port=8080]", 8080, "", 0),
        ("[uvicorn, 'app:app', --port=8080]", 8081, SIDECAR, 0),
        ("[./app, --port=8080]", 8081, "", 0),
    ],
)
def test_probe_of_a_web_server_at_another_port_than_its_only_one_is_reported(
    command: str, port: int, more: str, count: int, tmp_path: Path
) -> None:
    container = SERVER.format(command=command, port=port, more=more)
    write(tmp_path, {f"{name}.yaml": deployment(name, container) for name in ("api", "web")})
    assert len(report(tmp_path, rules=("ports",), reference="api").findings) == count


MANAGED = """\
        ports: [{{containerPort: 80}}]
        readinessProbe: {{httpGet: {{path: /ready, port: {probe}}}}}
        livenessProbe: {{httpGet: {{path: /live, port: {probe}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 80}}]}}
"""


@pytest.mark.parametrize(("probe", "count"), [(4004, 0), (80, 0), (4005, 0)])
def test_probes_and_monitoring_of_a_manifest_may_share_a_port_of_their_own(
    probe: int, count: int, tmp_path: Path
) -> None:
    """A server of management (health, metrics) listens beside that of the Service."""
    annotated = "metadata: {annotations: {prometheus.io/scrape: 'true', prometheus.io/port: '4004'}"
    files = {
        f"{name}.yaml": deployment(name, MANAGED.format(name=name, probe=probe)).replace(
            "template:\n    metadata: {", f"template:\n    {annotated}, "
        )
        for name in ("api", "mail", "web")
    }
    write(tmp_path, files)
    assert len(report(tmp_path, rules=("ports",)).findings) == count


@pytest.mark.parametrize(
    ("port", "probe", "lines"),
    [(443, 9443, []), (80, 8080, []), (8080, 9443, [2]), (443, 1000, [2]), (8443, "https", [])],
)
def test_port_of_the_web_is_mapped_by_the_chart_to_the_one_that_probes_ask_for(
    port: int, probe: object, lines: list[int], tmp_path: Path
) -> None:
    text = f"image: {{repository: acme/api, tag: '1'}}\nservice: {{port: {port}}}\n"
    text += f"livenessProbe: {{httpGet: {{path: /, port: {probe}}}}}\n"
    text += f"readinessProbe: {{httpGet: {{path: /, port: {probe}}}}}\n"
    write(tmp_path, {"api.yaml": text, "web.yaml": text.replace("acme/api", "acme/web")})
    found = rows(report(tmp_path, rules=("ports",)))
    assert [row.line for row in found if row.file == "api"] == lines
