"""Which part of its service each workload is, where services have a folder of several workloads.

A service may be an API, a worker and an outbox, in a folder called after it. Their names are that
of the service and a word for the part: ``api-orders`` and ``worker-orders`` in ``orders/`` beside
``api-users`` and ``worker-users`` in ``users/``. The worker is like the other workers, whatever
role its command shows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from deploylint.documents.regex import regex
from deploylint.model.service import Service

FEW = 3
"""In so many folders a word stands for a part."""

_WORD = regex(r"[^\W_]+")


def parts_of(services: Iterable[Service]) -> Mapping[str, str]:
    """The part of each service of a group by its name; "" of one that is called as its folder.

    None has one unless several folders hold the same parts; a word of one folder alone is no part.
    """
    folders = defaultdict[str, list[tuple[str, str]]](list)
    for service in services:
        folder = _folder(service)
        folders[folder].append((service.name, _part(service.name, folder)))
    often = Counter(part for each in folders.values() for part in {part for _, part in each})
    common = {part for part, count in often.items() if count >= FEW}
    alike = [len(common.intersection(part for _, part in each)) > 1 for each in folders.values()]
    if sum(alike) < FEW:
        return {}
    return {name: part for each in folders.values() for name, part in each if part in common}


def parts_or_folders(services: Sequence[Service]) -> Mapping[str, str]:
    """The part of each service by its name, or its folder, if there are parts at all.

    What is no part of a service is like what lies beside it.
    """
    parts = parts_of(services)
    if not parts:
        return {}
    return {one.name: parts.get(one.name, f"{_folder(one)}/") for one in services}


def _folder(service: Service) -> str:
    return service.files[0].rpartition("/")[0]


def _part(name: str, folder: str) -> str:
    """The words of a name without those of its folder and the folders above it."""
    above = {word for part in PurePosixPath(folder).parts for word in _words(part)}
    return "-".join(word for word in _words(name) if word not in above)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
