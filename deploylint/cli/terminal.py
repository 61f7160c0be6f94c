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
    has_unicode = _holds_unicode(encoding or "ascii")
    has_links = shows_colour and _has_links(environ, tty=tty)
    return Look(verbosity, shows_colour, _width(environ), has_unicode, has_links)


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
    """Whether a terminal is known to have links (OSC 8); one without may print what they are of.

    A terminal is known by what it sets, as https://github.com/chalk/supports-hyperlinks has it, and
    FORCE_HYPERLINK decides. What is inside a multiplexer or CI is not that terminal.
    """
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if not tty or environ.get("CI") or environ.get("TMUX") or environ.get("STY"):
        return False
    if _LINKING.isdisjoint({environ.get("TERM_PROGRAM", ""), environ.get("TERM", "")}):
        vte = environ.get("VTE_VERSION", "")
        return "WT_SESSION" in environ or (vte.isdecimal() and int(vte) > _VTE_WITHOUT)
    return True


_LINKING = {"iTerm.app", "WezTerm", "vscode", "ghostty", "zed", "xterm-kitty", "alacritty"}
"""The TERM_PROGRAM or TERM of terminals that have links."""

_VTE_WITHOUT = 5000
"""The last VTE_VERSION without links, or that crashes at one (0.50.0)."""


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
