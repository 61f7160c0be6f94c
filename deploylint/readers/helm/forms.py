"""Forms under one key of a values file that fill several fields of an element.

A profile names them in brackets, ``image: (image-reference)``. To add a form, write a function and
one entry in ``READERS``. A reader yields ``(field, Value)``; leaves that it cannot read stay
uncompared. ``field`` reads a key that is one field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from deploylint.documents.nodes import Entry, Node, child, child_at, is_empty, items_of, text_of
from deploylint.documents.record import Record
from deploylint.model.quantity import ON_AVERAGE
from deploylint.model.secrets import holds_a_secret, redact, scalar_or_text
from deploylint.model.service import Value
from deploylint.model.templates import FILLED_IN, TEMPLATE, is_variable, without_variables
from deploylint.model.types import FLAG_TRUE, NAMES, NUMBER
from deploylint.readers.commands.technologies import program_runtime
from deploylint.readers.helm import env, ports
from deploylint.readers.helm.env import Filled, referenced_names
from deploylint.readers.helm.field import field, names_in, names_of
from deploylint.readers.helm.key_tree import SWITCHES


def _image_reference(node: Node) -> Filled:
    """``registry/repository:tag@digest``; the registry is the first part if it looks like one.

    Follows the distribution reference grammar (https://pkg.go.dev/github.com/distribution/reference).
    A trigger of OpenShift fills in a blank
    (https://docs.openshift.com/container-platform/4.17/openshift_images/triggering-updates-on-imagestream-changes.html).
    """
    if not node.is_scalar or not isinstance(node.content, str):
        return
    if node.content.isspace():
        for name in ("repository", "tag"):
            yield (
                name,
                Value("unknown", None, node, "blank; a trigger may fill it in", None, (node,)),
            )
        return
    name, _, digest = without_variables(node.content).partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    path = (head + slash + last).split("/")
    registry = ""
    if path[0] == FILLED_IN or (
        len(path) > 1 and ("." in path[0] or ":" in path[0] or path[0] == "localhost")
    ):
        registry = path[0]
        path = path[1:] or path
    parts = {"registry": registry, "repository": "/".join(path), "tag": tag, "digest": digest}
    if FILLED_IN in registry:
        parts["repository"] = FILLED_IN  # its folder may be in the variable
    for name, text in parts.items():
        if FILLED_IN in text:
            yield name, Value("unknown", None, node, TEMPLATE, None, (node,))
        elif text:
            yield name, Value("known", text, node, "", None, (node,))


def _image(node: Node) -> Filled:
    """An image that is one text; without a tag and a digest its tag is ``latest``."""
    fields = dict(_image_reference(node))
    yield from fields.items()
    if not fields or {"tag", "digest"} & fields.keys():
        return
    if without_variables(str(node.content)).endswith(FILLED_IN):
        yield "tag", Value("unknown", None, node, TEMPLATE)
    else:
        yield "tag", Value("known", "latest", node, "no tag", derived=True)


def _variables(node: Node) -> Filled:
    """``env`` as a list of ``{name, value | valueFrom}`` or as a map; see EnvVar in the core API.

    It fills the variables with a literal, those with a key of a secret, and the literals that
    should be secrets.
    """
    literal, keyed = dict[str, Entry](), dict[str, Entry]()
    secret: list[tuple[str, Node]] = []
    for name, label, value in pairs(node):
        if isinstance(value.content, dict):
            yield from referenced_names(value)
            key = child(child(value, "secretKeyRef") or value, "key")
            keyed.update({} if key is None else {name: Entry(label, key)})
        elif isinstance(value.content, list):
            continue  # no variable takes a list
        elif holds_a_secret(name, scalar_or_text(value)):
            secret.append((name, value))
        else:
            literal[name] = Entry(label, value)
    if secret:
        yield "literal-secrets", names_of(secret, secret[0][1])
    if literal:
        tree = _tree_of(literal, node)
        yield "variables", tree._replace(data=redact("", tree.data))
    if keyed:
        yield "secret-variables", _tree_of(keyed, node)


def _tree_of(entries: dict[str, Entry], node: Node) -> Value:
    """The entries as one tree; a template has a place (``parts``) and no data."""
    known = {n: e for n, e in entries.items() if not is_variable(str(e.value.content))}
    data = {name: str(entry.value.content) for name, entry in known.items()}
    every = tuple(part for e in known.values() for part in dict.fromkeys(e))
    return Value("known", data, node, "", entries, every)


def pairs(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """The name, the node of the name and the value of each variable."""
    if isinstance(node.content, dict):
        for key, entry in node.content.items():
            yield key, entry.key, child(entry.value, "valueFrom") or entry.value
    elif isinstance(node.content, list):
        for item in node.content:
            name = child(item, "name")
            value = child(item, "value") or child(item, "valueFrom")
            if name is not None and value is not None and isinstance(name.content, str):
                yield name.content, name, value


def _directions(node: Node) -> Filled:
    """``policyTypes: [Ingress, Egress]``."""
    if isinstance(node.content, list) and all(isinstance(n.content, str) for n in node.content):
        yield "directions", names_of([(str(n.content).lower(), n) for n in node.content], node)


def _hosts(node: Node) -> Filled:
    """Ingress hosts: texts, or ``{host, paths}`` with paths as texts or ``{path}``.

    In an Ingress the paths of a rule are under ``http``.
    """
    items = node.content if isinstance(node.content, list) else []
    hosts, paths = list[tuple[str, Node]](), list[tuple[str, Node]]()
    for item in items:
        host = child(item, "host") or item
        below = child(child(item, "http") or item, "paths")
        entries = below.content if below is not None and isinstance(below.content, list) else []
        hosts += [(str(host.content), host)] if isinstance(host.content, str) else []
        texts = [child(entry, "path") or entry for entry in entries]
        paths += [(str(path.content), path) for path in texts if isinstance(path.content, str)]
    if hosts:
        yield "hosts", names_of(hosts, node)
    if paths:
        yield "paths", names_of(paths, node)


def _tls(node: Node) -> Filled:
    """TLS as a list of certificates (true unless it is empty), a flag, or with a switch."""
    switch = next((s for key in SWITCHES if (s := child(node, key)) is not None), node)
    if isinstance(switch.content, str):
        yield "tls", _switch(switch)
    else:
        yield "tls", Value("known", bool(node.content), node, "", None, ())


def _switch(node: Node) -> Value:
    """A switch; the chart decides what another text means."""
    value = field(FLAG_TRUE, node)
    if value.state == "known":
        try:
            FLAG_TRUE.normalise(value.data)
        except ValueError:
            return value._replace(state="unknown", data=None, note="a text; the chart decides")
    return value


def _gateways(node: Node) -> Filled:
    """The gateway of a VirtualService: its first, without the namespace before it."""
    items = node.content if isinstance(node.content, list) else []
    if items and isinstance(items[0].content, str):
        name = items[0].content.rpartition("/")[2]
        yield "gateway", Value("known", name, items[0], "", None, (items[0],))


def _parent_gateway(node: Node) -> Filled:
    """The gateway of an HTTPRoute: the name of its first parent reference."""
    name = child_at(next(iter(items_of(node)), None), "name")
    if name is not None and name.is_scalar:
        yield "gateway", Value("known", text_of(name), name, "", None, (name,))


def _http_rules(node: Node) -> Filled:
    """The paths that an HTTPRoute's rules match."""
    matches = [match for rule in items_of(node) for match in items_of(child(rule, "matches"))]
    values = [v for match in matches if (v := child_at(match, "path", "value")) is not None]
    if values:
        yield "paths", names_in(values, node)


def _queues(node: Node) -> Filled:
    """Queues as a list, or as one text with commas, as on a command line."""
    text = node.content if isinstance(node.content, str) else ""
    if "," not in text or is_variable(text):
        yield "queues", field(NAMES, node)
        return
    names = [name.strip() for name in text.split(",")]
    parts = {name: Entry(node, node) for name in names if name}
    yield "queues", Value("known", list(parts), node, "", parts, (node,))


def _program(node: Node) -> Filled:
    """A command: the language of the program that it starts with."""
    items = node.content if isinstance(node.content, list) else [node]
    text = items[0].content if items else None
    first = text.split(maxsplit=1)[:1] if isinstance(text, str) else []
    if language := program_runtime("".join(first)):
        note = f"command {first[0]}"
        yield "language", Value("known", language, items[0], note, None, (items[0],))


def _path(node: Node) -> Filled:
    """A probe that is one text: its path. ``true`` and ``false`` are switches."""
    if not node.is_scalar or not isinstance(node.content, str):
        return
    if isinstance(scalar_or_text(node), bool):
        return
    if node.content.startswith("/"):
        yield "path", Value("known", node.content, node, "", None, (node,))
    elif not is_empty(node):
        yield "handler", Value("unknown", None, node, "a text; expected a path", None, (node,))


def _metrics(node: Node) -> Filled:
    """An autoscaler's ``metrics`` (MetricSpec): CPU and memory, in percent or on average."""
    for item in node.content if isinstance(node.content, list) else []:
        resource = child(item, "resource") or child(item, "containerResource") or item
        name, target = text_of(child(resource, "name")), child(resource, "target") or resource
        for key in _PERCENT + _AVERAGE if name in _SCALED_BY else ():
            if (number := child(target, key)) is not None:
                yield name, _target(number, is_average=key in _AVERAGE)
                break


def _triggers(node: Node) -> Filled:
    """The ``triggers`` of a ScaledObject (https://keda.sh/docs/latest/scalers/cpu/)."""
    for item in items_of(node):
        name, value = text_of(child(item, "type")), child_at(item, "metadata", "value")
        if name in _SCALED_BY and value is not None:
            kind = child(item, "metricType") or child_at(item, "metadata", "type")
            yield name, _target(value, is_average=text_of(kind) == "AverageValue")


_PERCENT = ("averageUtilization", "targetAverageUtilization")
_AVERAGE = ("averageValue", "targetAverageValue")
_SCALED_BY = ("cpu", "memory")


def _target(node: Node, *, is_average: bool) -> Value:
    """What an autoscaler aims at: a share of the request, or an amount in each pod."""
    value = field(NUMBER, node)
    if not is_average or value.state != "known":
        return value
    return value._replace(data=f"{value.data}{ON_AVERAGE}")


class Reader(Record):
    """A form: the function that reads it and the fields that it can fill."""

    read: Callable[[Node], Filled]
    fields: frozenset[str]


def _reader(read: Callable[[Node], Filled], *fields: str) -> Reader:
    return Reader(read, frozenset(fields))


def _nothing(node: Node) -> Filled:
    """A command is read with the whole component, in ``commands``."""
    yield from ()


COMMAND, ARGUMENTS, PROGRAM = "command", "arguments", "program"
SOURCES, VARIABLES, IMAGE = "sources", "variables", "image-reference"
_SECRETS = env.SECRETS

READERS: Mapping[str, Reader] = {
    **dict.fromkeys((COMMAND, ARGUMENTS), _reader(_nothing, "queues", "concurrency", "program")),
    "image": _reader(_image, "registry", "repository", "tag", "digest"),
    IMAGE: _reader(_image_reference, "registry", "repository", "tag", "digest"),
    "ports": _reader(ports.ports, *ports.FIELDS.values(), ports.PROTOCOL),
    "container-ports": _reader(ports.container_ports, "container-port"),
    "declared-ports": _reader(ports.declared_ports, "container-port"),
    "queues": _reader(_queues, "queues"),
    PROGRAM: _reader(_program, "language"),
    "path": _reader(_path, "path", "handler"),
    "metrics": _reader(_metrics, *_SCALED_BY),
    "triggers": _reader(_triggers, *_SCALED_BY),
    VARIABLES: _reader(
        _variables, _SECRETS, "config-maps", "variables", "secret-variables", "literal-secrets"
    ),
    SOURCES: _reader(env.sources, _SECRETS, env.CONFIG_MAPS),
    "secret-names": _reader(partial(env.listed_names, _SECRETS), _SECRETS),
    "config-map-names": _reader(partial(env.listed_names, env.CONFIG_MAPS), env.CONFIG_MAPS),
    "keys-are-secrets": _reader(env.keys_are_secrets, _SECRETS),
    "external-secrets": _reader(env.external_secrets, _SECRETS),
    "mounted": _reader(env.mounted_secrets, _SECRETS, env.CONFIG_MAPS),
    "literals": _reader(env.literals, env.LITERALS),
    "directions": _reader(_directions, "directions"),
    "hosts": _reader(_hosts, "hosts", "paths"),
    "tls": _reader(_tls, "tls"),
    "parents": _reader(_parent_gateway, "gateway"),
    "gateways": _reader(_gateways, "gateway"),
    "http-rules": _reader(_http_rules, "paths"),
}
