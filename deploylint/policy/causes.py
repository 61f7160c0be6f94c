"""Joins the findings of one cause, so that a report tells a person once.

Each finding stays one of its own, with its place and fingerprint. Findings have one cause where a
rule is broken in the same way, that is at one field with the same two values, or where every
service of a group breaks a rule about every service.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from deploylint.documents.record import Record
from deploylint.model.finding import Finding
from deploylint.model.service import Service

Peers = Mapping[tuple[str, str], Sequence[Service]]
"""The services of each group in each of its environments, by both names."""

Key = tuple[str, ...]
"""What findings of one cause share, as text: it is the same in the next run."""


class Cause(Record):
    """Findings of one cause, in order; the first is the one to tell.

    ``is_common`` is whether every service of a group breaks the rule, or most services of all do.
    """

    key: Key
    findings: tuple[Finding, ...]
    is_common: bool

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
    alike: dict[Key, list[Finding]] = {}
    for finding in findings:
        is_general = _at(finding) in general
        key = _kind(finding) if is_general else (*_kind(finding), *_way(finding))
        alike.setdefault((*key, str(is_general)), []).append(finding)
    return [
        Cause(key, tuple(same), _at(same[0]) in general or _has_most(same, peers))
        for key, same in alike.items()
    ]


def services_of(findings: Iterable[Finding]) -> dict[tuple[str, str, str], str]:
    """The names of the services with a finding, by group, environment and name."""
    return {(one.group, one.environment, one.service): one.service for one in findings}


def _kind(finding: Finding) -> Key:
    """The rule that is broken, and the field it is broken at."""
    return finding.severity, finding.rule, finding.address


def _way(finding: Finding) -> Key:
    """How a rule is broken: the two values, or what is said where there are none."""
    if not finding.address:
        own = (posixpath.dirname(finding.location.file), finding.service)
        words = "|".join(re.escape(word) for word in own if word)
        return (re.sub(rf"(?<![\w/-])({words})(?![\w/-])", "{own}", finding.message),)
    others = (text for role, _, text in finding.related if role in ("agrees-not", "among"))
    near = finding.near.id if finding.near is not None else ""
    sides = repr((finding.expected_state, finding.expected, finding.actual_state, finding.actual))
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
        if 1 < len(services_of(breaches)) >= _count(peers.get(at[:2], ()), breaches)
    }


def _has_most(findings: Sequence[Finding], peers: Peers) -> bool:
    """Whether more than half of all services break a rule; a file's own fault is never common."""
    every = sum(_count(services, findings) for services in peers.values())
    return bool(findings[0].address) and len(services_of(findings)) * 2 > every


def _count(services: Iterable[Service], findings: Iterable[Finding]) -> int:
    """How many services have a component of a role that findings are about."""
    roles = {finding.role for finding in findings}
    return sum(any(one.role in roles for one in service.components) for service in services)
