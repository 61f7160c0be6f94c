"""Services as one compact message, and back: a tenth of what they take as trees.

The texts that nodes were read from are not of the message: each is kept once and found by its
number. A message never leaves the process that made it or that it was made for; nothing that was
read from a file is ever taken for one.
"""

import copyreg
import io
import pickle
import zlib
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from deploylint.documents.nodes import Source
from deploylint.model import Service


def pack(services: Sequence[Service], number: Callable[[Source], int]) -> bytes:
    """The message of some services; ``number`` is how each text is found again."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {Source: lambda one: (_text, (number(one),))}
    pickler.dump(services)
    return zlib.compress(stream.getbuffer(), 1)


def unpack(message: bytes, text: Callable[[int], Source]) -> list[Service]:
    """The services of a message; ``text`` gives a text by its number."""
    services: list[Service] = _Unpickler(io.BytesIO(zlib.decompress(message)), text).load()
    return services


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, text: Callable[[int], Source]) -> None:
        super().__init__(stream)
        self._text = text

    def find_class(self, module: str, name: str) -> Any:
        """What a name of the message means; that of a text is looked up here."""
        return self._text if name == _text.__name__ else super().find_class(module, name)


def _text(number: int) -> NoReturn:
    """How a message names a text; whoever reads it puts the text in its place."""
    raise LookupError(number)
