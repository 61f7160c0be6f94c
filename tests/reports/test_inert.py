"""No text of a file, a file name or a configuration is ever live in an output.

Nothing begins a line with ``::`` or holds ``##[`` or ``##vso[`` (commands to CI), and no control,
bidirectional or format character is written as it is.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploylint.cli import main
from deploylint.reports import FORMATS
from tests.reports.test_hostile import quoted
from tests.support.projects import write
from tests.support.reports import without_annotations

STRINGS = (
    *(
        "::error::pwned",
        " ::error::pwned",
        "\t::stop-commands::x",
        ":::error::x",
        "::",
        "a ::debug::x",
    ),
    *(f"{'A' * n} ::error title=pwned::x" for n in (1, 10, 40, 60, 76, 82, 88, 110, 118)),
    *(f"{'B' * n}::add-mask::x" for n in (17, 18, 57, 78, 116)),
    *("##[error]pwned", "x ##[group]y", "####[debug]x", "##[", "# ##[add-path]x"),
    *("##vso[task.setvariable variable=x]y", "a ##teamcity[message text='x']"),
    *(
        "\n::set-output name=x::y",
        "\r::warning::x",
        "\x0b::error::x",
        "\x0c::error::x",
        "\x85::error::x",
    ),
    *("\u2028::error::x", "\u2029##[error]x", "\u00a0::error::x", "\u3000::error::x"),
    *("\x1b[31m::error::x", "\x1b]8;;http://evil\x07x", "\x9b31mred", "ding\x07\x08\x7f"),
    *("a\u202etxt.exe", "a\u2066b\u2069", "a\u200eb\u061c", "a\u200db\ufeff", "a\U000e0041b\ufff9"),
)
WIDTHS = ("1", "20", "80", "120")
COMMANDS = (
    "check deploy --reference deploy/deploy-python.yaml -v",
    *(
        f"check deploy --reference deploy/deploy-python.yaml -v -f {name}"
        for name in FORMATS
        if name != "text"
    ),
    "allowances deploy",
    "allowances deploy -f markdown",
    "rules",
    "explain own",
    "init deploy --dry-run",
)


def files(texts: Iterator[str]) -> dict[str, str]:
    """A project with a text of its own at each place; every file that is read is valid."""

    def text() -> str:
        return quoted(next(texts))

    service = f"""\
fullnameOverride: {text()}
image: {{repository: {text()}, tag: {text()}}}
service: {{type: {text()}, port: 8080, {text()}: 1, {text()}: 2}}
env:
- {{name: {text()}, value: {text()}}}
- {{name: LEVEL, value: {text()}}}
serviceMonitor: {{enabled: true, labels: {{release: {text()}}}}}
livenessProbe: {{exec: {{command: [sh, -c, {text()}]}}, {text()}: 1}}
livenesProbe: {text()}
{text()}: {text()}
"""
    doubled = text()
    allowance = f"""\
allow:
- id: {text()}
  rule: service
  service: web
  from: x
  to: {text()}
  because: {text()}
  owner: {text()}
  ticket: {text()}
rule-folders: [rules]
groups:
  {text()}:
    services:
    - {{name: {text()}, files: deploy/deploy-python.yaml}}
    - {{name: web, files: deploy/deploy-web.yaml}}
"""
    rule = f"rules:\n- {{id: own, element: replicas, must: equal, why: {text()}}}\n"
    name = next(texts).replace("/", "-").encode("utf-8")[:100].decode("utf-8", "ignore")
    return {
        "deploy/deploy-web.yaml": service + f"{doubled}: 1\n{doubled}: 2\n",
        "deploy/deploy-python.yaml": service.replace("8080", "8000").replace("exec", "tcp"),
        f"deploy/deploy-{name}.yaml": f"image: acme/x\nx: [{text()}\n",
        ".deploylint.yaml": f"version: 1\n{allowance}",
        "rules/own.yaml": rule,
    }


def live(output: str) -> str:
    """The first line that a terminal or a log would obey, or ""."""
    for line in without_annotations(output).split("\n"):
        if line.lstrip().startswith("::") or re.search(r"##[a-z]*\[", line):
            return line
        if any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn") for c in line):
            return line
    return ""


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Runs a command line at a width; gives its exit code and all that it prints."""

    def run(*arguments: str, width: str = "80") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["deploylint", *arguments])
        monkeypatch.setenv("COLUMNS", width)
        code = main._run()
        return code, "".join(capsys.readouterr())

    return run


@pytest.mark.slow
@pytest.mark.parametrize("first", range(len(STRINGS)))
def test_report_holds_nothing_live(
    first: int, folder: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    """Each string comes to each place once."""
    turned = (*STRINGS[first:], *STRINGS[:first])
    write(folder, files(iter(turned)))
    for number, command in enumerate(COMMANDS):
        for width in WIDTHS if "-f" not in command and number < 1 else [WIDTHS[first % 4]]:
            code, output = typed(*command.split(), width=width)
            assert code in (0, 1, 3), output
            assert live(output) == "", (command, width)


@pytest.mark.parametrize("text", STRINGS)
def test_standard_error_holds_nothing_live(
    text: str, folder: Path, typed: Callable[..., tuple[int, str]]
) -> None:
    write(folder, {"deploy/a.yaml": "image: acme/a\n", "deploy/b.yaml": "image: acme/b\n"})
    for arguments in (
        ("check", f"deploy/{text}"),
        ("check", "--reference", text, "deploy"),
        ("check", "--service", text, "deploy"),
        ("check", "-f", text, "deploy"),
        ("check", "--config", text),
        ("check", f"--{text}"),
        ("show", text),
        ("explain", text),
        ("schema", text),
        (text,),
    ):
        code, output = typed(*arguments)
        assert (code in (2, 3), live(output)) == (True, ""), arguments
    for key in (
        "include: [{}]",
        "exclude: [{}]",
        "rule-folders: [{}]",
        "profile-folders: [{}]",
        "profile: {}",
        "rules: {{{}: skip}}",
        "{}: 1",
        "groups: {{{}: {{reference: x, services: [{{name: {}, files: deploy/a.yaml}}]}}}}",
        "groups: {{g: {{services: [{{name: a, files: {}}}]}}}}",
        "groups: {{g: {{services: [{{name: a, files: deploy/a.yaml, code: {}}}]}}}}",
        "groups: {{g: {{services: [{{name: a, files: deploy/a.yaml, dockerfile: {}}}]}}}}",
        "allow: [{{rule: {}, service: a, from: 1, to: 2, because: x}}]",
        "allow: [{{rule: probes, service: a, from: 1, to: 2, because: x, until: {}}}]",
        "allow: [{{rule: probes, service: a, element: {}, from: 1, to: 2, because: x}}]",
    ):
        said = quoted(text)
        write(folder, {".deploylint.yaml": f"version: 1\n{key.format(said, said)}\n"})
        code, output = typed("check")
        assert (code in (1, 2, 3), live(output)) == (True, ""), (key, output)


@pytest.mark.parametrize("text", [one for one in STRINGS if "##" in one and one.isprintable()])
def test_report_as_data_reads_back_what_was_live(
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: Callable[..., tuple[int, str]],
) -> None:
    monkeypatch.chdir(tmp_path)
    key = quoted(text)
    write(tmp_path, {"a.yaml": f"image: acme/a\n{key}: 1\n{key}: 2\n"})
    _, output = typed("check", "a.yaml", "-f", "json")
    assert any(text in found["message"] for found in json.loads(output)["findings"])
