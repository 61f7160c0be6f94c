"""Joins the findings of one cause, so that a report tells a person once.

Each finding stays one of its own, with its place and fingerprint. Findings have one cause where a
rule is broken in the same way, that is at one field with the same two values, or where every
service of a group breaks a rule about every service. What is missing for a key that is misspelt or
at another level follows from that key, that a value differs from others follows from a rule or
a check that it breaks by itself, and what one place lacks of what most siblings have is one cause.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from deploylint.documents.grouping import items_by_key
from deploylint.documents.record import Record
from deploylint.model.finding import MISSPELT, Finding, Location
from deploylint.model.format import without_shares
from deploylint.model.service import Role, Service
from deploylint.policy.builtin_checks import STRUCTURE

Peers = Mapping[tuple[str, str], Sequence[Service]]
"""The services of each group in each of its environments, by both names."""

Key = tuple[str, ...]
"""What findings of one cause share, as text: it is the same in the next run."""


class Cause(Record):
    """Findings of one cause, in order; the first is the one to tell.

    ``follows`` are those that are gone with the others.
    ``is_general`` is whether every service of a group breaks the rule, or every one of ``role``
    where the group has others.
    ``share`` is the part of all services that the findings are about, 0 for a file's own faults.
    """

    key: Key
    findings: tuple[Finding, ...]
    follows: tuple[Finding, ...]
    is_general: bool
    role: str
    share: float

    @property
    def is_common(self) -> bool:
        """Whether the rule is broken by all services of a group, or by most of all services."""
        return self.is_general or self.share > 1 / 2

    @property
    def id(self) -> str:
        """Its name in data: the rule, and eight hexadecimal digits of its key."""
        import hashlib  # 3 ms that a report for people need not spend

        text = "\0".join(self.key).encode(errors="surrogatepass")
        return f"{self.findings[0].rule}-{hashlib.sha256(text).hexdigest()[:8]}"


def find_causes(findings: Iterable[Finding], peers: Peers) -> list[Cause]:
    """The causes of findings, in the order of their first ones."""
    findings = list(findings)
    general = _broken_by_all(findings, peers)
    keys = [_key(finding, is_general=_at(finding) in general) for finding in findings]
    sources = _Sources(findings, keys)
    alike: dict[Key, tuple[list[Finding], list[Finding]]] = {}
    for finding, own in zip(findings, keys, strict=True):
        key = sources.first_of(finding, own)
        alike.setdefault(key, ([], []))[key != own].append(finding)

    @cache  # most causes are of one role
    def with_roles(roles: frozenset[Role]) -> int:
        return sum(_count(services, roles) for services in peers.values())

    return [
        Cause(
            key,
            tuple(same),
            tuple(follows),
            _at(same[0]) in general,
            _role(same, peers),
            _share(same, with_roles),
        )
        for key, (same, follows) in alike.items()
    ]


def _key(finding: Finding, *, is_general: bool) -> Key:
    """What a finding shares with those of its cause."""
    kind = finding.severity, finding.rule, finding.address, str(is_general)
    return kind if is_general else (*kind, *_way(finding))


class _Sources:
    """Where findings come from, by the places that they have in common.

    What is wrong at a key by itself is the source of all else there, but an error does not follow
    from a warning. A key that the reference has elsewhere is that of all that is missing there.
    """

    def __init__(self, findings: Sequence[Finding], keys: Sequence[Key]) -> None:
        self._places: dict[_Place, Key] = {}
        self._at_keys: dict[_WrittenKey, Key] = {}
        self._elsewhere: dict[_WrittenKey, Key] = {}
        self._lacking: dict[_Place, Key] = {}
        pairs = [each for each in zip(findings, keys, strict=True) if each[0].rule not in _OF_FILES]
        pairs.sort(key=lambda pair: (pair[0].severity, bool(pair[0].address)))  # errors first
        self._by_key = dict(reversed([(key, one) for one, key in pairs]))
        wrong = {_written_key(one, one.location) for one, _ in pairs if not one.address}
        for finding, key in pairs:
            if finding.reference_location is None:
                self._places.setdefault(_place_of(finding, finding.address), key)
            if _lacks(finding):
                self._lacking.setdefault(_place_of(finding, finding.rule), key)
            at = _written_key(finding, finding.location)
            if at in wrong:
                self._at_keys.setdefault(at, key)
                service, file, name = at
                if name.endswith("]"):  # an item of a list that differs by it
                    self._at_keys.setdefault((service, file, name.rpartition("[")[0]), key)
            others = finding.related if not finding.address else ()
            for place in (place for role, place, _ in others if role == "other-side"):
                self._elsewhere.setdefault(_written_key(finding, place), key)

    def first_of(self, finding: Finding, own: Key) -> Key:
        """The key of the cause of a finding: that of the first of those that follow in turn."""
        known = [own]
        while (key := self._source_of(finding, known[-1])) not in known and key in self._by_key:
            known.append(key)
            finding = self._by_key[key]
        return known[-1] if key in known[-1:] else min(known)

    def _source_of(self, finding: Finding, own: Key) -> Key:
        """The key of what a finding follows from; its own where that is nothing."""
        key = self._places.get(_source(finding), own)
        if key == own and finding.location.key:
            key = self._at_keys.get(_written_key(finding, finding.location), own)
        if key == own and finding.reference_location and finding.actual_state != "known":
            service, file, name = _written_key(finding, finding.reference_location)
            while key == own and name:
                key = self._elsewhere.get((service, file, name), own)
                name = name.rpartition(".")[0]
        if key == own and _lacks(finding):
            key = self._lacking.get(_place_of(finding, finding.rule), own)
        return key


_OF_FILES = (STRUCTURE, "several-documents", "unapplied-patches", "unlisted-file", "ungrouped-file")
"""The checks that are not about what is at their place."""

_WrittenKey = tuple["_Service", str, str]
"""A service, and a file and a key in it or in its reference."""


def _written_key(finding: Finding, at: Location) -> _WrittenKey:
    return _service(finding), at.file, at.key


_Place = tuple["_Service", Location, str]
"""A service, a place in its files, and what is wrong there.

That is a field, "" for the key or value as it is written, or a rule that asks for more.
"""


def _place_of(finding: Finding, what: str) -> _Place:
    return _service(finding), finding.location, what


def _source(finding: Finding) -> _Place:
    """Where a finding comes from: a misspelt key, or a value that is wrong by itself."""
    for role, place, _ in finding.related:
        if role == MISSPELT:
            return _service(finding), place, ""
    return _place_of(finding, finding.address)


def _lacks(finding: Finding) -> bool:
    """Whether most siblings have something that a place lacks."""
    return finding.votes is not None and finding.actual_state != "known"


_Service = tuple[str, str, str]
"""A service by its group, environment and name."""


def _service(finding: Finding) -> _Service:
    return finding.group, finding.environment, finding.service


def services_of(findings: Iterable[Finding]) -> dict[_Service, str]:
    """The names of the services with a finding."""
    return {_service(finding): finding.service for finding in findings}


def _way(finding: Finding) -> Key:
    """How a rule is broken: the two values, or what is said where there are none."""
    if not finding.address:
        own = (posixpath.dirname(finding.location.file), finding.service)
        words = "|".join(re.escape(word) for word in own if word)
        message = re.sub(rf"(?<![\w/-])({words})(?![\w/-])", "{own}", finding.message)
        return (without_shares(message),)
    others = (text for role, _, text in finding.related if role in ("agrees-not", "among"))
    near = finding.near.id if finding.near is not None else ""
    states = finding.expected_state == "known", finding.actual_state == "known"
    sides = repr((*states, finding.expected, finding.actual))
    return sides, near, *others


_At = tuple[str, str, str, str]
"""A group, an environment, a rule and a field."""


def _at(finding: Finding) -> _At:
    return finding.group, finding.environment, finding.rule, finding.address


def _broken_by_all(findings: Iterable[Finding], peers: Peers) -> set[_At]:
    """Where all services of a group, at least two, break a rule about every service."""
    broken = items_by_key(
        (_at(finding), finding)
        for finding in findings
        if finding.address and finding.reference_location is None and finding.status == "violation"
    )
    return {
        at
        for at, breaches in broken.items()
        if 1 < len(services_of(breaches)) >= _count(peers.get(at[:2], ()), _roles(breaches))
    }


def _role(findings: Sequence[Finding], peers: Peers) -> str:
    """The role of the services with findings, where their groups have services without it."""
    groups = {(finding.group, finding.environment) for finding in findings}
    every = sum(len(peers.get(group, ())) for group in groups)
    return findings[0].role if len(services_of(findings)) < every else ""


def _share(findings: Sequence[Finding], with_roles: Callable[[frozenset[Role]], int]) -> float:
    """The part of all services with such a component that findings are about."""
    every = with_roles(_roles(findings)) if findings[0].address else 0
    return len(services_of(findings)) / every if every else 0


def _roles(findings: Iterable[Finding]) -> frozenset[Role]:
    """The roles of the components that findings are about."""
    return frozenset(finding.role for finding in findings)


def _count(services: Iterable[Service], roles: frozenset[Role]) -> int:
    """How many services have a component of some roles."""
    return sum(any(one.role in roles for one in service.components) for service in services)
