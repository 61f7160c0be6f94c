"""Workloads of other people that a repository holds a copy of, and what shows it.

It is the folder that they are in (``vendor``), the definitions of the kinds of a well-known
operator in their file, or a template of a well-known chart that they were rendered from. The signs
are data, ``readers/well_known.yaml``. A workload that is called like its folder is one's own: a
shop has vendors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath

from deploylint.documents.paths import repository
from deploylint.documents.regex import regex
from deploylint.documents.source import Source
from deploylint.model.service import Service
from deploylint.readers.organisation import is_folder_of_copies, is_operator, is_well_known_chart

CHARTS = "/charts/"
"""The folder of the charts in a chart, in the path of a template."""

_RENDERED = "# Source: "
_DEFINITION = "kind: CustomResourceDefinition"
_API_GROUP = regex(r"^  group:[ \t]*[\"']?([\w.-]+)", re.MULTILINE)
"""The API group of a definition, in its ``spec``."""


def templates(services: Sequence[Service]) -> list[str]:
    """The template that each service was rendered from, "" where no comment names one."""
    sources = {id(service.root.source): service.root.source for service in services}
    naming = {key for key, source in sources.items() if _RENDERED in source.text}
    if not naming:  # as in most groups
        return [""] * len(services)
    from deploylint.policy.messages import template_of

    is_named = (id(service.root.source) in naming for service in services)
    return [
        template_of(service, service.root) if named else ""
        for service, named in zip(services, is_named, strict=True)
    ]


def sign_of_copy(service: Service, template: str) -> str:
    """What shows that a service is a copy of other people's, "" where nothing does.

    ``template`` is the one that it was rendered from, if a comment names it.
    """
    if folder := _folder_of_copies(_file(service)):
        return "" if _is_called(service, folder) else f"folder {folder}"
    chart = template.partition("/")[0]
    if is_well_known_chart(chart):
        return f"chart {chart}"
    if service.shape == "manifests" and (operator := _operator(service.root.source)):
        return f"beside the kinds of {operator}"
    return ""


def _file(service: Service) -> str:
    """The file of a service, without what is laid over it."""
    return service.files[0] if service.shape == "values" else service.root.source.file


def _is_called(service: Service, folder: str) -> bool:
    """Whether a service is called like its folder, with other words or without."""
    return PurePosixPath(folder).name in service.name


@lru_cache(maxsize=64)
def _folder_of_copies(file: str) -> str:
    """The folder of copies that a file is in, below the root of its repository, or ""."""
    path = PurePosixPath(file)
    if path.is_absolute():
        tops = repository(Path(file).parent)
        path = PurePosixPath(path.relative_to(tops[0]) if tops else path.name)
    folders = path.parts[:-1]
    at = next((n for n, name in enumerate(folders, 1) if is_folder_of_copies(name)), 0)
    return "/".join(folders[:at])


@lru_cache(maxsize=8)
def _operator(source: Source) -> str:
    """The well-known operator with kinds that a file defines, by their API group, or ""."""
    if _DEFINITION not in source.text:
        return ""
    return next(filter(is_operator, _API_GROUP.findall(source.text)), "")
