"""A service's own name in a text: only as a whole word between ``-_/.:``."""

from __future__ import annotations

import pytest

from deploylint.model.own_name import (
    NameAlignment,
    data_with_service,
    holds_word,
    own_port,
    with_service,
)

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
    ("xapi", False),
    ("apix", False),
]


@pytest.mark.parametrize(("text", "held"), WORDS)
def test_word_in_a_text_is_held_between_separators_only(text: str, held: bool) -> None:
    assert holds_word(text, "api") is held


@pytest.mark.parametrize(
    ("data", "address"),
    [
        ("{service.target-port}", "service.target-port"),
        ("{service.port}", "service.port"),
        ("{service}", ""),
        ("service.port", ""),
        ("x{service.port}", ""),
        (8080, ""),
        (None, ""),
    ],
)
def test_data_in_place_of_a_port_names_its_address(data: object, address: str) -> None:
    assert own_port(data) == address


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


ALIGNED = [
    # data, the same of another service, and the first as the other would write it
    ("api-sa", "web-sa", "web-sa"),
    ("api-sa", "shop-sa", "api-sa"),
    ("api-sa", "api-sa", "api-sa"),
    ({"a": "api", "b": 1}, {"a": "web", "b": 2}, {"a": "web", "b": 1}),
    ({"a": "api"}, {"b": "web"}, {"a": "api"}),
    (["api", "db"], ["web", "db"], ["web", "db"]),
    (["api", "db"], ["db", "web"], ["web", "db"]),
    ([{"app": "api", "x": 1}], [{"app": "web", "x": 2}], [{"app": "web", "x": 1}]),
    ([{"app": "api"}, "b"], ["b", {"app": "web"}], [{"app": "web"}, "b"]),
    (["api"], [], ["api"]),
    (
        {"[name=api]": {"name": "api"}},
        {"[name=web]": {"name": "web"}},
        {"[name=web]": {"name": "web"}},
    ),
    ({"[port=80]": "api"}, {"[port=80]": "web"}, {"[port=80]": "web"}),
    ({"[name=api]": 1}, {"[name=shop]": 1}, {"[name=api]": 1}),
    (  # an item that the other has by the same key is that one
        {"[name=api]": "api"},
        {"[name=web]": "shop", "[name=api]": "web"},
        {"[name=api]": "web"},
    ),
    (  # an item that is nowhere is beside the one in its own place
        ["db", {"app": "api", "x": 1}],
        [{"app": "shop"}, {"app": "web", "x": 2}],
        ["db", {"app": "web", "x": 1}],
    ),
    (True, "web", True),
    ({"a": "api"}, ["web"], {"a": "api"}),
]


@pytest.mark.parametrize(("data", "other", "wanted"), ALIGNED)
def test_free_form_data_is_aligned_where_only_own_names_differ(
    data: object, other: object, wanted: object
) -> None:
    assert NameAlignment(("api",), ("web",)).aligned(data, other) == wanted


@pytest.mark.parametrize(
    ("place", "own", "wanted"),
    [(99, 0, "web"), (100, 0, "api"), (101, 100, "api"), (101, 101, "web")],
)
def test_item_of_a_list_is_compared_with_the_first_hundred_and_the_one_in_its_place(
    place: int, own: int, wanted: str
) -> None:
    others: list[object] = [f"other-{number}" for number in range(102)]
    others[place] = "web"
    items = [f"item-{number}" for number in range(own)]
    assert NameAlignment(("api",), ("web",)).aligned([*items, "api"], others) == [*items, wanted]


def test_free_form_data_has_own_names_as_the_placeholder_in_its_texts() -> None:
    data = {"api": ["api-sa", 1, {"x": "api", "y": True}]}
    wanted = {"api": ["{service}-sa", 1, {"x": "{service}", "y": True}]}
    assert data_with_service(data, ("api",)) == wanted
