"""Which service of a set the others follow, why, and what cannot be compared without one."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from deploylint.compare.majority import QUORUM
from deploylint.config.groups import NONE
from deploylint.config.load import Config
from deploylint.documents.nodes import Problem, child
from deploylint.documents.paths import display_path
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.engine.load import DeploymentGroup, called
from deploylint.model.errors import UsageError, misread_at
from deploylint.model.service import Service


class ReferenceChoice(Record):
    """The reference of a set and why it is.

    No service where there is none: ``alone`` where that was asked for, ``voted`` where nobody said
    anything and the majority may speak.
    """

    service: Service | None
    because: str
    alone: bool = False
    voted: bool = False


def choose(one: DeploymentGroup, asked: str, config: Config) -> ReferenceChoice:
    """The service the others follow: asked for, configured, or known by its file's name.

    Raises UsageError and Misread for one that is not there.
    """
    if asked:
        return _asked(one, asked)
    if one.group is not None and one.group.reference:
        return _configured(one)
    if config.alone:
        return ReferenceChoice(None, "none, as configured", alone=True)
    by_file = {Path(file).name: s for s in _alone(one) for file in s.files}
    whose = display_path(config.paths[-1]) if config.paths else "default configuration"
    for name in config.reference:
        if name in by_file:
            return ReferenceChoice(by_file[name], f"{whose}: {name}")
    if any(Path(problem.file).name in config.reference for problem in one.problems):
        return ReferenceChoice(None, "cannot be read")
    return ReferenceChoice(None, "none configured", voted=True)


def _asked(one: DeploymentGroup, asked: str) -> ReferenceChoice:
    wanted = display_path(Path(asked))
    found = _named(one, asked) or _named(one, wanted)
    if found is not None:
        return ReferenceChoice(found, "--reference")
    if any(problem.file == wanted for problem in one.problems):
        return ReferenceChoice(None, "cannot be read")
    listed = ", ".join(called(one).values()) or "no service could be read"
    raise UsageError(f"--reference {asked}: no such service in {one.name}; choose from {listed}")


def _named(one: DeploymentGroup, name: str) -> Service | None:
    """A service by its name, its file or its file's name."""
    for service in one.services:
        if service.name == name:
            return service
    for service in _alone(one):
        if name in service.files or name in (Path(file).name for file in service.files):
            return service
    return None


def _alone(one: DeploymentGroup) -> list[Service]:
    """The services that a file's name is enough for: no other one is in it."""
    typed = called(one)
    return [service for service in one.services if typed[service.name] in service.files]


def _configured(one: DeploymentGroup) -> ReferenceChoice:
    group = one.group
    assert group is not None
    if group.reference == NONE:
        return ReferenceChoice(None, "none, as configured", alone=True)
    found = _named(one, group.reference)
    if found is not None:
        return ReferenceChoice(found, f"group {group.name}: {group.reference}")
    if one.problems:
        return ReferenceChoice(None, "cannot be read")
    names = [service.name for service in one.services]
    message = f"group {group.name} has no service {group.reference!r}"
    node = child(group.node, "reference") or group.node
    raise misread_at(node, f"{message}; {hint(group.reference, names)}")


def why_not_comparable(
    one: DeploymentGroup, chosen: ReferenceChoice, reference: Service | None, benches: int
) -> list[Problem]:
    """Why a set could not be compared, with the line to type."""
    if one.problems and (len(one.services) < 2 or reference is None):
        return []
    if not one.services:
        file = one.documents[0].file if one.documents else one.piped or f"{one.name}/"
        return [Problem(file, 1, 1, _nothing_read(one))]
    if chosen.alone:
        return []
    file = one.services[0].files[0]
    folder = "-" if one.piped else quote(str(Path(file).parent))
    if len(one.services) == 1 and one.piped:
        message = "only one service given, nothing to compare it with; set its reference:"
        return [Problem(file, 1, 1, f"{message} deploylint check --reference FILE -")]
    if len(one.services) == 1:
        message = "only one service given, nothing to compare it with; check the folder:"
        return [Problem(file, 1, 1, f"{message} deploylint check {folder}")]
    if reference is None and not benches:
        message = (
            f"no reference, and no majority (needs {QUORUM} services of one role that agree); "
            "set the reference:"
        )
        named = quote(called(one)[one.services[0].name])
        return [Problem(file, 1, 1, f"{message} deploylint check --reference {named} {folder}")]
    return []


def _nothing_read(one: DeploymentGroup) -> str:
    listed = "; ".join(f"{s.file}: {s.reason}" for s in one.skipped)
    return f"no deployment to compare ({listed})"
