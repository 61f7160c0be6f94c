"""A worker's command line: queues, concurrency, technology, program."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.nodes import Node, child
from deploylint.model.service import CommandLine
from deploylint.model.templates import is_variable
from deploylint.readers.commands import shell
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.worker import (
    WorkerCommand,
    read_worker,
    subcommand_faults,
    words,
)
from tests.support.projects import deployment, report, write
from tests.support.values import document


def command(line: str | Sequence[str]) -> Node:
    found = child(document(f"command: {json.dumps(line)}\n").roots[0], "command")
    assert found is not None
    return found


def reading(line: str, hint: str = "") -> WorkerCommand:
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
    ("sh -c 'celery -A app worker -Q a -c 4'", "", ["a"], 4),
    ("/bin/bash -c run", "asynq", "<unknown>", "<unknown>"),
    ("./api worker --queue=a --concurrency=2", "asynq", ["a"], 2),
    ("./api worker -queue a -concurrency 2", "asynq", ["a"], 2),
    ("./api worker -queue=a -concurrency=2", "asynq", ["a"], 2),
    ("./api worker --queues=a,b", "asynq", ["a", "b"], None),
    ("./api worker --queue=a --concurrency=2", "", ["a"], 2),
    ("./api worker -Q a", "asynq", "<unknown>", None),
    # a Go binary: a mode flag, one of its own, priorities, what the program alone decides
    ("./api -mode=worker -queue a -concurrency 2", "asynq", ["a"], 2),
    ("./api --queues=a:6,b:3", "asynq", ["a", "b"], None),
    ("./api --queues a=6,b=3", "asynq", ["a", "b"], None),
    ("./api --queues 'a, b'", "asynq", ["a", "b"], None),
    ("./api '--queue= a'", "asynq", [" a"], None),
    ("./api '--queues=a , b '", "", ["a", "b "], None),
    ("./api --queues a:1,b:0", "asynq", ["a"], None),
    ("./api --queues=a:b", "asynq", ["a:b"], None),
    ("""./api --queues '{"a": 6, "b": 3}'""", "asynq", ["a", "b"], None),
    ("""./api --queues '{"a": {}}'""", "asynq", "<unknown>", None),
    ("./api --queues ,", "asynq", "<unknown>", None),
    ("./api worker --queue=a --queue=a", "asynq", ["a"], None),
    ("./api worker --queue=a --queue=b", "asynq", "<unknown>", None),
    ("./api worker --queue=a --concurrency=0", "asynq", ["a"], "<unknown>"),
    ("./api --config /etc/api.yaml worker --queue=a", "asynq", ["a"], None),
    ("./worker", "asynq", "<unknown>", "<unknown>"),
    ("./api worker", "asynq", "<unknown>", "<unknown>"),
    ("go run ./cmd/worker -queue=a", "asynq", ["a"], None),
    ("WORKER_QUEUES=a:6,b ASYNQ_CONCURRENCY=3 ./worker", "asynq", ["a", "b"], 3),
    ("WORKER_QUEUES=a ./worker -queue=a", "asynq", ["a"], None),
    ("WORKER_QUEUES=a ./worker -queue=b", "asynq", "<unknown>", None),
    ("WORKER_QUEUES=a ./worker", "", "<unknown>", "<unknown>"),
    ("sh -c './api worker & WORKER_QUEUES=a'", "asynq", "<unknown>", "<unknown>"),
    # other technologies, whose queues are not read
    ("arq app.WorkerSettings", "", "<unknown>", None),
    ("rqworker high default", "", ["high", "default"], None),
    ("rq worker -u redis://r mail sms", "", ["mail", "sms"], None),
    ("rq worker", "", ["default"], None),
    ("rq worker --config app.settings", "", "<unknown>", None),
    ("rq worker $QUEUES", "", "<unknown>", "<unknown>"),
    ("python -m rq.cli worker mail --burst --max-jobs 5", "", ["mail"], None),
    ("dramatiq app.tasks --queues mail sms -p 2", "", ["mail", "sms"], 8),
    ("dramatiq --queues mail sms -- app.tasks", "", ["mail", "sms"], 8),
    ("dramatiq app.tasks --queues mail,sms", "", ["mail,sms"], 8),
    ("dramatiq app.tasks --queues mail --queues sms", "", ["sms"], 8),
    ("dramatiq app.tasks", "", "<unknown>", 8),
    ("dramatiq app.tasks $OPTIONS", "", "<unknown>", "<unknown>"),
    ("dramatiq app.tasks --queue mail sms --proc 2 --threads 4", "", ["mail", "sms"], 4),
    ("python manage.py rundramatiq --queues mail sms -t 4", "", ["mail", "sms"], 4),
    ("python manage.py rqworker mail sms --settings app.settings", "", ["mail", "sms"], None),
    ("./manage.py rqworker", "", ["default"], None),
    ("django-admin rqworker-pool mail --num-workers 3", "", ["mail"], None),
    ("python manage.py runserver worker", "", "<unknown>", "<unknown>"),
    ("rq worker-pool mail sms -n 3", "", ["mail", "sms"], None),
    ("bundle exec sidekiq -q mail -q sms,2 -c 5", "", ["mail", "sms"], 5),
    ("bin/sidekiq --queue mail --conc 5 -c 7", "", ["mail"], 7),
    ("sidekiq -q mail,sms", "", ["mail"], None),
    ("sidekiq -q mail -q $QUEUE", "", "<unknown>", None),
    ("RAILS_MAX_THREADS=3 sidekiq -C config/mail.yml", "", "<unknown>", 3),
    ("./worker --task-queue=a", "", ["a"], None),
    ("php artisan queue:work --queue-name=a", "", ["a"], None),
    ("airflow celery worker -q a,b -c 4", "", ["a", "b"], 4),
    ("airflow celery worker --queue=a --conc 4", "", ["a"], 4),
    # what starts another program
    ("tini -g -- celery -A app worker -Q a", "", ["a"], None),
    ("/usr/bin/dumb-init -- celery -A app worker -Q a", "", ["a"], None),
    ("python -m celery -A app worker -Q a", "", ["a"], None),
    ("python3.12 -u -W ignore -m celery worker -Q a", "", ["a"], None),
    ("python -c 'print()' -Q a", "", "<unknown>", "<unknown>"),
    ("python worker.py --queue=a", "", ["a"], None),
    ("uv run --frozen --extra x celery worker -Q a", "", ["a"], None),
    ("poetry run celery worker -Q a", "", ["a"], None),
    ("pipenv run celery worker -Q a", "", ["a"], None),
    ("poetry install -Q a", "", "<unknown>", None),
    ("opentelemetry-instrument --service_name x ddtrace-run celery worker -Q a", "", ["a"], None),
    ("newrelic-admin run-program celery worker -Q a", "", ["a"], None),
    ("nautobot-server celery worker -Q a", "", ["a"], None),
    ("timeout -k 5 30 nice -n5 celery worker -Q a", "", ["a"], None),
    ("gosu app celery worker -Q a", "", ["a"], None),
    ("watchmedo auto-restart -d . -R -p '*.py' -- celery worker -Q a", "", ["a"], None),
    ("watchfiles --filter python 'celery worker -Q a' src", "", ["a"], None),
    ("env -u X Y=1 celery worker -Q a", "", ["a"], None),
    ("/entrypoint.sh celery worker -Q a", "", ["a"], None),
    ("/entrypoint.sh tini -- celery worker -Q a", "", ["a"], None),
    ("/entrypoint.sh worker", "celery", "<unknown>", "<unknown>"),
    ("tini --of-its-own celery worker -Q a", "", "<unknown>", "<unknown>"),
    ("exec " * 100 + "celery worker -Q a", "", "<unknown>", "<unknown>"),
    # scripts of a shell
    ("sh -c 'exec celery worker -Q a'", "", ["a"], None),
    ("/bin/sh -ec 'cd /app && . env.sh && exec celery worker -Q a'", "", ["a"], None),
    ("bash -o pipefail -euxc 'celery worker -Q a 2>&1 | tee log'", "", ["a"], None),
    ("bash -c 'celery worker -Q a & celery beat & wait'", "", ["a"], None),
    ("bash -c 'celery worker -Q a & celery worker -Q b'", "", "<unknown>", "<unknown>"),
    ("bash -c './migrate; ./serve'", "asynq", "<unknown>", "<unknown>"),
    ("sh -c './api migrate && ./api worker --queue=a'", "asynq", ["a"], None),
    ("./api migrate && exec ./api worker --queue=a", "asynq", ["a"], None),
    ("sh -c 'if x; then celery worker -Q a; fi'", "", "<unknown>", "<unknown>"),
    ("sh -c 'cat <<E\ncelery worker -Q a\nE'", "", "<unknown>", "<unknown>"),
    ('sh -c "an open \'quote"', "", "<unknown>", "<unknown>"),
    ("sh -c '# a note\ncelery worker \\\n  -Q a'", "", ["a"], None),
    ("sh -c 'Q=a; celery worker -Q $Q'", "", ["a"], None),
    ("sh -c 'export Q=a && celery worker -Q \"${Q}\"'", "", ["a"], None),
    ("sh -c 'export CELERY_WORKER_QUEUES=a && celery worker'", "", ["a"], None),
    ("sh -c 'Q=a celery worker -Q $Q'", "", "<unknown>", None),
    ("sh -c 'celery worker -Q ${Q:-a} -c ${N:-4}'", "", "<unknown>", "<unknown>"),
    ("sh -c 'celery worker -Q $(cat queues) -c `nproc`'", "", "<unknown>", "<unknown>"),
    ("sh -c 'celery worker -Q a $EXTRA'", "", ["a"], "<unknown>"),
    ("sh -c 'Q=\"a -c 4\"; celery worker -Q $Q'", "", "<unknown>", None),
    ("sh -c \"sh -c 'celery worker -Q a'\"", "", ["a"], None),
    ("sh start.sh", "celery", "<unknown>", "<unknown>"),
    ("sh", "celery", "<unknown>", "<unknown>"),
    # what Celery does beside working
    ("celery multi start 3 -c 3 -Q a", "", "<unknown>", "<unknown>"),
]


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        ("celery -A app worker -Q a -P gevent -O fair --loglevel=info", []),
        ("celery -A app worker --loglevel warn", ["unknown value 'warn' of --loglevel"]),
        ("celery -A app worker -P preforks", ["unknown value 'preforks' of -P"]),
        ("celery -A app worker --time-limit=5m", ["unknown value '5m' of --time-limit"]),
        ("celery -A app worker --time-limit=1.5 --autoscale=8,2", []),
        ("celery -A app worker --autoscale=many", ["unknown value 'many' of --autoscale"]),
        ("celery -A app worker --prefetch-multiplier=$(MANY)", []),
        ("celery -A app worker --color-please", ["unknown option '--color-please'"]),
        ("celery -A app worker --time-limits=3", ["unknown option '--time-limits'"]),
        ("celery -A app worker $OPTIONS -P $POOL", []),
        ("./api worker --color-please", []),
        ("rq worker mail -s --max-jobs=many", ["unknown value 'many' of --max-jobs"]),
        ("celery -A app worker -Q", ["-Q has no value"]),
        ("rq worker mail --brust", ["unknown option '--brust'"]),
        ("dramatiq app.tasks --thread 4 -p two", ["unknown value 'two' of -p"]),
        ("dramatiq app.tasks --p 4", ["unknown option '--p'"]),
        ("rq worker mail --logging_level loud", ["unknown value 'loud' of --logging_level"]),
        ("rq worker mail -l debug -n mail-1", []),
        ("rq worker-pool mail --name mail-1", ["unknown option '--name'"]),
        ("python manage.py rqworker mail --concurrency 2", ["unknown option '--concurrency'"]),
        ("celery -A app worker --max-interval=5", ["unknown option '--max-interval'"]),
        ("celery '-A app' worker", ["' app' of -A: no module has a space in its name"]),
        ("sidekiq -q mail -e production -t 25 -r ./app.rb", []),
        ("sidekiq -q mail,2 -q sms,1", []),
        ("sidekiq -q mail,sms", ["'mail,sms' of -q: sms is taken for a weight"]),
        ("sidekiq --threads 5", ["unknown option '--threads'"]),
        ("airflow celery worker --autoscaling=4", ["unknown option '--autoscaling'"]),
    ],
)
def test_option_that_the_program_refuses_is_a_fault(line: str, messages: list[str]) -> None:
    found = reading(line).faults
    assert [one.check for one in found] == ["wrong-option"] * len(messages)
    assert all(one.message.startswith(text) for one, text in zip(found, messages, strict=True))


@pytest.mark.parametrize(
    "line",
    [
        "./api worker '-q mail'",
        "./api worker '--queue=mail --concurrency=4'",
        "celery -A app worker '--queues=mail -c 4'",
    ],
)
def test_option_and_more_in_one_word_is_a_fault(line: str) -> None:
    assert [one.check for one in reading(line).faults] == ["command-in-one-word"]


@pytest.mark.parametrize(
    ("line", "processes"),
    [
        ("dramatiq app.tasks -p 2", 2),
        ("dramatiq app.tasks --proc 2", 2),
        ("dramatiq app.tasks", "auto"),
        ("python manage.py rundramatiq --processes 3", 3),
        ("rq worker-pool mail -n 3", 3),
        ("rq worker-pool mail --num-workers=3", 3),
        ("rq worker-pool mail", 1),
        ("manage.py rqworker-pool mail --num 3", 3),
        ("rq worker mail -n mail", None),
        ("celery -A app worker -c 4", None),
    ],
)
def test_processes_of_a_worker_are_read(line: str, processes: object) -> None:
    assert said(line, "processes") == processes


@pytest.mark.parametrize(("line", "hint", "queues", "concurrency"), LINES)
def test_worker_command_consumes_its_queues(
    line: str, hint: str, queues: object, concurrency: object
) -> None:
    assert said(line, "queues", hint) == queues
    assert said(line, "concurrency", hint) == concurrency


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("celery -A app worker -Q a", "worker"),
        ("celery -A app beat -l info", "scheduler"),
        ("celery -A app flower --port=5555", "client"),
        ("sh -c 'celery worker -Q a & celery beat'", "worker"),
        ("./api scheduler", "scheduler"),
        ("./scheduler", "scheduler"),
        ("./api worker --queue=a", ""),
    ],
)
def test_command_decides_the_role_of_its_component(line: str, role: str) -> None:
    found = reading(line)
    assert found.role == role
    assert ("queues" in found.values) is (role in ("", "worker"))


NOTES = [
    ("celery worker", "queues", "consumes task_queues, else its default queue"),
    ("celery worker -X a", "queues", "without those excluded"),
    ("celery worker -Q $(Q)", "queues", "the variable Q"),
    ("sh -c 'celery worker -Q ${Q:-a,b}'", "queues", "the variable Q, by default a,b"),
    ("sh -c 'celery worker -Q ${Q:-a,b}'", "queues", "by default a,b"),
    ("celery worker -Q {{ .Values.q }}", "queues", "a template"),
    ("celery worker -Q a -c 0", "concurrency", "the number of CPUs"),
    ("celery worker $EXTRA", "concurrency", "$EXTRA may set it"),
    ("celery multi start 3", "queues", "multi starts several workers"),
    ("./api worker --queue=a --queue=b", "queues", "the program chooses"),
    ("./worker", "queues", "the program's code"),
    ("./ledger worker --queue=a", "technology", "the command does not tell it"),
    ("sh -c 'a; b'", "queues", "several commands, none of them a worker"),
    ("sh -c 'celery worker; celery worker'", "queues", "several of them a worker"),
    ("tini -x celery worker", "queues", "tini has an unknown option -x"),
]


@pytest.mark.parametrize(("line", "field", "note"), NOTES)
def test_worker_value_that_is_unknown_has_its_reason(line: str, field: str, note: str) -> None:
    value = reading(line).values[field]
    assert value.state == "unknown"
    assert note in value.note


ODD = [
    ("celery worker -Q=a", {"equals-signs": "-Q=a"}),
    ("celery worker -EQ=a", {"equals-signs": "-EQ=a"}),
    ("celery worker -Q '=a' --queues==a", {"repeated-options": "-Q =a"}),
    ("celery worker -Q a -Q b -Q c", {"repeated-options": ["-Q a", "-Q b"]}),
    ("celery worker -c 2 --concurrency=4", {"repeated-options": "-c 2"}),
    ("celery worker -c2 -c 4", {"repeated-options": "-c2"}),
    ("celery worker -Q a, b", {"uneven-queues": "", "stray-words": "b"}),
    ("celery worker -Q 'a, b'", {"uneven-queues": " b"}),
    ("celery worker -A app", {"misplaced-options": "-A"}),
    ("celery -Q a worker", {"misplaced-options": "-Q"}),
    ("celery worker -Q a,b -X b -n w1@%h --uid 1 key=value", {}),
    ("celery worker -b=redis://:secret@host", {"equals-signs": "-b=", "misplaced-options": "-b"}),
    ("./api worker a --queue=a", {}),
    ("entrypoint.sh worker -Q=a more", {}),
]
FIELDS = ("equals-signs", "repeated-options", "uneven-queues", "stray-words", "misplaced-options")


@pytest.mark.parametrize(("line", "odd"), ODD)
def test_worker_option_that_celery_misreads_is_reported(line: str, odd: dict[str, object]) -> None:
    values = reading(line, "celery" if line.startswith("entry") else "").values
    assert {field: values[field].data for field in FIELDS if field in values} == odd


def test_worker_autoscale_has_two_bounds_and_the_upper_counts() -> None:
    values = reading("celery worker -Q a --autoscale=3,10 -c 2").values
    assert (values["autoscale.min"].data, values["autoscale.max"].data) == (3, 10)
    assert (values["concurrency"].data, values["concurrency"].derived) == (10, True)
    assert reading("celery worker --autoscale=x").values["concurrency"].state == "unknown"


@pytest.mark.parametrize(
    ("line", "program", "mode"),
    [
        ("tini -- ./api worker --queue=a", "./api", "worker"),
        ("./api -mode=worker -queue a", "./api", "worker"),
        ("./bin/mail-worker -queue a", "./bin/mail-worker", "worker"),
        ("./consumer", "./consumer", "worker"),
        ("worker --queue=a", "worker", None),
        ("go run ./cmd/worker -queue=a", "go", "worker"),
        ("python -m app.worker --queue=a", "python", "worker"),
        ("./api --queue=a", "./api", None),
        ("air", "air", "<unknown>"),
        ("sh -c 'if x; then y; fi'", "<unknown>", "<unknown>"),
    ],
)
def test_worker_program_and_mode_are_read(line: str, program: object, mode: object) -> None:
    assert said(line, "program") == program
    assert said(line, "mode") == mode


def test_worker_technology_follows_a_program_and_not_a_binary() -> None:
    assert said("celery -A app worker -Q a", "technology") == "celery"
    assert said("./api worker --queue=a", "technology", "asynq") is None


def test_worker_mode_is_the_first_word_that_is_no_option() -> None:
    assert said("./api worker --queue=a", "program") == "./api"
    assert said("celery -A app.celery_app worker -Q a", "mode") == "worker"


def test_worker_option_near_a_known_one_is_reported() -> None:
    found = reading("./api worker --queu=a", "asynq")
    assert [fault.message for fault in found.faults] == [
        "unknown option '--queu'; did you mean '--queue'?"
    ]
    assert found.values["queues"].state == "unknown"


def test_worker_misspelt_subcommand_is_reported() -> None:
    found = reading("celery -A app wroker -Q a").faults
    assert [(fault.check, fault.message) for fault in found] == [
        (
            "wrong-option",
            "unknown subcommand 'wroker': Celery refuses it and does not start; "
            "did you mean 'worker'?",
        )
    ]


@pytest.mark.parametrize("command", ["./api worker --queue=a", "node worker.js --queue a"])
def test_program_that_is_not_celery_is_not_read_as_it_by_the_key_of_its_workers(
    command: str,
) -> None:
    found = reading(command, "celery")
    assert not found.faults
    assert found.values["queues"].data == ["a"]


def test_script_that_starts_celery_is_read_as_it_by_the_key_of_its_workers() -> None:
    assert reading("./start.sh worker -Q a", "celery").values["queues"].data == ["a"]


def test_worker_option_of_another_subcommand_is_not_near() -> None:
    assert reading("celery flower --port=5555").faults == ()


def test_worker_option_of_its_own_is_not_near() -> None:
    assert reading("./api worker --queue=a --verbose", "asynq").faults == ()


def test_worker_command_without_words_has_no_values() -> None:
    assert read_worker([], "celery") == WorkerCommand({})


@pytest.mark.parametrize("text", ["[[a], b]", "{a: b}", "'an open \"quote'"])
def test_worker_command_that_is_invalid_is_refused(text: str) -> None:
    node = child(document(f"command: {text}\n").roots[0], "command")
    assert node is not None
    with pytest.raises(ValueError, match=r"quot|command"):
        words(node)


@given(st.lists(st.text("abc-=,.", min_size=1), min_size=1))
def test_worker_command_as_list_and_text_has_the_same_words(line: list[str]) -> None:
    one = [word.text for word in words(command(line))]
    assert one == [word.text for word in words(command(" ".join(line)))]


HOSTILE = [
    "{{" * 500_000,
    "$(" * 500_000,
    "${" * 500_000,
    "\\$" * 500_000,
    "a" * 1_000_000,
    "'a'" * 300_000,
    "$A" * 500_000,
    "A=aa;" + "A=$A$A;" * 64 + "celery worker -Q $A",
    "tini " * 200_000,
    "celery worker -Q " + "a," * 400_000,
    "./api --queues=" + "a:1:" * 200_000,
    "celery worker -" + "E" * 1_000_000,
    ";" * 1_000_000,
    "a;" * 300_000,
]


@pytest.mark.parametrize("script", HOSTILE, ids=lambda script: str(script[:8]))
def test_worker_script_is_read_in_bounds(script: str) -> None:
    node = command("x")
    for text in (script, script[: shell.MAX_LENGTH - 4]):
        found = read_worker([Word(word, node) for word in ("sh", "-c", text)], "asynq")
        assert all(len(value.note) < 300 for value in found.values.values())


@given(st.text())
def test_worker_script_of_any_text_is_read_or_refused(script: str) -> None:
    for line in (["sh", "-c", script], [script], ["celery", "worker", "-Q", script]):
        assert read_worker([Word(text, command("x"), is_raw=True) for text in line], "celery")


@given(st.lists(st.text(), min_size=1))
def test_worker_command_that_is_quoted_is_split_like_shlex(line: list[str]) -> None:
    (split,) = shell.split_commands(shlex.join(line), command("x"), {})
    assert [word.text for word in split if not word.note] == [
        text for text, word in zip(line, split, strict=True) if not word.note
    ]


@given(st.lists(st.text("abcxyz", min_size=1), min_size=1, unique=True), st.integers(1, 99))
def test_worker_options_in_every_spelling_mean_the_same(queues: list[str], number: int) -> None:
    joined = ",".join(queues)
    spellings = (f"-Q {joined} -c {number}", f"--queues={joined} --concurrency={number}")
    for spelling in spellings:
        line = f"celery -A app worker {spelling}"
        assert (said(line, "queues"), said(line, "concurrency")) == (queues, number)


@pytest.mark.parametrize("text", ["{{ x }}", "$(QUEUE)", "a-${B}"])
def test_is_variable_recognises_templates(text: str) -> None:
    assert is_variable(text)
    assert not is_variable("$HOME {x}")


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        ("celery -A app beat -l info --schedule=/tmp/a --detach", []),
        ("celery -A app beat --concurrency=4", ["unknown option '--concurrency'"]),
        ("python -m celery -A app beat -Q mail", ["unknown option '-Q'"]),
        ("celery beat -A app", ["option '-A' belongs in front of beat"]),
        ("celery -A app -s /tmp/a beat", ["option '-s' belongs behind beat"]),
        ("celery -A app beat -l infoo", ["unknown value 'infoo' of -l; one of"]),
        ("sh -c 'celery -A app beat --max-interval=x'", ["unknown value 'x' of --max-interval"]),
        ("celery -A app events --frequency=1 -d", []),
        ("celery -A app inspect ping --timout=5", ["unknown option '--timout'"]),
        ("celery -A app purge -f -Q mail", []),
        ("celery -A app flower --concurrency=4", []),
        ("celery -A app multi start w1 --concurrency=4", []),
        ("./beat --concurrency=4", []),
        ("celery -A app beat $(OPTIONS)", []),
    ],
)
def test_option_that_a_subcommand_does_not_know_is_reported(line: str, messages: list[str]) -> None:
    written = CommandLine((command(shlex.split(line)),), True)
    found = [fault.message for fault in subcommand_faults(written)]
    assert len(found) == len(messages)
    assert all(a.startswith(b) for a, b in zip(found, messages, strict=True))


def test_option_of_a_scheduler_is_checked_in_values_and_manifests(tmp_path: Path) -> None:
    beat = "[celery, -A, app, beat, --concurrency=4]"
    values = f"image: {{repository: acme/api, tag: 1.2.0}}\nbeat: {{command: {beat}}}\n"
    write(tmp_path, {"values/deploy-api.yaml": values})
    write(tmp_path, {"manifests/beat.yaml": deployment("beat", f"        command: {beat}\n")})
    for folder in ("values", "manifests"):
        found = report(tmp_path / folder, rules=("wrong-option",)).findings
        assert [finding.status for finding in found] == ["violation"]
