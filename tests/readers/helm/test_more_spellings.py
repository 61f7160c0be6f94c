"""Spellings that a second survey found, of 80 files from 73 public repositories never read before.

A row is what it is, a fragment of values in that spelling, an address and what stands there: the
data, or the state in angle brackets. The profile is the one that the fragment itself speaks for.
"""

from __future__ import annotations

import pytest

from deploylint.engine.profile_choice import choose_profile
from deploylint.model.fields import ELEMENTS, PRESENT
from deploylint.model.service import Service
from deploylint.model.types import Plain
from deploylint.readers.service import read_service
from tests.support.values import document

Row = tuple[str, str, str, Plain]

A, D, U = "<absent>", "<disabled>", "<unknown>"


def service(text: str) -> tuple[Service, str]:
    one = document(text, "web.yaml")
    profile, _ = choose_profile([one], "")
    found = read_service(one, profile)
    assert found is not None
    return found, profile.name


def at(text: str, path: str) -> Plain:
    key, _, address = path.rpartition("/")
    found, _ = service(text)
    value = next(c for c in found.components if c.key == (key or "server")).value(address)
    return value.data if value.state == "known" else f"<{value.state}>"


SHARED = "image: {repository: acme/web}\n"

SERVERS: list[Row] = [
    # the image of all processes at the root, and each process under a name of its own
    ("replicas", f"{SHARED}api: {{replicaCount: 3}}", "replicas.count", 3),
    ("resources", f"{SHARED}api: {{resources: {{limits: {{cpu: 1}}}}}}", "resources.limits.cpu", 1),
    ("image of the root", f"{SHARED}backend: {{replicas: 2}}", "image.repository", "acme/web"),
    (
        "service of the root",
        f"{SHARED}api: {{replicas: 2}}\nservice: {{port: 80}}",
        "service.port",
        80,
    ),
    ("settings only", f"{SHARED}api: {{url: x}}\nreplicaCount: 2", "replicas.count", 2),
    ("named after a framework", "django: {image: acme/web, replicaCount: 2}", "replicas.count", 2),
    ("named after its kind", "container: {image: 'acme/web:1'}", "image.tag", "1"),
    ("in a map", "services: {a: {image: acme/a, replicas: 2}}", "replicas.count", 2),
    (
        "in a map, the second",
        "apps: {a: {image: a}, b: {image: b}}",
        "server:b/image.repository",
        "b",
    ),
    # of what the root says for one of several servers only the chart knows whose it is
    (
        "route of one of two",
        "api: {image: a}\nweb: {image: b}\ningress: {host: x}",
        "route.present",
        U,
    ),
    (
        "own service of one of two",
        "api: {image: a, service: {port: 1}}\nweb: {image: b}\nservice: {port: 2}",
        "service.port",
        1,
    ),
    (
        "off for all of them",
        "api: {image: a}\nweb: {image: b}\nautoscaling: {enabled: false}",
        "server:web/autoscaling.present",
        D,
    ),
]

PORTS: list[Row] = [
    ("of the process", "service: {port: 80}\nport: 8000", "service.container-port", 8000),
    ("declared", "ports: [{name: http, containerPort: 80}]", "service.container-port", 80),
    ("declared in a map", "ports: {containerPort: 80}", "service.container-port", 80),
    ("a Service's", "image: a\nports: {http: 80}", "service.container-port", A),
    (
        "target is the container's",
        "containerPort: 8000\nservice: {port: 80}",
        "service.target-port",
        8000,
    ),
    (
        "target is written",
        "containerPort: 8000\nservice: {port: 80, targetPort: 81}",
        "service.target-port",
        81,
    ),
    (
        "one port without a name",
        "api: {image: a, ports: {containerPort: 81}}",
        "service.container-port",
        81,
    ),
]

IMAGES: list[Row] = [
    ("reference", "image: {reference: ghcr.io/acme/web, tag: '1'}", "image.registry", "ghcr.io"),
    ("reference and tag", "image: {reference: acme/web, tag: '1'}", "image.tag", "1"),
    ("version", "image: {repository: acme/web, version: 0.7.5}", "image.tag", "0.7.5"),
    ("tag beside a text", "image: acme/web\ntag: '2'", "image.tag", "2"),
    ("image's tag wins", "image: {repository: a, tag: '1'}\ntag: '2'", "image.tag", "1"),
    ("pullPolicy beside it", "image: 'a:1'\npullPolicy: Always", "image.pull-policy", "Always"),
    (
        "an empty pullPolicy is the default",
        "image: {repository: a, tag: '1', pullPolicy: ''}",
        "image.pull-policy",
        "IfNotPresent",
    ),
    (
        "an empty pullPolicy without a tag",
        "image: {repository: a, tag: '', pullPolicy: ''}",
        "image.pull-policy",
        U,
    ),
]

PROBES: list[Row] = [
    # one path for all probes: which of them there are is the chart's
    ("path of all", "image: a\nprobes: {path: /x}", "liveness-probe.present", U),
    (
        "path of all, timings of one",
        "probes: {path: /x, liveness: {periodSeconds: 7}}",
        "liveness-probe.path",
        U,
    ),
    (
        "timings are known",
        "probes: {path: /x, liveness: {periodSeconds: 7}}",
        "liveness-probe.period",
        7,
    ),
    ("own path", "probes: {path: /x, liveness: {path: /y}}", "liveness-probe.path", "/y"),
    ("healthcheck", "image: a\nhealthcheck: {path: /x}", "readiness-probe.present", U),
    ("healthCheck", "healthCheck: {path: /x, port: 1}", "readiness-probe.port", U),
]

SEVERAL = "{web: {enabled: true}, jobs: {enabled: false}}"
MAPS: list[Row] = [
    # an element's key that holds one map for each process
    ("autoscaling", f"image: a\nautoscaling: {SEVERAL}", "autoscaling.present", U),
    ("ingress", "image: a\ningress: {site: {host: x}}", "route.present", U),
    ("ingress, kind", "image: a\ningress: {site: {host: x}}", "route.kind", A),
    ("service", "image: a\nservice: {site: {port: 80}}", "service.present", U),
    ("image", "image: {api: {repository: a}, web: {repository: b}}", "image.present", U),
    ("known keys", "image: a\nresources: {limits: {cpu: 1}}", "resources.present", True),
    ("switch beside them", "autoscaling: {enabled: true, a: {x: 1}}", "autoscaling.present", True),
]

ROUTES: list[Row] = [
    ("tls switched off", "ingress: {host: a, tls: {enabled: false}}", "route.tls", False),
    ("tls switched on", "ingress: {host: a, tls: {enabled: true}}", "route.tls", True),
    ("tls with a secret", "ingress: {host: a, tls: {secretName: x}}", "route.tls", True),
    ("secret beside it", "ingress: {host: a, tlsSecretName: x}", "route.tls", U),
    ("secret and tls", "ingress: {host: a, tlsSecret: x, tls: true}", "route.tls", True),
]

ENVIRONMENT: list[Row] = [
    ("envVars", "envVars: {A: b}", "environment.variables", {"A": "b"}),
    ("envs", "envs: {A: {secret: s}}", "environment.secrets", ["s"]),
    ("secretsName", "secretsName: s", "environment.secrets", ["s"]),
    ("switch called like a token", "env: {USE_TOKEN: 'true'}", "environment.literal-secrets", A),
]

WORKERS: list[Row] = [
    ("singular", "celeryWorker: {replicas: 1}", "worker:celeryWorker/workers.technology", "celery"),
    ("queues with commas", "worker: {queues: 'a, b'}", "worker:worker/workers.queues", ["a", "b"]),
    ("one queue", "worker: {queue: a}", "worker:worker/workers.queues", ["a"]),
    ("queues as a template", "worker: {queues: 'a,{{ .b }}'}", "worker:worker/workers.queues", U),
    ("a map of them", "worker: {queues: {a: {replicas: 1}}}", "worker:worker/workers.queues", U),
    ("no command", "worker: {replicas: 1}", "worker:worker/workers.program", U),
    ("no command, queues", "worker: {replicas: 1}", "worker:worker/workers.queues", U),
    ("empty command", "worker: {command: [], replicas: 1}", "worker:worker/workers.queues", U),
    (
        "technology of the key",
        "celery: {replicas: 1}",
        "worker:celery/workers.technology",
        "celery",
    ),
]

LANGUAGES: list[Row] = [
    ("server's command", "image: a\ncommand: [node, dist/main]", "runtime.language", "node"),
    ("with a path", "image: a\ncommand: [/usr/bin/python3, -m, web]", "runtime.language", "python"),
    ("as a text", "image: a\ncmd: uvicorn main:app", "runtime.language", "python"),
    ("a shell", "image: a\ncommand: [sh, -c, node x]", "runtime.language", U),
    ("a component's", "api: {image: a, command: [gunicorn, web]}", "runtime.language", "python"),
]

CONTEXT = "containers: {main: {image: {repository: a}, securityContext: {runAsUser: 7}}}"
PODS: list[Row] = [
    # the pod's security context holds beside the container's, field by field
    (
        "of all pods",
        "defaultPodOptions: {securityContext: {runAsNonRoot: true, runAsUser: 1}}\n"
        f"controllers: {{web: {{{CONTEXT}}}}}",
        "security-context.non-root",
        True,
    ),
    (
        "the container's wins",
        "defaultPodOptions: {securityContext: {runAsUser: 1}}\n"
        f"controllers: {{web: {{{CONTEXT}}}}}",
        "security-context.user",
        7,
    ),
    (
        "root and component",
        "podSecurityContext: {fsGroup: 1}\n"
        "api: {image: a, securityContext: {readOnlyRootFilesystem: true}}",
        "security-context.fs-group",
        1,
    ),
    (
        "a component's own replaces the root's",
        "securityContext: {runAsNonRoot: true}\n"
        "api: {image: a, securityContext: {readOnlyRootFilesystem: true}}",
        "security-context.non-root",
        A,
    ),
    (
        "switched off",
        "podSecurityContext: {enabled: false, fsGroup: 1}\n"
        "worker: {image: a, securityContext: {readOnlyRootFilesystem: true}}",
        "worker:worker/security-context.fs-group",
        A,
    ),
]

FIRST = "service: {main: {ports: {http: {port: 8080}}}}\nimage: {repository: a, tag: '1'}\n"
CONTROLLERS: list[Row] = [
    ("first versions, port", FIRST, "service.port", 8080),
    (
        "first versions, probe",
        f"{FIRST}probes: {{liveness: {{custom: true, spec: {{httpGet: {{path: /x, port: 1}}}}}}}}",
        "liveness-probe.path",
        "/x",
    ),
    (
        "first versions, route",
        f"{FIRST}ingress: {{main: {{hosts: [{{host: x}}]}}}}",
        "route.hosts",
        ["x"],
    ),
    (
        "declared ports",
        "controllers: {web: {containers: {app: {ports: [{name: http, containerPort: 3}]}}}}",
        "service.container-port",
        3,
    ),
    (
        "a cron job is no server",
        "controllers: {web: {replicas: 1}, seed: {cronjob: {schedule: x}, replicas: 2}}",
        "job:seed/replicas.count",
        2,
    ),
]

MONITORS: list[Row] = [
    (
        "in lower case",
        "servicemonitor: {enabled: true, interval: 30s}",
        "monitoring.interval",
        "30s",
    ),
    ("off", "servicemonitor: {enabled: false}", "monitoring.present", D),
    (
        "below prometheus",
        "monitoring: {prometheus: {serviceMonitor: {enabled: true, interval: 9s}}}",
        "monitoring.interval",
        "9s",
    ),
]

POLICIES: list[Row] = [
    ("rules", "networkPolicy: {egress: [{to: []}]}", "network-policy.directions", ["egress"]),
    ("switches", "networkPolicy: {egress: {allowDns: true}}", "network-policy.directions", U),
]

EVERY = {
    "server": SERVERS,
    "port": PORTS,
    "image": IMAGES,
    "probe": PROBES,
    "several maps": MAPS,
    "route": ROUTES,
    "environment": ENVIRONMENT,
    "worker": WORKERS,
    "language": LANGUAGES,
    "pod": PODS,
    "app-template": CONTROLLERS,
    "monitoring": MONITORS,
    "network policy": POLICIES,
}


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param(*row, id=f"{kind}: {source}")
        for kind, rows in EVERY.items()
        for source, *row in rows
    ],
)
def test_chart_key_is_read(text: str, path: str, expected: Plain) -> None:
    assert at(text, path) == expected


@pytest.mark.parametrize(
    "text",
    [
        "image: a\nservices: {a: {x: 1}}\n",
        "image: a\nsecretsName: x\n",
        "image: a\nserviceAccounts: {a: {name: x}}\n",
        "image: a\nservicemonitor: {enabled: false}\n",
        "service: {main: {ports: {}}}\ncontroller: {strategy: Recreate}\n",
        "image: a\nautoscaling: {enable: true, created: x}\n",
        "image: a\nautoscaling: {enabled: true, enabeld: true}\n",
        "image: {repository: a, tags: [x]}\nservice: {part: 1}\n",
    ],
)
def test_known_key_is_no_misspelling(text: str) -> None:
    found, _ = service(text)
    assert found.faults == ()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("image: a\nautoscaling: {enbaled: true}\n", "enabled"),
        ("image: a\nautoscaling: {enabld: true}\n", "enabled"),
        ("image: {repository: a, tga: x}\n", "tag"),
        ("image: a\nservice: {prot: 80}\n", "port"),
        ("image: a\nresources: {limits: {cup: 1}}\n", "cpu"),
    ],
)
def test_switch_or_short_key_with_a_slip_is_a_misspelling(text: str, meant: str) -> None:
    misread, _ = service(text)
    assert [fault.meant for fault in misread.faults] == [meant]


def test_runtime_is_that_of_the_main_component() -> None:
    found, _ = service("api: {image: a}\nweb: {image: b, command: [node, x]}\n")
    assert found.runtime == "node"
    others = [c for c in found.components if not c.is_main]
    assert not any("runtime.language" in c.values for c in others)


@pytest.mark.parametrize("key", ["api", "backend", "web", "server", "app", "flask"])
def test_settings_under_a_name_are_no_evidence(key: str) -> None:
    _, profile = service(f"image: a\n{key}: {{url: x}}\n")
    assert profile == "helm-create"


def test_root_element_of_several_servers_is_unknown_or_off() -> None:
    root = "service: {port: 1}\ningress: {host: x}\nautoscaling: {enabled: false}\n"
    found, _ = service(f"api: {{image: a}}\nweb: {{image: b}}\n{root}")
    for one in found.components:
        states = {e: one.value(f"{e}.{PRESENT}").state for e in ELEMENTS}
        assert (states["service"], states["route"]) == ("unknown", "unknown")
        assert states["autoscaling"] == "disabled"
