"""Keys that no element owns: listed where only one side has them, and gated where that is asked."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from deploylint.compare.extra_keys import ExtraKeyFinder
from deploylint.config import load as config
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.service import Service
from deploylint.reports import Look, writer
from tests.support.findings import check_texts, report_texts, rows
from tests.support.projects import report, write
from tests.support.values import service
from tools import TODAY

REFERENCE = """\
image: {repository: acme/api, tag: "1"}
tolerations: [{key: gpu}]
serviceAccount: {create: true, name: api}
affinity: {}
extra:
  hooks: {start: a, stop: b}
workers:
  mail:
    command: [celery, worker, -Q, mail]
    lifecycle: {preStop: {exec: {command: [sleep]}}}
livenessProbe: {httpGet: {path: /health, port: 8000}}
"""
PEER = """\
image: {repository: acme/web, tag: "1"}
serviceAccount: {create: true, annotations: {a: b}}
dnsPolicy: None
extra:
  hooks: {start: a}
workers:
  post:
    command: [./web, worker, --queue=mail]
    priority: high
"""


def run(folder: Path, *rules: str, configuration: str = "") -> Report:
    deploy = folder / "deploy"
    deploy.mkdir(exist_ok=True)
    (deploy / "deploy-python.yaml").write_text(REFERENCE)
    (deploy / "deploy-go.yaml").write_text(PEER)
    path = folder / ".deploylint.yaml"
    path.write_text(f"version: 1\n{configuration}")
    return check.check([deploy], check.CheckOptions(rules=rules), config.load(path), TODAY)


LONE = [
    ("server", "serviceAccount.annotations", True, 2),
    ("server", "dnsPolicy", True, 3),
    ("server", "tolerations", False, 1),
    ("server", "serviceAccount.name", False, 2),
    ("server", "extra.hooks.stop", False, 5),
    ("worker:post", "priority", True, 9),
    ("worker:post", "lifecycle", False, 8),
]


def test_extra_keys_are_reported_at_their_location(tmp_path: Path) -> None:
    (group,) = run(tmp_path).groups
    found = [(k.component, k.key, k.here, k.location.line) for _, k in group.extra_keys]
    assert sorted(found) == sorted(LONE)


def test_extra_key_is_no_violation_by_default(tmp_path: Path) -> None:
    assert not [f for f in run(tmp_path).findings if f.rule == "same-structure"]
    asked = run(tmp_path, configuration="rules: {same-structure: error}\n")
    found = [f for f in asked.findings if f.rule == "same-structure"]
    assert sorted(f.location.line for f in found) == sorted(line for *_, line in LONE)
    assert {f.severity for f in found} == {"error"}
    assert len(run(tmp_path, "same-structure").findings) == len(LONE)


def test_extra_key_may_be_allowed(tmp_path: Path) -> None:
    allow = (
        "rules: {same-structure: error}\n"
        "allow:\n- {rule: same-structure, service: go, to: tolerations, because: x}\n"
    )
    found = [f for f in run(tmp_path, configuration=allow).findings if f.rule == "same-structure"]
    assert [f.actual for f in found if f.status == "allowed"] == ["tolerations"]


@pytest.mark.parametrize("verbosity", [0, 1])
def test_extra_keys_are_listed_with_verbosity(tmp_path: Path, verbosity: int) -> None:
    text = writer("text")(run(tmp_path), Look(verbosity=verbosity, width=200))
    assert ("dnsPolicy: only in go" in text) is bool(verbosity)
    assert ("tolerations: not in go" in text) is bool(verbosity)


def test_extra_keys_are_in_the_json_report(tmp_path: Path) -> None:
    (group,) = json.loads(writer("json")(run(tmp_path), Look()))["groups"]
    listed = [(one["component"], one["key"], one["side"]) for one in group["structure"]]
    sides = {True: "service", False: "reference"}
    assert sorted(listed) == sorted((c, key, sides[here]) for c, key, here, _ in LONE)


def without_some_lines(text: str, chance: random.Random) -> str:
    """A text without some of its blocks of one key, or with some of them empty."""
    blocks = filter(None, re.split(r"^(?=\S)", text, flags=re.MULTILINE))
    kept = (block for block in blocks if chance.random() < 0.9)
    return "".join(
        block if chance.random() < 0.9 else f"{block.partition(':')[0]}: {{}}\n" for block in kept
    )


@pytest.mark.parametrize("seed", range(8))
def test_extra_keys_of_equal_structures_are_those_of_each_service(seed: int) -> None:
    chance = random.Random(seed)
    reference = service(REFERENCE, "in-house", "deploy-python.yaml")
    texts = [PEER, *(without_some_lines(chance.choice((PEER, REFERENCE)), chance) for _ in "abcd")]
    services = [
        service(text, "in-house", f"deploy-{number}.yaml")
        for number, text in enumerate(chance.choices(texts, k=20))
        if "image" in text
    ]
    finder = ExtraKeyFinder(reference)
    together = [list(finder.find(one)) for one in services]
    assert together == [list(ExtraKeyFinder(reference).find(one)) for one in services]
    assert any(together)


@pytest.mark.parametrize(
    ("peer", "keys"),
    [
        ("workers: {mail: {command: [celery, worker]}}\n", []),
        ("taskWorkers: {workers: {mail: {command: [celery, worker]}}}\n", []),
        ("taskWorkers: {defaults: {a: 1}, workers: {mail: {command: [x]}}}\n", []),
        ("mesh: {workers: {mail: {command: [celery, worker]}}}\n", ["mesh"]),
        ("mesh: {a: {}}\nlist: []\n", ["mesh"]),
        ("mesh: {}\nlist: []\ntext: ''\nnothing:\n", []),
        ("mesh: {a: 1, b: {c: 2}}\n", ["mesh"]),
        # no element owns anything in these workers
        ("taskWorkers: {workers: {mail: {retries: 1}}}\n", []),
        ("base: &b {a: 1}\ntaskWorkers: {<<: *b, workers: {mail: {retries: 1}}}\n", ["base"]),
    ],
)
def test_extra_keys_are_whole_sub_trees_without_components(
    peer: str, keys: list[str], folder: Path
) -> None:
    image = 'image: {repository: acme/api, tag: "1"}\n'
    found = check_texts(folder, image, image + peer, only=("same-structure",))
    assert [row.message.partition(" is set here")[0] for row in found] == keys


IMAGE = 'image: {repository: acme/api, tag: "1"}\n'


def sides(reference: str, peer: str) -> tuple[ExtraKeyFinder, Service]:
    """What finds keys beside a reference, and a service."""
    first = service(IMAGE + reference, "in-house", "deploy-python.yaml")
    return ExtraKeyFinder(first), service(IMAGE + peer, "in-house")


@pytest.mark.parametrize(
    ("reference", "peer", "keys"),
    [
        ("mesh: {}", "mesh: {a: 1}", ["mesh"]),  # an empty key is absent
        ("mesh: {a: 1}", "mesh: {}", ["mesh"]),
        ("mesh: {a: 1}", "mesh:", ["mesh"]),
        ("mesh: {}", "mesh:", []),
        ("mesh: {a: 1}", "mesh: text", []),  # each has something there
        ("mesh: text", "mesh: {a: 1}", []),
        ("mesh: [{a: 1}]", "mesh: [{b: 1}]", []),  # lists are not looked into
        ("mesh: [{a: 1}, text]", "mesh: [text, {a: 1}]", []),
    ],
)
def test_key_without_a_value_is_absent_and_any_value_is_one(
    reference: str, peer: str, keys: list[str]
) -> None:
    finder, one = sides(reference, peer)
    assert [key.key for key in finder.find(one)] == keys


WORKER = "workers: {%s: {command: [x]}}"
FURTHER = "mesh: [{x: 1}, {a: {b: 1}}]", "mesh: [{x: 1}, {a: null, b: 1}]"


@pytest.mark.parametrize(
    ("reference", "peer", "misplaced", "misspelt"),
    [
        (*FURTHER, [("mesh[1].b", "mesh[1].a.b")], []),
        (FURTHER[0], FURTHER[1].replace("]", ", {}]"), [], []),  # not as many items
        (
            "mesh: [{gateway: a}]",
            "mesh: [{gatewey: a}]",
            [],
            [("mesh[0].gatewey", "mesh[0].gateway")],
        ),
        ("mesh: [{gateway: a}]", "mesh: [{x: 1}, {gatewey: a}]", [], []),
        (WORKER % "mailer", WORKER % "mailers", [], []),  # workers have names of their own
    ],
)
def test_slip_of_a_key_is_found_in_lists_of_one_length_and_in_no_name_of_a_component(
    reference: str,
    peer: str,
    misplaced: list[tuple[str, str]],
    misspelt: list[tuple[str, str]],
) -> None:
    finder, one = sides(reference, peer)
    assert [(key.key, key.wanted) for key in finder.misplaced(one)] == misplaced
    assert [(key.key, key.wanted) for key in finder.misspelt(one)] == misspelt


def test_key_that_the_profile_does_not_know_is_misspelt_once(folder: Path) -> None:
    reference = f"{IMAGE}livenessProbe: {{httpGet: {{path: /}}}}\n"
    peer = f"{IMAGE}livenesProbe: {{httpGet: {{path: /}}}}\n"
    (row,) = check_texts(folder, reference, peer, only=("unknown-key",))
    assert "did you mean 'livenessProbe'?" in row.message


def manifest(name: str, metadata: str) -> str:
    """The text of a Deployment."""
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {metadata}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: {name}, image: "acme/{name}:1"}}]}}
"""


def test_extra_keys_of_manifests_of_one_structure_are_those_of_each(folder: Path) -> None:
    """What is found once for views of one structure is told of each at its own place."""
    slipped = "{{name: {0}, team: a, labels: {{app: {0}}}}}"
    reference = manifest("python", "{name: python, labels: {app: python, team: a}}")
    web, shop = (manifest(name, slipped.format(name)) for name in ("web", "shop"))
    mail = manifest("mail", "{name: mail, labels: {app: mail, team: a}}")
    texts = reference, web, f"# moved\n{shop}", mail
    report = report_texts(folder, *texts, only=("misplaced-key",), reference="python")
    message = "metadata.team is metadata.labels.team in the reference; indent it as there"
    places = [(row.file, row.line, row.key) for row in rows(report) if row.message == message]
    assert places == [("shop", 4, "metadata.team"), ("web", 3, "metadata.team")]


LAYERED = """\
groups:
  all:
    reference: python
    services:
    - {name: python, files: [deploy/base.yaml, deploy/python.yaml]}
    - {name: web, files: [deploy/base.yaml, deploy/web.yaml]}
"""


@pytest.mark.parametrize(
    ("more", "keys"),
    [
        ("mesh: {a: 1}\n", ["mesh"]),
        ("workers: {mail: {command: [celery, worker]}}\n", []),
        ("taskWorkers: {workers: {mail: {retries: 1}}}\n", []),  # a component is below it
        ("mesh: {more: {workers: {mail: {retries: 1}}}}\n", ["mesh"]),
    ],
)
def test_extra_keys_of_several_files_are_sub_trees_without_components(
    more: str, keys: list[str], folder: Path
) -> None:
    files = {
        ".deploylint.yaml": f"version: 1\n{LAYERED}",
        "deploy/base.yaml": "service: {port: 80}\n",
        "deploy/python.yaml": IMAGE,
        "deploy/web.yaml": IMAGE + more,
    }
    write(folder, files)
    (group,) = report("deploy").groups
    assert [(service, key.key) for service, key in group.extra_keys] == [
        ("web", key) for key in keys
    ]


def test_extra_key_beside_the_only_component_is_of_none(folder: Path) -> None:
    server = "api: {image: {repository: acme/api, tag: '1'}, service: {port: 80}}\n"
    worker = "workers: {mail: {command: [celery, worker]}}\n"
    found = report_texts(folder, server + worker, f"{server}{worker}mesh: {{a: 1}}\n")
    (group,) = found.groups
    assert [(key.component, key.key) for _, key in group.extra_keys] == [("", "mesh")]
