"""The arguments and options of the command line, each with its help and completion."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from deploylint.cli import terminal
from deploylint.cli.choice import GATES
from deploylint.config import rules
from deploylint.reports import FORMATS
from deploylint.reports.json_schema import SCHEMAS


def _ids(incomplete: str) -> list[str]:
    return [name for name in rules.load().ids if name.startswith(incomplete)]


def _value(flags: str, metavar: str, help: str, **more: Any) -> Any:
    """An option with a value; one without a default shows none."""
    return typer.Option(*flags.split(), metavar=metavar, help=help, **more)


def _word(flags: str, metavar: str, words: Iterable[str], **more: Any) -> Any:
    """An option with one of some words as its value."""
    return _value(flags, metavar, _one_of(words), autocompletion=_completion(words), **more)


def _one_of(words: Iterable[str]) -> str:
    return f"One of {', '.join(words)}."


def _completion(words: Iterable[str]) -> Callable[[], list[str]]:
    return lambda: list(words)


def _paths(help: str) -> Any:
    return typer.Argument(metavar="[PATH]...", help=help, show_default=False)


Paths = Annotated[
    list[Path] | None,
    _paths(
        "Folders and files. A folder is one group of services that are compared; files given "
        "together are one group. A file given together with its folder limits the report to that "
        "file; - is standard input. Default: deploy/."
    ),
]
Searched = Annotated[
    list[Path] | None,
    _paths(
        "Folders to search, with all folders below them; a file means its folder. "
        "Default: deploy/, else the working directory."
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A deployment file.")]
RuleId = Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", autocompletion=_ids)]
SchemaName = Annotated[
    str,
    typer.Argument(metavar="NAME", help=_one_of(SCHEMAS), autocompletion=_completion(SCHEMAS)),
]
Format = Annotated[str, _word("-f --format", "NAME", FORMATS, envvar="DEPLOYLINT_FORMAT")]
AllowancesFormat = Annotated[str, _word("-f --format", "NAME", ("text", "markdown", "json"))]
Colour = Annotated[str, _word("--color", "WHEN", terminal.COLOURS)]
FailOn = Annotated[str, _word("--fail-on", "LEVEL", GATES)]
ProfileName = Annotated[
    str, _value("--profile", "NAME", "Values profile of the files. Default: detected.")
]
Reference = Annotated[
    str, _value("--reference", "FILE", "File or service that the others must agree with.")
]
Rules = Annotated[
    list[str] | None, _value("--rule", "ID", "Run only these rules.", autocompletion=_ids)
]
SkippedRules = Annotated[
    list[str] | None, _value("--skip-rule", "ID", "Skip these rules.", autocompletion=_ids)
]
Services = Annotated[
    list[str] | None, _value("--service", "NAME", "Show only findings of these services.")
]
MaxUnknown = Annotated[
    int | None,
    _value(
        "--max-unknown", "N", "Fail if more than N findings are unknown. Default: no limit.", min=0
    ),
]
StdinFilename = Annotated[
    str, _value("--stdin-filename", "NAME", "File name to show for standard input (-).")
]
ConfigPath = Annotated[
    Path | None,
    _value(
        "--config",
        "FILE",
        "Configuration file. Default: the .deploylint.yaml above the first path.",
        envvar="DEPLOYLINT_CONFIG",
    ),
]
NoConfig = Annotated[
    bool, typer.Option("--no-config", help="Ignore .deploylint.yaml and use the defaults.")
]
Today = Annotated[
    str,
    _value(
        "--today",
        "DATE",
        "Day on which allowances are evaluated, as YYYY-MM-DD. Default: today in UTC.",
    ),
]
NoAllow = Annotated[
    bool,
    typer.Option("--no-allow", help="Ignore allowances and report the differences they cover."),
]
RequireReason = Annotated[
    bool,
    typer.Option(
        "--require-reason", help="Report an allowance with the reason TODO as a violation."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")
]
TestFolder = Annotated[
    Path | None, _value("--test", "DIR", "Run the examples of the rule files in a folder.")
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Do not show progress.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Show violations only.")]
Verbosity = Annotated[
    int,
    typer.Option("-v", "--verbose", count=True, help="Also show what was not compared, and why."),
]
