"""Guides are tried: what their blocks edit, make and run is what they say."""

from pathlib import Path

import pytest

from tools import guide

EDITS = {
    "a.yaml:2": "1\nnew\n3\n4\n",
    "a.yaml:2-3": "1\nnew\n4\n",
    "a.yaml:3-": "1\n2\nnew\n",
    "a.yaml": "new\n",
}


def rendered(folder: Path, text: str) -> str:
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return guide.render(page)


@pytest.mark.parametrize("place", EDITS)
def test_guide_block_replaces_its_lines(place: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("1\n2\n3\n4\n", encoding="utf-8")
    guide._write(place, "new\n", tmp_path)
    assert (tmp_path / "a.yaml").read_text(encoding="utf-8") == EDITS[place]


def test_guide_sed_command_writes_a_service(tmp_path: Path) -> None:
    text = rendered(
        tmp_path,
        "```console\n"
        "$ sed 's/ai-backend/billing/' deploy/deploy-python.yaml > deploy/deploy-go.yaml\n"
        "$ deploylint check --format concise\n"
        "what was printed before\n"
        "```\n",
    )
    assert "0 violations, 0 allowed deviations" in text
    assert "before" not in text


def test_guide_runs_no_other_command(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="touch"):
        rendered(tmp_path, "```console\n$ touch deploy/new.yaml\n```\n")
