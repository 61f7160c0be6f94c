"""Guides with real outputs: runs their blocks in a folder, and writes the printed text into them.

A block's language is followed by what it is for:

* ``yaml FILE`` is written to that file; ``yaml FILE:LINE`` replaces that line of it, ``FILE:3-5``
  these lines and ``FILE:3-`` all from there on.
* ``console`` holds commands after ``$`` and, below each, what it prints and its exit code where
  that is not 0. The commands are run and the rest is written anew. They are deploylint's, or
  ``sed SCRIPT FILE > OTHER``, which makes a file from another one.

Every guide starts in a folder that holds ``deploy/`` with the shipped story.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
STORY = ROOT / "fixtures" / "fraiday" / "deploy"
COLUMNS = "100"

_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.M | re.S)


def render(guide: Path) -> str:
    """A guide's text with the current output of its commands."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(STORY, folder / "deploy")
        (folder / ".git").mkdir()
        return _BLOCK.sub(lambda block: _done(block, folder), guide.read_text(encoding="utf-8"))


def _done(block: re.Match[str], folder: Path) -> str:
    if block["language"] == "console":
        commands = [line[2:] for line in block["text"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(_run(command, folder) for command in commands) + "```"
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


def _run(command: str, folder: Path) -> str:
    """A command and its output. Only deploylint runs, and sed into a file."""
    words = shlex.split(command)
    if words[0] == "sed" and words[-2] == ">":
        made = subprocess.run(words[:-2], cwd=folder, stdout=subprocess.PIPE, check=True)
        (folder / words[-1]).write_bytes(made.stdout)
        return f"$ {command}\n"
    assert words[0] == "deploylint", command
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEPLOYLINT", "GIT_", "CI"))}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=kept | {"COLUMNS": COLUMNS, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    code = f"(exit code {done.returncode})\n" if done.returncode else ""
    return f"$ {command}\n{done.stdout}{code}"
