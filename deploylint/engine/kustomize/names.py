"""The names of files and folders in a kustomization, and those that lead to nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from deploylint.documents.nodes import Node, text_of
from deploylint.documents.paths import is_there
from deploylint.documents.regex import regex
from deploylint.documents.suggest import nearest
from deploylint.model.templates import is_variable

MOST_MISSING = 3
"""How many names that lead to nothing are each a fault; more are one, of a tool that makes them."""


class KustomizationNames:
    """The names in a kustomization of a folder; ``missing`` are those that lead to nothing.

    What they name outside ``top`` is not looked for.
    """

    def __init__(self, folder: Path, top: Path) -> None:
        self._folder, self._top = folder, top
        self.missing: list[Node] = []

    def paths(self, names: Iterable[Node]) -> list[Path]:
        """The paths of some names."""
        paths = list[Path]()
        for node in filter(_is_path, names):
            path = path_below(self._folder, text_of(node))
            if not path.is_relative_to(self._top):
                continue
            paths.append(path)
            if not is_there(path) and not _MAY_BE_ADDRESS.match(text_of(node)):
                self.missing.append(node)
        return paths

    def meant(self, names: Iterable[Node]) -> list[Path]:
        """The same, with what is nearly called so where something is not there."""
        paths = self.paths(names)
        if len(self.missing) > MOST_MISSING:
            return paths
        return [p if is_there(p) else p.with_name(meant_name(p) or p.name) for p in paths]


def meant_name(path: Path) -> str:
    """The name of the file or folder that is nearly called as one that is not there, or ""."""
    try:
        return nearest(path.name, os.listdir(path.parent))
    except (OSError, ValueError):  # a folder that cannot be read, and a name that no folder has
        return ""


def _is_path(node: Node) -> bool:
    """Whether a name in a kustomization may be a path: it is no address, and no text to apply."""
    name = text_of(node)
    return bool(name) and "\n" not in name and "://" not in name and not is_variable(name)


_MAY_BE_ADDRESS = regex(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}[:/]|.*(?:\w//|::|[?]|@.*:)")
"""A host, or what is in the address of a repository, as ``github.com/acme/fleet//base?ref=v1``.

https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md
"""


def path_below(folder: Path, name: str) -> Path:
    """The path of a name in a kustomization of a folder."""
    return Path(os.path.normpath(folder / name))
