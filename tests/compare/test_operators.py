"""Operators: what two values, or one, have to be for a demand to hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.compare.operators import (
    Operand,
    Outcome,
    evaluate_membership,
    evaluate_pair,
    evaluate_value,
)
from deploylint.model import types
from deploylint.model.patterns import read_pattern
from deploylint.model.service import State, Value
from deploylint.model.types import Plain, Type


def side(data: Plain, *names: str) -> Operand:
    return Operand(Value("known", data), names)


PAIRS: list[tuple[str, float, Type, Plain, Plain, Outcome]] = [
    ("equal", 1, types.PORT, 8000, "8000", "match"),
    ("equal", 1, types.PORT, 8000, 8080, "violation"),
    ("equal", 1, types.NAMES, ["a"], ["a", "b"], "violation"),
    ("equal", 1, types.NUMBER, 1, "many", "violation"),
    ("equal", 1, types.NUMBER, "many", 1, "unknown"),
    ("equal", 1, types.MEMORY, "1 Gi", "1Gi", "unknown"),
    ("equal", 1, types.NUMBER, "many", "many", "match"),
    ("contain", 1, types.NAMES, ["a"], ["a", "b"], "match"),
    ("contain", 1, types.NAMES, ["a", "b"], ["a"], "violation"),
    ("contain", 1, types.FEWER_NAMES, ["a", "b"], ["a"], "match"),
    ("contain", 1, types.FLAG_TRUE, False, True, "match"),
    ("contain", 1, types.FLAG_TRUE, True, False, "violation"),
    ("contain", 1, types.FLAG_FALSE, True, False, "match"),
    ("contain", 1, types.NUMBER, 1, 2, "violation"),
    ("contain", 1, types.TREE, {"a": 1}, {"a": 1, "b": 2}, "match"),
    ("within", 2, types.NUMBER, 10, 20, "match"),
    ("within", 2, types.NUMBER, 10, 5, "match"),
    ("within", 2, types.NUMBER, 10, 21, "violation"),
    ("within", 2, types.NUMBER, 10, 4, "violation"),
    ("within", 2, types.MEMORY, "1Gi", "2Gi", "match"),
    ("within", 2, types.WORD, "a", "b", "violation"),
    ("within", 2, types.PORT, 80, "http", "violation"),
    ("within", 2, types.PORT, "http", 80, "violation"),
]


@pytest.mark.parametrize(("operator", "ratio", "kind", "expected", "actual", "outcome"), PAIRS)
def test_operator_on_two_values_gives_its_outcome(
    operator: str, ratio: float, kind: Type, expected: Plain, actual: Plain, outcome: Outcome
) -> None:
    assert evaluate_pair(operator, ratio, kind, side(expected), side(actual)) == outcome


NAMES: list[tuple[Type, Operand, Operand, Outcome]] = [
    (types.NAME, side("api-env", "api"), side("web-env", "web"), "match"),
    (types.NAME, side("api-env", "api"), side("api-env", "web"), "violation"),
    (types.NAME, side("acr-auth", "api"), side("acr-auth", "web"), "match"),
    (types.NAMES, side(["api-env", "all"], "api"), side(["all", "web-env"], "web"), "match"),
    (types.WORD, side("/api/v1", "api"), side("/web/v1", "web"), "violation"),
    (types.TREE, side({"app": "api-db"}, "api"), side({"app": "web-db"}, "web"), "match"),
    (types.TREE, side({"app": "api-db"}, "api"), side({"app": "api-db"}, "web"), "match"),
    (types.TREE, side({"app": "api-db"}, "api"), side({"app": "shop-db"}, "web"), "violation"),
    (types.TREE, side({"app": "api-db"}), side({"app": "web-db"}, "web"), "violation"),
]


@pytest.mark.parametrize(("kind", "expected", "actual", "outcome"), NAMES)
def test_own_names_compare_as_one(
    kind: Type, expected: Operand, actual: Operand, outcome: Outcome
) -> None:
    assert evaluate_pair("equal", 1, kind, expected, actual) == outcome


ALONE: list[tuple[Plain, State, Plain, Outcome, Outcome]] = [
    # the pattern, a value's state and data, what "be" and what "not-be" make of it
    (True, "known", True, "match", "violation"),
    (True, "known", False, "violation", "match"),
    (True, "known", "perhaps", "violation", "match"),
    (True, "absent", None, "violation", "match"),
    (True, "disabled", False, "violation", "match"),
    (True, "unknown", None, "unknown", "unknown"),
    ("absent", "absent", None, "match", "violation"),
    ("absent", "disabled", None, "match", "violation"),
    ("absent", "known", True, "violation", "match"),
    ("present", "known", False, "match", "violation"),
    ("present", "absent", None, "violation", "match"),
]


@pytest.mark.parametrize(("written", "state", "data", "be", "not_be"), ALONE)
def test_operator_on_one_value_gives_its_outcome(
    written: Plain, state: State, data: Plain, be: Outcome, not_be: Outcome
) -> None:
    value, pattern = Value(state, data), read_pattern(written)
    assert evaluate_value("be", pattern, types.FLAG, value) == be
    assert evaluate_value("not-be", pattern, types.FLAG, value) == not_be


MEMBERS: list[tuple[Type, Plain, Type, State, Plain, Outcome | None]] = [
    # an item and its type, what is known of the set, its type and state, and what comes of it
    (types.WORD, "a", types.NAMES, "known", ["a", "b"], "match"),
    (types.WORD, "c", types.NAMES, "known", ["a", "b"], "violation"),
    (types.WORD, "a", types.NAMES, "unknown", ["a"], "match"),
    (types.WORD, "c", types.NAMES, "unknown", ["a"], "unknown"),
    (types.WORD, "c", types.NAMES, "known", None, "violation"),
    (types.WORD, "c", types.NAMES, "unknown", None, "unknown"),
    (types.WORD, ["c"], types.NAMES, "known", ["a"], "unknown"),
    (types.WORD, "c", types.NAMES, "known", [{"a": 1}], "unknown"),
    (types.PORT, 80, types.PORTS, "known", ["80"], "match"),
    (types.PORT, 81, types.PORTS, "known", ["80"], "violation"),
    (types.PORT, 81, types.PORTS, "unknown", ["80"], "unknown"),
    (types.PORT, "http", types.PORTS, "known", ["80"], None),
    (types.PORT, "http", types.PORTS, "unknown", ["80"], None),
]


@pytest.mark.parametrize(("kind", "item", "among", "state", "data", "outcome"), MEMBERS)
def test_membership_of_an_item_gives_its_outcome(
    kind: Type, item: Plain, among: Type, state: State, data: Plain, outcome: Outcome | None
) -> None:
    assert evaluate_membership(kind, side(item), among, Value(state, data)) == outcome


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(1, 100))
def test_within_is_symmetric(one: int, other: int, ratio: float) -> None:
    there = evaluate_pair("within", ratio, types.NUMBER, side(one), side(other))
    back = evaluate_pair("within", ratio, types.NUMBER, side(other), side(one))
    assert there == back


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_contain_in_both_directions_is_equal(one: list[str], other: list[str]) -> None:
    def judged(operator: str, a: Plain, b: Plain) -> Outcome:
        return evaluate_pair(operator, 1, types.NAMES, side(a), side(b))

    both = {judged("contain", one, other), judged("contain", other, one)} == {"match"}
    assert both is (judged("equal", one, other) == "match")
