"""Fills fields of a component, or the presence of an element, from one key of a values file.

Each function reads the value of a key by one rule of the profile and keeps the result. To add a
kind of rule, write a function here and let ``compile`` choose it.
"""

from __future__ import annotations

from deploylint.documents.nodes import Node, child, is_empty, leaves, scalar
from deploylint.model.field_values import FieldValue, RowNumber, field_value
from deploylint.model.fields import ADDRESSES, ELEMENTS
from deploylint.model.templates import is_variable
from deploylint.model.types import NAMES
from deploylint.readers.contradictions import (
    choice_fault,
    probe_faults,
    security_faults,
    slipped_faults,
)
from deploylint.readers.helm.field import field
from deploylint.readers.helm.forms import (
    ARGUMENTS,
    IMAGE,
    PROGRAM,
    READERS,
    SOURCES,
    VARIABLES,
    pairs,
)
from deploylint.readers.helm.image_faults import image_faults
from deploylint.readers.helm.key_tree import ELSEWHERE, GUESSED, ElementKey, KeyRule
from deploylint.readers.helm.resolve import ReadKeys
from deploylint.readers.variable_faults import (
    pull_secret_faults,
    reference_faults,
    source_faults,
    text_faults,
    variable_faults,
)
from deploylint.readers.variable_references import values_references

_PULL_SECRETS, _SECURITY = "image-pull-secrets", "security-context"
_PROBES = frozenset(name for name, element in ELEMENTS.items() if "handler" in element.fields)

NOTHING_CHOSEN = ("none", "false")
"""The values with which a choice of the chart chooses nothing."""


def fill_field(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """One field from one value."""
    value = scope.rows.field_value(field(rule.type, node))
    text, row = node.content, value.at
    if (
        rule.type.words
        and value.state == "known"
        and (fault := choice_fault(node, rule.type.words))
    ):
        scope.faults.append(fault)
    elif isinstance(text, str) and isinstance(row, int) and not node.style and node.tag is None:
        rule.keep_value(row, text, value)
    if rule.type is NAMES and rule.element == _PULL_SECRETS:
        scope.faults += pull_secret_faults(node)
    scope.keep(rule.path, rule, value)


def fill_form(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """Several fields by a form (``forms``)."""
    if rule.reader == PROGRAM:
        fill_command(rule, node, key, scope)
    elif rule.reader == VARIABLES:
        scope.variables.append(scope.rows.number(node))
        scope.faults += variable_faults(node)
        scope.faults += values_references(node)
        scope.faults += text_faults(pairs(node))
        scope.faults += reference_faults(node)
    elif rule.reader == SOURCES:
        scope.faults += source_faults(node)
    elif rule.reader == IMAGE:
        scope.faults += image_faults(node)
    for name, value in READERS[rule.reader].read(node):
        scope.keep(f"{rule.element}.{name}", rule, scope.rows.field_value(value))


def fill_command(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """A part of the command line, which is read with the whole component."""
    if all(known is not node for _, known in scope.argv):  # two layers may name one key
        scope.argv.append((rule.rank, node))
        scope.has_program |= rule.reader != ARGUMENTS and not is_empty(node)


def fill_constants(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """Fixed values if the key is set."""
    if is_empty(node) or (node.is_scalar and scalar(node) is False):
        return
    at = scope.rows.number(key or node.key)
    for name, constant in rule.constants:
        path = f"{rule.element}.{name}"
        data = [constant] if ADDRESSES[path] is NAMES else constant
        scope.keep(path, rule, field_value("known", data, at, "", {constant: (at, at)}))


def leave_to_chart(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """Fields that the chart decides from a key; one that no profile knows stays its own."""
    if not is_empty(node) and node.content not in NOTHING_CHOSEN:
        scope.faults += slipped_faults(node, rule.chart_fields)
        note = f"decided by the chart from {(key or node.key).content}"
        number = scope.rows.number
        every = () if rule.rank == GUESSED else tuple(map(number, leaves(node)))
        for name in rule.chart_fields:
            value = field_value("unknown", None, number(node), note, None, every)
            scope.keep(f"{rule.element}.{name}", rule, value)


def fill_switch(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """The presence of an element, from a key that switches it on and off."""
    if rule.rank == ELSEWHERE and not is_empty(node):
        scope.switched.add((rule.element, rule.entry))
    data: object = scalar(node) if node.is_scalar else None
    if isinstance(data, str):
        data = _QUOTED.get(data)
    if data in (True, False) or not is_empty(node):
        value = _switched(rule, data, scope.rows.number(node), "neither true nor false", scope)
        scope.switches.setdefault(rule.element, []).insert(0, (rule.entry, value))


_QUOTED = {"true": True, "false": False}


def _switched(
    way: KeyRule | ElementKey, data: object, at: RowNumber, note: str, scope: ReadKeys
) -> FieldValue:
    """The presence of an element from a switch: on, off, or unknown where it is neither."""
    if data is not True and data is not False:
        return field_value("unknown", None, at, note, None, (at,))
    value = field_value("known" if data else "disabled", data, at, "", None, (at,))
    if not data:
        scope.off[way.element, way.entry] = value
    return value


def fill_above_switch(rule: KeyRule, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """The key that may have a switch of the element below it."""
    scope.above[rule.element, rule.entry] = scope.rows.number(key or node.key)


def fill_presence(owned: ElementKey, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """The presence of an element, from its own key."""
    at = scope.rows.number(node)
    if is_empty(node):
        value = field_value("disabled", None, at, "", None, (at,))
    elif node.is_scalar:
        data = None if node.style else scalar(node)
        is_switch = data is True or data is False
        if not is_switch and owned.holds_scalar and not is_variable(str(node.content)):
            return
        value = _switched(owned, data, at, "a text; expected a mapping", scope)
    else:
        value = field_value(
            "known",
            True,
            ~at if key is None and isinstance(at, int) else scope.rows.number(key or node.key),
        )
        if owned.element in _PROBES:
            scope.faults += probe_faults(child(node, "spec") or node)
        elif owned.element == _SECURITY:
            scope.faults += security_faults(node)
    if owned.is_switched:
        scope.waiting.add((owned.element, owned.entry))
    if owned.alone and value.state != "disabled":
        scope.alone[owned.element] = owned.entry
    scope.owned.setdefault(owned.element, []).append((owned.entry, value))


def leave_presence(owned: ElementKey, node: Node, key: Node | None, scope: ReadKeys) -> None:
    """The presence of an element under a key with several maps: the chart decides."""
    note = "a map of several; the chart chooses"
    number = scope.rows.number
    every = tuple(map(number, leaves(node)))
    value = field_value("unknown", None, number(key or node.key), note, None, every)
    scope.owned.setdefault(owned.element, []).append((owned.entry, value))
