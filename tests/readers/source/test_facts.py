"""The facts of source code: found, only similar, and undecidable ones of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

from deploylint.readers.source import SourceCode, read_folder
from deploylint.readers.source.flags import accepted_sets
from deploylint.readers.source.strings import Gap, Text


class Case(NamedTuple):
    """Code, and what is found in it of one kind."""

    name: str
    kind: str
    files: dict[str, str]
    found: list[str]
    open: bool = False


CASES = [
    Case(**written)
    for written in YAML(typ="safe", pure=True).load(Path(__file__).with_name("code_facts.yaml"))
]


def program(folder: Path, files: dict[str, str]) -> SourceCode:
    """Code that is written to a folder, and read."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_folder(folder, folder)


def found(code: SourceCode, kind: str) -> tuple[list[str], bool]:
    """The facts of a kind, as the command ``worker`` has them, and whether their set is open."""
    if kind == "flags":
        sets = accepted_sets(code.facts.flags, "worker")
        facts = [fact for flag_set in sets for fact in flag_set.flags]
    else:
        facts = list(getattr(code.facts, kind))
    texts = [fact.text or "" for fact in facts if isinstance(fact, Text)]
    return texts, any(isinstance(fact, Gap) for fact in facts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.name}")
def test_facts_of_a_program_are_those_of_the_table(case: Case, tmp_path: Path) -> None:
    code = program(tmp_path, case.files)
    assert code.problems == ()
    texts, is_open = found(code, case.kind)
    assert sorted(texts) == sorted(case.found)
    assert is_open is case.open


@pytest.mark.parametrize("name", ["main.py", "main.go"])
def test_names_made_of_each_other_many_times_are_read_at_once(name: str, tmp_path: Path) -> None:
    count, pieces = 60, 12
    if name == "main.py":
        lines = [f"a{n + 1} = " + " + ".join([f"a{n}"] * pieces) for n in range(count)]
        start = 'from fastapi import FastAPI\napp = FastAPI()\na0 = "/x"'
        end = f"@app.get(a{count})\ndef f(): pass\n@app.get(a1)\ndef g(): pass"
    else:
        lines = [f"const a{n + 1} = " + " + ".join([f"a{n}"] * pieces) for n in range(count)]
        start = 'package main\nimport "net/http"\nconst a0 = "/x"'
        end = f"func main() {{ http.HandleFunc(a{count}, f); http.HandleFunc(a1, f) }}"
    code = program(tmp_path, {name: "\n".join([start, *lines, end])})
    texts, is_open = found(code, "routes")
    assert "/x" * pieces in texts
    assert is_open


READINGS = [
    ("the whole line", "flag.Parse()", "stops"),
    ("the whole line by hand", "flag.CommandLine.Parse(os.Args[1:])", "stops"),
    ("behind the first word", "flag.CommandLine.Parse(os.Args[2:])", "anywhere"),
    ("twice", "flag.Parse(); flag.CommandLine.Parse(flag.Args()[1:])", "anywhere"),
    ("through a name", "args := os.Args[2:]; flag.CommandLine.Parse(args)", "anywhere"),
    ("from elsewhere", "flag.CommandLine.Parse(words())", "unknown"),
    ("never", "", "unknown"),
    ("other words", "os.Args = append(os.Args[:1], os.Args[2:]...); flag.Parse()", "unknown"),
]


@pytest.mark.parametrize(("body", "reads"), [r[1:] for r in READINGS], ids=[r[0] for r in READINGS])
def test_flags_are_read_anywhere_or_until_the_first_word(
    body: str, reads: str, tmp_path: Path
) -> None:
    text = 'package main\nimport ("flag"; "os")\nvar q = flag.String("queue", "", "")\n'
    code = program(tmp_path, {"main.go": f"{text}func main() {{ {body} }}"})
    assert [one.reads for one in code.facts.flags] == [reads]


@pytest.mark.parametrize(
    ("name", "text", "line", "says"),
    [
        ("a.go", "package main\nfunc main() {", 2, "is not valid Go"),
        ("a.go", '("")//\nconst(w=""l=""d=""y="")', 2, "is not valid Go"),
        ("a.py", "x = 1\ndef f(:\n", 2, "is not Python"),
        ("a.py", "x = '\0'\n", 1, "is not Python"),
        ("a.py", "(" * 5000 + ")" * 5000, 1, "is not Python"),
        ("a.py", "x = " + "-" * 20000 + "1", 1, "nested"),
        ("a.py", "x = " + "1 + " * 50000 + "1", 1, "nested"),
        ("a.go", "package main\nvar x = " + "(" * 5000 + "1" + ")" * 5000, 1, "nested"),
    ],
)
def test_facts_with_an_unreadable_file_are_open(
    name: str, text: str, line: int, says: str, tmp_path: Path
) -> None:
    other = {"main.py": "import uvicorn\nuvicorn.run(app)\n"}
    code = program(tmp_path, {name: text, **other})
    assert [problem.line for problem in code.problems] == [line]
    assert says in code.problems[0].message
    assert found(code, "ports") == (["8000"], True)


def test_facts_of_other_code_are_not_read(tmp_path: Path) -> None:
    text = "import uvicorn\nuvicorn.run(app)\n"
    names = ["vendor/a.py", ".x/a.py", "node_modules/a.py", "tests/a.py", "test_a.py", "a_test.py"]
    assert found(program(tmp_path, dict.fromkeys([*names, "a.py"], text)), "ports") == (
        ["8000"],
        False,
    )
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    sources = read_folder(tmp_path, tmp_path).sources
    assert [source.file for source in sources] == [f"{tmp_path}/a.py"]


def test_fact_has_its_position(tmp_path: Path) -> None:
    files = {
        "a.go": 'package main\nimport "net/http"\nfunc main() { /* é */ http.Handle("/a", h) }\n'
    }
    node = program(tmp_path, files).facts.routes[0].node
    assert node is not None
    assert node.source.position(node.start) == (2, 34)
    assert node.source.text[node.start : node.end] == '"/a"'


def test_read_folder_with_lines_that_end_in_a_return_gives_locations(tmp_path: Path) -> None:
    text = "x = 1\rimport uvicorn\rdef f():\r    uvicorn.run(app, port=8001)\r"
    (tmp_path / "a.py").write_bytes(text.encode())
    node = read_folder(tmp_path, tmp_path).facts.ports[0].node
    assert node is not None
    assert node.source.text[node.start : node.end] == "8001"
