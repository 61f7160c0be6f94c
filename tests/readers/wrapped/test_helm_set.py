"""Values given by their keys mean what ``helm --set`` makes of them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.nodes import Node, child, plain, span
from deploylint.readers.wrapped.helm_set import MAX_NESTED, parse_key, parse_value, with_value
from tests.support.values import document

KEYS: list[tuple[str, tuple[str | int, ...]]] = [
    ("tag", ("tag",)),
    ("image.tag", ("image", "tag")),
    ("env[0].name", ("env", 0, "name")),
    ("a[1][2]", ("a", 1, 2)),
    (r"podAnnotations.prometheus\.io/scrape", ("podAnnotations", "prometheus.io/scrape")),
    (r"a\[0\]", ("a[0]",)),
    ("a b.c", ("a b", "c")),
]


@pytest.mark.parametrize(("name", "keys"), KEYS)
def test_helm_set_name_is_its_keys(name: str, keys: tuple[str | int, ...]) -> None:
    assert parse_key(name) == keys


NO_KEYS = [
    "",
    ".a",
    "a.",
    "a..b",
    "[0]",
    "a[x]",
    "a[-1]",
    "a[0]b",
    "a.[0]",
    "a=b",
    "a,b",
    "a]",
    "\\",
]


@pytest.mark.parametrize("name", NO_KEYS)
def test_helm_set_invalid_key_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="invalid key"):
        parse_key(name)


def test_helm_set_key_that_is_too_deep_is_refused() -> None:
    with pytest.raises(ValueError, match="has 31 levels; at most 30"):
        parse_key(".".join("a" * (MAX_NESTED + 1)))


def given_text(text: str) -> Node:
    found = child(document(f"value: '{text}'\n").roots[0], "value")
    assert found is not None
    return found


TYPED: list[tuple[str, object]] = [
    # typedVal in Helm's pkg/strvals
    ("1.10", "1.10"),
    ("8080", 8080),
    ("-5", -5),
    ("+5", 5),
    ("0", 0),
    ("007", "007"),
    ("1e3", "1e3"),
    ("9223372036854775807", 2**63 - 1),
    ("9223372036854775808", "9223372036854775808"),
    ("true", True),
    ("TRUE", True),
    ("yes", "yes"),
    ("null", None),
    ("", ""),
    ("a,b", "a,b"),
    (r"a\,b", "a,b"),
    ("{a,b}", ["a", "b"]),
    (r"{a\,b,1}", ["a,b", 1]),
    ("[]", []),
    ("{{ .x }}", "{{ .x }}"),
]


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_helm_set_value_is_that_of_helm(text: str, value: object) -> None:
    found = plain(parse_value(given_text(text)))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["8080", "true", "null", "1.10"])
def test_helm_set_forced_text_is_a_text(text: str) -> None:
    assert plain(parse_value(given_text(text), as_text=True)) == text


def test_helm_set_value_has_its_position() -> None:
    at = span(parse_value(given_text("8080")))
    assert (at.line, at.column) == (1, 8)


def set_in(text: str, name: str, value: str) -> object:
    root = document(text).roots[0] if text else None
    key = given_text("key")
    return plain(with_value(root, parse_key(name), key, parse_value(given_text(value))))


LAID: list[tuple[str, str, str, object]] = [
    ("", "a.b", "1", {"a": {"b": 1}}),
    ("a: {b: 0, c: 2}\n", "a.b", "1", {"a": {"b": 1, "c": 2}}),
    ("a: text\n", "a.b", "1", {"a": {"b": 1}}),
    ("a: [{b: 0, c: 2}, x]\n", "a[0].b", "1", {"a": [{"b": 1, "c": 2}, "x"]}),
    ("a: [x]\n", "a[2]", "1", {"a": ["x", None, 1]}),
    ("a: {b: 1}\n", "a", "null", {"a": None}),
]


@pytest.mark.parametrize(("text", "name", "value", "result"), LAID)
def test_helm_set_value_is_merged_into_existing_values(
    text: str, name: str, value: str, result: object
) -> None:
    assert set_in(text, name, value) == result


def test_helm_set_list_is_bounded() -> None:
    with pytest.raises(ValueError, match="item 60000 of a list that has 0"):
        set_in("", "a[60000]", "1")


names = st.lists(st.text("ab.[],=\\/ ", min_size=1, max_size=5), min_size=1, max_size=4)


@given(names)
def test_helm_set_escaped_name_is_its_keys(keys: list[str]) -> None:
    def escaped(key: str) -> str:
        return "".join(f"\\{sign}" if sign in ".[],=\\" else sign for sign in key)

    assert parse_key(".".join(map(escaped, keys))) == tuple(keys)


@given(st.text("ab.[]0,=\\", max_size=12))
def test_helm_set_any_text_is_a_key_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_key(text)
