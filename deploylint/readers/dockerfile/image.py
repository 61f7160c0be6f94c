"""The image that a Dockerfile's last stage makes: its user, what it starts, the ports it names.

A stage begins as the image it is built from: an earlier stage with everything in it, or another
image, known by its row in ``base_images.yaml``. A build that ends with an earlier stage
(``--target``) is not considered. ONBUILD is for other builds and is skipped. Follows
https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploylint.documents.nodes import Node, Problem, Source
from deploylint.documents.paths import display_path
from deploylint.documents.reader import read_plain
from deploylint.documents.record import Record
from deploylint.model.data import BASE_IMAGES, definition
from deploylint.model.paths import is_named
from deploylint.readers.commands.shell import Variables, Word
from deploylint.readers.dockerfile.parse import Instruction, expand_variables, parse_instructions

MOST_BYTES = 256 * 1024
"""The largest Dockerfile that is read: the longest one known has some ten thousand bytes."""


class Line(Record):
    """An ENTRYPOINT or a CMD.

    ``words``: its words, with those of the shell if one runs it.
    ``node``: the instruction.
    ``is_shell``: whether it is in shell form.
    ``note``: why it is unknown, or "".
    """

    words: tuple[Word, ...]
    node: Node
    is_shell: bool = False
    note: str = ""


class Image(Record):
    """The known parts of an image.

    ``origin``: the FROM of the first base image.
    ``user``: the user it runs as.
    ``entrypoint``: its ENTRYPOINT.
    ``command``: its CMD; None if the ENTRYPOINT removes it.
    ``ports``: its EXPOSE.
    ``variables``: its environment.
    ``arguments``: the variables of the build alone.
    ``shell``: what runs shell forms.
    ``has_own_command``: whether its last stage has a CMD.
    ``copied``: what is copied into it, and where to.
    """

    origin: Node
    user: Word
    entrypoint: Line
    command: Line | None
    ports: tuple[Word, ...] = ()
    variables: Mapping[str, Word] = {}
    arguments: Mapping[str, Word] = {}
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    has_own_command: bool = False
    copied: tuple[Word, ...] = ()

    @property
    def source(self) -> Source:
        """The text of its Dockerfile."""
        return self.origin.source


def read_dockerfile(path: Path, root: Path) -> Image | Problem:
    """The image of a Dockerfile below the root of its repository."""
    source = read_plain(path, display_path(path), root, MOST_BYTES)
    return source if isinstance(source, Problem) else read_image(source)


def read_image(source: Source) -> Image | Problem:
    """The image of a text, or why it is not a Dockerfile."""
    instructions = parse_instructions(source)
    return instructions if isinstance(instructions, Problem) else _last_stage(instructions)


def _last_stage(instructions: Sequence[Instruction]) -> Image:
    """The image of the last stage. The instructions have at least one FROM."""
    arguments: dict[str, Word] = {}
    stages: dict[str, Image] = {}
    name, stage = "", None
    for instruction in instructions:
        if instruction.name == "FROM":
            stage = _base(instruction, stages, arguments)
            name = _stage_name(instruction)
        elif stage is not None:
            stage = _with_instruction(stage, instruction, arguments)
        elif instruction.name == "ARG":
            arguments |= _arguments(instruction, arguments, {})
        if name and stage is not None:
            stages[name] = stage
    assert stage is not None, "no FROM"
    return stage


def _stage_name(instruction: Instruction) -> str:
    """The name that a FROM gives its stage, in small letters as case does not matter."""
    words = [str(word.content) for word in instruction.words]
    return words[2].lower() if len(words) == 3 and words[1].upper() == "AS" else ""


def _base(instruction: Instruction, stages: Mapping[str, Image], arguments: Variables) -> Image:
    """The image that a stage begins as."""
    reference = expand_variables(instruction.words[0], arguments)
    node, text = reference.node, reference.text
    if not reference.note and text.lower() in stages:
        return stages[text.lower()]._replace(arguments={}, has_own_command=False)
    row = {} if reference.note else _base_image(text)
    unknown = f"nothing is known about {node.content if reference.note else text}"
    why = reference.note or unknown
    note, words = "" if row else why, row.get("entrypoint")
    entrypoint = tuple(Word(word, node) for word in words or ())
    return Image(
        instruction.node,
        Word(row.get("user", ""), node, note),
        Line(entrypoint, node, note=why if words is None else ""),
        Line((), node, note=unknown),
        tuple(Word(port, node, note) for port in row.get("exposes", () if row else ("",))),
    )


_PREFIXES = ("index.docker.io/", "registry-1.docker.io/", "docker.io/", "public.ecr.aws/docker/")
"""The registries of the images that Docker publishes."""


def _base_image(reference: str) -> Mapping[str, Any]:
    """The row about an image by its reference, with or without a tag; empty if there is none."""
    name = reference.partition("@")[0]
    for prefix in (*_PREFIXES, "library/"):
        name = name.removeprefix(prefix)
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # the colon is that of a port
        repository, tag = name, ""
    rows: list[dict[str, Any]] = definition(BASE_IMAGES)["bases"]
    for row in rows:
        is_meant = any(is_named(repository, image) for image in row["images"])
        if is_meant and ("tag" not in row or re.fullmatch(row["tag"], tag)):
            return row
    return {}


def _arguments(instruction: Instruction, known: Variables, above: Variables) -> dict[str, Word]:
    """The variables of an ARG: its default, else the one above the first FROM, else unknown."""
    variables: dict[str, Word] = {}
    for node in instruction.words:
        name, equals, default = str(node.content).partition("=")
        if equals:
            variables[name] = expand_variables(node.made(default), {**known, **variables})
        else:
            variables[name] = above.get(name, Word("", node, f"{name} is set by the build"))
    return variables


_EXPANDED = frozenset(("ENV", "USER", "EXPOSE", "COPY", "ADD"))
"""The instructions with words in which variables are looked for."""


def _with_instruction(stage: Image, instruction: Instruction, above: Variables) -> Image:
    """A stage with one more instruction; ENV wins over ARG. Others do not change what runs."""
    name, nodes, _, node = instruction
    known = {**stage.arguments, **stage.variables}
    words = tuple(expand_variables(word, known) for word in nodes if name in _EXPANDED)
    match name:
        case "ARG":
            given = _arguments(instruction, known, above)
            return stage._replace(arguments={**stage.arguments, **given})
        case "ENV":
            pairs = zip(nodes[::2], words[1::2], strict=False)
            given = {str(key.content): value for key, value in pairs}
            return stage._replace(variables={**stage.variables, **given})
        case "USER":
            return stage._replace(user=words[0] if words else expand_variables(node, known))
        case "EXPOSE":
            return stage._replace(ports=(*stage.ports, *words))
        case "COPY" | "ADD":
            return stage._replace(copied=(*stage.copied, *words))
        case "SHELL":
            return stage._replace(shell=tuple(str(word.content) for word in nodes))
        case "CMD":
            return stage._replace(command=_line(stage, instruction), has_own_command=True)
        case "ENTRYPOINT":  # it removes the CMD of the image that the stage is built from
            command = stage.command if stage.has_own_command else None
            return stage._replace(entrypoint=_line(stage, instruction), command=command)
    return stage


def _line(stage: Image, instruction: Instruction) -> Line:
    words = tuple(Word(str(node.content), node) for node in instruction.words)
    if instruction.is_exec:
        return Line(words, instruction.node)
    shell = (Word(word, instruction.node) for word in stage.shell)
    return Line((*shell, *words), instruction.node, is_shell=True)
