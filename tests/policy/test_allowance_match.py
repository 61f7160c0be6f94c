"""An allowance covers just what it says: its rule, its scope and both of its pinned values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from deploylint.compare import compare
from deploylint.config import allowance_entries
from deploylint.config import load as config
from deploylint.config import rules as packs
from deploylint.config.allowance_entries import Entry
from deploylint.config.schema import RuleFile
from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read_text
from deploylint.engine import discovery
from deploylint.engine import load as sets
from deploylint.engine.profile_choice import choose_profile
from deploylint.model.decode import decode
from deploylint.model.difference import Difference
from deploylint.model.finding import Allowance, Finding, Location
from deploylint.model.patterns import read as read_pattern
from deploylint.model.progress import SILENT
from deploylint.model.rule import Rule
from deploylint.model.service import Service
from deploylint.model.types import Plain
from deploylint.policy import allowance_match, verdict
from deploylint.readers.kubernetes import read as manifests
from deploylint.readers.service import read_service
from tests.support.folders import FIXTURES
from tools import TODAY

PACK = packs.load()
STORIES = sorted(
    path
    for path in FIXTURES.glob("*/deploy")
    if len(list(path.glob("*.yaml"))) > 1 and path.parent.name != "mixed-shapes"
)
"""Of what stands there alone; mixed shapes are one set only where a configuration says so."""


def allowance(rule: str, expected: Plain, actual: Plain, **scope: str) -> Allowance:
    return Allowance(
        id="test/allowed",
        rule=rule,
        service=scope.get("service", ""),
        runtime=scope.get("runtime", ""),
        role=scope.get("role", ""),
        component=scope.get("component", ""),
        addresses=tuple(filter(None, [scope.get("address", "")])),
        expected=read_pattern(expected),
        actual=read_pattern(actual),
        because="a test",
        at=Location("rules/test.yaml", "", 1, 1, 1, 1),
        origin="configured",
    )


def book(allowed: Iterable[Allowance]) -> verdict.AllowanceIndex:
    return verdict.book(allowed, TODAY)


def service(name: str, data: Plain) -> Service:
    document = read_text(json.dumps(data), f"deploy-{name}.yaml")
    assert isinstance(document, Document)
    found = read_service(document, choose_profile([document], "")[0])
    assert found is not None
    return found


def differences(reference: Plain, peer: Plain, *rules: str) -> list[Difference]:
    services = [service("python", reference), service("go", peer)]
    chosen = [rule for rule in PACK.rules if rule.id in rules]
    return compare(services, services[0], chosen).differences


def port(expected: Plain, actual: Plain) -> Difference:
    sides = ({"service": {"port": expected}}, {"service": {"port": actual}})
    (found,) = differences(*sides, "service-port")
    return found


@pytest.mark.parametrize("expected", [8000, "8000", {"one-of": [80, "8000"]}, "present"])
@pytest.mark.parametrize("actual", [8080, "8080", {"at-least": 8001}, "present"])
def test_both_sides_match_however_they_are_written(expected: Plain, actual: Plain) -> None:
    pinned = allowance("service-port", expected, actual)
    assert allowance_match.covers(pinned, port(8000, 8080))
    assert allowance_match.covers(pinned, port("8000", "8080"))


@pytest.mark.parametrize(
    ("expected", "actual"), [(8001, 8080), (8000, 8081), (8080, 8000), ("absent", 8080)]
)
def test_one_side_that_does_not_match_is_enough(expected: Plain, actual: Plain) -> None:
    assert not allowance_match.covers(allowance("service-port", expected, actual), port(8000, 8080))


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ({"service": "go"}, True),
        ({"service": "g*"}, True),
        ({"service": "web"}, False),
        ({"runtime": "go"}, True),
        ({"runtime": "java"}, False),
        ({"role": "server"}, True),
        ({"role": "worker"}, False),
        ({"address": "service.port"}, True),
        ({"address": "service.type"}, False),
    ],
)
def test_an_allowance_covers_its_scope_alone(scope: dict[str, str], covered: bool) -> None:
    assert (
        allowance_match.covers(allowance("service-port", 8000, 8080, **scope), port(8000, 8080))
        is covered
    )


def test_an_allowance_for_another_rule_covers_nothing() -> None:
    assert not allowance_match.covers(allowance("ports", 8000, 8080), port(8000, 8080))


def test_an_allowed_difference_names_its_allowance() -> None:
    pinned = allowance("service-port", 8000, 8080)
    (allowed,) = verdict.findings_for("g", [port(8000, 8080)], book([pinned]))
    assert (allowed.status, allowed.allowance) == ("allowed", pinned)
    (violation,) = verdict.findings_for("g", [port(8000, 8081)], book([pinned]))
    assert (violation.status, violation.allowance) == ("violation", None)


def test_the_first_allowance_that_covers_counts() -> None:
    one, other = allowance("service-port", 8000, 8080), allowance("service-port", "present", 8080)
    (finding,) = verdict.findings_for("g", [port(8000, 8080)], book([one, other]))
    assert finding.allowance is one


def test_unknown_is_never_allowed() -> None:
    unknown = port(8000, "{{ .Values.port }}")
    (finding,) = verdict.findings_for(
        "g", [unknown], book([allowance("service-port", "present", "present")])
    )
    assert finding.status == "unknown"


# --- what a finding says can be pasted -----------------------------------------------------------


IDS = [
    *(rule.id for rule in PACK.rules),
    *(one.id for one in PACK.own.values() if one.may_be_allowed),
]


def pasted(finding: Finding) -> Allowance:
    """The allowance of an entry with a finding's own values, as they stand in a JSON report."""
    entry = {
        "rule": finding.rule,
        "service": finding.service,
        "from": finding.expected,
        "to": finding.actual,
        "because": "It was pasted.",
    }
    document = read_text(json.dumps({"allow": [entry]}, default=sorted), "pasted.yaml")
    assert isinstance(document, Document)
    root = document.roots[0]
    (node,) = packs.items(root, "allow")
    (written,) = decode(document, RuleFile).allow
    read = allowance_entries.read(written, node, root, "configured")
    return allowance_entries.resolved(
        Entry(read, node), {rule.id: rule for rule in PACK.rules}, IDS
    )


def read_set(folder: Path) -> tuple[list[Service], Service]:
    found = sets.load(discovery.find([folder], config.load())[0], "")
    named = [one for one in found.services if one.files[0].endswith("deploy-python.yaml")]
    return list(found.services), [*named, *found.services][0]


def changed(data: Plain) -> Iterator[Plain]:
    """Plain data with each of its leaves changed, and then left out, alone."""
    if isinstance(data, dict):
        for key, value in data.items():
            for other in changed(value):
                yield {**data, key: other}
            yield {k: v for k, v in data.items() if k != key}
    elif isinstance(data, list):
        for index, value in enumerate(data):
            for other in changed(value):
                yield [*data[:index], other, *data[index + 1 :]]
            yield [*data[:index], *data[index + 1 :]]
    elif isinstance(data, bool):
        yield not data
    elif isinstance(data, (int, float)):
        yield data + 1
    else:
        yield f"{data}x"


def everything_found(folder: Path) -> Iterator[tuple[Difference, Finding]]:
    """What all rules find in a story as it stands, and with each leaf of a peer changed."""
    services, reference = read_set(folder)
    for peer in services:
        if peer is reference:
            continue
        original = plain(peer.roots[0])
        for data in (original, *changed(original)):
            for one in read_again(peer, data) if data else ():
                yield from judged([reference, one], PACK.rules)


def read_again(peer: Service, data: Plain) -> list[Service]:
    """A service whose first document holds other data; none where that is no service any more."""
    if peer.shape == "values":
        return [service(peer.name, data)]
    objects = [data, *map(plain, peer.roots[1:])]
    document = read_text("\n---\n".join(map(json.dumps, objects)), peer.files[0])
    assert isinstance(document, Document)
    options = manifests.ReadOptions(replaced=False, environment="", progress=SILENT)
    return list(manifests.read([manifests.Member(document, None)], options).services)


def judged(
    services: list[Service], rules: tuple[Rule, ...]
) -> Iterator[tuple[Difference, Finding]]:
    found = compare(services, services[0], rules).differences
    yield from zip(found, verdict.findings_for("g", found, book([])), strict=True)


def test_there_are_stories() -> None:
    assert STORIES


@pytest.mark.parametrize("folder", STORIES, ids=lambda path: path.parent.name)
def test_what_a_finding_says_pins_it(folder: Path) -> None:
    tried = 0
    for difference, finding in everything_found(folder):
        if finding.status == "violation":
            tried += 1
            assert allowance_match.covers(pasted(finding), difference), finding.message
    assert tried > (100 if folder.parent.name.startswith("fraiday") else 0)


# --- the shipped allowances ----------------------------------------------------------------------

SHIPPED = [pytest.param(one, id=one.id) for one in PACK.allowances]


def violations(folder: Path, allowed: tuple[Allowance, ...]) -> list[str]:
    services, reference = read_set(folder)
    asked = [rule for rule in PACK.rules if rule.active]
    found = compare(services, reference, asked).differences
    findings = verdict.findings_for("g", found, book(allowed))
    return [finding.rule for finding in findings if finding.status == "violation"]


def test_the_story_needs_nothing_but_the_shipped_allowances() -> None:
    assert violations(FIXTURES / "fraiday" / "deploy", PACK.allowances) == []


@cache
def needing(name: str) -> Path:
    """The first story that the shipped allowances make consistent, and all but one do not."""
    others = tuple(other for other in PACK.allowances if other.id != name)
    told = (f for f in STORIES if not violations(f, PACK.allowances) and violations(f, others))
    return next(told)


@pytest.mark.parametrize("one", SHIPPED)
def test_without_a_shipped_allowance_its_deviation_is_a_violation(one: Allowance) -> None:
    others = tuple(other for other in PACK.allowances if other is not one)
    found = violations(needing(one.id), others)
    assert found
    assert set(found) == {one.rule}


@pytest.mark.parametrize(
    "change",
    [
        {"expected": read_pattern("another")},
        {"actual": read_pattern("another")},
        {"runtime": "java"},
        {"service": "another"},
        {"role": "job"},
        {"rule": "another"},
    ],
    ids=lambda change: next(iter(change)),
)
@pytest.mark.parametrize("one", SHIPPED)
def test_a_shipped_allowance_that_is_changed_covers_no_more(
    one: Allowance, change: dict[str, object]
) -> None:
    changed = Allowance(**{**one._asdict(), **change})
    others = tuple(changed if other is one else other for other in PACK.allowances)
    assert one.rule in violations(needing(one.id), others)


@pytest.mark.parametrize("one", SHIPPED)
def test_a_shipped_allowance_explains_itself(one: Allowance) -> None:
    assert one.because.endswith(".")
    assert one.runtime
