"""Command lines as Celery's own parser reads them: what we say of one is that, or unknown.

Celery is asked for the contexts of its commands (https://click.palletsprojects.com/en/stable/api/),
which parse and start nothing. 500 lines are made with a fixed seed, the table below is by hand.
"""

from __future__ import annotations

import json
import random
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest

from deploylint.documents.nodes import child
from deploylint.model.service import Value
from deploylint.readers.commands.technologies import technology_of
from deploylint.readers.commands.worker import WorkerCommand, read_worker, words
from tests.support.values import document

pytestmark = pytest.mark.skipif(find_spec("celery") is None, reason="celery is not installed")

LINES = 500
KNOWN_SHARE = 0.99
"""Of the lines that Celery accepts and that name queues, how many we know the queues of; the same
for the number of tasks at once."""


class Parser(NamedTuple):
    """Celery's command and its subcommand, its context, an application and what is raised."""

    cli: Any
    worker: Any
    context: Any
    refused: type[Exception]


@cache
def parser() -> Parser:
    app = import_module("celery").Celery("app", set_as_current=False)
    return Parser(
        import_module("celery.bin.celery").celery,
        import_module("celery.bin.worker").worker,
        import_module("celery.bin.base").CLIContext(app=app, no_color=True, workdir=None),
        import_module("click").ClickException,
    )


class Heard(NamedTuple):
    """What Celery makes of a line: queues and tasks at once where it says them, and other words."""

    queues: frozenset[str] | None
    concurrency: object
    stray: Sequence[str]


def heard(argv: Sequence[str], environment: Mapping[str, str]) -> Heard | str:
    """What Celery makes of a worker's arguments; the reason where it refuses them."""
    cli, worker, context, refused = parser()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            group = cli.make_context("celery", list(argv), auto_envvar_prefix="CELERY")
            group.obj = context
            name, command, rest = cli.resolve_command(group, [*group._protected_args, *group.args])
            assert command is worker
            read = worker.make_context(name, rest, parent=group)
        except refused as error:
            return str(error)
    said = read.params
    queues = None if said["queues"] is None else frozenset(said["queues"])
    excluded = frozenset(said["exclude_queues"] or ())
    scale = said["autoscale"]  # (most, least) and wins over a fixed number: worker.components.Pool
    return Heard(
        None if queues is None else queues - excluded,
        scale[0] if scale else said["concurrency"],
        tuple(read.args),
    )


def ours(line: str | Sequence[str]) -> WorkerCommand:
    node = child(document(f"command: {json.dumps(line)}\n").roots[0], "command")
    assert node is not None
    return read_worker(words(node), "")


def is_known(value: Value | None) -> bool:
    return value is not None and value.state == "known"


def queues_of(value: Value | None) -> frozenset[str] | None:
    return None if value is None or value.state != "known" else frozenset(value.parts or ())


def check(argv: Sequence[str], environment: Mapping[str, str], read: WorkerCommand) -> Heard | str:
    """Hold what we read to what Celery hears."""
    found = heard(argv, environment)
    queues, concurrency = read.values.get("queues"), read.values.get("concurrency")
    assert queues is not None
    if isinstance(found, str):
        return found
    if queues.state == "known":
        assert queues_of(queues) == found.queues, argv
    if concurrency is None:
        assert found.concurrency is None, argv
    elif concurrency.state == "known":
        assert concurrency.data == found.concurrency, argv
    strays = [word for word in found.stray if "=" not in word]
    assert ("stray-words" in read.values) is bool(strays), argv
    return found


# --- by hand -------------------------------------------------------------------------------------

HAND: list[tuple[str, object, object]] = [
    # the arguments, the queues that we read (None: unknown), the tasks at once (None: unsaid)
    ("-A app worker -Q a,b -c 4", {"a", "b"}, 4),
    ("-A app worker --queues a,b --concurrency 4", {"a", "b"}, 4),
    ("-A app worker --queues=a,b --concurrency=4", {"a", "b"}, 4),
    ("-A app worker -Qa,b -c4", {"a", "b"}, 4),
    ("-Aapp worker -EQ a", {"a"}, None),
    ("-A app worker -BEl info -Qa", {"a"}, None),
    ("--app=app -q worker -Q a", {"a"}, None),
    ("-qC -A app worker -Q a", {"a"}, None),
    ("-A app -- worker -Q a", {"a"}, None),
    ("-A app worker -Q a -Q b", {"b"}, None),
    ("-A app worker -Q a --queues=b", {"b"}, None),
    ("-A app worker -Q=a", {"=a"}, None),
    ("-A app worker -Q a, b", {"a", ""}, None),
    ("-A app worker --queues 'a, b'", {"a", " b"}, None),
    ("-A app worker --queues=", {""}, None),
    ("-A app worker -Q a,a", {"a"}, None),
    ("-A app worker -Q a,b -X b", {"a"}, None),
    ("-A app worker -X b", None, None),
    ("-A app worker", None, None),
    ("-A app worker -- -Q a", None, None),
    ("-A app worker -Q -c 4", {"-c"}, None),
    ("-A app worker -n w@%h -Q a", {"a"}, None),
    ("-A app worker -n worker -Q a", {"a"}, None),
    ("-A app worker --max-tasks-per-child 9 -Q a", {"a"}, None),
    ("-A app worker --autoscale=10,3", None, 10),
    ("-A app worker --autoscale 3,10 -c 2", None, 10),
    ("-A app worker --autoscale 10", None, 10),
    ("-A app worker -c auto", None, "auto"),
    ("-A app worker -c AUTO", None, "auto"),
    ("-A app worker -c +4", None, 4),
    ("-A app worker -c ' 4 '", None, 4),
    ("-A app worker -c 2 -c 4", None, 4),
    ("-A app worker -Q a prefetch_multiplier=1", {"a"}, None),
]


@pytest.mark.parametrize(("line", "queues", "concurrency"), HAND, ids=[one[0] for one in HAND])
def test_celery_line_is_read_as_celery_reads_it(
    line: str, queues: object, concurrency: object
) -> None:
    argv = shlex.split(line)
    read = ours(["celery", *argv])
    assert not isinstance(check(argv, {}, read), str)
    assert queues_of(read.values["queues"]) == queues
    at_once = read.values.get("concurrency")
    if at_once is None or at_once.state == "known":
        assert (at_once and at_once.data) == concurrency


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("worker -A app -Q a", "misplaced-options"),
        ("worker -Q a --broker=redis://", "misplaced-options"),
        ("-Q a -A app worker", "misplaced-options"),
        ("-A app worker -c=3", "equals-signs"),
        ("-A app worker -l=info", "equals-signs"),
    ],
)
def test_celery_line_that_celery_refuses_is_reported(line: str, field: str) -> None:
    argv = shlex.split(line)
    assert isinstance(heard(argv, {}), str)
    assert field in ours(["celery", *argv]).values


@pytest.mark.parametrize("line", ["worker --queue a", "worker --conc 4", "worker --concurrenc=4"])
def test_celery_options_are_not_abbreviated(line: str) -> None:
    argv = shlex.split(line)
    assert isinstance(heard(argv, {}), str)
    read = ours(["celery", *argv]).values
    assert queues_of(read["queues"]) is None
    assert "concurrency" not in read


@pytest.mark.parametrize(
    ("variables", "line", "queues", "concurrency"),
    [
        ("CELERY_WORKER_QUEUES=a,b CELERY_WORKER_CONCURRENCY=3", "worker", {"a", "b"}, 3),
        ("CELERY_WORKER_QUEUES=a", "worker -Q b", {"b"}, None),
        ("CELERY_WORKER_QUEUES=", "worker -Q b", {"b"}, None),
        ("CELERY_WORKER_QUEUES=a,b CELERY_WORKER_EXCLUDE_QUEUES=b", "worker", {"a"}, None),
        ("CELERY_WORKER_AUTOSCALE=4,1", "worker -Q b", {"b"}, 4),
        ("CELERYD_CONCURRENCY=4 WORKER_CONCURRENCY=5", "worker -Q b", {"b"}, None),
        ("CELERY_CONCURRENCY=4 CELERY_QUEUES=z", "worker -Q b", {"b"}, None),
    ],
)
def test_celery_variables_are_read(
    variables: str, line: str, queues: object, concurrency: object
) -> None:
    environment = dict(one.split("=", 1) for one in variables.split())
    for prefix in (variables, f"env {variables}", f"env -u X {variables}"):
        read = ours(f"{prefix} celery {line}")
        assert not isinstance(check(shlex.split(line), environment, read), str)
        assert queues_of(read.values["queues"]) == queues
        at_once = read.values.get("concurrency")
        assert (at_once and at_once.data) == concurrency


# --- made ----------------------------------------------------------------------------------------

NAMES = ["a", "b", "mail", "chat_workflow", "a.b", "sms-out", "celery", "worker", "4", "x:1"]
GLOBAL = """
    -A app | -Aapp | --app=app | --app app | -q | -C | -qC | -b redis:// | --broker=redis://
    | --workdir . | --loader=default
"""
PLAIN = """
    -l info | -linfo | --loglevel=INFO | -E | -B | -EB | -n w@%h | --purge | -P solo | -Ofair
    | --pool=threads | -O fair | -s worker | --without-gossip | --max-tasks-per-child 9 | -f -
    | --time-limit=3 | --pidfile= | -I a,b | --prefetch-multiplier 1 | -El debug
"""
ODD = """
    -Q=a | -c=3 | stray | --queue a | -A app | --conc=4 | -z | -- -Q a | x_y=1 | -Q | -c many
    | -c 0 | -c -1 | -q | -c auto | --autoscale=a | --autoscale 1,2,3 | - | '' b
"""
VARIABLES = {"CELERY_WORKER_QUEUES": "v,w", "CELERY_WORKER_CONCURRENCY": "7"}
QUEUES = "-Q {} | -Q{} | --queues {} | --queues={} | -EQ {} | -BEQ{} | -X {} | --exclude-queues={}"
NUMBERS = """
    -c {} | -c{} | --concurrency {} | --concurrency={} | -Ec {} | --autoscale {},3
    | --autoscale={} | --autoscale=3,{}
"""


def one_of(options: str, of: random.Random, value: str = "") -> list[str]:
    """One of the spellings, with a value in its place."""
    return [word.format(value) for word in shlex.split(of.choice(options.split(" | ")))]


def queue_option(of: random.Random) -> list[str]:
    names = of.choices(NAMES, k=of.randint(1, 3))
    return one_of(QUEUES, of, of.choice([",", ",", ",", ", ", ",,"]).join(names))


def line_of(of: random.Random) -> list[str]:
    """The arguments of a worker: mostly such as people write, one in three with something odd."""
    parts = [queue_option(of) for _ in range(of.choice([0, 1, 1, 1, 2]))]
    parts += [one_of(NUMBERS, of, str(of.randint(0, 40))) for _ in range(of.choice([0, 1, 1, 2]))]
    parts += [one_of(PLAIN, of) for _ in range(of.randint(0, 3))]
    parts += [one_of(ODD, of)] if of.random() < 0.33 else []
    of.shuffle(parts)
    before = [one_of(GLOBAL, of) for _ in range(of.randint(0, 2))]
    if of.random() < 0.05:
        before.append(queue_option(of))
    return [word for part in [*before, ["worker"], *parts] for word in part]


def written(argv: list[str], variables: Mapping[str, str], of: random.Random) -> str | list[str]:
    """A line in one of the spellings of a deployment file, each of which runs the same."""
    command = ["celery", *argv]
    if variables:
        command = ["env", *(f"{name}={value}" for name, value in variables.items()), *command]
    quoted = shlex.join(command)
    texts = [quoted, f"exec {quoted}", f"cd /app && exec {quoted}", f". e.sh; {quoted} 2>&1"]
    lists = [command, ["tini", "--", *command], ["uv", "run", *command], ["nice", "-n5", *command]]
    lists += [["/bin/sh", "-ec", of.choice(texts)], ["bash", "-c", of.choice(texts)]]
    if not variables:
        lists += [["python", "-m", *command], ["/usr/local/bin/celery", *argv]]
    return of.choice(texts) if of.random() < 0.4 else of.choice(lists)


def test_celery_generated_lines_are_read_as_celery_reads_them() -> None:
    of = random.Random(5)
    accepted = 0
    named, known = Counter[str](), Counter[str]()
    for _ in range(LINES):
        argv = line_of(of)
        variables = VARIABLES if of.random() < 0.1 else {}
        read = ours(written(argv, variables, of))
        found = check(argv, variables, read)
        if not isinstance(found, str):
            accepted += 1
            said = {"queues": found.queues, "concurrency": found.concurrency}
            named.update(field for field, value in said.items() if value is not None)
            known.update(field for field in said if is_known(read.values.get(field)))
    assert accepted > 0.7 * LINES
    for field in ("queues", "concurrency"):
        assert named[field] > 0.6 * accepted
        assert known[field] >= KNOWN_SHARE * named[field]


# --- the table -----------------------------------------------------------------------------------


def test_celery_options_and_subcommands_are_all_listed() -> None:
    table, cli = technology_of("celery"), parser().cli
    assert table is not None
    flags = {option for option, meaning in table.options.items() if meaning is None}
    for command in (cli, parser().worker):
        for option in command.params:
            if option.name == "version" or option.is_flag:
                assert flags >= set(option.opts)
            else:
                assert table.options.keys() - flags >= set(option.opts)
    assert set(table.before) == {spelled for option in cli.params for spelled in option.opts}
    assert {*table.roles, *table.several} >= cli.commands.keys()


def test_options_of_other_subcommands_are_those_of_celery() -> None:
    celery, technology = parser().cli, technology_of("celery")
    assert technology is not None
    for name, options in technology.takes.items():
        own = celery.commands[name].params
        every = [(p, p.opts + p.secondary_opts) for p in own if p.param_type_name == "option"]
        flags = {word for p, words in every for word in words if p.is_flag}
        valued = {word for p, words in every for word in words if not p.is_flag}
        assert {word for word, kind in options.items() if kind is not None} == valued, name
        assert {word for word, kind in options.items() if kind is None} - {"--help"} == flags, name
