"""What one service writes another way than all its siblings: keys that no element owns.

Only where siblings are many and all but one agree is the one a slip; where they are few, only what
this one has beside it, misspelt or at another level, shows that. Those that have a mapping are
asked about its keys: by presence, and by value where that is a flag or a plain word, and names
nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from deploylint.compare.majority import GroupVotes
from deploylint.compare.other_kinds import names_of_other_kinds
from deploylint.compare.service_keys import Outline, Path, ServiceKeys, common_names
from deploylint.compare.siblings import is_unread
from deploylint.documents.nodes import Entry, Node, Text, child, is_empty, scalar, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import LONG, SHORTEST, distance, is_slip, misspelt_word
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fault import MISPLACED
from deploylint.model.format import share_of
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.secret_signs import may_name_a_secret
from deploylint.model.service import Service

ODD_KEY, UNKNOWN_KEY = "odd-key", "unknown-key"
MANY = 5
"""How many siblings are asked about a key."""
FEW = 3
"""How many siblings show that a key which one lacks is its slip beside it."""
FEW_SLIPS = 5
"""A service that lacks more keys of its siblings is of another kind."""
_HEAD = (("apiVersion",), ("kind",))
"""The keys of an object that say what it is; a manifest without one is a fault by itself."""
VARIANTS = ("type", "kind")
"""The keys that say which of several variants a mapping is of: each has keys of its own."""


class Oddity(Record):
    """What a service writes another way: the check that reports it, the node, and the message.

    ``other`` is the node of a sibling that has what most have.
    """

    service: Service
    check: str
    node: Node
    message: str
    other: Node


def oddities(votes: GroupVotes) -> Iterator[Oddity]:
    """What single services of a group write another way than all their siblings."""
    names = {name for service in votes.services for name in service.own_names}
    for services in sibling_groups(votes):
        for objects in (_objects_of(services, kind) for kind in ("", *_BESIDE)):
            if len(objects) >= FEW:
                known, common = dict[object, Outline](), common_names(objects)
                every = [ServiceKeys(service, known, common) for service in objects]
                yield from _odd_keys(every, names)


_BESIDE = ("Service", "Ingress")
"""The kinds of objects that siblings are asked about beside their workloads."""


def _objects_of(services: Sequence[Service], kind: str) -> list[Service]:
    """Services, or the manifests among them with one object of a kind, which is their root then."""
    objects = list[Service]() if kind else list(services)
    for service in services if kind and services and services[0].shape == "manifests" else ():
        roots = [root for root in service.written if text_of(child(root, "kind")) == kind]
        objects += [service._replace(root=root) for root in roots[: len(roots) == 1]]
    return objects


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
    for path in almost:
        if often[path] != asked[path] or path in _HEAD or _is_secret(path):
            continue  # kinds alike are siblings
        with_it = _with(path, every)
        texts = [keys.text(path) for keys in with_it]
        if _FLAGS.issuperset(texts):
            yield from _quoted_flag(path, with_it)
        if texts.count(texts[0]) != len(texts):
            is_word = often[path] >= MANY and _MADE.fullmatch(path[-1]) is None
            words = list(_other_word(path, with_it, texts, names)) if is_word else []
            words = [word for word in words if _is_asked(word, kinds)]
            yield from words or _misspelt_text(path, with_it, texts, names)


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


def _is_secret(path: Path) -> bool:
    """Whether what is at a path may not be shown."""
    return any(map(may_name_a_secret, path))


def misspelt_texts(reference: Service, services: Sequence[Service]) -> Iterator[Oddity]:
    """The texts of services that their reference has at the same key but for a letter."""
    known = dict[object, Outline]()
    for kind in ("", *_BESIDE):
        wanted = _objects_of([reference], kind)
        usual = [ServiceKeys(service, known, frozenset()) for service in wanted]
        others = [one for one in services if usual and one is not reference]
        for service in _objects_of(others, kind):
            if service.shape == reference.shape:
                yield from _misspelt_beside(usual[0], ServiceKeys(service, known, frozenset()))


def _misspelt_beside(usual: ServiceKeys, keys: ServiceKeys) -> Iterator[Oddity]:
    """The texts of a service that another one has at the same key but for a letter."""
    names = {*usual.service.own_names, *keys.service.own_names}
    for path, written, text in usual.other_texts(keys):
        own = with_service(text, keys.service.own_names)
        meant = with_service(written, usual.service.own_names)
        if own != meant and _is_slip(own, meant, names) and not _is_secret(path):
            message = f"{dotted_path(path)} is {text}; the reference has {meant}"
            values = keys.entry(path).value, usual.entry(path).value
            yield Oddity(keys.service, ODD_KEY, values[0], message, values[1])


def _with(path: Path, every: Sequence[ServiceKeys]) -> Sequence[ServiceKeys]:
    """Those that have something at a path."""
    return [keys for keys in every if path in keys.outline.places]


def _lacked(outline: Outline, wanted: Iterable[Path]) -> list[Path]:
    """The keys that are not in a mapping which is there."""
    places = outline.places
    return [p for p in wanted if p not in places and (len(p) == 1 or p[:-1] in places)]


def _missing(
    keys: ServiceKeys, path: Path, every: Sequence[ServiceKeys], often: Mapping[Path, int]
) -> Iterator[Oddity]:
    """A key that one service lacks: it is misspelt, at another level, or not there."""
    with_it, asked = _with(path, every), often[path[:-1]]
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
    if not is_owned and not _is_right(keys, path, with_it):
        message = f"{dotted_path(path)}: not set; {share} set it"
        node = keys.service.root if len(path) == 1 else keys.entry(path[:-1]).key
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
    further_in = (p for p in places if p[-1] == name and p[:-2] == path[:-1] and len(p) > 1)
    for near in further_in:
        beside = [p[-1] for p in places if p[:-1] == near[:-1]]
        is_moved = often[path[:-1]] >= MANY and all(often[*path[:-1], key] for key in beside)
        if often[near[:-1]] > 1 or is_moved:
            yield near


def _is_misspelt(name: str, known: str) -> bool:
    """Whether a key is another one with a slip, or with an end more or less.

    Of a short word only two letters are swapped.
    """
    if name == known or name.startswith("["):
        return False
    if any(name in words and known in words for words in definition(WELL_KNOWN)["other-spellings"]):
        return True
    short, long = sorted((name, known), key=len)
    if long.startswith(short) and long.removeprefix(short) in _ENDS:
        return len(short) >= _SHORTEST_PLURAL
    if sorted(name) == sorted(known):
        return bool(misspelt_word(name, known, _SWAPPED))
    if min(len(name), len(known)) < SHORTEST:
        return False
    if not (name.isalpha() and known.isalpha()):
        return bool(misspelt_word(name, known))
    return distance(name, known) <= (2 if len(known) >= LONG else 1)


_ENDS = ("s", "Seconds", "age")
"""What keys are written with and without: ``tags``, ``initialDelaySeconds``, ``...Percentage``."""
_SHORTEST_PLURAL = 3
"""How long a word is at least that is one of several: ``tag``, and no ``p`` of ``page``."""
_SWAPPED = 4
"""How long a word with two letters swapped is at least."""


def _alike(entry: Entry, other: Entry) -> bool:
    """Whether two values are of one type."""
    value, wanted = entry.value, other.value
    if value.is_scalar and wanted.is_scalar:
        return type(scalar(value)) is type(scalar(wanted))
    return value.is_mapping == wanted.is_mapping and value.is_scalar == wanted.is_scalar


def _is_for_itself(path: Path, every: Sequence[ServiceKeys]) -> bool:
    """Whether each service has something of its own at a key: no two have the same there."""
    texts = [text for text in (keys.text(path) for keys in every) if isinstance(text, str)]
    return len(texts) > 1 and len(set(texts)) == len(every)


def _is_nothing(path: Path, every: Sequence[ServiceKeys]) -> bool:
    """Whether no service says anything at a key of its values: a template takes nothing for it.

    Go counts them as empty: https://pkg.go.dev/text/template#hdr-Actions
    """
    if any(keys.service.shape != "values" for keys in every):
        return False
    values = (keys.entry(path).value for keys in every)
    return all(is_empty(one) or (one.is_scalar and scalar(one) is False) for one in values)


def _is_right(keys: ServiceKeys, path: Path, with_it: Sequence[ServiceKeys]) -> bool:
    """Whether a service has a reason to lack a key: an item that another needs is its own.

    A key that only other kinds of workloads have may be one that its kind does not take.
    """
    return (
        path[-1].startswith("[")
        or (path in _HEAD and keys.service.shape == "manifests")
        or _kind_of(keys) not in map(_kind_of, with_it)
        or _is_for_itself(path, with_it)
        or _is_nothing(path, with_it)
        or path[-2:-1] == ("selector",)
        or _is_a_variant(keys, path, with_it)
        or _RESTART.fullmatch(path[-1]) is not None
        or _OVERRIDE.fullmatch(path[-1]) is not None
        or is_unread(keys.service, path, (other.service for other in with_it))
    )


def _kind_of(keys: ServiceKeys) -> str:
    """The kind of workload that is written; "" in values."""
    return text_of(child(keys.service.root, "kind")) if keys.service.shape == "manifests" else ""


def _is_a_variant(keys: ServiceKeys, path: Path, with_it: Sequence[ServiceKeys]) -> bool:
    """Whether a key is one of a variant that a service does not have, by the word beside it."""
    for name in VARIANTS:
        beside = (*path[:-1], name)
        if beside in keys.outline.places:
            texts = {other.text(beside) for other in _with(beside, with_it)}
            if keys.text(beside) not in texts:
                return True
    return False


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


_RESTART = regex(r"(?i)(?:.*[^a-z])?(?:force[-_]?)?(?:restart|redeploy)(?:ed)?(?:[-_]?at)?")
"""Keys with a text of no meaning: pods start anew with another one, as by ``kubectl rollout``."""

_OVERRIDE = regex(r"(?:full)?[nN]ameOverride")
"""Keys of a name that takes the place of the one that a chart makes by itself."""

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
    if _is_slip(own[number], most, names, is_sure=len(every) >= MANY):
        yield _odd_text(path, every, number, most)


def _is_slip(text: str, most: str, names: Set[str], *, is_sure: bool = False) -> bool:
    """Whether a text has a word with a slip in it, which is no name of a service."""
    word = misspelt_word(text, most)
    if not word or any(holds_word(word, name) for name in names):
        return False
    return is_sure or is_slip(word, misspelt_word(most, text))
