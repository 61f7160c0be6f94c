"""The counts of a run in words, the same in every format for people; never merged into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from deploylint.documents.grouping import items_by_key
from deploylint.engine.result import GroupReport, Report
from deploylint.model.finding import WAITING, Explanation
from deploylint.model.format import enumerate_names


def summary(report: Report, how: str = "") -> list[str]:
    """What was found, and what was compared, one text each; then what else a person should know.

    ``how`` is how to list what is only counted.
    """
    counts = report.summary
    values = counts.compared + counts.unknown + counts.uncompared
    is_more = counts.allowed or counts.unknowns or report.skipped
    skipped = f", {len(report.skipped)} skipped" if report.skipped else ""
    lines = [
        f"{count(counts.violations, 'violation')}{_warnings(counts.warnings)}, "
        f"{count(counts.allowed, 'allowed deviation')}, {counts.unknowns} unknown{skipped}"
        f"{how if is_more else ''}",
        f"{count(counts.matches, 'check')} passed, "
        f"{counts.compared} of {count(values, 'value')} compared "
        f"({count(counts.services, 'service')}, {count(counts.rules, 'rule')})",
    ]
    if report.left_out:
        lines.append(f"{count(report.left_out, 'more violation')} not shown, as asked")
    if counts.outside:
        lines.append(f"{count(counts.outside, 'more violation')} in other files of the same group")
    if report.problems:
        lines.append(f"{count(len(report.problems), 'error')}: not everything could be checked")
    if counts.waiting:  # last, where it is not missed
        lines.append(f"{count(counts.waiting, 'allowance')} without a reason: because is {WAITING}")
    return lines


def details(report: Report) -> Iterator[str]:
    """What was not compared and why, and what a majority is asked about."""
    counts = report.summary
    if counts.unknown or counts.uncompared:
        yield f"values: {counts.unknown} unknown, {counts.uncompared} not compared"
    if counts.explained:
        yield "not compared by value: " + ", ".join(_explained(counts.explained))
    if _is_voted(report):
        yield "a majority decides what is set, words and names; not ports, sizes, timings, ids"
    if split := list(dict.fromkeys(path for one in report.groups for path in one.without_majority)):
        yield f"no majority: {enumerate_names(split, _PATHS)}"


_PATHS = 8
"""How many field paths without a majority are named."""


def next_step(report: Report) -> Iterator[str]:
    """What to run next, where services without a configuration differ."""
    if report.summary.violations and not report.configuration and _is_voted(report):
        yield "next: run deploylint init, which proposes a reference and a configuration"


def _is_voted(report: Report) -> bool:
    """Whether a majority takes the place of a reference in any group."""
    return any(group.voted for group in report.groups)


_EXPLAINED: Mapping[Explanation, str] = {
    "asked": "at keys that siblings have",
    "alone": "at keys that no sibling has",
    "size": "sizes",
    "wiring": "connections",
    "guest": "of guests",
    "few": "with too few siblings",
}
"""What is said of values that a majority does not compare."""


def _explained(counts: Mapping[Explanation, int]) -> Iterator[str]:
    """How many values a majority does not compare for each reason."""
    return (f"{counts[why]} {text}" for why, text in _EXPLAINED.items() if counts.get(why))


_NAMED = 4
"""How many guests are named."""

_ENVIRONMENTS = 8
"""How many environments of a group are named."""


def _guests(same: Sequence[GroupReport]) -> str:
    """How many guests a group has, and the first of them, each with the reason; or ""."""
    guests = {f"{name} ({why})": None for group in same for name, why in group.guests.items()}
    if not guests:
        return ""
    return f"; {count(len(guests), 'guest')} not compared: {enumerate_names([*guests], _NAMED)}"


def _warnings(number: int) -> str:
    """How many of the violations are only warnings, where some are."""
    return f" ({count(number, 'warning')})" if number else ""


def count(number: int, noun: str) -> str:
    """A number of things: ``1 rule``, ``2 rules``."""
    return f"{number} {noun}{'s' * (number != 1)}"


def group_lines(report: Report, most: int) -> Iterator[str]:
    """Each group: its services, its environments, and what they are compared with.

    Of more groups than ``most`` the largest are named.
    """
    by_name = items_by_key(  # groups of one name are environments of one, or different
        (group.loaded.name if group.loaded.environment else number, group)
        for number, group in enumerate(report.groups)
        if group.loaded.services
    )
    groups = list(by_name.values())
    if len(groups) > most:
        groups.sort(key=_size, reverse=True)
    for same in groups[:most]:
        yield f"{same[0].loaded.name}: {_services(same)}, {_all_compared_with(same)}{_guests(same)}"
    rest = items_by_key((_compared_in_brief(same[0]), same) for same in groups[most:])
    for with_what, several in rest.items():
        services = count(sum(map(_size, several)), "service")
        yield f"{count(len(several), 'more group')}: {services}, compared {with_what}"


def _size(same: Sequence[GroupReport]) -> int:
    """How many services a group has in all its environments."""
    return len({service.name for group in same for service in group.loaded.services})


def _services(same: Sequence[GroupReport]) -> str:
    environments = [group.loaded.environment for group in same if group.loaded.environment]
    services = count(_size(same), "service")
    return f"{services} in {_environments(environments)}" if environments else services


def _environments(names: Sequence[str]) -> str:
    more = len(names) - _ENVIRONMENTS
    return f"{enumerate_names(names, _ENVIRONMENTS)} environments" if more > 1 else ", ".join(names)


def _all_compared_with(same: Sequence[GroupReport]) -> str:
    """What a group is compared with, and in how many environments where these differ."""
    (first, number), *others = Counter(map(_compared_with, same)).items()
    if not others:
        return f"compared {first}"
    rest = "".join(f", {text} in {times}" for text, times in others)
    return f"compared {first} in {count(number, 'environment')}{rest}"


def _compared_in_brief(group: GroupReport) -> str:
    return "with a reference" if group.reference is not None else _compared_with(group)


def _compared_with(group: GroupReport) -> str:
    if group.reference is not None:
        return f"with the reference {group.reference.name}"
    return f"with {'their majority' if group.voted else 'nothing'}"
