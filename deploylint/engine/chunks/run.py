"""Checks a large group of files chunk by chunk, on several cores where there are some.

The result is that of the whole group read at once. A group is not checked in chunks where that
takes more than one look at each file: with two services of one name, a reference that is an
outlier, several values files of one service, or a majority instead of a reference. The objects of
manifests that have to do with each other are in one chunk (``links``); where they are far
apart, or may mean something in any other file, the group is checked whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from deploylint.engine.chunks.bare_service import NOWHERE, bare_component
from deploylint.engine.chunks.chunk import (
    BaseFinder,
    ChunkChecker,
    ChunkFiles,
    ChunkFindings,
    ChunkResult,
    ChunkSettings,
    ReferenceFiles,
)
from deploylint.engine.chunks.links import Chunk, chunks_of, is_open, joined_files, range_around
from deploylint.engine.chunks.parallel import map_chunks
from deploylint.engine.chunks.peer_votes import merge_votes
from deploylint.engine.coverage import Coverage, account_seen, merge_coverage, merge_seen
from deploylint.engine.discovery import STDIN, FileGroup, is_kustomization
from deploylint.engine.group import GroupCheck, GroupResult, PartResult
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import Run
from deploylint.engine.profile_choice import ProfileChoice, ProfileDetector
from deploylint.engine.reference import ReferenceChoice, choose_reference
from deploylint.model.errors import Misread, UsageError
from deploylint.model.progress import Progress
from deploylint.model.service import Service
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.profile import Profile
from deploylint.readers.service import service_name
from deploylint.readers.service_names import group_names

SIZE = 250
"""How many files a chunk has."""

LARGEST = 4
"""How much larger a chunk may be with files that have to be read together."""

SAMPLE = 10
"""How many files settings are guessed from."""

ATTEMPTS = 2
"""How often a group is checked in chunks, where the settings that were guessed do not hold."""


class _Unsuited(Exception):
    """A group has to be checked whole."""


Settled = tuple[ChunkSettings, ReferenceChoice, DeploymentGroup]
"""The facts about a whole group that all chunks agree on."""


def check_in_chunks(
    group: FileGroup, profile: str, run: Run, progress: Progress
) -> GroupResult | None:
    """Check a large group; ``profile`` is a name or "".

    None where it has to be checked whole.
    """
    if not _is_suited(group):
        return None
    try:
        settings = _guessed(group, profile, run)
        for _ in range(ATTEMPTS):
            checker = ChunkChecker(group, run, settings)
            results = _checked(checker, settings, progress)
            settled, chosen, loaded = _settled(results, checker, settings, group, run)
            if settled == settings:
                return _merged(results, checker, chosen, loaded)
            settings = settled
    except (_Unsuited, UsageError, Misread):  # an error is raised again by the check of the whole
        pass
    return None


def _is_suited(group: FileGroup) -> bool:
    """Whether each service of a group has one file of its own, and is compared with one other."""
    files = group.every_file
    return (
        (group.configured is None or not group.configured.guests)
        and len(files) == len(group.members) == len(set(files))
        and not group.environment
        and STDIN not in files
        and not any(map(is_kustomization, files))
    )


def _checked(
    checker: ChunkChecker, settings: ChunkSettings, progress: Progress
) -> list[ChunkResult]:
    chunks, total = settings.chunks, settings.chunks[-1][1]
    results = list[ChunkResult]()
    progress.report("checking services:", 0, total)
    for (_, end), result in zip(chunks, map_chunks(checker, chunks), strict=True):
        progress.report("checking services:", end, total)
        if not result.shapes <= {settings.shape} or result.clashes:
            raise _Unsuited
        results.append(result)
    return results


# --- settings -------------------------------------------------------------------------------------


def _guessed(group: FileGroup, profile: str, run: Run) -> ChunkSettings:
    """The settings as the first files of a group have them."""
    detector = ProfileDetector(profile, run.config.profile_folders)
    chunks = chunks_of([False] * (len(group.members) + 1), SIZE)
    reference = _reference_files(group, run)
    settings = ChunkSettings(detector.choice, "values", reference, None, {}, chunks)
    checker = ChunkChecker(group, run, settings)
    files = checker.read((0, SAMPLE))
    if any(contents.manifests is not None for contents in files.values.files.values()):
        settings = settings._replace(shape="manifests")
        files = checker.with_manifests(files, (0, SAMPLE))
    return _with_reference(settings._replace(profile=files.profile), group, run, files)


def _reference_files(group: FileGroup, run: Run) -> ReferenceFiles | None:
    """The file of the reference, by names and files alone; None for a service of another name.

    Raises _Unsuited for a group that has none.
    """
    services = tuple(_stand_in(group, number) for number in range(len(group.members)))
    loaded = _unread_group(group, services, run)
    try:
        chosen = choose_reference(loaded, run.options.reference, run.config)
    except UsageError:
        return None
    if chosen.voted:
        raise _Unsuited
    if chosen.service is None:
        return None
    number = services.index(chosen.service)
    return ReferenceFiles((number, number + 1), "")


def _stand_in(group: FileGroup, number: int) -> Service:
    """A service by its configured name or by the name of its file."""
    member = group.members[number]
    file = group.file_name(member.files[0])
    name = member.stated.name if member.stated is not None else ""
    main = bare_component("server", "", "server", True)
    return Service(name or service_name(file), (file,), "", "", (), (main,), (), NOWHERE)


def _with_reference(
    settings: ChunkSettings, group: FileGroup, run: Run, files: ChunkFiles | None = None
) -> ChunkSettings:
    """Settings with what the first services call themselves, and the elements peers vote on.

    They have no reference if its manifests have to be read with those of other files. The first
    ``files`` are read where they were not yet.
    """
    checker = ChunkChecker(group, run, settings)
    reference = checker.reference
    if settings.reference is None or reference is None:
        if settings.reference is not None and settings.shape == "values":
            raise _Unsuited
        return settings._replace(reference=None, names=None, asked={})
    services = checker.services(files or checker.read((0, SAMPLE)))
    names = group_names(services, reference)
    named = settings.reference._replace(name=reference.name)
    settings = settings._replace(reference=named, names=names)
    vote = ChunkChecker(group, run, settings).check.outlier_vote()
    if vote is None:
        return settings._replace(asked={})
    vote.count(names(service) for service in services)
    return settings._replace(asked=vote.asked_elements())


def _settled(
    results: Sequence[ChunkResult],
    checker: ChunkChecker,
    settings: ChunkSettings,
    group: FileGroup,
    run: Run,
) -> Settled:
    """The facts of all chunks. Raises _Unsuited, and what ``choose_reference`` raises."""
    profile = min((result.profile for result in results), key=lambda choice: choice.rank)
    if profile.name != settings.profile.name:
        again = _with_reference(settings._replace(profile=profile), group, run)
        return again, ReferenceChoice(None, ""), _unread_group(group, (), run)
    services = tuple(service for result in results for service in result.services)
    _check_names(results, services)
    _check_bases(results, checker, settings.chunks)
    joined, chunks = _joined(results, settings.chunks)
    settings = settings._replace(chunks=chunks)
    loaded = _whole(group, services, results, profile, run)
    chosen = choose_reference(loaded, run.options.reference, run.config)
    if chosen.voted or (chosen.service is None and settings.reference is not None):
        raise _Unsuited
    if chosen.service is not None:
        number = _number(group, chosen.service)
        files = ReferenceFiles(range_around(number, joined), chosen.service.name)
        if settings.reference is None or settings.reference.name != files.name:
            settings = _with_reference(settings._replace(reference=files), group, run)
        settings = settings._replace(reference=files)
        reference = ChunkChecker(group, run, settings).reference
        if reference is None:
            raise _Unsuited
        settings = settings._replace(names=group_names(services, reference))
    return settings, chosen, loaded


def _joined(
    results: Sequence[ChunkResult], chunks: tuple[Chunk, ...]
) -> tuple[Sequence[bool], tuple[Chunk, ...]]:
    """Which files have to be read with the one before, and chunks that keep these together.

    Raises _Unsuited where that may be all of them.
    """
    links = [result.links for result in results if result.links is not None]
    joined = joined_files(links, chunks[-1][1])
    if not any(joined[end] for _, end in chunks):
        if is_open(links):
            raise _Unsuited
        return joined, chunks
    chunks = chunks_of(joined, SIZE)
    if max(end - first for first, end in chunks) > LARGEST * SIZE:
        raise _Unsuited
    return joined, chunks


def _number(group: FileGroup, service: Service) -> int:
    """The number of the member that a service is read from."""
    files = (group.file_name(member.files[0]) for member in group.members)
    return next(number for number, file in enumerate(files) if file == service.files[0])


def _check_names(results: Iterable[ChunkResult], services: Sequence[Service]) -> None:
    """Raises _Unsuited where two services have one name, or there are no two."""
    names = {service.name for service in services}
    if not 1 < len(names) == len(services) or any(result.duplicates for result in results):
        raise _Unsuited


def _check_bases(
    results: Sequence[ChunkResult], checker: ChunkChecker, chunks: Sequence[Chunk]
) -> None:
    """Raises _Unsuited where a file is an overlay of one in another chunk."""
    doubts = [doubt for result in results for doubt in result.doubts]
    if not doubts:
        return
    finder = BaseFinder(checker, [doubt.keys for doubt in doubts])
    each = zip(*map_chunks(finder, chunks), strict=True)
    if [next(filter(None, bases), "") for bases in each] != [doubt.base for doubt in doubts]:
        raise _Unsuited


# --- all chunks together --------------------------------------------------------------------------


def _unread_group(group: FileGroup, services: tuple[Service, ...], run: Run) -> DeploymentGroup:
    """A group with nothing but its services."""
    detector = ProfileDetector("", run.config.profile_folders)
    return _whole(group, services, (), detector.choice, run)


def _whole(
    group: FileGroup,
    services: tuple[Service, ...],
    results: Sequence[ChunkResult],
    profile: ProfileChoice,
    run: Run,
) -> DeploymentGroup:
    by_kind = zip(*(result.skipped for result in results), strict=True)
    skipped = (skip for kind in by_kind for chunk in kind for skip in chunk)
    as_manifests = next((result.because for result in results if result.because), "")
    return DeploymentGroup(
        name=group.name,
        shape="manifests" if as_manifests else "values",
        profile=_profile(profile, run, is_values=not as_manifests),
        profile_because=as_manifests or profile.because,
        services=services,
        skipped=(*group.skipped, *skipped),
        problems=tuple(dict.fromkeys(problem for result in results for problem in result.problems)),
        focus=group.focus,
        configured=group.configured,
    )


def _profile(choice: ProfileChoice, run: Run, *, is_values: bool) -> Profile:
    if is_values:
        return profiles.load(choice.name, run.config.profile_folders)
    from deploylint.readers.kubernetes.catalogue import table  # few large groups are manifests

    return table().profile


def _merged(
    results: Sequence[ChunkResult],
    checker: ChunkChecker,
    chosen: ReferenceChoice,
    group: DeploymentGroup,
) -> GroupResult:
    """The result of all chunks. Raises _Unsuited where the reference is an outlier."""
    parts = [result.findings for result in results if result.findings is not None]
    check = checker.check
    vote = check.outlier_vote()
    if vote is not None:
        merge_votes(vote, (part.votes for part in parts))
        if vote.differences(frozenset().union(*(part.accepted for part in parts))):
            raise _Unsuited
    return GroupResult(
        loaded=_with_documents(group, parts, checker),
        chosen=chosen,
        reference=check.reference,
        rules=frozenset(rule.id for rule in check.active),
        majority=None,
        outcome=_merged_result(parts, check),
    )


def _merged_result(parts: Sequence[ChunkFindings], check: GroupCheck) -> PartResult:
    results = [part.outcome for part in parts]
    same = dict[tuple[int, ...], tuple[int, ...]]()
    inline = {allowance.id: allowance for result in results for allowance in result.inline}
    coverage = [*(result.coverage for result in results), *_of_reference(parts, check)]
    return PartResult(
        findings=[finding for result in results for finding in result.findings],
        counts={
            service: same.setdefault(counts, counts)
            for result in results
            for service, counts in result.counts.items()
        },
        evaluated=[evaluated for result in results for evaluated in result.evaluated],
        coverage=merge_coverage(coverage),
        inline=tuple(inline.values()),
        extra_keys=tuple(key for result in results for key in result.extra_keys),
    )


def _of_reference(parts: Sequence[ChunkFindings], check: GroupCheck) -> list[Coverage]:
    """The coverage of the reference, with which every chunk was compared."""
    if check.reference is None:
        return []
    seen = reduce(merge_seen, (part.reference_seen for part in parts))
    return [account_seen([(check.reference, seen)], with_places=check.run.options.details)]


def _with_documents(
    group: DeploymentGroup, parts: Sequence[ChunkFindings], checker: ChunkChecker
) -> DeploymentGroup:
    """A group with the files of its findings."""
    every = (*checker.reference_documents, *(file for part in parts for file in part.documents))
    documents = {document.file: document for document in every}
    sources = {source.file: source for part in parts for source in part.sources}
    return group._replace(documents=tuple(documents.values()), sources=tuple(sources.values()))
