"""Mutants of modules: which operators are changed, and that a draw is the same in every run."""

from __future__ import annotations

import pytest

from tools import mutants_engine
from tools.ast_mutants import ast_mutants
from tools.mutants_engine import Result, Row, counted, drawn, render

MUTANTS = [
    ("x = a == b", ["a != b"]),
    ("x = a < b <= c", ["a <= b <= c", "a < b < c"]),
    ("x = a in b", ["a not in b"]),
    ("x = a is None", ["a is not None"]),
    ("x = a and b", ["a or b"]),
    ("x = not a", ["not not a"]),
    ("x = 'a'", ["'ax'"]),
    ("x = 7", ["8"]),
    ("x = True", ["False"]),
    ("x = None", []),
    ("x = a + b", ["a - b"]),
    ("x = a // b", ["a * b"]),
    ("def f():\n    return a", ["return None"]),
    ("def f():\n    return None", []),
    ("def f():\n    return False", ["True"]),  # to give None instead means the same
    ("def f() -> 'int':\n    'Text.'", []),
    ("x: Literal['a'] = b", []),
    ("X = Literal['a', 'b']", []),
    ("assert a == b", []),
    ("x = 1\n'What x is.'", ["2"]),
    ("@cached(3)\ndef f():\n    pass", []),
]


@pytest.mark.parametrize(("source", "after"), MUTANTS, ids=[source for source, _ in MUTANTS])
def test_ast_mutants_change_one_operator_that_decides(source: str, after: list[str]) -> None:
    found = ast_mutants(source)
    assert sorted(mutant.after for mutant in found) == sorted(after)
    for mutant in found:
        assert mutant.source != source
        compile(mutant.source, "mutant", "exec")


def test_ast_mutants_are_the_same_in_every_run_and_of_every_kind() -> None:
    text = "def f(a):\n    if a == 1 and not a + 2:\n        return a\n" + "x = 3\n" * 50
    first, again = (drawn("model/x", text, 5) for _ in range(2))
    assert first == again
    kinds = {"comparison", "boolean", "constant", "return", "arithmetic"}
    assert {mutant.kind for mutant in first} == kinds
    assert drawn("model/y", text, 10) != drawn("model/x", text, 10)


def test_mutants_table_names_existing_modules_and_tests() -> None:
    for row in mutants_engine.table().modules:
        assert (mutants_engine.ROOT / "deploylint" / f"{row.module}.py").is_file(), row
        for name in row.tests:
            assert (mutants_engine.ROOT / "tests" / f"{name}.py").is_file(), row


def test_mutants_document_lists_uncaught_ones() -> None:
    (mutant,) = ast_mutants("x = a | b")
    results = [
        Result("model/a", "x = a | b", mutant, "caught"),
        Result("model/a", "x = a | b", mutant, "equivalent", "Both are empty."),
        Result("model/b", "x = a | b", mutant, "survived"),
    ]
    assert counted(results) == "1 of 3 mutants caught, 1 of the others mean the same"
    text = render(results)
    assert "| `model/a` | 2 | 1 |\n| `model/b` | 1 | 0 |" in text
    assert "| `model/a` | `x = a \\| b` | `a & b` | Both are empty. |" in text
    assert "| `model/b` | `x = a \\| b` | `a & b` | NOT EXPLAINED |" in text


@pytest.mark.slow
def test_mutant_replaces_its_module() -> None:
    row = Row("model/format", ("model/test_format",))
    text = (mutants_engine.ROOT / "deploylint" / "model" / "format.py").read_text(encoding="utf-8")
    assert mutants_engine.passes(row, text)
    mutant = text.replace("ensure_ascii=False", "indent=1")
    assert mutant != text
    assert not mutants_engine.passes(row, mutant)
