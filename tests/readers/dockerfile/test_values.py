"""The image that a Dockerfile makes, the locations of its values, and the file that is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.documents.nodes import Problem, Source, span
from deploylint.documents.reader import Document, read_text
from deploylint.model.service import ABSENT, Service, Value
from deploylint.readers.dockerfile.image import Image, read_image
from deploylint.readers.dockerfile.locate import Folders, locate_dockerfile
from deploylint.readers.dockerfile.values import with_image
from deploylint.readers.helm import profile
from deploylint.readers.service import read_service
from tests.support.projects import WEB, deployment, project, ran, report, write

VALUES = "image: {repository: acme/api}\npodSecurityContext: {runAsNonRoot: true}\n"


def served(text: str, values: str = VALUES) -> Service:
    """The service of some values whose image is built with a Dockerfile."""
    document = read_text(values, "deploy-api.yaml")
    assert isinstance(document, Document)
    service = read_service(document, profile.load("helm-create"))
    assert service is not None
    image = read_image(Source("Dockerfile", text))
    assert isinstance(image, Image), image
    return with_image(service, image)


def value(text: str, field: str, values: str = VALUES) -> Value:
    return served(text, values).main.value(f"dockerfile.{field}")


@pytest.mark.parametrize(
    ("text", "user", "claims"),
    [
        ("FROM alpine\nUSER 10001\n", "10001", [False, True]),
        ("FROM alpine\nUSER 10001:0\n", "10001:0", [False, True]),
        ("FROM alpine\nuser 10001\n", "10001", [False, True]),
        ("FROM alpine\nUSER 0\n", "0", [False]),
        ("FROM alpine\nUSER root\n", "root", [False]),
        ("FROM alpine\nUSER 10001\nUSER root\n", "root", [False]),
        ("FROM alpine\nUSER app\n", "app", [False]),
        ("FROM alpine\n", "root", [False]),
        ("FROM docker.io/library/python:3.12@sha256:ab\n", "root", [False]),
        ("FROM localhost:5000/python:3.12\n", None, [False]),
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0\n", "root", [False]),
        ("FROM mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled\n", "1654", [False, True]),
        ("FROM scratch\n", "0", [False]),
        ("FROM gcr.io/distroless/static:nonroot\n", "65532", [False, True]),
        ("FROM gcr.io/distroless/static-debian12:debug-nonroot\n", "65532", [False, True]),
        ("FROM gcr.io/distroless/static\n", "0", [False]),
        ("FROM acme/base\n", None, [False]),
        ("FROM acme/base\nUSER 10001\n", "10001", [False, True]),
        ("FROM alpine\nARG U=10001\nUSER $U\n", "10001", [False, True]),
        ("FROM alpine\nARG U=1\nENV U=10001\nUSER ${U}:1\n", "10001:1", [False, True]),
        ("FROM alpine\nARG U\nUSER $U\n", None, [False]),
        ("FROM alpine\nUSER ${U:-10001}\n", "10001", [False, True]),
        ("FROM alpine\nUSER $NOBODY\n", None, [False]),
        ("FROM alpine\nUSER ${U#x}\n", None, [False]),
        ("ARG U=10001\nFROM alpine\nARG U\nUSER $U\n", "10001", [False, True]),
        ("ARG U=10001\nFROM alpine\nUSER $U\n", None, [False]),
        ("ARG B=alpine\nFROM $B\n", "root", [False]),
        ("ARG B\nFROM $B\n", None, [False]),
        ("FROM alpine AS Base\nUSER 10001\nFROM base\n", "10001", [False, True]),
        ("FROM alpine AS base\nUSER 10001\nFROM alpine\n", "root", [False]),
        ("FROM --platform=$BUILDPLATFORM alpine\nUSER 10001\n", "10001", [False, True]),
        ("FROM alpine\nUSER 10001\nONBUILD USER root\n", "10001", [False, True]),
        ("FROM alpine\nUSER 10001\nRUN <<EOF\nUSER root\nEOF\n", "10001", [False, True]),
        ("FROM alpine\nUSER 10001\n# USER root\n", "10001", [False, True]),
        ("# escape=`\nFROM alpine\nUSER `\n10001\n", "10001", [False, True]),
    ],
)
def test_image_user_is_known_or_unknown(text: str, user: str | None, claims: list[bool]) -> None:
    said, borne_out = value(text, "user"), value(text, "non-root")
    assert (said.state, said.data) == ("unknown" if user is None else "known", user)
    assert (borne_out.state, borne_out.data) == (said.state, claims)
    assert said.node is not None


@pytest.mark.parametrize(
    ("text", "users", "state"),
    [
        ("FROM alpine\nUSER 10001:10001\n", ["10001"], "known"),
        ("FROM alpine\nUSER root\n", ["0"], "known"),
        ("FROM alpine\nUSER app\n", None, "absent"),
        ("FROM alpine\n", None, "absent"),
        ("FROM gcr.io/distroless/static:nonroot\n", None, "absent"),
        ("FROM alpine AS a\nUSER 10001\nFROM a\n", ["10001"], "known"),
        ("FROM alpine\nARG U\nUSER $U\n", None, "unknown"),
    ],
)
def test_image_user_id_is_the_number_in_the_file(
    text: str, users: list[str] | None, state: str
) -> None:
    said = value(text, "users")
    assert (said.data, said.state) == (users, state)


@pytest.mark.parametrize(
    ("text", "program", "programs"),
    [
        ("FROM scratch\nCOPY --from=b /out/api ./api\nENTRYPOINT ['./api']\n", None, None),
        ('FROM scratch\nCOPY /out/api /app/\nENTRYPOINT ["/api"]\n', "/api", ["api", "app"]),
        ('FROM alpine\nCMD ["api", "server"]\n', "api", None),
        ("FROM alpine\nCMD api server\n", None, None),
        ('FROM acme/base\nCMD ["api"]\n', None, None),
        ('FROM alpine\nCOPY . .\nADD $X/a /b\nENTRYPOINT ["a"]\n', "a", ["b"]),
        ('FROM alpine AS a\nCOPY a /\nFROM a\nCOPY b /\nENTRYPOINT ["a"]\n', "a", ["a", "b"]),
    ],
)
def test_image_programs_are_the_copied_files(
    text: str, program: str | None, programs: list[str] | None
) -> None:
    assert value(text, "program").data == program
    assert value(text, "programs").data == programs


SERVERS = [
    ('CMD ["uvicorn", "app.main:app", "--port", "8001"]', 8001, "app.main:app"),
    ("CMD uvicorn app.main:app --port=8001", 8001, "app.main:app"),
    ("CMD exec gunicorn -b 0.0.0.0:8001 -w 4 'app:create_app()'", 8001, "app:create_app()"),
    ("CMD exec gunicorn -b:8001 'app:app'", 8001, "app:app"),
    ("CMD ['gunicorn']", None, None),
    ('CMD ["gunicorn", "-b", "unix:/run/app.sock", "app:app"]', None, "app:app"),
    ('CMD ["gunicorn", "-b", ":8001", "-b", ":8002", "app:app"]', None, "app:app"),
    ('ENV P=8001\nCMD uvicorn "app:app" --port $P', 8001, "app:app"),
    ("CMD uvicorn app:app --port $P", None, "app:app"),
    ("CMD alembic upgrade head && uvicorn app:app --port 8001", 8001, "app:app"),
    ("CMD uvicorn a:app --port 8001 & uvicorn b:app --port 8002", None, None),
    ('CMD ["python", "-m", "uvicorn", "app:app", "--port", "8001"]', 8001, "app:app"),
    ('CMD ["python", "serve.py", "--port", "8001"]', None, None),
    ('ENTRYPOINT ["uvicorn", "app:app"]\nCMD ["--port", "8001"]', 8001, "app:app"),
    ("# CMD uvicorn app:app --port 8001", None, None),
]


@pytest.mark.parametrize(("text", "port", "application"), SERVERS)
def test_image_web_server_is_read(text: str, port: int | None, application: str | None) -> None:
    main = served(f"FROM python:3.12\n{text}\n").main
    assert main.value("runtime.port").data == port
    assert main.value("runtime.application").data == application


@pytest.mark.parametrize(
    ("values", "port"),
    [
        ("command: [uvicorn, 'app:app', --port, '8002']\n", 8002),
        ("command: [./serve]\n", None),
    ],
)
def test_deployment_command_wins_over_the_image(values: str, port: int | None) -> None:
    text = "FROM python:3.12\nCMD uvicorn app:app --port 8001\n"
    main = served(text, f"image: {{repository: acme/api}}\n{values}").main
    assert main.value("runtime.port").data == port


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ("podSecurityContext: {runAsNonRoot: true, runAsUser: 10001}\n", "absent"),
        ("podSecurityContext: {runAsNonRoot: true, runAsUser: '{{ uid }}'}\n", "unknown"),
        ("podSecurityContext: {runAsNonRoot: false}\n", "known"),
    ],
)
def test_deployment_user_wins_over_the_image(values: str, state: str) -> None:
    values = "image: {repository: acme/api}\n" + values
    assert value("FROM alpine\nUSER app\n", "non-root", values).state == state


@pytest.mark.parametrize(
    ("text", "ports", "state"),
    [
        ("FROM alpine\nEXPOSE 8080\n", ["8080"], "known"),
        ("FROM alpine\nEXPOSE 8080/tcp 9090/UDP\n", ["8080", "9090"], "known"),
        ("FROM alpine\nEXPOSE 8080\nEXPOSE 9090\n", ["8080", "9090"], "known"),
        ("FROM alpine\nEXPOSE 8000-8002\n", ["8000", "8001", "8002"], "known"),
        ("FROM alpine\nENV PORT 8080\nEXPOSE $PORT\n", ["8080"], "known"),
        ("FROM alpine\nARG PORT\nEXPOSE 9090 $PORT\n", ["9090"], "unknown"),
        ("FROM acme/base\nEXPOSE 8080\n", ["8080"], "unknown"),
        ("FROM alpine\nEXPOSE http\n", [], "unknown"),
        ("FROM acme/base\n", None, "absent"),
        ("FROM nginx:1.27\nEXPOSE 8080\n", ["80", "8080"], "known"),
        ("FROM alpine\n", None, "absent"),
        ("FROM alpine AS a\nEXPOSE 80\nFROM a\nEXPOSE 81\n", ["80", "81"], "known"),
    ],
)
def test_image_ports_are_those_of_expose(text: str, ports: list[str] | None, state: str) -> None:
    said = value(text, "ports")
    assert (said.data, said.state) == (ports, state)


SH = ["/bin/sh", "-c"]


@pytest.mark.parametrize(
    ("text", "entrypoint", "command"),
    [
        ('ENTRYPOINT ["./api"]\nCMD ["server"]', ["./api"], ["server"]),
        ('CMD ["server"]\nENTRYPOINT ["./api"]', ["./api"], ["server"]),
        ('entrypoint ["./api", \\\n  "--verbose"]', ["./api", "--verbose"], None),
        ("ENTRYPOINT ./api server", [*SH, "./api server"], None),
        ("ENTRYPOINT ['./api']", [*SH, "['./api']"], None),
        ('SHELL ["bash", "-ec"]\nCMD ./api server', [], ["bash", "-ec", "./api server"]),
        ('CMD ["a"]\nCMD ["b"]', [], ["b"]),
        ("ENTRYPOINT []", [], None),
        ('CMD ["server"]\nFROM a\nENTRYPOINT ["./api"]', ["./api"], None),
        ('ENTRYPOINT ["./api"]\nFROM a\nCMD ["server"]', ["./api"], ["server"]),
    ],
)
def test_image_starts_its_entrypoint_and_command(
    text: str, entrypoint: list[str], command: list[str] | None
) -> None:
    service = served(f"FROM alpine AS a\n{text}\n").main
    assert service.value("dockerfile.entrypoint").data == entrypoint
    assert service.value("dockerfile.command").data == command


def test_image_command_of_an_unknown_base_is_unknown() -> None:
    assert value('FROM acme/base\nCMD ["server"]\n', "entrypoint").state == "unknown"
    assert value("FROM alpine\n", "command").state == "unknown"
    assert value('FROM acme/base\nENTRYPOINT ["./api"]\n', "command") == ABSENT


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ('ENTRYPOINT ["./api"]\nCMD ["worker"]', "worker"),
        ('ENTRYPOINT ["tini", "--", "./api"]\nCMD ["worker"]', "worker"),
        ('FROM node:22\nCMD ["./api", "worker"]', "worker"),
        ('ENTRYPOINT ["./api"]\nCMD ["server"]', "server"),
        ('ENTRYPOINT ["./api"]', None),
        ("CMD exec celery -A app worker -Q mail", "worker"),
    ],
)
def test_image_mode_is_read(text: str, mode: str | None) -> None:
    assert value(f"FROM alpine\n{text}\n", "mode").data == mode


WORKER = VALUES + "workers:\n  mail: {type: asynq, args: [worker, --queue=mail]}\n"


def test_deployment_arguments_are_read_with_the_entrypoint() -> None:
    worker = served('FROM alpine\nENTRYPOINT ["./api"]\nCMD ["server"]\n', WORKER).components[1]
    said = {field: worker.value(f"workers.{field}").data for field in ("program", "mode", "queues")}
    assert said == {"program": "./api", "mode": "worker", "queues": ["mail"]}


def test_image_entrypoint_gives_technology_and_runtime() -> None:
    values = VALUES + "workers:\n  mail: {args: [worker, -Q, mail]}\n"
    service = served('FROM python:3.12\nENTRYPOINT ["celery", "-A", "app"]\n', values)
    assert service.components[1].value("workers.technology").data == "celery"
    assert service.main.value("workers.queues").data == ["mail"]
    assert service.runtime == "python"


def test_deployment_command_replaces_the_entrypoint() -> None:
    values = VALUES + "workers:\n  mail: {cmd: [./other, worker, --queue=mail]}\n"
    worker = served("FROM alpine\nENTRYPOINT ./api\n", values).components[1]
    assert worker.value("workers.program").data == "./other"
    assert worker.value("dockerfile.lost-arguments") == ABSENT


def test_component_with_another_image_gets_no_values() -> None:
    values = VALUES + "workers:\n  mail: {image: {repository: acme/mail}, args: [worker]}\n"
    assert served("FROM alpine\n", values).components[1].value("dockerfile.present") == ABSENT


def test_deployment_variable_wins_over_the_image() -> None:
    text = "FROM alpine\nENV PORT=8000\n"
    assert value(text, "port").data == 8000
    assert value(text, "port", VALUES + "env: {PORT: 8080}\n") == ABSENT


def test_dockerfile_word_has_its_position() -> None:
    text = 'FROM alpine\n\n  USER   10001:1\nENTRYPOINT ["./api", \\\n  # more\n  "--x"]\n'
    user, line = value(text, "user"), value(text, "entrypoint")
    assert user.node is not None
    assert line.node is not None
    assert span(user.node)[:4] == (3, 10, 3, 17)
    assert span(line.node)[:3] == (4, 1, 6)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("FROM alpine\nEXPSE 80\n", 2, "unknown instruction: EXPSE"),
        ("FROM alpine\nENV A\nUSER x\n", 2, "ENV must have two arguments"),
        ("FROM alpine\nUSER x\nRUN <<EOF\necho\n", 3, "unterminated heredoc"),
        ("USER 1\n", 1, "no FROM"),
        ("", 1, "file with no instructions"),
        ("# nothing\n", 1, "file with no instructions"),
        ("FROM alpine\nUSER x\0y\n", 2, "NUL"),
        ("FROM\n", 1, "FROM"),
        ("FROM alpine\n\\\n", 2, "unknown instruction: none"),
    ],
)
def test_dockerfile_with_a_mistake_is_refused_at_its_position(
    text: str, line: int, message: str
) -> None:
    found = read_image(Source("Dockerfile", text))
    assert isinstance(found, Problem)
    assert found.line == line
    assert message in found.message


def test_dockerfile_variable_that_doubles_itself_is_bounded() -> None:
    doubled = "".join(f"ENV A{n}=$A{n - 1}$A{n - 1}\n" for n in range(1, 64))
    assert value(f"FROM alpine\nENV A0=x\n{doubled}USER $A63\n", "user").state == "unknown"


# --- which file it is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "alone", "found"),
    [
        (["api/Dockerfile"], False, "api/Dockerfile"),
        (["deploy/api.Dockerfile"], False, "deploy/api.Dockerfile"),
        (["deploy/Dockerfile.api"], False, "deploy/Dockerfile.api"),
        (["deploy/Dockerfile"], True, "deploy/Dockerfile"),
        (["Dockerfile"], True, "Dockerfile"),
        (["Dockerfile"], False, None),
        (["api/Dockerfile", "Dockerfile"], True, "api/Dockerfile"),
        (["api/Dockerfile", "api.Dockerfile"], True, None),
        (["Dockerfile", "deploy/Dockerfile"], True, None),
        (["web/Dockerfile"], True, None),
        (["api/Dockerfile/x"], False, None),
    ],
)
def test_dockerfile_is_located_by_name_and_folder(
    files: list[str], alone: bool, found: str | None, folder: Path
) -> None:
    write(folder, {"deploy/deploy-api.yaml": VALUES, **dict.fromkeys(files, "FROM alpine\n")})
    service = served("FROM alpine\n")._replace(files=("deploy/deploy-api.yaml",))
    path = locate_dockerfile(service, Folders(), alone=alone).path
    assert path == (None if found is None else folder / found)


@pytest.mark.parametrize("name", ["../api", ".", "..", "a/b", "", "a\0b"])
def test_dockerfile_of_a_hostile_name_is_not_located(name: str, folder: Path) -> None:
    write(folder, {"deploy/deploy-api.yaml": VALUES, "Dockerfile": "", "api/Dockerfile": ""})
    service = served("FROM alpine\n")._replace(
        name=name, own_names=(), files=("deploy/deploy-api.yaml",)
    )
    assert locate_dockerfile(service, Folders(), alone=False).path is None


NAMED = (
    "groups: {g: {reference: none, services: [{files: deploy/deploy-web.yaml, dockerfile: %s}]}}"
)


def test_dockerfile_outside_the_repository_is_not_opened(folder: Path) -> None:
    project(folder, NAMED % "../Dockerfile")
    assert "use a path inside it" in ran("check").message


def test_dockerfile_that_is_named_wins_over_one_beside(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, NAMED % "docker/web.txt")
    write(folder, {"docker/web.txt": "FROM alpine\nUSER 7\n", "web/Dockerfile": "FROM alpine\n"})
    assert ran("show", "deploy/deploy-web.yaml", "--format", "concise").code == 0
    assert "docker/web.txt:2:6: server/dockerfile.user: known 7" in capsys.readouterr().out


def test_dockerfile_values_belong_to_its_service_alone(folder: Path) -> None:
    project(folder, web=WEB, api=WEB.replace("web", "api"))
    write(folder, {"web/Dockerfile": 'FROM alpine\nENTRYPOINT ["./x"]\nCMD ["worker"]\n'})
    one, other = (report("deploy", f"deploy/deploy-{name}.yaml") for name in ("web", "api"))
    assert "image-mode" in [finding.rule for finding in one.findings]
    assert "image-mode" not in [finding.rule for finding in other.findings]


def test_dockerfile_parser_is_not_imported_without_one(folder: Path) -> None:
    project(folder)
    code = "import sys; from deploylint.cli.app import app; app(['check'], standalone_mode=False)"
    code += "; print('dockerfile' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


PIECES = st.sampled_from(
    [
        "FROM ", "FROM alpine\n", "ARG A\n", "ENV A=$A$A\n", "USER ", "EXPOSE ", "CMD ", "COPY ",
        "ENTRYPOINT ", "SHELL ", "ONBUILD ", "# escape=`\n", "RUN <<EOF\n", "EOF\n", '["',
        '["a", "b"]', "$A", "${A:-b}", "${", "\\\n", "`\n", "\n", "\r\n", " ", "\t", "8080",
        "1-99999/tcp", "root", "'", '"', "AS x", "--from=x ", "\ufeff", "\u2028", "é",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_dockerfile_of_any_text_is_read_or_refused(text: str) -> None:
    source = Source("Dockerfile", text)
    read = read_image(source)
    if isinstance(read, Problem):
        assert 1 <= read.line <= len(source.lines)
        return
    document = read_text(VALUES, "deploy-api.yaml")
    assert isinstance(document, Document)
    service = read_service(document, profile.load("helm-create"))
    assert service is not None
    for said in with_image(service, read).main.values.values():
        if said.node is not None and said.node.source is read.source:
            assert 0 <= said.node.start <= said.node.end <= len(text)


def test_sources_of_a_service_in_a_shared_file_are_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = "services: [{files: all.yaml}, {files: all.yaml, name: web, dockerfile: web.txt}]"
    both = "---\n".join(map(deployment, ("api", "web")))
    configuration = f"version: 1\ngroups: {{g: {{reference: none, {listed}}}}}\n"
    write(folder, {"all.yaml": both, ".deploylint.yaml": configuration})
    write(folder, {"web.txt": "FROM alpine\nUSER 7\n"})
    assert ran("show", "all.yaml", "--format", "concise").code == 0
    assert "web.txt:2:6: client/dockerfile.user: known 7" in capsys.readouterr().out


def test_dockerfile_in_the_folder_of_the_source_code_is_the_services(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    services = "{files: deploy/deploy-web.yaml, name: web, code: src/web}"
    project(folder, f"groups: {{g: {{reference: none, services: [{services}]}}}}\n")
    write(folder, {"src/web/main.go": "package main\n", "src/web/Dockerfile": "FROM alpine\n"})
    assert ran("show", "deploy/deploy-web.yaml", "--format", "concise").code == 0
    assert "src/web/Dockerfile:1:6: server/dockerfile.user: known root" in capsys.readouterr().out
