"""The operator of a rule and its operand, as they are written under ``must``."""

from deploylint.documents.nodes import Node
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_key
from deploylint.model.paths import expand_selectors
from deploylint.model.patterns import Pattern, read_pattern
from deploylint.model.rule import Operator

PLAIN_OPERATORS: tuple[Operator, ...] = ("equal", "contain", "agree")
OPERATORS_WITH_VALUE: tuple[Operator, ...] = ("within", "be", "not-be", "be-among")


def parse_check(
    must: str | dict[str, object], node: Node
) -> tuple[Operator, Pattern | None, float]:
    """The operator under ``must`` of a node, its pattern and its ratio.

    Raises Misread for an unknown operator and for an operand that it does not take.
    """
    is_plain = isinstance(must, str)
    written = must if isinstance(must, str) else next(iter(must), "")
    choices = PLAIN_OPERATORS if is_plain else OPERATORS_WITH_VALUE
    operator = next((name for name in choices if name == written), None)
    if operator is None or (not is_plain and len(must) != 1):
        known = (*PLAIN_OPERATORS, *OPERATORS_WITH_VALUE)
        raise misread_key(node, "must", f"unknown operator {written!r}; {hint(written, known)}")
    if isinstance(must, str):
        return operator, None, 1.0
    try:
        if operator == "within":
            return operator, None, _ratio(must[operator])
        read = _among if operator == "be-among" else read_pattern
        return operator, read(must[operator]), 1.0
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
