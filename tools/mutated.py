"""A pytest plugin that puts a mutant in the place of one module, before anything imports it.

The environment variable ``DEPLOYLINT_MUTANT`` is the module's name, a colon and the path of the
text that is run instead.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

VARIABLE = "DEPLOYLINT_MUTANT"


class MutantFinder(MetaPathFinder):
    """Finds one module: the mutant."""

    def __init__(self, name: str, path: str) -> None:
        self.name, self.path = name, path

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where the mutant lies; nothing for another module."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path)


if VARIABLE in os.environ:
    sys.meta_path.insert(0, MutantFinder(*os.environ[VARIABLE].split(":", 1)))
