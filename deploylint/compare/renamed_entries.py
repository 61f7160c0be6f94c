"""Objects of a chart that nearly all siblings call by one name, and few by another.

Some charts make an object of each entry of a mapping, as the common library of home-operations of
``service: {app: ...}``. Where siblings have one entry each, its name is what other keys and patches
refer to it by. One that is called after its use (``mqtt``) is no slip of a name without a meaning.
The keys of such mappings are ``OBJECTS``, the names ``OBJECT_NAMES``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from deploylint.compare.oddity import MANY, ODD_KEY, Oddity
from deploylint.compare.service_keys import Path, ServiceKeys
from deploylint.compare.votes import is_majority
from deploylint.model.fields import OBJECT_NAMES, OBJECTS
from deploylint.model.format import share_of
from deploylint.model.locations import dotted_path


def renamed_entries(every: Sequence[ServiceKeys]) -> Iterator[Oddity]:
    """The objects that few of some services call otherwise than most."""
    by_path = defaultdict[Path, list[ServiceKeys]](list)
    for keys in every:
        for path in keys.outline.only_entries:
            if path[-1] in OBJECTS:
                by_path[path].append(keys)
    for path, asked in by_path.items():
        often = Counter(keys.outline.only_entries[path] for keys in asked)
        usual, count = often.most_common(1)[0]
        if len(asked) >= MANY and is_majority(count, len(asked)):
            yield from _called_otherwise(path, usual, asked)


def _called_otherwise(path: Path, usual: str, asked: Sequence[ServiceKeys]) -> Iterator[Oddity]:
    """The objects at a path that are not called as usual, and have keys that the others have."""
    wanted = (*path, usual)
    others = [keys for keys in asked if keys.outline.only_entries[path] == usual]
    known = {name for keys in others for name in keys.outline.entries[wanted]}
    for keys in asked:
        name = keys.outline.only_entries[path]
        is_odd = name != usual and name in OBJECT_NAMES
        if not is_odd or known.isdisjoint(keys.outline.entries[*path, name]):
            continue
        share = share_of(len(others), len(asked))
        message = f"{dotted_path((*path, name))} is {dotted_path(wanted)} in {share}"
        at, other = keys.entry((*path, name)).key, others[0].entry(wanted).key
        yield Oddity(keys.service, ODD_KEY, at, message, other)
