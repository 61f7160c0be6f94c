"""PyYAML's C parser (libyaml), and nothing else of PyYAML.

The only module that imports it. A mark's ``index`` counts characters of the text, and its lines end
as ``source.split_lines`` has them; only a text's own byte order mark is not counted, and ``reader``
takes that off before.

``import yaml`` takes twelve times as long: it compiles regular expressions and makes loaders and
dumpers that are of no use here, a tenth of what a check of two files takes. The extension itself
needs four small modules and the names of eight errors. So while it is imported, ``yaml`` is a
package that holds no more than this. It stays ``yaml`` afterwards, for everybody, and becomes the
whole package when it is asked for anything else; an error that the extension raises is the
package's own. Where the package is there already, or a later PyYAML wants more for its extension,
the whole one is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType, SimpleNamespace
from typing import Any

_NAME = "yaml"
_NEEDED = ("error", "tokens", "events", "nodes", "_yaml")
"""The modules that the extension needs, and the extension."""
_RAISING: tuple[str, ...] = ("reader", "scanner", "parser", "composer", "constructor")
_RAISING += ("emitter", "serializer", "representer")
"""The modules that define its errors: ``ReaderError`` and so on."""


class _PartialPackage(ModuleType):
    """The package as long as only its extension is in use."""

    def __getattr__(self, name: str) -> Any:
        loader = None if self.__spec__ is None else self.__spec__.loader
        if "_yaml" not in vars(self) or loader is None:
            raise AttributeError(f"module {_NAME!r} has no attribute {name!r} yet")
        super().__setattr__("__class__", ModuleType)
        loader.exec_module(self)
        return getattr(self, name)


@contextmanager
def _extension_alone() -> Iterator[None]:
    """Import ``yaml._yaml`` without the rest of the package, if possible."""
    if _NAME not in sys.modules:
        try:
            _import_part()
        except AttributeError:  # the extension wants what is not there
            for name in [name for name in sys.modules if name.partition(".")[0] == _NAME]:
                del sys.modules[name]
    yield


def _import_part() -> None:
    spec = find_spec(_NAME)
    if spec is None:
        return
    package = module_from_spec(spec)
    package.__class__ = _PartialPackage
    sys.modules[_NAME] = package
    for module in _RAISING:
        error = f"{module.capitalize()}Error"
        setattr(package, module, SimpleNamespace(**{error: _raised(module, error)}))
    for module in _NEEDED:
        import_module(f"{_NAME}.{module}")
    for module in _RAISING:
        delattr(package, module)


def _raised(module: str, error: str) -> Any:
    """A constructor of an error of the package, which is imported when it is raised."""
    return lambda *details: getattr(import_module(f"{_NAME}.{module}"), error)(*details)


with _extension_alone():
    from yaml._yaml import CParser as CParser
    from yaml.error import YAMLError as YAMLError
    from yaml.events import AliasEvent as AliasEvent
    from yaml.events import DocumentStartEvent as DocumentStartEvent
    from yaml.events import MappingEndEvent as MappingEndEvent
    from yaml.events import MappingStartEvent as MappingStartEvent
    from yaml.events import ScalarEvent as ScalarEvent
    from yaml.events import SequenceEndEvent as SequenceEndEvent
    from yaml.events import SequenceStartEvent as SequenceStartEvent
    from yaml.events import StreamEndEvent as StreamEndEvent


def _made_in_c(event: type, *fields: str) -> Any:
    """The same kind of event, which the extension makes without running Python.

    The constructors of events took a third of the time of a stream. An exception keeps what it is
    made of as ``args``, and is made in C; it is an event of the package in all else.
    """
    values = {field: property(partial(_argument, number)) for number, field in enumerate(fields)}
    made = type(event.__name__, (Exception, event), {"__slots__": (), **values})
    setattr(import_module(f"{_NAME}._yaml"), event.__name__, made)
    return made


def _argument(number: int, event: Any) -> Any:
    return event.args[number]


_MARKS = ("start_mark", "end_mark")
_OPENING = ("anchor", "tag", "implicit", *_MARKS, "flow_style")

ScalarValue = _made_in_c(ScalarEvent, "anchor", "tag", "implicit", "value", *_MARKS, "style")
MappingStart = _made_in_c(MappingStartEvent, *_OPENING)
MappingEnd = _made_in_c(MappingEndEvent, *_MARKS)
SequenceStart = _made_in_c(SequenceStartEvent, *_OPENING)
SequenceEnd = _made_in_c(SequenceEndEvent, *_MARKS)
