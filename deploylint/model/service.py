"""The nouns of a deployment as frozen data: a Service, its Components, their Values.

Nothing here reads, decides or prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deploylint.documents.merge import Lost
from deploylint.documents.nodes import Entry, Node, child_at
from deploylint.documents.record import Record
from deploylint.model.fault import Fault
from deploylint.model.fields import IMAGE_NAME
from deploylint.model.types import Plain

Paths = Mapping[str, tuple[str, ...]]


class Spellings:
    """The keys under which the fields of a component are written, the first spelling of each.

    ``make_paths`` gives them when they are first needed.
    ``field_at`` gives the field that a key spells, "" where it spells none or several.
    """

    def __init__(
        self, make_paths: Callable[[], Paths], field_at: Callable[[Sequence[str]], str]
    ) -> None:
        self._make_paths = make_paths
        self.field_at = field_at

    @cached_property
    def by_address(self) -> Paths:
        """The keys of each field."""
        return self._make_paths()

    def __reduce__(self) -> str:
        """What another process knows of them."""
        return "NO_SPELLINGS"


NO_SPELLINGS = Spellings(dict, lambda _: "")
"""For a component with unknown keys."""


if TYPE_CHECKING:
    from deploylint.model.field_values import FieldValue, FieldValues

State = Literal["known", "absent", "disabled", "unknown"]
Role = Literal[
    "server", "worker", "job", "scheduler", "store", "client", "gateway", "init", "sidecar"
]
Shape = Literal["values", "manifests"]


class Value(Record):
    """What one address of one component holds.

    ``data`` is plain data as YAML meant it, before normalising.
    ``node`` is the key or value it was read from, None where nothing is written.
    ``parts`` are, for names and trees, the single items by name.
    ``leaves`` are the scalars of the file it accounts for.
    ``note`` is the origin of a value when that is not obvious ("= service.port").
    ``inherited`` values are the root's, judged there.
    ``derived`` ones follow from another address, compared there.
    ``default`` ones are not written: the Kubernetes API fills them in.
    """

    state: State
    data: Plain = None
    node: Node | None = None
    note: str = ""
    parts: Mapping[str, Entry] | None = None
    leaves: tuple[Node, ...] = ()
    inherited: bool = False
    derived: bool = False
    default: bool = False

    def as_inherited(self) -> Value:
        """The same value of a component that has it from elsewhere: it is judged there."""
        state, data, node, note, parts, _, _, derived, default = self
        fields = (state, data, node, note, parts, (), True, derived, default)
        return tuple.__new__(Value, fields)  # a third of the constructor's cost


ABSENT = Value("absent")


def is_presence(value: Value | FieldValue) -> bool:
    """Whether a value says only that a majority has something there."""
    return value.data == "present" and not value.leaves and value.parts is None


def is_written(value: Value | FieldValue) -> bool:
    """Whether a value is known because a file sets it, and no default does."""
    is_given = bool(value.leaves or value.inherited) and not (value.default or value.derived)
    return is_given and value.state == "known"


class CommandLine(Record):
    """What a deployment writes of a process's command line, in its order; none: the image's own.

    ``has_program`` is whether it begins with a program, which takes the place of the image's
    ENTRYPOINT and CMD; arguments alone take that of CMD (Kubernetes, "Define a Command and
    Arguments for a Container").
    """

    nodes: tuple[Node, ...]
    has_program: bool


class Component(Record):
    """One process of a service.

    ``key`` is how addresses name it: ``server`` or ``worker:events``. ``values`` maps an address
    (``element.field``) to its Value; what is not in it is absent. ``scope`` is the mapping it was
    read from and ``paths`` the keys under which each address would be written there. ``is_main`` is
    whether it holds the facts about the service as a whole. ``command_line`` is None where it is
    not known what is written of it.
    """

    key: str
    name: str
    role: Role
    values: FieldValues
    scope: Node
    paths: Spellings
    is_main: bool = False
    command_line: CommandLine | None = None

    def value(self, address: str) -> Value:
        """The value of an address; absent where the component has none."""
        return self.values.value(address)


class Service(Record):
    """One deployable thing. ``components[0]`` is its main component and holds what is service-wide.

    ``runtime`` is the language it is known to run on, or "", ``runtime_because`` the evidence.
    ``files`` are its layers, lowest first, ``roots`` their documents, ``root`` these as one tree,
    ``lost`` what it does not hold, ``faults`` what is wrong in it by itself.
    ``layers`` are the documents as they are written, if others than ``roots``.
    ``notes`` name where its values are.
    ``environment`` is the one of these files, "" where there is no other.
    ``shape`` is what it was read from.
    ``chart_sets`` are the addresses that its chart may set if its values do not.
    ``chart_reads`` are the keys of the values that the templates of its chart take, with dots; none
    where these are not known.
    ``chart`` is the name of the chart it is an installation of, "" where that is not known or is
    called like the service; ``has_own_chart`` is whether one that is so called is around it.
    ``chart_makers`` are the organisations with its sources, and ``chart_maintainers`` who keeps it,
    where these are its own values.
    ``kind`` is the kind of its workload, "" in values.
    """

    name: str
    files: tuple[str, ...]
    runtime: str
    runtime_because: str
    own_names: tuple[str, ...]
    components: tuple[Component, ...]
    roots: tuple[Node, ...]
    root: Node
    lost: tuple[Lost, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    environment: str = ""
    shape: Shape = "values"
    chart_sets: frozenset[str] = frozenset()
    chart_reads: frozenset[str] = frozenset()
    chart: str = ""
    has_own_chart: bool = False
    chart_makers: frozenset[str] = frozenset()
    chart_maintainers: frozenset[str] = frozenset()
    kind: str = ""
    layers: tuple[Node, ...] = ()

    @property
    def written(self) -> tuple[Node, ...]:
        """Its documents as they are written."""
        return self.layers or self.roots

    def may_read(self, keys: Sequence[str]) -> bool:
        """Whether its chart may take what is at some keys: something below, or all around it.

        A template may take the mapping with the last key from elsewhere, as one of several, but
        for one that its values have there.
        """
        ways = {".".join(keys[:depth]) for depth in range(1, len(keys) + 1)}
        if not self.chart_reads or not ways.isdisjoint(self.chart_reads):
            return True
        *_, above, key = "global", *keys
        own, last, whole = f".{'.'.join(keys)}.", f".{above}.{key}.", f".{above}."
        read = [f".{way}." for way in self.chart_reads]
        if len(keys) > 1 and any(way.endswith(whole) for way in read):
            return True
        return any(way.startswith(own) or (last in way and not self._has(way)) for way in read)

    def _has(self, way: str) -> bool:
        """Whether its values have something at some keys, with dots around each."""
        return child_at(self.root, *way.strip(".").split(".")) is not None

    def reads(self, keys: Sequence[str]) -> bool:
        """Whether its chart takes what is at some keys by their names, or something below."""
        name = ".".join(keys)
        return any(read == name or read.startswith(f"{name}.") for read in self.chart_reads)

    @property
    def main(self) -> Component:
        """The component that holds what is service-wide."""
        return self.components[0]

    def forget_nodes(self) -> None:
        """Drop the views of its documents and values; they are made anew where they are asked for.

        Views and documents refer to each other, and a run does not collect what does.
        """
        for root in (*self.roots, *self.layers):
            root.table.forget_nodes()
        for component in self.components:
            component.values.views.clear()


class ServiceSettings(Record):
    """The settings of a service in a configuration; "" or None where it has none.

    ``node`` is where they are, ``code`` the folder of its source code, ``dockerfile`` what its
    image is built with.
    """

    name: str
    runtime: str
    role: Role | None
    node: Node
    code: Path | None = None
    dockerfile: Path | None = None


# --- components that share an image ---------------------------------------------------------------


_OTHER_IMAGE = frozenset({"init", "sidecar", "store", "gateway"})
"""The roles of components that run another image than the service's."""


def runs_own(component: Component, main: Component) -> bool:
    """Whether a component runs the image that the service's main component runs."""
    return component.role not in _OTHER_IMAGE and runs_the_same(component, main)


def runs_the_same(component: Component, other: Component) -> bool:
    """Whether two components of a service may run the same image."""
    image, other_image = component.value(IMAGE_NAME), other.value(IMAGE_NAME)
    is_known = image.state == other_image.state == "known"
    return not is_known or image.data == other_image.data
