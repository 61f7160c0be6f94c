"""What a rule file writes under ``must``: a verb, and what it is given.

A verb that is given something else than a pattern has one entry in ``_OPERANDS``.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from deploylint.documents.nodes import Node, child
from deploylint.documents.suggest import hint
from deploylint.model.errors import misread_at
from deploylint.model.paths import expand_selectors
from deploylint.model.patterns import Pattern, read_pattern
from deploylint.model.rule import Verb

PLAIN_VERBS: tuple[Verb, ...] = ("equal", "contain", "agree")
VERBS_WITH_VALUE: tuple[Verb, ...] = ("within", "be", "not-be", "be-among")


def parse_check(must: str | dict[str, object], node: Node) -> tuple[Verb, Pattern | float | None]:
    """The verb of a rule and what it is given. Raises Misread for a demand that is none.

    ``must`` is what stands under that key of ``node``.
    """
    verb = must if isinstance(must, str) else next(iter(must), "")
    allowed = PLAIN_VERBS if isinstance(must, str) else VERBS_WITH_VALUE
    found = next((v for v in allowed if v == verb), None)
    at = child(node, "must") or node
    if found is None or (not isinstance(must, str) and len(must) != 1):
        raise misread_at(
            at, f"unknown operator {verb!r}; {hint(verb, (*PLAIN_VERBS, *VERBS_WITH_VALUE))}"
        )
    if isinstance(must, str):
        return found, None
    try:
        return found, _OPERANDS.get(found, read_pattern)(must[found])
    except ValueError as error:
        raise misread_at(at, str(error)) from None


def _among(selector: object) -> Pattern:
    found = expand_selectors([str(selector)])
    if len(found) != 1:
        raise ValueError(f"be-among takes one address, {selector!r} names {len(found)}")
    return Pattern("among", found[0])


def _ratio(bounds: object) -> float:
    ratio = bounds.get("ratio") if isinstance(bounds, dict) else None
    if not isinstance(ratio, (int, float)) or isinstance(ratio, bool) or ratio < 1:
        raise ValueError("within takes {ratio: N} with N at least 1")
    return float(ratio)


_OPERANDS: Mapping[str, Callable[[object], Pattern | float]] = MappingProxyType(
    {"within": _ratio, "be-among": _among}
)
"""How what a verb is given is read, where it is no pattern."""
