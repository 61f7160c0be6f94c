"""Regular expressions that are compiled when they are first used.

A short run uses a few of the many that its modules hold, and compiling one costs more than to
import a module.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Uncompiled:
    """A regular expression; it keeps each method of the compiled one that was asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        method = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, method)
        return method


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern like that of ``re.compile``, compiled on first use, also if it is wrong."""
    return cast("re.Pattern[str]", _Uncompiled(text, flags))
