"""The baseline: each present difference as an allowance for its two values, without a reason.

Services that differ in the same way share an entry, and so do all environments of a service.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence

from deploylint.cli.init.proposal import LOOK
from deploylint.config.allowance_entries import read_allowances, resolve_allowances
from deploylint.config.load import Config
from deploylint.config.rules import RuleSet
from deploylint.config.schema import ConfigFile
from deploylint.documents.edit import ListItem
from deploylint.documents.nodes import Problem, child, items_of, plain
from deploylint.documents.reader import read_text
from deploylint.engine.outlier import OUTLIER
from deploylint.engine.result import Report
from deploylint.model.decode import decode
from deploylint.model.errors import Misread
from deploylint.model.finding import WAITING, Finding
from deploylint.model.types import Plain
from deploylint.reports.fix import fields_of
from deploylint.reports.text.layout import cells
from deploylint.reports.yaml_out import flow

HEAD = """\
# The differences that deploylint init found. An entry accepts two values of one
# field. Write under because why, or mend the services and remove the entry.
version: 1
"""

INDENT = "  "
"""How far the entries of a new file are indented, as yamllint has it by default."""

Entry = dict[str, Plain]
"""An allowance as it is written."""

ServiceKey = tuple[str, str]
"""The group of a service and its name."""


def baseline_allowances(report: Report, config: Config) -> list[ListItem]:
    """The entries for the violations that an allowance may cover, each of them once."""
    entries = (_entry(key, services) for key, services in _folded(report, config).items())
    rule_sets = {id(one): one for one in (config.rule_set, *(g.rule_set for g in config.groups))}
    return [_item(entry) for entry in entries if _is_read(entry, list(rule_sets.values()))]


def is_about_an_outlier(entry: ListItem) -> bool:
    """Whether an entry allows that the reference differs from all its peers."""
    return any(f"rule: {OUTLIER}" in line for line in entry.block)


def new_text(entries: Sequence[ListItem]) -> str:
    """The text of a new baseline."""
    lines = (f"{INDENT}{line}\n" for entry in entries for line in entry.block)
    return HEAD + "allow:\n" + "".join(lines)


def _entry(key: str, services: dict[str, None]) -> Entry:
    names = list[Plain](services)
    about: Entry = json.loads(key)
    return about | {"because": WAITING, "service": names[0] if len(names) == 1 else names}


def _folded(report: Report, config: Config) -> dict[str, dict[str, None]]:
    """The services that differ in the same way, by what an allowance of that says, as JSON."""
    scopes = _Scopes(report, config)
    environments = defaultdict[tuple[str, str, ServiceKey], dict[str, None]](dict)
    for finding in report.violations:
        if _may_be_allowed(finding, config):
            entry = scopes.entry(finding)
            environment, service = str(entry.pop("environment", "")), str(entry.pop("service"))
            key = finding.group, finding.service
            environments[json.dumps(entry), service, key][environment] = None
    folded = defaultdict[str, dict[str, None]](dict)
    for (text, service, key), names in environments.items():
        about: Entry = json.loads(text)
        is_everywhere = scopes.are_all(names, key, str(about["rule"]))
        for environment in ("",) if is_everywhere else names:
            narrow = {"environment": environment} if environment else {}
            folded[json.dumps(about | narrow)][service] = None
    return folded


class _Scopes:
    """The keys that an allowance needs: none that says what goes without saying."""

    def __init__(self, report: Report, config: Config) -> None:
        rules = config.rule_set.rules
        self._addresses = {rule.id: rule.addresses for rule in rules}
        self._across = {rule.id for rule in rules if rule.across == "environments"}
        self._environments = defaultdict[ServiceKey, list[str]](list)
        self._groups = defaultdict[str, set[str]](set)
        self._has_several = set[ServiceKey]()
        for group in (checked.loaded for checked in report.groups):
            for service in group.services:
                self._environments[group.name, service.name].append(group.environment)
                self._groups[service.name].add(group.name)
                if len(service.components) > 1:
                    self._has_several.add((group.name, service.name))

    def are_all(self, names: Collection[str], service: ServiceKey, rule: str) -> bool:
        """Whether a service may differ from a rule in no other environment than those named.

        In its first one it cannot differ from itself.
        """
        first, *others = self._environments[service]
        return set(names).issuperset(others if rule in self._across else (first, *others))

    def entry(self, finding: Finding) -> Entry:
        """The keys of an allowance for a finding, but its reason."""
        entry = fields_of(finding)
        del entry["because"]
        if (finding.group, finding.service) not in self._has_several:
            entry.pop("component", None)
        if self._addresses.get(finding.rule) == (entry.get("element"),):
            del entry["element"]
        if len(self._groups[finding.service]) > 1:
            entry["group"] = finding.group
        return entry


def _may_be_allowed(finding: Finding, config: Config) -> bool:
    own = config.rule_set.builtin.get(finding.rule)
    return own is None or own.may_be_allowed


def _is_read(about: Entry, rule_sets: Sequence[RuleSet]) -> bool:
    """Whether an entry reads back as the same data, with the rules of a project and its groups."""
    text = "version: 1\nallow:\n" + "\n".join(_item(about).block) + "\n"
    document = read_text(text, "")
    if isinstance(document, Problem):
        return False
    (node,) = items_of(child(document.roots[0], "allow"))
    if plain(node) != about:
        return False
    try:
        entries = decode(document, ConfigFile).allow
        allowances = read_allowances(entries, document.roots[0], "configured")
        resolve_allowances(allowances, rule_sets)
    except Misread:
        return False
    return True


def _item(entry: Entry) -> ListItem:
    """An entry on as few lines as hold it. The reason is in quotes: any text may replace it."""
    rows = ["- {"]
    for key, value in entry.items():
        text = f'"{value}"' if key == "because" else flow(value, LOOK)
        end = "}" if key == "service" else ","
        if isinstance(value, list) and not _fits(f"   {key}: {text}{end}"):
            rows += _list_rows(rows.pop(), key, value, end)
        else:
            rows += _joined(rows.pop(), f"{key}: {text}{end}", "   ")
    return ListItem(tuple(rows), " ".join(map(str.strip, rows)).removeprefix("- "))


def _list_rows(row: str, key: str, items: Sequence[Plain], end: str) -> list[str]:
    """A row and the rows of a long list after it.

    Its bracket ends a row that is not the first: yamllint takes no other indentation.
    """
    start = f"{key}: ["
    rows = [row, f"   {start}"] if row.startswith("-") else _joined(row, start, "   ")
    last = ""
    texts = [flow(item, LOOK) for item in items]
    for text in (*(f"{text}," for text in texts[:-1]), f"{texts[-1]}]{end}"):
        *full, last = _joined(last or "    ", text, "     ")
        rows += full
    return [*rows, last]


def _joined(row: str, text: str, indent: str) -> list[str]:
    """A row with a text at its end, or the text on the next one."""
    gap = "" if row.endswith("{") else " "
    return [f"{row}{gap}{text}"] if _fits(f"{row}{gap}{text}") else [row, f"{indent}{text}"]


def _fits(row: str) -> bool:
    return cells(f"{INDENT}{row}") <= LOOK.width
