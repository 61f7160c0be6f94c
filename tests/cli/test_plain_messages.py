"""What people read when something of theirs is wrong: the slip, its line, and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.nodes import Problem
from deploylint.documents.reader import read_text
from tests.support.projects import (
    ALLOW,
    MOVED,
    PYTHON,
    WEB,
    deployment,
    messages,
    project,
    ran,
    report,
    states,
    write,
)

COLON = "not YAML: this line has no colon after its key; write one"
TAB = "not YAML: a tab indents this line; write spaces"
CLOSE = "is not closed; write"
BRACKET = f"not YAML: this bracket {CLOSE}"
SPACE = "without a space after it; write one"
CONFLICT = "not YAML: a merge conflict marker; resolve the conflict"
STAR = "not YAML: no text begins with * or &; put it in quotes"
COMMA = "not YAML: a comma is missing before this, or quotes around the text"
BEHIND = "not YAML: the quote before this ends the text; put all of it in other quotes"
ENDED = "the document ends above this line; write --- before it"
NO_SPACE = "is no space; write one, or remove it"
NEXT_LINE = "begins in the next line, or in quotes"
ITEM = "not YAML: an item of a list in a line where none begins; begin the list below its key"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n", (2, 1), CONFLICT),
        ("a:\n  b: 1\n>>>>>>> other\n", (3, 1), CONFLICT),
        ("a:\n\tb: 1\n", (2, 1), TAB),
        ("a:\n  \tb: 1\n", (2, 3), TAB),
        ("a:\n  b: 1\n\tc: 2\n", (3, 1), TAB),
        ("a: 1\nimage\n  repository: x\n", (2, 1), COLON),
        ("a: 1\nreplicas 3\nb: 2\n", (2, 1), COLON),
        ("image:\n  repository x\n  tag: y\n", (2, 3), COLON),
        ("env:\n- name x\n  value: y\n", (2, 1), COLON),
        ("a: b: c\n", (1, 5), "not YAML: a second colon in one line; put the text in quotes"),
        ('image:\n  tag "1"\n  b: 2\n', (2, 3), COLON),
        (
            "image:\n  tag:1\n  b: 2\n",
            (2, 7),
            "not YAML: a colon without a space after it; write one",
        ),
        ("a: @b\n", (1, 4), "not YAML: no text begins with @; put it in quotes"),
        ('a:\n  b: "c\nd: 1\n', (2, 6), f"not YAML: this quote {CLOSE} one behind the text"),
        (
            "a:\n  b: [c, d\ne: 1\n",
            (2, 6),
            f"{BRACKET} ] behind the last item",
        ),
        (
            "a:\n  b: {c: d\ne: 1\n",
            (2, 6),
            f"{BRACKET} }} behind the last item",
        ),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "not YAML: this line is indented unlike the keys above it"),
        ("a: 1\n  b: 2\n", (2, 4), "not YAML: this line is indented below a key that has a value"),
        (
            'a:\n  b: "c\n  d: 1\n  e: "f"\n',
            (2, 6),
            f"not YAML: this quote {CLOSE} one behind the text",
        ),
        (
            "a:\n  - b: 1\n  c: 2\n",
            (3, 3),
            "not YAML: this line is no item of the list above; begin it with -",
        ),
        ("a:\n  <<<<<<< x\n  b: 1\n  =======\n  b: 2\n  >>>>>>> y\n", (2, 3), CONFLICT),
        ("a: 1\n=======\nb: 2\n", (2, 1), CONFLICT),
        ("a: 1\n||||||| base\nb: 2\n", (2, 1), CONFLICT),
        ("schedule: */5 * * * *\n", (1, 11), STAR),
        ("hosts:\n- *.example.com\n", (2, 3), STAR),
        ("a: &\n", (1, 4), STAR),
        ('a: "\\d+"\n', (1, 5), "not YAML: there is no such escape; write \\\\ for a backslash"),
        (
            "a: [{b: c]\n",
            (1, 10),
            "not YAML: another bracket is open here; write } before this one",
        ),
        ("a: [b, c}\n", (1, 9), "not YAML: another bracket is open here; write ] before this one"),
        ('a: ["b" "c"]\n', (1, 9), COMMA),
        ("a: {b: c d: e}\n", (1, 11), COMMA),
        ("a: {b: ${C}}\n", (1, 9), "not YAML: put a text with this bracket in quotes"),
        ('"a": "b",\n"c": 1\n', (1, 9), "not YAML: no comma ends a line outside of brackets"),
        ("a: 'it's'\n", (1, 8), BEHIND),
        ('a: "b" c\n', (1, 8), BEHIND),
        ("a: - b\n", (1, 4), ITEM),
        ("a: b\n- c\n", (2, 1), ITEM),
        ("a: >b\n  c\n", (1, 5), f"not YAML: a text that begins with | or > {NEXT_LINE}"),
        ("a: 1\n...\nb: 2\n", (3, 1), f"not YAML: {ENDED}"),
        ("a:\n\xa0\xa0b: 1\n  c: 2\n", (2, 1), f"not YAML: U+00A0 {NO_SPACE}"),
        ("a:\n  b:\xa0x\n  c: 2\n", (2, 5), f"not YAML: U+00A0 {NO_SPACE}"),
        ("a: 1\n\ufeffb: 2\n", (2, 1), f"not YAML: U+FEFF {NO_SPACE}"),
        (
            "a:\n- b\n c: 1\n",
            (3, 3),
            "not YAML: this line is indented below an item that has a value",
        ),
    ],
)
def test_common_slip_in_yaml_is_named_at_its_line(
    text: str, place: tuple[int, int], message: str
) -> None:
    found = read_text(text, "a.yaml")
    assert isinstance(found, Problem)
    assert (found.line, found.column, found.message) == (*place, message)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("image:\n  tag: @1\n", "2 |   tag: @1\n  |        ^\n"),
        ("a: 1\n<<<<<<< HEAD\n", "2 | <<<<<<< HEAD\n  | ^\n"),
        ('password: "hunter2\n', "1 | password<redacted>\n"),
        ("secrets:\n  first:\n    a: @hunter2\n", "3 |     a<redacted>\n"),
        ('passphrase "hunter2"\na: 1\n', "1 | passphrase<redacted>\n"),
        ("a: -----BEGIN\nhunter2hunter2hunter2\nb: 1\n", "2 | <redacted>\n"),
        ("hunter2hunter2hunter2\nb: 1\n", "1 | <redacted>\n"),
        ("password: abc\n- x: hunter2\n", "2 | - x<redacted>\n"),
        ("secret:\n- a: b\n- x: hunter2: y\n", "3 | - x<redacted>\n"),
    ],
)
def test_line_of_a_text_that_is_not_yaml_is_shown_without_secrets(
    text: str, shown: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, {"deploy/a.yaml": PYTHON, "deploy/b.yaml": text})
    assert ran("check", "deploy").code == 3
    printed = capsys.readouterr().out
    assert shown in printed
    assert "hunter2" not in printed


@pytest.mark.parametrize("text", ["a: |\n  <<<<<<< x\n", "a: 'b\tc'\n", "a: b\tc\n", "a\n"])
def test_text_with_the_signs_of_a_slip_is_read(text: str) -> None:
    assert not isinstance(read_text(text, "a.yaml"), Problem)


def test_unknowns_over_their_limit_are_reported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, web=WEB.replace("port: 8000", 'port: "{{ .Values.port }}"'))
    assert ran("check", "--max-unknown", "99", "--no-progress").code == 0
    assert capsys.readouterr().err == ""
    assert ran("check", "--max-unknown", "0", "--no-progress").code == 1
    assert "unknown; --max-unknown allows 0; -v lists them" in capsys.readouterr().err


@pytest.mark.parametrize("configuration", ["", "allow: []\n"])
def test_lines_to_paste_make_the_next_run_green(
    folder: Path, configuration: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, configuration)
    assert ran("check", "-v").code == 1
    _, _, after = capsys.readouterr().out.partition("accept it")
    lines = after.partition("\n\n")[0].splitlines()[1:]
    block = "\n".join(line[min(len(one) - len(one.lstrip()) for one in lines) :] for line in lines)
    if configuration:
        block = f"version: 1\nallow:\n{block}"
    (folder / ".deploylint.yaml").write_text(f"{block}\n", "utf-8")
    assert ran("check").code == 0


def test_component_that_no_service_has_is_reported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = "allow:\n- {rule: service-port, service: web, from: 8000, to: 8080, because: x, "
    project(folder, f"{entry}component: worker}}\n")
    message = "is unused: no component 'worker' in web; one of server"
    assert ran("check", "-f", "concise").code == 1, "the difference is not accepted"
    assert message in capsys.readouterr().out
    project(folder, f"{entry}component: server}}\n")
    assert ran("check").code == 0


@pytest.mark.parametrize(
    ("services", "uses"),
    [
        ("[web, shop]", {"one/web": "active", "one/shop": "active"}),
        ("[web, shop, mail]", {"one/web": "active", "one/shop": "active", "one/mail": "unused"}),
        ("[w*, shop]", {"one/w*": "active", "one/shop": "active"}),
        ("'*'", {"one": "active"}),
    ],
)
def test_allowance_is_for_each_service_that_it_lists(
    folder: Path, services: str, uses: dict[str, str]
) -> None:
    pins = "rule: service-port, from: 8000, to: 8080, because: x"
    peers = {"web": MOVED, "shop": MOVED.replace("web", "shop"), "mail": WEB.replace("web", "mail")}
    project(folder, f"allow:\n- {{id: one, service: {services}, {pins}}}\n", **peers)
    assert states(report("deploy")) == uses
    assert messages(report("deploy"), "service-port")
    assert PYTHON != MOVED


def test_advised_command_names_the_folder_of_all_services(folder: Path) -> None:
    for name in ("letters", "search"):
        write(folder, {f"deploy/{name}/deployment.yaml": deployment(name)})
    (problem,) = report("deploy").problems
    _, _, command = problem.message.partition("deploylint ")
    assert command == "check --reference deploy/letters/deployment.yaml deploy"
    assert ran(*command.split()).code in (0, 1)


def test_advice_names_the_value_that_an_allowance_accepts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, ALLOW, web=MOVED.replace("8080", "8081"))
    assert ran("check").code == 1
    advice = "fix: set service.port to 8080, which web-port accepts, or to 8000"
    assert advice in " ".join(capsys.readouterr().out.split())
    project(folder, web=MOVED)
    assert ran("check").code == 0
