"""From the texts of a few services to their findings, the whole way that a check goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from deploylint.cli.common import configuration as configured
from deploylint.engine import check
from deploylint.engine.result import Report
from tests.support.projects import write
from tools import TODAY

FIRST = "deploy-python.yaml"
"""The reference by its file's name."""
PEERS = ("web", "shop", "mail", "jobs", "more")
OWN_RULE = "tested"
NOTHING: Mapping[str, str] = MappingProxyType({})


class Row(NamedTuple):
    """A finding: its status, rule and field path, where it stands, and what it says."""

    status: str
    rule: str
    path: str
    file: str
    line: int
    key: str
    message: str

    @property
    def place(self) -> str:
        """The file and line, what the finding is, and its field path."""
        return f"{self.file}:{self.line} {self.status} {self.path}"


def report_texts(
    folder: Path,
    *services: str,
    rule: str = "",
    only: Sequence[str] = (),
    configuration: str = "",
    more: Mapping[str, str] = NOTHING,
    **options: Any,
) -> Report:
    """The report about some values files, the first of which is the reference by its name.

    ``rule`` is the body of a rule of the project's own, in YAML, which is run besides ``only``.
    ``only`` are the rules to run, ``configuration`` what ``.deploylint.yaml`` says besides.
    ``more`` are other files, by their paths.
    """
    names = ("python", *PEERS)
    files = {f"deploy/deploy-{n}.yaml": text for n, text in zip(names, services, strict=False)}
    files |= more
    if rule:
        files["rules/own.yaml"] = f"rules:\n- {{id: {OWN_RULE}, why: It is tested., {rule}}}\n"
        configuration += "rule-folders: [rules]\n"
        only = (OWN_RULE, *only)
    files[".deploylint.yaml"] = f"version: 1\n{configuration}"
    write(folder, files)
    paths = [folder / "deploy"]
    asked = check.CheckOptions(rules=tuple(only), **options)
    return check.check(paths, asked, configured(paths, None, False), TODAY)


def rows(report: Report) -> list[Row]:
    """The findings of a report, in its order."""
    return [
        Row(
            finding.status,
            finding.rule,
            finding.path,
            Path(finding.location.file).stem.removeprefix("deploy-"),
            finding.location.line,
            finding.location.key,
            finding.message,
        )
        for finding in report.findings
    ]


def check_texts(folder: Path, *services: str, **asked: Any) -> list[Row]:
    """The findings about some values files, asked for as ``report_texts`` is."""
    return rows(report_texts(folder, *services, **asked))


def places(found: Sequence[Row]) -> list[str]:
    """Where findings stand and what they are, one a line."""
    return [row.place for row in found]
