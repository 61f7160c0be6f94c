"""The files that a search of folders saw, so that none is left out without a reason.

A file is first read with those of its folder, and may be left out of the larger group that these
join: then it is skipped for the reason that the first reading gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.load import DeploymentGroup

NO_PART = "not part of a service that is compared"


class SeenFiles:
    """The files that a search saw, and why some of them are skipped."""

    def __init__(self) -> None:
        self._names = dict[str, None]()
        self._skipped = dict[str, Skipped]()

    @property
    def names(self) -> Iterable[str]:
        """The names of all files."""
        return self._names

    def add(self, files: FileGroup) -> None:
        """Add the files of a folder."""
        self._names.update(dict.fromkeys(map(files.file_name, files.every_file)))

    def keep(self, skipped: Iterable[Skipped]) -> None:
        """Keep why files are skipped; a group may say it too."""
        for skip in skipped:
            self._skipped.setdefault(skip.file, skip)

    def keep_layers(self, files: FileGroup) -> None:
        """Keep for the values of environments why the first file of their service is skipped."""
        for member in files.members:
            first = self._skipped.get(files.file_name(member.files[0]))
            if first is not None:
                names = map(files.file_name, member.every_file)
                self.keep(first._replace(file=name) for name in names)

    def all_named(self, groups: Sequence[DeploymentGroup]) -> list[DeploymentGroup]:
        """Some groups; the first skips every file that none of them reads, skips or refuses."""
        first, *others = groups
        named = {document.file for group in groups for document in group.documents}
        for group in groups:
            named.update(skip.file for skip in group.skipped)
            named.update(problem.file for problem in group.problems)
        left = (name for name in self._names if name not in named)
        skipped = (self._skipped.get(name, Skipped(name, NO_PART)) for name in left)
        return [first._replace(skipped=(*first.skipped, *skipped)), *others]
