"""Slips that no structure shows: texts that YAML makes of them, and the domains of labels.

An item that is indented too far is a text, and so is a word of YAML with two letters swapped; one
without a space behind its dash is a key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from deploylint.documents.nodes import Node
from deploylint.documents.regex import regex
from deploylint.documents.source import Source
from deploylint.documents.suggest import is_near
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.field_values import MOST_KNOWN
from deploylint.readers.mistaken_keys import mistaken_keys


def with_mistaken_texts(faults: Iterable[Fault], roots: Iterable[Node]) -> Iterator[Fault]:
    """Some faults, and the texts that YAML makes of a slip where none of them is."""
    known = set[tuple[Source, int]]()
    for fault in faults:
        known.add((fault.node.source, fault.node.start))
        yield fault
    slips = (slips for root in roots for slips in (mistaken_texts(root), mistaken_keys(root)))
    for fault in (fault for each in slips for fault in each):
        places = ((fault.node.source, at.start) for at in (fault.node, fault.node.key))
        if known.isdisjoint(places):
            yield fault


def mistaken_texts(root: Node) -> Iterator[Fault]:
    """What YAML makes a text or a key of by a slip.

    So are the items of a list that are indented further than the one before, or have no space
    behind their dash, and a word of YAML with two letters swapped.
    """
    table, texts = root.table, root.table.texts[root.row : root.end_row]
    rows = [(n, t) for n, t in enumerate(texts, root.row) if t and (" - " in t or t in _SWAPPED)]
    for row, text in rows:
        item = table.node(row)
        if text in _SWAPPED:
            message = f"{text!r} is a text; did you mean {_SWAPPED[text]}?"
            yield Fault("wrong-type", item, message)
        elif item.path.is_item:
            written = item.source.text[item.start : item.end]
            if not item.style and _SWALLOWED.search(written):
                message = "the item below is text of this one; indent it like this one"
                yield Fault("swallowed-item", item, message)
    names = table.paths.names
    for name in [name for name in names if "/" in name or name[:1] == "-"]:
        keys = [table.key(n) for n in range(root.row, root.end_row) if table.paths[n].name == name]
        domain, _, rest = name.partition("/")
        if name[1:] in _ITEM_KEYS:
            message = f"this is a key, {name!r}, and no item of a list; write a space behind -"
            yield from (Fault("swallowed-item", key, message) for key in keys)
        elif rest and (meant := _meant_domain(domain)):
            yield from (unknown_key(key, f"{meant}/{rest}") for key in keys)


@lru_cache(maxsize=MOST_KNOWN)
def _meant_domain(domain: str) -> str:
    """The known domain that has one word of another one spelt otherwise; "" for any other.

    So has the end of a domain that is not known.
    """
    known = definition(WELL_KNOWN)["domains"]
    if domain in known:
        return ""
    ends = {end: end for each in known for end in [".".join(each.split(".")[-2:])]}
    words, end = domain.split("."), ".".join(domain.split(".")[-2:])
    near = next((each for each in ends if each != end and _is_slip(end, each)), "")
    if near:
        return ".".join((*words[:-2], near))
    return next((each for each in known if _is_slip(domain, each)), "")


def _is_slip(domain: str, known: str) -> bool:
    """Whether domains differ by a letter of one long word."""
    words, others = domain.split("."), known.split(".")
    if len(words) != len(others) or len(known) < _LONG or not is_near(domain, known, 1):
        return False
    pairs = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return all(min(map(len, pair)) >= _LONG_WORD for pair in pairs)


_LONG, _LONG_WORD = 10, 5


_SWAPPED = {
    f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}": word
    for word in ("true", "false", "null")
    for at in range(len(word) - 1)
    if word[at] != word[at + 1]
}
_ITEM_KEYS = frozenset(
    ("name", "key", "host", "hosts", "path", "port", "configMapRef", "secretRef", "secretName")
)
"""The first keys of items of lists that charts and Kubernetes have; some could be options."""

_SWALLOWED = regex(r"\n[ \t]*- ")
