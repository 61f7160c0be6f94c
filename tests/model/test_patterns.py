"""Patterns: what a demand or an allowance may be written in, and what it matches."""

from __future__ import annotations

import pytest

from deploylint.model import types
from deploylint.model.patterns import OPERATORS, Pattern, read_pattern
from deploylint.model.types import Plain, Type

HOLDS: list[tuple[Plain, Type, Plain]] = [
    (8000, types.PORT, "8000"),
    ("8000", types.PORT, 8000),
    ("1Gi", types.MEMORY, "1024Mi"),
    (True, types.FLAG, "true"),
    (["a", "b"], types.NAMES, ["b", "a"]),
    ("99999", types.PORT, "99999"),  # pinned, though it is no port
    ("present", types.WORD, "anything"),
    ({"one-of": [8000, 8080]}, types.PORT, "8080"),
    ({"one-of": ["present"]}, types.WORD, "present"),
    ({"matching": "v[0-9]+"}, types.WORD, "v12"),
    ({"matching": "1\\..*"}, types.WORD, 1.5),
    ({"matching": "[0-9]+Mi"}, types.MEMORY, "512Mi"),
    ({"matching": "5368.*"}, types.MEMORY, "512Mi"),
    ({"at-least": "256Mi"}, types.MEMORY, "1Gi"),
    ({"at-most": 3}, types.NUMBER, 3),
    ({"of-kind": "number"}, types.WORD, 1.10),
    ({"of-kind": "number"}, types.WORD, 2024),
    ({"of-kind": "text"}, types.WORD, "1.10"),
    ({"of-kind": "flag"}, types.WORD, True),
    ({"a": {"b": 1}, "c": []}, types.TREE, {"c": [], "a": {"b": 1}}),
]
HOLDS_NOT: list[tuple[Plain, Type, Plain]] = [
    (8000, types.PORT, 8080),
    ("absent", types.WORD, "absent"),
    (True, types.FLAG, "yes"),
    ({"one-of": [8000, 8080]}, types.PORT, 9090),
    ({"matching": "v[0-9]"}, types.WORD, "v12"),
    ({"matching": "(?!latest$).+"}, types.WORD, "latest"),
    ({"at-least": 3}, types.NUMBER, 2),
    ({"at-least": 3}, types.WORD, "4"),
    ({"at-most": "1Gi"}, types.MEMORY, "2Gi"),
    ({"of-kind": "number"}, types.WORD, "1.10"),
    ({"of-kind": "number"}, types.WORD, True),
    (8000, types.PORT, {}),
    ({"a": {"b": 1}}, types.TREE, {"a": {"b": 2}}),
    ({"a": "b"}, types.WORD, "b"),
]
WRONG: list[tuple[Plain, str]] = [
    ({"at-lest": 1}, "a pattern is a value or one of"),
    ({"a": 1, "one-of": [1]}, "a pattern is a value or one of"),
    ({"one_of": [1]}, "a pattern is a value or one of"),
    ({}, "a pattern is a value or one of"),
    ({"at-least": 1, "at-most": 2}, "a pattern is a value or one of"),
    ({"one-of": []}, "one-of takes a list of values"),
    ({"one-of": 8000}, "one-of takes a list of values"),
    ({"matching": "("}, "matching: missing ), unterminated subpattern in '('"),
    ({"of-kind": "tag"}, "of-kind takes one of text, flag, number, list, mapping"),
]


@pytest.mark.parametrize(("written", "kind", "data"), HOLDS)
def test_pattern_matches_values_of_its_meaning(written: Plain, kind: Type, data: Plain) -> None:
    assert read_pattern(written).matches(kind, True, data)


@pytest.mark.parametrize(("written", "kind", "data"), HOLDS_NOT)
def test_pattern_does_not_match_other_values(written: Plain, kind: Type, data: Plain) -> None:
    assert not read_pattern(written).matches(kind, True, data)


@pytest.mark.parametrize("written", [written for written, _, _ in HOLDS])
def test_pattern_other_than_absent_matches_no_absent_value(written: Plain) -> None:
    assert not read_pattern(written).matches(types.WORD, False, None)


@pytest.mark.parametrize("written", ["absent", None])
def test_pattern_absent_or_null_matches_an_absent_value(written: Plain) -> None:
    assert read_pattern(written).matches(types.WORD, False, None)


@pytest.mark.parametrize(("written", "says"), WRONG)
def test_pattern_with_a_mistake_is_refused(written: Plain, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_pattern(written)
    said, found, _ = str(caught.value).partition(", found ")
    assert said == (f"{says} {', '.join(OPERATORS)}" if found else says)


@pytest.mark.parametrize("written", [written for written, _, _ in HOLDS])
def test_pattern_is_written_as_it_was_read(written: Plain) -> None:
    assert read_pattern(read_pattern(written).written) == read_pattern(written)


def test_pattern_of_null_is_absent() -> None:
    assert read_pattern(None) == Pattern("state", "absent")
