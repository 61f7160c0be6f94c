"""Nothing from a file is ever live in a report, and no secret of one is ever in it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.reports import FORMATS, OF_COMMANDS, Look, writer
from deploylint.reports.show_model import show_file
from tests.support.reports import inside, run, squeezed, story, without_annotations

LIVE = {
    "a terminal escape": "\x1b[31mred\x1b]8;;http://evil\x07",
    "an 8-bit escape": "\x9b31mred",
    "a carriage return": "safe\rerror[x]",
    "a bell": "ding\x07",
    "a bidirectional override": "abc\u202etxt.exe",
    "a bidirectional isolate": "abc\u2066txt\u2069",
    "a line separator": "one\u2028two",
    "a zero width joiner": "a\u200db",
    "a byte order mark": "a\ufeffb",
}
NEXT_LINE = "\n::set-output name=x::y\nerror[x]: forged"
MARKUP = "[bold red]loud[/] [link=http://evil]x[/link]"
LOOKS = [Look(1, False, 60), Look(1, False, 120), Look(1, True, 80), Look(1, False, 80, False)]
SGR = re.compile(r"\x1b\[[0-9;]*m")


def quoted(text: str) -> str:
    """A text as a double-quoted YAML scalar that hides nothing from the reader of the file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def hostile(folder: Path, text: str) -> Path:
    """Text from a stranger as a value, a key, a duplicate key, a name and what is not compared."""
    value = quoted(text)
    edits = {
        "type: ClusterIP": f"type: {value}",
        "value: info": f"value: {value}",
        "    release: prometheus": f"    release: {value}\n    {value}: x\n    {value}: y",
        "  chatWorkflow:": f"  {quoted('w' + text)}:",
        "fullnameOverride: api-service": f"fullnameOverride: {value}\nlivenesProbe: {value}",
        "gatewayName: public-gateway": f"gatewayName: {value}\nextra{{}}: [{value}]".replace(
            "{}", ""
        ),
    }
    return story(folder, edits)


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Every format of a check and of show, in every look; colours are taken out."""
    report, shown = run(folder), show_file(folder / "deploy-go.yaml", "", config.load())
    for look in LOOKS:
        for name in FORMATS:
            yield f"{name} {look}", SGR.sub("", writer(name)(report, look))
        for name in OF_COMMANDS["show"]:
            yield f"show {name} {look}", SGR.sub("", writer(name, "show")(shown, look))


@pytest.mark.parametrize("text", LIVE.values(), ids=LIVE)
def test_formats_escape_control_and_formatting_characters(tmp_path: Path, text: str) -> None:
    folder = hostile(tmp_path / "deploy", text)
    live = {c for c in text if not c.isprintable()}
    for name, output in written(folder):
        assert not live & set(output), name


@pytest.mark.parametrize("text", ["abc\u202etxt.exe", "a\u200db", "\u2066x\u2069"])
def test_formats_escape_raw_characters_of_a_file(tmp_path: Path, text: str) -> None:
    folder = story(tmp_path / "deploy", {"  type: ClusterIP": f"  # {text}\n  type: {text}"})
    for name, output in written(folder):
        assert not {c for c in text if not c.isprintable()} & set(output), name


def test_formats_let_no_value_begin_a_line(tmp_path: Path) -> None:
    folder = hostile(tmp_path / "deploy", NEXT_LINE)
    for name, output in written(folder):
        lines = without_annotations(output).splitlines()
        assert not [line for line in lines if line.startswith(("::", "error[x]"))], name
        assert "\\n::set-output" in squeezed(output), name


def test_formats_show_markup_as_text(tmp_path: Path) -> None:
    folder = hostile(tmp_path / "deploy", MARKUP)
    for name, output in written(folder):
        assert squeezed(MARKUP) in squeezed(output), name
        assert "\x1b" not in output, name


SECRET = "hunter2canary"
SECRETS = {
    "a variable": {"value: info": f"value: info\n  - name: DB_PASSWORD\n    value: {SECRET}"},
    "a variable of a map": {
        "env:\n  - name: LOG_LEVEL\n    value: info\n": f"env:\n  DB_PASSWORD: {SECRET}\nextra:\n"
    },
    "a key of a map": {"type: ClusterIP": f"type: NodePort\n  apiKey: {SECRET}"},
    "a URL": {"value: info": f"value: postgres://user:{SECRET}@db/app"},
    "a flow list": {"type: ClusterIP": f"type: {{apiKeys: [{SECRET}, {SECRET}2]}}"},
    "a flow mapping": {"type: ClusterIP": f"type: {{password: {SECRET}, a: b}}"},
    "an argument": {
        "--queue=events,": f"--queue=events, --password={SECRET}, --redis, 'redis://:{SECRET}@h',"
    },
    "an argument of its own": {"--queue=events,": f"--queue=events, --token, {SECRET},"},
    "a command in one text": {
        "cmd: [./api-service, worker, --queue=events, --concurrency=2]": (
            f"cmd: ./api-service worker --queue=events --concurrency=9 --token {SECRET}"
        )
    },
    "a block of text": {
        "value: info": f"value: |\n      password={SECRET}\n      url: amqp://a:{SECRET}@mq"
    },
    "a secret block of text": {
        "value: info": f"value: x\n  - name: TOKEN\n    value: |\n      {SECRET}\n      {SECRET}"
    },
    "a folded secret": {
        "type: ClusterIP": f'type: NodePort\n  password: "a\n    {SECRET}\n    b"',
    },
    "an annotation": {
        "type: ClusterIP": (
            f"type: LoadBalancer\n  annotations:\n    acme.dev/token: {SECRET}\n"
            f'    acme.dev/config: \'{{"password": "{SECRET}"}}\''
        )
    },
    "a comment": {"type: ClusterIP": f"# password: {SECRET}\n  type: NodePort"},
    "a network policy": {"- port: http": f"- port: http\n          password: {SECRET}"},
    "a label": {"release: prometheus": f"release: x\n    token: {SECRET}"},
    "a duplicate key": {"type: ClusterIP": f"type: x\n  password: {SECRET}\n  password: {SECRET}"},
    "a misspelt probe": {"livenessProbe:": f"livenesProbe:\n  password: {SECRET}"},
}


@pytest.mark.parametrize("edits", SECRETS.values(), ids=SECRETS)
def test_formats_show_no_secret(tmp_path: Path, edits: dict[str, str]) -> None:
    folder = story(tmp_path / "deploy", edits)
    assert SECRET in (folder / "deploy-go.yaml").read_text("utf-8")
    for name, output in written(folder):
        assert SECRET not in squeezed(output), name


@pytest.mark.parametrize("edits", SECRETS.values(), ids=SECRETS)
def test_formats_show_no_secret_of_the_reference(tmp_path: Path, edits: dict[str, str]) -> None:
    folder = story(tmp_path / "deploy", edits)
    (folder / "deploy-go.yaml").rename(folder / "deploy-python.yaml")
    story(tmp_path / "other")
    (tmp_path / "other" / "deploy-go.yaml").rename(folder / "deploy-go.yaml")
    for name, output in written(folder):
        assert SECRET not in squeezed(output), name


@pytest.mark.slow
@pytest.mark.parametrize(
    "end", ["\n bad: {{", "\n\tx: y", "\n? [a]\n: b", "\n- x", "\n*nowhere : b"]
)
def test_formats_show_no_secret_of_an_unreadable_file(tmp_path: Path, end: str) -> None:
    folder = story(tmp_path / "deploy")
    (folder / "broken.yaml").write_text(f"password: {SECRET}{end}: {SECRET}\n", "utf-8")
    with inside(tmp_path):
        for arguments in (["check", "-v", "deploy"], ["show", "deploy/broken.yaml"]):
            command = [sys.executable, "-m", "deploylint", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 3
            assert SECRET not in "".join((done.stdout + done.stderr).split())
