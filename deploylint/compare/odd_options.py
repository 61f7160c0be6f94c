"""Options of commands that one service misspells, lacks or has with another word.

Services that pass most of the same options run programs alike, whatever their images are called.
What all others of them pass is asked of each: an option a letter off is a slip, also among few, and
beside a reference. Another word, or none, is odd only among many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from deploylint.compare.oddity import FEW, MANY, ODD_KEY, UNKNOWN_KEY, Oddity, has_slip, is_secret
from deploylint.compare.service_keys import Path, ServiceKeys
from deploylint.documents.nodes import Node, items_of, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import is_misspelt_key, letters
from deploylint.model.format import share_of
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import with_service

MOST_LACKED = 2
"""A service that lacks more options of the others is run another way."""

_LISTS = frozenset({"args", "command", "extraArgs"})
_OPTION = regex(r"--?[A-Za-z][\w.-]*[A-Za-z0-9]")
_WORD = regex(r"[A-Za-z]+")


class _Options(Record):
    """The options of a service in one list: the item with each, and the item with its value."""

    keys: ServiceKeys
    path: Path
    items: Mapping[str, tuple[Node, Node]]

    def value(self, name: str) -> str:
        """The value of an option, own names as ``{service}``; "" without one."""
        item, at = self.items[name]
        text = text_of(at) if at is not item else text_of(item).partition("=")[2]
        return with_service(text, self.keys.service.own_names)


def odd_options(every: Sequence[ServiceKeys], names: Set[str]) -> Iterator[Oddity]:
    """The options that one of some services has otherwise than all others.

    ``names`` are those of all services: none is a slip.
    """
    by_path = defaultdict[Path, list[_Options]](list)
    for keys in every:
        for options in _options_of(keys):
            by_path[options.path].append(options)
    for asked in by_path.values():
        yield from _odd_among(_alike(asked), names)


def misspelt_options(usual: ServiceKeys, keys: ServiceKeys) -> Iterator[Oddity]:
    """The options of a service that its reference has in the same list but for a letter."""
    wanted = {options.path: options for options in _options_of(usual)}
    for options in _options_of(keys):
        if (other := wanted.get(options.path)) is not None:
            own = [name for name in options.items if name not in other.items]
            lacked = [name for name in other.items if name not in options.items]
            for name in lacked if len(lacked) <= MOST_LACKED else ():
                yield from _misspelt(options, name, own, other, "the reference")


def _options_of(keys: ServiceKeys) -> Iterator[_Options]:
    for path in keys.outline.places:
        if path[-1] in _LISTS and (items := _items(keys.entry(path).value)):
            yield _Options(keys, path, items)


def _items(node: Node) -> Mapping[str, tuple[Node, Node]]:
    """The options in a list, without those that are there twice."""
    items, often = dict[str, tuple[Node, Node]](), Counter[str]()
    last = ""
    for item in items_of(node):
        name, equals, _ = text_of(item).partition("=")
        if _OPTION.fullmatch(name):
            often[name] += 1
            items[name] = item, item
            last = "" if equals else name
        elif last:
            items[last] = items[last][0], item
            last = ""
    return {name: both for name, both in items.items() if often[name] == 1}


def _alike(every: Sequence[_Options]) -> Sequence[_Options]:
    """Those that pass at least half of the options that several pass; none of too few."""
    often = Counter(name for options in every for name in options.items)
    common = {name for name, count in often.items() if count >= FEW - 1}
    alike = [each for each in every if len(common & each.items.keys()) * 2 >= len(common)]
    return alike if common and len(alike) >= FEW else ()


def _odd_among(every: Sequence[_Options], names: Set[str]) -> Iterator[Oddity]:
    often = Counter(name for options in every for name in options.items)
    almost = [name for name, count in often.items() if count == len(every) - 1]
    for options in every:
        lacked = [name for name in almost if name not in options.items]
        own = [name for name in options.items if often[name] == 1]
        for name in lacked if len(lacked) <= MOST_LACKED else ():
            yield from _missing(options, name, own, every)
    for name in (name for name, count in often.items() if count == len(every)):
        yield from _other_word(name, every, names)


def _missing(
    options: _Options, name: str, own: Sequence[str], every: Sequence[_Options]
) -> Iterator[Oddity]:
    """An option that one service lacks: it is misspelt, or not there.

    A service with options that no other has is run another way, and may lack some.
    """
    other = next(each for each in every if name in each.items)
    share = share_of(len(every) - 1, len(every))
    slips = [*_misspelt(options, name, own, other, share)]
    if slips or own or len(every) < MANY:
        yield from slips
        return
    message = f"{dotted_path(options.path)}: no {name}; {share} have it"
    node = options.keys.entry(options.path).key
    yield Oddity(options.keys.service, ODD_KEY, node, message, other.items[name][0])


def _misspelt(
    options: _Options, name: str, own: Iterable[str], other: _Options, share: str
) -> Iterator[Oddity]:
    """An option of a service that is nearly one that it lacks."""
    near = next((each for each in own if _is_slip(each, name)), None)
    node = None if near is None else options.items[near][0]
    if node is not None and node not in options.keys.faulty:
        message = f"unknown option {near!r}; did you mean {name!r}, as in {share}?"
        yield Oddity(options.keys.service, UNKNOWN_KEY, node, message, other.items[name][0])


def _is_slip(name: str, known: str) -> bool:
    """Whether an option is another one with a slip, or in another style (``--logLevel``)."""
    bare, meant = name.lstrip("-"), known.lstrip("-")
    return letters(bare) == letters(meant) or is_misspelt_key(bare, meant)


def _other_word(name: str, every: Sequence[_Options], names: Set[str]) -> Iterator[Oddity]:
    """The one value of an option that is a slip or another word, where all others have one."""
    values = [options.value(name) for options in every]
    ((most, count), *_) = Counter(values).most_common(1)
    if count != len(every) - 1 or is_secret((name,)):
        return
    number = next(number for number, value in enumerate(values) if value != most)
    text, is_many = values[number], len(every) >= MANY
    is_word = is_many and _WORD.fullmatch(text) and _WORD.fullmatch(most) and text not in names
    if is_word or has_slip(text, most, names, is_sure=is_many):
        options, other = every[number], every[0 if number else 1]
        message = f"{name} is {text}; {share_of(count, len(every))} have {most}"
        node = options.items[name][1]
        yield Oddity(options.keys.service, ODD_KEY, node, message, other.items[name][1])
