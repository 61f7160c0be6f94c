"""Compiles our own data into the wheel; the YAML files it is made of stay there beside it."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

READING = ("msgspec", "pyyaml")
"""What of the package's own dependencies is needed to read YAML, by how their names begin."""


class CompiledData(BuildHookInterface[Any]):
    """Puts the compiled data into a wheel; an editable install compiles on first use."""

    def dependencies(self) -> list[str]:
        """What is needed to compile, with the bounds that the package itself has."""
        wanted = self.metadata.core.dependencies
        return [one for one in wanted if one.lower().startswith(READING)]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the data of this checkout and give the file to the wheel."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from deploylint.config.compile import compile_all
        from deploylint.model.own_data import FILE

        self._folder = tempfile.TemporaryDirectory()
        made = Path(self._folder.name, Path(FILE).name)
        made.write_bytes(compile_all())
        build_data["force_include"][str(made)] = f"deploylint/{made.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the file away that the wheel now holds."""
        if version != "editable":
            self._folder.cleanup()
