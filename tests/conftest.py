"""What the tests of several folders ask for by name."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tools.sampling import TENTH

settings.register_profile("quick", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="run campaigns on all of their cases")


def pytest_configure() -> None:
    """Run as in no workflow, whatever runs the tests: ``auto`` adds to the report in one."""
    os.environ.pop("GITHUB_ACTIONS", None)


def pytest_collection_finish() -> None:
    """Keep the collector off what is there before the first test: 14,000 tests are no garbage.

    A run of the program has none of its own at work (``__main__``).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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
