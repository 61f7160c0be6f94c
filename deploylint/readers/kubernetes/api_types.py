"""The types of the table of the API: what may stand at a key of an object, and below it."""

from __future__ import annotations

from functools import cache

from deploylint.documents.key_paths import KeyPath
from deploylint.documents.nodes import Text
from deploylint.documents.regex import regex
from deploylint.documents.scalars import Scalar
from deploylint.model.data import API, definition
from deploylint.model.quantity import complaint
from deploylint.readers.kubernetes.faults.validation import INSIDE

QUANTITY = "quantity"
"""The name of the type of an amount (``model.quantity``)."""

_SCALARS: dict[str, tuple[tuple[type, ...], str]] = {
    "string": ((str,), "a text: quote it"),
    "bool": ((bool,), "true or false without quotes"),
    "int": ((int,), "a whole number without quotes"),
    "number": ((int, float), "a number without quotes"),
    QUANTITY: ((str, int, float), "a quantity"),
    "duration": ((str,), "a duration such as 90s or 1h30m"),
    "int-or-string": ((str, int), "a number without quotes, or a name"),
}
"""The types of the table that are scalars: what YAML makes of those that fit, and in words."""

ANY, NOT_A_FIELD = "any", "not a field"
"""The names of the type of what is not checked, and of what a structure does not have."""

_TEXTS = {
    "int-or-string": regex(r"(?s:.*\D.*)?"),  # a name, which has a letter, or a part of a hundred
    "duration": regex(r"(?:[0-9]+(?:\.[0-9]*)?(?:ns|us|µs|ms|[smhdwy]))*|0"),  # of Go or Prometheus
}
"""What fits of the texts that some types take."""


class ApiType:
    """What may stand at a key: a type of the table.

    ``fields`` are the types of a structure by field, None of what is none; ``required`` are those
    that it has to have.
    ``shape`` is None of a mapping, () of a list and "" of a scalar.
    ``item`` is the type of what a list, or a mapping of any keys, holds; "" of what is neither.
    ``words`` are the texts that it takes; none where it takes any.
    ``plain`` and ``quoted`` are the texts that are known to fit unquoted and quoted, with None for
    a mapping and () for a list; ``is_text`` is whether every quoted text fits.
    """

    __slots__ = (
        "fields",
        "is_text",
        "item",
        "name",
        "plain",
        "quoted",
        "required",
        "shape",
        "words",
    )

    def __init__(self, name: str) -> None:
        table = definition(API)
        structure = table["definitions"].get(name)
        self.name = name
        self.words: tuple[str, ...] = tuple(table["choices"].get(name, "").split())
        self.fields: dict[str, str] | None = None
        self.required = list[str]()
        if structure is not None:
            fields = [(field, kind) for kind, text in structure.items() for field in text.split()]
            self.fields = {field.removesuffix("!"): kind for field, kind in fields}
            self.required = [field[:-1] for field, _ in fields if field.endswith("!")]
        self.item: str = name[:-2] if name.endswith(("[]", "{}")) else ""
        self.plain, self.quoted = set[Text](), set[Text]()
        self.shape: Text = "" if structure is None and not self.item else None
        if name.endswith("[]"):
            self.shape = ()
        if self.shape != "" and not self.required and name not in INSIDE:
            self.plain.add(self.shape)
        self.is_text = name in ("string", ANY)

    def below(self, path: KeyPath) -> ApiType:
        """The type of what stands at a key path right below this one."""
        if path.is_item:
            return api_type(self.item if self.name.endswith("[]") else ANY)
        if self.fields is not None:
            is_instruction = path.name.startswith("$")  # to a tool that merges patches
            return api_type(self.fields.get(path.name, ANY if is_instruction else NOT_A_FIELD))
        return api_type(self.item if self.name.endswith("{}") else ANY)

    def fits(self, value: Scalar) -> bool:
        """Whether a scalar may stand here; null may everywhere."""
        if value is None or self.name == ANY:
            return True
        if self.words:
            return value in self.words or value == ""
        if type(value) is str and self.name in _TEXTS:
            return _TEXTS[self.name].fullmatch(value) is not None
        if type(value) is str and self.name == QUANTITY:
            return not complaint(value)
        if type(value) is float and value.is_integer():
            value = int(value)  # JSON does not tell them apart
        return self.name in _SCALARS and type(value) in _SCALARS[self.name][0]

    @property
    def in_words(self) -> str:
        """What a message calls it."""
        if self.words:
            return f"one of {', '.join(self.words)}"
        if self.name in _SCALARS:
            return _SCALARS[self.name][1]
        return "a list" if self.name.endswith("[]") else "a mapping"


api_type = cache(ApiType)
"""A type by its name, the same for the whole run."""
