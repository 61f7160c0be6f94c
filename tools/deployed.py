"""The processes of a deployment file: commands, the queues they consume, the probed endpoints.

Read from the deployment file as deploylint understands it, and from the Dockerfile of its image.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from deploylint.config import load as config
from deploylint.documents.nodes import child
from deploylint.engine import check
from deploylint.model.service import Component, Service
from deploylint.readers.commands.worker import words
from tools import TODAY

Command = tuple[str, ...]

DOCKERFILE = "Dockerfile"
COMMAND = "cmd"
ENDPOINTS = ("*-probe.path", "monitoring.path")
QUEUES = "workers.queues"
_INSTRUCTION = re.compile(r"^(FROM|ENTRYPOINT|CMD) (.*)$", re.MULTILINE)


class Deployed(NamedTuple):
    """What runs of one deployment file.

    ``server`` is the command of the image, ``workers`` are those written in the file, ``queues``
    what these consume, ``paths`` the HTTP paths that the server is asked for.
    """

    server: Command
    workers: tuple[Command, ...]
    queues: tuple[str, ...]
    paths: tuple[str, ...]


def deployed(file: Path, source: Path) -> Deployed:
    """The processes of a deployment file with an image built from the folder ``source``.

    The file's folder is read whole, as a set is. Raises ValueError where the set does not hold the
    file, or where the image's command is not written as a list.
    """
    service = _service(file)
    workers = [one for one in service.components if one.role == "worker"]
    return Deployed(
        server=image_command((source / DOCKERFILE).read_text(encoding="utf-8")),
        workers=tuple(command(worker) for worker in workers),
        queues=tuple(_queues(workers)),
        paths=tuple(_paths(service.main)),
    )


def _service(file: Path) -> Service:
    report = check.check([file.parent], check.CheckOptions(), config.load(), TODAY)
    for group in report.groups:
        for service in group.loaded.services:
            if Path(service.files[0]).name == file.name:
                return service
    raise ValueError(f"{file} holds no service")


def command(worker: Component) -> Command:
    """The written command line of a worker. Raises ValueError if there is none."""
    written = child(worker.scope, COMMAND)
    if written is None:
        raise ValueError(f"no {COMMAND} is written for {worker.key}")
    return tuple(word.text for word in words(written))


def _queues(workers: list[Component]) -> Iterator[str]:
    for worker in workers:
        consumed = worker.value(QUEUES).data
        if not isinstance(consumed, list):
            raise ValueError(f"nobody knows which queues {worker.key} consumes")
        yield from map(str, consumed)


def _paths(server: Component) -> Iterator[str]:
    """Each path once, in the order of the elements."""
    found = (
        str(value.data)
        for address, value in server.values.items()
        if value.state == "known" and any(fnmatchcase(address, one) for one in ENDPOINTS)
    )
    yield from dict.fromkeys(found)


def image_command(dockerfile: str) -> Command:
    """What an image runs by itself: the ENTRYPOINT of its last stage, followed by its CMD.

    Raises ValueError for a command that a shell would have to read.
    """
    said: dict[str, Command] = {}
    for instruction, text in _INSTRUCTION.findall(dockerfile):
        if instruction == "FROM":
            said.clear()
        else:
            said[instruction] = _exec_form(instruction, text)
    return said.get("ENTRYPOINT", ()) + said.get("CMD", ())


def _exec_form(instruction: str, text: str) -> Command:
    try:
        return tuple(map(str, json.loads(text)))
    except json.JSONDecodeError:
        raise ValueError(f"{instruction} {text}: write it as a list") from None
