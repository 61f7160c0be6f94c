"""Ports that a policy in values lets in and that nothing of the service has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Node, child, items_of, leaves, text_of
from deploylint.model.fault import Fault
from deploylint.model.field_values import NOT_SET
from deploylint.model.service import Component
from deploylint.readers.helm.ports import mentioned_ports


def policy_faults(components: Iterable[Component]) -> Iterator[Fault]:
    """Ports that policies let in and that no pod has (NetworkPolicyPort).

    It is the Service's in front of another one, or none that a policy lets in is a port of the
    component or written anywhere else in its values.
    """
    for component in components:
        fields, rows = component.values.fields, component.values.rows
        rules, port, target = (fields.get(address) or NOT_SET for address in _LET_IN)
        if rules.at is None or target.state != "known" or type(target.data) is not int:
            continue
        node = rows.node(rules.at)
        asked = [port for rule in items_of(node) for port in _let_in(rule)]
        is_mapped = type(port.data) is int and not target.derived and port.data != target.data
        is_left = _is_of_others(rules.data) and not _is_written_beside(component.scope, node, asked)
        for each in asked:
            what = "its pods do not have" if is_left else "is the Service's"
            if is_left or (is_mapped and text_of(each) == str(port.data)):
                message = f"the policy lets in port {text_of(each)}, which {what}"
                yield Fault("policy-port", each, f"{message}; its pods have {target.data}")


def _let_in(rule: Node) -> list[Node]:
    """The ports that a rule of a policy lets in."""
    asked = (child(item, "port") for item in items_of(child(rule, "ports")))
    return [port for port in asked if port is not None]


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


_LET_IN = ("network-policy.ingress", "service.port", "service.target-port")
