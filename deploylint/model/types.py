"""The types a field can have, and the four questions each of them answers.

How is a value normalised, does one of two values demand *more*, is it voted on when no reference is
named, does ``{service}`` apply? To add a type, write its ``normalise`` and a constant below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable
from functools import partial

from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.scalars import go_text, leading_zero
from deploylint.documents.suggest import hint
from deploylint.model import membership, quantity
from deploylint.model.data import FIELDS, definition
from deploylint.model.image_parts import (
    NO_DIGEST,
    NO_REGISTRY,
    NO_REPOSITORY,
    NO_TAG,
    refused_image_part,
)
from deploylint.model.secrets import redact

type_error = "a {wanted} was expected, found {actual}"
AUTO = "auto"

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


def _choice(words: tuple[str, ...], data: Plain) -> str:
    word = _word(data)
    if word not in words:
        raise ValueError(f"unknown value {word!r}; {hint(word, words)}")
    return word


def _scheme(data: Plain) -> str:
    """The scheme of a probe in capitals, which charts write for it."""
    return _choice(("HTTP", "HTTPS"), _word(data).upper())


def _capability(data: Plain) -> str:
    """A capability without the prefix that some container runtimes accept."""
    word = _word(data).upper().removeprefix("CAP_")
    if word not in _CAPABILITIES:
        raise ValueError(f"unknown capability {word!r}; capabilities(7) lists them")
    return word


def _image_part(wrong: dict[re.Pattern[str], str], data: Plain) -> str:
    part = _word(data)
    if reason := refused_image_part(part, wrong):
        raise ValueError(reason)
    return part


def _names(data: Plain) -> frozenset[str]:
    if isinstance(data, (list, tuple, frozenset)):
        return frozenset(_word(item) for item in data)
    return frozenset((_word(data),))


def _number(data: Plain) -> int | float:
    if isinstance(data, bool) or not isinstance(data, (int, float, str)):
        raise ValueError(type_error.format(wanted="number", actual=_kind(data)))
    if isinstance(data, str):
        if wrong := leading_zero(data):
            raise ValueError(wrong)
        try:
            data = float(data) if "." in data or "e" in data.lower() else int(data)
        except ValueError:
            raise ValueError(type_error.format(wanted="number", actual=repr(data))) from None
    if not math.isfinite(data):
        raise ValueError(type_error.format(wanted="number", actual=repr(data)))
    return int(data) if data == data // 1 else data


def _whole(wanted: str, data: Plain, least: int = 0) -> int:
    """A whole number from 0 on, as the API has them all, or from another one."""
    number = _number(data)
    if isinstance(number, float) or number < least:
        raise ValueError(type_error.format(wanted=wanted, actual=repr(data)))
    return number


def _target(data: Plain) -> Normal:
    """What an autoscaler aims at: percent of the request, or an amount on average."""
    amount = str(data).removesuffix(quantity.ON_AVERAGE)
    return _whole("whole number", data) if amount == str(data) else (_quantity(amount),)


def _tasks(data: Plain) -> int | str:
    """How many tasks run at once, or that the program decides by the pod's CPUs (Celery)."""
    return AUTO if data == AUTO else _whole("whole number", data)


def _quantity(data: Plain) -> int:
    """A resource.Quantity as a whole number of billionths (bytes or cores)."""
    if isinstance(data, bool) or not isinstance(data, (int, float, str)):
        raise ValueError(type_error.format(wanted="quantity", actual=_kind(data)))
    amount = quantity.parse(data.strip() if isinstance(data, str) else go_text(data))
    if amount < 0:
        raise ValueError(f"{data!r} is below 0")
    return amount


MOST_CPU, LEAST_MEMORY = 256 * quantity.NANOS, 2**16 * quantity.NANOS
MOST_PORT = 65535


def _node_cpu(data: Plain) -> int:
    """CPUs that some node has: more of them lack their m."""
    amount = _quantity(data)
    if amount > MOST_CPU:
        digits = str(data).rstrip("kMGTPEi")
        raise ValueError(f"{data} CPUs are more than a node has; did you mean {digits}m?")
    return amount


def _pod_memory(data: Plain) -> int:
    """Memory that a process starts with: less of it lacks its Mi, or has the m of CPUs."""
    amount = _quantity(data)
    if 0 < amount < LEAST_MEMORY:
        raise ValueError(f"{data} is less than 64Ki; did you mean {str(data).rstrip('m')}Mi?")
    return amount


_DURATION = regex(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w|y)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "y": 31536000}


def _duration(data: Plain) -> int | float:
    """Seconds from a number, or from a Prometheus or Go duration such as ``30s`` or ``1m30s``."""
    if isinstance(data, str) and data and not _DURATION.sub("", data):
        return _number(sum(float(n) * _SECONDS[unit] for n, unit in _DURATION.findall(data)))
    if isinstance(data, str) and not data.isdecimal():
        wanted = "duration such as 30s or 1m30s"
        raise ValueError(type_error.format(wanted=wanted, actual=repr(data)))
    return _number(data)


_SCRAPED = regex("(?:[0-9]+[ywdhms])+|[0-9]+ms|0")


def _scrape_interval(data: Plain) -> int | float:
    """Seconds of a Prometheus duration, which has a unit and no fraction."""
    if not _SCRAPED.fullmatch(str(data)):
        wanted = "duration in whole units such as 30s or 1m30s"
        raise ValueError(type_error.format(wanted=wanted, actual=repr(data)))
    return _duration(data)


def _port(data: Plain) -> int | str:
    if isinstance(data, str) and not data.isdecimal():
        if _MISTYPED.fullmatch(data):
            raise ValueError(f"{data!r} is neither a port nor the name of one")
        return data
    number = _whole("port", data)
    if number > MOST_PORT:
        raise ValueError(f"{number} is above {MOST_PORT}, the highest port")
    return number


_MISTYPED = regex(r"[0-9]+[A-Za-z][0-9]+|[0-9]{2,}[A-Za-z]")
"""A number with a letter in it; a port may be called ``9p``."""


def _open_port(data: Plain) -> int | str:
    """A port that is asked for: 0 means none, or any, where a program opens one."""
    port = _port(data)
    if port == 0:
        raise ValueError(f"a port is a number from 1 to {MOST_PORT}, found 0")
    return port


_FLAGS = {"true": True, "false": False}


def _flag(data: Plain) -> bool:
    """A truth value; annotations can only hold strings, so "true" and "false" count."""
    if isinstance(data, bool):
        return data
    if isinstance(data, str) and data.lower() in _FLAGS:
        return _FLAGS[data.lower()]
    raise ValueError(type_error.format(wanted="true or false", actual=repr(data)))


def _command(data: Plain) -> tuple[str, ...]:
    shown = redact("", list(data) if isinstance(data, tuple) else data)
    if isinstance(shown, str):
        from shlex import split  # a command is nearly always a list

        return tuple(split(shown))
    if isinstance(shown, list):
        return tuple(_word(item) for item in shown)
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
    from json import dumps  # most trees are equal as they are written

    return dumps(prune(data), sort_keys=True)


def _as_written(data: Plain) -> Normal:
    """Data that means what YAML makes of it: ``true`` is not ``"true"``, nor 1 true."""
    from json import dumps

    from deploylint.documents.key_query import by_merge_key  # few runs name keys

    data = by_merge_key(data)
    if isinstance(data, (dict, list)):
        return _TREE, _tree(data)
    if isinstance(data, bool) or data is None:
        return _SCALAR, dumps(data)
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
    """Whether a set holds another one. ALL is each capability, and no name of an object."""
    if not isinstance(value, frozenset) or not isinstance(other, frozenset):
        return False
    return value >= other or "ALL" in value


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
    from json import loads

    return _within_tree(loads(str(value)), loads(str(other)))


def _flags(data: Plain) -> frozenset[str]:
    """Some of true and false, each as the text of its normal form."""
    return frozenset(str(_flag(item)) for item in data) if isinstance(data, list) else frozenset()


def _true_is_more(value: Normal, other: Normal) -> bool:
    return bool(value) or not other


def choice(*words: str) -> Type:
    """The type of a word that is one of some."""
    return Type("word", partial(_choice, words))


_CAPABILITIES = frozenset(definition(FIELDS)["capabilities"])


WORD = Type("word", _word)
SCHEME = Type("word", _scheme)
CAPABILITY = Type("capability", _capability)
REGISTRY = Type("word", partial(_image_part, NO_REGISTRY))
REPOSITORY = Type("word", partial(_image_part, NO_REPOSITORY))
TAG = Type("word", partial(_image_part, NO_TAG))
DIGEST = Type("word", partial(_image_part, NO_DIGEST))
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
DIRECTION = choice("ingress", "egress")
ONE = choice("1")
APPLICATION = Type("application", _word, voted=False)
MODULES = Type("modules", _names, voted=False, holds=membership.modules)
PROGRAMS = Type("programs", _names, voted=False, holds=membership.programs)
ROUTES = Type("routes", _names, holds=membership.routes)
PORTS = Type("ports", _names, voted=False, holds=membership.ports)
NUMBER = Type("number", partial(_whole, "whole number"), voted=False)
POSITIVE = Type("number", partial(_whole, "whole number from 1 on", least=1), voted=False)
TASKS = Type("number", _tasks, voted=False)
SCALE_TARGET = Type("number", _target, voted=False)
CPU = Type("cpu", _quantity, voted=False)
MEMORY = Type("memory", _quantity, voted=False)
DURATION = Type("duration", _duration, voted=False)
SCRAPE_INTERVAL = Type("duration", _scrape_interval, voted=False)
NODE_CPU = Type("cpu", _node_cpu, voted=False)
POD_MEMORY = Type("memory", _pod_memory, voted=False)
SECONDS = Type("seconds", partial(_whole, "whole number of seconds"), voted=False)
SIZES = (NUMBER, TASKS, SCALE_TARGET, CPU, MEMORY, DURATION, SECONDS)
"""The types of sizes, numbers and timings: each service may have its own, or none."""
PORT = Type("port", _port, voted=False)
OPEN_PORT = Type("port", _open_port, voted=False)
FLAG = Type("flag", _flag)
FLAG_TRUE = Type("flag", _flag, _true_is_more)
FLAGS = Type("flags", _flags, voted=False)
FLAG_FALSE = Type("flag", _flag, lambda value, other: _true_is_more(other, value))
RIGHTS = (FEWER_NAMES, FLAG_FALSE)
"""The types of what a pod may do: to have fewer rights is no difference."""
COMMAND = Type("command", _command)
TREE = Type("tree", _tree, _tree_holds)
AS_WRITTEN = Type("as written", _as_written, _as_written_holds)
"""The type of what no element owns."""

TREES = (TREE, AS_WRITTEN)
"""The types of free-form data: their texts agree as they are, and with own names in them."""
