"""Variables of one library, which only the services that use it set.

They share the first word of their names (``KAFKA_RETRIES`` beside ``KAFKA_BROKERS``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set

from deploylint.model.difference import Position
from deploylint.model.field_values import field_values
from deploylint.model.fields import SECRET_VARIABLES, VARIABLES
from deploylint.model.service import Component, Value
from deploylint.model.templates import is_variable

Families = Mapping[str, str]
"""Variables of libraries, each with the prefix of those of its library."""


def variable_families(variables: Value, peers: Iterable[tuple[Component, int]]) -> Families:
    """The variables of a majority that most who set them set with others of one prefix.

    ``peers`` are components with variables, each with the number of those that are alike.
    """
    named = [(_names(component), times) for component, times in peers]
    families = dict[str, str]()
    for variable in variables.parts or ():
        first, separator, _ = variable.partition("_")
        prefix = first + separator
        setting = [(names - {variable}, times) for names, times in named if variable in names]
        beside = sum(n for names, n in setting if any(one.startswith(prefix) for one in names))
        if separator and beside * 2 > sum(times for _, times in setting):
            families[variable] = prefix
    return families


def template_variables(most: Component) -> frozenset[str]:
    """The variables that most set to a text that something fills in."""
    data = most.value(VARIABLES).data
    texts = data if isinstance(data, dict) else {}
    return frozenset(name for name, text in texts.items() if is_variable(str(text)))


def unasked_variables(
    families: Families, templates: Set[str], component: Component
) -> frozenset[str]:
    """The variables of most that a component is not asked about.

    They are those of libraries for which it sets none, and templates where it sets anything.
    """
    if not families and not templates:
        return frozenset()
    names = _names(component)
    used = {p: any(name.startswith(p) for name in names) for p in set(families.values())}
    unused = (variable for variable, prefix in families.items() if not used[prefix])
    return frozenset((*(names & templates), *unused))


def without_variables(at: Position, variables: Collection[str]) -> Position:
    """A component without some of its variables."""
    values = {address: at.component.value(address) for address in at.component.values}
    every = values[VARIABLES]
    assert isinstance(every.data, dict)
    data = {name: text for name, text in every.data.items() if name not in variables}
    parts = {name: entry for name, entry in (every.parts or {}).items() if name in data}
    values[VARIABLES] = every._replace(data=data, parts=parts)
    return at._replace(component=at.component._replace(values=field_values(values)))


def _names(component: Component) -> frozenset[str]:
    """The names of the variables of a component, with those from keys of secrets."""
    fields = (component.values.fields.get(one) for one in (VARIABLES, SECRET_VARIABLES))
    return frozenset(name for field in fields if field is not None for name in field.parts or ())
