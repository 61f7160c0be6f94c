"""Types: one meaning has one normal form, however it is written, and another meaning another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.model import types
from deploylint.model.types import Plain, Type, choice, prune

EQUAL: list[tuple[Type, Plain, Plain]] = [
    (types.WORD, "8080", 8080),
    (types.WORD, "true", True),
    (types.WORD, "null", None),
    (types.NAMES, ["a", "b"], ["b", "a", "a"]),
    (types.NAMES, "a", ["a"]),
    (types.NUMBER, "3", 3),
    (types.NUMBER, 3.0, 3),
    (types.NUMBER, "2.0", 2),
    (types.NUMBER, "1e3", 1000),
    (types.NUMBER, "1E3", 1000),
    (types.SCALE_TARGET, "80", 80),
    (types.SCALE_TARGET, "500m on average", "0.5 on average"),
    (types.CPU, "500m", 0.5),
    (types.CPU, "1", 1),
    (types.MEMORY, "1Gi", "1024Mi"),
    (types.MEMORY, "1e3", 1000),
    (types.MEMORY, " 1Gi ", "1Gi"),
    (types.DURATION, "1m30s", 90),
    (types.DURATION, "500ms", 0.5),
    (types.SECONDS, "30", 30),
    (types.DURATION, "30", 30),
    (types.DURATION, "1.5m", 90),
    (types.DURATION, "1d2h", 93600),
    (types.PORT, "8000", 8000),
    (types.PORT, "65535", 65535),
    (types.OPEN_PORT, "1", 1),
    (types.OPEN_PORT, "http", "http"),
    (types.TASKS, "auto", "auto"),
    (types.NODE_CPU, "256", 256),
    (types.POD_MEMORY, "64Ki", 65536),
    (types.POD_MEMORY, "0", 0),
    (types.FLAG, "true", True),
    (types.FLAG, "False", False),
    (types.COMMAND, "a 'b c'", ["a", "b c"]),
    (types.COMMAND, ["a", 8080], ["a", "8080"]),
    (types.TREE, {"a": 1, "b": None, "c": {}}, {"a": 1}),
    (types.TREE, {"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (types.REGISTRY, "localhost:5000", "localhost:5000"),
    (types.REPOSITORY, "localhost:5000/acme/api", "localhost:5000/acme/api"),
    (types.REPOSITORY, "API_IMAGE", "API_IMAGE"),
    (types.REPOSITORY, "<registry>/Api", "<registry>/Api"),
    (types.TAG, "#{Build Id}#", "#{Build Id}#"),
]
DIFFERENT: list[tuple[Type, Plain, Plain]] = [
    (types.WORD, "a", "A"),
    (types.NAMES, ["a"], ["a", "b"]),
    (types.NUMBER, 1, 2),
    (types.CPU, "1", "1m"),
    (types.MEMORY, "512M", "512Mi"),
    (types.DURATION, "1m", "1ms"),
    (types.PORT, "http", "https"),
    (types.FLAG, True, False),
    (types.COMMAND, ["a b"], ["a", "b"]),
    (types.TREE, {"a": "1"}, {"a": 1}),
    (types.TREE, {"a": True}, {"a": 1}),
    (types.TREE, ["a", "b"], ["b", "a"]),
    (choice("Always", "Never"), "Always", "Never"),
    (types.PULL_POLICY, "Always", "Never"),
    (types.OPEN_PORT, 80, 81),
    (types.AS_WRITTEN, True, False),
    (types.AS_WRITTEN, True, None),
    (types.AS_WRITTEN, True, 1),
    (types.AS_WRITTEN, False, "false"),
    (types.AS_WRITTEN, None, "null"),
]
NOT_OF_TYPE: list[tuple[Type, Plain]] = [
    (types.WORD, {}),
    (types.WORD, ["a"]),
    (types.NAMES, [{"name": "a"}]),
    (types.NUMBER, "many"),
    (types.NUMBER, True),
    (types.NUMBER, None),
    (types.NUMBER, "nan"),
    (types.NUMBER, 1.5),
    (types.NUMBER, -1),
    (types.TASKS, "many"),
    (types.NUMBER, "1e999"),
    (types.CPU, "half"),
    (types.CPU, False),
    (types.CPU, []),
    (types.MEMORY, "1 Gi"),
    (types.DURATION, "soon"),
    (types.DURATION, "3 minutes"),
    (types.SECONDS, "15s"),
    (types.SECONDS, 0.5),
    (types.PORT, 80.5),
    (types.PORT, 65536),
    (types.CPU, "-1"),
    (types.NODE_CPU, "257"),
    (types.POD_MEMORY, 65535),
    (types.POD_MEMORY, "1"),
    (types.CAPABILITY, "AL"),
    (choice("Always", "Never"), "always"),
    (types.SCHEME, "ftp"),
    (types.PORT, None),
    (types.REGISTRY, "https:"),
    (types.REPOSITORY, "https://acme.example/api"),
    (types.REPOSITORY, "acme/api:1.2.0"),
    (types.REPOSITORY, "acme/ api"),
    (types.REPOSITORY, "acme/Api"),
    (types.TAG, "1.2.0 "),
    (types.TAG, "1.2.0/x"),
    (types.FLAG, "yes"),
    (types.FLAG, 1),
    (types.COMMAND, {}),
    (types.COMMAND, "a 'b"),
]


@pytest.mark.parametrize(("kind", "one", "other"), EQUAL)
def test_value_of_one_meaning_has_one_normal_form(kind: Type, one: Plain, other: Plain) -> None:
    assert kind.normalise(one) == kind.normalise(other)


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_values_of_two_meanings_have_two_normal_forms(kind: Type, one: Plain, other: Plain) -> None:
    assert kind.normalise(one) != kind.normalise(other)


@pytest.mark.parametrize(("kind", "data"), NOT_OF_TYPE)
def test_value_of_another_type_is_refused(kind: Type, data: Plain) -> None:
    with pytest.raises(ValueError):
        kind.normalise(data)


TAGS = "a tag has letters, digits, '_', '.' and '-' only"
BEGIN = "a tag begins with a letter, a digit or '_'"
COLON, COLONS = (
    "a tag has no colon, and a digest 64 digits of 0-9 and a-f",
    ("1.2.0:latest", "sha256:abc", "1.2.0@sha256:abcd"),
)
DIGESTS = "a digest is sha256: and 64 digits of 0-9 and a-f"
NO_DIGESTS = ("sha256:abc", "md5:" + "a" * 32, "sha256:" + "g" * 64, "1.4.2")

REFUSALS: list[tuple[Type, Plain, str]] = [
    (types.WORD, ["a"], "a word was expected, found a list"),
    (types.NUMBER, "many", "a number was expected, found 'many'"),
    (types.NUMBER, 1.5, "a whole number was expected, found 1.5"),
    (types.TASKS, 1.5, "a whole number was expected, found 1.5"),
    (types.SECONDS, 0.5, "a whole number of seconds was expected, found 0.5"),
    (types.DURATION, "soon", "a duration such as 30s or 1m30s was expected, found 'soon'"),
    (types.OPEN_PORT, 0, "a port is a number from 1 to 65535, found 0"),
    (types.PORT, 65536, "65536 is above 65535, the highest port"),
    (types.FLAG, "yes", "a true or false was expected, found 'yes'"),
    (types.NODE_CPU, "257", "257 CPUs are more than a node has; did you mean 257m?"),
    (types.POD_MEMORY, 512, "512 is less than 64Ki; did you mean 512Mi?"),
    (types.POD_MEMORY, "512m", "512m is less than 64Ki; did you mean 512Mi?"),
    (types.REGISTRY, "https:", "'https:' in an image's name: it has no https://"),
    (types.REPOSITORY, "acme/ api", "'acme/ api' in an image's name: it has no spaces"),
    (types.REPOSITORY, "acme/api:1", "'acme/api:1' in an image's name: the tag is apart"),
    (types.REPOSITORY, "acme/Api", "'acme/Api' in an image's name: it has no capital letters"),
    *((types.TAG, tag, f"{tag!r} in an image's name: {TAGS}") for tag in ("1/x", "1.2+b")),
    (types.TAG, "-1.2.0", f"'-1.2.0' in an image's name: {BEGIN}"),
    *((types.TAG, tag, f"{tag!r} in an image's name: {COLON}") for tag in COLONS),
    *((types.DIGEST, digest, f"{digest!r} in an image's name: {DIGESTS}") for digest in NO_DIGESTS),
]


@pytest.mark.parametrize(
    "tag", ["1.2.0@sha256:" + "a" * 64, "@sha256:" + "a" * 64, "@TAG@", "$A:1", "12:30"]
)
def test_tag_with_a_digest_and_one_that_is_filled_in_are_taken(tag: str) -> None:
    assert types.TAG.normalise(tag) == tag


@pytest.mark.parametrize(("kind", "data", "words"), REFUSALS)
def test_value_of_another_type_is_refused_with_what_was_expected(
    kind: Type, data: Plain, words: str
) -> None:
    with pytest.raises(ValueError) as error:
        kind.normalise(data)
    assert str(error.value) == words


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (types.PULL_POLICY, "Always IfNotPresent Never"),
        (types.RESTART_POLICY, "Always Never OnFailure"),
        (types.SECCOMP, "Localhost RuntimeDefault Unconfined"),
        (types.SERVICE_TYPE, "ClusterIP ExternalName LoadBalancer NodePort"),
        (types.STRATEGY, "OnDelete Recreate RollingUpdate"),
    ],
)
def test_type_has_the_words_that_the_api_server_takes(kind: Type, words: str) -> None:
    assert kind.words == tuple(words.split())


SETS = st.frozensets(st.sampled_from("abcd"))
SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
TREES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below),
    max_leaves=8,
)
WORDS = st.text(max_size=8)
ANY = TREES | st.floats() | WORDS

KINDS: dict[Type, st.SearchStrategy[Plain]] = {
    types.WORD: WORDS,
    types.NAMES: st.lists(WORDS),
    types.NUMBER: st.integers(min_value=0),
    types.SECONDS: st.integers(min_value=0),
    types.DURATION: st.integers(min_value=0) | st.integers(0, 999).map(lambda n: f"{n}ms"),
    types.PORT: st.integers(1, 65535) | st.from_regex(r"[a-z]+", fullmatch=True),
    types.FLAG: st.booleans(),
    types.COMMAND: st.lists(WORDS),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(data=st.data())
def test_normalising_twice_changes_nothing(kind: Type, data: st.DataObject) -> None:
    once = kind.normalise(data.draw(KINDS[kind]))
    assert kind.normalise(once) == once


NUMBERS = st.integers(0, 10**9)
CHANGED: dict[Type, st.SearchStrategy[tuple[Plain, Plain]]] = {
    types.WORD: WORDS.map(lambda word: (word, word + "x")),
    types.NAMES: st.lists(WORDS).map(lambda names: (names, [*names, "another"])),
    types.FEWER_NAMES: st.lists(WORDS).map(lambda names: (names, [*names, "another"])),
    types.NUMBER: NUMBERS.map(lambda n: (n, n + 1)),
    types.CPU: NUMBERS.map(lambda n: (f"{n}m", f"{n + 1}m")),
    types.MEMORY: NUMBERS.map(lambda n: (f"{n}Mi", f"{n}M") if n else ("1Mi", "1M")),
    types.DURATION: NUMBERS.map(lambda n: (f"{n}s", n + 1)),
    types.PORT: st.integers(0, 65534).map(lambda n: (n, str(n + 1))),
    types.FLAG: st.booleans().map(lambda flag: (flag, not flag)),
    types.COMMAND: st.lists(WORDS).map(lambda words: (words, [*words, "x"])),
    types.TREE: TREES.map(lambda tree: ({"a": tree}, {"a": tree, "another": 1})),
}


@pytest.mark.parametrize("kind", CHANGED, ids=lambda kind: kind.name)
@given(data=st.data())
def test_normal_form_of_a_changed_value_is_another(kind: Type, data: st.DataObject) -> None:
    one, other = data.draw(CHANGED[kind])
    assert kind.normalise(one) != kind.normalise(other)


@given(TREES)
def test_tree_pruned_twice_is_the_same(data: Plain) -> None:
    assert prune(prune(data)) == prune(data)


EVERY = [kind for kind in vars(types).values() if isinstance(kind, Type)]


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.name)
@given(ANY)
def test_type_normalises_or_refuses_any_data(kind: Type, data: Plain) -> None:
    try:
        form = kind.normalise(data)
    except ValueError:
        return
    hash(form)


ORDERED = {
    types.NAMES: SETS,
    types.FEWER_NAMES: SETS,
    types.FLAG_TRUE: st.booleans(),
    types.FLAG_FALSE: st.booleans(),
    types.TREE: TREES.map(types.TREE.normalise),
    types.AS_WRITTEN: TREES.map(types.AS_WRITTEN.normalise),
}


def test_type_order_cases_cover_every_order() -> None:
    assert set(ORDERED) == {kind for kind in EVERY if kind.more is not None}


@pytest.mark.parametrize("kind", ORDERED, ids=lambda kind: kind.name)
@given(data=st.data())
def test_type_order_is_an_order(kind: Type, data: st.DataObject) -> None:
    assert kind.more is not None
    one, other, third = (data.draw(ORDERED[kind]) for _ in range(3))
    assert kind.more(one, one)
    if kind.more(one, other) and kind.more(other, third):
        assert kind.more(one, third)
    if kind not in types.TREES and kind.more(one, other) and kind.more(other, one):
        assert one == other


@pytest.mark.parametrize(
    ("kind", "more", "less"),
    [
        (types.NAMES, ["a", "b"], ["a"]),
        (types.NAMES, ["ALL"], ["NET_RAW"]),
        (types.FEWER_NAMES, ["CHOWN"], ["ALL"]),
        (types.FEWER_NAMES, ["a"], ["a", "b"]),
        (types.FLAG_TRUE, True, False),
        (types.FLAG_FALSE, False, True),
        (types.TREE, {"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}),
        (types.TREE, ["a", "b"], ["b"]),
        (types.AS_WRITTEN, {"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}),
        (types.AS_WRITTEN, [{"name": "a"}, {"name": "b", "x": 1}], [{"name": "b"}]),
    ],
)
def test_type_order_has_its_direction(kind: Type, more: Plain, less: Plain) -> None:
    assert kind.more is not None
    assert kind.more(kind.normalise(more), kind.normalise(less))
    assert not kind.more(kind.normalise(less), kind.normalise(more))


def test_types_have_the_names_that_documents_and_readers_know() -> None:
    names = {one.name for one in EVERY if one is not types.AS_WRITTEN}
    assert names == set(NAMES_OF_TYPES.split())


NAMES_OF_TYPES = """
application capability choice command cpu duration flag flags memory modules name names number port
ports programs routes seconds tree word
"""


@pytest.mark.parametrize(
    "kind", [*types.SIZES, types.NODE_CPU, types.POD_MEMORY, types.SCRAPE_INTERVAL, types.PORTS]
)
def test_size_timing_and_ports_are_no_matter_of_a_majority(kind: Type) -> None:
    assert not kind.voted
    assert types.NAME.voted
