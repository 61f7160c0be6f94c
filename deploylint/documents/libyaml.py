"""PyYAML's C parser (libyaml), and nothing else of PyYAML.

The only module that imports it. A mark's ``index`` counts characters of the text, and its lines end
as ``nodes.split_lines`` has them; only a text's own byte order mark is not counted, and ``reader``
takes that off before.
"""

from typing import Any

from deploylint.documents.extension import extension_alone

with extension_alone():
    from yaml._yaml import CParser
    from yaml.error import YAMLError
    from yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
        StreamEndEvent,
    )

__all__ = [
    "AliasEvent",
    "CParser",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "YAMLError",
    "end",
    "start",
]


def start(event: Any) -> int:
    """Where an event begins, in characters of the text."""
    at: int = event.start_mark.index
    return at


def end(event: Any) -> int:
    """Where an event ends, in characters of the text."""
    at: int = event.end_mark.index
    return at
