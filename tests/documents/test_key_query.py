"""Key paths: how they are written, where they lead, and which are about which places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.key_query import (
    DEEP,
    EACH,
    ITEMS,
    KeyQuery,
    Step,
    by_merge_key,
    find_keys,
    parse_query,
    query_covers,
    query_text,
    steps_text,
)
from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read_text
from deploylint.model.secrets import scalar_or_text


def key(name: str) -> Step:
    return Step("key", name)


def item(name: str, value: str) -> Step:
    return Step("item", name, value)


FORMS = [
    # a key, of a key
    ("mesh.enabled", (key("mesh"), key("enabled"))),
    # an item of a list by its merge key, and by its number
    (
        "spec.containers[name=app].ports",
        (key("spec"), key("containers"), item("name", "app"), key("ports")),
    ),
    ("hosts[1].name", (key("hosts"), Step("number", "1"), key("name"))),
    # a key with dots, or what else is a sign, quoted
    ('annotations."acme.io/owner"', (key("annotations"), key("acme.io/owner"))),
    (r'a."b\"[c]\\"', (key("a"), key('b"[c]\\'))),
    ('ports[name="a]b"]', (key("ports"), item("name", "a]b"))),
    ('"Service/spec".type', (key("Service/spec"), key("type"))),
    # any one key or item
    ("workers.*.mesh", (key("workers"), EACH, key("mesh"))),
    ("spec.containers[*].image", (key("spec"), key("containers"), ITEMS, key("image"))),
    # any number of them
    ("**.tag", (DEEP, key("tag"))),
    ("mesh.**", (key("mesh"), DEEP)),
]


@pytest.mark.parametrize(("text", "steps"), FORMS)
def test_key_path_is_read_and_written_in_its_form(text: str, steps: tuple[Step, ...]) -> None:
    query = parse_query(text)
    assert query == KeyQuery("", steps)
    assert query_text(query) == text


def test_key_path_may_begin_at_a_kind_of_object() -> None:
    query = parse_query("Service/spec.type")
    assert query == KeyQuery("Service", (key("spec"), key("type")))
    assert query_text(query) == "Service/spec.type"


def test_several_of_any_depth_are_one() -> None:
    assert parse_query("a.**.**.b") == parse_query("a.**.b")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "a key is missing at its end"),
        ("a.", "a key is missing at its end"),
        ("Service/", "a key is missing at its end"),
        ("a..b", "character 3 is '.'"),
        (".a", "character 1 is '.'"),
        ("a[b]", "character 2 is '['"),
        ("a[name=b", "character 2 is '['"),
        ("a*", "character 2 is '*'"),
        ('a"b"', "character 2 is '\"'"),
        ('"a', "character 1 is '\"'"),
        ("a]", "character 2 is ']'"),
    ],
)
def test_text_that_is_not_a_key_path_is_refused(text: str, what: str) -> None:
    with pytest.raises(ValueError, match="is not a key path: ") as raised:
        parse_query(text)
    assert f"is not a key path: {what}; write keys with dots" in str(raised.value)


NAMES = st.text(min_size=1, max_size=5)


@given(st.lists(st.one_of(NAMES.map(key), st.builds(item, st.just("name"), NAMES)), min_size=1))
def test_any_key_is_read_as_it_was_written(steps: list[Step]) -> None:
    steps = [key("first"), *steps]
    assert parse_query(query_text(KeyQuery("", tuple(steps)))).steps == tuple(steps)


TEXT = """
mesh:
  enabled: true
  ports: [80, 81]
  "a.b": {tag: x}
containers:
- {name: app, image: {tag: z}, ports: [{containerPort: 1}]}
- {name: proxy}
loose:
- {name: one}
- {name: one}
empty:
"""


def found(path: str, text: str = TEXT) -> dict[str, object]:
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document)
    return {
        steps_text(one.steps): "<absent>"
        if one.node is None
        else (scalar_or_text(one.node) if one.node.is_scalar else plain(one.node))
        for one in find_keys(parse_query(path), document.roots[0])
    }


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("mesh.enabled", {"mesh.enabled": True}),
        ("mesh.mode", {"mesh.mode": "<absent>"}),
        ("mesh.enabled.x", {"mesh.enabled.x": "<absent>"}),
        ("none.at.all", {"none.at.all": "<absent>"}),
        ("empty", {"empty": None}),
        ("empty.x", {"empty.x": "<absent>"}),
        ('mesh."a.b".tag', {'mesh."a.b".tag': "x"}),
        ("mesh.ports[1]", {"mesh.ports[1]": 81}),
        ("mesh.ports[2]", {"mesh.ports[2]": "<absent>"}),
        ("mesh.ports[*]", {"mesh.ports[0]": 80, "mesh.ports[1]": 81}),
        ("containers[name=app].image.tag", {"containers[name=app].image.tag": "z"}),
        ("containers[name=other].image", {"containers[name=other].image": "<absent>"}),
        ("containers[0].image.tag", {"containers[0].image.tag": "z"}),
        (
            "containers[*].image.tag",
            {"containers[name=app].image.tag": "z", "containers[name=proxy].image.tag": "<absent>"},
        ),
        (
            "containers[*].ports[*].containerPort",
            {"containers[name=app].ports[containerPort=1].containerPort": 1},
        ),
        ("mesh[*]", {}),
        ("loose.*.name", {"loose[0].name": "one", "loose[1].name": "one"}),
        ("**.tag", {'mesh."a.b".tag': "x", "containers[name=app].image.tag": "z"}),
        ("none.*", {}),
        ("none.**", {}),
    ],
)
def test_key_path_leads_to_its_places(path: str, wanted: dict[str, object]) -> None:
    assert found(path) == wanted


def test_key_at_any_depth_leads_to_every_value() -> None:
    assert list(found("mesh.**")) == [
        "mesh.enabled",
        "mesh.ports[0]",
        "mesh.ports[1]",
        'mesh."a.b".tag',
    ]


@pytest.mark.parametrize(
    ("query", "path", "covers"),
    [
        ("mesh", "mesh", True),
        ("mesh", "mesh.enabled", True),
        ("mesh.enabled", "mesh", False),
        ("mesh.*", "mesh", True),
        ("mesh.*", "mesh.enabled.x", True),
        ("mesh.*.x", "mesh.enabled.y", False),
        ("mesh.**.x", "mesh.x", True),
        ("mesh.**.x", "mesh.a.b.x", True),
        ("mesh.**.x", "mesh.a.b", True),
        ("**.x", "a.b.c.x", True),
        ("a[*].b", "a[name=c].b", True),
        ("a[*].b", "a[0].b", True),
        ("a[*].b", "a.c.b", False),
        ("a.*.b", "a[name=c].b", True),
        ("a[name=c]", "a[name=d]", False),
        ("Service/spec", "Service/spec.type", True),
        ("Service/spec", "spec.type", False),
        ("spec", "Service/spec.type", False),
    ],
)
def test_key_path_covers_what_is_at_or_below_it(query: str, path: str, covers: bool) -> None:
    assert query_covers(parse_query(query), parse_query(path)) is covers


DEEP_PATH = ".".join(["a"] * 80)
MANY_DEPTHS = ".*.".join(["**"] * 12)


def test_many_of_any_depth_cover_a_long_path_in_little_time() -> None:
    assert query_covers(parse_query(f"{MANY_DEPTHS}.b"), parse_query(f"{DEEP_PATH}.b"))


def test_many_of_any_depth_lead_to_each_place_once_in_little_time() -> None:
    text = "{a: " * 80 + "1" + "}" * 80
    assert list(found(MANY_DEPTHS, text)) == [DEEP_PATH]
    assert list(found(f"{MANY_DEPTHS}.a.a", text)) == [
        ".".join(["a"] * depth) for depth in range(13, 81)
    ]


def test_item_at_any_depth_is_found_through_lists_of_lists() -> None:
    text = "a: [[{name: x, v: 1}], [{name: x, v: 2}]]"
    assert found("**[name=x].v", text) == {"a[0][name=x].v": 1, "a[1][name=x].v": 2}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ([{"name": "a", "x": 1}], {"[name=a]": {"name": "a", "x": 1}}),
        ([{"port": 1}, {"port": 2}], {"[port=1]": {"port": 1}, "[port=2]": {"port": 2}}),
        ([{"name": "a"}, {"name": "a"}], [{"name": "a"}, {"name": "a"}]),
        (
            [{"name": "a", "port": 1}, {"port": 2}],
            {"[port=1]": {"name": "a", "port": 1}, "[port=2]": {"port": 2}},
        ),
        ([{"x": 1}], [{"x": 1}]),
        (["a", "b"], ["a", "b"]),
        ([], []),
        ([{"name": "a"}, "b"], [{"name": "a"}, "b"]),
        ({"a": [{"name": "b"}]}, {"a": {"[name=b]": {"name": "b"}}}),
        ("text", "text"),
    ],
)
def test_list_with_a_merge_key_is_a_mapping(data: object, wanted: object) -> None:
    assert by_merge_key(data) == wanted
    assert by_merge_key(wanted) == wanted
