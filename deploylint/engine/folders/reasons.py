"""Why folders are not searched for groups."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from deploylint.config.groups import CHART, INSIDE, is_chart
from deploylint.documents.nodes import child, text_of
from deploylint.documents.paths import display_path, from_display_path, is_file
from deploylint.engine.discovery import outside_groups
from deploylint.model.errors import OutsideGroups

MAX_DEPTH = 30
"""How deep folders are searched."""

_PACKAGES = "third-party packages"
_TEST_DATA = "data of tests"
_SKIPPED = {
    "node_modules": _PACKAGES,
    **dict.fromkeys(("testdata", "test-fixtures", "test_fixtures", "__fixtures__"), _TEST_DATA),
}
"""Folders by names that tools agree on: npm's, and Go's (https://pkg.go.dev/cmd/go), those of
HashiCorp's and Jest's tests."""
_TESTS = {"chainsaw-test.yaml": "a test of Chainsaw", "kyverno-test.yaml": "a test of Kyverno"}
"""The files of tests, which are in one folder with the objects that they make
(https://kyverno.github.io/chainsaw/, https://kyverno.io/docs/kyverno-cli/reference/kyverno_test/)."""
_VENDORED = ("modules.txt", "autoload.php", f"{os.pardir}/jsonnetfile.json")
"""What ``vendor`` has where Go, Composer or jsonnet-bundler keeps packages in it
(https://go.dev/ref/mod#vendoring, https://getcomposer.org/doc/01-basic-usage.md,
https://github.com/jsonnet-bundler/jsonnet-bundler)."""
_DEPLOYMENTS = frozenset({"deploy", "helm", "k8s", "kube", "kubernetes"})
"""Names of folders with deployments that are also written as dot folders: werf keeps its chart in
``.helm`` (https://werf.io/docs/v2/usage/deploy/charts.html), hundreds of public repositories their
manifests in ``.k8s``, ``.kubernetes``, ``.kube`` and ``.deploy``."""
_OF_HOSTS = frozenset({".github", ".gitlab"})
"""Folders of the host of a repository: beside pipelines, some hold a folder of deployments."""
_TEMPLATES = "templates"
_OF_A_CHART = {
    INSIDE: "dependencies of a chart",
    "crds": "a chart's custom resource definitions",
    "ci": "test values of a chart",
    "test": "tests of a chart",
    "tests": "tests of a chart",
}
"""The folders of a chart that hold no deployment, as Helm, its chart-testing and helm-unittest lay
them out."""


def is_templates(folder: Path) -> bool:
    """Whether a folder holds the templates of a Helm chart."""
    return folder.name == _TEMPLATES and is_chart(folder.parent)


def why_not_searched(path: Path, depth: int, services: Collection[str]) -> str:
    """Why a folder is not searched, or ""; ``services`` are the names of those in the one above."""
    if path.is_symlink():
        return "a link to a folder"
    if not os.access(path, os.R_OK | os.X_OK):
        return "cannot be read: permission denied"
    if path.name.startswith(".") and not _holds_deployments(path):
        return "a dot folder"
    if is_templates(path):
        command = f"helm template NAME {display_path(path.parent)} | deploylint check -"
        return f"templates of a chart; render it first: {command}"
    is_umbrella = path.name == INSIDE and _is_umbrella(path.parent, services)
    if services and path.name in _OF_A_CHART and is_chart(path.parent) and not is_umbrella:
        return _OF_A_CHART[path.name]
    if path.parent.name == INSIDE and is_chart(path.parent.parent):
        if path.name in services:
            return _OF_A_CHART[INSIDE]
        from deploylint.engine.charts.dependencies import (
            dependencies_elsewhere,  # most folders are no charts
        )

        if path.name in dependencies_elsewhere(path.parent.parent):
            return _OF_A_CHART[INSIDE]
    reason = _SKIPPED.get(path.name) or _known_by_a_file(path)
    return reason or ("" if depth < MAX_DEPTH else "too deep")


def _holds_deployments(path: Path) -> bool:
    """Whether a dot folder is one of deployments, or of a host and holds one."""
    if path.name in _OF_HOSTS:
        inside = (each.name for pattern in ("*/", "workflows/*/") for each in path.glob(pattern))
        return not _DEPLOYMENTS.isdisjoint(inside)
    return path.name[1:] in _DEPLOYMENTS


def _is_umbrella(folder: Path, services: Collection[str]) -> bool:
    """Whether the services of a chart are those of charts inside it: several, or one of a chart
    that it takes several times.
    """
    from deploylint.engine.charts.dependencies import dependencies  # most folders are no charts

    names = [text_of(child(each, "name")) for each in dependencies(folder)]
    return len(services) > 1 or len({*names}) < len(names)


def _known_by_a_file(path: Path) -> str:
    """Why a folder is not searched that a file in it or beside it shows to be of a tool, or ""."""
    if path.name == "vendor" and any(is_file(path / file) for file in _VENDORED):
        return _PACKAGES
    return next((reason for file, reason in _TESTS.items() if is_file(path / file)), "")


def check_focus(folder: Path, focus: frozenset[str]) -> None:
    """Raises OutsideGroups, before anything is read, for files that are called as no deployment."""
    top = folder.absolute()
    for file in map(from_display_path, focus):
        above = [path for path in file.parents if path != top and path.is_relative_to(top)]
        is_named = file.stem != CHART and not file.name.startswith(".")
        if is_named and not any(why_not_searched(path, 0, [file.stem]) for path in above):
            return
    raise OutsideGroups(outside_groups(focus))
