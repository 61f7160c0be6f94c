"""Adoption: from folders that nobody compared to a configuration under which ``check`` is quiet.

``looking`` finds what belongs together, ``proposal`` says it as a configuration, ``differences``
turns each present difference into an allowance whose reason is still to be written, ``writing``
writes both files or none, and ``telling`` says what came of it. A configuration that is there is
kept: it only comes to include the file of allowances, and that only grows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from deploylint.cli.init import baseline, proposal
from deploylint.cli.init.proposal import Proposed
from deploylint.cli.init.survey import look
from deploylint.config import load as config
from deploylint.config.discovery import NAMES
from deploylint.config.load import Config
from deploylint.config.schema import ConfigFile
from deploylint.documents.edit import ListItem, appended
from deploylint.documents.nodes import Problem
from deploylint.documents.paths import repository, shown
from deploylint.documents.reader import Document, read_file, read_text
from deploylint.documents.record import Record
from deploylint.engine import check, result
from deploylint.engine.check import CheckOptions as Options
from deploylint.engine.discovery import DEFAULT, Skipped
from deploylint.engine.result import Report
from deploylint.model.decode import decode
from deploylint.model.errors import Misread, UsageError
from deploylint.model.finding import Finding

TODO = ".deploylint-todo.yaml"


class Asked(Record):
    """What is to be adopted: folders, none for the usual ones; a reference and a profile, or "".

    ``existing`` is the configuration that is there already, and ``today`` a day as ``YYYY-MM-DD``.
    """

    paths: tuple[Path, ...]
    reference: str
    profile: str
    existing: Path | None
    today: str


class Adoption(Record):
    """What adopting comes to.

    ``files`` are the files to write and their whole text; ``groups`` what is proposed, none where a
    configuration is kept; ``added`` counts the new allowances. ``stuck`` are the violations that no
    allowance may cover. With ``problems`` nothing is to be written. ``report`` is what ``check``
    says once the files are written, None where nothing is compared.
    """

    root: Path
    files: dict[Path, str]
    groups: tuple[Proposed, ...]
    added: int
    skipped: tuple[Skipped, ...]
    problems: tuple[Problem, ...]
    stuck: tuple[Finding, ...] = ()
    report: Report | None = None

    @property
    def exit_code(self) -> int:
        """3 where something could not be looked at, 1 where ``check`` goes on to fail, else 0."""
        return 3 if self.report is None else result.exit_code(self.report, "error")


Texts = dict[Path, str]
Run = Callable[[Config], Report]


def adopt(asked: Asked) -> Adoption:
    """What to write so that every present difference waits for its reason, and ``check`` is quiet.

    Nothing is written here. Raises UsageError and Misread for what cannot be asked for.
    """
    return _proposed(asked) if asked.existing is None else _kept(asked, asked.existing.absolute())


def _proposed(asked: Asked) -> Adoption:
    """A configuration where there is none: what is found is proposed, and allowed to differ."""
    root, paths = _root(asked.paths)
    looked = look(paths, root, asked.profile)
    nothing = Adoption(root, {}, (), 0, looked.skipped, looked.problems)
    if looked.problems or not looked.groups:
        return nothing
    path, todo = root / NAMES[0], root / TODO
    groups = proposal.propose(looked.groups, root, config.load(), asked.reference)
    texts = {path: proposal.written(groups, asked.profile, TODO)}
    if not todo.exists():
        texts[todo] = baseline.HEAD

    def run(found: Config) -> Report:
        return check.check([], Options(), found, asked.today)

    return _allowing(nothing._replace(groups=groups), path, texts, run)


def _kept(asked: Asked, path: Path) -> Adoption:
    """A configuration that is there: it is kept, and comes to include what is allowed to differ."""
    root = next(iter(repository(path.parent)), path.parent)

    def run(found: Config) -> Report:
        report = check.check(asked.paths, Options(), found, asked.today)
        _check_groups(report, path)
        _check_asked(asked, report, path)
        return report

    todo = path.parent / TODO
    lost = {} if todo.exists() or todo.is_symlink() else {todo: baseline.HEAD}
    return _allowing(Adoption(root, {}, (), 0, (), ()), path, lost, run)


def _check_groups(report: Report, path: Path) -> None:
    """Raises UsageError for folders whose services no configuration tells apart from others."""
    loose = [group.set for group in report.groups if group.set.group is None]
    if loose and len(report.groups) > 1:
        raise UsageError(
            f"{loose[0].name}/: is in no group of {shown(path)}; write one for it first"
        )


def _check_asked(asked: Asked, report: Report, path: Path) -> None:
    """Raises UsageError for a reference or profile that a configuration does not come to."""
    followed = [group.reference for group in report.groups if group.reference is not None]
    names = {name for one in followed for name in (one.name, *one.files)}
    files = {Path(name).name for name in names}
    if asked.reference and not {asked.reference, shown(Path(asked.reference))} & (names | files):
        raise _elsewhere("--reference", asked.reference, "reference", path)
    profiles = {group.set.profile.name for group in report.groups}
    if asked.profile and asked.profile not in profiles:
        raise _elsewhere("--profile", asked.profile, "profile", path)


def _elsewhere(option: str, value: str, key: str, path: Path) -> UsageError:
    message = f"{option} {value}: {shown(path)} is there already and says otherwise"
    return UsageError(f"{message}; change {key} in it instead")


def _allowing(start: Adoption, path: Path, texts: Texts, run: Run) -> Adoption:
    """An adoption with an allowance for each violation under a configuration, tried in memory."""
    found = config.load(path, texts)
    before = run(found)
    if before.problems:
        return start._replace(problems=before.problems)
    new = baseline.baseline_allowances(before.findings, found)
    if new:
        texts = _with(new, path, texts, found, start.root)
        found = config.load(path, texts)
    after = run(found) if new else before
    files = {file: text for file, text in texts.items() if file in found.paths}
    stuck = tuple(finding for finding in after.findings if finding.status == "violation")
    return start._replace(files=files, added=len(new), stuck=stuck, report=after)


def _with(new: Sequence[ListItem], path: Path, texts: Texts, found: Config, root: Path) -> Texts:
    """The texts with new allowances, in a file that the configuration includes."""
    todo = path.parent / TODO
    texts = texts | {todo: _extended(todo, texts, root, "allow", new)}
    if todo not in found.paths:
        include = [ListItem((f"- {TODO}",), TODO)]
        texts |= {path: _extended(path, texts, root, "include", include)}
    return texts


def _extended(path: Path, texts: Texts, root: Path, key: str, items: Sequence[ListItem]) -> str:
    """The text of a file of ours with items at the end of a list."""
    text = appended(_document(path, texts, root), key, items)
    if isinstance(text, Problem):
        raise Misread(text)
    return text


def _document(path: Path, texts: Texts, root: Path) -> Document:
    """A file of ours, as it is to be written or is."""
    text, name = texts.get(path), shown(path)
    document = read_file(path, name, root) if text is None else read_text(text, name)
    if isinstance(document, Problem):
        raise Misread(document)
    decode(document, ConfigFile)
    return document


def _root(paths: Sequence[Path]) -> tuple[Path, list[Path]]:
    """The folder that the configuration is to lie in, and the paths to look at."""
    here = Path.cwd()
    named = list(paths) or [DEFAULT if DEFAULT.is_dir() else here]
    for path in named:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder")
    found = [Path(os.path.abspath(path)) for path in named]
    root, *others = (next(iter(repository(path)), here) for path in found)
    for path, whole in zip(found, (root, *others), strict=True):
        if whole != root or not path.is_relative_to(root):
            message = f"{shown(path)}: does not lie below {root}, where the configuration is to be"
            raise UsageError(f"{message}; adopt one repository at a time, from inside it")
    return root, found
