"""Documents are read as Go reads them, or refused at their place with what to do about it.

See tests/data/README.md for where Go's answers come from.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from deploylint.documents.nodes import plain
from deploylint.documents.reader import Document, read_text
from tests.support.folders import DATA

ANSWERS = DATA / "documents.jsonl"
# Not splitlines, which also splits at characters that may be inside the strings.
ROWS = [json.loads(line) for line in ANSWERS.read_text("utf-8").rstrip("\n").split("\n")]

COLON = (
    "Helm takes this colon for a part of the text, deploylint does not; "
    "write a space after it, or put the text in quotes"
)

# What Go reads and libyaml does not, by what is said of it, and where. Nobody means what Go makes
# of most of it ({a:} has the key "a:"), so it is refused and not read.
REFUSED_BY_US: dict[str, dict[str, str]] = {
    COLON: {
        "v: [a:]": "1:6",
        "v: [x, a:, y]": "1:9",
        "v: {k: a:}": "1:9",
        "v: [a:b:]": "1:8",
        "v: [x, a:b:, y]": "1:11",
        "v: {k: a:b:}": "1:11",
        "v: [a:,b]": "1:6",
        "v: [x, a:,b, y]": "1:9",
        "v: {k: a:,b}": "1:9",
        "v: {a:,b: 1}": "1:6",
        "v: [-:]": "1:6",
        "v: [x, -:, y]": "1:9",
        "v: {k: -:}": "1:9",
        "v: {a:}": "1:6",
        "v:\n- {a:}": "2:5",
        "v: [{a:}]": "1:7",
        "v: [x, {a:}, y]": "1:10",
        "v: {k: {a:}}": "1:10",
        "v: [y:]": "1:6",
        "v:\n- [y:]": "2:5",
        "v: [[y:]]": "1:7",
        "v: [x, [y:], y]": "1:10",
        "v: {k: [y:]}": "1:10",
        "v: [y:, z]": "1:6",
        "v:\n- [y:, z]": "2:5",
        "v: [[y:, z]]": "1:7",
        "v: [x, [y:, z], y]": "1:10",
        "v: {k: [y:, z]}": "1:10",
        "v: é\u2028w: [x:]": "2:6",
    },
    "Helm knows the escape \"\\'\", deploylint does not; write ' alone": {
        'v: "\\\'"': "1:5",
        'v:\n- "\\\'"': "2:4",
        'v:\n  "\\\'": 1': "2:4",
        'v: ["\\\'"]': "1:6",
        'v: [x, "\\\'", y]': "1:9",
        'v: {k: "\\\'"}': "1:9",
        'v: {"\\\'": 1}': "1:6",
    },
    "not YAML: a tag ends with a space; write one after it": {
        "v: !x,": "1:6",
        "v:\n- !x,": "2:5",
        "v:\n  !x,: 1": "2:5",
        "v: !x, a": "1:6",
        "v:\n- !x, a": "2:5",
        "v:\n  !x, a: 1": "2:5",
        "v: !!str, 1": "1:9",
        "v:\n- !!str, 1": "2:8",
        "v:\n  !!str, 1: 1": "2:8",
    },
    "not YAML: did not find expected node content while parsing a flow node": {
        "v: [x, !x,, y]": "1:11",
        "v: {!x,: 1}": "1:8",
    },
    "Helm takes this comma for a part of the tag; write a space before it": {
        "v: [!x, a]": "1:7",
        "v: [x, !x, a, y]": "1:10",
        "v: {k: !x, a}": "1:10",
        "v: {!x, a: 1}": "1:7",
        "v: [!!str, 1]": "1:10",
        "v: [x, !!str, 1, y]": "1:13",
        "v: {k: !!str, 1}": "1:13",
        "v: {!!str, 1: 1}": "1:10",
    },
    "not YAML: a colon without a space after it; write one": {
        "'a':1": "1:4",
    },
}

# What libyaml reads and Go does not, and what neither says well.
QUESTION = "Helm reads no ? in an unquoted text in brackets; put the text in quotes"
SLASH = 'Helm does not know the escape "\\/"; write / alone'
SPACE = "not YAML: a colon without a space after it; write one"
VERSION = "Helm and kubectl read YAML 1.1 only; remove the %YAML line"
REFUSED_BY_BOTH = {
    "v: [http://x/?a=b]": f"1:14 {QUESTION}",
    "v: {k: http://x/?a=b}": f"1:17 {QUESTION}",
    "v: {http://x/?a=b: 1}": f"1:14 {QUESTION}",
    "v: [a ?b]": f"1:7 {QUESTION}",
    "v: {a?: 1}": f"1:6 {QUESTION}",
    "v: [a\n  b?c, d]": f"2:4 {QUESTION}",
    "v: [a?]\nv: 1": f"1:6 {QUESTION}",
    "v: é\x85w: [x?]": f"2:6 {QUESTION}",
    'v: "\\/"': f"1:4 {SLASH}",
    'v: {"\\/": 1}': f"1:5 {SLASH}",
    'v: "\\/"\nv: 1': f"1:4 {SLASH}",
    "v: 'a':1": f"1:7 {SPACE}",
    "v:\n  'a':1\n  b: 2": f"2:6 {SPACE}",
    "v: 1\n'a':1": f"2:4 {SPACE}",
    'v: 1\n"a":1\nw: 2': f"2:4 {SPACE}",
    "%YAML 1.0\n---\nv: 1": f"1:1 {VERSION}",
    "%YAML 1.2\n---\nv: 1": f"1:1 {VERSION}",
    "%YAML 1.3\n---\nv: 1": f"1:1 {VERSION}",
    "%YAML 2.0\n---\nv: 1": f"1:1 {VERSION}",
}

DIFFERENT = {
    f"{text}\n": f"{place} {said}"
    for said, texts in REFUSED_BY_US.items()
    for text, place in texts.items()
}


def ours(text: str) -> object:
    """What deploylint makes of a document: its data, or where and why it is refused."""
    read = read_text(text, "f.yaml")
    if not isinstance(read, Document):
        return f"{read.line}:{read.column} {read.message}"
    (root,) = read.roots
    return json.loads(json.dumps(plain(root)))


def test_recorded_documents_are_enough() -> None:
    assert len(ROWS) > 600
    assert sum("json" in row for row in ROWS) > 300
    texts = {row["text"] for row in ROWS}
    assert set(DIFFERENT) | {f"{text}\n" for text in REFUSED_BY_BOTH} <= texts


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_documents_are_read_as_in_go(row: dict[str, Any]) -> None:
    made = ours(row["text"])
    if row["text"] in DIFFERENT:
        assert "json" in row
        assert made == DIFFERENT[row["text"]]
    elif "json" in row:
        assert made == row["json"]
    else:
        assert isinstance(made, str), made


@pytest.mark.parametrize("text", REFUSED_BY_BOTH)
def test_document_that_go_refuses_is_refused_at_its_position(text: str) -> None:
    assert ours(f"{text}\n") == REFUSED_BY_BOTH[text]


NOT_REFUSED = {
    "a comment": ("a: {b: 1} # what?\nc: [x] # [y?]\n", {"a": {"b": 1}, "c": ["x"]}),
    "quotes": ("a: [\"b?\", 'c?']\n", {"a": ["b?", "c?"]}),
    "no brackets": ("a: http://x/?b\nc:\n- d?\n- ?e\n", {"a": "http://x/?b", "c": ["d?", "?e"]}),
    "behind brackets": ("a: [b]\nc: d?\n", {"a": ["b"], "c": "d?"}),
    "a key indicator": ("a: {? b : c}\n", {"a": {"b": "c"}}),
    "a question mark in a tag": ("a: [!b?c d]\n", {"a": ["d"]}),
    "a block in brackets' place": ("a: |\n  [b?]\nc: >\n  [d?]\n", {"a": "[b?]\n", "c": "[d?]\n"}),
    "a tag before a comma": ("a: [!b c, !d , e]\n", {"a": ["c", "", "e"]}),
    "an anchor before a comma": ("a: [&b , *b , !c &d, e]\n", {"a": [None, None, "", "e"]}),
    "a backslash before a slash": ('a: "b\\\\/c"\n', {"a": "b\\/c"}),
}


@pytest.mark.parametrize("name", NOT_REFUSED)
def test_document_that_resembles_a_refused_one_is_read(name: str) -> None:
    text, data = NOT_REFUSED[name]
    assert ours(text) == data


def test_document_with_a_question_mark_after_a_hash_is_refused() -> None:
    assert ours("a: [b#c?]\n") == f"1:8 {QUESTION}"
    assert ours("# why?\ra: [b?]\n") == f"2:6 {QUESTION}"


def test_document_with_a_template_is_named_as_one() -> None:
    hint = "this looks like a template, which has to be rendered first (helm template)"
    assert ours("a: [c:, {{ .b }}]\n") == f"1:6 {COLON}; {hint}"
    assert str(ours("a: [b\n{{ toYaml .c }}\n")).endswith(hint)


def test_document_with_a_template_of_another_tool_is_not_rendered_by_helm() -> None:
    hint = "this looks like a template, which has to be rendered first"
    assert str(ours("a: b\n%{ if c }\nd: e\n%{ endif }\n")).endswith(f"{hint} (terraform)")
    assert str(ours("a: b\n{% if c %}\nd: {{ e }}\n{% endif %}\n")).endswith(hint)
