"""Which values profile the files of a group are read with, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.model.errors import UsageError
from tests.support.findings import report_texts

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
ASYNQ = IMAGE + "asynqWorkers: {mail: {command: [./api, worker]}}\n"


def profile(folder: Path, *services: str, named: str = "") -> tuple[str, str]:
    report = report_texts(folder, *services, profile=named)
    (group,) = report.groups
    assert group.loaded.profile is not None
    return group.loaded.profile.name, group.loaded.profile_because


@pytest.mark.parametrize(
    ("services", "name", "because"),
    [
        ((IMAGE, IMAGE), "helm-create", "default; no other profile matches"),
        ((IMAGE, ASYNQ), "in-house", "detected: asynqWorkers in deploy/deploy-web.yaml"),
        ((ASYNQ, ASYNQ), "in-house", "detected: asynqWorkers in deploy/deploy-python.yaml"),
        (("", ASYNQ), "in-house", "detected: asynqWorkers in deploy/deploy-web.yaml"),
    ],
)
def test_profile_is_the_most_specific_that_a_file_gives_evidence_of(
    services: tuple[str, ...], name: str, because: str, folder: Path
) -> None:
    assert profile(folder, *services) == (name, because)


def test_profile_that_is_named_wins(folder: Path) -> None:
    assert profile(folder, ASYNQ, ASYNQ, named="nested") == ("nested", "--profile")


def test_profile_that_does_not_exist_is_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(UsageError) as error:
        profile(folder, IMAGE, named="nestd")
    message = "--profile nestd: no such profile; did you mean 'nested'?"
    assert str(error.value) == message
