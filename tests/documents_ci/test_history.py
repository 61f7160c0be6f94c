"""The replay of a history, on repositories that are made here."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import history
from tools.checked import Reported
from tools.converging import Convergence, read_units
from tools.replay import Repository, Tree, is_wanted

NAMES = ("api", "mail", "shop", "stock", "users")
DAY = 86_400
START = 1_700_000_000


def workload(name: str, more: str = "", probe: bool = True) -> str:
    """A Deployment of a service."""
    lines = [
        "apiVersion: apps/v1",
        "kind: Deployment",
        f"metadata: {{name: {name}}}",
        "spec:",
        f"  selector: {{matchLabels: {{app: {name}}}}}",
        "  template:",
        f"    metadata: {{labels: {{app: {name}}}}}",
        "    spec:",
        f"      serviceAccountName: {name}",
        "      containers:",
        f"      - name: {name}",
        f"        image: acme.io/{name}:1.0.0",
        "        ports: [{containerPort: 8080}]",
        "        imagePullPolicy: IfNotPresent",
    ]
    if probe:
        lines.append("        readinessProbe: {httpGet: {path: /ready, port: 8080}}")
    return "\n".join([*lines, *filter(None, [more])]) + "\n"


class Made:
    """A repository with one commit after another, a day apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._day = 0
        folder.mkdir()
        self._git("init", "-q", "-b", "main")

    def commit(self, files: dict[str, str], days: int = 1) -> str:
        """Commits files some days after the last commit; "" removes one. Returns its id."""
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8") if text else path.unlink()
        self._day += days
        self._git("add", "-A")
        self._git("commit", "-q", "-m", "a change")
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        at = f"{START + self._day * DAY} +0000"
        environment = {
            **os.environ,
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_DATE": at,
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@acme.io", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, check=True, text=True
        )
        return done.stdout


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "fleet")


@pytest.fixture
def find(made: Made) -> Callable[[], list[Convergence]]:
    def find() -> list[Convergence]:
        with Repository(made.folder) as repository:
            return list(history.find_convergences(repository, 100))

    return find


def path_of(name: str) -> str:
    return f"services/{name}/deployment.yaml"


def test_history_finds_a_missing_block_that_all_siblings_have(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = {path_of(name): workload(name, probe=name != "shop") for name in NAMES}
    parent = made.commit(first)
    made.commit({path_of("shop"): workload("shop")})
    assert history.main([str(made.folder)]) == 0
    change, counts, mended = capsys.readouterr().out.splitlines()
    assert change.split() == [
        "found", parent[:10], f"{path_of('shop')}:11", "no",
        "template.spec.containers.-.readinessProbe",
    ]  # fmt: skip
    assert counts == "1 convergences of 1 services, 1 of 1 found"
    assert mended == "0 of 0 findings were mended within a year; 0 more went with their services"


def test_history_finds_a_value_at_its_line(
    made: Made, find: Callable[[], list[Convergence]]
) -> None:
    first = {path_of(name): workload(name) for name in NAMES}
    usual = first[path_of("mail")]
    first[path_of("mail")] = usual.replace("IfNotPresent", "Always")
    made.commit(first)
    made.commit({path_of("mail"): usual})
    (change,) = find()
    assert (change.key[-1], change.first, change.missing) == ("imagePullPolicy", 14, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("IfNotPresent", "Never"),  # away from its siblings
        ("1.0.0", "2.0.0"),  # to what none of them has
    ],
)
def test_history_other_changes_are_no_convergence(
    before: str, after: str, made: Made, find: Callable[[], list[Convergence]]
) -> None:
    made.commit({path_of(name): workload(name) for name in NAMES})
    made.commit({path_of("mail"): workload("mail").replace(before, after)})
    assert find() == []


def test_history_change_of_the_whole_fleet_is_no_convergence(
    made: Made, find: Callable[[], list[Convergence]]
) -> None:
    made.commit({path_of(name): workload(name) for name in NAMES})
    late = {path_of(name): workload(name) for name in NAMES[:3]}
    made.commit({path: text.replace("IfNotPresent", "Always") for path, text in late.items()})
    made.commit(late)
    assert find() == []


def test_history_copies_of_one_service_are_no_siblings(
    made: Made, find: Callable[[], list[Convergence]]
) -> None:
    places = [f"clusters/{name}/api.yaml" for name in NAMES]
    made.commit({place: workload("api", probe=place != places[0]) for place in places})
    made.commit({places[0]: workload("api")})
    assert find() == []


def test_history_values_of_releases_and_charts_are_units() -> None:
    release = (
        b"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: mail}\n"
        b"spec:\n  chart: {spec: {chart: common}}\n  values:\n    image: acme.io/mail\n"
    )
    (unit,) = read_units("apps/mail/release.yaml", release)
    assert (unit.chart, dict(unit.leaves)[("image",)].text) == ("common", "acme.io/{service}")
    (values,) = read_units("charts/mail/values.yaml", b"image: acme.io/mail\n")
    assert values.kind == "values"
    assert read_units("charts/mail/other.yaml", b"image: acme.io/mail\n") == []
    assert read_units("charts/mail/values.yaml", b"{{- if .Values.on }}\n") == []


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (b"env: [{? {a: b} : c}, {name: d}]\n", 1),  # a key that is a mapping
        (b"a: &a [*a]\n", 0),  # a list that holds itself
        (b"a: &a [1]\n" + b"".join(b"%c: &%c [%b]\n" % (n, n, b"*%c, " % (n - 1) * 9)
                                    for n in range(98, 108)), 0),
    ],
)  # fmt: skip
def test_history_odd_file_is_read_or_left_out(text: bytes, units: int) -> None:
    assert len(read_units("values.yaml", text)) == units


def test_history_counts_what_was_mended_within_a_year(made: Made, tmp_path: Path) -> None:
    latest = {path_of(name): workload(name).replace("1.0.0", "latest") for name in NAMES}
    made.commit(latest)
    made.commit({path_of("api"): workload("api"), path_of("users"): ""}, days=200)
    made.commit({"README.md": "Later.\n"}, days=300)
    with Repository(made.folder) as repository:
        mended = history.count_mended(repository, tmp_path)
    assert mended.mended == 1  # the tag of api
    assert mended.gone >= 1  # that of users
    assert mended.left >= 3


def test_replay_writes_no_link_and_nothing_outside(made: Made, tmp_path: Path) -> None:
    (made.folder / "link.yaml").symlink_to("/etc/passwd")
    commit = made.commit({"a/b.yaml": "a: 1\n", "c.sh": "true\n"})
    folder = tmp_path / "tree"
    with Repository(made.folder) as repository:
        tree = Tree(repository, folder)
        tree.write(repository.files(commit))
        assert [path.name for path in sorted(folder.rglob("*"))] == ["a", "b.yaml"]
        second = made.commit({"a/b.yaml": "", "a.yaml": "a: 2\n"})
        tree.write(repository.files(second))
        assert (folder / "a.yaml").read_text(encoding="utf-8") == "a: 2\n"
    assert not (folder / "a" / "b.yaml").exists()
    assert [is_wanted(path) for path in ("../a.yaml", "/a.yaml", ".git/a.yaml")] == [False] * 3


def test_replay_runs_nothing_of_the_repository(made: Made, tmp_path: Path) -> None:
    made.commit({"a.yaml": "a: 1\n", ".gitattributes": "*.yaml diff=own\n"})
    made.commit({"a.yaml": "a: 2\n"})
    trace = tmp_path / "trace"
    with (made.folder / ".git" / "config").open("a", encoding="utf-8") as config:
        run = f"touch {trace}; false"
        config.write(
            f'[core]\n\tfsmonitor = "{run}"\n\tpager = "{run}"\n[diff]\n\texternal = "{run}"\n'
            f'[diff "own"]\n\ttextconv = "{run}"\n\tcommand = "{run}"\n'
        )
    with Repository(made.folder) as repository:
        (commit,) = repository.commits(5)
        assert repository.read(commit.changes[0].after) == b"a: 2\n"
        assert repository.read("0" * 39 + "1") == b""
    assert not trace.exists()


def test_history_of_no_repository_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert history.main([str(tmp_path)]) == 2
    assert "make history REPO=DIR" in capsys.readouterr().err


@pytest.mark.parametrize(("key", "found"), [("serviceMonitor", True), ("podAnnotations", False)])
def test_history_missing_key_is_found_by_its_element(key: str, found: bool) -> None:
    change = Convergence("p", "a.yaml", "a", (key,), True, 1, 9, "true")
    message = "monitoring: not set"
    finding = Reported("a.yaml", 2, "", "a", "monitoring", "monitoring", "m", message, "c", "1")
    assert history.is_about(change, finding) is found


@pytest.mark.parametrize(("below", "found"), [("securityContext", True), ("fsGroup", False)])
def test_history_missing_key_is_found_by_an_element_below_it(below: str, found: bool) -> None:
    keys = frozenset({below, "runAsUser"})
    change = Convergence("p", "a.yaml", "a", ("defaultPodOptions",), True, 1, 9, "568", keys)
    element, message = "security-context", "security-context: not set"
    finding = Reported("a.yaml", 2, "", "a", element, element, "m", message, "c", "1")
    assert history.is_about(change, finding) is found


def test_history_missing_key_has_the_usual_keys_below_it(
    made: Made, find: Callable[[], list[Convergence]]
) -> None:
    made.commit({path_of(name): workload(name, probe=name != "shop") for name in NAMES})
    made.commit({path_of("shop"): workload("shop")})
    (change,) = find()
    assert change.below == {"httpGet", "path", "port"}
