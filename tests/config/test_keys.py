"""``key:`` in rule files and configurations: what is read, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.config.load import Config
from deploylint.config.rule_files import read_folders
from deploylint.config.rules import EVERY_ROLE
from deploylint.model.errors import Misread
from deploylint.model.rule import Rule

RULE = "rules:\n- id: mesh\n  key: %s\n  must: %s\n  why: It matters.\n"


def rule(folder: Path, text: str) -> Rule:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    (found,) = read_folders([folder]).rules
    return found


def mistake(folder: Path, text: str) -> str:
    with pytest.raises(Misread) as raised:
        rule(folder, text)
    problem = raised.value.problem
    return f"{problem.line}:{problem.column}: {problem.message}"


def test_rule_by_key_names_field_paths_and_every_role(tmp_path: Path) -> None:
    found = rule(tmp_path, RULE % ("[mesh.enabled, 'a.\"b.c\"', mesh.enabled]", "equal"))
    assert found.addresses == ("key:mesh.enabled", 'key:a."b.c"')
    assert found.roles == EVERY_ROLE
    assert found.is_about_keys


def test_rule_by_key_leaves_keys_out(tmp_path: Path) -> None:
    found = rule(tmp_path, RULE % ("mesh", "equal\n  except: [mesh.admin]\n  for: [worker]"))
    assert found.excepted == ("key:mesh.admin",)
    assert found.roles == {"worker"}


@pytest.mark.parametrize(
    ("key", "must", "wanted"),
    [
        ("mesh..enabled", "equal", "3:8: 'mesh..enabled' is not a key path: character 6 is '.'; "),
        ("[mesh, a.]", "equal", "3:15: 'a.' is not a key path: a key is missing at its end; "),
        ("Servce/spec.type", "equal", "3:8: no kind of object is called 'Servce'; did you mean"),
        ("a", "{be-among: code.ports}", "4:9: be-among is about elements; leave out key"),
        ("a", "equal\n  except: [a..b]", "5:12: 'a..b' is not a key path: character 3 is"),
        ("a\n  element: image", "equal", "2:3: a rule is about element or about key; write one"),
        ("[]", "equal", "2:3: a rule is about element or about key; write one of them"),
        ("{a: b}", "equal", "3:8: a text or a list is expected here, not a mapping"),
    ],
)
def test_mistake_in_a_rule_by_key_is_reported_at_its_place(
    key: str, must: str, wanted: str, tmp_path: Path
) -> None:
    assert mistake(tmp_path, RULE % (key, must)).startswith(wanted)


def test_misspelt_key_of_a_rule_is_reported_with_the_nearest_word(tmp_path: Path) -> None:
    text = (RULE % ("mesh", "equal")).replace("  key:", "  kye:")
    assert mistake(tmp_path, text) == "3:3: unknown key 'kye'; did you mean 'key'?"


RULES = "rules:\n- {id: mesh, key: mesh.enabled, must: equal, why: It matters.}\n"
HEAD = "version: 1\nrule-folders: [rules]\n"
ENTRY = "from: a, to: b, because: x, service: web"


def project(folder: Path, text: str) -> Config:
    (folder / "rules").mkdir()
    (folder / "rules" / "own.yaml").write_text(RULES, encoding="utf-8")
    for name in ("python", "web"):
        (folder / f"{name}.yaml").write_text("image: {repository: acme/api}\n", encoding="utf-8")
    path = folder / ".deploylint.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return config.load(path)


def of_group(loaded: Config, name: str) -> Rule:
    (group,) = loaded.groups
    return next(one for one in group.rule_set.rules if one.id == name)


GROUP = "groups: {all: {services: [{files: '*.yaml'}], rules: {%s}}}\n"


def test_setting_of_a_group_gives_a_rule_other_keys(tmp_path: Path) -> None:
    loaded = project(tmp_path, GROUP % "mesh: {key: istio.enabled, severity: warning}")
    found = of_group(loaded, "mesh")
    assert (found.addresses, found.severity) == (("key:istio.enabled",), "warning")
    (own,) = [one for one in loaded.rule_set.rules if one.id == "mesh"]
    assert own.addresses == ("key:mesh.enabled",)


def test_setting_of_a_group_gives_a_rule_about_elements_keys(tmp_path: Path) -> None:
    loaded = project(tmp_path, GROUP % "replicas: {key: pods.count}")
    found = of_group(loaded, "replicas")
    assert (found.addresses, found.roles) == (("key:pods.count",), EVERY_ROLE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("rules: {mesh: {key: a..b}}\n", "3:21: 'a..b' is not a key path: character 3 is '.'"),
        (
            "rules: {code-ports: {key: a}}\n",
            "3:21: be-among is about elements; leave out key",
        ),
        (
            "rules: {duplicate-key: {key: a}}\n",
            "3:30: duplicate-key is a built-in check; only its severity can be set",
        ),
        (
            f"allow: [{{rule: mesh, key: a., {ENTRY}}}]\n",
            "3:27: 'a.' is not a key path: a key is missing at its end",
        ),
        (
            f"allow: [{{rule: mesh, key: a, element: image, {ENTRY}}}]\n",
            "3:27: an allowance is about element or about key; write one of them",
        ),
        (
            f"allow: [{{rule: resources, key: a, {ENTRY}}}]\n",
            "3:32: resources is about elements; write element instead of key",
        ),
    ],
)
def test_mistake_in_a_configuration_is_reported_at_its_place(
    text: str, wanted: str, tmp_path: Path
) -> None:
    with pytest.raises(Misread) as raised:
        project(tmp_path, text)
    problem = raised.value.problem
    assert f"{problem.line}:{problem.column}: {problem.message}".startswith(wanted)


def test_allowance_by_key_is_for_a_rule_that_a_group_gives_keys(tmp_path: Path) -> None:
    text = GROUP % "replicas: {key: pods.count}"
    text += f"allow: [{{rule: replicas, key: pods, {ENTRY}}}]\n"
    own = [one for one in project(tmp_path, text).allowances if one.origin == "configured"]
    assert [one.addresses for one in own] == [("key:pods",)]


def test_allowance_without_a_key_is_for_all_keys_of_its_rule(tmp_path: Path) -> None:
    loaded = project(tmp_path, f"allow: [{{rule: mesh, {ENTRY}}}]\n")
    own = [one for one in loaded.allowances if one.origin == "configured"]
    assert [one.addresses for one in own] == [()]
