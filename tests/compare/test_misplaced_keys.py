"""Blocks that are indented one level too far in or out: each such change is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploylint.engine.result import exit_code
from tests.support.folders import DATA, FIXTURES
from tests.support.projects import report, write

STEP = 2


def story(name: str) -> tuple[str, str, str]:
    """The reference's name, and the texts of the reference and of a peer."""
    deploy = FIXTURES / name / "deploy"
    files = ("deploy-python.yaml", "deploy-go.yaml")
    reference, peer = ((deploy / file).read_text(encoding="utf-8") for file in files)
    return "python", reference, peer


def twins(name: str, reference: str = "api") -> tuple[str, str, str]:
    """The same of one text: the peer is called web."""
    text = (DATA / "moved" / f"{name}.yaml").read_text(encoding="utf-8")
    return reference, text, re.sub(r"\bapi\b", "web", text)


PAIRS = {
    "in-house values": story("fraiday"),
    "values of helm create": story("fraiday-helm-create"),
    "values with workers": twins("values-with-workers", "python"),
    "manifests": twins("deployment"),
    "a StatefulSet": twins("stateful-set"),
    "a CronJob": twins("cron-job"),
    "a Flux release of app-template": twins("flux-app-template"),
    "an Argo CD application with an object of values": twins("argo-values-object"),
    "an Argo CD application with a text of values": twins("argo-values-text"),
}


def indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def block_end(lines: list[str], start: int) -> int:
    """The line after a block: its key or item, and all that is indented further."""
    is_item = lines[start].lstrip().startswith("- ")
    for number in range(start + 1, len(lines)):
        line, depth = lines[number], indent(lines[number]) - indent(lines[start])
        if line.strip() and not (
            depth > 0 or (not depth and not is_item and line.lstrip()[0] == "-")
        ):
            return number
    return len(lines)


def meaning_of(text: str) -> object:
    """The data of some documents, with that of the YAML in their texts."""
    return [with_texts(document) for document in yaml.safe_load_all(text)]


def with_texts(data: object) -> object:
    if isinstance(data, dict):
        return {key: with_texts(value) for key, value in data.items()}
    if isinstance(data, list):
        return [with_texts(item) for item in data]
    return meaning_of(data) if isinstance(data, str) and "\n" in data else data


def moved(text: str) -> Iterator[str]:
    """A file with each block moved one level in or out, where it is another file of YAML."""
    lines = text.splitlines()
    meaning = meaning_of(text)
    for start, line in enumerate(lines):
        end = block_end(lines, start)
        for by in (-STEP, STEP) if line.strip() and not line.lstrip().startswith("#") else ():
            block = [" " * (indent(one) + by) + one.lstrip() for one in lines[start:end]]
            changed = "\n".join((*lines[:start], *block, *lines[end:])) + "\n"
            try:
                is_another = meaning_of(changed) != meaning
            except yaml.YAMLError:
                continue
            if is_another and indent(line) + by >= 0:
                yield changed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "reference", "peer"), [pytest.param(*pair, id=kind) for kind, pair in PAIRS.items()]
)
def test_block_that_moves_one_level_fails_the_check(
    name: str, reference: str, peer: str, tmp_path: Path
) -> None:
    (tmp_path / "deploy-python.yaml").write_text(reference, encoding="utf-8")
    path, variants = tmp_path / "deploy-go.yaml", list(moved(peer))
    assert len(variants) > (25 if "kind: CronJob" in peer else 40)  # it is the shortest by far
    path.write_text(peer, encoding="utf-8")
    assert exit_code(report(tmp_path, reference=name), "error") == 0
    for variant in variants:
        path.write_text(variant, encoding="utf-8")
        assert exit_code(report(tmp_path, reference=name), "error") != 0, variant


LISTS = """\
image: {repository: acme.example/api, tag: "1.2.0"}
tolerations: [{key: a, operator: Exists}]
extraVolumes: [{name: tmp, emptyDir: {}}]
labels: {team: shop}
"""


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("[{key: a, operator: Exists}]", "{key: a, operator: Exists}", 2),
        ("[{name: tmp, emptyDir: {}}]", "{name: tmp, emptyDir: {}}", 3),
        ("[{key: a, operator: Exists}]", "{a: {operator: Exists}}", 0),
        ("[{key: a, operator: Exists}]", "{}", 0),
        ("{team: shop}", "{team: cart}", 0),
    ],
)
def test_item_without_the_list_of_the_reference_is_reported(
    was: str, now: str, line: int, tmp_path: Path
) -> None:
    write(tmp_path, {"deploy-python.yaml": LISTS, "deploy-go.yaml": LISTS.replace(was, now)})
    found = report(tmp_path, reference="python", rules=("wrong-type",)).findings
    assert [finding.location.line for finding in found] == [line] * bool(line)


def test_field_of_a_workload_at_another_level_is_reported_once_by_the_reference(
    tmp_path: Path,
) -> None:
    name, text, peer = twins("cron-job")
    limit = "      backoffLimit: 2\n"
    moved = peer.replace(limit, "").replace("jobTemplate:\n", f"jobTemplate:\n{limit[2:]}")
    assert limit[2:] in moved
    write(tmp_path, {"deploy-python.yaml": text, "deploy-go.yaml": moved})
    found = report(tmp_path, rules=("misplaced-key",), reference=name).findings
    assert len(found) == 1
