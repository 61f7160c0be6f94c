"""Values files whose values all stand under the names of charts inside."""

from __future__ import annotations

import pytest

from deploylint.documents.nodes import child, plain
from deploylint.shapes import contents, profiles
from deploylint.shapes.carried import Contents
from deploylint.shapes.services import read_service
from tests.shapes.samples import document

WHOLE = "{image: {repository: acme/api}, service: {port: 80}}"


def held(text: str) -> Contents:
    return contents.of(document(text, "deploy/values-web.yaml"))


def named(text: str) -> list[str]:
    found = (read_service(one, profiles.load("helm-create")) for one in held(text).values)
    return [service.name for service in found if service is not None]


CHARTS = [
    # one name: the file's service
    (f"generic: {WHOLE}\n", ["web"]),
    (f"generic: {WHOLE}\nglobal: {{a: b}}\nalerts: {{severity: x}}\n", ["web"]),
    (f"generic: {WHOLE}\nimagePullSecrets: []\nnameOverride: ''\n", ["web"]),
    (f"generic: {WHOLE}\npostgresql: {WHOLE}\n", ["web"]),
    # several: a service each
    (f"api: {WHOLE}\nadmin: {WHOLE}\nredis: {WHOLE}\n", ["api", "admin"]),
    # the root says something itself, or nobody is whole: the file is what it is
    (f"api: {WHOLE}\nadmin: {WHOLE}\nimage: acme/web:1\n", ["web"]),
    ("api: {image: acme/api}\nreplicaCount: 1\n", ["web"]),
    ("api: {image: {tag: x}, service: {port: 80}}\n", []),
    ("api: {image: acme/api}\n", []),
    ("redis: {image: {repository: r}, service: {port: 1}}\n", []),
    (f"worker: {WHOLE}\n", ["web"]),  # a place of the profile, and no chart
]


@pytest.mark.parametrize(("text", "names"), CHARTS)
def test_who_the_services_of_a_file_are(text: str, names: list[str]) -> None:
    assert named(text) == names


def test_what_is_no_service_is_named() -> None:
    found = held(f"api: {WHOLE}\nadmin: {WHOLE}\njob: {{image: a}}\nredis: {{a: b}}\nflag: 1\n")
    assert found.passed_over == ("job: no whole service of its own, beside api, admin",)


def test_what_was_decided_is_said() -> None:
    (one,) = held(f"# x\ngeneric: {WHOLE}\n").values
    assert one.origin is not None
    said = "all its values stand under generic, line 2: a chart that wraps another"
    assert one.origin.notes == (said,)
    first, _ = held(f"api: {WHOLE}\nadmin: {WHOLE}\n").values
    assert first.origin is not None
    assert first.origin.notes == ("an umbrella of 2 services; this one under api, line 1",)


def test_global_is_handed_to_each_chart_and_wins_over_its_own() -> None:
    api = "api: {global: {a: 0, b: 0}, image: {repository: a}, service: {port: 80}}\n"
    first, second = held(f"global: {{a: 1}}\n{api}admin: {WHOLE}\n").values
    shared = [child(one.roots[0], "global") for one in (first, second)]
    assert [node and plain(node) for node in shared] == [{"a": 1, "b": 0}, {"a": 1}]


def test_there_is_an_end_to_what_is_handed_to_all() -> None:
    many = ", ".join("x" * 1001)
    charts = "".join(f"c{number}: {WHOLE}\n" for number in range(1000))
    (problem,) = held(f"{charts}global: {{a: [{many}]}}\n").problems
    assert (problem.line, problem.message) == (
        1001,
        "global is too large to be handed to 1000 charts",
    )


def test_keys_written_twice_are_told_once() -> None:
    twice = "{image: {repository: a}, service: {port: 80}, x: 1, x: 2}"
    first, second = held(f"y: 1\ny: 2\napi: {WHOLE}\nadmin: {twice}\n").values
    assert [wins.content for _, wins in first.duplicates] == ["y"]
    assert [wins.content for _, wins in second.duplicates] == ["x"]
