"""Objects that deploy folders with changes of their own: what they change is unknown, and said."""

from __future__ import annotations

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
