"""The own values of a chart that others install: they are below those of services elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from deploylint.config.groups import VALUES, is_chart
from deploylint.documents.paths import absolute, from_display_path
from deploylint.documents.regex import regex
from deploylint.engine.discovery import Skipped
from deploylint.engine.folders.patterns import FolderGroup
from deploylint.model.images import image_name
from deploylint.model.service import Service

DEFAULTS = "values of a chart without an image; services elsewhere are installed with it"


def without_chart_defaults(
    groups: Sequence[FolderGroup], names: Iterable[str], root: Path
) -> tuple[list[FolderGroup], list[Skipped]]:
    """Some groups without that of a chart that other files install, and what is skipped.

    It is alone and has no image of its own. Services with one are below its folder, or a file names
    its path below ``root``, and values for it. ``names`` are all files.
    """
    kept, skipped = list[FolderGroup](), list[Skipped]()
    for group in groups:
        chart = _chart_without_image(group)
        others = (each for each in groups if each is not group)
        services = [one for each in others for one in each.loaded.services if image_name(one.main)]
        if chart and services and _is_installed(chart, services, names, absolute(root)):
            skipped += (Skipped(one.files[0], DEFAULTS) for one in group.loaded.services)
        else:
            kept.append(group)
    return kept, skipped


def _chart_without_image(group: FolderGroup) -> Path | None:
    """The folder of a chart if its own values are those of the only service, without an image."""
    services = group.loaded.services
    if len(services) != 1 or any(member.environments for member in group.files.members):
        return None
    file = absolute(from_display_path(services[0].files[0]))
    is_own = file.stem == VALUES and is_chart(file.parent)
    return file.parent if is_own and not image_name(services[0].main) else None


def _is_installed(
    chart: Path, services: Sequence[Service], names: Iterable[str], root: Path
) -> bool:
    files = (absolute(from_display_path(one.files[0])) for one in services)
    if any(file.is_relative_to(chart) for file in files):
        return True
    path = chart.relative_to(root).as_posix() if chart.is_relative_to(root) else ""
    named = re.compile(rf"(?<![\w-]){re.escape(path)}(?![\w-])")
    others = (file for file in map(from_display_path, names) if not file.is_relative_to(chart))
    texts = (_text(file) for file in others if "/" in path)
    return any(named.search(text) and _GIVES_VALUES.search(text) for text in texts)


_GIVES_VALUES = regex(r"\b(?:valueFiles|values(?:Object|From|Files)?):", re.MULTILINE)
"""How an application, a release and a helmfile give values to a chart."""


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
