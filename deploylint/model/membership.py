"""Whether one item is among a set, where that is more than being spelt like one of its members.

Functions of (all that is known of the set, the item): None where the item says nothing of its own.
To add one, write a function, and name it at its type in ``types``.
"""

import re

from deploylint.documents.suggest import nearest

SHORTEST = 5
"""Letters of a program's name that a misspelling can be told from another name by."""


def programs(every: frozenset[str], program: str) -> bool | None:
    """Whether a program is one of those that are known, by its name without its folder.

    Only one that is spelt nearly alike is none: others may be there by other means.
    """
    name = program.rpartition("/")[2]
    if name in every:
        return True
    return False if len(name) >= SHORTEST and nearest(name, every) else None


def modules(every: frozenset[str], application: str) -> bool | None:
    """Whether some modules, and names in them, hold an application, ``module:name`` or dotted.

    None for one of a package that none of them is of: it may be installed.
    """
    wanted = application.partition("(")[0].replace(":", ".")
    if wanted in every:
        return True
    top = wanted.partition(".")[0]
    return False if top in every else None


def routes(every: frozenset[str], path: str) -> bool:
    """Whether one of some routes answers a path; ``{}`` is any one part of it."""
    wanted = _parts(path.partition("?")[0])
    return any(
        len(parts) == len(wanted)
        and all(
            re.fullmatch(re.escape(mine).replace(r"\{\}", "[^/]+"), theirs)
            for mine, theirs in zip(parts, wanted, strict=True)
        )
        for parts in map(_parts, every)
    )


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")


def ports(every: frozenset[str], port: str) -> bool | None:
    """Whether a port is among some; a name stands for one that is said elsewhere."""
    return port in every if port.isdecimal() else None
