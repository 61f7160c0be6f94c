"""What the API server drops or refuses: fields, types and choices, at any depth of an object."""

from __future__ import annotations

import shutil

import pytest

from deploylint.documents.nodes import span
from deploylint.documents.reader import Document, read_text
from deploylint.readers.kubernetes.faults.api import api_faults
from deploylint.readers.kubernetes.objects import objects_in
from deploylint.readers.kubernetes.service import faults_within
from tools import api_table

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  POD: 0
  containers:
  - name: api
    image: acme/api:1.2.0
    CONTAINER: 0
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {SPEC: 0}
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec: {SPEC: 0, selector: {}}
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    """The line, the check and the message of each fault of some objects."""
    document = read_text(text, "api.yaml")
    assert isinstance(document, Document), document
    found = (fault for root in document.roots for fault in api_faults(root))
    return [(span(one.node).line, one.check, one.message) for one in found]


def pod(spec: str = "", container: str = "") -> str:
    """A Pod with a line of its own at the pod and at the container."""
    text = POD.replace("  POD: 0\n", f"  {spec}\n" if spec else "")
    return text.replace("    CONTAINER: 0\n", f"    {container}\n" if container else "")


def of_service(spec: str) -> str:
    return SERVICE.replace("SPEC: 0", spec)


FIELDS = [
    ("", "imagePullSecrets: [{name: registry}]", "misplaced-field", "move it to spec"),
    ("", "terminationGracePeriodSeconds: 5", "misplaced-field", "move it to spec"),
    ("env: [{name: A, value: x}]", "", "misplaced-field", "move it to spec.containers[]"),
    ("image: acme/api:1.2.0", "", "misplaced-field", "move it to spec.containers[]"),
    ("imagePullSecrets: [{secretName: registry}]", "", "missing-field", "it has no name"),
    ("imagePullSecrets: [{nmae: registry}]", "", "missing-field", "did you mean 'name'?"),
    (
        "imagePullSecrets: [{name: registry, colour: a}]",
        "",
        "unknown-field",
        "imagePullSecrets[registry]",
    ),
    ("", "envFrom: [{secretRef: {secretName: api}}]", "missing-field", "and it has no name"),
    ("", "volumeMounts: [{name: tmp, path: /tmp}]", "missing-field", "has no mountPath"),
    ("affinity: {app.io/name: api}", "", "unknown-field", "is not a field of spec.affinity"),
    ("hostname: api\n  hostnetwork: true", "", "unknown-field", "did you mean 'hostNetwork'?"),
    ("", "enviroment: []", "unknown-field", "the API server drops it"),
    ("", "readynessProbe: {}", "unknown-field", "did you mean 'readinessProbe'?"),
    ("", "volumes: []", "misplaced-field", "move it to spec"),
    ("", "restartpolicy: Always", "unknown-field", "did you mean 'restartPolicy'?"),
    (
        "securityContext: {capabilities: {drop: [ALL]}}",
        "",
        "misplaced-field",
        "move it to spec.containers[].securityContext",
    ),
    ("", "securityContext: {fsGroup: 2000}", "misplaced-field", "move it to spec.securityContext"),
    ("", "ports: [{resources: {}, containerPort: 1}]", "misplaced-field", "spec.containers[]"),
    ("", "livenessProbe: {path: /health}", "misplaced-field", "livenessProbe.httpGet"),
    (
        "",
        "envFrom: [{configMapKeyRef: {name: api, key: A}}]",
        "misplaced-field",
        "move it to spec.containers[].env[].valueFrom",
    ),
    ("server: db", "", "unknown-field", "the API server drops it"),
    ("securityContext: {privileged: false}", "", "misplaced-field", "[].securityContext"),
    ("", "level: debug", "unknown-field", "the API server drops it"),
    ("", "value: a", "unknown-field", "the API server drops it"),
    ("nodeSelector:\n  pool: a", "", "misplaced-field", "move it to spec.nodeSelector"),
    (
        "volumes: [{name: a, emptyDir: {}}]\n  securityContext:\n  seccompProfile: {}",
        "",
        "misplaced-field",
        "move it to spec.securityContext",
    ),
]
TYPES = [
    ("", "env: [{name: DEBUG, value: yes}]", "containers[api].env[DEBUG].value is true or false"),
    ("", "env: [{name: DEBUG, value: 12345678}]", "is a number; the API takes a text: quote it"),
    ("", "env: {DEBUG: 'true'}", "env is a mapping; the API takes a list"),
    ("", "command: /api", "command is a text; the API takes a list"),
    ("", "args: [--port, 8080]", "args[1] is a number"),
    ("", "ports: [{containerPort: '8080'}]", "takes a whole number without quotes"),
    ("", "tty: 'true'", "takes true or false without quotes"),
    ("", "livenessProbe: {httpGet: {port: '80'}}", "is a number in quotes"),
    (
        "",
        "livenessProbe: {exec: {}, timeoutSeconds: 1.5}",
        "is a number; the API takes a whole number",
    ),
    ("", "envFrom: [{secretRef: api}]", "secretRef is a text; the API takes a mapping"),
    ("imagePullSecrets: [registry]", "", "imagePullSecrets[0] is a text; the API takes a mapping"),
    ("imagePullSecrets: {name: registry}", "", "is a mapping; the API takes a list"),
    ("nodeSelector: {gpu: true}", "", "nodeSelector.gpu is true or false"),
]
FITS = [
    ("", "env: [{name: DEBUG, value: 'yes'}, {name: EMPTY, value: }]"),
    ("", "env: [{name: A, value: 2024-01-01}, {name: B, value: 1.2.0}]"),
    ("", "livenessProbe: {timeoutSeconds: 2.0, httpGet: {port: http, scheme: ''}}"),
    ("", "resources: {limits: {cpu: 0.5, memory: 1073741824, acme.example/gpu: '1'}}"),
    ("terminationGracePeriodSeconds: '{{ .Values.grace }}'", "imagePullPolicy: ${PULL_POLICY}"),
    ("nodeSelector:", "ports: ~"),
    ("$setElementOrder/containers: [{name: api}]", ""),
    ("priority: 0", "ports: [{containerPort: 01}]"),
    ("volumes: [{name: a, secret: {secretName: a, defaultMode: 0440}}]", ""),
    (
        "volumes: [{name: a, configMap: {name: a, items: [{key: a, path: a, mode: 0644}]}}]",
        "",
    ),
]


@pytest.mark.parametrize(("spec", "container", "check", "message"), FIELDS)
def test_field_of_no_or_another_level_is_reported_with_what_is_meant(
    spec: str, container: str, check: str, message: str
) -> None:
    ((_, found, text),) = faults(pod(spec, container))
    assert found == check
    assert message in text


@pytest.mark.parametrize(("spec", "container", "message"), TYPES)
def test_value_of_another_type_is_reported_with_the_type(
    spec: str, container: str, message: str
) -> None:
    ((_, found, text),) = faults(pod(spec, container))
    assert found == "wrong-type"
    assert message in text


@pytest.mark.parametrize(
    ("spec", "container", "meant"),
    [
        ("", "ports: [{containerPort: 08080}]", "8080"),
        ("", "ports: [{containerPort: 0443}]", "443"),
        ("", "livenessProbe: {httpGet: {port: 0080}}", "80"),
        ("", "livenessProbe: {tcpSocket: {port: 80}, periodSeconds: 010}", "10"),
        ("terminationGracePeriodSeconds: 060", "", "60"),
    ],
)
def test_number_with_a_leading_zero_is_reported(spec: str, container: str, meant: str) -> None:
    volume = "volumes: [{name: a, secret: {secretName: a, defaultMode: 0443}}]"
    text = pod(f"{volume}\n  {spec}" if spec else volume, container)
    ((_, found, message),) = faults(text)
    assert found == "wrong-value"
    wrong = f"begins with a zero, which readers of YAML take differently; write {meant}"
    assert message.endswith(wrong)


@pytest.mark.parametrize("null", ["", "null", "~"])
@pytest.mark.parametrize(
    ("container", "what"),
    [
        ("ports: [{name: http, containerPort: %s}]", "ports[http].containerPort"),
        ("volumeMounts: [{name: a, mountPath: %s}]", "volumeMounts[a].mountPath"),
        ("env: [{name: %s, value: a}]", ".name"),
        ("livenessProbe: {httpGet: {port: %s}}", "livenessProbe.httpGet.port"),
    ],
)
def test_field_that_has_to_be_there_and_has_no_value_is_reported(
    container: str, what: str, null: str
) -> None:
    volumes = "volumes: [{name: a, emptyDir: {}}]"
    ((line, check, message),) = faults(pod(volumes, container % null))
    assert (line, check) == (9, "missing-field")
    assert message.endswith(f"{what} has no value; the API server refuses it")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\n"
            "spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: }]}}]}\n",
            "spec.rules[0].http.paths[0].backend",
        ),
        (
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\n"
            "spec: {maxReplicas: 3, scaleTargetRef: ~}\n",
            "spec.scaleTargetRef",
        ),
    ],
)
def test_mapping_that_has_to_be_there_and_has_no_value_is_reported(text: str, what: str) -> None:
    ((line, check, message),) = faults(text)
    assert (line, check) == (4, "missing-field")
    assert message == f"{what} has no value; the API server refuses it"


def test_selector_that_a_tool_may_fill_may_have_no_value() -> None:
    text = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\n"
    assert faults(f"{text}spec: {{selector: , endpoints: [{{port: http}}]}}\n") == []


@pytest.mark.parametrize(
    "container", ["ports: null", "env: [{name: A, value: null}]", "ports: [{containerPort: '1'}]"]
)
def test_field_that_need_not_be_there_may_have_no_value(container: str) -> None:
    assert [check for _, check, _ in faults(pod("", container))] != ["missing-field"]


def test_patch_may_take_away_a_field_by_its_value() -> None:
    text = pod("", "ports: [{containerPort: null}]")
    document = read_text(text, "api.yaml")
    assert isinstance(document, Document)
    assert list(api_faults(document.roots[0], is_whole=False)) == []


@pytest.mark.parametrize("port", ["{port: 08080}", "{port: 80, targetPort: 0080}"])
def test_port_of_a_service_with_a_leading_zero_is_reported(port: str) -> None:
    assert [check for _, check, _ in faults(of_service(f"ports: [{port}]"))] == ["wrong-value"]


@pytest.mark.parametrize(("spec", "container"), FITS)
def test_object_that_the_api_takes_has_no_fault(spec: str, container: str) -> None:
    assert faults(pod(spec, container)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (pod("", "imagePullPolicy: IfNotPressent"), "did you mean 'IfNotPresent'?"),
        (pod("restartPolicy: always"), "did you mean 'Always'?"),
        (of_service("type: ClusterIPP"), "spec.type is 'ClusterIPP'; did you mean 'ClusterIP'?"),
        (of_service("ports: [{port: 80, protocol: HTTP}]"), "one of SCTP, TCP, UDP"),
    ],
)
def test_word_that_is_no_choice_is_reported_with_the_choices(text: str, message: str) -> None:
    ((_, check, found),) = faults(text)
    assert check == "wrong-choice"
    assert message in found


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api}
spec: {interval: %s, chart: {spec: {chart: api, sourceRef: {kind: HelmRepository, name: acme}}}}
"""


@pytest.mark.parametrize("interval", ["30 minutes", "30min", "30", "half", "1 h", "30M", "-5m"])
def test_text_that_is_no_duration_is_reported(interval: str) -> None:
    ((line, check, message),) = faults(RELEASE % interval)
    assert (line, check) == (4, "wrong-type")
    assert message.endswith("the API takes a duration such as 90s or 1h30m")


@pytest.mark.parametrize("interval", ["30m", "'1h30m'", "1.5h", "'0'", "500ms", "'${INTERVAL}'"])
def test_duration_of_go_is_taken(interval: str) -> None:
    assert faults(RELEASE % interval) == []


@pytest.mark.parametrize("text", [BUDGET.replace("SPEC: 0", "minAvailable: '1'")])
def test_digits_in_quotes_are_neither_a_number_nor_a_name(text: str) -> None:
    assert [check for _, check, _ in faults(text)] == ["wrong-type"]


CONTRADICTIONS = [
    ("", "startupProbe: {exec: {command: [a]}, grpc: {port: 1}}", ["exclusive-fields"]),
    ("", "lifecycle: {preStop: {exec: {command: [a]}, sleep: {seconds: 5}}}", ["exclusive-fields"]),
    (
        "volumes: [{name: a, emptyDir: {}, configMap: {name: a}}, {name: b, emptyDir: {}}]",
        "",
        ["exclusive-fields"],
    ),
    (
        "",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: a}, "
        "fieldRef: {fieldPath: spec.nodeName}}}]",
        ["exclusive-fields"],
    ),
    (
        "initContainers: [{name: i, env: [{name: A, value: a}, {name: A, value: b}]}]",
        "",
        ["duplicate-variable"],
    ),
    (
        "securityContext: {runAsNonRoot: true}\n"
        "  initContainers: [{name: a, securityContext: {runAsUser: 0}}]",
        "",
        ["root-user"],
    ),
    (
        "securityContext: {runAsNonRoot: true, runAsUser: 0}",
        "securityContext: {runAsNonRoot: false}",
        [],
    ),
    ("securityContext: {runAsUser: 0}", "securityContext: {runAsNonRoot: true}", ["root-user"]),
]


@pytest.mark.parametrize(("spec", "container", "checks"), CONTRADICTIONS)
def test_contradiction_in_a_pod_is_reported_once(
    spec: str, container: str, checks: list[str]
) -> None:
    assert [check for _, check, _ in faults(pod(spec, container))] == checks


def test_value_that_is_refused_is_not_repeated() -> None:
    ((_, _, message),) = faults(pod("", "env: [{name: PASSWORD, value: 12345678}]"))
    assert "12345678" not in message


def test_fault_stands_at_its_key() -> None:
    text = pod("hostNetwrok: true", "tty: 'no'")
    assert [(line, check) for line, check, _ in faults(text)] == [
        (5, "unknown-field"),
        (9, "wrong-type"),
    ]


def test_fault_below_another_one_is_not_reported_again() -> None:
    assert len(faults(pod("", "ports: {http: {containerPort: 'x'}}"))) == 1
    assert len(faults(pod("", "probes: {liveness: {path: 1}}"))) == 1


IN_A_TEMPLATE = [
    (
        "securityContext: {readOnlyRootFilesystem: true}",
        "",
        "misplaced-field",
        "spec.template.spec.securityContext; move it to spec.template.spec.containers[]",
    ),
    ("", "env: [{name: A, value: 1}]", "wrong-type", "spec.template.spec.containers[api].env[A]"),
    (
        "",
        "env: [{name: A, value: a}, {name: A, value: b}]",
        "duplicate-variable",
        "A",
    ),
    ("", "livenessProbe: {exec: {}, grpc: {port: 1}}", "exclusive-fields", "exec"),
    ("", "imagePullPolicy: Alway", "wrong-choice", "did you mean 'Always'?"),
    ("", "enviroment: {}", "unknown-field", "enviroment"),
    ("", "livenessProbe: {}", "missing-field", "none of"),
]


def templated(kind: str, spec: str = "", container: str = "") -> list[tuple[str, str]]:
    """The check and the message of each fault of a kind that has a pod template."""
    head, _, body = pod(spec, container).partition("spec:\n")
    head = head.replace("v1\nkind: Pod", kind.replace(" ", "\nkind: "))
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    document = read_text(f"{head}spec:\n  template:\n    spec:\n{indented}", "api.yaml")
    assert isinstance(document, Document), document
    found = (f for item in objects_in(document, {}).objects for f in faults_within(item))
    return [(fault.check, fault.message) for fault in found]


@pytest.mark.parametrize(("spec", "container", "check", "message"), IN_A_TEMPLATE)
@pytest.mark.parametrize(
    "kind", ["argoproj.io/v1alpha1 Rollout", "apps.openshift.io/v1 DeploymentConfig"]
)
def test_pod_template_of_a_kind_that_kubernetes_does_not_have_is_checked(
    kind: str, spec: str, container: str, check: str, message: str
) -> None:
    ((found, text),) = templated(kind, spec, container)
    assert found == check
    assert message in text


@pytest.mark.parametrize(
    ("kind", "spec", "container"),
    [
        ("serving.knative.dev/v1 Service", "timeoutSeconds: 5", "readinessProbe: {}"),
        ("serving.knative.dev/v1 Service", "containerConcurrency: 2", ""),
        ("acme.example/v1 Runner", "colour: blue", "size: small"),
    ],
)
def test_pod_template_of_another_group_may_add_fields_and_defaults(
    kind: str, spec: str, container: str
) -> None:
    assert templated(kind, spec, container) == []
    ((found, _),) = templated(kind, spec, f"{container}\n    tty: 'no'".lstrip())
    assert found == "wrong-type"


def test_objects_of_other_kinds_and_encrypted_ones_are_left_alone() -> None:
    other = pod("", "tty: 'no'").replace("v1\nkind: Pod", "acme.example/v1\nkind: Pod")
    encrypted = pod("", "tty: 'ENC[AES256_GCM,data:...]'") + "sops: {version: 3.9.0}\n"
    assert faults(other) == faults(encrypted) == []


def test_field_that_the_server_wrote_itself_is_no_fault() -> None:
    assert faults(pod() + "status: {phase: Running, anything: [1]}\n") == []


def test_fault_that_an_alias_repeats_is_reported_once_where_it_is_wrong() -> None:
    text = pod("", "env: [&one {name: A, value: 1}, {<<: *one, name: B}]")
    assert [(line, check) for line, check, _ in faults(text)] == [(8, "wrong-type")]
    shared = pod("securityContext: &one {runAsUser: 1, fsGroup: 1}", "securityContext: *one")
    assert [(line, check) for line, check, _ in faults(shared)] == [(5, "misplaced-field")]


@pytest.mark.slow
def test_table_is_what_the_go_types_say() -> None:
    if shutil.which("go") is None:
        pytest.skip("go is not installed")
    try:
        made = api_table.render()
    except LookupError:
        pytest.skip("the Go modules cannot be downloaded")
    assert api_table.FILE.read_text("utf-8") == made


def test_values_of_a_trigger_of_keda_are_texts() -> None:
    text = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: api}
spec:
  scaleTargetRef: {name: api}
  triggers:
  - type: cpu
    metadata:
      value: 75
"""
    told = faults(text)
    assert [(line, check) for line, check, _ in told] == [(9, "wrong-type")]
    assert faults(text.replace("75", '"75"')) == []
