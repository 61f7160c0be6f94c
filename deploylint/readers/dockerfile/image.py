"""What a Dockerfile makes of its last stage: whom it runs as, what it starts, which ports it names.

A stage begins as the image it is built from: an earlier stage with all that this says, or an image
of others, of which only what ``base_images.yaml`` says is known. That a build may be told to end
with an earlier stage (``--target``) is not known here. ONBUILD speaks to other builds and is passed
over. Follows https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.readers.commands.shell import Word
from deploylint.readers.dockerfile.base_images import base
from deploylint.readers.dockerfile.expand import Variables, expanded
from deploylint.readers.dockerfile.parse import Instruction


class Line(Record):
    """An ENTRYPOINT or a CMD: its words, with those of the shell where one runs it.

    ``note`` is why it is not known, "" where it is. ``is_shell`` is whether it is in shell form.
    """

    words: tuple[Word, ...]
    node: Node
    is_shell: bool = False
    note: str = ""


class Image(Record):
    """What is known of an image; ``origin`` is the FROM of what others made.

    ``command`` is None where the ENTRYPOINT took it away. ``variables`` are those of its
    environment, ``arguments`` what only the build knows of, ``shell`` runs the shell forms.
    ``has_own_command`` is whether its last stage has a CMD. ``copied`` is what is put into it, and
    where to.
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
    def known(self) -> Variables:
        """What a variable in an instruction stands for: ENV wins over ARG."""
        return {**self.arguments, **self.variables}


def image(instructions: Sequence[Instruction]) -> Image:
    """The image of the last stage. The instructions hold a FROM at least."""
    globals_: dict[str, Word] = {}
    stages: dict[str, Image] = {}
    name, stage = "", None
    for one in instructions:
        if one.name == "FROM":
            stage = _from(one, stages, globals_)
            name = _called(one)
        elif stage is None:
            if one.name == "ARG":
                globals_ |= _arguments(one, globals_, {})
            continue
        elif one.name == "ARG":
            mine = _arguments(one, stage.known, globals_)
            stage = stage._replace(arguments={**stage.arguments, **mine})
        elif one.name in _SAYS:
            stage = _SAYS[one.name](stage, one)
        if name:
            stages[name] = stage
    assert stage is not None, "no FROM"
    return stage


def _called(one: Instruction) -> str:
    """The name that a FROM gives its stage; names are compared without regard to case."""
    words = [str(word.content) for word in one.words]
    return words[2].lower() if len(words) == 3 and words[1].upper() == "AS" else ""


def _from(one: Instruction, stages: Mapping[str, Image], known: Variables) -> Image:
    reference = expanded(one.words[0], known)
    earlier = stages.get(reference.text.lower()) if not reference.note else None
    if earlier is not None:
        return earlier._replace(arguments={}, has_own_command=False)
    said = None if reference.note else base(reference.text)
    name = reference.text if not reference.note else str(reference.node.content)
    note = reference.note or f"what {name} says is not known"
    user = Word("", reference.node, note)
    line = Line((), reference.node, note=note)
    if said is not None:
        user = Word(said.user, reference.node)
        if said.entrypoint is not None:
            line = Line(tuple(Word(word, reference.node) for word in said.entrypoint), line.node)
    command = Line((), reference.node, note=f"what {name} says is not known")
    texts = [("", note)] if said is None else [(port, "") for port in said.ports]
    ports = tuple(Word(text, reference.node, why) for text, why in texts)
    return Image(one.node, user, line, command, ports)


def _arguments(one: Instruction, known: Variables, above: Variables) -> dict[str, Word]:
    """What ARG declares: its default, else what stands above the first FROM, else what is built."""
    found: dict[str, Word] = {}
    for node in one.words:
        name, equals, default = str(node.content).partition("=")
        if equals:
            found[name] = expanded(node.made(default), {**known, **found})
        else:
            only = Word("", node, f"only the build says what {name} is")
            found[name] = above.get(name, only)
    return found


def _user(stage: Image, one: Instruction) -> Image:
    word = expanded(one.words[0] if one.words else one.node, stage.known)
    return stage._replace(user=word)


def _expose(stage: Image, one: Instruction) -> Image:
    ports = tuple(expanded(node, stage.known) for node in one.words)
    return stage._replace(ports=(*stage.ports, *ports))


def _env(stage: Image, one: Instruction) -> Image:
    pairs = zip(one.words[::2], one.words[1::2], strict=False)
    given = {str(name.content): expanded(value, stage.known) for name, value in pairs}
    return stage._replace(variables={**stage.variables, **given})


def _shell(stage: Image, one: Instruction) -> Image:
    return stage._replace(shell=tuple(str(word.content) for word in one.words))


def _entrypoint(stage: Image, one: Instruction) -> Image:
    """An ENTRYPOINT; what the stage was given as CMD by the image it is built from is lost."""
    command = stage.command if stage.has_own_command else None
    return stage._replace(entrypoint=_line(stage, one), command=command)


def _command(stage: Image, one: Instruction) -> Image:
    return stage._replace(command=_line(stage, one), has_own_command=True)


def _line(stage: Image, one: Instruction) -> Line:
    words = tuple(Word(str(node.content), node) for node in one.words)
    if one.is_exec:
        return Line(words, one.node)
    shell = (Word(word, one.node) for word in stage.shell)
    return Line((*shell, *words), one.node, is_shell=True)


def _copy(stage: Image, one: Instruction) -> Image:
    words = tuple(expanded(node, stage.known) for node in one.words)
    return stage._replace(copied=(*stage.copied, *words))


_SAYS: Mapping[str, Callable[[Image, Instruction], Image]] = {
    "USER": _user,
    "EXPOSE": _expose,
    "ENV": _env,
    "SHELL": _shell,
    "ENTRYPOINT": _entrypoint,
    "CMD": _command,
    "COPY": _copy,
    "ADD": _copy,
}
"""What each instruction makes of a stage; the others say nothing of what runs."""
