"""What is a secret, how a text that holds one is shown, and that looking for it takes no longer."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploylint.documents.nodes import Problem
from deploylint.documents.reader import read_text
from deploylint.model.secret_signs import (
    may_name_a_secret,
    surely_is_a_secret,
    surely_names_a_secret,
)
from deploylint.model.secrets import (
    hides,
    holds_a_secret,
    is_secret,
    literal_in,
    redact,
    secret_nodes,
    secret_spans,
)

LONG = 100_000
"""Characters: where looking were quadratic, one of these would take a minute and more."""


@pytest.mark.parametrize(
    "text",
    ["a", "a://b:", "password=", "password: ", 'password="', "--token ", "-", "a.b", "pass", "x:"],
)
def test_secrets_of_a_long_text_are_searched_once(text: str) -> None:
    assert isinstance(redact("x", text * (LONG // len(text))), str)


@pytest.mark.parametrize("text", ["/a", "/aaaa", "a", "/", "-", "/A1"])
def test_long_secret_is_looked_at_once(text: str) -> None:
    assert holds_a_secret("password", text * (LONG // len(text)) + "!")
    assert literal_in("--password", text * (LONG // len(text)) + "!") == (
        "" if text == "-" else "--password"
    )


@pytest.mark.parametrize("text", ["hunter2", "--password=hunter2", "https://u:hunter2@h", "a b"])
@pytest.mark.parametrize("name", ["API_TOKEN", "command"])
def test_redacted_data_redacted_again_stays_the_same(name: str, text: str) -> None:
    once = redact(name, ["x", "--token", text, text])
    assert redact(name, once) == once
    assert redact(name, redact(name, text)) == redact(name, text)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("DB_PASSWORD", True),
        ("password", True),
        ("passwd", True),
        ("passphrase", True),
        ("pwd", True),
        ("DB_PWD", True),
        ("cpwd", False),
        ("clientSecret", True),
        ("API_TOKEN", True),
        ("apiKey", True),
        ("api-keys", True),
        ("accessKey", True),
        ("private_key", True),
        ("credentials", True),
        ("SENTRY_DSN", True),
        ("dsn", True),
        ("secretKey", True),
        ("auth_key", True),
        ("existingSecret", False),
        ("secretName", False),
        ("imagePullSecret", False),
        ("existing-secret", False),
        ("passwordFile", False),
        ("key", False),
        ("tokens", False),
        ("", False),
    ],
)
def test_name_of_a_secret_is_known(name: str, is_one: bool) -> None:
    assert surely_names_a_secret(name) is is_one


@pytest.mark.parametrize(
    ("name", "data", "is_one"),
    [
        ("password", "hunter2", True),
        ("password", 1234, True),
        ("password", 1.5, True),
        ("password", True, False),
        ("password", None, False),
        ("password", ["hunter2"], False),
        ("password", "", False),
        ("password", "  ", False),
        ("password", "true", False),
        ("password", "FALSE", False),
        ("ALLOW_EMPTY_PASSWORD", "yes", False),
        ("PASS_TOKEN", "1", False),
        ("password", "12", True),
        ("password", "$(DB_PASSWORD)", False),
        ("password", "${DB_PASSWORD}", False),
        ("password", "x{{ .Values.p }}y", False),
        ("password", "<redacted>", False),
        ("url", "https://user:hunter2@host/", True),
        ("url", "https://user@host/", False),
        ("url", "https://$(USER):$(PASSWORD)@host/", False),
        ("url", "https://${USER}:${PASSWORD}@host/", False),
        ("url", "https://$(USER):$hunter2@host/", True),
        ("url", "https://host:8080/", False),
        ("url", "https://user:<redacted>@host", False),
        ("mode", "hunter2", False),
        ("password", "/run/secrets/db.password", False),
        ("credentials", "/run/secrets/${KEY_FILE}", False),
        ("credentials", "/run/${FOLDER}/key.json", False),
        ("credentials", "${FOLDER}/key.json", False),
        ("credentials", "/run/$(FOLDER)/$(KEY_FILE)", False),
        ("credentials", "/run/secrets/key-${COLOR}.json", False),
        ("credentials", "/run/secrets/${KEY_FILE:-hunter2}", True),
        ("credentials", "/hunter2${KEY}", True),
        ("credentials", "hunter2/${KEY}", True),
        ("dsn", "postgres://$(user):$(password)@db/x?$(more)", False),
        ("connection_string", "amqp://user:${PASSWORD}@mq:5672", False),
        ("dsn", "postgres://$(user):hunter2@db/x", True),
        ("dsn", "postgres://user:${PASSWORD:-hunter2}@db/x", True),
        ("tls-private-key", "/etc/tls/private/tls.key", False),
        ("secret", "/K7MDENG/bPxRfiCYEXAMPLEKEY", True),
        ("password", "/hunter2", True),
    ],
)
def test_literal_is_a_secret_by_its_name_or_as_a_url(name: str, data: object, is_one: bool) -> None:
    assert holds_a_secret(name, data) is is_one


@pytest.mark.parametrize(
    ("before", "text", "name"),
    [
        ("serve", "--token=hunter2", "--token"),
        ("--token", "hunter2", "--token"),
        ("--token", "--verbose", ""),
        ("--token", "$(TOKEN)", ""),
        ("serve", "API_KEY=hunter2 ./serve --fast", "API_KEY"),
        ("serve", "./serve --password hunter2", "--password"),
        ("serve", "--tls-private-key=/etc/tls/tls.key", ""),
        ("serve", "--server-secret=$(POD_NAMESPACE)/server-tls", ""),
        ("serve", "--server-secret=$(USER):server-tls", "--server-secret"),
        ("-c", 'serve --requirepass "${PASSWORD}"\n', ""),
        ("-c", "serve --requirepass='$PASSWORD' --fast", ""),
        ("-c", 'API_KEY="$(KEY)" serve', ""),
        ("-c", 'serve --requirepass "hunter2"', "--requirepass"),
        ("-c", 'serve --password "${PASSWORD}" --token "hunter2"', "--token"),
        ("-c", "set -e\nclient_secret=name-of-a-secret\ncreate $client_secret\n", ""),
        ("-c", "set -e\npsql postgres://app:hunter2@db/app\n", "set"),
        ("", "", ""),
    ],
)
def test_word_of_a_command_holds_a_secret_by_its_option_or_its_shape(
    before: str, text: str, name: str
) -> None:
    assert literal_in(before, text) == name


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("password=hunter2", ["hunter2"]),
        ("password: hunter2, next: 1", ["hunter2"]),
        ('password="two words" x', ['"two words"']),
        ("password='two words' x", ["'two words'"]),
        ('{"password": "hunter2"}', ['"hunter2"']),
        ('{\\"password\\": \\"hunter2\\"}', ['\\"hunter2']),
        ("--token hunter2 x", ["hunter2"]),
        ("--token=hunter2", ["hunter2"]),
        ("--token --next", []),
        ("token hunter2", []),
        ("password=", []),
        ("password=$(P)", []),
        ("password='true'", []),
        ("password=<redacted>", []),
        ("a: https://u:hunter2@h b: https://v:hunter3@h", ["hunter2", "hunter3"]),
        ("mode=hunter2", []),
        ("password=a token=b", ["a", "b"]),
        ("password=token=b", ["token=b"]),
        ("--.-=x", []),
    ],
)
def test_free_text_with_secrets_gives_their_places(text: str, secrets: list[str]) -> None:
    assert [text[start:end] for start, end in secret_spans(text)] == secrets


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [
        ("password", "hunter2", "<redacted>"),
        ("password", 12345, "<redacted>"),
        ("mode", "hunter2", "hunter2"),
        ("mode", 7, 7),
        ("url", "https://u:hunter2@h/x", "https://u:<redacted>@h/x"),
        ("args", "run --token hunter2 now", "run --token <redacted> now"),
        ("args", ["--token", "hunter2", "k"], ["--token", "<redacted>", "k"]),
        ("args", ["--token=x", "hunter2"], ["--token=<redacted>", "hunter2"]),
        ("args", ["--mode", "hunter2"], ["--mode", "hunter2"]),
        ("args", ["token", "hunter2"], ["token", "hunter2"]),
        ("passwords", ["a", "bc"], ["<redacted>", "<redacted>"]),
        (
            "env",
            {"name": "API_TOKEN", "value": "x"},
            {"name": "API_TOKEN", "value": "<redacted>"},
        ),
        ("env", {"name": "MODE", "value": "x"}, {"name": "MODE", "value": "x"}),
        ("env", {"name": "API_TOKEN", "other": "x"}, {"name": "API_TOKEN", "other": "x"}),
        ("env", {"name": 1, "value": "x"}, {"name": 1, "value": "x"}),
        ("env", {"password": "x"}, {"password": "<redacted>"}),
        ("x", None, None),
    ],
)
def test_data_with_secrets_is_shown_without_them(name: str, data: object, shown: object) -> None:
    assert redact(name, data) == shown
    assert hides(shown) is (shown != data)


@pytest.mark.parametrize(
    "name",
    [
        "DB_PASSWORD_PROD",
        "API_KEY_V2",
        "PASSWORD_2",
        "SECRET_KEY_BASE",
        "SIGNING_KEY",
        "TOKEN_VALUE",
    ],
)
def test_name_with_a_qualifier_surely_names_a_secret(name: str) -> None:
    assert surely_names_a_secret(name)


@pytest.mark.parametrize(
    ("name", "is_masked"),
    [
        ("ACCESS_TOKENS", True),
        ("AUTHORIZATION", True),
        ("sessionCookie", True),
        ("SMTP_CREDS", True),
        ("CONNECTION_STRING", True),
        ("WEBHOOK_URL", True),
        ("appKey", True),
        ("PIN_CODE", True),
        ("unlockCode", True),
        ("WIFI_PSK", True),
        ("SEED_PHRASE", True),
        ("MFA_SEED", True),
        ("STRIPE_KEY", True),
        ("GCP_SA_KEY", True),
        ("PRESHARED_KEY", True),
        ("COUNTRY_CODE", False),
        ("POSTCODE", False),
        ("PIN_VERSION", False),
        ("PINNED", False),
        ("ROUTING_KEY", False),
        ("RANDOM_SEED", False),
        ("PASSWORD_FILE", False),
        ("tokenTTL", False),
        ("SECRET_NAME", False),
        ("COOKIE_DOMAIN", False),
        ("existingSecretPasswordKey", False),
        ("imageTag", False),
        ("checksum", False),
        ("GIT_COMMIT", False),
        ("partitionKey", False),
        ("monkey", False),
        ("compass", False),
    ],
)
def test_name_that_may_hold_a_secret_is_masked(name: str, is_masked: bool) -> None:
    assert may_name_a_secret(name) is is_masked
    assert hides(redact(name, "hunter2")) is is_masked


@pytest.mark.parametrize(
    "text",
    [
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "r.example/acme/api@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "v1.24.3-alpine3.19-20240131",
        "acme-storefront-service-canary-2",
        "org.springframework.boot.autoconfigure.DataSourceAutoConfiguration",
        "https://api.example.com:8443/v1/health?mail=a@b.example",
        "http://localhost:8080/metrics",
        "ssh://git@github.com/acme/api.git",
        "user@example.com",
        "/var/run/secrets/kubernetes.io/serviceaccount/token",
        "--config=/etc/app/config.yaml --concurrency=2",
        "basic auth is on",
        "2024-01-31T10:00:00Z",
    ],
)
def test_digest_commit_tag_and_plain_text_are_no_secret(text: str) -> None:
    assert redact("value", text) == text
    assert not holds_a_secret("value", text)


FRAGMENTS = st.sampled_from(
    [
        *(
            "password=",
            "--token ",
            "https://u:",
            "@h",
            "/",
            " ",
            '"',
            "'",
            "\\",
            ":",
            "x",
            "=",
            "sig",
        ),
        *(
            "<redacted>",
            "<redacted 3 chars>",
            "-u ",
            "Bearer ",
            "eyJabcde.fghij",
            "AKIA",
            "A1b2C3d4",
        ),
        *(
            "Zk3vXq81LmTt0pWc7RyB5nHd2sGf9aJe",
            "-----BEGIN PRIVATE KEY-----",
            "${PASSWORD:-",
            "}",
            ",",
        ),
        "\n",
    ]
)
NAMES = st.sampled_from(["x", "API_TOKEN", "args", "secrets", "url", "-u", "value", "COOKIE"])
DATA = st.recursive(
    st.lists(FRAGMENTS, max_size=8).map("".join) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.hypothesis
@given(NAMES, DATA)
@settings(max_examples=200)
def test_redacted_is_idempotent_and_keeps_keys(name: str, data: object) -> None:
    once = redact(name, data)
    assert redact(name, once) == once
    assert keys(once) == keys(data)


def keys(data: object) -> object:
    if isinstance(data, dict):
        return {key: keys(value) for key, value in data.items()}
    return [keys(item) for item in data] if isinstance(data, list) else None


SECRET = "kind: Secret\nmetadata: {name: x}\n"


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("password: hunter2\nmode: x\n", ["hunter2"]),
        ("a: {token: t, b: [x]}\n", ["t"]),
        ("args: [--token, hunter2, k]\n", ["hunter2"]),
        ("env: [{name: API_TOKEN, value: x}, {name: MODE, value: y}]\n", ["x"]),
        ("env: [{name: [a], value: x}]\n", []),
        ("passwords: [a, b]\n", ["a", "b"]),
        (
            "kind: Secret\nmetadata: {name: x}\ndata: {a: QQ==}\nstringData: {b: {c: d}}\n",
            ["QQ==", "d"],
        ),
        ("kind: Secret\ndata: {a: QQ==}\n", []),
        ("kind: ConfigMap\nmetadata: {name: x}\ndata: {a: QQ==}\n", []),
        ("password: !x hunter2\n", ["hunter2"]),
    ],
)
def test_document_with_secrets_gives_their_nodes(text: str, secrets: list[str]) -> None:
    document = read_text(text, "a.yaml")
    assert not isinstance(document, Problem)
    assert [node.content for node in secret_nodes(document.roots[0])] == secrets


def test_secret_without_metadata_is_none() -> None:
    for text, wanted in (("kind: Secret\nmetadata: {}\n", True), ("kind: Secret\n", False)):
        document = read_text(text, "a.yaml")
        assert not isinstance(document, Problem)
        assert is_secret(document.roots[0]) is wanted


@pytest.mark.parametrize(
    "text", ["imagePullSecrets: [{name: registry}]", "imagePullSecrets: [registry]"]
)
def test_list_of_names_of_secrets_in_a_text_is_shown(text: str) -> None:
    assert redact("", text) == text


def letters(kind: str, count: int) -> str:
    """So many letters and digits of a kind, the same in each run."""
    return "".join(random.Random(kind).choices(kind, k=count))


HEX, ANY, UPPER = string.hexdigits.lower()[:16], string.ascii_letters + string.digits, "ABCDEF2345"
PROVIDERS = {
    "glcbt-64_": letters(ANY, 20),
    "GR1348941": letters(ANY, 20),
    "doo_v1_": letters(HEX, 64),
    "api_org_": letters(string.ascii_letters, 34),
    "sk-svcacct-": letters(ANY, 60),
    "glsa_": f"{letters(ANY, 32)}_{letters(HEX, 8)}",
    "glc_": letters(ANY, 60),
    "dapi": letters(HEX, 32),
    "pul-": letters(HEX, 40),
    "dt0c01.": f"{letters(UPPER, 24)}.{letters(UPPER, 64)}",
    "sntryu_": letters(HEX, 64),
    "ntn_": letters("0123456789", 11) + letters(ANY, 35),
    "LTAI": letters(ANY, 20),
    "AKCp": letters(ANY, 69),
    "cmVmd": letters(ANY, 59),
    "ops_eyJ": letters(ANY, 250),
    "a~b8Q~": letters(ANY, 34),
    "ABSK": letters(ANY, 120),
    "HRKU-AA": letters(ANY, 58),
    "xkeysib-": f"{letters(HEX, 64)}-{letters(ANY, 16)}",
    "fm2_": letters(ANY, 120),
    "fo1_": letters(ANY, 43),
    "pnu_": letters(ANY, 36),
    "rdme_": letters(HEX, 70),
    "sgp_local_": letters(HEX, 40),
    "EAAA": letters(ANY, 40),
    "EZAK": letters(ANY, 54),
    "abc123_": f"{letters(ANY, 29)}_mmk",
}
"""The texts behind the prefixes of tokens of providers."""


@pytest.mark.parametrize("prefix", PROVIDERS)
def test_token_of_a_provider_is_masked_and_surely_a_secret(prefix: str) -> None:
    token = prefix + PROVIDERS[prefix]
    assert surely_is_a_secret(f"--key={token}")
    masked = redact("", f"--key {token} more")
    assert all(part not in str(masked) for part in PROVIDERS[prefix].split("_"))


@pytest.mark.parametrize(
    "text",
    [
        f"sha256:{letters(HEX, 64)}",
        f"acme.example/api@sha256:{letters(HEX, 64)}",
        letters(HEX, 40),
        f"v1.2.3-{letters(HEX, 8)}",
        f"main-{letters(HEX, 40)}",
        "glossary-of-terms-and-of-more-things",
        "api_organisation_settings_of_the_fleet",
        "fm_radio_station_of_the_north",
    ],
)
def test_digest_commit_id_or_tag_is_no_token(text: str) -> None:
    assert not surely_is_a_secret(text)
