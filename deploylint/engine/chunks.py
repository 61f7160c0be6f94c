"""A large group of values files, checked chunk by chunk, on several cores where there are some.

What comes of it is what comes of the whole group read at once. Where that takes more than one look
at each file (two services of one name, a reference that is the odd one, manifests, several files of
one service, a majority instead of a reference), nothing comes of it and the group is checked whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import reduce

from deploylint.documents.record import Record
from deploylint.engine.bare_service import SentComponent, SentService, bare_service
from deploylint.engine.chunk import (
    BaseFinder,
    Chunk,
    ChunkChecker,
    ChunkFiles,
    ChunkResult,
    ChunkSettings,
    ChunkVerdicts,
)
from deploylint.engine.coverage import Coverage, account_seen, merge_coverage, merge_seen
from deploylint.engine.discovery import STDIN, FileGroup
from deploylint.engine.group import GroupResult, outlier_vote
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.options import Run
from deploylint.engine.parallel import map_chunks
from deploylint.engine.peer_votes import merge_votes
from deploylint.engine.profile_choice import ProfileChoice, ProfileDetector
from deploylint.engine.reference import ReferenceChoice, choose
from deploylint.model.errors import Misread, UsageError
from deploylint.model.progress import Progress
from deploylint.model.service import Service
from deploylint.readers.helm import profile as profiles
from deploylint.readers.service import service_name
from deploylint.readers.service_names import group_names

SIZE = 250
"""How many files a chunk has."""

SAMPLE = 50
"""How many files settings are guessed from."""

ATTEMPTS = 2
"""How often a group is checked in chunks, where the settings that were guessed do not hold."""


class _Unsuited(Exception):
    """A group has to be checked whole."""


class _Settled(Record):
    """What all chunks say of a group as a whole."""

    settings: ChunkSettings
    chosen: ReferenceChoice
    group: DeploymentGroup


def check_in_chunks(
    wanted: FileGroup, profile: str, run: Run, progress: Progress
) -> GroupResult | None:
    """Check a large group of values files; ``profile`` is a name or "".

    None where it has to be checked whole.
    """
    if not _is_suited(wanted):
        return None
    try:
        settings = _guessed(wanted, profile, run)
        for _ in range(ATTEMPTS):
            checker = ChunkChecker(wanted, run, settings)
            results = _checked(checker, wanted, progress)
            settled = _settled(results, checker, settings, wanted, run)
            if settled.settings == settings:
                return _merged(results, checker, settled, run)
            settings = settled.settings
    except (_Unsuited, UsageError, Misread):  # told by who checks it whole
        pass
    return None


def _is_suited(wanted: FileGroup) -> bool:
    """Whether each service of a group has one file of its own."""
    files = wanted.files
    return (
        len(files) == len(wanted.members) == len(set(files))
        and not wanted.environment
        and STDIN not in files
    )


def _chunks(wanted: FileGroup) -> list[Chunk]:
    total = len(wanted.members)
    return [(first, min(first + SIZE, total)) for first in range(0, total, SIZE)]


def _checked(checker: ChunkChecker, wanted: FileGroup, progress: Progress) -> list[ChunkResult]:
    chunks, total = _chunks(wanted), len(wanted.members)
    results = list[ChunkResult]()
    progress.report("checking services:", 0, total)
    for (_, end), result in zip(chunks, map_chunks(checker, chunks), strict=True):
        progress.report("checking services:", end, total)
        if result.files.has_manifests:
            raise _Unsuited
        results.append(result)
    return results


# --- settings -------------------------------------------------------------------------------------


def _guessed(wanted: FileGroup, profile: str, run: Run) -> ChunkSettings:
    """The settings as the first files of a group have them."""
    detector = ProfileDetector(profile, run.config.profile_folders)
    reference = _reference_member(wanted, run)
    settings = ChunkSettings(detector.choice, reference, None, {})
    values, detector = ChunkChecker(wanted, run, settings).read((0, SAMPLE))
    if any(one.manifests is not None for one in values.files.values()):
        raise _Unsuited
    return _with_reference(settings._replace(profile=detector.choice), wanted, run)


def _reference_member(wanted: FileGroup, run: Run) -> int | None:
    """The number of the member that the others follow, by names and files alone."""
    services = tuple(_stand_in(wanted, number) for number in range(len(wanted.members)))
    chosen = choose(_group(wanted, services, run), run.options.reference, run.config)
    if chosen.service is None and not chosen.alone:
        raise _Unsuited
    return None if chosen.service is None else services.index(chosen.service)


def _stand_in(wanted: FileGroup, number: int) -> Service:
    """A service as the name of its file tells it."""
    member = wanted.members[number]
    file = wanted.called(member.files[0])
    name = member.stated.name if member.stated is not None else ""
    main = SentComponent("server", "", "server", True)
    return bare_service(
        SentService(name or service_name(file), (file,), "", (), "", "values", (main,))
    )


def _with_reference(settings: ChunkSettings, wanted: FileGroup, run: Run) -> ChunkSettings:
    """Settings with what the first services call themselves, and what peers are asked of."""
    if settings.reference is None:
        return settings._replace(names=None, asked={})
    checker = ChunkChecker(wanted, run, settings)
    services, reference = checker.services((0, SAMPLE)), checker.reference
    if reference is None:
        raise _Unsuited
    names = group_names(services, reference)
    settings = settings._replace(names=names)
    checker = ChunkChecker(wanted, run, settings)
    vote = outlier_vote(checker.own_reference, checker.rules, run)
    if vote is None:
        return settings._replace(asked={})
    vote.count(names(one) for one in services)
    return settings._replace(asked=vote.asked_elements())


def _settled(
    results: Sequence[ChunkResult],
    checker: ChunkChecker,
    settings: ChunkSettings,
    wanted: FileGroup,
    run: Run,
) -> _Settled:
    """What all chunks say. Raises _Unsuited, and what ``choose`` raises."""
    files = [one.files for one in results]
    profile = min((one.profile for one in files), key=lambda one: one.rank)
    if profile.name != settings.profile.name:
        found = _with_reference(settings._replace(profile=profile), wanted, run)
        return _Settled(found, ReferenceChoice(None, ""), _group(wanted, (), run))
    services = tuple(bare_service(one) for each in files for one in each.services)
    _check_names(files, services)
    _check_bases(files, checker, wanted)
    group = _whole(wanted, services, files, profile, run)
    chosen = choose(group, run.options.reference, run.config)
    if chosen.voted:
        raise _Unsuited
    reference = checker.reference
    if chosen.service is None or reference is None:
        if chosen.service is not None or reference is not None:
            raise _Unsuited
        return _Settled(settings, chosen, group)
    if (chosen.service.name, chosen.service.files) != (reference.name, reference.files):
        raise _Unsuited
    names = group_names(services, reference)
    return _Settled(settings._replace(names=names), chosen, group)


def _check_names(files: Iterable[ChunkFiles], services: Sequence[Service]) -> None:
    """Raises _Unsuited where two services have one name, or there is none."""
    names = {one.name for one in services}
    if len(names) < len(services) or not services or any(one.duplicate for one in files):
        raise _Unsuited


def _check_bases(files: Sequence[ChunkFiles], checker: ChunkChecker, wanted: FileGroup) -> None:
    """Raises _Unsuited where a file is an overlay of one in another chunk."""
    doubts = [doubt for one in files for doubt in one.doubts]
    if not doubts:
        return
    finder = BaseFinder(checker, [one.keys for one in doubts])
    found = [""] * len(doubts)
    for bases in map_chunks(finder, _chunks(wanted)):
        found = [first or base for first, base in zip(found, bases, strict=True)]
    if found != [one.base for one in doubts]:
        raise _Unsuited


# --- all chunks together --------------------------------------------------------------------------


def _group(wanted: FileGroup, services: tuple[Service, ...], run: Run) -> DeploymentGroup:
    """A group of which nothing but its services is known."""
    detector = ProfileDetector("", run.config.profile_folders)
    return _whole(wanted, services, (), detector.choice, run)


def _whole(
    wanted: FileGroup,
    services: tuple[Service, ...],
    files: Sequence[ChunkFiles],
    profile: ProfileChoice,
    run: Run,
) -> DeploymentGroup:
    skipped = (
        wanted.skipped,
        *(one.skipped for one in files),
        *(one.no_services for one in files),
        *(one.no_sources for one in files),
    )
    return DeploymentGroup(
        name=wanted.name,
        shape="values",
        profile=profiles.load(profile.name, run.config.profile_folders),
        profile_because=profile.because,
        services=services,
        skipped=tuple(one for some in skipped for one in some),
        problems=tuple(dict.fromkeys(problem for one in files for problem in one.problems)),
        documents=(),
        sources=(),
        focus=wanted.focus,
        group=wanted.group,
    )


def _merged(
    results: Sequence[ChunkResult], checker: ChunkChecker, settled: _Settled, run: Run
) -> GroupResult:
    """What all chunks come to. Raises _Unsuited where the reference is the odd one."""
    parts = [one.verdicts for one in results if one.verdicts is not None]
    reference, rules = checker.own_reference, checker.rules
    vote = outlier_vote(reference, rules, run)
    if vote is not None:
        merge_votes(vote, (one.votes for one in parts))
        if vote.differences(frozenset().union(*(one.accepted for one in parts))):
            raise _Unsuited
    matches = Counter[tuple[str, str]]()
    for one in parts:
        matches.update(one.matches)
    inline = {a.id: a for one in parts for a in one.inline}
    findings = [finding for one in parts for finding in one.judged]
    built_in = [finding for one in parts for finding in one.built_in]
    return GroupResult(
        set=_with_documents(settled.group, parts, checker),
        chosen=settled.chosen,
        reference=reference,
        rules=frozenset(rule.id for rule in rules.active),
        matches=matches,
        coverage=merge_coverage(
            [*(one.coverage for one in parts), *_of_reference(parts, reference, run)]
        ),
        majority=None,
        judged=[evaluated for one in parts for evaluated in one.evaluated],
        findings=[*findings, *built_in],
        inline=tuple(inline.values()),
        extra_keys=tuple(key for one in parts for key in one.extra_keys),
    )


def _of_reference(
    parts: Sequence[ChunkVerdicts], reference: Service | None, run: Run
) -> list[Coverage]:
    """The coverage of the reference, with which every chunk was compared."""
    if reference is None:
        return []
    seen = reduce(merge_seen, (one.reference_seen for one in parts))
    return [account_seen([(reference, seen)], with_places=run.options.details)]


def _with_documents(
    group: DeploymentGroup, parts: Sequence[ChunkVerdicts], checker: ChunkChecker
) -> DeploymentGroup:
    """A group with the files that its findings point at."""
    texts = {one.file: one for part in parts for one in (*checker.reference_texts, *part.texts)}
    sources = {one.file: one for part in parts for one in part.sources}
    return group._replace(
        documents=tuple(one.document() for one in texts.values()),
        sources=tuple(one.document() for one in sources.values()),
    )
