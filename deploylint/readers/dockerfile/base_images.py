"""The table of base images, ``base_images.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from deploylint.documents.regex import regex
from deploylint.model.data import BASE_IMAGES, definition
from deploylint.model.paths import is_named

_PREFIXES = regex(
    r"^(?:(?:index\.|registry-1\.)?docker\.io/|public\.ecr\.aws/docker/)?(?:library/)?"
)


def base_image(reference: str) -> Mapping[str, Any]:
    """The row about an image by its reference, with or without a tag; empty if there is none."""
    name = _PREFIXES.sub("", reference.partition("@")[0])
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # the colon is that of a port
        repository, tag = name, ""
    rows: list[dict[str, Any]] = definition(BASE_IMAGES)["bases"]
    for row in rows:
        is_meant = any(is_named(repository, image) for image in row["images"])
        if is_meant and ("tag" not in row or re.fullmatch(row["tag"], tag)):
            return row
    return {}
