"""What can be asked on the command line: every argument and option with its help and completion."""

from pathlib import Path
from typing import Annotated

import typer

from deploylint.cli import terminal
from deploylint.cli.choice import GATES
from deploylint.config import rules
from deploylint.reports import FORMATS
from deploylint.reports.json_schema import SCHEMAS


def _ids(incomplete: str) -> list[str]:
    return [one for one in rules.load().ids if one.startswith(incomplete)]


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Folders and files. A folder is one group of services that are compared; files given "
        "together are one group. A file given together with its folder limits the report to that "
        "file; - is standard input. Default: deploy/.",
        show_default=False,
    ),
]
Looked = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Folders to search, with all folders below them; a file means its folder. "
        "Default: deploy/, else the working directory.",
        show_default=False,
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A deployment file.")]
RuleId = Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.", autocompletion=_ids)]
SchemaName = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help=f"One of {', '.join(SCHEMAS)}.",
        autocompletion=lambda: list(SCHEMAS),
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
AllowancesFormat = Annotated[
    str,
    typer.Option("-f", "--format", metavar="NAME", help="One of text, markdown, json."),
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
        "--profile", metavar="NAME", help="Values profile of the files. Default: detected."
    ),
]
Reference = Annotated[
    str,
    typer.Option(
        "--reference", metavar="FILE", help="File or service that the others must agree with."
    ),
]
Rules = Annotated[
    list[str] | None,
    typer.Option("--rule", metavar="ID", help="Run only these rules.", autocompletion=_ids),
]
SkippedRules = Annotated[
    list[str] | None,
    typer.Option("--skip-rule", metavar="ID", help="Skip these rules.", autocompletion=_ids),
]
Services = Annotated[
    list[str] | None,
    typer.Option("--service", metavar="NAME", help="Show only findings of these services."),
]
FailOn = Annotated[
    str,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        help=f"One of {', '.join(GATES)}.",
        autocompletion=lambda: list(GATES),
    ),
]
MaxUnknown = Annotated[
    int | None,
    typer.Option(
        "--max-unknown",
        metavar="N",
        min=0,
        help="Fail if more than N findings are unknown. Default: no limit.",
        show_default=False,
    ),
]
StdinFilename = Annotated[
    str,
    typer.Option(
        "--stdin-filename", metavar="NAME", help="File name to show for standard input (-)."
    ),
]
ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="DEPLOYLINT_CONFIG",
        help="Configuration file. Default: the .deploylint.yaml above the first path.",
        show_default=False,
    ),
]
NoConfig = Annotated[
    bool, typer.Option("--no-config", help="Ignore .deploylint.yaml and use the defaults.")
]
Today = Annotated[
    str,
    typer.Option(
        "--today",
        metavar="DATE",
        help="Day on which allowances are evaluated, as YYYY-MM-DD. Default: today in UTC.",
    ),
]
NoAllow = Annotated[
    bool,
    typer.Option("--no-allow", help="Ignore allowances and report the differences they cover."),
]
RequireReason = Annotated[
    bool,
    typer.Option(
        "--require-reason", help="Report an allowance whose reason is TODO as a violation."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")
]
TestFolder = Annotated[
    Path | None,
    typer.Option(
        "--test",
        metavar="DIR",
        help="Run the examples of the rule files in a folder.",
        show_default=False,
    ),
]
NoProgress = Annotated[
    bool,
    typer.Option("--no-progress", help="Do not show progress."),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Show violations only.")]
Verbosity = Annotated[
    int,
    typer.Option("-v", "--verbose", count=True, help="Also show what was not compared, and why."),
]
