"""What policy decides about a difference, as frozen data: location, allowance, finding.

Nothing here reads, decides or prints; ``policy`` decides and the reports print.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from deploylint.documents.record import Record
from deploylint.model.fields import element_of
from deploylint.model.patterns import Pattern
from deploylint.model.rule import Severity
from deploylint.model.service import Role
from deploylint.model.service import State as ValueState
from deploylint.model.types import Plain

Status = Literal["violation", "allowed", "unknown"]
Validity = Literal["active", "expiring", "expired"]
AllowanceState = Literal["active", "expiring", "expired", "missed", "unused", "untried"]
"""The state of an allowance in a run.

It is missed where a violation names it, because a value changed. It is untried where nothing in its
scope was compared.
"""

AllowanceOrigin = Literal["shipped", "configured", "inline"]


class Location(Record):
    """A location: file, dotted key, 1-based line and column, exclusive end."""

    file: str
    key: str
    line: int
    column: int
    end_line: int
    end_column: int


MISSPELT = "misspelt"
"""The role of the place of a misspelt key, in a finding about what is missing for it."""

WAITING = "TODO"
"""How a reason begins that is still to be written."""


class Allowance(Record):
    """One allowed deviation, pinned to its two values and explained.

    ``rule`` is the rule it lifts. ``service`` is a name or glob, ``group``, ``runtime``, ``role``,
    ``component`` and ``environment`` narrow it further; "" means any. ``addresses`` are the
    addresses it covers, none where its rule has none. ``until`` is the last day it holds, as
    ``YYYY-MM-DD`` in UTC, "" without end. ``at`` is where it is written; an ``inline`` one is about
    ``line`` of that file alone.
    """

    id: str
    rule: str
    addresses: tuple[str, ...]
    expected: Pattern | None
    actual: Pattern
    because: str
    at: Location
    origin: AllowanceOrigin
    service: str = ""
    runtime: str = ""
    role: str = ""
    component: str = ""
    until: str = ""
    owner: str = ""
    ticket: str = ""
    line: int = 0
    environment: str = ""
    group: str = ""

    @property
    def place(self) -> str:
        """The file and line it is written at."""
        return f"{self.at.file}:{self.at.line}"

    @property
    def is_shipped(self) -> bool:
        """Whether it comes with the rules and is not the project's to edit."""
        return self.origin == "shipped"

    @property
    def reason(self) -> str:
        """Why it holds; marked where it ships, since the project did not write it."""
        return f"shipped: {self.because}" if self.is_shipped else self.because

    @property
    def withdrawal(self) -> str:
        """The line of a configuration that withdraws a shipped one; "" for the project's own."""
        return f"disallow: [{self.id}]" if self.is_shipped else ""

    @property
    def lacks_reason(self) -> bool:
        """Whether its reason is still to be written."""
        return self.because.strip().upper().startswith(WAITING)


class Finding(Record):
    """What a report shows of one difference; made by ``policy.findings`` alone.

    ``key`` is the field path of the key that its rule names the address by, if it does.
    ``number`` tells it from others of one identity. ``allowance`` is the first
    that covers it and ``also`` are the others; ``near`` is one that would, had a value not moved or
    its last day not passed. ``votes`` is how many services expect it of how many that were asked,
    where the majority does and no reference. ``may_be_own`` is whether it is about a key that a
    chart may have of its own.
    """

    status: Status
    severity: Severity
    rule: str
    why: str
    group: str
    service: str
    runtime: str
    component: str
    role: Role
    address: str
    message: str
    expected: Plain
    expected_state: ValueState
    actual: Plain
    actual_state: ValueState
    location: Location
    reference_location: Location | None
    related: tuple[tuple[str, Location, str], ...]
    allowance: Allowance | None
    also: tuple[Allowance, ...] = ()
    near: Allowance | None = None
    environment: str = ""
    votes: tuple[int, int] | None = None
    number: int = 1
    key: str = ""
    may_be_own: bool = False

    def finding(self) -> Self:
        """Itself; what is not yet a finding makes one."""
        return self

    @property
    def identity(self) -> tuple[str, ...]:
        """What two findings share that are the same in two runs; nothing secret is in it."""
        from json import dumps  # a clean run has none

        group = f"{self.group}@{self.environment}" if self.environment else self.group
        known: tuple[str, ...] = (group, self.rule, self.service)
        if self.address:
            sides = dumps((self.expected, self.actual), sort_keys=True, default=sorted)
            known += (self.component, self.address, sides)
        else:
            known += (self.location.key, str(self.actual))
        return known if self.number == 1 else (*known, str(self.number))

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of its identity."""
        import hashlib  # 3 ms that a run that shows no fingerprint need not spend

        return hashlib.sha256("\0".join(self.identity).encode(errors="surrogatepass")).hexdigest()[
            :16
        ]

    @property
    def element(self) -> str:
        """The element of the address, "" for what no rule found."""
        return element_of(self.address)

    @property
    def sentence(self) -> str:
        """The message; of what is allowed or unknown with the status before it, and the reason."""
        label = "" if self.status == "violation" else f"{self.status}: "
        because = f" ({self.allowance.because})" if self.allowance else ""
        return f"{label}{self.message}{because}"

    @property
    def path(self) -> str:
        """The address with its component."""
        return f"{self.component}/{self.address}"


Explanation = Literal["asked", "alone", "size", "wiring", "guest", "few"]
"""Why a majority does not compare a leaf: siblings were asked whether they have its key, none of
them has it, of sizes only that is asked, it connects a service with others, it is of a guest, or
too few siblings have its key."""


class Summary(Record):
    """The counts of a run. Leaves are the scalars of the compared files.

    ``explained`` counts those that a majority does not compare by the reason.
    ``warnings`` are those of the violations that only warn.
    ``outside`` counts the violations that are not shown because their file was not named.
    ``expiring`` and ``unused`` count allowances of the project, ``waiting`` those without a reason.
    """

    services: int
    rules: int
    compared: int
    unknown: int
    uncompared: int
    explained: Mapping[Explanation, int]
    matches: int
    violations: int
    warnings: int
    allowed: int
    unknowns: int
    outside: int
    expiring: int
    unused: int
    waiting: int

    @property
    def errors(self) -> int:
        """How many of the violations are errors."""
        return self.violations - self.warnings
