"""Services: their names, the words they call themselves, and what says what they run on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.readers.helm import profile
from deploylint.readers.service import read_service, service_name
from tests.support.values import document, service

FILES = [
    ("deploy/deploy-go.yaml", "go"),
    ("values-web.yaml", "web"),
    ("deploy.web.yaml", "web"),
    ("api/values.yaml", "api"),
    ("api/common.yaml", "api"),
    ("api/values-common.yaml", "common"),
    ("api/deploy.yml", "api"),
    ("values.yaml", "values"),
    ("charts/billing.yaml", "billing"),
    ("prod/api.values.yaml", "api"),
    ("api-values.yaml", "api"),
]


@pytest.mark.parametrize(("file", "name"), FILES)
def test_service_is_called_after_its_file(file: str, name: str) -> None:
    assert service_name(file) == name


NAMES = [
    ("fullnameOverride: api\nimage: acme/api:1\n", ("api",)),
    ("image: acme/api:1\n", ("api",)),
    # a lone image beside a name that the secret is built on too is somebody else's
    (
        "fullnameOverride: web\nimage: acme/api:1\nenvFrom: [{secretRef: {name: web-env}}]\n",
        ("web",),
    ),
    # nothing is built on either of them: both count
    ("fullnameOverride: web\nimage: acme/api:1\n", ("api", "web")),
    ("fullnameOverride: api-gateway\nimage: acme/api:1\n", ("api",)),
    ("replicaCount: 1\n", ()),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_own_names_of_a_service_are_its_words(text: str, names: tuple[str, ...]) -> None:
    assert service(text).own_names == names


RUNTIMES = [
    # the file's name, what it holds, the language and what speaks for it
    ("deploy-go.yaml", "image: a\n", "go", "file name"),
    ("deploy-x.yaml", "image: a\n", "", ""),
    (
        "deploy-go.yaml",
        "workers: {a: {command: [celery, worker, -Q, q]}}\n",
        "python",
        "worker technology celery",
    ),
    (
        "deploy-python.yaml",
        "workers: {a: {type: asynq, command: [./a, worker]}}\n",
        "go",
        "worker technology asynq",
    ),
    (
        "deploy-go.yaml",
        "workers: {a: {command: [python3, -m, worker]}}\n",
        "python",
        "command python3",
    ),
    (
        "deploy-x.yaml",
        "workers: {a: {command: [tini, --, go, run, ./cmd/worker]}}\n",
        "go",
        "command go",
    ),
    ("deploy-x.yaml", "workers: {a: {command: air -c .air.toml}}\n", "go", "command air"),
    (
        "deploy-x.yaml",
        "workers: {a: {command: [sh, -c, 'exec uv run python worker.py']}}\n",
        "python",
        "command python",
    ),
]


@pytest.mark.parametrize(("file", "text", "language", "because"), RUNTIMES)
def test_runtime_follows_the_best_evidence(
    file: str, text: str, language: str, because: str
) -> None:
    found = service(text, file=file)
    assert (found.runtime, found.runtime_because) == (language, because)


def test_runtime_without_evidence_is_present_with_an_unknown_language() -> None:
    main = service("image: a\n", file="deploy-x.yaml").main
    assert main.value("runtime.present").state == "known"
    assert main.value("runtime.language").state == "unknown"


def test_queues_of_all_workers_are_on_the_main_component() -> None:
    workers = "{a: {command: [celery, worker, -Q, x]}, b: {command: [celery, worker, -Q, y]}}"
    queues = service(f"workers: {workers}\n").main.value("workers.queues")
    assert (queues.state, queues.data) == ("known", ["x", "y"])


def test_queues_with_an_unknown_one_are_unknown() -> None:
    workers = "{a: {command: [celery, worker, -Q, x]}, b: {command: [celery, worker, -Q, $(Q)]}}"
    assert service(f"workers: {workers}\n").main.value("workers.queues").state == "unknown"


@pytest.mark.parametrize("text", ["- a\n", "text\n"])
def test_document_without_a_mapping_is_no_service(text: str) -> None:
    assert read_service(document(text), profile.load("helm-create")) is None


WORDS = [
    ("api-env", "api", "{service}-env"),
    ("acme/api:api", "api", "acme/{service}:{service}"),
    ("rapid", "api", "rapid"),
    ("apis", "api", "apis"),
    ("api_api", "api", "{service}_{service}"),
]


@pytest.mark.parametrize(("text", "name", "written"), WORDS)
def test_own_name_counts_only_as_a_whole_word(text: str, name: str, written: str) -> None:
    assert with_service(text, (name,)) == written
    assert holds_word(text, name) is (text != written)


texts = st.text("ab-_/.:")
names = st.lists(st.text("ab-", min_size=1), max_size=2).map(
    lambda found: tuple(sorted(found, key=lambda name: (-len(name), name)))
)


@given(texts, names)
def test_own_name_replaced_twice_is_the_same(text: str, own: tuple[str, ...]) -> None:
    once = with_service(text, own)
    assert with_service(once, own) == once


@given(texts, texts, st.text("xyz", min_size=1), st.text("uvw", min_size=1))
def test_own_name_of_a_renamed_service_gives_no_difference(
    before: str, after: str, one: str, other: str
) -> None:
    def written(name: str) -> str:
        return with_service(f"{before}-{name}-{after}", (name,))

    assert written(one) == written(other) == f"{before}-{SELF}-{after}"
