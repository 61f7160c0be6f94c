"""What one service writes another way than all its siblings: keys that no element owns.

Only where siblings are many and all but one agree is the one a slip; where they are few, only what
this one has beside it, misspelt or at another level, shows that. Those that have a mapping are
asked about its keys: by presence, and by value where that is a flag or a plain word, and names
nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from deploylint.compare.lacked_keys import HEAD, is_rightly_lacked, with_key
from deploylint.compare.majority import GroupVotes
from deploylint.compare.odd_options import odd_options
from deploylint.compare.oddity import (
    BESIDE,
    FEW,
    MANY,
    ODD_KEY,
    UNKNOWN_KEY,
    Oddity,
    has_slip,
    is_secret,
    objects_of,
    whole_document,
    writers,
)
from deploylint.compare.other_kinds import names_of_other_kinds
from deploylint.compare.renamed_entries import renamed_entries
from deploylint.compare.service_keys import Outline, Path, ServiceKeys, common_names
from deploylint.documents.nodes import Entry, Text, scalar
from deploylint.documents.regex import regex
from deploylint.documents.suggest import is_misspelt_key
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fault import MISPLACED
from deploylint.model.format import share_of
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.service import Service

FEW_SLIPS = 5
"""A service that lacks more keys of its siblings is of another kind."""


def oddities(votes: GroupVotes) -> Iterator[Oddity]:
    """What single services of a group write another way than all their siblings."""
    names = {name for service in votes.services for name in service.own_names}
    yield from _misspelt_around(votes.services, names)
    for services in sibling_groups(votes):
        for objects in (objects_of(services, kind) for kind in ("", *BESIDE)):
            if len(objects) >= FEW:
                known, common = dict[object, Outline](), common_names(objects)
                every = [ServiceKeys(service, known, common) for service in objects]
                yield from (*renamed_entries(every), *odd_options(every, names))
                yield from _odd_keys(every, names)


def _misspelt_around(services: Sequence[Service], names: Set[str]) -> Iterator[Oddity]:
    """The texts around the values of releases, as their source, that one alone misspells."""
    written_by, known = writers(services), dict[object, Outline]()
    releases = [
        (service.root, service._replace(root=document))
        for service in services
        if (document := whole_document(service.root, written_by)) is not service.root
    ]
    every = [ServiceKeys(release, known, frozenset()) for _, release in releases]
    often = Counter(path for keys in every for path in keys.outline.places)
    inside = range(releases[0][0].row, releases[0][0].end_row) if len(releases) >= FEW else ()
    for path in (path for path, count in often.items() if inside and count == len(every)):
        if every[0].entry(path).value.row not in inside and not is_secret(path):
            yield from _misspelt_text(path, every, [keys.text(path) for keys in every], names)


def sibling_groups(votes: GroupVotes) -> Iterable[list[Service]]:
    """The services of a group by the kinds of their main components."""
    groups = defaultdict[object, list[Service]](list)
    for service in votes.services:
        for number, keys in votes.siblings.keys(service):
            if number == 0:
                groups[keys[-2]].append(service)
    return groups.values()


def _odd_keys(every: Sequence[ServiceKeys], names: Set[str]) -> Iterator[Oddity]:
    """The keys that one of some services lacks, misspells or has with another word."""
    often = Counter[Path]({(): len(every)})
    for outline, count in Counter(keys.outline for keys in every).items():
        often.update(dict.fromkeys(outline.places, count))
    asked = {path: often[path[:-1]] for path in often if path and often[path[:-1]] >= FEW}
    almost = [path for path, count in asked.items() if often[path] >= count - 1]
    missing = {keys.outline: _lacked(keys.outline, almost) for keys in every}
    kinds = names_of_other_kinds(every, missing)
    for keys in every:
        lacked = missing[keys.outline]
        for is_of_many in (False, True):  # what few have does not show the kind of a service
            paths = [path for path in lacked if (asked[path] >= MANY) == is_of_many]
            for path in paths if len(paths) <= FEW_SLIPS else ():
                odd = _missing(keys, path, every, often)
                yield from (each for each in odd if each.check != ODD_KEY or _is_asked(each, kinds))
    alike = [path for path in almost if often[path] == asked[path]]
    yield from _odd_texts(every, alike, names, kinds)


def _odd_texts(
    every: Sequence[ServiceKeys], alike: Iterable[Path], names: Set[str], kinds: Set[str]
) -> Iterator[Oddity]:
    """The one text among the others at each of some paths that all siblings have.

    One switch may be a slip; several of a block are a choice.
    """
    switches, in_blocks = Counter[tuple[str, str]](), list[tuple[tuple[str, str], Oddity]]()
    for path in (path for path in alike if path not in HEAD and not is_secret(path)):
        with_it = with_key(path, every)  # kinds alike are siblings
        texts = [keys.text(path) for keys in with_it]
        if _FLAGS.issuperset(texts):
            yield from _quoted_flag(path, with_it)
        if texts.count(texts[0]) != len(texts):
            is_word = len(with_it) >= MANY and _MADE.fullmatch(path[-1]) is None
            words = list(_other_word(path, with_it, texts, names)) if is_word else []
            words = [word for word in words if _is_asked(word, kinds)]
            for oddity in words or _misspelt_text(path, with_it, texts, names):
                block = oddity.service.name, path[0]
                switches[block] += _FLAGS.issuperset(texts)
                in_blocks.append((block, oddity))
    yield from (oddity for block, oddity in in_blocks if switches[block] < FEW)


_FLAGS = frozenset({"false", "true"})


def _quoted_flag(path: Path, every: Sequence[ServiceKeys]) -> Iterator[Oddity]:
    """A flag in quotes where all others have none: any text is true to a template.

    https://helm.sh/docs/chart_template_guide/control_structures/#ifelse
    """
    values = [keys.entry(path).value for keys in every]
    quoted = [at for at, value in enumerate(values) if isinstance(scalar(value), str)]
    if len(quoted) == 1 < len(every) and every[0].service.shape == "values":
        at, share = quoted[0], share_of(len(every) - 1, len(every))
        message = f"{dotted_path(path)} is the text {every[at].text(path)!r}; {share} have a flag"
        yield Oddity(every[at].service, ODD_KEY, values[at], message, values[at - 1])


def _lacked(outline: Outline, wanted: Iterable[Path]) -> list[Path]:
    """The keys that are not in a mapping which is there."""
    places = outline.places
    return [p for p in wanted if p not in places and (len(p) == 1 or p[:-1] in places)]


def _missing(
    keys: ServiceKeys, path: Path, every: Sequence[ServiceKeys], often: Mapping[Path, int]
) -> Iterator[Oddity]:
    """A key that one service lacks: it is misspelt, at another level, or not there."""
    with_it, asked = with_key(path, every), often[path[:-1]]
    entry, share = with_it[0].entry(path), share_of(asked - 1, asked)
    for near in keys.outline.places:
        is_beside = near[:-1] == path[:-1] and often[near] == 1
        is_beside &= not keys.service.reads(near)
        if is_beside and _is_misspelt(near[-1], path[-1]) and _alike(keys.entry(near), entry):
            here = keys.entry(near).key
            if here not in keys.faulty:
                message = f"unknown key {near[-1]!r}; did you mean {path[-1]!r}, as in {share}?"
                yield Oddity(keys.service, UNKNOWN_KEY, here, message, entry.key)
            return
    for near in (near for near in _one_level_away(path, keys, often) if often[near] == 1):
        if keys.service.reads(near):
            return
        here = keys.entry(near).key
        if _alike(keys.entry(near), entry) and here not in keys.faulty:
            message = f"{dotted_path(near)} is {dotted_path(path)} in {share}; indent it as there"
            yield Oddity(keys.service, MISPLACED, here, message, entry.key)
            return
    if asked < MANY or keys.service.has_own_chart:
        return
    is_owned = any(other.owns(path) for other in with_it)
    if not is_owned and not is_rightly_lacked(keys, path, with_it):
        message = f"{dotted_path(path)}: not set; {share} set it"
        node = keys.service.root if len(path) == 1 else keys.entry(path[:-1]).key
        if (node, path[-1]) in keys.lacked:
            return
        yield Oddity(keys.service, ODD_KEY, node, message, entry.key)


def _one_level_away(path: Path, keys: ServiceKeys, often: Mapping[Path, int]) -> Iterator[Path]:
    """Where a service has a key one level further out or in than a path.

    A mapping of its own that holds other keys as well is no slip: it is of another program.
    """
    *above, name = path
    places = keys.outline.places
    out = (*above[:-1], name)
    if above and out in places:
        yield out
    further_in = [p for p in places if p[-1] == name and p[:-2] == path[:-1] and len(p) > 1]
    for near in further_in if len(further_in) == 1 else ():  # several are one for each of several
        beside = [p[-1] for p in places if p[:-1] == near[:-1]]
        is_moved = often[path[:-1]] >= MANY and all(often[*path[:-1], key] for key in beside)
        if often[near[:-1]] > 1 or is_moved:
            yield near


def _is_misspelt(name: str, known: str) -> bool:
    """Whether a key is another one with a slip, or as another chart spells that."""
    spellings = definition(WELL_KNOWN)["other-spellings"]
    is_other = name != known and any(name in words and known in words for words in spellings)
    return is_other or is_misspelt_key(name, known)


def _alike(entry: Entry, other: Entry) -> bool:
    """Whether two values are of one type."""
    value, wanted = entry.value, other.value
    if value.is_scalar and wanted.is_scalar:
        return type(scalar(value)) is type(scalar(wanted))
    return value.is_mapping == wanted.is_mapping and value.is_scalar == wanted.is_scalar


def _is_asked(oddity: Oddity, kinds: Set[str]) -> bool:
    """Whether an oddity is of a service of the kind of the others."""
    return oddity.service.name not in kinds


_NAME = regex(r"[a-z0-9][a-z0-9-]*")
"""A name of an object: of a service's own with more words, ``cart-canary`` is a variant."""

_MADE = regex(r".*Create|create|.*Suspend|suspend")
"""Keys that say whether a chart makes an object or a run is held: this differs rightly."""


def _other_word(
    path: Path, every: Sequence[ServiceKeys], texts: Sequence[Text], names: Set[str]
) -> Iterator[Oddity]:
    """The one service with another flag or word than all others, or with another's name."""
    words = [keys.word(path) for keys in every]
    if words.count(words[0]) == len(words):
        return
    owned = [bool(word) and keys.is_owned(path) for keys, word in zip(every, words, strict=True)]
    words = ["" if is_owned else word for word, is_owned in zip(words, owned, strict=True)]
    ranked = Counter(filter(None, words)).most_common(1)
    if not ranked or ranked[0][1] != len(every) - 1:
        return
    most = ranked[0][0]
    number = next(number for number, word in enumerate(words) if word != most)
    odd, text = every[number], texts[number]
    if not isinstance(text, str) or odd.is_owned(path) or text == odd.service.name:
        return
    if most == _OFF and _SWITCH.fullmatch(path[-1]):
        return
    longest = max((name for name in names if holds_word(text, name)), key=len, default="")
    is_variant = longest == odd.service.name and _NAME.fullmatch(text) is not None
    is_name = bool(longest) and not is_variant
    if is_name if most == SELF else (not is_name and words[number]):
        yield _odd_text(path, every, number, most)


_SWITCH, _OFF = regex(r"enabled?|.*Enabled?"), "false"
"""Keys that switch something on: a service that does has it for itself where all others do not."""


def _odd_text(path: Path, every: Sequence[ServiceKeys], number: int, most: str) -> Oddity:
    """The text of one of some services, where all others have another."""
    odd, other = every[number], every[0 if number else 1]
    share = f"{share_of(len(every) - 1, len(every))} have {most}"
    message = f"{dotted_path(path)} is {odd.text(path)}; {share}"
    return Oddity(odd.service, ODD_KEY, odd.entry(path).value, message, other.entry(path).value)


def _misspelt_text(
    path: Path, every: Sequence[ServiceKeys], texts: Sequence[Text], names: Set[str]
) -> Iterator[Oddity]:
    """The one text that differs by a letter of a word from the same text of all others.

    Of few services the word may be no other one.
    """
    own = [
        with_service(text, keys.service.own_names) if isinstance(text, str) else ""
        for keys, text in zip(every, texts, strict=True)
    ]
    ((most, count),) = Counter(own).most_common(1)
    if count != len(every) - 1:
        return
    number = next(number for number, text in enumerate(own) if text != most)
    if has_slip(own[number], most, names, is_sure=len(every) >= MANY):
        yield _odd_text(path, every, number, most)
