"""A service's own name in a text: only as a whole word between ``-_/.:``."""

from __future__ import annotations

import pytest

from deploylint.model.own_name import holds_word, with_service

WORDS = [
    ("api", True),
    ("api-env", True),
    ("my-api", True),
    ("my_api_env", True),
    ("acme/api:1.2", True),
    ("x.api.y", True),
    ("apis", False),
    ("myapi", False),
    ("my-apis", False),
    ("a pi", False),
    ("api env", False),
    ("api=env", False),
    ("", False),
    ("apiapi", False),
    ("apix-api", True),
    ("xapi-api", True),
]


@pytest.mark.parametrize(("text", "held"), WORDS)
def test_word_in_a_text_is_held_between_separators_only(text: str, held: bool) -> None:
    assert holds_word(text, "api") is held


@pytest.mark.parametrize(
    ("text", "names", "written"),
    [
        ("api-env", ("api",), "{service}-env"),
        ("api-api", ("api",), "{service}-{service}"),
        ("api/api/x-api", ("api",), "{service}/{service}/x-{service}"),
        ("apis-api", ("api",), "apis-{service}"),
        ("web", ("api",), "web"),
        ("apis", ("api",), "apis"),
        ("api-web-x", ("api-web", "api"), "{service}-x"),
        ("api-web-x", ("api", "api-web"), "{service}-web-x"),
        ("api", (), "api"),
        ("a.api:api_b", ("api",), "a.{service}:{service}_b"),
        ("aa-aa-aa", ("aa-aa",), "{service}-aa"),
    ],
)
def test_own_names_in_a_text_become_the_placeholder(
    text: str, names: tuple[str, ...], written: str
) -> None:
    assert with_service(text, names) == written
