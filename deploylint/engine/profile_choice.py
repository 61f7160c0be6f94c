"""Which values profile the files of a group are read with."""

from collections.abc import Iterable

from deploylint.documents.reader import Document
from deploylint.documents.suggest import hint
from deploylint.model.errors import UsageError
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile


class ProfileDetector:
    """Detects the values profile of a group: one that is named, else the most specific detected.

    ``because`` names the first file that it was detected in, or who named it.
    Raises UsageError for a name that is not there, Misread for an own profile that is wrong.
    """

    def __init__(self, name: str, folders: profiles.Folders) -> None:
        known = profiles.names(folders)
        if name and name not in known:
            raise UsageError(f"--profile {name}: there is no such profile; {hint(name, known)}")
        self.because = "--profile" if name else "nothing speaks for another"
        self._folders = folders
        self._name = name or known[-1]
        self._better = () if name else known

    def observe(self, documents: Iterable[Document]) -> None:
        """Look for evidence of a more specific profile in some documents."""
        for document in documents:
            for place, candidate in enumerate(self._better):
                if found := profiles.evidence(candidate, document.roots[0], self._folders):
                    self._name, self._better = candidate, self._better[:place]
                    self.because = f"{document.file} sets {found}"
                    break

    @property
    def profile(self) -> Profile:
        """The profile, as far as documents were observed."""
        return profiles.load(self._name, self._folders)


def choose_profile(
    documents: Iterable[Document], name: str, folders: profiles.Folders = ()
) -> tuple[Profile, str]:
    """The profile to read some documents with, and why, as ``ProfileDetector`` has it."""
    detector = ProfileDetector(name, folders)
    detector.observe(documents)
    return detector.profile, detector.because
