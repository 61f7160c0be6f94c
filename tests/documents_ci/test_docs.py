"""The documents say what is so: generated ones are fresh, links lead somewhere, examples work."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import msgspec
import pytest

from deploylint.config import load as config
from deploylint.config import rules as rule_sets
from deploylint.config.rule_files import read_folders
from deploylint.config.schema import ConfigFile
from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import Document, read_file
from deploylint.readers.helm import profile
from tests.support.folders import ROOT
from tools import docs, guide

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
FENCE = re.compile(r"^```yaml[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_docs_check_with_a_stale_document_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether the documents are fresh is asked once, by ``make lint``."""
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    for name in ("fresh.md", "stale.md"):
        (tmp_path / name).write_text("text", encoding="utf-8")
    rendered = {"fresh.md": lambda: "text", "stale.md": lambda: "another text"}
    monkeypatch.setattr(docs, "GENERATED", rendered)
    assert docs.main(["--check"]) == 1
    assert capsys.readouterr().err == "stale.md is stale: run make docs\n"


@pytest.mark.parametrize("columns", [80, 100])
def test_first_steps_fit_a_screen(columns: int) -> None:
    """``make demo`` shows a finding, its fix and its allowance in less than forty lines."""
    text = "".join(guide.steps(ROOT / "docs" / "first-steps.md", columns, colour=False))
    assert text.count("\n") < 40
    assert text.count("(exit code 1)") == 2
    assert "(exit" not in text[text.rindex("$ deploylint") :]


def anchors(path: Path) -> set[str]:
    headings = HEADING.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_docs_links_exist(document: Path) -> None:
    for target, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        file = document.parent / target if target else document
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), f"{target}#{anchor}"


def fences(document: Path) -> list[str]:
    return FENCE.findall(document.read_text(encoding="utf-8"))


def as_document(text: str, folder: Path) -> Document:
    path = folder / "example.yaml"
    path.write_text(text, encoding="utf-8")
    document = read_file(path, path.name, folder)
    assert not isinstance(document, Problem), document
    return document


@pytest.mark.parametrize(
    "text", [pytest.param(t, id=t.split("\n")[1]) for d in DOCUMENTS for t in fences(d)]
)
def test_docs_yaml_is_valid(text: str, tmp_path: Path) -> None:
    assert as_document(text, tmp_path).roots


def test_readme_rule_is_valid(tmp_path: Path) -> None:
    text = next(text for text in fences(ROOT / "README.md") if text.startswith("rules:"))
    folder = tmp_path / "rules"
    folder.mkdir()
    as_document(text, folder)
    assert len(read_folders([folder]).rules) == 1


def test_readme_configuration_is_valid(tmp_path: Path) -> None:
    text = next(text for text in fences(ROOT / "README.md") if text.startswith("version:"))
    shutil.copytree(guide.STORY, tmp_path / "deploy")
    (tmp_path / "deploy" / "go").mkdir()
    (tmp_path / "services" / "go").mkdir(parents=True)
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker" / "go.txt").write_text("FROM scratch\n", encoding="utf-8")
    for name in ("base", "staging", "prod"):
        (tmp_path / "deploy" / "go" / f"{name}.yaml").write_text("replicaCount: 1\n")
    (tmp_path / ".deploylint.yaml").write_text(text, encoding="utf-8")
    loaded = config.load(tmp_path / ".deploylint.yaml")
    assert [group.name for group in loaded.groups] == ["backend"]
    assert loaded.allowances[0].id == "go-port"


def test_readme_has_every_key_of_a_configuration() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    keys = {field.encode_name for field in msgspec.structs.fields(ConfigFile)} - {"version"}
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_readme_hook_is_the_published_one(tmp_path: Path) -> None:
    published = as_document((ROOT / ".pre-commit-hooks.yaml").read_text(), tmp_path)
    hooks = plain(published.roots[0])
    assert isinstance(hooks, list)
    assert [hook["id"] for hook in hooks] == ["deploylint", "deploylint-all"]
    text = next(t for t in fences(ROOT / "README.md") if t.startswith("repos:"))
    assert f"- id: {hooks[0]['id']}\n" in text


def test_profiles_page_has_valid_profiles(tmp_path: Path) -> None:
    texts = {t.split("profile:")[1].split()[0]: t for t in fences(ROOT / "docs" / "profiles.md")}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert [profile.load(name, (tmp_path,)).name for name in texts] == ["acme", "everything"]


def test_profiles_page_names_every_shipped_profile() -> None:
    text = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    assert {name for name in profile.names() if f"| `{name}` |" not in text} == set()


def test_rules_page_has_a_section_for_every_rule() -> None:
    rules = rule_sets.shipped_rules()
    assert set(rules.ids) <= anchors(ROOT / "docs" / "rules.md") | set(rules.builtin)
