"""What deploylint finds in files by itself: keys written twice, keys misspelt, comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
TYPE = "element: service.type, must: equal"
SERVICE = f"{IMAGE}service: {{type: A}}\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\na: 2\n", 3, "duplicate key 'a'; the first value is lost"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", 5, "duplicate key 'b'; the first value is lost"),
        ("a: {b: 1, b: 2}\n", 2, "duplicate key 'b'; the first value is lost"),
    ],
)
def test_duplicate_key_is_reported_at_the_last_one(
    text: str, line: int, message: str, folder: Path
) -> None:
    (found,) = check_texts(folder, SERVICE, IMAGE + text, only=("duplicate-key",))
    assert (found.file, found.line, found.message) == ("web", line, message)


def test_duplicate_key_in_two_mappings_is_not_reported(folder: Path) -> None:
    text = f"{IMAGE}a: {{b: 1}}\nc: {{b: 2}}\nd: [{{b: 1}}, {{b: 2}}]\n"
    assert check_texts(folder, SERVICE, text, only=("duplicate-key",)) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("livenesProbe: {httpGet: {path: /}}\n", "livenessProbe"),
        ("replicaCuont: 2\n", "replicaCount"),
    ],
)
def test_unknown_key_near_a_known_one_is_reported_with_the_known_one(
    text: str, meant: str, folder: Path
) -> None:
    (found,) = check_texts(folder, SERVICE, IMAGE + text, only=("unknown-key",))
    written = text.partition(":")[0]
    assert found.message == f"unknown key {written!r}; did you mean {meant!r}?"
    assert (found.file, found.line, found.status) == ("web", 2, "violation")


@pytest.mark.parametrize(
    ("key", "number", "reported"),
    [
        ("healthChecks", 2, 2),
        ("healthChecks", 3, 0),  # so many services have a key of their own chart
        ("replica_count", 3, 0),
        ("livenesProbe", 3, 3),  # no word: what was copied is a slip all the same
    ],
)
def test_unknown_key_that_is_a_word_of_its_own_is_reported_of_few_services(
    key: str, number: int, reported: int, folder: Path
) -> None:
    texts = [f"{IMAGE}{key}: {{enabled: true}}\n"] * number
    assert len(check_texts(folder, SERVICE, *texts, only=("unknown-key",))) == reported


@pytest.mark.parametrize(("number", "reported"), [(2, 2), (3, 0)])
def test_key_misplaced_in_an_element_is_reported_of_few_services(
    number: int, reported: int, folder: Path
) -> None:
    """A chart may have its number of pods among its resources."""
    texts = [f"{IMAGE}resources: {{replicas: 2, limits: {{cpu: 1}}}}\n"] * number
    found = check_texts(folder, SERVICE, *texts, only=("misplaced-key",))
    assert len(found) == reported


def test_unknown_key_near_none_is_not_reported(folder: Path) -> None:
    assert check_texts(folder, SERVICE, f"{IMAGE}mesh: {{on: 1}}\n", only=("unknown-key",)) == []


def test_extra_key_is_reported_on_either_side(folder: Path) -> None:
    texts = f"{IMAGE}mesh: {{a: 1}}\nboth: {{a: 1}}\n", f"{IMAGE}\nother: 1\nboth: {{b: 1}}\n"
    found = check_texts(folder, *texts, only=("same-structure",))
    assert [(row.file, row.line, row.message) for row in found] == [
        ("web", 1, "mesh is set in the reference and not here"),
        ("web", 3, "other is set here and not in the reference"),
        ("web", 4, "both.a is set in the reference and not here"),
        ("web", 4, "both.b is set here and not in the reference"),
    ]


@pytest.mark.parametrize(
    ("comment", "forbidden", "found"),
    [
        ("allow[tested: A -> B] because So agreed.", False, [("tested", "allowed")]),
        (
            "allow[tested] because so",
            False,
            [("malformed-directive", "violation"), ("tested", "violation")],
        ),
        (
            "allow[tested: A -> B] because So agreed.",
            True,
            [("forbidden-directive", "violation"), ("tested", "violation")],
        ),
        (
            "allow[tested] because so",
            True,
            [("malformed-directive", "violation"), ("tested", "violation")],
        ),
    ],
)
def test_directive_is_applied_or_reported(
    comment: str, forbidden: bool, found: list[tuple[str, str]], folder: Path
) -> None:
    peer = f"{IMAGE}service: {{type: B}}  # deploylint: {comment}\n"
    asked = check_texts(
        folder,
        SERVICE,
        peer,
        rule=TYPE,
        only=("malformed-directive", "forbidden-directive"),
        configuration=f"forbid-inline: {str(forbidden).lower()}\n",
    )
    assert sorted((row.rule, row.status) for row in asked) == found


def test_builtin_finding_is_allowed_by_its_value(folder: Path) -> None:
    allow = "allow: [{service: web, rule: duplicate-key, to: a, because: A tool writes it.}]\n"
    for text, status in (("a: 1\na: 2\n", "allowed"), ("b: 1\nb: 2\n", "violation")):
        (found,) = check_texts(
            folder, SERVICE, IMAGE + text, only=("duplicate-key",), configuration=allow
        )
        assert found.status == status
