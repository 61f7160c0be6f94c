"""Values files that releases of helmfiles name are of services, whatever they set."""

from __future__ import annotations

import contextlib
from pathlib import Path

from deploylint.engine.result import Report
from tests.support.projects import deployment, report, write

HELMFILE = """\
releases:
- {name: api, chart: acme/web, values: [../config/common.yaml, ../config/api.yaml]}
- {name: mail, chart: acme/web, values: [../config/common.yaml, ../config/mail.yaml]}
- {name: docs, chart: acme/web, values: [../config/docs.yaml]}
- {name: weekly-ci, chart: ../charts/jobs, values: [../config/weekly-ci.yaml]}
- {name: search, chart: acme/search, values: [../config/prod.yaml, ../../outside.yaml]}
"""
SMALL = "ingress: {hosts: [a.acme.example]}\nnodeSelector: {a: b}\n"
FILES = {
    ".git/HEAD": "",
    "clusters/main.yaml": HELMFILE,
    "charts/jobs/Chart.yaml": "name: jobs\n",
    "charts/jobs/templates/job.yaml": deployment("jobs"),
    "config/common.yaml": "replicaCount: 2\n",
    "config/api.yaml": SMALL,
    "config/mail.yaml": SMALL + "replicaCount: 3\n",
    "config/docs.yaml": "nodeSelector: {a: b}\n",
    "config/weekly-ci.yaml": SMALL,
    "config/prod.yaml": SMALL,
    "config/unnamed.yaml": SMALL,
}


def checked(folder: Path, files: dict[str, str]) -> Report:
    write(folder, files)
    with contextlib.chdir(folder):
        return report(".")


def test_values_that_one_release_names_are_its_own(folder: Path) -> None:
    """Those that several name are none of a service, nor are those of an environment."""
    services = [each for group in checked(folder, FILES).groups for each in group.loaded.services]
    assert [(each.name, each.files[0], each.chart) for each in services] == [
        ("api", "config/api.yaml", "web"),
        ("docs", "config/docs.yaml", "web"),
        ("mail", "config/mail.yaml", "web"),
        ("weekly-ci", "config/weekly-ci.yaml", "jobs"),
    ]
    notes = {each.name: each.notes for each in services}
    assert notes["docs"] == ("a release of a helmfile, clusters/main.yaml",)


def test_release_with_more_values_has_what_these_may_set_unknown(folder: Path) -> None:
    found = checked(folder, FILES)
    (group,) = found.groups
    replicas = {each.name: each.main.value("replicas.count") for each in group.loaded.services}
    assert {name: value.state for name, value in replicas.items()} == {
        "api": "unknown",
        "docs": "absent",
        "mail": "known",
        "weekly-ci": "absent",
    }
    assert replicas["api"].note == "may come from values file config/common.yaml"


def test_helmfile_of_wrong_shapes_names_no_release(folder: Path) -> None:
    texts = (
        "releases: [a, {name: [], values: {x: y}}, {values: [[], '', {a: b}]}]",
        "releases: {name: a}\n---\nreleases:\n- {name: api, values: [/etc/a.yaml]}",
        "releases:\n- {name: {{ x }}",
        'releases:\n- {name: api, chart: "\\0", values: ["\\0.yaml", "../../../a.yaml"]}',
    )
    helmfiles = {f"clusters/{number}.yaml": f"{text}\n" for number, text in enumerate(texts)}
    found = checked(folder, {**FILES, **helmfiles, "clusters/main.yaml": ""})
    assert not [each for group in found.groups for each in group.loaded.services]
