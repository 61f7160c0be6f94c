"""Variables with a slip in a word that others beside them spell otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.nodes import text_of
from deploylint.documents.reader import Document, read_text
from deploylint.readers.mistaken_variables import mistaken_variables
from tests.support.projects import deployment, report, write

CASES = [
    # variables, and those that are slips with what is meant
    ("KEYCLOAK_URL KEYCLOAK_REALM KEYCLOAK_USER", []),
    ("KEYCOLAK_URL KEYCLOAK_REALM KEYCLOAK_USER", ["KEYCOLAK_URL KEYCLOAK_URL"]),
    ("KEYCLAK_URL KEYCLOAK_REALM KEYCLOAK_USER", ["KEYCLAK_URL KEYCLOAK_URL"]),
    ("KEYCLOAK_URL APP_KEYCLOAK_REALM MY_KEYCLOKA", ["MY_KEYCLOKA MY_KEYCLOAK"]),
    ("DB_PASWORD API_PASSWORD MAIL_PASSWORD", ["DB_PASWORD DB_PASSWORD"]),
    ("KEYCOLAK_URL KEYCLOAK_REALM", []),
    ("KEYCOLAK_URL KEYCOLAK_REALM KEYCLOAK_USER KEYCLOAK_ID", []),
    ("KEYCOLAK_URL KEYCLOAK_URL KEYCLOAK_USER", []),
    ("ORDERS_URL ORDER_ID ORDER_QUEUE", []),
    ("ENTRY_POINT SENTRY_URL SENTRY_ENV", []),
    ("STRIP_PREFIX STRIPE_KEY STRIPE_URL", []),
    ("MONGOD_PORT MONGODB_URL MONGODB_USER", []),
    ("CACHED_SIZE CACHE_TTL CACHE_KEY", []),
    ("NODES_MIN CODES_A CODES_B", []),
    ("FORM_URL FROM_A FROM_B", []),
    ("DATABASE2_URL DATABASE1_URL DATABASE1_USER", []),
    ("keycolak_url keycloak_realm keycloak_user", []),
]
SHAPES = ["a list", "a mapping"]


def written(names: str, shape: str) -> str:
    if shape == "a list":
        return f"[{', '.join(f'{{name: {name}, value: a}}' for name in names.split())}]"
    return f"{{{', '.join(f'{name}: a' for name in names.split())}}}"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("names", "told"), CASES)
def test_variable_with_a_slip_of_a_word_of_others_is_reported(
    names: str, told: list[str], shape: str
) -> None:
    text = f"other: [a, {{name: KEYCLOAK_A}}]\nenv: {written(names, shape)}\n"
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document)
    faults = list(mistaken_variables(document.roots[0]))
    assert [f"{text_of(fault.node)} {fault.meant}" for fault in faults] == told


@pytest.mark.parametrize("count", [1, 6])
def test_variable_with_a_slip_is_reported_once_in_any_group(count: int, tmp_path: Path) -> None:
    right = "KEYCLOAK_URL KEYCLOAK_REALM KEYCLOAK_USER"
    names = "abcdef"[:count]
    files = {f"deploy/{name}.yaml": with_variables(name, right) for name in names}
    files["deploy/a.yaml"] = with_variables("a", right.replace("KEYCLOAK_URL", "KEYCOLAK_URL"))
    found = report(write(tmp_path, files) / "deploy", rules=("unknown-key",)).findings
    assert [(Path(one.location.file).name, one.rule) for one in found] == [
        ("a.yaml", "unknown-key")
    ]


def with_variables(name: str, names: str) -> str:
    return deployment(name, f"        env: {written(names, SHAPES[0])}\n")
