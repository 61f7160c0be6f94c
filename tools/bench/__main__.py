"""Measure, and write the page of benchmarks: ``python -m tools.bench [--only NAME] [--print]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tools.bench import peers
from tools.bench.asking import PARTS, asked
from tools.bench.cases import Setup
from tools.bench.figures import FIGURES
from tools.bench.inputs import ROOT
from tools.bench.measuring import Failed
from tools.bench.reporting import report

DOCUMENT = ROOT / "docs" / "evidence" / "benchmarks.md"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    names = ", ".join([*(figure.name for figure in FIGURES), *PARTS])
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help=f"any part of: {names}"
    )
    parser.add_argument("--rounds", type=int, metavar="N", help="of every case")
    parser.add_argument("--print", action="store_true", help="print; do not write the document")
    parser.add_argument(
        "--count", action="store_true", help="count instructions instead of time; use with --only"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="measure the deploylint that this one imports"
    )
    return parser


def main(arguments: Sequence[str]) -> int:
    """Print the document, and write it; 1 where what is compared is not the same work."""
    options = _options().parse_args(arguments)
    try:
        wanted = asked(options.only, options.rounds, whole=not options.print, counts=options.count)
        there = peers.built()
        found = report(wanted, Setup(options.python, dict(there.programs)), there.missing)
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 2
    text = "\n".join(found.lines)
    if not options.print:
        DOCUMENT.write_text(text, encoding="utf-8")
    print(text, end="")
    return 0 if found.agrees else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
