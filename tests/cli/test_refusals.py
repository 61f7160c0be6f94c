"""What the system refuses or a file cannot mean ends a run with a message, and never as a bug."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploylint.cli import main
from deploylint.cli.init import write as writing
from tests.support.projects import deployment, project, ran, write

Typed = Callable[..., tuple[int, str]]
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {selector: {app: NAME}, ports: [{port: 80}]}
"""
LONG = "a" * 5000
DEEP = "abcd/" * 5000


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a whole command line; gives its exit code and standard error."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["deploylint", *arguments])
        return main._run(), capsys.readouterr().err

    return run


def test_closed_standard_input_is_reported(
    folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    message = "deploylint: standard input is closed; name a file instead of -\n"
    assert typed("check", "-") == (2, message)


@pytest.mark.parametrize("command", ["check", "check x", "show x", "init", "rules", "check -"])
def test_working_directory_that_is_gone_is_reported(
    folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    gone = folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code, said = typed(*command.split())
    assert (code, said.count("\n")) == (2, 1)
    assert said == "deploylint: the working directory: No such file or directory\n"


@pytest.mark.parametrize("path", [LONG, DEEP, f"deploy/{LONG}"], ids=["long", "deep", "below"])
@pytest.mark.parametrize("command", ["check", "show", "init", "allowances", "rules --test"])
def test_path_that_the_system_does_not_take_is_reported(
    folder: Path, typed: Typed, command: str, path: str
) -> None:
    assert typed(*command.split(), path)[0] == 2
    assert typed("check", "--config", path)[0] == 2


@pytest.mark.parametrize(
    "configured",
    [
        "include: [{}]",
        "exclude: [{}]",
        "rule-folders: [{}]",
        "groups: {{a: {{services: [{{name: x, files: {}}}]}}}}",
    ],
)
@pytest.mark.parametrize("path", [LONG, '"a\\0b"'], ids=["long", "null"])
def test_configured_path_that_the_system_does_not_take_is_reported(
    folder: Path, typed: Typed, configured: str, path: str
) -> None:
    project(folder, configured.format(path) + "\n")
    assert typed("check")[0] == 2


@pytest.mark.parametrize("name", ["a" * 300, "a" * 300 + "/b"])
def test_name_longer_than_a_file_name_is_no_dockerfile(folder: Path, name: str) -> None:
    for number, image in enumerate((name, "b")):
        text = deployment(f"w{number}").replace(f"acme.example/w{number}", image)
        write(folder, {f"deploy/{number}.yaml": text})
    assert ran("check", "-f", "json").code in (0, 1, 3)
    assert ran("init").code in (0, 1, 3)


def test_file_name_that_is_not_utf8_is_reported(
    folder: Path, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder)
    os.rename("deploy/deploy-web.yaml", b"deploy/deploy-w\xff.yaml")
    for command in ("check", "check -v"):
        assert ran(*command.split(), "-f", "json").code == 1
        written = capsys.readouterr().out
        assert written.isascii()
        assert "deploy-w\udcff.yaml" in json.dumps(json.loads(written), ensure_ascii=False)
    assert "rename it" in ran("init").message
    assert ran("show", "-f", "json", "deploy/deploy-w\udcff.yaml").code == 0
    assert typed("check", "nope\udcff")[0] == 2


def test_init_on_a_read_only_file_system_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(folder)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(writing, "open", refuse, raising=False)
    monkeypatch.setattr(Path, "unlink", refuse)
    message = ".deploylint.yaml: cannot be written: Read-only file system; nothing was written"
    assert ran("init") == (2, message)


def test_allowances_without_an_id_may_share_a_line(folder: Path) -> None:
    entry = "rule: service-port, service: web, from: 8000, because: x, to"
    project(folder, f"allow: [{{{entry}: 8080}}, {{{entry}: 8081}}]\n")
    assert ran("check", "--skip-rule", "unused-allowance").code == 0


@pytest.mark.parametrize("command", ["[[]]", "[{peer: z}]", "[[], x]", "[null]", "{}", "[[[]]]"])
def test_command_of_another_shape_is_read(folder: Path, command: str) -> None:
    more = f"        command: {command}\n        args: {command}\n"
    write(folder, {f"deploy/{n}.yaml": deployment(n, more) for n in ("a", "b")})
    assert ran("check").code in (1, 3)
    assert ran("show", "deploy/a.yaml").code == 0


@pytest.mark.parametrize("text", ["service: {}", "service: {type: ClusterIP}", "image: {}", "{}"])
def test_values_that_set_nothing_beside_a_dockerfile_are_read(folder: Path, text: str) -> None:
    files = {"deploy-python.yaml": "service: {type: ClusterIP}", "deploy-api.yaml": text}
    files |= {"Dockerfile": 'FROM python:3.12\nCMD ["x"]', "api.Dockerfile": "FROM scratch"}
    write(folder, {f"deploy/{name}": f"{body}\n" for name, body in files.items()})
    for command in ("check", "init --dry-run", "show deploy/deploy-api.yaml"):
        assert ran(*command.split()).code in (0, 1, 3)


def test_init_with_one_workload_in_two_files_finds_no_group(folder: Path) -> None:
    write(folder, {"k8s/d.yaml": deployment("a"), "k8s/s.yaml": SERVICE.replace("NAME", "a")})
    assert ran("init", "k8s", "--dry-run").code == 3
    assert ran("init").code == 3


def test_init_joins_folders_of_one_service_each_as_check_does(folder: Path) -> None:
    for name in ("cart", "mail", "search"):
        files = {"deployment.yaml": deployment(name), "service.yaml": SERVICE}
        write(folder, {f"deploy/{name}/{n}": t.replace("NAME", name) for n, t in files.items()})
    assert ran("init").code == 0
    written = Path(".deploylint.yaml").read_text("utf-8")
    assert 'files: "deploy/*/*.yaml"' in written
    assert ran("check").code == 0


@pytest.mark.parametrize("name", ["cart", "other"])
def test_init_joins_no_folders_with_services_of_one_name(folder: Path, name: str) -> None:
    files = {"k8s/shop/a.yaml": deployment(name), "k8s/site/a.yaml": deployment("cart")}
    write(folder, files)
    assert ran("init", "k8s", "--dry-run").code == (3 if name == "cart" else 0)
