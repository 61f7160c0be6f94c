"""What the API server refuses in a part of an object whose fields are each right."""

from __future__ import annotations

import pytest

from deploylint.documents.nodes import span
from deploylint.documents.reader import Document, read_text
from deploylint.readers.kubernetes.faults.api import api_faults

WORKLOAD = """\
apiVersion: {version}
kind: {kind}
metadata: {{name: api}}
spec:
  {spec}
  template:
    spec:
      {pod}
      containers:
      - name: api
        image: acme/api:1.2.0
        {container}
"""
NO_SELECTOR = "spec has no selector; the API server refuses it"
BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: api}\n"
INIT = "initContainers: [{name: a, image: b, livenessProbe: {exec: {command: [c]}}}]"
SCALER = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\n"


def faults(text: str) -> list[tuple[int, str, str]]:
    """The line, the check and the message of each fault of an object."""
    document = read_text(text, "api.yaml")
    assert isinstance(document, Document), document
    found = (fault for root in document.roots for fault in api_faults(root))
    return [(span(one.node).line, one.check, one.message) for one in found]


def workload(kind: str, spec: str = "", pod: str = "", container: str = "") -> str:
    """A workload with a line of its own at its spec, its pod and its container."""
    version = "batch/v1" if kind == "Job" else "apps/v1"
    selector = "" if kind == "Job" else "selector: {matchLabels: {app: api}}"
    lines = {"spec": f"{spec}\n  {selector}", "pod": pod, "container": container}
    return WORKLOAD.format(version=version, kind=kind, **lines)


@pytest.mark.parametrize(
    ("container", "check", "words"),
    [
        ("ports: [{name: http}]", "missing-field", "ports[http] has no containerPort"),
        ("env: [{value: info}]", "missing-field", "has no name"),
        ("envFrom: [{}]", "missing-field", "envFrom has none of configMapRef, secretRef"),
        ("envFrom: [{secretRef: {}}]", "missing-field", "secretRef has no name"),
        ("env: [{name: A, valueFrom: {}}]", "missing-field", "valueFrom has none of"),
        (
            "env: [{name: A, valueFrom: {secretKeyRef: {name: api}}}]",
            "missing-field",
            "secretKeyRef has no key",
        ),
        ("livenessProbe: {periodSeconds: 5}", "missing-field", "livenessProbe has none of exec"),
        ("livenessProbe: {httpget: {port: 80}}", "missing-field", "livenessProbe has none of exec"),
        (
            "resources: {limits: {emmory: 1Gi}}",
            "unknown-field",
            "a container has no resource 'emmory'; did you mean 'memory'?",
        ),
        (
            "resources: {requests: {disk: 1}}",
            "unknown-field",
            "has no resource 'disk'; one of cpu,",
        ),
        ("livenessProbe: {httpGet: {path: /}}", "missing-field", "httpGet has no port"),
        (
            "livenessProbe: {httpGet: {port: 1}, readinessProbe: {httpGet: {port: 1}}}",
            "misplaced-field",
            "readinessProbe is not a field of",
        ),
        ("lifecycle: {preStop: {}}", "missing-field", "preStop has none of exec"),
        ("volumeMounts: [{name: data}]", "missing-field", "has no mountPath"),
        (
            "volumeMounts: [{name: data, mountPath: /data}]",
            "misspelt-reference",
            "the pod has no volume 'data'",
        ),
    ],
)
def test_part_that_is_not_complete_is_reported_at_its_line(
    container: str, check: str, words: str
) -> None:
    told = faults(workload("Deployment", container=container))
    assert {(line, one) for line, one, _ in told} >= {(13, check)}
    assert any(words in message for _, _, message in told), told


@pytest.mark.parametrize(
    "container",
    [
        "env: [{name: EMPTY}]",
        "livenessProbe: {httpGet: {port: 8080}}",
        "livenessProbe: {path: /, port: 8080}",  # told as misplaced
        "volumeMounts: [{name: other, mountPath: /x}]",
        "lifecycle: {preStop: {sleep: {seconds: 5}}}",
    ],
)
def test_part_with_what_it_needs_or_a_key_that_may_be_meant_lacks_nothing(container: str) -> None:
    told = faults(workload("Deployment", pod="volumes: [{name: other}]", container=container))
    assert not [message for _, check, message in told if check == "missing-field"]


REFERENCES = [
    ('args: ["--level=$(LOG_LEVEL)"]', "LOG_LEVEL", "", ""),
    ('args: ["--level=$(LOG_LEVLE)"]', "LOG_LEVEL", "", "LOG_LEVLE"),
    ('command: [serve, "$(LOG_LEVE)"]', "LOG_LEVEL", "", "LOG_LEVE"),
    ('args: ["$$(LOG_LEVLE)"]', "LOG_LEVEL", "", ""),
    ('args: ["$(LOG_FORMAT) $(log_leve)"]', "LOG_LEVEL", "", ""),
    ('args: ["$(LOG_LEVLE)"]', "LOG_LEVEL", "envFrom: [{configMapRef: {name: a}}]", "LOG_LEVLE"),
    ('args: ["$(LOG_LEVE)"]', "LOG_LEVEL", "envFrom: [{configMapRef: {name: a}}]", ""),
    ('args: ["$(LOG_LEVLE) $(LOG_LEVLE)"]', "LOG_LEVEL, value: $(LOG_LEVLE)", "", "LOG_LEVLE"),
    ('args: ["$(APP)"]', "APPS", "", ""),
]


@pytest.mark.parametrize(("command", "variable", "source", "wrong"), REFERENCES)
def test_reference_to_nearly_a_variable_of_the_container_is_reported(
    command: str, variable: str, source: str, wrong: str
) -> None:
    env = (
        f"env: [{{name: {variable}}}]"
        if "value" in variable
        else f"env: [{{name: {variable}, value: a}}]"
    )
    lines = "\n        ".join(filter(None, (command, env, source)))
    messages = {message for _, check, message in faults(workload("Deployment", container=lines))}
    meant = {f"unknown variable {wrong!r}; did you mean 'LOG_LEVEL'?"} if wrong else set[str]()
    assert messages == meant


@pytest.mark.parametrize(
    ("others", "count"),
    [("- name: proxy", 1), ("- {name: proxy, image: 'acme/proxy:1'}", 0), ("- tty: true", 0)],
)
def test_container_without_an_image_beside_others_is_reported(others: str, count: int) -> None:
    told = faults(workload("Deployment", container=f"tty: true\n      {others}"))
    wanted = (14, "missing-field", "container proxy has no image; the API server refuses it")
    assert told.count(wanted) == count
    text = workload("Deployment").replace("        image: acme/api:1.2.0\n", "")
    assert [each[:2] for each in faults(text)] == [(11, "missing-field")]
    patch = text.replace("selector: {matchLabels: {app: api}}", "replicas: 2")
    assert faults(patch) == [
        (4, "missing-field", NO_SELECTOR)
    ]  # it is laid over a workload with an image


def test_volume_of_a_claim_template_is_a_volume() -> None:
    claim = "volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]"
    mounts = "volumeMounts: [{name: data, mountPath: /data}, {name: dta, mountPath: /x}]"
    told = faults(workload("StatefulSet", spec=claim, container=mounts))
    assert [message for _, check, message in told if check == "misspelt-reference"] == [
        "the pod has no volume 'dta'; did you mean 'data'?"
    ]


@pytest.mark.parametrize(
    ("kind", "pod", "expected"),
    [
        ("Deployment", "restartPolicy: Never", [(9, "wrong-choice")]),
        ("Deployment", "restartPolicy: Always", []),
        ("Deployment", "", []),
        ("Job", "restartPolicy: Never", []),
        ("Job", "restartPolicy: Always", [(9, "wrong-choice")]),
        ("Job", "", [(8, "missing-field")]),
    ],
)
def test_pods_are_restarted_as_their_workload_takes_it(
    kind: str, pod: str, expected: list[tuple[int, str]]
) -> None:
    told = [(line, check) for line, check, _ in faults(workload(kind, pod=pod))]
    assert told == expected


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        (INIT, "an init container has no livenessProbe; write restartPolicy: Always if it runs on"),
        (INIT.replace("image: b", "image: b, restartPolicy: Always"), ""),
        (
            "ephemeralContainers: [{name: a, image: b}]",
            "a template has no ephemeralContainers; move them to containers",
        ),
        ("ephemeralContainers: []", ""),
    ],
)
def test_container_that_a_template_does_not_run_on_is_refused(pod: str, words: str) -> None:
    told = [
        (line, check, message) for line, check, message in faults(workload("Deployment", pod=pod))
    ]
    assert told == ([(9, "misplaced-field", words)] if words else [])


@pytest.mark.parametrize(
    ("spec", "is_wrong"),
    [
        ("revisionHistoryLimit: -1", True),
        ("minReadySeconds: -5", True),
        ("minReadySeconds: 0", False),
        ("template: {spec: {priority: -10}}", False),
    ],
)
def test_number_below_zero_is_refused_but_where_it_is_a_rank(spec: str, is_wrong: bool) -> None:
    selector = "selector: {matchLabels: {app: api}}"
    head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"
    pod = "" if "template" in spec else "template: {}, "
    told = [check for _, check, _ in faults(f"{head}spec: {{{selector}, {pod}{spec}}}\n")]
    assert ("wrong-value" in told) == is_wrong


@pytest.mark.parametrize(
    ("strategy", "checks"),
    [
        ("{type: Recreate, rollingUpdate: {maxSurge: 1}}", ["exclusive-fields"]),
        ("{type: Recreate, rollingUpdate: null}", []),
        ("{type: Recreate, rollingUpdate: {}}", []),
        ("{rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}", ["contradiction"]),
        ("{rollingUpdate: {maxSurge: 0%, maxUnavailable: 0}}", ["contradiction"]),
        ("{rollingUpdate: {maxSurge: 0}}", []),
        ("{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", []),
    ],
)
def test_strategy_that_replaces_no_pod_is_reported(strategy: str, checks: list[str]) -> None:
    told = faults(workload("Deployment", spec=f"strategy: {strategy}"))
    assert [check for _, check, _ in told] == checks


BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: api}\nspec:\n"


@pytest.mark.parametrize(
    ("bound", "is_taken"),
    [("1", True), ("50%", True), ("100%", True), ("101%", False), ("half", False), ("50 %", False)],
)
def test_bound_of_a_budget_is_a_number_or_a_share_of_all_pods(bound: str, is_taken: bool) -> None:
    told = faults(f"{BUDGET}  selector: {{}}\n  minAvailable: {bound}\n")
    assert [check for _, check, _ in told] == ([] if is_taken else ["wrong-value"])


def test_budget_without_a_selector_protects_nothing() -> None:
    told = faults(f"{BUDGET}  minAvailable: 1\n")
    assert told == [(4, "missing-field", "the budget has no selector, so it protects no pod")]


def test_budget_takes_one_bound() -> None:
    budget = f"{BUDGET}  selector: {{matchLabels: {{app: api}}}}\n"
    assert not faults(f"{budget}  minAvailable: 1\n")
    told = faults(f"{budget}  minAvailable: 1\n  maxUnavailable: 1\n")
    assert [(line, check) for line, check, _ in told] == [(7, "exclusive-fields")]


@pytest.mark.parametrize(
    ("backend", "check"),
    [
        ("service: {name: api, port: {name: web}}", ""),
        ("resource: {apiGroup: acme.example, kind: Bucket, name: api}", ""),
        ("service: {name: api}", "missing-field"),
        ("service: {name: api, port: {}}", "missing-field"),
        ("service: {name: api, port: 80}", "wrong-type"),
        ("service: {name: api, port: {name: web, number: 80}}", "exclusive-fields"),
        (
            "{service: {name: api, port: {number: 80}}, resource: {kind: Bucket, name: api}}",
            "exclusive-fields",
        ),
    ],
)
def test_backend_has_one_target_with_one_port(backend: str, check: str) -> None:
    head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: api}\n"
    written = backend if backend.startswith("{") else f"{{{backend}}}"
    told = faults(f"{head}spec:\n  defaultBackend: {written}\n")
    assert [(line, found) for line, found, _ in told] == [(5, check)] * bool(check)


def test_autoscaler_needs_its_most() -> None:
    target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}"
    text = f"{SCALER}spec:\n  {target}\n"
    assert [(line, check) for line, check, _ in faults(text)] == [(4, "missing-field")]
    assert not faults(f"{text}  maxReplicas: 5\n")


MOUNT = "{name: a, mountPath: /a}"
TWICE = [
    ("", "volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]", "", 9),
    ("", "initContainers: [{name: api, image: a}]", "", 9),
    ("", "", "ports: [{name: web, containerPort: 1}, {name: web, containerPort: 2}]", 13),
    ("", "volumes: [{name: a}]", f"volumeMounts: [{MOUNT}, {MOUNT}]", 13),
]


@pytest.mark.parametrize(("spec", "pod", "container", "line"), TWICE)
def test_name_that_must_be_unique_is_reported_where_it_is_there_again(
    spec: str, pod: str, container: str, line: int
) -> None:
    told = [(at, check) for at, check, _ in faults(workload("Deployment", spec, pod, container))]
    assert told == [(line, "duplicate-name")]


def test_names_of_different_lists_may_be_equal() -> None:
    pod = "volumes: [{name: api}, {name: '{{ .a }}'}, {name: '{{ .a }}'}]"
    ports = "ports: [{containerPort: 1}, {containerPort: 2}, {name: api, containerPort: 3}]"
    assert not faults(workload("Deployment", pod=pod, container=ports))


PORTS = [
    ("{name: web, containerPort: 80800}", "containerPort is 80800; a port is a number from 1 to"),
    ("{name: web, containerPort: 1, hostPort: -1}", "hostPort is -1"),
    ("{name: Web, containerPort: 1}", "name is 'Web'; the API takes at most 15 lower-case letters"),
    ("{name: administration-port, containerPort: 1}", "at most 15"),
    ("{name: web--admin, containerPort: 1}", "name is 'web--admin'"),
]


@pytest.mark.parametrize(("port", "words"), PORTS)
def test_port_that_the_api_refuses_is_reported(port: str, words: str) -> None:
    ((line, check, message),) = faults(workload("Deployment", container=f"ports: [{port}]"))
    assert (line, check) == (13, "wrong-value")
    assert words in message


@pytest.mark.parametrize("number", ["[x, y]", "{a: 1}"])
def test_port_that_is_no_scalar_is_one_of_another_type(number: str) -> None:
    port = f"{{name: web, containerPort: {number}}}"
    ((line, check, _),) = faults(workload("Deployment", container=f"ports: [{port}]"))
    assert (line, check) == (13, "wrong-type")


def test_name_of_a_port_of_a_service_may_be_longer() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec:\n  ports:\n  - %s\n"
    assert not faults(service % "{name: administration-of-orders, port: 80}")
    ((line, check, _),) = faults(service % "{name: web, port: 808080}")
    assert (line, check) == (6, "wrong-value")


@pytest.mark.parametrize(
    ("container", "is_told"),
    [
        ("command: [./api serve]", True),
        ("command: [./api, --port 80]", True),
        ("args: [-A shop worker -Q mail]", True),
        ("args: [two words]", False),
        ("command: [sh, -c, ./api serve]", False),
        ("command: [./api, --text=two words, -m two words]", False),
        ("lifecycle: {preStop: {exec: {command: [sleep 5]}}}", True),
        ("livenessProbe: {exec: {command: [cat /tmp/alive]}}", True),
        ("livenessProbe: {exec: {command: [cat, /tmp/alive]}}", False),
    ],
)
def test_several_words_in_one_item_of_a_command_are_reported(
    container: str, *, is_told: bool
) -> None:
    init = f"initContainers: [{{name: init, image: a, restartPolicy: Always, {container}}}]"
    for text in (workload("Deployment", container=container), workload("Deployment", pod=init)):
        assert [check for _, check, _ in faults(text)] == ["command-in-one-word"] * is_told


@pytest.mark.parametrize(
    ("part", "is_told"),
    [
        ("envFrom: [{secretRef: {}}]", True),
        ("envFrom: [{secretRef: null}]", True),
        ("envFrom: [{configMapRef: {optional: true}}]", True),
        ("envFrom: [{configMapRef: {name: api}}]", False),
        ("env: [{name: A, valueFrom: {secretKeyRef: {key: a}}}]", True),
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: api, key: a}}}]", False),
        ("env: [{name: A, valueFrom: {configMapKeyRef: null}}]", True),
        ("livenessProbe: {httpGet: null}", True),
    ],
)
def test_reference_without_a_name_is_reported(part: str, *, is_told: bool) -> None:
    checks = [check for _, check, _ in faults(workload("Deployment", container=part))]
    assert checks == ["missing-field"] * is_told


@pytest.mark.parametrize(
    ("volume", "is_told"),
    [
        ("secret: {}", True),
        ("secret: {secretName: api}", False),
        ("configMap: {defaultMode: 420}", True),
        ("configMap: {name: api}", False),
        ("projected: {sources: [{secret: {name: api}}]}", False),
    ],
)
def test_volume_without_the_name_of_its_source_is_reported(volume: str, *, is_told: bool) -> None:
    pod = f"volumes: [{{name: a, {volume}}}]"
    checks = [check for _, check, _ in faults(workload("Deployment", pod=pod))]
    assert checks == ["missing-field"] * is_told


@pytest.mark.parametrize(
    ("requirement", "checks"),
    [
        ("operator: In, values: [api]", []),
        ("operator: Exists", []),
        ("operator: NotIn, values: '{{ .Values.apps }}'", []),
        ("operator: in, values: [api]", ["wrong-choice"]),
        ("operator: In", ["contradiction"]),
        ("operator: NotIn, values: []", ["contradiction"]),
        ("operator: DoesNotExist, values: [api]", ["contradiction"]),
    ],
)
def test_operator_of_a_selector_goes_with_its_values(requirement: str, checks: list[str]) -> None:
    spec = f"selector: {{matchExpressions: [{{key: app, {requirement}}}]}}"
    text = f"{BUDGET}spec:\n  {spec}\n"
    assert [check for _, check, _ in faults(text)] == checks


def test_metric_without_the_source_of_its_type_is_reported() -> None:
    scaler = f"{SCALER}spec:\n  maxReplicas: 2\n"
    scaler += "  scaleTargetRef: {kind: Deployment, name: api}\n  metrics:\n  - type: %s\n"
    scaler += "    resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}\n"
    assert not faults(scaler % "Resource")
    ((line, check, message),) = faults(scaler % "Pods")
    assert (line, check) == (8, "missing-field")
    assert "it has no pods; it has resource" in message


@pytest.mark.parametrize(
    ("target", "checks"),
    [
        ("averageValue: 500m", []),
        ("value: 500m", ["missing-field"]),
        ("averageUtilization: 70, averageValue: 500m", ["exclusive-fields"]),
        ("averageUtilization: 0", ["wrong-value"]),
    ],
)
def test_metric_of_a_resource_has_one_aim(target: str, checks: list[str]) -> None:
    metric = f"{{type: Resource, resource: {{name: cpu, target: {{type: Value, {target}}}}}}}"
    scaled = "scaleTargetRef: {kind: Deployment, name: api}"
    spec = f"spec: {{maxReplicas: 2, {scaled}, metrics: [{metric}]}}\n"
    assert [check for _, check, _ in faults(SCALER + spec)] == checks


@pytest.mark.parametrize(
    ("kind", "checks"), [("AverageValue", []), ("Utilisation", ["wrong-choice"]), ("'{{ a }}'", [])]
)
def test_type_of_a_trigger_is_one_that_keda_has(kind: str, checks: list[str]) -> None:
    trigger = f"{{type: cpu, metricType: {kind}, metadata: {{value: '1'}}}}"
    text = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: api}\n"
    text += f"spec: {{scaleTargetRef: {{name: api}}, triggers: [{trigger}]}}\n"
    assert [check for _, check, _ in faults(text)] == checks


def test_labels_beside_match_labels_select_nothing() -> None:
    text = workload("Deployment").replace("{matchLabels: {app: api}}", "{app: api}")
    told = [fault for fault in faults(text) if fault[1] == "selector-mismatch"]
    assert told == [(6, "selector-mismatch", "app is not in matchLabels; move it there")]


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
@pytest.mark.parametrize("selector", ["{}", "{matchLabels: {}}", "{matchExpressions: []}"])
def test_selector_without_a_label_is_refused(kind: str, selector: str) -> None:
    text = workload(kind).replace("{matchLabels: {app: api}}", selector)
    told = [fault for fault in faults(text) if fault[1] == "selector-mismatch"]
    assert told == [(6, "selector-mismatch", "the selector is empty; the API server refuses it")]


def test_job_without_a_selector_is_taken() -> None:
    text = workload("Job", "selector: {}", "restartPolicy: Never")
    assert "selector-mismatch" not in [check for _, check, _ in faults(text)]


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("*/5 * * *", "it has 4 fields; write 5: minute, hour, day, month, day of the week"),
        ("0 0 3 * * ?", "it has 6 fields"),
        ("60 * * * *", "'60' is no minute, which is 0 to 59"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 3 * * 7", "'7' is no day of the week, which is 0 to 6"),
        ("0 3 * * MO", "'MO' is no day of the week"),
        ("30-10 * * * *", "'30-10' is no minute"),
        ("*/0 * * * *", "'*/0' is no minute"),
        ("@hourli", "did you mean '@hourly'?"),
        ("@every 5 minutes", "an interval is a duration such as 1h30m"),
        ("CRON_TZ=UTC 0 3 * * *", "its time zone belongs in timeZone"),
    ],
)
def test_schedule_that_cannot_be_read_is_reported(schedule: str, words: str) -> None:
    ((line, check, message),) = faults(CRON_JOB.replace("SCHEDULE", f"'{schedule}'"))
    assert (line, check) == (5, "wrong-value")
    assert words in message


@pytest.mark.parametrize(
    "schedule",
    ["*/15 0-6,22 1,15 jan-Mar mon-FRI", "0 3 * * ?", "5/10 * * * *", "@daily", "@every 1h30m"],
)
def test_schedule_in_any_form_is_right(schedule: str) -> None:
    assert not faults(CRON_JOB.replace("SCHEDULE", f"'{schedule}'"))


CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  schedule: SCHEDULE
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: report, image: acme/report:1.2.0}]
"""


def test_misspelt_metric_of_a_resource_is_reported() -> None:
    metric = "{type: Resource, resource: {name: cpus, target: {averageUtilization: 70}}}"
    scaled = "scaleTargetRef: {kind: Deployment, name: api}"
    told = faults(f"{SCALER}spec: {{maxReplicas: 2, {scaled}, metrics: [{metric}]}}\n")
    assert ("wrong-choice", "no pod has the metric 'cpus'; did you mean 'cpu'?") in [
        (check, message) for _, check, message in told
    ]


@pytest.mark.parametrize(("path", "is_wrong"), [("/api", False), ("api", True), ("''", False)])
def test_path_of_an_ingress_begins_at_the_root(path: str, is_wrong: bool) -> None:
    service = "service: {name: api, port: {number: 80}}"
    rule = f"http: {{paths: [{{path: {path}, pathType: Prefix, backend: {{{service}}}}}]}}"
    head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: api}\n"
    told = faults(f"{head}spec: {{rules: [{{{rule}}}]}}\n")
    assert [check for _, check, _ in told] == (["wrong-value"] if is_wrong else [])


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("api.acme.dev", ""),
        ("'*.acme.dev'", ""),
        ("localhost", ""),
        ("'{{ host }}'", ""),
        ("https://api.acme.dev", "without a scheme"),
        ("api.acme.dev:443", "without a port"),
        ("api.acme.dev/v1", "without a path"),
        ("10.0.0.1", "a DNS name"),
        ("Api.acme.dev", "in lower case"),
        ("api_v1.acme.dev", "a DNS name"),
        ("'*.*.dev'", "with *. before it"),
        ("'*'", "a DNS name"),
    ],
)
def test_host_of_an_ingress_or_a_route_is_a_dns_name(host: str, words: str) -> None:
    ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: api}\nspec:\n"
    route = (
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: api}\nspec:\n"
    )
    parts = {
        f"{ingress}  rules:\n  - host: {host}\n": 6,
        f"{ingress}  tls:\n  - hosts:\n    - {host}\n": 7,
        f"{route}  hostnames:\n  - {host}\n": 6,
    }
    for text, line in parts.items():
        found = faults(text)
        assert [(at, check) for at, check, _ in found] == [(line, "wrong-value")] * bool(words)
        assert all(words in message for _, _, message in found)


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec:\n  ports:\n"


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        (["{port: 80}"], []),
        (["{name: a, port: 80}", "{name: b, port: 81}"], []),
        (["{name: a, port: 53}", "{name: b, port: 53, protocol: UDP}"], []),
        (["{name: a, port: 80}", "{name: b, port: 80}"], [(7, "duplicate-name")]),
        (["{name: a, port: 80}", "{name: a, port: 81}"], [(7, "duplicate-name")]),
        (["{name: a, port: 80}", "{port: 81}"], [(7, "missing-field")]),
    ],
)
def test_ports_of_a_service_have_names_and_numbers_of_their_own(
    ports: list[str], expected: list[tuple[int, str]]
) -> None:
    found = faults(SERVICE + "".join(f"  - {port}\n" for port in ports))
    assert [(line, check) for line, check, _ in found] == expected


@pytest.mark.parametrize(
    ("source", "is_told"),
    [
        ("fieldRef: {fieldPath: metadata.name}", False),
        ("fieldRef: {fieldPath: \"metadata.labels['app']\"}", False),
        ("fieldRef: {fieldPath: status.podIPs}", False),
        ("fieldRef: {fieldPath: metadata.nmae}", True),
        ("fieldRef: {fieldPath: spec.serviceAccount}", True),
        ("resourceFieldRef: {resource: limits.cpu}", False),
        ("resourceFieldRef: {resource: limits.hugepages-2Mi}", False),
        ("resourceFieldRef: {resource: limit.cpu}", True),
        ("resourceFieldRef: {resource: cpu}", True),
    ],
)
def test_field_of_the_pod_that_a_variable_takes_is_one_that_it_offers(
    source: str, *, is_told: bool
) -> None:
    found = faults(workload("Deployment", container=f"env: [{{name: A, valueFrom: {{{source}}}}}]"))
    assert [(line, check) for line, check, _ in found] == [(13, "wrong-choice")] * is_told


@pytest.mark.parametrize(
    ("name", "count"),
    [("LOG_LEVEL", 0), ("log.level", 0), ("'{{ name }}'", 0), ("LOG LEVEL", 1), ("'A=B'", 1)],
)
def test_name_of_a_variable_is_one_word(name: str, count: int) -> None:
    found = faults(workload("Deployment", container=f"env: [{{name: {name}, value: a}}]"))
    assert [check for _, check, _ in found] == ["wrong-value"] * count


METRIC = f"""{SCALER}spec:
  maxReplicas: 3
  scaleTargetRef: {{kind: Deployment, name: api}}
  metrics:
  - {{type: Resource, resource: {{name: cpu, target: %s}}}}
"""


@pytest.mark.parametrize("kind", ["utilization", "Utilisation", "Percent"])
def test_type_of_what_a_metric_aims_at_is_one_that_the_api_has(kind: str) -> None:
    metric = f"{{name: cpu, target: {{type: {kind}, averageUtilization: 70}}}}"
    found = faults(
        f"{SCALER}spec:\n  maxReplicas: 3\n  metrics: [{{type: Resource, resource: {metric}}}]\n"
    )
    assert [check for _, check, _ in found if check == "wrong-choice"] == ["wrong-choice"]


def test_misspelt_aim_of_a_metric_is_one_finding() -> None:
    metric = "{name: cpu, target: {type: Utilization, averageUtilisation: 70}}"
    found = faults(
        f"{SCALER}spec:\n  maxReplicas: 3\n  metrics: [{{type: Resource, resource: {metric}}}]\n"
    )
    assert [check for _, check, _ in found if check != "missing-field"] == ["unknown-field"]
    assert not [message for _, check, message in found if "none of" in message]


@pytest.mark.parametrize(
    ("spec", "checks"),
    [
        ("type: ClusterIP", []),
        ("clusterIP: None", []),
        ("clusterIP: 10.0.0.7", []),
        ("clusterIP: none", ["wrong-value"]),
        ("ports:", ["missing-field"]),
        ("selector:", ["selects-nothing"]),
        ("selector: {}", []),
        ("ports: []", ["missing-field"]),
        ("clusterIP: None\n  ports:", []),
        ("type: ExternalName\n  ports: []", []),
        ("type: NodePort\n  externalTrafficPolicy: Local", []),
        ("externalTrafficPolicy: Local", ["contradiction"]),
        ("externalIPs: [10.0.0.7]\n  externalTrafficPolicy: Local", []),
        ("ports: [{port: 80, nodePort: 30080}]", ["contradiction"]),
        ("ports: [{port: 80, nodePort: null}]", []),
        ("type: LoadBalancer\n  ports: [{port: 80, nodePort: 30080}]", []),
    ],
)
def test_service_inside_a_cluster_has_nothing_of_one_that_is_reached_from_outside(
    spec: str, checks: list[str]
) -> None:
    text = f"apiVersion: v1\nkind: Service\nmetadata: {{name: api}}\nspec:\n  {spec}\n"
    assert [check for _, check, _ in faults(text)] == checks


@pytest.mark.parametrize(
    ("pod", "checks"),
    [
        ("tolerations: [{key: a, operator: Exists}]", []),
        ("tolerations: [{key: a, operator: Exists, value: b}]", ["exclusive-fields"]),
        ("tolerations: [{key: a, operator: Equal, value: b}]", []),
        ("volumes: [{name: a, emptyDir: {medium: Memory, sizeLimit: 1Gi}}]", []),
        ("volumes: [{name: a, emptyDir: {medium: memory}}]", ["wrong-choice"]),
        ("volumes: [{name: a, emptyDir: {sizeLimit: 1GB}}]", ["wrong-value"]),
        ("volumes: [{name: A_b, emptyDir: {}}]", ["wrong-value"]),
        ("volumes: [{name: <volume>, emptyDir: {}}]", []),
        ("initContainers: [{name: wait_for, image: a}]", ["wrong-value"]),
        ("initContainers: [{name: WAIT_FOR, image: a}]", []),
    ],
)
def test_part_of_a_pod_that_the_api_or_the_kubelet_refuses_is_reported(
    pod: str, checks: list[str]
) -> None:
    assert [check for _, check, _ in faults(workload("Deployment", pod=pod))] == checks


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("api", 0),
        ("v1.2_3-a", 0),
        ("''", 0),
        ("'{{ name }}'", 0),
        ("<team>", 0),
        ("the api", 1),
        ("-api", 1),
        ("acme/api", 1),
        ("a" * 64, 1),
    ],
)
def test_value_of_a_label_is_one_that_a_selector_can_name(value: str, count: int) -> None:
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: api, labels: {{team: {value}}}}}\n"
    assert [check for _, check, _ in faults(text)] == ["wrong-value"] * count


POD = "kind: Pod\nspec: {containers: [{name: a, image: b}]"


@pytest.mark.parametrize(
    "text",
    [
        "kind: Service\nspec: {clusterIP: null, externalTrafficPolicy: null}",
        "kind: Service\nspec: {ports: [{name: null, port: 80, nodePort: null}]}",
        f"{POD}, tolerations: [{{operator: Exists, value: ~}}]}}",
        f"{POD}, volumes: [{{name: a, emptyDir: {{medium: ~, sizeLimit: ~}}}}]}}",
        "kind: ConfigMap\ndata: null",
    ],
)
def test_field_without_a_value_is_one_that_is_not_set(text: str) -> None:
    head = "apiVersion: v1\nmetadata: {name: api, labels: {team: null}, annotations: null}\n"
    assert faults(f"{head}{text}\n") == []


@pytest.mark.parametrize("value", ["null", "~", ""])
def test_host_without_a_value_is_one_that_is_not_set(value: str) -> None:
    ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: api}\n"
    assert faults(f"{ingress}spec:\n  rules:\n  - host: {value}\n") == []


@pytest.mark.parametrize(
    ("spec", "pod", "check"),
    [
        ("strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 1}}", "", ""),
        ("strategy: {rollingUpdate: {maxUnavailable: 25 %}}", "", "wrong-value"),
        ("strategy: {rollingUpdate: {maxSurge: one}}", "", "wrong-value"),
        ("strategy: {rollingUpdate: {maxSurge: }}", "", ""),
        ("", "initContainers: [{name: a, image: 'b:1', restartPolicy: Always}]", ""),
        ("", "initContainers: [{name: a, image: 'b:1', restartPolicy: always}]", "wrong-choice"),
    ],
)
def test_bound_of_an_update_and_restarts_of_a_container_are_those_of_the_api(
    spec: str, pod: str, check: str
) -> None:
    found = [fault for _, fault, _ in faults(workload("Deployment", spec, pod))]
    assert found == ([check] if check else [])
