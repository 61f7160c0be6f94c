"""The command line: what is asked, who answers, and the exit code. The only module that exits.

A command gathers what it needs, calls one function of the packages below and returns an exit code;
``main`` alone turns errors into messages and codes (docs/exit-codes in the README).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from deploylint import __version__, check, config, packs, sets, terminal
from deploylint.model import Severity
from deploylint.nearest import nearest
from deploylint.reports import FORMATS, Look, writer
from deploylint.schemas import SCHEMAS, Misread

DEFAULT_PATH = Path("deploy")
GATES: dict[str, Severity | None] = {"error": "error", "warning": "warning", "never": None}

app = typer.Typer(
    name="deploylint",
    help="Keeps the deployment files of a fleet of services consistent.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _ids(incomplete: str) -> list[str]:
    return [one for one in packs.load().ids if one.startswith(incomplete)]


def _listed(values: list[str] | None) -> tuple[str, ...]:
    return tuple(
        part.strip() for value in values or () for part in value.split(",") if part.strip()
    )


def _chosen(option: str, value: str, known: Any) -> str:
    if value in known:
        return value
    meant = nearest(value, known)
    hint = f"did you mean {meant!r}?" if meant else f"one of {', '.join(known)}"
    raise sets.Unusable(f"{option} {value}: there is no such {option.lstrip('-')}; {hint}")


def _write(text: str) -> None:
    """Write to standard output. Whoever reads may stop early (``| head``) without an error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Folders and files. A folder is one set of services that is compared; files named are "
        "one set. A file named beside its folder only narrows what is shown. Default: deploy/.",
        show_default=False,
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "-f",
        "--format",
        metavar="NAME",
        envvar="DEPLOYLINT_FORMAT",
        help=f"One of {', '.join(FORMATS)}.",
        autocompletion=lambda: list(FORMATS),
    ),
]
Colour = Annotated[
    str,
    typer.Option(
        "--color",
        metavar="WHEN",
        help=f"One of {', '.join(terminal.COLOURS)}.",
        autocompletion=lambda: list(terminal.COLOURS),
    ),
]
ProfileName = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME", help="How the files are spelled; default: by evidence."
    ),
]


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
    paths: Paths = None,
    reference: Annotated[
        str,
        typer.Option("--reference", metavar="FILE", help="The file or service the others follow."),
    ] = "",
    profile: ProfileName = "",
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="ID", help="Only these rules.", autocompletion=_ids),
    ] = None,
    skip_rule: Annotated[
        list[str] | None,
        typer.Option("--skip-rule", metavar="ID", help="Not these rules.", autocompletion=_ids),
    ] = None,
    service: Annotated[
        list[str] | None,
        typer.Option("--service", metavar="NAME", help="Only findings of these services."),
    ] = None,
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="LEVEL", help="One of error, warning, never.")
    ] = "error",
    format: Format = "text",
    colour: Colour = "auto",
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only what needs doing.")] = False,
    verbose: Annotated[
        int,
        typer.Option("-v", "--verbose", count=True, help="Also what was not compared, and why."),
    ] = 0,
) -> int:
    """Compare services with their reference.

    Exit codes: 0 consistent, 1 a violation, 2 what was asked for cannot be, 3 something could not be
    checked, 4 a bug in deploylint.
    """
    _chosen("--format", format, FORMATS)
    look = _look(colour, -1 if quiet else verbose)
    gate = GATES[_chosen("--fail-on", fail_on, GATES)]
    options = check.Options(
        reference=reference,
        profile=profile,
        rules=_listed(rule),
        skip_rules=_listed(skip_rule),
        services=_listed(service),
    )
    report = check.run(paths or [_default_path()], options, packs.load(), config.load())
    _write(writer(format)(report, look))
    return check.exit_code(report, gate)


def _look(colour: str, verbosity: int = 0) -> Look:
    _chosen("--color", colour, terminal.COLOURS)
    return terminal.look(sys.stdout, os.environ, colour, verbosity)


def _default_path() -> Path:
    if DEFAULT_PATH.is_dir():
        return DEFAULT_PATH
    found = [sets.shown(path) for path in sets.candidates(Path.cwd())]
    hint = f"; try: deploylint check {' or '.join(found)}" if found else "; name a folder or files"
    raise sets.Nothing(f"no path is given and there is no deploy/ here{hint}")


@app.command("show")
def show_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A deployment file.")],
    profile: ProfileName = "",
    format: Format = "text",
    colour: Colour = "auto",
) -> int:
    """Print what deploylint understands of a file: every address, state, value, note and place."""
    from deploylint.reports import show

    _chosen("--format", format, show.FORMATS)
    loaded = show.read(file, profile)
    _write(show.FORMATS[format](loaded, _look(colour)))
    return 3 if loaded.problems or not loaded.services else 0


@app.command("rules")
def rules_command(format: Format = "text", colour: Colour = "auto") -> int:
    """List all rules: what they demand, of which elements, and why."""
    from deploylint.reports import rules

    _chosen("--format", format, rules.FORMATS)
    _write(rules.FORMATS[format](packs.load(), _look(colour)))
    return 0


@app.command("explain")
def explain_command(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", autocompletion=_ids)],
    colour: Colour = "auto",
) -> int:
    """Explain one rule: what it demands, why, examples, and what is allowed to differ."""
    from deploylint.reports import rules

    pack = packs.load()
    _chosen("rule", rule, pack.ids)
    _write(rules.explain(pack, rule, _look(colour)))
    return 0


@app.command("schema")
def schema_command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help=f"One of {', '.join(SCHEMAS)}.",
            autocompletion=lambda: list(SCHEMAS),
        ),
    ],
) -> int:
    """Print the JSON Schema of the report, of the configuration or of rule files."""
    from deploylint.schemas import encode, json_schema

    _write(encode(json_schema(_chosen("schema", name, SCHEMAS))))
    return 0


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(_run())


def _run() -> int:
    _never_fail_to_encode()
    try:
        return int(app(standalone_mode=False) or 0)
    except (typer.TyperException, sets.Unusable) as error:
        text = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        return _say(text, 2)
    except Misread as error:
        at = error.problem
        return _say(f"{at.file}:{at.line}:{at.column}: {at.message}", 2)
    except sets.Nothing as error:
        return _say(str(error), 3)
    except (KeyboardInterrupt, typer.Abort):
        return _say("interrupted", 130)
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
        f"a bug in deploylint {__version__}: {type(error).__name__} at {where}; please report it with "
        "this line and the command you ran",
        4,
    )
