"""The command line of a process: that of its image, as a deployment changes it."""

from __future__ import annotations

from deploylint.documents.regex import regex
from deploylint.model.field_values import FieldValues
from deploylint.model.fields import PRESENT, QUEUES, element_of
from deploylint.model.service import Component, Service
from deploylint.readers.commands.queues import with_queues
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.web_servers import started_server, variables_of
from deploylint.readers.commands.worker import line_words, read_worker
from deploylint.readers.dockerfile.image import Image, Line
from deploylint.readers.helm.derived import derive
from deploylint.readers.service import as_main, runtime_of

_WORKERS = element_of(QUEUES)
_ARGUMENTS = regex(r"\$(?:[@*\d]|\{[@*\d])")


def drops_arguments(entrypoint: Line) -> bool:
    """Whether an ENTRYPOINT takes no arguments: a shell runs its text, without naming them."""
    text = " ".join(word.text for word in entrypoint.words)
    return entrypoint.is_shell and not _ARGUMENTS.search(text)


def image_line(image: Image, arguments: list[Word] | None = None) -> tuple[list[Word], str]:
    """ENTRYPOINT with the arguments of a deployment, or else CMD; or why it is unknown."""
    entrypoint, command = image.entrypoint, image.command
    if entrypoint.note:
        return [], f"ENTRYPOINT of the base image: {entrypoint.note}"
    if drops_arguments(entrypoint):
        return list(entrypoint.words), ""
    if arguments is None and command is not None and command.note:
        return [], f"CMD of the base image: {command.note}"
    if arguments is None:
        arguments = [] if command is None else list(command.words)
    return [*entrypoint.words, *arguments], ""


def _started_line(component: Component, image: Image) -> list[Word]:
    """The line of its image that a component starts; none if it is replaced or unknown."""
    written = component.command_line
    nodes = () if written is None else written.nodes
    if written is not None and written.has_program:
        return []
    arguments = line_words(nodes, variables_of(component))
    line, note = image_line(image, arguments if nodes else None)
    return [] if note or arguments is None else line


def with_server(main: Component, image: Image) -> Component:
    """The main component with the web server that its image starts."""
    line = _started_line(main, image)
    values = started_server(line, {**image.variables, **variables_of(main)}) if line else {}
    values = {field: value._replace(leaves=()) for field, value in values.items()}
    return main._replace(values=main.values.updated(values))


def with_entrypoint(component: Component, image: Image) -> Component:
    """A worker with arguments only, or without any, read with what its image starts."""
    written = component.command_line
    if component.role != "worker" or written is None:
        return component
    if written.nodes and drops_arguments(image.entrypoint):
        return component  # read as they are meant; that they are lost is a value of its own
    line = _started_line(component, image)
    if not line:
        return component
    stated = component.value(f"{_WORKERS}.technology")
    hint = str(stated.data) if stated.state == "known" else ""
    reading = read_worker(line, hint, {**image.variables, **variables_of(component)})
    rows, fields = component.values.rows, component.values.fields.as_dict()
    kept = {f"{_WORKERS}.{PRESENT}", f"{_WORKERS}.technology" if hint else ""}
    fields = {f: v for f, v in fields.items() if element_of(f) != _WORKERS or f in kept}
    for name, value in reading.values.items():
        placed = value._replace(node=value.node or line[-1].node)
        fields[f"{_WORKERS}.{name}"] = rows.field_value(placed)
    return component._replace(values=FieldValues(derive(fields, rows), rows))


def with_components(service: Service, components: list[Component]) -> Service:
    """A service with components that were read again, and values that follow from all of them."""
    pairs = zip(components, service.components, strict=True)
    if any(
        new.values.fields.get(QUEUES) is not old.values.fields.get(QUEUES) for new, old in pairs
    ):
        components[0] = with_queues(components, "")._replace(is_main=True)
        runtime = runtime_of(components, ())
        if not service.runtime and runtime.state == "known":
            components[0] = as_main(components[0], runtime, None)
            service = service._replace(runtime=str(runtime.data), runtime_because=runtime.note)
    return service._replace(components=tuple(components))
