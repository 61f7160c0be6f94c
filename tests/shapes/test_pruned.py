"""What is kept of manifests whose trees are given up tells the same of them as all of it does."""

from __future__ import annotations

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.readers.detect import of
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object, objects_in
from deploylint.readers.kubernetes.pruned import Whole, pruned
from deploylint.readers.kubernetes.roles import all_labels
from deploylint.readers.kubernetes.selectors import WorkloadObjects
from tests.support.folders import FIXTURES

ODD = """\
apiVersion: v1
kind: List
items:
- &web
  apiVersion: apps/v1
  kind: Deployment
  metadata: {generateName: web-, namespace: shop, labels: {app: web}, annotations: {a: b}}
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web, tier: front}}
      spec:
        serviceAccountName: web
        containers:
        - {name: web, image: acme/web, envFrom: [{configMapRef: {name: web}}]}
        volumes: [{secret: {secretName: keys}}, {configMap: {name: files}}]
- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web, tier: front}}}
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: web}, data: {A: "1"}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: none}, data: {A: "1", B: "1", B: "2"}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night}
spec:
  jobTemplate:
    spec:
      template:
        spec: {containers: [{name: a, image: acme/a}], imagePullSecrets: [{name: acr}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lone, labels: {app: lone}}
spec: {containers: [{image: a}]}
---
{apiVersion: v1, kind: Secret, metadata: {name: acr}}
---
{apiVersion: x/v1, kind: ExternalSecret, metadata: {name: x}, spec: {target: {name: keys}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: some}
spec: {podSelector: {matchExpressions: [{key: app, operator: Exists}], matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: patched}
spec: {template: {spec: {containers: [{name: web, env: []}]}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: patch}, $patch: delete}
---
{apiVersion: v1, kind: Pod, metadata: {name: tried, annotations: {helm.sh/hook: test}}}
---
{apiVersion: kustomize.config.k8s.io/v1alpha1, kind: Component, metadata: {}, resources: [a.yaml]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: empty}
spec: {selector: {matchLabels: {a: b}}, template: {spec: {containers: []}}}
---
[no, object]
"""


WRITTEN_TWICE = ("odd.yaml",)
"""The files in which a key is."""


def documents() -> list[Document]:
    found = [
        (path.read_text(encoding="utf-8"), str(path.relative_to(FIXTURES)))
        for path in sorted(FIXTURES.rglob("*.yaml"))
    ]
    read = (read_text(text, file) for text, file in [*found, (ODD, "odd.yaml")])
    return [one for one in read if isinstance(one, Document) and of(one).manifests is not None]


DOCUMENTS = documents()
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=[one.file for one in DOCUMENTS])


def told(one: Object) -> tuple[object, ...]:
    labelled = all_labels(one) if one.kind in table().workloads else one.labels("metadata.labels")
    return one.kind, one.namespace, one.name, one.file, one.line, labelled


def belonging(document: Document) -> tuple[object, ...]:
    objects = objects_in(document).objects
    running = [one for one in objects if one.kind in table().workloads]
    attached = WorkloadObjects(
        running, [one for one in objects if one.kind not in table().workloads]
    )
    whose = {n: [told(one) for one in some] for n, some in attached.by_workload.items()}
    return whose, [(told(one), why) for one, why in attached.left]


@each_document
def test_a_pruned_file_holds_the_same_objects(document: Document) -> None:
    whole, kept = objects_in(document), objects_in(pruned(document))
    assert [told(one) for one in kept.objects] == [told(one) for one in whole.objects]
    assert (kept.passed_over, kept.problems) == (whole.passed_over, whole.problems)


@each_document
def test_what_is_pruned_belongs_together_as_it_did(document: Document) -> None:
    assert belonging(pruned(document)) == belonging(document)


@each_document
def test_a_pruned_object_is_made_whole_again(document: Document) -> None:
    whole, duplicates = Whole(), list(document.source.duplicates)
    assert bool(duplicates) == (document.file in WRITTEN_TWICE)
    again = [whole(one) for one in objects_in(pruned(document)).objects]
    assert again == list(objects_in(document).objects)
    assert document.source.duplicates == duplicates


def test_pruning_twice_changes_nothing() -> None:
    once = [pruned(one) for one in DOCUMENTS]
    assert [pruned(one) for one in once] == once


def test_what_says_nothing_of_where_it_belongs_is_given_up() -> None:
    document = read_text(ODD, "odd.yaml")
    assert isinstance(document, Document)
    (config,) = [one for one in objects_in(pruned(document)).objects if one.name == "none"]
    assert config.at("data") is None
    assert Whole()(config).at("data.A") is not None
