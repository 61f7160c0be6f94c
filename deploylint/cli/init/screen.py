"""What is said on the screen of an adoption."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.cli.init.proposal import ProposedMember
from deploylint.cli.init.run import TODO, Adoption
from deploylint.documents.paths import shown
from deploylint.reports import Look
from deploylint.reports.text.escape import at
from deploylint.reports.text.layout import EMPTY, Line, Piece, painted, wrapped


def write(adoption: Adoption, look: Look, next_line: str, *, dry: bool) -> str:
    """What was written, what it holds, what was passed over, and the next line to type.

    ``dry`` is whether it only would be written; the next line is then for after that.
    """
    return painted(_lines(adoption, look, next_line, "Would write" if dry else "Wrote"), look)


def _lines(adoption: Adoption, look: Look, next_line: str, wrote: str) -> Iterator[Line]:
    yield from _problems(adoption, look)
    yield from _groups(adoption, look)
    yield from _passed_over(adoption, look)
    yield from _stuck(adoption, look)
    if adoption.report is not None:
        yield from _outcome(adoption, look, next_line, wrote)


def _problems(adoption: Adoption, look: Look) -> Iterator[Line]:
    if not adoption.problems:
        return
    yield _title("Could not be read or compared; nothing was written")
    for problem in adoption.problems:
        where = f"{problem.file}:{problem.line}:{problem.column}"
        yield from wrapped([Piece(where, "place"), f" {problem.message}"], look, indent=2)
    yield EMPTY


def _groups(adoption: Adoption, look: Look) -> Iterator[Line]:
    for group in adoption.groups:
        yield from wrapped([Piece(f"Group {group.name}: ", "title"), _members(group.members)], look)
        because = f"reference: {group.reference} ({group.because})"
        yield from wrapped([because], look, indent=2)
        yield EMPTY


def _members(members: tuple[ProposedMember, ...]) -> str:
    return ", ".join(
        f"{member.name} ({member.runtime})" if member.runtime else member.name for member in members
    )


def _passed_over(adoption: Adoption, look: Look) -> Iterator[Line]:
    """What was not looked at, by its reason."""
    if not adoption.skipped:
        return
    yield _title("Skipped")
    by_reason: dict[str, list[str]] = {}
    for one in adoption.skipped:
        by_reason.setdefault(one.reason, []).append(one.file)
    for reason, files in by_reason.items():
        yield from wrapped([f"{reason}: ", Piece(", ".join(files), "place")], look, indent=2)
    yield EMPTY


def _stuck(adoption: Adoption, look: Look) -> Iterator[Line]:
    if not adoption.stuck:
        return
    yield _title("No allowance can cover these; fix them")
    for finding in adoption.stuck:
        where = Piece(at(finding.location), "place")
        text = f" {finding.severity}[{finding.rule}] {finding.message}"
        yield from wrapped([where, text], look, indent=2)
    yield EMPTY


def _outcome(adoption: Adoption, look: Look, next_line: str, wrote: str) -> Iterator[Line]:
    if not adoption.files:
        yield from wrapped(["Nothing to do: each difference has an allowance."], look)
        return
    for path in adoption.files:
        is_todo = path.name == TODO
        holds = _count(adoption.added, "new allowance") if is_todo else _configured(adoption)
        yield from wrapped([f"{wrote} ", Piece(shown(path), "place"), f": {holds}"], look)
    yield EMPTY
    yield from wrapped([f"Next: {_reasons(adoption)}type"], look)
    yield from wrapped([Piece(next_line, "title")], look, indent=2)


def _reasons(adoption: Adoption) -> str:
    waiting = adoption.report.tally.waiting if adoption.report is not None else 0
    if not waiting:
        return ""
    return f"explain {_count(waiting, 'allowance')} in {TODO}; to check with them, "


def _configured(adoption: Adoption) -> str:
    if not adoption.groups:
        return f"includes {TODO}"
    services = sum(len(group.members) for group in adoption.groups)
    return f"{_count(len(adoption.groups), 'group')}, {_count(services, 'service')}"


def _title(text: str) -> Line:
    return (Piece(text, "title"),)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
