"""How a service's own name is found in a text: only as a whole word between ``-_/.:``."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.record import Record

_BETWEEN = frozenset("-_/.:")
SELF = "{service}"


def holds_word(text: str, word: str) -> bool:
    """Whether a text holds a word as a whole, between ``-``, ``_``, ``/``, ``.`` and ``:``."""
    return next(_places(text, word), None) is not None


def with_service(text: str, names: tuple[str, ...]) -> str:
    """A text in which the service's own names are written ``{service}``."""
    for name in names:
        if name in text:
            for start in reversed(list(_places(text, name))):
                text = text[:start] + SELF + text[start + len(name) :]
    return text


def own_port(data: object) -> str:
    """The address that free-form data names in place of a port: ``{service.target-port}``."""
    text = data if isinstance(data, str) else ""
    return text[1:-1] if text.startswith("{") and text.endswith("port}") else ""


def data_with_service(data: object, names: tuple[str, ...]) -> object:
    """Free-form data with the service's own names in its texts written ``{service}``."""
    if isinstance(data, str):
        return with_service(data, names)
    if isinstance(data, dict):
        return {key: data_with_service(value, names) for key, value in data.items()}
    return [data_with_service(item, names) for item in data] if isinstance(data, list) else data


class NameAlignment(Record):
    """Free-form data of one service as another one would write it.

    ``names`` are what the first calls itself, ``other_names`` what the other one does.
    A text changes only where both are the same with their own names as ``{service}``.
    """

    names: tuple[str, ...]
    other_names: tuple[str, ...]

    def aligned(self, data: object, other: object) -> object:
        """Data with the texts of the other service's data where both are the same."""
        if isinstance(data, str) and isinstance(other, str):
            return other if self._is_same(data, other) else data
        if isinstance(data, dict) and isinstance(other, dict):
            return dict(self._entries(data, other))
        if isinstance(data, list) and isinstance(other, list):
            return [self._item(number, item, other) for number, item in enumerate(data)]
        return data

    def _is_same(self, text: str, other: str) -> bool:
        return with_service(text, self.names) == with_service(other, self.other_names)

    def _entries(
        self, data: dict[str, object], other: dict[str, object]
    ) -> Iterator[tuple[str, object]]:
        """The entries of a mapping; the items of a list by merge key may have own names."""
        for key, value in data.items():
            is_item = key not in other and key[:1] == "["
            item, _, name = key[:-1].partition("=")
            same = (
                step
                for step in (other if is_item else ())
                if step.startswith(f"{item}=") and self._is_same(name, step[len(item) + 1 : -1])
            )
            match = next(same, key)
            yield match, self.aligned(value, other[match]) if match in other else value

    def _item(self, number: int, item: object, others: list[object]) -> object:
        """An item of a list, which need not be in the same order."""
        if item in others:
            return item
        candidates = (*others[number : number + 1], *others[:MOST_ITEMS])
        aligned = [self.aligned(item, other) for other in candidates] or [item]
        return next((one for one in aligned if one in others), aligned[0])


MOST_ITEMS = 100
"""How many items of a list each item of another one is compared with."""


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word begins. No regular expression: a fleet has as many words as services."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if (start == 0 or text[start - 1] in _BETWEEN) and (
            end == len(text) or text[end] in _BETWEEN
        ):
            yield start
            start = end - 1
        start = text.find(word, start + 1)
