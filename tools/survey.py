"""Surveys any number of folders: which elements deploylint reads, and why it skips files.

python -m tools.survey DIR...   (make survey DIR="a b")

Every file below the folders is read alone, as ``deploylint show`` would, so that no file hides
another one.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from deploylint.config import load as config
from deploylint.config.load import Config
from deploylint.engine import discovery
from deploylint.engine import load as sets
from deploylint.engine.unread_files import SUFFIXES
from deploylint.model.errors import UsageError
from deploylint.model.fields import ELEMENTS, PRESENT
from deploylint.model.service import Service, State

LONGEST = 100
"""How many characters of a reason are printed: reasons that differ later are one."""


class Survey(NamedTuple):
    """What came of all files.

    ``states`` counts, by element, in which state the main component of each service has it.
    """

    read: int
    services: int
    reasons: Counter[str]
    problems: Counter[str]
    states: dict[str, Counter[str]]
    crashes: list[str]
    seconds: float

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return self.read + self.reasons.total() + self.problems.total() + len(self.crashes)


def survey(folders: Iterable[Path]) -> Survey:
    """Read every YAML file below some folders."""
    loaded = config.load()
    found = Survey(0, 0, Counter(), Counter(), {name: Counter() for name in ELEMENTS}, [], 0.0)
    read = services = 0
    start = time.perf_counter()
    for file in files(folders):
        try:
            one = _set(file, loaded)
        except UsageError as error:
            found.problems[_short(str(error).partition(": ")[2])] += 1
        except Exception as error:  # a survey goes on, and counts what must never happen
            found.crashes.append(f"{file}: {type(error).__name__}: {error}")
        else:
            read += _counted(one, found)
            services += len(one.services)
    seconds = time.perf_counter() - start
    return found._replace(read=read, services=services, seconds=seconds)


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Every YAML file below some folders, in order, but those of dot folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
            if path.suffix in SUFFIXES and path.is_file() and not hidden:
                yield path


def _set(file: Path, loaded: Config) -> sets.DeploymentGroup:
    (files,) = discovery.find_groups([file], loaded)
    return sets.load_group(files, loaded.profile, loaded.profile_folders)


def _counted(one: sets.DeploymentGroup, found: Survey) -> int:
    """Adds the result of one file to the counts; returns 1 if it has a service."""
    for service in one.services:
        for element in ELEMENTS:
            found.states[element][_state(service, element)] += 1
    if one.services:
        return 1
    for problem in one.problems[:1]:
        found.problems[_short(problem.message)] += 1
    if not one.problems:
        found.reasons[_short(one.skipped[0].reason if one.skipped else "holds no service")] += 1
    return 0


def _state(service: Service, element: str) -> State:
    """The state of an element in the first component that sets it."""
    said = [component.value(f"{element}.{PRESENT}").state for component in service.components]
    return next((state for state in said if state != "absent"), "absent")


def _short(reason: str) -> str:
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}..."


def lines(found: Survey) -> Iterator[str]:
    """The survey as one prints it."""
    yield f"{found.files} files: {found.read} read as {found.services} services"
    for title, counts in (("skipped", found.reasons), ("not readable", found.problems)):
        yield f"{counts.total()} {title}"
        yield from (f"  {count:>5}  {reason}" for reason, count in counts.most_common())
    states = get_args(State)
    yield f"{'element':<20}" + "".join(f"{state:>10}" for state in states)
    for element, counted in found.states.items():
        yield f"{element:<20}" + "".join(f"{counted[state]:>10}" for state in states)
    yield f"{found.seconds / max(found.files, 1) * 1000:.2f} seconds for 1,000 files"
    yield f"{len(found.crashes)} tracebacks"
    yield from (f"  {crash}" for crash in found.crashes)


def main(arguments: list[str]) -> int:
    """Print the survey of some folders: 1 where anything crashed."""
    folders = [Path(argument) for argument in arguments]
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing or not folders:
        named = f"{missing[0]} is no folder; " if missing else ""
        print(f'{named}name folders: make survey DIR="DIR ..."', file=sys.stderr)
        return 2
    found = survey(folders)
    print("\n".join(lines(found)))
    return int(bool(found.crashes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
