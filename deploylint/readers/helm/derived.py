"""Values that follow from others of the same component, each with a note about its source.

To add one, write a function from a component's values to ``{address: Value}`` and list it in
``DERIVATIONS``; a derivation only sets what is not written, except that it may replace what has no
effect (replicas under autoscaling).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from deploylint.documents.nodes import Node
from deploylint.documents.suggest import nearest
from deploylint.model.field_values import NOT_SET, Fields, FieldValue, RowNumbers, field_value
from deploylint.model.fields import (
    ADDRESSES,
    ASKING,
    LISTED_PORT,
    PRESENT,
    TARGET_PORT,
    element_of,
)
from deploylint.model.types import PORT
from deploylint.readers.commands.web_servers import PROBES, unopened_ports
from deploylint.readers.external_values import hide_value
from deploylint.readers.helm.field import field
from deploylint.readers.helm.ports import (
    command_lines,
    listed_ports,
    mentioned_ports,
    options_of,
    ports_by_purpose,
)

Values = Mapping[str, FieldValue]


def _known(values: Values, address: str) -> FieldValue | None:
    value = values.get(address)
    return value if value is not None and value.state == "known" else None


def _from(value: FieldValue, what: str) -> FieldValue:
    """The value of another address, where it is compared."""
    return value.replace(note=f"= {what}", leaves=(), derived=True)


def _target_port(values: Values) -> Fields:
    """A Service's targetPort is its port unless it is set (Kubernetes, ServicePort).

    A chart that has the container's port set by itself sends the Service there.
    """
    container, port = (_known(values, f"service.{name}") for name in ("container-port", "port"))
    if port is None or "service.target-port" in values:
        return {}
    if container is not None:
        return {"service.target-port": _from(container, "service.container-port")}
    return {"service.target-port": _from(port, "service.port")}


def _replicas(values: Values) -> Fields:
    """A Deployment under an autoscaler starts at the autoscaler's minimum (``helm create``)."""
    present, least = _known(values, f"autoscaling.{PRESENT}"), _known(values, "autoscaling.min")
    if present is None or least is None:
        return {}
    derived = _from(least, "autoscaling.min")
    return {"replicas.count": derived, f"replicas.{PRESENT}": derived.replace(data=True)}


def _non_root(values: Values) -> Fields:
    """A numeric user above 0 is not root, with or without runAsNonRoot (SecurityContext)."""
    user = _known(values, "security-context.user")
    if "security-context.non-root" in values or user is None:
        return {}
    data = isinstance(user.data, int) and user.data > 0
    non_root = _from(user, "whether security-context.user is above 0").replace(data=data)
    return {"security-context.non-root": non_root}


def _pull_policy(values: Values) -> Fields:
    """Always for no tag or ``latest``, else IfNotPresent (Container.imagePullPolicy)."""
    repository = values.get("image.repository", NOT_SET)
    written = values.get("image.pull-policy", NOT_SET)
    if written.state in ("known", "unknown") or repository.state not in ("known", "unknown"):
        return {}
    tag = values.get("image.tag", NOT_SET)
    if tag.state in ("absent", "disabled"):
        tag = values.get("image.digest", repository.replace(state="unknown"))
    if tag.inherited:
        return {}
    if tag.state != "known":
        note = "the default follows from the tag"
        default = field_value("unknown", None, tag.at, note)
    else:
        data = "Always" if str(tag.data).partition("@")[0] == "latest" else "IfNotPresent"
        default = field_value("known", data, tag.at, "default for the tag")
    return {"image.pull-policy": default.replace(leaves=written.leaves)}


def _tag(values: Values) -> Fields:
    """A digest pins an image whatever its tag is (ImagePullPolicy, image names by digest)."""
    digest = _known(values, "image.digest")
    if digest is None:
        return {}
    leaves = values.get("image.tag", NOT_SET).leaves
    return {"image.tag": _from(digest, "image.digest").replace(leaves=leaves)}


def _handlers(values: Values) -> Fields:
    """Only an HTTP probe has a path and only an exec probe a command (Probe)."""
    handlers = Fields()
    for address, field_of_handler, handler, note in _HANDLERS:
        value = values.get(address)
        if value is not None and field_of_handler not in values and value.state != "disabled":
            handlers[field_of_handler] = field_value("known", handler, value.at, note)
    return handlers


_HANDLERS = tuple(
    (f"{probe}.{part}", f"{probe}.handler", handler, f"only a probe of that kind has a {part}")
    for probe in PROBES
    for part, handler in (("path", "http"), ("command", "exec"))
)


def _deadline(values: Values) -> Fields:
    """A liveness probe that first asks after an hour ends the run then, whatever it asks for."""
    delay = _known(values, f"{_LIVENESS}.initial-delay")
    if delay is None or type(delay.data) is not int or delay.data < _HOUR:
        return {}
    note = f"the probe ends the run after {delay.data} seconds"
    unwritten = delay.replace(leaves=())
    return {address: hide_value(values.get(address, unwritten), note) for address in _OF_LIVENESS}


_LIVENESS, _HOUR = "liveness-probe", 3600
_OF_LIVENESS = tuple(
    address
    for address in ADDRESSES
    if element_of(address) == _LIVENESS and not address.endswith((f".{PRESENT}", ".initial-delay"))
)


def _directions(values: Values) -> Fields:
    """A policy's policyTypes follow from which rules it holds (NetworkPolicySpec).

    The chart decides which rules its own switches and words make.
    """
    if _known(values, f"network-policy.{PRESENT}") is None or "network-policy.directions" in values:
        return {}
    rules = {d: _known(values, f"network-policy.{d}") for d in ("ingress", "egress")}
    parts = {d: (v.at, v.at) for d, v in rules.items() if v is not None and v.at is not None}
    if not parts:
        return {}
    node = values[f"network-policy.{PRESENT}"].at
    if any(isinstance(v.data, dict) for v in rules.values() if v is not None):
        note = "the chart makes the rules"
        return {"network-policy.directions": field_value("unknown", None, node, note)}
    note = "from the rules it holds"
    return {"network-policy.directions": field_value("known", list(parts), node, note, parts)}


def _capabilities(values: Values) -> Fields:
    """Capabilities are in capitals, however they are written (SecurityContext)."""
    capabilities = {}
    for name in ("drop-capabilities", "add-capabilities"):
        value = _known(values, f"security-context.{name}")
        if value is not None and isinstance(value.data, list) and value.parts is not None:
            parts = {item.upper(): entry for item, entry in value.parts.items()}
            if list(parts) != value.data:
                changed = value.replace(data=list(parts), parts=parts)
                capabilities[f"security-context.{name}"] = changed
    return capabilities


def _capacity(values: Values) -> Fields:
    """How many tasks all pods of a worker handle at once, at its largest scale.

    Autoscalers count with their maximum: HorizontalPodAutoscaler's maxReplicas, and Celery's
    ``--autoscale=MAX,MIN`` (https://docs.celeryq.dev/en/stable/userguide/workers.html#autoscaling).
    It follows from several values, so it is compared by itself; an unknown one is reported there.
    """
    if f"workers.{PRESENT}" not in values and "workers.concurrency" not in values:
        return {}
    scaled = values.get(f"autoscaling.{PRESENT}", NOT_SET).state in ("known", "unknown")
    pods = "autoscaling.max" if scaled else "replicas.count"
    tasks = _AUTOSCALED if _AUTOSCALED in values else "workers.concurrency"
    processes = (_PROCESSES,) if _PROCESSES in values else ()
    factors = [values.get(address, NOT_SET) for address in (pods, tasks, *processes)]
    node = factors[0].at if factors[1].at is None else factors[1].at
    counts = [f.data for f in factors if f.state == "known" and type(f.data) is int]
    if len(counts) < len(factors):
        note = "the number of pods or of tasks at once in each is unknown"
        return {_CAPACITY: field_value("unknown", None, node, note, derived=True)}
    most = "at most " if scaled or _AUTOSCALED in values else ""
    note = f"pods: {most}{counts[0]}, tasks at once in each: {math.prod(counts[1:])}"
    return {_CAPACITY: field_value("known", math.prod(counts), node, note)}


_CAPACITY = "workers.capacity"
_AUTOSCALED, _PROCESSES = "workers.autoscale.max", "workers.processes"

_ASKING = tuple(address for addresses in ASKING for address in sorted(addresses))

DERIVATIONS: tuple[Callable[[Values], Fields], ...] = (
    _target_port,
    _replicas,
    _non_root,
    _pull_policy,
    _tag,
    _handlers,
    _deadline,
    _directions,
    _capabilities,
    _capacity,
    unopened_ports,
)

PORTS = tuple(address for address, kind in ADDRESSES.items() if kind is PORT)


def derive(
    values: Fields,
    rows: RowNumbers,
    port_name: str = "",
    port_variables: Sequence[str] = (),
    process: Node | None = None,
) -> Fields:
    """A component's values with what follows from them.

    ``port_name`` is the server port's name, ``port_variables`` are the environment variables that
    hold its number, the first that is set counts. ``process`` holds its ``command`` and ``args``.
    """
    for derivation in DERIVATIONS:
        values.update(derivation(values))
    values.update(_port_variable(values, rows, port_variables))
    values = _ports_by_number(values, port_name)
    values |= _mentioned_ports(values, rows, process)
    return values | _policy_ports(values, port_name)


def _policy_ports(values: Values, port_name: str) -> Fields:
    """A policy lets in ports of the pods (NetworkPolicyPort): each by what it is to the service."""
    rules = _known(values, LET_IN)
    if rules is None or not isinstance(rules.data, list):
        return {}
    own = {v.data: f"{{{a}}}" for a in reversed(_OWN_PORTS) if (v := _known(values, a))}
    if values.get(TARGET_PORT, NOT_SET).state == "unknown":  # what it is meant to be
        own = {port: name.replace(LISTED_PORT, TARGET_PORT) for port, name in own.items()}
    own |= {port_name: f"{{{TARGET_PORT}}}"} if port_name else {}
    return {LET_IN: rules.replace(data=[with_ports(rule, own) for rule in rules.data])}


def with_ports(rule: object, written: Mapping[object, object]) -> object:
    """A rule of a policy with some of its ports written in another way, without the default TCP."""
    ports = rule.get("ports") if isinstance(rule, dict) else None
    if not isinstance(rule, dict) or not isinstance(ports, list):
        return rule
    return {**rule, "ports": [_port_written(port, written) for port in ports]}


def _port_written(port: object, written: Mapping[object, object]) -> object:
    if not isinstance(port, dict):
        return port
    port = {key: value for key, value in port.items() if (key, value) != ("protocol", "TCP")}
    if "port" in port and not isinstance(port["port"], (dict, list)):
        port["port"] = written.get(port["port"], port["port"])
    return port


LET_IN = "network-policy.ingress"
_OWN_PORTS = (TARGET_PORT, LISTED_PORT, *_ASKING)


def _mentioned_ports(values: Values, rows: RowNumbers, process: Node | None) -> Fields:
    """What asks for a port that something beside the server's own opens, by what is written."""
    asked = {a: v for a in _ASKING if (v := _known(values, a)) is not None and not v.derived}
    target = _known(values, TARGET_PORT) or _known(values, LISTED_PORT)
    if target is None or all(value.data == target.data for value in asked.values()):
        return {}
    variables = _known(values, "environment.variables")
    data = variables.data if variables is not None and isinstance(variables.data, dict) else {}
    options = () if process is None else options_of(command_lines(process))
    names = dict[str, str]()
    if process is not None:
        nodes = [rows.node(value.at) for value in asked.values() if value.at is not None]
        names |= {**ports_by_purpose(process, nodes), **listed_ports(process)}
    names |= mentioned_ports([*((str(n), str(v)) for n, v in data.items()), *options])
    own = {target.data, values.get(LISTED_PORT, target).data}
    return {
        address: value.replace(derived=True, note=f"{names[str(value.data)]} opens it")
        for address, value in asked.items()
        if str(value.data) in names and value.data not in own
    }


def _port_variable(values: Values, rows: RowNumbers, names: Sequence[str]) -> Fields:
    """The port in a variable of the process. The leaf counts for the variable."""
    variables = _known(values, "environment.variables")
    if variables is None or variables.parts is None or not isinstance(variables.data, dict):
        return {}
    known = variables.parts.keys() & variables.data.keys()  # a template has no data
    name = next((name for name in names if name in known), "")
    if not name:
        return {}
    port = rows.field_value(field(PORT, rows.node(variables.parts[name][1])))
    if type(port.data) is not int:
        port = field_value("unknown", None, port.at, f"variable {name} is not a port number")
    note = port.note or f"variable {name}"
    return {"environment.port": port.replace(note=note, leaves=(), inherited=variables.inherited)}


def _ports_by_number(values: Fields, port_name: str) -> Fields:
    """Ports written by name get the number of that name."""
    target = _known(values, "service.container-port") or _known(values, "service.target-port")
    if target is None or (isinstance(target.data, str) and not target.data.isdecimal()):
        return values
    for address in PORTS:
        value = values.get(address)
        if value is not None and value.data == port_name:
            note = f"the port named {port_name}"
            values[address] = value.replace(data=target.data, note=note)
        elif value is not None and address in _ASKING and _is_other_port(value.data, port_name):
            values[address] = value.replace(derived=True, note=OTHER_NAME)
    return values


OTHER_NAME = "another port, by its name"


def _is_other_port(name: object, port_name: str) -> bool:
    """Whether a port is asked for by a name, and not by a slip in that of the server's port.

    ``https`` is a name of its own (RFC 6335, the registry of service names).
    """
    is_name = isinstance(name, str) and not name.isdecimal() and bool(port_name)
    return is_name and (name == "https" or not nearest(str(name), [port_name]))
