"""The values of a component's fields without its documents: equal in files written alike.

A ``FieldValue`` refers to its places by the numbers of their rows (``RowNumbers``). The files of a
fleet are written alike, so they share one object for equal values. A ``Value`` is a view of it with
its nodes, which ``FieldValues`` makes on demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import STYLE, WIDTH, Collection, Entry, Node, NodeTable
from deploylint.model.service import ABSENT, State, Value
from deploylint.model.types import Plain

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    from deploylint.model.forms import Form

RowNumber = int | Node
"""A row of a service's documents, ``~row`` for its key; a node if it is not as in its row."""

Block = tuple[int, Sequence[KeyPath], Sequence[object], bytes]
"""The number of a row, and the key paths, texts and styles of that row and those below it."""

MOST_ROWS = 12
"""Of larger blocks most have a name of the service in them, so that no other one is equal."""

Parts = Mapping[str, tuple[RowNumber, RowNumber]]
"""The items of a value by name, each with its key and its value."""


if TYPE_CHECKING:

    class Changes(TypedDict, total=False):
        """The fields of a FieldValue that ``replace`` may change."""

        state: State
        data: Plain
        at: RowNumber | None
        note: str
        parts: Parts | None
        leaves: tuple[RowNumber, ...]
        inherited: bool
        derived: bool
        default: bool


class RowNumbers:
    """Numbers the rows of the documents of one service, in the order of their first use."""

    __slots__ = ("_bases", "_last", "_last_base", "_tables")

    BITS = 32
    """The rows of one document take the lower bits of a number."""

    def __init__(self) -> None:
        self._tables: list[NodeTable] = []
        self._bases: dict[int, int] = {}
        self._last: NodeTable | None = None
        self._last_base = 0

    def base(self, table: NodeTable) -> int:
        """The number of a document's first row."""
        if table is self._last:
            return self._last_base
        base = self._bases.get(id(table))
        if base is None:
            base = self._bases[id(table)] = len(self._tables) << self.BITS
            self._tables.append(table)
        self._last, self._last_base = table, base
        return base

    def number(self, node: Node) -> RowNumber:
        """The number of a node; the node itself if it is not as in its row."""
        table, row = node.table, node.row
        if not table.is_written(node):
            return node
        base = self._last_base if table is self._last else self.base(table)
        return base + row if row >= 0 else ~(base + ~row)

    def block(self, node: Node) -> Block | None:
        """What a small mapping or list holds, and where; None if it is not as in its rows.

        It is the same in files that are written alike.
        """
        table, row = node.table, node.row
        if type(node) is not Collection or table.aliases or table.tags or table.written_keys:
            return None
        end = node.end_row
        if not row + 1 < end <= row + MOST_ROWS:
            return None
        styles = table.numbers[row * WIDTH + STYLE : end * WIDTH : WIDTH].tobytes()
        return self.base(table) + row, table.paths[row:end], table.texts[row:end], styles

    def node(self, number: RowNumber) -> Node:
        """The node of a number."""
        if not isinstance(number, int):
            return number
        row = number if number >= 0 else ~number
        table = self._tables[row >> self.BITS]
        row &= (1 << self.BITS) - 1
        return table.node(row) if number >= 0 else table.key(row)

    def row(self, number: RowNumber) -> tuple[NodeTable, int]:
        """The document and the row of a number, ``~row`` for a key."""
        if not isinstance(number, int):
            return number.table, number.row
        row = number if number >= 0 else ~number
        at = row & (1 << self.BITS) - 1
        return self._tables[row >> self.BITS], at if number >= 0 else ~at

    def renumbered(self, number: RowNumber, other: RowNumbers) -> RowNumber:
        """The number here of a row that another object numbers, too."""
        if not isinstance(number, int):
            return number
        table, row = other.row(number)
        return self.base(table) + row if row >= 0 else ~(self.base(table) + ~row)

    def value(self, field: FieldValue) -> Value:
        """The value of a field with its nodes."""
        parts = field.parts
        entries = None
        if parts is not None:
            entries = {
                n: Entry._make((self.node(key), self.node(at))) for n, (key, at) in parts.items()
            }
        at = None if field.at is None else self.node(field.at)
        leaves: tuple[Node | None, ...] = ()
        if at is not None and field.leaves == (field.at,):
            leaves = (at,)
        elif field.leaves:
            leaves = tuple([at if leaf is field.at else self.node(leaf) for leaf in field.leaves])
        flags = field.inherited, field.derived, field.default
        return Value._make((field.state, field.data, at, field.note, entries, leaves, *flags))

    def rows(self, numbers: Set[RowNumber]) -> dict[NodeTable, list[int]]:
        """The rows of some numbers, by their documents."""
        if len(self._tables) == 1 and not any(isinstance(number, Node) for number in numbers):
            return {self._tables[0]: [n if n >= 0 else ~n for n in numbers if isinstance(n, int)]}
        by_table: dict[NodeTable, list[int]] = {}
        for number in numbers:
            table, row = self.row(number)
            by_table.setdefault(table, []).append(row)
        return by_table

    def field_value(self, value: Value) -> FieldValue:
        """A value without its nodes."""
        state, data, node, note, parts, leaves, inherited, derived, default = value
        number = self.number
        at = None if node is None else number(node)
        if at is not None and len(leaves) == 1 and leaves[0] is node:
            numbers: tuple[RowNumber, ...] = (at,)
        else:
            numbers = tuple([number(leaf) for leaf in leaves])
        items: Parts | None = None
        if parts is not None:
            items = {}
            for name, (key, item) in parts.items():
                own = at if item is node and at is not None else number(item)
                items[name] = own if key is item else number(key), own
        return field_value(state, data, at, note, items, numbers, inherited, derived, default)


_FIELDS = ("state", "data", "at", "note", "parts", "leaves", "inherited", "derived", "default")
_fields_of = attrgetter(*_FIELDS)
"""The fields of a FieldValue, in the order of its constructor."""


class FieldValue:
    """The value of one field; it is a ``Value`` with row numbers for its nodes.

    ``form`` is its form (``model/forms``), which a table of forms keeps here.
    ``right_at`` is a field path at which its data is known to be right (``readers/value_faults``).
    ``is_shared`` is whether components share it. What is known of another one is not worth keeping,
    and would keep its document.
    """

    __slots__ = ("_inherited", "form", "is_shared", "right_at", *_FIELDS)

    def __init__(
        self,
        state: State,
        data: Plain = None,
        at: RowNumber | None = None,
        note: str = "",
        parts: Parts | None = None,
        leaves: tuple[RowNumber, ...] = (),
        inherited: bool = False,
        derived: bool = False,
        default: bool = False,
    ) -> None:
        self.state: State = state
        self.data = data
        self.at = at
        self.note = note
        self.parts = parts
        self.leaves = leaves
        self.inherited = inherited
        self.derived = derived
        self.default = default
        self.is_shared = False
        self.right_at = ""
        self.form: Form | None = None
        self._inherited: FieldValue | None = None

    def as_inherited(self) -> FieldValue:
        """The value as another component inherits it: it is judged where it is written."""
        if self._inherited is None:
            self._inherited = self.replace(leaves=(), inherited=True)
        return self._inherited

    def replace(self, **changes: Unpack[Changes]) -> FieldValue:
        """The value with some changes."""
        fields: Iterator[Any] = map(changes.get, _FIELDS, _fields_of(self))
        return field_value(*fields)


_KNOWN: dict[object, FieldValue] = {}
"""The values so far by all their fields, so that equal values are one object."""

_OF_TEXTS = frozenset((str,))
"""The type of what stands in a list that is shared."""

_OF_ROWS = frozenset((int,))
"""The type of the numbers of rows; a node in place of one would keep its document."""

MOST_KNOWN = 20_000
"""A fleet with more values repeats few of them."""


def field_value(
    state: State,
    data: Plain = None,
    at: RowNumber | None = None,
    note: str = "",
    parts: Parts | None = None,
    leaves: tuple[RowNumber, ...] = (),
    inherited: bool = False,
    derived: bool = False,
    default: bool = False,
) -> FieldValue:
    """The value of one field: one object for equal values at the same rows."""
    rest = (note, parts, leaves, inherited, derived, default)
    if isinstance(data, dict) or isinstance(at, Node):
        return FieldValue(state, data, at, *rest)
    content: object = data
    if isinstance(data, list):
        if not _OF_TEXTS.issuperset(map(type, data)):
            return FieldValue(state, data, at, *rest)
        content = tuple(data)
    items = None if parts is None else tuple(parts.items())
    key = (state, data.__class__, content, at, note, items, leaves, inherited, derived, default)
    value = _KNOWN.get(key)
    if value is None:
        if len(_KNOWN) > MOST_KNOWN:
            _KNOWN.clear()
        value = FieldValue(state, data, at, *rest)
        numbers = leaves if parts is None else (*leaves, *chain.from_iterable(parts.values()))
        if _OF_ROWS.issuperset(map(type, numbers)):
            _KNOWN[key] = value
            value.is_shared = True
    return value


NOT_SET = field_value("absent")

Fields = dict[str, FieldValue]
"""The values of a component by field path, while it is read."""


class Layout(dict[str, int]):
    """The field paths that some components set, in their order, with the number of each."""

    __slots__ = ("_below", "_numbers")

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__((path, number) for number, path in enumerate(paths))
        self._numbers: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._below: dict[str, tuple[int, ...]] = {}

    def numbers(self, paths: tuple[str, ...]) -> tuple[int, ...]:
        """The numbers of those of some field paths that are set; kept for the next call."""
        numbers = self._numbers.get(paths)
        if numbers is None:
            if len(self._numbers) > MOST_ASKED:
                self._numbers.clear()
            numbers = self._numbers[paths] = tuple(self[path] for path in paths if path in self)
        return numbers

    def below(self, level: str) -> tuple[int, ...]:
        """The numbers of the field paths at a level and below it; kept for the next call."""
        numbers = self._below.get(level)
        if numbers is None:
            paths = self.items()
            below = (n for path, n in paths if path == level or path.startswith(f"{level}."))
            numbers = self._below[level] = tuple(below)
        return numbers


MOST_ASKED = 1_000
"""The sets of field paths that are kept for a layout."""


_LAYOUTS: dict[tuple[str, ...], Layout] = {}
"""Components that set the same field paths share one layout."""


class FieldRow:
    """The values of a component by field path: a row in the order of a shared layout."""

    __slots__ = ("layout", "row")

    def __init__(self, fields: Mapping[str, FieldValue]) -> None:
        paths, values = tuple(fields), tuple(fields.values())
        layout = _LAYOUTS.get(paths)
        if layout is None:
            if len(_LAYOUTS) > MOST_LAYOUTS:
                _LAYOUTS.clear()
            layout = _LAYOUTS[paths] = Layout(paths)
        self.layout = layout
        self.row = values

    def as_dict(self) -> Fields:
        """The values as a mapping that can be changed."""
        return dict(zip(self.layout, self.row, strict=True))

    def get(self, path: str) -> FieldValue | None:
        """The value of a field; None if it is not set."""
        number = self.layout.get(path)
        return None if number is None else self.row[number]


MOST_LAYOUTS = 10_000
"""A fleet with more layouts repeats few of them."""


class FieldValues(Mapping[str, Value]):
    """The values of a component by field path, each a ``Value`` that is made on demand.

    ``fields`` are the values without their nodes.
    ``rows`` numbers the rows of their documents.
    ``views`` are the values made so far.
    """

    __slots__ = ("fields", "rows", "views")

    def __init__(
        self, fields: Mapping[str, FieldValue], rows: RowNumbers, views: Mapping[str, Value] = {}
    ) -> None:
        self.fields = FieldRow(fields)
        self.rows = rows
        self.views = dict(views)

    def __getitem__(self, path: str) -> Value:
        if path not in self.fields.layout:
            raise KeyError(path)
        return self.value(path)

    def value(self, path: str) -> Value:
        """The value of a field; absent if it is not set."""
        view = self.views.get(path)
        if view is None:
            number = self.fields.layout.get(path)
            if number is None:
                return ABSENT
            view = self.views[path] = self.rows.value(self.fields.row[number])
        return view

    def state(self, path: str) -> State:
        """The state of a field; absent if it is not set."""
        field = self.fields.get(path)
        return "absent" if field is None else field.state

    def __contains__(self, path: object) -> bool:
        return path in self.fields.layout

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields.layout)

    def __len__(self) -> int:
        return len(self.fields.layout)

    def updated(self, changes: Mapping[str, Value]) -> FieldValues:
        """The values with some changes."""
        number = self.rows.field_value
        fields = self.fields.as_dict() | {path: number(value) for path, value in changes.items()}
        return FieldValues(fields, self.rows, {**self.views, **changes})


def field_values(values: Mapping[str, Value]) -> FieldValues:
    """Some values without their nodes."""
    return FieldValues({}, RowNumbers()).updated(values)
