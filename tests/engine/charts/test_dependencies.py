"""Keys in the values of a chart that those of its dependencies are below, and their switches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.charts.test_parents import ELSEWHERE, NAMED, NAMES, around, chart
from tests.engine.folders.test_search import report
from tests.support.projects import said

ALIASES = ("node-btc", "node-eth", "node-sol")
OF_ONE_CHART = tuple(
    f"name: node, alias: {alias}, repository: 'https://charts.acme.dev', condition: {alias}.enabled"
    for alias in ALIASES
)
IN_FOLDERS = tuple(
    f"{named}, condition: {name}.enabled" for name, named in zip(NAMES, NAMED, strict=True)
)
PROGRAM = "image: {repository: acme/node, tag: '1.2.0'}"
NODES = "".join(f"{alias}: {{enabled: true, {PROGRAM}}}\n" for alias in ALIASES)
OWN = "".join(f"{name}: {{enabled: true, replicaCount: 2}}\n" for name in NAMES)
DATABASE = "name: metabase, repository: 'https://x.dev', condition: metabase.enabled"
VALUES = chart("shop", "shop")["shop/values.yaml"]
WITH_DATABASE = f"{VALUES}metabase: {{enabled: true, auth: {{database: shop}}}}\n"
READS_ALL = {"shop/templates/a.yaml": "a: {{ toYaml .Values }}\n"}
READS_IT = {"shop/templates/a.yaml": "a: {{ .Values.metabse.auth }}\n"}


def umbrella(old: str, new: str) -> dict[str, str]:
    return around("shop", *OF_ONE_CHART, values=NODES.replace(old, new, 1))


def own_charts(old: str, new: str) -> dict[str, str]:
    return ELSEWHERE | around("shop", *IN_FOLDERS, values=OWN.replace(old, new, 1))


def program(old: str, new: str) -> dict[str, str]:
    values = WITH_DATABASE.replace(old, new, 1)
    return chart("shop", "shop") | around("shop", DATABASE, values=values)


@pytest.mark.parametrize(
    ("files", "findings"),
    [
        (umbrella("", ""), []),
        # the key of a chart
        (umbrella("node-eth:", "node-eht:"), ["values.yaml:2 unknown-key"]),
        (umbrella("node-sol:", "nodesol:"), ["values.yaml:3 unknown-key"]),
        (umbrella("node-eth:", "common:"), []),  # is near no chart
        (umbrella("node-eth: {enabled: true,", "node-eth: {enabled: false,"), []),
        (program("", ""), []),
        (program("metabase:", "metabse:"), ["values.yaml:5 unknown-key"]),
        (program("metabase:", "metabse:") | READS_IT, []),
        (program("metabase:", "metabse:") | READS_ALL, []),
        # its switch
        (umbrella("enabled", "enablde"), ["values.yaml:1 unknown-key"]),
        (umbrella("enabled", "enable"), ["values.yaml:1 unknown-key"]),
        (umbrella("enabled: true", "enabled: true, enable: true"), []),
        (own_charts("", ""), []),
        (own_charts("enabled", "enablde"), ["values.yaml:1 unknown-key"]),
        (own_charts("enabled: true", "enables: 3"), []),  # another setting of the chart
        (program("enabled", "enable"), ["values.yaml:5 unknown-key"]),
        # a text in its place
        (umbrella("enabled: true", 'enabled: "false"'), ["values.yaml:1 wrong-type"]),
        (own_charts("enabled: true", 'enabled: "true"'), ["values.yaml:1 wrong-type"]),
        (program("enabled: true", "enabled: 'false'"), ["values.yaml:5 wrong-type"]),
        (program("enabled: true", "enabled: false"), []),
    ],
)
def test_dependency_key_or_switch_that_helm_does_not_take_is_reported(
    files: dict[str, str], findings: list[str], folder: Path
) -> None:
    assert [
        each for each in said(report(folder, files, ".")) if "unk" in each or "typ" in each
    ] == (findings)


def test_misspelt_key_in_the_lowest_values_has_those_of_its_chart(folder: Path) -> None:
    layers = {"values-prod": "node-eth: {replicaCount: 3}\n"}
    files = umbrella("node-eth:", "node-eht:") | around(
        "shop", *OF_ONE_CHART, **{"values": NODES.replace("node-eth:", "node-eht:"), **layers}
    )
    found = report(folder, files, ".")
    assert [each for each in said(found) if "unknown-key" in each] == ["values.yaml:2 unknown-key"]
