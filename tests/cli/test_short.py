"""The short way into ``check`` asks for what Typer would ask for, or leaves it to Typer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typer import TyperException

from deploylint.cli import app as typed
from deploylint.cli import short
from deploylint.cli.check import CheckArguments
from deploylint.cli.short import read_check
from tests.support.command_line import commands
from tests.support.folders import STORY

PARAMETERS = commands()["check"].params
OPTIONS = {name: one for one in PARAMETERS for name in one.opts if one.param_type_name == "option"}
LEFT = {"--max-unknown", "--max-findings", "--help", "-h"}
"""Options that only Typer reads: what is no number, or none, is its to say."""

KINDS = {"switch": "bool", "counted": "int", "repeated": "tuple[str, ...]"}


def read_with_typer(words: list[str], environ: Mapping[str, str]) -> CheckArguments | None:
    """What Typer asks of ``check``; None for what it refuses, and for help."""
    asked: list[CheckArguments] = []

    def take(arguments: CheckArguments) -> int:
        asked.append(arguments)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        for name in short.VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.setattr(typed, "run_check", take)
        try:
            typed.app(words, standalone_mode=False)
        except TyperException:
            return None
    return asked[0] if asked else None


# --- one table -----------------------------------------------------------------------------------


def test_options_are_those_of_typer() -> None:
    assert set(OPTIONS) == {*short.OPTIONS, *LEFT} - {"--help", "-h"}
    for name, argument in short.OPTIONS.items():
        assert OPTIONS[name].name == argument


def test_options_take_what_they_take_in_typer() -> None:
    for name, one in OPTIONS.items():
        kind = "switch" if one.is_flag else "counted" if one.count else "text"
        kind = "repeated" if one.multiple else kind
        if name not in LEFT:
            path = "Path | None" if one.type.name == "path" else "str"
            assert short.KINDS[short.OPTIONS[name]] == KINDS.get(kind, path), name


def test_variables_are_those_of_typer() -> None:
    assert {one.envvar for one in PARAMETERS if one.envvar} == set(short.VARIABLES)
    for variable, option in short.VARIABLES.items():
        assert OPTIONS[option].envvar == variable


def test_options_without_arguments_are_those_of_typer() -> None:
    assert read_check(["check"], {}) == read_with_typer(["check"], {}) == CheckArguments()


# --- any arguments -------------------------------------------------------------------------------

VALUES = [
    "",
    "a",
    "a b",
    "error",
    "json",
    "-",
    "--",
    "-x",
    "--json",
    "a=b",
    "=",
    "deploy/",
    "a,b",
    "é",
]
values = st.sampled_from(VALUES)
options = st.sampled_from(sorted({*OPTIONS, "-h", "--help", "-V", "--conf", "-fx", "-qv", "-x"}))
words = st.one_of(
    values.map(lambda value: [value]),
    options.map(lambda option: [option]),
    st.tuples(options, values).map(list),
    st.tuples(options, values).map(lambda pair: [f"{pair[0]}={pair[1]}"]),
    st.tuples(options, values).map(lambda pair: ["".join(pair)]),
)
lines = st.lists(words, max_size=5).map(lambda some: [word for one in some for word in one])
environs = st.dictionaries(st.sampled_from(sorted(short.VARIABLES)), values)


@given(lines, environs)
@example(["-f", "concise", "a", "b"], {})
@example(["--config", "x", "--config=y"], {"DEPLOYLINT_CONFIG": "z"})
@example(["-v", "--verbose", "-v"], {"DEPLOYLINT_FORMAT": "json"})
@example(["-f", ""], {"DEPLOYLINT_FORMAT": "json", "DEPLOYLINT_CONFIG": ""})
def test_short_way_asks_for_the_same_or_for_nothing(
    line: list[str], environ: dict[str, str]
) -> None:
    asked = read_check(["check", *line], environ)
    if asked is not None:
        assert asked == read_with_typer(["check", *line], environ)


@pytest.mark.parametrize(
    "line",
    [
        ["check", "-f", "concise", "deploy/"],
        ["check", "--format=concise", "--config", "a.yaml", "--fail-on", "warning", "a", "b"],
        ["check", "--color", "never", "-q", "--no-progress", "-"],
        ["check", "a", "--rule", "x", "--rule=y", "-v"],
    ],
)
def test_short_way_takes_the_line_of_a_hook(line: list[str]) -> None:
    assert read_check(line, {}) is not None


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["show", "a"],
        ["-V", "check"],
        ["check", "--help"],
        ["check", "--max-unknown", "3"],
        ["check", "--form", "json"],
        ["check", "-fjson"],
        ["check", "-f"],
        ["check", "-f", "--quiet"],
        ["check", "--quiet=x"],
    ],
)
def test_short_way_leaves_other_lines_to_typer(line: list[str]) -> None:
    assert read_check(line, {}) is None


def test_short_way_leaves_completion_to_typer() -> None:
    assert read_check(["check", "a"], {"_DEPLOYLINT_COMPLETE": "complete_bash"}) is None


# --- what is imported ----------------------------------------------------------------------------

HEAVY = ("typer", "msgspec", "rich", "deepdiff", "dockerfile", "tree_sitter", "ruamel", "inspect")


@pytest.mark.parametrize("format_", ["concise", "text"])
def test_check_of_clean_files_imports_only_what_it_uses(format_: str, tmp_path: Path) -> None:
    for path in STORY.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    code = (
        "import sys, os, atexit; sys.argv[1:] = ['check', '-f', sys.argv[1], '.'];"
        "from deploylint.__main__ import main; end = os._exit;"
        f"os._exit = lambda code: (print([m for m in {HEAVY} if m in sys.modules]), end(code));"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, format_],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in short.VARIABLES},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]"), done.stderr
