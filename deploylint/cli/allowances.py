"""The command that lists the allowances of a project."""

from deploylint.cli import options as typed
from deploylint.cli.common import GATES, check_choice, configuration, day, look, write
from deploylint.engine import check, result
from deploylint.reports import OF_COMMANDS, writer


def allowances_command(
    paths: typed.Paths = None,
    reference: typed.Reference = "",
    profile: typed.ProfileName = "",
    config_file: typed.ConfigPath = None,
    no_config: typed.NoConfig = False,
    today: typed.Today = "",
    require_reason: typed.RequireReason = False,
    fail_on: typed.FailOn = "error",
    format: typed.AllowancesFormat = "text",
    colour: typed.Colour = "auto",
) -> int:
    """List each allowance: its state, owner and reason, and where it is used.

    Exit codes are those of a check of the same files.
    """
    check_choice("--format", format, OF_COMMANDS["allowances"])
    gate = GATES[check_choice("--fail-on", fail_on, GATES)]
    options = check.CheckOptions(reference=reference, profile=profile, reasons=require_reason)
    loaded = configuration(paths or [], config_file, no_config)
    report = check.check(paths or [], options, loaded, day(today))
    write(writer(format, "allowances")(report, look(colour)))
    return result.exit_code(report, gate)
