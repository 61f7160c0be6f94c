"""Faults in the values of a component: a value is not of its type, or contradicts another one.

A type refuses what it cannot read (``model.types``). Contradictions are rows of
``model/fields.yaml``; a policy contradicts a service that has none of its ports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from deploylint.documents.nodes import Node, child, items_of, leaves, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.data import FIELDS, definition, make_record
from deploylint.model.fault import Fault
from deploylint.model.field_values import MOST_KNOWN, NOT_SET, FieldRow, FieldValue
from deploylint.model.fields import ACCEPTED, ADDRESSES, ASKING
from deploylint.model.format import format_value
from deploylint.model.service import Component
from deploylint.model.types import NAMES, PORT, TREE, WORD, Plain, Type
from deploylint.readers.commands.worker import subcommand_faults
from deploylint.readers.contradictions import command_faults
from deploylint.readers.helm.derived import OTHER_NAME
from deploylint.readers.helm.ports import mentioned_ports
from deploylint.readers.helm.walk import is_off

WRONG_VALUE, CONTRADICTION = "wrong-value", "contradiction"


class Contradiction(Record):
    """Two fields that contradict each other.

    With ``pair`` they have exactly these two values, with ``both`` any but nothing; without these
    the first is above the other.
    """

    field: str
    other: str
    because: str
    pair: tuple[Plain, ...] = ()
    both: bool = False


CONTRADICTIONS: tuple[Contradiction, ...] = tuple(
    make_record(Contradiction, row) for row in definition(FIELDS)["contradictions"]
)


class _Wrong(Record):
    """A fault in a field, or in an item of it (``part``)."""

    check: str
    path: str
    part: str
    message: str


def value_faults(components: Iterable[Component]) -> Iterator[Fault]:
    """The values of some components that are not of their type or contradict another one."""
    for component in components:
        values = component.values
        fields = values.fields
        of_type = (
            wrong
            for path, value in zip(fields.layout, fields.row, strict=True)
            if value.right_at != path
            for wrong in _type_faults(path, value)
        )
        for wrong in (*of_type, *_contradicting(fields), *_of_versions(fields)):
            value = fields.get(wrong.path) or NOT_SET
            at = (value.parts or {})[wrong.part][1] if wrong.part else value.at
            if at is None or _is_switched_off(node := values.rows.node(at)):
                continue
            is_by_name = ADDRESSES[wrong.path] is PORT and text_of(node) != str(value.data)
            if not is_by_name:  # what has that name is at fault
                yield Fault(wrong.check, node, wrong.message)
        if component.command_line is not None:
            line = component.command_line
            yield from command_faults(line.nodes, has_program=line.has_program)
            if component.role != "worker":  # its command is read whole
                yield from subcommand_faults(line)


def _is_switched_off(node: Node) -> bool:
    """Whether the mapping that a value is in has a switch that is off."""
    row = node.table.row_above(node.row)
    return row >= 0 and is_off(node.table.node(row))


def _of_versions(fields: FieldRow) -> Iterator[_Wrong]:
    """A tag of the image without a version, and variables that state another one than the tag."""
    variables, tag = fields.get(_VARIABLES) or NOT_SET, fields.get("image.tag") or NOT_SET
    if tag.state != "known":
        return
    is_own = isinstance(tag.data, str) and not (tag.inherited or tag.derived or tag.default)
    if is_own and tag.data not in MOVING and not _has_version(str(tag.data)):
        yield _Wrong("unversioned-tag", "image.tag", "", f"image tag {tag.data} has no version")
    data = variables.data if isinstance(variables.data, dict) else {}
    for name in _OF_VERSIONS.intersection(data):
        version, stated = _version(tag.data), _version(data[name])
        is_stale = version and stated and not _is_build_of(stated, version)
        if is_stale and name in (variables.parts or {}):
            what = f"variable {name} is {data[name]}, and the tag of the image is {tag.data}"
            yield _Wrong("stale-version", _VARIABLES, name, what)


_VARIABLES = "environment.variables"

MOVING = frozenset(("latest", "main", "master", "develop", "nightly", "edge"))
"""The tags without a version that the rule image-tag forbids; a test holds both equal."""

_DIGITS = frozenset("0123456789")
_VERSION = regex(
    r"^[A-Z]+(_[A-Z]+)+$|^(<.+>|__.+__|#\{.+\}#|@.+@)$"
    r"|(?i:^([a-z]+[_-])?(version|tag|sha|placeholder)$)"
    r"|(?i:^(do[_-]not[_-]use|(set|replace|change|fill|update)[_-]?(me|this)|tbd|todo|dummy)$)"
    r"|(?i:^((to[_-]be[_-])?(set|replaced?|filled|injected|overridden)[_-](by|in|at|with)[_-]))"
    r"|(?i:^to[_-]be[_-](set|replaced|filled|defined)$)"
)
"""A tag that stands for a version, without a number. A name in capitals or between signs, as in
``<tag>``, ``__TAG__`` or ``#{TAG}#``, is filled in by a script or a step of a pipeline, and so is
one such as ``app_version``. Words that ask for it, as ``set-me`` and ``do-not-use``, are too."""


def _has_version(tag: str) -> bool:
    """Whether a tag has a version, or stands for one."""
    return not _DIGITS.isdisjoint(tag) or _VERSION.search(tag) is not None


_OF_VERSIONS = frozenset(
    ("APP_VERSION", "DD_VERSION", "IMAGE_TAG", "IMAGE_VERSION", "SERVICE_VERSION", "VERSION")
)
"""The variables from which a process knows its own version."""

_RELEASE = regex(r"v?(\d+\.\d+\.\d+(?:[-+.][\w.+-]*)?)")
"""A version of three numbers; of fewer it may be that of an API."""


def _version(data: object) -> str:
    """The version that a text is, without a v in front; "" where it is none."""
    match = _RELEASE.fullmatch(data) if isinstance(data, str) else None
    return "" if match is None else match[1]


def _is_build_of(version: str, tag: str) -> bool:
    """Whether a tag is a version, or one that is made of it: ``1.2.0-r2`` is of ``1.2.0``."""
    return tag.startswith(version) and tag[len(version) :][:1] in ("", "-", "+")


_OF_ANY_TEXT = frozenset(
    path
    for path, kind in ADDRESSES.items()
    if kind.normalise in (WORD.normalise, NAMES.normalise) and path not in ACCEPTED
)
_OF_ANY_DATA = frozenset(
    path for path, kind in ADDRESSES.items() if kind is TREE and path not in ACCEPTED
)


def _type_faults(path: str, value: FieldValue) -> tuple[_Wrong, ...]:
    """The faults in the value of one field; one that has none is marked, as files share it."""
    faults = () if _may_be_any(path, value) else _refusals(path, value)
    if not faults:
        value.right_at = path
    return faults


def _may_be_any(path: str, value: FieldValue) -> bool:
    """Whether a value is not judged, or its field takes whatever it is."""
    if value.state != "known" or value.inherited or value.derived or value.default:
        return True
    return path in _OF_ANY_DATA or (value.data.__class__ is str and path in _OF_ANY_TEXT)


def _refusals(path: str, value: FieldValue) -> tuple[_Wrong, ...]:
    """What the type of a field refuses in a value, or in its items."""
    reason = _refused(ADDRESSES[path], value.data)
    if reason:
        return (_Wrong(WRONG_VALUE, path, "", f"{path}: {reason}"),)
    if path not in ACCEPTED:
        return ()
    items = {"": value.data} if value.parts is None else {name: name for name in value.parts}
    reasons = ((part, _refused(ACCEPTED[path], data)) for part, data in items.items())
    return tuple(
        _Wrong(WRONG_VALUE, path, part, f"{path}: {reason}") for part, reason in reasons if reason
    )


def _refused(kind: Type, data: Plain) -> str:
    """Why data is not of a type; "" if it is."""
    try:
        kind.normalise(data)
    except ValueError as error:
        return str(error)
    return ""


def _contradicting(fields: FieldRow) -> Iterator[_Wrong]:
    layout = fields.layout
    for row in CONTRADICTIONS:
        if row.field not in layout or row.other not in layout:
            continue
        value, other = fields.row[layout[row.field]], fields.row[layout[row.other]]
        is_written = value.at is not None and not (value.inherited and other.inherited)
        if value.state == other.state == "known" and is_written and _clash(row, value, other):
            texts = format_value(value.data), format_value(other.data)
            what = f"{row.field} is {texts[0]} and {row.other} {texts[1]}; {row.because}"
            yield _Wrong(CONTRADICTION, row.field, "", what)


@lru_cache(maxsize=MOST_KNOWN)
def _clash(row: Contradiction, value: FieldValue, other: FieldValue) -> bool:
    """Whether two known values contradict each other; one that is refused does not."""
    try:
        for path, data in ((row.field, value.data), (row.other, other.data)):
            if path in ACCEPTED:
                ACCEPTED[path].normalise(data)
        least = ADDRESSES[row.field].normalise(value.data)
        most = ADDRESSES[row.other].normalise(other.data)
    except ValueError:
        return False
    if row.pair:
        return (least, most) == row.pair
    if row.both:
        return least not in _NOTHING and most not in _NOTHING
    assert isinstance(least, (int, float))
    assert isinstance(most, (int, float))
    return least > most


_NOTHING = ("", "0", "false", "null")
"""The words that a template takes for nothing."""


# --- ports ---------------------------------------------------------------------------------------


def probe_faults(components: Iterable[Component], root: Node) -> Iterator[Fault]:
    """Names of ports that probes ask for and that nothing else in values has (HTTPGetAction)."""
    asked = [
        component.values.rows.node(value.at)
        for component in components
        for address in sorted(ASKING[0])
        if (value := component.values.fields.get(address)) and value.note == OTHER_NAME
        if value.at is not None and not value.inherited
    ]
    places = {(node.source, node.start) for node in asked}
    written = {
        word
        for leaf in (leaves(root) if asked else ())
        if (leaf.source, leaf.start) not in places
        for word in (*leaf.path.keys(), text_of(leaf))
    }
    for node in dict.fromkeys(asked):
        if (name := text_of(node)) not in written:
            message = f"no port is named {name!r}, which the probe asks for"
            yield Fault("missing-port", node, message, wanted=name)


# --- ports of a policy ----------------------------------------------------------------------------


def policy_faults(components: Iterable[Component]) -> Iterator[Fault]:
    """Ports that policies let in and that no pod has (NetworkPolicyPort).

    It is the Service's in front of another one, or none that a policy lets in is a port of the
    component or written anywhere else in its values.
    """
    for component in components:
        fields = component.values.fields
        port, target = (fields.get(address) or NOT_SET for address in _OF_SERVICE)
        if target.state != "known" or type(target.data) is not int:
            continue
        probed = {value.data for a in ASKING[0] if (value := fields.get(a)) and not value.derived}
        is_mapped = type(port.data) is int and not target.derived and port.data != target.data
        is_mapped = is_mapped and probed != {port.data}  # else it is the target that is wrong
        for node, asked, are_numbers in _let_in(component):
            is_left = are_numbers and not _is_written_beside(component.scope, node, asked)
            for each in asked:
                what = "its pods do not have" if is_left else "is the Service's"
                if is_left or (is_mapped and text_of(each) == str(port.data)):
                    message = f"the policy lets in port {text_of(each)}, which {what}"
                    yield Fault("policy-port", each, f"{message}; its pods have {target.data}")


_OF_SERVICE = ("service.port", "service.target-port")


def _let_in(component: Component) -> Iterator[tuple[Node, list[Node], bool]]:
    """What lets requests in: the rules of a policy, or a chart's list of ports in their place.

    Each with the ports that it lets in, and whether these are numbers and nothing else is let in.
    """
    rules = component.values.fields.get("network-policy.ingress") or NOT_SET
    if rules.at is not None:
        node = component.values.rows.node(rules.at)
        ports = [port for rule in items_of(node) for port in items_of(child(rule, "ports"))]
        asked = [port for item in ports if (port := child(item, "port")) is not None]
        yield node, asked, _is_of_others(rules.data)
    policy = child(component.scope, "networkPolicy")
    if policy is None:
        return
    for key in _CALLED_BY_CHARTS:
        if (items := child(policy, key)) is not None:
            asked = [child(item, "port") or item for item in (*items_of(items), items)]
            asked = [port for port in asked if port.is_scalar]
            yield items, asked, all(text_of(port).isdecimal() for port in asked)


_CALLED_BY_CHARTS = ("port", "ports", "ingressPorts", "allowedPorts")


def _is_of_others(rules: object) -> bool:
    """Whether the rules of a policy let in numbers of ports only, none of the component's own."""
    every = [rule.get("ports") if isinstance(rule, dict) else None for rule in _as_list(rules)]
    ports = [port for each in every for port in _as_list(each)]
    return bool(ports) and all(every) and all(map(_is_number_alone, ports))


def _as_list(data: object) -> list[object]:
    return data if isinstance(data, list) else []


def _is_number_alone(port: object) -> bool:
    return isinstance(port, dict) and list(port) == ["port"] and type(port["port"]) is int


def _is_written_beside(scope: Node, rules: Node, ports: Iterable[Node]) -> bool:
    """Whether values hold one of the ports of a policy anywhere but in its rules."""
    written, inside = (Counter(_numbers(node)) for node in (scope, rules))
    return any(text_of(port) in written - inside for port in ports)


def _numbers(node: Node) -> Iterator[str]:
    """The numbers that may be ports in all that is below a node."""
    return (number for leaf in leaves(node) for number in mentioned_ports([("", text_of(leaf))]))
