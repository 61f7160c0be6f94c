"""Key paths of documents, and what is known of those that are written alike."""

from __future__ import annotations

from deploylint.documents.key_paths import ROOT, Paths
from deploylint.readers.mistaken_texts import _odd_names


def test_paths_that_are_alike_are_one_key() -> None:
    child = ROOT.child("image")
    first, second, other = Paths([ROOT, child]), Paths([ROOT, child]), Paths([ROOT])
    assert {first: 1}[second] == 1
    assert hash(first) == hash(second) != hash(other)
    assert other not in {first: 1}


def test_paths_of_a_document_are_looked_at_once_for_all_objects_of_a_list() -> None:
    paths = Paths([ROOT, ROOT.child("-name")])
    assert _odd_names(paths) is _odd_names(paths)
    assert dict(_odd_names(paths)) == {"-name": ""}
