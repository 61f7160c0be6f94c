"""Reports where the reference differs from nearly all its peers.

A mistake in the reference would otherwise spread to all of them. It is one warning at the
reference's place, and what the same rule finds there in the peers that agree is left out. A
reference that only demands more (a probe that no peer has) is right, as are sizes, timings, ports
and allowed differences. With the warning allowed the peers are compared with the reference again.
"""

from __future__ import annotations

from collections.abc import Mapping

from deploylint.compare.operators import Operand, normal
from deploylint.compare.outlier_vote import OutlierVote
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES
from deploylint.model.paths import parents
from deploylint.model.rule import Rule
from deploylint.model.types import WORD, Normal
from deploylint.policy.allowance_index import AllowanceIndex
from deploylint.policy.judgement import Judged, Judgement, findings_for

OUTLIER = "reference-outlier"


def report_outliers(
    group: str,
    vote: OutlierVote,
    judgement: Judgement,
    index: AllowanceIndex,
    check: Rule,
) -> list[Judged]:
    """The results of a comparison, with a finding where the reference is the outlier."""
    outliers = vote.differences(judgement.accepted)
    findings = findings_for(group, [_of_check(outlier, check) for outlier in outliers], index)
    expected = {
        (outlier.rule.id, outlier.address): _form(outlier, expected=True)
        for outlier, finding in zip(outliers, findings, strict=True)
        if finding.status == "violation"
    }
    if not expected:
        return [*findings, *judgement.results()]
    return [*findings, *judgement.results(lambda difference: _is_agreed(difference, expected))]


def _of_check(difference: Difference, check: Rule) -> Difference:
    rule = difference.rule._replace(id=check.id, severity=check.severity, why=check.why)
    return difference._replace(rule=rule)


def _is_agreed(difference: Difference, expected: Mapping[tuple[str, str], Normal]) -> bool:
    """Whether a difference is that the reference lacks a value, or has another one."""
    rule, address = difference.rule.id, difference.address
    lacks = difference.expected.state != "known"
    if lacks and any((rule, level) in expected for level in parents(address)):
        return True
    at = rule, address
    return at in expected and expected[at] == _form(difference, expected=False)


def _form(difference: Difference, *, expected: bool) -> Normal:
    """The normal form of one side; equal values have equal forms."""
    value = difference.expected if expected else difference.actual
    if value.state != "known":
        return None
    kind = ADDRESSES.get(difference.address, WORD)
    names = () if expected else difference.at.service.own_names
    try:
        return normal(kind, Operand(value, names))
    except ValueError:
        return str(value.data)
