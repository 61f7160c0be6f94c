"""The keys that templates write, read as text, and what a chart may therefore set."""

from __future__ import annotations

import pytest

from deploylint.readers.helm.chart import (
    ANYTHING,
    are_of_operators,
    chart_sets,
    makes_jobs,
    read_templates,
)
from tests.support.values import service

LONG = 1_000_000
"""Characters: where looking were quadratic, one of these would take an hour."""

DEPLOYMENT = """\
kind: Deployment
spec:
  template:
    spec:
      {{- with .Values.podSecurityContext }}
      securityContext: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
      - name: {{ .Chart.Name }}
        resources: {{- toYaml .Values.resources | nindent 10 }}
"""
VALUES = """\
image: {repository: acme/api, tag: "1.2.0"}
"""
MEMORY, CPU, NON_ROOT = (
    "resources.limits.memory",
    "resources.limits.cpu",
    "security-context.non-root",
)


@pytest.mark.parametrize(
    "text",
    [
        "{{/*",
        "{{- /*",
        "\n",
        "{{",
        " ",
        '"',
        "a",
        '{{ include "',
        "{{ with .Values.a }}",
        ".a",
        "}}",
    ],
)
def test_long_template_is_read_once(text: str) -> None:
    assert read_templates([text * (LONG // len(text))]).keys == frozenset()


WITH_A = "{{ with .Values.a }}"
WAYS = [
    ('{{ .Values.a.b }}{{ index .Values "c" "d" }}', "a.b c.d"),
    ('{{ index .Values.a "c-d" "e" }}{{ index $.Values.b.f "g" }}', "a a.c-d.e b.f b.f.g"),
    ("{{- with .Values.a }}{{ .b.c }}{{ end }}{{ .d }}", "a a.b.c"),
    ("{{ with $.Values.a -}} x: {{ toYaml .b | indent 2 }} {{- end }}", "a a.b"),
    (WITH_A + "{{ if .b }}{{ .c }}{{ end }}{{ .d }}{{ end }}", "a a.b a.c a.d"),
    (WITH_A + "{{ with .b }}{{ .c }}{{ end }}{{ .d }}{{ end }}", "a a.b a.b.c a.d"),
    (WITH_A + "{{ range .b }}{{ .c }}{{ end }}{{ .d }}{{ end }}", "a a.b a.d"),
    (WITH_A + "{{ $x.b }}{{ (f).c }}{{ $.d }}{{ 1.5 }}{{ end }}", "a"),
    (WITH_A + "{{ $.Values.b }}{{ end }}", "a b"),
    ("{{ with f .Values.a }}{{ .b }}{{ end }}", "a"),
    ("{{ end }}{{ end }}" + WITH_A + "{{ .b }}", "a a.b"),
    (WITH_A + "{{ else }}{{ .b }}{{ end }}", "a"),
    (WITH_A + "{{ if .b }}{{ else }}{{ .c }}{{ end }}{{ end }}", "a a.b a.c"),
]


@pytest.mark.parametrize(("text", "ways"), WAYS)
def test_templates_take_the_values_that_they_name_from_the_root_or_from_a_mapping(
    text: str, ways: str
) -> None:
    assert read_templates([text]).read == set(ways.split())


def test_mappings_within_mappings_are_entered_to_a_depth() -> None:
    text = "{{ with .Values.a }}" + "{{ with .b }}" * 50_000
    assert max(map(len, read_templates([text]).read)) < LONG / 500


def test_comment_of_a_template_has_no_keys() -> None:
    text = "{{/* a: 1 */}}\nb: 2 {{- /* c: 3\nd: 4 */ -}}\n  # e: 5\nf: 6\n{{/* not closed\ng: 7\n"
    assert read_templates([text]).keys == {"b", "f", "g"}


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("memory: 128Mi", True),
        ('"memory": 128Mi', True),
        ("limits: {cpu: 1, memory: {{ .Values.ram }}}", True),
        ('{{- $sizes := dict "memory" "128Mi" }}', True),
        ('{{- $_ := set .Values.resources.limits "memory" (.Values.ram) }}', True),
        ("resources: {{ toYaml .Values.resources }}", False),
        ("{{ .Values.resources.limits.memory }}", False),
        ("{{- $memory := .Values.ram }}", False),
        ("- name: memory", False),
        ("# memory: 128Mi", False),
        ("{{- /* memory: 128Mi\n  memory: 64Mi */ -}}", False),
        ("checkMemory: 3", False),
        ('{{- if hasKey .Values.limits "memory" }}', False),
    ],
)
def test_key_is_written_where_the_template_itself_has_it(line: str, written: bool) -> None:
    assert ("memory" in read_templates([line]).keys) is written


@pytest.mark.parametrize(
    ("more", "values", "expected"),
    [
        ("", VALUES, set()),
        ("          limits:\n            memory: 128Mi\n", VALUES, {MEMORY}),
        ("        securityContext: {runAsUser: 1000}\n", VALUES, {NON_ROOT}),
        ("        env: [{name: A, value: {{ .Values.memory }}}]\n", VALUES, set()),
        # a key that only the chart knows the meaning of
        ("", VALUES + "sizes: {api: {limits: {memory: 1Gi}}}\n", {MEMORY}),
        ("", VALUES + "rights: {runAsNonRoot: true}\n", {NON_ROOT}),
        # the same key where a field accounts for it
        ("", VALUES + "resources: {limits: {memory: 1Gi}}\n", set()),
        ("", VALUES + "limits: 3\nmemory: 4\n", set()),
    ],
)
def test_chart_may_set_what_its_templates_write(more: str, values: str, expected: set[str]) -> None:
    sets = chart_sets(read_templates([DEPLOYMENT + more]), service(values))
    assert sets & {MEMORY, CPU, NON_ROOT} == expected


@pytest.mark.parametrize(
    "text",
    [
        "kind: ConfigMap\n",
        DEPLOYMENT + '{{ include "acme.limits" . }}\n',
        DEPLOYMENT + '{{ include (printf "%s.limits" .Chart.Name) . }}\n',
        DEPLOYMENT + "{{ template $name . }}\n",
    ],
    ids=["no pods", "an unknown part", "a computed name", "a name in a variable"],
)
def test_chart_with_pods_or_parts_from_elsewhere_may_set_anything(text: str) -> None:
    assert chart_sets(read_templates([text]), service(VALUES)) == ANYTHING
    assert chart_sets(None, service(VALUES)) == ANYTHING


def test_part_that_another_file_of_the_chart_defines_is_known() -> None:
    parts = '{{- define "acme.limits" }}\nlimits: {cpu: 1}\n{{- end }}\n'
    templates = read_templates([DEPLOYMENT + '{{ include "acme.limits" . }}\n', parts])
    assert chart_sets(templates, service(VALUES)) & {MEMORY, CPU} == {CPU}


JOB = "kind: CronJob\nspec: {containers: [{image: x}]}\n"


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        ([JOB], True),
        ([f"kind: ConfigMap\n---\n{{{{- if .Values.on }}}}\n{JOB}{{{{- end }}}}\n"], True),
        (['kind: Job\nspec:\n  template: {{ include "acme.pod" . }}\n'], True),
        ([JOB, JOB.replace("CronJob", "StatefulSet")], False),
        ([JOB, JOB.replace("CronJob", "Rollout")], False),
        ([JOB, '{{ include "acme.deployment" . }}\n'], False),
        ([JOB, 'kind: Deployment\nspec: {{ include "acme.pod" . }}\n'], False),
        (["kind: ConfigMap\n"], False),
        ([], False),
    ],
)
def test_chart_makes_jobs_if_all_its_pods_are_of_some(templates: list[str], expected: bool) -> None:
    assert makes_jobs(templates) is expected


CUSTOM = "apiVersion: acme.example/v1\nkind: Proxy\nspec: {containers: [{image: x}]}\n"


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        ([CUSTOM], True),
        ([f"kind: ConfigMap\n---\n{{{{- if .Values.on }}}}\n{CUSTOM}{{{{- end }}}}\n"], True),
        ([CUSTOM, "apiVersion: apps/v1\nkind: Deployment\nspec: {}\n"], False),
        ([CUSTOM, '{{ include "acme.deployment" . }}\n'], False),
        ([CUSTOM, "apiVersion: apps/v1\nkind: {{ .Values.kind }}\n"], False),
        ([CUSTOM.replace("acme.example", "argoproj.io")], False),
        ([CUSTOM.replace("acme.example", "serving.knative.dev")], False),
        ([CUSTOM.replace("acme.example/v1", "v1")], False),
        ([CUSTOM.replace("containers", "route")], False),
        ([], False),
    ],
)
def test_pods_are_of_operators_if_custom_resources_alone_have_containers(
    templates: list[str], expected: bool
) -> None:
    assert are_of_operators(templates) is expected
