"""Values that a chart copies into a field of its pods, and what the API does not take there."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.documents.reader import Document, read_text
from deploylint.readers.helm.copied_fields import copied_fields, with_misfits
from tests.support.projects import report, write

BELOW = "env:\n  {{- toYaml .Values.env | nindent 2 }}\n"
ENTERED = "{{- with .Values.pull }}\nimagePullSecrets:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\n"

TEMPLATES = [
    (BELOW, {"env": "env"}),
    (ENTERED, {"pull": "imagePullSecrets"}),
    ("env: {{ .Values.a.env | toYaml | nindent 2 }}\n", {"a.env": "env"}),
    ("env:\n{{ toYaml .Values.env | indent 2 }}\n", {"env": "env"}),
    ("env:\n- name: A\n  value: b\n{{- toYaml .Values.env | nindent 0 }}\n", {"env": "env"}),
    ("env:\n  - name: A\n    value: b\n  {{- toYaml $.Values.env | nindent 2 }}\n", {"env": "env"}),
    (
        "{{- if .Values.env }}\nenv:\n  {{- tpl (toYaml .Values.env) $ | nindent 2 }}\n",
        {"env": "env"},
    ),
    ("kind: Deployment\n" + BELOW, {"env": "env"}),
    ("kind: Kafka\n" + BELOW, {}),
    ("kind: Kafka\n" + BELOW + "---\nkind: Job\n" + BELOW, {}),
    (BELOW + '{{ if kindIs "map" .Values.env }}{{ end }}', {}),
    (BELOW + "{{ range .Values.env }}{{ end }}", {}),
    (BELOW + '{{ include "b" .Values.env }}', {}),
    (BELOW + "{{ .Values.env.A }}", {}),
    (ENTERED + "{{ with .Values.pull }}{{ range . }}{{ end }}{{ end }}", {}),
    (ENTERED + "{{ with .Values.pull }}{{ .name }}{{ end }}", {}),
    ("env:\n  {{- toYaml (concat .Values.a .Values.b) | nindent 2 }}\n", {}),
    ("env:\n  {{- range .Values.env }}\n  {{- toYaml . | nindent 2 }}\n  {{- end }}\n", {}),
    ("env:\n  - name: A\nother:\n  {{- toYaml .Values.env | nindent 2 }}\n", {}),
    ("annotations:\n  {{- toYaml .Values.env | nindent 2 }}\n", {}),
    ("env:\n  - name: A\n    value: {{ toYaml .Values.env }}\n", {}),
    ("{{ end }}{{ end }}\n" + BELOW, {"env": "env"}),
]


@pytest.mark.parametrize(("template", "copied"), TEMPLATES)
def test_values_that_templates_copy(template: str, copied: dict[str, str]) -> None:
    assert copied_fields([template]) == copied


def test_values_that_another_template_looks_at_are_not_copied() -> None:
    assert copied_fields([BELOW, "{{ .Values.env.A }}"]) == {}
    assert copied_fields([BELOW, '{{ include "a" .Values.environment }}']) == {"env": "env"}


COPIED = {"env": "env", "pull": "imagePullSecrets", "a.selector": "nodeSelector"}
VALUES = [
    ("env: [{name: A, value: b}, {name: C, value: '1'}, {name: D}]", ""),
    ("env: []\npull:\na: {}", ""),
    ("env: {}", ""),
    ("pull: [{name: regcred}]", ""),
    ("pull: ${PULL}", ""),
    ("env: [{name: A, value: true}]", "env[0].value is true or false"),
    ("env: [{name: A, value: 5}]", "env[0].value is a number"),
    ("env: [{name: A, value: {b: c}}]", "env[0].value is a mapping"),
    ("env: {A: b}", "env is a mapping, which the chart copies; the API takes a list"),
    ("pull: regcred", "imagePullSecrets is a text, which the chart copies; the API takes a list"),
    ("pull: [regcred]", "imagePullSecrets[0] is a text"),
    ("a: {selector: {ssd: true}}", "nodeSelector.ssd is true or false"),
    ("a: {selector: {ssd: 'true'}}", ""),
]


@pytest.mark.parametrize(("text", "message"), VALUES)
def test_value_of_another_type_than_the_field_is_reported(text: str, message: str) -> None:
    document = read_text(text + "\n", "values.yaml")
    assert isinstance(document, Document)
    root = document.roots[0]
    told = list(with_misfits((), root, COPIED))
    assert [message in fault.message for fault in told] == ([True] if message else [])
    assert list(with_misfits(told, root, COPIED)) == told


DEPLOYMENT = """\
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      imagePullSecrets:
        {{- toYaml .Values.imagePullSecrets | nindent 8 }}
      containers:
      - name: shop
        image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
"""


def test_value_of_another_type_is_reported_where_the_chart_is_beside_it(tmp_path: Path) -> None:
    values = "image: {repository: acme/shop, tag: '1.2.0'}\nimagePullSecrets: regcred\n"
    files = {"shop/values.yaml": values, "shop/Chart.yaml": "name: shop\nversion: 1.0.0\n"}
    write(tmp_path, files | {"shop/templates/deployment.yaml": DEPLOYMENT})
    told = report(tmp_path, rules=("wrong-type",)).findings
    assert [each.location.line for each in told] == [2]
    (tmp_path / "shop/templates/deployment.yaml").write_text(DEPLOYMENT.replace("toYaml", "list"))
    assert not report(tmp_path, rules=("wrong-type",)).findings
