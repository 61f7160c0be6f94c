"""What runs pods, by its kind or by the pod template in it, and which container it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.model.service import Component
from tests.support.projects import report, write
from tools import TODAY

POD = """\
metadata: {labels: {app: api}}
spec: {containers: [{name: api, image: "acme/api:1.2.0"}]}
"""
HEAD = "apiVersion: %s\nkind: %s\nmetadata: {name: api}\n"
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec: {selector: {app: api}, ports: [{port: 80, targetPort: web}]}
"""


def mains(folder: Path, text: str) -> list[Component]:
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    report = check.check([folder], check.CheckOptions(), config.load(), TODAY)
    return [service.main for group in report.groups for service in group.loaded.services]


def nested(path: str, pod: str = POD) -> str:
    """A pod template below some keys."""
    text = pod
    for key in reversed(path.split(".")):
        text = f"{key}:\n" + "".join(f"  {line}\n" for line in text.splitlines())
    return text


@pytest.mark.parametrize(
    ("api", "kind", "path"),
    [
        ("apps/v1", "StatefulSet", "spec.template"),
        ("argoproj.io/v1alpha1", "Rollout", "spec.template"),
        ("apps.openshift.io/v1", "DeploymentConfig", "spec.template"),
        ("serving.knative.dev/v1", "Service", "spec.template"),
        ("apps.kruise.io/v1alpha1", "CloneSet", "spec.template"),
        ("acme.example/v1", "App", "spec.web.podTemplate"),
    ],
)
def test_object_with_a_pod_template_is_a_workload(
    api: str, kind: str, path: str, tmp_path: Path
) -> None:
    text = HEAD % (api, kind) + nested(path).replace("spec:\n", "spec:\n  selector: {}\n", 1)
    (main,) = mains(tmp_path, text + SERVICE)
    assert main.value("image.repository").data == "acme/api"
    assert main.role == "server"
    assert main.value("service.port").data == 80


def test_objects_of_a_template_of_openshift_are_read(tmp_path: Path) -> None:
    inner = HEAD % ("apps.openshift.io/v1", "DeploymentConfig") + nested("spec.template")
    first, *rest = inner.splitlines()
    objects = f"objects:\n- {first}\n" + "".join(f"  {line}\n" for line in rest)
    (main,) = mains(tmp_path, HEAD % ("template.openshift.io/v1", "Template") + objects)
    assert main.value("image.repository").data == "acme/api"


RUNNING = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n" + nested(
    "spec", f"selector: {{matchLabels: {{app: web}}}}\n{nested('template', POD)}"
).replace("app: api", "app: web")


@pytest.mark.parametrize(
    ("api", "text", "is_told"),
    [
        ("jobset.x-k8s.io/v1", "spec: {jobs: [{template: {spec: {template: POD}}}]}", True),
        ("batch.volcano.sh/v1", "spec: {tasks: [{name: a, template: POD}]}", True),
        ("acme.example/v1", "spec: {a: {b: {c: {d: {template: POD}}}}}", True),
        ("kyverno.io/v1", "spec: {rules: [{validate: {pattern: {template: POD}}}]}", False),
        ("monitoring.coreos.com/v1", "spec: {containers: [{name: a, image: b}]}", False),
    ],
)
def test_pods_of_an_object_that_are_not_read_are_an_error(
    api: str, text: str, is_told: bool, tmp_path: Path
) -> None:
    pods = "{spec: {containers: [{name: a, image: 'acme/api:1'}]}}"
    other = f"---\n{HEAD % (api, 'Other')}{text.replace('POD', pods)}\n"
    (tmp_path / "all.yaml").write_text(RUNNING + other, encoding="utf-8")
    report = check.check([tmp_path], check.CheckOptions(), config.load(), TODAY)
    messages = [one.message for group in report.groups for one in group.loaded.problems]
    assert any("Other api runs pods that are not read" in one for one in messages) is is_told


def test_workloads_of_kinds_that_are_alike_are_siblings(tmp_path: Path) -> None:
    served = RUNNING.replace("containers: [{", "containers: [{ports: [{containerPort: 80}], ")
    probed = served.replace(
        "containers: [{", "containers: [{livenessProbe: {tcpSocket: {port: 80}}, "
    )
    texts = [probed.replace("web", name) for name in ("a", "b", "c", "d", "e")]
    rollout = served.replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
    (tmp_path / "all.yaml").write_text("---\n".join([*texts, rollout]), encoding="utf-8")
    report = check.check([tmp_path], check.CheckOptions(), config.load(), TODAY)
    told = {(one.rule, one.service) for one in report.findings if one.service == "web"}
    assert ("probes", "web") in told
    assert ("odd-key", "web") not in told


def test_strategy_of_another_kind_of_workload_is_not_compared(tmp_path: Path) -> None:
    reference = RUNNING.replace("selector:", "strategy: {type: Recreate}\n  selector:")
    for kind, is_told in (("Deployment", True), ("StatefulSet", False)):
        other = RUNNING.replace("web", "api").replace("kind: Deployment", f"kind: {kind}")
        (tmp_path / "all.yaml").write_text(f"{reference}---\n{other}", encoding="utf-8")
        options = check.CheckOptions(reference="web")
        report = check.check([tmp_path], options, config.load(), TODAY)
        paths = [one.path for one in report.findings if one.rule == "pod"]
        assert paths == ["client/pod.strategy"] * is_told


def test_object_of_the_core_api_without_a_pod_template_is_no_workload(tmp_path: Path) -> None:
    text = HEAD % ("apps/v1", "Deployment") + nested("spec.template", POD) + SERVICE
    text = text.replace("spec:\n", "spec:\n  selector: {matchLabels: {app: api}}\n", 1)
    other = "---\n" + HEAD % ("acme.example/v1", "Policy") + "spec: {template: {spec: {a: 1}}}\n"
    assert len(mains(tmp_path, text + other)) == 1


def workload(*containers: str) -> str:
    listed = "".join(f"    - {one}\n" for one in containers)
    pod = f"metadata: {{labels: {{app: api}}}}\nspec:\n    containers:\n{listed}"
    text = HEAD % ("apps/v1", "Deployment") + nested("spec.template", pod) + SERVICE
    return text.replace("spec:\n", "spec:\n  selector: {matchLabels: {app: api}}\n", 1)


PROXY = "{name: proxy, image: acme/proxy:1}"


@pytest.mark.parametrize(
    "container",
    [
        "{name: api, image: acme/main:1}",
        "{name: app, image: 'registry.acme.example:5000/api:1'}",
        "{name: app, image: acme/main:1, ports: [{name: web, containerPort: 8080}]}",
        "{name: app, image: acme/main:1, readinessProbe: {tcpSocket: {port: 1}}}",
    ],
)
def test_workload_is_about_its_own_container_wherever_it_stands(
    container: str, tmp_path: Path
) -> None:
    for containers in ((PROXY, container), (container, PROXY)):
        (main,) = mains(tmp_path, workload(*containers))
        assert main.value("image.repository").data in ("acme/main", "api")


def test_autoscaler_of_keda_is_read_as_one(tmp_path: Path) -> None:
    scaled = """\
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: api}
spec:
  scaleTargetRef: {name: api}
  maxReplicaCount: 6
  triggers: [{type: kafka}, {type: cpu, metadata: {value: "75"}}]
"""
    (main,) = mains(tmp_path, workload(PROXY) + scaled)
    values = {name: main.value(f"autoscaling.{name}").data for name in ("min", "max", "cpu")}
    assert values == {"min": "0", "max": 6, "cpu": 75}


def test_metric_of_a_container_is_one_of_the_autoscaler(tmp_path: Path) -> None:
    scaler = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  scaleTargetRef: {kind: Deployment, name: api}
  maxReplicas: 6
  metrics:
  - type: ContainerResource
    containerResource: {name: cpu, container: api, target: {averageUtilization: 70}}
"""
    (main,) = mains(tmp_path, workload(PROXY) + scaler)
    assert main.value("autoscaling.cpu").data == 70


AVERAGE = """\
  - type: {kind}
    {source}: {{name: memory, container: api, target: {{type: AverageValue, averageValue: 1Gi}}}}
"""


@pytest.mark.parametrize(
    "scaling",
    [
        AVERAGE.format(kind="Resource", source="resource"),
        AVERAGE.format(kind="ContainerResource", source="containerResource"),
        "  - resource: {name: memory, targetAverageValue: 1Gi}\n",
    ],
)
def test_amount_in_each_pod_is_what_an_autoscaler_aims_at(scaling: str, tmp_path: Path) -> None:
    scaler = f"""\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: api}}
spec:
  scaleTargetRef: {{kind: Deployment, name: api}}
  maxReplicas: 6
  metrics:
{scaling}"""
    (main,) = mains(tmp_path, workload(PROXY) + scaler)
    assert main.value("autoscaling.memory").data == "1Gi on average"


@pytest.mark.parametrize(
    ("trigger", "cpu"),
    [
        ("metricType: AverageValue, metadata: {value: 500m}", "500m on average"),
        ("metricType: Utilization, metadata: {value: '75'}", 75),
        ("metadata: {type: AverageValue, value: '2'}", "2 on average"),  # before KEDA 2.8
    ],
)
def test_trigger_aims_at_percent_or_an_amount(trigger: str, cpu: object, tmp_path: Path) -> None:
    scaled = f"""\
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: api}}
spec: {{scaleTargetRef: {{name: api}}, triggers: [{{type: cpu, {trigger}}}]}}
"""
    (main,) = mains(tmp_path, workload(PROXY) + scaled)
    assert main.value("autoscaling.cpu").data == cpu


def test_image_that_ends_like_a_store_runs_a_server(tmp_path: Path) -> None:
    text = workload("{name: api, image: acme/api-redis:1, ports: [{containerPort: 80}]}")
    assert [main.role for main in mains(tmp_path, text)] == ["server"]


HTTP = "readinessProbe: {httpGet: {port: 80}}"
TCP = "readinessProbe: {tcpSocket: {port: 80}}"


@pytest.mark.parametrize(
    ("image", "probe", "role"),
    [
        ("redis:7", HTTP, "server"),
        ("acme/mysql:1", HTTP, "server"),
        ("redis:7", TCP, "store"),
        ("elasticsearch:8", HTTP, "store"),
    ],
)
def test_image_of_a_store_with_an_http_probe_runs_a_server(
    image: str, probe: str, role: str, tmp_path: Path
) -> None:
    text = workload(f"{{name: api, image: {image}, ports: [{{containerPort: 80}}], {probe}}}")
    assert [main.role for main in mains(tmp_path, text)] == [role]


@pytest.mark.parametrize(
    ("image", "state"),
    [
        ("image-registry.openshift-image-registry.svc:5000/shop/api:latest", "unknown"),
        ("docker-registry.default.svc:5000/shop/api", "unknown"),
        ("registry.acme.example:5000/shop/api:latest", "known"),
    ],
)
def test_tag_of_an_image_stream_is_unknown(image: str, state: str, tmp_path: Path) -> None:
    pod = POD.replace("acme/api:1.2.0", image)
    text = HEAD % ("apps.openshift.io/v1", "DeploymentConfig") + nested("spec.template", pod)
    (main,) = mains(tmp_path, text)
    assert main.value("image.tag").state == state


WORKER = RUNNING.replace(
    "[{name: api, image", "[{name: api, command: [celery, worker, -Q, QUEUES], image"
)


@pytest.mark.parametrize(
    ("reference", "queues", "image", "wanted"),
    [
        ("'mail,sms'", "mail", "acme/other", ["worker/workers.queues"]),
        ("'mail,sms'", "'sms,mail'", "acme/other", []),
        ("'mail,sms'", "mail", "acme/api", []),  # another worker of the same program
        ("mail", "sms", "acme/other", []),
    ],
)
def test_queues_of_a_worker_without_a_server_are_compared_with_those_of_another_program(
    reference: str, queues: str, image: str, wanted: list[str], tmp_path: Path
) -> None:
    peer = WORKER.replace("QUEUES", queues).replace("acme/api", image).replace("web", "api")
    text = f"{WORKER.replace('QUEUES', reference)}---\n{peer}"
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    report = check.check([tmp_path], check.CheckOptions(reference="web"), config.load(), TODAY)
    assert [one.path for one in report.findings if one.rule == "workers"] == wanted


OF_OPENSHIFT = """\
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: any}
objects:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: "${NAME}"}
  spec:
    selector: {matchLabels: {app: "${NAME}"}}
    template:
      metadata: {labels: {app: "${NAME}"}}
      spec: {containers: [{name: main, image: "acme/a:${TAG}"}]}
- apiVersion: v1
  kind: Service
  metadata: {name: "${NAME}"}
  spec: {selector: {app: "${NAME}"}, ports: [{port: 80}]}
parameters:
- {name: TAG, value: latest}
- {name: NAMEPARAMETER}
"""


@pytest.mark.parametrize(
    ("parameter", "names"),
    [
        (", value: FILE-api", ["one-api", "two-api"]),
        ("", ["one", "two"]),
        (f", value: {'a' * 1000}", ["one", "two"]),
    ],
    ids=["the value of its parameter", "the name of its file", "a value that is no name"],
)
def test_names_in_templates_of_openshift_are_filled_in(
    parameter: str, names: list[str], tmp_path: Path
) -> None:
    for file in ("one", "two"):
        text = OF_OPENSHIFT.replace("PARAMETER", parameter.replace("FILE", file))
        write(tmp_path, {f"{file}.yaml": text})
    result = report(tmp_path)
    services = result.groups[0].loaded.services
    assert [service.name for service in services] == names
    assert all(service.main.value("service.port").data == 80 for service in services)
    assert all(service.main.value("image.tag").state == "unknown" for service in services)
    assert not [each.message for each in result.problems if "twice" in each.message]
