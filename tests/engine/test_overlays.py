"""A file that is laid over another one, where nobody says so, is no service of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import report_texts

BASE = 'image: {repository: acme/api, tag: "1"}\nservice: {port: 80, type: A}\nreplicaCount: 2\n'


@pytest.mark.parametrize(
    ("overlay", "is_overlay"),
    [
        ("service: {port: 81}\n", True),
        ("replicaCount: 3\nservice: {type: B}\n", True),
        ("service: {port: 81, name: x}\n", False),  # a key that the base has not
        ("service: {port: 81}\nmore: 1\n", False),
        (BASE, False),  # as many keys: another service
        ('image: {repository: acme/web, tag: "2"}\n', False),  # an image makes a service
    ],
)
def test_file_with_some_keys_of_another_one_is_laid_over_it(
    overlay: str, is_overlay: bool, folder: Path
) -> None:
    report = report_texts(folder, BASE, overlay)
    (group,) = report.groups
    skipped = [one.file for one in report.skipped]
    assert [service.name for service in group.loaded.services] == (
        ["python"] if is_overlay else ["python", "web"]
    )
    assert skipped == (["deploy/deploy-web.yaml"] if is_overlay else [])
