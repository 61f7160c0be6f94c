"""Values files whose values all stand under the names of charts inside."""

from __future__ import annotations

import pytest

from deploylint.documents.nodes import child, plain
from deploylint.readers import detect
from deploylint.readers.helm import profile, umbrella
from deploylint.readers.service import read_service
from deploylint.readers.wrapped.values import FileContents
from tests.support.values import document

WHOLE = "{image: {repository: acme/api}, service: {port: 80}}"


def held(text: str) -> FileContents:
    return detect.read_contents(document(text, "deploy/values-web.yaml"))


def named(text: str) -> list[str]:
    found = (read_service(one, profile.load("helm-create")) for one in held(text).values)
    return [service.name for service in found if service is not None]


PROGRAM = (
    "{image: {repository: acme/api}, replicas: 1, resources: {limits: {cpu: 1}},"
    " livenessProbe: {httpGet: {path: /}}, podSecurityContext: {runAsUser: 1}}"
)
PROGRAMS = f"api: {PROGRAM}\njobs: {PROGRAM}\nweb-ui: {PROGRAM}\n"

CHARTS = [
    # one name: the file's service
    (f"generic: {WHOLE}\n", ["web"]),
    (f"generic: {WHOLE}\nglobal: {{a: b}}\nalerts: {{severity: x}}\n", ["web"]),
    (f"generic: {WHOLE}\nimagePullSecrets: []\nnameOverride: ''\n", ["web"]),
    (f"generic: {WHOLE}\npostgresql: {WHOLE}\n", ["web"]),
    ("generic: {image: {repository: a}, ingress: {host: x}}\n", ["web"]),  # a route serves it too
    # several: a service each
    (f"api: {WHOLE}\nadmin: {WHOLE}\nredis: {WHOLE}\n", ["api", "admin"]),
    # three programs with an image each are that, whatever they share
    (PROGRAMS + "replicaCount: 1\ningress: {enabled: true, host: x}\n", ["api", "jobs", "web-ui"]),
    (PROGRAMS + "redis: {image: {repository: r}, port: 1}\n", ["api", "jobs", "web-ui"]),
    (PROGRAMS + "image: acme/web:1\n", ["web"]),
    (PROGRAMS.replace("replicas: 1, ", "") + "replicaCount: 1\n", ["web"]),
    (PROGRAMS.replace("jobs", "worker") + "replicaCount: 1\n", ["web"]),  # a place of the profile
    # the root says something itself, or nobody is whole: the file is what it is
    (f"api: {WHOLE}\nadmin: {WHOLE}\nimage: acme/web:1\n", ["web"]),
    ("api: {image: acme/api}\nreplicaCount: 1\n", ["web"]),
    ("api: {image: {tag: x}, service: {port: 80}}\n", []),
    ("api: {image: acme/api}\n", []),
    ("api: {image: {repository: acme/api}, replicaCount: 1}\n", []),
    ("redis: {image: {repository: r}, service: {port: 1}}\n", []),
    (f"worker: {WHOLE}\n", ["web"]),  # a place of the profile, and no chart
]


@pytest.mark.parametrize(("text", "names"), CHARTS)
def test_umbrella_file_has_its_services(text: str, names: list[str]) -> None:
    assert named(text) == names


def test_umbrella_key_without_a_service_is_named() -> None:
    found = held(f"api: {WHOLE}\nadmin: {WHOLE}\njob: {{image: a}}\nredis: {{a: b}}\nflag: 1\n")
    assert found.skipped == ("job: not a complete service, beside api, admin",)


UNREAD = "rates: {image: acme/rates, cpu: 1}\nmail: {image: 'acme/mail:1'}\n"


def test_services_in_a_spelling_that_is_not_read_are_reported() -> None:
    found = held(f"replicas: 2\n{UNREAD}")
    assert (found.values, found.problems) == ((), ())
    assert found.skipped == ("rates, mail: services in a spelling that is not read",)


@pytest.mark.parametrize(
    "more",
    ["image: acme/web", "api: {image: {repository: acme/api}}", "worker: {image: acme/api}"],
)
def test_services_beside_an_image_that_is_read_are_no_reason_to_skip_a_file(more: str) -> None:
    assert held(f"replicas: 2\n{UNREAD}{more}\n").skipped == ()


def test_umbrella_service_notes_its_source() -> None:
    (one,) = held(f"# x\ngeneric: {WHOLE}\n").values
    assert one.origin is not None
    said = "all its values are under generic, line 2: a chart around another"
    assert one.origin.notes == (said,)
    first, _ = held(f"api: {WHOLE}\nadmin: {WHOLE}\n").values
    assert first.origin is not None
    assert first.origin.notes == ("an umbrella of 2 services; this one under api, line 1",)


def test_umbrella_global_is_passed_to_each_chart_and_wins() -> None:
    api = "api: {global: {a: 0, b: 0}, image: {repository: a}, service: {port: 80}}\n"
    first, second = held(f"global: {{a: 1}}\n{api}admin: {WHOLE}\n").values
    shared = [child(one.roots[0], "global") for one in (first, second)]
    assert [node and plain(node) for node in shared] == [{"a": 1, "b": 0}, {"a": 1}]


def test_umbrella_global_is_bounded() -> None:
    many = ", ".join("x" * 1001)
    charts = "".join(f"c{number}: {WHOLE}\n" for number in range(1000))
    (problem,) = held(f"{charts}global: {{a: [{many}]}}\n").problems
    assert (problem.line, problem.message) == (
        1001,
        "global is too large for 1000 charts",
    )


def test_umbrella_duplicate_keys_are_reported_once() -> None:
    twice = "{image: {repository: a}, service: {port: 80}, x: 1, x: 2}"
    first, second = held(f"y: 1\ny: 2\napi: {WHOLE}\nadmin: {twice}\n").values
    assert [wins.content for _, wins in first.duplicates] == ["y"]
    assert [wins.content for _, wins in second.duplicates] == ["x"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("generic: {replicaCount: 2}\nalerts: {a: b}\n", "generic"),
        ("app: {worker: {replicaCount: 2}}\nweb: {ingress: {host: x}}\n", "app, web"),
        ("alerts: {a: b}\nredis: {image: a}\n", ""),
    ],
)
def test_umbrella_keys_that_resemble_charts_are_named(text: str, names: str) -> None:
    assert umbrella.unread_charts(document(text)) == names
