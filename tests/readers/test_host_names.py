"""Hosts in values as the chart of ``helm create`` has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts

VALUES = "image: {repository: acme/api, tag: '1'}\ningress:\n  enabled: true\n  %s\n"


@pytest.mark.parametrize("part", ["hosts: [{host: %s}]", "tls: [{hosts: [%s]}]"])
@pytest.mark.parametrize(
    ("host", "count"),
    [
        ("api.acme.dev", 0),
        ("chart-example.local", 0),
        ("'{{ .Values.host }}'", 0),
        ("'<your host>'", 0),
        ("$shop_host", 0),
        ("shop.$domain", 0),
        ("shop.$5.dev", 1),
        ("https://api.acme.dev", 1),
        ("api.acme.dev:443", 1),
    ],
)
def test_host_in_values_is_a_dns_name(host: str, count: int, part: str, folder: Path) -> None:
    rows = check_texts(folder, VALUES % (part % host), only=["wrong-value"])
    assert [row.line for row in rows if row.status == "violation"] == [4] * count
