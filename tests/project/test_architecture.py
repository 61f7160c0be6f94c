"""The design's promises about the code itself, read from its syntax trees and its imports."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from deploylint.model.fields import ADDRESSES, ELEMENTS
from deploylint.readers.commands.technologies import technologies
from deploylint.readers.helm import profile
from tests.support.folders import ROOT

PACKAGE = ROOT / "deploylint"
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
MAX_FUNCTION, MAX_MODULE = 40, 400


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def where(path: Path, node: ast.stmt | ast.expr | ast.arg) -> str:
    return f"{named(path)}:{node.lineno}"


# --- names are data ------------------------------------------------------------------------------

MAY_NAME = ("model/fields.py", "model/data.py", "readers/")
TECHNOLOGIES = {technology.name for technology in technologies()}
RUNTIMES = {technology.runtime for technology in technologies()} | {"node", "java"}
CHARTS = set(profile.names())
OUR_OWN_NOUNS = {"service", "runtime", "environment"}
"""Elements, and first of all words of our model: the keys of a report and of an allowance."""
NAMED = {*ELEMENTS, *TECHNOLOGIES, *RUNTIMES, *CHARTS} - OUR_OWN_NOUNS
PLAIN_ENGLISH = {name for name in ELEMENTS if "-" not in name} | {"go", "node", "nested"}
"""Words of our own model and of English: nobody's name unless they are all that a text says."""

OF_NOBODY_ELSE = sorted(NAMED - PLAIN_ENGLISH)


def whole_word(name: str) -> str:
    return rf"(?<![\w.-]){re.escape(name)}(?![\w-])"


IN_TEXT = re.compile("|".join(map(whole_word, sorted({*NAMED, *ADDRESSES} - PLAIN_ENGLISH))))


def docstrings(tree: ast.AST) -> set[int]:
    """The constants that stand as a statement of their own: they say something and do nothing."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def names_in(text: str) -> list[str]:
    alone = text.strip(".")
    return [alone] if alone in NAMED else IN_TEXT.findall(text)


def identifiers(node: ast.AST) -> Iterator[str]:
    for field in ("id", "attr", "name", "arg"):
        value = getattr(node, field, None)
        if isinstance(value, str):
            yield value


def named_in_code(tree: ast.AST) -> Iterator[tuple[int, str]]:
    said = docstrings(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield from ((line, name) for name in names_in(node.value))
        for identifier in identifiers(node):
            words = identifier.lower().replace("_", "-")
            yield from ((line, name) for name in OF_NOBODY_ELSE if f"-{name}-" in f"-{words}-")


def test_code_names_no_element_chart_or_runtime() -> None:
    found = [
        f"{named(path)}:{line} names {name}"
        for path, tree in TREES.items()
        if not named(path).startswith(MAY_NAME)
        for line, name in named_in_code(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'x = "celery"',
        'x = f"a {y} for asynq workers"',
        'if address == "workers.queues": pass',
        'x = f"workers.{PRESENT}"',
        'x = "image"',
        'x = "the liveness-probe of"',
        "celery_workers = 1",
        "def read_liveness_probe(): pass",
        'x = "python"',
        'x = "in-house"',
    ],
)
def test_code_with_such_a_name_is_reported(code: str) -> None:
    assert list(named_in_code(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ['"celery"', 'x = "a service with an image"', "service = 1", 'x = "image-reference"']
)
def test_code_may_use_these_words_in_docstrings(code: str) -> None:
    assert not list(named_in_code(ast.parse(code)))


# --- who may do what -----------------------------------------------------------------------------


def called(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def calls_outside(homes: Iterable[str], functions: Iterable[str]) -> list[str]:
    wanted, allowed = set(functions), tuple(homes)
    return [
        f"{where(path, call)} calls {function}"
        for path, tree in TREES.items()
        if not named(path).startswith(allowed)
        for call, function in called(tree)
        if function in wanted
    ]


def test_findings_are_made_in_policy_findings_only() -> None:
    assert calls_outside(["policy/findings.py"], ["Finding", "model.Finding"]) == []


def test_output_is_written_by_cli_and_reports_only() -> None:
    writers = ["print", "sys.stdout.write", "sys.stderr.write", "typer.echo", "typer.secho"]
    assert calls_outside(["cli/", "reports/"], writers) == []


def test_process_is_ended_by_cli_only() -> None:
    exits = ["exit", "quit", "sys.exit", "os._exit", "os.abort", "SystemExit", "typer.Exit"]
    assert calls_outside(["cli/", "__main__.py", "engine/chunks/parallel.py"], exits) == []


# --- sizes ---------------------------------------------------------------------------------------


def test_functions_are_small() -> None:
    long = [
        f"{where(path, node)} {node.name}: {lines} lines"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MAX_FUNCTION
    ]
    assert long == []


def test_modules_are_small() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_MODULE} == {}


def test_class_names_are_unique() -> None:
    homes: dict[str, list[str]] = {}
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(where(path, node))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


# --- imports -------------------------------------------------------------------------------------

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
BREAKS = {
    "layers": ("model/types", "from deploylint.engine import check", "deploylint.engine.check"),
    "parser": ("engine/load", "import yaml", "yaml"),
    "writer": ("engine/load", "from ruamel.yaml import YAML", "ruamel"),
    "structures": ("engine/check", "import msgspec", "msgspec"),
    "differences": ("compare/result", "import deepdiff", "deepdiff"),
    "commands": ("engine/check", "import typer", "typer"),
    "terminal": ("policy/judgement", "import rich", "rich"),
    "go": ("engine/load", "import tree_sitter", "tree_sitter"),
    "dockerfiles": ("engine/load", "import dockerfile", "dockerfile"),
}
"""For each contract one import that it forbids: module, statement, what is imported."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def copied(folder: Path) -> None:
    shutil.copytree(PACKAGE, folder / "deploylint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def test_import_contract_breaks_for_a_forbidden_import() -> None:
    assert {contract["id"] for contract in CONTRACTS} == set(BREAKS)


def test_import_contract_exists_for_each_library() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split(r"[.\[>=<]", line)[0].replace("-", "_") for line in project["dependencies"]}
    libraries = {"yaml" if name == "PyYAML" else name for name in names}
    forbidden = {name for c in CONTRACTS for name in c.get("forbidden_modules", ())}
    assert libraries <= forbidden


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: str(contract["id"]))
def test_import_contract_names_the_forbidden_import(
    contract: dict[str, object], tmp_path: Path
) -> None:
    copied(tmp_path)
    module, statement, imported = BREAKS[str(contract["id"])]
    changed = tmp_path / "deploylint" / f"{module}.py"
    changed.write_text(changed.read_text(encoding="utf-8") + f"\n{statement}\n", encoding="utf-8")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract['name']} BROKEN" in done.stdout
    name = module.replace("/", ".")
    assert f"deploylint.{name} -> {imported} (l." in done.stdout


def test_import_contract_refuses_a_module_without_a_layer(tmp_path: Path) -> None:
    copied(tmp_path)
    (tmp_path / "deploylint" / "helpers.py").touch()
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert "deploylint.helpers" in done.stdout
