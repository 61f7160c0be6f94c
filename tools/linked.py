"""Changes each linked place alone, and checks that deploylint reports the disagreement.

python -m tools.linked          prints the summary and writes docs/evidence/linked-places.md
python -m tools.linked --check  fails when the document is stale

The places are rows of ``linked.yaml``. To add one, write a row.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from deploylint.config import load as config
from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import read_file
from deploylint.engine import check
from deploylint.engine.result import Report
from deploylint.model.finding import Finding, Location
from tools import TODAY
from tools.proving import prove

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
TABLE = Path(__file__).with_name("linked.yaml")
DOCUMENT = ROOT / "docs" / "evidence" / "linked-places.md"

Story = Literal["values", "manifests"]


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edit: ``instead`` replaces the first ``written`` below a text, or each one."""

    place: str
    written: str = msgspec.field(name="from")
    instead: str = msgspec.field(name="to")
    below: str = ""
    everywhere: bool = False

    def edited(self, text: str) -> tuple[str, int]:
        """The text after the edit and its line, from 1. Raises ValueError if nothing matches."""
        start = text.index(self.written, text.index(self.below))
        line = text.count("\n", 0, start) + 1
        rest = text[start:].replace(self.written, self.instead, -1 if self.everywhere else 1)
        return text[:start] + rest, line


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Edits of one file of a story."""

    story: Story
    file: str
    changes: tuple[Change, ...]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The linked places, and edits without effect."""

    linked: tuple[Changes, ...]
    meaningless: tuple[Changes, ...]


Verdict = Literal["at its line", "related", "elsewhere", "silent"]


class Result(NamedTuple):
    """The result of a change of a linked place: the location of the finding, and its rules."""

    story: Story
    file: str
    line: int
    change: Change
    verdict: Verdict
    rules: tuple[str, ...]


class Harmless(NamedTuple):
    """Whether all findings stay the same after an edit without effect."""

    story: Story
    file: str
    change: Change
    is_same: bool


@cache
def table() -> Table:
    """The rows of ``linked.yaml``."""
    document = read_file(TABLE, TABLE.name, TABLE.parent)
    assert not isinstance(document, Problem), document
    return msgspec.convert(plain(document.roots[0]), Table)


# --- the stories ----------------------------------------------------------------------------------


def _values(folder: Path) -> None:
    shutil.copytree(FIXTURES / "fraiday" / "deploy", folder / "deploy")
    _configure(folder, python="deploy-python.yaml", go="deploy-go.yaml")


def _manifests(folder: Path) -> None:
    shutil.copytree(FIXTURES / "rendered-chart" / "deploy", folder / "deploy")
    _configure(folder, python="ai-backend.yaml", go="api-service.yaml")


def _configure(folder: Path, **files: str) -> None:
    """Writes the configuration with the services and their source code, and copies the code."""
    services = "".join(
        f"    - {{name: {name}, files: deploy/{file}, code: {name}}}\n"
        for name, file in files.items()
    )
    group = f"  story:\n    reference: python\n    services:\n{services}"
    (folder / ".deploylint.yaml").write_text(f"version: 1\ngroups:\n{group}", encoding="utf-8")
    for name in files:
        shutil.copytree(FIXTURES / "fraiday" / name, folder / name)


_STORIES: Mapping[Story, Callable[[Path], None]] = {"values": _values, "manifests": _manifests}


def _run(folder: Path) -> Report:
    loaded = config.load(folder / ".deploylint.yaml")
    report = check.check([folder / "deploy"], check.CheckOptions(), loaded, TODAY)
    assert not report.problems, report.problems
    return report


# --- verdicts -------------------------------------------------------------------------------------


@cache
def results() -> tuple[Result, ...]:
    """Every linked place, changed alone."""
    return tuple(
        _result(rows, change, line, before, after)
        for rows, change, line, before, after in _tried(table().linked)
    )


@cache
def harmless() -> tuple[Harmless, ...]:
    """Every edit without effect."""
    return tuple(
        Harmless(rows.story, rows.file, change, _said(before) == _said(after))
        for rows, change, _, before, after in _tried(table().meaningless)
    )


def _tried(every: Sequence[Changes]) -> Iterator[tuple[Changes, Change, int, Report, Report]]:
    """Each change with its line, and the findings before and after."""
    with tempfile.TemporaryDirectory() as temporary:
        before: dict[Story, Report] = {}
        for story, prepare in _STORIES.items():
            (Path(temporary) / story).mkdir()
            prepare(Path(temporary) / story)
            before[story] = _run(Path(temporary) / story)
        for rows in every:
            path = Path(temporary) / rows.story / rows.file
            text = path.read_text(encoding="utf-8")
            for change in rows.changes:
                edited, line = change.edited(text)
                path.write_text(edited, encoding="utf-8")
                yield rows, change, line, before[rows.story], _run(Path(temporary) / rows.story)
                path.write_text(text, encoding="utf-8")


def _result(rows: Changes, change: Change, line: int, before: Report, after: Report) -> Result:
    known = _said(before)
    new = [f for f in after.findings if f.status == "violation" and _identity(f) not in known]
    here = [f for f in new if _is_at(f.location, rows.file, line)]
    beside = [f for f in new if any(_is_at(place, rows.file, line) for place in _places(f))]
    verdict: Verdict = (
        "at its line" if here else "related" if beside else "elsewhere" if new else "silent"
    )
    rules = tuple(dict.fromkeys(finding.rule for finding in here or beside or new))
    return Result(rows.story, rows.file, line, change, verdict, rules)


def _said(report: Report) -> Counter[tuple[str, ...]]:
    return Counter(map(_identity, report.findings))


def _identity(finding: Finding) -> tuple[str, ...]:
    return finding.status, finding.rule, finding.path, str(finding.expected), str(finding.actual)


def _places(finding: Finding) -> Iterator[Location]:
    yield from (place for _, place, _ in finding.related)
    if finding.reference_location is not None:
        yield finding.reference_location


def _is_at(place: Location, file: str, line: int) -> bool:
    return place.line == line and place.file.endswith(f"/{file}")


# --- the document ---------------------------------------------------------------------------------

_HEAD = """\
# Every linked place, changed alone

The deployment, the Dockerfile and the source code of a service must agree. Here one place that
another one must agree with is changed, and nothing else. Written by `make campaign-linked` from
`tools/linked.yaml`; `make test-slow` fails if the page is stale.

**At its line** is a violation at the changed line. **Related** is a violation elsewhere that names
the changed line as the other side. No change may be silent.
"""

_TAIL = """\
## Edits without effect

Each of these leaves all findings unchanged.

| story | file | edit |
|---|---|---|"""


def counted() -> str:
    """The number of places found at the line or as related, and of harmless edits."""
    count = Counter(result.verdict for result in results())
    return (
        f"{len(results())} linked places: {count['at its line']} found at their lines, "
        f"{count['related']} among related places, {count['elsewhere']} elsewhere, "
        f"{count['silent']} silent; {sum(one.is_same for one in harmless())} of {len(harmless())} "
        "edits that mean nothing change nothing"
    )


def render() -> str:
    """The text of ``docs/evidence/linked-places.md``."""
    lines = [
        _HEAD,
        f"**{counted()}.**\n",
        "| story | file:line | place | change | found | by |",
        "|---|---|---|---|---|---|",
        *map(_row, results()),
        "",
        _TAIL,
        *(f"| {one.story} | {one.file} | {one.change.place} |" for one in harmless()),
    ]
    return "\n".join(lines) + "\n"


def _row(result: Result) -> str:
    change = result.change
    rules = ", ".join(f"`{rule}`" for rule in result.rules)
    return (
        f"| {result.story} | {result.file}:{result.line} | {change.place} "
        f"| `{change.written.strip()}` → `{change.instead.strip()}` | {result.verdict} | {rules} |"
    )


def wrong() -> list[str]:
    """The places that are lost or found elsewhere, and the harmless edits that change findings."""
    lost = [
        f"{one.file}:{one.line} ({one.change.place}): {one.verdict} {', '.join(one.rules)}"
        for one in results()
        if one.verdict not in ("at its line", "related")
    ]
    changed = [one for one in harmless() if not one.is_same]
    return lost + [f"{one.file} ({one.change.place}): not the same" for one in changed]


def main(arguments: list[str]) -> int:
    """Prints the summary and writes the document; with ``--check`` fails if it is stale."""
    print(counted())
    return prove(DOCUMENT, "make campaign-linked", render(), wrong(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
