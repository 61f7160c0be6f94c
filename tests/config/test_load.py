"""What a project changes: rules, own rules, files that are included or excluded, allowances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploylint.config import load as config
from deploylint.config.files import MOST
from tests.support.projects import ALLOW, MOVED, WEB, project, ran, report, said, states, write

MOVED_HERE = ["deploy-web.yaml:4 service-port"]


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "repo"


def severities(**options: Any) -> list[tuple[str, str]]:
    return [(f.rule, f.severity) for f in report(**options).findings if f.status == "violation"]


# --- rules ---------------------------------------------------------------------------------------

SETTINGS = [
    ("rules: {service-port: skip}", []),
    ("rules: {service-port: {severity: skip}}", []),
    ("rules: {service-port: warning}", [("service-port", "warning")]),
    ("rules: {service-port: {severity: warning}}", [("service-port", "warning")]),
    ("rules: {service-port: error}", [("service-port", "error")]),
    ("rules: {service-port: {for: [worker]}}", []),
    ("rules: {service-port: {for: [server, worker]}}", [("service-port", "error")]),
    ("rules: {service-port: {must: {within: {ratio: 2}}}}", []),
    ("rules: {service-port: {must: {be: {one-of: [8000, 8080]}}}}", []),
    ("rules: {service-port: {must: {be: 8080}, severity: warning}}", [("service-port", "warning")]),
    ("rules: {service-port: {must: contain}}", [("service-port", "error")]),
]


@pytest.mark.parametrize(("text", "found"), SETTINGS)
def test_rule_setting_of_a_project_applies(
    text: str, found: list[tuple[str, str]], folder: Path
) -> None:
    project(folder, f"{text}\n")
    assert severities() == found


@pytest.mark.parametrize(("text", "found"), SETTINGS)
def test_rule_setting_of_a_group_applies(
    text: str, found: list[tuple[str, str]], folder: Path
) -> None:
    start = "groups:\n  prod:\n    reference: python\n    services: [{files: deploy/*.yaml}]\n    "
    project(folder, f"{start}{text}\n")
    assert severities() == found


def test_rule_setting_of_a_group_wins_over_the_project(folder: Path) -> None:
    start = "rules: {service-port: skip}\ngroups:\n  prod:\n    reference: python\n"
    project(
        folder,
        f"{start}    services: [{{files: deploy/*.yaml}}]\n    rules: {{service-port: warning}}\n",
    )
    assert severities() == [("service-port", "warning")]


def test_skipped_rule_keeps_its_severity_if_selected(folder: Path) -> None:
    project(folder, "rules: {service-port: skip}\n")
    assert severities(rules=("service-port",)) == [("service-port", "error")]


def test_builtin_check_can_change_severity_and_be_skipped(folder: Path) -> None:
    twice = MOVED.replace("8000", "8080") + "replicaCount: 2\n"
    project(folder, "rules: {duplicate-key: warning, service-port: skip}\n", web=twice)
    assert severities() == [("duplicate-key", "warning")]
    project(folder, "rules: {duplicate-key: skip, service-port: skip}\n", web=twice)
    assert severities() == []


WRONG_RULES = [
    ("{probs: skip}", "2:9: unknown rule 'probs'; did you mean 'probes'?"),
    ("{probes: skp}", "2:17: invalid enum value 'skp'; did you mean 'skip'?"),
    ("{probes: {severity: eror}}", "2:28: invalid enum value 'eror'; did you mean 'error'?"),
    ("{probes: {mst: equal}}", "2:18: unknown key 'mst'; did you mean 'must'?"),
    ("{probes: {must: eqal}}", "2:24: unknown operator 'eqal'; did you mean 'equal'?"),
    ("{probes: {must: {within: 4}}}", "2:24: within takes {ratio: N} with N at least 1"),
    ("{probes: {for: [wrker]}}", "2:24: invalid enum value 'wrker'; did you mean 'worker'?"),
    (
        "{duplicate-key: {must: equal}}",
        "2:31: duplicate-key is a built-in check; only its severity can be set",
    ),
    (
        "{duplicate-key: {for: [worker]}}",
        "2:30: duplicate-key is a built-in check; only its severity can be set",
    ),
    ("[probes]", "2:8: expected `mapping`, got `list`"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_RULES)
def test_rule_setting_with_a_mistake_is_refused_with_its_location(
    text: str, message: str, folder: Path
) -> None:
    project(folder, f"rules: {text}\n")
    assert ran("check").message == f".deploylint.yaml:{message}"


# --- own rules -----------------------------------------------------------------------------------

OWN = """\
rules:
- id: two-replicas
  element: replicas.count
  must: {be: {at-least: 3}}
  why: One is updated while two answer.
  examples:
  - {peer: {replicaCount: 3}, gives: match}
  - {peer: {replicaCount: 2}, gives: violation}
"""
LIFT = """\
allow:
- {id: own/one, service: web, rule: two-replicas, to: 2, because: It is small.}
- {id: own/port, service: web, rule: service-port, from: 8000, to: 8080, because: It is so.}
"""


def test_own_rules_run_beside_the_shipped(folder: Path) -> None:
    write(folder, {"rules/own.yaml": OWN, "rules/more.yml": OWN.replace("two-", "three-")})
    project(folder, "rule-folders: [rules]\nrules: {three-replicas: skip}\n")
    assert said(report()) == [
        "deploy-python.yaml:5 two-replicas",
        "deploy-web.yaml:4 service-port",
        "deploy-web.yaml:5 two-replicas",
    ]
    assert ran("explain", "two-replicas").code == 0


def test_own_rule_files_may_allow(folder: Path) -> None:
    write(folder, {"rules/own.yaml": OWN, "rules/allow.yaml": LIFT})
    project(folder, "rule-folders: [rules]\n")
    assert said(report()) == ["deploy-python.yaml:5 two-replicas"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            OWN.replace("two-replicas", "probes"),
            "rules/own.yaml:2:7: rule 'probes' is defined twice",
        ),
        (OWN.replace("must", "mst"), "rules/own.yaml:4:3: unknown key 'mst'"),
        (OWN.replace("replicas.count", "replica"), "rules/own.yaml:3:12: unknown element or field"),
        ("- a\n", "rules/own.yaml:1:1: expected `mapping`, got `list`"),
        ("a: [\n", "rules/own.yaml:1:5: not YAML"),
        ("", "rules/own.yaml:1:1: is empty"),
    ],
)
def test_own_rule_with_a_mistake_is_refused_with_its_location(
    text: str, message: str, folder: Path
) -> None:
    write(folder, {"rules/own.yaml": text})
    project(folder, "rule-folders: [rules]\n")
    found = ran("check")
    assert found.code == 2
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[ruls]", "2:16: ruls: no such folder"),
        ("[.deploylint.yaml]", "2:16: .deploylint.yaml: no such folder"),
        ("[../rules]", "2:16: '../rules' is outside repo/; use a path inside it"),
        ("rules", "2:15: expected `list`, got `str`"),
    ],
)
def test_rule_folder_with_a_mistake_is_refused(text: str, message: str, folder: Path) -> None:
    project(folder, f"rule-folders: {text}\n")
    assert ran("check").message == f".deploylint.yaml:{message}"


def trying(*arguments: str) -> int:
    return ran("rules", "--test", *arguments).code


def test_rule_folder_examples_are_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"rules/own.yaml": OWN})
    assert trying("rules") == 0
    assert capsys.readouterr().out == "1 rule, 2 examples: 2 passed, 0 failed\n"
    write(folder, {"rules/own.yaml": OWN.replace("replicaCount: 2}", "replicaCount: 4}")})
    assert trying("rules") == 1
    assert "two-replicas" in capsys.readouterr().out


def test_rule_folder_without_examples_has_nothing_to_test(folder: Path) -> None:
    write(folder, {"rules/own.yaml": OWN.partition("  examples")[0], "none/readme.md": ""})
    assert trying("rules") == 3
    assert trying("none") == 3
    assert trying("gone") == 2


def test_rule_folder_with_allowances_for_shipped_rules_can_be_tested(folder: Path) -> None:
    write(folder, {"rules/own.yaml": OWN, "rules/allow.yaml": LIFT})
    assert trying("rules") == 0


def test_example_that_is_no_values_file_fails(folder: Path) -> None:
    write(folder, {"rules/own.yaml": OWN.replace("replicaCount: 3}", "replicas_: 3}")})
    assert trying("rules") == 1


# --- what is included ----------------------------------------------------------------------------


def test_include_joins_lists_and_the_including_file_wins(folder: Path) -> None:
    port, other = ALLOW, ALLOW.replace("web-port", "shared").replace("8080", "9090")
    write(
        folder,
        {
            "shared.yaml": "version: 1\nreference: deploy-web.yaml\nforbid-inline: true\n"
            f"rules: {{service-port: skip, non-root: skip}}\n{other}"
        },
    )
    project(
        folder,
        "include: [shared.yaml]\nreference: deploy-python.yaml\nrules: {service-port: error}\n"
        + port,
    )
    loaded = config.load(folder / ".deploylint.yaml")
    assert [one.id for one in loaded.allowances if one.origin != "shipped"] == [
        "web-port",
        "shared",
    ]
    assert loaded.reference == ("deploy-python.yaml",)
    assert loaded.forbid_inline
    active = {rule.id: rule.active for rule in loaded.rule_set.rules}
    assert (active["service-port"], active["non-root"]) == (True, False)
    assert [path.name for path in loaded.paths] == ["shared.yaml", ".deploylint.yaml"]


def test_include_switch_can_be_reset(folder: Path) -> None:
    write(folder, {"a.yaml": "version: 1\nforbid-inline: true\nrequire-reason: true\n"})
    project(folder, "include: [a.yaml]\nforbid-inline: false\n")
    loaded = config.load(folder / ".deploylint.yaml")
    assert (loaded.forbid_inline, loaded.require_reason) == (False, True)


def test_include_has_paths_relative_to_itself(folder: Path) -> None:
    write(folder, {"conf/more.yaml": "version: 1\nexclude: [../deploy/deploy-web.yaml]\n"})
    project(folder, "include: [conf/more.yaml]\n", web=MOVED, api=WEB)
    assert said(report()) == []
    assert [one.file for one in report().skipped] == ["deploy/deploy-web.yaml"]


def test_include_of_two_files_is_read_once(folder: Path) -> None:
    write(folder, {"a.yaml": "version: 1\ninclude: [c.yaml]\n", "c.yaml": f"version: 1\n{ALLOW}"})
    write(folder, {"b.yaml": "version: 1\ninclude: [./c.yaml]\n"})
    project(folder, "include: [a.yaml, b.yaml]\n")
    assert states(report()) == {"web-port": "active"}


INCLUDES = [
    ("[gone.yaml]", {}, "2:11: gone.yaml: no such file"),
    ("[../x.yaml]", {}, "2:11: '../x.yaml' is outside repo/; use a path inside it"),
    ("[/etc/hosts]", {}, "2:11: '/etc/hosts' is outside repo/; use a path inside it"),
    ("gone.yaml", {}, "2:10: expected `list`, got `str`"),
    (
        "[.deploylint.yaml]",
        {},
        "2:11: includes itself: .deploylint.yaml includes .deploylint.yaml",
    ),
    (
        "[a.yaml]",
        {"a.yaml": "version: 1\ninclude: [b.yaml]\n", "b.yaml": "version: 1\ninclude: [a.yaml]\n"},
        "b.yaml:2:11: includes itself: a.yaml includes b.yaml includes a.yaml",
    ),
    ("[a.yaml]", {"a.yaml": "version: 1\nrles: {}\n"}, "a.yaml:2:1: unknown key 'rles'"),
    ("[a.yaml]", {"a.yaml": "rules: {}\n"}, "a.yaml:1:1: object missing required field `version`"),
    ("[deploy]", {}, "deploy:1:1: is a folder, not a file"),
]


@pytest.mark.parametrize(("text", "files", "message"), INCLUDES)
def test_include_with_a_mistake_is_refused_with_its_location(
    text: str, files: dict[str, str], message: str, folder: Path
) -> None:
    write(folder, files)
    project(folder, f"include: {text}\n")
    found = ran("check")
    assert found.code == 2
    start = message if message[0].isalpha() else f".deploylint.yaml:{message}"
    assert found.message.startswith(start)


def test_include_link_out_of_the_repository_is_not_followed(folder: Path) -> None:
    write(folder.parent, {"outside.yaml": f"version: 1\n{ALLOW}"})
    (folder / "in.yaml").symlink_to(folder.parent / "outside.yaml")
    project(folder, "include: [in.yaml]\n")
    assert "outside repo/" in ran("check").message


def test_include_of_too_many_files_is_refused(folder: Path) -> None:
    for number in range(MOST):
        text = f"version: 1\ninclude: [{number + 1}.yaml]\n"
        write(folder, {f"{number}.yaml": text})
    write(folder, {f"{MOST}.yaml": "version: 1\n"})
    project(folder, "include: [0.yaml]\n")
    assert f"more than {MOST} files" in ran("check").message
    project(folder, "include: [2.yaml]\n")
    assert ran("check").code == 1


# --- what is excluded and withdrawn ---------------------------------------------------------------

EXCLUDES = [
    ("deploy/deploy-web.yaml", []),
    ("deploy/*-w*.yaml", []),
    ("'**/deploy-web.yaml'", []),
    ("deploy/deploy-api.yaml", MOVED_HERE),
]


@pytest.mark.parametrize(("pattern", "found"), EXCLUDES)
def test_excluded_file_is_skipped_and_named(pattern: str, found: list[str], folder: Path) -> None:
    project(folder, f"exclude: [{pattern}]\n", web=MOVED, api=WEB)
    seen = report("deploy")
    assert said(seen) == found
    assert [one.reason for one in seen.skipped] == ["excluded by the configuration"]


def test_excluded_folder_is_skipped_as_a_whole(folder: Path) -> None:
    write(folder, {"old/deploy-web.yaml": MOVED})
    project(folder, "exclude: [old]\n")
    found = ran("check", "old/deploy-web.yaml")
    assert (found.code, found.message) == (
        3,
        "old/deploy-web.yaml: excluded by the configuration; nothing left to check",
    )
    assert ran("check", "old").code == 3


def test_excluded_file_is_in_no_group(folder: Path) -> None:
    project(
        folder,
        "exclude: [deploy/deploy-web.yaml]\n"
        "groups: {prod: {reference: python, services: [{files: deploy/*.yaml}]}}\n",
        web=MOVED,
        api=WEB,
    )
    assert said(report()) == []
    assert [s.name for s in report().groups[0].loaded.services] == ["api", "python"]
    assert [one.file for one in report("deploy").skipped] == ["deploy/deploy-web.yaml"]


def test_exclude_pattern_without_a_match_is_refused(folder: Path) -> None:
    project(folder, "exclude: [deploy/deploy-wbe.yaml]\n")
    assert ran("check").message == (
        ".deploylint.yaml:2:11: 'deploy/deploy-wbe.yaml' matches no file; "
        "did you mean 'deploy-web.yaml'?"
    )


def test_shipped_allowance_can_be_disallowed(folder: Path) -> None:
    project(folder, "", go=MOVED)
    assert said(report()) == []
    project(folder, "disallow: [go/port]\n", go=MOVED)
    assert said(report()) == ["deploy-go.yaml:4 service-port"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[go/prt]", "2:12: unknown shipped allowance 'go/prt'; did you mean 'go/port'?"),
        ("[web-port]", "2:12: unknown shipped allowance 'web-port'"),
    ],
)
def test_disallow_of_an_unshipped_allowance_is_refused(
    text: str, message: str, folder: Path
) -> None:
    project(folder, f"disallow: {text}\n{ALLOW}")
    assert ran("check").message.startswith(f".deploylint.yaml:{message}")
