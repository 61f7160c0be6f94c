"""The own names of a service: the words that compare as ``{service}``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deploylint.documents.record import Record
from deploylint.model.field_values import RowNumber
from deploylint.model.fields import ADDRESSES
from deploylint.model.images import image_name, is_of_scripts
from deploylint.model.own_name import holds_word
from deploylint.model.service import Component, Service

_SELF = "service.name"


def own_names(
    components: list[Component], called: str = "", *, is_release: bool = False
) -> tuple[str, ...]:
    """The own names of a service, the longest first.

    Candidates are the name it is given and the last word of its image, unless scripts run in that,
    and what its file or folder is ``called`` where one of these is built on that. One that other
    names of the service are built on is its own; one without is left over from a copied file. If no
    name is built on any of them, all count. What a release is called is its own whatever is built
    on it: Helm takes no two of one name (https://helm.sh/docs/intro/using_helm/).
    """
    names = list(_names_in(components))
    support = {
        candidate: sum(1 for name in names if candidate in name and holds_word(name, candidate))
        for candidate in _candidates(components[0], called)
    }
    strong = [candidate for candidate, count in support.items() if count > 1]
    if is_release:
        return _longest_first({called, *strong})
    return _longest_first(strong or support)


class GroupNames(Record):
    """Corrects the own names of the services of a group by those of the reference.

    ``shared`` are the words of the reference that others are built on too.
    ``is_given`` is whether the name that the reference is given is one of them.
    """

    reference: str
    shared: frozenset[str]
    is_given: bool

    def __call__(self, service: Service) -> Service:
        """A service without the name of the reference among its own."""
        if not self.shared:
            return service
        if not self.is_given:
            return _with_given(service)
        return service if service.name == self.reference else _without(service, self.shared)


def group_names(services: Iterable[Service], reference: Service) -> GroupNames:
    """The correction of the own names of the services of a group.

    A word in the own names of the reference and of another service is either the reference's name,
    kept in a copied file, which is not the other's own; or a word that all of them share (one
    image, one secret), beside which each still has the name it is given.
    """
    own = frozenset(reference.own_names)
    others = (service for service in services if service.name != reference.name)
    shared = own.intersection(name for service in others for name in service.own_names)
    return GroupNames(reference.name, shared, _given(reference.main) in shared)


def _without(service: Service, names: frozenset[str]) -> Service:
    own = (set(service.own_names) | _candidates(service.main)) - names
    return service._replace(own_names=_longest_first(own)) if own else service


def _with_given(service: Service) -> Service:
    given = _given(service.main)
    names = {*service.own_names, given} if given else service.own_names
    return service._replace(own_names=_longest_first(names))


def _given(main: Component) -> str:
    """The name a service is given in its file, or ""."""
    value = main.value(_SELF)
    return str(value.data) if value.state == "known" else ""


def _candidates(main: Component, called: str = "") -> set[str]:
    word = "" if is_of_scripts(main) else image_name(main)
    names = {name for name in (_given(main), word) if name}
    is_part = called and any(holds_word(name, called) for name in names)
    return names | {called} if is_part else names


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _names_in(components: list[Component]) -> Iterator[str]:
    seen: set[RowNumber | None] = set()
    for component in components:
        fields = component.values.fields
        for number in fields.layout.numbers(_NAMED):
            value = fields.row[number]
            if value.state != "known" or value.inherited:
                continue
            if value.at not in seen:
                seen.add(value.at)
                data = value.data
                yield from map(str, data if isinstance(data, list) else [data])


_NAMED = tuple(address for address, kind in ADDRESSES.items() if kind.own_names)
"""The addresses that hold names, which may be built on the service's own."""
