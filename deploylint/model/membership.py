"""Whether one item is among a set, where that is more than being spelled like one of its members.

Functions of (all known members of the set, the item): None where that is not decided.
To add one, write a function, and name it at its type in ``types``.
"""

import re

from deploylint.documents.suggest import nearest

SHORTEST = 5
"""How many letters a name needs for a similar one to be a misspelling of it."""


def programs(every: frozenset[str], program: str) -> bool | None:
    """Whether a program is a known one, by its name without its folder.

    Only a misspelling is not: other programs may be installed by other means.
    """
    name = program.rpartition("/")[2]
    if name in every:
        return True
    return False if len(name) >= SHORTEST and nearest(name, every) else None


def modules(every: frozenset[str], application: str) -> bool | None:
    """Whether some modules, and names in them, hold an application, ``module:name`` or dotted.

    None for one of another package, which may be installed.
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
            re.fullmatch(re.escape(part).replace(r"\{\}", "[^/]+"), text)
            for part, text in zip(parts, wanted, strict=True)
        )
        for parts in map(_parts, every)
    )


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")


def ports(every: frozenset[str], port: str) -> bool | None:
    """Whether a port is among some; None for a name, which stands for another value."""
    return port in every if port.isdecimal() else None
