"""Slips that no structure shows: texts that YAML makes of them, addresses, and domains of labels.

An item that is indented too far is a text, and so is a word of YAML or a well-known one with two
letters swapped; an item without a space behind its dash is a key. A port with a leading zero is
octal to some readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from deploylint.documents.key_paths import KeyPath, Paths
from deploylint.documents.nodes import Node
from deploylint.documents.regex import regex
from deploylint.documents.scalars import leading_zero
from deploylint.documents.source import Source
from deploylint.documents.suggest import is_near
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fault import Fault, unknown_key
from deploylint.model.field_values import MOST_KNOWN
from deploylint.model.locations import dotted_path
from deploylint.readers.mistaken_keys import mistaken_keys
from deploylint.readers.mistaken_variables import mistaken_variables
from deploylint.readers.moved_blocks import moved_blocks


def with_mistaken_texts(faults: Iterable[Fault], roots: Iterable[Node]) -> Iterator[Fault]:
    """Some faults, and the texts that YAML makes of a slip where none of them is."""
    known = set[tuple[Source, int]]()
    for fault in faults:
        known.add((fault.node.source, fault.node.start))
        yield fault
    slips = (fault for root in roots for mistaken in _MISTAKEN for fault in mistaken(root))
    for fault in slips:
        places = ((fault.node.source, at.start) for at in (fault.node, fault.node.key))
        if known.isdisjoint(places):
            yield fault


def mistaken_texts(root: Node) -> Iterator[Fault]:
    """What YAML makes a text or a key of by a slip, and addresses that nothing has.

    So are the items of a list that are indented further than the one before, or have no space
    behind their dash, and a word of YAML or a well-known one with two letters swapped.
    """
    table, texts, words = root.table, root.table.texts[root.row : root.end_row], _slipped_words()
    for row, text in enumerate(texts, root.row):
        if not text:
            continue
        if text[0] == "0" and (wrong := leading_zero(text)) and _is_port(table.paths[row]):
            key = dotted_path(table.paths[row].keys())
            yield Fault("wrong-value", table.node(row), f"{key}: {wrong}")
        if not (" - " in text or "//" in text or text in words or _is_odd(text)):
            continue
        item = table.node(row)
        if message := _odd_address(text):
            yield Fault("wrong-value", item, message)
        if text in words:
            yield _wrong_word(item, text, words[text])
        elif item.path.is_item:
            written = item.source.text[item.start : item.end]
            if not item.style and _SWALLOWED.search(written):
                message = "the item below is text of this one; indent it like this one"
                yield Fault("swallowed-item", item, message)
    yield from _odd_keys(root)


def _odd_keys(root: Node) -> Iterator[Fault]:
    """Keys with a domain that nothing has, and those that are meant for an item."""
    table, odd = root.table, _odd_names(root.table.paths)
    for row in range(root.row, root.end_row) if odd else ():
        if (slip := odd.get(table.paths[row].name)) is not None:
            key = table.key(row)
            yield unknown_key(key, slip) if slip else Fault("swallowed-item", key, _no_item(key))


@lru_cache(maxsize=MOST_KNOWN)
def _odd_names(paths: Paths) -> Mapping[str, str]:
    """What each odd key of a document is meant for."""
    return {name: slip for name in paths.names if (slip := _odd_name(name)) is not None}


def _is_port(path: KeyPath) -> bool:
    """Whether a key is that of a port, or of one of several by their names."""
    above = path.parent
    return bool(_PORT.search(path.name) or (above is not None and _PORTS.search(above.name)))


_PORT, _PORTS = regex(r"^port$|[a-z]Port$|[a-z]_port$"), regex(r"^ports$|[a-z]Ports$")


def _wrong_word(item: Node, text: str, meant: str) -> Fault:
    """A text that is a word of YAML, or a well-known one, with a slip."""
    if meant in _OF_YAML:
        return Fault("wrong-type", item, f"{text!r} is a text; did you mean {meant}?")
    return Fault("wrong-value", item, f"unknown word {text!r}; did you mean {meant!r}?")


def _odd_name(name: str) -> str | None:
    """What a key with a domain is meant for, "" for one that is meant for an item; else None."""
    if name[:1] == "-":
        return "" if name[1:] in _ITEM_KEYS else None
    domain, _, rest = name.partition("/")
    return f"{meant}/{rest}" if rest and (meant := _meant_domain(domain)) else None


def _no_item(key: Node) -> str:
    return f"this is a key, {key.content!r}, and no item of a list; write a space behind -"


def _is_odd(text: str) -> bool:
    return ":/" in text or ".cluster" in text or ".local" in text


def _odd_address(text: str) -> str:
    """What is wrong with an address in a text: its scheme, its slashes or the end of its host."""
    if slashes := _SLASHES.match(text):
        return f"{slashes[0]} begins no address; did you mean {slashes[1]}://?"
    if scheme := next(filter(_meant_scheme, _SCHEME.findall(text)), ""):
        return f"{scheme}:// is no scheme of addresses; did you mean {_meant_scheme(scheme)}://?"
    ends = (".".join(host.split(".")[-3:]) for host in _HOST.findall(text))
    odd = (each for each in ends if each != _IN_CLUSTER and is_near(each, _IN_CLUSTER, 1))
    end = next(odd, "")
    return f"no host ends in {end}; did you mean {_IN_CLUSTER}?" if end else ""


@lru_cache(maxsize=MOST_KNOWN)
def _meant_scheme(scheme: str) -> str:
    """The known scheme that one is a letter off; "" for one that is known, and for any other."""
    known = definition(WELL_KNOWN)["schemes"]
    if scheme in known:
        return ""
    near = [each for each in known if len(each) >= _LONG_SCHEME and is_near(scheme, each, 1)]
    return max(near, key=lambda each: (sorted(each) == sorted(scheme), len(each)), default="")


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


_OF_YAML = ("true", "false", "null")


@cache
def _slipped_words() -> Mapping[str, str]:
    """The words of YAML and well-known ones, by what each is with a slip.

    Two letters are swapped, or a long word lacks one of its inner letters: without its last one it
    may be another word.
    """
    words = (*_OF_YAML, *definition(WELL_KNOWN)["words"])
    pairs = ((word, at) for word in words for at in range(len(word) - 1))
    slips = dict[str, str]()
    for word, at in pairs:
        slips[f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}"] = word
        if at and len(word) >= _LONG_TEXT:
            slips[word[:at] + word[at + 1 :]] = word
    return {slip: word for slip, word in slips.items() if slip not in words}


_LONG_TEXT = 7
_ITEM_KEYS = frozenset(
    ("name", "key", "host", "hosts", "path", "port", "configMapRef", "secretRef", "secretName")
)
"""The first keys of items of lists that charts and Kubernetes have; some could be options."""

_SWALLOWED = regex(r"\n[ \t]*- ")
_LONG_SCHEME = 4
_SCHEME = regex(r"(?<![\w.+/\\-])([a-z][a-z0-9]{2,15})://")
_SLASHES = regex(r"(https?)(?:[:;]/|[;.]?//|:///+|:\\\\)(?=[\w\[])")
_HOST = regex(r"(?<![\w.-])[\w-]++(?:\.[\w-]++){2,}+")
_IN_CLUSTER = "svc.cluster.local"
"""https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#a-aaaa-records"""

_MISTAKEN = (mistaken_texts, mistaken_keys, mistaken_variables, moved_blocks)
