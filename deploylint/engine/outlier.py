"""Where the reference is the odd one: nearly all its peers agree on something else.

A mistake in the reference would otherwise spread to all of them by decree. It is told once, as a
warning at the reference's place, and what the same rule says there of the peers that agree is left
out. Nobody is odd for demanding more (a reference with a probe that no peer has is right), in a
size, timing or port, or where a difference is agreed on. Whoever allows the warning says that the
reference is right: the peers are judged by it again.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploylint.compare.majority import OutlierVote
from deploylint.compare.operators import Operand, normal
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES
from deploylint.model.paths import parents
from deploylint.model.rule import BuiltinRule
from deploylint.model.types import WORD, Normal
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.findings import findings_for
from deploylint.policy.judgement import Judged, Judgement

OUTLIER = "reference-outlier"


def report_outliers(
    group: str,
    vote: OutlierVote,
    judgement: Judgement,
    index: AllowanceIndex,
    check: BuiltinRule,
) -> list[Judged]:
    """What becomes of a comparison, the reference told of where it is the odd one."""
    odd = vote.differences(judgement.accepted)
    findings = findings_for(group, [_as_own(one, check) for one in odd], index)
    expected = {
        (one.rule.id, one.address): _form(one, expected=True)
        for one, finding in zip(odd, findings, strict=True)
        if finding.status == "violation"
    }
    if not expected:
        return [*findings, *judgement.results()]
    return [*findings, *judgement.results(lambda one: _is_agreed(one, expected))]


def _as_own(difference: Difference, check: BuiltinRule) -> Difference:
    rule = difference.rule._replace(id=check.id, severity=check.severity, why=check.why)
    return difference._replace(rule=rule)


def _is_agreed(difference: Difference, expected: Mapping[tuple[str, str], Normal]) -> bool:
    """Whether a difference is that the reference lacks something, or has another value."""
    rule, address = difference.rule.id, difference.address
    if difference.expected.state != "known" and any(
        (rule, level) in expected for level in parents(address)
    ):
        return True
    if (rule, address) not in expected:
        return False
    return expected[rule, address] == _form(difference, expected=False)


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
