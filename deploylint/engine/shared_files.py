"""The files below a folder that several groups read, each read once.

A group of files is read in each of its environments, and again with others that it is joined to.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.documents.nodes import Problem
from deploylint.documents.paths import absolute, display_path, repository
from deploylint.documents.reader import Document, read_file

if TYPE_CHECKING:
    from deploylint.engine.charts.releases import Releases
    from deploylint.engine.charts.search import Charts
    from deploylint.engine.kustomize.set_images import SetImages
    from deploylint.engine.scripts import Scripts


class SharedFiles:
    """The documents and the charts below ``root``; what is there is read when it is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._documents: dict[Path, Document | Problem] = {}

    def read(self, path: Path) -> Document | Problem:
        """The document of a file, or why it cannot be read."""
        at = absolute(path)
        if at not in self._documents:
            self._documents[at] = read_file(path, display_path(path), self.root)
        return self._documents[at]

    @property
    def documents(self) -> list[Document]:
        """The documents that were read."""
        return [each for each in self._documents.values() if isinstance(each, Document)]

    @cached_property
    def charts(self) -> Charts:
        """The charts."""
        from deploylint.engine.charts.search import Charts  # not all values have charts

        return Charts(self.root)

    @cached_property
    def releases(self) -> Releases:
        """The releases of helmfiles."""
        from deploylint.engine.charts.releases import Releases  # few values have some

        return Releases(self.root)

    @cached_property
    def set_images(self) -> SetImages:
        """The names of images that kustomizations set."""
        from deploylint.engine.kustomize.set_images import SetImages  # few files have such names

        return SetImages(self.root, self.read)

    @cached_property
    def scripts(self) -> Scripts:
        """The scripts of the repository: those beside a folder may deploy what is in it."""
        from deploylint.engine.scripts import Scripts  # few files are asked about

        root = absolute(self.root)
        return Scripts(next(iter(repository(root)), root))
