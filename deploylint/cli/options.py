"""The arguments and options of the command line, each with its help and completion."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from deploylint.cli import terminal
from deploylint.cli.common import GATES
from deploylint.cli.outputs import AUTO
from deploylint.config import rules
from deploylint.model.rule import Severity
from deploylint.reports import FORMATS, OF_COMMANDS
from deploylint.reports.json_schema import SCHEMAS


def _ids(incomplete: str) -> list[str]:
    return [name for name in rules.shipped_rules().ids if name.startswith(incomplete)]


def _option(usage: str, help: str, **more: Any) -> Any:
    """An option with its flags and the name of its value, if it has one: ``-f --format NAME``."""
    flags = [word for word in usage.split() if word.startswith("-")]
    value = " ".join(word for word in usage.split() if not word.startswith("-"))
    return typer.Option(*flags, metavar=value or None, help=help, **more)


def _word(usage: str, words: Iterable[str], **more: Any) -> Any:
    """An option with one of some words as its value."""
    return _option(usage, _one_of(words), autocompletion=_completion(words), **more)


def _one_of(words: Iterable[str]) -> str:
    return f"One of {', '.join(words)}."


def _completion(words: Iterable[str]) -> Callable[[], list[str]]:
    return lambda: list(words)


def _paths(help: str) -> Any:
    return typer.Argument(metavar="[PATH]...", help=help, show_default=False)


def _name(metavar: str, help: str, completion: Callable[..., list[str]]) -> Any:
    return typer.Argument(metavar=metavar, help=help, autocompletion=completion)


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
RuleId = Annotated[str, _name("RULE", "A rule's id.", _ids)]
SchemaName = Annotated[str, _name("NAME", _one_of(SCHEMAS), _completion(SCHEMAS))]
_FORMATS = (AUTO, *FORMATS)
_REPEATED = (
    f"{_one_of(_FORMATS)} Repeat it to write other reports to files. "
    f"{AUTO} is text, and in a GitHub workflow also annotations and a summary. Default: {AUTO}."
)
Formats = Annotated[
    list[str] | None,
    _option(
        "-f --format NAME[=FILE]",
        _REPEATED,
        autocompletion=_completion(_FORMATS),
        envvar="DEPLOYLINT_FORMAT",
    ),
]


def _format(command: str) -> Any:
    """The option of another command that names its format."""
    return Annotated[str, _word("-f --format NAME", OF_COMMANDS[command])]


AllowancesFormat = _format("allowances")
RulesFormat = _format("rules")
ShowFormat = _format("show")
Colour = Annotated[str, _word("--color WHEN", terminal.COLOURS)]
FailOn = Annotated[str, _word("--fail-on LEVEL", GATES)]
_LOWEST = f"{_one_of(get_args(Severity))} Show violations from it on; what fails is not changed."
LowestSeverity = Annotated[str, _option("--severity LEVEL", _LOWEST)]
_PROFILE = "Values profile of the files. Default: detected."
ProfileName = Annotated[str, _option("--profile NAME", _PROFILE)]
_REFERENCE = "File or service that the others must agree with."
Reference = Annotated[str, _option("--reference FILE", _REFERENCE)]
IdList = list[str] | None
Rules = Annotated[IdList, _option("--rule ID", "Run only these rules.", autocompletion=_ids)]
SkippedRules = Annotated[
    IdList, _option("--skip-rule ID", "Skip these rules.", autocompletion=_ids)
]
Services = Annotated[IdList, _option("--service NAME", "Show only findings of these services.")]
_MOST = "Fail if more than N findings are unknown. Default: no limit."
MaxUnknown = Annotated[int | None, _option("--max-unknown N", _MOST, min=0)]
_SHOWN = "Show the first N violations; what fails is not changed. Default: all."
MaxFindings = Annotated[int | None, _option("--max-findings N", _SHOWN, min=0)]
_PIPED = "File name to show for standard input (-)."
StdinFilename = Annotated[str, _option("--stdin-filename NAME", _PIPED)]
_CONFIG = "Configuration file. Default: the .deploylint.yaml above the first path."
ConfigPath = Annotated[Path | None, _option("--config FILE", _CONFIG, envvar="DEPLOYLINT_CONFIG")]
_NO_CONFIG = "Ignore .deploylint.yaml and use the defaults."
NoConfig = Annotated[bool, _option("--no-config", _NO_CONFIG)]
_TODAY = "Day on which allowances are evaluated, as YYYY-MM-DD. Default: today in UTC."
Today = Annotated[str, _option("--today DATE", _TODAY)]
_NO_ALLOW = "Ignore allowances and report the differences they cover."
NoAllow = Annotated[bool, _option("--no-allow", _NO_ALLOW)]
_REASON = "Report an allowance with the reason TODO as a violation."
RequireReason = Annotated[bool, _option("--require-reason", _REASON)]
_STRICT = "Fail on warnings too, such as an unused allowance, and on reasons that are TODO."
Strict = Annotated[bool, _option("--strict", _STRICT)]
_ACCEPT = "Add what differs now to a .deploylint-todo.yaml that is there."
AcceptNew = Annotated[bool, _option("--accept-new", _ACCEPT)]
_DRY_RUN = "Print what would be written, and write nothing."
DryRun = Annotated[bool, _option("--dry-run", _DRY_RUN)]
_TEST = "Run the examples of the rule files in a folder."
TestFolder = Annotated[Path | None, _option("--test DIR", _TEST)]
NoProgress = Annotated[bool, _option("--no-progress", "Do not show progress.")]
Quiet = Annotated[bool, _option("-q --quiet", "Show findings only.")]
_VERBOSE = "Also show what is allowed, unknown, skipped or not compared, the matrix, and all lines."
Verbosity = Annotated[int, _option("-v --verbose", _VERBOSE, count=True)]
