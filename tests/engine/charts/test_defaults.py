"""The own values of a chart that several services are installed with are those of no service."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.engine.charts.defaults import DEFAULTS
from tests.engine.folders.test_search import groups, report

NAMES = ("api", "mail", "web")
CHART = {
    "charts/service/Chart.yaml": "name: service\n",
    "charts/service/values.yaml": 'replicaCount: 1\nimage: {repository: ""}\n',
    "charts/service/templates/d.yaml": (
        "kind: Deployment\nspec: {containers: [{image: {{ .Values.image.repository }}}]}\n"
    ),
}
VALUES = 'image: {repository: acme/NAME, tag: "1"}\nservice: {port: 80}\n'
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME}
spec:
  source:
    path: charts/service
    helm: {GIVEN}
"""


def files(path: str, text: str = VALUES) -> dict[str, str]:
    return {path.replace("NAME", name): text.replace("NAME", name) for name in NAMES}


@pytest.mark.parametrize(
    "others",
    [
        files("charts/service/values/NAME.yaml"),
        files("values/NAME.yaml")
        | files(
            "apps/NAME.yaml",
            APPLICATION.replace("GIVEN", "valueFiles: [../../values/NAME.yaml]"),
        ),
        files("values/NAME.yaml")
        | {
            "helmfile.yaml": "releases:\n"
            "- {name: api, chart: ./charts/service, values: [values/api.yaml]}\n"
        },
    ],
    ids=["below", "application", "helmfile"],
)
def test_values_of_a_chart_that_others_install_are_of_no_service(
    others: dict[str, str], folder: Path
) -> None:
    found = report(folder, CHART | others, ".")
    assert list(groups(found).values()) == [list(NAMES)]
    reasons = {skip.file: skip.reason for skip in found.skipped}
    assert reasons["charts/service/values.yaml"] == DEFAULTS


@pytest.mark.parametrize(
    "others",
    [
        {},
        files("values/NAME.yaml"),
        files("values/NAME.yaml")
        | {"app.yaml": APPLICATION.replace("GIVEN", "parameters: [{name: image.tag, value: x}]")},
        files("values/NAME.yaml") | {"charts/service/notes.yaml": "values: [charts/service ]\n"},
    ],
    ids=["alone", "unnamed", "without values", "named by itself"],
)
def test_values_of_a_chart_that_nothing_else_installs_are_of_a_service(
    others: dict[str, str], folder: Path
) -> None:
    found = report(folder, CHART | others, ".")
    assert ["service"] in groups(found).values()
