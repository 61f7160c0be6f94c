"""Reports: one module or package for each format, with ``write(report, look) -> str``.

A Report comes in, text goes out. To add a format, write its module and add one entry to
``FORMATS``; the command line, its help and its completion follow.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from deploylint.documents.record import Record

if TYPE_CHECKING:  # the command line names the formats before it knows whether it needs one
    from deploylint.engine.result import Report

FORMATS: dict[str, str] = {
    "text": "a report for people: matrix, violations, allowed deviations, summary",
    "concise": "one line for each violation: file:line:column: severity[rule] message",
    "json": "the report as data; its schema: deploylint schema report",
}
"""Every format and its use. The module of its name is imported when it is asked for."""


class Look(Record):
    """How a report is to look: ``verbosity`` -1 quiet, 0, 1 and more; colour, width in columns, and
    whether the output can hold more than ASCII."""

    verbosity: int = 0
    colour: bool = False
    width: int = 80
    unicode: bool = True


def writer(name: str) -> Callable[[Report, Look], str]:
    """The writer of one of ``FORMATS``."""
    write: Callable[[Report, Look], str] = import_module(f"deploylint.reports.{name}").write
    return write
