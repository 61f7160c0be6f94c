"""Copies of other people's workloads: by their folder, their template, the kinds beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import projects

KINDS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.GROUP}
spec:
  group: GROUP
---
"""


def guests(folder: Path, file: str, text: str) -> dict[str, str]:
    """Why the services of a file are guests, beside three services of an organisation."""
    own = {f"apps/{n}.yaml": projects.deployment(n, LIMITED) for n in ("api", "shop", "web")}
    projects.write(folder, {".git/HEAD": "", **own, file: text})
    found = projects.report(folder)
    return {n: why for group in found.groups for n, why in group.guests.items()}


LIMITED = "        resources: {limits: {cpu: 1, memory: 1Gi}}\n"


@pytest.mark.parametrize(
    ("file", "image", "because"),
    [
        ("ops/vendor/v1/install.yaml", "quay.io/other/gate:1.0.0", "folder ops/vendor"),
        ("vendored/gate/install.yaml", "quay.io/other/gate:1.0.0", "folder vendored"),
        ("third_party/gate.yaml", "quay.io/other/gate:1.0.0", "folder third_party"),
        ("third-party/gate.yaml", "quay.io/other/gate:1.0.0", "folder third-party"),
        ("upstream/gate/all.yaml", "quay.io/other/gate:1.0.0", "folder upstream"),
        ("ops/vendors/gate.yaml", "quay.io/other/gate:1.0.0", ""),
        pytest.param("ops/vendor/gate.yaml", "gate:1.0.0", "", id="built where it runs"),
        pytest.param("ops/vendor-gate/gate.yaml", "quay.io/other/gate:1.0.0", "", id="a part"),
    ],
)
def test_workload_in_a_folder_of_copies_is_a_guest(
    file: str, image: str, because: str, tmp_path: Path
) -> None:
    text = projects.deployment("gate").replace("acme.example/gate:1.2.0", image)
    assert guests(tmp_path, file, text) == ({"gate": because} if because else {})


@pytest.mark.parametrize("name", ["vendor", "vendor-portal"])
def test_workload_that_is_called_like_a_folder_of_copies_is_none(name: str, tmp_path: Path) -> None:
    text = projects.deployment(name).replace("acme.example", "quay.io/other")
    assert guests(tmp_path, f"services/vendor/{name}.yaml", text) == {}


def test_folder_of_copies_above_a_repository_does_not_count(tmp_path: Path) -> None:
    text = projects.deployment("gate").replace("acme.example", "quay.io/other")
    assert guests(tmp_path / "vendor" / "fleet", "ops/gate.yaml", text) == {}


@pytest.mark.parametrize("place", ["apps", "apps/vendor"])
def test_copy_with_an_image_of_the_organisation_beside_it_is_none(
    place: str, tmp_path: Path
) -> None:
    text = "kind: Kustomization\nresources: [api.yaml, shop.yaml, web.yaml, vendor/cart.yaml]\n"
    files = {"apps/kustomization.yaml": text, "apps/vendor/cart.yaml": projects.deployment("cart")}
    projects.write(tmp_path, files)
    assert guests(tmp_path, f"{place}/more.yaml", projects.deployment("more")) == {}


@pytest.mark.parametrize(
    ("group", "because"),
    [
        ("argoproj.io", "beside the kinds of argoproj.io"),
        ("acme.cert-manager.io", "beside the kinds of acme.cert-manager.io"),
        ("cert-manager.io.example", ""),
        ("acme.example", ""),
    ],
)
def test_workload_in_the_file_with_the_kinds_of_an_operator_is_a_guest(
    group: str, because: str, tmp_path: Path
) -> None:
    text = projects.deployment("gate").replace("acme.example", "quay.io/other")
    text = KINDS.replace("GROUP", group) + text
    assert guests(tmp_path, "ops/install.yaml", text) == ({"gate": because} if because else {})


@pytest.mark.parametrize(
    ("template", "because"),
    [
        ("ingress-nginx/templates/gate.yaml", "chart ingress-nginx"),
        ("shop/templates/gate.yaml", ""),
    ],
)
def test_workload_rendered_from_a_well_known_chart_is_a_guest(
    template: str, because: str, tmp_path: Path
) -> None:
    text = projects.deployment("gate").replace("acme.example", "quay.io/other")
    text = f"---\n# Source: {template}\n{text}"
    assert guests(tmp_path, "ops/all.yaml", text) == ({"gate": because} if because else {})


def test_guest_that_is_a_copy_is_held_to_what_its_user_sets(tmp_path: Path) -> None:
    variable = "        env: [{name: PASSWORD, value: hunter2hunter2}]\n"
    text = projects.deployment("gate", variable).replace("acme.example", "quay.io/other")
    projects.write(tmp_path, {".git/HEAD": "", "vendor/gate.yaml": text})
    assert [f.rule for f in projects.report(tmp_path).findings] == ["no-literal-secret"]


@pytest.mark.parametrize(
    ("limits", "rules"), [("{cpu: 1}", ["memory-limit"]), ("{cpu: 1, memory: 1Gi}", [])]
)
def test_guest_that_is_a_copy_is_held_to_the_element_that_a_patch_sets(
    limits: str, rules: list[str], tmp_path: Path
) -> None:
    text = projects.deployment("gate").replace("acme.example", "quay.io/other")
    files = {
        "vendor/gate.yaml": text,
        "kustomization.yaml": "resources: [vendor/gate.yaml]\npatches: [{path: gate.yaml}]\n",
        "gate.yaml": PATCH.replace("LIMITS", limits),
    }
    projects.write(tmp_path, {".git/HEAD": "", **files})
    assert [f.rule for f in projects.report(tmp_path).findings] == rules


OTHERS = "maintainers: [{name: Someone Else}]"


@pytest.mark.parametrize(
    ("sources", "because"),
    [
        (f"sources: ['https://github.com/other/gate']\n{OTHERS}", "chart of other"),
        (f"home: https://gitlab.com/other/gate\n{OTHERS}", "chart of other"),
        ("sources: ['https://github.com/other/gate']", ""),  # maybe those of its program
        ("home: https://github.com/other/gate\nmaintainers: [{name: Us}]", ""),
        (f"sources: ['https://github.com/o/a', 'https://github.com/acme/c']\n{OTHERS}", ""),
        (f"home: https://gate.example\n{OTHERS}", ""),
        ("keywords: [gate]", ""),
    ],
)
@pytest.mark.parametrize(
    "own", ["sources: ['https://github.com/Acme/charts']\nmaintainers: [{name: Us}]\n", ""]
)
@pytest.mark.parametrize("folder", ["charts", "external"])
def test_charts_of_other_maintainers_and_sources_in_a_folder_of_theirs_are_guests(
    folder: str, own: str, sources: str, because: str, tmp_path: Path
) -> None:
    text = "image: {tag: '1', pullPolicy: Always}\nreplicaCount: 2\n"
    charts = {f"charts/{name}": own for name in ("api", "cart", "mail", "shop", "web")}
    charts |= {f"{folder}/{name}": f"{sources}\n" for name in ("gate", "mesh", "trace")}
    for name, description in charts.items():
        files = {"Chart.yaml": f"name: {Path(name).name}\n{description}", "values.yaml": text}
        projects.write(tmp_path / name, files)
    guests = {
        n: why for group in projects.report(tmp_path).groups for n, why in group.guests.items()
    }
    is_shown = because and own and folder == "external"
    assert guests == (dict.fromkeys(("gate", "mesh", "trace"), because) if is_shown else {})


def test_chart_among_most_of_others_is_a_guest_though_it_names_no_sources(tmp_path: Path) -> None:
    text = "image: {tag: '1', pullPolicy: Always}\nreplicaCount: 2\n"
    for folder, maker in (("charts", "acme"), ("external", "other")):
        home = f"home: https://github.com/{maker}/x\nmaintainers: [{{name: {maker}}}]\n"
        for name in ("one", "two", "three", "four"):
            files = {"Chart.yaml": f"name: {name}\n{home * (name != 'four')}", "values.yaml": text}
            projects.write(tmp_path / folder / name, files)
    more = {"charts/own/Chart.yaml": "name: own\nhome: https://github.com/acme/x\n"}
    projects.write(tmp_path, {**more, "charts/own/values.yaml": text})
    found = {group.loaded.name: dict(group.guests) for group in projects.report(tmp_path).groups}
    assert sorted(map(len, found.values())) == [0, 4]


PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: gate}
spec: {template: {spec: {containers: [{name: main, resources: {limits: LIMITS}}]}}}
"""
