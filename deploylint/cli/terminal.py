"""The look of the output: colour, width, more than ASCII. Environment in, ``Look`` out."""

from __future__ import annotations

import os
from collections.abc import Mapping

from deploylint.reports import Look

COLOURS = ("auto", "always", "never")
WIDTH, CI_WIDTH = 80, 120


def look(
    encoding: str | None, environ: Mapping[str, str], colour: str, verbosity: int, *, tty: bool
) -> Look:
    """How a report is to look on a stream of an encoding, which may be a terminal.

    An explicit ``--color`` wins over NO_COLOR, that over FORCE_COLOR (https://no-color.org,
    https://force-color.org), and those over what the stream is.
    """
    shows_colour = _colour(environ, colour, tty=tty)
    is_wide = _holds_unicode(encoding or "ascii")
    links = shows_colour and _has_links(environ, tty=tty)
    return Look(verbosity, shows_colour, _width(environ), is_wide, links)


def _colour(environ: Mapping[str, str], wanted: str, *, tty: bool) -> bool:
    if wanted != "auto":
        return wanted == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return tty


def _has_links(environ: Mapping[str, str], *, tty: bool) -> bool:
    """Whether a terminal is known to have links (OSC 8); one that has none may print their parts.

    No terminal says so. FORCE_HYPERLINK decides, as for other tools
    (https://github.com/chalk/supports-hyperlinks); none is known in a multiplexer or in CI.
    """
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if not tty or environ.get("CI") or environ.get("TMUX") or environ.get("STY"):
        return False
    if _LINKING.isdisjoint({environ.get("TERM_PROGRAM", ""), environ.get("TERM", "")}):
        vte = environ.get("VTE_VERSION", "")
        return "WT_SESSION" in environ or (vte.isdecimal() and int(vte) > _VTE_WITHOUT)
    return True


_LINKING = {
    *("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "zed"),
    *("xterm-kitty", "xterm-ghostty", "alacritty", "foot"),
}
"""The TERM_PROGRAM or TERM of terminals that have links, as their documentation has it."""

_VTE_WITHOUT = 5000
"""The last VTE_VERSION without links, or with those that crash it (0.50.0)."""


def _width(environ: Mapping[str, str]) -> int:
    if environ.get("CI") and not environ.get("COLUMNS"):
        return CI_WIDTH
    return _columns(environ.get("COLUMNS", "")) or WIDTH


def _columns(written: str) -> int:
    """The columns that are asked for, else those of the terminal; 0 where there are none.

    As ``shutil.get_terminal_size`` has it, but its import costs more than the rest of this module.
    """
    try:
        if (wanted := int(written or "0")) > 0:
            return wanted
    except ValueError:  # not a number: as if it were not set
        pass
    try:
        return os.get_terminal_size(1).columns
    except OSError:
        return 0


def _holds_unicode(encoding: str) -> bool:
    try:
        "→─✗…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
