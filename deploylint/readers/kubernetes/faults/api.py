"""What the API server drops or refuses in an object: fields, types and choices it does not have.

``api.yaml``, which ``tools/api_table.py`` writes, says what each kind of object takes and has to
have. Of an object of another kind only a pod template is checked (``pod_templates``), and a text
that something fills in is left alone. To check more of a kind, list it in ``profiles/objects.yaml``
and write the table anew.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import (
    STYLE,
    STYLES,
    WIDTH,
    Collection,
    Node,
    NodeTable,
    Text,
    child,
    entries_of,
    items_of,
    scalar_value,
    text_of,
)
from deploylint.documents.record import Record
from deploylint.documents.scalars import Scalar, leading_zero
from deploylint.documents.structure import key_names
from deploylint.documents.suggest import hint, nearest
from deploylint.model.data import API, definition
from deploylint.model.fault import Fault
from deploylint.model.field_values import MOST_KNOWN, MOST_ROWS
from deploylint.model.quantity import complaint
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.api_types import ANY, NOT_A_FIELD, QUANTITY, ApiType, api_type
from deploylint.readers.kubernetes.faults.heads import head_faults
from deploylint.readers.kubernetes.faults.validation import INSIDE

_REACH = 3
"""How many levels up and down a field is looked for that is not where it is written."""

_LIKE_CONTAINERS = frozenset({"initContainers", "ephemeralContainers"})
"""Levels that take what ``containers`` takes, which is meant where a field could be in any."""

Bound = dict[KeyPath, ApiType]


@cache
def _bound(kind: str, root: KeyPath) -> Bound:
    """The types of the key paths below a root that objects of a kind were seen to have."""
    return {root: api_type(kind)}


def api_faults(root: Node, *, is_whole: bool = True, is_named: bool = True) -> Iterator[Fault]:
    """What the API server drops or refuses in an object, in the order of the text.

    What may be laid over another object ``is_whole`` only with that, and lacks nothing by itself,
    but for the name that it has to have where it ``is_named``.
    """
    yield from (head := list(head_faults(root, is_whole=is_named)))
    of_kind = " ".join(text_of(child(root, key)) for key in ("apiVersion", "kind"))
    kind = definition(API)["objects"].get(of_kind)
    if kind is not None and child(root, "sops") is None:
        known = {fault.node for fault in head}  # a key that is misspelt for the name
        faults = faults_of(root, kind, is_whole=is_whole)
        yield from (fault for fault in faults if not known or fault.node not in known)


def merged_faults(root: Node) -> Iterator[Fault]:
    """What the API server refuses in several fields of an object at once, in whatever file each."""
    of_kind = " ".join(text_of(child(root, key)) for key in ("apiVersion", "kind"))
    kind = definition(API)["objects"].get(of_kind)
    return iter(()) if kind is None else _faults_together(root, api_type(kind))


def _faults_together(node: Node, what: ApiType) -> Iterator[Fault]:
    if what.required and node.is_mapping:
        yield from _missing(node.table, node.row, what, key_names(node))
    if what.name in INSIDE and what.shape == (() if items_of(node) else None):
        yield from INSIDE[what.name](node)
    for name, entry in entries_of(node).items():
        inner = what.fields.get(name, ANY) if what.fields else what.item
        if inner and inner != ANY:
            yield from _faults_together(entry.value, api_type(inner))
    for item in items_of(node) if what.item else ():
        yield from _faults_together(item, api_type(what.item))


def faults_of(root: Node, kind: str, *, is_whole: bool = True) -> Iterator[Fault]:
    """What is wrong in a mapping of a type of the table."""
    if type(root) is not Collection:
        return
    document, first, end = root.table, root.row, root.end_row
    styles = document.numbers[first * WIDTH + STYLE : end * WIDTH : WIDTH].tobytes()
    blocks, leaves, needed = _rows(kind, document.paths[first:end], styles)
    texts, bound = document.texts, _bound(kind, root.path)
    is_plain = is_whole and not document.tags and not document.aliases
    judged: dict[int, Block | None] = {
        block.row: block
        for block in blocks
        if not is_plain or texts[first + block.row : first + block.behind] not in block.right
    }
    judged |= {row: None for row, fitting in leaves if texts[first + row] not in fitting}
    if is_whole:  # a patch takes away what is null
        judged |= {row: None for row in needed if texts[first + row] in _NULL}
    seen = set[tuple[str, int]]()  # an alias repeats what is wrong where it is written
    for row in sorted(judged):
        faults = list(_judged(document, first + row, bound, is_whole=is_whole))
        if is_plain and not faults and (block := judged[row]) is not None:
            block.keep(texts[first + row : first + block.behind])
        for fault in faults:
            if (at := (fault.check, fault.node.start)) not in seen:
                seen.add(at)
                yield fault


class Block(Record):
    """A mapping or a list that is looked into, the row ``behind`` it, and texts that are right."""

    row: int
    behind: int
    right: set[tuple[Text, ...]]

    def keep(self, texts: tuple[Text, ...]) -> None:
        """Keep that nothing is wrong where these texts stand; few large blocks repeat."""
        if len(texts) <= MOST_ROWS:
            self.right.add(texts)


@lru_cache(maxsize=MOST_KNOWN)
def _rows(
    kind: str, paths: tuple[KeyPath, ...], styles: bytes
) -> tuple[list[Block], list[tuple[int, set[Text]]], list[int]]:
    """The rows of objects of a kind that are written alike.

    First the mappings and lists that are looked into, then the scalars and what is empty, each with
    the texts that are known to fit, and those without quotes of fields that have to be there.
    """
    bound, every = _bound(kind, paths[0]), frozenset(paths)
    judged, leaves, needed = list[Block](), list[tuple[int, set[Text]]](), list[int]()
    for row, (path, below) in enumerate(zip(paths, (*paths[1:], paths[0]), strict=True)):
        what = bound.get(path)
        if what is None:
            assert path.parent is not None
            what = bound[path] = bound[path.parent].below(path)
        if below.parent is path:
            fields = (path.children.get(field) for field in what.required)
            is_whole = what.name not in INSIDE and every.issuperset(fields)
            is_fitting = what.shape == (() if below.is_item else None) and is_whole
            if not is_fitting and what.name != ANY:
                judged.append(Block(row, _behind(paths, row), set()))
        elif not any(styles[row * ITEM : row * ITEM + ITEM]):
            leaves.append((row, what.plain))
            if _needs(path, bound):
                needed.append(row)
        elif not what.is_text:
            leaves.append((row, what.quoted))
    return judged, leaves, needed


_NULL = frozenset({"", "null", "~"})
"""The texts of what is not set, without quotes."""


def _behind(paths: tuple[KeyPath, ...], row: int) -> int:
    """The row behind all that is below a row."""
    rest = enumerate(paths[row + 1 :], row + 1)
    return next((at for at, path in rest if path.depth <= paths[row].depth), len(paths))


ITEM = array("I").itemsize
"""How many bytes the style of a row has."""


def _judged(table: NodeTable, row: int, bound: Bound, *, is_whole: bool) -> Iterator[Fault]:
    """What is wrong in a row that is not known to fit."""
    is_null = table.texts[row] in _NULL and not table.numbers[row * WIDTH + STYLE]
    if is_whole and is_null and _needs(table.paths[row], bound):
        message = f"{_place(table, row)} has no value; the API server refuses it"
        yield Fault("missing-field", table.key(row), message)
    else:
        yield from _unfit(table, row, bound, is_whole=is_whole)


def _unfit(table: NodeTable, row: int, bound: Bound, *, is_whole: bool) -> Iterator[Fault]:
    """What is wrong in a row by its type."""
    text, what = table.texts[row], bound[table.paths[row]]
    if text == what.shape and (what.required or what.name in INSIDE):
        if is_whole and what.required:
            names = [table.paths[at].name for at in table.rows_below(row)]
            yield from _missing(table, row, what, names)
        if what.name in INSIDE:
            yield from INSIDE[what.name](table.node(row))
        return
    if what.name == NOT_A_FIELD:
        yield _not_a_field(table, row, bound, is_whole=is_whole)
        return
    style = STYLES[table.numbers[row * WIDTH + STYLE]]
    value = scalar_value(text, style, table.tags.get(row)) if isinstance(text, str) else None
    if what.name == ANY or (isinstance(text, str) and (is_variable(text) or what.fits(value))):
        if wrong := _wrong_number(table, row, what, value):
            yield Fault("wrong-value", table.key(row), wrong)
        elif not table.tags and not (what.name in _WHOLE and leading_zero(str(text))):
            (what.quoted if style else what.plain).add(text)
    elif what.words and isinstance(value, str):
        message = f"{_place(table, row)} is {value!r}; {hint(value, what.words)}"
        yield Fault("wrong-choice", table.key(row), message)
    elif what.name == QUANTITY and isinstance(value, str):
        yield Fault("wrong-value", table.key(row), f"{_place(table, row)}: {complaint(value)}")
    else:
        what_stands = in_words(text, value)
        message = f"{_place(table, row)} is {what_stands}; the API takes {what.in_words}"
        yield Fault("wrong-type", table.key(row), message)


def _needs(path: KeyPath, bound: Bound) -> bool:
    """Whether the level above a path has to have it, and one without a value is as none.

    A mapping without a value has nothing that it has to have. A tool may fill one that needs
    nothing, as the labels of a selector.
    """
    above, what = None if path.parent is None else bound.get(path.parent), bound[path]
    is_filled = what.shape == "" or bool(what.required) or what.name.startswith("IngressBackend")
    return is_filled and above is not None and path.name in above.required


def _wrong_number(table: NodeTable, row: int, what: ApiType, value: Scalar) -> str:
    """What is wrong with a number of a type that takes numbers; "" where nothing is."""
    name, place = table.paths[row].name, _place(table, row)
    if what.name not in _WHOLE or not isinstance(value, int | float):
        return ""
    if what.name == "int" and value < 0 and name not in _OF_ANY_SIGN:
        return f"{place} is {value}; the API takes no number below 0"
    wrong = "" if name in _OCTAL else leading_zero(str(table.texts[row]))
    return f"{place}: {wrong}" if wrong else ""


_WHOLE = ("int", "int-or-string")
_OCTAL = ("defaultMode", "mode")
"""The fields of a number that is written as octal on purpose (ConfigMapVolumeSource, KeyToPath)."""

_OF_ANY_SIGN = frozenset({"limit", "priority", "retries", "value"})
"""Fields that take a number below 0: it is a rank, or means without an end."""


def _missing(table: NodeTable, row: int, what: ApiType, names: Sequence[str]) -> Iterator[Fault]:
    """The fields that a structure has to have and does not, but for a patch of it."""
    known = what.fields or {}
    missing = [field for field in what.required if field not in names]
    if missing and all(name in known for name in names):  # else one of them may be meant
        node = table.node(row)
        place = _place(table, node.row) or table.texts[node.row]
        message = f"{place} has no {' and no '.join(missing)}; the API server refuses it"
        yield Fault("missing-field", node.key, message, lacks=tuple(missing))


def in_words(text: Text, value: Scalar) -> str:
    """What stands in a row, in words that do not repeat it: it may be secret."""
    if not isinstance(text, str):
        return "a mapping" if text is None else "a list"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str) and value.isdecimal():
        return "a number in quotes"
    return "a text" if isinstance(value, str) else "a number"


def _place(table: NodeTable, row: int) -> str:
    """The keys that lead to a row, items of lists by their names."""
    path = table.paths[row]
    if path.parent is None:
        return ""
    before = _place(table, table.row_above(row))
    if path.is_item:
        return f"{before}[{text_of(child(table.node(row), 'name')) or path.name}]"
    return f"{before}.{path.name}" if before else path.name


# --- fields that are not there --------------------------------------------------------------------


def _not_a_field(table: NodeTable, row: int, bound: Bound, *, is_whole: bool) -> Fault:
    """A field that its level does not have: misspelt, of another level, or of none."""
    path = table.paths[row]
    assert path.parent is not None
    above = bound[path.parent]
    level = _place(table, table.row_above(row)) or above.name.partition("-")[0]
    message = f"{path.name} is not a field of {level}"
    far, home = _home(table, row, bound)
    home = _emptied_beside(table, row, bound) or home
    meant = nearest(path.name, above.fields or ())
    if home and not (meant and far > 1):
        return Fault("misplaced-field", table.key(row), f"{message}; move it to {home}")
    missing = _needed(table, row, above) if is_whole else ""
    check = "missing-field" if missing else "unknown-field"
    if meant:
        text = f"{message}; did you mean {meant!r}?"
        return Fault(check, table.key(row), text, meant=meant)
    what = f"and it has no {missing}" if missing else "the API server drops it"
    return Fault(check, table.key(row), f"{message}; {what}")


def _needed(table: NodeTable, row: int, above: ApiType) -> str:
    """A field that a structure has to have, and does not beside a row; its only one is needed."""
    fields = list(above.fields or ())
    names = {table.paths[at].name for at in table.rows_below(table.row_above(row))}
    needed = above.required or (fields if len(fields) == 1 else [])
    return next((field for field in needed if field not in names), "")


class _Home(Record):
    """A level that has a field: how far it is, with what is below last, and its row or -1."""

    far: tuple[int, bool]
    row: int


def _home(table: NodeTable, row: int, bound: Bound) -> tuple[int, str]:
    """The nearest level that has a field, and how far it is; "" where several are as near.

    A level without a value lost its fields, and of several the one that is written last above the
    field is meant. A plain word, such as ``server``, is a key of many things besides.
    """
    path = table.paths[row]
    is_word = path.name.islower() and isinstance(table.texts[row], str)
    homes = dict[str, _Home]()
    level, up = path.parent, 0
    came_from = level.name if level is not None else ""
    while level is not None and up <= _REACH:
        what = bound.get(level)
        if what is not None and what.fields is not None:
            for down, place in _levels(what, path.name, table.texts[row], _REACH - up):
                if up and place and not (place[0].endswith("[]") or place[-1] == came_from):
                    continue  # one of several kinds of the same thing
                below = _below(level, place)
                at = -1 if below is None else table.paths.rows.get(below, -1)
                is_far = down > 1 or any(step.endswith("[]") for step in place)
                is_same = bool(place) and place[-1] == came_from
                if at < 0 and is_far and is_word and not is_same:
                    continue  # nothing else of that level is written
                home = _Home((up + down, down > 0), at)
                homes.setdefault(_written((*level.keys(), *place)), home)
            up += 1
        level = level.parent
    homes = {p: home for p, home in homes.items() if _is_emptied(table, home.row)} or homes
    least = min((home.far for home in homes.values()), default=(0, False))  # of two the one above
    near = [place for place, home in homes.items() if home.far == least]
    if len(near) > 1:
        near = [place for place in near if -1 < homes[place].row < row]
        near.sort(key=lambda place: homes[place].row)
    return least[0], near[-1] if near else ""


def _emptied_beside(table: NodeTable, row: int, bound: Bound) -> str:
    """A mapping of any keys beside a field, without a value: it lost the field; or ""."""
    beside = table.rows_below(table.row_above(row))
    empty = (at for at in beside if at < row and _is_emptied(table, at))
    paths = [table.paths[at] for at in empty if bound[table.paths[at]].name.endswith("{}")]
    return _written(paths[-1].keys()) if paths else ""


def _is_emptied(table: NodeTable, row: int) -> bool:
    """Whether there is a key in a row, without a value."""
    return row >= 0 and table.texts[row] == "" and not table.numbers[row * WIDTH + STYLE]


def _below(level: KeyPath, place: Iterable[str]) -> KeyPath | None:
    """The key path of a place below a level, in the first item of each list; None without one."""
    path: KeyPath | None = level
    for step in place:
        path = None if path is None else path.children.get(step.removesuffix("[]"))
        if path is not None and step.endswith("[]"):
            path = next(iter(path.items), None)
    return path


def _written(steps: Iterable[str]) -> str:
    """The keys that lead to a level, any item of a list as ``[]``."""
    text = "".join("[]" if step.startswith("[") else f".{step}" for step in steps)
    return text.removeprefix(".") or "the top of the object"


def _levels(what: ApiType, name: str, text: Text, most: int) -> Iterator[tuple[int, list[str]]]:
    """The levels from a structure down that have a field that takes what is written."""
    fields = what.fields or {}
    if name in fields:
        kind = api_type(fields[name])
        if kind.shape == ("" if isinstance(text, str) else text):
            yield 0, []
    for field, type_name in fields.items() if most else ():
        if field not in _LIKE_CONTAINERS and field != "status":
            inner = api_type(type_name.rstrip("[]{}"))
            shown = field + type_name[len(inner.name) :].replace("{}", "")
            for down, place in _levels(inner, name, text, most - 1):
                yield down + 1, [shown, *place]
