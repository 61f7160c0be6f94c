"""Keys that slipped out of the mapping above them, which is left without a value.

What a mapping of a chart has below it is known of few (``blocks`` in ``well_known.yaml``). But a
variable belongs below the key of the variables, and a key with a domain below labels and such.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from deploylint.documents.key_paths import Paths
from deploylint.documents.nodes import NEXT, STYLE, WIDTH, Node, NodeTable
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fault import MISPLACED, Fault
from deploylint.model.field_values import MOST_KNOWN


def moved_blocks(root: Node) -> Iterator[Fault]:
    """The first of the keys that slipped out of each mapping of a document."""
    table = root.table
    rows = _holders(table.paths)
    for row in rows[bisect_right(rows, root.row) : bisect_right(rows, root.end_row - 1)]:
        if table.texts[row] == "" and not table.numbers[row * WIDTH + STYLE]:
            name, moved = table.paths[row].name, list(_slipped(table, row))
            keys = [table.paths[at].name for at in moved]
            if keys and not _blocks().get(name, _KnownBlock()).may_be_other(keys):
                means = "means" if len(keys) == 1 else "mean"
                message = f"{_listed(keys)} {means} nothing beside {name}, which is empty"
                fix = f"indent {'it' if len(keys) == 1 else 'them'} to stand in {name}"
                yield Fault(MISPLACED, table.key(moved[0]), f"{message}; {fix}")


def _slipped(table: NodeTable, row: int) -> Iterator[int]:
    """The rows right behind an empty mapping, at its level, with keys that belong below it."""
    name, parent = table.paths[row].name, table.paths[row].parent
    at = row + 1
    while at < len(table.paths) and table.paths[at].parent is parent:
        if not _is_below(name, table.paths[at].name):
            break
        yield at
        at = table.numbers[at * WIDTH + NEXT]


def _is_below(name: str, key: str) -> bool:
    """Whether a key may be below one of a name."""
    if (block := _blocks().get(name)) is not None:
        return key in block.own or key in block.shared
    is_variables = _OF_VARIABLES.search(name) is not None
    return _VARIABLE.fullmatch(key) is not None if is_variables else "/" in key


def _listed(keys: Sequence[str]) -> str:
    if len(keys) > _SHOWN:
        return f"{', '.join(keys[:_SHOWN])} and {len(keys) - _SHOWN} more"
    return " and ".join(filter(None, (", ".join(keys[:-1]), keys[-1])))


_SHOWN = 3
"""How many keys a message names."""


@lru_cache(maxsize=MOST_KNOWN)
def _holders(paths: Paths) -> tuple[int, ...]:
    """The rows of the mappings of a document that it is known of what is below them."""
    known = (*_blocks(), *(name for name in paths.names if _is_open(name)))
    names = paths.names.intersection(known)
    return tuple(row for row, path in enumerate(paths) if path.name in names) if names else ()


def _is_open(name: str) -> bool:
    """Whether variables or labels of any name are below a key."""
    return _OF_VARIABLES.search(name) is not None or _OF_LABELS.search(name) is not None


class _KnownBlock(Record):
    """Keys that a mapping alone has, and those that others have too."""

    own: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()

    def may_be_other(self, keys: Sequence[str]) -> bool:
        """Whether keys at the level of the mapping may be of another one."""
        return bool(self.own) and self.own.isdisjoint(keys)


@cache
def _blocks() -> Mapping[str, _KnownBlock]:
    known = definition(WELL_KNOWN)["blocks"]
    return {
        key: _KnownBlock(*(frozenset(of[part]) for part in _KnownBlock._fields))
        for key, of in known.items()
    }


_OF_VARIABLES = regex(r"(?:^e|[a-z]E)nv(?:ironment|s|Vars)?$")
_OF_LABELS = regex(r"(?:^|[a-z])(?:[lL]abels|[aA]nnotations|nodeSelector)$")
_VARIABLE = regex(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{3,}")
