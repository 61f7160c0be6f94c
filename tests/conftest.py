"""What the tests of several folders ask for by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from deploylint.config import rules
from deploylint.config.rules import RuleSet
from tools.sampling import TENTH

settings.register_profile("quick", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="run campaigns on all of their cases")


@pytest.fixture(scope="session")
def share(request: pytest.FixtureRequest) -> int:
    """How many cases of a campaign one stands for: 1 in a whole campaign, else 10."""
    return 1 if request.config.getoption("--whole") else TENTH


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
