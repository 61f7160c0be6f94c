"""What is wrong between the keys of an image in values."""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.documents.nodes import Node, child, is_empty, text_of
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable


def image_faults(repository: Node) -> Iterator[Fault]:
    """A tag in the repository of an image that has one beside it, which charts put behind it."""
    table, text = repository.table, text_of(repository)
    row = table.row_above(repository.row)
    tag = child(table.node(row), "tag") if row >= 0 and not is_variable(text) else None
    if tag is None or is_empty(tag) or repository.path.name != "repository":
        return
    name, colon, own = text.rpartition(":")
    if colon and "/" not in own and "@" not in text:
        message = f"the repository has the tag {own}, and a tag is set beside it; write {name}"
        yield Fault("wrong-value", repository, message)
