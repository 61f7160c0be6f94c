"""Sixty kinds of secrets in a deployment: no output of any command shows one, nor does init."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.projects import project, ran, write
from tests.support.reports import squeezed

CANARY = "Hunter2Canary9xQ"
"""What is looked for. It is the secret, or a part of it that every spelling of it keeps."""
RANDOM = f"Zk3vXq81LmTt0pWc{CANARY}7RyB5nH"
NAMES = """\
DB_PASSWORD PASSWORD_2 db_password_prod ROOTPW PASS_PHRASE AUTHORIZATION SECRET_KEY_BASE
SIGNING_KEY JWT_SIGNING_KEY ENCRYPTION_KEY FERNET_KEY MASTER_KEY APP_KEY SSH_KEY
API_KEY_V2 API_TOKEN_PROD TOKEN_VALUE ACCESS_TOKENS OAUTH_SECRETS SMTP_CREDS GITHUB_PAT
NPM_AUTH SESSION_COOKIE CONNECTION_STRING WEBHOOK_URL KUBECONFIG DOCKERCONFIGJSON
SENTRY_DSN clientSecret azure.clientSecret STORAGE_ACCOUNT_KEY HMAC TLS_KEY
STRIPE_SK TS_AUTHKEY CSRF_KEY KUBE_CONFIG SSH_IDENTITY CLIENT_PEM SIGNATURE_KEY VAULT_UNSEAL
Passw0rd
"""
"""Names of which each says that a value is secret."""
TEXTS = {
    "a URL": f"postgres://user:{CANARY}@db/app",
    "a URL with signs": f"amqp://u:p@{CANARY}@h and amqp://u:p/{CANARY}@h",
    "a URL without a user": f"redis://:{CANARY}@redis:6379/0",
    "a token in a URL": f"https://{CANARY}@git.example/x.git",
    "a URL and an option": f"curl http://u:p@h --token={CANARY}",
    "an option in quotes": f'run --password "a {CANARY}" now',
    "an option": f"run --api-key {CANARY}",
    "a header": f'-H "Authorization: Bearer {CANARY}"',
    "a basic header": f"authorization: Basic {CANARY}",
    "a login": f"curl -u user:{CANARY} https://x",
    "redis": f"redis-cli -h x -a {CANARY}",
    "mysql": f"mysql -u root -p{CANARY} db",
    "a default": f"${{PASSWORD:-{CANARY}}}",
    "an account key": f"AccountName=a;AccountKey={CANARY};EndpointSuffix=x",
    "a signature": f"https://x.blob.example/c?sv=1&sig={CANARY}",
    "a hook": f"https://hooks.slack.com/services/T0/B0/{CANARY}",
    "a payment key": f"sk_live_{CANARY}",
    "a code host": f"ghp_{CANARY}0123456789abcdefgh",
    "a chat": f"xoxb-123-{CANARY}",
    "an agent of a code host": f"glagent-{CANARY}{CANARY}",
    "a cloud's command line": f"dp.pt.{CANARY}{CANARY}{CANARY}",
    "a database service": f"pscale_tkn_{CANARY}{CANARY}",
    "a search service": f"pplx-{CANARY}{CANARY}{CANARY}",
    "a cluster's user": f"sha256~{CANARY}{CANARY}{'a' * 11}",
    "a workspace": f"{'a' * 14}.atlasv1.{CANARY}{CANARY}{CANARY}{CANARY}",
    "a hook of a chat": f"https://acme.webhook.office.com/webhookb2/{CANARY}@x/IncomingWebhook/y",
    "a bot of a chat": f"123456789:AA{CANARY}{CANARY}{'a' * 9}",
    "a file of logins": f"machine h login u password {CANARY}",
    "a file of passwords": f"db.acme.example:5432:app:u:{CANARY}",
    "an element": f"<db:password>{CANARY}</db:password>",
    "a token of three parts": f"eyJhbGciOiJI.eyJ{CANARY}.c2ln",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    "an open private key": f"-----BEGIN PRIVATE KEY-----\n{CANARY}",
    "docker's file": f'{{"auths": {{"r.example": {{"auth": "{CANARY}"}}}}}}',
    "long random text": RANDOM,
    "an assignment": f"export DB_PASSWORD={CANARY}",
}
PLACES = {
    "secrets": f"secrets:\n  x: {CANARY}\n  deep:\n    y: {CANARY}\n",
    "secretEnv": f"secretEnv: {{A: {CANARY}, B: [{CANARY}]}}\n",
    "stringData": f"extraSecret:\n  stringData: {{A: {CANARY}}}\n",
    "a list": f"secrets:\n- name: a\n  value: {CANARY}\n",
    "a block": f"tlsKey: |\n  first\n  {CANARY}\n  {CANARY}\n",
    "a private key of many lines": f"ca: |\n  -----BEGIN PRIVATE KEY-----\n  {CANARY}\n",
    "an object": "extraObjects:\n- kind: Secret\n  metadata: {name: x}\n"
    f"  stringData: {{A: {CANARY}}}\n",
    "a probe": f"livenessProbe: {{exec: {{command: [curl, -u, 'user:{CANARY}', x]}}}}\n",
    "a comment": f"# password: {CANARY}\n",
}
BROKEN = {
    "a tag": f"password: !!int {CANARY}\n",
    "a truth value": f"password: !!bool {CANARY}\n",
    "an alias": f"password: *{CANARY}\n",
    "a list": f"password: [{CANARY}\nx: y\n",
    "quotes": f'password: "{CANARY}\n',
    "a tab": f"\tpassword: {CANARY}\n",
}
BASE = """\
image: {repository: acme.example/NAME, tag: "1.2.0"}
service: {type: ClusterIP, port: 8000}
resources: {limits: {cpu: 200m, memory: 256Mi}}
securityContext: {runAsNonRoot: true}
"""


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def values() -> Iterator[tuple[str, str]]:
    """Each kind of secret as the values of a service."""
    for name in NAMES.split():
        yield name, f"env:\n- name: {name}\n  value: {CANARY}\n{name}: {CANARY}\n"
    for name, text in TEXTS.items():
        yield name, f"env:\n- name: OPTS\n  value: {quoted(text)}\nextraKey: {quoted(text)}\n"
    yield from PLACES.items()


KINDS = dict(values())
COMMANDS = (
    "check deploy --reference deploy/deploy-python.yaml -v",
    "check deploy --reference deploy/deploy-python.yaml -v -f concise",
    "check deploy --reference deploy/deploy-python.yaml -f json",
    "show deploy/deploy-web.yaml",
    "show deploy/deploy-web.yaml -f json",
    "init deploy --reference deploy-python.yaml",
    "check deploy --require-reason -v",
    "allowances deploy -f markdown",
    "allowances deploy -f json",
)


def outputs(capsys: pytest.CaptureFixture[str], *commands: str) -> Iterator[tuple[str, str]]:
    """What each command prints, and at the end what init wrote."""
    for command in commands:
        done = ran(*command.split())
        printed = capsys.readouterr()
        yield command, squeezed(printed.out + printed.err + done.message)
    for file in Path().glob(".deploylint*"):
        yield file.name, squeezed(file.read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_output_shows_a_secret(
    kind: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line below the secret is a violation, so that an excerpt holds the secret's line."""
    assert CANARY in KINDS[kind]
    texts = {}
    for name, text in (("python", KINDS[kind].replace(CANARY, CANARY[::-1])), ("web", KINDS[kind])):
        below = "service:" if name == "python" else "service: {type: NodePort}\nextra:"
        texts[f"deploy/deploy-{name}.yaml"] = BASE.replace("service:", f"{text}{below}")
    write(folder, texts)
    for command, printed in outputs(capsys, *COMMANDS):
        assert CANARY not in printed, command
        assert CANARY[::-1] not in printed, command


@pytest.mark.parametrize("kind", BROKEN)
def test_no_message_about_a_broken_file_shows_a_secret(
    kind: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, web=BASE + BROKEN[kind])
    for command, printed in outputs(capsys, *COMMANDS):
        assert CANARY not in printed, command


def test_secrets_that_differ_are_no_difference(folder: Path) -> None:
    texts = [f"env:\n- {{name: APP_COOKIE, value: {one}}}\n" for one in ("a1b2", "c3d4")]
    reference, web = (
        BASE.replace("NAME", n) + t for n, t in zip(("api", "web"), texts, strict=True)
    )
    project(folder, web=web)
    write(folder, {"deploy/deploy-python.yaml": reference})
    assert ran("check").code == 0
    write(folder, {"deploy/deploy-web.yaml": BASE.replace("NAME", "web")})
    assert ran("check").code == 1


def test_more_than_sixty_kinds_are_tried() -> None:
    assert len(KINDS) > 60
