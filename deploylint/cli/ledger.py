"""The command that lists the allowances of a project."""

from deploylint import check, options, outcome
from deploylint.cli.asked import configuration, day
from deploylint.cli.output import look, write
from deploylint.options import chosen


def ledger_command(
    paths: options.Paths = None,
    reference: options.Reference = "",
    profile: options.ProfileName = "",
    config_file: options.ConfigPath = None,
    no_config: options.NoConfig = False,
    today: options.Today = "",
    require_reason: options.RequireReason = False,
    fail_on: options.FailOn = "error",
    format: options.LedgerFormat = "text",
    colour: options.Colour = "auto",
) -> int:
    """List each allowance: its state, owner and reason, and where it is used.

    Exit codes are those of a check of the same files.
    """
    from deploylint.reports import ledger

    chosen("--format", format, ledger.FORMATS)
    gate = options.GATES[chosen("--fail-on", fail_on, options.GATES)]
    asked = check.Options(reference=reference, profile=profile, reasons=require_reason)
    found = configuration(paths or [], config_file, no_config)
    report = check.run(paths or [], asked, found, day(today))
    write(ledger.FORMATS[format](report, look(colour)))
    return outcome.exit_code(report, gate)
