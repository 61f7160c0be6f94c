"""The command ``init``, which writes a configuration and a baseline of allowances."""

import sys
from shlex import quote

from deploylint.cli import options
from deploylint.cli.common import day, look, write
from deploylint.config.discovery import discover
from deploylint.documents.paths import display_path, is_folder
from deploylint.engine.discovery import DEFAULT
from deploylint.model.errors import NothingToCheck
from deploylint.reports.text.escape import inert


def init_command(
    paths: options.Searched = None,
    reference: options.Reference = "",
    profile: options.ProfileName = "",
    config_file: options.ConfigPath = None,
    today: options.Today = "",
    accept_new: options.AcceptNew = False,
    dry_run: options.DryRun = False,
    colour: options.Colour = "auto",
) -> int:
    """Propose a configuration, with one allowance for each difference that is there.

    Writes .deploylint.yaml with groups and references, or keeps the one that is there, and
    .deploylint-todo.yaml with what differs now: after that, check fails only for what changes. One
    that is there takes nothing new without --accept-new. Exit codes: 0 done, 1 something is left
    that is not allowed, 2 an invalid option, path or configuration, 3 there is nothing to compare.
    """
    # Only here, so that no other command waits for it.
    from deploylint.cli.init import screen
    from deploylint.cli.init import write as writing
    from deploylint.cli.init.run import InitOptions, plan_init

    shown_on = look(colour)
    named = tuple(paths or ())
    existing = config_file or discover(named or ([DEFAULT] if is_folder(DEFAULT) else []))
    done = plan_init(InitOptions(named, reference, profile, existing, day(today), accept_new))
    arguments = () if done.groups or not named else (quote(str(path)) for path in named)
    text = screen.write(done, shown_on, " ".join(["deploylint check", *arguments]), dry=dry_run)
    if dry_run:
        write("".join(f"# ---- {display_path(path)}\n{text}" for path, text in done.files.items()))
        print(inert(text), file=sys.stderr, end="")
    else:
        writing.write(done.files, done.root)
        write(text)
    if done.report is None and not done.problems:
        raise NothingToCheck(
            "no folder has two services to compare; nothing was written; name another folder: "
            "deploylint init PATH"
        )
    return done.exit_code
