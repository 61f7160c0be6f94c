"""Names hold a noun: public functions name their object, variables what they are.

The bare names are in ``bare_names.yaml``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.folders import ROOT

TABLE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("bare_names.yaml").read_text(encoding="utf-8")
)
RETIRED: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("retired_words.yaml").read_text(encoding="utf-8")
)
TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "deploylint").rglob("*.py"))
}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bare_functions(tree: ast.Module) -> list[str]:
    """The public functions of a module with a bare name: of the table, or a participle alone."""
    functions = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return [name for name in functions if name in TABLE["functions"] or is_participle(name)]


def is_participle(name: str) -> bool:
    """Whether a name is one word that ends like a participle."""
    return name.endswith("ed") and "_" not in name


def bare_variables(node: ast.AST) -> Iterator[str]:
    """The variables and parameters with a bare name that outlive their line."""
    if isinstance(node, COMPREHENSIONS) and node.lineno == node.end_lineno:
        return
    name = node.arg if isinstance(node, ast.arg) else ""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        name = node.id
    if name in TABLE["variables"]:
        yield name
    for below in ast.iter_child_nodes(node):
        yield from bare_variables(below)


def test_class_names_are_of_one_class_each() -> None:
    homes: dict[str, list[str]] = {}
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name.lstrip("_"), []).append(name)
    assert {kind: names for kind, names in homes.items() if len(names) > 1} == {}


def test_public_functions_name_their_object() -> None:
    assert [f"{name}: {bare}" for name in TREES for bare in bare_functions(TREES[name])] == []


def test_names_of_tests_begin_with_a_unit_and_hold_no_retired_word() -> None:
    retired = re.compile(rf"\b(?:{'|'.join(map(re.escape, RETIRED['words']))})\b")
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name in re.findall(r"^def test_(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        if name.partition("_")[0] in TABLE["tests"]
        or retired.search(name.replace("_", " ").removeprefix("bench "))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", TREES)
def test_variables_that_outlive_a_line_are_nouns(name: str) -> None:
    assert sorted(set(bare_variables(TREES[name]))) == [], f"{name}: name what it is"


@pytest.mark.parametrize(
    ("code", "bare"),
    [
        ("one = 1", ["one"]),
        ("def f(found): ...", ["found"]),
        ("for one in range(2): ...", ["one"]),
        ("[one\n for one in range(2)]", ["one"]),
        ("[one for one in range(2)]", []),
        ("found.one = one", []),
    ],
)
def test_bare_variables_of_a_text_are_seen(code: str, bare: list[str]) -> None:
    assert list(bare_variables(ast.parse(code))) == bare


def test_bare_public_function_of_a_text_is_seen() -> None:
    text = "def read(): ...\ndef _read(): ...\ndef read_file(): ...\ndef matched(): ...\n"
    assert bare_functions(ast.parse(text)) == ["read", "matched"]
