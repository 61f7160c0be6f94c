"""The design and the guide for contributors name modules that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MODULES = {path.name for path in (ROOT / "deploylint").rglob("*.py")} | {"hatch_build.py"}


@pytest.mark.parametrize("page", ["docs/design.md", "CONTRIBUTING.md"])
def test_page_names_modules_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {path.rpartition("/")[2] for path in re.findall(r"`([\w/]+\.py)`", text)}
    assert named - MODULES - {path.name for path in (ROOT / "tests").rglob("*.py")} == set()
