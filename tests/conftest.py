"""What the tests of several folders ask for by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from deploylint.config import rules
from deploylint.config.rules import RuleSet


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, which the test runs in."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session", autouse=True)
def shipped_rules_read_once() -> Iterator[None]:
    """Reads the shipped rule files once a process: they are two thirds of a small check."""
    load = rules.load

    @cache
    def shipped(folder: Path) -> RuleSet:
        return load(folder)

    def load_cached(*folders: Path, beside: RuleSet | None = None) -> RuleSet:
        if beside is None and folders in ((), (rules.FOLDER,)):
            return shipped(rules.FOLDER)
        return load(*folders, beside=beside)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "load", load_cached)
        yield
