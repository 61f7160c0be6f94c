"""Blocks of violations: one for each cause, in brief where there are many causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from deploylint.cli.common import configuration
from deploylint.engine import check
from deploylint.engine.result import exit_code
from deploylint.reports import Look, concise
from deploylint.reports.text import report as text
from tests.support.projects import write
from tests.support.reports import inside
from tools import TODAY

NAMES = ("web", "shop", "mail", "jobs", "cart", "tax", "geo", "ads", "ship", "pay", "faq", "crm")
SERVICE = """image: {repository: acme/NAME, tag: v1.2, pullPolicy: Always}
service: {port: 80, type: ClusterIP}
securityContext: {runAsNonRoot: true, privileged: false}
resources: {limits: {cpu: 1, memory: 1Gi}}
livenessProbe: {enabled: true, path: /up, port: 80}
"""
Edit = Callable[[str], str]
NORMAL = Look()


def written(
    folder: Path,
    edits: Mapping[str, Iterable[Edit]],
    every: Iterable[Edit] = (),
    look: Look = NORMAL,
    into: str = "deploy",
) -> list[str]:
    """The lines of the report about twelve services without a reference, some edited, or all."""
    files = {}
    for name in NAMES:
        values = SERVICE.replace("NAME", name)
        for edit in (*every, *edits.get(name, ())):
            values = edit(values)
        files[f"{into}/{name}.yaml"] = values
    write(folder, files)
    with inside(folder):
        paths = [Path(into)]
        report = check.check(paths, check.CheckOptions(), configuration(paths, None, True), TODAY)
        violations = report.summary.violations
        assert len(concise.write(report, Look(-1)).splitlines()) == violations
        assert exit_code(report, "warning") == int(violations > 0)
        return text.write(report, look).splitlines()


def blocks(lines: Iterable[str]) -> list[list[str]]:
    """The lines of each block in brief."""
    found: list[list[str]] = []
    for line in lines:
        if line.startswith(("error[", "warning[")):
            found.append([])
        if found and line.startswith(("error[", "warning[", "  ")):
            found[-1].append(line)
        elif found:
            break
    return found


def changed(old: str, new: str) -> Edit:
    return lambda values: values.replace(old, new)


TYPED, TAGGED = changed("ClusterIP", "ExternalName"), changed("v1.2", "latest")
ROOT, PATH = changed("NonRoot: true", "NonRoot: false"), changed("/up", "/down")
PULLED = changed("pullPolicy: Always", "pullPolicy: Never")
BARE = changed("privileged: false", "privileged: true")
MANY = {"web": [TYPED], "shop": [BARE, TYPED], "mail": [ROOT], "pay": [PATH], "geo": [PULLED]}


BRIEF = """\
error[non-root]: security-context.non-root must be true; it is false
  deploy/mail.yaml:3:33  (mail)
  fix: set securityContext.runAsNonRoot to true
  and warning[security-context]: security-context.non-root is false; 11 of 12...
error[not-privileged]: security-context.privileged must not be true; it is true
  deploy/shop.yaml:3:51  (shop)
  fix: set securityContext.privileged to another value, or remove it
  and warning[security-context]: security-context.privileged is true; 11 of...
warning[image]: image.pull-policy is Never; 11 of 12 services have Always
  deploy/geo.yaml:1:56  (geo)
  fix: set image.pullPolicy to Always
warning[probes]: liveness-probe.path is /down; 11 of 12 services have /up
  deploy/pay.yaml:5:38  (pay)
  fix: set livenessProbe.path to /up
warning[service]: service.type is ExternalName; 10 of 12 services have ClusterIP
  deploy/shop.yaml:2:27  (shop), the same in 1 more: web
  fix: set service.type to ClusterIP
error[image-tag]: image.tag must not be one of latest, main, master, develop,
  nightly, edge; it is latest
  deploy/ads.yaml:1:36  (ads), in all 12 services
  fix: set image.tag to another value, or remove it
"""


def test_many_causes_are_in_brief_with_what_few_services_have_first(tmp_path: Path) -> None:
    found = blocks(written(tmp_path, MANY, [TAGGED]))
    assert [line for block in found for line in block] == BRIEF.splitlines()
    assert max(map(len, found)) <= 4


def test_many_services_of_a_cause_in_brief_are_named_as_far_as_there_is_room(
    tmp_path: Path,
) -> None:
    edits = {name: [*MANY.get(name, ()), ROOT] for name in NAMES[:11]}
    found = blocks(written(tmp_path, edits, [TAGGED], Look(width=46)))
    assert found[-1] == [
        "error[non-root]: security-context.non-root",
        "  must be true; it is false",
        "  deploy/ads.yaml:3:33  (ads), the same in 10",
        "    more: cart, faq, geo, jobs and 6 others",
        "  fix: set securityContext.runAsNonRoot to",
        "    true",
    ]


LONG = "service-of-the-platform-with-a-name-as-long-as-a-name-may-be-and-longer"
"""With it a place takes two lines, and a message three."""


@pytest.mark.parametrize("width", [80, 100, 120])
def test_block_is_at_most_twelve_lines_and_of_many_causes_four(width: int, tmp_path: Path) -> None:
    for edits, most in (({"web": [TYPED], "mail": [ROOT]}, 12), (MANY, 4)):
        for name in ("deploy", f"{LONG}/deploy"):
            lines = written(tmp_path / str(most), edits, [TAGGED], Look(width=width), name)
            heads = [n for n, line in enumerate(lines) if line.startswith(("error[", "warning["))]
            ends = [*heads[1:], lines.index("", heads[-1])]
            pairs = zip(heads, ends, strict=True)
            assert len(heads) == (3 if most == 12 else 6)
            assert max(sum(map(bool, lines[start:end])) for start, end in pairs) <= most, lines


def test_block_of_a_violation(tmp_path: Path) -> None:
    lines = written(tmp_path, {"web": [TYPED]}, look=Look(width=80))
    assert lines == BLOCK.splitlines()


BLOCK = """\
warning[service]: service.type is ExternalName; 11 of 12 services have ClusterIP
 --> deploy/web.yaml:2:27  (web)
2 | service: {port: 80, type: ExternalName}
  |                           ^^^^^^^^^^^^
 ~~> deploy/ads.yaml:2:27  (one of the 11)
2 | service: {port: 80, type: ClusterIP}
  |                           ^^^^^^^^^
  = why: Callers, dashboards and network policies that expect the common kind of
         Service fail for one that differs.
  = fix: set service.type to ClusterIP
  = or: accept it in .deploylint.yaml; -v shows the entry

deploy: 12 services, compared with their majority
1 violation (1 warning), 0 allowed deviations, 0 unknown
335 checks passed, 144 of 144 values compared (12 services, 54 rules)
next: run deploylint init, which proposes a reference and a configuration
"""


def test_few_causes_are_in_full_and_name_all_services(tmp_path: Path) -> None:
    edits = {name: [TAGGED] for name in NAMES[:10]}
    lines = written(tmp_path, edits, look=Look(width=200))
    same = f"the same in 9 more: {', '.join(sorted(NAMES[:10])[1:])}"
    assert [line for line in lines if line.endswith(f"  (ads), {same}")]
    assert sum("= why: " in line for line in lines) == 1
    assert [line.partition(":")[0] for line in lines if line.startswith("error[")] == [
        "error[image-tag]"
    ]


def test_many_causes_with_verbose_are_in_full(tmp_path: Path) -> None:
    lines = written(tmp_path, MANY, [TAGGED], Look(1))
    assert sum("= why: " in line for line in lines) == 8
    assert sum("--> " in line for line in lines) == 20
