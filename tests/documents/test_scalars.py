"""Scalars mean what Go says they mean: see tests/data/README.md for where its answers come from."""

import json
import os
import re
import runpy
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.scalars import go_text, leading_zero, resolve, resolve_tagged
from tests.support.folders import DATA

CORE = "tag:yaml.org,2002:"

# Not splitlines, which also splits at characters that may be inside the strings. Decimals keep the
# sign of -0, and every digit.
ROWS = [
    json.loads(line, parse_int=Decimal, parse_float=Decimal)
    for line in (DATA / "scalars.jsonl").read_text("utf-8").rstrip("\n").split("\n")
]

# What makes a text something else than one unquoted scalar: quotes, tags, comments, mappings.
NOT_PLAIN = re.compile(r"""['"!&*@`%|>\[\]{}#].*|[-?:] .*|.*(: | #).*|.*:|\s.*|.*\s""")
TAGGED = re.compile(r"""(?P<tag>!\S*) ?(?P<quote>['"]?)(?P<text>.*)(?P=quote)""")
# Read further by the loader, after their text is known to be a string.
LATER_TAGS = {CORE + "binary", CORE + "timestamp"}


def long_tag(tag: str) -> str:
    """A tag as the loader gives it: "!!int" and "!<...>" written out."""
    if tag.startswith("!<"):
        return tag[2:-1]
    return CORE + tag[2:] if tag.startswith("!!") else tag


def split_tag(text: str) -> tuple[str, str]:
    """The text and the tag of a tagged scalar."""
    match = TAGGED.fullmatch(text)
    assert match
    return match["text"], long_tag(match["tag"])


PLAIN = [row for row in ROWS if not NOT_PLAIN.fullmatch(row["text"])]
WITH_TAG = [
    row
    for row in ROWS
    if row["text"].startswith("!") and split_tag(row["text"])[1] not in LATER_TAGS
]


def check(value: object, row: dict[str, Any]) -> None:
    """That a value has the type and the value of a line of scalars.jsonl."""
    kind = row["type"]
    if "error" in row:
        # Read by YAML, and then refused by JSON.
        name = row["error"].removeprefix("json: unsupported value: ")
        assert kind == "float64"
        assert str(value).lower() == name.lower().removeprefix("+")
        return
    types = {"nil": type(None), "bool": bool, "int": int, "uint64": int, "float64": float}
    assert type(value) is types.get(kind, str)
    if isinstance(value, float):
        assert repr(value) == repr(float(row["json"]))
    else:
        assert value == row["json"]


def test_recorded_cases_are_enough() -> None:
    assert len(ROWS) == 1000
    assert len(PLAIN) > 500
    assert len(WITH_TAG) > 150


@pytest.mark.parametrize("row", PLAIN, ids=lambda row: row["text"])
def test_unquoted_scalars_are_read_as_in_go(row: dict[str, Any]) -> None:
    check(resolve(row["text"]), row)


@pytest.mark.parametrize("row", WITH_TAG, ids=lambda row: row["text"])
def test_tagged_scalars_are_read_as_in_go(row: dict[str, Any]) -> None:
    text, tag = split_tag(row["text"])
    if "type" in row:
        check(resolve_tagged(text, tag), row)
        return
    with pytest.raises(ValueError) as error:
        resolve_tagged(text, tag)
    assert f"yaml: {error.value}" == row["error"]


@pytest.mark.parametrize("row", PLAIN, ids=lambda row: row["text"])
def test_keys_are_spelled_as_in_go(row: dict[str, Any]) -> None:
    value = resolve(row["text"])
    if "key" in row:
        assert go_text(value) == row["key"]
    elif row["text"] != "<<":  # a merge, which is not for this module to do
        with pytest.raises(ValueError):
            go_text(value)


@given(st.text())
def test_scalar_of_any_text_has_a_meaning(text: str) -> None:
    value = resolve(text)
    assert value == text or not isinstance(value, str)


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_are_read_back(number: int) -> None:
    assert resolve(str(number)) == number


@given(st.floats(allow_infinity=False, allow_nan=False))
def test_floats_are_read_back(number: float) -> None:
    value = resolve(repr(number))
    assert isinstance(value, float)
    assert value == number


@given(st.floats(width=32, allow_nan=False))
def test_keys_keep_32_bits(number: float) -> None:
    value = resolve(go_text(number))
    assert isinstance(value, int | float)
    assert value == pytest.approx(number, rel=1e-7, abs=1e-45)


def test_strings_are_not_copied() -> None:
    text = "".join(["a", " b"])
    assert resolve(text) is text


def test_thousands_of_digits_are_read() -> None:
    assert resolve("9" * 5000) == "9" * 5000
    assert resolve("0" * 5000) == 0
    assert resolve("0x" + "f" * 5000) == "0x" + "f" * 5000


def run_go(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the go command in the directory of the program, with UTF-8 text as its input."""
    command = ["go", *arguments]
    # -mod=readonly: a test must not change go.mod and go.sum.
    environment = os.environ | {"GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    return subprocess.run(
        command,
        cwd=DATA / "go",
        env=environment,
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )


@pytest.fixture(scope="module")
def go_modules() -> None:
    """Skip, unless the Go program can be built here."""
    if shutil.which("go") is None:
        pytest.skip("go is not installed")
    if run_go("mod", "download").returncode:
        pytest.skip("the Go modules cannot be downloaded")


@pytest.mark.slow
@pytest.mark.usefixtures("go_modules")
@pytest.mark.parametrize("name", ["scalars", "quantities", "documents"])
def test_recorded_answers_of_go_are_current(name: str, tmp_path: Path) -> None:
    made = run_go("run", ".", name, text=(DATA / f"{name}.txt").read_text("utf-8"))
    assert made.returncode == 0, made.stderr
    path = tmp_path / f"{name}.jsonl"
    path.write_text(made.stdout, encoding="utf-8", newline="\n")
    assert path.read_bytes() == (DATA / path.name).read_bytes()


def test_inputs_are_those_that_the_script_makes(tmp_path: Path) -> None:
    script = shutil.copy(DATA / "make_inputs.py", tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    for name in ("scalars.txt", "quantities.txt", "documents.txt"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("08080", "8080"),
        ("0443", "443"),
        ("0010", "10"),
        ("08", "8"),
        ("07", ""),
        ("000", ""),
        ("0", ""),
        ("8080", ""),
        ("0x50", ""),
        ("0.5", ""),
        ("0\u0661\u0662", ""),
        ("", ""),
    ],
)
def test_number_with_a_leading_zero_is_wrong_where_readers_of_yaml_disagree(
    text: str, meant: str
) -> None:
    assert leading_zero(text).rpartition("write ")[2] == meant
