"""What is wrong in the patches of a kustomization, and in what they are laid over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import deployment, report, write

PATCH = """\
resources: [api.yaml]
patches:
- target: {kind: Deployment}
  patch: |-
    - op: %s
      path: %s
      value: %s
"""
FIELDS = ("unknown-field", "wrong-type", "wrong-choice", "missing-field", "unused-change")


def reported(folder: Path, files: dict[str, str]) -> list[tuple[str, int | None, str]]:
    write(folder, {"api.yaml": deployment("api")} | files)
    findings = report(folder, rules=FIELDS).findings
    return [(str(each.rule), each.location.line, each.message) for each in findings]


@pytest.mark.parametrize(
    ("step", "line", "wanted"),
    [
        (("add", "/spec/revisionHistroyLimit", "2"), 6, "did you mean 'revisionHistoryLimit'?"),
        (("add", "/spec/template/spec/containers/0/evn", "[]"), 6, "did you mean 'env'?"),
        (("add", "/spec/template/spec/replicas", "2"), 6, "the API server drops it"),
        (("add", "/spec/replicas", "two"), 7, "the API takes a whole number without quotes"),
        (("add", "/spec/replicas", "{min: 1}"), 7, "the API takes a whole number without quotes"),
        (
            ("add", "/spec/template/spec/dnsPolicy", "ClusterFirts"),
            7,
            "did you mean 'ClusterFirst'",
        ),
        (("add", "/spec/template/spec/containers/0/env", "[{naem: A}]"), 7, "did you mean 'name'?"),
    ],
)
def test_value_of_a_step_is_held_to_the_api(
    tmp_path: Path, step: tuple[str, str, str], line: int, wanted: str
) -> None:
    ((_, at, message),) = reported(tmp_path, {"kustomization.yaml": PATCH % step})
    assert (at, wanted in message) == (line, True), message


@pytest.mark.parametrize(
    "step",
    [
        ("add", "/spec/revisionHistoryLimit", "2"),
        ("add", "/metadata/annotations/acme.io~1team", "a"),
        ("add", "/spec/template/spec/nodeSelector", "{acme.io/pool: a}"),
        ("add", "/spec/replicas", '"{{ count }}"'),
        ("test", "/spec/repliacs", "2"),  # tests alone set nothing
        ("add", "/spec/template/spec/containers/0/args/-", "--verbose"),
    ],
)
def test_value_that_the_api_takes_is_no_fault(tmp_path: Path, step: tuple[str, str, str]) -> None:
    assert reported(tmp_path, {"kustomization.yaml": PATCH % step}) == []


def test_target_of_a_misspelt_kind_is_reported(tmp_path: Path) -> None:
    text = (PATCH % ("add", "/spec/replicas", "2")).replace("Deployment", "Deploymnet")
    ((check, line, message),) = reported(tmp_path, {"kustomization.yaml": text})
    assert (check, line) == ("unused-change", 3)
    assert "did you mean 'Deployment'?" in message


def test_misspelt_key_is_reported_also_where_a_patch_is_laid_over_it(tmp_path: Path) -> None:
    api = deployment("api", "        env:\n        - {naem: MODE, value: fast}\n")
    files = {"api.yaml": api, "kustomization.yaml": PATCH % ("add", "/spec/replicas", "2")}
    ((check, _, message),) = reported(tmp_path, files)
    assert check == "unknown-field"
    assert "did you mean 'name'?" in message
