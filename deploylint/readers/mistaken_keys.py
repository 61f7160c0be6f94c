"""Keys that are a letter off one that mappings like theirs have, or the layers below theirs.

What a chart calls its keys is not known, so the files themselves have to show what is meant: a
document has the other key several times, in mappings of the same name or with the same keys beside
it, or a layer has it at the same place. Fields of Kubernetes are known wherever a chart has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache

from deploylint.documents.grouping import items_by_key
from deploylint.documents.key_paths import KeyPath, Paths
from deploylint.documents.nodes import (
    Entry,
    Node,
    child,
    entries_of,
    is_empty,
    items_of,
    plain,
    text_of,
)
from deploylint.documents.suggest import (
    LONG,
    SHORTEST,
    NearWords,
    is_near,
    is_slip,
    misspelt_word,
)
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.field_values import MOST_KNOWN
from deploylint.readers.helm.switches import text_for_flag

SEVERAL, ALIKE = 3, 2
"""How often the key is written that is meant, and in how many mappings like that of the other."""
MOST_SEEN = 100
"""In how many places a key is looked at that is written more often."""


def mistaken_keys(root: Node) -> Iterator[Fault]:
    """The keys of a document that are a slip of another one in it, or of a field of Kubernetes."""
    table = root.table
    for row, meant in _slips_of_fields(table.paths):
        if root.row <= row < root.end_row:
            yield unknown_key(table.key(row), meant)
    if table.aliases:
        return  # rows that are repeated tell nothing of how often a key is written
    for odd, usual in _slips(table.paths):
        values = (table.node(row) for row in usual)
        if not root.row <= odd < root.end_row or _meant_field(table.paths[odd].name):
            continue
        if all(_is_alike(table.node(odd), v) for v in values):
            yield unknown_key(table.key(odd), table.paths[usual[0]].name)


_OF_A_SCHEMA = "properties"
"""The key of the names in a schema: two of them are two fields.

https://json-schema.org/draft/2020-12/json-schema-core#name-properties
"""


@lru_cache(maxsize=MOST_KNOWN)
def _slips_of_fields(paths: Paths) -> tuple[tuple[int, str], ...]:
    """The rows of the slips of fields in documents that are written alike, and what each means."""
    meant = {name: field for name in paths.names if (field := _meant_field(name))}
    written = frozenset(paths) if meant else frozenset()
    slips = [(row, path, meant[path.name]) for row, path in enumerate(paths) if path.name in meant]
    return tuple(
        (row, field)
        for row, path, field in slips
        if path.parent is not None and path.parent.name != _OF_A_SCHEMA
        if path.parent.children.get(field) not in written
    )


@lru_cache(maxsize=MOST_KNOWN)
def _meant_field(name: str) -> str:
    """The field that a key is a slip of: with two letters swapped, or one off in a long one."""
    fields = _fields()
    if short := _swapped().get(name):
        return short
    if len(name) <= SHORTEST or not _is_word(name):
        return ""
    if swapped := fields.get("".join(sorted(name)), ""):
        return swapped if swapped != name and is_near(name, swapped, 1) else ""
    if name.islower() or len(name) <= LONG:
        return ""
    own = _without_number(name)
    near = (each for each in fields.values() if len(each) > LONG and is_near(name, each, 1))
    return next((each for each in near if own != _without_number(each)), "")


@cache
def _fields() -> Mapping[str, str]:
    """The fields that charts have under their own names, by their letters."""
    return {"".join(sorted(field)): field for field in definition(WELL_KNOWN)["fields"]}


@cache
def _swapped() -> Mapping[str, str]:
    """The short fields by what each is with two letters next to each other swapped."""
    words = definition(WELL_KNOWN)["short-fields"]
    pairs = ((word, at) for word in words for at in range(len(word) - 1))
    swapped = {f"{w[:at]}{w[at + 1]}{w[at]}{w[at + 2 :]}": w for w, at in pairs}
    return {slip: word for slip, word in swapped.items() if slip != word}


def _without_number(name: str) -> str:
    """What is the same in a word of a chart's own: of one or of several things, in its style."""
    return name.lower().replace("s", "")


Slip = tuple[int, tuple[int, ...]]
"""The row of a key, and those of the key that it may be a slip of, in mappings like its own."""


@lru_cache(maxsize=MOST_KNOWN)
def _slips(paths: Paths) -> tuple[Slip, ...]:
    """What may be a slip in documents that are written alike."""
    rows = items_by_key((path.name, row) for row, path in enumerate(paths))
    words = {name: at for name, at in rows.items() if _is_word(name)}
    usual = [name for name, at in words.items() if len(at) >= SEVERAL]
    single = [name for name, at in words.items() if len(at) == 1] if usual else []
    known = NearWords(usual if single else ())
    slips = [(name, meant) for name in single for meant in known.near(name) if is_slip(name, meant)]
    if not slips:
        return ()
    beside = dict[KeyPath, set[str]]()
    for path in paths[1:]:
        if path.parent is not None:
            beside.setdefault(path.parent, set()).add(path.name)
    pairs = ((words[name][0], words[meant][:MOST_SEEN]) for name, meant in slips)
    alike = (
        (odd, tuple(r for r in at if _is_like(paths[odd], paths[r], beside))) for odd, at in pairs
    )
    return tuple((odd, like) for odd, like in alike if len(like) >= ALIKE)


def _is_like(path: KeyPath, other: KeyPath, beside: Mapping[KeyPath, Set[str]]) -> bool:
    """Whether two keys are in mappings that are alike, and the first lacks the other key."""
    above, holder = path.parent, other.parent
    if above is None or holder is None or above.name == _OF_A_SCHEMA:
        return False
    is_same = above.name == holder.name and not above.is_item
    return other.name not in beside[above] and (
        is_same or not beside[above].isdisjoint(beside[holder])
    )


def mistaken_in_layers(layers: Sequence[Node]) -> Iterator[Fault]:
    """The keys of layers, the lowest first, that are a slip of one that they lie over."""
    for number, layer in enumerate(layers[1:]):
        yield from _slips_over(layer, [layers[0], *layers[1 : number + 1][-MOST_LAYERS:]])


MOST_LAYERS = 8
"""Over the lowest layer, so many of those right below one are asked; a release has few."""


def _slips_over(layer: Node, below: Sequence[Node]) -> Iterator[Fault]:
    """The keys of a mapping that those at its place below do not have, a letter off one there.

    So are the names of the items of a list.
    """
    keys = _named(layer) if below else {}
    under = [_named(each) for each in below] if keys else []
    odd = [name for name in keys if not any(name in each for each in under)]
    usual = {name: entry for each in under for name, entry in each.items()} if odd else {}
    known = NearWords(name for name in usual if name not in keys)
    what = "key" if layer.is_mapping else "name"
    for name in odd:
        near = (meant for meant in known.near(name) if _is_misspelt(name, meant))
        value = keys[name].value
        if meant := next((each for each in near if _is_alike(value, usual[each].value)), ""):
            yield unknown_key(keys[name].key, meant, what)
    for name, entry in keys.items():
        inner = [each[name].value for each in under if name in each]
        if inner and not entry.value.is_scalar:
            yield from _slips_over(entry.value, inner)
        elif inner and name[:1].islower() and _is_text_for_flag(entry.value, inner):
            yield text_for_flag(entry.value)


def _is_text_for_flag(value: Node, below: Iterable[Node]) -> bool:
    """Whether a value is a text in the place of a flag below it."""
    is_text = value.is_scalar and plain(value) == "false"
    return is_text and any(each.is_scalar and type(plain(each)) is bool for each in below)


def _named(node: Node) -> Mapping[str, Entry]:
    """The entries of a mapping, or the items of a list by their names."""
    if node.is_mapping:
        return entries_of(node)
    names = ((child(item, "name"), item) for item in items_of(node))
    return {text_of(name): Entry(name, item) for name, item in names if name is not None}


def _is_misspelt(name: str, meant: str) -> bool:
    """Whether a key or a variable has a slip in a word, and is no other word."""
    word, other = misspelt_word(name, meant), misspelt_word(meant, name)
    if name.isupper() and meant.isupper():
        word, other = word.lower(), other.lower()
    elif word != name or not _is_word(name):
        return False
    return bool(word) and is_slip(word, other)


def _is_alike(value: Node, other: Node) -> bool:
    """Whether both values are mappings, or lists, or scalars; one without a value may be any."""
    same = (value.is_mapping, value.is_scalar) == (other.is_mapping, other.is_scalar)
    return same or is_empty(value) or is_empty(other)


def _is_word(name: str) -> bool:
    return len(name) >= SHORTEST and name[:1].islower() and name.isalpha()
