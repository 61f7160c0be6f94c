"""Ports of a program that are not the target port, as those of all others are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import report, said, write

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, labels: {app: NAME}}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
      - name: NAME
        image: acme/NAME:1.2.0
        args: [serve, --port, "8080"]
        env:
        - {name: HTTP_PORT, value: "8080"}
        - {name: LIMIT, value: "8080"}
        ports:
        - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {selector: {app: NAME}, ports: [{name: http, port: 80, targetPort: http}]}
"""
NAMES = ("billing", "orders", "stock")


def lines(folder: Path, text: str, *names: str) -> list[str]:
    """What is odd where ``orders`` has another text."""
    files = {f"{name}.yaml": MANIFEST.replace("NAME", name) for name in (*NAMES, *names)}
    write(folder, files | {"orders.yaml": text.replace("NAME", "orders")})
    return said(report(folder, rules=("odd-key",)))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('--port, "8080"', '--port, "8081"', 12),
        ('HTTP_PORT, value: "8080"', 'HTTP_PORT, value: "9000"', 14),
        ("containerPort: 8080", "containerPort: 8081", 17),
        ('LIMIT, value: "8080"', 'LIMIT, value: "9000"', 0),
        ("8080", "8081", 0),  # all of it
    ],
)
def test_port_of_a_program_that_is_not_its_target_port_is_reported(
    old: str, new: str, line: int, tmp_path: Path
) -> None:
    found = lines(tmp_path, MANIFEST.replace(old, new))
    assert found == ([f"orders.yaml:{line} odd-key"] if line else [])


@pytest.mark.parametrize(
    ("usual", "arguments", "is_reported"),
    [
        ("--port=8080", "--port=8081", True),
        ("--http-port=8080", "--http-port=8081", True),
        ("-port=8080", "-port=8081", True),
        ("--port=8080", "--port=8080", False),
        ("--port=8080", "--metrics-port=9090", False),  # another option
        ("--retries=8080", "--retries=8081", False),
        ("--upstream=billing:8080", "--upstream=billing:8081", False),
    ],
)
def test_port_of_an_argument_in_one_word_is_compared_with_the_target_port(
    usual: str, arguments: str, is_reported: bool, tmp_path: Path
) -> None:
    old = '[serve, --port, "8080"]'
    write(
        tmp_path,
        {
            f"{name}.yaml": MANIFEST.replace(old, f"[{usual}]").replace("NAME", name)
            for name in "abc"
        },
    )
    text = MANIFEST.replace(old, f"[{arguments}]").replace("NAME", "orders")
    write(tmp_path, {"orders.yaml": text})
    found = said(report(tmp_path, rules=("odd-key",)))
    assert ("orders.yaml:12 odd-key" in found) is is_reported


def test_port_of_a_program_that_is_listed_too_is_another_one(tmp_path: Path) -> None:
    ports = "- {name: http, containerPort: 8080}\n        - {name: admin, containerPort: 8081}"
    text = MANIFEST.replace("- {name: http, containerPort: 8080}", ports)
    assert lines(tmp_path, text.replace('--port, "8080"', '--port, "8081"')) == []


def test_variable_that_a_copy_left_as_it_is_in_all_others_may_be_unread(tmp_path: Path) -> None:
    text = MANIFEST.replace("containerPort: 8080", "containerPort: 6066")
    assert lines(tmp_path, text.replace('--port, "8080"', '--port, "6066"')) == []


@pytest.mark.parametrize(
    ("arguments", "is_reported"),
    [('--port, "6066"', False), ('--port, "8080"', True)],
)
def test_port_that_a_copy_left_is_reported_where_the_program_reads_it(
    arguments: str, is_reported: bool, tmp_path: Path
) -> None:
    """A program need not read a variable, but it reads its arguments."""
    text = MANIFEST.replace("containerPort: 8080", "containerPort: 6066")
    text = text.replace('        - {name: LIMIT, value: "8080"}\n', "")
    variable = "8080" if "6066" in arguments else "6066"
    text = text.replace('HTTP_PORT, value: "8080"', f'HTTP_PORT, value: "{variable}"')
    found = lines(tmp_path, text.replace('--port, "8080"', arguments))
    assert found == ["orders.yaml:12 odd-key"] * is_reported


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('HTTP_PORT, value: "8080"', 'HTTP_PORT, value: "9000"', "HTTP_PORT is 9000"),
        ('--port, "8080"', '--port, "8081"', "args[2] is 8081"),
    ],
)
def test_port_of_a_program_is_named_by_its_variable_or_its_place(
    old: str, new: str, what: str, tmp_path: Path
) -> None:
    files = {f"{name}.yaml": MANIFEST.replace("NAME", name) for name in NAMES}
    files["orders.yaml"] = files["orders.yaml"].replace(old, new)
    (found,) = report(write(tmp_path, files), rules=("odd-key",)).findings
    assert f"{what}, and the target port 8080" in found.message


def test_port_that_two_places_agree_on_shows_the_target_port_to_be_the_slip(
    tmp_path: Path,
) -> None:
    plain = MANIFEST.replace('        - {name: LIMIT, value: "8080"}\n', "")
    files = {f"{name}.yaml": plain.replace("NAME", name) for name in NAMES}
    files["orders.yaml"] = files["orders.yaml"].replace(
        "containerPort: 8080", "containerPort: 8081"
    )
    (found,) = report(write(tmp_path, files), rules=("odd-key",)).findings
    assert (found.location.line, found.message) == (
        16,
        "containerPort is 8081; 2 other places have 8080",
    )


def test_port_of_a_program_in_two_services_is_no_slip(tmp_path: Path) -> None:
    text = MANIFEST.replace('--port, "8080"', '--port, "8081"')
    write(tmp_path, {"more.yaml": text.replace("NAME", "more")})
    assert lines(tmp_path, text) == []
