"""What contradicts itself in the parts of a pod: of a manifest, or of values that a chart copies.

To add a kind, write a function from a node to Faults, and call it where such a node is read:
``helm.fill`` for values, ``kubernetes.validation`` for manifests.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from deploylint.documents.nodes import (
    Node,
    child,
    child_at,
    entries_of,
    is_empty,
    items_of,
    text_of,
)
from deploylint.documents.regex import regex
from deploylint.documents.scalars import go_text
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import nearest
from deploylint.model.fault import MISPLACED, Fault
from deploylint.model.field_values import NOT_SET
from deploylint.model.secrets import redact, scalar_or_text
from deploylint.model.service import Component
from deploylint.model.templates import is_variable
from deploylint.readers.commands.technologies import launchers

HANDLERS = ("exec", "grpc", "httpGet", "tcpSocket")
"""How a probe can ask (Probe)."""


def exclusive_fields(values: Sequence[Node]) -> Iterator[Fault]:
    """The fields of a mapping that may have only the first of them."""
    for value in values[1:]:
        first, other = values[0].key, value.key
        message = f"{first.content} and {other.content} are both set; the API server takes one"
        yield Fault("exclusive-fields", other, message, (("beside", first, str(first.content)),))


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
    for handler in _written(probe, HANDLERS):
        port = (
            child(probe, "port") if handler.is_mapping and child(handler, "port") is None else None
        )
        if port is not None and handler.key.content != "exec":
            what = f"port means nothing beside {handler.key.content}"
            yield Fault(MISPLACED, port.key, f"{what}; indent it to stand in {handler.key.content}")
    is_several = sum(name in HANDLERS for name in names) > 1
    if is_several and all(name in HANDLERS or name.endswith(_OF_PROBES) for name in names):
        yield from exclusive_fields(_written(probe, HANDLERS))


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


def _written(node: Node, fields: Container[str]) -> list[Node]:
    """What stands under some keys of a mapping, but for what is empty."""
    values = (child(node, name) for name in key_names(node) if name in fields)
    return [value for value in values if value is not None and not is_empty(value)]


_OF_PROBES = ("Seconds", "Threshold", "enabled")


def swallowed_items(root: Node) -> Iterator[Fault]:
    """Items of a list that are indented further than the one before: YAML makes them its text."""
    table, texts = root.table, root.table.texts[root.row : root.end_row]
    for row in [row for row, text in enumerate(texts, root.row) if text and " - " in text]:
        if table.paths[row].is_item:
            item = table.node(row)
            written = item.source.text[item.start : item.end]
            if not item.style and _SWALLOWED.search(written):
                message = "the item below is text of this one; indent it like this one"
                yield Fault("swallowed-item", item, message)


_SWALLOWED = regex(r"\n[ \t]*- ")


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
    if has_program and len(words) > MOST_OF_A_SCRIPT:
        yield from _script_faults(words)


MOST_OF_A_SCRIPT = 3
"""The words of ``sh -c SCRIPT``."""


def _script_faults(words: list[Node]) -> Iterator[Fault]:
    """The script of a shell that is one word, with more words behind it that are no part of it."""
    if words[2].content in _END_OF_OPTIONS:
        words = [*words[:2], *words[3:]]
    shell, option, script = (word.content for word in words[:MOST_OF_A_SCRIPT])
    if not (isinstance(shell, str) and isinstance(option, str) and isinstance(script, str)):
        return
    is_one_word = len(words) > MOST_OF_A_SCRIPT and _ONE_WORD.fullmatch(script)
    if is_one_word and _RUNS_A_SCRIPT.fullmatch(option):
        launcher = launchers().get(shell.rpartition("/")[2])
        if launcher is not None and launcher.shell:
            message = f"the shell runs {script!r} alone; write the whole script as one item"
            yield Fault("script-in-several-words", words[2], message)


_OPTION_AND_VALUE = regex(r"--?[A-Za-z][\w-]+ +[^\s]|-[A-Za-z] .* -")
_END_OF_OPTIONS = ("--", "-")
"""What may stand between ``-c`` and the script (https://www.gnu.org/software/bash/manual)."""

_RUNS_A_SCRIPT, _ONE_WORD = regex("-[a-z]*c"), regex(r"[\w./-]+")


def variable_faults(variables: Node) -> Iterator[Fault]:
    """Variables of one list that are set twice, or from two sources (EnvVar)."""
    known = dict[str, Node]()
    if set(key_names(variables)) in ({"name", "value"}, {"name", "valueFrom"}):
        yield _not_a_list(variables)
    for item in variables.content if isinstance(variables.content, list) else []:
        yield from exclusive_fields(_written(item, ("value", "valueFrom")))
        name = child(item, "name")
        if name is None or not isinstance(name.content, str) or is_variable(name.content):
            continue
        if (first := known.setdefault(name.content, name)) is not name:
            message = f"variable {name.content} is set twice; the later value hides the earlier"
            yield Fault("duplicate-variable", name, message, (("lost", first, name.content),))


def source_faults(sources: Node) -> Iterator[Fault]:
    """References in a list that takes whole Secrets and ConfigMaps (EnvFromSource)."""
    if not {*_WHOLE.values()}.isdisjoint(key_names(sources)):
        yield _not_a_list(sources)
    for item in items_of(sources):
        if key_names(item) == ["name"]:
            message = "the item has none of configMapRef, secretRef; write name below one of them"
            yield Fault("missing-field", next(iter(entries_of(item).values())).key, message)
        for field, meant in _WHOLE.items():
            of_key, whole = child(item, field), child(item, meant)
            if of_key is not None and of_key.is_mapping:
                message = f"{field} is not a field of envFrom; write {meant}, or move it to env"
                yield Fault("misplaced-field", of_key.key, message)
            if whole is not None:
                yield from name_faults(whole)


_WHOLE = {"secretKeyRef": "secretRef", "configMapKeyRef": "configMapRef"}


def name_faults(reference: Node) -> Iterator[Fault]:
    """Another key, or a text, in place of the name of what is referred to."""
    what = reference.path.parent if reference.path.is_item else reference.path
    name = what.name if what is not None else ""
    if not reference.is_mapping:
        if reference.is_scalar and not is_empty(reference) and not is_variable(text_of(reference)):
            message = f"{name} is a text; the API takes a mapping with a name"
            yield Fault("wrong-type", reference.key, message)
    elif (named := child(reference, "name")) is None:
        keys = [entry.key for entry in entries_of(reference).values()]
        if len(keys) == 1 and _LIKE_NAME.search(word := str(keys[0].content)):
            message = f"{word} is not a field of {name}, and it has no name; write name"
            yield Fault("missing-field", keys[0], message)
    elif not named.is_scalar:
        yield Fault("wrong-type", named.key, f"name of {name} is not a text")


_LIKE_NAME = regex("^secret|Name$|Ref$")
"""Keys that are written for the name of a Secret."""


def pull_secret_faults(secrets: Node) -> Iterator[Fault]:
    """Secrets in a form that the API refuses (LocalObjectReference); charts take plain names."""
    if secrets.path.name in _LISTS_OF_SECRETS:
        if key_names(secrets) == ["name"]:
            yield _not_a_list(secrets)
        for item in items_of(secrets):
            if item.is_mapping:
                yield from name_faults(item)


def _not_a_list(node: Node) -> Fault:
    """What is a single item of a list, without the list."""
    message = f"{node.path.name} is a mapping; the API takes a list: write - before {{}}"
    first = next(iter(entries_of(node)))
    return Fault("wrong-type", node.key, message.format(first))


_LISTS_OF_SECRETS = ("imagePullSecrets", "pullSecrets")


def reference_faults(variables: Node) -> Iterator[Fault]:
    """Variables from a source that is not one, or that lacks what it has to have (EnvVarSource)."""
    items = items_of(variables) or [entry.value for entry in entries_of(variables).values()]
    named = sum(child(item, "name") is not None for item in items)
    for item in items if any(item.is_mapping for item in items) else ():
        source = child(item, "valueFrom")
        if source is not None:
            yield from _in_source(source, item)
        elif variables.is_mapping or child(item, "name") is not None:
            continue
        elif named and item.is_mapping and len(key_names(item)) == 1:
            key = next(iter(entries_of(item).values())).key
            message = f"{key.content} is not a field of env, and the variable has no name"
            yield Fault("missing-field", key, message)


def _in_source(source: Node, variable: Node) -> Iterator[Fault]:
    for field, meant in _WHOLE.items():
        whole = child(source, meant)
        if whole is not None:
            message = f"{meant} is not a field of valueFrom; write {field}, or move it to envFrom"
            yield Fault("misplaced-field", whole.key, message)
    for field, needed in _NEEDED.items():
        beside = child(variable, field)
        if beside is not None and is_empty(source):
            message = f"{field} means nothing beside valueFrom; indent it to stand in valueFrom"
            yield Fault("misplaced-field", beside.key, message)
        reference = child(source, field)
        if reference is None or is_variable(text_of(reference)):
            continue
        if reference.is_scalar and not is_empty(reference):
            yield Fault("wrong-type", reference.key, f"{field} is a text; the API takes a mapping")
        elif child(reference, needed) is None:
            yield Fault("missing-field", reference.key, f"{field} has no {needed}")


_NEEDED = {
    "secretKeyRef": "key",
    "configMapKeyRef": "key",
    "fieldRef": "fieldPath",
    "resourceFieldRef": "resource",
}


def text_faults(variables: Iterable[tuple[str, Node, Node]]) -> Iterator[Fault]:
    """Variables with an unquoted text that YAML and Helm make another one of."""
    for name, _, value in variables:
        if isinstance(value.content, str) and not value.style and value.tag is None:
            data = scalar_or_text(value)
            if isinstance(data, bool) and value.content.lower() not in ("true", "false"):
                what = f"{value.content}, which YAML reads as {go_text(data)}"
            elif isinstance(data, int | float) and _is_rewritten(data, value.content):
                what = "a number, which Helm writes in another way"
            else:
                continue
            yield Fault("unquoted-text", value.key, f"variable {name} is {what}; quote it")


def _is_rewritten(number: int | float, text: str) -> bool:
    """Whether Helm prints a number in another way: it takes all of them for floats."""
    return not isinstance(number, bool) and (abs(number) >= 1e6 or go_text(number) != text)


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
