"""The types a field can have, and the four questions each of them answers.

Nothing else in the code knows how a value is read for comparison: how is it normalised, does one of
two values demand *more*, is it voted on when no reference is named, does ``{service}`` apply.
To add a type, write its ``normalise`` and add one entry to ``TYPES``.
"""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Callable, Hashable

from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.scalars import go_text
from deploylint.model import membership, quantity

type_error = "a {wanted} was expected, found {actual}"

Plain = object
"""Plain data as YAML meant it: None, bool, int, float, str, or a list or dict of these."""

Normal = Hashable
"""A value's normal form: two values mean the same when their normal forms are equal."""


class Type(Record):
    """What deploylint knows about one kind of value.

    ``normalise`` takes plain data to its normal form and raises ValueError for data that is not of
    this type. ``more(a, b)`` says, of two normal forms, whether ``a`` demands at least as much as
    ``b``; None where a type has no order. ``voted`` is whether a majority replaces a reference.
    ``own_names`` is whether the service's own name compares as ``{service}``.
    ``holds`` decides whether an item is among a set, where equality does not; None where neither
    is known. ``words`` are the texts that the API server takes; none where it takes any.
    """

    name: str
    normalise: Callable[[Plain], Normal]
    more: Callable[[Normal, Normal], bool] | None = None
    voted: bool = True
    own_names: bool = False
    holds: Callable[[frozenset[str], str], bool | None] | None = None
    words: tuple[str, ...] = ()


def _word(data: Plain) -> str:
    if isinstance(data, str):
        return data
    if data is None:
        return "null"
    if isinstance(data, (bool, int, float)):
        return go_text(data)
    raise ValueError(type_error.format(wanted="word", actual=_kind(data)))


def _names(data: Plain) -> frozenset[str]:
    if isinstance(data, (list, tuple, frozenset)):
        return frozenset(_word(item) for item in data)
    return frozenset((_word(data),))


def _number(data: Plain) -> int | float:
    if isinstance(data, bool) or not isinstance(data, (int, float, str)):
        raise ValueError(type_error.format(wanted="number", actual=_kind(data)))
    if isinstance(data, str):
        try:
            data = float(data) if "." in data or "e" in data.lower() else int(data)
        except ValueError:
            raise ValueError(type_error.format(wanted="number", actual=repr(data))) from None
    if not math.isfinite(data):
        raise ValueError(type_error.format(wanted="number", actual=repr(data)))
    return int(data) if data == data // 1 else data


def _quantity(data: Plain) -> int:
    """A resource.Quantity as a whole number of billionths (bytes or cores)."""
    if isinstance(data, bool) or not isinstance(data, (int, float, str)):
        raise ValueError(type_error.format(wanted="quantity", actual=_kind(data)))
    return quantity.parse(data.strip() if isinstance(data, str) else go_text(data))


_DURATION = regex(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(data: Plain) -> int | float:
    """Seconds from a number, or from a Prometheus or Go duration such as ``30s`` or ``1m30s``."""
    if isinstance(data, str) and data and not _DURATION.sub("", data):
        return _number(sum(float(n) * _SECONDS[unit] for n, unit in _DURATION.findall(data)))
    return _number(data)


def _port(data: Plain) -> int | str:
    if isinstance(data, str) and not data.isdecimal():
        return data
    number = _number(data)
    if isinstance(number, float):
        raise ValueError(type_error.format(wanted="port", actual=repr(data)))
    return number


_FLAGS = {"true": True, "false": False}


def _flag(data: Plain) -> bool:
    """A truth value; annotations can only hold strings, so "true" and "false" count."""
    if isinstance(data, bool):
        return data
    if isinstance(data, str) and data.lower() in _FLAGS:
        return _FLAGS[data.lower()]
    raise ValueError(type_error.format(wanted="true or false", actual=repr(data)))


def _command(data: Plain) -> tuple[str, ...]:
    if isinstance(data, str):
        return tuple(shlex.split(data))
    if isinstance(data, (list, tuple)):
        return tuple(_word(item) for item in data)
    raise ValueError(type_error.format(wanted="command", actual=_kind(data)))


def prune(data: Plain) -> Plain:
    """Free-form data without what Kubernetes reads as "not set": null, {} and [] below the top."""
    if isinstance(data, dict):
        pruned = {key: prune(value) for key, value in data.items()}
        return {key: value for key, value in pruned.items() if value not in (None, {}, [])}
    if isinstance(data, list):
        return [prune(item) for item in data]
    return data


def _tree(data: Plain) -> str:
    return json.dumps(prune(data), sort_keys=True)


def _as_written(data: Plain) -> Normal:
    """Data that means what YAML makes of it: ``true`` is not ``"true"``, nor 1 true."""
    from deploylint.documents.key_query import by_merge_key  # few runs name keys

    data = by_merge_key(data)
    if isinstance(data, (dict, list)):
        return _TREE, _tree(data)
    if isinstance(data, bool) or data is None:
        return _SCALAR, json.dumps(data)
    assert isinstance(data, (str, int, float))
    return data


_TREE, _SCALAR = "tree", "scalar"


def _as_written_holds(value: Normal, other: Normal) -> bool:
    if value == other or not isinstance(value, tuple) or not isinstance(other, tuple):
        return value == other
    return value[0] == other[0] == _TREE and _tree_holds(value[1], other[1])


def _kind(data: Plain) -> str:
    return {dict: "a mapping", list: "a list", type(None): "null", bool: "true or false"}.get(
        type(data), f"{data!r}"
    )


def _superset(value: Normal, other: Normal) -> bool:
    return isinstance(value, frozenset) and isinstance(other, frozenset) and value >= other


def _subset(value: Normal, other: Normal) -> bool:
    return _superset(other, value)


def _within_tree(value: Plain, other: Plain) -> bool:
    """Whether ``value`` holds all that ``other`` holds: keys of mappings, items of lists."""
    if isinstance(other, dict):
        return isinstance(value, dict) and all(
            key in value and _within_tree(value[key], below) for key, below in other.items()
        )
    if isinstance(other, list):
        return isinstance(value, list) and all(
            any(_within_tree(own, item) for own in value) for item in other
        )
    return type(value) is type(other) and value == other


def _tree_holds(value: Normal, other: Normal) -> bool:
    return _within_tree(json.loads(str(value)), json.loads(str(other)))


def _flags(data: Plain) -> frozenset[str]:
    """Some of true and false, each as the text of its normal form."""
    return frozenset(str(_flag(item)) for item in data) if isinstance(data, list) else frozenset()


def _true_is_more(value: Normal, other: Normal) -> bool:
    return bool(value) or not other


def _false_is_more(value: Normal, other: Normal) -> bool:
    return not value or bool(other)


WORD = Type("word", _word)
PULL_POLICY = Type("choice", _word, words=("Always", "IfNotPresent", "Never"))
RESTART_POLICY = Type("choice", _word, words=("Always", "Never", "OnFailure"))
SECCOMP = Type("choice", _word, words=("Localhost", "RuntimeDefault", "Unconfined"))
SERVICE_TYPE = Type(
    "choice", _word, words=("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
)
STRATEGY = Type("choice", _word, words=("OnDelete", "Recreate", "RollingUpdate"))
NAME = Type("name", _word, own_names=True)
NAMES = Type("names", _names, _superset, own_names=True)
FEWER_NAMES = Type("names", _names, _subset)
APPLICATION = Type("application", _word, voted=False)
MODULES = Type("modules", _names, voted=False, holds=membership.modules)
PROGRAMS = Type("programs", _names, voted=False, holds=membership.programs)
ROUTES = Type("routes", _names, holds=membership.routes)
PORTS = Type("ports", _names, voted=False, holds=membership.ports)
NUMBER = Type("number", _number, voted=False)
CPU = Type("cpu", _quantity, voted=False)
MEMORY = Type("memory", _quantity, voted=False)
SECONDS = Type("seconds", _seconds, voted=False)
PORT = Type("port", _port, voted=False)
FLAG = Type("flag", _flag)
FLAG_TRUE = Type("flag", _flag, _true_is_more)
FLAGS = Type("flags", _flags, voted=False)
FLAG_FALSE = Type("flag", _flag, _false_is_more)
COMMAND = Type("command", _command)
TREE = Type("tree", _tree, _tree_holds)
AS_WRITTEN = Type("as written", _as_written, _as_written_holds)
"""The type of what no element owns."""

TREES = (TREE, AS_WRITTEN)
"""The types of free-form data: their texts agree as they are, and with own names in them."""
