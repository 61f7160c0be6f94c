"""Changes every value of each clean story's peer alone, and checks that deploylint reports it.

python -m tools.mutants          prints the summary and writes docs/evidence/mutants.md
python -m tools.mutants --check  fails when the document is stale
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from deploylint.config import load as config
from deploylint.documents.nodes import Node, Problem
from deploylint.documents.reader import read_file
from deploylint.engine import check
from deploylint.engine.result import Report, exit_code
from deploylint.model.finding import Finding
from deploylint.model.locations import dotted_path
from tools import TODAY
from tools.mutations import LEFT_OUT, Mutant, leaves, mutants
from tools.proving import prove
from tools.sampling import sampled
from tools.silence import is_not_compared, reason

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "evidence" / "mutants.md"
PEER = "deploy-go.yaml"

Outcome = Literal["at the line", "elsewhere", "silent"]


class Result(NamedTuple):
    """The result of a mutant.

    ``key`` and ``line`` are the leaf's, ``found`` are the rules of new findings with their keys,
    ``because`` is why there is none, "" when nobody knows. ``unsure`` is whether all that was found
    are unknowns, which are shown and fail no run.
    """

    key: str
    line: int
    change: str
    outcome: Outcome
    found: tuple[tuple[str, str], ...]
    because: str
    unsure: bool

    @property
    def is_wrong(self) -> bool:
        """Whether deploylint reported another location, or was silent without a known reason."""
        if self.outcome == "elsewhere":
            return self.change != LEFT_OUT or not any(_holds(at, self.key) for _, at in self.found)
        return self.outcome == "silent" and not self.because


def _holds(parent: str, key: str) -> bool:
    """Whether a key is above another one; the root is above all."""
    return not parent or key.startswith((f"{parent}.", f"{parent}["))


class Story(NamedTuple):
    """The results of all mutants of one story, and the number of its uncompared values."""

    name: str
    results: tuple[Result, ...]
    leaves: int
    not_compared: int


def clean_stories() -> list[Path]:
    """The deployments of the stories with the peer and exit code 0.

    Those that differ in other files only are one.
    """
    found = sorted(path.parent for path in (ROOT / "fixtures").glob(f"*/deploy/{PEER}"))
    once = {_texts(folder): folder for folder in reversed(found)}
    return [folder for folder in sorted(once.values()) if exit_code(_run(folder), "warning") == 0]


def _texts(folder: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.y*ml")))


def _run(folder: Path) -> Report:
    return check.check([folder], check.CheckOptions(), _config(), TODAY)


_config = cache(config.load)


@cache
def stories(share: int = 1) -> tuple[Story, ...]:
    """Every clean story with the results of all its mutants, or of one in ``share``."""
    with tempfile.TemporaryDirectory() as temporary:
        return tuple(_story(source, Path(temporary), share) for source in clean_stories())


def _story(source: Path, temporary: Path, share: int) -> Story:
    folder = temporary / source.parent.name / source.name
    shutil.copytree(source, folder)
    before = _run(folder)
    root = _root(folder / PEER)
    chosen = sampled(list(mutants(root)), share, source.parent.name)
    results = [_judged(folder / PEER, mutant, before) for mutant in chosen]
    every = list(leaves(root))
    not_compared = sum(is_not_compared(leaf, before) for leaf in every)
    return Story(source.parent.name, tuple(results), len(every), not_compared)


def _root(path: Path) -> Node:
    document = read_file(path, path.as_posix(), path.parent)
    assert not isinstance(document, Problem), document
    return document.roots[0]


def _judged(path: Path, mutant: Mutant, before: Report) -> Result:
    path.write_text(mutant.text, encoding="utf-8")
    after = _run(path.parent)
    new = list(_new(before, after))
    leaf = mutant.leaf
    line = leaf.node.source.position(leaf.node.start)[0] + 1
    here = [f for f in new if f.location.file == path.as_posix() and f.location.line == line]
    outcome: Outcome = "at the line" if here else "elsewhere" if new else "silent"
    if mutant.change == LEFT_OUT and new:
        outcome = "elsewhere"
    return Result(
        key=dotted_path(leaf.keys),
        line=line,
        change=mutant.change,
        outcome=outcome,
        found=tuple((finding.rule, finding.location.key) for finding in new),
        because="" if new else reason(leaf, before, after, _config().rule_set),
        unsure=bool(new) and all(finding.status == "unknown" for finding in new),
    )


def _new(before: Report, after: Report) -> Iterator[Finding]:
    """The new violations and unknowns."""
    known = {_identity(finding) for finding in before.findings}
    for finding in after.findings:
        if finding.status != "allowed" and _identity(finding) not in known:
            yield finding


def _identity(finding: Finding) -> tuple[str, str, str, str]:
    return finding.status, finding.rule, finding.path, finding.message


def counted(results: Sequence[Result]) -> str:
    """The number of mutants found at the line, found elsewhere, and not found."""
    count = Counter(result.outcome for result in results)
    return (
        f"{count['at the line']} found at the line, {count['elsewhere']} elsewhere, "
        f"{count['silent']} silent"
    )


def unsure(results: Sequence[Result]) -> str:
    """The mutants that are found only as unknown, with their number."""
    keys = [f"`{result.key}` ({result.change})" for result in results if result.unsure]
    return f"{len(keys)} of those found are unknown, not violations" + (
        f": {', '.join(keys)}" if keys else ""
    )


_HEAD = """\
# Every value changed, one at a time

How deploylint reports one wrong value in a deployment. In each clean story, every value of
`deploy-go.yaml` is changed alone: a number n becomes n + 1 and 7n + 3, a flag is flipped, a text
gets another last letter and another first letter, and the key or item is removed. Written by
`make campaign-mutants`; a test run tries a tenth of the changes.

**Found** is a new violation, or a new unknown if the chart may decide the value. The unknowns are
counted and named, and they fail no run. **Elsewhere** are only removed keys, which are reported at
the nearest parent. **Silent** changes are listed here, each with its reason.
"""


def render() -> str:
    """The text of ``docs/evidence/mutants.md``."""
    total = [result for story in stories() for result in story.results]
    parts = [_HEAD, f"**{counted(total)}.**\n", *map(_section, stories())]
    return "\n".join(parts)


def _section(story: Story) -> str:
    share = story.not_compared / story.leaves
    lines = [
        f"## {story.name}\n",
        f"{story.leaves} values, {story.not_compared} of them not compared ({share:.0%}); "
        f"{counted(story.results)}.\n",
        f"{unsure(story.results)}.\n",
        "| line | key | change | why nothing is found |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *_silent(story)]) + "\n"


def _silent(story: Story) -> Iterator[str]:
    """A row for each value and reason, with all its changes."""
    rows: dict[tuple[int, str, str], list[str]] = {}
    for result in story.results:
        if result.outcome == "silent":
            row = result.line, result.key, result.because or "NOT EXPLAINED"
            rows.setdefault(row, []).append(result.change)
    for (line, key, because), changes in rows.items():
        yield f"| {line} | `{key}` | {', '.join(changes)} | {because.replace('|', chr(92) + '|')} |"


def wrong(share: int = 1) -> list[str]:
    """The mutants that were found at another location, or lost without a known reason."""
    return [
        f"{story.name}: {result.key} (line {result.line}) {result.change}: {result.outcome}"
        for story in stories(share)
        for result in story.results
        if result.is_wrong
    ]


def main(arguments: list[str]) -> int:
    """Prints the summary and writes the document; with ``--check`` fails if it is stale."""
    for story in stories():
        print(f"{story.name}: {counted(story.results)}; {unsure(story.results)}")
    print(counted([result for story in stories() for result in story.results]))
    return prove(DOCUMENT, "make campaign-mutants", render(), wrong(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
