"""Guides with real outputs: runs their blocks in a folder, and writes the printed text into them.

A block's language is followed by what it is for:

* ``yaml FILE`` is written to that file; ``yaml FILE:LINE`` replaces that line of it, ``FILE:3-5``
  these lines and ``FILE:3-`` all from there on.
* ``console`` holds commands after ``$`` and, below each, what it prints and its exit code where
  that is not 0. The commands are run and the rest is written anew. They are deploylint's, or
  ``sed SCRIPT FILE > OTHER``, which makes a file from another one.

Every guide starts in a folder that holds ``deploy/`` with the shipped story.
``python -m tools.guide docs/first-steps.md`` shows its headings, changes and commands.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
STORY = ROOT / "fixtures" / "fraiday" / "deploy"
COLUMNS = "100"

_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S)
_PART = re.compile(rf"^## (?P<title>[^\n]+)$|{_BLOCK.pattern}", re.M | re.S)
"""A heading or a block."""


def render(guide: Path) -> str:
    """A guide's text with the current output of its commands."""
    with _folder() as folder:
        text = guide.read_text(encoding="utf-8")
        return _BLOCK.sub(lambda block: _done(block, folder, {}), text)


def steps(guide: Path, columns: int, *, colour: bool) -> Iterator[str]:
    """What a terminal shows of a guide: headings, changed lines, commands and their output."""
    env = {"COLUMNS": str(columns)} | ({"FORCE_COLOR": "1"} if colour else {})
    bold, plain = ("\033[1m", "\033[0m") if colour else ("", "")
    with _folder() as folder:
        title = gap = ""
        for part in _PART.finditer(guide.read_text(encoding="utf-8")):
            if part["title"]:
                title = f"{gap}{bold}# {part['title']}{plain}\n"
                continue
            before = _lines(part["file"], folder)
            text = _done(part, folder, env)
            yield title + (_changed(part["file"], before, folder) if part["file"] else _inner(text))
            title, gap = "", "\n"


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(STORY, folder / "deploy")
        (folder / ".git").mkdir()
        yield folder


def _inner(block: str) -> str:
    """The lines of a block without its fences."""
    return block.partition("\n")[2].rpartition("```")[0]


def _changed(named: str, before: list[str], folder: Path) -> str:
    """What a block changes: a line of a file before and after, or a new file's lines."""
    after = _lines(named, folder)
    pairs = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    if len(before) == len(after) and len(pairs) == 1:
        old, new = (line.strip() for line in pairs[0])
        return f"{named}: {old} -> {new}\n"
    return "".join([f"{named}\n", *(f"+ {line}" for line in after)])


def _lines(named: str | None, folder: Path) -> list[str]:
    file = folder / (named or "").partition(":")[0]
    return file.read_text(encoding="utf-8").splitlines(keepends=True) if file.is_file() else []


def _done(block: re.Match[str], folder: Path, env: dict[str, str]) -> str:
    if block["language"] == "console":
        commands = [line[2:] for line in block["text"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(_run(command, folder, env) for command in commands) + "```"
    if block["file"]:
        _write(block["file"], block["text"], folder)
    return block[0]


def _write(named: str, text: str, folder: Path) -> None:
    name, _, place = named.partition(":")
    file = folder / name
    if place:
        first, dash, last = place.partition("-")
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[int(first) - 1 : int(last) if last else None if dash else int(first)] = [text]
        text = "".join(lines)
    file.write_text(text, encoding="utf-8")


def _run(command: str, folder: Path, env: dict[str, str]) -> str:
    """A command and its output. Only deploylint runs, and sed into a file."""
    words = shlex.split(command)
    if words[0] == "sed" and words[-2] == ">":
        made = subprocess.run(words[:-2], cwd=folder, stdout=subprocess.PIPE, check=True)
        (folder / words[-1]).write_bytes(made.stdout)
        return f"$ {command}\n"
    assert words[0] == "deploylint", command
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEPLOYLINT", "GIT_", "CI"))}
    known = {"COLUMNS": COLUMNS, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=kept | known | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    code = f"(exit code {done.returncode})\n" if done.returncode else ""
    return f"$ {command}\n{done.stdout}{code}"


def main(guide: Path) -> None:
    """Prints the steps of a guide as this terminal shows them."""
    columns = shutil.get_terminal_size((80, 24)).columns
    for step in steps(guide, columns, colour=sys.stdout.isatty()):
        print(step, end="", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
