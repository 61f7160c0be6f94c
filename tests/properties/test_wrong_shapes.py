"""No node of a story that becomes another kind of value ends a run, or is shown as an object."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from deploylint.documents.nodes import Node, Problem
from deploylint.documents.reader import read_text
from tests.support.projects import ran
from tests.support.stories import STORIES
from tools.sampling import sampled

SHAPES = ("[x, y]", "{peer: z}", "null", "7", "text")
COMMANDS = (
    ("check", "deploy", "-f", "json"),
    ("check", "deploy", "-v", "--no-progress"),
    ("show", "FILE"),
    ("init", "deploy", "--dry-run"),
    ("allowances", "deploy", "-f", "markdown"),
)
OBJECT = re.compile(
    r"<deploylint|<class|object at 0x|Node\(|Collection\(|Path\(|`(str|int|bool|array|object|null)`"
)


class Edit(NamedTuple):
    """A file of a story, and the part of its text that becomes a value of another kind."""

    story: Path
    file: Path
    start: int
    end: int
    shape: str


def nodes(node: Node) -> Iterator[Node]:
    yield node
    content = node.content
    if isinstance(content, list):
        below = content
    else:
        below = [e.value for e in content.values()] if isinstance(content, dict) else []
    for one in below:
        yield from nodes(one)


def edits(story: Path) -> list[Edit]:
    """Every node of every YAML file of a story, in every shape."""
    return [
        Edit(story, file, *span, shape)
        for file in sorted(story.rglob("*.y*ml"))
        for span in spans(file)
        for shape in SHAPES
    ]


def spans(file: Path) -> list[tuple[int, int]]:
    """Where the nodes of a file stand; of none of a file that is not read."""
    document = read_text(text_of(file), "")
    if file.name == "expect.yaml" or isinstance(document, Problem):
        return []
    return sorted({(node.start, node.end) for root in document.roots for node in nodes(root)})


def text_of(file: Path) -> str:
    return file.read_text("utf-8", errors="replace")


def edited(edit: Edit) -> str:
    text = text_of(edit.file)
    written = text[edit.start : edit.end]
    blank = written[len(written.rstrip()) :]
    return f"{text[: edit.start]}{edit.shape}{blank}{text[edit.end :]}"


def run(
    edit: Edit, command: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run a command on a copy of the story with the edit."""
    copy = folder / edit.story.name
    if not copy.exists():
        shutil.copytree(edit.story, copy)
        (copy / ".git").mkdir()
    file = edit.file.relative_to(edit.story)
    before = (copy / file).read_bytes()
    (copy / file).write_text(edited(edit), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(copy)
        done = ran(*(str(file) if word == "FILE" else word for word in command))
    shown = "".join(capsys.readouterr()) + done.message
    assert not OBJECT.search(shown), (edit, command)
    (copy / file).write_bytes(before)


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.name)
def test_node_of_another_shape_ends_no_run(
    story: Path,
    command: tuple[str, ...],
    share: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for edit in sampled(edits(story), share, f"{story.name} {command[0]}"):
        run(edit, command, tmp_path, capsys)
