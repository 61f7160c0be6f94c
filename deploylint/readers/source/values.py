"""Facts of the code as values of a service's components: what its own command line makes of them.

A flag or variable that gives a port or a queue gives what the deployment says; where that says
nothing, the default. Where more may be there than was found, the value is unknown and holds what
was found: what is among it is known to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Entry, Node, span
from deploylint.model.fields import CODE, PRESENT
from deploylint.model.image_sharing import runs_own
from deploylint.model.service import Component, Service, State, Value
from deploylint.readers.source.facts import Facts
from deploylint.readers.source.flags import FlagSet
from deploylint.readers.source.open_set import Gap, OpenSet
from deploylint.readers.source.strings import Text

FLAGS = "workers.flags"
"""The flags that a worker gives a program of its own."""


def with_facts(service: Service, facts: Facts, folder: Node) -> Service:
    """A service with what its code says; ``folder`` is where the configuration names that."""
    components = (
        component._replace(values=component.values.updated(_values(component, facts, folder)))
        if runs_own(component, service.main)
        else component
        for component in service.components
    )
    return service._replace(components=tuple(components))


def _values(component: Component, facts: Facts, folder: Node) -> dict[str, Value]:
    found = {"routes": facts.routes, "ports": facts.ports, "queues": facts.queues}
    values = {field: _value(_said_here(listed, component)) for field, listed in found.items()}
    values |= {"handlers": _value(facts.handlers), "modules": _value(facts.modules)}
    if component.is_main:
        values["sent-queues"] = _value(
            facts.sent._replace(openings=())
        )  # those found are asked for
    flags = component.values.get(FLAGS)
    if component.role == "worker" and flags is not None and flags.state != "unknown":
        values |= _of_command(component, facts)
    there = {f"{CODE}.{field}": value for field, value in values.items() if value is not None}
    return there | {f"{CODE}.{PRESENT}": Value("known", True, folder)}


def _of_command(component: Component, facts: Facts) -> dict[str, Value | None]:
    """What the program of a component's command reads of it."""
    mode = component.value("workers.mode")
    sets = facts.accepted(str(mode.data) if mode.state == "known" else "")
    openings = [opening for one in sets for opening in one.openings]
    flags = OpenSet(_flags(sets), (*openings, *facts.unread.openings))
    commands = [one for one in facts.flags if one.is_command]
    names = tuple(Text(name, one.node) for one in commands for name in one.names)
    return {
        "flags": _value(flags) if sets else None,
        "flags-behind-words": _behind(sets, openings),
        "subcommands": _value(OpenSet(names, flags.openings)) if len(commands) > 1 else None,
    }


def _flags(sets: Iterable[FlagSet]) -> tuple[Text, ...]:
    return tuple(flag for one in sets for flag in one.flags)


def _behind(sets: list[FlagSet], openings: list[Gap]) -> Value | None:
    """The flags that are read behind a word; None where all of them are."""
    if all(one.reads == "anywhere" for one in sets):
        return None
    read = _flags(one for one in sets if one.reads == "anywhere")
    unclear = [one for one in sets if one.reads == "unknown"]
    openings = [*openings, *(Gap(one.stop, "it is not seen what is parsed") for one in unclear)]
    value = _value(OpenSet(read, tuple(openings)))
    stop = next((one.stop for one in sets if one.reads == "stops" and one.stop is not None), None)
    if value is None:
        value = Value("known", [], stop, "", {})
    if stop is not None and value.state == "known":
        value = value._replace(
            node=stop, note=f"parsing stops at the first word that is no flag: {_spot(stop)}"
        )
    return value


# --- what the deployment makes of them ------------------------------------------------------------


def _said_here(listed: OpenSet, component: Component) -> OpenSet:
    """Facts as a component's flags and variables give them."""
    found = [one for text in listed.found for one in _given(text, component)]
    return OpenSet.of([*found, *listed.openings])


def _given(text: Text, component: Component) -> Iterator[Text | Gap]:
    said = _flag(text, component) if text.flag else _variable(text, component)
    if isinstance(said, Gap):
        yield said
        if text.text and text.flag:
            yield text
    elif said:
        yield text._replace(text=said.rpartition(":")[2] if ":" in said else said)


def _flag(text: Text, component: Component) -> str | Gap:
    flags = component.value(FLAGS)
    if flags.state != "known":
        return Gap(text.node, f"the flag {text.flag} may say another")
    entry = (flags.parts or {}).get(text.flag)
    if entry is not None and isinstance(entry.value.content, str) and entry.value.content:
        return entry.value.content
    return text.text or Gap(text.node, f"the flag {text.flag} says it")


def _variable(text: Text, component: Component) -> str | Gap:
    name = text.variable
    variables, secret = (
        component.value(f"environment.{field}") for field in ("variables", "secret-variables")
    )
    if name and isinstance(secret.data, dict) and name in secret.data:
        return Gap(text.node, f"the variable {name} is a secret")
    if name and isinstance(variables.data, dict) and name in variables.data:
        return str(variables.data[name])
    return text.text or Gap(text.node, f"the variable {name} says it")


# --- a set of facts as a value --------------------------------------------------------------------


def _value(listed: OpenSet) -> Value | None:
    if not listed.is_there:
        return None
    parts = {one.text: Entry(one.above or one.node, one.node) for one in listed.found if one.text}
    nodes = [*(one.node for one in listed.found), *(o.node for o in listed.openings if o.node)]
    note = "; ".join(dict.fromkeys(map(_why, listed.openings)))
    state: State = "unknown" if listed.openings else "known"
    if note and parts:
        note = f"{', '.join(parts)} and perhaps more: {note}"
    return Value(state, list(parts), nodes[0] if nodes else None, note, parts)


def _why(opening: Gap) -> str:
    return opening.why if opening.node is None else f"{opening.why}, {_spot(opening.node)}"


def _spot(node: Node) -> str:
    return f"{node.source.file}:{span(node).line}"
