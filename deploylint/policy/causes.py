"""Joins the findings of one cause, so that a report tells a person once.

Each finding stays one of its own, with its place and fingerprint. Findings have one cause where a
rule is broken in the same way, that is at one field with the same two values, or where every
service of a group breaks a rule about every service. What is missing for a misspelt key follows
from that key, and that a value differs from others follows from a rule that it breaks by itself.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from deploylint.documents.record import Record
from deploylint.model.finding import MISSPELT, Finding, Location
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
    sources = {
        _place_of(finding): key
        for finding, key in zip(findings, keys, strict=True)
        if finding.reference_location is None and finding.rule != STRUCTURE
    }
    alike: dict[Key, tuple[list[Finding], list[Finding]]] = {}
    for finding, own in zip(findings, keys, strict=True):
        key = sources.get(_source(finding), own)
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


_Place = tuple["_Service", Location, str]
"""A service, a place in its files, and a field; "" for the key or value as it is written."""


def _place_of(finding: Finding) -> _Place:
    return _service(finding), finding.location, finding.address


def _source(finding: Finding) -> _Place:
    """Where a finding comes from: a misspelt key, or a value that is wrong by itself."""
    for role, place, _ in finding.related:
        if role == MISSPELT:
            return _service(finding), place, ""
    return _place_of(finding)


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
        return (re.sub(r"\b\d+ of \d+ services\b", "most services", message),)
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
    broken: dict[_At, list[Finding]] = {}
    for finding in findings:
        if finding.address and finding.reference_location is None and finding.status == "violation":
            broken.setdefault(_at(finding), []).append(finding)
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
