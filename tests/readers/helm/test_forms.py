"""Forms under one key that fill several fields: image references, ports, variables, hosts."""

from __future__ import annotations

import pytest

from deploylint.model.data import FOLDER
from deploylint.readers.helm.forms import READERS
from tests.support.values import component, read, value

IMAGES = [
    # the reference, then registry, repository, tag, digest
    ("api", None, "api", None, None),
    ("acme/api", None, "acme/api", None, None),
    ("acme/api:1.2", None, "acme/api", "1.2", None),
    ("acme.io/api:1", "acme.io", "api", "1", None),
    ("localhost/api", "localhost", "api", None, None),
    ("localhost:5000/api:1", "localhost:5000", "api", "1", None),
    ("acme.io:443/team/api", "acme.io:443", "team/api", None, None),
    ("acme.io/api@sha256:ab", "acme.io", "api", None, "sha256:ab"),
    ("acme.io/api:1@sha256:ab", "acme.io", "api", None, "sha256:ab"),
]


@pytest.mark.parametrize(("reference", "registry", "repository", "tag", "digest"), IMAGES)
def test_image_reference_has_its_parts(
    reference: str, registry: str | None, repository: str, tag: str | None, digest: str | None
) -> None:
    main = component(f"image: '{reference}'\n")
    found = [main.value(f"image.{name}") for name in ("registry", "repository", "digest")]
    assert [one.data for one in found] == [registry, repository, digest]
    written = main.value("image.tag")
    assert (None if written.derived else written.data) == tag


def test_template_as_an_image_is_unknown() -> None:
    assert read("image: '{{ .Values.image }}'\n", "image.repository") == "<unknown>"


def test_blank_that_a_trigger_fills_in_is_an_unknown_image() -> None:
    for part in ("repository", "tag"):
        assert read("image: ' '\n", f"image.{part}") == "<unknown>"


FILLED_IN = [
    # the reference, then the state of its registry, repository, tag and digest
    ("acme/api:${TAG}", "absent", "known", "unknown", "absent"),
    ("acme.io/api:{{ .Values.tag }}", "known", "known", "unknown", "absent"),
    ("acme/api:${TAG:-1.0}", "absent", "known", "unknown", "absent"),
    ("acme/api@$(DIGEST)", "absent", "known", "absent", "unknown"),
    ("$REGISTRY/api:1.2", "unknown", "unknown", "known", "absent"),
    ("${REGISTRY}/api", "unknown", "unknown", "known", "absent"),
    ("acme.io/${NAME}", "known", "unknown", "unknown", "absent"),
    ("${IMAGE}", "unknown", "unknown", "unknown", "absent"),
    ("{{ .Values.image", "unknown", "unknown", "unknown", "absent"),
]


@pytest.mark.parametrize(("reference", "registry", "repository", "tag", "digest"), FILLED_IN)
def test_image_reference_with_a_variable_is_unknown_in_that_part_alone(
    reference: str, registry: str, repository: str, tag: str, digest: str
) -> None:
    main = component(f"image: '{reference}'\n")
    found = [
        main.value(f"image.{name}").state for name in ("registry", "repository", "tag", "digest")
    ]
    assert found == [registry, repository, tag, digest]


@pytest.mark.parametrize("image", ["acme/api:${TAG}", "${IMAGE}"])
def test_pull_policy_of_a_tag_that_is_filled_in_is_unknown(image: str) -> None:
    assert read(f"image: '{image}'\n", "image.pull-policy") == "<unknown>"


PORTS = [
    ("{http: 80}", 80, 80),
    ('{http: "80"}', 80, 80),
    ("{http: {port: 80, targetPort: 8080}}", 80, 8080),
    ("{metrics: {port: 9}, http: {port: 80}}", 80, 80),
    ("{web: {port: 81}, metrics: {port: 9}}", 81, 81),
    ("[{name: http, port: 80, targetPort: 8080}]", 80, 8080),
    ("[{name: metrics, port: 9}, {name: http, port: 80}]", 80, 80),
    ("[{port: '80', targetPort: '8080'}]", 80, 8080),
    ("[]", "<absent>", "<absent>"),
    ("{http: '{{ .Values.port }}'}", "<unknown>", "<absent>"),
]


@pytest.mark.parametrize(("ports", "port", "target"), PORTS)
def test_ports_as_a_map_or_a_list(ports: str, port: object, target: object) -> None:
    text = f"service: {{ports: {ports}}}\n"
    assert read(text, "service.port") == port
    assert read(text, "service.target-port") == target


VARIABLES = [
    "[{name: A, value: x}, {name: B, value: '1'}]",
    "{A: x, B: '1'}",
    "{A: x, B: 1}",
    "[{name: A, value: x}, {name: B, value: 1}]",
]


@pytest.mark.parametrize("env", VARIABLES)
def test_variables_as_a_list_or_a_map_are_texts(env: str) -> None:
    assert read(f"env: {env}\n", "environment.variables") == {"A": "x", "B": "1"}


@pytest.mark.parametrize("env", ["{A: x, B: []}", "[{name: A, value: x}, {name: B, value: [1]}]"])
def test_variable_that_is_a_list_is_ignored(env: str) -> None:
    assert read(f"env: {env}\n", "environment.variables") == {"A": "x"}


def test_variable_from_a_secret_gives_its_key_and_the_secret() -> None:
    reference = "{secretKeyRef: {name: db, key: url}}"
    for env in (f"[{{name: A, valueFrom: {reference}}}]", f"{{A: {{valueFrom: {reference}}}}}"):
        assert read(f"env: {env}\n", "environment.secret-variables") == {"A": "url"}
        assert read(f"env: {env}\n", "environment.secrets") == ["db"]


def test_literal_secret_is_named_and_is_no_variable() -> None:
    text = "env: {DB_PASSWORD: hunter2, A: x}\n"
    assert read(text, "environment.literal-secrets") == ["DB_PASSWORD"]
    assert read(text, "environment.variables") == {"A": "x"}


def test_sources_and_variables_make_one_set_of_secrets() -> None:
    text = """
    env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: url}}}]
    envFrom: [{secretRef: {name: all}}, {configMapRef: {name: more}}]
    existingSecret: one
    """
    found = value(text, "environment.secrets")
    assert isinstance(found.data, list)
    assert sorted(found.data) == ["all", "db", "one"]
    assert read(text, "environment.config-maps") == ["more"]


HOSTS = [
    ("[a.dev, b.dev]", ["a.dev", "b.dev"], "<absent>"),
    ("[{host: a.dev, paths: [/x, /y]}]", ["a.dev"], ["/x", "/y"]),
    ("[{host: a.dev, paths: [{path: /x, pathType: Prefix}]}]", ["a.dev"], ["/x"]),
    ("[]", "<absent>", "<absent>"),
    ("[{host: '{{ .Values.h }}'}]", "<unknown>", "<absent>"),
]


@pytest.mark.parametrize(("hosts", "names", "paths"), HOSTS)
def test_hosts_as_texts_or_with_paths(hosts: str, names: object, paths: object) -> None:
    text = f"ingress: {{enabled: true, hosts: {hosts}}}\n"
    assert read(text, "route.hosts") == names
    assert read(text, "route.paths") == paths


def test_http_route_gives_its_fields() -> None:
    text = """
    httpRoute:
      parentRefs: [{name: public}]
      hostnames: [a.dev]
      rules: [{matches: [{path: {value: /x}}, {path: {value: /y}}]}]
    """
    fields = ("kind", "gateway", "hosts", "paths")
    assert [read(text, f"route.{name}") for name in fields] == [
        "http-route",
        "public",
        ["a.dev"],
        ["/x", "/y"],
    ]


def test_readers_and_profiles_name_each_other() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml"))
    assert {name for name in READERS if f"({name})" not in text} == set()
