"""Worker technologies and languages: what a command's words and a file's name say about them.

All of it is data, in ``profiles/technologies.yaml``.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from deploylint.shapes.shipped import definition


class Technology(NamedTuple):
    """How a worker technology's command line is read; see ``profiles/technologies.yaml``."""

    name: str
    runtime: str
    programs: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]


@cache
def technologies() -> tuple[Technology, ...]:
    """The worker technologies, in the order of ``profiles/technologies.yaml``."""
    return tuple(
        Technology(
            t["name"],
            t["runtime"],
            tuple(t["programs"]),
            {meaning: tuple(spellings) for meaning, spellings in t["options"].items()},
        )
        for t in definition("technologies")["technologies"]
    )


def languages() -> set[str]:
    """Every language that anything can speak for."""
    tables = (definition("technologies")[table] for table in ("programs", "words"))
    return {language for table in tables for language in table}


def program_runtime(program: str) -> str:
    """The language that a command's first word speaks for, or ""."""
    return _listed("programs", program.rpartition("/")[2])


def word_runtime(stem: str) -> str:
    """The language that a word of a file's name speaks for, or ""."""
    return next(filter(None, (_listed("words", word) for word in re.split(r"[-_.]", stem))), "")


def _listed(table: str, word: str) -> str:
    listed = definition("technologies")[table]
    return next((language for language, words in listed.items() if word in words), "")
