"""The files that are checked, all made of the two pairs that ship: the same bytes in every run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAIR = ROOT / "fixtures" / "fraiday" / "deploy"
RENDERED = ROOT / "fixtures" / "rendered-chart" / "deploy"
VALUES_REFERENCE = "deploy-python.yaml"
MANIFESTS_REFERENCE = "ai-backend.yaml"
PEER = "api-service"

Peer = Callable[[str, int], str]
"""The text of the peer of a number, made of that of the pair's."""

_NUMBER = re.compile(r"(?<![\w./\"])\d+(?=(?:m|Mi|s)?\b)(?!\.)")
_TEXT = re.compile(
    r"\b(?:acr-auth|api-service-env|info|production|prometheus|public-gateway)\b"
    r"|(?<= )/(?:health|ping|metrics)\b|(?<=1\.4\.)0"
)
"""A text of the pair's own choice, or the last place of its tag."""
_STEADY = re.compile(r"^#|--queue=|Replicas: |Utilization")
"""Lines that stay: what is said, or how many queues, pods and percent there can be."""


def pair(folder: Path) -> None:
    """The two files of the shipped example."""
    shutil.copytree(PAIR, folder)


def values(services: int, peer: Peer | None = None) -> Callable[[Path], None]:
    """A folder of values files: the pair's reference, and Go services with names of their own."""
    return _many(PAIR / VALUES_REFERENCE, PAIR / "deploy-go.yaml", services, peer or named)


def manifests(services: int) -> Callable[[Path], None]:
    """The same as manifests, a file for each service, as ``helm template`` writes them."""
    return _many(RENDERED / MANIFESTS_REFERENCE, RENDERED / f"{PEER}.yaml", services, named)


def _many(reference: Path, model: Path, services: int, peer: Peer) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        folder.mkdir(parents=True)
        shutil.copy(reference, folder)
        text = model.read_text(encoding="utf-8")
        for number in range(services - 1):
            path = folder / f"{model.stem}-{number:05}.yaml"
            path.write_text(peer(text, number), encoding="utf-8")

    return write


def named(text: str, number: int) -> str:
    """A peer that says what the pair's says, under another name."""
    return text.replace(PEER, f"service-{number}")


def own(text: str, number: int) -> str:
    """A peer that shares no number and no text with another, wherever such a thing is chosen."""
    lines = text.splitlines(keepends=True)
    return named("".join(_own_line(line, number) for line in lines), number)


def _own_line(line: str, number: int) -> str:
    if _STEADY.search(line):
        return line
    longer = _TEXT.sub(lambda found: f"{found[0]}{number}", line)
    return _NUMBER.sub(lambda found: str(int(found[0]) + number + 1), longer)
