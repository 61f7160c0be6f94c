"""The charts that a chart consists of: in its folder, in others and from repositories."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from deploylint.config.groups import CHART, INSIDE
from deploylint.documents.nodes import (
    Node,
    Problem,
    child,
    child_at,
    entries_of,
    items_of,
    plain,
    text_of,
)
from deploylint.documents.paths import display_path, is_file
from deploylint.documents.reader import Document, read_file
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import NearWords
from deploylint.model.fault import Fault, unknown_key
from deploylint.readers.helm.switches import misspelt_switches, quoted_switch, quoted_switches

Keys = tuple[str, ...]
"""The keys that lead to something in the values of a chart."""


class OwnChart(Record):
    """A chart that another one consists of: its folder, and the keys that lead to its values.

    ``conditions`` are the keys that install it or not, the first that is set.
    """

    folder: Path
    keys: Keys
    conditions: tuple[Keys, ...] = ()

    @property
    def switches(self) -> frozenset[str]:
        """The keys among its values that install it, which are none of its own."""
        return frozenset(last for *above, last in self.conditions if above == [*self.keys])

    def below(self, chart: OwnChart) -> OwnChart:
        """The same, as a chart around has it that consists of ``chart``, and that of this one."""
        conditions = tuple((*chart.keys, *keys) for keys in self.conditions)
        return self._replace(keys=(*chart.keys, *self.keys), conditions=conditions)


def own_charts(folder: Path, is_chart: Callable[[Path], bool]) -> Iterator[OwnChart]:
    """The charts that a chart consists of.

    Helm takes each in ``charts/``, and those that a dependency names as folders. One that it takes
    several times has no values of its own, and is left out; so is one of a repository of charts.
    """
    foreign = dependencies_elsewhere(folder)
    own = list[OwnChart]()
    for item in dependencies(folder):
        if (path := chart_of(folder, item, is_chart)) is not None:
            own.append(OwnChart(path, (key_of(item),), _conditions(item)))
    inside = {path.parent.name: path.parent for path in folder.glob(f"{INSIDE}/*/{CHART}.yaml")}
    dependent = {chart.folder for chart in own}
    own += (
        OwnChart(path, (name,)) for name, path in sorted(inside.items()) if path not in dependent
    )
    often = Counter(chart.folder for chart in own)
    for chart in own:
        is_once = often[chart.folder] == 1 and chart.folder.name not in foreign
        if is_once and chart.keys != ("",) and chart.folder != folder and is_chart(chart.folder):
            yield chart


def chart_of(folder: Path, dependency: Node, is_chart: Callable[[Path], bool]) -> Path | None:
    """The folder of a chart that another one names; None where it is of a repository of charts.

    Helm takes the one in ``charts/`` before the one of a path.
    """
    name, path = text_of(child(dependency, "name")), path_of(dependency)
    places = [folder / INSIDE / name] if name == Path(name).name != os.pardir else []
    places += [Path(os.path.normpath(folder / path))] if path else []
    return next(filter(is_chart, places), None)


def _conditions(dependency: Node) -> tuple[Keys, ...]:
    """The keys in the values of a chart that install another one or not."""
    paths = filter(None, text_of(child(dependency, "condition")).split(","))
    return tuple(tuple(path.strip().split(".")) for path in paths)


def switches_of(dependency: Node) -> frozenset[str]:
    """The keys in the values for a chart that install it or not."""
    own = (keys[1:] for keys in _conditions(dependency) if keys[0] == key_of(dependency))
    return frozenset(keys[0] for keys in own if len(keys) == 1)


def misspelt_keys(folder: Path, root: Node, taken: Container[str]) -> Iterator[Fault]:
    """The keys of a chart's values that nothing takes, a letter off those for its dependencies.

    ``taken`` are the keys that something takes.
    """
    entries = entries_of(root)
    lacking = chart_names(folder).keys() - entries.keys()
    known = NearWords(lacking)
    for name in entries if lacking else ():
        near = known.near(name) if name not in taken and entries[name].value.is_mapping else ()
        yield from (unknown_key(entries[name].key, meant) for meant in near[:1])


def switch_faults(folder: Path, root: Node) -> Iterator[Fault]:
    """What is wrong in a chart's values at the keys that install its dependencies."""
    entries = entries_of(root)
    for item in dependencies(folder):
        if (entry := entries.get(key_of(item))) is not None:
            slips = misspelt_switches(entry.value, switches_of(item))
            yield from (unknown_key(key, meant) for key, meant in slips)
            yield from map(quoted_switch, quoted_switches(entry.value, switches_of(item)))


def dependencies_elsewhere(folder: Path) -> frozenset[str]:
    """The charts inside a chart that it takes from a repository of charts; others are its own.

    Helm unpacks them to ``charts/`` too (https://helm.sh/docs/topics/charts/#chart-dependencies).
    """
    return frozenset(
        text_of(child(item, "name"))
        for item in dependencies(folder)
        if text_of(child(item, "repository")).partition(":")[0] not in ("", "file")
    )


def path_of(dependency: Node) -> str:
    """The path of a chart that another one takes from a folder, or "".

    https://helm.sh/docs/topics/charts/#managing-dependencies-with-the-dependencies-field
    """
    kind, _, path = text_of(child(dependency, "repository")).partition("://")
    return path if kind == "file" else ""


def is_off(dependency: Node, document: Document) -> bool:
    """Whether values switch a chart off that a dependency names."""
    return switches_off(_conditions(dependency), document.roots)


def switches_off(conditions: Iterable[Keys], roots: Sequence[Node]) -> bool:
    """Whether values switch a chart off: the first of some keys that one of them sets decides.

    ``roots`` are layers, the highest first
    (https://helm.sh/docs/topics/charts/#tags-and-condition-fields-in-dependencies).
    """
    nodes = (child_at(root, *keys) for keys in conditions for root in roots)
    return any(plain(node) is False for node in islice(filter(None, nodes), 1))


def dependencies(folder: Path) -> list[Node]:
    """What the description of a chart in a folder says of each chart that it depends on.

    A chart of ``apiVersion: v1`` has them in a file of their own
    (https://helm.sh/docs/topics/charts/#the-apiversion-field).
    """
    files = (folder / name for name in (f"{CHART}.yaml", "requirements.yaml"))
    documents = (read_file(file, display_path(file), folder) for file in files if is_file(file))
    roots = (root for each in documents if not isinstance(each, Problem) for root in each.roots)
    return [item for root in roots for item in items_of(child(root, "dependencies"))]


def makers_of(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The organisations at a host of code with the sources of a chart, and its maintainers.

    The sources may be those of the program
    (https://helm.sh/docs/topics/charts/#the-chartyaml-file).
    """
    file = folder / f"{CHART}.yaml"
    document = read_file(file, display_path(file), folder) if is_file(file) else None
    roots = document.roots if isinstance(document, Document) else ()
    nodes = [each for root in roots for each in (child(root, "home"), child(root, "sources"))]
    texts = (text_of(each) for node in nodes for each in (node, *items_of(node)))
    people = (each for root in roots for each in items_of(child(root, "maintainers")))
    return (
        frozenset(match[1].lower() for match in map(_SOURCE.match, texts) if match),
        frozenset(filter(None, (text_of(child(each, "name")).lower() for each in people))),
    )


_SOURCE = regex(r"https?://(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)/([\w.-]+)")
"""The address of sources at a host of many organisations."""


def key_of(dependency: Node) -> str:
    """The key in the values of a chart that those of a chart it depends on are below."""
    return text_of(child(dependency, "alias")) or text_of(child(dependency, "name"))


def chart_names(folder: Path) -> dict[str, str]:
    """The charts that a chart depends on, by the keys in its values that theirs are below."""
    return {key_of(item): text_of(child(item, "name")) for item in dependencies(folder)}
