"""A set of many services is judged batch by batch: what is said of it does not depend on how."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploylint.config import load as config
from deploylint.documents.nodes import leaves
from deploylint.engine import check
from deploylint.engine.discovery import find
from deploylint.engine.load import load
from deploylint.model import shelf
from deploylint.model.listed import listed
from deploylint.model.service import Service
from deploylint.model.shelf import Services
from tests.projects import MOVED, PYTHON, WEB, deployment, write
from tests.support.command_line import run_command
from tests.test_stories import checked, story, told
from tools import TODAY


def batches(monkeypatch: pytest.MonkeyPatch, size: int, cores: int = 1) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)
    monkeypatch.setattr(shelf, "HELD", 0)
    monkeypatch.setattr(shelf, "BATCH", size)


def names(services: Services) -> list[str]:
    return [one.name for one in services]


def loaded(folder: Path, files: dict[str, str]) -> Services:
    (wanted,) = find([write(folder, files)], config.load(None))
    return load(wanted, "").services


def fleet(size: int) -> dict[str, str]:
    peers = {f"deploy-web{n}.yaml": WEB.replace("acme/web", f"acme/web{n}") for n in range(size)}
    return {"deploy-python.yaml": PYTHON, **peers}


def out(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run_command("check", str(folder), "--today", TODAY, "--color", "never", *arguments)
    return code, capsys.readouterr().out


@pytest.fixture
def told_alike(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """What a check prints, which has to be the same in batches of a size and on several cores."""

    def run(folder: Path, size: int, cores: int, *arguments: str) -> str:
        whole = out(folder, capsys, *arguments)
        batches(monkeypatch, size, cores)
        assert out(folder, capsys, *arguments) == whole
        return whole[1]

    return run


@story
def test_a_story_is_told_alike_in_batches_of_any_size(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(folder, "json", capsys)
    for size, cores in ((1, 1), (2, 1), (1, 2)):
        batches(monkeypatch, size, cores)
        assert told(folder, "json", capsys) == whole


@pytest.mark.parametrize("format_", ["text", "concise"])
@pytest.mark.parametrize(("size", "cores"), [(1, 1), (2, 1), (3, 1), (1, 3), (2, 2)])
def test_everything_of_a_fleet_is_told_alike(
    size: int,
    cores: int,
    format_: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    overlay = {"deploy/deploy-aaa.yaml": "replicaCount: 3\n", "deploy/none.yaml": "zzz: 1\n"}
    files = {f"deploy/{name}": text for name, text in fleet(5).items()}
    files["deploy/deploy-moved.yaml"] = MOVED.replace("ClusterIP", "NodePort") + "odd: 1\n"
    write(folder, files | overlay)
    for arguments in (["-v"], ["-v", "--reference", "web3"]):
        whole = out(folder / "deploy", capsys, "-f", format_, *arguments)
        batches(monkeypatch, size, cores)
        assert out(folder / "deploy", capsys, "-f", format_, *arguments) == whole
        monkeypatch.undo()


def test_services_come_out_as_they_were_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = loaded(tmp_path, fleet(7))
    batches(monkeypatch, 3)
    batched = loaded(tmp_path, fleet(7))
    assert [len(batched.batch(number)) for number in range(batched.batches)] == [3, 3, 2]
    assert names(batched) == [one.name for one in batched.listed] == names(whole)
    assert batched[1:4] == [batched[1], batched[2], batched[3]]
    assert batched.named("web2").files == whole.named("web2").files
    for one, other in zip(whole, batched, strict=True):
        assert one.components[0].values.keys() == other.components[0].values.keys()
        assert [leaf[:3] for leaf in leaves(one.root)] == [leaf[:3] for leaf in leaves(other.root)]


def test_a_text_is_kept_once_however_often_it_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches(monkeypatch, 2)
    services = loaded(tmp_path, fleet(5))
    first = [one.root.source for one in services]
    assert all(one.root.source is source for one, source in zip(services, first, strict=True))


def test_a_set_no_larger_than_a_batch_is_never_put_away(tmp_path: Path) -> None:
    services = loaded(tmp_path, fleet(3))
    assert all(one is again for one, again in zip(services, services, strict=True))


@pytest.mark.parametrize(("size", "cores"), [(1, 1), (2, 1), (64, 1), (1, 2), (2, 3)])
def test_a_later_file_that_speaks_for_another_profile_is_heard(
    size: int, cores: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches(monkeypatch, size, cores)
    last = fleet(4) | {"deploy-zzz.yaml": "deployment: {image: {repository: acme/z}}\n"}
    (wanted,) = find([write(tmp_path, last)], config.load(None))
    one = load(wanted, "")
    assert one.profile.name == "stakater"
    assert one.profile_because.endswith("deploy-zzz.yaml sets deployment.image")
    assert all(service.name for service in one.services)


@pytest.mark.parametrize(("size", "cores"), [(1, 1), (1, 2), (2, 3)])
def test_a_file_that_many_services_have_is_accounted_for_once(
    size: int, cores: int, folder: Path, told_alike: Callable[..., str]
) -> None:
    each = [f"{{name: web{n}, files: [base.yaml, web{n}.yaml]}}" for n in range(5)]
    services = "\n".join(f"    - {one}" for one in ["{name: api, files: [api.yaml]}", *each])
    config_ = f"version: 1\ngroups:\n  web:\n    reference: api\n    services:\n{services}\n"
    files = {f"web{n}.yaml": f"replicaCount: {n}\nodd{n}: 1\n" for n in range(5)}
    files |= {"api.yaml": PYTHON, "base.yaml": WEB + "odd: 1\n", ".deploylint.yaml": config_}
    write(folder, files)
    assert '"base.yaml"' in told_alike(folder, size, cores, "-v", "-f", "json")


@pytest.mark.parametrize(("size", "cores"), [(1, 1), (1, 2)])
def test_the_standard_input_is_read_once_whoever_reads_the_rest(
    size: int,
    cores: int,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = "deployment: {image: {repository: acme/z, tag: '1'}, replicas: 3}\n"  # another profile
    write(folder, {"deploy-python.yaml": PYTHON})

    def piped() -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(values.encode())))
        return out(Path("deploy-python.yaml"), capsys, "-", "-v", "-f", "json")

    whole = piped()
    batches(monkeypatch, size, cores)
    assert piped() == whole
    assert '"services": 2' in whole[1]


def test_a_finding_in_comments_counts_in_every_batch(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = "  # deploylint: allow[service-port: 8000 -> 8080] because it listens there"
    files = {f"deploy/{name}": text for name, text in fleet(3).items()}
    files["deploy/deploy-moved.yaml"] = MOVED.replace("port: 8080", f"port: 8080{comment}")
    files["deploy/deploy-zed.yaml"] = WEB.replace("port: 8000", f"port: 8000{comment}")
    write(folder, files)
    whole = out(folder / "deploy", capsys, "-v")
    assert "covers nothing" in whole[1]
    batches(monkeypatch, 1)
    assert out(folder / "deploy", capsys, "-v") == whole


@story
def test_what_is_laid_on_a_service_changes_nothing_that_is_listed(folder: Path) -> None:
    """Who is asked together is decided by what is listed, before a service is taken out."""
    for group in checked(folder).groups:
        for one, service in zip(group.set.services.listed, group.set.services, strict=True):
            again = listed(service)
            assert (one.name, one.files, one.spots, one.seats) == (
                again.name,
                again.files,
                again.spots,
                again.seats,
            )


def test_what_an_image_says_of_a_service_is_listed(tmp_path: Path) -> None:
    starts = 'FROM python:3.12\nENTRYPOINT ["celery", "-A", "app", "worker"]\n'
    values = "image: {repository: acme/x}\nworkers: {a: {args: [-Q, mail]}}\n"
    services = loaded(tmp_path, {"deploy-x.yaml": values, "x/Dockerfile": starts})
    assert [one.runtime for one in services] == ["python"]
    assert services.listed == [listed(one) for one in services]


def workload(name: str, command: str = "") -> str:
    """A deployment that has its variables from a ConfigMap that others have too."""
    more = f"""\
        command: [{command or "uvicorn, app"}]
        envFrom: [{{configMapRef: {{name: settings}}}}]
        ports: {[] if command else "[{containerPort: 8000}]"}
"""
    return deployment(name, more).replace(f"acme.example/{name}", "acme/api")


def placed(service: Service) -> tuple[str, list[tuple[str, int]], list[list[str]]]:
    """A service by its name, where its objects begin, and what each component says."""
    roots = [(root.source.file, root.start) for root in service.roots]
    return service.name, roots, [list(component.values) for component in service.components]


@pytest.mark.parametrize(("size", "cores"), [(1, 1), (3, 1), (1, 2), (2, 3)])
def test_workers_far_from_their_service_are_read_with_it(
    size: int, cores: int, folder: Path, told_alike: Callable[..., str]
) -> None:
    files = {
        f"deploy/worker{n}.yaml": workload(f"worker{n}", f"celery, -A, app, worker, -Q, q{n}")
        for n in range(6)
    }
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {MODE: prod}\n"
    peers = {
        f"deploy/x{n}.yaml": workload(f"x{n}").replace("acme/api", f"acme/{n}") for n in (1, 2)
    }
    files |= peers | {"deploy/a.yaml": workload("api"), "deploy/settings.yaml": settings}
    write(folder, files)
    (wanted,) = find([folder / "deploy"], config.load(None))
    whole = [placed(one) for one in load(wanted, "").services]
    arguments = ["--reference", "api", "-v", "-f"]
    assert '"services": 3' in told_alike(folder / "deploy", size, cores, *arguments, "json")
    assert [placed(one) for one in load(wanted, "").services] == whole


def test_every_step_of_a_large_set_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {f"deploy/x{n}.yaml": workload(f"x{n}") for n in range(5)})
    batches(monkeypatch, 2)
    steps = dict[str, list[tuple[int, int]]]()

    def told(what: str, done: int, total: int) -> None:
        steps.setdefault(what, []).append((done, total))

    check.check([folder / "deploy"], check.CheckOptions(), config.load(None), TODAY, told)
    assert list(steps) == [
        "reading files:",
        "reading workloads:",
        "putting services together:",
        "hearing services:",
        "comparing services:",
    ]
    for each in steps.values():
        assert {total for _, total in each} == {5}
        assert sorted(each) == each
