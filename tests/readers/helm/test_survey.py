"""Every spelling that a survey of 98 public repositories found, each with who writes it so.

A row is the chart and its key path, a fragment of values, an address and what stands there: the
data, or the state in angle brackets. Charts: HC ``helm create``, BN bitnami's template, BJ bjw-s
app-template, ST stakater/application, OC gimlet onechart, GW gruntwork k8s-service, NX nixys
nxs-universal, HP hmpps generic-service, HM hmcts chart-java, GV govuk generic-govuk-app, ZP zopdev
service, SS superset, AF airflow, SN sentry, NB nautobot, OX onyx, DX diracx, DN DND-IT; a number is
how many of the services' own charts do.
"""

from __future__ import annotations

import pytest

from deploylint.model.types import Plain
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service import read_service
from tests.support.values import component, document, read, service

Row = tuple[str, str, str, Plain]

A, D, U = "<absent>", "<disabled>", "<unknown>"
NAMES = "image-pull-secrets.names"

PULL_SECRETS: list[Row] = [
    ("HC list of names in maps", "imagePullSecrets: [{name: acr}]", NAMES, ["acr"]),
    ("list of texts", "imagePullSecrets: [acr, hub]", NAMES, ["acr", "hub"]),
    ("OC text", "imagePullSecrets: acr", NAMES, ["acr"]),
    ("map", "imagePullSecrets: {name: acr}", NAMES, ["acr"]),
    ("map of other things", "imagePullSecrets: {acr: {}}", NAMES, U),
    ("HC empty list", "imagePullSecrets: []", NAMES, D),
    ("null", "imagePullSecrets:", NAMES, D),
    ("template", "imagePullSecrets: '{{ .Values.x }}'", NAMES, U),
    ("BN global", "global: {imagePullSecrets: [acr]}", NAMES, ["acr"]),
    ("NB image.pullSecrets", "image: {pullSecrets: [acr]}", NAMES, ["acr"]),
    ("image.imagePullSecrets", "image: {imagePullSecrets: [{name: acr}]}", NAMES, ["acr"]),
    ("imagePullSecret", "imagePullSecret: acr", NAMES, ["acr"]),
    ("imagePullSecret.name", "imagePullSecret: {create: true, name: acr}", NAMES, ["acr"]),
    ("serviceAccount", "serviceAccount: {imagePullSecrets: [{name: acr}]}", NAMES, ["acr"]),
    (
        "component",
        "workers: {a: {imagePullSecrets: [acr]}}",
        f"worker:a/{NAMES}",
        ["acr"],
    ),
]

IMAGES: list[Row] = [
    ("HC repository", "image: {repository: acme/api, tag: '1'}", "image.repository", "acme/api"),
    ("HC tag", "image: {repository: acme/api, tag: '1'}", "image.tag", "1"),
    ("HC tag left to the chart", "image: {repository: acme/api, tag: ''}", "image.tag", U),
    ("HC pullPolicy", "image: {repository: a, pullPolicy: Always}", "image.pull-policy", "Always"),
    ("number as tag", "image: {repository: a, tag: 1.10}", "image.tag", 1.1),
    ("exponent as tag", "image: {repository: a, tag: 123e4}", "image.tag", 1230000.0),
    ("text", "image: 'acme/api:1'", "image.tag", "1"),
    ("text without a tag", "image: acme/api", "image.tag", "latest"),
    ("text and imageTag", "image: acme/api\nimageTag: '2'", "image.tag", "2"),
    ("text with a digest", "image: 'acme/api@sha256:ab'", "image.digest", "sha256:ab"),
    ("BN registry", "image: {registry: a.io, repository: b}", "image.registry", "a.io"),
    ("digest", "image: {repository: a, digest: 'sha256:ab'}", "image.digest", "sha256:ab"),
    ("image.name", "image: {name: acme/api}", "image.repository", "acme/api"),
    ("NX imageTag", "imageTag: '1'", "image.tag", "1"),
    ("global.image", "global: {image: {repository: a, tag: '1'}}", "image.tag", "1"),
    ("image.workerDigest", "image: {repository: a, workerDigest: 'sha256:ab'}", "image.digest", U),
    ("GV appImage", "appImage: {repository: a, tag: '1'}", "image.repository", "a"),
    ("GV nginxImage", "nginxImage: {repository: n}", "sidecar:nginx/image.repository", "n"),
]

COUNT = "replicas.count"
REPLICAS: list[Row] = [
    ("HC replicaCount", "replicaCount: 2", COUNT, 2),
    ("OC ST replicas", "replicas: 2", COUNT, 2),
    ("SN numeric text", "replicas: '2'", COUNT, 2),
    ("SS map", "replicas: {enabled: true, replicaCount: 2}", COUNT, 2),
    ("SS map, off", "replicas: {enabled: false, replicaCount: 2}", COUNT, A),
    ("GV workerReplicaCount", "workerReplicaCount: 3", f"worker:worker/{COUNT}", 3),
    ("GV workerReplicaCount, not the server's", "workerReplicaCount: 3\nimage: a", COUNT, A),
    ("map by service", "replicaCount: {api: 2, web: 1}", COUNT, U),
    ("map by service, as replicas", "replicas: {api: 2, web: 1}", COUNT, U),
    ("ST null", "replicas:", COUNT, D),
    ("nested", "worker: {replicaCount: 2}", f"worker:worker/{COUNT}", 2),
    (
        "under an autoscaler",
        "replicaCount: 9\nautoscaling: {enabled: true, minReplicas: 2}",
        COUNT,
        2,
    ),
]

PORT, TARGET, CONTAINER = "service.port", "service.target-port", "service.container-port"
SERVICES: list[Row] = [
    ("HC port", "service: {type: ClusterIP, port: 80}", PORT, 80),
    ("HC type", "service: {type: ClusterIP, port: 80}", "service.type", "ClusterIP"),
    ("target follows", "service: {port: 80}", TARGET, 80),
    ("targetPort", "service: {port: 80, targetPort: 8080}", TARGET, 8080),
    ("targetPort by name", "service: {port: 80, targetPort: web}", TARGET, "web"),
    ("quoted port", "service: {port: '80'}", PORT, 80),
    ("BN ports, numbers", "service: {ports: {http: 80}}", PORT, 80),
    ("GW ports, maps", "service: {ports: {app: {port: 80, targetPort: 8080}}}", TARGET, 8080),
    ("ST ports, list", "service: {ports: [{name: http, port: 80, targetPort: 8}]}", TARGET, 8),
    ("SN externalPort", "service: {externalPort: 9000, internalPort: 9}", PORT, 9000),
    ("SN internalPort", "service: {externalPort: 9000, internalPort: 9}", TARGET, 9),
    ("service.containerPort", "service: {port: 80, containerPort: 8080}", CONTAINER, 8080),
    ("OC containerPort", "containerPort: 8080", CONTAINER, 8080),
    ("HM applicationPort", "applicationPort: 4550", CONTAINER, 4550),
    ("ZP httpPort", "httpPort: 8000", CONTAINER, 8000),
    ("ZP serviceType", "httpPort: 8000\nserviceType: NodePort", "service.type", "NodePort"),
    ("GV appPort", "appPort: 3000", CONTAINER, 3000),
    ("off", "service: {enabled: false, port: 80}", PORT, A),
    ("off, and said", "service: {enabled: false, port: 80}", "service.present", D),
]

LIVE, READY = "liveness-probe", "readiness-probe"
HTTP = "{httpGet: {path: /x, port: http}, periodSeconds: 7}"
PROBES: list[Row] = [
    ("HC livenessProbe", f"livenessProbe: {HTTP}", f"{LIVE}.path", "/x"),
    ("HC handler", f"livenessProbe: {HTTP}", f"{LIVE}.handler", "http"),
    (
        "HC named port",
        f"service: {{port: 8080}}\nlivenessProbe: {HTTP}",
        f"{LIVE}.port",
        8080,
    ),
    ("probes.liveness", f"probes: {{liveness: {HTTP}}}", f"{LIVE}.path", "/x"),
    ("ST probes.livenessProbe", f"probes: {{livenessProbe: {HTTP}}}", f"{LIVE}.path", "/x"),
    ("probe.readiness", f"probe: {{readiness: {HTTP}}}", f"{READY}.path", "/x"),
    ("healthCheck.liveness", f"healthCheck: {{liveness: {HTTP}}}", f"{LIVE}.period", 7),
    ("healthCheck, other kind", f"healthCheck: {{liveness: {HTTP}}}", f"{READY}.present", A),
    ("startupProbe", f"startupProbe: {HTTP}", "startup-probe.path", "/x"),
    ("HM livenessPath", "livenessPath: /live\nlivenessDelay: 30", f"{LIVE}.path", "/live"),
    ("HM livenessDelay", "livenessPath: /live\nlivenessDelay: 30", f"{LIVE}.initial-delay", 30),
    ("HM handler", "readinessPath: /ready", f"{READY}.handler", "http"),
    ("GV endpoint", "kubernetesProbeEndpoints: {readiness: /r}", f"{READY}.path", "/r"),
    ("text", "livenessProbe: /x", f"{LIVE}.path", "/x"),
    ("text that is no path", "livenessProbe: tcp", f"{LIVE}.handler", U),
    ("path alone", "livenessProbe: {path: /x}", f"{LIVE}.handler", "http"),
    ("timings only", "livenessProbe: {periodSeconds: 7}", f"{LIVE}.handler", U),
    ("timings are known", "livenessProbe: {periodSeconds: 7}", f"{LIVE}.period", 7),
    ("enabled", "livenessProbe: {enabled: true, periodSeconds: 7}", f"{LIVE}.present", True),
    ("off", f"livenessProbe: {{enabled: false, {HTTP[1:]}", f"{LIVE}.path", A),
    ("ZP enable", f"livenessProbe: {{enable: false, {HTTP[1:]}", f"{LIVE}.present", D),
    ("GW empty", "livenessProbe: {}", f"{LIVE}.present", D),
    ("exec", "livenessProbe: {exec: {command: [a, b]}}", f"{LIVE}.command", ["a", "b"]),
    ("AF command", "livenessProbe: {command: [a, b]}", f"{LIVE}.handler", "exec"),
    ("tcpSocket", "livenessProbe: {tcpSocket: {port: 80}}", f"{LIVE}.handler", "tcp"),
    ("grpc", "livenessProbe: {grpc: {port: 80}}", f"{LIVE}.handler", "grpc"),
    ("GV appProbes", f"appProbes: {{livenessProbe: {HTTP}}}\nappImage: a", f"{LIVE}.path", "/x"),
]

CPU, MEMORY = "resources.limits.cpu", "resources.requests.memory"
RESOURCES: list[Row] = [
    ("HC limits", "resources: {limits: {cpu: 500m}}", CPU, "500m"),
    ("HC requests", "resources: {requests: {memory: 1Gi}}", MEMORY, "1Gi"),
    ("number as cpu", "resources: {limits: {cpu: 1}}", CPU, 1),
    ("float as cpu", "resources: {limits: {cpu: 0.1}}", CPU, 0.1),
    ("HC empty", "resources: {}", "resources.present", D),
    ("flat, whose limit or request is unknown", "resources: {cpu: 1}", CPU, U),
    ("flat, the rest is not set", "resources: {cpu: 1}", MEMORY, A),
    ("flat beside limits", "resources: {cpu: 1, limits: {cpu: 2}}", CPU, 2),
    ("GW containerResources", "containerResources: {limits: {cpu: 1}}", CPU, 1),
    ("resource", "resource: {limits: {cpu: 1}}", CPU, 1),
    ("GV appResources", "appResources: {limits: {cpu: 1}}", CPU, 1),
    (
        "GV workerResources",
        "workerResources: {limits: {cpu: 1}}\nworkers: [{name: a, command: [sidekiq]}]",
        f"worker:a/{CPU}",
        1,
    ),
    ("GV workerResources alone", "workerResources: {limits: {cpu: 1}}", f"worker:worker/{CPU}", 1),
    ("GV workerResources, not the server's", "workerResources: {limits: {cpu: 1}}", CPU, A),
    ("HM cpuLimits", "cpuLimits: 2500m", CPU, "2500m"),
    ("HM memoryRequests", "memoryRequests: 512Mi", MEMORY, "512Mi"),
    ("ZP maxCPU", "maxCPU: 500m", CPU, "500m"),
    ("ZP minMemory", "minMemory: 128M", MEMORY, "128M"),
    ("BN preset", "resourcesPreset: small", CPU, U),
    ("BN no preset", "resourcesPreset: none", CPU, A),
    ("BN preset and resources", "resourcesPreset: small\nresources: {limits: {cpu: 1}}", CPU, 1),
]

USER, GROUP = "security-context.user", "security-context.fs-group"
SECURITY: list[Row] = [
    ("HC pod", "podSecurityContext: {fsGroup: 1}", GROUP, 1),
    (
        "HC container wins",
        "podSecurityContext: {runAsUser: 1}\nsecurityContext: {runAsUser: 2}",
        USER,
        2,
    ),
    ("HC empty", "securityContext: {}", "security-context.present", D),
    ("NB containerSecurityContext", "containerSecurityContext: {runAsUser: 2}", USER, 2),
    ("security.podSecurityContext", "security: {podSecurityContext: {fsGroup: 1}}", GROUP, 1),
    (
        "security.containerSecurityContext",
        "security: {podSecurityContext: {runAsUser: 1}, containerSecurityContext: {runAsUser: 2}}",
        USER,
        2,
    ),
    (
        "AF securityContexts",
        "securityContexts: {pod: {runAsUser: 1, fsGroup: 3}, container: {runAsUser: 2}}",
        USER,
        2,
    ),
    ("AF securityContexts.pod", "securityContexts: {pod: {fsGroup: 3}}", GROUP, 3),
    ("BN off", "podSecurityContext: {enabled: false, fsGroup: 1}", GROUP, A),
]

WATCHED, HOW = "monitoring.present", "monitoring.mechanism"
MONITORING: list[Row] = [
    ("root", "serviceMonitor: {enabled: true}", HOW, ["service-monitor"]),
    ("root, a flag", "serviceMonitor: true", WATCHED, True),
    (
        "BN metrics.",
        "metrics: {serviceMonitor: {enabled: true, interval: 30s}}",
        "monitoring.interval",
        "30s",
    ),
    ("monitoring.", "monitoring: {serviceMonitor: {enabled: true}}", HOW, ["service-monitor"]),
    ("prometheus.", "prometheus: {serviceMonitor: {enabled: false}}", WATCHED, D),
    ("NB mis-cased", "ServiceMonitor: {enabled: true}", HOW, ["service-monitor"]),
    ("podMonitor", "podMonitor: {enabled: true}", HOW, ["pod-monitor"]),
    ("annotations", 'podAnnotations: {prometheus.io/scrape: "true"}', HOW, ["annotations"]),
    ("annotations, port", 'podAnnotations: {prometheus.io/port: "8000"}', "monitoring.port", 8000),
    ("annotations, off", 'podAnnotations: {prometheus.io/scrape: "false"}', WATCHED, D),
    (
        "service annotations",
        'service: {annotations: {prometheus.io/scrape: "true"}}',
        HOW,
        ["service-annotations"],
    ),
    ("ST endpoints, list", "serviceMonitor: {endpoints: [{path: /m}]}", "monitoring.path", "/m"),
    (
        "GW endpoints, map",
        "serviceMonitor: {endpoints: {app: {path: /m}}}",
        "monitoring.path",
        "/m",
    ),
    (
        "endpoints that differ",
        "serviceMonitor: {endpoints: [{path: /m}, {path: /n}]}",
        "monitoring.path",
        U,
    ),
    ("OC monitor", "monitor: {enabled: true}", WATCHED, True),
    (
        "HP custommetrics",
        "custommetrics: {enabled: true, metricsPath: /m}",
        "monitoring.path",
        "/m",
    ),
    ("GV monitoring.enabled", "monitoring: {enabled: false}", WATCHED, D),
    ("GV metricsPort", "metricsPort: 9394", HOW, ["port"]),
    ("HM prometheus", "prometheus: {enabled: true, path: /m}", "monitoring.path", "/m"),
    (
        "the Prometheus stack itself",
        "monitoring: {enabled: true, prometheusSpec: {}, serviceMonitor: {enabled: true}}",
        WATCHED,
        A,
    ),
    ("its subchart", "prometheus: {enabled: true, alertmanager: {enabled: true}}", WATCHED, A),
]

SECRETS = "environment.secrets"
ENVIRONMENT: list[Row] = [
    ("envFrom", "envFrom: [{secretRef: {name: s}}]", SECRETS, ["s"]),
    (
        "envFrom, config map",
        "envFrom: [{configMapRef: {name: c}}]",
        "environment.config-maps",
        ["c"],
    ),
    ("extraEnvFrom", "extraEnvFrom: [{secretRef: {name: s}}]", SECRETS, ["s"]),
    ("envFrom, one map", "envFrom: {secretRef: {name: s}}", SECRETS, ["s"]),
    ("envFrom, map of maps", "envFrom: {a: {secretRef: {name: s}}}", SECRETS, ["s"]),
    ("ST envFrom, typed", "envFrom: {a: {type: secret, name: s}}", SECRETS, ["s"]),
    ("ST envFrom, suffix", "envFrom: [{type: secret, nameSuffix: s}]", SECRETS, U),
    ("ZP envFrom.secrets", "envFrom: {secrets: [s], configmaps: [c]}", SECRETS, ["s"]),
    ("DN envFrom, a flag", "envFrom: true", SECRETS, U),
    ("DN envFrom, off", "envFrom: false", SECRETS, A),
    ("envFrom, empty", "envFrom: []", SECRETS, A),
    ("existingSecret", "existingSecret: s", SECRETS, ["s"]),
    ("secretName", "secretName: s", SECRETS, ["s"]),
    ("secretName, empty", "secretName: ''", SECRETS, A),
    ("BN extraEnvVarsSecret", "extraEnvVarsSecret: s", SECRETS, ["s"]),
    ("BN extraEnvVarsCM", "extraEnvVarsCM: c", "environment.config-maps", ["c"]),
    ("NX envSecrets", "envSecrets: [s, t]", SECRETS, ["s", "t"]),
    ("HP namespace_secrets", "namespace_secrets: {s: {A: key}}", SECRETS, ["s"]),
    ("HM keyVaults", "keyVaults: {vault-a: {secrets: [x]}}", SECRETS, ["vault-a"]),
    ("externalSecret", "externalSecret: {enabled: true, name: s}", SECRETS, ["s"]),
    ("externalSecrets, list", "externalSecrets: [{name: s}]", SECRETS, ["s"]),
    ("externalSecrets, the chart's name", "externalSecrets: {enabled: true}", SECRETS, U),
    ("externalSecrets, off", "externalSecrets: {enabled: false}", SECRETS, A),
    ("secretProviderClass", "secretProviderClass: {name: s}", SECRETS, ["s"]),
    ("file mount", "volumes: [{name: v, secret: {secretName: s}}]", SECRETS, ["s"]),
    ("env, map", "env: {A: x}", "environment.variables", {"A": "x"}),
    ("env, list", "env: [{name: A, value: x}]", "environment.variables", {"A": "x"}),
    (
        "env from a secret",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]",
        SECRETS,
        ["s"],
    ),
    (
        "secrets with literals",
        "secrets: {DB_PASSWORD: hunter2}",
        "environment.literal-secrets",
        ["DB_PASSWORD"],
    ),
    ("secrets left empty", "secrets: {DB_PASSWORD: ''}", "environment.literal-secrets", A),
    ("vault is a dependency", "vault: {enabled: true, secretName: s}", SECRETS, A),
]

SCALING: list[Row] = [
    ("HC autoscaling", "autoscaling: {enabled: true, maxReplicas: 5}", "autoscaling.max", 5),
    ("HC cpu", "autoscaling: {targetCPUUtilizationPercentage: 80}", "autoscaling.cpu", 80),
    ("HC memory", "autoscaling: {targetMemoryUtilizationPercentage: 80}", "autoscaling.memory", 80),
    ("hpa", "hpa: {enabled: true, minReplicas: 2}", "autoscaling.min", 2),
    (
        "GW",
        "horizontalPodAutoscaler: {enabled: true, avgCpuUtilization: 75}",
        "autoscaling.cpu",
        75,
    ),
    ("NX keda", "keda: {enabled: true, minReplicaCount: 2}", "autoscaling.min", 2),
    ("BN targetCPU", "autoscaling: {enabled: true, targetCPU: 50}", "autoscaling.cpu", 50),
    ("cpuPercentage", "autoscaling: {cpuPercentage: 50}", "autoscaling.cpu", 50),
    (
        "ST metrics",
        "autoscaling: {metrics: [{resource: {name: cpu, targetAverageUtilization: 60}}]}",
        "autoscaling.cpu",
        60,
    ),
    (
        "metrics, v2",
        "autoscaling: {metrics: [{resource: {name: memory, target: {averageUtilization: 60}}}]}",
        "autoscaling.memory",
        60,
    ),
    (
        "metrics of an amount",
        "autoscaling: {metrics: [{resource: {name: cpu, target: {averageValue: 500m}}}]}",
        "autoscaling.cpu",
        "500m on average",
    ),
    ("ZP root", "minReplicas: 2\nmaxReplicas: 4", "autoscaling.max", 4),
    ("autoscaling by component", "autoscaling: {app: {minReplicas: 2}}", "autoscaling.min", U),
    ("off", "autoscaling: {enabled: false, maxReplicas: 5}", "autoscaling.present", D),
    (
        "ZP keda off beside one that is on",
        "keda: {enabled: false}\nautoscaling: {enabled: true, maxReplicas: 5}",
        "autoscaling.max",
        5,
    ),
]

WAYS = "network-policy.directions"
POLICIES: list[Row] = [
    ("enabled", "networkPolicy: {enabled: true}", "network-policy.present", True),
    ("rules", "networkPolicy: {enabled: true, ingress: [{from: []}]}", WAYS, ["ingress"]),
    ("policyTypes", "networkPolicy: {policyTypes: [Ingress, Egress]}", WAYS, ["egress", "ingress"]),
    ("security.", "security: {networkPolicy: {create: false}}", "network-policy.present", D),
    ("networkPolicies", "networkPolicies: {enabled: true}", "network-policy.present", True),
    ("spec", "networkPolicy: {enabled: true, spec: {egress: [{to: []}]}}", WAYS, ["egress"]),
]

HOSTS, PATHS, KIND = "route.hosts", "route.paths", "route.kind"
ROUTES: list[Row] = [
    ("HC hosts", "ingress: {hosts: [{host: a.dev, paths: [{path: /x}]}]}", HOSTS, ["a.dev"]),
    ("HC paths", "ingress: {hosts: [{host: a.dev, paths: [{path: /x}]}]}", PATHS, ["/x"]),
    ("host", "ingress: {enabled: true, host: a.dev}", HOSTS, ["a.dev"]),
    ("BN hostname", "ingress: {enabled: true, hostname: a.dev}", HOSTS, ["a.dev"]),
    ("hosts as texts", "ingress: {hosts: [a.dev]}", HOSTS, ["a.dev"]),
    ("paths as texts", "ingress: {host: a.dev, paths: [/x, /y]}", PATHS, ["/x", "/y"]),
    ("list of ingresses", "ingress: [{host: a.dev}, {host: b.dev}]", HOSTS, ["a.dev", "b.dev"]),
    ("className", "ingress: {className: nginx}", "route.class", "nginx"),
    ("ingressClassName", "ingress: {ingressClassName: nginx}", "route.class", "nginx"),
    (
        "class as an annotation",
        "ingress: {annotations: {kubernetes.io/ingress.class: nginx}}",
        "route.class",
        "nginx",
    ),
    ("tls list", "ingress: {tls: [{secretName: t}]}", "route.tls", True),
    ("tls flag", "ingress: {tls: false}", "route.tls", False),
    ("OC tlsEnabled", "ingress: {host: a.dev, tlsEnabled: true}", "route.tls", True),
    (
        "HC httpRoute",
        "httpRoute: {hostnames: [a.dev], parentRefs: [{name: g}]}",
        "route.gateway",
        "g",
    ),
    ("reference's httpRoute", "httpRoute: {prefix: /x, gatewayName: g}", "route.gateway", "g"),
    ("DN gateway.httpRoute", "gateway: {httpRoute: {enabled: true}}", KIND, "http-route"),
    ("ST OpenShift route", "route: {enabled: true, host: a.dev}", KIND, "route"),
    ("Ambassador mapping", "mapping: {enabled: true, prefix: /x}", PATHS, ["/x"]),
    ("off", "ingress: {enabled: false, host: a.dev}", "route.present", D),
]

TECHNOLOGY = "workers.technology"
COMPONENTS: list[Row] = [
    ("worker", "worker: {command: [celery, worker, -Q, q]}", "worker:worker/workers.queues", ["q"]),
    ("workers.<n>", "workers: {a: {resources: {limits: {cpu: 1}}}}", f"worker:a/{CPU}", 1),
    ("NB GV list of workers", "workers: [{name: a, replicaCount: 2}]", f"worker:a/{COUNT}", 2),
    ("GV workers.types[]", "workers: {types: [{name: a, replicas: 2}]}", f"worker:a/{COUNT}", 2),
    ("list without names", "workers: [{replicas: 2}]", f"worker:0/{COUNT}", 2),
    ("DX", "taskWorkers: {workers: {a: {replicas: 2}}}", f"worker:a/{COUNT}", 2),
    ("the reference's guide", "taskWorkers: {a: {replicas: 2}}", f"worker:a/{COUNT}", 2),
    ("celeryWorkers", "celeryWorkers: {a: {cmd: [x]}}", f"worker:a/{TECHNOLOGY}", "celery"),
    ("celery", "celery: {replicaCount: 2}", f"worker:celery/{COUNT}", 2),
    ("OX", "celery_worker_primary: {replicaCount: 2}", f"worker:celery_worker_primary/{COUNT}", 2),
    ("mediaWorker", "mediaWorker: {replicas: 2}", f"worker:mediaWorker/{COUNT}", 2),
    ("beat", "beat: {replicas: 1}", f"scheduler:beat/{COUNT}", 1),
]

EVERY = {
    "pull secrets": PULL_SECRETS,
    "image": IMAGES,
    "replicas": REPLICAS,
    "service": SERVICES,
    "probes": PROBES,
    "resources": RESOURCES,
    "security": SECURITY,
    "monitoring": MONITORING,
    "environment": ENVIRONMENT,
    "autoscaling": SCALING,
    "network policy": POLICIES,
    "route": ROUTES,
    "components": COMPONENTS,
}


def at(text: str, path: str, profile: str) -> Plain:
    """What stands at an address, lists in order; a file that sets nothing at all is no service."""
    key, _, address = path.rpartition("/")
    if read_service(document(text), profiles.load(profile)) is None:
        return A
    found = read(text, address, key or "server", profile)
    return sorted(found) if isinstance(found, list) and address not in ORDERED else found


ORDERED = (f"{LIVE}.command",)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param(*row, id=f"{kind}: {source}")
        for kind, rows in EVERY.items()
        for source, *row in rows
    ],
)
def test_survey_key_is_read(text: str, path: str, expected: Plain) -> None:
    assert at(text, path, "helm-create") == expected


# --- spellings that mean something else elsewhere ------------------------------------------------

CUSTOM = """
livenessProbe: {enabled: true, periodSeconds: 9}
customLivenessProbe: {httpGet: {path: /x}}
"""
BITNAMI: list[Row] = [
    (
        "registry of all",
        "global: {imageRegistry: a.io}\nimage: {registry: b.io}",
        "image.registry",
        "a.io",
    ),
    (
        "pull secrets add up",
        "global: {imagePullSecrets: [a]}\nimage: {pullSecrets: [b]}",
        NAMES,
        ["a", "b"],
    ),
    ("custom probe", CUSTOM, f"{LIVE}.path", "/x"),
    ("custom probe is alone", CUSTOM, f"{LIVE}.period", A),
    (
        "custom probe counts where the other is off",
        CUSTOM.replace("true", "false"),
        f"{LIVE}.path",
        "/x",
    ),
    ("empty custom probe", CUSTOM.replace("{httpGet: {path: /x}}", "{}"), f"{LIVE}.period", 9),
    ("the chart's handler", "livenessProbe: {enabled: true}", f"{LIVE}.handler", U),
    ("container port", "service: {ports: {http: 80}}\ncontainerPorts: {http: 8080}", TARGET, 8080),
    ("metrics not said", "metrics: {serviceMonitor: {enabled: true}}", WATCHED, U),
    ("monitor off, metrics not said", "metrics: {serviceMonitor: {enabled: false}}", WATCHED, D),
    (
        "metrics off",
        "metrics: {enabled: false, serviceMonitor: {enabled: true}}",
        WATCHED,
        D,
    ),
    (
        "metrics on",
        "metrics: {enabled: true, serviceMonitor: {enabled: true}}",
        HOW,
        ["service-monitor"],
    ),
    (
        "autoscaling.hpa",
        "autoscaling: {hpa: {enabled: true, targetCPU: 50}}",
        "autoscaling.cpu",
        50,
    ),
    ("autoscaling.hpa, off", "autoscaling: {hpa: {enabled: false}}", "autoscaling.present", D),
    (
        "extraIngress",
        "networkPolicy: {enabled: true, extraIngress: [{from: []}]}",
        WAYS,
        ["ingress"],
    ),
]

CONTROLLERS = """
defaultPodOptions: {imagePullSecrets: [{name: acr}], securityContext: {runAsUser: 1}}
controllers:
  main:
    replicas: 2
    containers:
      main:
        image: {repository: acme/api, tag: "1"}
        probes: {liveness: {enabled: true, custom: true, spec: {httpGet: {path: /x}}}}
        securityContext: {runAsUser: 2}
        envFrom: [{secretRef: {name: s}}]
      proxy: {image: {repository: acme/proxy, tag: "2"}}
    initContainers:
      migrate: {image: {repository: acme/migrate, tag: "3"}}
  worker:
    replicas: 3
    containers: {main: {command: [celery, worker, -Q, mail], image: {repository: acme/api}}}
service: {app: {controller: main, ports: {http: {port: 80}}}}
route: {app: {hostnames: [a.dev], parentRefs: [{name: g}]}}
persistence: {config: {type: secret, name: files}}
"""
APP: list[Row] = [
    ("replicas", CONTROLLERS, COUNT, 2),
    ("image of the main container", CONTROLLERS, "image.repository", "acme/api"),
    ("sidecar", CONTROLLERS, "sidecar:main-proxy/image.repository", "acme/proxy"),
    ("init container", CONTROLLERS, "init:main-migrate/image.repository", "acme/migrate"),
    ("worker", CONTROLLERS, "worker:worker/workers.queues", ["mail"]),
    ("worker's replicas", CONTROLLERS, f"worker:worker/{COUNT}", 3),
    ("pull secrets", CONTROLLERS, NAMES, ["acr"]),
    ("container's context wins", CONTROLLERS, USER, 2),
    ("probe", CONTROLLERS, f"{LIVE}.path", "/x"),
    ("service at the root", CONTROLLERS, PORT, 80),
    ("route at the root", CONTROLLERS, "route.gateway", "g"),
    ("secret as an environment", CONTROLLERS, SECRETS, ["s"]),
]

STAKATER_DEPLOYMENT = """
applicationName: api
deployment:
  imagePullSecrets: acr
  image: {repository: acme/api, tag: "1"}
  replicas: 2
  securityContext: {runAsUser: 1, fsGroup: 3}
  containerSecurityContext: {runAsUser: 2}
  ports: [{name: http, containerPort: 8080}]
  probes: {livenessProbe: {httpGet: {path: /x}}}
  additionalContainers: [{name: proxy, image: acme/proxy}]
service: {ports: [{name: http, port: 80, targetPort: 8080}]}
autoscaling: {enabled: true, minReplicas: 4}
"""
STAKATER: list[Row] = [
    ("pull secrets", STAKATER_DEPLOYMENT, NAMES, ["acr"]),
    ("container's context wins", STAKATER_DEPLOYMENT, USER, 2),
    ("securityContext is the pod's", STAKATER_DEPLOYMENT, GROUP, 3),
    ("container port", STAKATER_DEPLOYMENT, CONTAINER, 8080),
    ("service at the root", STAKATER_DEPLOYMENT, PORT, 80),
    ("autoscaling at the root", STAKATER_DEPLOYMENT, "autoscaling.min", 4),
    ("replicas under it", STAKATER_DEPLOYMENT, COUNT, 4),
    ("name", STAKATER_DEPLOYMENT, "service.name", "api"),
    ("sidecar", STAKATER_DEPLOYMENT, "sidecar:deployment-proxy/image.repository", "acme/proxy"),
]

ONE_PROBE = "probe: {enabled: true, path: /x, settings: {periodSeconds: 7}}"
ONECHART: list[Row] = [
    ("probe is the readiness probe", ONE_PROBE, f"{READY}.path", "/x"),
    ("settings", ONE_PROBE, f"{READY}.period", 7),
    ("off", ONE_PROBE.replace("true", "false"), f"{READY}.present", D),
    ("livenessProbe", ONE_PROBE.replace("probe", "livenessProbe"), f"{LIVE}.period", 7),
    ("vars", "vars: {A: x}", "environment.variables", {"A": "x"}),
    ("its own secret", "secretEnabled: true", SECRETS, U),
]

NESTED: list[Row] = [
    ("server below the root", "api: {image: acme/api, replicas: 2}", COUNT, 2),
    ("service at the root", "api: {image: acme/api}\nservice: {port: 80}", PORT, 80),
    ("root's image", "image: {repository: a, tag: '1'}\napi: {replicas: 2}", "image.tag", "1"),
    ("second server", "api: {image: a}\nweb: {image: b}", "server:web/image.repository", "b"),
]

ONE = "{image: acme/api, imageTag: '1', envSecrets: [s], resources: {limits: {cpu: 1}}}"
NIXYS: list[Row] = [
    ("list", f"deployments: {{api: {{containers: [{ONE}]}}}}", "image.tag", "1"),
    ("map", f"deployments: {{api: {{containers: {{api: {ONE}}}}}}}", "image.tag", "1"),
    ("resources", f"deployments: {{api: {{replicas: 2, containers: [{ONE}]}}}}", CPU, 1),
    ("envSecrets", f"deployments: {{api: {{containers: [{ONE}]}}}}", SECRETS, ["s"]),
    ("replicas", f"deployments: {{api: {{replicas: 2, containers: [{ONE}]}}}}", COUNT, 2),
    (
        "two containers that differ",
        f"deployments: {{api: {{containers: [{ONE}, {{image: proxy}}]}}}}",
        "image.repository",
        U,
    ),
    (
        "worker",
        "deployments: {worker: {containers: [{command: [celery, worker, -Q, q]}]}}",
        "worker:worker/workers.queues",
        ["q"],
    ),
    (
        "init container",
        "deployments: {api: {initContainers: [{name: migrate, image: 'a:1'}]}}",
        "init:api-migrate/image.tag",
        "1",
    ),
]

FAMILIES = {
    "nxs-universal": NIXYS,
    "bitnami-like": BITNAMI,
    "app-template": APP,
    "stakater": STAKATER,
    "onechart": ONECHART,
    "nested": NESTED,
}


@pytest.mark.parametrize(
    ("profile", "text", "path", "expected"),
    [
        pytest.param(profile, *row, id=f"{profile}: {source}")
        for profile, rows in FAMILIES.items()
        for source, *row in rows
    ],
)
def test_chart_family_key_is_read(profile: str, text: str, path: str, expected: Plain) -> None:
    assert at(text, path, profile) == expected


# --- what is nobody's ----------------------------------------------------------------------------

DEPENDENCIES = ("postgresql", "redis", "rabbitmq", "kafka", "mongodb")


@pytest.mark.parametrize("name", DEPENDENCIES)
@pytest.mark.parametrize("profile", ["helm-create", "nested", "bitnami-like"])
def test_dependency_is_no_component(name: str, profile: str) -> None:
    chart = "{enabled: true, image: {repository: x}, existingSecret: s, replicaCount: 3}"
    text = f"image: acme/api\n{name}: {chart}\ncomponents: {{{name}: {chart}}}\n"
    found = service(text, profile)
    assert [one.key for one in found.components] == ["server"]
    assert found.main.value("replicas.count").state == "absent"
    assert found.faults == ()


@pytest.mark.parametrize("switch", ["enabled", "enable", "create"])
def test_component_that_is_disabled_is_absent(switch: str) -> None:
    off = f"image: a\nworker: {{{switch}: false, command: [celery, worker, -Q, q]}}\n"
    assert [one.key for one in service(off).components] == ["server"]
    assert [one.key for one in service(off.replace("false", "true")).components] == [
        "server",
        "worker:worker",
    ]


def test_settings_of_a_technology_are_no_component() -> None:
    found = service("image: a\ncelery: {broker: x, concurrency: 2}\n")
    assert [one.key for one in found.components] == ["server"]


def test_mounted_secret_is_noted() -> None:
    text = "volumes: [{name: v, secret: {secretName: s}}]\n"
    assert component(text).value(SECRETS).note == "mounted as a file"


UNDECIDED = [
    ("resourcesPreset: small", CPU, "decided by the chart from resourcesPreset"),
    ("resources: {cpu: 1}", CPU, "decided by the chart from cpu"),
    ("resources: {cpuLimit: 1}", CPU, "decided by the chart from cpuLimit"),
    ("livenessProbe: {httpPort: 1}", f"{LIVE}.port", "decided by the chart from httpPort"),
    (
        "livenessProbe: {retries: 9}",
        f"{LIVE}.failure-threshold",
        "decided by the chart from retries",
    ),
    ("kind: DaemonSet", "replicas.count", "decided by the chart from kind"),
    ("controller: {type: daemonset}", "replicas.count", "decided by the chart from type"),
    ("autoscaling: {maxPods: 9}", "autoscaling.max", "decided by the chart from maxPods"),
    ("livenessProbe: {periodSeconds: 1}", f"{LIVE}.handler", "the chart sets it"),
    ("replicaCount: {api: 1}", COUNT, "a mapping; expected number"),
    (
        "keda: {enabled: true, triggers: [{type: cpu}]}",
        "autoscaling.cpu",
        "decided by the chart from triggers",
    ),
    ("envFrom: true", SECRETS, "the chart decides its name"),
]


@pytest.mark.parametrize(("text", "address", "note"), UNDECIDED)
def test_unattributed_value_is_unknown_with_the_reason(text: str, address: str, note: str) -> None:
    value = component(f"image: a\n{text}\n").value(address)
    assert (value.state, value.note) == ("unknown", note)


def test_key_with_the_words_of_a_field_is_not_misplaced_and_no_part_of_an_element() -> None:
    found = service("image: a\nlivenessProbe: {httpPort: 1}\n")
    assert found.faults == ()
    assert found.main.value(f"{LIVE}.port").leaves == ()


@pytest.mark.parametrize("key", ["proxy", "modes", "hosts", "tools", "queue"])
def test_short_key_is_near_nothing(key: str) -> None:
    assert service(f"image: a\n{key}: 1\n").faults == ()
