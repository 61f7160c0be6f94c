"""Where the reference is the odd one: nearly all its peers agree on something else.

A mistake in the reference would otherwise spread to all of them by decree. It is told once, as a
warning at the reference's place, and what the same rule says there of the peers that agree is left
out. Nobody is odd for demanding more (a reference with a probe that no peer has is right), in a
size, timing or port, or where a difference is agreed on. Whoever allows the warning says that the
reference is right: the peers are judged by it again.
"""

from collections.abc import Mapping, Sequence

from deploylint.compare.majority import odd_ones
from deploylint.compare.operators import Side, normal
from deploylint.config.rules import BuiltinRule
from deploylint.engine.load import DeploymentGroup
from deploylint.model.difference import Difference
from deploylint.model.fields import ADDRESSES
from deploylint.model.finding import Finding
from deploylint.model.paths import parents
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.model.types import WORD, Normal
from deploylint.policy import verdict
from deploylint.policy.verdict import AllowanceIndex

OUTLIER = "reference-outlier"


def report_outliers(
    group: DeploymentGroup,
    reference: Service,
    rules: Sequence[Rule],
    differences: Sequence[Difference],
    findings: Sequence[Finding],
    index: AllowanceIndex,
    own: BuiltinRule,
) -> list[Finding]:
    """The findings of a comparison, those where the reference is the odd one told of it.

    ``findings`` are those of the ``differences``, in their order.
    ``rules`` are those about a reference.
    """
    agreed = {finding.address for finding in findings if finding.status == "allowed"}
    odd = odd_ones(reference, rules, group.services, agreed)
    of_it = verdict.findings_for(group.name, [_as_own(one, own) for one in odd], index)
    expected = {
        (one.rule.id, one.address): _form(one, expected=True)
        for one, finding in zip(odd, of_it, strict=True)
        if finding.status == "violation"
    }
    return of_it + [
        finding
        for difference, finding in zip(differences, findings, strict=True)
        if finding.status != "violation" or not _is_agreed(difference, finding, expected)
    ]


def _as_own(difference: Difference, own: BuiltinRule) -> Difference:
    rule = difference.rule._replace(id=own.id, severity=own.severity, why=own.why)
    return difference._replace(rule=rule)


def _is_agreed(
    difference: Difference, finding: Finding, expected: Mapping[tuple[str, str], Normal]
) -> bool:
    """Whether a finding is that the reference lacks something, or has another value."""
    rule, address = finding.rule, finding.address
    if finding.expected_state != "known" and any(
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
        return normal(kind, Side(value, names))
    except ValueError:
        return str(value.data)
