"""Where the reference is the odd one: nearly all its peers agree on something else.

A mistake in the reference would otherwise spread to all of them by decree. It is told once, as a
warning at the reference's place, and what the same rule says there of the peers that agree is left
out. Nobody is odd for demanding more (a reference with a probe that no peer has is right), in a
size, timing or port, or where a difference is agreed on. Whoever allows the warning says that the
reference is right: the peers are judged by it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from deploylint.compare.majority import OutlierVote
from deploylint.compare.operators import Operand, normal
from deploylint.config.rules import BuiltinRule
from deploylint.engine.load import DeploymentGroup
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES
from deploylint.model.finding import Finding
from deploylint.model.paths import parents
from deploylint.model.types import WORD, Normal
from deploylint.policy import verdict
from deploylint.policy.verdict import AllowanceIndex

OUTLIER = "reference-outlier"


class Told(NamedTuple):
    """A finding of a comparison, and what is there as two places say the same."""

    finding: Finding
    form: Normal


def told(differences: Sequence[Difference], group: str, book: AllowanceIndex) -> list[Told]:
    """A finding for each difference of one group, with what is there."""
    found = verdict.findings_for(group, differences, book)
    return [
        Told(finding, _form(one, expected=False) if finding.status == "violation" else None)
        for finding, one in zip(found, differences, strict=True)
    ]


def told_of_reference(
    one: DeploymentGroup,
    peers: OutlierVote,
    found: Sequence[Told],
    book: AllowanceIndex,
    own: BuiltinRule,
) -> list[Finding]:
    """The findings of a comparison with a reference, those where it is the odd one told of it."""
    agreed = {finding.address for finding, _ in found if finding.status == "allowed"}
    odd = peers.differences(agreed)
    of_it = verdict.findings_for(one.name, [_as_own(difference, own) for difference in odd], book)
    standing = [d for d, finding in zip(odd, of_it, strict=True) if finding.status == "violation"]
    return of_it + _without(found, standing)


def _as_own(difference: Difference, own: BuiltinRule) -> Difference:
    rule = difference.rule._replace(id=own.id, severity=own.severity, why=own.why)
    return difference._replace(rule=rule)


def _without(found: Iterable[Told], odd: Iterable[Difference]) -> list[Finding]:
    """The findings but those of peers that agree where the reference is the odd one."""
    agreed = {(one.rule.id, one.address): _form(one, expected=True) for one in odd}
    return [
        one.finding
        for one in found
        if one.finding.status != "violation" or not _is_agreed(one, agreed)
    ]


def _is_agreed(one: Told, agreed: Mapping[tuple[str, str], Normal]) -> bool:
    """Whether a finding is that the reference lacks something, or has another value."""
    rule, address = one.finding.rule, one.finding.address
    if one.finding.expected_state != "known" and any(
        (rule, level) in agreed for level in parents(address)
    ):
        return True
    return (rule, address) in agreed and agreed[rule, address] == one.form


def _form(difference: Difference, *, expected: bool) -> Normal:
    """What one side says, as two places say the same."""
    value = difference.expected if expected else difference.actual
    if value.state != "known":
        return None
    kind = ADDRESSES.get(difference.address, WORD)
    names = () if expected else difference.at.service.own_names
    try:
        return normal(kind, Operand(value, names))
    except ValueError:
        return str(value.data)
