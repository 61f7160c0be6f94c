"""What deploylint finds in the files of a set by itself, without comparing anything.

To add something, list its id in ``rules/own.yaml`` and yield it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.compare.extra_keys import extra_keys
from deploylint.config.inline_allowances import Malformed, inline_allowances
from deploylint.config.rules import BuiltinRule
from deploylint.documents.nodes import Node
from deploylint.documents.record import Record
from deploylint.model.finding import Allowance, Location
from deploylint.model.locations import place
from deploylint.model.rule import Rule
from deploylint.model.scope import main_scope
from deploylint.model.service import Service
from deploylint.policy.messages import rendered
from deploylint.policy.verdict import Noticed

Related = tuple[tuple[str, Location, str], ...]


class Inline(Record):
    """What the comments of a set's files say: allowances that hold, and what is noticed."""

    allowances: tuple[Allowance, ...]
    noticed: tuple[Noticed, ...]


def in_files(services: Iterable[Service], own: Mapping[str, BuiltinRule]) -> Iterator[Noticed]:
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
    reference: Service | None, services: Iterable[Service], own: Mapping[str, BuiltinRule]
) -> Iterator[Noticed]:
    """Keys that no element owns and only one of a service and its reference has.

    Services of two shapes are written in other keys altogether.
    """
    for service in services:
        if reference is None or service is reference or service.shape != reference.shape:
            continue
        for one in extra_keys(reference, service):
            message = f"{one.key} is {SIDES[one.here]}"
            related = (("other-side", one.other, "here it is not" if one.here else "here it is"),)
            yield Noticed(
                own[STRUCTURE], main_scope(service), one.location, one.key, message, related
            )


STRUCTURE = "same-structure"
SIDES = {True: "set here and not in the reference", False: "set in the reference and not here"}
"""What is said of a key that only one side has, by whether that is the service's."""


def _at(
    own: BuiltinRule, service: Service, node: Node, message: str, related: Related = ()
) -> Noticed:
    message += rendered(service, node)
    return Noticed(
        own, main_scope(service), place(node, service), str(node.content), message, related
    )


def in_comments(
    services: Iterable[Service],
    rules: Sequence[Rule],
    own: Mapping[str, BuiltinRule],
    *,
    forbidden: bool,
) -> Inline:
    """The allowances that are written beside values; none where that is forbidden.

    One in a file that several services have is one.
    """
    by_id = {rule.id: rule for rule in rules}
    allowances, noticed = dict[str, Allowance](), list[Noticed]()
    for service in services:
        for one in inline_allowances(service, by_id):
            if isinstance(one, Malformed):
                found = own["malformed-directive"]
                noticed.append(Noticed(found, main_scope(service), one.at, one.text, one.message))
            elif forbidden:
                message = "allows nothing here: the configuration forbids it; write it there"
                found = own["forbidden-directive"]
                noticed.append(Noticed(found, main_scope(service), one.at, one.rule, message))
            else:
                allowances[one.id] = one
    return Inline(tuple(allowances.values()), tuple(noticed))
