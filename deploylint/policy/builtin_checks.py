"""Built-in checks: what the files of a group show without a comparison of values.

To add a check of one file, make a Fault where the file is read (``model.fault``). To add another
one, list its id in ``rules/own.yaml`` and yield its differences here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from deploylint.compare.extra_keys import ExtraKeyFinder
from deploylint.config.inline_allowances import Malformed, inline_allowances
from deploylint.documents.nodes import plain
from deploylint.documents.record import Record
from deploylint.model.difference import Difference, Position
from deploylint.model.fault import MISPLACED, UNKNOWN_KEY
from deploylint.model.finding import Allowance, Finding, Location
from deploylint.model.locations import place
from deploylint.model.rule import Rule
from deploylint.model.service import ABSENT, Service, Value
from deploylint.model.types import Plain
from deploylint.policy.judgement import Judged

if TYPE_CHECKING:
    from deploylint.compare.majority import GroupVotes
    from deploylint.compare.oddity import Oddity

Related = tuple[tuple[str, Location, str], ...]
"""Other places of a difference: the role of each, where it is, and a text."""

Checks = Mapping[str, Rule]


class Inline(Record):
    """The allowances in the comments of a group's files, and the differences of invalid ones."""

    allowances: tuple[Allowance, ...]
    differences: tuple[Difference, ...]


def builtin_difference(
    check: Rule,
    service: Service,
    location: Location,
    data: Plain,
    message: str,
    evidence: Related = (),
    *,
    is_known: bool = True,
    may_be_own: bool = False,
) -> Difference:
    """The difference of a built-in check at a place of a service, and the data there."""
    return Difference(
        check,
        "violation" if is_known else "unknown",
        Position(service, service.main),
        "",
        ABSENT,
        Value("known", data),
        message=message,
        location=location,
        evidence=evidence,
        may_be_own=may_be_own,
    )


def in_files(
    services: Iterable[Service], checks: Checks, structure: Sequence[Difference]
) -> Iterator[Difference]:
    """The faults in the files of each service, without those in ``structure``."""
    better = {(one.rule.id, one.at.service.name, one.location) for one in structure}
    for service in services:
        for fault in service.faults:
            if better and (fault.check, service.name, place(fault.node, service)) in better:
                continue
            from deploylint.policy.messages import template_note  # few files have faults

            node = fault.node
            data = str(node.content) if node.row < 0 else plain(node)  # a key is its text
            note = template_note(service, node)
            yield builtin_difference(
                checks[fault.check],
                service,
                place(node, service),
                data,
                fault.message + note,
                tuple((role, place(at, service), text) for role, at, text in fault.related),
                is_known=fault.is_known,
                may_be_own=fault.may_be_own and not (note and fault.meant),
            )


def without_own_keys(groups: Sequence[Sequence[Judged]]) -> Iterator[list[Judged]]:
    """The findings of groups, without keys that look like known ones and that many services have.

    A slip is in one file; what many files have is a key of their chart. So is a known key at
    another place (``resources.replicas``).
    """
    every = (one for findings in groups for one in findings if isinstance(one, Finding))
    keys = [finding for finding in every if finding.may_be_own]
    services = defaultdict[str, set[tuple[str, str]]](set)
    for key in keys:
        services[key.message].add((key.group, key.service))
    own = {id(key) for key in keys if len(services[key.message]) >= OWN}
    for findings in groups:
        yield [one for one in findings if id(one) not in own]


OWN = 3
"""So many services have a key that is their own."""


def in_structure(
    reference: Service | None, services: Iterable[Service], checks: Checks, *, whole: bool
) -> Iterator[Difference]:
    """Keys at another depth than the reference's, misspelt ones, and those of one side alone.

    Services of two shapes have other keys altogether. The second costs another walk over both
    files, so it is only done for the ``whole``.
    """
    if reference is None:
        return
    finder = ExtraKeyFinder(reference)
    for service in services:
        if service is reference or service.shape != reference.shape:
            continue
        wrong = set[Location]()
        for keys, check, advice in (
            (finder.misplaced(service), checks[MISPLACED], "indent it as there"),
            (finder.misspelt(service), checks[UNKNOWN_KEY], "write it as there"),
            (finder.without_list(service), checks["wrong-type"], "write it as there"),
        ):
            for key in sorted(keys, key=lambda key: len(key.key)):
                if key.location in wrong:  # a manifest has it in its file and in its workload
                    continue
                wrong |= {key.location, key.other}
                message = f"{key.key} is {key.wanted} in the reference; {advice}"
                evidence = (("other-side", key.other, "set here"),)
                yield builtin_difference(check, service, key.location, key.key, message, evidence)
        for extra in finder.find(service) if whole else ():
            if {extra.location, extra.other} & wrong:
                continue
            here, other = _SIDES[extra.here]
            evidence = (("other-side", extra.other, other),)
            message, check = f"{extra.key} is {here}", checks[STRUCTURE]
            yield builtin_difference(check, service, extra.location, extra.key, message, evidence)
        service.forget_nodes()  # keys were looked at that nothing else asks for


def among_services(
    reference: Service | None, services: Sequence[Service], votes: GroupVotes | None, checks: Checks
) -> Iterator[Difference]:
    """What single services write another way than all their siblings, or than the reference."""
    odd = _odd_beside(reference, services) if votes is None else _odd_among(votes)
    return odd_differences(odd, checks)


def odd_differences(oddities: Iterable[Oddity], checks: Checks) -> Iterator[Difference]:
    """The differences of what is written another way."""
    for odd in oddities:
        at, other = place(odd.node, odd.service), place(odd.other, odd.service)
        evidence = (("other-side", other._replace(file=odd.other.source.file), "set here"),)
        data = odd.message
        yield builtin_difference(checks[odd.check], odd.service, at, data, odd.message, evidence)


def _odd_beside(reference: Service | None, services: Sequence[Service]) -> Iterator[Oddity]:
    """What services have a letter off what the reference has."""
    if reference is not None:
        from deploylint.compare.misspelt_texts import misspelt_texts
        from deploylint.compare.odd_names import misspelt_beside  # few runs compare nothing
        from deploylint.compare.oddity import FEW

        texts = [*misspelt_texts(reference, services)]
        if len(services) >= FEW:  # two show nothing that all others have
            from deploylint.compare.foreign_names import foreign_names

            texts += foreign_names(services)
        yield from (*texts, *_elsewhere(misspelt_beside(reference, services), texts))


def _odd_among(votes: GroupVotes) -> Iterator[Oddity]:
    """What single services write another way than all their siblings, without a reference."""
    from deploylint.compare.foreign_names import foreign_names
    from deploylint.compare.odd_names import misspelt_names  # few runs have no reference
    from deploylint.compare.odd_ports import odd_ports
    from deploylint.compare.odd_values import odd_values
    from deploylint.compare.oddities import oddities, sibling_groups
    from deploylint.compare.partial_readiness import partial_readiness

    odd = [*oddities(votes), *odd_values(votes), *partial_readiness(votes)]
    copied = (
        each
        for siblings in sibling_groups(votes)
        for each in (*foreign_names(siblings), *odd_ports(siblings))
    )
    odd += list(_elsewhere(copied, odd))
    yield from (*odd, *_elsewhere(misspelt_names(votes.services), odd))


def _elsewhere(names: Iterable[Oddity], known: Iterable[Oddity]) -> Iterator[Oddity]:
    """Misspelt names at other places than what is known."""
    nodes = {odd.node for odd in known}
    return (name for name in names if name.node not in nodes)


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
