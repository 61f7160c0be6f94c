"""One chunk of a large group of values files: read, compared with the reference, and given up.

What comes of a chunk is plain data: verdicts, counts, and what is small of its services. What has
to be known of the whole group for that is settings, which are guessed from its first files and
held against what all chunks say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from pathlib import Path

from deploylint.compare import GroupComparison
from deploylint.compare.extra_keys import ExtraKey
from deploylint.compare.result import Evaluated
from deploylint.config import load as configuration
from deploylint.documents.nodes import Problem, Source
from deploylint.documents.reader import Document
from deploylint.documents.record import Record
from deploylint.engine.attach_sources import Added, with_sources
from deploylint.engine.bare_service import SentService, send_service
from deploylint.engine.coverage import Coverage, account, seen_leaves
from deploylint.engine.discovery import FileGroup, Skipped
from deploylint.engine.group import (
    GroupRules,
    Observed,
    built_in_findings,
    group_rules,
    observe,
    outlier_vote,
    watched_rules,
)
from deploylint.engine.load import file_reader
from deploylint.engine.load_values import (
    Doubt,
    DuplicateName,
    LayeredFiles,
    ValuesServices,
    bases_in,
    layers_of,
    load_values,
)
from deploylint.engine.options import CheckOptions, Run, start_run
from deploylint.engine.overlays import KeyPath
from deploylint.engine.peer_votes import Elements, SentVotes, send_votes
from deploylint.engine.profile_choice import ProfileChoice, ProfileDetector
from deploylint.model.finding import Allowance, Finding
from deploylint.model.progress import SILENT
from deploylint.model.service import Service
from deploylint.policy.verdict import Judged, Judgement, count_deviations
from deploylint.readers.service_names import GroupNames

Chunk = tuple[int, int]
"""The members of a group from one number up to another."""


class ChunkSettings(Record):
    """What has to be known of a group as a whole to check a chunk of it.

    ``reference`` is the number of the member that is the reference; None where there is none.
    ``names`` are what its services call themselves beside the reference.
    ``asked`` are the elements that peers are asked of, whether the reference is the odd one.
    """

    profile: ProfileChoice
    reference: int | None
    names: GroupNames | None
    asked: Elements


class SentText(Record):
    """A file that a finding points at."""

    file: str
    text: str

    def document(self) -> Document:
        """The file without its nodes."""
        return Document(self.file, Source(self.file, self.text), ())


class ChunkFiles(Record):
    """What a chunk holds, whatever it is compared with.

    ``services`` are as they are read: with all names that they call themselves.
    ``duplicate`` is the first pair of one name in it.
    ``skipped``, ``no_services`` and ``sources`` are files that are skipped, and why.
    """

    profile: ProfileChoice
    services: tuple[SentService, ...]
    duplicate: DuplicateName | None
    doubts: tuple[Doubt, ...]
    has_manifests: bool
    skipped: tuple[Skipped, ...]
    no_services: tuple[Skipped, ...]
    no_sources: tuple[Skipped, ...]
    problems: tuple[Problem, ...]


class ChunkVerdicts(Record):
    """What the rules find in a chunk.

    ``judged`` is what became of differences, ``built_in`` are findings of built-in checks.
    ``accepted`` are the addresses at which something is allowed.
    ``coverage`` is that of its services but the reference, ``reference_seen`` what was made of the
    leaves of that.
    """

    judged: tuple[Judged, ...]
    built_in: tuple[Finding, ...]
    accepted: frozenset[str]
    votes: SentVotes
    matches: Mapping[tuple[str, str], int]
    evaluated: Sequence[Evaluated]
    inline: tuple[Allowance, ...]
    coverage: Coverage
    reference_seen: bytes
    extra_keys: tuple[tuple[str, ExtraKey], ...]
    texts: tuple[SentText, ...]
    sources: tuple[SentText, ...]


class ChunkResult(Record):
    """A chunk: what it holds, and what the rules find; nothing where that is of no use."""

    files: ChunkFiles
    verdicts: ChunkVerdicts | None


class ChunkChecker:
    """Checks the chunks of one group. It can be sent to a process, where it reads files anew."""

    def __init__(self, wanted: FileGroup, run: Run, settings: ChunkSettings) -> None:
        self._wanted = wanted
        self._run = run
        self._settings = settings

    def __reduce__(self) -> tuple[object, ...]:
        """What was read of a configuration stays; the other process reads it again."""
        config, wanted = self._run.config, self._wanted
        group = "" if wanted.group is None else wanted.group.name
        sent = wanted if wanted.group is None else wanted._replace(group=None, members=())
        path = config.paths[-1] if config.paths else None
        return _received, (path, self._run.options, self._run.today, sent, group, self._settings)

    def __call__(self, chunk: Chunk) -> ChunkResult:
        """Read a chunk and compare its services with the reference."""
        values, detector = self.read(chunk)
        added = with_sources(values.services, self._wanted.members, alone=False)
        files = self._files(values, detector, added)
        is_checked = not files.has_manifests and files.profile.name == self._settings.profile.name
        verdicts = self._verdicts(values, added) if is_checked else None
        for one in added.services:
            _forget_nodes(one)
        return ChunkResult(files, verdicts)

    def read(self, chunk: Chunk) -> tuple[ValuesServices, ProfileDetector]:
        """The values of a chunk, read with the profile that its files are read with so far."""
        wanted = self._wanted._replace(members=self._wanted.members[slice(*chunk)])
        folders = self._run.config.profile_folders
        detector = ProfileDetector.resumed(self._settings.profile, folders)
        return load_values(wanted, file_reader(wanted), detector, SILENT), detector

    def layered(self, chunk: Chunk) -> list[LayeredFiles]:
        """The documents of each service of a chunk."""
        members = self._wanted.members[slice(*chunk)]
        values, _ = self.read(chunk)
        return [one for member in members for one in layers_of(member, values.files)]

    @cached_property
    def reference(self) -> Service | None:
        """The reference, as it is read."""
        number = self._settings.reference
        if number is None:
            return None
        services = self.services((number, number + 1))
        return services[0] if len(services) == 1 else None

    def services(self, chunk: Chunk) -> tuple[Service, ...]:
        """The services of a chunk, as they are read."""
        values, _ = self.read(chunk)
        return with_sources(values.services, self._wanted.members, alone=False).services

    @property
    def reference_texts(self) -> tuple[SentText, ...]:
        """The files of the reference."""
        number = self._settings.reference
        if number is None:
            return ()
        values, _ = self.read((number, number + 1))
        documents = (one for each in values.files.values() for one in each.shown)
        return tuple(SentText(one.file, one.source.text) for one in documents)

    @cached_property
    def own_reference(self) -> Service | None:
        """The reference as the others are compared with it."""
        names = self._settings.names
        return names(self.reference) if names is not None and self.reference is not None else None

    @cached_property
    def rules(self) -> GroupRules:
        """The rules of the group."""
        return group_rules(self._settings.profile.name, self._wanted.group, "", self._run)

    def _files(self, values: ValuesServices, detector: ProfileDetector, added: Added) -> ChunkFiles:
        contents = values.files
        skipped = (
            Skipped(self._wanted.called(path), reason)
            for path, one in contents.items()
            for reason in one.skipped
        )
        problems = (problem for one in contents.values() for problem in one.problems)
        return ChunkFiles(
            detector.choice,
            tuple(map(send_service, added.services)),
            values.duplicate,
            values.doubts,
            any(one.manifests is not None for one in contents.values()),
            tuple(skipped),
            values.skipped,
            added.skipped,
            (*problems, *added.problems),
        )

    def _verdicts(self, values: ValuesServices, added: Added) -> ChunkVerdicts:
        run, rules, group = self._run, self.rules, self._wanted.name
        services, reference = self._named(added.services), self.own_reference
        documents = [one for each in values.files.values() for one in each.shown]
        outlier = outlier_vote(reference, rules, run)
        watched = watched_rules(documents, run)
        comparing = GroupComparison(reference, rules.active, watched, None, outlier)
        observed = observe(comparing.compare(services), services, reference, rules, run)
        index = observed.allowance_index
        judgement = Judgement(group, observed.comparison.occurrences, index)
        judged = tuple(self._judged(judgement))
        built_in = tuple(built_in_findings(group, services, reference, rules, observed, run))
        findings = [*(one for one in judged if isinstance(one, Finding)), *built_in]
        texts = _texts(documents, findings, observed.inline.allowances)
        return ChunkVerdicts(
            judged,
            built_in,
            frozenset(judgement.accepted),
            {} if outlier is None else send_votes(outlier, self._settings.asked),
            observed.comparison.matches,
            observed.evaluated,
            observed.inline.allowances,
            self._coverage(services, observed),
            b"" if reference is None else seen_leaves(reference, observed.comparison),
            observed.extra_keys,
            texts,
            tuple(SentText(one.file, one.source.text) for one in added.documents),
        )

    def _judged(self, judgement: Judgement) -> Iterable[Judged]:
        """What became of differences, as far as the report shows it."""
        if self._run.options.allowed or self._wanted.focus:
            return (one.finding() for one in judgement.results())
        return count_deviations(judgement.results())

    def _named(self, services: Sequence[Service]) -> list[Service]:
        """Services as they are compared: none calls itself by the reference's name."""
        names, reference = self._settings.names, self.own_reference
        if names is None or reference is None:
            return list(services)
        return [reference if s.name == reference.name else names(s) for s in services]

    def _coverage(self, services: Sequence[Service], observed: Observed) -> Coverage:
        others = [one for one in services if one is not self.own_reference]
        return account(others, observed.comparison, with_places=self._run.options.details)


def _forget_nodes(service: Service) -> None:
    """Let a service go: nobody looks for what is left in circles in a short run."""
    for root in service.roots:
        root.table.forget_nodes()


def _received(
    path: Path | None,
    options: CheckOptions,
    today: str,
    sent: FileGroup,
    group: str,
    settings: ChunkSettings,
) -> ChunkChecker:
    run = start_run(options, configuration.load(path), today)
    for one in run.config.groups:
        if one.name == group:
            sent = sent._replace(group=one, members=one.members)
    return ChunkChecker(sent, run, settings)


def _texts(
    documents: Sequence[Document], findings: Sequence[Finding], inline: Sequence[Allowance]
) -> tuple[SentText, ...]:
    """The files that a report shows lines of: an allowance in comments may turn out unused."""
    shown = [one for one in findings if one.status == "violation"]
    files = {one.location.file for one in shown}
    files.update(place.file for one in shown for _, place, _ in one.related)
    files.update(one.at.file for one in inline)
    return tuple(SentText(one.file, one.source.text) for one in documents if one.file in files)


class BaseFinder:
    """Looks in the chunks of a group for the files that others are overlays of."""

    def __init__(self, checker: ChunkChecker, keys: Sequence[Set[KeyPath]]) -> None:
        self._checker = checker
        self._keys = keys

    def __call__(self, chunk: Chunk) -> list[str]:
        """For each set of keys the first base in a chunk, or ""."""
        return bases_in(self._checker.layered(chunk), self._keys)
