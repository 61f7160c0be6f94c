"""Blocks that slipped out of the mapping above them, which is left without a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.nodes import span
from deploylint.documents.reader import Document, read_text
from deploylint.readers.moved_blocks import moved_blocks
from tests.support.projects import report, write


def found(text: str) -> list[tuple[int, str]]:
    """The line and the message of each fault."""
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document), document
    faults = (fault for root in document.roots for fault in moved_blocks(root))
    return [(span(fault.node).line, fault.message) for fault in faults]


MOVED = [
    ("autoscaling:\nenabled: true\nminReplicas: 2\n", "enabled and minReplicas mean"),
    (
        "autoscaling:\nminReplicas: 2\nmaxReplicas: 3\nimage: a\n",
        "minReplicas and maxReplicas mean",
    ),
    ("ingress:\nenabled: true\nclassName: a\nhosts: [{host: b}]\ntls: []\n", "and 1 more mean"),
    ("persistence:\nenabled: true\nsize: 1Gi\n", "enabled and size mean"),
    ("serviceAccount:\ncreate: true\nname: a\n", "create and name mean"),
    ("env:\nLOG_LEVEL: info\nMODE: a\n", "LOG_LEVEL and MODE mean"),
    ("extraEnv:\nLOG_LEVEL: info\n", "LOG_LEVEL means"),
    ("nodeSelector:\nkubernetes.io/os: linux\n", "kubernetes.io/os means"),
    ("podLabels:\nacme.example/team: a\nimage: b\n", "acme.example/team means"),
]


@pytest.mark.parametrize(("text", "message"), MOVED)
def test_block_beside_its_empty_mapping_is_reported_once(text: str, message: str) -> None:
    ((line, told),) = found(text)
    assert line == 2
    assert message in told
    name = text.partition(":")[0]
    assert f"nothing beside {name}, which is empty; indent" in told
    indented = "web:\n" + "".join(f"  {line}\n" for line in text.splitlines())
    assert [at for at, _ in found(indented)] == [3]


RIGHT = [
    "autoscaling:\n  enabled: true\n  minReplicas: 2\n",
    "autoscaling: {}\nminReplicas: 2\n",
    "autoscaling: null\nminReplicas: 2\n",
    "autoscaling: ~\nminReplicas: 2\n",
    'autoscaling: ""\nminReplicas: 2\n',
    "autoscaling:\nimage: a\nminReplicas: 2\n",
    "ingress:\nenabled: true\nannotations: {a: b}\nimage: c\n",
    "nameOverride:\nenabled: true\n",
    "env:\nimage: {tag: a}\nLOG_LEVEL: info\n",
    "env:\nID: a\nimage: b\n",
    "podLabels:\nnodeSelector:\ntolerations: []\n",
    "podLabels:\nteam: a\n",
    "data:\nLOG_LEVEL: info\n",
    "items:\n- env:\n- LOG_LEVEL\n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_key_that_may_be_of_its_level_is_silent(text: str) -> None:
    assert found(text) == []


def test_block_that_slipped_out_of_values_is_reported_without_any_siblings(tmp_path: Path) -> None:
    image = "image: {repository: acme/web, tag: '1.2.0'}\n"
    moved = "autoscaling:\nenabled: true\nminReplicas: 2\nmaxReplicas: 4\n"
    write(tmp_path, {"values-web.yaml": image + moved, "values-shop.yaml": image})
    told = report(tmp_path, rules=("misplaced-key",)).findings
    assert [(Path(one.location.file).name, one.location.line) for one in told] == [
        ("values-web.yaml", 3)
    ]
