"""Which words are a service's own beside its reference's."""

from __future__ import annotations

from deploylint.documents.reader import Document, read_text
from deploylint.engine.profile_choice import choose_profile
from deploylint.model.service import Service
from deploylint.readers.service import read_service
from deploylint.readers.service_names import group_names


def service(name: str, given: str, image: str, secret: str) -> Service:
    text = (
        f"fullnameOverride: {given}\n"
        f"image: {{repository: acme.io/{image}, tag: '1'}}\n"
        f"envFrom: [{{secretRef: {{name: {secret}}}}}]\n"
    )
    document = read_text(text, f"deploy-{name}.yaml")
    assert isinstance(document, Document)
    found = read_service(document, choose_profile([document], "")[0])
    assert found is not None
    return found


REFERENCE = service("python", "backend", "backend", "backend-env")


def names(*services: Service) -> list[tuple[str, ...]]:
    apart = group_names([REFERENCE, *services], REFERENCE)
    return [apart(one).own_names for one in services]


def test_service_keeps_its_own_name() -> None:
    assert names(service("go", "api", "api", "api-env")) == [("api",)]


def test_own_name_of_the_reference_does_not_count_in_a_copy() -> None:
    assert names(service("go", "api", "backend", "backend-env")) == [("api",)]


def test_own_name_without_another_name_is_kept() -> None:
    assert names(service("go", "backend", "backend", "backend-env")) == [("backend",)]


def test_own_name_is_the_given_one_beside_a_shared_word() -> None:
    services = [
        service("python", "backend", "shop", "shop-env"),
        service("go", "api", "shop", "shop-env"),
    ]
    apart = group_names(services, services[0])
    found = [apart(one).own_names for one in services]
    assert found == [("backend", "shop"), ("shop", "api")]


def test_name_of_a_file_is_an_own_one_where_the_image_is_called_after_it() -> None:
    assert names(service("sorter", "", "sorter-sim", "db")) == [("sorter-sim", "sorter")]
    assert names(service("sorter", "", "mail", "db")) == [("mail",)]
