"""Whether a regular expression matches a text, in a time that no text can stretch.

A pattern and the text may both come from a pull request, and ``re`` tries each way to split a text:
``(a+)+b`` takes years for a few letters. Here a part of a pattern leads from a set of places in the
text to a set of places, so each place is visited once for each repeat around it. The syntax is that
of ``re``, but for references back and for what looks back.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import lru_cache
from importlib import import_module
from typing import Any

Places = frozenset[int]
Move = Callable[[str, Places], Places]
"""From the places where a part of a pattern begins in a text to those where it may end."""

LONGEST, DEEPEST = 1000, 3
"""Characters of a text that is matched, and repeats inside one another."""


def matches(pattern: str, text: str) -> bool:
    """Whether all of a text matches; a longer one than ``LONGEST`` never does."""
    if len(text) > LONGEST:
        return False
    return len(text) in compile_expression(pattern)(text, frozenset({0}))


@lru_cache(maxsize=256)
def compile_expression(pattern: str) -> Move:
    """A pattern, ready to match. Raises ValueError or ``re.error`` for what is not one."""
    parsed = import_module("re._parser").parse(pattern)
    return _sequence(parsed, bool(parsed.state.flags & 2), 0)  # 2 is re.IGNORECASE


def _sequence(parts: Any, any_case: bool, depth: int) -> Move:
    moves = [_part(str(op), value, any_case, depth) for op, value in parts]

    def move(text: str, places: Places) -> Places:
        for move_part in moves:
            if not places:
                break
            places = move_part(text, places)
        return places

    return move


def _part(op: str, value: Any, any_case: bool, depth: int) -> Move:
    if op in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        return _character(op, value, any_case)
    if op == "SUBPATTERN":
        _, added, removed, parts = value
        return _sequence(parts, (any_case or bool(added & 2)) and not removed & 2, depth)
    if op == "BRANCH":
        moves = [_sequence(parts, any_case, depth) for parts in value[1]]
        return lambda text, places: frozenset().union(*(move(text, places) for move in moves))
    if op in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, parts = value
        depth += most > 1
        if depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} repeats inside one another")
        return _repeated(least, most, _sequence(parts, any_case, depth))
    if op in ("ASSERT", "ASSERT_NOT") and value[0] > 0:
        ahead = _sequence(value[1], any_case, depth)
        return lambda text, places: frozenset(
            at for at in places if bool(ahead(text, frozenset({at}))) is (op == "ASSERT")
        )
    if op == "AT":
        return lambda text, places: frozenset(at for at in places if _is_at(str(value), text, at))
    raise ValueError("no references back, no atomic groups, and nothing that looks back")


def _repeated(least: int, most: int, body: Move) -> Move:
    def move(text: str, places: Places) -> Places:
        for _ in range(least):
            before, places = places, body(text, places)
            if places == before:
                break
        reached, new = places, places
        for _ in range(min(most - least, len(text) + 1)):
            new = body(text, new) - reached
            if not new:
                break
            reached |= new
        return reached

    return move


def _character(op: str, value: Any, any_case: bool) -> Move:
    items = value if op == "IN" else [(op, value)]
    is_negated = str(items[0][0]) == "NEGATE"

    def fits(character: str) -> bool:
        written = {character, character.lower(), character.upper()} if any_case else {character}
        return any(_is_one(str(op), value, written) for op, value in items) is not is_negated

    return lambda text, places: frozenset(
        at + 1 for at in places if at < len(text) and fits(text[at])
    )


def _is_one(op: str, value: Any, written: Set[str]) -> bool:
    if op == "LITERAL":
        return chr(value) in written
    if op == "NOT_LITERAL":
        return chr(value) not in written
    if op == "RANGE":
        return any(value[0] <= ord(one) <= value[1] for one in written if len(one) == 1)
    if op == "CATEGORY":
        name = str(value).removeprefix("CATEGORY_")
        kind = _CATEGORIES[name.removeprefix("NOT_")]
        return any(map(kind, written)) is not name.startswith("NOT_")
    return op == "ANY" and "\n" not in written


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": _is_word,
}


def _is_at(where: str, text: str, at: int) -> bool:
    if where.startswith("AT_BEGINNING"):
        return at == 0
    if where.startswith("AT_END"):
        return at == len(text) or (where == "AT_END" and text[at:] == "\n")
    before, behind = (_is_word(one) for one in (text[:at][-1:], text[at : at + 1]))
    return (before is not behind) is (where == "AT_BOUNDARY")
