"""Variables that have a slip in a word that several others beside them spell otherwise.

Variables are the keys of a mapping in capitals, and such names of the items of a list: what a
program is given, and what charts and ConfigMaps call that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from deploylint.documents.grouping import items_by_key
from deploylint.documents.key_paths import KeyPath, Paths
from deploylint.documents.nodes import Node
from deploylint.documents.suggest import SHORTEST, NearWords, is_slip, words_in
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.field_values import MOST_KNOWN

SEVERAL = 2
"""How many variables show how a word is spelt."""


def mistaken_variables(root: Node) -> Iterator[Fault]:
    """The variables of a document that have a slip of a word that others beside them have."""
    table = root.table
    groups = _variables(table.paths)
    first, last = (bisect_left(groups, (row,)) for row in (root.row, root.end_row))
    for rows in groups[first:last]:
        names = {row: _name(root, row) for row in rows if row not in table.aliases}
        variables = {row: name for row, name in names.items() if name.isupper()}
        for row, meant in _slips(variables) if len(variables) > SEVERAL else ():
            node = table.node(row) if table.paths[row].name == _NAME else table.key(row)
            yield unknown_key(node, meant, "variable", variables[row])


_NAME = "name"


@lru_cache(maxsize=MOST_KNOWN)
def _variables(paths: Paths) -> Sequence[tuple[int, ...]]:
    """The rows of what may be variables, those of one mapping or list together, in their order."""
    holders = [(_holder(path), row) for row, path in enumerate(paths)]
    by_holder = items_by_key((holder, row) for holder, row in holders if holder is not None)
    return sorted(tuple(rows) for rows in by_holder.values() if len(rows) > SEVERAL)


def _holder(path: KeyPath) -> KeyPath | None:
    """The mapping or the list that a path may be a variable of."""
    above = path.parent
    if above is None or path.is_item:
        return None
    if path.name == _NAME and above.is_item:
        return above.parent
    return above if path.name.isupper() else None


def _name(root: Node, row: int) -> str:
    """The name of a variable: a key, or the text of a name."""
    path, text = root.table.paths[row], root.table.texts[row]
    if path.name == _NAME:
        return text if isinstance(text, str) else ""
    return path.name


def _slips(variables: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """The rows of variables with a slip in a word, and the variables that are meant."""
    words = {row: frozenset(_words(name)) for row, name in variables.items()}
    often = Counter(word for each in words.values() for word in each if len(word) >= SHORTEST)
    usual = [word for word, count in often.items() if count >= SEVERAL]
    known, names = NearWords(usual), set(variables.values())
    for row, each in words.items() if len(usual) < len(often) else ():
        for word in each if usual else ():
            near = known.near(word) if often[word] == 1 else ()
            if meant := next((other for other in near if _is_inner_slip(word, other)), ""):
                name = variables[row].replace(word.upper(), meant.upper())
                if name not in names:
                    yield row, name
                    break


def _words(name: str) -> list[str]:
    return [word.lower() for word in words_in(name)]


def _is_inner_slip(word: str, meant: str) -> bool:
    """Whether a word is a slip of one that begins like it, and ends so if it is longer or shorter.

    A letter more at an end may make another word.
    """
    ends = len(word) == len(meant) or word[-1] == meant[-1]
    return word[0] == meant[0] and ends and is_slip(word, meant)
