"""Looking for secrets takes no longer than reading: no text makes it go over itself again."""

from __future__ import annotations

import pytest

from deploylint.secrets import redacted

LONG = 300_000
"""Characters: where looking were quadratic, one of these would take a minute and more."""


@pytest.mark.parametrize(
    "text",
    ["a", "a://b:", "password=", "password: ", 'password="', "--token ", "-", "a.b", "pass", "x:"],
)
def test_a_long_text_is_looked_through_once(text: str) -> None:
    assert isinstance(redacted("x", text * (LONG // len(text))), str)


@pytest.mark.parametrize(
    "text",
    ["<redacted 8 chars>", "--password=<redacted 8 chars>", "https://u:<redacted 3 chars>@h"],
)
def test_what_is_redacted_stays_as_it_is(text: str) -> None:
    assert redacted("API_TOKEN", text) == redacted("API_TOKEN", redacted("API_TOKEN", text))
    assert redacted("command", ["x", "--token", text]) == ["x", "--token", text]
