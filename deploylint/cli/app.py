"""The commands that read and show: their arguments, calls and exit codes.

A command gathers what it needs, calls one function of the packages below and returns an exit code.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from deploylint import __version__
from deploylint.cli import options
from deploylint.cli.allowances import allowances_command
from deploylint.cli.check import CheckArguments, run_check
from deploylint.cli.common import INTERRUPTED, check_choice, configuration, look, write
from deploylint.cli.init.command import init_command
from deploylint.config import rules as rule_sets
from deploylint.documents.paths import is_folder
from deploylint.engine.discovery import PIPED
from deploylint.model.errors import NothingToCheck, UsageError
from deploylint.reports import OF_COMMANDS, writer
from deploylint.reports.json_schema import FORMER_NAMES, SCHEMAS

app = typer.Typer(
    name="deploylint",
    help="Keeps the deployment files of a fleet of services consistent.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        write(f"deploylint {__version__}\n")
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
    severity: options.LowestSeverity = "warning",
    config_file: options.ConfigPath = None,
    no_config: options.NoConfig = False,
    today: options.Today = "",
    no_allow: options.NoAllow = False,
    require_reason: options.RequireReason = False,
    strict: options.Strict = False,
    max_unknown: options.MaxUnknown = None,
    max_findings: options.MaxFindings = None,
    stdin_filename: options.StdinFilename = PIPED,
    format: options.Formats = None,
    colour: options.Colour = "auto",
    quiet: options.Quiet = False,
    verbose: options.Verbosity = 0,
    no_progress: options.NoProgress = False,
) -> int:
    """Compare services with their reference.

    Exit codes: 0 consistent, 1 a violation, 2 an invalid option, path or configuration,
    3 incomplete (something could not be checked), 4 a bug in deploylint.
    """
    return run_check(_arguments(locals()))


def _arguments(typed: dict[str, Any]) -> CheckArguments:
    """The arguments by name; those that may be repeated as tuples."""
    repeated = ("paths", "rule", "skip_rule", "service", "format")
    return CheckArguments(**typed | {name: tuple(typed[name] or ()) for name in repeated})


@app.command("show")
def show_command(
    file: options.File,
    profile: options.ProfileName = "",
    config_file: options.ConfigPath = None,
    no_config: options.NoConfig = False,
    format: options.ShowFormat = "text",
    colour: options.Colour = "auto",
) -> int:
    """Print what deploylint reads from a file: every address, state, value, note and place."""
    from deploylint.reports.show_model import show_file

    check_choice("--format", format, OF_COMMANDS["show"])
    loaded = show_file(file, profile, configuration([file], config_file, no_config))
    write(writer(format, "show")(loaded, look(colour)))
    return 3 if loaded.problems or not loaded.services else 0


@app.command("rules")
def rules_command(
    test: options.TestFolder = None,
    config_file: options.ConfigPath = None,
    no_config: options.NoConfig = False,
    format: options.RulesFormat = "text",
    colour: options.Colour = "auto",
) -> int:
    """List all rules: what each demands, of what elements, and why."""
    if test is not None:
        return _test(test, colour)
    check_choice("--format", format, OF_COMMANDS["rules"])
    write(writer(format, "rules")(_rules(config_file, no_config), look(colour)))
    return 0


def _rules(config_file: Path | None, no_config: bool) -> rule_sets.RuleSet:
    """The rules of a configuration, with all its allowances."""
    loaded = configuration([], config_file, no_config)
    return loaded.rule_set._replace(allowances=loaded.allowances)


def _test(folder: Path, colour: str) -> int:
    """Run the examples of a folder's rules: 1 where one has another outcome."""
    from deploylint.config.rule_files import read_folders
    from deploylint.engine import examples
    from deploylint.reports.rules import write_examples

    if not is_folder(folder):
        raise UsageError(f"--test {folder}: no such folder")
    results = examples.run_examples(read_folders([folder], rule_sets.shipped_rules()))
    if not results:
        raise NothingToCheck(f"--test {folder}: no rule with an example; add some under examples:")
    write(write_examples(results, look(colour)))
    return int(not all(result.holds for result in results))


@app.command("explain")
def explain_command(
    rule: options.RuleId,
    config_file: options.ConfigPath = None,
    no_config: options.NoConfig = False,
    colour: options.Colour = "auto",
) -> int:
    """Explain one rule: what it demands, why, examples, and what is allowed to differ."""
    from deploylint.reports import explain

    rules = _rules(config_file, no_config)
    check_choice("rule", rule, rules.ids)
    write(explain.write(rule_sets.with_examples(rules), rule, look(colour)))
    return 0


@app.command("schema")
def schema_command(name: options.SchemaName) -> int:
    """Print the JSON Schema of the report, of the configuration or of rule files."""
    from deploylint.model.decode import encode
    from deploylint.reports.json_schema import json_schema

    name = FORMER_NAMES.get(name, name)
    write(encode(json_schema(check_choice("schema", name, SCHEMAS))))
    return 0


app.command("allowances")(allowances_command)
app.command("ledger", hidden=True)(allowances_command)  # its name before
app.command("init")(init_command)


def run_typed() -> int:
    """Read the command line with Typer and run its command.

    Raises UsageError for what cannot be read, and KeyboardInterrupt for Ctrl-C.
    """
    try:
        code = int(app(standalone_mode=False) or 0)
    except typer.TyperException as error:
        raise UsageError(error.format_message()) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return code
