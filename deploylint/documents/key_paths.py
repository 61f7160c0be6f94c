"""Key paths: one object for each path of keys that any file of a run holds.

A path is found from the one above it by a single look-up, so a parser that goes down a file never
builds a path, and two files that set the same key hold the same object.
"""

from __future__ import annotations

from functools import cached_property


class KeyPath:
    """A path of keys and list indices below the root of a document.

    ``name`` is its last step, of an item of a list its number as a text.
    ``is_item`` is whether it is an item of a list.
    ``parent`` is the path above it; None at the root.
    ``depth`` is how many steps it has.
    ``children`` are the paths below it by name, ``quoted_children`` those that would have
    another name without their quotes (``"yes"``), ``items`` those by number.
    ``stamp`` is the mapping that last set it; a parser finds keys written twice by it.
    """

    __slots__ = (
        "children",
        "depth",
        "is_item",
        "items",
        "name",
        "parent",
        "quoted_children",
        "stamp",
    )

    def __init__(self, name: str, parent: KeyPath | None, *, is_item: bool = False) -> None:
        self.name = name
        self.is_item = is_item
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.children: dict[str, KeyPath] = _NO_CHILDREN
        self.quoted_children: dict[str, KeyPath] = _NO_CHILDREN
        self.items: list[KeyPath] = _NO_ITEMS
        self.stamp = 0

    def child(self, key: str) -> KeyPath:
        """The path of a key below this one."""
        path = self.children.get(key) or self.quoted_children.get(key)
        return path or self.add_child(key)

    def add_child(self, key: str, *, only_quoted: bool = False) -> KeyPath:
        """A new path below this one; the caller knows that there is none yet."""
        path = KeyPath(key, self)
        if only_quoted:
            if self.quoted_children is _NO_CHILDREN:
                self.quoted_children = {}
            self.quoted_children[key] = path
        else:
            if self.children is _NO_CHILDREN:
                self.children = {}
            self.children[key] = path
        return path

    def item(self, number: int) -> KeyPath:
        """The path of an item of the list at this path."""
        if self.items is _NO_ITEMS:
            self.items = []
        items = self.items
        while len(items) <= number:
            items.append(KeyPath(str(len(items)), self, is_item=True))
        return items[number]

    def keys(self, depth: int = 0) -> tuple[str, ...]:
        """The steps below a depth, an item of a list as ``[0]``."""
        steps: list[str] = []
        path = self
        while path.parent is not None and path.depth > depth:
            steps.append(f"[{path.name}]" if path.is_item else path.name)
            path = path.parent
        return tuple(reversed(steps))

    def __repr__(self) -> str:
        return f"<{'.'.join(self.keys())}>"


# Most paths lead to a value: they share what is empty.
_NO_CHILDREN: dict[str, KeyPath] = {}
_NO_ITEMS: list[KeyPath] = []

ROOT = KeyPath("", None)
"""The path of a document's root."""


class Paths(tuple[KeyPath, ...]):
    """The key paths of the rows of a document; documents that are written alike share them.

    What is known of them is asked for each object of a list: they are hashed once.
    """

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    @cached_property
    def rows(self) -> dict[KeyPath, int]:
        """The row of each key path."""
        return {path: row for row, path in enumerate(self)}

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys anywhere in the document."""
        return frozenset([path.name for path in self])
