"""Finds the changes of a history that made one service like its siblings.

A *unit* is a workload of a manifest, the values of a release, or a file of values: its leaves, each
by its path, with its own name as ``{service}``. Units are *siblings* where one word of their paths
differs, and they are of one kind and chart, and not copies of one service for several environments.
A *convergence* is a leaf that becomes what at least four fifths of at least four siblings already
have. What a commit adds below one missing key is one convergence. This is reckoned from the text of
the files alone, without deploylint.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

import yaml

SHARE = 0.8
SIBLINGS = 4
TOUCHED = 2
"""The most services that a commit may touch for its changes to count."""
WORKLOADS = {"Deployment", "DeploymentConfig", "StatefulSet", "DaemonSet", "Job", "CronJob"}
VALUES = "values"
VALUES_FILE = re.compile(r"^(values.*|.*[.-]values)\.ya?ml$")
ENVIRONMENT = re.compile(
    r"(?i)^(dev|test|qa|int|local|sandbox|stag(e|ing)?|prod(uction)?|preview|demo)([-_.0-9].*)?$"
    r"|^values[-_.].*|^overlays?$|^env(ironment)?s?$"
)
NAMED = {"name", "mountPath"}
MOST_BLOCKS = 20_000
"""The mappings and lists of the largest file of a service: aliases repeat them without end."""
RELEASES = {"HelmRelease": ("spec", "values"), "HelmChart": ("spec", "valuesContent")}


class Leaf(NamedTuple):
    """A text and the line it stands at."""

    text: str
    line: int


class Block(NamedTuple):
    """The first and the last line of a mapping or an item of a list, with its key."""

    first: int
    last: int


class Unit(NamedTuple):
    """One service as one file has it. ``blocks`` are its mappings, by their paths."""

    path: str
    kind: str
    name: str
    chart: str
    leaves: Mapping[tuple[str, ...], Leaf]
    blocks: Mapping[tuple[str, ...], Block]

    def places(self) -> Iterator[tuple[str, ...]]:
        """What siblings have in common: a path but for one part, wherever it stands in it."""
        parts = PurePosixPath(self.path).parts
        for number, part in enumerate(parts):
            if is_environment(part):
                if self.kind == VALUES:
                    return  # what follows tells the places of one service apart
            else:
                way = "/".join((*parts[:number], "*", *parts[number + 1 :]))
                yield (self.kind, self.chart, way.replace(part, "*"))
        if self.name:
            yield (self.kind, self.chart, self.path.replace(self.name, "*"))

    @property
    def called(self) -> tuple[str, str]:
        """What tells two services apart: the name, or the path of a file of values."""
        return (self.kind, self.name or self.path)


class Convergence(NamedTuple):
    """A leaf that became what its siblings have.

    ``key`` is its path, or that of the highest key that was missing; ``first`` and ``last`` are the
    lines, before the commit, of the leaf or of the block that lacked it. ``below`` are the keys
    that lead from a missing key to its leaves.
    """

    parent: str
    path: str
    service: str
    key: tuple[str, ...]
    missing: bool
    first: int
    last: int
    text: str
    below: frozenset[str] = frozenset()


class Fleet:
    """The units of a tree, found again by what siblings have in common."""

    def __init__(self) -> None:
        self._units: dict[str, list[Unit]] = {}
        self._places: defaultdict[tuple[str, ...], dict[str, list[Unit]]] = defaultdict(dict)

    def put(self, path: str, units: list[Unit]) -> None:
        """Replaces the units of a file."""
        for unit in self._units.pop(path, ()):
            for place in unit.places():
                self._places[place].pop(path, None)
        if units:
            self._units[path] = units
        for unit in units:
            for place in unit.places():
                self._places[place].setdefault(path, []).append(unit)

    def units(self, path: str) -> list[Unit]:
        """The units of a file."""
        return self._units.get(path, [])

    def siblings(self, unit: Unit) -> Iterator[list[Unit]]:
        """Every set of at least four siblings of a unit."""
        for place in unit.places():
            others = [
                other
                for units in self._places[place].values()
                for other in units
                if other.called != unit.called
            ]
            if len({other.called for other in others}) >= SIBLINGS:
                yield others


def is_environment(part: str) -> bool:
    """Whether a part of a path is called like an environment or holds environments."""
    return bool(ENVIRONMENT.match(part.partition(".")[0]))


def read_units(path: str, text: bytes) -> list[Unit]:
    """The units of a file; none where it is no YAML, or holds more than a file of a service."""
    try:
        documents = yaml.compose_all(text, Loader=yaml.CSafeLoader)
        roots = [root for root in documents if isinstance(root, yaml.MappingNode)]
        return [unit for root in roots for unit in _units(path, root)]
    except (yaml.YAMLError, ValueError, RecursionError):
        return []


def _units(path: str, document: yaml.MappingNode) -> Iterator[Unit]:
    kind = _text(document, "kind")
    if kind in WORKLOADS:
        name = _text(document, "metadata", "name")
        yield _unit(path, kind, name, "", _below(document, "spec"))
    elif kind in RELEASES:
        name = _text(document, "metadata", "name")
        chart = _text(document, "spec", "chart", "spec", "chart")
        yield _unit(path, kind, name, chart, _below(document, *RELEASES[kind]))
    elif not kind and VALUES_FILE.match(PurePosixPath(path).name):
        yield _unit(path, VALUES, "", "", document)


def _unit(path: str, kind: str, name: str, chart: str, node: yaml.Node | None) -> Unit:
    leaves: dict[tuple[str, ...], Leaf] = {}
    blocks: dict[tuple[str, ...], Block] = {}
    if node is not None:
        _walk(node, _word(path, name), (), node.start_mark.line + 1, leaves, blocks)
    return Unit(path, kind, name, chart, leaves, blocks)


def _word(path: str, name: str) -> str:
    """The word that stands for a service: what its name and its path share, else its name."""
    parts = PurePosixPath(path).with_suffix("").parts
    shared = [part for part in parts if part in name]
    return max(shared, key=len) if shared else name or _varying(path)


def _varying(path: str) -> str:
    """The folder or file name that a file of values is most likely called by."""
    parts = PurePosixPath(path).with_suffix("").parts
    generic = {"values", "chart", "charts", "helm", "deploy", "app", "base", "k8s"}
    return next((part for part in reversed(parts) if part not in generic), "")


def _walk(
    node: yaml.Node,
    own: str,
    way: tuple[str, ...],
    line: int,
    leaves: dict[tuple[str, ...], Leaf],
    blocks: dict[tuple[str, ...], Block],
) -> None:
    if isinstance(node, yaml.ScalarNode):
        leaves[way] = Leaf(_own(node.value, own), node.start_mark.line + 1)
        return
    if len(blocks) > MOST_BLOCKS:
        raise ValueError("an alias bomb")
    blocks[way] = Block(line, max(line, node.end_mark.line))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*way, _own(_scalar(key), own))
            _walk(value, own, below, key.start_mark.line + 1, leaves, blocks)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            below = (*way, _item(item, own, number, len(node.value)))
            _walk(item, own, below, item.start_mark.line + 1, leaves, blocks)


def _item(item: yaml.Node, own: str, number: int, count: int) -> str:
    """What an item of a list is called by: its name, the only one by nothing, else its place."""
    if isinstance(item, yaml.ScalarNode):
        return _own(item.value, own)
    if count == 1:
        return "-"
    keys = item.value if isinstance(item, yaml.MappingNode) else ()
    names = (_scalar(value) for key, value in keys if _scalar(key) in NAMED)
    return next((_own(name, own) for name in names if name), str(number))


def _own(text: str, own: str) -> str:
    return text.replace(own, "{service}") if own else text


def _below(node: yaml.Node | None, *way: str) -> yaml.Node | None:
    for key in way:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        node = next((value for name, value in pairs if _scalar(name) == key), None)
    return node


def _scalar(node: yaml.Node | None) -> str:
    """The text of a scalar; "" for anything else, such as a template for a key."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _text(node: yaml.Node, *way: str) -> str:
    return _scalar(_below(node, *way))


def convergences(
    parent: str, fleet: Fleet, changed: Iterable[tuple[Unit, Unit]]
) -> Iterator[Convergence]:
    """The convergences of a commit: its changed units before and after, in the fleet before it."""
    for before, after in changed:
        found: dict[tuple[str, ...], Convergence] = {}
        sets = list(fleet.siblings(before))
        for key, leaf in after.leaves.items():
            old = before.leaves.get(key)
            if old is not None and old.text == leaf.text:
                continue
            if not any(_is_usual(key, leaf.text, siblings) for siblings in sets):
                continue
            one = _convergence(parent, before, key, leaf.text)
            first = found.setdefault(one.key, one)
            found[one.key] = first._replace(below=first.below.union(key[len(one.key) :]))
        yield from found.values()


def _is_usual(key: tuple[str, ...], text: str, siblings: list[Unit]) -> bool:
    """Whether enough siblings have a text at a path, each service counted once."""
    votes: dict[tuple[str, str], bool] = {}
    for one in siblings:
        leaf = one.leaves.get(key)
        votes[one.called] = votes.get(one.called, False) or (leaf is not None and leaf.text == text)
    return Counter(votes.values())[True] >= SHARE * len(votes)


def _convergence(parent: str, before: Unit, key: tuple[str, ...], text: str) -> Convergence:
    if old := before.leaves.get(key):
        return Convergence(parent, before.path, before.name, key, False, old.line, old.line, text)
    length = next(n for n in range(len(key), -1, -1) if key[:n] in before.blocks or not n)
    block = before.blocks.get(key[:length], Block(1, 1))
    missing = key[: length + 1]
    return Convergence(
        parent, before.path, before.name, missing, True, block.first, block.last, text
    )
