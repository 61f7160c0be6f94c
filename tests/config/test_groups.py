"""Groups: which files are which services of a set, and what is stated of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.model.errors import Misread
from tests.support.projects import MOVED, PYTHON, WEB, project, ran, report, said, write

GROUPS = """\
groups:
  prod:
    reference: python
    services:
    - files: deploy/*.yaml
"""


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def members(folder: Path, group: str = "prod") -> list[list[str]]:
    """The files of each service of a group."""
    loaded = config.load(folder / ".deploylint.yaml")
    found = next(one for one in loaded.groups if one.name == group)
    return [[file.relative_to(folder).as_posix() for file in one.files] for one in found.members]


def entries(*lines: str) -> str:
    return "groups:\n  prod:\n    services:\n" + "".join(f"    - {line}\n" for line in lines)


FILES = dict.fromkeys(
    ["a/one.yaml", "a/two.yaml", "a/b/three.yaml", "a/b/c/four.yaml", "a/note.txt"], "image: x\n"
)

PATTERNS = [
    ("a/*.yaml", ["a/one.yaml", "a/two.yaml"]),
    ("a/**/*.yaml", ["a/b/c/four.yaml", "a/b/three.yaml", "a/one.yaml", "a/two.yaml"]),
    ("a/*/*.yaml", ["a/b/three.yaml"]),
    ("**/four.yaml", ["a/b/c/four.yaml"]),
    ("**/" * 30 + "four.yaml", ["a/b/c/four.yaml"]),
    ("a/[ot]*.yaml", ["a/one.yaml", "a/two.yaml"]),
    ("./a/one.yaml", ["a/one.yaml"]),
    ("a/b/../one.yaml", ["a/one.yaml"]),
]


@pytest.mark.parametrize(("pattern", "found"), PATTERNS)
def test_group_pattern_names_files(pattern: str, found: list[str], tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project(tmp_path, entries(f"files: '{pattern}'"))
    assert members(tmp_path) == [[file] for file in found]


def test_group_patterns_keep_their_order_and_name_each_file_once(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project(tmp_path, entries("files: [a/two.yaml, 'a/*.yaml']"))
    assert members(tmp_path) == [["a/two.yaml"], ["a/one.yaml"]]


def test_group_entry_with_a_name_is_one_service(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project(tmp_path, entries("{name: api, files: [a/two.yaml, a/one.yaml]}"))
    assert members(tmp_path) == [["a/two.yaml", "a/one.yaml"]]


def test_group_entry_that_names_a_file_first_has_it(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    project(tmp_path, entries("{name: first, files: a/one.yaml}", "files: a/*.yaml"))
    assert members(tmp_path) == [["a/one.yaml"], ["a/two.yaml"]]


def test_group_pattern_of_a_file_with_odd_characters_names_it(tmp_path: Path) -> None:
    write(tmp_path, {"a [x]/deploy-b c.yaml": "image: x\n"})
    project(tmp_path, entries("files: 'a [[]x]/*.yaml'"))
    assert members(tmp_path) == [["a [x]/deploy-b c.yaml"]]


def test_group_patterns_are_relative_to_their_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path / "sub [1]", GROUPS)
    for here in (tmp_path, tmp_path / "sub [1]", tmp_path / "sub [1]" / "deploy"):
        monkeypatch.chdir(here)
        found = report(tmp_path / "sub [1]" / "deploy")
        assert said(found) == ["deploy-web.yaml:4 service-port"]


def test_path_with_dots_finds_the_same_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, GROUPS)
    (tmp_path / "bin").mkdir()
    monkeypatch.chdir(tmp_path / "bin")
    assert ran("check", "../deploy").code == 1
    assert ran("check", "--config", "../.deploylint.yaml").code == 1
    found = report("../deploy")
    assert [group.loaded.name for group in found.groups] == ["prod"]


# --- what is stated of a service -----------------------------------------------------------------


def test_configured_runtime_is_located_in_the_configuration(tmp_path: Path) -> None:
    project(
        tmp_path,
        "groups:\n  prod:\n    reference: api\n    services:\n"
        "    - {name: api, files: deploy/deploy-python.yaml, runtime: python}\n"
        "    - {name: site, files: deploy/deploy-web.yaml, runtime: go}\n",
        web=WEB,
    )
    (found,) = [f for f in report().findings if f.rule == "runtime"]
    at = found.location
    assert (found.service, found.status, at.file, at.line) == (
        "site",
        "allowed",
        ".deploylint.yaml",
        7,
    )
    assert at.column == 60
    assert found.reference_location is not None
    assert (found.reference_location.file, found.reference_location.line) == (".deploylint.yaml", 6)


def test_configured_runtime_wins_over_the_file_name(tmp_path: Path) -> None:
    project(
        tmp_path,
        "groups: {prod: {reference: python, services: [{files: deploy/*-python.yaml}, "
        "{files: deploy/*-go.yaml, runtime: python}]}}\n",
        go=WEB,
    )
    assert [s.runtime for group in report().groups for s in group.loaded.services] == ["python"] * 2


@pytest.mark.parametrize(
    ("role", "applies"), [("server", True), ("client", False), ("worker", False)]
)
def test_configured_role_decides_which_rules_apply(
    role: str, applies: bool, tmp_path: Path
) -> None:
    project(
        tmp_path,
        "groups: {prod: {reference: python, services: "
        f"[{{files: deploy/*-python.yaml, role: {role}}}, "
        f"{{files: deploy/*-web.yaml, role: {role}}}]}}}}\n",
    )
    found = report()
    assert (said(found) == ["deploy-web.yaml:4 service-port"]) is applies
    assert {s.main.role for group in found.groups for s in group.loaded.services} == {role}
    assert {f.component for f in found.findings if f.service == "web" and not applies} <= {role}


def test_configured_role_without_a_reference_gets_the_other_rules_only(tmp_path: Path) -> None:
    bare = MOVED.replace("securityContext: {runAsNonRoot: true}\n", "")
    project(
        tmp_path,
        "groups: {prod: {reference: python, services: "
        "[{files: deploy/*-python.yaml}, {files: deploy/*-web.yaml, role: client}]}}\n",
        web=bare,
    )
    found = report(profile="in-house").findings  # a chart that sets no user by itself
    rules = {f.rule for f in found if f.status == "violation"}
    assert "service-port" not in rules
    assert "non-root" in rules


# --- the reference -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["web", "deploy-web.yaml", "deploy/deploy-web.yaml"])
def test_reference_is_a_service_by_its_name_or_file(name: str, tmp_path: Path) -> None:
    project(tmp_path, GROUPS.replace("reference: python", f"reference: {name}"))
    found = report()
    assert found.groups[0].reference is not None
    assert found.groups[0].reference.name == "web"
    assert found.groups[0].reference_because == f"group prod: {name}"
    assert said(found) == ["deploy-python.yaml:4 service-port"]


def test_reference_of_a_group_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    project(tmp_path, GROUPS.replace("reference: python", "reference: pyton"))
    assert ran("check").message == (
        ".deploylint.yaml:4:16: group prod has no service 'pyton'; did you mean 'python'?"
    )


@pytest.mark.parametrize(
    "text", [GROUPS.replace("reference: python", "reference: none"), "reference: none\n"]
)
def test_group_without_a_reference_checks_each_service_alone(text: str, tmp_path: Path) -> None:
    project(tmp_path, text)
    found = report("deploy")
    assert found.problems == ()
    assert said(found) == []
    assert found.groups[0].reference is None
    assert found.groups[0].reference_because == "none, as configured"
    assert ran("check", "deploy").code == 0


def test_group_of_one_file_with_reference_none_is_complete(tmp_path: Path) -> None:
    project(tmp_path, "reference: none\n")
    assert ran("check", "deploy/deploy-web.yaml").code == 0
    assert ran("check", "deploy/deploy-web.yaml", "--no-config").code == 3


def test_reference_option_wins_over_the_group(tmp_path: Path) -> None:
    project(tmp_path, GROUPS)
    assert said(report(reference="web")) == ["deploy-python.yaml:4 service-port"]


def test_group_without_a_reference_uses_that_of_the_configuration(tmp_path: Path) -> None:
    project(
        tmp_path,
        "reference: [deploy-main.yaml, deploy-web.yaml]\n"
        + GROUPS.replace("    reference: python\n", ""),
    )
    assert said(report()) == ["deploy-python.yaml:4 service-port"]


# --- what paths mean where there are groups -------------------------------------------------------


def two_groups(folder: Path) -> Path:
    """Two groups in two folders, one file of the first in no group."""
    write(folder, {"b/deploy-python.yaml": PYTHON, "b/deploy-web.yaml": MOVED})
    write(folder, {"a/deploy-python.yaml": PYTHON, "a/deploy-web.yaml": MOVED, "a/extra.yaml": WEB})
    write(folder, {"c/deploy-python.yaml": PYTHON, "c/deploy-web.yaml": MOVED})
    return write(
        folder,
        {
            ".deploylint.yaml": "version: 1\ngroups:\n"
            "  one: {reference: python, services: [{files: a/deploy-*.yaml}]}\n"
            "  two: {reference: python, services: [{files: b/*.yaml}]}\n"
        },
    )


A, B, C = (f"{folder}/deploy-web.yaml" for folder in "abc")
EXTRA = "a/extra.yaml"
OUTSIDE = ["c/deploy-python.yaml", C]

PATHS = [
    # paths, the groups looked at, the files with a violation, what is skipped
    ([], ["one", "two"], [A, EXTRA, B, *OUTSIDE], []),
    (["."], ["one", "two"], [A, EXTRA, B, *OUTSIDE], []),
    ([".deploylint.yaml"], ["one", "two"], [A, EXTRA, B, *OUTSIDE], []),
    (["a"], ["one"], [A, EXTRA], [EXTRA]),
    (["a", "b"], ["one", "two"], [A, EXTRA, B], [EXTRA]),
    (["a/deploy-web.yaml"], ["one"], [A], []),
    (["a/deploy-python.yaml"], ["one"], [A], []),
    (["a/deploy-web.yaml", ".deploylint.yaml"], ["one"], [A], []),
    (["c"], ["c"], [C], []),
    (["c", "a"], ["one", "c"], [A, EXTRA, C], [EXTRA]),
    (["a/deploy-web.yaml", "b/deploy-web.yaml"], ["one", "two"], [A, B], []),
]


@pytest.mark.parametrize(("paths", "groups", "found", "skipped"), PATHS)
def test_path_selects_its_groups_and_focus(
    paths: list[str], groups: list[str], found: list[str], skipped: list[str], tmp_path: Path
) -> None:
    two_groups(tmp_path)
    seen = report(*paths)
    assert [group.loaded.name for group in seen.groups] == groups
    assert [f.location.file for f in seen.findings if f.status == "violation"] == found
    assert [one.file for one in seen.skipped] == skipped
    assert seen.problems == ()


def test_group_is_loaded_whole_and_the_files_named_are_its_focus(tmp_path: Path) -> None:
    project(tmp_path, GROUPS, web=MOVED, api=MOVED)
    found = report("deploy/deploy-web.yaml")
    assert said(found) == ["deploy-web.yaml:4 service-port"]
    assert found.groups[0].outside == 1
    assert len(found.groups[0].loaded.services) == 3


def test_focus_on_the_reference_shows_everything(tmp_path: Path) -> None:
    project(tmp_path, GROUPS, web=MOVED, api=MOVED)
    assert len(said(report("deploy/deploy-python.yaml"))) == 2


def test_focus_on_the_configuration_shows_everything(tmp_path: Path) -> None:
    project(tmp_path, GROUPS, web=MOVED, api=MOVED)
    assert len(said(report("deploy/deploy-web.yaml", ".deploylint.yaml"))) == 2
    assert len(said(report(".deploylint.yaml"))) == 2


def test_file_outside_all_groups_is_named(tmp_path: Path) -> None:
    two_groups(tmp_path)
    (skipped,) = report("a").skipped
    assert skipped.reason == "not in any group of .deploylint.yaml"


def test_file_outside_all_groups_is_a_group_of_its_own(tmp_path: Path) -> None:
    two_groups(tmp_path)
    found = report("c/deploy-python.yaml", "c/deploy-web.yaml")
    assert [group.loaded.name for group in found.groups] == ["c"]
    assert said(found) == ["deploy-web.yaml:4 service-port"]


def test_link_to_a_file_of_a_group_means_the_file(tmp_path: Path) -> None:
    project(tmp_path, GROUPS)
    (tmp_path / "web.yaml").symlink_to("deploy/deploy-web.yaml")
    assert [group.loaded.name for group in report("web.yaml").groups] == ["prod"]


# --- what a group changes ------------------------------------------------------------------------


def test_group_changes_rules_and_profile_for_itself_alone(tmp_path: Path) -> None:
    two_groups(tmp_path)
    text = (tmp_path / ".deploylint.yaml").read_text()
    changed = text.replace("one: {", "one: {profile: nested, rules: {service-port: skip}, ")
    (tmp_path / ".deploylint.yaml").write_text(changed)
    found = report()
    assert [f.location.file for f in found.findings if f.status == "violation"] == [
        EXTRA,
        B,
        *OUTSIDE,
    ]
    assert [group.loaded.profile.name for group in found.groups] == ["nested", "helm-create"]


def test_group_rule_that_is_skipped_runs_if_selected(tmp_path: Path) -> None:
    project(tmp_path, GROUPS + "    rules: {service-port: skip}\n")
    assert said(report()) == []
    assert said(report(rules=("service-port",))) == ["deploy-web.yaml:4 service-port"]


WRONG = [
    ("groups: {a: {services: []}}", "2:24: ", "is empty; write an item"),
    (
        "groups: {a: {services: [{files: gone/*.yaml}]}}",
        "2:33: 'gone/*.yaml' matches no file",
        "no such folder: gone",
    ),
    (
        "groups: {a: {services: [{files: deploy/deploy-wbe.yaml}]}}",
        "2:33: ",
        "did you mean 'deploy-web.yaml'?",
    ),
    (
        "groups: {a: {services: [{files: [deploy/*.yaml, nope.yaml]}]}}",
        "2:49: ",
        "'nope.yaml' matches no file",
    ),
    ("groups: {a: {services: [{files: []}]}}", "2:33: ", "files has no file"),
    ("groups: {a: {services: [{files: deploy}]}}", "2:33: ", "matches folders only"),
    ("groups: {a: {services: [{files: ../x.yaml}]}}", "2:33: ", "is outside"),
    ("groups: {a: {services: [{files: /etc/passwd}]}}", "2:33: ", "is outside"),
    ("groups: {a: {services: [{name: api}]}}", "2:25: ", "files"),
    (
        "groups: {a: {services: [{files: deploy/*.yaml, role: wroker}]}}",
        "2:54: ",
        "did you mean 'worker'?",
    ),
    ("groups: {a: {servces: []}}", "2:14: ", "did you mean 'services'?"),
    (
        "groups: {a: {services: [{files: deploy/*.yaml}], rules: {probs: skip}}}",
        "2:58: ",
        "did you mean 'probes'?",
    ),
    (
        "groups: {a: {services: [{files: deploy/*.yaml}], profile: nestd}}",
        "2:59: ",
        "did you mean 'nested'?",
    ),
]


@pytest.mark.parametrize(("text", "at", "what"), WRONG)
def test_group_with_a_mistake_is_refused_with_its_location(
    text: str, at: str, what: str, tmp_path: Path
) -> None:
    project(tmp_path, f"{text}\n")
    found = ran("check")
    assert found.code == 2
    assert found.message.startswith(f".deploylint.yaml:{at}"), found.message
    assert what in found.message


def test_groups_with_one_name_are_refused(tmp_path: Path) -> None:
    project(tmp_path, "include: [more.yaml]\n" + GROUPS)
    write(tmp_path, {"more.yaml": "version: 1\n" + GROUPS})
    with pytest.raises(Misread, match=r"group 'prod' is defined twice; first in more\.yaml"):
        config.load(tmp_path / ".deploylint.yaml")


def test_services_with_one_name_are_not_all_compared(tmp_path: Path) -> None:
    project(
        tmp_path,
        entries(
            "{name: api, files: deploy/*-web.yaml}", "{name: api, files: deploy/*-python.yaml}"
        ),
    )
    assert ran("check").code == 3


APPLICATION = """\
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME}
spec:
  source:
    helm:
      valuesObject: {image: {repository: acme/NAME}, service: {port: 8000}}
"""
APPLICATIONS = APPLICATION.replace("NAME", "web") + APPLICATION.replace("NAME", "site")
"""One file that holds the values of two services."""


def of_several(folder: Path, entry: str) -> Path:
    groups = GROUPS.replace("deploy/*.yaml", "deploy/deploy-python.yaml") + f"    - {entry}\n"
    project(folder, groups, apps=APPLICATIONS)
    return write(folder, {"deploy/layer.yaml": "service: {port: 9000}\n"})


def test_configured_name_selects_a_service_of_a_file(tmp_path: Path) -> None:
    of_several(tmp_path, "{name: web, files: [deploy/deploy-apps.yaml, deploy/layer.yaml]}")
    (group,) = report().groups
    assert [one.name for one in group.loaded.services] == ["python", "web"]
    web = group.loaded.services[1].main
    repository, port = (web.value(f"{one}").data for one in ("image.repository", "service.port"))
    assert (repository, port) == ("acme/web", 9000)


@pytest.mark.parametrize("files", ["deploy/deploy-apps.yaml", "[deploy/deploy-apps.yaml]"])
@pytest.mark.parametrize("more", ["", ", environments: {prod: deploy/layer.yaml}"])
def test_configured_name_that_does_not_exist_is_refused(
    files: str, more: str, tmp_path: Path
) -> None:
    of_several(tmp_path, f"{{name: wob, files: {files}{more}}}")
    assert ran("check") == (
        2,
        ".deploylint.yaml:7:7: deploy/deploy-apps.yaml has several services, but not "
        "'wob'; did you mean 'web'?",
    )
