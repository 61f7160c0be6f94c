"""What is known of base images: ``base_images.yaml``, as it is looked up."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, cast

from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.readers.data import BASE_IMAGES, definition

_PREFIXES = regex(
    r"^(?:(?:index\.|registry-1\.)?docker\.io/|public\.ecr\.aws/docker/)?(?:library/)?"
)


class Base(Record):
    """Whom a base image runs as, what it starts (None where that is not known), and its EXPOSE."""

    user: str
    entrypoint: tuple[str, ...] | None
    ports: tuple[str, ...] = ()


def base(reference: str) -> Base | None:
    """What is known of an image by its reference, with or without a tag; None for nothing."""
    name = _PREFIXES.sub("", reference.partition("@")[0])
    folder, _, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    repository = f"{folder}/{last}" if folder else last
    for row in _rows():
        named = any(fnmatchcase(repository, image) for image in row["images"])
        if named and re.fullmatch(row.get("tag", ".*"), tag):
            said = row.get("entrypoint")
            ports = tuple(row.get("exposes", ()))
            return Base(row["user"], None if said is None else tuple(said), ports)
    return None


@cache
def _rows() -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", definition(BASE_IMAGES)["bases"])
