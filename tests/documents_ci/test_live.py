"""What ``make live`` would run, ask and print; nothing is started here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import live
from tools.building import NEEDED, missing
from tools.deployed import Deployed, deployed, image_command
from tools.live import GO, PYTHON, STORY, TWIN, Outcome, Refusal, refused, summary


def line(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GO_WORKERS = (
    line("./api-service worker --queue=chat_workflow --concurrency=2"),
    line("./api-service worker --queue=events --concurrency=2"),
    line("./api-service worker --queue=semantic_layer --concurrency=1"),
)
CELERY = "celery -A app.celery_app worker --loglevel=info -Q"
QUEUES = ("chat_workflow", "events", "semantic_layer")


def test_live_go_commands_are_those_of_the_deployment() -> None:
    assert deployed(STORY / "deploy" / GO.file, GO.source) == Deployed(
        server=("./api-service", "server"),
        workers=GO_WORKERS,
        queues=QUEUES,
        paths=("/health", "/ping", "/metrics"),
    )


def test_live_python_commands_are_those_of_the_deployment() -> None:
    assert deployed(STORY / "deploy" / PYTHON.file, PYTHON.source) == Deployed(
        server=line("uvicorn app.main:app --host 0.0.0.0 --port 8000"),
        workers=(
            line(f"{CELERY} chat_workflow --concurrency=2"),
            line(f"{CELERY} events --concurrency=2"),
            line(f"{CELERY} semantic_layer --concurrency=1"),
        ),
        queues=QUEUES,
        paths=("/api/v1/health", "/api/v1/readiness", "/metrics"),
    )


def test_live_twin_has_the_same_commands() -> None:
    assert deployed(TWIN / "deploy" / GO.file, TWIN / "go").workers == GO_WORKERS


@pytest.mark.parametrize("side", [GO, PYTHON], ids=lambda side: side.name)
def test_live_runs_every_written_command(side: live.Operand) -> None:
    file = STORY / "deploy" / side.file
    written = file.read_text(encoding="utf-8").count("cmd: [")
    assert len(deployed(file, side.source).workers) == written == 3


def test_live_missing_file_has_no_commands() -> None:
    with pytest.raises(ValueError, match=r"deploy-rust\.yaml holds no service"):
        deployed(STORY / "deploy" / "deploy-rust.yaml", GO.source)


@pytest.mark.parametrize(
    ("worker", "said"),
    [
        ("{queues: [events]}", "no cmd is written for worker:events"),
        ("{cmd: [./api-service, worker]}", "nobody knows which queues worker:events consumes"),
    ],
)
def test_live_worker_that_cannot_be_run_is_named(tmp_path: Path, worker: str, said: str) -> None:
    file = tmp_path / "deploy-go.yaml"
    file.write_text(f"image: {{repository: a/b, tag: '1'}}\nasynqWorkers:\n  events: {worker}\n")
    with pytest.raises(ValueError, match=said):
        deployed(file, GO.source)


# --- the image's own command ---------------------------------------------------------------------


def test_live_command_follows_the_entrypoint() -> None:
    assert image_command('ENTRYPOINT ["./a"]\nCMD ["server", "-v"]\n') == ("./a", "server", "-v")


def test_live_command_is_the_last_of_the_last_stage() -> None:
    stages = 'FROM a AS build\nENTRYPOINT ["old"]\nFROM b\nCMD ["one"]\nCMD ["two"]\n'
    assert image_command(stages) == ("two",)


def test_live_comment_is_no_command() -> None:
    assert image_command('# CMD ["one"]\n') == ()


def test_live_shell_command_is_refused() -> None:
    with pytest.raises(ValueError, match=r"CMD \./a server: write it as a list"):
        image_command("CMD ./a server\n")


# --- what is printed -----------------------------------------------------------------------------


def test_live_summary_is_one_line() -> None:
    outcome = Outcome(8, {"go": (3, 3), "python": (2, 3)}, 11, 12, ("a worker has ended",))
    assert summary(outcome) == (
        "commands run 8, tasks processed 3 of 3 (go) 2 of 3 (python), endpoints answered 11 of 12"
    )


SAID = 'error="a worker needs a queue: --queue is empty"'


def test_live_refusal_is_an_exit_with_its_message() -> None:
    right = Refusal(GO_WORKERS[0], 1, SAID)
    wrong = [right._replace(code=0), right._replace(code=None), right._replace(said="panic")]
    wrong.append(right._replace(code=-9))
    assert right.is_right
    assert not any(one.is_right for one in wrong)
    assert refused([right, *wrong]) == (
        "fraiday-flags: commands refused 1 of 5; "
        f"./api-service worker --queue=chat_workflow --concurrency=2 exits 1: {SAID}"
    )


def test_live_missing_tool_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing() == [f"{name} is missing: {how}" for name, how in NEEDED.items()]
    assert [name for name in NEEDED if not NEEDED[name].startswith("install ")] == []


def test_live_without_its_tools_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert live.main() == 1
    assert "redis-server is missing: install Redis" in capsys.readouterr().err
