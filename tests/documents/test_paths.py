"""Names of files from the repository, as paths from the working directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.paths import display_path, path_from_here, repository


@pytest.mark.parametrize(
    ("folder", "name", "path"),
    [
        ("", "deploy/api.yaml", "deploy/api.yaml"),
        ("deploy", "deploy/api.yaml", "api.yaml"),
        ("src", "deploy/api.yaml", "../deploy/api.yaml"),
        ("deploy", "<stdin>", "<stdin>"),
        ("deploy", "/elsewhere/api.yaml", "/elsewhere/api.yaml"),
    ],
)
def test_path_from_here_leads_to_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, name: str, path: str
) -> None:
    for each in (".git", "deploy", "src"):
        (tmp_path / each).mkdir()
    (tmp_path / "deploy" / "api.yaml").touch()
    monkeypatch.chdir(tmp_path / folder)
    repository.cache_clear()
    assert path_from_here(name) == path
    if (tmp_path / name).exists():
        assert display_path(Path(path)) == name
