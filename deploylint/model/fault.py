"""What is wrong in a file by itself, without comparing anything.

A reader that comes upon one adds a Fault to what it reads; ``policy.builtin_checks`` reports it. To
add a kind, list its id in ``rules/own.yaml`` with examples, and make Faults where the file is read.
"""

from __future__ import annotations

from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.documents.suggest import is_same_or_plural

UNKNOWN_KEY, MISPLACED = "unknown-key", "misplaced-key"


class Fault(Record):
    """One thing that is wrong at one place.

    ``check`` is the id of a built-in check.
    ``node`` is the key or value that is wrong.
    ``message`` says what is wrong and what to write.
    ``related`` are other places that have to do with it: a role, the node, and a text.
    ``meant`` is the key that a misspelt one stands for, "" for another fault.
    ``lacks`` are the fields that a mapping has to have and does not.
    ``wanted`` is what is wrong only where the chart has none of that name, "" for another fault.
    ``is_known`` is whether it is surely wrong.
    ``may_be_own`` is whether a chart may have such a key of its own, which many services have then.
    """

    check: str
    node: Node
    message: str
    related: tuple[tuple[str, Node, str], ...] = ()
    meant: str = ""
    lacks: tuple[str, ...] = ()
    wanted: str = ""
    is_known: bool = True
    may_be_own: bool = False


def unknown_key(node: Node, known: str, what: str = "key", name: str = "") -> Fault:
    """A key, option or word that nothing knows and that looks like a known one.

    ``name`` is a part of the node's text. A chart may have a key of its own that is the known one
    in another style (``memory_limits``), or more or fewer of it (``healthChecks``).
    """
    text = name or str(node.content)
    message = f"unknown {what} {text!r}; did you mean {known!r}?"
    may_be_own = what == "key" and is_same_or_plural(text, known)
    return Fault(UNKNOWN_KEY, node, message, meant=known, may_be_own=may_be_own)


def duplicate_key(lost: Node, wins: Node) -> Fault:
    """A key that is written twice in one mapping, at the one that is used."""
    message = f"duplicate key {wins.content!r}; the first value is lost"
    return Fault("duplicate-key", wins, message, (("lost", lost, str(lost.content)),))


def unapplied_patches(key: Node, build: str) -> Fault:
    """A key with changes of what is compared; ``build`` says how to compare the result."""
    message = f"{key.content} are not applied, and what they change is unknown; {build}"
    return Fault("unapplied-patches", key, message)
