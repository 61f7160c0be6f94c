"""The command line that a process really has: its image's, but for what a deployment replaces."""

from __future__ import annotations

from deploylint.documents.regex import regex
from deploylint.model.field_values import FieldValues, field_values
from deploylint.model.fields import PRESENT, QUEUES, element_of
from deploylint.model.service import Component, Service, Value
from deploylint.readers.commands.queues import with_queues
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.web_servers import started, variables_of
from deploylint.readers.commands.worker import read_worker, words
from deploylint.readers.dockerfile.image import Image, Line
from deploylint.readers.helm.derived import derive
from deploylint.readers.service import as_main, runtime_of

_WORKERS = element_of(QUEUES)
_ARGUMENTS = regex(r"\$(?:[@*\d]|\{[@*\d])")


def own(image: Image) -> tuple[list[Word], str]:
    """The command line of an image without a deployment, or why it is not known."""
    return _line(image, None)


def swallows(entrypoint: Line) -> bool:
    """Whether an ENTRYPOINT takes no arguments: a shell gets its text alone, and hands on none.

    A text that names them (``"$@"``) does take them.
    """
    text = " ".join(word.text for word in entrypoint.words)
    return entrypoint.is_shell and not _ARGUMENTS.search(text)


def _line(image: Image, arguments: list[Word] | None) -> tuple[list[Word], str]:
    """ENTRYPOINT, and behind it the arguments, else CMD."""
    first, command = image.entrypoint, image.command
    if first.note:
        return [], f"the ENTRYPOINT is its base's: {first.note}"
    if swallows(first):
        return list(first.words), ""
    if arguments is not None:
        return [*first.words, *arguments], ""
    if command is not None and command.note:
        return [], f"the CMD is its base's: {command.note}"
    return [*first.words, *(() if command is None else command.words)], ""


def with_entrypoint(component: Component, image: Image) -> Component:
    """A worker that its deployment gives arguments only, or nothing, read with what it starts."""
    written = component.command_line
    if component.role != "worker" or written is None or written.has_program:
        return component
    if written.nodes and swallows(image.entrypoint):
        return component  # what they mean is what they were written for; that they are lost is told
    try:
        arguments = [
            word for node in written.nodes for word in words(node, variables_of(component))
        ]
    except ValueError:
        return component
    line, note = _line(image, arguments if written.nodes else None)
    if note or not line:
        return component
    stated = component.value(f"{_WORKERS}.technology")
    hint = str(stated.data) if stated.state == "known" else ""
    reading = read_worker(line, hint, {**image.variables, **variables_of(component)})
    values = {a: v for a, v in component.values.items() if element_of(a) != _WORKERS}
    values[f"{_WORKERS}.{PRESENT}"] = component.value(f"{_WORKERS}.{PRESENT}")
    if hint:
        values[f"{_WORKERS}.technology"] = stated
    for name, value in reading.values.items():
        values[f"{_WORKERS}.{name}"] = value._replace(node=value.node or line[-1].node)
    known = field_values(values)
    return component._replace(
        values=FieldValues(derive(dict(known.fields), known.rows), known.rows)
    )


def with_server(main: Component, image: Image) -> Component:
    """The main component with the web server that its image starts, unless the deployment says."""
    written = main.command_line
    if written is not None and written.has_program:
        return main
    nodes = () if written is None else written.nodes
    try:
        arguments = [word for node in nodes for word in words(node, variables_of(main))]
    except ValueError:
        return main
    line, note = _line(image, arguments if nodes else None)
    said = {} if note else started(line, {**image.variables, **variables_of(main)})
    return main._replace(
        values=main.values.updated({a: v._replace(leaves=()) for a, v in said.items()})
    )


def completed(service: Service, components: list[Component]) -> Service:
    """A service with components that were read anew, and what follows from all of them together."""
    if all(
        one.values.get(QUEUES) is two.values.get(QUEUES)
        for one, two in zip(components, service.components, strict=True)
    ):
        return service._replace(components=tuple(components))
    components[0] = with_queues(components, "")._replace(is_main=True)
    named = Value("unknown", "", None)
    runtime = runtime_of(components, named)
    if service.runtime or runtime.state != "known":
        return service._replace(components=tuple(components))
    components[0] = as_main(components[0], runtime, None)
    return service._replace(
        components=tuple(components), runtime=str(runtime.data), runtime_because=runtime.note
    )
