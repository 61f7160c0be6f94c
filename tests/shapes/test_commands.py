"""A worker's command line: queues, concurrency, technology, program."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.nodes import Node, child
from deploylint.shapes.commands import Reading, is_variable, read_worker, words
from tests.shapes.samples import document


def command(line: str | Sequence[str]) -> Node:
    text = repr(line) if isinstance(line, str) else repr(list(line))
    found = child(document(f"command: {text}\n").roots[0], "command")
    assert found is not None
    return found


def reading(line: str, hint: str = "") -> Reading:
    return read_worker(words(command(line)), hint)


def said(line: str, field: str, hint: str = "") -> object:
    value = reading(line, hint).values.get(field)
    if value is None:
        return None
    return value.data if value.state == "known" else f"<{value.state}>"


LINES: list[tuple[str, str, object, object]] = [
    # the line, a hint of the technology, queues, concurrency
    ("celery -A app worker -Q a,b -c 4", "", ["a", "b"], 4),
    ("celery -A app worker -Qa,b -c4", "", ["a", "b"], 4),
    ("celery -A app worker --queues=a,b --concurrency=4", "", ["a", "b"], 4),
    ("celery -A app worker --queues a --concurrency 4", "", ["a"], 4),
    ("/usr/bin/celery -A app worker -Q a", "", ["a"], None),
    ("celery -A app worker -Q a -Q b", "", ["b"], None),
    ("celery -A app worker -c 2 --concurrency=8 -Q a", "", ["a"], 8),
    ("celery -A app worker -Q $(QUEUE) -c 4", "", "<unknown>", 4),
    ("celery -A app worker -Q a -c ${N}", "", ["a"], "<unknown>"),
    ("celery -A app worker --queues={{ .Values.q }}", "", "<unknown>", None),
    ("celery -A app worker -Q", "", "<unknown>", None),
    ("celery -A app worker", "", "<unknown>", None),
    ("celery -A app worker -Q a --concurrency=many", "", ["a"], "many"),
    ("sh -c 'celery -A app worker -Q a -c 4'", "", "<unknown>", "<unknown>"),
    ("/bin/bash -c run", "asynq", "<unknown>", "<unknown>"),
    ("./api worker --queue=a --concurrency=2", "asynq", ["a"], 2),
    ("./api worker -queue a -concurrency 2", "asynq", ["a"], 2),
    ("./api worker -queue=a -concurrency=2", "asynq", ["a"], 2),
    ("./api worker --queues=a,b", "asynq", ["a", "b"], None),
    ("./api worker --queue=a --concurrency=2", "", ["a"], 2),
    ("./api worker -Q a", "asynq", "<unknown>", None),
]


@pytest.mark.parametrize(("line", "hint", "queues", "concurrency"), LINES)
def test_what_a_command_line_consumes(
    line: str, hint: str, queues: object, concurrency: object
) -> None:
    assert said(line, "queues", hint) == queues
    assert said(line, "concurrency", hint) == concurrency


def test_a_program_can_say_its_technology_and_a_binary_cannot() -> None:
    assert said("celery -A app worker -Q a", "technology") == "celery"
    assert said("./api worker --queue=a", "technology", "asynq") is None


def test_the_program_and_the_first_word_that_is_no_option() -> None:
    assert said("./api worker --queue=a", "program") == "./api"
    assert said("celery -A app.celery_app worker -Q a", "mode") == "worker"


def test_an_option_near_a_known_one_is_told() -> None:
    found = reading("./api worker --queu=a", "asynq")
    assert [meant for _, meant in found.near_misses] == ["--queue"]
    assert found.values["queues"].state == "unknown"


def test_an_option_of_its_own_is_not_near() -> None:
    assert reading("./api worker --queue=a --verbose", "asynq").near_misses == ()


def test_no_word_says_nothing() -> None:
    assert read_worker([], "celery") == Reading({})


@pytest.mark.parametrize("text", ["[[a], b]", "{a: b}", "'an open \"quote'"])
def test_what_is_no_command_is_refused(text: str) -> None:
    node = child(document(f"command: {text}\n").roots[0], "command")
    assert node is not None
    with pytest.raises(ValueError, match=r"quot|command"):
        words(node)


@given(st.lists(st.text("abc-=,.", min_size=1), min_size=1))
def test_a_list_and_a_text_have_the_same_words(line: list[str]) -> None:
    one = [word.text for word in words(command(line))]
    assert one == [word.text for word in words(command(" ".join(line)))]


@given(st.lists(st.text("abcxyz", min_size=1), min_size=1, unique=True), st.integers(1, 99))
def test_every_spelling_of_queues_and_concurrency_means_the_same(
    queues: list[str], number: int
) -> None:
    joined = ",".join(queues)
    spellings = (f"-Q {joined} -c {number}", f"--queues={joined} --concurrency={number}")
    for spelling in spellings:
        line = f"celery -A app worker {spelling}"
        assert (said(line, "queues"), said(line, "concurrency")) == (queues, number)


@pytest.mark.parametrize("text", ["{{ x }}", "$(QUEUE)", "a-${B}"])
def test_what_is_filled_in_elsewhere(text: str) -> None:
    assert is_variable(text)
    assert not is_variable("$HOME {x}")
