"""Servers that lack a readiness probe where some of their siblings have one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import deployment, report, write

LISTED = "        ports: [{containerPort: 8080}]\n"
PROBE = "        readinessProbe: {httpGet: {path: /ready, port: 8080}}\n"
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {selector: {app: NAME}, ports: [{port: 80, targetPort: 8080}]}
"""
SERVER = deployment("NAME", LISTED) + SERVICE
READY = deployment("NAME", LISTED + PROBE) + SERVICE
NAMES = ("cart", "orders", "payment", "user", "web")


def lacking(folder: Path, *servers: str) -> list[str]:
    """The files that are reported of some servers."""
    files = {
        f"deploy/{name}.yaml": text.replace("NAME", name)
        for name, text in zip(NAMES, servers, strict=False)
    }
    found = report(write(folder, files) / "deploy", rules=("partial-readiness",)).findings
    return [Path(one.location.file).name for one in found]


def test_servers_are_reported_where_two_siblings_have_a_readiness_probe(tmp_path: Path) -> None:
    assert lacking(tmp_path, READY, READY, SERVER, SERVER, SERVER) == [
        "payment.yaml",
        "user.yaml",
        "web.yaml",
    ]


@pytest.mark.parametrize("ready", [0, 1, 4, 5])
def test_servers_are_not_reported_where_one_has_it_or_most_do(ready: int, tmp_path: Path) -> None:
    assert lacking(tmp_path, *[READY] * ready, *[SERVER] * (5 - ready)) == []


def test_message_counts_the_servers_and_shows_one_that_has_it(tmp_path: Path) -> None:
    files = {f"deploy/{n}.yaml": SERVER.replace("NAME", n) for n in NAMES}
    files |= {f"deploy/{n}.yaml": READY.replace("NAME", n) for n in NAMES[:2]}
    found = report(write(tmp_path, files) / "deploy", rules=("partial-readiness",)).findings
    assert {one.message for one in found} == {"readinessProbe: not set; 2 of 5 servers set it"}
    assert {one.location.line for one in found} == {10}
    ((_, other, text),) = found[0].related
    assert (Path(other.file).name, text) == ("cart.yaml", "set here")


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: NAME}
spec:
  chart: {spec: {chart: app-template}}
  values:
    image: {repository: ghcr.io/acme/NAME, tag: "1"}
    service: {main: {ports: {http: {port: 8080}}}}
"""
PROBES = """\
    probes:
      liveness: &probes {enabled: true, custom: true, spec: {httpGet: {path: /up, port: 8080}}}
      readiness: *probes
"""


def test_message_names_the_probe_where_an_alias_repeats_another(tmp_path: Path) -> None:
    files = {f"apps/{n}/release.yaml": RELEASE.replace("NAME", n) for n in NAMES}
    files |= {f"apps/{n}/release.yaml": RELEASE.replace("NAME", n) + PROBES for n in NAMES[:2]}
    found = report(write(tmp_path, files) / "apps", rules=("partial-readiness",)).findings
    assert {one.message for one in found} == {"readiness-probe: not set; 2 of 5 servers set it"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SERVER.replace(LISTED, ""), id="no port is listed"),
        pytest.param(SERVER.replace(SERVICE, ""), id="no Service leads to it"),
        pytest.param(SERVER.replace("example/NAME", "example/shop-mysql"), id="a store"),
        pytest.param(SERVER.replace("acme.example/NAME", "redis"), id="anybody's program"),
        pytest.param(
            SERVER.replace("acme.example/", "ghcr.io/tools/"), id="other people's program"
        ),
    ],
)
def test_program_that_is_no_such_server_is_not_reported(other: str, tmp_path: Path) -> None:
    assert lacking(tmp_path, READY, READY, SERVER, SERVER, other) == ["payment.yaml", "user.yaml"]


def test_images_of_one_folder_of_a_registry_are_of_the_same_people(tmp_path: Path) -> None:
    texts = [text.replace("acme.example/", "ghcr.io/acme/") for text in (READY, READY, SERVER)]
    assert lacking(tmp_path, *texts, SERVER, SERVER) == []
    assert lacking(tmp_path, *texts, texts[2], texts[2]) == [
        "payment.yaml",
        "user.yaml",
        "web.yaml",
    ]
