"""Where a process gets secrets and settings from: the forms that charts give it.

Each is a reader for ``readers.READERS``. Names of secrets are read and their values are not; a form
that leaves the name to the chart is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import (
    Node,
    child,
    entries_of,
    is_empty,
    items_of,
    leaves,
    scalar,
)
from deploylint.model.secrets import holds_a_secret, scalar_or_text
from deploylint.model.service import Value
from deploylint.model.templates import TEMPLATE, is_variable
from deploylint.readers.helm.field import names_of

Filled = Iterator[tuple[str, Value]]

SECRETS, CONFIG_MAPS, LITERALS = "secrets", "config-maps", "literal-secrets"
_REFERENCES = {
    "secretKeyRef": SECRETS,
    "secretRef": SECRETS,
    "secret": SECRETS,
    "configMapKeyRef": CONFIG_MAPS,
    "configMapRef": CONFIG_MAPS,
    "configMap": CONFIG_MAPS,
}
_LISTED = {"secrets": SECRETS, "configmaps": CONFIG_MAPS, "configMaps": CONFIG_MAPS}
_KINDS = {"secret": SECRETS, "configmap": CONFIG_MAPS, "configMap": CONFIG_MAPS}
_SWITCH = "enabled"
_MOUNTED = "mounted as a file"
_NAME_KEYS = ("name", "secretName", "existingSecret")


def referenced_names(value: Node) -> Filled:
    """``{secretKeyRef: {name}}`` and its kin (EnvVarSource, EnvFromSource), or a name alone."""
    for key, name in _REFERENCES.items():
        reference = child(value, key)
        named = None if reference is None else child(reference, "name") or reference
        if named is not None and isinstance(named.content, str) and not is_empty(named):
            yield name, names_of([(named.content, named)], named)


def sources(node: Node) -> Filled:
    """``envFrom``: a list or map of ``{secretRef: {name}}`` or ``{type: secret, name}``.

    Also ``{secrets: [name], configmaps: [name]}``; of ``true`` only the chart knows what it means.
    """
    if isinstance(node.content, str):
        if is_variable(node.content):
            yield SECRETS, Value("unknown", None, node, TEMPLATE, None, (node,))
        elif scalar_or_text(node) is True:
            yield SECRETS, _left_to_the_chart(node)
        return
    yield from referenced_names(node)
    for key, kind in _LISTED.items():
        if (references := child(node, key)) is not None:
            yield from names(references, kind)
    for item in _each(node):
        yield from referenced_names(item)
        yield from _typed(item)


def _each(node: Node) -> list[Node]:
    return items_of(node) or [entry.value for entry in entries_of(node).values()]


def _typed(item: Node) -> Filled:
    """``{type: secret, name: x}``; of a ``nameSuffix`` only the chart knows what goes before it."""
    kind, name = child(item, "type"), child(item, "name")
    field = _KINDS.get(str(kind.content)) if kind is not None else None
    if field is None:
        return
    if name is not None and isinstance(name.content, str):
        yield field, names_of([(name.content, name)], name)
    else:
        yield field, _left_to_the_chart(item)


def _left_to_the_chart(node: Node) -> Value:
    return Value("unknown", None, node, "the chart decides its name", None, tuple(leaves(node)))


def names(node: Node, field: str) -> Filled:
    """A name, a list of names or of ``{name}``, or one ``{name}``."""
    if is_empty(node):
        return
    items = node.content if isinstance(node.content, list) else [node]
    named = [_name(item) for item in items]
    written = [(str(n.content), n) for n in named if n is not None]
    if written and len(written) == len(items):
        yield field, names_of(written, node)
    elif not any(isinstance(scalar_or_none(item), bool) for item in items):
        yield field, _left_to_the_chart(node)


def scalar_or_none(node: Node) -> object:
    """A scalar's value, None for a collection."""
    return scalar_or_text(node) if isinstance(node.content, str) else None


def _name(item: Node) -> Node | None:
    if isinstance(item.content, str):
        return None if isinstance(scalar_or_text(item), bool) or is_empty(item) else item
    values = (child(item, key) for key in _NAME_KEYS)
    return next((n for n in values if n is not None and isinstance(n.content, str)), None)


def listed_names(field: str, node: Node) -> Filled:
    """The name of a secret or config map, or a list of names."""
    if isinstance(node.content, (str, list)):
        yield from names(node, field)


def keys_are_secrets(node: Node) -> Filled:
    """A map from the name of a secret or vault to what is taken from it."""
    if isinstance(node.content, dict) and node.content:
        keys = [(key, entry.key) for key, entry in node.content.items()]
        yield SECRETS, names_of(keys, node)


def external_secrets(node: Node) -> Filled:
    """Secrets that an operator fetches: a name, names, ``{name}``, or left to the chart."""
    switch = child(node, _SWITCH)
    if switch is not None and isinstance(switch.content, str) and scalar(switch) is False:
        return
    if isinstance(node.content, str) and scalar_or_text(node) is True:
        yield SECRETS, _left_to_the_chart(node)
    elif not is_empty(node):
        yield from names(node, SECRETS)


def mounted_secrets(node: Node) -> Filled:
    """Secrets mounted as files: list or map of ``{secret: {secretName}}`` (SecretVolumeSource)."""
    for item in _each(node):
        yield from ((field, v._replace(note=v.note or _MOUNTED)) for field, v in _typed(item))
        for key, name_key in (("secret", "secretName"), ("existingSecret", "")):
            below = child(item, key)
            named = None if below is None else child(below, name_key) or below
            if named is not None and isinstance(named.content, str) and not is_empty(named):
                value = names_of([(named.content, named)], named)
                yield SECRETS, value._replace(note=value.note or _MOUNTED)


def literals(node: Node) -> Filled:
    """A map of secrets by name, with their values in the file itself."""
    content = node.content if isinstance(node.content, dict) else {}
    secrets = [
        (key, entry.value)
        for key, entry in content.items()
        if isinstance(entry.value.content, str) and holds_a_secret(key, scalar_or_text(entry.value))
    ]
    if secrets:
        yield LITERALS, names_of(secrets, secrets[0][1])
