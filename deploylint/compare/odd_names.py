"""Names of Secrets and ConfigMaps that are written once, beside one that many places have.

What a name refers to may be anywhere, so only a slip of one letter is a fault, and only of what no
object of the group has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from deploylint.compare.oddities import ODD_KEY, Oddity
from deploylint.documents.nodes import Collection, Node, child_at, text_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import NearWords, is_near
from deploylint.model.own_name import SELF, with_service
from deploylint.model.service import Service
from deploylint.model.templates import is_variable

_LONGEST_WORD = 4
"""So many letters may be a word that another one only looks like."""

_SEVERAL = 3
"""In how many places a name is meant that is written in another way once."""

_MOST_OWN = 100
"""How many of the most common names with the service's own in them are looked at."""


_REFERENCES = frozenset(
    ("configMap", "configMapKeyRef", "configMapRef", "secretKeyRef", "secretRef")
)
"""The keys of what refers to an object by a name (EnvVarSource, EnvFromSource)."""


class _Reference(Record):
    """A name that a service writes, own names as ``{service}``, and where."""

    service: Service
    node: Node
    text: str


def misspelt_names(services: Sequence[Service]) -> Iterator[Oddity]:
    """The names that one place alone has, where several have one that lacks a letter of it."""
    names = [name for service in services for name in _names(service)]
    often = Counter(name.text for name in names)
    usual = {name.text: name for name in names if often[name.text] >= _SEVERAL}
    spelt = NearWords(usual)
    own = [text for text, _ in often.most_common(_MOST_OWN) if SELF in text and text in usual]
    defined = {text_of(child_at(root, "metadata", "name")) for s in services for root in s.roots}
    for name in names if usual else ():
        text = text_of(name.node)
        if often[name.text] > 1 or text in defined:
            continue
        near = [(form, form) for form in spelt.near(text)]
        near += [
            (form.replace(SELF, each), form) for each in name.service.own_names for form in own
        ]
        meant, form = next((pair for pair in near if _is_slip(text, pair[0])), ("", ""))
        if meant:
            message = f"{text!r} is written nowhere else; did you mean {meant!r}"
            message = f"{message}, as in {often[form]} places?"
            yield Oddity(name.service, ODD_KEY, name.node, message, usual[form].node)


def _names(service: Service) -> Iterator[_Reference]:
    """The names of Secrets and ConfigMaps that a service writes."""
    for root in service.roots:
        if type(root) is not Collection:
            continue
        table = root.table
        if _REFERENCES.isdisjoint(table.paths.names) and "secretName" not in table.paths.names:
            continue
        for row in range(root.row, root.end_row):
            path, text = table.paths[row], table.texts[row]
            above = path.parent
            is_name = path.name == "name" and above is not None and above.name in _REFERENCES
            is_name = (is_name or path.name == "secretName") and isinstance(text, str)
            if is_name and text and not is_variable(text):
                yield _Reference(service, table.node(row), with_service(text, service.own_names))


def _is_slip(name: str, other: str) -> bool:
    """Whether two names differ by a letter too many, or by the order of two, in a long word."""
    shorter, longer = sorted((name, other), key=len)
    added = Counter(longer) - Counter(shorter)
    unlike = added or [a for a, b in zip(name, other, strict=True) if a != b]
    is_long = max(map(len, shorter.replace(".", "-").split("-"))) > _LONGEST_WORD
    is_same = added.total() == len(longer) - len(shorter) and shorter != longer.removesuffix("s")
    return is_long and is_same and "".join(unlike).isalpha() and is_near(name, other, 1)
