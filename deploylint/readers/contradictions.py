"""What contradicts itself in the parts of a pod: of a manifest, or of values that a chart copies.

To add a kind, write a function from a node to Faults, and call it where such a node is read:
``helm.fill`` for values, ``kubernetes.faults`` for manifests.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from deploylint.documents.nodes import (
    Node,
    NodeTable,
    child,
    child_at,
    entries_of,
    is_empty,
    text_of,
)
from deploylint.documents.regex import regex
from deploylint.documents.structure import is_quoted_below, key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import MISPLACED, Fault, unknown_key
from deploylint.model.field_values import NOT_SET
from deploylint.model.secrets import redact
from deploylint.model.service import Component
from deploylint.model.templates import is_variable
from deploylint.readers.commands.technologies import launchers

HANDLERS = {
    "exec": ("command",),
    "grpc": ("port", "service"),
    "httpGet": ("host", "httpHeaders", "path", "port", "scheme"),
    "tcpSocket": ("host", "port"),
}
"""How a probe can ask, with the fields of each (Probe)."""


def exclusive_fields(fields: Mapping[str, Node]) -> Iterator[Fault]:
    """The fields of a mapping that may have only the first of them."""
    first = next(iter(fields), "")
    for name, value in fields.items():
        if name != first:
            message = f"{first} and {name} are both set; the API server takes one"
            yield Fault(
                "exclusive-fields", value.key, message, (("beside", fields[first].key, first),)
            )


def choice_fault(node: Node, words: Sequence[str]) -> Fault | None:
    """A text near one that the API server takes; of any other only the chart knows the meaning."""
    text = str(node.content)
    meant = next((word for word in words if word.lower() == text.lower()), nearest(text, words))
    if text in words or not meant:
        return None
    message = f"{node.key.content} is {text!r}; did you mean {meant!r}?"
    return Fault("wrong-choice", node.key, message)


def probe_faults(probe: Node) -> Iterator[Fault]:
    """What is wrong in a probe: its command, or a second handler.

    Of two handlers a key of the chart's own might choose one.
    """
    yield from command_faults([child_at(probe, "exec", "command")])
    names = key_names(probe)
    written = written_fields(probe, HANDLERS)
    for name, handler in written.items():
        known = key_names(handler) if handler.is_mapping else []
        for word in known:
            meant = nearest(word, [field for field in HANDLERS[name] if field not in known])
            if word not in HANDLERS[name] and meant:
                yield unknown_key(entries_of(handler)[word].key, meant)
        port = (
            child(probe, "port") if handler.is_mapping and child(handler, "port") is None else None
        )
        if port is not None and handler.key.content != "exec":
            what = f"port means nothing beside {handler.key.content}"
            yield Fault(MISPLACED, port.key, f"{what}; indent it to stand in {handler.key.content}")
    handlers = [name for name in names if name in HANDLERS]
    is_several = len(handlers) > 1
    if handlers and is_quoted_below(probe):
        yield from _quoted((probe, *written.values()))
    if is_several and all(name in HANDLERS or name.endswith(_OF_PROBES) for name in names):
        yield from exclusive_fields(written)


def security_faults(context: Node) -> Iterator[Fault]:
    """What the API server refuses in a security context that charts copy (SecurityContext)."""
    yield from _quoted([context], is_copied=True) if is_quoted_below(context) else ()
    profile = child(context, "seccompProfile")
    lists = [child_at(context, "capabilities", key) for key in ("add", "drop")]
    for node, what in ((profile, "mapping"), *((each, "list") for each in lists)):
        if node is not None and node.is_scalar and not _is_left_out(node):
            message = f"{node.path.name} is a text; the API takes a {what}"
            yield Fault("wrong-type", node.key, message)
    if (lists[0] is not None and not is_empty(lists[0])) or not _HARMLESS.issuperset(
        key_names(context)
    ):
        from deploylint.readers.kubernetes.faults.pod_security import (
            exposed_in,  # few have such keys
        )

        yield from exposed_in(context, "securityContext", "containers[].securityContext")


_HARMLESS = frozenset(
    {
        *("allowPrivilegeEscalation", "capabilities", "enabled", "fsGroup", "fsGroupChangePolicy"),
        *("privileged", "readOnlyRootFilesystem", "runAsGroup", "runAsNonRoot", "runAsUser"),
        *("seccompProfile", "supplementalGroups"),
    }
)
"""The keys that the Pod Security Standards do not limit, or that rules of their own do."""


def _is_left_out(node: Node) -> bool:
    return is_empty(node) or is_variable(text_of(node))


def _quoted(parts: Iterable[Node], *, is_copied: bool = False) -> Iterator[Fault]:
    """Numbers and truth values in quotes beside others without, which the API server takes.

    Where all are in quotes, the chart may read each and write it anew: all of a file of what charts
    copy.
    """
    entries = [entry for part in parts for entry in entries_of(part).values()]
    typed = [(entry, _type_of(entry.value)) for entry in entries]
    plain = {wanted for entry, wanted in typed if not entry.value.style}
    if is_copied and entries:
        plain |= _plain_types(entries[0].value.table)
    for entry, wanted in typed:
        if wanted in plain - {""} and entry.value.style and entry.value.path.name != "port":
            message = f"{entry.value.path.name} is a text, by its quotes; the API takes {wanted}"
            yield Fault("wrong-type", entry.key, f"{message} without quotes")


@lru_cache(maxsize=1)  # the components of a file come one after another
def _plain_types(table: NodeTable) -> frozenset[str]:
    """What a file has without quotes at keys of a type."""
    names = (path.name for path in table.paths)
    rows = (row for row, name in enumerate(names) if name in _FLAGS or _NUMBERED.search(name))
    nodes = map(table.node, rows)
    return frozenset(_type_of(node) for node in nodes if node.is_scalar and not node.style)


def _type_of(value: Node) -> str:
    """What the API takes in place of a text of this form; "" where it takes the text."""
    name, text = value.path.name, text_of(value)
    if text.isdecimal() and _NUMBERED.search(name):
        return "a whole number"
    return "true or false" if text in ("true", "false") and name in _FLAGS else ""


_NUMBERED = regex(r"^(?:port|fsGroup|runAsGroup|runAsUser)$|(?:Seconds|Threshold)$")
_FLAGS = ("allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "runAsNonRoot")


def slipped_faults(value: Node, fields: Iterable[str]) -> Iterator[Fault]:
    """A key beside the mappings that have it as a field: a chart takes it only without them.

    What stands behind a key without a value is found there.
    """
    table, name = value.table, value.path.name
    row = table.row_above(value.row)
    levels = {field.partition(".")[0] for field in fields if field.endswith(f".{name}")}
    if row < 0 or not levels:
        return
    rows = [at for at in table.rows_below(row) if table.paths[at].name in levels]
    if rows and not any(at < value.row and table.texts[at] == "" for at in rows):
        beside = [table.paths[at].name for at in rows]
        what = f"{name} means nothing beside {' and '.join(beside)}"
        yield Fault(MISPLACED, value.key, f"{what}; indent it to stand in {' or '.join(beside)}")


def written_fields(node: Node, fields: Container[str]) -> dict[str, Node]:
    """What stands under some keys of a mapping, but for what is empty."""
    values = ((name, child(node, name)) for name in key_names(node) if name in fields)
    return {name: v for name, v in values if v is not None and not is_empty(v)}


_OF_PROBES = ("Seconds", "Threshold", "enabled")


def command_faults(parts: Iterable[Node | None], *, has_program: bool = True) -> Iterator[Fault]:
    """The items of a command in list form that are several words of it.

    ``parts`` are its lists in order; ``has_program`` is whether the first begins with a program.
    """
    words = list[Node]()
    for number, part in enumerate(parts):
        items = part.content if part is not None and isinstance(part.content, list) else []
        words += items
        for at, item in enumerate(items):
            text = item.content if isinstance(item.content, str) else ""
            is_program = has_program and number == at == 0
            is_spaced = " " in text and not is_variable(text)
            if is_spaced and (is_program or _OPTION_AND_VALUE.match(text)):
                message = f"{redact('', text)!r} is one word of the command"
                yield Fault("command-in-one-word", item, f"{message}; write an item for each")
    if has_program and len(words) > 1 and _is_shell(words[0].content):
        yield from _script_faults(words[1:])


def _script_faults(words: list[Node]) -> Iterator[Fault]:
    """What a shell does not run: words behind its script, or a script without -c in front of it."""
    texts = [str(word.content) for word in words]
    at = next((n for n, text in enumerate(texts) if text[:1] not in ("-", "+")), 0)
    script, has_option = texts[at], any(map(_RUNS_A_SCRIPT.fullmatch, texts[:at]))
    if has_option and _ONE_WORD.fullmatch(script) and len(texts) > at + 1:
        message = f"the shell runs {script!r} alone; write the whole script as one item"
        yield Fault("script-in-several-words", words[at], message)
    if not has_option and _COMMAND_LINE.match(script) and not is_variable(script):
        message = f"the shell looks for a file called {redact('', script)!r}; write -c before it"
        yield Fault("command-in-one-word", words[at], message)


def _is_shell(program: object) -> bool:
    launcher = launchers().get(str(program).rpartition("/")[2])
    return launcher is not None and launcher.shell


_OPTION_AND_VALUE = regex(r"--?[A-Za-z][\w-]+ +[^\s]|-[A-Za-z] .* -")
_COMMAND_LINE = regex(r"[\w.-]+\s+\S|\S.*\s-")
_RUNS_A_SCRIPT, _ONE_WORD = regex("-[a-z]*c"), regex(r"[\w./-]+")


def user_faults(components: Iterable[Component]) -> Iterator[Fault]:
    """Root as the user of components that must not run as root (SecurityContext)."""
    for component in components:
        fields = component.values.fields
        user, non_root = (fields.get(address) or NOT_SET for address in _USER)
        if user.at is not None and is_root_refused(user.data, non_root.data):
            yield root_user_fault(component.values.rows.node(user.at).key)


_USER = ("security-context.user", "security-context.non-root")


def is_root_refused(user: object, non_root: object) -> bool:
    """Whether a user is root, who must not be."""
    return type(user) is int and user == 0 and non_root is True


def root_user_fault(user: Node) -> Fault:
    """Root at the key of a user that must not be root."""
    what = "runAsUser is 0, which is root, and runAsNonRoot is true"
    return Fault("root-user", user, f"{what}; the kubelet starts no container")
