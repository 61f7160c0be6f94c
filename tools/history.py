"""Takes the history of a repository as the truth about its services.

python -m tools.history REPO [MOST]   (make history REPO=DIR [MOST=400])

Replays the last MOST commits that touch YAML files and finds convergences: changes that made one
service like its siblings (``tools.converging``), in commits that touch at most two services. At
each parent ``check`` is asked, and counts as right where it reports the place: the line of the
value, or the block that lacks a key and the key. Of all that it reported at quarters of years
before the last year it counts what was *mended* within a year: the finding is gone, its service is
not, and its file has changed. Nothing is checked out (``tools.replay``).
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.checked import Checked, Refused, Reported, checked
from tools.converging import TOUCHED, Convergence, Fleet, Unit, convergences, read_units
from tools.replay import Repository, Tree, is_repository
from tools.truth import ELEMENTS

MOST = 400
QUARTER = 7_889_400
"""Seconds."""
QUARTERS, YEAR = 12, 4
"""How many quarters are looked at, and how many are a year."""
YAML = (".yaml", ".yml")


class Found(NamedTuple):
    """A convergence, and whether the check before it reported its place; None if it was refused."""

    change: Convergence
    reported: bool | None


class Mended(NamedTuple):
    """Of the distinct findings of the quarters: mended within a year, still there, and gone.

    Those are gone with their services, which is no mending.
    """

    mended: int
    left: int
    gone: int


def find_convergences(repository: Repository, most: int) -> Iterator[Convergence]:
    """The convergences of the last commits, the oldest first."""
    commits = repository.commits(most)
    fleet = Fleet()
    if commits:
        for path, blob in repository.files(commits[0].parent).items():
            if path.endswith(YAML):
                fleet.put(path, read_units(path, repository.read(blob)))
    for commit in commits:
        after = {
            change.path: read_units(change.path, repository.read(change.after))
            if change.after
            else []
            for change in commit.changes
            if change.path.endswith(YAML)
        }
        changed = [pair for path, units in after.items() for pair in _pairs(fleet, path, units)]
        if len({_service(before) for before, _ in changed}) <= TOUCHED:
            yield from convergences(commit.parent, fleet, changed)
        for path, units in after.items():
            fleet.put(path, units)


def _pairs(fleet: Fleet, path: str, after: Iterable[Unit]) -> Iterator[tuple[Unit, Unit]]:
    """The units of a file that a commit changed, before and after."""
    old = {unit.called: unit for unit in fleet.units(path)}
    for unit in after:
        before = old.get(unit.called)
        if before is not None and _texts(before) != _texts(unit):
            yield before, unit


def _texts(unit: Unit) -> dict[tuple[str, ...], str]:
    return {key: leaf.text for key, leaf in unit.leaves.items()}


def _service(unit: Unit) -> str:
    return unit.name or unit.path


def ask(repository: Repository, changes: Sequence[Convergence], folder: Path) -> Iterator[Found]:
    """Asks a check of each parent for the convergences after it."""
    tree = Tree(repository, folder)
    reports: dict[str, Checked | None] = {}
    for change in changes:
        if change.parent not in reports:
            reports = {change.parent: _check(tree, repository, change.parent)}
        report = reports[change.parent]
        yield Found(change, report and any(is_about(change, one) for one in report.violations))


def _check(tree: Tree, repository: Repository, commit: str) -> Checked | None:
    tree.write(repository.files(commit))
    try:
        return checked(tree.folder)
    except Refused:
        return None


def is_about(change: Convergence, finding: Reported) -> bool:
    """Whether a finding is at the line of a change; of a missing key, in its block and about it.

    It is about a missing key where it names the key, or the element that one below it spells: of
    ``defaultPodOptions: {securityContext: ...}`` the security context is what is missing.
    """
    if finding.file != change.path or not change.first <= finding.line <= change.last:
        return False
    if not change.missing or finding.element in {ELEMENTS.get(key) for key in change.below}:
        return True
    text = _letters(f"{finding.rule} {finding.path} {finding.key} {finding.message}")
    return finding.element == ELEMENTS.get(change.key[-1], change.key[-1]) or any(
        spelling in text for spelling in _spellings(change.key[-1])
    )


def _spellings(key: str) -> Iterator[str]:
    """A key as a finding may have it: in one word, or its first or last two words."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", key)]
    yield _letters(key) or key
    if len(words) > 2:
        yield "".join(words[:2])
        yield "".join(words[-2:])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def count_mended(repository: Repository, folder: Path) -> Mended:
    """What became within a year of the findings of each quarter."""
    tree = Tree(repository, folder)
    commits = _quarters(repository.moments())
    by_commit = {
        commit: (_check(tree, repository, commit), repository.files(commit))
        for commit in dict.fromkeys(commits)
    }
    reports = [by_commit[commit] for commit in commits]
    seen: set[tuple[str, ...]] = set()
    counts: Counter[str] = Counter()
    for (then, files), (later, files_later) in zip(reports, reports[YEAR:], strict=False):
        if then is None or later is None:
            continue
        still = {_identity(one) for one in later.violations}
        services = {one.service for one in later.inventory}
        for one in then.violations:
            identity = _identity(one)
            if identity in seen:
                continue
            seen.add(identity)
            changed = files_later.get(one.file) != files.get(one.file)
            is_mended = identity not in still and changed
            is_gone = one.service not in services
            counts["gone" if is_gone else "mended" if is_mended else "left"] += 1
    return Mended(counts["mended"], counts["left"], counts["gone"])


def _identity(finding: Reported) -> tuple[str, ...]:
    """What a finding is about, wherever its file has been moved."""
    return (finding.service, finding.rule, finding.path)


def _quarters(moments: Sequence[tuple[str, int]]) -> list[str]:
    """The last commit of each quarter of years before the last commit, the oldest first."""
    if not moments:
        return []
    last = moments[0][1]
    chosen = []
    for quarter in range(QUARTERS, -1, -1):
        before = [commit for commit, time in moments if time <= last - quarter * QUARTER]
        chosen.extend(before[:1])
    return chosen


def lines(found: Sequence[Found], mended: Mended) -> Iterator[str]:
    """The figures as text, after each convergence."""
    for change, reported in found:
        word = {True: "found", False: "missed", None: "refused"}[reported]
        key = ".".join(change.key)
        sign = "no " if change.missing else ""
        yield f"{word:<8} {change.parent[:10]} {change.path}:{change.first} {sign}{key}"
    asked = [one for one in found if one.reported is not None]
    right = sum(one.reported is True for one in asked)
    services = len({(one.change.path, one.change.service) for one in found})
    yield f"{len(found)} convergences of {services} services, {right} of {len(asked)} found"
    whole = mended.mended + mended.left
    yield (
        f"{mended.mended} of {whole} findings were mended within a year; "
        f"{mended.gone} more went with their services"
    )


def main(arguments: list[str]) -> int:
    """Prints what the history of a repository says."""
    if len(arguments) not in (1, 2) or not is_repository(Path(arguments[0])):
        print("name a repository: make history REPO=DIR", file=sys.stderr)
        return 2
    most = int(arguments[1]) if len(arguments) == 2 else MOST
    with (
        Repository(Path(arguments[0])) as repository,
        tempfile.TemporaryDirectory() as parents,
        tempfile.TemporaryDirectory() as quarters,
    ):
        changes = list(find_convergences(repository, most))
        found = list(ask(repository, changes, Path(parents)))
        print("\n".join(lines(found, count_mended(repository, Path(quarters)))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
