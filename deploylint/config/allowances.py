"""The state of an allowance on a day, and whether it allows anything.

``allowance_entries`` reads those of files, ``inline_allowances`` those of comments.
"""

from collections.abc import Sequence

from deploylint.documents.regex import regex
from deploylint.model.fields import ADDRESSES
from deploylint.model.finding import Allowance, Validity
from deploylint.model.paths import name_in
from deploylint.model.patterns import Pattern
from deploylint.model.secrets import hides, redact
from deploylint.model.types import TREE

SOON = 30
"""How many days before its last one an allowance is reported as expiring."""


def redact_pattern(pattern: Pattern, addresses: Sequence[str]) -> Pattern:
    """A pattern without the secrets in it, as findings show them: that is how they are pinned."""
    if pattern.operator == "state":  # present and absent are no secrets
        return pattern
    name = name_in(addresses[0]) if len(addresses) == 1 else ""
    return pattern._replace(operand=redact(name, pattern.operand))


_DATE = regex(r"\d{4}-\d\d-\d\d")


def is_date(text: str) -> bool:
    """Whether a text is a day as ``YYYY-MM-DD``."""
    from datetime import date  # 2 ms that only a run with dates needs

    try:
        return _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def allowance_state(allowance: Allowance, today: str) -> Validity:
    """Whether an allowance holds on a day, given as ``YYYY-MM-DD``, and for how long still.

    The only clock: every format and command asks here.
    """
    if not allowance.until:
        return "active"
    left = days_left(allowance, today)
    return "expired" if left < 0 else "expiring" if left <= SOON else "active"


def days_left(allowance: Allowance, today: str) -> int:
    """How many days an allowance holds after today; negative when its last day is over."""
    from datetime import date

    return (date.fromisoformat(allowance.until) - date.fromisoformat(today)).days


def is_same(expected: Pattern, actual: Pattern, addresses: tuple[str, ...]) -> bool:
    """Whether two patterns pin one value, however it is written, at every address.

    One text may be two values where a service's own name counts: the reference's, left over; and
    where it hides two secrets.
    """
    if expected.operator != actual.operator or hides(expected.operand):
        return False
    if expected.operator != "is":
        return expected.operand == actual.operand
    kinds = [ADDRESSES.get(address, TREE) for address in addresses]
    return not any(kind.own_names for kind in kinds) and all(
        expected.matches(kind, True, actual.operand) for kind in kinds
    )
