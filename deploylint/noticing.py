"""What deploylint finds in the files of a set by itself, without comparing anything.

To add something, list its id in ``rules/own.yaml`` and yield it here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from deploylint.documents.nodes import Node
from deploylint.inline import Malformed, inline
from deploylint.ledger import Noticed
from deploylint.listed import Spot, spot_at
from deploylint.messages import rendered
from deploylint.model import Rule, Service
from deploylint.packs import Own
from deploylint.places import place
from deploylint.structure import lone_keys
from deploylint.verdicts import Allowance, Place

Related = tuple[tuple[str, Place, str], ...]


class Inline(NamedTuple):
    """What the comments of a set's files say: allowances that hold, and what is noticed."""

    allowances: tuple[Allowance, ...]
    noticed: tuple[Noticed, ...]


def in_files(services: Iterable[Service], own: Mapping[str, Own]) -> Iterator[Noticed]:
    """Keys that are written twice and keys that look like another one."""
    for service in services:
        for lost, wins in service.duplicates:
            message = f"key {wins.content!r} is written twice; the first one is lost"
            related = (("lost", place(lost, service), str(lost.content)),)
            yield _at(own["duplicate-key"], service, wins, message, related)
        for node, meant in service.near_misses:
            message = f"{node.content!r} is not known; did you mean {meant!r}?"
            yield _at(own["unknown-key"], service, node, message)


def in_structure(
    reference: Service | None, services: Iterable[Service], own: Mapping[str, Own]
) -> Iterator[Noticed]:
    """Keys that no element owns and only one of a service and its reference has.

    Services of two shapes are written in other keys altogether.
    """
    for service in services:
        if reference is None or service is reference or service.shape != reference.shape:
            continue
        for one in lone_keys(reference, service):
            message = f"{one.key} is {SIDES[one.here]}"
            related = (("other-side", one.other, "here it is not" if one.here else "here it is"),)
            yield Noticed(own[STRUCTURE], _spot(service), one.location, one.key, message, related)


STRUCTURE = "same-structure"
SIDES = {True: "set here and not in the reference", False: "set in the reference and not here"}
"""What is said of a key that only one side has, by whether that is the service's."""


def _at(own: Own, service: Service, node: Node, message: str, related: Related = ()) -> Noticed:
    message += rendered(service, node)
    return Noticed(own, _spot(service), place(node, service), str(node.content), message, related)


def _spot(service: Service) -> Spot:
    return spot_at(service, service.main, "")


def in_comments(
    services: Iterable[Service], rules: Sequence[Rule], own: Mapping[str, Own], *, forbidden: bool
) -> Inline:
    """The allowances that are written beside values; none where that is forbidden.

    One in a file that several services have is one.
    """
    by_id = {rule.id: rule for rule in rules}
    allowances, noticed = dict[str, Allowance](), list[Noticed]()
    for service in services:
        for one in inline(service, by_id):
            if isinstance(one, Malformed):
                found = own["malformed-directive"]
                noticed.append(Noticed(found, _spot(service), one.at, one.text, one.message))
            elif forbidden:
                message = "allows nothing here: the configuration forbids it; write it there"
                found = own["forbidden-directive"]
                noticed.append(Noticed(found, _spot(service), one.at, one.rule, message))
            else:
                allowances[one.id] = one
    return Inline(tuple(allowances.values()), tuple(noticed))
