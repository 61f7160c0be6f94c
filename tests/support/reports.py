"""Deployments for the tests of reports: the story, and copies of it that differ."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploylint.config import load as config
from deploylint.config import rules as rule_sets
from deploylint.config.rule_files import read_folders
from deploylint.config.rules import shipped_rules
from deploylint.engine import check
from deploylint.engine.result import Report
from tests.support.folders import STORY
from tools import TODAY

WIDTHS = (60, 72, 80, 100, 120, 200)

DIFFERENT: Mapping[str, str] = {
    "type: ClusterIP": "type: LoadBalancer",
    "memory: 256Mi": "memory: 512Mi",
    "name: api-service-env": "name: ai-backend-env",
    "livenessProbe": "livenesProbe",
    "value: info": 'value: "de\\"bug: [1]\\t"',
    "value: production": 'value: "8"',
    "runAsNonRoot: true": "runAsNonRoot: false",
    'tag: "1.4.0"': "tag: latest",
    "  interval: 30s\n": "",
    "--concurrency=1": "--concurrency=3",
    "    release: prometheus": "    release: 山田太郎-プロメテウス",
    "targetPort: 8080": "targetPort: 8081",
    "gatewayName: public-gateway": 'gatewayName: "{{ .Values.gateway }}"',
    "  limits:\n    cpu: 200m\n    memory: 512Mi\n": "",
}
"""Edits of deploy-go.yaml in order: violations, a warning, an unknown, wide characters, a level."""

FEW: Mapping[str, str] = {
    "type: ClusterIP": "type: LoadBalancer",
    "memory: 256Mi": "memory: 512Mi",
    'tag: "1.4.0"': "tag: latest",
    "gatewayName: public-gateway": 'gatewayName: "{{ .Values.gateway }}"',
}
"""Edits of deploy-go.yaml with few causes: each is reported in full."""

LONG = "a-folder-with-a-name-that-is-longer-than-any-of-the-terminals-it-is-shown-in/" * 2


def edited(text: str, edits: Mapping[str, str]) -> str:
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def story(folder: Path, edits: Mapping[str, str] | None = None) -> Path:
    """A copy of the story's folder, with deploy-go.yaml edited."""
    shutil.copytree(STORY, folder)
    peer = folder / "deploy-go.yaml"
    peer.write_text(edited(peer.read_text("utf-8"), edits or {}), "utf-8")
    return folder


def many(folder: Path, edits: Mapping[str, str] = DIFFERENT) -> Path:
    """A folder with something in every section of a report."""
    story(folder, edits)
    peer = folder / "deploy-go.yaml"
    peer.write_text(peer.read_text("utf-8") + "\nfullnameOverride: api-service\n", "utf-8")
    (folder / "broken.yaml").write_text("a: {{ b }}: c\n", "utf-8")
    (folder / "latin.yaml").write_bytes(b"a: \xe9\n")
    (folder / "overlay.yaml").write_text("service:\n  port: 1\n", "utf-8")
    (folder / "Chart.yaml").write_text("name: x\n", "utf-8")
    return folder


def run(*paths: Path, rules: Path = rule_sets.FOLDER) -> Report:
    is_shipped = rules == rule_sets.FOLDER
    loaded, rule_set = config.load(), shipped_rules() if is_shipped else read_folders([rules])
    loaded = loaded._replace(rule_set=rule_set, allowances=rule_set.allowances)
    return check.check(list(paths), check.CheckOptions(), loaded, TODAY)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Messages name files from the working directory."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def squeezed(text: str) -> str:
    """A text without white space: what was broken over lines is whole again."""
    return "".join(text.split())


def cells(written: str) -> list[str]:
    """The cells of all tables above the legend."""
    above = written.partition("legend:")[0].splitlines()
    rows = [line.split() for line in above if line[:1].islower()]
    return [cell for row in rows for cell in row[1:]]


ANNOTATION = re.compile(
    r"^::(?P<word>error|warning|notice) (?P<properties>file=[^:,\n]*,line=\d+(?:,\w+=[^:,\n]*)*)::",
    re.MULTILINE,
)
"""How a command of the GitHub format begins: the properties have neither a colon nor a comma."""


def without_annotations(text: str) -> str:
    """A report in which the commands that are the format's own are plain lines."""
    return ANNOTATION.sub("", text)
