"""Guests: workloads of other people beside a fleet's own, by their images, charts and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.engine.result import Report
from deploylint.model.errors import Misread
from deploylint.reports.text.summary import group_lines
from tests.support import projects
from tests.support.findings import report_texts


def names(folder: Path, *images: str, guests: str = "") -> list[str]:
    return sorted(report(folder, *images, guests=guests).groups[0].guests)


def report(folder: Path, *texts: str, guests: str = "") -> Report:
    group = f"groups: {{shop: {{services: [{{files: deploy/*.yaml}}]{guests}}}}}\n"
    return report_texts(folder, *texts, configuration=f"reference: []\n{group}")


def image(name: str) -> str:
    return f"image: {{repository: {name}, tag: '1'}}\n"


@pytest.mark.parametrize(
    ("images", "found"),
    [
        pytest.param(
            ["acme/a", "acme/b", "jaegertracing/all-in-one"], ["shop"], id="another organisation"
        ),
        pytest.param(
            ["acme.azurecr.io/a", "acme/b", "ghcr.io/acme/c"], [], id="one organisation, registries"
        ),
        pytest.param(["acme/a", "acme/b", "redis"], ["shop"], id="what anybody runs"),
        pytest.param(["acme/a", "acme/b", "cart"], [], id="a bare name that nobody knows"),
        pytest.param(["acme/a", "redis"], ["web"], id="one of two is what anybody runs"),
        pytest.param(
            ["linuxserver/a", "plexinc/b", "grafana/c", "jellyfin/d", "linuxserver/e"],
            [],
            id="no organisation has half of them",
        ),
        pytest.param(["redis", "postgres", "nginx"], [], id="only what anybody runs"),
        pytest.param(
            ["linuxserver/a", "linuxserver/b", "linuxserver/c", "plexinc/d"],
            [],
            id="most are packed by others",
        ),
        pytest.param(
            ["acme/a", "acme/b", "bitnami/c", "bitnami/d"],
            ["mail", "shop"],
            id="as many are packed by others",
        ),
        pytest.param(
            ["acme/a", "acme/b", "registry.example/ubi9/ubi", "curl"],
            [],
            id="a script of its own in the image of a system",
        ),
        pytest.param(
            ["registry.example/ubi9/ubi", "registry.example/ubi9/ubi", "acme/a"],
            [],
            id="scripts show no organisation",
        ),
        pytest.param(
            ["registry.acme.com/a", "registry.acme.com/b", "other.azurecr.io/c"],
            ["shop"],
            id="another registry of its own",
        ),
        pytest.param(
            ["acme.example/a", "acme.example/b", "acme.example/c", "acme.exmaple/d"],
            [],
            id="a slip of its own registry",
        ),
        pytest.param(["acme/a", "acme/b", "acme/c", "amce/d"], [], id="a slip of its own name"),
        pytest.param(["acme/a", "acme/b", "acne/c"], ["shop"], id="nearly its own name"),
        pytest.param(
            ["acme/a", "acme/b", "acme/c", "registry.k8s.io/scaler"],
            ["mail"],
            id="a bare name in the registry of a project",
        ),
        pytest.param(
            ["quay.io/acme/a", "quay.io/acme/b", "quay.io/c"], [], id="a bare name in a shared one"
        ),
        pytest.param(
            ["'${REGISTRY}/a'", "'${REGISTRY}/b'", "'${REGISTRY}/c'", "grafana/d"],
            ["mail"],
            id="a variable is the registry of most",
        ),
        pytest.param(
            ["'${REGISTRY}/a'", "'${REGISTRY}/b'", "acme/c", "acme/d"],
            [],
            id="a variable is the registry of some",
        ),
        pytest.param(
            ["cart", "orders", "gateway", "jaegertracing/jaeger", "mongo"],
            ["jobs", "mail"],
            id="beside bare names",
        ),
        pytest.param(["cart", "orders", "gateway", "redis"], ["mail"], id="known beside bare"),
        pytest.param(
            ["cart", "orders", "gateway", "acme/web", "acme/api"],
            [],
            id="bare names beside an organisation",
        ),
    ],
)
def test_guests_are_found_by_their_images(
    folder: Path, images: list[str], found: list[str]
) -> None:
    assert names(folder, *map(image, images)) == found


def test_guest_without_an_image_is_found_by_the_name_of_a_known_chart(folder: Path) -> None:
    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: edge}\n"
        "spec: {chart: {spec: {chart: ingress-nginx}}, values: {replicaCount: 2}}\n"
    )
    assert names(folder, image("acme/a"), image("acme/b"), release) == ["edge"]


@pytest.mark.parametrize(("chart", "found"), [("app-template", []), ("service", ["shop"])])
def test_values_of_a_chart_for_any_image_are_those_of_their_author(
    chart: str, found: list[str], folder: Path
) -> None:
    def release(name: str) -> str:
        return (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
            f"metadata: {{name: {name.partition('/')[2]}}}\n"
            f"spec:\n  chart: {{spec: {{chart: {chart}}}}}\n  values:\n"
            f"    controllers: {{main: {{containers: {{main: {{{image(name).rstrip()}}}}}}}}}\n"
        )

    assert names(folder, *map(release, ("acme/a", "acme/b", "jaegertracing/shop"))) == found


def test_service_with_a_tag_alone_is_not_built_where_it_runs(folder: Path) -> None:
    tags = ["image: {tag: '1'}\nservice: {port: 80}\n"] * 4
    assert names(folder, *tags, image("forgejo/forgejo")) == []


def test_guest_is_a_document_of_a_sub_chart_without_a_known_organisation(folder: Path) -> None:
    def workload(name: str, image: str, template: str) -> str:
        return (
            f"# Source: shop/{template}/deployment.yaml\napiVersion: apps/v1\nkind: Deployment\n"
            f"metadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n"
            f"  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
            f"    spec: {{containers: [{{name: {name}, image: '{image}'}}]}}\n"
        )

    texts = [
        workload("a", "acme/a:1", "templates"),
        workload("b", "acme/b:1", "charts/b/templates"),
        workload("d", "acme/d:1", "templates"),
        workload("c", "search:1", "charts/search/templates"),
    ]
    assert dict(report(folder, *texts).groups[0].guests) == {"c": "sub-chart search"}


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        (", guests: []", []),
        (", guests: [web]", ["web"]),
        (", guests: ['s*', web]", ["shop", "web"]),
        (", guests: ['z*']", []),
    ],
)
def test_guests_of_a_configuration_take_the_place_of_those_that_images_show(
    folder: Path, setting: str, found: list[str]
) -> None:
    texts = [image("acme/a"), image("acme/b"), image("redis")]
    assert names(folder, *texts, guests=setting) == found


def test_guest_of_a_configuration_that_is_no_service_is_an_error(folder: Path) -> None:
    with pytest.raises(Misread) as raised:
        report(folder, image("acme/a"), image("acme/b"), guests=", guests: [webb]")
    assert raised.value.problem.message == ("group shop has no service 'webb'; did you mean 'web'?")


def test_guest_has_no_vote_and_breaks_no_rule_but_one_about_passwords(folder: Path) -> None:
    texts = [image(f"acme/{name}") + "replicaCount: 2\n" for name in "abc"]
    database = image("postgres") + "env: {POSTGRES_PASSWORD: hunter2hunter2}\n"
    found = report(folder, *texts, database)
    assert [f.rule for f in found.findings if f.service == "mail"] == ["no-literal-secret"]
    assert {f.rule for f in found.findings if f.service == "web"} >= {"non-root", "memory-limit"}


def test_guest_of_a_configuration_is_not_compared_with_the_reference(folder: Path) -> None:
    texts = [image("acme/a") + "replicaCount: 2\n", image("acme/b"), image("acme/c")]
    found = report(folder, *texts, guests=", guests: [web], reference: python")
    assert {f.service for f in found.findings if f.rule == "replicas"} == {"shop"}


def test_line_of_a_group_names_its_guests_and_why(folder: Path) -> None:
    found = report(folder, *(image(one) for one in ("acme/a", "acme/b", "redis")))
    (line,) = group_lines(found, most=1)
    assert line.endswith("with nothing; 1 guest not compared: shop (image redis)")


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: NAME}
spec:
  interval: 10m
  chart: {spec: {chart: CHART, sourceRef: {kind: HelmRepository, name: acme}}}
  values: {VALUES}
"""
RIGHTS = "securityContext: {capabilities: {add: [SYS_ADMIN]}}"


@pytest.mark.parametrize(
    ("values", "guests"),
    [
        (RIGHTS, {"gpu-metrics": "chart gpu-metrics"}),
        (f"{RIGHTS}, image: {{repository: acme/gpu-metrics, tag: '1'}}", {}),
    ],
)
def test_chart_with_an_image_of_its_own_beside_a_shared_one_is_of_a_guest(
    values: str, guests: dict[str, str], tmp_path: Path
) -> None:
    for name in ("api", "shop", "web"):
        own = f"image: {{repository: acme/{name}, tag: '1'}}"
        text = RELEASE.replace("CHART", "service").replace("VALUES", own)
        (tmp_path / f"{name}.yaml").write_text(text.replace("NAME", name), encoding="utf-8")
    text = RELEASE.replace("CHART", "gpu-metrics").replace("VALUES", values)
    (tmp_path / "gpu.yaml").write_text(text.replace("NAME", "gpu-metrics"), encoding="utf-8")
    found = projects.report(tmp_path, rules=("capability",))
    assert dict(found.groups[0].guests) == guests
    assert len(found.findings) == (not guests)


WRAPPED = """\
name: NAME
dependencies:
- {name: CHART, version: 1.0.0, repository: 'https://charts.example', alias: ALIAS}
"""


@pytest.mark.parametrize(
    ("folder", "alias"), [("shop", "store"), ("charts", "store"), ("charts", "kv")]
)
@pytest.mark.parametrize(
    ("chart", "image", "is_guest"),
    [
        ("redis", "tag: '7'", True),
        ("redis", "tag: '7', repository: acme/store", False),
        ("generic-service", "tag: '7'", False),
    ],
)
def test_chart_that_another_one_has_by_an_alias_is_a_guest_by_its_own_name(
    chart: str, image: str, is_guest: bool, folder: str, alias: str, tmp_path: Path
) -> None:
    """Also where the chart around it is called like a chart of the repository."""
    whole = "image: {repository: acme/NAME, tag: '1', pullPolicy: Always}\nreplicaCount: 2\n"
    for name in ("api", "shop", "web"):
        files = {"Chart.yaml": f"name: {name}\n", "values.yaml": whole.replace("NAME", name)}
        files = {f"{folder}/{name}/{file}": text for file, text in files.items()}
        projects.write(tmp_path, {".git/HEAD": "", **files})
    description = WRAPPED.replace("CHART", chart).replace("ALIAS", alias)
    values = f"{alias}:\n  image: {{{image}}}\n  service: {{port: 80}}\n"
    files = {"Chart.yaml": description, "values.yaml": values}
    files = {f"{folder}/store/{file}": text for file, text in files.items()}
    projects.write(tmp_path, {file: text.replace("NAME", "store") for file, text in files.items()})
    (group,) = projects.report(tmp_path / folder).groups
    assert dict(group.guests) == ({"store": f"chart {chart}"} if is_guest else {})
