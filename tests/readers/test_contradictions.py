"""What contradicts itself in values that a chart copies, and in manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import rules
from deploylint.documents.reader import Document, read_text
from deploylint.model import types
from deploylint.model.data import API, definition
from deploylint.model.fault import Fault
from deploylint.readers.helm import profile as profiles
from deploylint.readers.kubernetes.faults.api import api_faults
from deploylint.readers.mistaken_texts import mistaken_texts, with_mistaken_texts
from deploylint.readers.service import read_service
from deploylint.readers.value_faults import MOVING
from tests.support.projects import deployment, report, write
from tests.support.values import document

IMAGE = 'image: {repository: acme/api, tag: "1.2.0"}\n'


def faults(*texts: str, profile: str = "helm-create") -> list[tuple[str, str]]:
    """The check and the message of each fault of some layers of values."""
    documents = [read_text(text, f"{n}.yaml") for n, text in enumerate(texts)]
    layers = [one for one in documents if isinstance(one, Document)]
    service = read_service(layers, profiles.load(profile))
    assert service is not None
    return [(fault.check, fault.message) for fault in service.faults]


@pytest.mark.parametrize(
    ("text", "check", "message"),
    [
        ("readinessProbe: {tcpSocket: {port: 1}, grpc: {port: 2}}", "exclusive-fields", "grpc"),
        ("env: [{name: A, value: x}, {name: A, value: z}]", "duplicate-variable", "A is set twice"),
        (
            "env: [{name: A, value: x}]\nextraEnv: [{name: A, value: z}]",
            "duplicate-variable",
            "A is set in env and in extraEnv",
        ),
        (
            "env: {A: x}\nextraEnvVars: [{name: A, value: z}]",
            "duplicate-variable",
            "A is set in env and in extraEnvVars",
        ),
        ("env: [{name: A, value: Off}]", "unquoted-text", "A is Off, which YAML reads as false"),
        ("env: {A: 1.10}", "unquoted-text", "A is a number, which Helm writes in another way"),
        ("env: {A: 0123}", "unquoted-text", "quote it"),
        ("image: {repository: a, pullPolicy: always}", "wrong-choice", "did you mean 'Always'?"),
        ("envFrom: [{secretKeyRef: {name: a, key: b}}]", "misplaced-field", "write secretRef"),
        ("envFrom: [{configMapKeyRef: {name: a}}]", "misplaced-field", "move it to env"),
        ("service: {type: Nodeport}", "wrong-choice", "did you mean 'NodePort'?"),
        ("securityContext: {runAsUser: 0, runAsNonRoot: true}", "root-user", "which is root"),
        ("env: {APP_VERSION: v1.1.9}", "stale-version", "is v1.1.9, and the tag of the image"),
        ("imagePullSecrets: {name: a}", "wrong-type", "takes a list: write - before name"),
        ("env: {name: A, value: x}", "wrong-type", "env is a mapping; the API takes a list"),
        ("envFrom: {secretRef: {name: a}}", "wrong-type", "write - before secretRef"),
        ("envFrom: [{name: a}]", "missing-field", "none of configMapRef, secretRef"),
        ("envFrom: [{secretref: {name: a}}]", "unknown-key", "did you mean 'secretRef'?"),
        ("envFrom: [{configMapref: {name: a}}]", "unknown-key", "did you mean 'configMapRef'?"),
        ("envFrom: [{secretRefs: {name: a}}]", "unknown-key", "did you mean 'secretRef'?"),
        ("envFrom: [{prefx: A_, secretRef: {name: a}}]", "unknown-key", "'prefix'"),
        ("envFrom: [{secretRef: {nmae: a}}]", "unknown-key", "did you mean 'name'?"),
        ("envFrom: [{secretRef: {name: a, optinal: true}}]", "unknown-key", "'optional'"),
        (
            "resources: {limits: {cpu: 1}, memory: 1Gi}",
            "misplaced-key",
            "memory means nothing beside limits; indent it to stand in limits",
        ),
        (
            "livenessProbe: {httpGet: {path: /up}, port: 80}",
            "misplaced-key",
            "port means nothing beside httpGet; indent it to stand in httpGet",
        ),
    ],
)
def test_contradiction_in_values_is_reported(text: str, check: str, message: str) -> None:
    values = text if text.startswith("image") else IMAGE + text
    ((found, words),) = faults(values + "\n")
    assert found == check
    assert message in words


@pytest.mark.parametrize(
    "text",
    [
        "livenessProbe: {httpGet: {path: /, port: 1}, exec: {}, tcpSocket: }",
        "livenessProbe: {httpGet: {path: /, port: 1}, port: 1}",
        "livenessProbe: {path: /, port: 1}",
        "imagePullSecrets: {name: a, create: true}",
        "imagePullSecrets: {registry: {}}",
        "env: {name: A, value: x, B: z}",
        "resources: {cpu: 1, memory: 1Gi}",
        "livenessProbe: {handler: exec, httpGet: {path: /, port: 1}, exec: {command: [a]}}",
        "env: [{name: A, value: '', valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
        "env: [{name: '{{ .a }}', value: x}, {name: '{{ .a }}', value: z}]",
        "env: {A: True, B: 'no', C: 999999, D: 1.5, E: 2024-01-01}",
        "envFrom: [{secretRef: {name: a}}, {type: secret, name: b}]",
        "envFrom: [{prefix: A_, secretRef: {name: a, optional: true}}, {secret: b}]",
        "envFrom: [{secretRef: '{{ .a }}'}, {configMap: b}, {ref: c}]",
        "service: {type: headless}",
        "livenessProbe: {httpGet: {scheme: http, port: 1}}",  # which charts turn into capitals
        "securityContext: {runAsUser: 0}",
        "env: {VERSION: v1.2.0, IMAGE_TAG: main, DD_VERSION: '1', API_VERSION: 3.4.5}",
        "env: {VERSION: '{{ .Values.image.tag }}'}",
        "podSecurityContext: {runAsNonRoot: true}\nsecurityContext: {runAsUser: 1}",
        "env: {A: x}\nworkers: {mail: {env: {A: z}, command: [celery, worker]}}",
    ],
)
def test_values_that_do_not_contradict_themselves_are_no_fault(text: str) -> None:
    assert faults(f"{IMAGE}{text}\n") == []


def test_tag_may_be_a_build_of_the_version_that_a_variable_states() -> None:
    image = IMAGE.replace("1.2.0", "1.2.0-r2")
    assert faults(f"{image}env: {{VERSION: 1.2.0}}\n") == []
    assert faults(f"{image}env: {{VERSION: 1.2.1}}\n") != []


TOKEN = "env: [{name: TOKEN, valueFrom: %s}]"


@pytest.mark.parametrize(
    ("text", "check", "message"),
    [
        ("imagePullSecrets: [{secretName: a}]", "missing-field", "it has no name; write name"),
        ("image: {repository: a, pullSecrets: [{secretRef: a}]}", "missing-field", "no name"),
        ("imagePullSecrets: [{name: [a]}]", "wrong-type", "name of imagePullSecrets is not a text"),
        ("envFrom: [{secretRef: a}]", "wrong-type", "secretRef is a text; the API takes a mapping"),
        ("envFrom: [{configMapRef: {configMapName: a}}]", "missing-field", "has no name"),
        (TOKEN % "{secretRef: {name: a, key: b}}", "misplaced-field", "write secretKeyRef"),
        (TOKEN % "{secretKeyRef: {name: a}}", "missing-field", "secretKeyRef has no key"),
        (TOKEN % "{secretKeyRef: a}", "wrong-type", "secretKeyRef is a text"),
        (TOKEN % "{fieldRef: , fieldPath: status.podIP}", "missing-field", "has no fieldPath"),
        (TOKEN % ", fieldRef: {fieldPath: status.podIP}", "misplaced-field", "indent it"),
        ("env: {TOKEN: {valueFrom: {configMapRef: {name: a}}}}", "misplaced-field", "envFrom"),
        ("env: [{name: A, value: x}, {B: y}]", "missing-field", "the variable has no name"),
        ("livenessProbe: {exec: {command: [cat /a]}}", "command-in-one-word", "'cat /a'"),
        (
            "livenessProbe: {tcpSocket: {port: 80}, periodSeconds: '10'}",
            "wrong-type",
            "periodSeconds is a text, by its quotes; the API takes a whole number without quotes",
        ),
        (
            "securityContext: {privileged: false, runAsNonRoot: 'true'}",
            "wrong-type",
            "runAsNonRoot is a text, by its quotes; the API takes true or false without quotes",
        ),
        (
            "podSecurityContext: {fsGroup: 1, runAsUser: '1000'}",
            "wrong-type",
            "runAsUser is a text",
        ),
        ("securityContext: {capabilities: {drop: ALL}}", "wrong-type", "drop is a text"),
        ("securityContext: {seccompProfile: RuntimeDefault}", "wrong-type", "takes a mapping"),
        (
            "livenessProbe: {exec: {command: [sh, -e, cat /a]}}",
            "command-in-one-word",
            "the shell looks for a file called 'cat /a'; write -c before it",
        ),
        (
            "livenessProbe: {exec: {command: [/bin/bash, /app/check.sh --quick]}}",
            "command-in-one-word",
            "the shell looks for a file called '/app/check.sh --quick'",
        ),
        (
            "livenessProbe: {exec: {command: [sh, -ec, cat, /a]}}",
            "script-in-several-words",
            "'cat'",
        ),
        (
            "livenessProbe: {exec: {command: [bash, -c, --, cat, /a]}}",
            "script-in-several-words",
            "'cat'",
        ),
    ],
)
def test_form_that_the_api_refuses_is_reported_in_values_that_charts_copy(
    text: str, check: str, message: str
) -> None:
    values = text if text.startswith("image:") else IMAGE + text
    ((found, words),) = faults(values + "\n")
    assert found == check
    assert message in words


@pytest.mark.parametrize(
    "text",
    [
        "imagePullSecrets: [a, {name: b}, '{{ .Values.secret }}']",
        "livenessProbe: {port: 80, periodSeconds: '10'}",  # in a form of the chart's own
        "livenessProbe: {tcpSocket: {port: '80'}, periodSeconds: '10'}",
        "podSecurityContext: {runAsNonRoot: true, runAsUser: '1000'}",
        "podSecurityContext: {fsGroup: '2000'}\nservice: {port: '80'}",  # all are in quotes
        "livenessProbe: {httpGet: {path: /up, url: /x}}",
        "securityContext: {capabilities: {add: [NET_BIND_SERVICE, '{{ .Values.cap }}']}}",
        "securityContext: {procMount: Default, sysctls: [{name: net.ipv4.tcp_rmem, value: a}]}",
        "role: Agent\nsecurityContext: {seLinuxOptions: {type: spc_t}}",
        "env: [{name: A, value: ''}, {name: '{{ .Values.name }}'}]",
        "securityContext: {runAsUser: '{{ .Values.user }}', capabilities: {drop: '$(DROP)'}}",
        "securityContext: {capabilities: {drop: ''}, seccompProfile: ''}",
        "imagePullSecrets: [{registry: a, username: b}]",  # of which a chart makes a Secret
        "envFrom: [{secretRef: {name: a}}, {secretRef: {identifier: main}}]",
        "envFrom: [{secretRef: '{{ .Values.secret }}'}]",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b, optional: true}}}]",
        "env: {A: {secretKeyRef: {name: a, key: b}}, B: {valueFrom: {fieldRef: {fieldPath: c}}}}",
        "env: [{A: x}, {B: y}]",
        "livenessProbe: {exec: {command: [bash, -c, --, cat /a]}}",
        "livenessProbe: {exec: {command: [bash, -c, --, ready]}}",
        "livenessProbe: {httpGet: {port: '80'}}",  # which templates write without quotes
    ],
)
def test_form_that_the_api_or_a_chart_takes_is_no_fault(text: str) -> None:
    assert faults(f"{IMAGE}{text}\n") == []


LEVELS = [
    ("podSecurityContext: {fsGroup: 1, readOnlyRootFilesystem: true}", "readOnlyRootFilesystem"),
    ("podSecurityContext: {capabilities: {drop: [ALL]}}\nsecurityContext: {}", "capabilities"),
    ("podSecurityContext: {}\nsecurityContext: {fsGroup: 1}", "fsGroup"),
    ("containerSecurityContext: {fsGroup: 1}", "fsGroup"),
]


@pytest.mark.parametrize(("text", "key"), LEVELS)
def test_field_of_the_other_security_context_is_reported(text: str, key: str) -> None:
    ((check, message),) = faults(f"{IMAGE}{text}\n")
    assert check == "misplaced-key"
    assert message.startswith(f"{key} is not a field of")


@pytest.mark.parametrize(
    "text",
    [
        "securityContext: {fsGroup: 1, readOnlyRootFilesystem: true}",  # the chart may divide it
        "securityContext: {fsGroup: 1}\ncontainerSecurityContext: {privileged: false}",
        "podSecurityContext: {fsGroup: 1}\nsecurityContext: {capabilities: {drop: [ALL]}}",
    ],
)
def test_field_of_its_own_security_context_is_no_fault(text: str) -> None:
    assert faults(f"{IMAGE}{text}\n") == []


POLICY = "networkPolicy: {enabled: true, ingress: [{ports: [{port: %s}]}]}\nservice: %s\n"


@pytest.mark.parametrize(
    ("port", "service", "count"),
    [
        ("80", "{port: 80, targetPort: 8080}", 1),
        ("8080", "{port: 80, targetPort: 8080}", 0),
        ("http", "{port: 80, targetPort: 8080}", 0),
        ("80", "{port: 80, targetPort: http}", 0),
        ("80", "{port: 80}", 0),
    ],
)
def test_policy_with_the_port_of_the_service_is_reported(
    port: str, service: str, count: int
) -> None:
    reported = faults(IMAGE + POLICY % (port, service))
    words = "the policy lets in port 80, which is the Service's; its pods have 8080"
    assert reported == [("policy-port", words)] * count


def test_policy_with_the_port_that_all_probes_ask_for_is_right() -> None:
    probe = "Probe: {httpGet: {port: 8080}}\n"
    text = IMAGE + POLICY % ("8080", "{port: 8080, targetPort: 8081}")
    assert faults(f"{text}liveness{probe}readiness{probe}") == []
    (found,) = faults(f"{text}liveness{probe}readiness{probe.replace('8080', '8081')}")
    assert found[0] == "policy-port"


LEFT = "service: {port: 8080}\n%s\nnetworkPolicy: {enabled: true, ingress: [%s]}\n"
"""Values whose service moved from port 8000 to 8080: what else they set, and the policy's rules."""


@pytest.mark.parametrize(
    ("more", "rules", "count"),
    [
        ("", "{ports: [{port: 8000}]}", 1),
        ("", "{ports: [{port: 8000, protocol: TCP}]}", 1),
        ("", "{ports: [{port: 8000}]}, {ports: [{port: 8001}]}", 2),
        ("", "{ports: [{port: 8080}]}, {ports: [{port: 8000}]}", 0),
        ("", "{ports: [{port: 8000}]}, {from: [{podSelector: {}}]}", 0),
        ("", "{ports: [{port: 8000}, {port: http}]}", 0),
        ("", "{ports: [{port: 8000, endPort: 9000}]}", 0),
        ("args: [serve, --admin=:8000]", "{ports: [{port: 8000}]}", 0),
        ("extraPorts: [{name: admin, containerPort: 8000}]", "{ports: [{port: 8000}]}", 0),
    ],
)
def test_policy_that_lets_in_no_port_of_the_service_is_reported(
    more: str, rules: str, count: int
) -> None:
    reported = faults(IMAGE + LEFT % (more, rules))
    assert [check for check, _ in reported] == ["policy-port"] * count
    assert all("do not have; its pods have 8080" in words for _, words in reported)


def test_root_user_of_all_components_is_reported_once() -> None:
    pod = "podSecurityContext: {runAsNonRoot: true, runAsUser: 0}\n"
    worker = "workers: {mail: {command: [celery, worker, -Q, mail]}}\n"
    assert [check for check, _ in faults(IMAGE + pod + worker)] == ["root-user"]
    main = "controllers: {main: {containers: {main: {image: {repository: a, tag: '1'}}}}}\n"
    options = "defaultPodOptions: {securityContext: {runAsNonRoot: true, runAsUser: 0}}\n"
    assert [check for check, _ in faults(options + main, profile="app-template")] == ["root-user"]


def test_contradiction_that_two_layers_make_is_reported() -> None:
    base = f"{IMAGE}livenessProbe: {{httpGet: {{path: /, port: 1}}, tcpSocket: {{}}}}\n"
    assert faults(base, "livenessProbe: {tcpSocket: {port: 1}}\n") == [
        ("exclusive-fields", "httpGet and tcpSocket are both set; the API server takes one")
    ]
    assert faults(base, "livenessProbe: {httpGet: null, tcpSocket: {port: 1}}\n") == []


def test_contradiction_that_an_alias_repeats_is_reported_once() -> None:
    env = "env: &env [{name: A, value: x}, {name: A, value: z}]\n"
    worker = "workers: {mail: {env: *env, command: [celery, worker, -Q, mail]}}\n"
    assert [check for check, _ in faults(IMAGE + env + worker)] == ["duplicate-variable"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (types.PULL_POLICY, ["PullPolicy"]),
        (types.RESTART_POLICY, ["RestartPolicy"]),
        (types.SECCOMP, ["SeccompProfileType"]),
        (types.SERVICE_TYPE, ["ServiceType"]),
        (types.STRATEGY, ["DeploymentStrategyType", "DaemonSetUpdateStrategyType"]),
    ],
)
def test_words_of_a_type_are_those_of_the_api(kind: types.Type, names: list[str]) -> None:
    choices = definition(API)["choices"]
    assert set(kind.words) == {word for name in names for word in choices[name].split()}


ACCOUNTS = """\
apiVersion: v1
kind: Pod
metadata: {{name: api}}
spec:
  serviceAccountName: {}
  serviceAccount: {}
  containers: [{{name: api, image: "acme/api:1.2.0"}}]
"""


@pytest.mark.parametrize(
    ("account", "former", "expected"), [("api", "web", 1), ("api", "api", 0), ("api", '""', 0)]
)
def test_two_service_accounts_of_a_pod_contradict_each_other(
    account: str, former: str, expected: int
) -> None:
    (root,) = document(ACCOUNTS.format(account, former)).roots
    found = [fault.message for fault in api_faults(root)]
    message = "serviceAccount is web and serviceAccountName api; the pod runs as api"
    assert found == [message] * expected


def test_tags_that_move_are_those_of_the_rule() -> None:
    (rule,) = (rule for rule in rules.shipped_rules().rules if rule.id == "image-tag")
    assert rule.pattern is not None
    assert isinstance(rule.pattern.operand, list)
    assert set(rule.pattern.operand) == MOVING


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("args:\n- serve\n  - --daily\n", 1),
        ("args:\n- -A\n- app\n  - worker\n", 1),
        ("capabilities:\n  drop:\n  - ALL\n    - NET_RAW\n", 1),
        ("args:\n- serve\n- --daily\n", 0),
        ("args:\n- serve - daily\n", 0),
        ("args:\n- |\n  serve\n  - daily\n", 0),
        ('args:\n- "serve\n  - daily"\n', 0),
        ("note: some words\n  - and more\n", 0),
    ],
)
def test_item_that_is_indented_further_is_reported_at_the_one_before(text: str, count: int) -> None:
    found = list(mistaken_texts(document(text).roots[0]))
    assert [fault.check for fault in found] == ["swallowed-item"] * count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("pullSecrets:\n  -name: acr\n", 1),
        ("hosts:\n  -host: a.example\n  paths: [/]\nenvFrom:\n  -secretRef: {name: a}\n", 2),
        ("flags:\n  -v: 3\n  --path: x\n", 0),
        ("pullSecrets:\n  - name: -name\n", 0),
    ],
)
def test_item_without_a_space_behind_its_dash_is_reported_at_its_key(text: str, count: int) -> None:
    found = list(mistaken_texts(document(text).roots[0]))
    assert [fault.check for fault in found] == ["swallowed-item"] * count


def test_item_of_a_manifest_that_is_indented_further_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"api.yaml": deployment("api", "        args:\n        - a\n          - b\n")})
    (finding,) = report(tmp_path, rules=("swallowed-item",)).findings
    assert finding.location.line == 13


@pytest.mark.parametrize(
    ("ports", "count"),
    [
        ("ports: [8000]", 1),
        ("ports: [{port: 8000, protocol: TCP}]", 1),
        ("port: 8000", 1),
        ("ingressPorts: [{port: 8000}, {port: 8001}]", 2),
        ("ports: [8080]", 0),
        ("ports: [8080, 9102]", 0),
        ("ports: [8000, http]", 0),
        ("ports: ['{{ .Values.service.port }}']", 0),
    ],
)
def test_port_in_the_list_of_a_policy_that_pods_do_not_have_is_reported(
    ports: str, count: int
) -> None:
    policy = f"service: {{port: 8080}}\nnetworkPolicy: {{enabled: true, {ports}}}\n"
    assert [check for check, _ in faults(IMAGE + policy)] == ["policy-port"] * count


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a: ture\n", ["true"]),
        ("a: [flase, 'fasle']\n", ["false", "false"]),
        ("a: {b: unll}\n", ["null"]),
        ("a: true\nb: 'false'\nc: null\nd: truly\ne: flasee\n", []),
    ],
)
def test_word_of_yaml_with_two_letters_swapped_is_a_slip(text: str, meant: list[str]) -> None:
    messages = [fault.message for fault in mistaken_texts(document(text).roots[0])]
    assert [message.split()[-1].rstrip("?") for message in messages] == meant


def test_mistaken_text_is_no_fault_where_another_is_there() -> None:
    root = document("a: ture\nb: flase\n").roots[0]
    (first, _) = mistaken_texts(root)
    known = Fault("wrong-value", first.node.key, "")
    assert [fault.check for fault in with_mistaken_texts([known], [root])] == [
        "wrong-value",
        "wrong-type",
    ]


SLIPS = [
    ("podSecurityContext: {fsGroup: '2000'}\nservice: {port: 80}\n", ["wrong-type"]),
    ("podSecurityContext: {runAsUser: '1'}\nsecurityContext: {runAsUser: 1}\n", ["wrong-type"]),
    ("securityContext: {capabilities: {add: [SYS_ADMIN]}}\n", ["capability"]),
    ("workers: {a: {securityContext: {capabilities: {add: [KILL, BPF]}}}}\n", ["capability"]),
    ("securityContext: {procMount: Unmasked}\n", ["proc-mount"]),
    ("podSecurityContext: {sysctls: [{name: kernel.sem, value: a}]}\n", ["sysctl"]),
    ("livenessProbe: {httpGet: {pth: /up}}\n", ["unknown-key"]),
    ("readinessProbe: {httpGet: {path: /up, prt: 80}}\n", ["unknown-key"]),
    ("startupProbe: {exec: {comand: [up]}}\n", ["unknown-key"]),
    (f"{IMAGE}env: [{{name: A}}]\n", ["empty-variable"]),
    (f"{IMAGE}extraEnv: [{{name: A, value: b}}, {{name: C}}]\n", ["empty-variable"]),
    (
        f"{IMAGE}env: [{{name: DB_HOST, value: a}}, {{name: B, value: $(DB_HSOT)}}]\n",
        ["unknown-key"],
    ),
    (f"{IMAGE}env: [{{name: DB_HOST, value: a}}, {{name: B, value: $(DB_HOS)}}]\n", []),
    ("image: {repository: 'acme/api:1.0', tag: '1.2.0'}\n", ["wrong-value"]),
    ("image: {repository: 'acme:5000/api', tag: '1.2.0'}\n", []),
    ("image: {repository: 'acme/api:1.0', tag: ''}\n", []),
    ("image: {repository: '{{ .registry }}:80/api', tag: '1.2.0'}\n", []),
    (f"{IMAGE}env: [{{name: A, vaue: b}}]\n", ["unknown-key"]),
    (f"{IMAGE}env: [{{name: A, value: b, values: [c]}}]\n", []),
]


@pytest.mark.parametrize(("text", "checks"), SLIPS)
def test_slip_that_both_sides_may_have_is_reported(text: str, checks: list[str]) -> None:
    assert [check for check, _ in faults(text)] == checks


PREFIXES = [
    ("nginx.ingress.kuberntes.io", "nginx.ingress.kubernetes.io"),
    ("ngnix.ingress.kubernetes.io", "nginx.ingress.kubernetes.io"),
    ("some.kubernets.io", "some.kubernetes.io"),
    ("cert-manger.io", "cert-manager.io"),
    ("nginx.ingress.kubernetes.io", ""),
    ("batches.kubernetes.io", ""),
    ("ap.kubernetes.io", ""),  # a word so short is another one
    ("acme.example", ""),
    ("k9s.io", ""),
]


@pytest.mark.parametrize(("domain", "meant"), PREFIXES)
def test_domain_of_an_annotation_that_is_nearly_a_known_one_is_a_slip(
    domain: str, meant: str
) -> None:
    root = document(f"annotations:\n  {domain}/a: b\n").roots[0]
    expected = [f"unknown key '{domain}/a'; did you mean '{meant}/a'?"] if meant else []
    assert [fault.message for fault in mistaken_texts(root)] == expected
