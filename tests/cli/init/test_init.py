"""Right after ``init``, ``check`` is quiet; any change is found; what people wrote stays."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploylint.cli.init import proposal
from deploylint.cli.init import write as writing
from deploylint.cli.init.run import TODO, InitOptions, plan_init
from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import read_file, read_text
from deploylint.model.errors import Misread, NothingToCheck, UsageError
from deploylint.policy.allowance_audit import UNUSED
from tests.support.command_line import run_command
from tests.support.folders import FIXTURES
from tests.support.projects import deployment
from tools import TODAY
from tools.mutations import mutants
from tools.sampling import sampled

CONFIG = ".deploylint.yaml"
GO, PYTHON = "deploy/deploy-go.yaml", "deploy/deploy-python.yaml"
NOT_ADOPTED = (
    *("unreadable-file", "broken-block", "malformed-inline", "manifests-broken"),
    *("layout-name-clash", "mixed-shapes"),
)
"""Stories of what cannot be read, compared or allowed: it has to be put right first.

A folder of manifests is compared with its values only where a configuration names both.
"""

STORIES = sorted(
    path.parent
    for path in FIXTURES.glob("*/deploy")
    if len(list(path.rglob("*.yaml"))) > 1 and path.parent.name not in NOT_ADOPTED
)
ADOPTED = FIXTURES / "adopted"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "fleet"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def copied(story: Path, root: Path) -> Path:
    shutil.copytree(story / "deploy", root / "deploy")
    return root


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def run(*arguments: str) -> int:
    return run_command(*arguments, "--today", TODAY)


def written(root: Path) -> dict[str, bytes]:
    """Every file that is not a deployment's, with its bytes."""
    found = [path for path in root.rglob("*") if path.is_file() and "deploy/" not in str(path)]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def data(path: Path) -> Any:
    document = read_file(path, path.name, path.parent)
    assert not isinstance(document, Problem), document
    return plain(document.roots[0])


def allowances(root: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(root / TODO).get("allow", [])
    return found


def named(entry: dict[str, Any]) -> list[str]:
    """The services that an entry is for."""
    services = entry["service"]
    return services if isinstance(services, list) else [services]


def checked(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run("check", "--format", "json", *more)
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, report


def values(service: str = "ClusterIP", port: int = 80, **more: object) -> str:
    return json.dumps(
        {"image": {"repository": "r/x", "tag": "1"}, "service": {"type": service, "port": port}}
        | more
    )


PAIR = {"deploy/deploy-a.yaml": values(), "deploy/deploy-b.yaml": values(port=81)}

# --- the promise ---------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_init_of_a_story_allows_each_difference_once_and_again_changes_nothing(
    story: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One run for all that init promises: a run a promise would take eight of them a story."""
    copied(story, repository)
    assert run("init") == 0
    before = written(repository)
    assert set(before) == {CONFIG, TODO}
    code, report = checked(capsys, "--fail-on", "warning")
    assert code == 0
    assert [f for f in report["findings"] if f["status"] == "violation"] == []
    assert_one_allowance_each(repository, report)
    assert run("init") == 0
    assert written(repository) == before


def assert_one_allowance_each(root: Path, report: dict[str, Any]) -> None:
    found = allowances(root)
    alike = [json.dumps({**one, "service": ""}, sort_keys=True) for one in found]
    assert len(set(alike)) == len(alike), "services that differ in the same way share an entry"
    assert {one["because"] for one in found} <= {"TODO"}
    assert all("*" not in str(one) for one in found)
    assert not {"rules", "exclude", "disallow"} & (data(root / CONFIG).keys())
    used = Counter(f["allowance"]["id"] for f in report["findings"] if f["allowance"])
    own = {name: count for name, count in used.items() if name.startswith(f"{TODO}:")}
    assert set(own.values()) <= {1}
    assert len(own) == sum(len(named(one)) for one in found), "each is used, for each service"
    assert [f for f in report["findings"] if f["rule"] == UNUSED] == []


def test_init_of_a_named_folder_writes_what_init_writes(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    before = written(repository)
    assert run("init", "deploy") == 0
    assert written(repository) == before
    assert run("check", "deploy", "--fail-on", "warning") == 0


def test_init_writes_the_files_of_its_story(repository: Path) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    for name in (CONFIG, TODO):
        assert (repository / name).read_bytes() == (ADOPTED / name).read_bytes()


# --- whatever changes is found -------------------------------------------------------------------


def statuses(report: dict[str, Any], *, of: str) -> Counter[str]:
    keys = ("rule", "service", "path", "expected", "actual")
    return Counter(
        json.dumps([f[key] for key in keys]) for f in report["findings"] if f["status"] == of
    )


def without_allowances(capsys: pytest.CaptureFixture[str], *more: str) -> Counter[str]:
    """The violations of the present files where no allowance of the project counts."""
    capsys.readouterr()
    run("check", "deploy", "--no-config", "--format", "json", *more)
    report = json.loads(capsys.readouterr().out)
    return statuses(report, of="violation")


WITH_DIFFERENCES = ["adopted", "half-applied-port", "leftover-secret", "missing-probe"]


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.parametrize("name", WITH_DIFFERENCES)
def test_init_baseline_lets_every_later_change_be_reported(
    name: str, share: int, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a change makes a violation that was not there, adoption hides none of it."""
    copied(FIXTURES / name, repository)
    assert run("init") == 0
    before = without_allowances(capsys)
    document = read_file(repository / GO, GO, repository)
    assert not isinstance(document, Problem)
    tried = 0
    for mutant in sampled(list(mutants(document.roots[0])), share, f"init {name}"):
        (repository / GO).write_text(mutant.text, encoding="utf-8")
        new = {json.loads(one)[0] for one in without_allowances(capsys) - before}
        code, _ = checked(capsys)
        is_error = bool(new - {"unknown-key", "cpu-limit"})  # which only warn
        assert code == int(is_error), (mutant.leaf.keys, mutant.change, new)
        tried += is_error
    assert tried > 20 / share


def test_init_allowance_pins_both_sides(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    reference = (repository / PYTHON).read_text(encoding="utf-8")
    for old, new in (("256Mi", "128Mi"), ("acr-auth", "acr2"), ("ClusterIP", "LoadBalancer")):
        (repository / PYTHON).write_text(reference.replace(old, new), encoding="utf-8")
        code, report = checked(capsys)
        assert code == 1
        assert statuses(report, of="violation")


# --- what people wrote stays ---------------------------------------------------------------------


def test_init_again_keeps_reasons_and_adds_new_differences(repository: Path) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    todo = repository / TODO
    text = todo.read_text(encoding="utf-8").replace("TODO", "Ticket 7, # agreed: x", 1) + "# ours\n"
    todo.write_text(text, encoding="utf-8")
    go = repository / GO
    go.write_text(go.read_text(encoding="utf-8").replace("cpu: 200m", "cpu: 900m"))
    assert run("init", "--accept-new") == 0
    after = todo.read_text(encoding="utf-8")
    assert after.startswith(text.removesuffix("# ours\n"))
    assert after.endswith("# ours\n")
    assert [one["to"] for one in allowances(repository)][5:] == ["900m"]
    assert run("check") == 0


def test_init_again_adds_an_allowance_beside_an_expired_one(repository: Path) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    todo = repository / TODO
    over = todo.read_text().replace('"TODO"', "For now., until: 2026-01-01", 1)
    todo.write_text(over)
    assert run("check") == 1
    assert run("init", "--accept-new") == 0
    assert todo.read_text().startswith(over)
    assert len(allowances(repository)) == 6
    assert run("check") == 0


def test_init_again_accepts_nothing_new_unless_asked(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second run would otherwise permit what drifted since the first."""
    copied(ADOPTED, repository)
    assert run("init") == 0
    before = written(repository)
    go = repository / GO
    go.write_text(go.read_text(encoding="utf-8").replace("cpu: 200m", "cpu: 900m"))
    assert run("init") == 1
    assert "1 difference without an allowance" in capsys.readouterr().out
    assert written(repository) == before
    (repository / CONFIG).unlink()
    assert run("init") == 1
    assert written(repository) == before


def test_init_accepts_no_outlier_where_its_peers_may_differ(repository: Path) -> None:
    """Tests that an entry for the reference stays only where no entry for its peers says it."""
    secrets = [["old"], ["new"], ["new"], ["new", "more"], ["new"]]
    files = {
        f"deploy/deploy-{name}.yaml": values(
            imagePullSecrets=names, serviceMonitor={"enabled": name != "a"}
        )
        for name, names in zip("abcde", secrets, strict=True)
    }
    put(repository, files)
    assert run("init", "--reference", "deploy/deploy-a.yaml") == 0
    rules = Counter(str(entry["rule"]) for entry in allowances(repository))
    assert rules == {"image-pull-secrets": 2, "reference-outlier": 1}


def test_init_again_keeps_reasons_without_a_configuration(repository: Path) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    before = written(repository)
    (repository / CONFIG).unlink()
    assert run("init") == 0
    assert written(repository) == before


def test_init_again_writes_lost_allowances(repository: Path) -> None:
    copied(ADOPTED, repository)
    assert run("init") == 0
    before = written(repository)
    (repository / TODO).unlink()
    assert run("init") == 0
    assert written(repository) == before


HAND_WRITTEN = """\
# Ours.
version: 1
groups:
  all:   # of them
    reference: a
    services: [{files: deploy/*.yaml}]
"""


@pytest.mark.parametrize("name", [CONFIG, ".deploylint.yml"])
def test_init_keeps_an_existing_configuration(name: str, repository: Path) -> None:
    put(repository, PAIR | {name: HAND_WRITTEN})
    assert run("init") == 0
    assert (repository / name).read_text() == HAND_WRITTEN + f"include:\n- {TODO}\n"
    assert run("check") == 0
    before = written(repository)
    assert run("init") == 0
    assert written(repository) == before


def test_init_without_differences_writes_nothing(repository: Path) -> None:
    copied(FIXTURES / "fraiday", repository)
    put(repository, {CONFIG: HAND_WRITTEN.replace("reference: a", "reference: python")})
    assert run("init") == 0
    assert set(written(repository)) == {CONFIG}


COMMENT = st.text("abc #:-[]{}'\"", max_size=12).map(lambda text: f"# {text}\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(COMMENT, min_size=7, max_size=7),
    st.sampled_from(["include: [a.yaml]\n", "include:\n  - a.yaml  # b\n", ""]),
)
def test_init_keeps_comments(repository: Path, comments: list[str], include: str) -> None:
    lines = [*HAND_WRITTEN.splitlines(keepends=True), include]
    text = "".join(comment + line for comment, line in zip(comments, lines, strict=True))
    put(repository, PAIR | {CONFIG: text, "a.yaml": "version: 1\n"})
    (repository / TODO).unlink(missing_ok=True)
    assert run("init") == 0
    after = (repository / CONFIG).read_text()
    rest = iter(after)
    assert all(character in rest for character in text)
    assert run("check") == 0


def test_init_keeps_a_byte_order_mark_and_line_ends(repository: Path) -> None:
    put(repository, PAIR)
    before = b"\xef\xbb\xbf" + HAND_WRITTEN.replace("\n", "\r\n").encode()
    (repository / CONFIG).write_bytes(before)
    assert run("init") == 0
    assert (repository / CONFIG).read_bytes() == before + f"include:\r\n- {TODO}\r\n".encode()


# --- what is found -------------------------------------------------------------------------------


def test_init_of_charts_in_words_of_their_own_names_what_check_reads(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template = "kind: Deployment\nspec: {template: {spec: {containers: [{name: x}]}}}\n"
    texts = {"api": "listens: 80\n", "mail": values(), "web": values()}
    for name, text in texts.items():
        chart = {
            f"charts/{name}/Chart.yaml": f"name: {name}\n",
            f"charts/{name}/templates/all.yaml": template,
            f"charts/{name}/values.yaml": text,
        }
        put(repository, chart)
    put(repository, {"charts/api/values-prod.yaml": "listens: 81\n"})
    assert run("init") == 0
    code, report = checked(capsys)
    assert code == 0
    services = {one["name"] for group in report["groups"] for one in group["services"]}
    assert services == {"api", "mail", "web"}


def test_init_proposes_one_group_for_folders_of_charts(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        repository,
        {
            "charts/api/Chart.yaml": "name: api\n",
            "charts/api/values.yaml": values(replicaCount=2),
            "charts/api/values-prod.yaml": values(port=99),
            "charts/api/templates/deployment.yaml": "{{ x }}: [\n",
            "charts/api/charts/redis/values.yaml": values(),
            "charts/web/values.yaml": values(port=81),
            ".github/workflows/ci.yaml": "on: push\n",
            "node_modules/x/values.yaml": values(),
        },
    )
    assert run("init") == 0
    groups = data(repository / CONFIG)["groups"]
    assert list(groups) == ["charts"]
    assert groups["charts"]["services"] == [{"files": "charts/*/values.yaml"}]
    assert groups["charts"]["reference"] == "api"
    text = (repository / CONFIG).read_text()
    assert "# 2 services: api, web; profile helm-create." in text
    assert "# api: the fewest differences, 2; next: web, 2." in text
    assert text.startswith("# yaml-language-server: $schema=https://")
    out = " ".join(capsys.readouterr().out.split())
    for text in (
        "templates of a chart; render it first: helm template NAME charts/api",
        "dependencies of a chart: charts/api/charts/",
        "third-party packages: node_modules/",
        "a dot folder: .git/, .github/",
    ):
        assert text in out


LATER = [
    # the files of two services, that of a later one, and what it is called
    (["x/a/values.yaml", "x/b/values.yaml"], "x/c/values.yaml", "c"),
    (["x/a/helm/values.yaml", "x/b/helm/values.yaml"], "x/c/helm/values.yaml", "c"),
    (["a/chart/values.yaml", "b/chart/values.yaml"], "c/chart/values.yaml", "c"),
    (["deploy/deploy-a.yaml", "deploy/deploy-b.yaml"], "deploy/deploy-c.yaml", "c"),
]


@pytest.mark.parametrize(("files", "later", "name"), LATER, ids=[row[1] for row in LATER])
def test_init_takes_in_a_service_that_is_added_later(
    files: list[str], later: str, name: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repository, dict.fromkeys(files, values()))
    assert run("init", ".") == 0
    assert checked(capsys)[0] == 0
    put(repository, {later: values(port=81)})
    code, report = checked(capsys)
    assert code == 1
    assert {finding["location"]["file"] for finding in report["findings"]} >= {later}
    assert [one["name"] for one in report["groups"][0]["services"]] == ["a", "b", name]


def test_init_proposes_one_group_for_equal_services_in_folders_of_environments(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        repository,
        {
            f"{one}/deploy/{s}.yaml": values(port=p)
            for one, s, p in [
                ("dev", "api", 80),
                ("dev", "web", 81),
                ("prod", "api", 80),
                ("prod", "web", 82),
            ]
        },
    )
    assert run("init") == 0
    groups = data(repository / CONFIG)["groups"]
    assert [[each["environment"] for each in group["services"]] for group in groups.values()] == [
        ["dev", "prod"]
    ]
    ports = [one for one in allowances(repository) if one["rule"] == "service-port"]
    assert [(one["environment"], one["service"]) for one in ports] == [
        ("dev", "web"),
        ("prod", "web"),
    ]
    put(repository, {"dev/deploy/web.yaml": values(port=82)})
    code, _ = checked(capsys)
    assert code == 1, "what one folder may is not what the other may"


def test_init_proposes_two_groups_for_folders_that_are_read_differently(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Services of manifests and of charts side by side are two groups of one path."""
    manifests = {f"apps/{name}/app.yaml": deployment(name) for name in ("api", "mail", "web")}
    charts = {f"apps/{name}/values.yaml": values() for name in ("blog", "docs", "shop")}
    put(repository, manifests | charts)
    assert run("init", ".") == 0
    assert list(data(repository / CONFIG)["groups"]) == ["apps/*", "apps/* (values)"]
    code, report = checked(capsys)
    assert code == 0
    names = [[one["name"] for one in group["services"]] for group in report["groups"]]
    assert names == [["api", "mail", "web"], ["blog", "docs", "shop"]]


def test_init_names_a_file_of_several_services_once(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No entry can name one of them: each has all of the file. A glob would match others."""
    image = "image: {repository: acme/api}\n"  # nothing else of a deployment
    put(
        repository,
        {
            **{f"charts/{name}/app.yaml": deployment(name) for name in ("blog", "mirror", "proxy")},
            **{f"charts/{name}/values.yaml": image for name in ("blog", "mirror", "proxy")},
            "charts/shop/Chart.yaml": "name: shop\ndependencies:\n"
            "- {name: mail, repository: 'https://charts.example'}\n"
            "- {name: store, repository: 'https://charts.example'}\n",
            "charts/shop/values.yaml": "mail: {mode: fast}\nstore: {size: 1Gi}\n",
            **{f"charts/{name}/values.yaml": values() for name in ("api", "docs", "web")},
        },
    )
    assert run("init", ".") == 0
    code, report = checked(capsys)
    assert code == 0
    names = [[one["name"] for one in group["services"]] for group in report["groups"]]
    assert names == [["api", "docs", "mail", "store", "web"], ["blog", "mirror", "proxy"]]


def test_init_writes_no_group_with_a_reference_that_no_entry_reads(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A configuration with it would end in an error: some services show only beside others."""
    put(repository, PAIR)
    named = ({"name": "b", "files": ["deploy/deploy-b.yaml"]},)
    more = {"name": "c", "files": ["deploy/deploy-a.yaml"]}
    monkeypatch.setattr(proposal, "_entries", lambda *_: iter([(*named, more)]))
    with pytest.raises(NothingToCheck):
        run("init")
    assert not (repository / CONFIG).exists()
    assert "no configuration compares" in " ".join(capsys.readouterr().out.split())


def test_init_writes_no_group_of_services_that_no_environment_has_together(
    repository: Path,
) -> None:
    """One service is in dev alone and the other in prod alone: nothing is beside anything."""
    fleet = {f"charts/{name}/values.yaml": values() for name in ("api", "mail")}
    fleet |= {"charts/api/values-dev.yaml": "replicaCount: 1\n"}
    fleet |= {"charts/mail/values-prod.yaml": "replicaCount: 2\n"}
    put(repository, fleet | PAIR)
    assert run("init", ".") == 0
    assert list(data(repository / CONFIG)["groups"]) == ["deploy"]
    assert run("check") == 0


def test_init_writes_reference_and_profile(repository: Path) -> None:
    put(repository, PAIR)
    asked = ["--reference", "deploy/deploy-b.yaml", "--profile", "nested"]
    assert run("init", *asked) == 0
    group = data(repository / CONFIG)["groups"]["deploy"]
    assert (group["reference"], group["profile"]) == ("b", "nested")
    before = written(repository)
    assert run("init", *asked) == 0
    assert written(repository) == before
    with pytest.raises(UsageError, match="exists and sets another"):
        run("init", "--reference", "a")


@pytest.mark.parametrize(("option", "value"), [("--reference", "c"), ("--profile", "c")])
def test_init_of_a_missing_path_is_refused(option: str, value: str, repository: Path) -> None:
    put(repository, PAIR)
    with pytest.raises(UsageError, match=f"{option} {value}: "):
        run("init", option, value)
    assert written(repository) == {}


def test_init_proposes_no_group_for_an_overlay(repository: Path) -> None:
    put(
        repository,
        {"charts/api/values.yaml": values(), "charts/b/values.yaml": "service: {port: 1}"},
    )
    with pytest.raises(NothingToCheck):
        run("init", "charts")
    assert "groups" not in "".join(map(str, written(repository)))


def test_init_does_not_mix_folders_without_a_group(repository: Path) -> None:
    put(repository, PAIR | {CONFIG: "version: 1\n", "x/a.yaml": values(), "x/c.yaml": values()})
    before = written(repository)
    with pytest.raises(UsageError, match=r"deploy/: not in any group of \.deploylint\.yaml"):
        run("init", "deploy", "x")
    assert written(repository) == before


def test_init_of_one_folder_needs_no_groups(repository: Path) -> None:
    put(repository, PAIR | {CONFIG: "version: 1\nreference: deploy-a.yaml\n"})
    assert run("init") == 0
    assert run("check") == 0


def test_init_of_named_files_reads_no_others(repository: Path) -> None:
    put(repository, PAIR | {"deploy/deploy-c.yaml": "a:\n\tb\n"})
    assert run("init", *PAIR) == 0
    services = data(repository / CONFIG)["groups"]["deploy"]["services"]
    assert services == [{"files": [*PAIR]}]
    assert run("check") == 0


def test_init_without_a_usual_folder_reads_the_working_directory(
    repository: Path,
) -> None:
    put(repository, {"a.yaml": values(), "b.yaml": values(port=81)})
    assert run("init") == 0
    assert list(data(repository / CONFIG)["groups"]) == [repository.name]
    assert run("check") == 0


# --- hostile input -------------------------------------------------------------------------------

NAMES = [
    "a'b",
    'a"b',
    "a: b",
    "a*",
    "[ab]",
    "ä ü",
    "- x",
    "none",
    "2024",
    "~",
    "a#b",
    "x\ny",
    "{a}",
    "\u202eb",
]


@pytest.mark.parametrize("name", NAMES)
def test_init_of_a_hostile_name_writes_it_quoted(
    name: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = values(podSecurityContext={"fsGroup": 3}, replicaCount=3)
    put(repository, {f"{name}/{name}.yaml": text, f"{name}/b.yaml": values(port=81)})
    assert run("init") == 0
    assert "\u202e" not in (repository / CONFIG).read_text()
    code, report = checked(capsys)
    assert code == 0
    assert {s["name"] for g in report["groups"] for s in g["services"]} == {name, "b"}
    before = written(repository)
    assert run("init") == 0
    assert written(repository) == before


HOSTILE = [
    "a: b",
    "'",
    '"',
    "*",
    "{one-of: [x]}",
    "present",
    "absent",
    "yes",
    "0777",
    "é\u202e\x07\n# x",
    " a ",
    "- a",
    "TODO",
    "",
    "[x",
    "1e3",
    "null",
    "<<",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_init_of_a_hostile_value_pins_it(
    value: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fleet(mode: str) -> dict[str, str]:
        environment = [{"name": "MODE", "value": mode}, {"name": value or "X", "value": "1"}]
        peer = values(service=mode, env=environment, nodeSelector={value: value})
        return {
            "deploy/deploy-a.yaml": values(env=[{"name": "MODE", "value": "m"}]),
            "deploy/deploy-b.yaml": peer,
        }

    put(repository, fleet(value))
    assert run("init", "--reference", "a") == 0
    assert checked(capsys)[0] == 0
    assert allowances(repository)
    put(repository, fleet(value + "x"))
    assert checked(capsys)[0] == 1


def with_secret(text: str) -> str:
    """A service with a secret in a word of a text, in a list, under a key, and in a URL."""
    return values(
        env=[{"name": "API_TOKEN", "value": text}, {"name": "OPTS", "value": f"--password={text}"}],
        livenessProbe={"exec": {"command": ["x", "--token", text, "k"]}},
        networkPolicy={"enabled": True, "ingress": [{"token": text}]},
        httpRoute={"enabled": True, "prefix": f"https://u:{text}@h/"},
    )


@pytest.mark.parametrize("reference", ["canary-1", "canary-22"])
def test_init_of_a_secret_pins_it_redacted(
    reference: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peer = "deploy/deploy-b.yaml"
    put(repository, {"deploy/deploy-a.yaml": with_secret(reference)})
    put(repository, {peer: with_secret("canary-3")})
    assert run("init", "--reference", "a") == 0
    assert checked(capsys)[0] == 0
    assert b"canary" not in b"".join(written(repository).values())
    pins = [one["to"] for one in allowances(repository)]
    assert set(pins) <= {"API_TOKEN", "absent", "present"}
    put(repository, {peer: with_secret("canary-333")})
    assert checked(capsys)[0] == 0, "of two secrets only the presence is compared"
    put(repository, {peer: with_secret("canary-3").replace('"k"', '"l"')})
    assert checked(capsys)[0] == 1, "the rest of a list with a secret is compared"


# --- what cannot be ------------------------------------------------------------------------------


def test_init_with_an_unreadable_file_writes_for_the_others(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(
        repository,
        PAIR | {"deploy/deploy-c.yaml": "a:\n\tb\n", "x/a.yaml": values(), "x/b.yaml": values()},
    )
    assert run("init", ".") == 3
    shown = capsys.readouterr().out
    assert "deploy/deploy-c.yaml:2:1" in shown
    assert "nothing was written" not in shown
    assert {CONFIG, ".deploylint-todo.yaml"} <= written(repository).keys()
    assert run("check") == 3  # the file of tomorrow is one of the group already
    assert "0 violations" in capsys.readouterr().out
    put(repository, {"deploy/deploy-c.yaml": values()})
    assert run("check") != 3


def test_init_with_one_service_beside_an_unreadable_file_writes_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repository, {"deploy/deploy-a.yaml": values(), "deploy/deploy-c.yaml": "a:\n\tb\n"})
    assert run("init") == 3
    assert "nothing was written" in " ".join(capsys.readouterr().out.split())
    assert written(repository) == {}


def test_init_with_services_of_one_name_writes_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repository, PAIR | {"deploy/values-a.yaml": values()})
    assert run("init") == 3
    assert "duplicate service name 'a' (also " in " ".join(capsys.readouterr().out.split())
    assert written(repository) == {}


def test_init_writes_the_groups_without_services_of_one_name(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("deploy-a.yaml", "deploy-b.yaml", "values-b.yaml")
    put(repository, {f"x/deploy/{name}": values() for name in names})
    put(repository, {f"y/deploy/{name}": values() for name in ("deploy-c.yaml", "deploy-d.yaml")})
    assert run("init", ".") == 3
    assert "duplicate service name 'b' (also " in " ".join(capsys.readouterr().out.split())
    text = written(repository)[CONFIG].decode()
    assert "y/deploy/" in text
    assert "x/deploy/" not in text
    assert run("check") == 0


def test_init_of_manifests_names_them_and_writes_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repository, {"deploy/a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"})
    with pytest.raises(NothingToCheck, match="no folder has two services"):
        run("init")
    assert "a Kubernetes manifest" in capsys.readouterr().out
    assert written(repository) == {}


def test_init_ends_where_an_entry_allows_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No word of a template with a password is in a report or an entry."""
    broken = deployment("web", "        env: [{name: DB_PASSWORD, value: hunter2hunter2}]\n")
    broken = broken.replace("    metadata: {labels: {app: web}}\n", "    metadata: [x, y]\n")
    put(repository, {f"deploy/{name}.yaml": deployment(name) for name in ("api", "mail")})
    put(repository, {"deploy/web.yaml": broken})
    assert run("init") in (0, 1)
    _, report = checked(capsys)
    assert "selector-mismatch" in {one["rule"] for one in report["findings"]}
    assert "hunter2hunter2" not in json.dumps(report)
    assert b"hunter2hunter2" not in b"".join(written(repository).values())


def test_init_lists_findings_that_no_allowance_may_cover(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "# deploylint: allow[service-port] whatever\n" + values(port=81)
    put(repository, PAIR | {"deploy/deploy-b.yaml": text})
    assert run("init") == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "No allowance can cover these" in out
    assert "deploy/deploy-b.yaml:1:1 error[malformed-directive]" in out
    assert allowances(repository)
    assert run("check") == 1


def test_init_with_required_reasons_names_the_remaining_violations(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repository, PAIR | {CONFIG: HAND_WRITTEN + "require-reason: true\n"})
    assert run("init") == 1
    assert "needs a reason" in " ".join(capsys.readouterr().out.split())
    assert run("check") == 1
    todo = repository / TODO
    todo.write_text(todo.read_text().replace("TODO", "So agreed."))
    assert run("check") == 0


@pytest.mark.parametrize("name", [CONFIG, TODO])
def test_init_leaves_an_unreadable_baseline(name: str, repository: Path) -> None:
    put(repository, PAIR | {name: "version: [1\n"})
    before = written(repository)
    with pytest.raises(Misread) as error:
        run("init")
    assert error.value.problem.file == name
    assert written(repository) == before


def test_init_dry_run_writes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(repository, PAIR)
    assert run("init", "--dry-run") == 0
    captured = capsys.readouterr()
    assert written(repository) == {}
    assert run("init") == 0
    both = "".join(f"# ---- {name}\n{(repository / name).read_text()}" for name in (CONFIG, TODO))
    assert captured.out == both
    assert "Would write .deploylint.yaml" in captured.err


def test_init_of_a_folder_outside_is_refused(repository: Path, tmp_path: Path) -> None:
    put(tmp_path, {"other/a.yaml": values(), "other/b.yaml": values()})
    with pytest.raises(UsageError, match="is outside"):
        run("init", "../other")
    assert written(repository) == {}


# --- writing -------------------------------------------------------------------------------------


def _a_folder(root: Path) -> None:
    (root / "b").mkdir()


def _a_link_outwards(root: Path) -> None:
    (root / "b").symlink_to(root.parent / "outside")


@pytest.mark.parametrize("spoil", [_a_folder, _a_link_outwards])
def test_init_writes_both_files_or_none(spoil: Callable[[Path], None], repository: Path) -> None:
    (repository / "a").write_text("old")
    spoil(repository)
    with pytest.raises(UsageError, match="nothing was written"):
        writing.write({repository / "a": "new", repository / "b": "new"}, repository)
    assert (repository / "a").read_text() == "old"
    assert not (repository.parent / "outside").exists()
    assert {path.name for path in repository.iterdir()} == {".git", "a", "b"}


def test_init_restores_the_first_file_if_the_second_fails(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, done = os.replace, []

    def once(old: Path, new: Path) -> None:
        done.append(new)
        if len(done) == 2:
            raise PermissionError(13, "Permission denied")
        rename(old, new)

    monkeypatch.setattr(os, "replace", once)
    (repository / "a").write_text("old")
    with pytest.raises(UsageError, match="b: cannot be written: Permission denied"):
        writing.write({repository / "a": "new", repository / "b": "new"}, repository)
    assert {p.name: p.read_text() for p in repository.glob("[ab]*")} == {"a": "old"}


def test_init_follows_a_link_inside_and_keeps_permissions(repository: Path) -> None:
    (repository / "real").write_text("old")
    (repository / "real").chmod(0o640)
    (repository / "a").symlink_to("real")
    writing.write({repository / "a": "new"}, repository)
    assert (repository / "a").is_symlink()
    assert (repository / "real").read_text() == "new"
    assert (repository / "real").stat().st_mode & 0o777 == 0o640


def test_init_plan_writes_nothing(repository: Path) -> None:
    other = values(port=81, securityContext={"runAsNonRoot": False})
    put(repository, {**PAIR, "deploy/deploy-b.yaml": other})
    plan = plan_init(InitOptions((), "", "", None, TODAY))
    assert [path.name for path in plan.files] == [CONFIG, TODO]
    assert plan.report is not None
    assert plan.report.summary.waiting == plan.added > 1
    for path, text in plan.files.items():
        assert not isinstance(read_text(text, path.name), Problem)
    assert written(repository) == {}


def test_init_says_which_services_no_group_has(repository: Path) -> None:
    for name in ("shop/cart", "shop/orders", "shop/stock", "tools/k8s/proxy"):
        path = repository / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(deployment(path.stem), "utf-8")
    assert run("init", ".") == 0
    text = (repository / CONFIG).read_text("utf-8")
    assert "each the only service of its folder:\n# tools/k8s/proxy.yaml." in text
    assert run("check") == 0


def test_init_names_the_kustomization_that_lays_a_patch_over_a_file(repository: Path) -> None:
    """Without it the patch is a workload of its own, which may lack containers."""
    folder = repository / "deploy"
    folder.mkdir()
    objects = "---\n".join(deployment(name) for name in ("cart", "orders", "stock"))
    (folder / "all.yaml").write_text(objects, "utf-8")
    patch = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n"
        "spec: {template: {spec: {hostNetwork: true}}}\n"
    )
    (folder / "patch.yaml").write_text(patch, "utf-8")
    kustomization = "resources: [all.yaml]\npatches: [{path: patch.yaml}]\n"
    (folder / "kustomization.yml").write_text(kustomization, "utf-8")
    assert run("init", ".") == 0
    assert "deploy/kustomization.yml" in (repository / CONFIG).read_text("utf-8")
    assert run("check") == 0


OVERLAID = {
    f"apps/{name}/overlays/{environment}/kustomization.yaml": (
        f"resources: [../../base]\nreplicas: [{{name: {name}, count: 2}}]\n"
    )
    for name in ("cart", "orders", "stock")
    for environment in ("dev", "prod")
}
BASES = {
    path: text
    for name in ("cart", "orders", "stock")
    for path, text in (
        (f"apps/{name}/base/deployment.yaml", deployment(name)),
        (f"apps/{name}/base/kustomization.yaml", "resources: [deployment.yaml]\n"),
    )
}
IN_CHARTS = {
    path: text
    for name in ("cart", "orders", "stock")
    for path, text in (
        (f"charts/{name}/Chart.yaml", f"name: {name}\n"),
        (f"charts/{name}/values.yaml", values(replicaCount=1)),
        (f"charts/{name}/values/dev.yaml", "replicaCount: 2\n"),
        (f"charts/{name}/values/prod.yaml", "replicaCount: 3\n"),
    )
}
IN_FOLDERS = {
    f"envs/{environment}/{name}.yaml": deployment(name)
    for name in ("cart", "orders", "stock")
    for environment in ("dev", "prod")
}


@pytest.mark.parametrize(
    ("files", "entries"),
    [
        (
            BASES | OVERLAID,
            [
                {"files": "apps/*/base/*.yaml"},
                {"environment": "dev", "files": "apps/*/overlays/dev/*.yaml"},
                {"environment": "prod", "files": "apps/*/overlays/prod/*.yaml"},
            ],
        ),
        (
            IN_FOLDERS,
            [
                {"environment": "dev", "files": "envs/dev/*.yaml"},
                {"environment": "prod", "files": "envs/prod/*.yaml"},
            ],
        ),
        (
            IN_CHARTS,
            [
                {"files": "charts/*/values.yaml"},
                {"environment": "dev", "files": "charts/*/values/dev.yaml"},
                {"environment": "prod", "files": "charts/*/values/prod.yaml"},
            ],
        ),
        (
            BASES | {path: text for path, text in OVERLAID.items() if "/prod/" in path},
            [
                {"files": "apps/*/base/*.yaml"},
                {"environment": "prod", "files": "apps/*/overlays/prod/*.yaml"},
            ],
        ),
    ],
    ids=["overlays", "folders", "charts", "one environment"],
)
def test_init_writes_globs_for_what_is_in_each_environment(
    files: dict[str, str], entries: list[object], repository: Path
) -> None:
    """A list of the files of today would miss the next service."""
    put(repository, files)
    assert run("init", ".") == 0
    groups = data(repository / CONFIG)["groups"]
    assert [group["services"] for group in groups.values()] == [entries]
    assert run("check") == 0


def test_init_folds_many_reasons_that_only_differ_in_names(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is passed over for one reason is one line, whatever each of it is called."""
    application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: NAME}\n"
    names = ("cart", "mail", "orders", "stock")
    put(
        repository,
        BASES | {f"argo/{name}.yaml": application.replace("NAME", name) for name in names},
    )
    assert run("init", ".") == 0
    assert capsys.readouterr().out.count("an Argo CD Application") == 1
