"""Files of one folder that differ in the name of an environment are of one service."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from deploylint.config.environment_names import split_environment
from deploylint.engine.result import Report
from tests.engine.folders.test_search import groups, report
from tests.support.projects import deployment

NAMES = ("api", "mail", "web")
VALUES = 'image: {repository: acme/NAME, tag: "1"}\nservice: {port: 80}\n'
LAYER = "replicaCount: 3\n"


def values(name: str) -> str:
    return VALUES.replace("NAME", name)


@pytest.mark.parametrize(
    ("stem", "wanted"),
    [
        ("shop", ("shop", "")),
        ("prod", ("", "prod")),
        ("shop-prod", ("shop", "prod")),
        ("my_shop.prod", ("my_shop", "prod")),
        ("shop-prod-eu", ("shop", "prod-eu")),
        ("dev-shop", ("shop", "dev")),
        ("dev.my-shop", ("my-shop", "dev")),
        ("products", ("products", "")),
    ],
)
def test_name_of_a_file_is_split_at_its_environment(stem: str, wanted: tuple[str, str]) -> None:
    assert split_environment(stem) == wanted


LAYOUTS = [
    "x/NAME/AT.yaml",
    "x/NAME/values/AT.yaml",
    "x/NAME/NAME-AT.yaml",
    "x/NAME-AT.yaml",
    "x/AT-NAME.yaml",
    "x/NAME.AT.yaml",
    "x/deploy-NAME-AT.yml",
]
OF_VALUES = ["x/values-NAME-AT.yaml", "x/NAME-AT-values.yaml", "x/NAME/values-NAME-AT.yaml"]


@pytest.mark.parametrize(
    ("file", "make"),
    [
        *((file, make) for file in LAYOUTS for make in (values, deployment)),
        *((file, values) for file in OF_VALUES),
    ],
)
def test_files_of_environments_are_those_of_one_service(
    file: str, make: Callable[[str], str], folder: Path
) -> None:
    files = {
        file.replace("NAME", name).replace("AT", at): make(name)
        for name in NAMES
        for at in ("dev", "prod")
    }
    found = groups(report(folder, files, "x"))
    assert found == {"x in dev": list(NAMES), "x in prod": list(NAMES)}


def test_file_of_all_services_in_an_environment_is_one_environment_of_them(folder: Path) -> None:
    text = "---\n".join(map(deployment, NAMES))
    found = groups(report(folder, {"x/dev.yaml": text, "x/prod.yaml": text}, "x"))
    assert found == {"x in dev": list(NAMES), "x in prod": list(NAMES)}


def test_values_of_an_environment_without_an_image_are_laid_over_those_of_their_name(
    folder: Path,
) -> None:
    files = {f"x/{name}.yaml": values(name) for name in NAMES}
    found = report(folder, files | {"x/web-prod.yaml": LAYER}, "x")
    assert groups(found) == {"x in prod": list(NAMES)}
    assert _files(found, "web") == ("x/web.yaml", "x/web-prod.yaml")


@pytest.mark.parametrize("above", ["", "  image: {tag: '2'}\n", "  {PLAIN}\n"])
def test_values_of_an_environment_are_laid_over_each_service_of_an_umbrella(
    above: str, folder: Path
) -> None:
    inside = "  image: {repository: acme/a, tag: '1'}\n  service: {port: 80}\n"
    inside += "  podSecurityContext: {runAsNonRoot: true}\n  resources: {limits: {memory: 1Gi}}\n"
    umbrella = "".join(f"{name}:\n{inside}" for name in ("api", "mail", "web"))
    wrong = above.replace("{PLAIN}", "service: {port: 80}") + (
        "  podSecurityContext: {runAsNonRoot: false}\n"
    )
    files = {"shop/Chart.yaml": "{apiVersion: v2, name: shop, version: 1.0.0}\n"}
    files |= {"shop/values.yaml": umbrella, "shop/values-prod.yaml": f"web:\n{wrong}"}
    files["shop/values-dev.yaml"] = "api: {service: {port: 81}}\n"
    found = report(folder, files, "shop")
    rules = {(one.rule, one.service) for one in found.findings if one.status == "violation"}
    assert rules == {("non-root", "web"), ("security-context", "web")}


@pytest.mark.parametrize(
    "base", [{}, {"shop/values.yaml": "# none\n"}, {"shop/values.yaml": "{}\n"}]
)
def test_services_of_an_umbrella_may_be_in_its_environments_alone(
    base: dict[str, str], folder: Path
) -> None:
    umbrella = "".join(
        f"{name}:\n  image: {{repository: acme/{name}, tag: '1'}}\n  service: {{port: 80}}\n"
        for name in NAMES
    )
    files = {"shop/Chart.yaml": "{apiVersion: v2, name: shop, version: 1.0.0}\n", **base}
    files |= {f"shop/values-{at}.yaml": umbrella for at in ("dev", "prod")}
    found = groups(report(folder, files, "shop"))
    assert found == {"shop in dev": list(NAMES), "shop in prod": list(NAMES)}


def test_values_of_services_beside_those_of_their_chart_are_laid_over_these(folder: Path) -> None:
    chart = {"x/Chart.yaml": "name: service\n", "x/values.yaml": LAYER}
    files = {f"x/values-{name}.yaml": values(name) for name in NAMES}
    found = report(folder, chart | files, ".")
    assert groups(found) == {f"{folder.name}/x": list(NAMES)}
    assert _files(found, "web") == ("x/values.yaml", "x/values-web.yaml")


@pytest.mark.parametrize("plus", [values("plus"), "mode: plus\nreplicaCount: 3\n"])
def test_other_values_of_the_service_of_a_chart_are_no_service(plus: str, folder: Path) -> None:
    chart = {"x/Chart.yaml": "name: service\n", "x/values.yaml": LAYER}
    files = {"x/values-plus.yaml": plus, "x/values-mesh.yaml": LAYER}
    found = groups(report(folder, chart | files, "."))
    assert {name for names in found.values() for name in names} == {"x"}


@pytest.mark.parametrize("make", [values, deployment])
def test_services_with_words_of_environments_in_their_names_are_no_environments(
    make: Callable[[str], str], folder: Path
) -> None:
    names = ("dev-runner", "stage-manager", "test-runner", "web")
    found = report(folder, {f"x/{name}.yaml": make(name) for name in names}, "x")
    assert groups(found) == {"x": list(names)}


def test_values_of_sites_are_environments_of_one_service(folder: Path) -> None:
    sites = ("prod-eu", "prod-us", "stage-eu")
    found = groups(report(folder, {f"x/values-{site}.yaml": values("web") for site in sites}, "x"))
    assert found == {f"x in {site}": ["x"] for site in sites}


def _files(found: Report, name: str) -> tuple[str, ...]:
    services = (service for group in found.groups for service in group.loaded.services)
    return next(service.files for service in services if service.name == name)


@pytest.mark.parametrize(
    ("files", "wanted", "twice"),
    [
        (
            ("api", "mail", "web", "api-istio", "web-istio"),
            {
                "default": {"api": "api", "mail": "mail", "web": "web"},
                "istio": {"api": "api-istio", "mail": "mail", "web": "web-istio"},
            },
            0,
        ),
        (
            ("api", "mail", "web", "api.a", "web.a", "api.b", "mail.b"),
            {
                "default": {"api": "api", "mail": "mail", "web": "web"},
                "a": {"api": "api.a", "mail": "mail", "web": "web.a"},
                "b": {"api": "api.b", "mail": "mail.b", "web": "web"},
            },
            0,
        ),
        (
            ("api", "mail", "web", "api-istio"),
            {"": {"api": "api-istio", "mail": "mail", "web": "web"}},
            2,
        ),
    ],
    ids=["a mesh", "two", "one file alone"],
)
def test_manifests_in_variants_are_in_environments(
    files: tuple[str, ...], wanted: dict[str, dict[str, str]], twice: int, folder: Path
) -> None:
    """So are others that several share: one file alone may be there by mistake."""
    texts = {f"k8s/{name}.yaml": deployment(re.split("[-.]", name)[0]) for name in files}
    found = report(folder, texts, "k8s")
    services = {
        group.loaded.environment: {
            each.name: Path(each.files[0]).name.removesuffix(".yaml")
            for each in group.loaded.services
        }
        for group in found.groups
    }
    assert services == wanted
    assert len(found.problems) == twice


def test_file_that_cannot_be_read_makes_no_environments_of_others(folder: Path) -> None:
    """Only a workload that is defined twice does: two kinds of one program are two services."""
    job = deployment("run").replace("kind: Deployment", "kind: DaemonSet")
    texts = {f"k8s/{name}.yaml": deployment(name) for name in NAMES}
    texts |= {"k8s/run-test-a.yaml": deployment("run"), "k8s/run-test-b.yaml": job}
    found = report(folder, {**texts, "k8s/broken.yaml": "kind: [\n"}, "k8s")
    assert [group.loaded.environment for group in found.groups] == [""]
    assert len(found.groups[0].loaded.services) == 5
    assert [Path(problem.file).name for problem in found.problems] == ["broken.yaml"]


def test_values_of_no_environment_in_one_folder_are_layers_of_its_service(folder: Path) -> None:
    files = {f"values/{name}/common.yaml": values(name) for name in NAMES}
    found = report(folder, files | {"values/mail/default.yaml": f"{values('mail')}{LAYER}"}, ".")
    assert found.problems == ()
    (group,) = found.groups
    read = {one.name: [Path(file).name for file in one.files] for one in group.loaded.services}
    assert read == {
        "api": ["common.yaml"],
        "mail": ["common.yaml", "default.yaml"],
        "web": ["common.yaml"],
    }
