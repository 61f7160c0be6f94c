"""Allowances written beside the value: ``# deploylint: allow[RULE: FROM -> TO] because REASON``.

``until DATE`` may follow. Both values are pinned, as everywhere. A malformed directive allows
nothing. A stranger can write one in a pull request, so a project may forbid them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deploylint.config.allowances import is_date, is_same, redact_pattern
from deploylint.documents.comments import Comment, comments
from deploylint.documents.nodes import Problem, Source, plain
from deploylint.documents.reader import read_text
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import hint
from deploylint.model.finding import Allowance, Location
from deploylint.model.patterns import Pattern, read_pattern
from deploylint.model.rule import Rule
from deploylint.model.secrets import redact
from deploylint.model.service import Service

WORD = "deploylint"

MOST, LONGEST = 1000, 1000
"""How many directives of a file are read, and how many characters one may have."""

_INVALID = (
    "invalid directive (ignored); expected # deploylint: allow[RULE: FROM -> TO] because REASON"
)
_DIRECTIVE = regex(
    r"allow\[(?P<rule>[^\]:]*):\s+(?P<from>\S.*?)\s+->\s+(?P<to>\S.*)\]\s+because\s+(?P<because>\S.*)"
)
_UNTIL = regex(r"(?P<because>.*?)(?:^|[,;]?\s+)until\s+(?P<until>\S+)")
_NAMED = regex(r"allow\[([^\]:\n]*):")


def rules_named(text: str) -> set[str]:
    """The ids in a file at the places where an allowance in a comment names its rule."""
    return {name.strip() for name in _NAMED.findall(text)} if WORD in text else set()


class Malformed(Record):
    """A comment that looks like an allowance and is not: its place and why."""

    at: Location
    text: str
    message: str


def inline_allowances(
    service: Service, rules: Mapping[str, Rule]
) -> Iterator[Allowance | Malformed]:
    """The allowances in the comments of a service's files, and the malformed ones."""
    sources = {id(root.source): root.source for root in service.written}
    for source in sources.values():
        roots = [root for root in service.written if root.source is source]
        for number, comment in enumerate(comments(source, roots, WORD)):
            if number == MOST:
                message = f"more than {MOST} directives in one file"
                message += "; this one and the rest are not read"
                yield Malformed(_place(comment, source), WORD, message)
                return
            yield _read(comment, source, rules)


def _read(comment: Comment, source: Source, rules: Mapping[str, Rule]) -> Allowance | Malformed:
    at = _place(comment, source)
    try:
        return _allowance(comment, at, rules)
    except ValueError as error:
        return Malformed(at, _public(f"{WORD}: {comment.text[:LONGEST]}"), _public(str(error)))


def _public(text: str) -> str:
    """A comment or a message about one, without the secrets in it."""
    return str(redact("", text))


def _place(comment: Comment, source: Source) -> Location:
    line, column = source.position(comment.start)
    end = column + 1 + comment.end - comment.start
    return Location(source.file, "", line + 1, column + 1, line + 1, end)


def _allowance(comment: Comment, at: Location, rules: Mapping[str, Rule]) -> Allowance:
    """The allowance of a comment. Raises ValueError with what is wrong and what to write."""
    if len(comment.text) > LONGEST:
        raise ValueError(f"directive too long (ignored); at most {LONGEST} characters")
    directive = _DIRECTIVE.fullmatch(comment.text)
    if directive is None:
        raise ValueError(_INVALID)
    rule = rules.get(directive["rule"].strip())
    if rule is None:
        raise ValueError(f"unknown rule {directive['rule']!r}; {hint(directive['rule'], rules)}")
    because, until = _reason(directive["because"])
    expected, actual = _pattern(directive["from"]), _pattern(directive["to"])
    if is_same(expected, actual, rule.addresses):
        raise ValueError("both values are the same; write two different values")
    if rule.pattern is not None and expected not in (rule.pattern, _PRESENT):
        raise ValueError(
            f"{rule.id} has no reference value; write allow[{rule.id}: present -> VALUE]"
        )
    return Allowance(
        id=f"{at.file}:{at.line}",
        rule=rule.id,
        addresses=rule.addresses,
        expected=None if rule.pattern is not None else redact_pattern(expected, rule.addresses),
        actual=redact_pattern(actual, rule.addresses),
        because=_public(because),
        at=at,
        origin="inline",
        until=until,
        line=comment.line,
    )


_PRESENT = Pattern("state", "present")


def _reason(text: str) -> tuple[str, str]:
    """The reason and the last day, "" if none. Raises ValueError for an invalid date."""
    dated = _UNTIL.fullmatch(text)
    if dated is None:
        return text.strip(), ""
    if not is_date(dated["until"]):
        raise ValueError(
            f"invalid date {dated['until']!r} after until; use YYYY-MM-DD, or reword the reason"
            " without until before its last word"
        )
    if not dated["because"]:
        raise ValueError(_INVALID)
    return dated["because"].strip(), dated["until"]


def _pattern(text: str) -> Pattern:
    document = read_text(text, WORD)
    if isinstance(document, Problem):
        raise ValueError(f"invalid value {text!r}: {document.message}")
    roots = document.roots
    return read_pattern(plain(roots[0]) if roots else None)
