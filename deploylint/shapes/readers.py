"""Forms under one key of a values file that fill several fields of an element.

A profile names them in brackets, ``image: (image-reference)``. To add a form, write a function and
one entry in ``READERS``; a reader yields ``(field, Value)`` and nothing for what it does not
understand, so that those leaves stay uncompared. A key that is one field is read in ``fields``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deploylint.documents.nodes import Entry, Node, child, is_empty
from deploylint.model import Value
from deploylint.secrets import holds_a_secret, scalar_or_text
from deploylint.shapes.commands import is_variable
from deploylint.shapes.fields import TEMPLATE, field, names_of
from deploylint.types import PORT

Filled = Iterator[tuple[str, Value]]


def _image_reference(node: Node) -> Filled:
    """``registry/repository:tag@digest``; the registry is there when the first part looks like one.

    Follows the distribution reference grammar (https://pkg.go.dev/github.com/distribution/reference).
    """
    if not isinstance(node.content, str):
        return
    if is_variable(node.content):
        yield "repository", Value("unknown", None, node, TEMPLATE, None, (node,))
        return
    name, _, digest = node.content.partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    path = (head + slash + last).split("/")
    if len(path) > 1 and ("." in path[0] or ":" in path[0] or path[0] == "localhost"):
        yield "registry", Value("known", path.pop(0), node, "", None, (node,))
    parts = {"repository": "/".join(path), "tag": tag, "digest": digest}
    for name, text in parts.items():
        if text:
            yield name, Value("known", text, node, "", None, (node,))


_PORT_FIELDS = {"port": "port", "targetPort": "target-port", "containerPort": "container-port"}


def _image(node: Node) -> Filled:
    """An image that is one text; without a tag and a digest its tag is ``latest``."""
    fields = dict(_image_reference(node))
    yield from fields.items()
    known = fields.get("repository")
    if known is not None and known.state == "known" and not {"tag", "digest"} & fields.keys():
        yield "tag", Value("known", "latest", node, "no tag is written", derived=True)


def _ports(node: Node) -> Filled:
    """``{http: 80}``, ``{http: {port, targetPort}}`` or ``[{name, port, targetPort}]``.

    A service with several ports is known by the one named http, else by its first.
    """
    chosen = _main_port(node)
    if chosen is None:
        return
    if isinstance(chosen.content, str):
        yield "port", field(PORT, chosen)
        return
    for key, name in _PORT_FIELDS.items():
        if (value := child(chosen, key)) is not None and isinstance(value.content, str):
            yield name, field(PORT, value)


def _main_port(node: Node) -> Node | None:
    if isinstance(node.content, dict):
        named = child(node, "http")
        return named or next((entry.value for entry in node.content.values()), None)
    if isinstance(node.content, list):
        items = [item for item in node.content if isinstance(item.content, dict)]
        http = [i for i in items if (n := child(i, "name")) and n.content == "http"]
        return next(iter(http or items), None)
    return None


def _variables(node: Node) -> Filled:
    """``env`` as a list of ``{name, value | valueFrom}`` or as a map; see EnvVar in the core API.

    Variables with a literal, variables that come from a secret (with the key they take from it),
    and literals that should have been secrets.
    """
    literal, keyed = dict[str, Entry](), dict[str, Entry]()
    secret: list[tuple[str, Node]] = []
    for name, label, value in _pairs(node):
        if isinstance(value.content, dict):
            yield from _referenced(value)
            key = child(child(value, "secretKeyRef") or value, "key")
            keyed.update({} if key is None else {name: Entry(label, key)})
        elif not isinstance(value.content, str):
            continue
        elif holds_a_secret(name, scalar_or_text(value)):
            secret.append((name, value))
        else:
            literal[name] = Entry(label, value)
    if secret:
        yield "literal-secrets", names_of(secret, secret[0][1])
    for kind, entries in (("variables", literal), ("secret-variables", keyed)):
        if entries:
            yield kind, _tree_of(entries, node)


def _tree_of(entries: dict[str, Entry], node: Node) -> Value:
    known = {n: e for n, e in entries.items() if not is_variable(str(e.value.content))}
    data = {name: str(entry.value.content) for name, entry in known.items()}
    every = tuple(part for e in known.values() for part in dict.fromkeys(e))
    return Value("known", data, node, "", known, every)


def _pairs(node: Node) -> Iterator[tuple[str, Node, Node]]:
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


_REFERENCES = {
    "secretKeyRef": "secrets",
    "secretRef": "secrets",
    "configMapKeyRef": "config-maps",
    "configMapRef": "config-maps",
}


def _referenced(value: Node) -> Filled:
    for key, name in _REFERENCES.items():
        reference = child(value, key)
        named = child(reference, "name") if reference else None
        if named is not None and isinstance(named.content, str):
            yield name, names_of([(named.content, named)], named)


def _sources(node: Node) -> Filled:
    """``envFrom``: a list of ``{secretRef: {name}}`` and ``{configMapRef: {name}}``."""
    items = node.content if isinstance(node.content, list) else [node]
    for item in items:
        yield from _referenced(item)


def _secret_names(node: Node) -> Filled:
    if isinstance(node.content, str) and not is_empty(node):
        yield "secrets", names_of([(node.content, node)], node)


def _directions(node: Node) -> Filled:
    """``policyTypes: [Ingress, Egress]``."""
    if isinstance(node.content, list) and all(isinstance(n.content, str) for n in node.content):
        yield "directions", names_of([(str(n.content).lower(), n) for n in node.content], node)


def _hosts(node: Node) -> Filled:
    """Ingress hosts: texts, or ``{host, paths}`` with paths as texts or ``{path}``.

    In an Ingress itself the paths of a rule stand under ``http``.
    """
    items = node.content if isinstance(node.content, list) else []
    hosts, paths = list[tuple[str, Node]](), list[tuple[str, Node]]()
    for item in items:
        host = child(item, "host") or item
        below = child(child(item, "http") or item, "paths")
        listed = below.content if below is not None and isinstance(below.content, list) else []
        hosts += [(str(host.content), host)] if isinstance(host.content, str) else []
        texts = [child(path, "path") or path for path in listed]
        paths += [(str(path.content), path) for path in texts if isinstance(path.content, str)]
    if hosts:
        yield "hosts", names_of(hosts, node)
    if paths:
        yield "paths", names_of(paths, node)


def _tls(node: Node) -> Filled:
    """TLS as a list of certificates (set when it holds one) or as true or false."""
    if isinstance(node.content, str):
        yield "tls", Value("known", scalar_or_text(node), node, "", None, (node,))
    else:
        yield "tls", Value("known", bool(node.content), node, "", None, ())


def _parents(node: Node) -> Filled:
    """The gateway of an HTTPRoute: the name of its first parent reference."""
    items = node.content if isinstance(node.content, list) else []
    named = child(items[0], "name") if items else None
    if named is not None and isinstance(named.content, str):
        yield "gateway", Value("known", named.content, named, "", None, (named,))


def _gateways(node: Node) -> Filled:
    """The gateway of a VirtualService: its first, without the namespace before it."""
    items = node.content if isinstance(node.content, list) else []
    if items and isinstance(items[0].content, str):
        name = items[0].content.rpartition("/")[2]
        yield "gateway", Value("known", name, items[0], "", None, (items[0],))


def _http_rules(node: Node) -> Filled:
    """The paths that an HTTPRoute's rules match."""
    items = node.content if isinstance(node.content, list) else []
    matches = [m for item in items if (m := child(item, "matches")) is not None]
    each = [match for m in matches if isinstance(m.content, list) for match in m.content]
    found = [p for match in each if (p := child(match, "path")) is not None]
    values = [v for path in found if (v := child(path, "value")) is not None]
    if values:
        yield "paths", names_of([(str(v.content), v) for v in values], node)


READERS: dict[str, Callable[[Node], Filled]] = {
    "image": _image,
    "image-reference": _image_reference,
    "ports": _ports,
    "variables": _variables,
    "sources": _sources,
    "secret-names": _secret_names,
    "directions": _directions,
    "hosts": _hosts,
    "tls": _tls,
    "parents": _parents,
    "gateways": _gateways,
    "http-rules": _http_rules,
}

GIVES: dict[str, tuple[str, ...]] = {
    "image": ("registry", "repository", "tag", "digest"),
    "image-reference": ("registry", "repository", "tag", "digest"),
    "ports": tuple(_PORT_FIELDS.values()),
    "variables": ("variables", "secret-variables", "literal-secrets", "secrets", "config-maps"),
    "sources": ("secrets", "config-maps"),
    "secret-names": ("secrets",),
    "directions": ("directions",),
    "hosts": ("hosts", "paths"),
    "tls": ("tls",),
    "parents": ("gateway",),
    "gateways": ("gateway",),
    "http-rules": ("paths",),
}
"""The fields that each reader may fill."""
