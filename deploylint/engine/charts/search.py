"""The charts of values files: in their folder, the one above, or where a wrapper says.

No link is followed, and no file outside the root of a group is read.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from deploylint.config.groups import CHART, INSIDE, VALUES, is_chart
from deploylint.documents.nodes import Problem, child, text_of
from deploylint.documents.paths import (
    absolute,
    display_path,
    from_display_path,
    is_file,
    is_folder,
    repository,
)
from deploylint.documents.reader import Document, read_plain
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.engine.charts.dependencies import (
    OwnChart,
    chart_names,
    chart_of,
    dependencies,
    is_off,
    key_of,
    makers_of,
    misspelt_keys,
    own_charts,
    switch_faults,
    switches_of,
)
from deploylint.engine.charts.taken_keys import is_taken, not_in_containers
from deploylint.engine.charts.template_faults import with_faults_of_templates
from deploylint.engine.charts.template_files import (
    MOST_FILES,
    TEMPLATES,
    has_parts_alone,
    named_paths,
    template_files,
)
from deploylint.model.fault import Fault
from deploylint.model.field_values import FieldValues
from deploylint.model.fields import IMAGE_TAG, PULL_POLICY
from deploylint.model.service import Service, is_written
from deploylint.readers.external_values import hide_value
from deploylint.readers.helm.chart import (
    ANYTHING,
    NOTHING,
    Templates,
    are_of_operators,
    chart_sets,
    is_of_applications,
    makes_jobs,
    makes_pods,
    named_workloads,
    read_templates,
)
from deploylint.readers.helm.umbrella import is_inside

_TAGS = "tags"
"""The key of a chart's values that switches several of its charts on or off."""

_DEEPEST = 5
"""So many charts are inside each other at most."""

MOST_BYTES = 1024 * 1024
"""The bytes of a template; a chart with a larger one is not known."""


class ChartPods(Record):
    """Whether a chart makes pods, None where that is not known, and what it names servers.

    ``named`` are names that it writes out: a chart of one service makes them of its own name.
    ``are_jobs`` is whether it makes pods of jobs alone.
    ``are_of_operators`` is whether operators make them, of resources with containers.
    """

    are_made: bool | None
    named: frozenset[str]
    are_jobs: bool = False
    are_of_operators: bool = False


UNKNOWN_PODS = ChartPods(None, frozenset())


class Charts:
    """The charts of the files of a group; each is read once. ``root`` bounds what is read."""

    def __init__(self, root: Path) -> None:
        self._root = absolute(root)
        self._templates: dict[Path, Templates | None] = {}
        self._charts: dict[Path, bool] = {}
        self._pods: dict[Path, ChartPods] = {}
        self._helmfiles: dict[Path, list[str]] = {}
        self._own: dict[Path, Mapping[Path, OwnChart]] = {}
        self._keys: dict[Path, frozenset[str]] = {}
        self._names: dict[Path, Mapping[str, str]] = {}

    def with_chart(self, service: Service, document: Document) -> Service:
        """A service with what its chart may set, and without faults of keys that this reads.

        ``document`` is its lowest file.
        """
        folder = self.folder_of(document)
        around = from_display_path(document.file).absolute().parent
        if inside := self._inside(around, document):
            service = service._replace(chart="" if inside == service.name else inside)
        if folder is None:
            faults = service.faults
            if faults and self._is_chart(around):  # an umbrella: its block is of another chart
                faults = tuple(not_in_containers(service, self._templates_of(around, service)))
            faults = tuple(each._replace(is_known=not each.wanted) for each in faults)
            return service._replace(chart_sets=ANYTHING, faults=faults)
        if self.is_own(document):
            makers, maintainers = makers_of(folder)
            service = service._replace(chart_makers=makers, chart_maintainers=maintainers)
        templates = self._templates_of(folder, service)
        reads = NOTHING if templates is None else templates.read
        if self.is_own(document):
            service = self._with_faults_of_charts(service, folder, templates)
        if self.is_own(document) and self._is_released(folder):
            service = _without_tag(service)
        if templates is not None:
            service = with_faults_of_templates(service, templates)
        if service.faults:
            faults = tuple(not_in_containers(service, templates))
            service = service._replace(faults=tuple(self._not_read(service, faults, reads, folder)))
        is_unknown = self.pods_in(folder).are_of_operators
        sets = ANYTHING if is_unknown else chart_sets(templates, service)
        return service._replace(chart_sets=sets, chart_reads=reads)

    def _with_faults_of_charts(
        self, service: Service, folder: Path, templates: Templates | None
    ) -> Service:
        """A service with what is wrong at the keys of the charts that its own depends on."""
        faults = list(switch_faults(folder, service.root))
        if templates is not None and not (templates.read_all or templates.missing):
            faults += misspelt_keys(folder, service.root, self.keys_of(folder))
        nodes = {fault.node for fault in faults}
        others = (fault for fault in service.faults if fault.node not in nodes)
        return service._replace(faults=(*others, *faults)) if faults else service

    def _inside(self, folder: Path, document: Document) -> str:
        """The chart inside the one in a folder with the values of a document; "" for others."""
        if document.origin is None or not is_inside(document):
            return ""
        if folder not in self._names:
            self._names[folder] = chart_names(folder) if self._is_chart(folder) else {}
        key = document.origin.chart.removeprefix(f"{INSIDE}/")
        return self._names[folder].get(key, key)

    def _templates_of(self, folder: Path, service: Service) -> Templates | None:
        """The templates of a chart with values that are not read with a service."""
        defaults = folder / f"{VALUES}.yaml"
        is_below = is_file(defaults) and display_path(defaults) not in service.files
        key = defaults if is_below else folder
        if key not in self._templates:
            self._templates[key] = self._read(folder, [defaults] if is_below else [])
        return self._templates[key]

    def _not_read(
        self, service: Service, faults: Iterable[Fault], reads: Iterable[str], folder: Path
    ) -> Iterable[Fault]:
        """Faults but those of keys that the chart of a service, or one inside it, takes."""
        read = {*reads, *map(key_of, dependencies(folder))}
        read |= {path.parent.name for path in folder.glob(f"{INSIDE}/*/{CHART}.yaml")}
        own = self._templates_of(folder, service)
        kept = [fault for fault in faults if not is_taken(fault, service, read, own)]
        if any(fault.wanted for fault in kept):
            return self._not_named(kept, service, folder)
        return kept

    def _not_named(
        self, faults: Iterable[Fault], service: Service, folder: Path
    ) -> Iterator[Fault]:
        """Faults but those of a name that the chart of a service has; it may be in another."""
        templates, defaults = self._templates_of(folder, service), folder / f"{VALUES}.yaml"
        below = [defaults] if display_path(defaults) not in service.files else []
        near = [*template_files(folder / TEMPLATES), *self._near(folder), *filter(is_file, below)]
        texts, is_whole = self._texts(near) or [], templates is not None and templates.is_whole
        for fault in faults:
            word = regex(rf"(?<![\w-]){re.escape(fault.wanted)}(?![\w-])")
            if not fault.wanted or not any(map(word.search, texts)):
                yield fault._replace(is_known=is_whole or not fault.wanted)

    def pods_of(self, document: Document) -> ChartPods:
        """The pods that the chart of a values file makes."""
        folder = self.folder_of(document)
        return UNKNOWN_PODS if folder is None else self.pods_in(folder)

    def pods_in(self, folder: Path) -> ChartPods:
        """The pods that the chart in a folder makes."""
        if folder not in self._pods:
            self._pods[folder] = self._read_pods(folder)
        return self._pods[folder]

    def _read_pods(self, folder: Path) -> ChartPods:
        files = list(template_files(folder / TEMPLATES))
        own = self._texts([file for file in files if not has_parts_alone(file)])
        parts = list(filter(has_parts_alone, files))
        others = self._texts([*parts, *self._near(folder)])
        if not files or own is None or others is None:
            return UNKNOWN_PODS
        if is_of_applications(own):
            return ChartPods(False, frozenset())
        is_alone = not is_folder(folder / INSIDE)
        named = (name for name in named_workloads(own) if folder.name not in name)
        are_made = makes_pods(own, others, with_hooks=is_alone)
        are_jobs = are_made is not False and makes_jobs(own)
        return ChartPods(are_made, frozenset(named), are_jobs, are_of_operators(own))

    def is_of_services(self, document: Document) -> bool:
        """Whether a ``values.yaml`` may be that of a chart with services, in it or inside it."""
        return self.pods_of(document).are_made is not False or bool(self.inside(document))

    def inside(self, document: Document) -> frozenset[str]:
        """The charts that the chart of a ``values.yaml`` consists of, by the keys of their values.

        None where it may make pods itself: other charts belong to its service then. Those in a
        folder have values of their own there.
        """
        if not self.is_own(document):
            return frozenset()
        folder = from_display_path(document.file).absolute().parent
        may_render = any(not has_parts_alone(file) for file in template_files(folder / TEMPLATES))
        if may_render and self.pods_of(document).are_made is not False:
            return frozenset()
        items = [item for item in dependencies(folder) if text_of(child(item, "name"))]
        charts = [chart_of(folder, item, self._is_chart) for item in items]
        often = Counter(charts)
        return frozenset(
            key_of(item)
            for chart, item in zip(charts, items, strict=True)
            if not (often[chart] == 1 and chart is not None) and not is_off(item, document)
        )

    def own(self, folder: Path) -> Mapping[Path, OwnChart]:
        """The charts that a chart consists of, and theirs, by their folders."""
        if folder not in self._own:
            self._own[folder] = own = dict[Path, OwnChart]()
            level = [OwnChart(folder, ())] if self._is_chart(folder) else []
            for _ in range(_DEEPEST):
                level = [
                    chart.below(each)
                    for each in level
                    for chart in own_charts(each.folder, self._is_chart)
                    if chart.folder not in own and chart.folder != folder
                ]
                own |= {chart.folder: chart for chart in level}
        return self._own[folder]

    def wrapped(self, folder: Path) -> Path | None:
        """The chart elsewhere, with values, that a chart without pods consists of alone."""
        own = list(own_charts(folder, self._is_chart))
        is_alone = len(own) == len(dependencies(folder)) == 1 and self.is_parent(folder)
        if not is_alone or own[0].folder.is_relative_to(folder):
            return None
        return own[0].folder if is_file(own[0].folder / f"{VALUES}.yaml") else None

    def keys_of(self, folder: Path) -> frozenset[str]:
        """The keys that the values of a chart have for its charts, or that its templates take."""
        if folder not in self._keys:
            templates = self._read(folder, [])
            ways = () if templates is None else templates.read
            names = (chart.keys[0] for chart in self.own(folder).values())
            known = (*names, *map(key_of, dependencies(folder)), _TAGS)
            self._keys[folder] = frozenset([*known, *(way.partition(".")[0] for way in ways)])
        return self._keys[folder]

    def switches_in(self, folder: Path) -> Mapping[str, frozenset[str]]:
        """The keys that install each chart that a chart depends on, by the key of its values."""
        return {key_of(item): switches_of(item) for item in dependencies(folder)}

    def is_parent(self, folder: Path) -> bool:
        """Whether a chart consists of others, and its templates make no pods."""
        if not self.own(folder):
            return False
        files = filter(lambda file: not has_parts_alone(file), template_files(folder / TEMPLATES))
        return not any(files) or self.pods_in(folder).are_made is False

    def is_own(self, document: Document) -> bool:
        """Whether a document is the ``values.yaml`` of a chart."""
        file = from_display_path(document.file).absolute()
        return document.origin is None and file.stem == VALUES and self._is_chart(file.parent)

    def folder_of(self, document: Document) -> Path | None:
        """The folder of the chart of a values file; None where none is known."""
        file = from_display_path(document.file).absolute()
        folder = file.parent
        folders = [folder, folder.parent]
        if document.origin is not None:
            inside, name = self._inside(folder, document), document.origin.chart
            if inside and name != f"{INSIDE}/{inside}":  # an alias names no folder
                folders, name = [folder], f"{INSIDE}/{inside}"
            else:
                folders = [*folders, *repository(folder)] if name else []
            folders = [Path(os.path.normpath(each / name)) for each in folders]
            folders = [each for each in folders if not (inside and each == folder)]
        return next(filter(self._is_chart, folders), None) if is_file(file) else None

    def _is_released(self, folder: Path) -> bool:
        """Whether a helmfile that is a template installs a chart: its release may set a version."""
        return any(
            Path(os.path.normpath(above / chart)) == folder
            for above in folder.parents
            if above.is_relative_to(self._root)
            for chart in self._installed(above)
        )

    def put_into_objects(self, file: Path) -> bool:
        """Whether the templates of a chart around a file put it into an object, as a text."""
        path = absolute(file)
        folder = next(filter(self._is_chart, path.parents), None)
        if folder is None:
            return False
        templates = self._texts(list(template_files(folder / TEMPLATES))) or []
        return path in named_paths(folder, templates)

    def _installed(self, folder: Path) -> Sequence[str]:
        """The charts that the helmfiles in a folder install, as they name them."""
        if folder not in self._helmfiles:
            texts = self._texts(sorted(folder.glob("helmfile*.gotmpl"))) or []
            self._helmfiles[folder] = [name for text in texts for name in _CHART.findall(text)]
        return self._helmfiles[folder]

    def _is_chart(self, folder: Path) -> bool:
        if folder not in self._charts:
            self._charts[folder] = folder.is_relative_to(self._root) and is_chart(folder)
        return self._charts[folder]

    def _read(self, folder: Path, defaults: list[Path]) -> Templates | None:
        """The templates of a chart, with those of the charts above and inside if it needs them.

        ``defaults`` are values below those of a service, where these are not read with them.
        """
        own = self._texts([*template_files(folder / TEMPLATES), *defaults])
        if own is None:
            return None
        files = self._texts(named_paths(folder, own)) or []
        templates = read_templates(own, files)
        if not templates.missing:
            return templates
        more = self._texts(list(self._near(folder)))
        return None if more is None else read_templates([*own, *more], files)

    def _near(self, folder: Path) -> Iterator[Path]:
        """The templates of the charts above and inside a chart."""
        above = folder.parent.parent
        near = [above] if folder.parent.name == INSIDE and self._is_chart(above) else []
        near += (path.parent for path in sorted(folder.glob(f"{INSIDE}/*/{CHART}.yaml")))
        yield from (path for each in near for path in template_files(each / TEMPLATES))

    def _texts(self, paths: list[Path]) -> list[str] | None:
        """The texts of some files; None where not all can be read."""
        texts = list[str]()
        for path in paths:
            source = read_plain(path, display_path(path), self._root, MOST_BYTES)
            if isinstance(source, Problem) or path.is_symlink() or len(texts) == MOST_FILES:
                return None
            texts.append(source.text)
        return texts


_CHART = regex(r"^[ \t-]*chart:[ \t]*[\"']?([\w./-]+)", re.MULTILINE)
"""The chart of a release of a helmfile."""


def _without_tag(service: Service) -> Service:
    """A service with an unknown tag of its image, and pull policy where this follows from it."""
    main, *others = service.components
    fields = main.values.fields.as_dict()
    note = "a release of a helmfile that is a template may set it"
    for address in (IMAGE_TAG, PULL_POLICY):
        if address in fields and (address == IMAGE_TAG or not is_written(fields[address])):
            fields[address] = hide_value(fields[address], note)
    main = main._replace(values=FieldValues(fields, main.values.rows))
    return service._replace(components=(main, *others))
