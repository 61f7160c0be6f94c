"""Modes of the files in a volume."""

from __future__ import annotations

import pytest

from tests.readers.kubernetes.faults.test_validation import faults, workload

VOLUME = "volumes: [{name: a, %s}]"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("configMap: {name: a, defaultMode: 0644}", ""),
        ("configMap: {name: a, defaultMode: 420}", ""),
        ("configMap: {name: a, defaultMode: 0o400}", ""),
        ("configMap: {name: a, defaultMode: 644}", "did you mean 0644?"),
        ("configMap: {name: a, defaultMode: 999}", "the API takes at most 0777"),
        ("secret: {secretName: a, defaultMode: 400}", "did you mean 0400?"),
        ("secret: {secretName: a, defaultMode: 256}", ""),
        ("secret: {secretName: a, items: [{key: b, path: c, mode: 600}]}", "did you mean 0600?"),
        ("projected: {defaultMode: 777, sources: []}", "did you mean 0777?"),
        ("projected: {defaultMode: 0777, sources: []}", ""),
    ],
)
def test_mode_of_a_volume_that_is_no_octal_number_is_reported(source: str, words: str) -> None:
    found = faults(workload("Deployment", pod=VOLUME % source))
    assert [check for _, check, _ in found] == (["wrong-value"] if words else [])
    assert not words or words in found[0][2]
