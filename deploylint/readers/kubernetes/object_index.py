"""Objects by what others find them by: labels, names and files; and what a misspelt one means.

An object may be about what is not in the group. A selector or a name that finds nothing means
something of the group only where that has nearly the same labels or name, or the object has its
name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import cached_property

from deploylint.documents.nodes import child, plain, text_of
from deploylint.documents.regex import regex
from deploylint.documents.suggest import MAX_DISTANCE, NearWords, nearest
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.label_selector import Selector
from deploylint.readers.kubernetes.objects import Object
from deploylint.readers.wrapped.values import nodes_at


class Index:
    """Objects by what others find them by, as numbers."""

    def __init__(self, objects: Sequence[Object], keys: Sequence[Iterable[Hashable]]) -> None:
        self.objects = objects
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.by_file: dict[str, list[int]] = defaultdict(list)
        for number, indexed in enumerate(objects):
            self.by_name[indexed.name].append(number)
            self.by_file[indexed.file].append(number)
        self._numbers: dict[Hashable, list[int]] = defaultdict(list)
        for number, own in enumerate(keys):
            for key in dict.fromkeys(own):
                self._numbers[key].append(number)

    @cached_property
    def names(self) -> Names:
        """The names of the objects."""
        return Names(self.by_name)

    def with_any(self, other: Object, keys: Iterable[Hashable]) -> list[int]:
        """The objects that another one may be about and that have one of some keys."""
        numbers = (number for key in keys for number in self._numbers.get(key, ()))
        return [number for number in numbers if reaches(other, self.objects[number])]


class LabelIndex(Index):
    """Objects by their labels."""

    def __init__(self, objects: Sequence[Object], own: Sequence[Mapping[str, str]]) -> None:
        super().__init__(objects, [each.items() for each in own])
        self.labels = own
        self._near_values: dict[str, Names] = {}

    @cached_property
    def values(self) -> Mapping[str, Collection[str]]:
        """The values of each label."""
        values: dict[str, set[str]] = defaultdict(set)
        for key, value in (pair for own in self.labels for pair in own.items()):
            values[key].add(value)
        return values

    @cached_property
    def keys(self) -> Names:
        """The names of the labels."""
        return Names(self.values)

    def meant_value(self, key: str, value: str) -> str:
        """The value of a label that another one is a misspelling of, or that itself."""
        if key not in self._near_values:
            self._near_values[key] = Names(self.values.get(key, ()))
        return self._near_values[key].meant(value)

    def select(self, other: Object, selector: Selector) -> list[int]:
        """The objects that another one selects."""
        lists = (self._numbers.get(pair, []) for pair in selector.pairs)
        fewest: Sequence[int] = min(lists, key=len, default=range(len(self.objects)))
        full = [number for number in fewest if selector.matches(self.labels[number])]
        return [number for number in full if reaches(other, self.objects[number])]


def reaches(referring: Object, other: Object) -> bool:
    """Whether an object may be about another one, by the namespaces that are written.

    A monitor may select others (``NamespaceSelector`` of the Prometheus Operator).
    """
    kinds = ("ServiceMonitor", "PodMonitor")
    chosen = referring.at("spec.namespaceSelector") if referring.kind in kinds else None
    if chosen is None:
        return is_same(referring.namespace, other.namespace)
    every = child(chosen, "any")
    names = [text_of(name) for name in nodes_at(chosen, "matchNames[]")]
    is_open = not names or (every is not None and plain(every) is True)
    return is_open or not other.namespace or other.namespace in names


def is_same(namespace: str, other: str) -> bool:
    """Whether two namespaces may be one."""
    return namespace == other or not (namespace and other)


# --- what is meant --------------------------------------------------------------------------------


def meant_by_selector(referring: Object, selector: Selector, index: LabelIndex) -> int | None:
    """What was meant by a selector of nothing: what has the same name, or nearly these labels."""
    number = _named_alike(referring, index)
    if number is None:
        is_elsewhere = not names_of(referring).isdisjoint(selector.labels.values())
        corrected = None if is_elsewhere else _corrected(selector, index)
        near = [] if corrected is None else index.select(referring, corrected)
        number = near[0] if near else _alone_in_file(referring, selector, index)
    if number is None or _is_set_later(selector, index.objects[number].kind, index.labels[number]):
        return None
    return number


def meant_by_target(referring: Object, name: str, index: Index) -> int | None:
    """What was meant by a target that does not exist."""
    near_name = name if name in names_of(referring) else index.names.meant(name)
    numbers = index.by_name.get(name) or index.by_name.get(near_name, [])
    near = next((n for n in numbers if reaches(referring, index.objects[n])), None)
    return _named_alike(referring, index) if near is None else near


def _alone_in_file(referring: Object, selector: Selector, index: Index) -> int | None:
    """The number of the only other object in a file, where an object is named after nothing else.

    A policy is often about what is elsewhere.
    """
    is_named = any(value in referring.name for value in selector.labels.values())
    here = [
        n for n in index.by_file.get(referring.file, ()) if reaches(referring, index.objects[n])
    ]
    return (
        here[0] if len(here) == 1 and not is_named and referring.kind != "NetworkPolicy" else None
    )


def _corrected(selector: Selector, index: LabelIndex) -> Selector | None:
    """The same selector with the labels that exist in place of those nearly called so."""
    wanted = dict[str, str]()
    for key, value in selector.labels.items():
        name = key if key in index.values else index.keys.meant(key)
        known = index.values.get(name, ())
        wanted[name] = value if value in known else index.meant_value(name, value)
    return None if wanted == selector.labels else selector._replace(labels=wanted)


class Names(NearWords):
    """Known names, to be found by a misspelt one."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(known, MAX_DISTANCE)

    def meant(self, word: str) -> str:
        """The known word that another one is a misspelling of, or the word itself.

        What differs in its digits is another thing.
        """
        letters = _DIGITS.sub("", word)
        near = [other for other in self.near(word) if _DIGITS.sub("", other) != letters]
        return nearest(word, near) or word


_DIGITS = regex(r"[0-9]+")


def _named_alike(referring: Object, index: Index) -> int | None:
    """The number of the object that another one is named after; a job has no such objects."""
    jobs = {kind for kind, row in table().workloads.items() if row.role == "job"}
    numbers = (n for name in sorted(names_of(referring)) for n in index.by_name.get(name, ()))
    near = (n for n in numbers if reaches(referring, index.objects[n]))
    return next((n for n in near if index.objects[n].kind not in jobs), None)


def names_of(referring: Object) -> frozenset[str]:
    """The name of an object, and what it is about by that: ``api-hpa`` is about ``api``."""
    return frozenset((referring.name, name_without_kind(referring.name)))


def name_without_kind(name: str) -> str:
    """A name without the words for kinds of objects at its end: ``api`` of ``api-svc``."""
    words = name.split("-")
    while len(words) > 1 and words[-1] in table().object_words:
        words.pop()
    return "-".join(words)


def _is_set_later(selector: Selector, kind: str, own: Mapping[str, str]) -> bool:
    """Whether a label may be set on running pods: by their controller, or as a leader."""
    missing = selector.labels.keys() - own.keys()
    is_leader = kind == "StatefulSet" and bool(missing)
    return is_leader or not missing.isdisjoint(table().automatic_labels)
