"""Built-in checks: what the files of a group show without a comparison of values.

To add a check of one file, make a Fault where the file is read (``model.fault``). To add another
one, list its id in ``rules/own.yaml`` and yield its differences here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from deploylint.compare.extra_keys import ExtraKeyFinder
from deploylint.config.inline_allowances import Malformed, inline_allowances
from deploylint.documents.nodes import plain
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.finding import Allowance, Location
from deploylint.model.locations import place
from deploylint.model.rule import BuiltinRule, Rule
from deploylint.model.service import ABSENT, Service, Value
from deploylint.policy.messages import rendered

Evidence = tuple[tuple[str, Location, str], ...]
"""Other places of a difference: the role of each, where it is, and a text."""

Checks = Mapping[str, BuiltinRule]


class Inline(Record):
    """The allowances in the comments of a group's files, and the differences of invalid ones."""

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
    """The difference of a built-in check at a place of a service, and the text at that place."""
    return Difference(
        check.rule,
        "violation",
        Position(service, service.main),
        "",
        ABSENT,
        Value("known", text),
        message=message,
        location=location,
        evidence=evidence,
    )


def in_files(services: Iterable[Service], checks: Checks) -> Iterator[Difference]:
    """The faults in the files of each service."""
    for service in services:
        for fault in service.faults:
            node, text = fault.node, str(plain(fault.node))
            message = fault.message + rendered(service, node)
            evidence = tuple((role, place(at, service), note) for role, at, note in fault.related)
            check = checks[fault.check]
            yield builtin_difference(check, service, place(node, service), text, message, evidence)


def in_structure(
    reference: Service | None, services: Iterable[Service], checks: Checks
) -> Iterator[Difference]:
    """Keys that no element owns and only one of a service and its reference has.

    Services of two shapes have other keys altogether.
    """
    if reference is None:
        return
    finder, check = ExtraKeyFinder(reference), checks[STRUCTURE]
    for service in services:
        if service is reference or service.shape != reference.shape:
            continue
        for key in finder.find(service):
            here, other = _SIDES[key.here]
            evidence = (("other-side", key.other, other),)
            message = f"{key.key} is {here}"
            yield builtin_difference(check, service, key.location, key.key, message, evidence)


STRUCTURE = "same-structure"
_SIDES = {
    True: ("set here and not in the reference", "not set here"),
    False: ("set in the reference and not here", "set here"),
}
"""The message about a key of one side and the text of its other place, by whether it is here."""


def in_comments(
    services: Iterable[Service], rules: Sequence[Rule], checks: Checks, *, forbidden: bool
) -> Inline:
    """The allowances that are written beside values; none where that is forbidden.

    An allowance in a file of several services is one.
    """
    by_id = {rule.id: rule for rule in rules}
    allowances, differences = dict[str, Allowance](), list[Difference]()
    for service in services:
        for directive in inline_allowances(service, by_id):
            if isinstance(directive, Malformed):
                name, text, message = "malformed-directive", directive.text, directive.message
            elif forbidden:
                name, text, message = "forbidden-directive", directive.rule, _FORBIDDEN
            else:
                allowances[directive.id] = directive
                continue
            at = directive.at
            differences.append(builtin_difference(checks[name], service, at, text, message))
    return Inline(tuple(allowances.values()), tuple(differences))


_FORBIDDEN = "not allowed in comments (ignored); write it in the configuration"
