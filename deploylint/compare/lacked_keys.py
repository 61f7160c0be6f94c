"""The reasons for which a service rightly lacks a key that its siblings have.

To add a reason, write a function of the service, the path and the siblings with the key, and ask it
in ``is_rightly_lacked``.
"""

from __future__ import annotations

from collections.abc import Sequence

from deploylint.compare.oddity import OVERRIDES
from deploylint.compare.service_keys import Path, ServiceKeys
from deploylint.compare.siblings import is_unread
from deploylint.documents.nodes import child, is_empty, scalar, text_of
from deploylint.documents.regex import regex
from deploylint.model.data import WELL_KNOWN, definition

HEAD = (("apiVersion",), ("kind",))
"""The keys of an object that say what it is; a manifest without one is a fault by itself."""
VARIANTS = ("type", "kind")
"""The keys that say which of several variants a mapping is of: each has keys of its own."""
_RESTART = regex(r"(?i)(?:.*[^a-z])?(?:force[-_]?)?(?:restart|redeploy)(?:ed)?(?:[-_]?at)?")
"""Keys with a text of no meaning: pods start anew with another one, as by ``kubectl rollout``."""


def with_key(path: Path, every: Sequence[ServiceKeys]) -> Sequence[ServiceKeys]:
    """Those that have something at a path."""
    return [keys for keys in every if path in keys.outline.places]


def _is_for_itself(path: Path, every: Sequence[ServiceKeys]) -> bool:
    """Whether each service has something of its own at a key: no two have the same there."""
    texts = [text for text in (keys.text(path) for keys in every) if isinstance(text, str)]
    return len(texts) > 1 and len(set(texts)) == len(every)


def _is_nothing(path: Path, every: Sequence[ServiceKeys]) -> bool:
    """Whether no service says anything at a key of its values: a template takes nothing for it.

    Go counts them as empty: https://pkg.go.dev/text/template#hdr-Actions. The API takes null for
    unset, and so it does an empty mapping where that has only optional fields.
    """
    if path[-1] in _OF_SERVERS:
        return True
    values = [keys.entry(path).value for keys in every]
    if any(keys.service.shape != "values" for keys in every):
        return all(map(is_empty, values)) and (
            path[-1] in definition(WELL_KNOWN)["optional"]
            or all(one.is_scalar and scalar(one) is None for one in values)
        )
    return all(is_empty(one) or (one.is_scalar and scalar(one) is False) for one in values)


_OF_SERVERS = ("creationTimestamp", "status")
"""What the server writes, and kubectl prints: https://kubernetes.io/docs/reference/using-api/."""


def is_rightly_lacked(keys: ServiceKeys, path: Path, with_it: Sequence[ServiceKeys]) -> bool:
    """Whether a service has a reason to lack a key: an item that another needs is its own.

    A key that only other kinds of workloads have may be one that its kind does not take.
    """
    return (
        path[-1].startswith("[")
        or (path in HEAD and keys.service.shape == "manifests")
        or _kind_of(keys) not in map(_kind_of, with_it)
        or _is_for_itself(path, with_it)
        or _is_nothing(path, with_it)
        or path[-2:-1] == ("selector",)
        or _is_a_variant(keys, path, with_it)
        or _is_list_of_an_item(path, with_it)
        or _RESTART.fullmatch(path[-1]) is not None
        or path[-1] in OVERRIDES
        or is_unread(keys.service, path, (other.service for other in with_it))
    )


def _is_list_of_an_item(path: Path, with_it: Sequence[ServiceKeys]) -> bool:
    """Whether a key is a list in an item, of items by name: a container has mounts of its own."""
    below = (name for keys in with_it for name in keys.outline.entries.get(path, ()))
    return any(step.startswith("[") for step in path) and next(below, "").startswith("[")


def _kind_of(keys: ServiceKeys) -> str:
    """The kind of workload that is written; "" in values."""
    return text_of(child(keys.service.root, "kind")) if keys.service.shape == "manifests" else ""


def _is_a_variant(keys: ServiceKeys, path: Path, with_it: Sequence[ServiceKeys]) -> bool:
    """Whether a key is one of a variant that a service does not have, by the word beside it."""
    for name in VARIANTS:
        beside = (*path[:-1], name)
        if beside in keys.outline.places:
            texts = {other.text(beside) for other in with_key(beside, with_it)}
            if keys.text(beside) not in texts:
                return True
    return False
