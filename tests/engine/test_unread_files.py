"""Files that are called like deployments and are none: copies that editors and merges leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.engine.unread_files import is_left_over
from tests.support import projects


@pytest.mark.parametrize(
    ("name", "is_copy"),
    [
        ("values.yaml.orig", True),
        ("values.yml.bak", True),
        ("values.yaml~", True),
        ("values.orig.yaml", True),
        ("values-prod.bak.yml", True),
        ("values.yaml", False),
        ("orig.yaml", False),
        ("postgres.backup.yaml", False),
        ("values-bak.yaml", False),
        ("notes.orig", False),
        ("notes~", False),
    ],
)
def test_copy_is_known_by_its_ending(name: str, is_copy: bool) -> None:
    assert is_left_over(Path(name)) == is_copy


@pytest.mark.parametrize("name", ["web.yaml.orig", "web.bak.yaml", "web.yaml~"])
@pytest.mark.parametrize("folder", ["", "apps/web/"])
def test_copy_of_a_service_is_none_and_is_named_as_skipped(
    folder: str, name: str, tmp_path: Path
) -> None:
    files = {f"{folder}web.yaml": projects.WEB, f"{folder}{name}": projects.WEB + "hostIPC: 1\n"}
    projects.write(tmp_path, {".git/HEAD": "", **files, f"{folder}api.yaml": projects.PYTHON})
    found = projects.report(tmp_path)
    names = [service.name for group in found.groups for service in group.loaded.services]
    assert sorted(names) == ["api", "web"]
    (skipped,) = (skip for skip in found.skipped if skip.file.endswith(name))
    assert skipped.reason == "a copy of a file, as editors and merges leave it"


def test_copies_of_values_are_no_environments_of_a_chart(tmp_path: Path) -> None:
    files = {"Chart.yaml": "name: web\n", "values.yaml": projects.WEB}
    files |= {"values-prod.orig.yaml": "replicaCount: 1\n", "values.orig.yaml": projects.WEB}
    projects.write(tmp_path, {f"web/{name}": text for name, text in files.items()})
    (group,) = projects.report(tmp_path).groups
    assert [service.files for service in group.loaded.services] == [
        (str(tmp_path / "web/values.yaml"),)
    ]
