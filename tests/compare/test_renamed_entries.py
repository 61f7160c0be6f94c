"""Objects of a chart that most services call by one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts

APP = """\
controllers:
  %s:
    containers: {app: {image: {repository: acme/%s, tag: '1'}}}
service:
  %s:
    controller: %s
    ports: {http: {port: 80}}
"""


def odd(folder: Path, *names: tuple[str, str, str]) -> list[tuple[str, int, str]]:
    """What is reported of services by name, each with the names of its controller and Service."""
    files = {
        f"deploy/{name}.yaml": APP % (controller, name, service, controller)
        for name, controller, service in names
    }
    rows = check_texts(folder, more=files, only=["odd-key"], configuration="reference: []\n")
    return [(row.file, row.line, row.message) for row in rows]


def names(*services: str) -> list[tuple[str, str, str]]:
    """Services whose controller is called after each, by the name of their Service."""
    return [(name, name, service) for name, service in zip("abcdefgh", services, strict=False)]


def test_service_that_calls_its_object_otherwise_is_reported(folder: Path) -> None:
    found = odd(folder, *names("app", "app", "app", "app", "main"))
    assert [(line, message) for _, line, message in found] == [
        (5, "service.main is service.app in 4 of 5 services")
    ]


def test_several_are_reported_where_nearly_all_have_one_name(folder: Path) -> None:
    assert len(odd(folder, *names(*["app"] * 6, "main", "main"))) == 2


@pytest.mark.parametrize(
    "services",
    [
        ("app", "app", "app", "main"),
        ("app", "app", "app", "main", "main"),
        ("app", "app", "app", "app", "app"),
    ],
)
def test_few_services_or_several_names_show_none(services: tuple[str, ...], folder: Path) -> None:
    assert odd(folder, *names(*services)) == []


def test_object_that_all_others_call_after_themselves_is_reported(folder: Path) -> None:
    services = [(name, name, "app") for name in ("cart", "shop", "mail", "auth")]
    found = odd(folder, *services, ("user", "main", "app"))
    assert [line for _, line, _ in found] == [2]


def test_object_that_is_called_after_its_use_is_right(folder: Path) -> None:
    assert odd(folder, *names("app", "app", "app", "app", "mqtt")) == []


def test_port_is_called_after_its_use(folder: Path) -> None:
    texts = [APP % (name, name, "app", name) for name in "abcde"]
    texts[-1] = texts[-1].replace("{http: {port: 80}}", "{smtp: {port: 25}}")
    rows = check_texts(folder, *texts, only=["odd-key"], configuration="reference: []\n")
    assert [row.message for row in rows if ".smtp" in row.message] == []
