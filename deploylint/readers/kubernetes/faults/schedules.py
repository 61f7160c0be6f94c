"""What the API server refuses in the schedule of a CronJob.

It is read as https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.documents.nodes import Node, child, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import hint
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable


def schedule_faults(spec: Node) -> Iterator[Fault]:
    """A schedule that the API server cannot read (CronJobSpec)."""
    schedule = child(spec, "schedule")
    text = text_of(schedule)
    if schedule is not None and text and not is_variable(text) and (reason := _refused(text)):
        yield Fault("wrong-value", schedule, f"schedule is {text!r}; {reason}")


def _refused(text: str) -> str:
    """Why a text is no schedule; "" where it is one."""
    if "TZ" in text:
        return "its time zone belongs in timeZone"
    if text.startswith("@every "):
        is_known = _EVERY.fullmatch(text.removeprefix("@every ").strip())
        return "" if is_known else "an interval is a duration such as 1h30m"
    if text.startswith("@"):
        return "" if text in _NAMED else hint(text, _NAMED)
    parts = text.split()
    if len(parts) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        return f"it has {len(parts)} fields; write {len(_FIELDS)}: {names}"
    each = (_wrong(part, field) for part, field in zip(parts, _FIELDS, strict=True))
    return next(filter(None, each), "")


class _Field(Record):
    """A field of a schedule: the least and the greatest number, and names of its numbers."""

    name: str
    least: int
    most: int
    words: Sequence[str] = ()


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _DAYS),
)
_NAMED = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = regex(r"(\d+(\.\d+)?(ns|us|ms|s|m|h))+")


def _wrong(part: str, field: _Field) -> str:
    """Why a part of a schedule is wrong, "" if it is not."""
    for item in part.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        ends = [] if span in ("*", "?") else [first, last] if dash else [first]
        numbers = [_number(end, field) for end in ends]
        is_known = all(field.least <= number <= field.most for number in numbers)
        is_step = not slash or (step.isdecimal() and int(step[:9]) > 0)
        if not is_known or not is_step or numbers != sorted(numbers):
            return f"{item!r} is no {field.name}, which is {field.least} to {field.most}"
    return ""


def _number(end: str, field: _Field) -> int:
    """The number of one end of a span; -1 where it is none."""
    if end.upper() in field.words:
        return field.words.index(end.upper()) + field.least
    return int(end) if end.isdecimal() and len(end) < len("1000") else -1
