"""The files that scripts of a repository name: what a script applies is deployed.

A script is read as text and never run. What calls a file in it is its name, after the name of its
folder (``deploy/api/job.yaml``), after a variable (``${BASE}job.yaml``), or alone in a script of
its own folder or one that names that folder. Lines that are comments name nothing. To add a kind of
script, add its suffix or its name here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from deploylint.documents.nodes import Problem
from deploylint.documents.paths import absolute, display_path, is_file
from deploylint.documents.reader import read_plain
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.engine.folders.reasons import why_not_searched

_SUFFIXES = (".sh", ".bash", ".zsh", ".ksh", ".mk", ".ps1")
_NAMES = (
    *("makefile", "gnumakefile", "justfile", "jenkinsfile", "tiltfile", ".gitlab-ci.yml"),
    *("taskfile.yaml", "taskfile.yml", "skaffold.yaml", "skaffold.yml"),
)
_OF_PIPELINES = (".github", ".gitlab", ".circleci")
_PIPELINE = (".yaml", ".yml")
_FIRST = b"#!"
"""How a script begins that has no suffix (execve(2), Interpreter scripts)."""

_MOST = 2_000
"""How many scripts are read; a repository with more of them is not one of deployments."""
_LONGEST = 200_000
"""How long the text of one is."""

_DEPLOYS = regex(r"\b(?:kubectl|oc|kapp|apply|kustomize|kustomization|skaffold)\b|k8s_yaml")
"""What shows that a script deploys something: those that test or format files name them too."""
_COMMENT = regex(r"(?m)^[ \t]*(?:#|//)[^\n]*$")
_PATH = regex(r"[\w./${}()-]+")
_FILES = (".yaml", ".yml", ".json")
_WORD = regex(r"\w[\w.-]*")


class _Script(Record):
    """The folder of a script, and the words in it, where folders are among them."""

    folder: Path
    words: frozenset[str]


class Scripts:
    """The scripts below ``root``."""

    def __init__(self, root: Path) -> None:
        self._in_folders = set[tuple[str, str]]()
        self._anywhere = set[str]()
        self._beside = set[Path]()
        self._alone: dict[str, list[_Script]] = {}
        for path in _scripts(absolute(root)):
            source = read_plain(path, display_path(path), root)
            if not isinstance(source, Problem):
                self._read(path.parent, source.text[:_LONGEST])

    def deploy(self, file: Path) -> bool:
        """Whether one of them names a file among what it deploys."""
        own = absolute(file)
        name, folder = own.name, own.parent
        if (folder.name, name) in self._in_folders or name in self._anywhere or own in self._beside:
            return True
        scripts = self._alone.get(name, ())
        return any(folder == each.folder or folder.name in each.words for each in scripts)

    def _read(self, folder: Path, text: str) -> None:
        if not _DEPLOYS.search(text):
            return
        text, alone = _COMMENT.sub("", text), set[str]()
        for path in (path for path in _PATH.findall(text) if path.endswith(_FILES)):
            above, slash, last = path.rpartition("/")
            name, before = _behind_variable(last), above.rpartition("/")[2]
            if "$" in name or name.startswith("."):
                continue
            if name != last or _is_variable(before) or (slash and not above):
                self._after_variable(folder, name)
            elif before.strip("."):
                self._in_folders.add((before, name))
            else:
                alone.add(name)
        script = _Script(folder, frozenset(_WORD.findall(text)) if alone else frozenset())
        for name in alone:
            self._alone.setdefault(name, []).append(script)

    def _after_variable(self, folder: Path, name: str) -> None:
        """Keep a file in the folder of a variable, which is most often that of the script."""
        if is_file(folder / name):
            self._beside.add(folder / name)
        else:
            self._anywhere.add(name)


def _behind_variable(text: str) -> str:
    """What follows the last variable in a text: ``job.yaml`` of ``${BASE}job.yaml``."""
    return text[max(text.rfind("}"), text.rfind(")")) + 1 :]


def _is_variable(text: str) -> bool:
    return not {"$", "}", ")"}.isdisjoint(text)


def _scripts(root: Path) -> Iterator[Path]:
    """The scripts in a folder, so many as are read."""
    read = 0
    for name, below, files in os.walk(root):
        folder = Path(name)
        depth = len(folder.parts) - len(root.parts)
        is_pipeline = any(part in _OF_PIPELINES for part in folder.parts[len(root.parts) :])
        below[:] = sorted(
            each
            for each in below
            if each in _OF_PIPELINES or not why_not_searched(folder / each, depth, ())
        )
        for path in (folder / each for each in sorted(files)):
            if read < _MOST and (_is_script(path) or (is_pipeline and path.suffix in _PIPELINE)):
                read += 1
                yield path


def _is_script(path: Path) -> bool:
    name = path.name.lower()
    return name in _NAMES or name.endswith(_SUFFIXES) or ("." not in name and _has_mark(path))


def _has_mark(path: Path) -> bool:
    """Whether a file begins as a script does."""
    try:
        with path.open("rb") if is_file(path) else BytesIO() as file:
            return file.read(len(_FIRST)) == _FIRST
    except OSError:
        return False
