"""The command line: the only package that exits.

``app`` holds the commands, ``short`` reads the commonest line without it; here alone errors become
messages and exit codes (the table in the README).
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from deploylint import __version__
from deploylint.cli.check import run_check
from deploylint.cli.common import INTERRUPTED, say, write_no_more
from deploylint.cli.short import read_check
from deploylint.config.discovery import Ambiguous
from deploylint.model.errors import Misread, NothingToCheck, OutsideGroups, UsageError


def main() -> None:
    """Run the command line and exit with its code.

    The process ends at once, without freeing what it holds one by one: that is a sixth of the time
    of a short run. Everything is written and flushed by then, and nothing waits to be called.
    """
    code = _run()
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            with suppress(OSError):  # a full disk takes no message, and changes no exit code
                stream.flush()
    os._exit(code)


def _run() -> int:
    if sys.__stdout__ is None:
        return _say("standard output is closed; open it to get a report", 2)
    _never_fail_to_encode()
    try:
        return _run_command()
    except (UsageError, Ambiguous) as error:
        return _say(str(error), 2)
    except Misread as error:
        at = error.problem
        return _say(f"{at.file}:{at.line}:{at.column}: {at.message}", 2)
    except NothingToCheck as error:
        return _say(str(error), 3)
    except OutsideGroups as error:
        return _say(str(error), 0)
    except OSError as error:  # a file or folder that was there when the run began
        name = error.filename or "the working directory"
        return _say(f"{name}: {error.strerror or error}", 2)
    except KeyboardInterrupt:
        write_no_more()
        return _say("interrupted", INTERRUPTED)
    except Exception as error:
        return _bug(error)


def _run_command() -> int:
    typed = read_check(sys.argv[1:], os.environ)
    if typed is not None:
        return run_check(typed)
    from deploylint.cli.app import run_typed

    return run_typed()


def _never_fail_to_encode() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _say(message: str, code: int) -> int:
    if message:
        with suppress(OSError):
            say(message)
    return code


def _bug(error: Exception) -> int:
    """A bug names its place in our code, and never a value of a file that was read."""
    from traceback import extract_tb  # not needed by a run without a bug

    frame = extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    return _say(
        f"a bug in deploylint {__version__}: {type(error).__name__} at {where}; please report it "
        "with this line and the command you ran",
        4,
    )
