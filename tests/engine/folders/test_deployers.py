"""Objects that deploy folders with changes of their own: what they change is unknown, and said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.projects import deployment, report, said, write

CHECK = "unapplied-patches"
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: api}}
spec:
  source: {{path: {0}, kustomize: {{namePrefix: a-, {1}}}}}
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: api}}
spec:
  {{path: {0}, prune: true, {1}}}
"""
PATCHES = "patches: [{target: {kind: Deployment}, patch: '[]'}]"


@pytest.mark.parametrize("deployer", [ARGO, FLUX])
@pytest.mark.parametrize(
    ("path", "changes", "count"),
    [
        ("./apps/api", "images: [x]", 1),
        ("apps", f"images: [x], {PATCHES}", 2),
        (".", "images: [x]", 1),
        ("apps/api", "images: []", 0),
        ("apps/api", "wait: true", 0),
        ("apps/api", "components: [../backup]", 0),  # they add objects of their own
        ("apps/ap", "images: [x]", 0),
        ("elsewhere", "images: [x]", 0),
        ("[]", "images: [x]", 0),
    ],
)
def test_changes_of_what_deploys_a_folder_are_said(
    deployer: str, path: str, changes: str, count: int, folder: Path
) -> None:
    write(folder, {f"apps/{name}/app.yaml": deployment(name) for name in ("api", "mail", "web")})
    write(folder, {"clusters/api.yaml": deployer.format(path, changes)})
    assert said(report(".", rules=(CHECK,))) == [f"api.yaml:5 {CHECK}"] * count


def test_object_of_another_api_deploys_no_folder(folder: Path) -> None:
    other = FLUX.format("apps", "images: [x]").replace("kustomize.toolkit", "acme.example")
    files = {"apps/api/app.yaml": deployment("api"), "clusters/api.yaml": other}
    assert not report(write(folder, files), rules=(CHECK,)).findings


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: {0}}}
spec:
  chart: {{spec: {{chart: {0}, sourceRef: {{name: acme}}}}}}
  values: {{image: {{repository: acme/{0}, tag: '1'}}, replicaCount: 2}}
"""
PATCH = (
    "patches: [{{target: {{kind: HelmRelease}}, patch: '{{kind: HelmRelease, metadata: {{name: "
    "{0}}}, spec: {{values: {{image: {{tag: latest}}}}}}}}'}}]"
)


def of_clusters(names: Sequence[str], patched: str = "prod") -> dict[str, str]:
    """The releases of some services, and what deploys them to two clusters."""
    files = dict[str, str]()
    for name in names:
        files[f"apps/{name}/release.yaml"] = RELEASE.format(name)
        files[f"apps/{name}/kustomization.yaml"] = "resources: [release.yaml]\n"
    for cluster in ("dev", "prod"):
        changes = {name: PATCH.format(name) if cluster == patched else "" for name in names}
        every = (FLUX.format(f"apps/{name}", changes[name]) for name in names)
        files[f"clusters/{cluster}/apps.yaml"] = "---\n".join(every)
        files[f"clusters/{cluster}/kustomization.yaml"] = "resources: [apps.yaml]\n"
    return files


def test_changes_of_flux_are_those_of_the_environment_that_it_deploys_a_folder_to(
    folder: Path,
) -> None:
    names = ["api", "mail", "web"]
    found = report(write(folder, of_clusters(names)), rules=("image-tag", CHECK))
    assert {(g.loaded.environment, s.name) for g in found.groups for s in g.loaded.services} == {
        (cluster, name) for cluster in ("dev", "prod") for name in names
    }
    assert said(found) == [f"apps.yaml:{line} image-tag" for line in (5, 11, 17)]
    assert {finding.environment for finding in found.findings} == {"prod"}


def test_folders_that_flux_deploys_alike_have_no_environments(folder: Path) -> None:
    found = report(write(folder, of_clusters(["api", "mail", "web"], "")), rules=(CHECK,))
    assert [group.loaded.environment for group in found.groups] == [""]


def test_folder_that_flux_deploys_with_a_path_out_of_the_repository_is_none(folder: Path) -> None:
    files = of_clusters(["api", "mail", "web"])
    for cluster in ("dev", "prod"):
        file = f"clusters/{cluster}/apps.yaml"
        files[file] = files[file].replace("path: apps/", "path: ../../apps/")
    found = report(write(folder, files), rules=("image-tag",))
    assert [group.loaded.environment for group in found.groups] == [""]
    assert said(found) == []
