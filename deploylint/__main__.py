"""The door of the ``deploylint`` command and of ``python -m deploylint``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line.

    The process is short and builds data without reference cycles, so the cyclic garbage collector
    would only walk a fleet's nodes again and again; it is off before the first import.
    """
    gc.disable()
    try:
        from deploylint.cli.main import main as run
    except KeyboardInterrupt:
        raise SystemExit(130) from None  # cli.INTERRUPTED, which is not there yet
    run()


if __name__ == "__main__":
    main()
