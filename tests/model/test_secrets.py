"""Looking for secrets takes no longer than reading: no text makes it go over itself again."""

from __future__ import annotations

import pytest

from deploylint.model.secrets import redacted

LONG = 300_000
"""Characters: where looking were quadratic, one of these would take a minute and more."""


@pytest.mark.parametrize(
    "text",
    ["a", "a://b:", "password=", "password: ", 'password="', "--token ", "-", "a.b", "pass", "x:"],
)
def test_a_long_text_is_looked_through_once(text: str) -> None:
    assert isinstance(redacted("x", text * (LONG // len(text))), str)


@pytest.mark.parametrize("text", ["hunter2", "--password=hunter2", "https://u:hunter2@h", "a b"])
@pytest.mark.parametrize("name", ["API_TOKEN", "command"])
def test_what_is_redacted_stays_as_it_is(name: str, text: str) -> None:
    once = redacted(name, ["x", "--token", text, text])
    assert redacted(name, once) == once
    assert redacted(name, redacted(name, text)) == redacted(name, text)
