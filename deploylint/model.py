"""The nouns of deploylint as frozen data: what travels from the files to the reports.

Nothing here reads, decides or prints. The order is that of the data's way: a Service is read, a
Rule and an Allowance are written by people, a Difference is what a rule found, a Finding is its
verdict.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from deploylint.documents.nodes import Entry, Node
from deploylint.patterns import Pattern
from deploylint.types import Plain

State = Literal["known", "absent", "disabled", "unknown"]
Role = Literal[
    "server", "worker", "job", "scheduler", "store", "client", "gateway", "init", "sidecar"
]
Severity = Literal["error", "warning"]
Status = Literal["violation", "allowed", "unknown"]
Gives = Literal["match", "violation", "unknown", "nothing"]
Verb = Literal["equal", "contain", "within", "be", "not-be", "agree"]
Scope = Literal["reference", "every", "inside"]


class Value(NamedTuple):
    """What one address of one component holds.

    ``data`` is plain data as YAML meant it, before normalising. ``node`` is the key or value it was
    read from, None where nobody wrote anything. ``parts`` are, for names and trees, the single
    items by name. ``leaves`` are the scalars of the file it accounts for. ``note`` says where
    a value came from when that is not obvious ("= service.port"). ``inherited`` values are the
    root's, judged there; ``derived`` ones follow from another address, compared there.
    """

    state: State
    data: Plain = None
    node: Node | None = None
    note: str = ""
    parts: Mapping[str, Entry] | None = None
    leaves: tuple[Node, ...] = ()
    inherited: bool = False
    derived: bool = False


ABSENT = Value("absent")


class Component(NamedTuple):
    """One process of a service.

    ``key`` is how addresses name it: ``server`` or ``worker:events``. ``values`` maps an address
    (``element.field``) to its Value; what is not in it is absent. ``scope`` is the mapping it was
    read from and ``paths`` the keys under which each address would be written there.
    """

    key: str
    name: str
    role: Role
    values: Mapping[str, Value]
    scope: Node
    paths: Mapping[str, tuple[str, ...]]

    def value(self, address: str) -> Value:
        """What an address holds; absent where nobody says."""
        return self.values.get(address, ABSENT)


class Service(NamedTuple):
    """One deployable thing. ``components[0]`` is its main component and holds what is service-wide.

    ``runtime`` is the language it runs on ("go"), or "" where nothing says so, ``runtime_because``
    the evidence. ``roots`` are the documents it was read from. ``near_misses`` are keys near known
    ones, with these; ``duplicates`` (lost, winning) keys. ``notes`` say where its values stand.
    """

    name: str
    files: tuple[str, ...]
    runtime: str
    runtime_because: str
    own_names: tuple[str, ...]
    components: tuple[Component, ...]
    roots: tuple[Node, ...]
    near_misses: tuple[tuple[Node, str], ...] = ()
    duplicates: tuple[tuple[Node, Node], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def main(self) -> Component:
        """The component that holds what is service-wide."""
        return self.components[0]


class Example(NamedTuple):
    """A rule's example: fragments of a values file and what the rule makes of them."""

    reference: Plain
    peer: Plain
    gives: Gives


class Rule(NamedTuple):
    """One demand on a set of addresses. See ``docs/rules.md`` for those that ship.

    ``ratio`` is for ``within``, ``pattern`` for ``be`` and ``not-be``. ``roles`` are the component
    roles it is about. ``place`` is the file and line it was written at.
    """

    id: str
    addresses: tuple[str, ...]
    verb: Verb
    pattern: Pattern | None
    ratio: float
    roles: frozenset[str]
    severity: Severity
    why: str
    examples: tuple[Example, ...]
    place: str

    @property
    def scope(self) -> Scope:
        """What the rule looks at: pairs with the reference, every service, or inside one."""
        if self.verb in ("be", "not-be"):
            return "every"
        return "inside" if self.verb == "agree" else "reference"


class Allowance(NamedTuple):
    """One allowed deviation, pinned to its two values and explained.

    ``rule`` is the rule it lifts. ``service`` is a name or glob, ``runtime`` and ``role`` narrow it
    further; "" means any. ``addresses`` are the addresses it covers.
    """

    id: str
    rule: str
    service: str
    runtime: str
    role: str
    addresses: tuple[str, ...]
    expected: Pattern | None
    actual: Pattern
    because: str
    place: str
    until: str = ""
    owner: str = ""
    ticket: str = ""


class Position(NamedTuple):
    """A component of a service, as something a difference can point at."""

    service: Service
    component: Component


class Difference(NamedTuple):
    """What a rule found at one address of one component, before anybody judged it.

    ``address`` may be longer than a field (``resources.limits``, one variable of a tree).
    ``expected`` and ``actual`` are the two sides; ``reference`` is where the expectation was read,
    None for a rule about every service. ``outcome`` is "unknown" where one side cannot be known.
    """

    rule: Rule
    outcome: Literal["violation", "unknown"]
    at: Position
    address: str
    expected: Value
    actual: Value
    reference: Position | None = None
    message: str = ""
    related: tuple[tuple[str, Value], ...] = ()


class Place(NamedTuple):
    """Where something stands: file, dotted key, 1-based line and column, exclusive end."""

    file: str
    key: str
    line: int
    column: int
    end_line: int
    end_column: int


class Finding(NamedTuple):
    """One verdict about one place; made by ``ledger`` alone.

    ``path`` is the full address, ``component/element.field``. ``identity`` is what makes it the
    same verdict wherever it stands.
    """

    status: Status
    severity: Severity
    rule: str
    why: str
    group: str
    service: str
    runtime: str
    component: str
    role: str
    address: str
    message: str
    identity: tuple[str, ...]
    expected: Plain
    expected_state: State
    expected_note: str
    actual: Plain
    actual_state: State
    actual_note: str
    location: Place
    reference_location: Place | None
    related: tuple[tuple[str, Place, str], ...]
    allowance: Allowance | None

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits of its identity."""
        import hashlib  # 3 ms that a run that shows no fingerprint need not spend

        return hashlib.sha256("\0".join(self.identity).encode()).hexdigest()[:16]

    @property
    def element(self) -> str:
        """The element of the address, "" for what no rule found."""
        return self.address.partition(".")[0]

    @property
    def path(self) -> str:
        """The address with its component."""
        return f"{self.component}/{self.address}"


class Tally(NamedTuple):
    """The counts of a run. Leaves are the scalars of the compared files.

    ``outside`` counts the violations that are not shown because their file was not named.
    """

    services: int
    rules: int
    compared: int
    unknown: int
    uncompared: int
    matches: int
    violations: int
    allowed: int
    unknowns: int
    outside: int
