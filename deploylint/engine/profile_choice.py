"""Detects the values profile of the files of a group."""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.model.errors import UsageError
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile

_NAMED = "--profile"


class ProfileChoice(Record):
    """A values profile, why, and its rank among those that could be detected: 0 is the best."""

    name: str
    because: str
    rank: int


class ProfileDetector:
    """Detects the values profile of a group: the one that is named, else the most specific.

    ``because`` names the first file with evidence of it, or the option.
    Raises UsageError for an unknown name, Misread for a profile of the project that is invalid.
    """

    def __init__(self, name: str, folders: profiles.Folders) -> None:
        known = profiles.names(folders)
        if name and name not in known:
            raise UsageError(f"--profile {name}: no such profile; {hint(name, known)}")
        self.because = _NAMED if name else "default; no other profile matches"
        self._folders = folders
        self._known = tuple(known)
        self._name = name or known[-1]
        self._better = () if name else self._known

    @classmethod
    def resumed(cls, choice: ProfileChoice, folders: profiles.Folders) -> ProfileDetector:
        """A detector with a former choice; it may find evidence of a more specific profile."""
        detector = cls("", folders)
        detector._name, detector.because = choice.name, choice.because
        detector._better = detector._known[: choice.rank]
        return detector

    def observe(self, documents: Iterable[Document]) -> None:
        """Look for evidence of a more specific profile in some documents."""
        for document in documents:
            for rank, candidate in enumerate(self._better):
                if key := profiles.evidence(candidate, document.roots[0], self._folders):
                    self._name, self._better = candidate, self._better[:rank]
                    self.because = f"detected: {key} in {document.file}"
                    break

    def is_detected_in(self, document: Document) -> bool:
        """Whether the profile is that of a document: a file that names its chart shows it itself.

        Plain values files of a group have one chart.
        """
        if document.origin is None or self.because == _NAMED:
            return True
        return bool(profiles.evidence(self._name, document.roots[0], self._folders))

    @property
    def choice(self) -> ProfileChoice:
        """The choice, as far as documents were observed."""
        return ProfileChoice(self._name, self.because, len(self._better))

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
