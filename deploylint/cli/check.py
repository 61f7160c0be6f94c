"""The command ``check``: its arguments, and what it writes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from deploylint.api import CheckOptions, Report, check, exit_code
from deploylint.cli.common import (
    GATES,
    check_choice,
    configuration,
    day,
    look,
    say,
    split_list,
)
from deploylint.cli.outputs import read_outputs, write_reports
from deploylint.documents.record import Record
from deploylint.engine.discovery import PIPED
from deploylint.model.progress import SILENT, Progress
from deploylint.model.rule import Severity
from deploylint.reports import BRIEF


class CheckArguments(Record):
    """The arguments and options of ``check``; ``options`` has the help of each."""

    paths: tuple[Path, ...] = ()
    reference: str = ""
    profile: str = ""
    rule: tuple[str, ...] = ()
    skip_rule: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    fail_on: str = "error"
    severity: str = "warning"
    config_file: Path | None = None
    no_config: bool = False
    today: str = ""
    no_allow: bool = False
    require_reason: bool = False
    strict: bool = False
    max_unknown: int | None = None
    max_findings: int | None = None
    stdin_filename: str = PIPED
    format: tuple[str, ...] = ()
    colour: str = "auto"
    quiet: bool = False
    verbose: int = 0
    no_progress: bool = False


def _watched(run: Callable[[Progress], Report]) -> Report:
    from deploylint.cli.progress import run_watched  # a hook shows no progress

    return run_watched(run)


def run_check(typed: CheckArguments) -> int:
    """Check, write the report and return the exit code."""
    outputs = read_outputs(typed.format, os.environ)
    shown = look(typed.colour, -1 if typed.quiet else typed.verbose)
    gate = GATES["warning" if typed.strict else check_choice("--fail-on", typed.fail_on, GATES)]
    formats = {output.format for output in outputs}
    brief = BRIEF | {"markdown"} if typed.quiet else BRIEF
    details = "json" in formats or shown.verbosity > 0
    options = CheckOptions(
        reference=typed.reference,
        profile=typed.profile,
        rules=split_list(typed.rule),
        skip_rules=split_list(typed.skip_rule),
        services=split_list(typed.service),
        allow=not typed.no_allow,
        reasons=typed.require_reason or typed.strict,
        piped=typed.stdin_filename,
        details=details,
        allowed=details or not formats <= brief,
    )
    lowest = check_choice("--severity", typed.severity, get_args(Severity))
    loaded = configuration(typed.paths, typed.config_file, typed.no_config)
    today = day(typed.today)

    def run(progress: Progress) -> Report:
        return check(typed.paths, options, config=loaded, today=today, progress=progress)

    report = run(SILENT) if typed.no_progress else _watched(run)
    limited = report.limited_to(lowest, typed.max_findings)
    write_reports(limited, outputs, shown, typed.colour)
    most = typed.max_unknown
    if most is not None and (number := report.summary.unknowns) > most:
        say(f"{number} unknown; --max-unknown allows {most}; -v lists them")
    return exit_code(report, gate, most)
