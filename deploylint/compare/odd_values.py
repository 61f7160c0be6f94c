"""Values that differ rightly from service to service, and are a slip where all but one agree.

What a service takes from a shared ConfigMap or Secret is its own, but not the key of one variable
in it. Images have tags of their own, but not where those of one folder are released together. Sizes
differ, but one that differs from an equal size of all others by a unit or a digit is a slip.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from deploylint.compare.majority import GroupVotes
from deploylint.compare.oddities import sibling_groups
from deploylint.compare.oddity import FEW, MANY, ODD_KEY, UNKNOWN_KEY, Oddity
from deploylint.compare.siblings import image_folder
from deploylint.documents.grouping import items_by_key
from deploylint.documents.nodes import Entry, Node, Source, child, entries_of, items_of, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import SHORTEST, NearWords, letters
from deploylint.model.fields import (
    ADDRESSES,
    ELEMENTS,
    IMAGE_NAME,
    IMAGE_TAG,
    PROBES,
    SECRET_VARIABLES,
    VARIABLES,
)
from deploylint.model.format import share_of
from deploylint.model.own_name import with_service
from deploylint.model.service import Service, is_written
from deploylint.model.types import SIZES

UNIT_SLIP = "unit-slip"
MANY_SIZES = 4
"""How many siblings are asked about a size."""
_REFERENCES = ("configMapKeyRef", "secretKeyRef")
"""What a variable may be taken from (EnvVarSource)."""


class WrittenText(Record):
    """What a service has, own names as ``{service}``, and where."""

    service: Service
    node: Node
    text: str


def odd_values(votes: GroupVotes) -> Iterator[Oddity]:
    """The values that single services of a group have otherwise than all that are like them."""
    for services in sibling_groups(votes):
        if len(services) >= MANY_SIZES:
            slips = list(_unit_slips(services))
            nodes = {slip.node for slip in slips}
            yield from (*slips, *(odd for odd in _odd_timings(services) if odd.node not in nodes))
    yield from _odd_tags(votes.services)
    yield from _odd_sources(votes.services)
    yield from _misspelt_variables(votes.services, MANY_SIZES)


def _odd_tags(services: Sequence[Service]) -> Iterator[Oddity]:
    """The one tag that differs from that of all other images in a folder of a registry."""
    by_folder = defaultdict[str, list[WrittenText]](list)
    for service in services:
        tag = service.main.value(IMAGE_TAG)
        if is_written(tag) and tag.node is not None and (folder := image_folder(service.main)):
            by_folder[folder].append(WrittenText(service, tag.node, str(tag.data)))
    for answers in by_folder.values():
        is_same = len({answer.text.removeprefix("v") for answer in answers}) == 1
        for odd, usual, share in _odd_ones(answers, FEW if is_same else MANY):
            if _VERSION.fullmatch(odd.text) and _VERSION.fullmatch(usual.text):
                message = f"{IMAGE_TAG} is {odd.text}; {share} have {usual.text}"
                yield Oddity(odd.service, ODD_KEY, odd.node, message, usual.node)


def _odd_sources(services: Sequence[Service]) -> Iterator[Oddity]:
    """The one variable from another key of an object than in all other services."""
    by_variable = defaultdict[tuple[str, ...], dict[str, WrittenText]](dict)

    @cache  # a file may hold many services
    def has_sources(source: Source) -> bool:
        return "KeyRef" in source.text

    for service in services:
        if not has_sources(service.root.source):
            continue
        for variable, kind, reference in _sources(service.root):
            name, key = child(reference, "name"), child(reference, "key")
            if variable and key is not None and key.is_scalar:
                at, text = (with_service(text_of(n), service.own_names) for n in (name, key))
                answer = WrittenText(service, key, text)
                by_variable[variable, kind, at].setdefault(service.name, answer)
    for (variable, _, at), of_services in by_variable.items():
        for odd, usual, share in _odd_ones(list(of_services.values())):
            message = f"{variable} is taken from {odd.text} of {at}"
            message = f"{message}; {share} take it from {usual.text}"
            yield Oddity(odd.service, ODD_KEY, odd.node, message, usual.node)


def _odd_ones(
    every: Sequence[WrittenText], least: int = MANY
) -> Iterator[tuple[WrittenText, WrittenText, str]]:
    """The one that differs from all others, one of those, and how many they are."""
    ranked = Counter(answer.text for answer in every).most_common(1)
    if len(every) >= least and ranked[0][1] == len(every) - 1:
        odd = next(answer for answer in every if answer.text != ranked[0][0])
        usual = next(answer for answer in every if answer.text == ranked[0][0])
        yield odd, usual, share_of(len(every) - 1, len(every))


_VERSION = regex(r"v?\d+(\.\d+)+\b.*")
"""A tag of a release: commits of one folder differ rightly."""


def _sources(node: Node, variable: str = "") -> Iterator[tuple[str, str, Node]]:
    """The variables below a node that are taken from an object, with its kind and the reference."""
    for key, entry in entries_of(node).items():
        if key in _REFERENCES:
            yield variable, key, entry.value
        else:
            yield from _sources(entry.value, variable if key == "valueFrom" else key)
    for item in items_of(node):
        yield from _sources(item, text_of(child(item, "name")))


def odd_in_environments(services: Sequence[Service]) -> Iterator[Oddity]:
    """What one service has in one of its environments, a letter off what it has in all others."""
    if len(services) >= _ENVIRONMENTS:
        most, what = len(services) - 1, "in all other environments"
        for odd in (*_misspelt_variables(services, most, what), *_with_v(services)):
            if all(fault.node is not odd.node for fault in odd.service.faults):
                yield odd


_ENVIRONMENTS = 3
"""How many environments show that one of them has a slip."""


def _with_v(services: Sequence[Service]) -> Iterator[Oddity]:
    """The one version of an image with a v, or without it where all others have it.

    It is between the others: from the first or the last on all may be called in another way.
    """
    images = defaultdict[str, list[WrittenText]](list)
    for service in services:
        tag, name = (service.main.value(address) for address in (IMAGE_TAG, IMAGE_NAME))
        if tag.node is not None and name.data and _VERSION.fullmatch(str(tag.data)):
            image = with_service(str(name.data), service.own_names)
            images[image].append(WrittenText(service, tag.node, str(tag.data)))
    for tags in images.values():
        by_sign = items_by_key((tag.text.startswith("v"), tag) for tag in tags)
        few, many = sorted((by_sign.get(sign, []) for sign in (True, False)), key=len)
        versions = sorted(_numbers(tag.text) for tag in many)
        if len(few) == 1 < len(many) and versions[0] <= _numbers(few[0].text) <= versions[-1]:
            how = "without" if few[0].text[0] == "v" else "with"
            message = f"{IMAGE_TAG} is {few[0].text}; all others are {how} v, as {many[0].text}"
            yield Oddity(few[0].service, ODD_KEY, few[0].node, message, many[0].node)


def _numbers(version: str) -> list[int]:
    """The first numbers of a version, to put it in order."""
    return [int(number[:_DIGITS]) for number in _NUMBER.findall(version)[:_OF_RELEASES]]


_NUMBER, _OF_RELEASES, _DIGITS = regex(r"[0-9]+"), 3, 9


def _misspelt_variables(services: Sequence[Service], most: int, what: str = "") -> Iterator[Oddity]:
    """The variables that one service alone has, beside one of so many that it lacks by a letter.

    What services need differs rightly, and so do numbers and signs in names.
    """
    variables = [(service, _variables(service)) for service in services]
    often = Counter(name for _, own in variables for name in own)
    usual = {name for name, count in often.items() if count >= most}
    for service, own in variables if usual else ():
        known = NearWords(usual - own.keys())
        reported = {(fault.node.source, fault.node.start) for fault in service.faults}
        for name in own if len(own) > len(usual & own.keys()) else ():
            near = (other for other in known.near(name) if _is_nearly(name, other))
            key = own[name].key
            is_reported = (key.source, key.start) in reported
            if often[name] == 1 and not is_reported and (meant := next(near, "")):
                share = what or f"in {share_of(often[meant], len(services))}"
                other = next(entries[meant] for _, entries in variables if meant in entries)
                message = f"unknown variable {name!r}; did you mean {meant!r}, as {share}?"
                yield Oddity(service, UNKNOWN_KEY, key, message, other.key)


def _variables(service: Service) -> Mapping[str, Entry]:
    """The variables of a service by their names, also those from keys of secrets."""
    every = (service.main.value(each).parts or {} for each in (VARIABLES, SECRET_VARIABLES))
    return {name: entry for parts in every for name, entry in parts.items()}


def _is_nearly(name: str, other: str) -> bool:
    """Whether long names differ by a letter, and not only by a number or a sign."""
    words = [word.translate(_WITHOUT_DIGITS) for word in (name, other)]
    is_long = min(map(len, words)) >= SHORTEST
    return is_long and letters(words[0]) != letters(words[1])


_WITHOUT_DIGITS = dict.fromkeys(map(ord, "0123456789"))


# --- sizes ----------------------------------------------------------------------------------------


def _unit_slips(services: Sequence[Service]) -> Iterator[Oddity]:
    """The sizes that differ by a unit or a digit from an equal size of all other services."""
    for address, kind in ADDRESSES.items():
        if kind not in SIZES:
            continue
        if len({_written_size(service, address) for service in services}) == 1:
            continue
        values = [service.main.value(address) for service in services]
        written = [
            (s, v) for s, v in zip(services, values, strict=True) if is_written(v) and v.node
        ]
        texts = [str(value.data) for _, value in written]
        ranked = Counter(texts).most_common(2)
        if len(texts) < MANY_SIZES or len(ranked) != 2 or ranked[0][1] != len(texts) - 1:
            continue
        (most, _), (odd, _) = ranked
        if _is_slip(odd, most):
            service, value = written[texts.index(odd)]
            other = written[texts.index(most)][1].node
            assert value.node is not None
            assert other is not None
            share = f"{share_of(len(texts) - 1, len(texts))} have {most}"
            message = f"{address} is {odd}; {share}, so a digit or the unit is a slip"
            yield Oddity(service, UNIT_SLIP, value.node, message, other)


def _written_size(service: Service, address: str) -> str:
    size = service.main.values.fields.get(address)
    return "" if size is None else str(size.data)


_SIZE = regex(r"(\d{1,15})([A-Za-z]*)")


def _is_slip(text: str, most: str) -> bool:
    """Whether two sizes have the same digits and other units, or one digit more, less or off."""
    written, expected = _SIZE.fullmatch(text), _SIZE.fullmatch(most)
    if written is None or expected is None:
        return False
    (digits, unit), (wanted, wanted_unit) = written.groups(), expected.groups()
    if unit != wanted_unit:
        return digits == wanted
    is_digit_more = digits == f"{wanted}0" or wanted == f"{digits}0"
    return is_digit_more or (len(wanted) > 1 and abs(int(digits) - int(wanted)) == 1)


# --- timings --------------------------------------------------------------------------------------


def _odd_timings(services: Sequence[Service]) -> Iterator[Oddity]:
    """The one probe that differs in a single timing from one that most write alike.

    Timings differ rightly, but of a probe that was copied all of them or none are changed.
    """
    for timings in _TIMINGS:
        written = [(one, timing) for one in services if (timing := _timing(one, timings))]
        often = Counter(timing for _, timing in written).most_common(1)
        if not often or often[0][1] < max(MANY_SIZES, len(written) / 2):
            continue
        most, count = often[0]
        near = [(one, odd) for one, timing in written if len(odd := _unlike(timing, most)) == 1]
        if len(near) == 1:
            (service, (number,)), address = near[0], timings[near[0][1][0]]
            first = next(one for one, timing in written if timing == most)
            value, other = service.main.value(address), first.main.value(address)
            if is_written(value) and value.node is not None and other.node is not None:
                key = ".".join(value.node.path.keys()[-2:])
                share = f"{share_of(count, len(written))} have {most[number]}"
                message = f"{key} is {value.data}; {share}, and all other timings alike"
                yield Oddity(service, ODD_KEY, value.node, message, other.node)


_TIMINGS = tuple(
    tuple(f"{probe}.{field}" for field, kind in ELEMENTS[probe].fields.items() if kind in SIZES)
    for probe in PROBES
)
"""The timings and counts of each probe."""


def _timing(service: Service, addresses: Sequence[str]) -> tuple[str, ...]:
    """What a service has at some addresses; nothing where one is unknown, or none is written."""
    values = [service.main.value(address) for address in addresses]
    if not any(map(is_written, values)) or any(value.state == "unknown" for value in values):
        return ()
    return tuple(str(value.data) for value in values)


def _unlike(timing: Sequence[str], most: Sequence[str]) -> list[int]:
    """The numbers of the timings that differ."""
    pairs = zip(timing, most, strict=True)
    return [number for number, (written, usual) in enumerate(pairs) if written != usual]
