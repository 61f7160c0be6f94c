"""Modes of the files in a volume, which the API takes as numbers up to 0777.

https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from deploylint.documents.nodes import Node, child, scalar, text_of
from deploylint.model.fault import Fault

_MOST = 0o777
_WITHOUT_A_ZERO = frozenset({"400", "440", "444", "500"})
"""Modes without the 0 in front that makes them octal: as decimal numbers files get others."""


def mode_at(key: str) -> Callable[[Node], Iterator[Fault]]:
    """A check of the mode at a key of a volume, or of a file in it."""

    def check(part: Node) -> Iterator[Fault]:
        mode = child(part, key)
        value, text = (None, "") if mode is None else (scalar(mode), text_of(mode))
        is_wrong = type(value) is int and (value > _MOST or text in _WITHOUT_A_ZERO)
        if mode is not None and is_wrong:
            is_octal = len(text) == 3 and set(text) <= set("01234567")
            wanted = f"did you mean 0{text}?" if is_octal else "the API takes at most 0777"
            yield Fault("wrong-value", mode, f"{key} is the decimal number {text}; {wanted}")

    return check


def every(*checks: Callable[[Node], Iterator[Fault]]) -> Callable[[Node], Iterator[Fault]]:
    """Several checks as one."""
    return lambda part: (fault for check in checks for fault in check(part))
