"""The command line: what is asked, who answers, and the exit code. The only module that exits.

A command gathers what it needs, calls one function of the packages below and returns an exit code;
``main`` alone turns errors into messages and codes (the table in the README).
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploylint import __version__, check, config, options, packs, sets, terminal
from deploylint.options import chosen, listed
from deploylint.report_v1 import SCHEMAS
from deploylint.reports import FORMATS, Look, writer
from deploylint.schemas import Misread

INTERRUPTED = 130
"""128 and the number of SIGINT, as shells count."""

app = typer.Typer(
    name="deploylint",
    help="Keeps the deployment files of a fleet of services consistent.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _write(text: str) -> None:
    """Write to standard output. Whoever reads may stop early (``| head``) without an error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _write_no_more()
    except OSError as error:
        _write_no_more()
        raise sets.Unusable(f"the output cannot be written: {error.strerror}") from None


def _write_no_more() -> None:
    """What is still buffered goes nowhere, so that the end neither waits nor fails."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(wanted: bool) -> None:
    if wanted:
        _write(f"deploylint {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("-V", "--version", help="Show the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Keeps the deployment files of a fleet of services consistent."""


@app.command("check")
def check_command(
    paths: options.Paths = None,
    reference: options.Reference = "",
    profile: options.ProfileName = "",
    rule: options.Rules = None,
    skip_rule: options.SkippedRules = None,
    service: options.Services = None,
    fail_on: options.FailOn = "error",
    format: options.Format = "text",
    colour: options.Colour = "auto",
    quiet: options.Quiet = False,
    verbose: options.Verbosity = 0,
) -> int:
    """Compare services with their reference.

    Exit codes: 0 consistent, 1 a violation, 2 what was asked for cannot be, 3 something could not
    be checked, 4 a bug in deploylint.
    """
    chosen("--format", format, FORMATS)
    look = _look(colour, -1 if quiet else verbose)
    gate = options.GATES[chosen("--fail-on", fail_on, options.GATES)]
    asked = check.Options(
        reference=reference,
        profile=profile,
        rules=listed(rule),
        skip_rules=listed(skip_rule),
        services=listed(service),
    )
    report = check.run(paths or [sets.default()], asked, packs.load(), config.load())
    _write(writer(format)(report, look))
    return check.exit_code(report, gate)


def _look(colour: str, verbosity: int = 0) -> Look:
    chosen("--color", colour, terminal.COLOURS)
    return terminal.look(sys.stdout, os.environ, colour, verbosity)


@app.command("show")
def show_command(
    file: options.File,
    profile: options.ProfileName = "",
    format: options.Format = "text",
    colour: options.Colour = "auto",
) -> int:
    """Print what deploylint understands of a file: every address, state, value, note and place."""
    from deploylint.reports import show
    from deploylint.reports.understood import read

    chosen("--format", format, show.FORMATS)
    loaded = read(file, profile)
    _write(show.FORMATS[format](loaded, _look(colour)))
    return 3 if loaded.problems or not loaded.services else 0


@app.command("rules")
def rules_command(format: options.Format = "text", colour: options.Colour = "auto") -> int:
    """List all rules: what they demand, of which elements, and why."""
    from deploylint.reports import rules

    chosen("--format", format, rules.FORMATS)
    _write(rules.FORMATS[format](packs.load(), _look(colour)))
    return 0


@app.command("explain")
def explain_command(
    rule: options.RuleId,
    colour: options.Colour = "auto",
) -> int:
    """Explain one rule: what it demands, why, examples, and what is allowed to differ."""
    from deploylint.reports import explain

    pack = packs.load()
    chosen("rule", rule, pack.ids)
    _write(explain.write(pack, rule, _look(colour)))
    return 0


@app.command("schema")
def schema_command(name: options.SchemaName) -> int:
    """Print the JSON Schema of the report, of the configuration or of rule files."""
    from deploylint.report_v1 import json_schema
    from deploylint.schemas import encode

    _write(encode(json_schema(chosen("schema", name, SCHEMAS))))
    return 0


def main() -> None:
    """Run the command line and exit with its code.

    The process ends at once, without freeing what it holds one by one: that is a sixth of the time
    of a short run. Everything is written and flushed by then, and nothing waits to be called.
    """
    code = _run()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
    os._exit(code)


def _run() -> int:
    if sys.__stdout__ is None:
        return _say("standard output is closed; there is nowhere to write a report to", 2)
    _never_fail_to_encode()
    try:
        code = int(app(standalone_mode=False) or 0)
        if code == INTERRUPTED:  # what Typer makes of Ctrl-C
            raise KeyboardInterrupt
        return code
    except typer.TyperException as error:
        return _say(error.format_message(), 2)
    except sets.Unusable as error:
        return _say(str(error), 2)
    except Misread as error:
        at = error.problem
        return _say(f"{at.file}:{at.line}:{at.column}: {at.message}", 2)
    except sets.Nothing as error:
        return _say(str(error), 3)
    except (KeyboardInterrupt, typer.Abort):
        _write_no_more()
        return _say("interrupted", INTERRUPTED)
    except Exception as error:
        return _bug(error)


def _never_fail_to_encode() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _say(message: str, code: int) -> int:
    if message:
        print(f"deploylint: {message}", file=sys.stderr)
    return code


def _bug(error: Exception) -> int:
    """A bug names its place in our code, and never a value of a file that was read."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "?"
    if trace is not None:
        code = trace.tb_frame.f_code
        where = f"{Path(code.co_filename).name}:{trace.tb_lineno} in {code.co_name}"
    return _say(
        f"a bug in deploylint {__version__}: {type(error).__name__} at {where}; please report it "
        "with this line and the command you ran",
        4,
    )
