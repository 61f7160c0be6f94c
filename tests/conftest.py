"""What the tests of several folders ask for by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

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
