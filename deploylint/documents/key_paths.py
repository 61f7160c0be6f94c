"""Key paths: one object for each path of keys that any file of a run holds.

A path is found from the one above it by a single look-up, so a parser that goes down a file never
builds a path, and two files that set the same key hold the same object.
"""

from __future__ import annotations


class KeyPath:
    """A path of keys and list indices below the root of a document.

    ``key`` is its last step: a name, or the number of a list's item.
    ``parent`` is the path above it; None at the root.
    ``depth`` is how many steps it has.
    ``children`` are the paths below it by name, ``quoted_children`` those whose name would be
    another one if it were written without quotes (``"yes"``), ``items`` those by number.
    ``stamp`` is the mapping that last held it; a parser finds keys written twice by it.
    """

    __slots__ = ("children", "depth", "items", "key", "parent", "quoted_children", "stamp")

    def __init__(self, key: str | int, parent: KeyPath | None) -> None:
        self.key = key
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.children: dict[str, KeyPath] = {}
        self.quoted_children: dict[str, KeyPath] = {}
        self.items: list[KeyPath] = []
        self.stamp = 0

    def child(self, key: str) -> KeyPath:
        """The path of a key below this one."""
        path = self.children.get(key) or self.quoted_children.get(key)
        return path or self.add_child(key)

    def add_child(self, key: str, *, only_quoted: bool = False) -> KeyPath:
        """A new path below this one; the caller knows that there is none yet."""
        path = KeyPath(key, self)
        (self.quoted_children if only_quoted else self.children)[key] = path
        return path

    def item(self, number: int) -> KeyPath:
        """The path of an item of a list that stands here."""
        items = self.items
        while len(items) <= number:
            items.append(KeyPath(len(items), self))
        return items[number]

    def step(self, key: str | int) -> KeyPath:
        """The path of a key or of an item."""
        return self.item(key) if isinstance(key, int) else self.child(key)

    def keys(self, depth: int = 0) -> tuple[str, ...]:
        """The steps below a depth, an item of a list as ``[0]``."""
        steps: list[str] = []
        path = self
        while path.parent is not None and path.depth > depth:
            steps.append(path.key if isinstance(path.key, str) else f"[{path.key}]")
            path = path.parent
        return tuple(reversed(steps))

    def __repr__(self) -> str:
        return f"<{'.'.join(self.keys())}>"


ROOT = KeyPath("", None)
"""The path of a document's root."""
