"""Which profile the files of a set speak for."""

from collections.abc import Iterable

from deploylint.documents.reader import Document
from deploylint.documents.suggest import hint
from deploylint.engine.discovery import UsageError
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile


class ProfileDetector:
    """Which profile a set is read with: a named one, else the most specific that a file speaks for.

    Raises Unusable for a name that is not there, Misread for an own profile that is wrong.
    ``because`` names the first file that does.
    """

    def __init__(self, name: str, folders: profiles.Folders) -> None:
        known = profiles.names(folders)
        if name and name not in known:
            raise UsageError(f"--profile {name}: there is no such profile; {hint(name, known)}")
        self.because = "--profile" if name else "nothing speaks for another"
        self._folders = folders
        self._known = known
        self._name = name or known[-1]
        self._better = () if name else known

    def hear(self, documents: Iterable[Document]) -> None:
        """Look at what some files say."""
        for document in documents:
            for place, candidate in enumerate(self._better):
                if found := profiles.evidence(candidate, document.roots[0], self._folders):
                    self._name, self._better = candidate, self._better[:place]
                    self.because = f"{document.file} sets {found}"
                    break

    @property
    def profile(self) -> Profile:
        """The profile, as far as the files were looked at."""
        return profiles.load(self._name, self._folders)


def choose_profile(
    documents: Iterable[Document], name: str, folders: profiles.Folders = ()
) -> tuple[Profile, str]:
    """The profile to read some documents with, and why, as ``Spoken`` has it."""
    spoken = ProfileDetector(name, folders)
    spoken.hear(documents)
    return spoken.profile, spoken.because
