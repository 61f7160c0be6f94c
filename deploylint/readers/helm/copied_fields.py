"""Values that a chart copies into a field of its pods: there the types of the API hold.

A template that writes ``toYaml .Values.env`` below ``env:`` takes what the API takes. Nothing is
rendered: a value counts as copied where no template takes a part of it or asks what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from deploylint.documents.nodes import (
    Node,
    Source,
    child_at,
    entries_of,
    is_empty,
    items_of,
    scalar,
)
from deploylint.documents.regex import regex
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.api_types import ANY, NOT_A_FIELD, ApiType, api_type
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.faults.api import in_words

_FIELDS = frozenset(
    (
        *("env", "envFrom", "volumeMounts", "lifecycle", "livenessProbe", "readinessProbe"),
        *("startupProbe", "affinity", "dnsConfig", "hostAliases", "imagePullSecrets"),
        *("nodeSelector", "tolerations", "topologySpreadConstraints", "volumes"),
    )
)
"""The fields of pods and of containers that have mappings and lists, and one type in both."""


@cache
def _types() -> Mapping[str, str]:
    """The types of these fields."""
    of_pods = (api_type(name).fields or {} for name in ("Container", "PodSpec"))
    return {field: kind for fields in of_pods for field, kind in fields.items() if field in _FIELDS}


# --- templates ------------------------------------------------------------------------------------


def copied_fields(texts: Iterable[str]) -> Mapping[str, str]:
    """The fields that values are copied into as they are, by the ways to the values."""
    copied, others = dict[str, str](), set[str]()
    for each in (each for text in texts for each in _OBJECT_END.split(text)):
        kinds = _KIND.findall(each)
        is_of_pods = not kinds or not table().workloads.keys().isdisjoint(kinds)
        for way, field in (use for use in _uses(each) if len(use[0]) < _LONGEST):
            if field in _FIELDS and is_of_pods and copied.setdefault(way, field) == field:
                continue
            others.add(way)
    above = {way[: match.start()] for way in others for match in _DOT.finditer(way)}
    return {way: field for way, field in copied.items() if not _is_any(way, others, above)}


def _is_any(way: str, others: set[str], above: set[str]) -> bool:
    """Whether templates take a value otherwise: it, a part of it, or what it is a part of."""
    parts = (way[: match.start()] for match in _DOT.finditer(way))
    return way in others or way in above or any(part in others for part in parts)


def _uses(text: str) -> Iterator[tuple[str, str]]:
    """The ways to values in the actions of a template, each with the field that it is copied into.

    That is "" for any other use. Whether a value is set may be asked of any. In ``scopes`` are the
    values of the blocks around, "" where they are other ones.
    """
    scopes = [""]
    for action in _ACTION.finditer(text):
        word, rest = action["word"] or "", _RENDERED.sub(r"\1", action["rest"])
        scope, entered, ways = scopes[-1], _WHOLE.fullmatch(rest), _VALUE.findall(rest)
        if word == "end":
            scopes = scopes[:-1] or [""]
        elif word == "with":
            scopes.append(entered[1] if entered else "")
        elif word and word != "else":
            scopes.append(scope if word == "if" else "")
        if word in ("if", "with", "else") and _QUESTION.search(rest) is None:
            ways = []
        ways += [scope] if scope and _BELOW.search(rest) else []
        is_copied = not word and len(ways) == 1 and _COPY.fullmatch(_WAYS.sub("", rest))
        for way in ways:
            yield way, _field_of(text, action) if is_copied else ""


def _field_of(text: str, action: re.Match[str]) -> str:
    """The key above an action, by the indentation that it gives to what it writes."""
    end = text.rfind("\n", 0, action.start()) + 1
    before = text[end : action.start()]
    if (inline := _KEY_ALONE.fullmatch(before)) or before.strip():
        return inline[2] if inline else ""
    indented = _INDENT.search(action["rest"])
    indent = int(indented[1][:_DIGITS]) if indented else len(before)
    for _ in range(_MOST_LINES if end else 0):
        start = text.rfind("\n", 0, end - 1) + 1
        line, end = text[start : end - 1], start
        key, depth = _KEY_ALONE.fullmatch(line), len(line) - len(line.lstrip())
        if key and len(key[1]) <= indent:
            return key[2]
        is_written = line.strip() and not line.lstrip().startswith(("{{", "#"))
        if (is_written and depth < indent) or not start:
            break
    return ""


_LONGEST = 200
"""How long the way to a value is that is followed."""

_MOST_LINES, _DIGITS = 100, 3
"""How many lines above an action its key is looked for, and how long an indentation is."""

_OBJECT_END = regex(r"^---", re.MULTILINE)
_KIND = regex(r"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)
_ACTION = regex(
    r"\{\{-?[ \t]*(?:(?P<word>with|range|if|define|block|else|end)\b)?(?P<rest>[^{}]*?)-?\}\}"
)
_VALUE, _WAYS = (
    regex(r"\.Values\.(\w+(?:\.\w+)*)"),
    regex(r"\$?\.Values(?:\.\w+)+|(?<![\w.])\.(?!\w)"),
)
_WHOLE = regex(r"\s*\$?\.Values\.(\w+(?:\.\w+)*)\s*")
_BELOW = regex(
    r"(?<![\w.$)\]\"'`])\.(?!Values\b|Release\b|Chart\b|Capabilities\b|Files\b|Template\b)"
)
_COPY = regex(r"[\s()|]*(?:toYaml\b[\s()|]*)(?:n?indent\s+\d+[\s()|]*|trim\b[\s()|]*)*")
_RENDERED = regex(r"\btpl\s*\(([^()]*)\)\s*[.$](?!\w)")
_QUESTION = regex(
    r"\b(?:kindIs|kindOf|typeIs\w*|typeOf|eq|ne|len|has|hasKey|index|include|dig|get)\b"
)
_INDENT = regex(r"\bn?indent\s+(\d+)")
_KEY_ALONE = regex(r"([ \t]*(?:- )?)([A-Za-z]+):[ \t]*")
_DOT = regex(r"\.")


# --- values ---------------------------------------------------------------------------------------


def with_misfits(faults: Iterable[Fault], root: Node, copied: Mapping[str, str]) -> Iterator[Fault]:
    """Some faults, and the values elsewhere that are not of the type of what they are copied to."""
    known = set[tuple[Source, int]]()
    for fault in faults:
        known |= {(fault.node.source, each.start) for each in (fault.node, fault.node.key)}
        yield fault
    for way, field in copied.items():
        node = child_at(root, *way.split("."))
        misfits = () if node is None else _misfits(node, api_type(_types()[field]), field)
        yield from (each for each in misfits if (each.node.source, each.node.start) not in known)


def _misfits(node: Node, what: ApiType, place: str) -> Iterator[Fault]:
    if what.name in (ANY, NOT_A_FIELD) or is_empty(node):
        return
    if node.is_scalar:
        text, value = str(node.content), scalar(node)
        is_word = bool(what.words) and isinstance(value, str)
        if is_variable(text) or is_word or (what.shape == "" and what.fits(value)):
            return
        written = in_words(text, value)
    elif what.shape == "" or node.is_mapping is not (what.shape is None):
        written = in_words(None if node.is_mapping else (), None)
    else:
        for name, entry in entries_of(node).items():
            inner = what.fields.get(name, ANY) if what.fields else what.item
            yield from _misfits(entry.value, api_type(inner), f"{place}.{name}")
        for number, item in enumerate(items_of(node)):
            yield from _misfits(item, api_type(what.item), f"{place}[{number}]")
        return
    message = f"{place} is {written}, which the chart copies; the API takes {what.in_words}"
    yield Fault("wrong-type", node.key, message)
