"""What a finding says can be pasted as an allowance, and the shipped allowances are all needed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.config import rules as rule_sets
from deploylint.config.load import Config
from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read_file
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.errors import UsageError
from deploylint.model.finding import Allowance, Finding
from deploylint.model.patterns import read_pattern
from deploylint.model.types import Plain
from tests.support.folders import FIXTURES
from tools import TODAY
from tools.sampling import sampled

PACK = rule_sets.shipped_rules()
STORIES = sorted(
    path
    for path in FIXTURES.glob("*/deploy")
    if len(list(path.glob("*.yaml"))) > 1 and path.parent.name != "mixed-shapes"
)
"""Of what stands there alone; mixed shapes are one set only where a configuration says so."""

IDS = {rule.id for rule in PACK.rules}
IDS |= {check.id for check in PACK.builtin.values() if check.may_be_allowed}


REFERENCES = {
    "environments": "python.yaml",
    "flux-values-from": "python.yaml",
    "image-arguments": "python.yaml",
    "no-reference": "deploy-go.yaml",
    "own-profile": "python.yaml",
    "rendered-chart": "api-service.yaml",
    "wrapper-chart": "values-python.yaml",
}
"""Of stories whose configuration names the reference, which this test writes another one for."""


COMPLETE = ("argo-applicationset", "image-several", "reference-named")
"""Stories that are read as values of a chart that sets nothing by itself: what is not set in them
is a violation of a rule about every service."""


def run(folder: Path, loaded: Config, *, allow: bool = True) -> Report:
    name = REFERENCES.get(folder.parent.name, "")
    reference = str(folder / name) if name else ""
    profile = "in-house" if folder.parent.name in COMPLETE else ""
    asked = check.CheckOptions(allow=allow, reference=reference, profile=profile)
    return check.check([folder], asked, loaded, TODAY)


def violations(report: Report) -> list[Finding]:
    """Those that an allowance can pin: a null that is written cannot be."""
    return [
        f
        for f in report.findings
        if f.status == "violation"
        and f.rule in IDS
        and not (f.expected is None and f.expected_state == "known")
        and not (f.actual is None and f.actual_state == "known")
    ]


def pasted(findings: list[Finding]) -> str:
    """A configuration that allows findings with their own values, as a JSON report has them."""
    entries = [
        {
            "id": f"pasted-{number}",
            "rule": finding.rule,
            "service": finding.service,
            **(
                {}
                if finding.expected_state == "absent" and not finding.address
                else {"from": finding.expected}
            ),
            "to": finding.actual,
            "because": "It was pasted.",
        }
        for number, finding in enumerate(findings)
    ]
    return json.dumps({"version": 1, "allow": entries}, default=sorted)


def changed(data: Plain) -> Iterator[Plain]:
    """Plain data with each of its leaves changed, and then left out, alone."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from ({**data, key: other} for other in changed(value))
            yield {k: v for k, v in data.items() if k != key}
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from ([*data[:index], other, *data[index + 1 :]] for other in changed(value))
            yield [*data[:index], *data[index + 1 :]]
    elif isinstance(data, bool):
        yield not data
    else:
        yield data + 1 if isinstance(data, int | float) else f"{data}x"


def changed_texts(folder: Path, share: int) -> Iterator[tuple[Path, str]]:
    """The files of a story, each as it stands and with some of its leaves changed."""
    for path in sorted(folder.glob("*.yaml")):
        document = read_file(path, path.name, folder)
        if not isinstance(document, Document) or not document.roots:
            continue
        first, *others = map(plain, document.roots)
        one_in = share if share == 1 else 5 * share
        yield path, path.read_text(encoding="utf-8")
        for data in sampled(list(changed(first)), one_in, f"{folder.parent.name} {path.name}"):
            yield path, "\n---\n".join(json.dumps(one) for one in (data, *others))


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.parent.name)
def test_violations_pasted_as_allowances_are_allowed(story: Path, share: int, folder: Path) -> None:
    name = story.parent.name
    deploy = folder / name / "deploy"
    shutil.copytree(story, deploy)
    own = folder / ".deploylint.yaml"
    tried = 0
    for path, text in changed_texts(story, share):
        path = deploy / path.name
        before = path.read_text(encoding="utf-8")
        path.write_text(text, encoding="utf-8")
        found: list[Finding] = []
        with suppress(UsageError):  # the reference may be no service any more
            found = violations(run(deploy, config.load(), allow=False))
        own.write_text(pasted(found), encoding="utf-8")
        left = violations(run(deploy, config.load(own))) if found else []
        assert [finding.message for finding in left] == []
        tried += len(found)
        path.write_text(before, encoding="utf-8")
    if name.startswith("fraiday"):
        assert tried > (100 if share == 1 else 50)
    else:
        assert tried or name == "broken-block"  # it holds one service that can be read


# --- the shipped allowances ----------------------------------------------------------------------

SHIPPED = [pytest.param(one, id=one.id) for one in PACK.allowances]


def broken(folder: Path, allowed: tuple[Allowance, ...]) -> set[str]:
    """The rules that a story breaks where these are the only allowances."""
    report = run(folder, config.load()._replace(allowances=allowed))
    return {f.rule for f in report.findings if f.status == "violation" and f.severity == "error"}


def test_story_of_the_pair_needs_only_shipped_allowances() -> None:
    assert broken(FIXTURES / "fraiday" / "deploy", PACK.allowances) == set()


@cache
def needing(name: str) -> Path:
    """The first story that the shipped allowances make consistent, and all but one do not."""
    others = tuple(other for other in PACK.allowances if other.id != name)
    return next(f for f in STORIES if not broken(f, PACK.allowances) and broken(f, others))


@pytest.mark.parametrize("one", SHIPPED)
def test_shipped_allowance_left_out_leaves_its_deviation_a_violation(one: Allowance) -> None:
    others = tuple(other for other in PACK.allowances if other is not one)
    assert broken(needing(one.id), others) == {one.rule}


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
def test_shipped_allowance_that_is_changed_covers_nothing(
    one: Allowance, change: dict[str, object]
) -> None:
    changed = Allowance(**{**one._asdict(), **change})
    others = tuple(changed if other is one else other for other in PACK.allowances)
    assert one.rule in broken(needing(one.id), others)


@pytest.mark.parametrize("one", SHIPPED)
def test_shipped_allowance_explains_itself(one: Allowance) -> None:
    assert one.because.endswith(".")
    assert one.runtime
