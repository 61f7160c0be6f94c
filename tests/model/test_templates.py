"""Texts that something fills in, and texts that only look like it."""

from __future__ import annotations

import pytest

from deploylint.model.templates import is_variable


@pytest.mark.parametrize(
    "text",
    [
        "{{ tag }}",
        "$(TAG)",
        "${TAG}",
        "$TAG",
        "$REGISTRY/api",
        "acme/api:$IMAGE_TAG",
        "api@$DIGEST",
    ],
)
def test_text_with_a_variable_is_filled_in(text: str) -> None:
    assert is_variable(text)


@pytest.mark.parametrize("text", ["", "1.2.0", "pa$WORD", "$5", "$cash", "a $B", "$A$", "US$"])
def test_text_with_a_dollar_is_as_it_is(text: str) -> None:
    assert not is_variable(text)
