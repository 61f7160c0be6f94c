"""What an image says, as values of the components that run it.

What a deployment says wins: ``runAsUser`` over USER, a variable over ENV, ``command`` over
ENTRYPOINT and CMD, ``args`` over CMD alone. See "Configure a Security Context for a Pod or
Container" and "Define a Command and Arguments for a Container", https://kubernetes.io/docs/tasks/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from deploylint.documents.nodes import Entry, Node, span
from deploylint.documents.regex import regex
from deploylint.model.fields import DOCKERFILE, PRESENT
from deploylint.model.image_sharing import runs_own
from deploylint.model.service import ABSENT, Component, Service, State, Value
from deploylint.model.types import PORT
from deploylint.readers.commands.shell import Word
from deploylint.readers.commands.worker import read_worker, words
from deploylint.readers.commands.worker_options import IN_CODE
from deploylint.readers.dockerfile import command_line as lines
from deploylint.readers.dockerfile.image import Image, Line
from deploylint.readers.helm.field import field

PORT_VARIABLE = "PORT"
"""What a process is told to listen on by most platforms (https://12factor.net/port-binding)."""


def with_image(service: Service, image: Image) -> Service:
    """A service whose components hold what their image says and what its ENTRYPOINT starts."""
    main = service.main
    ready = [
        _with_values(_started(one, image), image) if runs_own(one, main) else one
        for one in service.components
    ]
    return lines.completed(service, ready)


def _started(component: Component, image: Image) -> Component:
    """A component with what its image starts."""
    if component.is_main and component.role != "worker":
        return lines.with_server(component, image)
    return lines.with_entrypoint(component, image)


def _with_values(component: Component, image: Image) -> Component:
    found = {
        "user": _user(image),
        "users": _users(image),
        "non-root": _non_root(component, image),
        "ports": _ports(image),
        "entrypoint": _line(image.entrypoint),
        "command": ABSENT if image.command is None else _line(image.command),
        "lost-arguments": _lost(component, image),
        "programs": _programs(component, image),
    }
    if component.is_main:
        found |= {
            "program": _program(image),
            "port": _port(component, image),
            "mode": _mode(component, image),
        }
    there = {f"{DOCKERFILE}.{name}": one for name, one in found.items() if one.state != "absent"}
    there[f"{DOCKERFILE}.{PRESENT}"] = Value("known", True, image.origin)
    return component._replace(values=component.values.updated(there))


# --- whom it runs as ------------------------------------------------------------------------------


def _user(image: Image) -> Value:
    user = image.user
    if user.note:
        return Value("unknown", None, user.node, user.note)
    note = "no USER is written: its base's" if _is_inherited(image, user.node) else ""
    return Value("known", user.text, user.node, note)


def _is_inherited(image: Image, node: Node) -> bool:
    """Whether something is said by the base that the image is made from, and not by its file."""
    return image.origin.start <= node.start < image.origin.end


def _users(image: Image) -> Value:
    """The number of the user that the file names: who shall own what it writes."""
    user, name = image.user, image.user.text.partition(":")[0]
    if _is_inherited(image, user.node):
        return ABSENT
    if user.note:
        return Value("unknown", None, user.node, user.note)
    number = "0" if name == "root" else name
    parts = {number: Entry(user.node, user.node)}
    return Value("known", [number], user.node, "", parts) if number.isdecimal() else ABSENT


def _non_root(component: Component, image: Image) -> Value:
    """Which claims of ``runAsNonRoot`` the image bears out.

    Only where no ``runAsUser`` says whom it runs as: the kubelet then looks at the image, takes no
    USER for root, and refuses a name, as that may be root's (kubernetes, verifyRunAsNonRoot in
    pkg/kubelet/kuberuntime/security_context_others.go).
    """
    stated, said = component.value("security-context.user"), _user(image)
    if stated.state == "known":
        return ABSENT
    user = str(said.data).partition(":")[0]
    if "unknown" in (said.state, stated.state):
        return Value("unknown", [False], said.node, said.note or stated.note)
    is_root = user == "root" or (user.isdecimal() and int(user) == 0)
    if user.isdecimal() and not is_root:
        return Value("known", [False, True], said.node)
    text = f"USER {user}" if not said.note else f"no USER is written, and its base's is {user}"
    why = text if is_root else f"{text} is a name, which the kubelet refuses without a runAsUser"
    return Value("known", [False], said.node, why)


# --- where it listens -----------------------------------------------------------------------------


def _ports(image: Image) -> Value:
    """The ports that EXPOSE names; more where one of them, or the base, is not known."""
    found: dict[str, Entry] = {}
    notes = []
    for word in image.ports:
        match = None if word.note else _EXPOSED.fullmatch(word.text)
        if match is None:
            notes.append(word.note or f"{word.text!r} is no port")
            continue
        first, last = int(match["first"]), int(match["last"] or match["first"])
        found |= {str(port): Entry(word.node, word.node) for port in range(first, last + 1)[:_MOST]}
    if not found and all(word.note for word in image.ports) and _only_the_base(image):
        return ABSENT
    state: State = "unknown" if notes else "known"
    known = f"{', '.join(found)} and perhaps more: " if found else ""
    note = f"{known}{notes[0]}" if notes else ""
    node = next((entry.key for entry in found.values()), image.ports[0].node)
    return Value(state, list(found), node, note, found)


_EXPOSED = regex(r"(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?(?:/(?:tcp|udp|sctp))?", re.I)
_MOST = 1000
"""How many ports of one range are listed."""


def _only_the_base(image: Image) -> bool:
    """Whether the file itself names no port."""
    return all(_is_inherited(image, one.node) for one in image.ports)


def _port(component: Component, image: Image) -> Value:
    """The port that the image's environment tells its process; a deployment's own wins."""
    variable = image.variables.get(PORT_VARIABLE)
    if variable is None or component.value("environment.port").state in ("known", "unknown"):
        return ABSENT
    note = f"ENV {PORT_VARIABLE}"
    if variable.note:
        return Value("unknown", None, variable.node, variable.note)
    read = field(PORT, variable.node.made(variable.text, ""))
    return read._replace(note=read.note or note, node=variable.node, leaves=())


# --- what it starts -------------------------------------------------------------------------------


def _line(line: Line) -> Value:
    if line.note:
        return Value("unknown", None, line.node, line.note)
    note = "shell form" if line.is_shell else ""
    return Value("known", [word.text for word in line.words], line.node, note)


def _program(image: Image) -> Value:
    """What the image starts first, where its ENTRYPOINT or CMD is in exec form."""
    line, note = lines.own(image)
    is_shell = any(one is not None and one.is_shell for one in (image.entrypoint, image.command))
    return ABSENT if note or not line or is_shell else Value("known", line[0].text, line[0].node)


def _programs(component: Component, image: Image) -> Value:
    """What the image may have programs by: the names of what is copied into it.

    For others than the main component, which is asked itself, what it starts is one too.
    """
    if lines.swallows(image.entrypoint):
        return ABSENT  # what it starts is in its text
    words = {PurePosixPath(word.text).name: word.node for word in image.copied if not word.note}
    started = _program(image)
    if started.node is not None and not component.is_main:
        words[PurePosixPath(str(started.data)).name] = started.node
    parts = {name: Entry(node, node) for name, node in words.items() if name}
    first = next((entry.value for entry in parts.values()), None)
    return Value("known", list(parts), first, "", parts) if parts else ABSENT


def _mode(component: Component, image: Image) -> Value:
    """What the image's own command tells its program to do, if anything."""
    line, note = lines.own(image)
    if note:
        return Value("unknown", None, image.entrypoint.node, note)
    said = read_worker(line, "").values.get("mode", ABSENT)
    return ABSENT if said.note == IN_CODE else said._replace(leaves=())


def _lost(component: Component, image: Image) -> Value:
    """The words that an ENTRYPOINT in shell form does not hand on."""
    written, entrypoint = component.command_line, image.entrypoint.node
    if not lines.swallows(image.entrypoint) or (written is not None and written.has_program):
        return ABSENT
    if written is not None and written.nodes:
        lost = [word for node in written.nodes for word in _words(node)]
        at = lost[0].node if lost else None
    elif component.is_main and image.has_own_command and image.command is not None:
        lost, at = list(image.command.words), entrypoint
    else:
        return ABSENT
    note = f"ENTRYPOINT is in shell form: {entrypoint.source.file}:{span(entrypoint).line}"
    return Value("known", [word.text for word in lost], at, note) if lost else ABSENT


def _words(node: Node) -> Iterable[Word]:
    try:
        return words(node)
    except ValueError:
        return ()  # told where the component's command is read
