"""Fleets of services in the usual layouts of a repository, drawn by a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from textwrap import indent as indented
from typing import NamedTuple

NAMES = (
    *("accounts", "audit", "billing", "catalogue", "checkout", "delivery", "fraud", "gifts"),
    *("inventory", "invoices", "ledger", "loyalty", "mail", "members", "orders", "payments"),
    *("pricing", "profiles", "quotes", "reports", "search", "sessions", "shipping", "tickets"),
)

CONTAINER = """\
resources:
  requests:
    cpu: 100m
    memory: 128Mi
  limits:
    cpu: 200m
    memory: 256Mi
securityContext:
  runAsNonRoot: true
  allowPrivilegeEscalation: false
livenessProbe:
  httpGet:
    path: /live
    port: 8080
  periodSeconds: 15
readinessProbe:
  httpGet:
    path: /ready
    port: 8080
  periodSeconds: 10
"""

VALUES = """\
image:
  repository: registry.example/{name}
  tag: "1.4.0"
  pullPolicy: IfNotPresent
imagePullSecrets:
  - name: registry-pull
replicaCount: 2
service:
  type: ClusterIP
  port: 8080
"""
VALUES += CONTAINER

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: {name}
  template:
    metadata:
      labels:
        app: {name}
    spec:
      imagePullSecrets:
        - name: registry-pull
      containers:
        - name: {name}
          image: registry.example/{name}:1.4.0
          imagePullPolicy: IfNotPresent
          ports:
            - containerPort: 8080
"""
WORKLOAD += indented(CONTAINER, " " * 10)

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  type: ClusterIP
  selector:
    app: {name}
  ports:
    - port: 8080
      targetPort: 8080
"""

HELM_RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: {name}
spec:
  interval: 10m
  chart:
    spec:
      chart: service
      sourceRef:
        kind: HelmRepository
        name: charts
  values:
"""

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
spec:
  project: default
  source:
    repoURL: https://charts.example
    chart: service
    targetRevision: 2.1.0
    helm:
      values: |
"""


class Edit(NamedTuple):
    """A change of one line that makes a difference: what is there, and what is instead."""

    before: str
    after: str


EDITS = (
    Edit("memory: 256Mi", "memory: 300Mi"),
    Edit("name: registry-pull", "name: other-pull"),
    Edit("type: ClusterIP", "type: NodePort"),
    Edit("runAsNonRoot: true", "runAsNonRoot: false"),
    Edit("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true"),
    Edit("path: /ready", "path: /healthz"),
    Edit("path: /live", "path: /alive"),
    Edit("periodSeconds: 15", "periodSeconds: 45"),
    Edit("cpu: 100m", "cpu: 150m"),
    Edit("cpu: 200m", "cpu: 900m"),
    Edit("memory: 128Mi", "memory: 96Mi"),
    Edit("periodSeconds: 10", "periodSeconds: 30"),
)

Texts = Mapping[str, Sequence[Edit]]
"""The services of a fleet, each with the edits that are made in its files."""

Files = dict[str, str]
"""The files of a fleet: texts by path."""


def _edited(template: str, name: str, edits: Sequence[Edit], indent: int = 0) -> str:
    text = template.format(name=name)
    for before, after in edits:
        text = text.replace(before, after)
    return "".join(f"{' ' * indent}{line}\n" for line in text.splitlines())


def values_of(name: str, edits: Sequence[Edit] = (), indent: int = 0) -> str:
    """The values of a service."""
    return _edited(VALUES, name, edits, indent)


def manifests_of(name: str, edits: Sequence[Edit] = ()) -> str:
    """The manifests of a service in one file."""
    return f"{_edited(WORKLOAD, name, edits)}---\n{_edited(SERVICE, name, edits)}"


def _values_at(path: str, **more: str) -> Callable[[Texts], Files]:
    """A file of values for each service, and others beside it: texts by the end of their path."""

    def files(fleet: Texts) -> Files:
        found = {path.format(name=name): values_of(name, edits) for name, edits in fleet.items()}
        beside = {
            f"{file.rpartition('/')[0]}/{extra.replace('__', '.')}": text.format(name=name)
            for file, name in zip(list(found), fleet, strict=True)
            for extra, text in more.items()
        }
        return found | beside

    return files


def _manifests_at(workload: str, service: str, **more: str) -> Callable[[Texts], Files]:
    """A file for the workload of each service and one for its Service, and others beside them."""

    def files(fleet: Texts) -> Files:
        found = Files()
        for name, edits in fleet.items():
            found[workload.format(name=name)] = _edited(WORKLOAD, name, edits)
            found[service.format(name=name)] = _edited(SERVICE, name, edits)
            folder = workload.format(name=name).rpartition("/")[0]
            for extra, text in more.items():
                found[f"{folder}/{extra.replace('__', '.')}"] = text.format(name=name)
        return found

    return files


def _wrapped_at(path: str, head: str, indent: int) -> Callable[[Texts], Files]:
    """An object with values in it for each service."""

    def files(fleet: Texts) -> Files:
        return {
            path.format(name=name): head.format(name=name) + values_of(name, edits, indent)
            for name, edits in fleet.items()
        }

    return files


def _helmfile(fleet: Texts) -> Files:
    head = "- name: {name}\n  chart: charts/service\n  values:\n  -\n"
    releases = (head.format(name=name) + values_of(name, e, 4) for name, e in fleet.items())
    return {"deploy/helmfile.yaml": "releases:\n" + "".join(releases)}


def _umbrella(fleet: Texts) -> Files:
    blocks = (f"{name}:\n{values_of(name, edits, 2)}" for name, edits in fleet.items())
    return {"chart/values.yaml": "".join(blocks), "chart/Chart.yaml": "name: shop\n"}


def _charts_inside(fleet: Texts) -> Files:
    """Charts inside another one, whose values give each a number of replicas."""
    each: Files = {"shop/Chart.yaml": CHART.format(name="shop")}
    for file, count in (("values", 2), ("values-prod", 4)):
        blocks = (f"{name}: {{replicaCount: {count}}}\n" for name in fleet)
        each[f"shop/{file}.yaml"] = "".join(blocks)
    for name, edits in fleet.items():
        each[f"shop/charts/{name}/Chart.yaml"] = CHART.format(name=name)
        each[f"shop/charts/{name}/values.yaml"] = values_of(name, edits)
    return each


def _one_file(fleet: Texts) -> Files:
    return {"k8s/all.yaml": "---\n".join(manifests_of(*each) for each in fleet.items())}


def _copies(fleet: Texts) -> Files:
    """A folder of manifests, and the same in one file."""
    each = {f"k8s/{name}.yaml": manifests_of(name, edits) for name, edits in fleet.items()}
    return each | {"k8s/all-in-one.yaml": "---\n".join(each.values())}


CHART = "name: {name}\n"
TEMPLATE = "kind: Deployment\nmetadata: {{name: {name}}}\n"
PROD = "replicaCount: 4\n"
BASE = "resources: [deployment.yaml, service.yaml]\n"

LAYOUTS: Mapping[str, Callable[[Texts], Files]] = {
    "charts": _values_at("charts/{name}/values.yaml", Chart__yaml=CHART),
    "charts-environments": _values_at(
        "charts/{name}/values.yaml",
        Chart__yaml=CHART,
        **{"values-dev__yaml": "replicaCount: 1\n", "values-prod__yaml": PROD},
    ),
    "helm-folders": _values_at("services/{name}/helm/values.yaml"),
    "chart-folders": _values_at("{name}/chart/values.yaml", Chart__yaml=CHART),
    "environments": _values_at("services/{name}/values.yaml", **{"values-prod__yaml": PROD}),
    "values": _values_at("values/{name}.yaml"),
    "deploy": _values_at("deploy/deploy-{name}.yaml"),
    "manifest-folders": _manifests_at(
        "services/{name}/k8s/deployment.yaml", "services/{name}/k8s/service.yaml"
    ),
    "kustomize": _manifests_at(
        "apps/{name}/base/deployment.yaml",
        "apps/{name}/base/service.yaml",
        kustomization__yaml=BASE,
    ),
    "folders": _manifests_at("k8s/{name}/app.yaml", "k8s/{name}/svc.yaml"),
    "by-kind": _manifests_at("k8s/workloads/{name}.yaml", "k8s/services/{name}.yaml"),
    "flux": _wrapped_at("apps/shop/{name}/helmrelease.yaml", HELM_RELEASE, 4),
    "argo": _wrapped_at("apps/{name}.yaml", APPLICATION, 8),
    "helmfile": _helmfile,
    "umbrella": _umbrella,
    "charts-inside": _charts_inside,
    "one-file": _one_file,
    "copies": _copies,
}
"""How the files of a fleet lie in its repository."""


class Fleet(NamedTuple):
    """A fleet in a layout: its services, and the differences that it has already."""

    layout: str
    services: Texts

    def files(self, **edited: Edit) -> Files:
        """Its files, with one more edit in some services."""
        services = {
            name: [*edits, edited[name]] if name in edited else edits
            for name, edits in self.services.items()
        }
        return LAYOUTS[self.layout](services)


def drawn(layout: str, seed: int) -> Fleet:
    """A fleet of three to nine services, with up to eight differences."""
    draw = Random(f"{layout} {seed}")
    names = sorted(draw.sample(NAMES, draw.randint(3, 9)))
    services: dict[str, list[Edit]] = {name: [] for name in names}
    for _ in range(draw.randint(0, 8)):
        edits = services[draw.choice(names)]
        edit = draw.choice(EDITS)
        if edit not in edits:
            edits.append(edit)
    return Fleet(layout, services)
