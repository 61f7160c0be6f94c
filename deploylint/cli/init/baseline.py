"""The baseline: one allowance for each present difference and its two values, without a reason."""

from __future__ import annotations

import json
from collections.abc import Iterable

from deploylint.cli.init.proposal import LOOK
from deploylint.config.allowance_entries import read_allowances, resolve_allowances
from deploylint.config.load import Config
from deploylint.config.nodes import items
from deploylint.config.schema import ConfigFile
from deploylint.documents.edit import ListItem
from deploylint.documents.nodes import Problem, plain
from deploylint.documents.reader import read_text
from deploylint.model.decode import decode
from deploylint.model.errors import Misread
from deploylint.model.finding import WAITING, Finding
from deploylint.model.types import Plain
from deploylint.reports.fix import fields_of
from deploylint.reports.yaml_out import block, flow

SHORTEST = 6
"""How many digits of a fingerprint an id has at least."""

HEAD = """\
# Written by deploylint init, which only adds entries. The reasons are yours to write.
version: 1

# The baseline: differences that were found. Each entry accepts exactly two values of one field.
# Explain under because why they may differ, or remove the difference and its entry.
"""


def baseline_allowances(findings: Iterable[Finding], config: Config) -> list[ListItem]:
    """An entry for each violation that an allowance may cover; equal ones once."""
    entries = dict[str, ListItem]()
    ids = {allowance.id for allowance in config.allowances}
    for finding in findings:
        about = fields_of(finding) | {"because": WAITING}
        key = json.dumps(about)
        if key not in entries and _may_be(finding, config) and _is_read(about, config):
            entries[key] = _item({"id": _id(finding, ids)} | about)
    return list(entries.values())


def _may_be(finding: Finding, config: Config) -> bool:
    own = config.rule_set.builtin.get(finding.rule)
    return finding.status == "violation" and (own is None or own.may_be_allowed)


def _id(finding: Finding, taken: set[str]) -> str:
    """The service, the rule, and so much of the fingerprint that no other has the same id."""
    head, digits = f"{finding.service}/{finding.rule}", finding.fingerprint
    ids = [f"{head}-{digits[:length]}" for length in range(SHORTEST, len(digits) + 1)]
    ids += [f"{head}-{digits}-{number}" for number in range(2, len(taken) + 3)]
    free = next(one for one in ids if one not in taken)
    taken.add(free)
    return free


def _is_read(about: dict[str, Plain], config: Config) -> bool:
    """Whether an entry reads back as the same data."""
    text = "version: 1\nallow:\n" + "\n".join(_item(about).block) + "\n"
    document = read_text(text, "")
    if isinstance(document, Problem):
        return False
    (node,) = items(document.roots[0], "allow")
    if plain(node) != about:
        return False
    try:
        entries = decode(document, ConfigFile).allow
        allowances = read_allowances(entries, document.roots[0], "configured")
        resolve_allowances(allowances, [config.rule_set, *(g.rule_set for g in config.groups)])
    except Misread:
        return False
    return True


def _item(fields: dict[str, Plain]) -> ListItem:
    return ListItem(tuple(block([fields], LOOK, 0)), flow(fields, LOOK))
