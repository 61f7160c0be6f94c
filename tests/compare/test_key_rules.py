"""Rules about keys: every operator, own names, missing keys, votes, secrets and allowances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploylint.config.rule_files import read_folders
from deploylint.engine.examples import run_examples
from deploylint.model.finding import Finding
from deploylint.reports import Look, explain
from deploylint.reports.fix import allowance
from tests.support.findings import check_texts, places, report_texts
from tests.support.folders import FIXTURES

IMAGE = 'image: {repository: acme/%s, tag: "1"}\n'
API, WEB = IMAGE % "api", IMAGE % "web"
ALONE = "reference: none\n"

MESH = {
    "on": "mesh: {enabled: true}\n",
    "off": "mesh: {enabled: false}\n",
    "text": 'mesh: {enabled: "true"}\n',
    "not set": "mesh: {mode: strict}\n",
    "nothing": "",
    "empty": "mesh: {enabled: }\n",
    "template": 'mesh: {enabled: "{{ .Values.on }}"}\n',
}
PATH = "key:mesh.enabled"


@pytest.mark.parametrize(
    ("must", "said", "wanted"),
    [
        ("{be: true}", "on", ""),
        ("{be: true}", "off", "2 violation"),
        ("{be: true}", "text", "2 violation"),
        ("{be: true}", "not set", "2 violation"),
        ("{be: true}", "nothing", "1 violation"),
        ("{be: true}", "empty", "2 violation"),
        ("{be: true}", "template", "2 unknown"),
        ("{be: {one-of: [true, false]}}", "off", ""),
        ('{be: {matching: "t.*"}}', "text", ""),
        ("{not-be: true}", "text", ""),
        ("{not-be: true}", "on", "2 violation"),
        ("{not-be: true}", "not set", ""),
        ("{be: present}", "off", ""),
        ("{be: present}", "empty", "2 violation"),
        ("{be: absent}", "not set", ""),
        ("{be: absent}", "off", "2 violation"),
    ],
)
def test_key_alone_is_held_to_what_it_must_be(
    must: str, said: str, wanted: str, folder: Path
) -> None:
    rule = f"key: mesh.enabled, must: {must}"
    found = check_texts(folder, API + MESH[said], rule=rule, configuration=ALONE)
    assert places(found) == ([f"python:{wanted} server/{PATH}"] if wanted else [])


@pytest.mark.parametrize(
    ("must", "reference", "peer", "wanted"),
    [
        ("equal", "on", "on", ""),
        ("equal", "on", "off", "2 violation"),
        ("equal", "on", "text", "2 violation"),
        ("equal", "on", "not set", "2 violation"),
        ("equal", "on", "nothing", "1 violation"),
        ("equal", "on", "template", "2 unknown"),
        ("equal", "template", "on", "2 unknown"),
        ("equal", "nothing", "on", "2 violation"),
        ("equal", "nothing", "template", "2 unknown"),
        ("equal", "nothing", "empty", ""),
        ("contain", "nothing", "on", ""),
        ("contain", "nothing", "template", ""),
        ("contain", "on", "off", "2 violation"),
        ("contain", "on", "nothing", "1 violation"),
    ],
)
def test_key_is_compared_with_the_reference_in_every_state(
    must: str, reference: str, peer: str, wanted: str, folder: Path
) -> None:
    texts = API + MESH[reference], WEB + MESH[peer]
    found = check_texts(folder, *texts, rule=f"key: mesh.enabled, must: {must}")
    assert places(found) == ([f"web:{wanted} server/{PATH}"] if wanted else [])


@pytest.mark.parametrize(
    ("there", "here", "is_within"), [(4, 8, True), (4, 9, False), (8, 4, True)]
)
def test_number_at_a_key_is_within_a_ratio(
    there: int, here: int, is_within: bool, folder: Path
) -> None:
    texts = f"{API}pool: {{size: {there}}}\n", f"{WEB}pool: {{size: {here}}}\n"
    found = check_texts(folder, *texts, rule="key: pool.size, must: {within: {ratio: 2}}")
    assert len(found) == int(not is_within)


TREE = "mesh: {peers: [{name: %s, port: 80}, {name: db, port: 5432}], mode: %s}\n"


@pytest.mark.parametrize(
    ("must", "reference", "peer", "wanted"),
    [
        ("equal", TREE % ("api", "strict"), TREE % ("web", "strict"), []),
        ("equal", TREE % ("api", "strict"), TREE % ("api", "strict"), []),
        ("equal", TREE % ("api", "strict"), TREE % ("web", "loose"), ["mesh.mode"]),
        ("equal", TREE % ("api", "strict"), TREE % ("shop", "strict"), ["mesh.peers"]),
        ("equal", "mesh: [a, b]\n", "mesh: [a, c]\n", ["mesh[1]"]),
        ("contain", "mesh: [a]\n", "mesh: [a, b]\n", []),
        ("contain", "mesh: {a: 1}\n", "mesh: {a: 1, b: 2}\n", []),
        ("contain", "mesh: {a: 1}\n", "mesh: {b: 2}\n", ["mesh"]),
        ("equal", "mesh: {a: 1}\n", "mesh: [1]\n", ["mesh"]),
        ("equal", "mesh: {a: {b: 1}}\n", "mesh: {a: {}}\n", ["mesh.a"]),
        ("equal", "mesh: {a: 1}\n", "mesh: {a: true}\n", ["mesh.a"]),
        ("equal", "mesh: {a: 1}\n", "mesh: {a: 1.0}\n", []),
    ],
)
def test_tree_at_a_key_is_reported_by_its_single_differences(
    must: str, reference: str, peer: str, wanted: list[str], folder: Path
) -> None:
    found = check_texts(folder, API + reference, WEB + peer, rule=f"key: mesh, must: {must}")
    assert [row.path.removeprefix("server/key:") for row in found] == wanted


def test_own_name_in_a_text_agrees_with_the_other_own_name(folder: Path) -> None:
    texts = (
        f"{API}account: api-sa\n",
        f"{WEB}account: web-sa\n",
        f"{IMAGE % 'shop'}account: web-sa\n",
    )
    found = check_texts(folder, *texts, rule="key: account, must: equal")
    assert places(found) == ["shop:2 violation server/key:account"]


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("mesh.*", "sets it"),
        ("mesh.ports.*", "sets it"),
        ("mesh", 'has {"enabled": true, "ports": {"admin": 1, "public": 2}}'),
    ],
)
def test_missing_keys_below_one_are_reported_once(key: str, wanted: str, folder: Path) -> None:
    mesh = "mesh: {enabled: true, ports: {admin: 1, public: 2}}\n"
    found = check_texts(folder, API + mesh, WEB, rule=f'key: "{key}", must: equal')
    assert [(row.path, row.message) for row in found] == [
        ("server/key:mesh", f"mesh: not set; the reference {wanted}")
    ]


def test_key_that_a_wildcard_leads_to_is_judged(folder: Path) -> None:
    pods = "pods: {a: {uid: 1}, b: {uid: 2}, c: {}}\n"
    rule = 'key: "pods.*.uid", must: {be: 1}'
    found = check_texts(folder, API + pods, rule=rule, configuration=ALONE)
    assert [row.path for row in found] == ["server/key:pods.b.uid", "server/key:pods.c.uid"]


def test_keys_left_out_are_not_judged(folder: Path) -> None:
    rule = 'key: "mesh.*", except: [mesh.mode], must: equal'
    texts = f"{API}mesh: {{mode: a, x: 1}}\n", f"{WEB}mesh: {{mode: b, x: 2}}\n"
    assert places(check_texts(folder, *texts, rule=rule)) == ["web:2 violation server/key:mesh.x"]


def test_keys_agree_in_a_service_and_what_is_left_of_a_copy_is_blamed(folder: Path) -> None:
    rule = "key: [mesh.port, proxy.port, probe.port], must: agree"
    text = "mesh: {port: %s}\nproxy: {port: %s}\nprobe: {port: %s}\n"
    texts = API + text % (1, 1, 1), WEB + text % (2, 1, 2)
    found = check_texts(folder, *texts, rule=rule)
    assert [(row.place, row.message) for row in found] == [
        (
            "web:3 violation server/key:proxy.port",
            "proxy.port is 1; mesh.port, probe.port of the same service have 2",
        )
    ]


WORKERS = "workers:\n  %s:\n    command: [celery, -A, app, worker, -Q, mail]\n    mesh: %s\n"


def test_key_of_a_worker_belongs_to_it_whatever_it_is_called(folder: Path) -> None:
    texts = API + WORKERS % ("mail", "on1"), WEB + WORKERS % ("sender", "off1")
    found = check_texts(folder, *texts, rule='key: "workers.*.mesh", must: equal')
    assert places(found) == ["web:5 violation worker:sender/key:workers.sender.mesh"]


@pytest.mark.parametrize(
    ("roles", "count"), [("", 1), (", for: [server]", 0), (", for: [worker]", 1)]
)
def test_rule_about_keys_is_for_its_roles(roles: str, count: int, folder: Path) -> None:
    rule = f'key: "workers.*.mesh", must: {{be: on1}}{roles}'
    text = API + WORKERS % ("mail", "off1")
    assert len(check_texts(folder, text, rule=rule, configuration=ALONE)) == count


# --- majority -------------------------------------------------------------------------------------


def majority(folder: Path, *texts: str, key: str = "mesh") -> list[Any]:
    services = [IMAGE % name + text for name, text in zip("abcd", texts, strict=False)]
    found = check_texts(
        folder, *services, rule=f"key: {key}, must: equal", configuration="reference: []\n"
    )
    return [(row.file, row.path, row.message) for row in found]


def test_service_that_most_do_not_agree_with_is_reported(folder: Path) -> None:
    assert majority(folder, "mesh: x\n", "mesh: x\n", "mesh: x\n", "mesh: z\n") == [
        ("mail", "server/key:mesh", "mesh is z; 3 of 4 services have x")
    ]


def test_service_without_what_most_have_is_reported(folder: Path) -> None:
    assert majority(folder, "mesh: x\n", "mesh: z\n", "mesh: w\n", "") == [
        ("mail", "server/key:mesh", "mesh: not set; 3 of 4 services set it")
    ]


def test_no_majority_blames_nothing(folder: Path) -> None:
    assert majority(folder, "mesh: x\n", "mesh: x\n", "mesh: z\n", "mesh: z\n") == []
    assert majority(folder, "", "", "", "mesh: z\n") == []


def test_key_without_a_majority_is_named(folder: Path) -> None:
    texts = [IMAGE % name + f"mesh: {value}\n" for name, value in zip("abcd", "xxzz", strict=True)]
    rule, none = "key: mesh, must: equal", "reference: []\n"
    report = report_texts(
        folder, *texts[:2], IMAGE % "c", IMAGE % "d", rule=rule, configuration=none
    )
    assert report.groups[0].without_majority == ("key:mesh",)


def test_majority_of_own_names_agrees(folder: Path) -> None:
    assert majority(folder, "mesh: a-sa\n", "mesh: b-sa\n", "mesh: c-sa\n", "mesh: d-sa\n") == []


def test_field_that_a_key_spells_is_voted_on_as_the_field(folder: Path) -> None:
    text = "service: {type: %s}\n"
    found = majority(folder, *(text % one for one in "XXXZ"), key="service.type")
    assert found == [("mail", "server/service.type", "service.type is Z; 3 of 4 services have X")]


# --- secrets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "there", "here"),
    [
        ("db.password", "db: {password: hunter2a}\n", "db: {password: hunter2b}\n"),
        ("db", "db: {password: hunter2a}\n", "db: {password: hunter2b}\n"),
        ("args", "args: [--token, hunter2a]\n", "args: [--token, hunter2b]\n"),
        ('"args[1]"', "args: [--token, hunter2a]\n", "args: [--token, hunter2b]\n"),
        (
            '"vars[name=DB_PASSWORD].value"',
            "vars: [{name: DB_PASSWORD, value: hunter2a}]\n",
            "vars: [{name: DB_PASSWORD, value: hunter2b}]\n",
        ),
        (
            "vars",
            "vars: [{name: DB_PASSWORD, value: hunter2a}]\n",
            "vars: [{name: DB_PASSWORD, value: hunter2b}]\n",
        ),
    ],
)
def test_secret_at_a_key_is_compared_by_its_presence(
    key: str, there: str, here: str, folder: Path
) -> None:
    rule = f"key: {key}, must: equal"
    assert report_texts(folder / "both", API + there, WEB + here, rule=rule).findings == ()
    (found,) = report_texts(folder / "one", API + there, WEB, rule=rule).findings
    assert "hunter2" not in repr(found)
    assert "hunter2" not in "".join(allowance(found, Look(), 0))


# --- allowances -----------------------------------------------------------------------------------


def allowed(report_findings: tuple[Finding, ...]) -> str:
    lines = [line for one in report_findings for line in allowance(one, Look(), 0)]
    return "allow:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("rule", "there", "here"),
    [
        ("key: mesh.enabled, must: equal", MESH["on"], MESH["text"]),
        ("key: mesh.enabled, must: equal", MESH["on"], MESH["nothing"]),
        ("key: mesh.enabled, must: equal", MESH["nothing"], MESH["on"]),
        ("key: mesh.enabled, must: {be: true}", MESH["on"], MESH["off"]),
        ('key: "mesh.**", must: equal', TREE % ("api", "strict"), ""),
        ("key: mesh, must: equal", TREE % ("api", "strict"), TREE % ("shop", "loose")),
        ("key: mesh, must: equal", "mesh: {a: [1, 2]}\n", "mesh: {a: {b: 1}}\n"),
        ("key: mesh, must: equal", 'mesh: {"a.b/c": 1}\n', 'mesh: {"a.b/c": 2}\n'),
        ("key: service.port, must: equal", "service: {port: 80}\n", "service: {port: 81}\n"),
        ("key: [a.port, b.port], must: agree", "", "a: {port: 1}\nb: {port: 2}\n"),
    ],
)
def test_pasted_allowance_of_a_key_covers_its_finding(
    rule: str, there: str, here: str, folder: Path
) -> None:
    texts = API + there, WEB + here
    before = report_texts(folder, *texts, rule=rule)
    assert before.findings
    after = report_texts(folder, *texts, rule=rule, configuration=allowed(before.findings))
    assert {one.status for one in after.findings} == {"allowed"}
    assert len(after.findings) == len(before.findings)


ALLOW = "allow:\n- {id: a, service: web, rule: tested, %s, because: It may.}\n"


@pytest.mark.parametrize(
    ("about", "is_covered"),
    [
        ("key: mesh.enabled, from: true, to: false", True),
        ("key: mesh, from: true, to: false", True),
        ('key: "mesh.*", from: true, to: false', True),
        ('key: "**.enabled", from: true, to: false', True),
        ("from: true, to: false", True),
        ("key: mesh.mode, from: true, to: false", False),
        ('key: mesh.enabled, from: "true", to: false', False),
    ],
)
def test_allowance_by_key_covers_what_its_key_names(
    about: str, is_covered: bool, folder: Path
) -> None:
    texts = API + MESH["on"], WEB + MESH["off"]
    rule = 'key: "mesh.*", must: equal'
    report = report_texts(folder, *texts, rule=rule, configuration=ALLOW % about)
    (found,) = report.findings
    assert found.status == ("allowed" if is_covered else "violation")


def test_allowance_by_key_covers_the_field_that_the_key_spells(folder: Path) -> None:
    texts = f"{API}service: {{port: 80}}\n", f"{WEB}service: {{port: 81}}\n"
    configuration = ALLOW % "key: service.port, from: 80, to: 81"
    rule = "key: service.port, must: equal"
    report = report_texts(folder, *texts, rule=rule, configuration=configuration)
    assert [(one.status, one.path) for one in report.findings] == [
        ("allowed", "server/service.port")
    ]


@pytest.mark.parametrize("key", ["mesh.enabled", "service.port"])
def test_allowance_by_key_that_covers_nothing_is_unused(key: str, folder: Path) -> None:
    same = "mesh: {enabled: true}\nservice: {port: 80}\n"
    configuration = ALLOW % f"key: {key}, from: 1, to: 2"
    rule = f"key: {key}, must: equal"
    report = report_texts(folder, API + same, WEB + same, rule=rule, configuration=configuration)
    (status,) = [one for one in report.allowances if one.allowance.id == "a"]
    assert status.state == "unused"


# --- environments, examples, explanation ---------------------------------------------------------

ENVIRONMENTS = """\
groups:
  shop:
    reference: python
    services:
    - {name: python, files: deploy/deploy-python.yaml}
    - name: web
      files: deploy/deploy-web.yaml
      environments: {staging: deploy/deploy-shop.yaml, prod: deploy/deploy-mail.yaml}
"""


def test_key_is_compared_across_environments(folder: Path) -> None:
    texts = API, WEB, "mesh: {enabled: true}\n", "mesh: {enabled: false}\n"
    rule = "key: mesh.enabled, must: equal, across: environments"
    found = check_texts(folder, *texts, rule=rule, configuration=ENVIRONMENTS)
    assert [(row.place, row.message) for row in found] == [
        (
            "mail:1 violation server/key:mesh.enabled",
            "mesh.enabled is false; staging has true",
        )
    ]


RULE_FOLDERS = sorted(FIXTURES.glob("any-key*/rules"))


@pytest.mark.parametrize("rules", RULE_FOLDERS, ids=lambda path: path.parent.name)
def test_example_of_a_rule_about_keys_holds(rules: Path) -> None:
    results = run_examples(read_folders([rules]))
    assert results
    assert [one.gives for one in results if not one.holds] == []


def test_rule_about_keys_is_explained() -> None:
    rule_set = read_folders([FIXTURES / "any-key" / "rules"])
    lines = explain.write(rule_set, "mesh", Look()).splitlines()
    assert "  of       key mesh.*" in lines
    assert "  without  key mesh.admin" in lines
    assert "  in       every process" in lines
