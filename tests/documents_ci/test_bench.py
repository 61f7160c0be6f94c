"""The benchmark: its files say what they are made for, and its figures are told as they are."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench import __main__ as bench
from tools.bench import agreeing, asking, counting, document, growing, inputs, measuring, peers
from tools.bench.cases import CASES, CONCISE, CONFTEST, YAMLLINT, Case, Setup, commands
from tools.bench.figures import FIGURES, Figure
from tools.bench.measuring import Cost, Failed

HERE = Setup(sys.executable, peers.here().programs)
EVERY = Setup(sys.executable, {"conftest": Path("conftest"), "dyff": Path("dyff")})
FIGURE = {figure.name: figure for figure in FIGURES}


def checked(arguments: list[str]) -> dict[str, dict[str, int]]:
    words = [sys.executable, "-m", "deploylint", *arguments, "-f", "json"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    report: dict[str, dict[str, int]] = json.loads(done.stdout)
    return report


def script(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bench_inputs_are_the_same_every_time(case: Case, tmp_path: Path) -> None:
    for name in ("once", "again"):
        case.write(tmp_path / name, 12)
    once = {path.name: path.read_bytes() for path in (tmp_path / "once").iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert once == again
    assert len(once) == min(case.services, 12)
    assert case.reference in once


def test_bench_fleet_is_clean_but_for_allowed_differences(tmp_path: Path) -> None:
    inputs.values(4)(tmp_path / "fleet")
    summary = checked(["check", str(tmp_path / "fleet")])["summary"]
    assert (summary["violations"], summary["allowed"]) == (0, 3 * 8)


def test_bench_peer_with_its_own_values_has_forty_violations(tmp_path: Path) -> None:
    inputs.values(4, inputs.own)(tmp_path / "fleet")
    assert checked(["check", str(tmp_path / "fleet")])["summary"]["violations"] == 3 * 40


def test_bench_peers_with_their_own_values_share_no_chosen_value() -> None:
    text = (inputs.PAIR / "deploy-go.yaml").read_text(encoding="utf-8")
    pairs = zip(inputs.own(text, 1).splitlines(), inputs.own(text, 2).splitlines(), strict=True)
    shared = {one.strip() for one, other in pairs if one == other}
    assert not {line for line in shared if line.startswith(("port:", "path:", "cpu:", "period"))}
    assert {"pullPolicy: IfNotPresent", "type: ClusterIP", "runAsNonRoot: true"} <= shared


@pytest.mark.skipif("conftest" not in HERE.programs, reason="conftest is not built")
@pytest.mark.parametrize("name", ["pair", "manifests-12", "values-1000", "own-1000"])
def test_bench_conftest_finds_as_many_differences(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    case.write(tmp_path / name, 5)
    own, others = agreeing.agreement(case, tmp_path / name, HERE)
    assert own == others > 0


@pytest.mark.skipif("conftest" not in HERE.programs, reason="conftest is not built")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("memory: 64Mi", "memory: 65Mi"),
        ("cpu: 50m", 'cpu: "0.05"'),
        ("pullPolicy: IfNotPresent", "pullPolicy: Always"),
        ("initialDelaySeconds: 10", "initialDelaySeconds: 11"),
        ("path: /ping", "path: /pong"),
        ("name: api-service-env", "name: another"),
        ("--queue=events, --concurrency=2", "--queue=events, --concurrency=9"),
        ("runAsUser: 10001", "runAsUser: 10002"),
        ("prefix: /api-service", "prefix: /other"),
        ("release: prometheus", "release: other"),
        ("maxReplicas: 6", "maxReplicas: 7"),
        ("value: info", "value: debug"),
    ],
)
def test_bench_conftest_agrees_on_one_change(before: str, after: str, tmp_path: Path) -> None:
    inputs.pair(tmp_path / "pair")
    peer = tmp_path / "pair" / "deploy-go.yaml"
    text = peer.read_text(encoding="utf-8")
    assert before in text
    peer.write_text(text.replace(before, after), encoding="utf-8")
    own, others = agreeing.agreement(CASES["pair"], tmp_path / "pair", HERE)
    assert own == others >= 8


@pytest.mark.parametrize("grown", growing.ALL, ids=lambda grown: grown.name)
def test_bench_growing_inputs_are_read(grown: growing.Grown, tmp_path: Path) -> None:
    few, many = (checked(grown.write(tmp_path / str(size), size))["summary"] for size in (1, 3))
    assert few["services"] >= 1
    assert many["compared"] >= few["compared"]


def test_bench_figures_need_existing_commands(tmp_path: Path) -> None:
    assert len(FIGURE) == len(FIGURES)
    for figure in FIGURES:
        assert figure.aim < figure.budget, figure.name
        for case, command in figure.needs:
            assert command in commands(CASES[case], tmp_path, EVERY), figure.name


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.45, "within aim"), (0.6, "within budget"), (0.61, "**missed**"), (None, "not measured")],
)
def test_bench_figure_is_marked(value: float | None, verdict: str) -> None:
    assert FIGURE["pair-concise"].verdict(value) == verdict


@pytest.mark.parametrize(
    ("name", "costs", "comes_to"),
    [
        ("pair-concise", [Cost(3, 0, 0), Cost(2, 0, 0)], 1.5),
        ("values-10000-memory", [Cost(9, 9, 300)], 300),
        ("growth-values", [Cost(101, 0, 0), Cost(11, 0, 0), Cost(1, 0, 0)], 1),
        ("processes", [Cost(9, 5, 0), Cost(9, 10, 0)], 0.5),
    ],
)
def test_bench_figure_is_a_ratio_of_costs(name: str, costs: list[Cost], comes_to: float) -> None:
    figure: Figure = FIGURE[name]
    measured: dict[str, dict[str, Cost]] = {}
    for (case, command), cost in zip(figure.needs, costs, strict=True):
        measured.setdefault(case, {})[command] = cost
    assert figure.measured(measured) == comes_to
    assert figure.measured({}) is None


def test_bench_budget_of_a_missing_program_is_not_measured() -> None:
    costs = {"pair": {CONCISE: Cost(0.4, 0.4, 30), YAMLLINT: Cost(1, 1, 20)}}
    text = "\n".join(document.budgets(costs))
    assert "| yamllint | 1.47 | 0.40 | 0.6 | 0.45 | within aim |" in text
    assert "| 2.9 to 5.6 |  | 2 | 1.5 | not measured |" in text
    assert len(text.splitlines()) == len(FIGURES) + 4


def test_bench_programs_that_disagree_are_named() -> None:
    (line, _) = document.agreements({"pair": (8, 9)})
    assert "**do not agree** (conftest: 9)" in line


def test_bench_names_select_figures_and_parts() -> None:
    assert [each.name for each in asking.asked(["pair-c"]).figures] == [
        "pair-concise",
        "pair-conftest",
    ]
    assert asking.asked(["linear"]).parts == ["linear"]
    assert asking.asked(["linear"]).figures == []
    assert asking.asked(["pair-concise"]).needs("pair") == {CONCISE, YAMLLINT}
    assert asking.asked([]).needs("pair") > {CONCISE, YAMLLINT, CONFTEST}


def test_bench_instructions_replace_cpu_alone() -> None:
    names = {each.name for each in asking.asked([], counts=True).figures}
    assert "pair-concise" in names
    assert not names & {"values-10000-memory", "processes"}


def test_bench_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--only", "nothing"]) == 2
    assert "nothing is called nothing; there are: pair-concise" in capsys.readouterr().err


@pytest.fixture
def no_peers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No program but what a test puts into this folder, and the document in it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bench, "DOCUMENT", tmp_path / "benchmarks.md")
    return tmp_path


def test_bench_figure_is_measured_and_printed(
    no_peers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["--only", "pair-concise", "--rounds", "1", "--print"]) == 0
    printed = capsys.readouterr().out
    assert "conftest and dyff are left out: they are built with go, which is not here." in printed
    assert "| the pair, `-f concise`, clean | yamllint | 1.47 |" in printed
    assert not (no_peers / "benchmarks.md").exists()


def test_bench_document_is_written(no_peers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--only", "pair-concise", "--rounds", "1"]) == 0
    assert (no_peers / "benchmarks.md").read_text(encoding="utf-8") == capsys.readouterr().out


def test_bench_count_without_valgrind_gives_the_reason(
    no_peers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["--only", "instructions", "--print"]) == 0
    assert "not counted, as valgrind is not here" in capsys.readouterr().out
    assert list(no_peers.iterdir()) == []


def test_bench_profile_names_functions(no_peers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--only", "pair-concise", "--only", "profile", "--rounds", "1", "--print"]
    assert bench.main(options) == 0
    printed = capsys.readouterr().out
    assert "### The pair" in printed
    assert "Importing modules, with all that they do then: " in printed


def test_bench_build_that_fails_shows_the_message_of_go(no_peers: Path) -> None:
    script(no_peers, "go", "echo downloading >&2; echo no such module >&2; exit 1")
    found = peers.built(no_peers / "cache")
    assert found.programs == {}
    assert found.missing[0].startswith("conftest is left out: `go install github.com/open-policy")
    assert found.missing[0].endswith("failed: no such module")


def test_bench_program_is_built_once(no_peers: Path) -> None:
    made = 'case "$2" in *conftest*) n=conftest;; *) n=dyff;; esac; [ ! -e "$GOBIN/$n" ] || exit 1'
    shell = shutil.which("mkdir", path="/bin:/usr/bin")
    script(no_peers, "go", f'{made}; {shell} -p "$GOBIN"; echo > "$GOBIN/$n"')
    for _ in range(2):
        found = peers.built(no_peers / "cache")
        assert (set(found.programs), found.missing) == ({"conftest", "dyff"}, [])


COUNTING = 'for a in "$@"; do case "$a" in --log-file=*) l="${a#--log-file=}";; esac; done'


@pytest.mark.parametrize(
    ("ends", "says"), [("exit 3", "ends with 3"), ("kill -ILL $$", "ends by SIGILL")]
)
def test_bench_count_that_stops_gives_the_reason(ends: str, says: str, no_peers: Path) -> None:
    script(no_peers, "valgrind", ends)
    with pytest.raises(Failed, match=says):
        counting.instructions(["true"])


def test_bench_instructions_of_all_processes_are_added(no_peers: Path) -> None:
    logs = 'd="${l%/*}"; echo "I   refs:  1,000" > "$d/1"; echo "==2== I refs: 234" > "$d/2"'
    script(no_peers, "valgrind", f"{COUNTING}; {logs}")
    assert counting.instructions(["true"]) == 1234
    assert counting.counted([["true"], ["true"]]).cpu == 2468e-9


def test_bench_costs_are_medians_of_rounds() -> None:
    seen = list[int]()
    costs = [Cost(2, 2, 2), Cost(9, 9, 9), Cost(1, 1, 1)]
    found = measuring.measure({"a": []}, 3, seen.append, lambda _: costs.pop())
    assert found == {"a": Cost(2, 2, 2)}
    assert seen == [0, 1, 2]


def test_bench_process_that_fails_is_no_measurement() -> None:
    assert measuring.run([[sys.executable, "-c", "raise SystemExit(1)"]]).cpu > 0
    with pytest.raises(Failed, match="ended with 4"):
        measuring.run([[sys.executable, "-c", "raise SystemExit(4)"]])


def test_bench_keeps_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in measuring.environment()


def test_bench_changes_one_byte_of_every_file_between_rounds(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n", encoding="utf-8")
    seen = []
    for number in range(3):
        measuring.touch(tmp_path, number)
        seen.append((tmp_path / "a.yaml").read_text(encoding="utf-8"))
    assert seen == [f"a: 1\n# round {number}\n" for number in range(3)]
