"""Facts of the code as values of a service's components, with what their deployment gives.

A flag or variable that gives a port or a queue has the value of the deployment, or else its
default. The value of an open set is unknown and holds what was found, which is known to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.nodes import Entry, Node, span
from deploylint.model.fields import CODE, PRESENT
from deploylint.model.service import Component, Service, Value, runs_own
from deploylint.readers.source.facts import Facts
from deploylint.readers.source.flags import FlagSet, accepted_sets
from deploylint.readers.source.strings import Gap, Text

FLAGS = "workers.flags"
"""The flags that a worker gives a program of its own."""


def with_facts(service: Service, facts: Facts, folder: Node) -> Service:
    """A service with the facts of its code; ``folder`` is where the configuration names that."""
    components = (
        component._replace(values=component.values.updated(_values(component, facts, folder)))
        if runs_own(component, service.main)
        else component
        for component in service.components
    )
    return service._replace(components=tuple(components))


def _values(component: Component, facts: Facts, folder: Node) -> dict[str, Value]:
    values = {
        "routes": _value(_given(facts.routes, component)),
        "ports": _value(map(_as_port, _given(facts.ports, component))),
        "queues": _value(_given(facts.queues, component)),
        "handlers": _value(facts.handlers),
        "modules": _value(facts.modules),
    }
    if component.is_main:  # of queues that tasks are put in each has to be consumed
        values["sent-queues"] = _value(fact for fact in facts.sent if isinstance(fact, Text))
    flags = component.values.get(FLAGS)
    if component.role == "worker" and flags is not None and flags.state != "unknown":
        values |= _command_values(component, facts)
    elif component.value("dockerfile.mode").state == "known":  # the image's command names one
        values["subcommands"] = _subcommands(facts)
    known = {f"{CODE}.{field}": value for field, value in values.items() if value is not None}
    return known | {f"{CODE}.{PRESENT}": Value("known", True, folder)}


def _command_values(component: Component, facts: Facts) -> dict[str, Value | None]:
    """The flags and subcommands that the program reads of a component's command line."""
    mode = component.value("workers.mode")
    sets = accepted_sets(facts.flags, str(mode.data) if mode.state == "known" else "")
    flags = [*(flag for flag_set in sets for flag in flag_set.flags), *facts.unread]
    return {
        "flags": _value(flags) if sets else None,
        "flags-behind-words": _flags_behind_words(sets),
        "subcommands": _subcommands(facts, flags),
    }


def _subcommands(facts: Facts, flags: Iterable[object] = ()) -> Value | None:
    """The subcommands of the program; None if it has none. Gaps in its flags may hold others."""
    gaps = [flag for flag in (flags or facts.unread) if isinstance(flag, Gap)]
    commands = [flag_set for flag_set in facts.flags if flag_set.is_command]
    names = [Text(name, command.node) for command in commands for name in command.names]
    return _value([*names, *gaps]) if len(commands) > 1 else None


def _flags_behind_words(sets: list[FlagSet]) -> Value | None:
    """The flags that are read behind a word; None if all of them are."""
    if all(flag_set.reads == "anywhere" for flag_set in sets):
        return None
    flags = [
        flag
        for flag_set in sets
        for flag in flag_set.flags
        if flag_set.reads == "anywhere" or isinstance(flag, Gap)
    ]
    flags += [
        Gap(flag_set.stop, "flags that are parsed elsewhere")
        for flag_set in sets
        if flag_set.reads == "unknown"
    ]
    stop = next((flag_set.stop for flag_set in sets if flag_set.reads == "stops"), None)
    value = _value(flags) or Value("known", [], stop, "", {})
    if stop is None or value.state != "known":
        return value
    note = f"parsing stops at the first word that is not a flag, {_location(stop)}"
    return value._replace(node=stop, note=note)


# --- what the deployment gives --------------------------------------------------------------------


def _given(facts: Iterable[Text | Gap], component: Component) -> Iterator[Text | Gap]:
    """Facts as a component's flags and variables give them; their default is in the fact."""
    flags = component.value(FLAGS)
    contents = {name: entry.value.content for name, entry in (flags.parts or {}).items()}
    variables, secrets = (
        data if isinstance(data := component.value(f"environment.{field}").data, dict) else {}
        for field in ("variables", "secret-variables")
    )
    for fact in facts:
        if isinstance(fact, Gap) or not (fact.flag or fact.variable):
            yield fact
            continue
        given, default = None, fact.text or None
        if fact.flag:
            by, is_hidden = f"flag {fact.flag}", flags.state != "known"
            given = default if is_hidden else contents.get(fact.flag) or default
        else:
            by, is_hidden = f"variable {fact.variable}", fact.variable in secrets
            given = None if is_hidden else variables.get(fact.variable, default)
        if is_hidden or given is None:
            yield Gap(fact.node, f"set by {by}")
        if given:
            yield fact._replace(text=str(given))


def _as_port(fact: Text | Gap) -> Text | Gap:
    """The port of an address that a flag or variable gives."""
    if isinstance(fact, Gap) or fact.text is None:
        return fact
    return fact._replace(text=fact.text.rpartition(":")[2])


# --- a set of facts as a value --------------------------------------------------------------------


def _value(facts: Iterable[Text | Gap]) -> Value | None:
    unique = list(dict.fromkeys(facts))
    texts = [fact for fact in unique if isinstance(fact, Text)]
    gaps = [fact for fact in unique if isinstance(fact, Gap)]
    if not unique:
        return None
    parts = {text.text: Entry(text.prefix or text.node, text.node) for text in texts if text.text}
    nodes = [*(text.node for text in texts), *(gap.node for gap in gaps if gap.node)]
    note = "; ".join(dict.fromkeys(map(_reason, gaps)))
    if note and parts:
        note = f"{', '.join(parts)} and perhaps more: {note}"
    return Value(
        "unknown" if gaps else "known", list(parts), nodes[0] if nodes else None, note, parts
    )


def _reason(gap: Gap) -> str:
    return gap.why if gap.node is None else f"{gap.why}, {_location(gap.node)}"


def _location(node: Node) -> str:
    return f"{node.source.file}:{span(node).line}"
