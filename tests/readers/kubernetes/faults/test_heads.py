"""What the API server refuses in the head of an object, and that a service without one stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.nodes import span
from deploylint.documents.reader import Document, read_text
from deploylint.readers.kubernetes.faults.heads import head_faults
from tests.support.projects import report, write

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers: [{name: api, image: acme/api:1.2.0}]
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    """The line, the check and the message of each fault in the head of an object."""
    document = read_text(text, "api.yaml")
    assert isinstance(document, Document), document
    found = (fault for root in document.roots for fault in head_faults(root, is_whole=True))
    return [(span(each.node).line, each.check, each.message) for each in found]


HEADS = [
    (("v1", "v11"), 1, "unknown-api", "v11 has no kind 'Pod'; write v1"),
    (("v1", "core/v1"), 1, "unknown-api", "core/v1 has no kind 'Pod'; write v1"),
    (("Pod", "Podd"), 2, "unknown-api", "v1 has no kind 'Podd'; did you mean 'Pod'?"),
    (
        ("v1\nkind: Pod", "apps/v1\nkind: Pod"),
        1,
        "unknown-api",
        "apps/v1 has no kind 'Pod'; write v1",
    ),
    (
        ("v1\nkind: Pod", "apps/v1\nkind: Daemonset"),
        *(2, "unknown-api", "apps/v1 has no kind 'Daemonset'; did you mean 'DaemonSet'?"),
    ),
    (
        ("v1\nkind: Pod", "networking/v1\nkind: Ingress"),
        *(1, "unknown-api", "networking/v1 has no kind 'Ingress'; write networking.k8s.io/v1"),
    ),
    (
        ("v1\nkind: Pod", "gateway.networking.k8s.io/v2\nkind: HTTPRoute"),
        *(1, "unknown-api", "write gateway.networking.k8s.io/v1"),
    ),
    (("apiVersion: v1\n", ""), 1, "missing-field", "the object has no apiVersion; write v1"),
    (("kind: Pod\n", ""), 1, "missing-field", "the object has no kind"),
    (("name: api}", "labels: {}}"), 3, "missing-field", "the Pod has no metadata.name"),
    (("name: api}", "nmae: api}"), 3, "missing-field", "metadata.name; did you mean 'name'?"),
    (("metadata:", "metadaat:"), 3, "missing-field", "metadata.name; did you mean 'metadata'?"),
    (("name: api}", "name: Api}"), 3, "wrong-value", "name is 'Api'; the API takes"),
    (("name: api}", "name: order_api}"), 3, "wrong-value", "name is 'order_api'; the API takes"),
    (("name: api}", f"name: {'a' * 254}}}"), 3, "wrong-value", "the API takes at most 253"),
    (("metadata: {name: api}\n", ""), 2, "missing-field", "the Pod has no metadata.name"),
]


@pytest.mark.parametrize(("change", "line", "check", "message"), HEADS)
def test_head_that_the_api_refuses(
    change: tuple[str, str], line: int, check: str, message: str
) -> None:
    found = next(fault for fault in faults(POD.replace(*change, 1)))
    assert found[:2] == (line, check)
    assert message in found[2]


@pytest.mark.parametrize(
    "change",
    [
        ("name: api}", "generateName: api-}"),
        ("v1", "${API}"),
        ("Pod", "Node"),
        ("v1\nkind: Pod", "acme.example/v1\nkind: Pod"),
        ("v1\nkind: Pod", "azmonitoring.coreos.com/v1\nkind: ServiceMonitor"),
        ("v1\nkind: Pod", "apps.openshift.io/v1\nkind: DeploymentConfig"),
        ("v1\nkind: Pod", "batch/v2alpha1\nkind: CronJob"),
        ("v1\nkind: Pod", "helm.fluxcd.io/v1\nkind: HelmRelease"),
        ("v1\nkind: Pod", "apps/v1\nkind: ControllerRevision"),
    ],
)
def test_head_that_an_api_may_take(change: tuple[str, str]) -> None:
    checks = ("unknown-api", "missing-field")
    assert not [each for each in faults(POD.replace(*change, 1)) if each[1] in checks]


def test_name_that_helm_writes_for_a_release_without_one_is_none_to_judge() -> None:
    assert not faults(POD.replace("name: api}", "name: RELEASE-NAME-api}"))
    assert faults(POD.replace("name: api}", "name: RELEASE-NAMES}"))


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("aipVersion: v1\nkind: ServiceAccount\n", 2),
        ("kind: ServiceAccount\n", 1),
        ("apiVersion: argoproj.io/v1alpha1\nkidn: Application\n", 1),
        ("apiVersion: source.toolkit.fluxcd.io/v1\n", 1),
    ],
)
@pytest.mark.parametrize("others", ["", "image: {repository: acme/api, tag: '1'}\n"])
def test_object_without_its_head_is_reported_where_no_workload_is(
    head: str, line: int, others: str, tmp_path: Path
) -> None:
    files = {"k/b.yaml": f"{head}metadata: {{name: b}}\n"}
    if others:
        files |= {f"k/{name}.yaml": others for name in ("api", "web")}
    problems = report(write(tmp_path, files)).problems
    assert [each.line for each in problems if each.file.endswith("b.yaml")] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "kind: pipeline\nmetadata: {name: b}\nsteps: []\n",
        "kind: Pipeline\nmetadata: {name: b}\nsteps: []\n",
        "apiVersion: 1\ndatasources: [{name: b}]\n",
    ],
)
def test_document_of_another_tool_is_no_object_without_a_head(text: str, tmp_path: Path) -> None:
    files = {"k/b.yaml": text, "k/a.yaml": "image: {repository: acme/api, tag: '1'}\n"}
    result = report(write(tmp_path, files))
    assert "k/b.yaml" not in {Path(each.file).as_posix() for each in result.problems}


@pytest.mark.parametrize(
    ("api", "kind", "is_refused"),
    [
        ("apps/v1", "Deployment", True),
        ("apps/v1", "DaemonSet", True),
        ("v1", "Service", True),
        ("networking.k8s.io/v1", "Ingress", True),
        ("v1", "ConfigMap", True),
        ("v1", "Pod", False),
        ("batch/v1", "Job", False),
        ("argoproj.io/v1alpha1", "Workflow", False),
    ],
)
def test_generated_name_is_only_of_what_runs_once(api: str, kind: str, is_refused: bool) -> None:
    text = f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  labels: {{}}\n  generateName: api-\n"
    message = f"the {kind} has no metadata.name; kubectl apply refuses generateName"
    assert faults(text) == ([(5, "missing-field", message)] if is_refused else [])
    assert not faults(text.replace("  generateName", "  name: api\n  generateName"))


def test_item_of_a_list_with_a_generated_name_is_reported_once(tmp_path: Path) -> None:
    items = (DEPLOYMENT.format(name="api").replace("  name: api\n", "  generateName: api-\n"),)
    text = "".join("- " + item.rstrip("\n").replace("\n", "\n  ") + "\n" for item in items)
    write(tmp_path, {"k/a.yaml": f"apiVersion: v1\nkind: List\nitems:\n{text}"})
    write(tmp_path, {"k/b.yaml": DEPLOYMENT.format(name="web")})
    told = report(tmp_path, rules=("missing-field",)).findings
    assert [each.location.line for each in told] == [7]


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: {name}, image: "acme/{name}:1.2.0"}}]}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 8080}}]}}
"""
LOST = [
    ("apiVersion: apps/v1\n", ""),
    ("apiVersion: v1\n", ""),
    ("kind: Deployment\n", ""),
    ("kind: Service\n", ""),
    ("kind: Deployment", "kind: Deploymnet"),
    ("kind: Service", "kind: Servcie"),
    ("apps/v1", "app/v1"),
    ("metadata:\n  name: b\n", ""),
    ("  name: b\n", ""),
    (', image: "acme/b:1.2.0"', ""),
]


@pytest.mark.parametrize("change", LOST, ids=[f"{old!r}, {new!r}" for old, new in LOST])
def test_damaged_head_is_reported_and_no_service_vanishes(
    change: tuple[str, str], tmp_path: Path
) -> None:
    texts = {
        f"{name}/{kind}.yaml": text.format(name=name) for name in "abc" for kind, text in KINDS
    }
    broken = {f: text.replace(*change, 1) if f[0] == "b" else text for f, text in texts.items()}
    assert broken != texts
    whole = report(write(tmp_path / "whole", texts), rules=("missing-field", "unknown-api"))
    result = report(write(tmp_path / "broken", broken), rules=("missing-field", "unknown-api"))
    assert not whole.findings
    assert {f.location.file.split("/")[-2] for f in result.findings if f.location} == {"b"}
    counts = [len(each.groups[0].loaded.services) for each in (whole, result)]
    assert counts == [3, 3]


KINDS = (("deployment", DEPLOYMENT), ("service", SERVICE))


@pytest.mark.parametrize(
    "text",
    [
        "kind: role\nmetadata: {name: admin}\nspec: {options: {}}\nversion: v3\n",
        "kind: Deployment\nmetadata: {labels: {}}\nimage: {repository: acme/api}\n",
        "apiVersion: v2\nname: api\nversion: 0.1.0\n",
    ],
    ids=["an object of another program", "values", "a chart"],
)
def test_file_with_a_kind_or_an_api_alone_may_be_something_else(text: str, tmp_path: Path) -> None:
    files = {f"{name}.yaml": DEPLOYMENT.format(name=name) for name in "abc"}
    assert not report(
        write(tmp_path, {**files, "other.yaml": text}), rules=("missing-field",)
    ).findings


@pytest.mark.parametrize(
    "name", ["'${NAME}'", "<NAME>", "API_NAME", "api-", "-api", "'*'", "a.b-c"]
)
def test_name_that_something_fills_in_or_goes_on_is_right(name: str) -> None:
    assert not faults(POD.replace("name: api}", f"name: {name}}}"))


@pytest.mark.parametrize("head", ["metadata: {nmae: api}", "metadaat: {name: api}"])
def test_misspelt_key_of_a_name_is_one_fault(head: str, folder: Path) -> None:
    write(folder, {"api.yaml": POD.replace("metadata: {name: api}", head)})
    rules = ("missing-field", "unknown-field")
    assert [finding.rule for finding in report("api.yaml", rules=rules).findings] == [
        "missing-field"
    ]


@pytest.mark.parametrize(("name", "count"), [('"${JOB}"', 0), ("syncJob", 1)])
def test_name_that_a_parameter_fills_in_is_not_judged_as_that_of_its_template(
    name: str, count: int, folder: Path
) -> None:
    pod = POD.replace("name: api}\nspec", f"name: {name}}}\nspec")
    inner = "".join(f"  {line}\n" for line in pod.splitlines())
    head = "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: syncJob}\n"
    parameters = "parameters: [{name: JOB}]\n"
    write(folder, {"syncJob.yaml": f"{head}{parameters}objects:\n-{inner[1:]}"})
    found = report("syncJob.yaml", rules=("wrong-value",)).findings
    assert len([each for each in found if each.location.line > 5]) == count
