"""Names of other objects that are written once, beside one that several places have.

What a name refers to may be anywhere, so only a slip of a letter is a fault, and only of what no
object of the group has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from deploylint.compare.oddity import ODD_KEY, Oddity, whole_document, writers
from deploylint.documents.grouping import items_by_key
from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import Collection, Node, child_at, text_of
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.documents.suggest import SHORTEST, NearWords, is_misspelt, is_slip, misspelt_word
from deploylint.model.own_name import SELF, with_service
from deploylint.model.service import Service

_SEVERAL, _MANY = 2, 3
"""In how many places a name is meant that is written in another way once, also in a short word."""

_MOST_OWN = 100
"""How many of the most common names with the service's own in them are looked at."""

_MOST_FILES = 1_000
"""How many kinds of files are remembered."""


class _Reference(Record):
    """A name that a service writes, own names as ``{service}``, what has it, and where."""

    service: Service
    node: Node
    kind: str
    text: str

    @property
    def key(self) -> tuple[str, str]:
        """What is equal of references to one object."""
        return self.kind, self.text


def misspelt_names(services: Sequence[Service]) -> Iterator[Oddity]:
    """The names that one place alone has, where several have one that differs by a letter of it."""
    written_by = writers(services)
    names = [name for service in services for name in _names(service, written_by)]
    often = Counter(name.key for name in names)
    usual = [name for name in names if often[name.key] >= _SEVERAL]
    defined = {text_of(child_at(root, "metadata", "name")) for s in services for root in s.written}
    written = Counter((name.kind, text_of(name.node)) for name in names)  # own names too
    single = (
        name
        for name in names
        if often[name.key] == written[name.kind, text_of(name.node)] == 1
        and text_of(name.node) not in defined
    )
    yield from _slips(single, usual, often, "is written nowhere else")


def misspelt_beside(reference: Service, services: Sequence[Service]) -> Iterator[Oddity]:
    """The names of services that their reference has but for a letter."""
    written_by = writers([reference, *services])
    usual = list(_names(reference, written_by))
    known = {name.key for name in usual}
    names = (
        name
        for service in (services if usual else ())
        if service is not reference
        for name in _names(service, written_by)
        if name.key not in known and not _is_of(name.node, service)
    )
    yield from _slips(names, usual, {}, "is not in the reference")


def _is_of(name: Node, service: Service) -> bool:
    """Whether a service has the object of a name."""
    text = text_of(name)
    return any(text_of(child_at(root, "metadata", "name")) == text for root in service.roots)


def _slips(
    names: Iterable[_Reference],
    usual: Iterable[_Reference],
    often: Mapping[tuple[str, str], int],
    what: str,
) -> Iterator[Oddity]:
    """The names that are a slip of a usual one; ``often`` is in how many places each is."""
    right = {name.key: name for name in usual}
    known = {kind: NearWords(texts) for kind, texts in items_by_key(right).items()}
    common = sorted(right, key=lambda key: (-often.get(key, 0), key))[:_MOST_OWN]
    own = [(kind, form) for kind, form in common if SELF in form]
    for name in names if right else ():
        text = text_of(name.node)
        near = list(known[name.kind].near(text)) if name.kind in known else []
        of_kind = [form for kind, form in own if kind == name.kind]
        forms = [(form, form) for form in near]
        forms += [
            (form.replace(SELF, own), form) for own in name.service.own_names for form in of_kind
        ]
        for meant, form in forms:
            count = often.get((name.kind, form), 0)
            if _is_slip(text, meant, count):
                where = f"in {count} places" if count else "there"
                message = f"{text!r} {what}; did you mean {meant!r}, as {where}?"
                yield Oddity(name.service, ODD_KEY, name.node, message, right[name.kind, form].node)
                break


def _names(service: Service, written_by: Mapping[int, int]) -> Iterator[_Reference]:
    """The names of other objects that a service writes, also around the values of a release."""
    for root in (whole_document(own, written_by) for own in service.written):
        if type(root) is Collection:
            table = root.table
            for row, kind in _rows(table.paths[root.row : root.end_row]):
                text = table.texts[root.row + row]
                if isinstance(text, str) and _NAME.fullmatch(text):
                    node = table.node(root.row + row)
                    yield _Reference(service, node, kind, with_service(text, service.own_names))


_NAME = regex(r"[a-z0-9][a-z0-9.-]*")
"""The name of an object, and nothing that a template or a variable fills in."""

_KINDS = (
    *("chart", "claim", "class", "configmap", "issuer", "namespace", "secret", "secretstore"),
    *("serviceaccount", "source"),
)
"""The kinds of objects that others name, in small letters."""

_HOLDING_NAMES = ("name", "ref")
"""How a key ends that has the name of a Secret itself, and not the secret (``secretName``)."""


@lru_cache(maxsize=_MOST_FILES)
def _rows(paths: Sequence[KeyPath]) -> Sequence[tuple[int, str]]:
    """The rows of what may be names of other objects, counted from the first, with their kinds."""
    return tuple((row, kind) for row, path in enumerate(paths) if (kind := _kind(path)))


def _kind(path: KeyPath) -> str:
    """The kind of the object that is named at a path; "" for another text.

    So is a claim at ``claimName`` and ``existingClaim``, and a Secret at ``secretKeyRef.name`` and
    in ``imagePullSecrets``.
    """
    above = path.parent
    is_name = path.name == "name" and above is not None
    of = above if above is not None and (is_name or path.is_item) else path
    of = of.parent if is_name and of.is_item and of.parent is not None else of
    key = of.name.rpartition("/")[2].replace("-", "").lower()
    what = key.removesuffix("name").removesuffix("ref").removesuffix("key")
    what = what.removesuffix("s") if of.name.endswith("Secrets") else what
    kind = next((kind for kind in _KINDS if what.endswith(kind)), "")
    holds = is_name or path.is_item or key.startswith("existing") or key.endswith(_HOLDING_NAMES)
    return kind if holds or kind != "secret" else ""


def _is_slip(name: str, other: str, count: int) -> bool:
    """Whether a name differs by a letter of one word from another one that is so often written."""
    is_long = max(map(len, _WORDS.findall(other)), default=0) >= SHORTEST
    shortest = _SHORT if is_long and count >= _MANY else SHORTEST
    word = misspelt_word(name, other, shortest)
    is_near = bool(word) and is_slip(word, misspelt_word(other, name, shortest))
    return is_near or (count >= _MANY and is_misspelt(name, other))


_WORDS = regex(r"[^-.]+")
_SHORT = 3
"""Of many names one may differ in a word of so many letters, beside a longer one."""
