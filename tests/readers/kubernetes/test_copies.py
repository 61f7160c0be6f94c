"""Files that define a workload in variants, of which one is deployed, are no clash."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.engine.load_manifests import VARIANT_OF_A_FILE
from deploylint.engine.result import Report
from tests.support.projects import deployment, report, said, write

VARIANTS = [
    ("deployment", "deployment-tls"),
    ("deployment", "deployment_tls"),
    ("deploy", "deploy.tls"),
    ("shop-deployment", "shop-deployment-ephemeral"),
    ("shop-k8s-deployment", "shop-ocp-deployment"),
    ("examples/a", "examples/b"),
    ("config/samples/one", "config/samples/two-shop"),
]
MISTAKES = [
    ("one", "two"),  # no word in common
    ("shop", "shop-istio"),  # called like two services
    ("shop-deployment", "web-deployment"),  # one of them is called like its workload
    ("deployment", "web-deployment"),  # what comes before the kind is a name
    ("deployment", "deployment-copy"),  # forgotten, and deployed with the folder
    ("deployment", "deployment-2"),
    ("deployment", "deployment.old"),
    ("deployment", "deployment-worker"),  # what it runs is called so
]


def clashes(found: Report) -> int:
    return sum("is defined twice" in problem.message for problem in found.problems)


def shop(word: str = "serve") -> str:
    return deployment("shop", f"        args: [{word}]\n")


@pytest.mark.parametrize(("plain", "variant"), VARIANTS)
def test_variant_of_a_file_is_named_and_the_plain_one_is_compared(
    plain: str, variant: str, tmp_path: Path
) -> None:
    files = {f"{plain}.yaml": shop(), f"{variant}.yaml": shop(), "web.yaml": deployment("web")}
    found = report(write(tmp_path, files))
    assert clashes(found) == 0
    services = [each for group in found.groups for each in group.loaded.services]
    assert sorted(each.name for each in services) == ["shop", "web"]
    told = [Path(skip.file).name for skip in found.skipped if skip.reason == VARIANT_OF_A_FILE]
    assert told == [f"{Path(variant).name}.yaml"]


@pytest.mark.parametrize(("plain", "variant"), VARIANTS)
def test_slip_in_a_variant_is_reported(plain: str, variant: str, tmp_path: Path) -> None:
    slip = "      volumes: [{name: a, configMap: {name: a, deafultMode: 256}}]\n"
    files = {f"{plain}.yaml": shop(), f"{variant}.yaml": shop() + slip}
    found = said(report(write(tmp_path, files), rules=("unknown-field",)))
    assert found == [f"{Path(variant).name}.yaml:13 unknown-field"]


@pytest.mark.parametrize(("plain", "variant"), MISTAKES)
def test_file_with_a_name_that_was_forgotten_is_a_clash(
    plain: str, variant: str, tmp_path: Path
) -> None:
    files = {f"{plain}.yaml": shop(), f"{variant}.yaml": shop("worker")}
    assert clashes(report(write(tmp_path, files))) == 2


@pytest.mark.parametrize(("plain", "variant"), VARIANTS)
def test_variant_that_one_kustomization_deploys_as_well_is_a_clash(
    plain: str, variant: str, tmp_path: Path
) -> None:
    files = {f"{plain}.yaml": shop(), f"{variant}.yaml": shop(), "web.yaml": deployment("web")}
    resources = [f"{Path(name).name}.yaml" for name in (plain, variant)]
    listed = {f"{Path(plain).parent}/kustomization.yaml": f"resources: {resources}\n"}
    assert clashes(report(write(tmp_path, files | listed))) == 2


def test_two_in_one_file_are_a_clash(tmp_path: Path) -> None:
    files = {"examples/all.yaml": f"{shop()}---\n{shop('other')}"}
    assert clashes(report(write(tmp_path, files))) == 2


def test_objects_of_variants_are_not_defined_twice(tmp_path: Path) -> None:
    def ingress(host: str) -> str:
        rule = f"{{host: {host}, http: {{paths: []}}}}"
        head = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\n"
        return f"{head}spec: {{rules: [{rule}]}}\n"

    files = {"shop.yaml": shop(), "ingress.yaml": ingress("a.example")}
    variant = {"ingress-tls.yaml": ingress("b.example")}
    other = {"routes.yaml": ingress("b.example")}
    rules = ("duplicate-name",)
    assert said(report(write(tmp_path / "a", files | variant), rules=rules)) == []
    assert len(said(report(write(tmp_path / "b", files | other), rules=rules))) == 2
