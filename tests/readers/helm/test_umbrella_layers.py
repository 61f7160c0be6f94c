"""Layers of charts inside, under the names of these."""

from __future__ import annotations

import pytest

from deploylint.readers import detect
from deploylint.readers.helm import profile, umbrella_layers
from deploylint.readers.service import read_service
from tests.support.values import document

WHOLE = "{image: {repository: acme/api}, service: {port: 80}}"
BASE = f"generic: {WHOLE}\n"


def layered(*texts: str) -> dict[str, object]:
    """What the layers of one service come to, by address."""
    files = enumerate(texts)
    held_ = (
        detect.read_contents(document(text, f"{number}.yaml")).values for number, text in files
    )
    documents = umbrella_layers.unwrap_layers(tuple(one for values in held_ for one in values))
    found = read_service(documents, profile.load("helm-create"))
    assert found is not None
    return {address: value.data for address, value in found.components[0].values.items()}


@pytest.mark.parametrize(
    ("texts", "port", "count"),
    [
        ((BASE, "generic: {replicaCount: 2, service: {port: 81}}\nalerts: {a: b}\n"), 81, 2),
        (("generic: {replicaCount: 2, service: {port: 81}}\n", BASE), 80, 2),
        ((BASE, "other: {replicaCount: 2}\n"), 80, None),
        ((BASE, "generic: 1\n"), 80, None),
    ],
)
def test_umbrella_layer_is_read_under_the_same_name(
    texts: tuple[str, str], port: int, count: int | None
) -> None:
    values = layered(*texts)
    assert (values["service.port"], values.get("replicas.count")) == (port, count)


def test_duplicate_key_of_a_plain_layer_is_reported() -> None:
    plain = "generic: {replicaCount: 2, replicaCount: 3}\n"
    documents = [detect.read_contents(document(text)).values[0] for text in (BASE, plain)]
    _, layer = umbrella_layers.unwrap_layers(tuple(documents))
    assert [wins.content for _, wins in layer.duplicates] == ["replicaCount"]
