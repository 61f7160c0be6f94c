"""Reports: one module or package for each format of ``check``, with ``write(report, look) -> str``.

A Report comes in, text goes out. To add a format, write its module and add one entry to
``FORMATS``; the command line, its help and its completion follow. What ``allowances``, ``rules``
and ``show`` print is in the module of their name, with a function ``write_FORMAT`` for each format.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from deploylint.documents.record import Record

FORMATS: dict[str, str] = {
    "text": "a report for people: violations, counts; with -v the matrix and all lists",
    "concise": "one line for each violation: file:line:column: severity[rule] message",
    "json": "the report as data; its schema: deploylint schema report",
    "sarif": "SARIF 2.1.0, for code scanning and editors",
    "github": "annotations of a GitHub workflow: ::error file=,line=::message",
    "gitlab": "a Code Quality report of GitLab",
    "junit": "JUnit XML: a test suite for each service, a test case for each finding",
    "checkstyle": "Checkstyle XML, for Jenkins, reviewdog and SonarQube",
    "markdown": "tables for a pull request or a job summary",
    "html": "a page for a browser, with the matrix, filters and the lines of both files",
    "agent": "blocks of labelled lines for coding agents: what is wrong, where, what to change",
}
"""Every format of ``check`` and its use; the module of its name is imported on request."""

OF_COMMANDS: dict[str, tuple[str, ...]] = {
    "check": (*FORMATS,),
    "allowances": ("text", "markdown", "json"),
    "rules": ("text", "concise", "json"),
    "show": ("text", "concise", "json"),
}
"""The formats of each command that prints one."""

BRIEF = frozenset({"text", "concise", "sarif", "github", "gitlab", "checkstyle", "agent"})
"""The formats that show what is allowed or unknown with ``-v`` alone."""


class Look(Record):
    """How a report is to look: ``verbosity`` -1 quiet, 0, 1 and more; colour, width in columns,
    whether the output can hold more than ASCII, and whether a place is a link to its file."""

    verbosity: int = 0
    colour: bool = False
    width: int = 80
    unicode: bool = True
    links: bool = False


def writer(name: str, command: str = "check") -> Callable[[Any, Look], str]:
    """The function that writes what a command shows in one of its formats."""
    if command == "check":
        name, command = "write", name
    else:
        name = f"write_{name}"
    write: Callable[[Any, Look], str] = getattr(
        import_module(f"deploylint.reports.{command}"), name
    )
    return write
