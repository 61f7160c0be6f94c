"""The command that lists the allowances of a project."""

from deploylint.cli import options
from deploylint.cli.choice import GATES, chosen
from deploylint.cli.common import configuration, day
from deploylint.cli.output import look, write
from deploylint.engine import check, result


def allowances_command(
    paths: options.Paths = None,
    reference: options.Reference = "",
    profile: options.ProfileName = "",
    config_file: options.ConfigPath = None,
    no_config: options.NoConfig = False,
    today: options.Today = "",
    require_reason: options.RequireReason = False,
    fail_on: options.FailOn = "error",
    format: options.AllowancesFormat = "text",
    colour: options.Colour = "auto",
) -> int:
    """List each allowance: its state, owner and reason, and where it is used.

    Exit codes are those of a check of the same files.
    """
    from deploylint.reports import allowances

    chosen("--format", format, allowances.FORMATS)
    gate = GATES[chosen("--fail-on", fail_on, GATES)]
    asked = check.CheckOptions(reference=reference, profile=profile, reasons=require_reason)
    found = configuration(paths or [], config_file, no_config)
    report = check.check(paths or [], asked, found, day(today))
    write(allowances.FORMATS[format](report, look(colour)))
    return result.exit_code(report, gate)
