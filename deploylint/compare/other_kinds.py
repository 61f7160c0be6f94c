"""Which services of a chart are of another kind than the others, by the word for that in values.

A chart of several kinds of services takes other keys for each: ``appType: java``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set

from deploylint.compare.service_keys import Outline, Path, ServiceKeys
from deploylint.documents.regex import regex

MOST_OTHERS = 5
"""More services than these show what kind a service is of."""

_SAYS_KIND = regex(r"(?i).*(?:type|kind)")


def names_of_other_kinds(
    every: Sequence[ServiceKeys], missing: Mapping[Outline, Collection[Path]]
) -> Set[str]:
    """The names of services without the word that all others have, and without more of their keys.

    One more key is a slip. ``missing`` are the keys that each outline lacks.
    """
    return {
        keys.service.name
        for keys in _of_another_word(every)
        if sum(not _says_kind(path) for path in missing[keys.outline]) > 1
    }


def _of_another_word(every: Sequence[ServiceKeys]) -> Iterator[ServiceKeys]:
    """The values without the word that all others have for the kind of their service."""
    if len(every) <= MOST_OTHERS or any(keys.service.shape != "values" for keys in every):
        return
    outlines = dict.fromkeys(keys.outline for keys in every)
    paths = dict.fromkeys(path for outline in outlines for path in outline.places)
    for path in filter(_says_kind, paths):
        words = [keys.text(path) if path in keys.outline.places else None for keys in every]
        (word, count), *others = Counter(words).most_common(2)
        if word is not None and others and count == len(every) - 1:
            yield every[words.index(others[0][0])]


def _says_kind(path: Path) -> bool:
    """Whether a key at the root of values says what kind of service they are of."""
    return len(path) == 1 and _SAYS_KIND.fullmatch(path[0]) is not None
