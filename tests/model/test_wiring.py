"""Which variables connect a service with others, by their names and values."""

from __future__ import annotations

import pytest

from deploylint.model.service import Value
from deploylint.model.wiring import without_connections


@pytest.mark.parametrize(
    ("name", "value", "connects"),
    [
        ("LOG_LEVEL", "info", False),
        ("TZ", "Europe/Berlin", False),
        ("WORKERS", "4", False),
        ("ENABLE_METRICS", "true", False),
        ("DB_HOST", "orders", True),
        ("CATALOG_URL", "catalog", True),
        ("BILLING_API_KEY", "x", True),
        ("KAFKA_TOPIC", "orders", True),
        ("UPSTREAM", "http://catalog", True),
        ("UPSTREAM", "catalog:8080", True),
        ("UPSTREAM", "catalog.shop.svc", True),
        ("UPSTREAM", "10.0.0.7", True),
        ("ALERTS", "team@acme.example", True),
        ("MODE", "a @ b", False),
        ("RATIO", "1:2:x", False),
    ],
)
def test_variable_connects_by_its_last_word_or_an_address(
    name: str, value: str, connects: bool
) -> None:
    variables = Value("known", {name: value, "OTHER": "x"}, None)
    left = without_connections(variables).data
    assert left == ({"OTHER": "x"} if connects else {name: value, "OTHER": "x"})


@pytest.mark.parametrize("data", [None, "text", ["a"]])
def test_variables_that_are_no_mapping_stay(data: object) -> None:
    variables = Value("known", data, None)
    assert without_connections(variables) is variables


@pytest.mark.parametrize("text", ["@", "a@", ".", "1.", ":", "x"])
def test_long_value_is_searched_once(text: str) -> None:
    variables = Value("known", {"MODE": text * 500_000 + " end"}, None)
    assert without_connections(variables).data == variables.data
