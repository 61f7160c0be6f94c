"""VALUE patterns: what a rule's ``be`` and an allowance's ``from`` and ``to`` are written in.

A pattern is a literal, ``present``, ``absent``, or a mapping with one operator of ``_CHECKS``.
A mapping that has none of them, nor a word near one, is a literal itself.
Everything but ``of-kind`` is compared in the normal form of the address's type, so ``8000`` and
``"8000"`` are one port and ``1Gi`` and ``1024Mi`` one size.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from deploylint.documents.record import Record
from deploylint.documents.suggest import nearest
from deploylint.model.types import Plain, Type


class Pattern(Record):
    """One pattern: its operator and what that is given (a list for ``one-of``, of kinds too)."""

    operator: str
    operand: Plain

    def __str__(self) -> str:
        return (
            str(self.operand)
            if self.operator in ("is", "state")
            else f"{self.operator} {self.operand}"
        )

    @property
    def written(self) -> Plain:
        """The pattern as it is written in a file."""
        return self.operand if self.operator in ("is", "state") else {self.operator: self.operand}

    def matches(self, kind: Type, is_present: bool, data: Plain) -> bool:
        """Whether a known or missing value satisfies the pattern.

        ``is_present`` is False for a value that is absent or disabled; only ``absent`` holds then.
        Data that is not of the type satisfies nothing.
        """
        if self.operator == "state":
            return is_present is (self.operand == "present")
        if not is_present:
            return False
        try:
            return _CHECKS[self.operator](kind, data, self.operand)
        except ValueError:
            return False


def _is(kind: Type, data: Plain, operand: Plain) -> bool:
    if type(data) is type(operand) and data == operand:
        return True  # also where it is not of the type: an allowance may pin it
    return kind.normalise(data) == kind.normalise(operand)


def _one_of(kind: Type, data: Plain, operand: Plain) -> bool:
    assert isinstance(operand, list)
    return any(_is(kind, data, item) for item in operand)


def _matching(kind: Type, data: Plain, operand: Plain) -> bool:
    """Whether an expression matches the text as it is written, or the value that it has."""
    from deploylint.model.matching import matches  # few rules have an expression

    if isinstance(data, str) and matches(str(operand), data):
        return True
    return matches(str(operand), str(kind.normalise(data)))


def _at_least(kind: Type, data: Plain, operand: Plain) -> bool:
    value, bound = kind.normalise(data), kind.normalise(operand)
    return isinstance(value, (int, float)) and isinstance(bound, (int, float)) and value >= bound


def _at_most(kind: Type, data: Plain, operand: Plain) -> bool:
    return _at_least(kind, operand, data)


KINDS = {str: "text", bool: "flag", int: "number", float: "number", list: "list", dict: "mapping"}
"""The kinds of plain data, and their names in a rule."""


def _of_kind(kind: Type, data: Plain, operand: Plain) -> bool:
    return KINDS.get(type(data)) in (operand if isinstance(operand, list) else [operand])


_CHECKS: dict[str, Callable[[Type, Plain, Plain], bool]] = {
    "is": _is,
    "one-of": _one_of,
    "matching": _matching,
    "at-least": _at_least,
    "at-most": _at_most,
    "of-kind": _of_kind,
}

OPERATORS = tuple(operator for operator in _CHECKS if operator != "is")


def read_pattern(written: Plain) -> Pattern:
    """A pattern from plain data. Raises ValueError with the mistake and the remedy."""
    if isinstance(written, dict) and not _is_literal(written):
        if len(written) != 1 or next(iter(written)) not in OPERATORS:
            raise ValueError(
                f"a pattern is a value or one of {', '.join(OPERATORS)}, found {written}"
            )
        operator, operand = next(iter(written.items()))
        if operator == "one-of" and not (isinstance(operand, list) and operand):
            raise ValueError("one-of takes a list of values")
        if operator == "matching":
            _check_expression(operand)
        kinds = operand if isinstance(operand, list) else [operand]
        if operator == "of-kind" and not all(kind in KINDS.values() for kind in kinds):
            raise ValueError(f"of-kind takes one of {', '.join(dict.fromkeys(KINDS.values()))}")
        return Pattern(operator, operand)
    if written is None or written in ("present", "absent"):
        return Pattern("state", written or "absent")
    return Pattern("is", written)


def _is_literal(written: dict[str, Plain]) -> bool:
    """Whether a mapping is a value of its own: no key of it is an operator, or looks like one."""
    return bool(written) and not any(key in OPERATORS or nearest(key, OPERATORS) for key in written)


def _check_expression(operand: Plain) -> None:
    from deploylint.model.matching import compile_expression

    try:
        compile_expression(str(operand))
    except re.error as error:
        raise ValueError(f"matching: {error.msg} in {operand!r}") from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"matching: {error} in {operand!r}") from None
