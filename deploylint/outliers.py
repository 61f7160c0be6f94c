"""Where the reference is the odd one: nearly all its peers agree on something else.

A mistake in the reference would otherwise spread to all of them by decree. It is told once, as a
warning at the reference's place, and what the same rule says there of the peers that agree is left
out. Nobody is odd for demanding more (a reference with a probe that no peer has is right), in a
size, timing or port, or where a difference is agreed on. Whoever allows the warning says that the
reference is right: the peers are judged by it again.
"""

from collections.abc import Iterable, Mapping, Sequence

from deploylint import ledger
from deploylint.addresses import parents
from deploylint.comparison import Comparison
from deploylint.elements import ADDRESSES
from deploylint.ledger import Book
from deploylint.model import Difference, Rule, Service
from deploylint.packs import Own
from deploylint.sets import Set
from deploylint.types import WORD, Normal
from deploylint.verbs import Side, normal
from deploylint.verdicts import Finding
from deploylint.voting import odd_ones

OUTLIER = "reference-outlier"


def told_of_reference(
    one: Set,
    reference: Service,
    rules: Sequence[Rule],
    comparison: Comparison,
    book: Book,
    own: Own,
) -> list[Finding]:
    """The findings of a comparison with a reference, those where it is the odd one told of it."""
    findings = ledger.judge(one.name, comparison.differences, book)
    paired = [rule for rule in rules if rule.scope == "reference"]
    agreed = {finding.address for finding in findings if finding.status == "allowed"}
    odd = odd_ones(one.services, reference, paired, agreed)
    told = ledger.judge(one.name, [_as_own(difference, own) for difference in odd], book)
    standing = [d for d, finding in zip(odd, told, strict=True) if finding.status == "violation"]
    return told + _without(findings, comparison.differences, standing)


def _as_own(difference: Difference, own: Own) -> Difference:
    rule = difference.rule._replace(id=own.id, severity=own.severity, why=own.why)
    return difference._replace(rule=rule)


def _without(
    findings: Sequence[Finding], differences: Iterable[Difference], odd: Iterable[Difference]
) -> list[Finding]:
    """The findings but those of peers that agree where the reference is the odd one."""
    agreed = {(one.rule.id, one.address): _form(one, expected=True) for one in odd}
    return [
        finding
        for finding, one in zip(findings, differences, strict=True)
        if finding.status != "violation" or not _is_agreed(one, agreed)
    ]


def _is_agreed(one: Difference, agreed: Mapping[tuple[str, str], Normal]) -> bool:
    """Whether a difference is that the reference lacks something, or has another value."""
    if one.expected.state != "known" and any(
        (one.rule.id, level) in agreed for level in parents(one.address)
    ):
        return True
    place = one.rule.id, one.address
    return place in agreed and agreed[place] == _form(one, expected=False)


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
