"""The charts of values files: where they are looked for, and what is not followed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.projects import report, write

TEMPLATE = """\
kind: Deployment
spec:
  template:
    spec:
      containers:
      - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
        resources: {{- toYaml .Values.resources | nindent 10 }}
"""
LIMIT = "          limits: {memory: 256Mi}\n"
VALUES = 'image: {repository: acme.example/api, tag: "1.2.0"}\nservice: {port: 8000}\n'
CHART = {"Chart.yaml": "name: api\nversion: 0.1.0\n", "templates/deployment.yaml": TEMPLATE}
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: api}}
spec:
  chart: {{spec: {{chart: {chart}}}}}
  values:
    image: {{repository: acme.example/api, tag: "1.2.0"}}
    service: {{port: 8000}}
"""


def in_folder(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


def status(repository: Path, files: Mapping[str, str], path: str = ".") -> str:
    """What is found about the memory limit of the only service of a repository of some files."""
    write(repository, {".git/HEAD": "", **files})
    with contextlib.chdir(repository):
        (found,) = report(path, rules=("memory-limit",)).findings
    return found.status


PLACES = {
    "a chart's own values": in_folder("api", {**CHART, "values.yaml": VALUES}),
    "values below a chart": in_folder("chart", {**CHART, "values/api.yaml": VALUES}),
    "a release of a chart in the repository": {
        **in_folder("charts/api", CHART),
        "apps/api.yaml": RELEASE.format(chart="./charts/api"),
    },
    "a release of a chart beside it": {
        **in_folder("apps/api", CHART),
        "apps/helmfile.yaml": "releases:\n- name: api\n  chart: ./api\n  values:\n  - "
        + VALUES.replace("\n", "\n    ").rstrip()
        + "\n",
    },
    "an umbrella's chart inside": {
        "shop/Chart.yaml": "name: shop\n",
        "shop/values.yaml": "api:\n  " + VALUES.replace("\n", "\n  ").rstrip() + "\n",
        **in_folder("shop/charts/api", CHART),
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_chart_beside_its_values_tells_what_is_not_set(place: str, folder: Path) -> None:
    files = PLACES[place]
    assert status(folder / "bare", files) == "violation"
    (template,) = (name for name in files if name.endswith("deployment.yaml"))
    assert status(folder / "limited", {**files, template: TEMPLATE + LIMIT}) == "unknown"


@pytest.mark.parametrize(
    "files",
    [
        in_folder("api", {"values.yaml": VALUES}),
        {"apps/api.yaml": RELEASE.format(chart="app"), **in_folder("charts/api", CHART)},
        {
            "apps/api.yaml": RELEASE.format(chart="../../elsewhere"),
            **in_folder("charts/api", CHART),
        },
        {**in_folder("chart", CHART), "chart/of/api/values.yaml": VALUES},
        {"apps/api.yaml": RELEASE.format(chart="x" * 6000), **in_folder("charts/api", CHART)},
    ],
    ids=[
        *("no chart", "a chart of a registry", "a path out of the root", "a chart far above"),
        "a name too long",
    ],
)
def test_service_without_a_known_chart_is_unknown(files: dict[str, str], folder: Path) -> None:
    write(folder / "elsewhere", CHART)
    assert status(folder / "repository", files) == "unknown"


def test_part_of_the_chart_above_counts_for_a_chart_inside(folder: Path) -> None:
    inside = {
        "Chart.yaml": "name: api\n",
        "templates/all.yaml": '{{ include "shop.deployment" . }}\n',
        "values.yaml": VALUES,
    }
    part = '{{ define "shop.deployment" }}\n' + TEMPLATE + "{{ end }}\n"
    files = {
        "shop/Chart.yaml": "name: shop\n",
        "shop/templates/_deployment.tpl": part,
        **in_folder("shop/charts/api", inside),
    }
    assert status(folder, files, "shop/charts") == "unknown", "the chart above is out of the root"
    assert status(folder, files, "shop/charts/api/values.yaml") == "violation"


def test_complete_profile_of_a_group_does_not_answer_for_another_chart(folder: Path) -> None:
    complete = RELEASE.replace(
        "    service:", "    asynqWorkers: {{mail: {{cmd: [api]}}}}\n    service:"
    )
    files = {
        "apps/api.yaml": complete.format(chart="app"),
        "apps/web.yaml": RELEASE.format(chart="web").replace("name: api", "name: web"),
    }
    write(folder, files)
    found = report("apps", rules=("memory-limit",)).findings
    assert {f.service: f.status for f in found if f.component == "server"} == {
        "api": "violation",
        "web": "unknown",
    }
    found = report("apps", rules=("memory-limit",), profile="in-house").findings
    assert {f.status for f in found} == {"violation"}


@pytest.mark.parametrize("below", ["api", "chart/env"])
def test_defaults_of_the_chart_may_set_what_other_values_do_not(below: str, folder: Path) -> None:
    chart, name = below.partition("/")[0], f"{below}/values-prod.yaml"
    files = {**in_folder(chart, {**CHART, "values.yaml": VALUES}), name: VALUES}
    assert status(folder / "bare", files, name) == "violation"
    files[f"{chart}/values.yaml"] = VALUES + "resources: {limits: {memory: 256Mi}}\n"
    assert status(folder / "limited", files, name) == "unknown"


def test_template_that_is_a_link_is_not_followed(folder: Path) -> None:
    write(folder, {"outside.yaml": TEMPLATE})
    files = in_folder("api", {**CHART, "values.yaml": VALUES})
    write(folder / "repository", files)
    (folder / "repository/api/templates/more.yaml").symlink_to(folder / "outside.yaml")
    assert status(folder / "repository", files) == "unknown"


def test_templates_of_tests_do_not_count(folder: Path) -> None:
    pod = "kind: Pod\nspec:\n  containers: [{image: busybox, resources: {limits: {memory: 1Gi}}}]\n"
    files = in_folder("api", {**CHART, "templates/tests/pod.yaml": pod, "values.yaml": VALUES})
    assert status(folder, files) == "violation"


HELPERS = """\
{{- define "labels" }}
app: {{ .Values.team }}
{{- end }}
{{- define "unused" }}
mesh: {{ .Values.mesh }}
{{- end }}
"""


def fleet(last: str, values: str) -> dict[str, str]:
    """Six charts that take ``team`` and ``replicaCount``; the last has a template of its own."""
    most = TEMPLATE + "  replicas: {{ .Values.replicaCount }}\n  team: {{ .Values.team }}\n"
    files = dict[str, str]()
    for name in "abcdef":
        own = VALUES.replace("api", name)
        files |= {
            f"charts/{name}/Chart.yaml": f"name: {name}\nversion: 0.1.0\n",
            f"charts/{name}/templates/deployment.yaml": last if name == "f" else most,
            f"charts/{name}/templates/_helpers.tpl": HELPERS,
            f"charts/{name}/values.yaml": own
            + (values if name == "f" else "replicaCount: 2\nteam: shop\n"),
        }
    return files


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        ("", []),
        ("  replicas: {{ .Values.replicaCount }}\n", ["replicas"]),
        ("  team: {{ .Values.team }}\n", ["team"]),
        ('  labels: {{ include "labels" . }}\n', ["team"]),
        ('  labels: {{ include "unused" . }}\n', []),
    ],
)
def test_key_that_its_chart_does_not_read_is_not_missed(
    more: str, missed: list[str], folder: Path
) -> None:
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, "")})
    with contextlib.chdir(folder):
        found = report(".", rules=("replicas", "odd-key")).findings
    assert [one.message.partition(":")[0] for one in found] == missed


@pytest.mark.parametrize(("more", "count"), [("", 1), ("  probe: {{ .Values.livenesProbe }}\n", 0)])
def test_key_that_its_chart_reads_is_known(more: str, count: int, folder: Path) -> None:
    values = "livenesProbe: {httpGet: {path: /}}\n"
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, values)})
    with contextlib.chdir(folder):
        found = report(".", rules=("unknown-key",)).findings
    assert len(found) == count
