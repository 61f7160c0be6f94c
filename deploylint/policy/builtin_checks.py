"""What deploylint finds in the files of a group by itself, without comparing anything.

To add something that is wrong in one file, make a Fault where it is read (``model.fault``). Of
more than that, list the id in ``rules/own.yaml`` and yield it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.compare.extra_keys import ExtraKeyFinder
from deploylint.config.inline_allowances import Malformed, inline_allowances
from deploylint.documents.nodes import plain
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.fault import MISPLACED
from deploylint.model.finding import Allowance, Location
from deploylint.model.locations import place
from deploylint.model.rule import BuiltinRule, Rule
from deploylint.model.service import ABSENT, Service, Value
from deploylint.policy.messages import rendered

Evidence = tuple[tuple[str, Location, str], ...]
"""What has to do with a difference: its role, where it stands, and a text."""


class Inline(Record):
    """What the comments of a group's files say: allowances, and what is wrong with others."""

    allowances: tuple[Allowance, ...]
    differences: tuple[Difference, ...]


def builtin_difference(
    check: BuiltinRule,
    service: Service,
    location: Location,
    text: str,
    message: str,
    evidence: Evidence = (),
) -> Difference:
    """What a built-in check found at a place of a service, and the text that stands there."""
    at = Position(service, service.main)
    actual = Value("known", text)
    return Difference(
        check.rule,
        "violation",
        at,
        "",
        ABSENT,
        actual,
        message=message,
        location=location,
        evidence=evidence,
    )


def in_files(services: Iterable[Service], own: Mapping[str, BuiltinRule]) -> Iterator[Difference]:
    """What is wrong in the files of each service by itself."""
    for service in services:
        for fault in service.faults:
            check, node = own[fault.check], fault.node
            message = fault.message + rendered(service, node)
            evidence = tuple((role, place(at, service), text) for role, at, text in fault.related)
            text = str(plain(node))
            yield builtin_difference(check, service, place(node, service), text, message, evidence)


def in_structure(
    reference: Service | None,
    services: Iterable[Service],
    own: Mapping[str, BuiltinRule],
    *,
    whole: bool,
) -> Iterator[Difference]:
    """Keys at another depth than the reference's, and those that only one of both has.

    Services of two shapes are written in other keys altogether. The second costs another walk over
    both files, so it is only done for the ``whole``.
    """
    if reference is None:
        return
    finder = ExtraKeyFinder(reference)
    for service in services:
        if service is reference or service.shape != reference.shape:
            continue
        misplaced = set[Location]()
        for key in finder.misplaced(service):
            misplaced |= {key.location, key.other}
            message = f"{key.key} is {key.wanted} in the reference; indent it as there"
            evidence = (("other-side", key.other, "set here"),)
            yield builtin_difference(
                own[MISPLACED], service, key.location, key.key, message, evidence
            )
        for one in finder.find(service) if whole else ():
            if {one.location, one.other} & misplaced:
                continue
            message = f"{one.key} is {SIDES[one.here]}"
            other = "not set here" if one.here else "set here"
            evidence = (("other-side", one.other, other),)
            yield builtin_difference(
                own[STRUCTURE], service, one.location, one.key, message, evidence
            )


STRUCTURE = "same-structure"
SIDES = {True: "set here and not in the reference", False: "set in the reference and not here"}
"""What is said of a key that only one side has, by whether that is the service's."""


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
    allowances, differences = dict[str, Allowance](), list[Difference]()
    for service in services:
        for one in inline_allowances(service, by_id):
            if isinstance(one, Malformed):
                check = own["malformed-directive"]
                differences.append(
                    builtin_difference(check, service, one.at, one.text, one.message)
                )
            elif forbidden:
                message = "not allowed in comments (ignored); write it in the configuration"
                check = own["forbidden-directive"]
                differences.append(builtin_difference(check, service, one.at, one.rule, message))
            else:
                allowances[one.id] = one
    return Inline(tuple(allowances.values()), tuple(differences))
