"""Errors in our own files name their places; the entries of a list have their nodes."""

from __future__ import annotations

import pytest

from deploylint.documents.nodes import Node, span
from deploylint.documents.reader import Document, read_text
from deploylint.model.decode import with_nodes
from deploylint.model.errors import Misread, check_known, misread_key, node_at, refuse_duplicates


def root(text: str) -> Node:
    document = read_text(text, "own.yaml")
    assert isinstance(document, Document)
    return document.roots[0]


def test_entries_of_a_key_without_a_list_are_none() -> None:
    assert list(with_nodes([], root("a: b\n"), "a")) == []
    assert list(with_nodes([], root("a: b\n"), "c")) == []


def test_entries_have_the_nodes_of_their_list() -> None:
    pairs = list(with_nodes(["x", "y"], root("a:\n- x\n- y\n"), "a"))
    assert [(entry, span(node).line) for entry, node in pairs] == [("x", 2), ("y", 3)]


def test_node_at_a_missing_key_is_the_mapping() -> None:
    mapping = root("a: b\n")
    assert node_at(mapping, "a").content == "b"
    assert node_at(mapping, "c") is mapping


def test_misread_key_names_the_place_of_the_key() -> None:
    problem = misread_key(root("a: 1\nb: 2\n"), "b", "wrong").problem
    assert (problem.file, problem.line, problem.column, problem.message) == (
        "own.yaml",
        2,
        4,
        "wrong",
    )


def test_check_known_of_an_unknown_word_names_the_nearest() -> None:
    node = root("profile: helm\n")
    check_known("profile", "helm", ["helm"], node)
    with pytest.raises(Misread, match=r"unknown profile 'helmm'; did you mean 'helm'\?"):
        check_known("profile", "helmm", ["helm"], node)


def test_duplicate_key_of_our_own_file_is_refused() -> None:
    document = read_text("a: 1\nb: 2\na: 3\n", "own.yaml")
    assert isinstance(document, Document)
    with pytest.raises(Misread, match="key 'a' is written twice; first in line 1") as refused:
        refuse_duplicates(document)
    assert refused.value.problem.line == 3
