"""deploylint keeps the deployment files of a fleet of services consistent.

The functions and types of ``deploylint.api`` are here too: ``deploylint.check(["deploy/"])``.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:  # as typing has it, which the command need not import
    from deploylint.api import *  # noqa: F403


def __getattr__(name: str) -> object:
    """What the interface has, imported when it is first asked for."""
    if not name.startswith("_"):
        from importlib import import_module

        api = import_module("deploylint.api")
        if name in api.__all__:
            return getattr(api, name)
    raise AttributeError(f"module 'deploylint' has no attribute {name!r}")
