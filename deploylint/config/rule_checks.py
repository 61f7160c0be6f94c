"""The operator of a rule and its operand, as they are written under ``must``.

An operator with another operand than a pattern has one entry in ``_OPERANDS``.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from deploylint.documents.nodes import Node
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_key
from deploylint.model.paths import expand_selectors
from deploylint.model.patterns import Pattern, read_pattern
from deploylint.model.rule import Verb

PLAIN_VERBS: tuple[Verb, ...] = ("equal", "contain", "agree")
VERBS_WITH_VALUE: tuple[Verb, ...] = ("within", "be", "not-be", "be-among")


def parse_check(must: str | dict[str, object], node: Node) -> tuple[Verb, Pattern | float | None]:
    """The operator and the operand under ``must`` of a node.

    Raises Misread for an unknown operator and for an operand that it does not take.
    """
    is_plain = isinstance(must, str)
    written = must if isinstance(must, str) else next(iter(must), "")
    verb = next((v for v in (PLAIN_VERBS if is_plain else VERBS_WITH_VALUE) if v == written), None)
    if verb is None or (not is_plain and len(must) != 1):
        known = (*PLAIN_VERBS, *VERBS_WITH_VALUE)
        raise misread_key(node, "must", f"unknown operator {written!r}; {hint(written, known)}")
    if isinstance(must, str):
        return verb, None
    try:
        return verb, _OPERANDS.get(verb, read_pattern)(must[verb])
    except ValueError as error:
        raise misread_key(node, "must", str(error)) from None


def _among(selector: object) -> Pattern:
    addresses = expand_selectors([str(selector)])
    if len(addresses) != 1:
        raise ValueError(f"be-among takes one address, {selector!r} names {len(addresses)}")
    return Pattern("among", addresses[0])


def _ratio(bounds: object) -> float:
    ratio = bounds.get("ratio") if isinstance(bounds, dict) else None
    if not isinstance(ratio, (int, float)) or isinstance(ratio, bool) or ratio < 1:
        raise ValueError("within takes {ratio: N} with N at least 1")
    return float(ratio)


_OPERANDS: Mapping[str, Callable[[object], Pattern | float]] = MappingProxyType(
    {"within": _ratio, "be-among": _among}
)
"""The readers of operands that are not patterns."""
