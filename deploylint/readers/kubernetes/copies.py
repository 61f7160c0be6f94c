"""What several files of a set define: once too often, in variants, or in a copy of the set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence, Set
from pathlib import PurePath

from deploylint.documents.nodes import child, items_of, text_of
from deploylint.documents.regex import regex
from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.kubernetes.objects import Object

_ALONE = 1
"""A file of so many workloads is no copy of a set."""

Identity = tuple[str, str, str]
"""What a cluster tells workloads apart by: kind, namespace and name."""


def first_definitions(
    workloads: Sequence[Object],
) -> tuple[list[Object], tuple[tuple[Object, Object], ...]]:
    """The first definition of each workload, and each other one after it.

    Of files that are variants, the one that is deployed or has fewer words is the first.
    """
    first = dict[Identity, Object]()
    others = list[Object]()
    for workload in workloads:
        kept = first.setdefault(_identity(workload), workload)
        if kept.node is workload.node:
            continue
        if _rank(workload) < _rank(kept) and are_variants(kept, workload):
            first[_identity(workload)], workload = workload, kept
        others.append(workload)
    return list(first.values()), tuple((first[_identity(each)], each) for each in others)


def are_variants(first: Object, other: Object) -> bool:
    """Whether two files are variants: each defines the object, and one of them is deployed.

    So are examples, and files that differ in words that name nothing in the object, as
    ``deployment-tls.yaml``. Two files that a kustomization deploys together are not, nor is a copy
    that somebody forgot, as ``deployment-copy.yaml``, nor one that is called like another service.
    """
    if first.file == other.file or (first.is_listed and other.is_listed):
        return False
    paths = PurePath(first.file), PurePath(other.file)
    if all(not _EXAMPLES.isdisjoint(path.parts[:-1]) for path in paths):
        return True
    words, more = (_words(path.stem) for path in paths)
    differing = {*words} ^ {*more}
    if paths[0].parent != paths[1].parent or not {*words} & {*more} or not differing:
        return False
    if differing & (_LEFT_OVER | _own_words(first) | _own_words(other)):
        return False
    short, long = sorted((words, more), key=len)
    kinds = {first.kind.lower(), *table().object_words, *_SHORT}
    return not {*short} <= {*long} or (long[: len(short)] == short and short[-1] in kinds)


_EXAMPLES = frozenset(("example", "examples", "sample", "samples"))
"""The folders of files that are each used alone."""

_SHORT = ("cm", "deploy", "deployment", "ds", "ing", "po", "sts")
"""More words for kinds, of ``kubectl api-resources``."""

_LEFT_OVER = frozenset(("backup", "bak", "copy", "new", "old", "orig", "tmp", *"0123456789"))
"""The words of files that were forgotten where ``kubectl apply -f FOLDER`` deploys them, too."""

_WORD = regex("[a-z0-9]+")


def _rank(item: Object) -> tuple[bool, bool, int]:
    """What is deployed comes first, then what has fewer words in its name."""
    is_listed = item.is_listed
    return is_listed is False, is_listed is None, len(_words(PurePath(item.file).stem))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _own_words(item: Object) -> Set[str]:
    """The words that name what an object is or runs."""
    words = {word for name in (item.name, *item.all_labels.values()) for word in _words(name)}
    for container in item.containers:
        image = text_of(child(container, "image")).rpartition("/")[2].partition(":")[0]
        words.update(_words(image), _words(text_of(child(container, "name"))))
        lines = (items_of(child(container, key)) for key in ("command", "args"))
        words.update(text_of(part).lower() for line in lines for part in line)
    return words


def copies(workloads: Sequence[Object]) -> tuple[str, ...]:
    """The files with several workloads, if other files define at least half of them."""
    repeated = list[str]()
    while True:
        rest = [workload for workload in workloads if workload.file not in repeated]
        files = defaultdict[Identity, set[str]](set)
        for workload in rest:
            files[_identity(workload)].add(workload.file)
        size = Counter(workload.file for workload in rest)
        shared = Counter(file for those in files.values() if len(those) > 1 for file in those)
        several = (file for file in size if size[file] > _ALONE)
        repeating = [file for file in several if 2 * shared[file] >= size[file]]
        if not repeating:
            return tuple(repeated)
        repeated.append(max(repeating, key=lambda file: shared[file]))


def _identity(workload: Object) -> Identity:
    return workload.kind, workload.namespace, workload.name
