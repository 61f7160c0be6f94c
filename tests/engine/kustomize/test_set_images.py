"""An image that a kustomization sets is unknown where it may be set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import deployment, report, write

RULES = ("image-tag", "image")
SETS = "resources: [../../base]\nimages:\n- name: {}\n"

IMAGES = [
    ("shop", "shop\n  digest: sha256:abc", True),
    ("shop", "shop\n  newTag: '1.2'", True),
    ("acme/shop", "acme/shop\n  newName: acme.example/shop", False),
    ("acme/shop:latest", "acme/shop\n  newTag: '1.2'", True),
    ("shop", "shop", False),
    ("acme/shop", "acme/shop\n  newTag: latest", False),
    ("shop", "shopping\n  newTag: '1.2'", False),
    ("acme.example:5000/shop", "acme.example\n  newTag: '1.2'", False),
]


def judged(folder: Path, image: str, files: dict[str, str]) -> set[str]:
    """What the image in ``base/peer/shop.yaml`` is found to be, which nothing lists."""
    text = deployment("shop").replace("acme.example/shop:1.2.0", image)
    assert image in text
    write(folder, {"base/peer/shop.yaml": text, "base/web.yaml": deployment("web"), **files})
    found = report(folder, rules=RULES).findings
    return {each.status for each in found if each.service == "shop"}


@pytest.mark.parametrize(("image", "row", "is_set"), IMAGES)
def test_image_in_a_folder_that_a_kustomization_takes_is_unknown(
    tmp_path: Path, image: str, row: str, is_set: bool
) -> None:
    base = {"base/kustomization.yaml": "resources: [web.yaml]\n"}
    live = {"live/shop/kustomization.yaml": SETS.format(row)}
    assert ("violation" in judged(tmp_path, image, {**base, **live})) is not is_set


def test_image_in_another_folder_is_not_set(tmp_path: Path) -> None:
    other = {"other/kustomization.yaml": "images: [{name: shop, newTag: '1'}]\nresources: [a]\n"}
    assert "violation" in judged(tmp_path, "shop", other)


def test_image_of_a_listed_file_is_what_its_kustomizations_set(tmp_path: Path) -> None:
    """One environment sets the tag of the image, and the other does not."""
    files = {
        "base/peer/kustomization.yaml": "resources: [shop.yaml]\n",
        "overlays/live/kustomization.yaml": (
            "resources: [../../base/peer]\nimages: [{name: acme/shop, newTag: '1.2'}]\n"
        ),
        "overlays/trial/kustomization.yaml": "resources: [../../base/peer]\nnamePrefix: t-\n",
    }
    assert "violation" in judged(tmp_path, "acme/shop:latest", files)
