"""Comments for a program: which there are, and that one of many objects costs no more than one."""

from __future__ import annotations

import cProfile

import pytest

from deploylint.documents.comments import comments
from deploylint.documents.reader import Document, read_text


def document(text: str) -> Document:
    read = read_text(text, "a.yaml")
    assert isinstance(read, Document)
    return read


def many(count: int) -> str:
    return "---\n".join(f"# Source: {number}.yaml\nkey: {number}\n" for number in range(count))


@pytest.mark.parametrize("number", [0, 1, 7])
def test_comment_above_an_object_is_about_it(number: int) -> None:
    read = document(many(8))
    found = comments(read.source, [read.roots[number]], "Source")
    assert [comment.text for comment in found] == [f"{number}.yaml"]


def test_comments_of_several_objects_are_in_the_order_of_the_text() -> None:
    read = document(many(4))
    found = comments(read.source, [read.roots[2], read.roots[0], read.roots[2]], "Source")
    assert [comment.text for comment in found] == ["0.yaml", "2.yaml"]


def test_comment_in_a_text_is_none() -> None:
    read = document("a: |\n  # Source: b\n  c\nd: 1  # Source: e\n")
    assert [one.text for one in comments(read.source, read.roots, "Source")] == ["e"]


def calls(count: int) -> int:
    """How many functions are called to find the comments of the last of some objects."""
    read = document(many(count))
    list(comments(read.source, [read.roots[0]], "Source"))
    profile = cProfile.Profile()
    profile.enable()
    found = list(comments(read.source, [read.roots[-1]], "Source"))
    profile.disable()
    assert len(found) == 1
    return sum(entry.callcount for entry in profile.getstats())


def test_comments_of_one_object_are_found_without_those_of_the_others() -> None:
    assert calls(1000) < 2 * calls(10)
