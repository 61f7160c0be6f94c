"""A worker's command line: which of its commands is the worker, and what that one says.

``launchers`` goes through shells and wrappers, ``worker_options`` reads one command. Which option
means what is data (``profiles/technologies.yaml``).
"""

from collections.abc import Mapping

from deploylint.documents.nodes import Node
from deploylint.model.service import Value
from deploylint.readers.commands import launchers, shell, worker_options
from deploylint.readers.commands.launchers import Command, Unclear
from deploylint.readers.commands.shell import Variables, Word
from deploylint.readers.commands.technologies import mode_of
from deploylint.readers.commands.worker_options import Reading

_NONE: Mapping[str, Word] = {}


def words(node: Node, variables: Variables = _NONE) -> list[Word]:
    """The words of a command written as a list, or as one text split as a shell would.

    A text of several commands is a script of a shell. Raises ValueError for a text with an open
    quote and for a list that holds anything but scalars.
    """
    if isinstance(node.content, str):
        lines = list(shell.commands(node.content, node, variables))
        if len(lines) > 1:
            return [Word("sh", node), Word("-c", node), Word(node.content, node)]
        return lines[0] if lines else []
    if isinstance(node.content, list) and all(isinstance(n.content, str) for n in node.content):
        return [Word(str(item.content), item, is_raw=True) for item in node.content]
    raise ValueError("a command is a text or a list of texts")


def read_worker(
    line: list[Word], hint: str, variables: Variables = _NONE, *, has_program: bool = True
) -> Reading:
    """Read a worker's command line.

    ``hint`` is its technology where the command does not say, ``variables`` what its container's
    environment is known to hold. Without ``has_program`` the line is the arguments of what the
    image starts, unless its first word is a program for sure.
    """
    if sum(len(word.text) for word in line) > shell.MAX_LENGTH:
        return _unclear(None, shell.TOO_LONG)
    if not has_program and line and _is_argument(line[0]):
        line = [Word("", line[0].node), *line]
    try:
        commands = launchers.commands(line, variables)
    except Unclear as unclear:
        return _unclear(unclear.node, unclear.note)
    if not commands and variables and hint:
        commands = [Command(None, None, (), variables)]
    readings = [worker_options.read(command, hint) for command in commands]
    workers = [reading for reading in readings if _is_worker(reading)]
    for chosen in (readings, workers):
        if len(chosen) == 1:
            return chosen[0]
    if not readings:
        return Reading({})
    which = "none" if not workers else "several"
    return _unclear(line[0].node, f"a shell script with several commands, {which} of them a worker")


def _is_argument(word: Word) -> bool:
    """Whether a word alone cannot be a program: an option, or what a program is told to do."""
    return word.text.startswith("-") or ("/" not in word.text and bool(mode_of(word.text)))


def _is_worker(reading: Reading) -> bool:
    """Whether one of several commands is a worker, by its technology, mode or queues."""
    mode, queues = (reading.values.get(field) for field in ("mode", "queues"))
    says = "technology" in reading.values or (mode is not None and mode.data == "worker")
    return reading.role in ("", "worker") and (
        says or (queues is not None and queues.state == "known")
    )


def _unclear(node: Node | None, note: str) -> Reading:
    unknown = Value("unknown", None, node, note, None, () if node is None else (node,))
    fields = ("queues", "concurrency", "mode", "program", "technology")
    return Reading(dict.fromkeys(fields, unknown))
