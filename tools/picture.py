"""The picture in the README: the first steps, as a terminal of 100 columns shows them in colour."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tools import guide

STEPS = Path(__file__).parent.parent / "docs" / "first-steps.md"
WIDTH = 100

_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""The rule that makes a viewer fetch a font; any font of equal widths works."""


def render() -> str:
    """The text of ``docs/report.svg``."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("".join(guide.steps(STEPS, WIDTH, colour=True))))
    picture = console.export_svg(title="make demo", theme=MONOKAI, unique_id="report")
    return _FONT.sub("", picture)
