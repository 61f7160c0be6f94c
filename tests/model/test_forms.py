"""Forms: equal values are one object, and what a rule can tell apart is two."""

from __future__ import annotations

import pytest

from deploylint.model.forms import BITS, ELEMENT_NUMBER, FormTable, addresses_in
from deploylint.model.service import Service
from tests.support.values import service


def one_row(table: FormTable, text: str, name: str = "api") -> object:
    return table.rows(service(f"fullnameOverride: {name}\n{text}"))[0]


def same(one: str, other: str, first: str = "api", second: str = "web") -> bool:
    table = FormTable()
    return one_row(table, one, first) is one_row(table, other, second)


def test_row_of_equal_texts_is_one() -> None:
    text = "image: {repository: acme/base, tag: '1'}\nservice: {port: 8000}\n"
    assert same(text, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("service: {port: 8000}\n", "service: {port: 8001}\n"),
        ("image: {tag: 1}\n", "image: {tag: '1'}\n"),
        ("image: {tag: 1}\n", "image: {tag: true}\n"),
        ("image: {tag: 1}\n", "image: {tag: 1.0}\n"),
        ("service: {port: 8000}\n", "service: {}\n"),
        ("service: {port: 8000}\n", "service: {port: '{{ .Values.port }}'}\n"),
        ("livenessProbe: {}\n", "livenessProbe: {enabled: false}\n"),
        ("imagePullSecrets: [a, b]\n", "imagePullSecrets: [b, a]\n"),
        ("imagePullSecrets: [a]\n", "imagePullSecrets: []\n"),
        ("env: {A: '1'}\n", "env: {A: '1', B: '2'}\n"),
        ("env: {A: '1'}\n", "env: {A: '{{ x }}'}\n"),
    ],
)
def test_row_of_values_that_a_rule_distinguishes_is_another(one: str, other: str) -> None:
    assert not same(one, other)


def test_form_of_own_names_is_one_in_services_of_any_name() -> None:
    assert same("image: {repository: acme/api}\n", "image: {repository: acme/web}\n")


def test_form_of_the_name_of_another_service_is_no_own_name() -> None:
    assert not same("imagePullSecrets: [api-auth]\n", "imagePullSecrets: [api-auth]\n")
    assert same("imagePullSecrets: [api-auth]\n", "imagePullSecrets: [web-auth]\n")


def test_form_with_an_own_name_is_marked() -> None:
    found = service("fullnameOverride: api\nimage: {repository: acme/api, tag: '1'}\n")
    forms = FormTable().rows(found)[0].elements[ELEMENT_NUMBER["image"]]
    assert forms is not None
    assert forms.names_service
    repository, tag = forms.form("image.repository"), forms.form("image.tag")
    assert repository is not None
    assert tag is not None
    assert (repository.names_service, tag.names_service) == (True, False)


def test_form_table_that_forgets_gives_distinct_rows_as_before() -> None:
    table = FormTable()
    table.LIMIT = 10
    services: list[Service] = [service(f"service: {{port: {port}}}\n") for port in (1, 2, 1)]
    rows = [table.rows(one)[0].elements[ELEMENT_NUMBER["service"]] for one in services]
    keys = [[form and form.key for form in forms.forms] for forms in rows if forms]
    assert keys[0] == keys[2] != keys[1]


def test_addresses_in_bits_are_those_that_were_set() -> None:
    assert addresses_in(BITS["image.tag"] | BITS["service.port"]) == ("image.tag", "service.port")
    assert addresses_in(0) == ()
