"""Options of commands that one of several services has otherwise than the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.projects import deployment, report, write

USUAL = ("--config=/etc/app.yaml", "--log-level=info", "--port=8080", "--workers", "4")
NAMES = ("cart", "shop", "mail", "auth", "user", "blog")


def odd(folder: Path, other: Sequence[str], size: int = 6, more: str = "") -> list[str]:
    """What is reported of a fleet whose last service is run with other options than the others.

    ``more`` is what the configuration says besides.
    """
    lists = [USUAL] * (size - 1) + [other]
    files = {
        f"deploy/{name}.yaml": deployment(name, f"        args: {[*args]}\n").replace("main", name)
        for name, args in zip(NAMES, lists, strict=False)
    }
    if more:
        files[".deploylint.yaml"] = f"version: 1\n{more}"
    write(folder, files)
    return _messages()


def _messages() -> list[str]:
    found = report("deploy", rules=("odd-key", "unknown-key")).findings
    return [finding.message for finding in found]


def changed(old: str, new: str) -> list[str]:
    """The usual options with another text in them."""
    return [text.replace(old, new) for text in USUAL]


@pytest.mark.parametrize("size", [3, 6])
@pytest.mark.parametrize(
    ("meant", "written"),
    [
        ("--log-level", "--log-levle"),
        ("--log-level", "--loglevel"),
        ("--log-level", "--log_level"),
        ("--log-level", "--logLevel"),
        ("--log-level", "-log-level"),
        ("--port", "--prot"),
        ("--workers", "--worker"),
    ],
)
def test_option_that_is_nearly_that_of_all_others_is_misspelt(
    meant: str, written: str, size: int, folder: Path
) -> None:
    share = f"{size - 1} of {size} services"
    message = f"unknown option {written!r}; did you mean {meant!r}, as in {share}?"
    assert odd(folder, changed(meant, written), size) == [message]


def test_option_that_is_nearly_that_of_the_reference_is_misspelt(folder: Path) -> None:
    found = odd(folder, changed("--log-level", "--log-levle"), 2, "reference: cart\n")
    message = "unknown option '--log-levle'; did you mean '--log-level', as in the reference?"
    assert found == [message]


@pytest.mark.parametrize(("size", "count"), [(3, 0), (4, 0), (5, 1), (6, 1)])
def test_option_that_one_of_many_lacks_is_missing(size: int, count: int, folder: Path) -> None:
    found = odd(folder, [text for text in USUAL if not text.startswith("--port")], size)
    where = "spec.template.spec.containers[name={service}].args"
    message = f"{where}: no --port; {size - 1} of {size} services have it"
    assert found == [message] * count


@pytest.mark.parametrize(
    ("old", "new", "size", "message"),
    [
        ("info", "debug", 6, "--log-level is debug; 5 of 6 services have info"),
        ("info", "debug", 3, ""),
        ("app.yaml", "appp.yaml", 3, ""),
        ("/etc/app.yaml", "/etc/config.yaml", 6, ""),
        ("8080", "9090", 6, ""),
    ],
)
def test_word_of_an_option_that_all_others_have_otherwise_is_odd(
    old: str, new: str, size: int, message: str, folder: Path
) -> None:
    assert odd(folder, changed(old, new), size) == [message] * bool(message)


@pytest.mark.parametrize(
    "other",
    [
        [],
        [*USUAL, "--verbose"],
        ["--config=/etc/app.yaml", "--mode=seed", "--log-level=info", "--workers", "4"],
        ["--config=/etc/app.yaml", "--queue", "mail", "--once"],
        ["serve"],
    ],
)
def test_program_that_is_run_another_way_lacks_nothing(other: list[str], folder: Path) -> None:
    assert odd(folder, other) == []


def test_value_of_an_option_that_may_be_secret_is_not_compared(folder: Path) -> None:
    lists = [[*USUAL, f"--api-key={'main' if name != 'blog' else 'other'}"] for name in NAMES]
    files = {
        f"deploy/{name}.yaml": deployment(name, f"        args: {args}\n")
        for name, args in zip(NAMES, lists, strict=True)
    }
    write(folder, files)
    assert [message for message in _messages() if "other" in message] == []


def test_value_with_a_password_in_it_is_in_no_message(folder: Path) -> None:
    texts = [f"--url=https://me:hunter2@{host}/x" for host in [*["database"] * 5, "databsae"]]
    files = {
        f"deploy/{name}.yaml": deployment(name, f"        args: {[*USUAL, text]}\n")
        for name, text in zip(NAMES, texts, strict=True)
    }
    write(folder, files)
    assert [message for message in _messages() if "hunter2" in message] == []
