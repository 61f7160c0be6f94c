"""What the charts and releases of a group show of its values: whether they are of a service.

Charts are read only if a group of a folder or a configuration has values of one, or releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deploylint.compare.votes import QUORUM
from deploylint.config.groups import VALUES
from deploylint.documents.nodes import Problem, child, child_at, text_node, text_of
from deploylint.documents.paths import absolute, display_path, from_display_path
from deploylint.documents.reader import Document, Origin, read_plain
from deploylint.documents.record import Record
from deploylint.engine.discovery import FileGroup
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.service import Service
from deploylint.readers.detect import EMPTY
from deploylint.readers.helm import umbrella_layers
from deploylint.readers.helm.umbrella_layers import KnownKeys
from deploylint.readers.wrapped.values import FileContents

if TYPE_CHECKING:
    from deploylint.engine.charts.dependencies import OwnChart
    from deploylint.engine.charts.search import Charts

Files = Mapping[Path, FileContents]

NO_PODS = "values of a chart that makes no pods"
_RENDER = "render it, and check what it makes: helm template NAME CHART | deploylint check -"


class Signs(Record):
    """What shows that values are of a service, whatever they set, or why they are of none.

    ``is_job`` is whether its chart makes jobs alone.
    """

    known_by: str = ""
    against: str = ""
    is_job: bool = False


class GroupCharts:
    """The charts of the values of a group."""

    def __init__(self, group: FileGroup, shared: SharedFiles) -> None:
        self._shared, self._members = shared, group.members
        self._unread = dict[Path, tuple[str, ...]]()
        self._is_found = group.folder is not None or group.configured is not None

    @property
    def charts(self) -> Charts:
        """The charts in the folder of the group."""
        return self._shared.charts

    def empty_values(self, files: Files) -> Iterator[tuple[Path, FileContents]]:
        """The empty ``values.yaml`` of charts that make pods, as values without a key."""
        for path, contents in files.items():
            if contents.skipped != (EMPTY,) or not self._is_values(path):
                continue
            source = read_plain(path, display_path(path), self._shared.root)
            if isinstance(source, Problem):
                continue
            document = Document(source.file, source, (text_node(source, "", 0, 0).made({}),))
            if self.charts.pods_of(document).are_made:
                yield path, FileContents((document,), (document,))

    def inside(self, files: Files) -> Iterator[tuple[Path, KnownKeys]]:
        """The charts inside of those that make no pods themselves, by their ``values.yaml``."""
        for path, contents in files.items():
            is_read = contents.values and self._is_values(path)
            if is_read and (names := self.charts.inside(contents.shown[0])):
                folder = absolute(path).parent
                switches = self.charts.switches_in(folder)
                yield path, KnownKeys(names, self.charts.keys_of(folder), switches)

    def layers(
        self, paths: Sequence[Path], files: Mapping[Path, FileContents]
    ) -> list[FileContents]:
        """What the files of a service hold of it, those of charts around its own below its keys."""
        own = dict(self.around(paths))
        return [
            self._below(path, files[path], own[path]) if path in own else files[path]
            for path in paths
        ]

    def _below(self, path: Path, contents: FileContents, chart: OwnChart) -> FileContents:
        """What a file of a chart has for one that it consists of."""
        if path not in self._unread:
            known = self.charts.keys_of(absolute(path).parent)
            keys = (umbrella_layers.unread_keys(document, known) for document in contents.shown)
            self._unread[path] = next(keys, ())
        inside = (
            umbrella_layers.values_below(document, chart.keys, chart.switches, self._unread[path])
            for document in contents.shown
        )
        values = tuple(document for document in inside if document is not None)
        return contents._replace(shown=values, values=values, skipped=())

    def own_values(self, files: Files) -> Iterator[Document]:
        """The values of services, without those of charts around theirs."""
        around = {path for member in self._members for path, _ in self.around(member.files)}
        own = (contents for path, contents in files.items() if path not in around)
        yield from (document for contents in own for document in contents.values)

    def around(self, paths: Sequence[Path]) -> Iterator[tuple[Path, OwnChart]]:
        """The files of a service of charts around its own, and its own as each of these has it."""
        if len(paths) < 2 or not self._is_values(paths[0]):
            return
        own = absolute(paths[0]).parent
        inside: dict[Path, OwnChart | None] = {own: None}
        for path in paths[1:]:
            folder = absolute(path).parent
            above = ((each, self._around(each, inside)) for each in (folder, folder.parent))
            around, chart = next((each for each in above if each[1] is not None), (own, None))
            if folder != own and chart is not None:
                inside[around] = chart
                yield path, chart

    def _around(self, folder: Path, inside: Mapping[Path, OwnChart | None]) -> OwnChart | None:
        """A chart as one around it has it, by way of the last of those between them."""
        if folder in inside:
            return inside[folder]
        ways = ((chart, self.charts.own(folder).get(each)) for each, chart in inside.items())
        known = [(chart, own) for chart, own in ways if own is not None]
        chart, own = known[-1] if known else (None, None)
        return own if chart is None or own is None else chart.below(own)

    def signs(self, document: Document) -> Signs:
        """What shows whether values are of a service; ``document`` is their lowest file."""
        origin = document.origin
        is_release = origin is not None and _is_release(origin)
        is_values = self._is_values(from_display_path(document.file))
        if not self._is_found or not (is_release or is_values):
            return Signs()
        pods = self.charts.pods_of(document)
        if pods.are_made is False:
            return Signs(against=NO_PODS)
        if is_release:
            return Signs("a release of a chart", is_job=pods.are_jobs)
        if len(pods.named) >= QUORUM:
            return Signs(against=f"values of a chart of {len(pods.named)} workloads; {_RENDER}")
        is_service = pods.are_made and self.charts.is_own(document)
        return Signs("its chart makes pods" if is_service else "", is_job=pods.are_jobs)

    def released(self, document: Document) -> Document:
        """Values with what the release of a helmfile adds that has them, if one does."""
        origin = self._shared.releases.origin_of(document) if self._is_found else None
        return document if origin is None else document._replace(origin=origin)

    def _is_values(self, path: Path) -> bool:
        return self._is_found and path.stem == VALUES


def _is_release(origin: Origin) -> bool:
    """Whether values are of a release of a chart, also if the object around them lost its name."""
    if origin.name or origin.under or origin.wrapper is None:
        return bool(origin.name or origin.under)
    return bool(origin.chart) and not text_of(child_at(origin.wrapper, "metadata", "name"))


def provided_charts(files: Iterable[FileContents]) -> Iterator[tuple[str, str]]:
    """The charts that objects provide for Flux releases, by the names of these objects.

    The last part of the URL is the chart: https://fluxcd.io/flux/components/source/ocirepositories/
    """
    for root in (root for file in files if file.manifests for root in file.manifests.roots):
        if text_of(child(root, "kind")) == "OCIRepository":
            url = text_of(child_at(root, "spec", "url"))
            yield text_of(child_at(root, "metadata", "name")), url.rstrip("/").rpartition("/")[2]


def with_provided_chart(
    service: Service, document: Document, provided: Mapping[str, str]
) -> Service:
    """A service with the chart that another object provides for its release, if one does."""
    name = provided.get(document.origin.chart if document.origin is not None else "", "")
    return service._replace(chart=name) if name not in ("", service.name) else service
