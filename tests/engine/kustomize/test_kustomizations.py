"""What a kustomization changes, and what it does not deploy, is reported at its keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.engine.kustomize import kustomizations, kustomized
from deploylint.engine.kustomize import names as kustomization_names
from deploylint.engine.kustomize.kustomizations import KustomizationFile, read_kustomization
from deploylint.engine.load_manifests import NOT_DEPLOYED
from deploylint.engine.result import Report
from deploylint.engine.shared_files import SharedFiles
from tests.support.projects import deployment, messages, report, said, write

OBJECTS = {f"deploy/{name}.yaml": deployment(name) for name in ("api", "web")}
EVERY = "resources: [api.yaml, web.yaml]\n"

CHANGES = [
    ("", []),
    ("namePrefix: prod-\n", []),
    ("patches: []\n", []),
    ("images: [{name: acme.example/api, newTag: latest}]\n", []),
    ("replicas: [{name: api, count: 3}]\n", []),
    ("replacements: [{path: more.yaml}]\n", [2]),
    ("patches: [{path: patch.yaml}]\n", [2]),
    ("commonLabels: {a: b}\npatchesStrategicMerge: [patch.yaml]\nimages: [{name: a}]\n", [3]),
]


def reported(folder: Path, files: dict[str, str], rule: str) -> list[str]:
    write(folder, OBJECTS | files)
    return said(report(folder / "deploy", rules=(rule,)))


@pytest.mark.parametrize(("changes", "lines"), CHANGES)
@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_keys_of_unknown_changes_are_reported(
    tmp_path: Path, name: str, changes: str, lines: list[int]
) -> None:
    found = reported(tmp_path, {f"deploy/{name}": EVERY + changes}, "unapplied-patches")
    assert found == [f"{name}:{line} unapplied-patches" for line in lines]


LISTED = [
    (EVERY, []),
    ("resources: [./api.yaml, ../deploy/web.yaml]\n", []),
    ("resources: [api.yaml]\n", [1]),
    ("namePrefix: a-\nresources:\n- https://acme.example/base\n- web.yaml\n", [2]),
    ("images: []\n", [1, 1]),
    ("kind: Component\nimages: []\n", []),
]


@pytest.mark.parametrize(("text", "lines"), LISTED)
def test_file_that_is_not_listed_is_reported(tmp_path: Path, text: str, lines: list[int]) -> None:
    found = reported(tmp_path, {"deploy/kustomization.yaml": text}, "unlisted-file")
    assert found == [f"kustomization.yaml:{line} unlisted-file" for line in lines]


def test_workload_in_a_file_that_is_not_listed_is_not_defined_twice(tmp_path: Path) -> None:
    """It is an alternative that is not deployed, whatever its name; of two that are, one is."""
    files = {f"deploy/{name}.yaml": deployment("api") for name in ("a-lite", "api")}
    files |= {f"deploy/{name}.yaml": deployment(name) for name in ("mail", "web")}
    listed = {"deploy/kustomization.yaml": "resources: [api.yaml, mail.yaml, web.yaml]\n"}
    write(tmp_path, files | listed)
    found = report(tmp_path / "deploy")
    assert [problem.message for problem in found.problems] == []
    (group,) = found.groups
    assert {Path(one.files[0]).name for one in group.loaded.services} == {
        *("api.yaml", "mail.yaml", "web.yaml"),
    }
    assert [Path(s.file).name for s in found.skipped if s.reason == NOT_DEPLOYED] == ["a-lite.yaml"]
    every = {"deploy/kustomization.yaml": "resources: [a-lite.yaml, api.yaml]\n"}
    write(tmp_path, every)
    assert len(report(tmp_path / "deploy").problems) == 2


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: web}}
spec:
  sources:
  - repoURL: https://charts.example
    chart: web
    helm: {{valuesObject: {{image: {{repository: acme/web, tag: "1"}}, service: {{port: 80}}}}}}
  - repoURL: https://git.example/fleet
    path: {path}
"""


@pytest.mark.parametrize(("path", "lines"), [("deploy/web", []), ("deploy/other", [1])])
def test_application_of_the_folder_that_it_is_in_is_not_missed_there(
    tmp_path: Path, path: str, lines: list[int]
) -> None:
    """It deploys the kustomization beside it, so another one deploys it."""
    files = {"deploy/web/application.yaml": APPLICATION.format(path=path)}
    files["deploy/web/kustomization.yaml"] = "resources: [secret.yaml]\n"
    found = reported(tmp_path, files, "unlisted-file")
    assert found == [f"kustomization.yaml:{line} unlisted-file" for line in lines]


@pytest.mark.parametrize(("name", "lines"), [("./web.yaml", []), ("./other.yaml", [1])])
def test_file_that_a_plugin_reads_is_listed(tmp_path: Path, name: str, lines: list[int]) -> None:
    plugin = (
        f"apiVersion: acme.example/v1\nkind: Decrypted\nmetadata: {{name: a}}\nfiles: [{name}]\n"
    )
    text = "resources: [api.yaml]\ngenerators: [plugin.yaml]\n"
    files = {"deploy/kustomization.yaml": text, "deploy/plugin.yaml": plugin}
    found = reported(tmp_path, files, "unlisted-file")
    assert found == [f"kustomization.yaml:{line} unlisted-file" for line in lines]


@pytest.mark.parametrize(
    ("resources", "status"), [("", "unknown"), ("resources: [api.yaml]\n", "violation")]
)
def test_file_beside_charts_alone_may_be_what_they_are_rendered_to(
    tmp_path: Path, resources: str, status: str
) -> None:
    """Such a kustomization lists no files, so none of them is surely missed."""
    chart = "helmCharts: [{name: web, repo: 'https://charts.example'}]\n"
    text = f"kind: Kustomization\n{resources}{chart}"
    write(tmp_path, OBJECTS | {"deploy/kustomization.yaml": text})
    found = report(tmp_path / "deploy", rules=("unlisted-file",)).findings
    assert {(one.rule, one.status) for one in found} == {("unlisted-file", status)}


def test_file_with_two_services_is_reported_once(tmp_path: Path) -> None:
    files = {"deploy/web.yaml": f"{deployment('web')}---\n{deployment('blog')}"}
    files["deploy/kustomization.yaml"] = "resources: [api.yaml]\n"
    assert reported(tmp_path, files, "unlisted-file") == ["kustomization.yaml:1 unlisted-file"]


@pytest.mark.parametrize(
    ("name", "lines"),
    [("web.example", []), ("sample-web", []), ("web_template", []), ("web", [1]), ("samples", [])],
)
def test_example_to_be_copied_is_not_missed(tmp_path: Path, name: str, lines: list[int]) -> None:
    files = {f"deploy/{name}.yaml": deployment("blog")}
    files["deploy/kustomization.yaml"] = "resources: [api.yaml, web.yaml]\n"
    if name == "web":
        files["deploy/kustomization.yaml"] = "resources: [api.yaml]\n"
    found = reported(tmp_path, files, "unlisted-file")
    assert found == [f"kustomization.yaml:{line} unlisted-file" for line in lines]


MISSING = [
    ("resources: [api.yaml, webb.yaml]\n", ["1: webb.yaml is; did you mean 'web.yaml'?"]),
    (EVERY + "patches: [{path: more.yaml}]\n", ["2: more.yaml is; correct the path"]),
    (EVERY + "components: [parts]\n", ["2: parts is; correct the path"]),
    (
        EVERY + "patches:\n- path: ap.yaml\n- path: b\n",
        ["3: ap.yaml is; did you mean 'api.yaml'?", "4: b is; correct the path"],
    ),
    ("resources: [api.yaml, web.yaml, a, b, c, d]\n", ["1: a and 3 others are; correct the path"]),
    ('resources: [api.yaml, web.yaml, "a\\0/b"]\n', ["1: a\0/b is; correct the path"]),
    (EVERY + "patchesStrategicMerge:\n- |\n  kind: Deployment\n", []),
    (EVERY + "bases: [github.com/acme/fleet//base?ref=v1, acme/fleet//base]\n", []),
    (EVERY + "bases: ['git@github.com:acme/fleet', 'https://acme.example/a', '${BASE}']\n", []),
    (EVERY + "bases: [../../../../../../../outside]\n", []),
]


@pytest.mark.parametrize(("text", "expected"), MISSING)
def test_name_that_leads_to_nothing_is_reported(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    write(tmp_path, OBJECTS | {"deploy/kustomization.yaml": text})
    result = report(tmp_path / "deploy", rules=("missing-file", "unlisted-file"))
    lines = (f"{one.location.line}: {one.message}" for one in result.findings)
    cut = " not there, so kustomize builds nothing"
    assert [line.replace(cut, "") for line in lines] == expected
    assert [service.name for service in result.groups[0].loaded.services] == ["api", "web"]


def test_folder_is_listed_once_for_many_names_that_lead_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "".join(f"- missing-{number}.yaml\n" for number in range(100))
    write(tmp_path, OBJECTS | {"deploy/kustomization.yaml": f"resources:\n- api.yaml\n{names}"})
    asked, look = list[Path](), kustomization_names.meant_name

    def counted(path: Path) -> str:
        asked.append(path)
        return look(path)

    for module in (kustomization_names, kustomized):
        monkeypatch.setattr(module, "meant_name", counted)
    result = report(tmp_path / "deploy", rules=("missing-file",))
    assert len(result.findings) == 1
    assert len(asked) <= len(result.groups) * 2


HEADS = [
    ("apiVersion: kustomize.config.k8s.io/v1\n", ["kustomization.yaml:1 unknown-api"]),
    ("kind: Kustomisation\n", ["kustomization.yaml:1 unknown-api"]),
    ("kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n", []),
    ("kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\n", []),
]


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_api_that_kustomize_does_not_take_is_reported(
    tmp_path: Path, head: str, expected: list[str]
) -> None:
    files = {"deploy/kustomization.yaml": head + EVERY}
    assert reported(tmp_path, files, "unknown-api") == expected


@pytest.mark.parametrize(
    ("base", "expected", "findings", "problems"),
    [
        ("../../base", ["1 in dev", "1 in prod"], [], []),
        ("../../bsae", ["1 in dev", "1 in prod"], ["kustomization.yaml:1 missing-file"], []),
        ("../../other", ["1 in dev"], [], ["../../other is not there"]),
    ],
)
def test_environment_of_a_base_that_is_not_there_is_reported(
    tmp_path: Path, base: str, expected: list[str], findings: list[str], problems: list[str]
) -> None:
    files = {"api/base/api.yaml": deployment("api")}
    files["api/base/kustomization.yaml"] = "resources: [api.yaml]\n"
    files["api/overlays/dev/kustomization.yaml"] = "resources: [../../base]\nnamePrefix: a-\n"
    files["api/overlays/prod/kustomization.yaml"] = f"resources: [{base}]\nnamePrefix: a-\n"
    result = report(write(tmp_path, files), rules=("missing-file", "non-root"))
    groups = [group.loaded for group in result.groups if group.loaded.environment]
    assert [f"{len(each.services)} in {each.environment}" for each in groups] == expected
    assert [line for line in said(result) if "missing-file" in line] == findings
    lost = (each.message.partition(",")[0] for each in result.problems)
    assert [message for message in lost if "is not there" in message] == problems


ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: api\n"
SIDECAR = ACCOUNT.replace("v1\nkind: ServiceAccount", "networking.istio.io/v1\nkind: Sidecar")
LOST_HEADS = [
    (ACCOUNT, ("metadata:", "metdata:"), "3 the ServiceAccount has no metadata.name"),
    (ACCOUNT, ("metadata:\n  name: api\n", ""), "2 the ServiceAccount has no metadata.name"),
    (SIDECAR, ("name:", "naem:"), "4 the Sidecar has no metadata.name"),
    (SIDECAR + "spec: {}\n", ("metadata:", "metadaat:"), "3 the Sidecar has no metadata.name"),
    (SIDECAR, ("kind: Sidecar\nmetadata:\n  name: api\n", ""), "1 the object has no kind"),
    ("data: {a: b}\n", ("", ""), "1 the object has no apiVersion and no kind"),
    (f"{ACCOUNT}---\n{ACCOUNT}", ("", ""), ""),
    (SIDECAR, ("name:", "generateName:"), ""),
    ("apiVersion: v1\nkind: ConfigMapList\n", ("", ""), ""),
    ("{}\n", ("", ""), ""),
    ("kind: List\nitems: [{apiVersion: v1, kind: Secret}]\n", ("", ""), "2 the Secret has no"),
]


@pytest.mark.parametrize(("text", "change", "expected"), LOST_HEADS)
def test_object_that_a_kustomization_deploys_has_a_head(
    tmp_path: Path, text: str, change: tuple[str, str], expected: str
) -> None:
    files = OBJECTS | {"deploy/kustomization.yaml": "resources: [api.yaml, web.yaml, more.yaml]\n"}
    files["deploy/more.yaml"] = text.replace(*change)
    result = report(write(tmp_path, files) / "deploy", rules=("missing-field",))
    lines = [f"{each.location.line} {each.message}" for each in result.findings]
    assert [line[: len(expected)] for line in lines] == [expected] * bool(expected)


def test_object_without_a_head_in_a_folder_without_services_is_a_problem(tmp_path: Path) -> None:
    files = {f"deploy/{name}/{name}.yaml": deployment(name) for name in ("api", "web")}
    files["common/kustomization.yaml"] = "resources: [more.yaml]\n"
    files["common/more.yaml"] = SIDECAR.replace("metadata:", "metdata:")
    problems = [each for each in report(write(tmp_path, files)).problems if "more" in each.file]
    assert [f"{each.line} {each.message.partition(';')[0]}" for each in problems] == [
        "3 the Sidecar has no metadata.name"
    ]


MORE_PODS = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec: {replicas: 2}\n"
OF_NO_OBJECT = [
    (("", ""), "", ""),
    (("name:", "naem:"), "", "the Deployment has no metadata.name"),
    (("  name: api\n", ""), "", "the Deployment has no metadata.name"),
    (("metadata:", "metdata:"), "", "the Deployment has no metadata.name"),
    (("kind: Deployment\n", ""), "", "the object has no kind"),
    (("apiVersion: apps/v1\n", ""), "", "the object has no apiVersion"),
    (("  name: api\n", ""), "  target: {kind: Deployment}\n", ""),
]


@pytest.mark.parametrize("is_file", [False, True])
@pytest.mark.parametrize(("change", "target", "expected"), OF_NO_OBJECT)
def test_patch_without_a_target_names_its_object(
    tmp_path: Path, change: tuple[str, str], target: str, expected: str, *, is_file: bool
) -> None:
    text = MORE_PODS.replace(*change)
    inline = "".join(f"    {line}\n" for line in text.splitlines())
    item = "path: patch.yaml\n" if is_file else f"patch: |-\n{inline}"
    files = OBJECTS | {"deploy/kustomization.yaml": f"{EVERY}patches:\n- {item}{target}"}
    files |= {"deploy/patch.yaml": text} if is_file else {}
    result = report(
        write(tmp_path, files) / "deploy", rules=("missing-field", "misspelt-reference")
    )
    lines = [each.message.partition(";")[0] for each in result.findings]
    assert lines == [expected] * bool(expected)


IMAGE = "images: [{name: acme.example/api, newTag: 1.3.0}]\n"
OF_NO_BASE = [
    (IMAGE, ["1 images change nothing, as there are no resources"]),
    (f"resources:\n{IMAGE}", ["2 images change nothing, as there are no resources"]),
    ("resoruces: [../../base]\n", ["1 kustomize has no field 'resoruces'"]),
    ("kind: Component\n" + IMAGE, []),
    ("generators: [a.yaml]\n" + IMAGE, []),
]


@pytest.mark.parametrize(("text", "expected"), OF_NO_BASE)
def test_environment_of_a_kustomization_without_resources_is_a_problem(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    files = {"api/base/api.yaml": deployment("api")}
    files["api/base/kustomization.yaml"] = "resources: [api.yaml]\n"
    files["api/overlays/dev/kustomization.yaml"] = "resources: [../../base]\nnamePrefix: a-\n"
    files["api/overlays/prod/kustomization.yaml"] = text
    problems = [each for each in report(write(tmp_path, files)).problems if "prod" in each.file]
    assert [f"{each.line} {each.message.partition(';')[0]}" for each in problems] == expected


def test_field_that_kustomize_does_not_have_is_reported(tmp_path: Path) -> None:
    files = {"deploy/kustomization.yaml": f"{EVERY}nameprefix: a-\nx-notes: a\n"}
    assert reported(tmp_path, files, "unknown-field") == ["kustomization.yaml:2 unknown-field"]


NO_TEXTS = [
    ("patches:\n- target: {kind: Deployment}\n  patch: {peer: z}", 4, "a mapping"),
    ("patches:\n- target: {kind: Deployment}\n  patch: [{op: remove, path: /a}]", 4, "a list"),
    ("patchesStrategicMerge:\n- {kind: Deployment, metadata: {name: api}}", 3, "a mapping"),
]


@pytest.mark.parametrize(("changes", "line", "what"), NO_TEXTS)
def test_patch_that_is_no_text_is_reported(
    changes: str, line: int, what: str, tmp_path: Path
) -> None:
    files = OBJECTS | {"deploy/kustomization.yaml": f"{EVERY}{changes}\n"}
    found = report(write(tmp_path, files) / "deploy")
    (fault,) = (one for one in found.findings if one.rule == "wrong-type")
    assert (fault.location.line, fault.message.partition(";")[0]) == (line, f"a patch is {what}")
    assert any(one.rule == "unapplied-patches" for one in found.findings)


@pytest.mark.parametrize("item", ["{target: {kind: Deployment}}", "{patch: }", "{path: ''}"])
def test_patch_that_changes_nothing_is_unknown(item: str, tmp_path: Path) -> None:
    files = {"deploy/kustomization.yaml": f"{EVERY}patches: [{item}]\n"}
    assert reported(tmp_path, files, "unapplied-patches") == [
        "kustomization.yaml:2 unapplied-patches"
    ]


def test_patch_that_cannot_be_read_is_a_problem_at_its_line(tmp_path: Path) -> None:
    files = OBJECTS | {"deploy/kustomization.yaml": f"{EVERY}patches: [{{path: patch.yaml}}]\n"}
    files["deploy/patch.yaml"] = "kind: Deployment\nspec:\n  replicas: 3\n template: {}\n"
    problems = report(write(tmp_path, files) / "deploy").problems
    assert [(Path(each.file).name, each.line) for each in problems] == [("patch.yaml", 4)]


@pytest.mark.parametrize("item", ["patches/main.yaml", "{path: patches/main.yaml}"])
def test_files_of_patches_are_no_services(tmp_path: Path, item: str) -> None:
    """kustomize reads the names of files as it reads ``patchesStrategicMerge``."""
    files = dict[str, str]()
    for name in ("api", "web", "blog"):
        base = "base.yaml" if name != "blog" else "https://acme.example/base"
        text = f"resources: [{base}]\npatches: [{item}]\n"
        files[f"x/{name}/kustomization.yaml"] = text
        files[f"x/{name}/patches/main.yaml"] = deployment(name)
        if name != "blog":
            files[f"x/{name}/base.yaml"] = deployment(name)
    found = report(write(tmp_path, files) / "x")
    (group,) = found.groups
    assert [service.name for service in group.loaded.services] == ["api", "web"]


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api}
spec:
  chart: {spec: {chart: api}}
  valuesFrom: [{kind: ConfigMap, name: api-values, valuesKey: values.yaml}]
"""


@pytest.mark.parametrize("named", ["values.yaml", "values.yaml=./values.yaml"])
def test_values_that_a_kustomization_makes_a_config_map_of_are_no_objects(
    tmp_path: Path, named: str
) -> None:
    made = f"configMapGenerator: [{{name: api-values, files: ['{named}']}}]\n"
    files = {
        "deploy/kustomization.yaml": "resources: [release.yaml]\n" + made,
        "deploy/release.yaml": RELEASE,
        "deploy/values.yaml": "replicaCount: 2\nimage: {repository: acme.example/api}\n",
    }
    write(tmp_path, files)
    assert messages(report(tmp_path / "deploy"), "unlisted-file") == []


def test_workload_that_a_config_map_is_made_of_is_listed(tmp_path: Path) -> None:
    made = "configMapGenerator: [{name: job, files: [job=web.yaml]}]\n"
    files = {"deploy/kustomization.yaml": "resources: [api.yaml]\n" + made}
    assert reported(tmp_path, files, "unlisted-file") == []


def test_kustomization_that_cannot_be_read_hides_no_service(tmp_path: Path) -> None:
    write(tmp_path, OBJECTS | {"deploy/kustomization.yaml": "resources: [\n"})
    found = report(tmp_path / "deploy")
    assert [service.name for service in found.groups[0].loaded.services] == ["api", "web"]


PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - name: main
        lifecycle: {}
        envs: [{name: REGION, value: west}]
"""
TWICE = """\
        env:
        - {name: REGION, value: west}
        - {name: REGION, value: east}
"""


def test_faults_of_a_changed_object_are_those_of_its_file_and_of_its_patches(
    tmp_path: Path,
) -> None:
    files = {
        "deploy/api.yaml": OBJECTS["deploy/api.yaml"].rstrip() + "\n" + TWICE,
        "deploy/kustomization.yaml": f"{EVERY}patches: [{{path: patch.yaml}}]\n",
        "deploy/patch.yaml": PATCH,
    }
    found = [
        line
        for rule in ("duplicate-variable", "unknown-field", "missing-field")
        for line in reported(tmp_path, files, rule)
    ]
    twice = 1 + files["deploy/api.yaml"].splitlines().index(TWICE.splitlines()[-1])
    assert found == [f"api.yaml:{twice} duplicate-variable", "patch.yaml:10 unknown-field"]


BARE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  template:
    spec: {containers: [{name: main, image: "acme.example/NAME:1.2.0"}]}
---
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec:
  ports: [{port: 80}]
  selector: {app: NAME}
"""


@pytest.mark.parametrize("changes", ["", "commonLabels: {tier: web}\n"])
def test_faults_of_an_object_with_more_labels_are_those_of_its_file(
    tmp_path: Path, changes: str
) -> None:
    text = (
        OBJECTS["deploy/api.yaml"].rstrip()
        + "\n"
        + TWICE
        + "      - {image: acme.example/more:1}\n"
    )
    twice = 1 + text.splitlines().index(TWICE.splitlines()[-1])
    files = {"deploy/api.yaml": text, "deploy/kustomization.yaml": EVERY + changes}
    found = [
        r
        for rule in ("duplicate-variable", "missing-field")
        for r in reported(tmp_path, files, rule)
    ]
    assert found == [f"api.yaml:{twice} duplicate-variable", f"api.yaml:{twice + 1} missing-field"]


@pytest.mark.parametrize("written", ["commonLabels: {app: api}\n", "", "labels: []\n"])
@pytest.mark.parametrize("selector", ["", "  selector: {}\n", "  selector:\n"])
def test_labels_of_a_kustomization_are_what_selectors_find(
    tmp_path: Path, written: str, selector: str
) -> None:
    text = BARE.replace("NAME", "api").replace("  template:\n", f"{selector}  template:\n", 1)
    files = {"deploy/api.yaml": text, "deploy/web.yaml": deployment("web")}
    files["deploy/kustomization.yaml"] = f"resources: [api.yaml, web.yaml]\n{written}"
    rules = ("missing-field", "selects-nothing", "selector-mismatch")
    found = [line for rule in rules for line in reported(tmp_path, files, rule)]
    assert bool(found) is ("api" not in written)


def test_file_of_another_tool_is_no_service_where_a_kustomization_changes_it(
    tmp_path: Path,
) -> None:
    listed = "resources: [api.yaml, web.yaml, gotk-components.yaml]\npatches:\n- patch: |\n"
    patch = "kind: Deployment\nmetadata: {name: manager}\nspec: {replicas: 2}\n"
    indented = "".join(f"    {line}\n" for line in patch.splitlines())
    files = {
        "deploy/kustomization.yaml": listed + indented,
        "deploy/gotk-components.yaml": deployment("manager"),
    }
    write(tmp_path, OBJECTS | files)
    (group,) = report(tmp_path / "deploy").groups
    assert [service.name for service in group.loaded.services] == ["api", "web"]


@pytest.mark.parametrize("environment", ["aat", "stage"])  # before and after its services
def test_releases_patched_from_a_folder_beside_them_are_services_in_its_environment(
    tmp_path: Path, environment: str
) -> None:
    """Whatever the folders are called: the kustomizations of all are known before any is read."""
    files = {
        "apps/base/kustomization.yaml": "resources: [../fee/release.yaml, ../plum/release.yaml]\n"
    }
    for where in (environment, "prod"):
        patches = "".join(f"- path: ../../{name}/{where}.yaml\n" for name in ("fee", "plum"))
        text = f"resources: [../../base]\npatches:\n{patches}"
        files[f"apps/{where}/base/kustomization.yaml"] = text
    for name in ("fee", "plum"):
        head = RELEASE.replace("name: api}", f"name: {name}}}").partition("  valuesFrom")[0]
        files[f"apps/{name}/release.yaml"] = (
            f"{head}  values: {{image: acme/{name}:1, replicas: 2}}\n"
        )
        for where in (environment, "prod"):
            patch = head.replace("  chart: {spec: {chart: api}}\n", "  values: {replicas: 3}\n")
            files[f"apps/{name}/{where}.yaml"] = patch
    found = report(write(tmp_path, files))
    groups = {group.loaded.environment: group.loaded for group in found.groups}
    assert sorted(groups) == sorted([environment, "prod"])
    assert not [problem for problem in found.problems if "duplicate" in problem.message]
    for where, loaded in groups.items():
        assert [service.name for service in loaded.services] == ["fee", "plum"]
        names = [Path(file).name for service in loaded.services for file in service.files]
        assert names == ["release.yaml", f"{where}.yaml"] * 2
    assert {Path(skip.file).name for skip in found.skipped} == {"kustomization.yaml"}


def test_folder_of_services_is_no_part_of_the_names_of_their_environments(tmp_path: Path) -> None:
    """Also where all namespaces lie over one kustomization, and two clusters over one of them."""
    files = {
        "apps/base/kustomization.yaml": "resources: [namespace.yaml]\n",
        "apps/base/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n",
    }
    for space, names in {"shop": ("api", "web"), "pay": ("fee", "plum")}.items():
        resources = ", ".join(f"../{name}/{name}.yaml" for name in names)
        files[f"apps/{space}/base/kustomization.yaml"] = f"resources: [../../base, {resources}]\n"
        for name in names:
            files[f"apps/{space}/{name}/{name}.yaml"] = deployment(name)
        for where in ("demo", "prod"):
            path = f"apps/{space}/{where}/base/kustomization.yaml"
            files[path] = "resources: [../../base]\nnamespace: x\n"
        for cluster in ("00", "01") if space == "shop" else ():
            path = f"apps/shop/prod/{cluster}/kustomization.yaml"
            files[path] = "resources: [../base]\nnamespace: x\n"
    found = report(write(tmp_path, files))
    named = {(group.loaded.name, group.loaded.environment) for group in found.groups}
    assert named == {
        *(("apps/pay", where) for where in ("demo", "prod")),
        *(("apps/shop", where) for where in ("demo", "prod/00", "prod/01")),
    }


IMAGES = "images: [{name: acme.example/api, newName: acme.example/new, newTag: '7'}]\n"
BELOW = {f"k8s/deployments/{name}.yaml": deployment(name) for name in ("api", "web", "blog")}
LISTS = "resources:\n" + "".join(f"- deployments/{name}.yaml\n" for name in ("api", "web", "blog"))


def images(found: Report) -> dict[str, list[object]]:
    return {
        group.loaded.environment: [
            service.main.value("image.repository").data for service in group.loaded.services
        ]
        for group in found.groups
    }


@pytest.mark.parametrize(
    "tops",
    [
        {"k8s/kustomization.yaml": LISTS + IMAGES},
        {
            "k8s/deployments/kustomization.yaml": LISTS.replace("deployments/", ""),
            "k8s/kustomization.yaml": f"resources: [deployments]\n{IMAGES}",
        },
    ],
)
def test_kustomization_above_changes_the_files_in_its_sub_folders(
    tmp_path: Path, tops: dict[str, str]
) -> None:
    found = report(write(tmp_path, BELOW | tops) / "k8s")
    assert images(found) == {"": ["new", "blog", "web"]}


def test_files_that_two_kustomizations_change_apart_are_read_as_they_are(tmp_path: Path) -> None:
    tops = {
        f"k8s/{name}/kustomization.yaml": LISTS.replace("- ", "- ../") + IMAGES
        for name in ("one", "two")
    }
    found = report(write(tmp_path, BELOW | tops) / "k8s")
    assert images(found) == {"": ["api", "blog", "web"]}


def test_overlay_may_list_a_folder_of_its_own_beside_its_base(tmp_path: Path) -> None:
    files = BELOW | {"k8s/kustomization.yaml": LISTS + IMAGES}
    for name in ("east", "west"):
        files[f"overlays/{name}/kustomization.yaml"] = "resources: [../../k8s, secrets]\n"
        files[f"overlays/{name}/secrets/kustomization.yaml"] = "resources: [secret.yaml]\n"
        files[f"overlays/{name}/secrets/secret.yaml"] = (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
        )
    found = report(write(tmp_path, files))
    assert images(found) == {name: ["new", "blog", "web"] for name in ("east", "west")}


AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: NAME}
spec:
  minReplicas: 2
  maxReplicas: 4
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: NAME}
"""


def test_objects_that_an_overlay_adds_are_read_in_its_environment(tmp_path: Path) -> None:
    files = dict[str, str]()
    for name in ("api", "web", "mail", "blog"):
        files[f"apps/{name}/base/deployment.yaml"] = deployment(name)
        files[f"apps/{name}/base/kustomization.yaml"] = "resources: [deployment.yaml]\n"
        for where in ("dev", "prod"):
            more = ", hpa.yaml" if where == "prod" and name != "blog" else ""
            folder = f"apps/{name}/overlays/{where}"
            files[f"{folder}/kustomization.yaml"] = f"resources: [../../base{more}]\n"
            if more:
                files[f"{folder}/hpa.yaml"] = AUTOSCALER.replace("NAME", name)
    found = report(write(tmp_path, files), rules=("autoscaling",))
    assert said(found) == ["deployment.yaml:1 autoscaling"]
    assert not [skip.file for skip in found.skipped if skip.file.endswith("hpa.yaml")]


ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: NAME}
spec:
  replicas: 3
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: NAME}
"""


@pytest.mark.parametrize("folder", ["overlays/prod", "canary"])
def test_rollout_that_an_overlay_adds_runs_the_pods_of_the_base(
    folder: str, tmp_path: Path
) -> None:
    """It scales the Deployment to nothing: argo-rollouts.readthedocs.io/en/stable/migrating/."""
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
    uses = {"canary": "components: [../../canary]", "overlays/prod": ""}[folder]
    more = ", rollout.yaml" if not uses else ""
    files = dict[str, str]()
    for name in ("api", "web", "mail", "blog"):
        own = {
            "base/deployment.yaml": deployment(name),
            "base/kustomization.yaml": "resources: [deployment.yaml]\n",
            "canary/kustomization.yaml": f"{component}resources: [rollout.yaml]\n",
            "overlays/dev/kustomization.yaml": "resources: [../../base]\n",
            "overlays/prod/kustomization.yaml": f"resources: [../../base{more}]\n{uses}\n"
            f"replicas: [{{name: {name}, count: 0}}]\n",
            f"{folder}/rollout.yaml": ROLLOUT.replace("NAME", name),
        }
        if not uses:
            del own["canary/kustomization.yaml"]
        files |= {f"apps/{name}/{file}": text for file, text in own.items()}
    found = report(write(tmp_path, files), rules=("no-replicas",))
    assert [each.message for each in found.problems if "Rollout" in each.message] == []
    assert said(found) == []
    assert not [skip.file for skip in found.skipped if skip.file.endswith("rollout.yaml")]


def test_rollout_of_a_deployment_that_is_nowhere_stays_a_problem(tmp_path: Path) -> None:
    files = {"apps/canary/rollout.yaml": ROLLOUT.replace("NAME", "lost")}
    files |= {f"apps/{name}/deployment.yaml": deployment(name) for name in ("api", "web", "mail")}
    found = report(write(tmp_path, files))
    assert [Path(each.file).name for each in found.problems] == ["rollout.yaml"]


BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: api}
spec: {minAvailable: 1, selector: {matchLabels: {app: api}}}
"""


def test_kustomization_of_an_environment_changes_no_other_one(tmp_path: Path) -> None:
    """Also one beside an object that it adds, which is read with the services of its base."""
    files = {f"apps/base/{name}/all.yaml": deployment(name) for name in ("api", "web")}
    files["apps/base/kustomization.yaml"] = "resources: [api/all.yaml, web/all.yaml]\n"
    for environment, tag, more in (("dev", 1, ""), ("prod", 2, ", budget.yaml")):
        image = f"images: [{{name: acme.example/api, newTag: '{tag}'}}]\n"
        text = f"resources: [../base{more}]\n{image}"
        files[f"apps/{environment}/kustomization.yaml"] = text
    write(tmp_path, files | {"apps/prod/budget.yaml": BUDGET})
    found = report(tmp_path / "apps")
    tags = {
        group.loaded.environment: one.main.value("image.tag").data
        for group in found.groups
        for one in group.loaded.services
        if one.name == "api"
    }
    assert tags == {"dev": "1", "prod": "2"}


def test_kustomization_of_others_is_no_layer_of_a_service(tmp_path: Path) -> None:
    """One that lies over all services is; those of other services say nothing of it."""
    names = ("api", "blog", "web")
    bases = "".join(f"- ../../apps/{name}\n" for name in names)
    files = {f"apps/{name}/all.yaml": deployment(name) for name in names}
    for name in names:
        files[f"apps/{name}/kustomization.yaml"] = "resources: [all.yaml]\n"
    files["overlays/dev/kustomization.yaml"] = f"resources:\n{bases}{IMAGES}"
    write(tmp_path, files)
    shared = SharedFiles(tmp_path)
    read = [read_kustomization(folder, tmp_path, shared.read) for folder in tmp_path.glob("*/*")]
    services = set(tmp_path.glob("apps/*/all.yaml"))
    own = [each for each in read if isinstance(each, KustomizationFile)]
    (overlay,) = kustomizations.overlays(own, services)
    over = overlay.files_over([tmp_path / "apps/web/all.yaml"])
    assert [file.parent.name for file in over] == ["web", "dev"]


@pytest.mark.parametrize(("name", "services"), [("web-patch", ["api"]), ("web", ["api", "web"])])
def test_workload_without_a_selector_in_a_file_of_a_patch_is_no_service(
    tmp_path: Path, name: str, services: list[str]
) -> None:
    """Scaffolds have such files beside a kustomization that lists none of them."""
    text = deployment("web").replace("  selector: {matchLabels: {app: web}}\n", "")
    files = {
        "k8s/api.yaml": deployment("api"),
        "k8s/kustomization.yaml": "resources: [api.yaml]\n",
        f"k8s/{name}.yaml": text,
    }
    (group,) = report(write(tmp_path, files) / "k8s").groups
    assert [service.name for service in group.loaded.services] == services


def test_fault_of_a_patch_for_several_workloads_is_reported_once(tmp_path: Path) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: any}\nspeck: {}\n"
    files = {f"k8s/{name}.yaml": deployment(name) for name in ("api", "mail", "web")}
    files["k8s/patch.yaml"] = patch
    files["k8s/kustomization.yaml"] = (
        "resources: [api.yaml, mail.yaml, web.yaml]\n"
        "patches: [{path: patch.yaml, target: {kind: Deployment}}]\n"
    )
    found = report(write(tmp_path, files) / "k8s", rules=("unknown-field",))
    assert said(found) == ["patch.yaml:4 unknown-field"]


PROBED = deployment(
    "api",
    "        ports: [{name: http, containerPort: 8080}]\n"
    "        livenessProbe:\n"
    "          tcpSocket: {port: http}\n",
)
CONTAINER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
      - name: %s
        %s
"""
JSON_PATCH = """\
patches:
- target: {kind: Deployment, name: api}
  patch: |-
    - op: add
      path: /spec/template/spec/containers/0/livenessProbe/httpGet
      value: {path: /health, port: http}
"""
TOGETHER = [
    ("main", "livenessProbe: {httpGet: {port: http}}", ["patch.yaml:9 exclusive-fields"]),
    ("main", "livenessProbe: {httpGet: {port: http}, tcpSocket: null}", []),
    ("main", "livenessProbe: {$patch: replace, httpGet: {port: http}}", []),
    ("main", "livenessProbe: {periodSeconds: 5}", []),
    ("main", "ports: [{name: http, containerPort: 9090}]", ["patch.yaml:9 duplicate-name"]),
    ("main", "ports: [{name: admin, containerPort: 9090}]", []),
    ("mian", "tty: true", ["patch.yaml:8 missing-field"]),
    ("mian", "image: acme.example/proxy:1.0.0", []),
    ("main", "securityContext: {runAsUser: 0, runAsNonRoot: true}", ["patch.yaml:9 root-user"]),
]


@pytest.mark.parametrize(("container", "change", "found"), TOGETHER)
@pytest.mark.parametrize(
    "key", ["patches: [{path: patch.yaml}]", "patchesStrategicMerge: [patch.yaml]"]
)
def test_patch_that_the_api_refuses_with_what_it_is_laid_over_is_reported(
    container: str, change: str, found: list[str], key: str, tmp_path: Path
) -> None:
    files = {"base/api.yaml": PROBED, "base/kustomization.yaml": "resources: [api.yaml]\n"}
    files["prod/kustomization.yaml"] = f"resources: [../base]\n{key}\n"
    files["prod/patch.yaml"] = CONTAINER % (container, change)
    write(tmp_path, files)
    checks = ("exclusive-fields", "duplicate-name", "missing-field", "root-user")
    assert said(report(tmp_path, rules=checks)) == found


def test_json_patch_that_adds_a_second_handler_is_reported_by_the_names_of_both(
    tmp_path: Path,
) -> None:
    files = {"base/api.yaml": PROBED, "base/kustomization.yaml": "resources: [api.yaml]\n"}
    files["prod/kustomization.yaml"] = f"resources: [../base]\n{JSON_PATCH}"
    write(tmp_path, files)
    (found,) = report(tmp_path, rules=("exclusive-fields",)).findings
    assert found.location.line == 7
    assert found.message.startswith("tcpSocket and httpGet are both set")


def test_selector_of_a_patched_object_has_the_labels_of_its_kustomization(tmp_path: Path) -> None:
    bare = deployment("api").replace("  selector: {matchLabels: {app: api}}\n", "")
    labelled = "resources: [api.yaml]\ncommonLabels: {app: api}\npatches: [{path: patch.yaml}]\n"
    files = {"deploy/api.yaml": bare, "deploy/kustomization.yaml": labelled}
    files["deploy/patch.yaml"] = CONTAINER % ("main", "tty: true")
    write(tmp_path, files)
    assert said(report(tmp_path, rules=("selector-mismatch", "missing-field"))) == []


TEMPLATE = """\
apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: flows}
objects:
- apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  metadata: {name: NAME}
  spec: {entrypoint: main}
"""


def test_object_that_a_patch_puts_into_a_template_is_named(tmp_path: Path) -> None:
    files = OBJECTS | {"deploy/flows.yaml": TEMPLATE.replace("NAME", "of-base")}
    files["deploy/kustomization.yaml"] = (
        "resources: [api.yaml, web.yaml, flows.yaml]\npatches: [{path: more/flows.yaml}]\n"
    )
    files["deploy/more/flows.yaml"] = TEMPLATE.replace("NAME", "of-patch")
    result = report(write(tmp_path, files) / "deploy")
    assert [service.name for service in result.groups[0].loaded.services] == ["api", "web"]
    assert any("Workflow of-patch" in skip.reason for skip in result.skipped)


NAMES = [
    # what the kustomizations of two folders say, and what their services are called
    ("", "namePrefix: north-\n", ["deployment/api", "north/api"]),
    ("nameSuffix: -south\n", "namePrefix: north-\n", ["north/api", "south/api"]),
    ("namespace: south\n", "namespace: north\n", ["north/api", "south/api"]),
    (
        "",
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n",
        ["deployment/api", "two/api"],
    ),
]


def test_kustomization_of_an_object_that_an_overlay_adds_is_a_layer_of_each_service(
    tmp_path: Path,
) -> None:
    """It may be about any of them, and is found by the labels that it has there."""
    files = {f"base/{name}/all.yaml": deployment(name) for name in ("api", "web")}
    files |= {
        f"base/{name}/kustomization.yaml": "resources: [all.yaml]\n" for name in ("api", "web")
    }
    files["extra/services/service.yaml"] = "kind: Service\n"
    files["extra/services/kustomization.yaml"] = "resources: [service.yaml]\n"
    files["extra/kustomization.yaml"] = "resources: [services]\n"
    text = "resources: [../../base/api, ../../base/web, ../../extra]\n"
    files["overlays/prod/kustomization.yaml"] = f"{text}{IMAGES}"
    write(tmp_path, files)
    shared = SharedFiles(tmp_path)
    folders = [path.parent for path in tmp_path.rglob("kustomization.yaml")]
    read = [read_kustomization(folder, tmp_path, shared.read) for folder in folders]
    own = [each for each in read if isinstance(each, KustomizationFile)]
    objects = {tmp_path / "extra/services/service.yaml"}
    (overlay,) = kustomizations.overlays(own, set(tmp_path.glob("base/*/all.yaml")), objects)
    over = {file.parent.name for file in overlay.files_over([tmp_path / "base/web/all.yaml"])}
    assert over == {"web", "services", "extra", "prod"}


@pytest.mark.parametrize(("one", "two", "names"), NAMES)
def test_workloads_that_kustomizations_call_otherwise_do_not_clash(
    tmp_path: Path, one: str, two: str, names: list[str]
) -> None:
    """Each is deployed under a name of its own, or is there to choose from."""
    files = {f"apps/{name}/all.yaml": deployment("api") for name in ("one", "two")}
    files |= {f"apps/{name}/all.yaml": deployment(name) for name in ("blog", "mail", "web")}
    for name, text in (("one", one), ("two", two)):
        files[f"apps/{name}/kustomization.yaml"] = f"{text}resources: [all.yaml]\n"
    found = report(write(tmp_path, files))
    assert [problem.message for problem in found.problems] == []
    (group,) = found.groups
    services = {service.name for service in group.loaded.services}
    assert services - {"blog", "mail", "web"} == set(names)


def test_overlay_of_all_services_is_called_after_its_folder_below_overlays(tmp_path: Path) -> None:
    """Not after the folder that holds what all of them share."""
    names = ("api", "blog", "web")
    files = {f"services/{name}/base/all.yaml": deployment(name) for name in names}
    for name in names:
        text = "resources: [all.yaml]\ncommonLabels: {a: b}\n"
        files[f"services/{name}/base/kustomization.yaml"] = text
    bases = "".join(f"- ../../../services/{name}/base\n" for name in names)
    for name in ("east", "west"):
        files[f"k8s/overlays/{name}/kustomization.yaml"] = f"resources:\n{bases}{IMAGES}"
    found = report(write(tmp_path, files))
    assert {group.loaded.environment for group in found.groups} == {"east", "west"}


def test_kustomization_of_charts_is_named_with_what_renders_it(tmp_path: Path) -> None:
    """What its charts make is in no file, so it would be passed over as if it were read."""
    charts = (
        "helmCharts: [{name: store, repo: 'https://charts.example', valuesFile: values.yaml}]\n"
    )
    files = {"deploy/kustomization.yaml": EVERY + charts, "deploy/values.yaml": "size: 1Gi\n"}
    write(tmp_path, OBJECTS | files)
    found = report(tmp_path / "deploy")
    reasons = {Path(skip.file).name: skip.kind for skip in found.skipped}
    assert reasons["kustomization.yaml"] == "a kustomization of charts"


# --- changes of nothing ---------------------------------------------------------------------------

STEP = "patch: '[{op: replace, path: /spec/replicas, value: 3}]'"
OF_NOTHING = [
    ("images: [{name: acme.example/apii, newTag: 1.3.0}]\n", ["2 unused-change"]),
    ("images: [{name: acme.example/api, newTag: 1.3.0}]\n", []),
    ("images: [{name: '${IMAGE}', newTag: 1.3.0}]\n", []),
    ("replicas: [{name: apii, count: 3}]\n", ["2 misspelt-reference"]),
    (f"patches: [{{target: {{kind: Deployment, name: apii}}, {STEP}}}]\n", ["2 unused-change"]),
    (f"patches: [{{target: {{kind: Deployment, name: a.*}}, {STEP}}}]\n", []),
    (f"patches: [{{target: {{kind: Secret, name: made}}, {STEP}}}]\n", []),
    (f"patchesJson6902: [{{target: {{kind: Job, name: api}}, {STEP}}}]\n", ["2 unused-change"]),
    (
        "patches: [{patch: '{kind: Deployment, metadata: {name: apii}}'}]\n",
        ["2 misspelt-reference"],
    ),
    ("configurations: [a.yaml]\nimages: [{name: acme.example/apii, newTag: 1.3.0}]\n", []),
    ("components: [../more]\nreplicas: [{name: more, count: 3}]\n", []),
]
CHECKS = ("unused-change", "misspelt-reference")


@pytest.mark.parametrize(("changes", "told"), OF_NOTHING)
def test_change_of_what_a_kustomization_does_not_have_is_reported(
    changes: str, told: list[str], tmp_path: Path
) -> None:
    write(tmp_path, OBJECTS | {"deploy/kustomization.yaml": EVERY + changes})
    found = said(report(tmp_path / "deploy", rules=CHECKS))
    assert found == [f"kustomization.yaml:{each}" for each in told]


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (EVERY, ["kustomization.yaml:2 misspelt-reference"]),
        (f"{EVERY}nameSuffix: i\n", []),  # it has another name
        ("resources: [api.yaml, web.yaml, 'https://acme.example/fleet']\n", []),
    ],
)
def test_change_of_what_only_a_base_may_have_is_not_reported(
    base: str, told: list[str], tmp_path: Path
) -> None:
    above = "resources: [../../deploy]\nreplicas: [{name: apii, count: 3}]\n"
    files = {"deploy/kustomization.yaml": base, "overlays/prod/kustomization.yaml": above}
    write(tmp_path, OBJECTS | files)
    assert said(report(tmp_path, rules=CHECKS)) == told


def test_object_has_the_name_that_it_was_written_with_after_another_changed_it(
    tmp_path: Path,
) -> None:
    rename = "patch: '[{op: replace, path: /metadata/name, value: shop}]'"
    above = f"resources: [../../deploy]\npatches:\n- {{target: {{name: api}}, {rename}}}\n"
    files = {f"overlays/{name}/kustomization.yaml": above for name in ("prod", "stage")}
    write(tmp_path, OBJECTS | files | {"deploy/kustomization.yaml": EVERY})
    assert said(report(tmp_path, rules=CHECKS)) == []
