"""The Python interface: what ``deploylint check`` does, as functions with types.

    import deploylint

    report = deploylint.check(["deploy/"], deploylint.CheckOptions(reference="python"))
    for finding in report.findings:
        print(finding.location.file, finding.location.line, finding.status, finding.message)
    print(deploylint.write(report, "markdown"))
    raise SystemExit(deploylint.exit_code(report, "error"))

All of it is importable from ``deploylint`` itself, which imports it on first use. The command line
calls these functions too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from deploylint.config.discovery import Ambiguous, discover
from deploylint.config.load import Config
from deploylint.config.load import load as load_config
from deploylint.documents.paths import is_folder
from deploylint.engine import check as engine
from deploylint.engine.discovery import DEFAULT
from deploylint.engine.options import CheckOptions
from deploylint.engine.result import Report, exit_code
from deploylint.model.errors import Misread, NothingToCheck, OutsideGroups, UsageError
from deploylint.model.finding import Allowance, Finding, Location
from deploylint.model.progress import SILENT, Progress
from deploylint.reports import FORMATS, Look, writer

__all__ = [
    "FORMATS",
    "Allowance",
    "Ambiguous",
    "CheckOptions",
    "Config",
    "Finding",
    "Location",
    "Look",
    "Misread",
    "NothingToCheck",
    "OutsideGroups",
    "Progress",
    "Report",
    "UsageError",
    "check",
    "exit_code",
    "find_config",
    "load_config",
    "write",
]

Paths = Sequence[str | PathLike[str]]


def check(
    paths: Paths = (),
    options: CheckOptions | None = None,
    *,
    config: Config | None = None,
    today: str = "",
    progress: Progress = SILENT,
) -> Report:
    """Compare the services of folders and files, ``deploy/`` without any.

    ``config`` is what ``load_config`` reads; without one, what ``find_config`` finds for the paths.
    ``today`` is the day on which allowances are evaluated, as ``YYYY-MM-DD``; today in UTC without
    one. Of what the report holds, ``findings``, ``summary`` and ``problems`` say what is wrong.

    Raises UsageError for an invalid option or path, Misread for an invalid file of ours, at its
    place, Ambiguous for two configurations in a folder, NothingToCheck where there is no file, and
    OutsideGroups where the paths are files that belong to no group.
    """
    files = [Path(path) for path in paths]
    loaded = find_config(files) if config is None else config
    return engine.check(files, options or CheckOptions(), loaded, today or today_in_utc(), progress)


def find_config(paths: Paths = ()) -> Config:
    """The configuration above the first path or the working directory; else the shipped one.

    Raises Misread and Ambiguous.
    """
    start = [Path(path) for path in paths] or ([DEFAULT] if is_folder(DEFAULT) else [])
    return load_config(discover(start))


def write(report: Report, name: str, look: Look | None = None) -> str:
    """A report in one of ``FORMATS``. Raises KeyError for another name."""
    if name not in FORMATS:
        raise KeyError(name)
    return writer(name)(report, look or Look())


def today_in_utc() -> str:
    """Today as ``YYYY-MM-DD``."""
    return time.strftime("%Y-%m-%d", time.gmtime())
