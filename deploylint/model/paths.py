"""How rules and allowances name addresses: an element, a field, a level, or a part of a tree.

``probes`` are ``*-probe``; ``resources`` means all fields of the element, ``resources.limits`` all
below that level, ``environment.variables.MODE`` one key of a free-form field.
"""

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from deploylint.documents.grouping import items_by_key
from deploylint.documents.suggest import hint, nearest
from deploylint.model.fields import ADDRESSES, ELEMENTS, PRESENT, is_key
from deploylint.model.types import TREE

OF_SOURCES = frozenset(
    f"{name}.{field}"
    for name, element in ELEMENTS.items()
    for field in element.fields
    if element.is_source
)
"""Addresses that no deployment fills, and no chart could: what is not read of them is not there."""


def matching(pattern: str) -> list[str]:
    """The addresses a pattern names: an element means all its fields, ``*`` any part of a name.

    A part of a free-form field is an address of its own, which only an allowance may name.
    """
    wanted, _, part = pattern.partition(".")
    fields = [
        f"{name}.{field}"
        for name, element in ELEMENTS.items()
        if is_named(name, wanted)
        for field in element.fields
        if not part or is_named(field, part)
    ]
    is_in_a_tree = ADDRESSES.get(field_of(pattern)) is TREE
    return fields or FIELDS_BELOW.get(pattern, []) or [pattern] * is_in_a_tree


def is_named(name: str, pattern: str) -> bool:
    """Whether a name is the one of a pattern, or matches it if it is a glob."""
    head = pattern.removesuffix("*")
    if is_glob(head):
        return fnmatchcase(name, pattern)
    return name == pattern if head == pattern else name.startswith(head)


_WILD = frozenset("*?[")


def is_glob(pattern: str) -> bool:
    """Whether a pattern is a glob. Most are names, which need no regular expression."""
    return not _WILD.isdisjoint(pattern)


def _levels(address: str) -> Iterator[str]:
    """The levels above an address, its element first."""
    parts = address.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))


FIELDS_BELOW = items_by_key((level, address) for address in ADDRESSES for level in _levels(address))
"""The addresses of all fields below a level, or of an element."""


def expand_selectors(patterns: Iterable[str], *, parts: bool = False) -> list[str]:
    """The addresses of all patterns, each once; ``parts`` of trees where they may be named.

    Raises ValueError for a pattern that names nothing.
    """
    every: dict[str, None] = {}
    for pattern in patterns:
        addresses = matching(pattern)
        if not addresses or (not parts and addresses[0] not in ADDRESSES):
            known = ADDRESSES if nearest(pattern, ADDRESSES) else ELEMENTS
            raise ValueError(f"unknown element or field {pattern!r}; {hint(pattern, known)}")
        every.update(dict.fromkeys(addresses))
    return list(every)


def name_in(path: str) -> str:
    """What a value is called by its field path: by its last step."""
    if not is_key(path):
        return path.rpartition(".")[2]
    from deploylint.model.keys import name_in_key  # few runs name keys

    return name_in_key(path)


def field_of(address: str) -> str:
    """The field an address belongs to: a part of a tree belongs to the tree's field."""
    if is_key(address):
        return address
    while address not in ADDRESSES and address.count(".") > 1:
        address = address.rpartition(".")[0]
    return address


def covers_path(addresses: Collection[str], address: str) -> bool:
    """Whether some addresses hold another one: itself, its field, or all fields below its level."""
    if is_key(address):
        from deploylint.model.keys import covers_key

        return covers_key(filter(is_key, addresses), address)
    if address in addresses or field_of(address) in addresses:
        return True
    below = FIELDS_BELOW.get(address)
    return below is not None and set(addresses).issuperset(below)


def parents(address: str) -> list[str]:
    """The levels above an address, highest first.

    ``resources.limits.cpu`` -> ``["resources.present", "resources.limits"]``.
    """
    if is_key(address):
        return []
    return [f"{address.partition('.')[0]}.{PRESENT}", *list(_levels(address))[1:]]
