"""Standard output: how a report looks on it, and writing to a reader that may stop early."""

import os
import sys

from deploylint.cli import terminal
from deploylint.cli.common import check_choice
from deploylint.model.errors import UsageError
from deploylint.reports import Look
from deploylint.reports.text.escape import inert, safe

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of SIGINT, as shells count; Typer's too."""


def write(text: str) -> None:
    """Write to standard output. A reader may stop early (``| head``) without an error."""
    try:
        sys.stdout.write(inert(text))
        sys.stdout.flush()
    except BrokenPipeError:
        write_no_more()
    except OSError as error:
        write_no_more()
        raise UsageError(f"the output cannot be written: {error.strerror}") from None


def say(message: str) -> None:
    """Write one line to standard error."""
    print(inert(safe(f"deploylint: {message}", Look())), file=sys.stderr)


def write_no_more() -> None:
    """Discard what is still buffered, so that the end neither waits nor fails."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def look(colour: str, verbosity: int = 0) -> Look:
    """The look of a report on standard output. Raises UsageError for an invalid ``colour``."""
    check_choice("--color", colour, terminal.COLOURS)
    out = sys.stdout
    return terminal.look(out.encoding, os.environ, colour, verbosity, tty=out.isatty())
