"""What to do about a finding, in words: one row for each kind of finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.reports.fix import what_to_do
from tests.support.projects import write
from tests.support.reports import run, story

ROWS = {
    "another value": (
        {"type: ClusterIP": "type: NodePort"},
        "service.type",
        "set service.type to ClusterIP",
    ),
    "a value that is a part of a word": (
        {"--queue=events, --concurrency=2": "--queue=events, --concurrency=9"},
        "workers.concurrency",
        "set workers.concurrency to 2",
    ),
    "a truth value": (
        {"allowPrivilegeEscalation: false": "allowPrivilegeEscalation: true"},
        "security-context.privilege-escalation",
        "set securityContext.allowPrivilegeEscalation to false",
    ),
    "a missing value": (
        {"  interval: 30s\n": ""},
        "monitoring.interval",
        "add serviceMonitor.interval as 30s",
    ),
    "a missing element": (
        {"livenessProbe:": "extra:"},
        "liveness-probe.present",
        "add livenessProbe",
    ),
    "an own name": (
        {"fullnameOverride: api-service": "fullnameOverride: again"},
        "service.name",
        "set fullnameOverride to ai-backend, "
        "with this service's own name in place of the reference's",
    ),
    "another one's name": (
        {"name: api-service-env": "name: ai-backend-env"},
        "environment.secrets",
        "set envFrom[0].secretRef.name to this service's own name; "
        "ai-backend-env is another service's",
    ),
    "a misspelt key": (
        {"livenessProbe:": "livenesProbe:"},
        "",
        "use the known key, or remove this one",
    ),
}


@pytest.mark.parametrize(("edits", "address", "wanted"), ROWS.values(), ids=ROWS)
def test_fix_names_the_change(
    tmp_path: Path, edits: dict[str, str], address: str, wanted: str
) -> None:
    report = run(story(tmp_path / "deploy", edits))
    found = [what_to_do(f) for f in report.findings if f.status != "allowed"]
    about = [f.address for f in report.findings if f.status != "allowed"]
    assert (address, wanted) in zip(about, found, strict=True)


SHOP = """controllers:
  NAME:
    containers:
      app:
        image: {repository: acme/NAME, tag: v1.2}
        securityContext: {runAsNonRoot: true}
"""


def test_fix_of_a_missing_key_has_the_service_s_own_name(tmp_path: Path) -> None:
    files = {name: SHOP.replace("NAME", name) for name in ("api", "shop", "mail", "cart")}
    files["cart"] = files["cart"].rpartition("        securityContext")[0]
    write(tmp_path, {f"deploy/{name}.yaml": text for name, text in files.items()})
    report = run(tmp_path / "deploy")
    fixes = {one.address: what_to_do(one) for one in report.findings if one.votes}
    assert fixes == {
        "security-context.present": "add controllers.cart.containers.app.securityContext"
    }
