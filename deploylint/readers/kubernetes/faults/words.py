"""What the API server takes for the names of parts of an object, and for the values of labels.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names,
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, entries_of, is_empty, text_of
from deploylint.documents.regex import regex
from deploylint.model.fault import Fault

_LONGEST = 63
_NAME = regex(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_VALUE = regex(r"([A-Za-z0-9]([\w.-]*[A-Za-z0-9])?)?")
_FILLED_IN = regex(r"[<>%@{}$]|^[A-Z0-9_]+$|^RELEASE-NAME(-|$)")
"""What something fills in, by its signs, by capitals alone, or as Helm writes it without a name."""


def name_faults(part: Node) -> Iterator[Fault]:
    """A name of a container or a volume that is no DNS label."""
    name = child(part, "name")
    text = text_of(name)
    if name is None or not name.is_scalar or is_empty(name) or _FILLED_IN.search(text):
        return
    if len(text) > _LONGEST or not _NAME.fullmatch(text):
        message = f"name is {text!r}; the API takes at most {_LONGEST} lower-case letters"
        yield Fault("wrong-value", name, f"{message}, digits and hyphens")


def label_faults(about: Node) -> Iterator[Fault]:
    """Values of labels that no selector could name (ObjectMeta)."""
    for key, entry in entries_of(child(about, "labels")).items():
        text = text_of(entry.value)
        if not entry.value.is_scalar or _FILLED_IN.search(text):
            continue
        if len(text) > _LONGEST or not _VALUE.fullmatch(text):
            message = f"label {key} is {text!r}; its value is at most {_LONGEST} letters, digits"
            yield Fault("wrong-value", entry.value, f"{message} and -_. between them")
