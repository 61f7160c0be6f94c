"""What holds trees as one compact message, and back: a tenth of what it takes as trees.

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


def pack(things: Sequence[object]) -> tuple[bytes, list[Source]]:
    """The message of some things, and the texts that it names by their numbers."""
    texts, numbers = list[Source](), dict[int, int]()

    def named(text: Source) -> tuple[Callable[[int], NoReturn], tuple[int]]:
        number = numbers.setdefault(id(text), len(texts))
        if number == len(texts):
            texts.append(text)
        return _text, (number,)

    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {Source: named}
    pickler.dump(things)
    return zlib.compress(stream.getbuffer(), 1), texts


def unpack(message: bytes, texts: Sequence[Source]) -> Any:
    """The things of a message, with the texts that it names."""
    return _Unpickler(io.BytesIO(zlib.decompress(message)), texts.__getitem__).load()


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
