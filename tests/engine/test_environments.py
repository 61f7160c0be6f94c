"""One verdict per service and environment, and what differs between environments of one service."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.errors import Misread
from deploylint.model.finding import Finding
from tests.support.projects import deployment, report, write
from tools import TODAY

VALUES = """\
fullnameOverride: {name}
image: {{repository: acme/{name}, tag: "1"}}
replicaCount: 1
service: {{port: 8000}}
"""
CONFIG = """\
version: 1
groups:
  shop:
    reference: python
    services:
    - {name: python, files: python.yaml}
    - name: go
      files: go.yaml
      environments:
        staging: go-staging.yaml
        prod: [go-staging.yaml, go-prod.yaml]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "python.yaml").write_text(VALUES.format(name="api"))
    (tmp_path / "go.yaml").write_text(VALUES.format(name="web"))
    (tmp_path / "go-staging.yaml").write_text("replicaCount: 1\n")
    (tmp_path / "go-prod.yaml").write_text("replicaCount: 3\n")
    (tmp_path / ".deploylint.yaml").write_text(CONFIG)
    return tmp_path


def run(folder: Path, *rules: str, paths: tuple[Path, ...] = ()) -> Report:
    loaded = config.load(folder / ".deploylint.yaml")
    return check.check(paths, check.CheckOptions(rules=rules), loaded, TODAY)


def told(report: Report) -> list[tuple[str, str, str, str]]:
    return [(f.environment, f.service, f.rule, f.location.file[-12:]) for f in report.findings]


def test_environments_give_findings_for_each_service(folder: Path) -> None:
    report = run(folder, "replicas")
    assert [group.loaded.environment for group in report.groups] == ["staging", "prod"]
    assert [[s.name for s in group.loaded.services] for group in report.groups] == [
        ["python", "go"],
        ["python", "go"],
    ]
    assert told(report) == [("prod", "go", "replicas", "/go-prod.yaml"[-12:])]


def test_environments_contain_a_service_without_environments(folder: Path) -> None:
    report = run(folder, "environments")
    assert {finding.service for finding in report.findings} == {"go"}


def test_environments_are_compared_with_the_first(folder: Path) -> None:
    (finding,) = run(folder, "environments").findings
    assert (finding.environment, finding.expected, finding.actual) == ("prod", 1, 3)
    assert finding.message == "replicas.count is 3; staging has 1"
    assert finding.severity == "warning"


def test_environments_allowance_may_be_for_one_of_them(folder: Path) -> None:
    allow = (
        "allow:\n- {rule: replicas, service: go, environment: ENV, from: 1, to: 3, because: x}\n"
    )
    for environment, status in (("prod", "allowed"), ("p*", "allowed"), ("staging", "violation")):
        (folder / ".deploylint.yaml").write_text(CONFIG + allow.replace("ENV", environment))
        (finding,) = [f for f in run(folder, "replicas").findings if f.rule == "replicas"]
        assert finding.status == status


def test_environments_allowance_without_a_difference_is_unused(folder: Path) -> None:
    """What no environment differs in any more hides the next difference."""
    allow = "allow:\n- {rule: environments, service: go, from: 1, to: 3, because: x}\n"
    (folder / ".deploylint.yaml").write_text(CONFIG + allow)
    assert [f.status for f in run(folder, "environments").findings] == ["allowed"]
    assert "unused-allowance" not in [f.rule for f in run(folder).findings]
    (folder / "go-prod.yaml").write_text("replicaCount: 1\n")
    assert "unused-allowance" in [f.rule for f in run(folder).findings]


def test_environments_findings_have_their_own_fingerprints(folder: Path) -> None:
    (folder / "go.yaml").write_text(VALUES.format(name="web").replace("8000", "9000"))
    found: list[Finding] = [f for f in run(folder).findings if f.rule == "service-port"]
    assert [finding.environment for finding in found] == ["staging", "prod"]
    assert len({finding.fingerprint for finding in found}) == 2


def test_environments_base_of_two_services_is_read_by_both(folder: Path) -> None:
    text = CONFIG.replace("{name: python, files: python.yaml}", "{name: python, files: go.yaml}")
    (folder / ".deploylint.yaml").write_text(text)
    names = [service.name for service in run(folder).groups[0].loaded.services]
    assert names == ["python", "go"]


def test_environments_layer_as_path_is_a_focus_on_its_group(folder: Path) -> None:
    report = run(folder, "replicas", "service", paths=(folder / "go-prod.yaml",))
    assert {finding.location.file[-12:] for finding in report.findings} == {"/go-prod.yaml"[-12:]}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("go-staging.yaml\n", "go-stagin.yaml\n", "did you mean 'go-staging.yaml'?"),
        ("prod:", "staging:", "key 'staging' is written twice"),
        ("    - name: go\n      files", "    - files", "has environments and no name"),
        ("staging: go-staging.yaml", "staging: []", "has no file"),
        ("- name: go\n", "- name: go\n      environment: qa\n", "environment and environments"),
        ("staging: go-staging.yaml", "staging: {a: b}", "expected"),
        ("[go-staging.yaml, go-prod.yaml]", "[go-prod.yaml, go.yaml]", "is a layer of go twice"),
    ],
)
def test_environments_with_a_mistake_are_refused_at_their_location(
    folder: Path, old: str, new: str, says: str
) -> None:
    (folder / ".deploylint.yaml").write_text(CONFIG.replace(old, new, 1))
    with pytest.raises(Misread, match=says.replace("?", r"\?")) as caught:
        run(folder)
    assert caught.value.problem.line > 1


def test_environments_service_without_a_readable_layer_is_not_checked(folder: Path) -> None:
    (folder / "go-prod.yaml").write_text("replicaCount: [\n")
    report = run(folder)
    assert len(report.problems) == 1
    assert [len(group.loaded.services) for group in report.groups] == [2, 1]


ONLY = """\
version: 1
groups:
  shop:
    services:
    - files: python.yaml
    - {environment: prod, files: "*-prod.yaml"}
    - {environment: [staging, dev], files: "*-staging.yaml"}
"""


def test_environment_of_an_entry_is_the_only_one_that_its_files_are_of(folder: Path) -> None:
    """A glob for each environment takes in a service that is added later."""
    for name in ("go", "web"):
        for environment in ("staging", "prod"):
            (folder / f"{name}-{environment}.yaml").write_text(VALUES.format(name=name))
    (folder / ".deploylint.yaml").write_text(ONLY)
    groups = [group.loaded for group in run(folder).groups]
    names = {group.environment: [one.name for one in group.services] for group in groups}
    assert names == {key: ["python", "go", "web"] for key in ("prod", "staging", "dev")}
    files = [{one.files[0][-12:] for one in group.services} for group in groups]
    assert [any("prod" in name for name in each) for each in files] == [True, False, False]


OVER = [
    # values of all environments, those of prod alone, and what names these in a configuration
    ("charts/NAME/values.yaml", "charts/NAME/values/prod.yaml", "charts/*/values/prod.yaml"),
    ("charts/NAME/values.yaml", "charts/NAME/env/prod/values.yaml", "charts/*/env/prod/*.yaml"),
    ("NAME/helm/NAME/values.yaml", "NAME/helm/values-prod.yaml", "*/helm/values-prod.yaml"),
    ("values/NAME.yaml", "values/NAME-prod.yaml", "values/*-prod.yaml"),
]


@pytest.mark.parametrize(("base", "layer", "pattern"), OVER, ids=[row[2] for row in OVER])
def test_values_of_an_environment_lie_over_those_that_they_are_named_after(
    folder: Path, base: str, layer: str, pattern: str
) -> None:
    for name in ("go", "mail", "web"):
        for file, text in ((base, VALUES.format(name=name)), (layer, "replicaCount: 3\n")):
            path = folder / file.replace("NAME", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    every = base.replace("NAME", "*")
    files = (
        f'"{every}"' if every != "values/*.yaml" else '["values/go.yaml", "values/[mw]*[bl].yaml"]'
    )
    text = f"version: 1\ngroups:\n  shop:\n    services:\n    - files: {files}\n"
    entry = f'    - {{environment: prod, files: "{pattern}"}}\n'
    (folder / ".deploylint.yaml").write_text(text + entry)
    (group,) = [each.loaded for each in run(folder).groups]
    services = {one.name: one.main.value("replicas.count").data for one in group.services}
    assert (group.environment, services) == ("prod", {"go": 3, "mail": 3, "web": 3})


def test_environment_of_manifests_may_have_their_kustomizations(folder: Path) -> None:
    """The objects of a base are changed in each environment by what its entry names."""
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME}\n"
        "spec: {selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME}},"
        " spec: {containers: [{name: NAME, image: acme/NAME:1}]}}}\n"
    )
    for name in ("cart", "mail"):
        base = folder / "apps" / name / "base"
        base.mkdir(parents=True)
        (base / "deployment.yaml").write_text(deployment.replace("NAME", name))
        for environment, count in (("dev", 1), ("prod", 3)):
            overlay = folder / "apps" / name / "overlays" / environment
            overlay.mkdir(parents=True)
            text = f"resources: [../../base]\nreplicas: [{{name: {name}, count: {count}}}]\n"
            (overlay / "kustomization.yaml").write_text(text)
        (base / "kustomization.yaml").write_text("resources: [deployment.yaml]\n")
    entries = "".join(
        f'    - {{environment: {each}, files: "apps/*/overlays/{each}/*.yaml"}}\n'
        for each in ("dev", "prod")
    )
    text = 'version: 1\ngroups:\n  shop:\n    services:\n    - files: "apps/*/base/*.yaml"\n'
    (folder / ".deploylint.yaml").write_text(text + entries)
    report = run(folder)
    counts = {
        group.environment: [one.main.value("replicas.count").data for one in group.services]
        for group in (each.loaded for each in report.groups)
    }
    assert counts == {"dev": [1, 1], "prod": [3, 3]}


PARTLY = """\
version: 1
groups:
  shop:
    {named}
    services:
    - {{name: go, files: go.yaml, environments: {{prod: go-prod.yaml}}}}
    - {{name: jobs, files: python.yaml, environments: {{prod: go-prod.yaml, dev: go-prod.yaml}}}}
    - {{name: web, files: python.yaml, environments: {{dev: go-staging.yaml}}}}
"""


@pytest.mark.parametrize("named", ["guests: [web]", "guests: [go, web]", "guests: [w*]"])
def test_guest_of_a_configuration_may_be_in_one_environment_alone(named: str, folder: Path) -> None:
    (folder / ".deploylint.yaml").write_text(PARTLY.format(named=named))
    groups = {group.loaded.environment: set(group.guests) for group in run(folder).groups}
    assert groups == {"prod": {"go"} if "go" in named else set(), "dev": {"web"}}


def test_reference_of_a_configuration_may_be_in_one_environment_alone(folder: Path) -> None:
    (folder / ".deploylint.yaml").write_text(PARTLY.format(named="reference: go"))
    report = run(folder)
    groups = report.groups
    references = {group.loaded.environment: group.reference for group in groups}
    assert [each and each.name for each in references.values()] == ["go", None]
    assert groups[1].reference_because == "group shop: go is not in dev"
    assert not report.problems, "the summary says that dev is compared with nothing"


@pytest.mark.parametrize("named", ["reference: goo", "guests: [web, goo]"])
def test_service_that_no_environment_has_is_an_error(named: str, folder: Path) -> None:
    (folder / ".deploylint.yaml").write_text(PARTLY.format(named=named))
    with pytest.raises(Misread) as error:
        run(folder)
    assert "group shop has no service 'goo'; did you mean 'go'?" in str(error.value)


# --- slips in one environment ---------------------------------------------------------------------

NAMES = ("dev", "staging", "prod")
IMAGE = 'image: {repository: acme.example/api, tag: "1.4.0"}\nservice: {port: 8000}\n'
LEVEL = "env:\n- {name: LOG_LEVEL, value: info}\n"
TAG = 'image: {tag: "%s"}\n'
SLIPS = [
    ((LEVEL, LEVEL, LEVEL.replace("LEVEL", "LEVLE")), "prod", 2),
    ((LEVEL, LEVEL.replace("LEVEL", "LEVLE"), LEVEL), "staging", 2),
    ((LEVEL, "replicaCount: 2\n", LEVEL.replace("LEVEL", "LEVLE")), "", 0),
    ((LEVEL, LEVEL, LEVEL.replace("LEVEL", "LABEL")), "", 0),
    ((TAG % "1.4.0", TAG % "1.5.0", TAG % "v1.4.2"), "prod", 1),
    ((TAG % "v1.4.0", TAG % "v1.5.0", TAG % "1.4.2"), "prod", 1),
    ((TAG % "2.0.0", TAG % "2.1.0", TAG % "v1.4.2"), "", 0),  # from 2 on all may lack it
    ((TAG % "v1.4.0", TAG % "v1.5.0", TAG % "v1.4.2"), "", 0),
]


@pytest.mark.parametrize(("layers", "environment", "line"), SLIPS)
def test_slip_in_one_environment_alone_is_reported_there(
    layers: tuple[str, ...], environment: str, line: int, tmp_path: Path
) -> None:
    files = {f"chart/values-{name}.yaml": text for name, text in zip(NAMES, layers, strict=True)}
    chart = {"chart/Chart.yaml": "name: api\nversion: 1.0.0\n", "chart/values.yaml": IMAGE}
    write(tmp_path, chart | files)
    found = report(tmp_path, rules=("unknown-key", "odd-key")).findings
    told = [(one.environment, one.location.line) for one in found]
    assert told == ([(environment, line)] if environment else [])


PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec: {template: {spec: {containers: [{name: main, env: [{name: %s, value: debug}]}]}}}
"""


@pytest.mark.parametrize(("name", "lines"), [("LOG_LEVLE", [4]), ("LOG_LEVEL", []), ("MODE", [])])
def test_variable_of_a_patch_that_is_a_letter_off_one_of_the_object_is_reported(
    name: str, lines: list[int], tmp_path: Path
) -> None:
    more = "        env: [{name: LOG_LEVEL, value: info}]\n"
    files = {
        "base/api.yaml": deployment("api", more),
        "base/kustomization.yaml": "resources: [api.yaml]\n",
        "overlays/prod/kustomization.yaml": "resources: [../../base]\npatches: [{path: p.yaml}]\n",
        "overlays/prod/p.yaml": PATCH % name,
    }
    found = report(write(tmp_path, files), rules=("unknown-key",)).findings
    assert [one.location.line for one in found if "LOG_LEVEL" in one.message] == lines
