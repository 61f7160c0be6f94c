"""The picture of the report in the README: the real one, of the story that ships.

Its text is the coloured report as a terminal of 100 columns gets it.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from deploylint.config import load as config
from deploylint.engine import check
from deploylint.reports import Look, writer
from tools import TODAY

ROOT = Path(__file__).parent.parent
STORY = Path("fixtures/fraiday/deploy/")
WIDTH = 100

_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""The rule that makes a viewer fetch a font; any font of equal widths works."""


def report() -> str:
    """The coloured report of the story, as in a terminal."""
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        found = check.check([STORY], check.CheckOptions(), config.load(), TODAY)
        return writer("text")(found, Look(colour=True, width=WIDTH))
    finally:
        os.chdir(here)


def render() -> str:
    """The text of ``docs/report.svg``."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(report()))
    title = f"deploylint check {STORY.as_posix()}/"
    picture = console.export_svg(title=title, theme=MONOKAI, unique_id="report")
    return _FONT.sub("", picture)
