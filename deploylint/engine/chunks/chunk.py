"""One chunk of a large group of files: read, compared with the reference, and given up.

The result of a chunk is plain data: findings, counts, and what is small of its services. The facts
about the whole group that this needs are settings. They are guessed from its first files and
compared with what all chunks find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from pathlib import Path

from deploylint.config import load as configuration
from deploylint.documents.nodes import Problem, Source
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.attach_sources import Added, with_sources
from deploylint.engine.charts.groups import GroupCharts
from deploylint.engine.chunks.bare_service import bare_service
from deploylint.engine.chunks.links import Chunk, SentLinks, send_links
from deploylint.engine.chunks.peer_votes import Elements, SentVotes, send_votes
from deploylint.engine.coverage import seen_leaves
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.group import Compared, GroupCheck, PartResult, group_check
from deploylint.engine.load import file_reader, skipped_contents
from deploylint.engine.load_manifests import ManifestServices, load_manifests
from deploylint.engine.load_values import (
    Doubt,
    LayeredFiles,
    ValuesServices,
    bases_in,
    layers_of,
    load_values,
)
from deploylint.engine.options import CheckOptions, Run, start_run
from deploylint.engine.overlays import LeafKeys
from deploylint.engine.profile_choice import ProfileChoice, ProfileDetector
from deploylint.engine.shared_files import SharedFiles
from deploylint.model.finding import Finding
from deploylint.model.progress import SILENT
from deploylint.model.service import Service, Shape
from deploylint.policy.judgement import Judged, count_deviations
from deploylint.readers.service_names import GroupNames
from deploylint.readers.wrapped.values import FileContents


class ReferenceFiles(Record):
    """The reference: the files to read for it, and its name; "" for their only service."""

    files: Chunk
    name: str


class ChunkSettings(Record):
    """The facts about a whole group that the check of a chunk needs.

    ``profile`` is that of its values, ``shape`` what its services are read from.
    ``names`` are what its services call themselves beside the reference.
    ``asked`` are the elements that peers vote on, whether the reference is an outlier.
    ``chunks`` are all chunks.
    """

    profile: ProfileChoice
    shape: Shape
    reference: ReferenceFiles | None
    names: GroupNames | None
    asked: Elements
    chunks: tuple[Chunk, ...]

    def profile_name(self) -> str:
        """The profile that the rules of the group are of."""
        if self.shape == "values":
            return self.profile.name
        from deploylint.readers.kubernetes.catalogue import table

        return table().profile.name


class ChunkFiles(Record):
    """The files of a chunk, as they are read: values, manifests, and the profile that was seen."""

    values: ValuesServices
    manifests: ManifestServices
    profile: ProfileChoice

    @property
    def services(self) -> tuple[Service, ...]:
        """The services in them."""
        return (*self.values.services, *self.manifests.services)

    @property
    def documents(self) -> Iterator[Document]:
        """The files themselves."""
        return (document for file in self.manifests.files.values() for document in file.shown)


class ChunkFindings(Record):
    """What the rules find in a chunk.

    ``outcome`` has the coverage of its services but the reference, ``reference_seen`` what became
    of the leaves of that.
    ``accepted`` are the addresses at which something is allowed.
    ``documents`` and ``sources`` are the files of its findings, without their trees.
    """

    outcome: PartResult
    accepted: frozenset[str]
    votes: SentVotes
    reference_seen: bytes
    documents: tuple[Document, ...]
    sources: tuple[Document, ...]


class ChunkResult(Record):
    """The services of a chunk, and what the rules find in them.

    ``services`` are as they are read: with all names that they call themselves.
    ``duplicates`` are services of the name of another one in it.
    ``skipped`` are files without values, those without a service, objects, and sources.
    ``because`` is why it is read as manifests, "" without a service of that shape.
    ``shapes`` are what its files hold, ``links`` what its manifests have to do with other chunks.
    ``clashes`` is how many workloads are defined twice.
    ``findings`` is None where they are of no use: the settings do not hold for the chunk.
    """

    profile: ProfileChoice
    services: tuple[Service, ...]
    duplicates: tuple[Problem, ...]
    doubts: tuple[Doubt, ...]
    because: str
    shapes: frozenset[Shape]
    links: SentLinks | None
    clashes: int
    skipped: tuple[tuple[Skipped, ...], ...]
    problems: tuple[Problem, ...]
    findings: ChunkFindings | None


class ChunkChecker:
    """Checks the chunks of one group. It can be sent to a process, where it reads files anew."""

    def __init__(self, group: FileGroup, run: Run, settings: ChunkSettings) -> None:
        self._group = group
        self._run = run
        self._settings = settings

    def __reduce__(self) -> tuple[object, ...]:
        """The configuration is not sent: the other process reads it again."""
        config, group = self._run.config, self._group
        name, sent = "", group
        if group.configured is not None:
            name, sent = group.configured.name, group._replace(configured=None, members=())
        path = config.paths[-1] if config.paths else None
        return _received, (path, self._run.options, self._run.today, sent, name, self._settings)

    def __call__(self, chunk: Chunk) -> ChunkResult:
        """Read a chunk and compare its services with the reference."""
        files = self.read(chunk)
        values, manifests, profile = files
        added = with_sources(files.services, self._group.members, alone=False)
        shapes = _shapes(values.files.values())
        is_checked = (
            shapes <= {self._settings.shape} and profile.name == self._settings.profile.name
        )
        findings = self._findings(files, added) if is_checked else None
        problems = (one for file in manifests.files.values() for one in file.problems)
        no_values = tuple(skipped_contents(self._group, manifests.files))
        links = manifests.links
        result = ChunkResult(
            profile,
            tuple(map(bare_service, added.services)),
            values.duplicates,
            values.doubts,
            manifests.because,
            shapes,
            None if links is None else send_links(links, self._numbers(chunk)),
            manifests.clashes,
            (no_values, values.skipped, manifests.skipped, added.skipped),
            (*problems, *manifests.problems, *added.problems),
            findings,
        )
        for service in added.services:
            service.forget_nodes()
        return result

    def read(self, chunk: Chunk) -> ChunkFiles:
        """A chunk, read with the profile that its files are read with so far."""
        group = self._group._replace(members=self._group.members[slice(*chunk)])
        folders = self._run.config.profile_folders
        detector = ProfileDetector.resumed(self._settings.profile, folders)
        shared = SharedFiles(group.root)
        values = load_values(group, shared, file_reader(group, shared), detector, SILENT)
        files = ChunkFiles(values, ManifestServices((), values.files), detector.choice)
        return files if self._settings.shape == "values" else self.with_manifests(files, chunk)

    def with_manifests(self, files: ChunkFiles, chunk: Chunk) -> ChunkFiles:
        """A chunk with its manifests, after its values were read."""
        group = self._group._replace(members=self._group.members[slice(*chunk)])
        manifests = load_manifests(group, files.values.files, SILENT, self._group)
        return files._replace(manifests=manifests)

    def _numbers(self, chunk: Chunk) -> Mapping[str, int]:
        """The number of each file of a chunk."""
        members = self._group.members[slice(*chunk)]
        return {
            self._group.file_name(member.files[0]): number
            for number, member in enumerate(members, chunk[0])
        }

    def layered(self, chunk: Chunk) -> list[LayeredFiles]:
        """The documents of each service of a chunk."""
        files = self.read(chunk).values.files
        around = GroupCharts(self._group, SharedFiles(self._group.root))
        members = self._group.members[slice(*chunk)]
        return [layers for member in members for layers in layers_of(member, files, around)]

    def services(self, files: ChunkFiles) -> tuple[Service, ...]:
        """The services of a chunk, as they are read."""
        return with_sources(files.services, self._group.members, alone=False).services

    @cached_property
    def reference(self) -> Service | None:
        """The reference, as it is read; None where it shares objects with another service."""
        if self._settings.reference is None:
            return None
        files, name = self._settings.reference
        services = self.services(self.read(files))
        called = [service for service in services if name in ("", service.name)]
        if len(called) != 1:
            return None
        others = {root.table for one in services if one is not called[0] for root in one.written}
        return called[0] if others.isdisjoint(root.table for root in called[0].written) else None

    @property
    def reference_documents(self) -> tuple[Document, ...]:
        """The files of the reference, without their trees."""
        if self._settings.reference is None:
            return ()
        return tuple(map(_without_tree, self.read(self._settings.reference.files).documents))

    @cached_property
    def check(self) -> GroupCheck:
        """The check of the group, with the reference as the others are compared with it."""
        names, reference = self._settings.names, self.reference
        own = None if names is None or reference is None else names(reference)
        return group_check(self._group, self._settings.profile_name(), own, self._run)

    def _findings(self, files: ChunkFiles, added: Added) -> ChunkFindings:
        check, reference = self.check, self.check.reference
        documents = list(files.documents)
        services = self._named(added.services)
        part = check.compare(services, documents)
        covered = (service for service in services if service is not reference)
        result = check.result(part, self._reported(part), covered)
        shown = _shown_files(result)
        return ChunkFindings(
            result,
            frozenset(part.judgement.accepted),
            {} if part.outlier is None else send_votes(part.outlier, self._settings.asked),
            b"" if reference is None else seen_leaves(reference, part.comparison),
            tuple(_without_tree(one) for one in documents if one.file in shown),
            tuple(map(_without_tree, added.documents)),
        )

    def _reported(self, part: Compared) -> Iterable[Judged]:
        """The findings, as far as the report shows them."""
        results = part.judgement.results()
        if self._run.options.allowed or self._group.focus:
            return (judged.finding() for judged in results)
        return count_deviations(results)

    def _named(self, services: Sequence[Service]) -> list[Service]:
        """Services as they are compared: none calls itself by the reference's name."""
        names, reference = self._settings.names, self.check.reference
        if names is None or reference is None:
            return list(services)
        return [reference if s.name == reference.name else names(s) for s in services]


def _shapes(contents: Iterable[FileContents]) -> frozenset[Shape]:
    """What some files hold."""
    shapes = set[Shape]()
    for file in contents:
        if file.values:
            shapes.add("values")
        if file.manifests is not None:
            shapes.add("manifests")
    return frozenset(shapes)


def _without_tree(document: Document) -> Document:
    return Document(document.file, Source(document.file, document.source.text), ())


def _received(
    path: Path | None,
    options: CheckOptions,
    today: str,
    group: FileGroup,
    name: str,
    settings: ChunkSettings,
) -> ChunkChecker:
    run = start_run(options, configuration.load(path), today)
    for configured in run.config.groups:
        if configured.name == name:
            group = group._replace(configured=configured, members=configured.members)
    return ChunkChecker(group, run, settings)


def _shown_files(result: PartResult) -> set[str]:
    """The files that a report shows lines of: an allowance in comments may turn out unused."""
    findings = [one for one in result.findings if isinstance(one, Finding)]
    violations = [one for one in findings if one.status == "violation"]
    files = {one.location.file for one in violations}
    files.update(place.file for one in violations for _, place, _ in one.related)
    files.update(allowance.at.file for allowance in result.inline)
    return files


class BaseFinder:
    """Finds in the chunks of a group the files that others are overlays of."""

    def __init__(self, checker: ChunkChecker, keys: Sequence[Set[LeafKeys]]) -> None:
        self._checker = checker
        self._keys = keys

    def __call__(self, chunk: Chunk) -> list[str]:
        """For each set of keys the first base in a chunk, or ""."""
        return bases_in(self._checker.layered(chunk), self._keys)
