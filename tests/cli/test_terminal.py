"""What the output can show, as a table: the environment, the flag and the stream."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deploylint.cli import terminal


@pytest.mark.parametrize(
    ("tty", "flag", "environ", "colour"),
    [
        (True, "auto", {}, True),
        (False, "auto", {}, False),
        (True, "never", {}, False),
        (False, "always", {}, True),
        (True, "auto", {"NO_COLOR": "1"}, False),
        (True, "auto", {"NO_COLOR": ""}, True),
        (True, "always", {"NO_COLOR": "1"}, True),
        (False, "auto", {"FORCE_COLOR": "1"}, True),
        (False, "auto", {"FORCE_COLOR": ""}, False),
        (False, "never", {"FORCE_COLOR": "1"}, False),
        (False, "auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (False, "auto", {"CLICOLOR_FORCE": "1"}, True),
        (False, "auto", {"CLICOLOR_FORCE": "0"}, False),
        (False, "auto", {"CLICOLOR_FORCE": ""}, False),
        (True, "auto", {"CLICOLOR": "0"}, False),
        (True, "auto", {"CLICOLOR": "1"}, True),
        (False, "auto", {"CLICOLOR": "1"}, False),
        (True, "auto", {"TERM": "dumb"}, False),
        (True, "auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        (True, "always", {"TERM": "dumb"}, True),
        (False, "auto", {"CI": "true"}, False),
    ],
)
def test_terminal_colour_follows_options_and_environment(
    tty: bool, flag: str, environ: Mapping[str, str], colour: bool
) -> None:
    assert terminal.look("utf-8", environ, flag, 0, tty=tty).colour is colour


@pytest.mark.parametrize(
    ("environ", "width"),
    [
        ({"COLUMNS": "72"}, 72),
        ({"CI": "true"}, 120),
        ({"CI": "true", "COLUMNS": "60"}, 60),
        ({"COLUMNS": "wide"}, 80),
        ({}, 80),
    ],
)
def test_terminal_width_follows_the_environment(
    environ: Mapping[str, str], width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CI", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert terminal.look("utf-8", environ, "auto", 0, tty=False).width == width


@pytest.mark.parametrize(
    ("encoding", "unicode"),
    [("utf-8", True), ("UTF-16", True), ("ascii", False), ("latin-1", False), (None, False)],
)
def test_terminal_encoding_decides_on_ascii(encoding: str | None, unicode: bool) -> None:
    assert terminal.look(encoding, {}, "auto", 0, tty=False).unicode is unicode


def test_terminal_verbosity_is_passed_on() -> None:
    assert terminal.look("utf-8", {}, "auto", -1, tty=False).verbosity == -1


@pytest.mark.parametrize(
    ("tty", "environ", "links"),
    [
        (True, {}, False),
        (True, {"TERM": "xterm-256color"}, False),
        (True, {"TERM_PROGRAM": "vscode"}, True),
        (True, {"TERM": "xterm-kitty"}, True),
        (True, {"TERM": "alacritty", "STY": "1.pts"}, False),
        (True, {"VTE_VERSION": "7600"}, True),
        (True, {"VTE_VERSION": "4900"}, False),
        (True, {"VTE_VERSION": "new"}, False),
        (True, {"WT_SESSION": "1"}, True),
        (True, {"WT_SESSION": "1", "TMUX": "/tmp/x"}, False),
        (True, {"WT_SESSION": "1", "CI": "true"}, False),
        (True, {"WT_SESSION": "1", "NO_COLOR": "1"}, False),
        (True, {"WT_SESSION": "1", "FORCE_HYPERLINK": "0"}, False),
        (True, {"FORCE_HYPERLINK": "1"}, True),
        (False, {"WT_SESSION": "1"}, False),
    ],
)
def test_terminal_links_are_those_of_a_terminal_known_to_have_them(
    tty: bool, environ: Mapping[str, str], links: bool
) -> None:
    assert terminal.look("utf-8", environ, "auto", 0, tty=tty).links is links
