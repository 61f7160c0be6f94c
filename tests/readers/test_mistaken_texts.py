"""Slips in texts: here those of addresses."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.readers.mistaken_texts import mistaken_texts
from tests.support.projects import report, write


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("httsp://api.acme.io", "https://"),
        ("htpps://api.acme.io", "https://"),
        ("curl -f htpp://api:8080/health && echo", "http://"),
        ("postgers://db:5432/api", "postgres://"),
        ("reids://cache:6379/0", "redis://"),
        ("http:/api:8080", "http://"),
        ("https//api.acme.io", "https://"),
        ("https:///api.acme.io", "https://"),
        ("http;//api", "http://"),
        ("redis://cache.shop.scv.cluster.local:6379", "svc.cluster.local"),
        ("cache.shop.svc.cluster.lcoal", "svc.cluster.local"),
        ("tcp://cache.shop.svc.cluser.local:6379", "svc.cluster.local"),
    ],
)
def test_address_that_nothing_has_is_a_slip(text: str, meant: str) -> None:
    assert [message.split()[-1].rstrip("?") for message in messages(text)] == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "https://api.acme.io",
        "http://cache.shop.svc.cluster.local:6379/a//b",
        "jdbc:postgresql://db:5432/api",
        "acme://api",  # a scheme of its own
        "shttp2://api",  # two letters off
        "http://{{ .Values.host }}",
        "//api.acme.io/path",
        "http/1.1",
        "http:/{path}",
        r"one line\nhttps://api",
        "https?://.*",
        "git+htpp://x",  # a scheme that is made of two
        "cache.shop.svc.cluster.internal",  # another domain of a cluster
        "10-0-0-1.shop.pod.cluster.local",
    ],
)
def test_address_that_may_be_right_is_no_slip(text: str) -> None:
    assert messages(text) == []


def messages(text: str) -> list[str]:
    document = read_text(f"url: {text}\n", "values.yaml")
    assert isinstance(document, Document)
    return [fault.message for fault in mistaken_texts(document.roots[0])]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("metrics: {listenPort: 0443}", ["metrics.listenPort: 0443 begins with a zero"]),
        ("debug_port: 08080", ["debug_port: 08080 begins with a zero"]),
        ("extraPorts: [80, 0443]", ["extraPorts[1]: 0443 begins with a zero"]),
        ("ports: {http: 0443, grpc: 443}", ["ports.http: 0443 begins with a zero"]),
        ("listenPort: 01\nphone: 0443\nreport: 0443", []),
    ],
)
def test_port_with_a_leading_zero_is_reported_with_its_key(text: str, messages: list[str]) -> None:
    document = read_text(f"{text}\n", "values.yaml")
    assert isinstance(document, Document)
    found = [fault.message.partition(",")[0] for fault in mistaken_texts(document.roots[0])]
    assert found == messages


WORDS = [
    ("lCusterIP", "ClusterIP"),
    ("IfNotPresnet", "IfNotPresent"),
    ("developemnt", "development"),
    ("developent", "development"),
    ("Alawys", "Always"),
    ("ture", "true"),
    ("enable", ""),  # a word of its own
    ("Aways", ""),
    ("develop", ""),
    ("app-developemnt", ""),
    ("satging a cluster", ""),
    ("development", ""),
]


@pytest.mark.parametrize(("text", "meant"), WORDS)
def test_word_with_two_letters_swapped_or_one_missing_is_a_slip(text: str, meant: str) -> None:
    words = [message.split()[-1].strip("'?") for message in messages(text)]
    assert words == [meant] * bool(meant)


def test_part_of_a_file_that_is_no_service_is_looked_at_too(tmp_path: Path) -> None:
    chart = "name: api\ndependencies: [{name: generic-service}, {name: alerts}]\n"
    base = "generic-service:\n  image: {repository: acme/api, tag: '1'}\n  service: {port: 80}\n"
    layer = "generic-service: {replicaCount: 2}\nalerts: {%s: a, silent: %s}\n"
    write(
        tmp_path,
        {
            "api/Chart.yaml": chart,
            "api/values.yaml": base + "alerts: {alertSeverity: low, silent: false}\n",
            "api/values-dev.yaml": layer % ("alertSeverity", "flase"),
            "api/values-prod.yaml": layer % ("alertSveerity", "true"),
        },
    )
    findings = report(tmp_path, rules=("wrong-type", "unknown-key")).findings
    assert sorted((Path(f.location.file).name, f.location.line, f.rule) for f in findings) == [
        ("values-dev.yaml", 2, "wrong-type"),
        ("values-prod.yaml", 2, "unknown-key"),
    ]


@pytest.mark.parametrize("domain", ["d%s.example.com/x", "app.kubernets.io/x%s", "-d%s"])
def test_rows_are_looked_at_once_however_many_keys_have_a_domain(domain: str) -> None:
    few, many = (
        lines_run("a:\n" + "".join(f"  {domain % n}: a\n" for n in range(count)))
        for count in (50, 500)
    )
    assert many < 12 * few


def lines_run(text: str) -> int:
    """How many lines of the module run, each turn of a loop as one."""
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document)
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        count += frame.f_code.co_filename == mistaken_texts.__code__.co_filename
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        list(mistaken_texts(document.roots[0]))
    finally:
        sys.settrace(before)
    return count
