"""The history of a repository, commit by commit, read from its objects alone.

Nothing is checked out: ``git log`` names the blobs and ``git cat-file`` reads them. No hook,
monitor, filter or external diff of the repository runs, and nothing is fetched. What has to lie in
a folder, for a program that reads folders, is written into a temporary one: regular files of the
kinds that deployments consist of, never a link.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import NamedTuple, Self

SAFE = (
    "--no-replace-objects",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "diff.external=",
    "-c", "protocol.allow=never",
    "-c", "safe.directory=*",
)  # fmt: skip
ALONE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
SUFFIXES = (".yaml", ".yml", ".tpl", ".gotmpl", ".env")
"""The files that a temporary folder gets."""
REGULAR = ("100644", "100755")
LARGEST = 1_000_000
"""The bytes of the largest file that a temporary folder gets."""
MARK = "\x01"
NOTHING = "0" * 40


class Change(NamedTuple):
    """A file before and after a commit: its blobs, "" where it is not there."""

    path: str
    before: str
    after: str


class Commit(NamedTuple):
    """A commit on the first line of descent: its first parent, its time, and what it changed."""

    id: str
    parent: str
    time: int
    changes: tuple[Change, ...]


class Repository:
    """Reads a repository; leaving the context ends its one process."""

    def __init__(self, folder: Path) -> None:
        self._command = ["git", *SAFE, "-C", str(folder)]
        self._environment = {**os.environ, **ALONE}
        self._blobs = subprocess.Popen(
            [*self._command, "cat-file", "--batch"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._blobs:
            self._blobs.terminate()

    def commits(self, most: int) -> list[Commit]:
        """The last commits that touch YAML files, the oldest first; roots are left out."""
        form = f"--format={MARK}%H %P %ct"
        text = self._git(
            "log", "--first-parent", "-m", "--raw", "-z", "--no-renames", "--no-abbrev",
            "--no-ext-diff", "--no-textconv", f"--max-count={most}", form, "HEAD",
            "--", "*.yaml", "*.yml",
        )  # fmt: skip
        entries = text.split(MARK)[1:]
        return [commit for entry in reversed(entries) for commit in _commits(entry)]

    def moments(self) -> list[tuple[str, int]]:
        """Every commit on the first line of descent and its time, the newest first."""
        text = self._git("log", "--first-parent", "--format=%H %ct", "HEAD")
        pairs = (line.split() for line in text.splitlines())
        return [(commit, int(time)) for commit, time in pairs]

    def files(self, commit: str) -> dict[str, str]:
        """The regular files of a commit's tree that deployments consist of, and their blobs."""
        entries = self._git("ls-tree", "-r", "-z", "--long", commit).split("\0")
        return dict(_files(filter(None, entries)))

    def read(self, blob: str) -> bytes:
        """The bytes of a blob; none where the repository lacks it."""
        incoming, answer = self._blobs.stdin, self._blobs.stdout
        assert incoming is not None
        assert answer is not None
        incoming.write(f"{blob}\n".encode())
        incoming.flush()
        header = answer.readline().split()
        if header[-1:] == [b"missing"]:
            return b""
        data = answer.read(int(header[-1]))
        answer.read(1)
        return data

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command, *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode(errors="surrogateescape")


def _commits(entry: str) -> Iterator[Commit]:
    """The commit of an entry of the log, where it has a parent."""
    header, _, raw = entry.partition("\n" if "\n" in entry.partition("\0")[0] else "\0")
    commit, *parents, time = header.split()
    words = iter(raw.strip("\n\0").split("\0"))
    changes = tuple(_changes(words))
    if parents:
        yield Commit(commit, parents[0], int(time), changes)


def _changes(words: Iterator[str]) -> Iterator[Change]:
    for word in words:
        if not word.strip():
            continue
        mode, after_mode, before, after, _ = word.strip().lstrip(":").split()
        path = next(words)
        yield Change(path, _blob(mode, before), _blob(after_mode, after))


def _blob(mode: str, blob: str) -> str:
    return blob if mode in REGULAR and blob != NOTHING else ""


def _files(entries: Iterator[str]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        facts, _, path = entry.partition("\t")
        mode, _, blob, size = facts.split()
        if mode in REGULAR and is_wanted(path) and int(size) <= LARGEST:
            yield path, blob


def is_repository(folder: Path) -> bool:
    """Whether a folder is a work tree or a bare repository."""
    return (folder / ".git").exists() or (folder / "objects").is_dir()


def is_wanted(path: str) -> bool:
    """Whether a deployment may consist of a file: one that stays below its folder."""
    pure = PurePosixPath(path)
    inside = not pure.is_absolute() and ".." not in pure.parts and ".git" not in pure.parts
    return inside and pure.suffix in SUFFIXES


class Tree:
    """A temporary folder with the files of one commit after another."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self._repository = repository
        self._written: dict[str, str] = {}
        self.folder = folder

    def write(self, files: Mapping[str, str]) -> None:
        """Makes the folder hold some files, by their paths and blobs, and no others."""
        for path in self._written.keys() - files.keys():
            (self.folder / path).unlink()
        for path, blob in files.items():
            if self._written.get(path) != blob:
                target = self.folder / path
                if target.is_dir():
                    _remove_empty(target)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(self._repository.read(blob))
        self._written = dict(files)


def _remove_empty(folder: Path) -> None:
    """Removes a folder with only empty folders, where a file takes its name."""
    for below in sorted(folder.rglob("*"), reverse=True):
        below.rmdir()
    folder.rmdir()
