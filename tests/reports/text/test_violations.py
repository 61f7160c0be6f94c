"""Blocks of violations: one for each cause, in brief where there are many causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from deploylint.engine import check
from deploylint.engine.result import exit_code
from deploylint.reports import Look, concise
from deploylint.reports.text import report as text
from tests.support.findings import configured
from tests.support.projects import write
from tests.support.reports import inside
from tools import TODAY

NAMES = ("web", "shop", "mail", "jobs", "cart", "tax", "geo", "ads", "ship", "pay", "faq", "crm")
SERVICE = """image: {repository: acme/NAME, tag: v1.2}
service: {port: 80, type: ClusterIP}
securityContext: {runAsNonRoot: true}
resources: {limits: {cpu: 1, memory: 1Gi}}
livenessProbe: {enabled: true, path: /up, port: 80}
"""
Edit = Callable[[str], str]


def without(key: str) -> Edit:
    return lambda values: "".join(
        line for line in values.splitlines(keepends=True) if not line.startswith(f"{key}:")
    )


def written(
    folder: Path, edits: dict[str, Iterable[Edit]], every: Iterable[Edit] = (), **look: int
) -> list[str]:
    """The lines of the report about twelve services without a reference, some edited, or all."""
    files = {}
    for name in NAMES:
        values = SERVICE.replace("NAME", name)
        for edit in (*every, *edits.get(name, ())):
            values = edit(values)
        files[f"deploy/{name}.yaml"] = values
    write(folder, files)
    with inside(folder):
        paths = [Path("deploy")]
        report = check.check(paths, check.CheckOptions(), configured(paths, None, True), TODAY)
        violations = report.summary.violations
        assert len(concise.write(report, Look(-1)).splitlines()) == violations
        assert exit_code(report, "warning") == int(violations > 0)
        return text.write(report, Look(**look)).splitlines()


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


TYPED, TAGGED = changed("ClusterIP", "NodePort"), changed("v1.2", "latest")
ROOT, PATH = changed("NonRoot: true", "NonRoot: false"), changed("/up", "/down")
UNLIMITED = without("resources")
MANY = {"web": [TYPED], "shop": [TAGGED, TYPED], "mail": [ROOT], "pay": [PATH]}


def test_many_causes_are_in_brief_with_what_few_services_have_first(tmp_path: Path) -> None:
    found = blocks(written(tmp_path, MANY, [UNLIMITED]))
    assert max(map(len, found)) <= 4
    assert [(block[0].partition(":")[0], block[-1].strip()) for block in found] == [
        ("error[non-root]", "deploy/mail.yaml:3:33  (mail)"),
        ("error[image-tag]", "deploy/shop.yaml:1:37  (shop)"),
        ("warning[security-context]", "deploy/mail.yaml:3:33  (mail)"),
        ("warning[probes]", "deploy/pay.yaml:4:38  (pay)"),
        ("warning[image]", "deploy/shop.yaml:1:37  (shop)"),
        ("warning[service]", "deploy/shop.yaml:2:27  (shop), the same in 1 more: web"),
        ("error[memory-limit]", "deploy/ads.yaml:1:1  (ads), in all 12 services"),
        ("warning[cpu-limit]", "deploy/ads.yaml:1:1  (ads), in all 12 services"),
    ]


def test_few_causes_are_in_full_and_name_all_services(tmp_path: Path) -> None:
    edits = {name: [UNLIMITED] for name in NAMES[:10]}
    lines = written(tmp_path, edits, width=200)
    same = f"the same in 9 more: {', '.join(sorted(NAMES[:10])[1:])}"
    assert [line.strip() for line in lines if "the same in" in line] == [same, same]
    assert sum("= why: " in line for line in lines) == 2
    assert [line for line in lines if line.startswith(("error[", "warning["))] == [
        "error[memory-limit]: resources.limits.memory must be set; it is not set",
        "warning[cpu-limit]: resources.limits.cpu must be set; it is not set",
    ]


def test_many_causes_with_verbose_are_in_full(tmp_path: Path) -> None:
    lines = written(tmp_path, MANY, [UNLIMITED], verbosity=1)
    assert sum("= why: " in line for line in lines) == 8
    assert sum("--> " in line for line in lines) == 7 + 2 * 12
