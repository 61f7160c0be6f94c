"""The values of an image, for the components that run it.

A deployment's own values win: ``runAsUser`` over USER, a variable over ENV, ``command`` over
ENTRYPOINT and CMD, ``args`` over CMD alone. See "Configure a Security Context for a Pod or
Container" and "Define a Command and Arguments for a Container", https://kubernetes.io/docs/tasks/.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from deploylint.documents.nodes import Entry, Node, span
from deploylint.documents.regex import regex
from deploylint.model.field_values import FieldValues
from deploylint.model.fields import DOCKERFILE, PRESENT, QUEUES, element_of
from deploylint.model.service import ABSENT, Component, Service, Value, runs_own
from deploylint.model.types import PORT, Plain
from deploylint.readers.commands.queues import with_queues
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.technologies import servers
from deploylint.readers.commands.web_servers import started_server, variables_of
from deploylint.readers.commands.worker import IN_CODE, line_words, read_worker
from deploylint.readers.dockerfile.image import Image, Line
from deploylint.readers.helm.derived import derive
from deploylint.readers.helm.field import field
from deploylint.readers.service import as_main, runtime_of

PORT_VARIABLE = "PORT"
"""The variable of the port on most platforms (https://12factor.net/port-binding)."""

_EXPOSED = regex(r"(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?(?:/(?:tcp|udp|sctp))?", re.I)
_MOST = 1000
"""The ports of one range that are listed."""


def with_image(service: Service, image: Image) -> Service:
    """A service with the values of its image, and of what its ENTRYPOINT starts."""
    main = service.main
    components = [
        _with_values(_started(component, image), image) if runs_own(component, main) else component
        for component in service.components
    ]
    return with_components(service, components)


def _started(component: Component, image: Image) -> Component:
    if component.is_main and component.role != "worker":
        return with_server(component, image)
    return with_entrypoint(component, image)


def _with_values(component: Component, image: Image) -> Component:
    values = {
        "user": _user(image),
        "users": _users(image),
        "non-root": _non_root(component, image),
        "ports": _ports(image),
        "entrypoint": _line(image.entrypoint),
        "command": ABSENT if image.command is None else _line(image.command),
        "lost-arguments": _lost_arguments(component, image),
        "programs": _programs(component, image),
    }
    if component.is_main:
        values |= {
            "program": _program(image),
            "port": _port(component, image),
            "mode": _mode(image),
        }
    known = {f"{DOCKERFILE}.{f}": value for f, value in values.items() if value.state != "absent"}
    known[f"{DOCKERFILE}.{PRESENT}"] = Value("known", True, image.origin)
    return component._replace(values=component.values.updated(known))


def _value(data: Plain, node: Node, unknown: str, note: str = "") -> Value:
    """A known value, or an unknown one and why."""
    return Value("unknown", None, node, unknown) if unknown else Value("known", data, node, note)


def _names(nodes: dict[str, Node]) -> Value:
    """Names with their locations."""
    parts = {name: Entry(node, node) for name, node in nodes.items()}
    return Value("known", list(parts), next(iter(nodes.values())), "", parts) if parts else ABSENT


# --- the user it runs as --------------------------------------------------------------------------


def _user(image: Image) -> Value:
    user = image.user
    note = "no USER; the base image decides" if _is_inherited(image, user.node) else ""
    return _value(user.text, user.node, user.note, note)


def _is_inherited(image: Image, node: Node) -> bool:
    """Whether something is the base image's."""
    return image.origin.start <= node.start < image.origin.end


def _users(image: Image) -> Value:
    """The number of the user in the file, who owns what it writes."""
    user, name = image.user, image.user.text.partition(":")[0]
    if _is_inherited(image, user.node):
        return ABSENT
    if user.note:
        return _value(None, user.node, user.note)
    number = "0" if name == "root" else name
    return _names({number: user.node} if number.isdecimal() else {})


def _non_root(component: Component, image: Image) -> Value:
    """The values of ``runAsNonRoot`` that the kubelet accepts with this image.

    Without a ``runAsUser`` the kubelet looks at the image, takes no USER for root, and refuses a
    name, as that may be root's (kubernetes, verifyRunAsNonRoot in
    pkg/kubelet/kuberuntime/security_context_others.go).
    """
    stated, user = component.value("security-context.user"), _user(image)
    if stated.state == "known":
        return ABSENT
    if "unknown" in (user.state, stated.state):
        return Value("unknown", [False], user.node, user.note or stated.note)
    name = str(user.data).partition(":")[0]
    is_root = name == "root" or (name.isdecimal() and not name.strip("0"))
    if name.isdecimal() and not is_root:
        return Value("known", [False, True], user.node)
    text = f"no USER; the base image has {name}" if user.note else f"USER {name}"
    note = text if is_root else f"{text} is a name; the kubelet refuses it without runAsUser"
    return Value("known", [False], user.node, note)


# --- where it listens -----------------------------------------------------------------------------


def _ports(image: Image) -> Value:
    """The ports that EXPOSE names; there may be more if one of them, or the base, is unknown."""
    nodes, notes = dict[str, Node](), list[str]()
    for word in image.ports:
        match = None if word.note else _EXPOSED.fullmatch(word.text)
        if match is None:
            notes.append(word.note or f"{word.text!r} is not a port")
            continue
        first, last = int(match["first"]), int(match["last"] or match["first"])
        nodes |= {str(port): word.node for port in range(first, last + 1)[:_MOST]}
    is_base = all(word.note and _is_inherited(image, word.node) for word in image.ports)
    value = ABSENT if is_base else _names(nodes)
    if is_base or not notes:
        return value
    known = f"{', '.join(nodes)} and perhaps more: " if nodes else ""
    node = value.node or image.ports[0].node
    return Value("unknown", list(nodes), node, known + notes[0], value.parts or {})


def _port(component: Component, image: Image) -> Value:
    """The port in the image's environment, unless the deployment sets it."""
    variable = image.variables.get(PORT_VARIABLE)
    if variable is None or component.value("environment.port").state in ("known", "unknown"):
        return ABSENT
    if variable.note:
        return _value(None, variable.node, variable.note)
    port = field(PORT, variable.node.made(variable.text, ""))
    note = port.note or f"ENV {PORT_VARIABLE}"
    return port._replace(note=note, node=variable.node, leaves=())


# --- what it starts -------------------------------------------------------------------------------


def _line(line: Line) -> Value:
    note = "shell form" if line.is_shell else ""
    return _value([word.text for word in line.words], line.node, line.note, note)


def _program(image: Image) -> Value:
    """The program that the image starts, if its ENTRYPOINT or CMD is in exec form."""
    line, note = image_line(image)
    is_shell = any(part is not None and part.is_shell for part in (image.entrypoint, image.command))
    return ABSENT if note or not line or is_shell else _value(line[0].text, line[0].node, "")


def _programs(component: Component, image: Image) -> Value:
    """The programs that the image may have: the names of what is copied into it.

    What it starts is one too, except for the main component: its program is compared with them.
    """
    if drops_arguments(image.entrypoint):
        return ABSENT  # what it starts is in its text
    nodes = {PurePosixPath(word.text).name: word.node for word in image.copied if not word.note}
    started = _program(image)
    if started.node is not None and not component.is_main:
        nodes[PurePosixPath(str(started.data)).name] = started.node
    return _names({name: node for name, node in nodes.items() if name})


def _mode(image: Image) -> Value:
    """The mode of its program in the image's own command, if any."""
    line, note = image_line(image)
    if note:
        return _value(None, image.entrypoint.node, note)
    values = read_worker(line, "").values
    mode, program = (values.get(name, ABSENT) for name in ("mode", "program"))
    is_web_server = PurePosixPath(str(program.data)).name in servers()
    return ABSENT if is_web_server or mode.note == IN_CODE else mode._replace(leaves=())


def _lost_arguments(component: Component, image: Image) -> Value:
    """The words that an ENTRYPOINT in shell form does not pass on."""
    written, entrypoint = component.command_line, image.entrypoint.node
    if not drops_arguments(image.entrypoint):
        return ABSENT
    if written is not None and (written.nodes or written.has_program):
        lost = [] if written.has_program else line_words(written.nodes) or []
        at = lost[0].node if lost else None
    elif component.is_main and image.has_own_command and image.command is not None:
        lost, at = list(image.command.words), entrypoint
    else:
        return ABSENT
    note = f"ENTRYPOINT is in shell form: {entrypoint.source.file}:{span(entrypoint).line}"
    return Value("known", [word.text for word in lost], at, note) if lost else ABSENT


# --- the command line of a process: that of its image, as a deployment changes it -----------------


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
