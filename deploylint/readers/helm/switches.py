"""Switches in values: those of charts, which a condition of a dependency names, and of templates.

Helm installs a chart if nothing at its condition is a truth value
(https://helm.sh/docs/topics/charts/#tags-and-condition-fields-in-dependencies), and a template
takes any text for true (https://helm.sh/docs/chart_template_guide/control_structures/#ifelse).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from deploylint.documents.nodes import Node, child_at, entries_of, plain
from deploylint.documents.suggest import is_near
from deploylint.model.fault import Fault


def misspelt_switches(block: Node, switches: Collection[str]) -> Iterator[tuple[Node, str]]:
    """The flags in the values of a chart that are a letter off a switch which these lack."""
    entries = entries_of(block)
    flags = [name for name, entry in entries.items() if type(plain(entry.value)) is bool]
    for switch in switches:
        for name in flags if switch not in entries else ():
            if name not in switches and is_near(name, switch, 1):
                yield entries[name].key, switch
                break


def quoted_switches(block: Node, switches: Collection[str]) -> Iterator[Node]:
    """The switches in the values of a chart that are texts of a truth value."""
    entries = entries_of(block)
    written = (entries[switch].value for switch in switches if switch in entries)
    yield from (value for value in written if plain(value) in ("false", "true"))


def quoted_switch(value: Node) -> Fault:
    """A switch that Helm does not take, at its value."""
    name = value.path.name
    message = f"{name} is the text {value.content!r}; Helm takes true or false without quotes"
    return Fault("wrong-type", value.key, f"{message}, and installs the chart")


def texts_for_true(root: Node, switches: Iterable[str]) -> Iterator[Fault]:
    """The texts ``false`` at the ways to values that templates ask whether they are set."""
    for way in switches:
        value = child_at(root, *way.split("."))
        if value is not None and value.is_scalar and plain(value) == "false":
            yield text_for_flag(value)


def text_for_flag(value: Node) -> Fault:
    """The text ``false`` in the place of a flag, at its key."""
    message = f"{value.path.name} is the text 'false', which a template takes for true"
    return Fault("wrong-type", value.key, f"{message}; write it without quotes")
