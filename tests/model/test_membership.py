"""Whether one item is among a set: yes, no, or that the item says nothing of its own."""

from __future__ import annotations

import pytest

from deploylint.model.membership import modules, ports, programs, routes

PROGRAMS = frozenset({"api-service", "serve", "sh"})


@pytest.mark.parametrize(
    ("program", "among"),
    [
        ("api-service", True),
        ("./api-service", True),
        ("/usr/bin/sh", True),
        ("api-servce", False),  # one letter away from a program that is there
        ("./bin/api-servce", False),
        ("servr", False),  # the shortest name that a misspelling is told by
        ("serv", None),
        ("hs", None),
        ("redis-server", None),  # nothing alike: it may be there by other means
        ("", None),
    ],
)
def test_program_is_among_others_by_its_name(program: str, among: bool | None) -> None:
    assert programs(PROGRAMS, program) is among


MODULES = frozenset({"app", "app.main", "app.main.app", "app.main.create"})


@pytest.mark.parametrize(
    ("application", "among"),
    [
        ("app.main:app", True),
        ("app.main", True),
        ("app.main.app", True),
        ("app.main:create()", True),
        ("app.mian:app", False),
        ("app.main:ap", False),
        ("app:main:app", True),
        ("uvicorn.main:app", None),
        ("application", None),
        ("", None),
    ],
)
def test_application_is_among_modules_of_its_package(application: str, among: bool | None) -> None:
    assert modules(MODULES, application) is among


ROUTES = frozenset({"/", "/xml", "/health", "/users/{}", "/files/{}.json", "/a/{}/b"})


@pytest.mark.parametrize(
    ("path", "among"),
    [
        ("/health", True),
        ("health", True),
        ("/health/", True),
        ("/health?full=1", True),
        ("/", True),
        ("", True),
        ("/healthz", False),
        ("/health/live", False),
        ("/users/7", True),
        ("/users/", False),
        ("/users/7/8", False),
        ("/files/a.json", True),
        ("/files/a-json", False),
        ("/files/.json", False),
        ("/a/x/b", True),
        ("/a/x/c", False),
        ("/x/y/b", False),
        ("/ml", False),
    ],
)
def test_path_is_among_routes_part_by_part(path: str, among: bool) -> None:
    assert routes(ROUTES, path) is among


@pytest.mark.parametrize(
    ("port", "among"), [("8080", True), ("8081", False), ("http", None), ("", None), ("-1", None)]
)
def test_port_is_among_others_by_its_number(port: str, among: bool | None) -> None:
    assert ports(frozenset({"8080", "9090"}), port) is among
