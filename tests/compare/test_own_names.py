"""Own names in free-form data: services agree that each name themselves, or all name one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts

IMAGE = 'image: {repository: acme/%s, tag: "1"}\n'
POLICY = "networkPolicy: {enabled: true, ingress: [{from: [{podSelector: {app: %s}}]}]}\n"
MONITOR = "serviceMonitor: {enabled: true, labels: {team: %s, release: prometheus}}\n"
VARIABLES = "env: {SERVICE_NAME: %s, MODE: fast}\n"


@pytest.mark.parametrize(
    ("only", "text"),
    [("network-policy", POLICY), ("monitoring", MONITOR), ("environment", VARIABLES)],
)
@pytest.mark.parametrize(
    ("there", "here", "agree"),
    [("api", "web", True), ("gate", "gate", True), ("api", "api", True), ("api", "shop", False)],
)
def test_free_form_data_agrees_as_written_and_by_own_names(
    only: str, text: str, there: str, here: str, agree: bool, folder: Path
) -> None:
    texts = IMAGE % "api" + text % there, IMAGE % "web" + text % here
    found = check_texts(folder, *texts, only=[only])
    assert (found == []) is agree, found


def test_services_with_the_same_text_are_distinguished_by_their_own_names(folder: Path) -> None:
    names = "api", "web", "shop", "mail"
    pairs = zip(names, ("api", "web", "web", "web"), strict=True)
    texts = [IMAGE % name + MONITOR % team for name, team in pairs]
    found = check_texts(folder, *texts, only=["monitoring"])
    assert [row.file for row in found] == ["mail", "shop"]


def test_majority_of_own_names_in_labels_is_held_against_another_text(folder: Path) -> None:
    names = "abcd"
    texts = [IMAGE % name + MONITOR % said for name, said in zip(names, "abcx", strict=True)]
    found = check_texts(folder, *texts, only=["monitoring"], configuration="reference: []\n")
    assert [(row.file, row.path) for row in found] == [("mail", "server/monitoring.labels.team")]


def test_release_is_called_by_its_own_name_whatever_its_image_is(folder: Path) -> None:
    """``acme/server`` is run as ``docs``: what is below that is asked of it as of all others."""
    images = {name: name for name in ("mail", "shop", "cart", "user")} | {"docs": "server"}
    files = {
        f"deploy/{name}.yaml": (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
            f"metadata: {{name: {name}}}\nspec:\n  chart: {{spec: {{chart: app-template}}}}\n"
            f"  values:\n    controllers:\n      {name}:\n"
            "        containers: {app: {image: {tag: '1', repository: acme/"
            + image
            + "}}}\n"
            + ("" if name == "docs" else "        annotations: {reload: 'true'}\n")
        )
        for name, image in images.items()
    }
    rows = check_texts(folder, only=["odd-key"], more=files, configuration="reference: []\n")
    assert [(row.file, row.line) for row in rows] == [("docs", 8)]
