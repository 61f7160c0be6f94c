"""The charts of values files: where they are looked for, and what is not followed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploylint.config.load import load
from deploylint.documents.reader import Document, read_file
from deploylint.engine.charts.search import Charts
from deploylint.engine.check import CheckOptions, check
from deploylint.engine.unread_files import A_TEMPLATE
from deploylint.model.errors import Misread
from tests.support.command_line import run_command
from tests.support.projects import messages, report, write
from tools import TODAY

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
IMAGE = 'image: {repository: acme.example/api, tag: "1.2.0"}'
VALUES = f"{IMAGE}\nservice: {{port: 8000}}\n"
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


def test_limit_of_pods_that_an_operator_makes_is_unknown(folder: Path) -> None:
    """It has defaults of its own for a resource that sets none."""
    custom = "apiVersion: acme.example/v1\n" + TEMPLATE.replace("Deployment", "Proxy")
    files = {**CHART, "templates/deployment.yaml": custom, "values.yaml": VALUES}
    assert status(folder, in_folder("api", files)) == "unknown"


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


INSTALLED = 'releases:\n- name: "{{ .Name }}"\n  chart: %s\n  values: [tags.yaml.gotmpl]\n'


@pytest.mark.parametrize(
    ("name", "chart", "expected"),
    [
        ("helmfile.yaml.gotmpl", "charts/f", "unknown"),
        ("charts/helmfile.yaml.gotmpl", "./f", "unknown"),
        ("helmfile.yaml.gotmpl", "charts/e", "violation"),
        ("other.yaml.gotmpl", "charts/f", "violation"),
    ],
)
def test_tag_that_a_release_of_a_template_may_set_is_unknown(
    name: str, chart: str, expected: str, folder: Path
) -> None:
    files = fleet(TEMPLATE, "")
    values = files["charts/f/values.yaml"].replace("1.2.0", "latest")
    files |= {name: INSTALLED % chart, "charts/f/values.yaml": values}
    write(folder, {".git/HEAD": "", **files})
    with contextlib.chdir(folder):
        found = report(".", rules=("image-tag",)).findings
    assert [one.status for one in found if one.service == "f"] == [expected]


# --- which charts are services ------------------------------------------------------------------

OWN_WORDS = "program: {picture: acme.example/api}\nlistens: 80\n"
"""Values in words that no profile knows."""

LEFTOVER = 'replicaCount: 1\nimage: {repository: nginx, tag: ""}\nservice: {port: 80}\n'
"""What ``helm create`` writes, in a chart that reads none of it."""

SECRET = "kind: Secret\nstringData: {a: b}\n"
PART = '{{ define "parts.deployment" }}\n' + TEMPLATE + "{{ end }}\n"
INCLUDED = '{{ include "parts.deployment" . }}\n'
HOOK = TEMPLATE.replace("kind: Deployment", "kind: Job\n  annotations: {helm.sh/hook: pre-install}")
APPLICATION = "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
DEFINITION = "kind: CustomResourceDefinition\nspec: {containers: {type: array}}\n"
OPERATED = "kind: Runner\nspec:\n  image: {{ .Values.image.repository }}\n"


def named(pattern: str) -> dict[str, str]:
    """The templates of three workloads, with their names."""
    above = "metadata:\n  labels: {{}}\n  name: " + pattern + "\nspec"
    return {f"{one}.yaml": TEMPLATE.replace("spec", above.format(name=one), 1) for one in "abc"}


NAMED_BY_A_LIBRARY = """\
apiVersion: v1
kind: Service
metadata:
  name: {{ include "library.name" . }}
  {{- include "library.labels" . | nindent 2 }}
{{ include "library.notes" . | indent 2 }}
spec: {type: ExternalName, externalName: {{ .Values.service.externalName }}}
"""

CHARTS = [
    # the templates, the values, and whether the chart is a service
    ({"deployment.yaml": TEMPLATE}, OWN_WORDS, True),
    ({"deployment.yaml": TEMPLATE}, "replicaCount: 2\n", True),
    ({"deployment.yaml": TEMPLATE}, "# all is in the templates\n", True),
    ({"all.yaml": INCLUDED, "_parts.tpl": PART}, OWN_WORDS, True),
    ({"job.yaml": HOOK}, OWN_WORDS, True),
    ({"secret.yaml": SECRET}, LEFTOVER, False),
    ({"secret.yaml": SECRET, "tests/pod.yaml": TEMPLATE}, LEFTOVER, False),
    ({"_parts.tpl": PART}, LEFTOVER, False),
    ({"types.yaml": DEFINITION}, LEFTOVER, False),
    ({"agent.yaml": TEMPLATE, **{f"{one}.yaml": APPLICATION for one in "abc"}}, OWN_WORDS, False),
    # of several workloads with names of their own
    (named("{name}"), LEFTOVER, False),
    (named("{{{{ .Release.Name }}}}-{name}"), LEFTOVER, True),
    # what is included inside an object of a known kind is a part of that
    ({"service.yaml": NAMED_BY_A_LIBRARY}, LEFTOVER, False),
    ({"service.yaml": NAMED_BY_A_LIBRARY.replace("Service", "Runner")}, LEFTOVER, True),
    ({"all.yaml": NAMED_BY_A_LIBRARY + '{{- include "library.all" . }}\n'}, LEFTOVER, True),
    ({"a.yaml": NAMED_BY_A_LIBRARY, "b.yaml": '{{ template "library.b" . }}\n'}, LEFTOVER, True),
    # not known: what the values show counts
    ({"all.yaml": '{{ include "library.all" . }}\n'}, LEFTOVER, True),
    ({"all.yaml": '{{ include "library.all" . }}\n'}, OWN_WORDS, False),
    ({"runner.yaml": OPERATED}, LEFTOVER, True),
]


@pytest.mark.parametrize(("templates", "text", "is_service"), CHARTS)
def test_chart_is_a_service_if_it_makes_pods(
    templates: dict[str, str], text: str, is_service: bool, folder: Path
) -> None:
    files = {"Chart.yaml": "name: api\n", "values.yaml": text, **in_folder("templates", templates)}
    others = {f"x/{one}/values.yaml": VALUES for one in ("mail", "web")}
    write(folder, {**in_folder("x/api", files), **others})
    (group,) = report("x").groups
    names = [service.name for service in group.loaded.services]
    assert names == (["api", "mail", "web"] if is_service else ["mail", "web"])
    skipped = {one.file: one.reason for one in report("x").skipped}
    assert ("x/api/values.yaml" in skipped) is not is_service


def test_charts_inside_a_chart_without_pods_are_services(folder: Path) -> None:
    inside = {"templates/all.yaml": INCLUDED, "values.yaml": OWN_WORDS}
    files = {
        "shop/Chart.yaml": "name: shop\ndependencies:\n- {name: api}\n- {name: mail}\n"
        "- {name: cache, repository: 'https://charts.example'}\n",
        "shop/values.yaml": LEFTOVER,
        "shop/templates/_parts.tpl": PART,
        "shop/templates/hook.yaml": HOOK,
        **{
            f"shop/charts/{one}/{name}": text
            for one in ("api", "mail", "cache")
            for name, text in {**inside, "Chart.yaml": f"name: {one}\n"}.items()
        },
    }
    write(folder, files)
    found = report("shop")
    assert [[one.name for one in group.loaded.services] for group in found.groups] == [
        ["api", "mail"]
    ]
    reasons = {one.file: one.reason for one in found.skipped}
    assert reasons["shop/charts/cache/"] == "dependencies of a chart"
    assert reasons["shop/values.yaml"] == "values of a chart that makes no pods"


def test_release_is_a_service_whatever_its_values_set(folder: Path) -> None:
    bare = RELEASE.partition("  values:")[0].format(chart="app")
    texts = {
        "api": RELEASE.format(chart="app"),
        "mail": bare.replace(": api", ": mail") + "  values: {clusterName: blue}\n",
        "web": bare.replace(": api", ": web"),
    }
    write(folder, {f"apps/{name}/helmrelease.yaml": text for name, text in texts.items()})
    (group,) = report("apps").groups
    assert [service.name for service in group.loaded.services] == ["api", "mail", "web"]
    assert {service.chart for service in group.loaded.services} == {"app"}


def test_release_of_an_object_is_of_the_chart_that_this_provides(folder: Path) -> None:
    provider = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\n"
    for name in ("api", "mail", "web"):
        text = RELEASE.replace(
            "  chart: {{spec: {{chart: {chart}}}}}", "  chartRef: {{name: NAME}}"
        )
        url = "spec: {url: 'oci://charts.example/all/common-app'}\n"
        release = text.format().replace("NAME", name).replace("name: api", f"name: {name}")
        files = {
            "helmrelease.yaml": release,
            "ocirepository.yaml": f"{provider}metadata: {{name: {name}}}\n{url}",
        }
        write(folder, in_folder(f"apps/{name}/app", files))
    (group,) = report("apps").groups
    assert {service.chart for service in group.loaded.services} == {"common-app"}


def test_charts_that_a_chart_depends_on_are_services_by_their_keys(folder: Path) -> None:
    description = """\
name: shop
dependencies:
- {name: api, repository: 'file://../../api'}
- {name: worker, alias: mail, repository: 'file://../../worker'}
- {name: cache, repository: 'https://charts.example', condition: cache.enabled}
- {name: store, repository: 'https://charts.example'}
"""
    files = {
        "shop/Chart.yaml": description,
        "shop/values.yaml": "api: {mode: fast}\nmail: {mode: slow}\ncache: {enabled: false}\n"
        "store: {size: 1Gi}\nother: {a: b}\n",
        "shop/values-prod.yaml": "api: {mode: faster}\n",
    }
    write(folder, files)
    (group,) = report("shop").groups
    assert {service.name: list(service.files) for service in group.loaded.services} == {
        "api": ["shop/values.yaml", "shop/values-prod.yaml"],
        "mail": ["shop/values.yaml"],
        "store": ["shop/values.yaml"],
    }
    assert group.loaded.environment == "prod"


def test_chart_around_one_with_an_image_is_one_service_of_its_own_name(folder: Path) -> None:
    """What sets nothing of a service beside it adds something to its deployment, as alerts."""
    description = """\
dependencies:
- {name: generic-service, repository: 'https://charts.example'}
- {name: generic-alerts, repository: 'https://charts.example'}
"""
    values = """\
generic-service:
  image: {repository: acme/NAME, tag: "1"}
  ingress: {enabled: true, host: NAME.example}
generic-alerts: {target: NAME}
"""
    for name in ("api", "mail", "web"):
        own = {"Chart.yaml": f"name: {name}\n{description}", "values.yaml": values}
        own["values-prod.yaml"] = "generic-service: {replicaCount: 2}\ngeneric-alerts: {level: 1}\n"
        files = {path: text.replace("NAME", name) for path, text in own.items()}
        write(folder, in_folder(f"charts/{name}", files))
    (group,) = report("charts").groups
    services = {one.name: one.main.value("replicas.count").data for one in group.loaded.services}
    assert services == {"api": 2, "mail": 2, "web": 2}


def test_chart_in_a_folder_beside_is_a_service_there_and_not_in_the_umbrella(folder: Path) -> None:
    """The umbrella sets names and sizes over values that have the image; a chart that it takes
    twice has a service in each of its names."""
    description = """\
name: shop
dependencies:
- {name: api, repository: 'file://../api'}
- {name: web, alias: site, repository: 'file://../web'}
- {name: worker, alias: mail, repository: 'file://../worker'}
- {name: worker, alias: sms, repository: 'file://../worker'}
"""
    files = {
        "charts/shop/Chart.yaml": description,
        "charts/shop/values.yaml": "api: {mode: fast}\nsite: {mode: slow}\n"
        "mail: {mode: fast}\nsms: {mode: slow}\n",
        **{
            f"charts/{one}/{name}": text
            for one in ("api", "web", "search", "worker")
            for name, text in {**CHART, "values.yaml": VALUES}.items()
        },
    }
    write(folder, {".git/HEAD": "", **files})
    with contextlib.chdir(folder):
        found = report(".")
    names = [[one.name for one in group.loaded.services] for group in found.groups]
    assert names == [["api", "search", "mail", "sms", "web", "worker"]]


def taken_twice(values: str) -> dict[str, str]:
    """An umbrella with a chart inside that it takes by two names."""
    names = "- {name: worker, alias: mail}\n- {name: worker, alias: sms}\n"
    return {
        "shop/Chart.yaml": f"name: shop\ndependencies:\n{names}",
        "shop/values.yaml": values,
        **in_folder("shop/charts/worker", {**CHART, "values.yaml": VALUES}),
    }


@pytest.mark.parametrize(
    ("values", "services"),
    [
        ("mail: {mode: fast}\nsms: {mode: slow}\n", [["mail", "sms"], ["worker"]]),
        ("mail: {mode: fast}\n", [["worker"]]),
    ],
)
def test_chart_inside_an_umbrella_that_takes_it_twice_is_a_service_in_each_of_its_names(
    folder: Path, values: str, services: list[list[str]]
) -> None:
    write(folder, taken_twice(values))
    names = [[one.name for one in group.loaded.services] for group in report("shop").groups]
    assert names == services


def test_values_of_an_umbrella_are_over_a_chart_beside_one_that_it_takes_twice(
    folder: Path,
) -> None:
    files = taken_twice("mail: {mode: fast}\nsms: {mode: slow}\nweb: {replicaCount: 3}\n")
    web = in_folder("shop/charts/web", {**CHART, "values.yaml": f"replicaCount: 1\n{VALUES}"})
    write(folder, {**files, **web})
    services = [one for group in report("shop").groups for one in group.loaded.services]
    (web_alone,) = (one for one in services if one.name == "web")
    assert web_alone.main.value("replicas.count").data == 3


@pytest.mark.parametrize("name", ["../../../outside", "../../web", "..", "/"])
def test_chart_with_a_path_for_a_name_is_not_looked_for(folder: Path, name: str) -> None:
    shop = {"shop/Chart.yaml": f"name: shop\ndependencies: [{{name: {name}, alias: api}}]\n"}
    shop |= {"shop/values.yaml": f"api: {{{IMAGE}}}\n", **in_folder("web", CHART)}
    write(folder, {**in_folder("outside", CHART), **in_folder("repository", shop)})
    charts, root = Charts(folder / "repository"), folder / "repository/shop"
    assert charts.own(root) == {}
    values = read_file(root / "values.yaml", "repository/shop/values.yaml", root)
    assert isinstance(values, Document)
    assert charts.inside(values) == {"api"}


def test_fault_below_a_name_of_a_chart_that_is_taken_twice_is_reported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, taken_twice("mail:\n  podsecurityContext: {}\nsms: {mode: slow}\n"))
    run_command("check", "shop", "-f", "concise")
    assert "shop/values.yaml:2:3: warning[unknown-key]" in capsys.readouterr().out


def test_chart_inside_an_umbrella_without_values_of_its_own_there_is_a_service(
    folder: Path,
) -> None:
    whole = "  " + VALUES.replace("\n", "\n  ").rstrip() + "\n"
    files = {
        "shop/Chart.yaml": "name: shop\n",
        "shop/values.yaml": f"api:\n{whole}mail:\n{whole}",
        **{
            f"shop/charts/{one}/{name}": text
            for one in ("api", "mail", "web")
            for name, text in {**CHART, "values.yaml": VALUES}.items()
        },
    }
    write(folder, files)
    found = report("shop")
    names = [[one.name for one in group.loaded.services] for group in found.groups]
    assert names == [["api", "mail"], ["web"]]
    reasons = {one.file: one.reason for one in found.skipped}
    assert reasons["shop/charts/api/"] == "dependencies of a chart"


def test_charts_inside_an_umbrella_are_services_beside_one_of_a_repository(folder: Path) -> None:
    """The umbrella has values of the one from a repository alone, which are its only service."""
    whole = "  " + VALUES.replace("\n", "\n  ").rstrip() + "\n"
    names = ("api", "mail", "web")
    store = "- {name: store, version: 1.0.0, condition: deployStore}\n"
    description = f"name: shop\ndependencies:\n{store}" + "".join(
        f"- {{name: {name}, condition: deploy{name}}}\n" for name in names
    )
    files = {
        "shop/Chart.yaml": description,
        "shop/values.yaml": f"deployStore: true\nstore:\n{whole}web: {{replicaCount: 3}}\n",
        "shop/templates/NOTES.txt": "Thank you.\n",
        **{
            f"shop/charts/{one}/{name}": text
            for one in names
            for name, text in {**CHART, "values.yaml": VALUES}.items()
        },
    }
    write(folder, files)
    services = [one.name for group in report("shop").groups for one in group.loaded.services]
    assert sorted(services) == ["api", "mail", "shop", "web"]


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
        ("  replicas: {{ .Values.mail.replicaCount }}\n", []),
        ("  replicas: {{ .Values.global.replicaCount }}\n", ["replicas"]),
    ],
)
def test_key_that_its_chart_does_not_read_is_not_missed(
    more: str, missed: list[str], folder: Path
) -> None:
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, "")})
    with contextlib.chdir(folder):
        found = report(".", rules=("replicas", "odd-key")).findings
    assert [one.message.partition(":")[0] for one in found] == missed


SETTINGS = '  settings: {{ tpl (.Files.Get "files/settings.yaml") . }}\n'


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("", 1),
        ("  probe: {{ .Values.livenesProbe }}\n", 0),
        (SETTINGS, 0),
        (SETTINGS.replace("files/", "../f/files/"), 1),
        (SETTINGS.replace('Get "files/settings', 'Glob "files/*'), 0),
        (SETTINGS.replace('Get "files/settings', 'Glob "files/s/*'), 1),
        (SETTINGS.replace('Get "files/settings', 'Glob "files/**'), 0),
        (SETTINGS.replace('Get "files/settings', 'Glob "**'), 0),
        (SETTINGS.replace('"files/settings.yaml"', '""'), 1),
        (SETTINGS.replace("files/", "files/[!\\u0000"), 1),
        (SETTINGS.replace("files/", f"files/{'a' * 300}"), 1),
        (SETTINGS.replace("files/", "/files/"), 1),
    ],
    ids=[
        "not read",
        "in a template",
        "in a file that a template names",
        "in a file elsewhere",
        "in files of a pattern",
        "in no file of a pattern",
        "in files of a pattern of all folders",
        "in files of a pattern of all below the chart",
        "in a file without a name",
        "in a pattern that is none",
        "in a file with a name that the system refuses",
        "in a file of the machine",
    ],
)
def test_key_that_its_chart_reads_is_known(more: str, count: int, folder: Path) -> None:
    values = "livenesProbe: {httpGet: {path: /}}\n"
    named = {"charts/f/files/settings.yaml": "probe: {{ .Values.livenesProbe }}\n"}
    write(folder, {".git/HEAD": "", **named, **fleet(TEMPLATE + more, values)})
    with contextlib.chdir(folder):
        found = report(".", rules=("unknown-key",)).findings
    assert len(found) == count


@pytest.mark.parametrize(
    ("more", "count"),
    [("", 1), ("      - name: {{ .Values.imagePullSecrets.name }}\n", 0)],
)
def test_form_that_its_chart_reads_by_its_keys_is_right(
    more: str, count: int, folder: Path
) -> None:
    values = f"{VALUES}imagePullSecrets: {{name: registry}}\n"
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, values)})
    with contextlib.chdir(folder):
        assert len(report(".", rules=("wrong-type",)).findings) == count


ASKED = "{{ if .Values.mesh.enabled }}{{ end }}\n"


@pytest.mark.parametrize(
    ("more", "flag", "count"),
    [
        (ASKED, '"false"', 1),
        (ASKED, "false", 0),
        (ASKED, '"true"', 0),
        ("{{ if and (not .Values.mesh.enabled) .Values.team }}{{ end }}\n", "'false'", 1),
        ("{{ if eq .Values.mesh.enabled `true` }}{{ end }}\n", "'false'", 0),
        (f"{ASKED}{{{{ if eq .Values.mesh.enabled `true` }}}}{{{{ end }}}}\n", "'false'", 0),
        ("a: {{ .Values.mesh.enabled }}\n", "'false'", 0),
    ],
)
def test_text_that_templates_take_for_true_is_reported(
    more: str, flag: str, count: int, folder: Path
) -> None:
    values = f"{VALUES}mesh: {{enabled: {flag}}}\n"
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, values)})
    with contextlib.chdir(folder):
        assert len(report(".", rules=("wrong-type",)).findings) == count


MADE = "{{ range .Values.tolerations }}\n    - key: {{ . }}\n{{ end }}\n"
COPIED = "{{- toYaml .Values.tolerations | nindent 6 }}\n"


@pytest.mark.parametrize(
    ("template", "values", "count"),
    [
        (MADE, "tolerations: [spot, {key: a}]\n", 0),
        (COPIED, "tolerations: [spot, {key: a}]\n", 1),
        (COPIED, "tolerations: [spot]\n", 1),
        (COPIED, "tolerations: [{key: a}]\n", 0),
    ],
)
def test_texts_that_its_chart_makes_items_of_a_list_from_are_right(
    template: str, values: str, count: int, folder: Path
) -> None:
    more = f"      tolerations:\n      {template}"
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, VALUES + values)})
    with contextlib.chdir(folder):
        assert len(report(".", rules=("wrong-type",)).findings) == count


@pytest.mark.parametrize(
    ("more", "count"), [("", 1), ("  replicas: {{ .Values.run.replicaCount }}\n", 0)]
)
def test_key_that_its_chart_reads_at_another_level_is_right(
    more: str, count: int, folder: Path
) -> None:
    values = "run: {replicaCount: 2}\nteam: shop\n"
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, values)})
    with contextlib.chdir(folder):
        assert len(report(".", rules=("misplaced-key",)).findings) == count


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("        securityContext:\n          {{- toYaml .Values.podSecurityContext }}\n", 0),
        (
            "        {{- with .Values.podSecurityContext }}\n"
            "        securityContext: {{- toYaml . | nindent 10 }}\n        {{- end }}\n",
            0,
        ),
        ("      securityContext: {{- toYaml .Values.podSecurityContext | nindent 8 }}\n", 1),
        (
            "        securityContext: {{- toYaml .Values.podSecurityContext | nindent 10 }}\n"
            "      securityContext: {{- toYaml .Values.podSecurityContext | nindent 8 }}\n",
            1,
        ),
    ],
    ids=["of a container", "of a container with a dot", "of the pod", "of both"],
)
def test_security_context_that_its_chart_writes_in_containers_has_their_fields(
    more: str, count: int, folder: Path
) -> None:
    values = "podSecurityContext: {allowPrivilegeEscalation: false}\n"
    write(folder, {".git/HEAD": "", **fleet(TEMPLATE + more, values)})
    with contextlib.chdir(folder):
        assert len(report(".", rules=("misplaced-key",)).findings) == count


def test_security_context_in_containers_of_an_umbrella_has_their_fields(folder: Path) -> None:
    """The block of a service is of the chart around it where no chart inside has its name."""
    block = (
        "{image: {repository: acme/%s, tag: 1.2.0}, replicaCount: 1, service: {port: 80},"
        " podSecurityContext: {privileged: false}}"
    )
    context = "        securityContext: {{- toYaml .Values.web.podSecurityContext | nindent 10 }}\n"
    values = "".join(f"{name}: {block % name}\n" for name in ("api", "web", "mail"))
    files = {"Chart.yaml": "name: shop\nversion: 0.1.0\n", "values.yaml": values}
    for text, count in ((TEMPLATE, 3), (TEMPLATE + context, 0)):
        write(folder, in_folder("shop", {**files, "templates/all.yaml": text}))
        assert len(report("shop", rules=("misplaced-key",)).findings) == count


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({}, 1),
        ({"Chart.yaml": "name: api\ndependencies:\n- {name: pgmetrics}\n"}, 0),
        ({"Chart.yaml": "name: api\ndependencies:\n- {name: pg, alias: pgmetrics}\n"}, 0),
        ({"requirements.yaml": "dependencies:\n- {name: pgmetrics}\n"}, 0),
        ({"charts/pgmetrics/Chart.yaml": "name: pgmetrics\n"}, 0),
        ({"templates/b.yaml": '{{ if index .Values "pgmetrics" "on" }}a: b{{ end }}\n'}, 0),
        ({"templates/b.yaml": '{{ if index .Values "metrics" "on" }}a: b{{ end }}\n'}, 1),
    ],
)
def test_key_of_a_chart_inside_or_that_its_templates_take_is_no_slip(
    files: dict[str, str], count: int, folder: Path
) -> None:
    values = {"values.yaml": VALUES + "pgmetrics: {enabled: true}\n"}
    write(folder, in_folder("api", CHART | values | files))
    assert len(messages(report("api"), "unknown-key")) == count


@pytest.mark.parametrize(
    ("name", "problems"), [("files/settings.yaml", []), ("other/settings.yaml", ["settings.yaml"])]
)
def test_template_that_its_chart_puts_into_an_object_is_no_service(
    name: str, problems: list[str], folder: Path
) -> None:
    """Another one may be a service that is lost, so that it has to be read."""
    text = "{{- if .Values.on }}\na: {{ .Values.a }}\n{{- end }}\n"
    files = {f"charts/f/{name}": text, **fleet(TEMPLATE + SETTINGS, "")}
    write(folder, {".git/HEAD": "", **files})
    with contextlib.chdir(folder):
        found = report(".")
    assert [Path(one.file).name for one in found.problems] == problems
    skipped = [one.file for one in found.skipped if one.reason == A_TEMPLATE]
    assert skipped == ([] if problems else [f"charts/f/{name}"])


INSIDE_OF_NAMED = [
    ("mail", "name: shop\ndependencies: [{name: mail, repository: 'https://charts.example'}]\n"),
    ("post", "name: shop\ndependencies: [{name: mail, repository: 'https://charts.example'}]\n"),
    (
        "mail",
        "name: shop\ndependencies:\n- {name: mail, repository: 'https://charts.example'}\n"
        "- {name: store, repository: 'https://charts.example'}\n",
    ),
]


@pytest.mark.parametrize(("name", "description"), INSIDE_OF_NAMED)
def test_values_of_a_chart_inside_are_those_of_the_service_that_names_the_file(
    name: str, description: str, folder: Path
) -> None:
    services = "".join(
        f"    - {{name: {one}, files: x/{one}/values.yaml}}\n" for one in (name, "api", "web")
    )
    write(
        folder,
        {
            ".deploylint.yaml": f"version: 1\ngroups:\n  x:\n    services:\n{services}",
            f"x/{name}/Chart.yaml": description,
            f"x/{name}/values.yaml": "mail: {clusterName: blue}\nstore: {size: 1Gi}\n",
            **{f"x/{one}/values.yaml": VALUES for one in ("api", "web")},
        },
    )
    (group,) = check([], CheckOptions(), load(Path(".deploylint.yaml")), TODAY).groups
    assert [service.name for service in group.loaded.services] == [name, "api", "web"]


def test_named_service_without_values_is_refused_at_its_name(folder: Path) -> None:
    services = "".join(
        f"    - {{name: {one}, files: x/{one}.yaml}}\n" for one in ("mail", "api", "web")
    )
    write(
        folder,
        {
            ".deploylint.yaml": f"version: 1\ngroups:\n  x:\n    services:\n{services}",
            "x/mail.yaml": "colour: blue\n",
            **{f"x/{one}.yaml": VALUES for one in ("api", "web")},
        },
    )
    with pytest.raises(Misread) as raised:
        check([], CheckOptions(), load(Path(".deploylint.yaml")), TODAY)
    problem = raised.value.problem
    assert (problem.file, problem.line, problem.column) == (".deploylint.yaml", 5, 14)
    assert problem.message == (
        "no service 'mail' in its files (x/mail.yaml: sets no key of profile helm-create);"
        " correct files"
    )


SERVER_CHART = {
    "Chart.yaml": "name: NAME\n",
    "values.yaml": "image: {repository: acme/NAME, tag: '1'}\nreplicaCount: 2\n"
    "service: {type: ClusterIP, port: 80, annotations: {team: shop}}\n",
    "templates/d.yaml": TEMPLATE,
}


@pytest.mark.parametrize(("kind", "count"), [("CronJob", 0), ("Deployment", 1)])
def test_chart_of_jobs_is_not_asked_for_what_servers_have(
    kind: str, count: int, folder: Path
) -> None:
    files = {
        f"charts/{name}/{file}": text.replace("NAME", name)
        for name in ("api", "cart", "docs", "mail", "shop", "web")
        for file, text in SERVER_CHART.items()
    }
    files["charts/mail/values.yaml"] = "image: {repository: acme/mail, tag: '1'}\n"
    files["charts/mail/templates/d.yaml"] = TEMPLATE.replace("Deployment", kind)
    write(folder, files)
    votes = [one for one in report(".").findings if one.service == "mail" and one.votes]
    assert len(votes) == count


# --- names of ports -------------------------------------------------------------------------------

PROBED = f"{VALUES}livenessProbe: {{httpGet: {{path: /, port: admin}}}}\n"
PORTS = "        ports: [{name: %s, containerPort: 9000}]\n"


@pytest.mark.parametrize(
    ("chart", "more", "statuses"),
    [
        (None, "", ["unknown"]),
        (None, "extraPorts: [{name: admin, containerPort: 9000}]\n", []),
        (None, "ports: {admin: 9000}\n", []),
        (TEMPLATE + PORTS % "http", "", ["violation"]),
        (TEMPLATE + PORTS % "admin", "", []),
        (TEMPLATE + PORTS % "'{{ include \"ports\" . }}'", "", ["unknown"]),
    ],
)
def test_name_that_a_probe_asks_for_is_in_the_values_or_in_their_chart(
    chart: str | None, more: str, statuses: list[str], folder: Path
) -> None:
    files = {"Chart.yaml": "name: api\nversion: 0.1.0\n", "templates/deployment.yaml": chart or ""}
    write(folder, {"api/values.yaml": PROBED + more, **(in_folder("api", files) if chart else {})})
    told = report(".", rules=("missing-port",)).findings
    assert [one.status for one in told] == statuses


ASKED = f"{VALUES}ingress: {{servicePort: %s}}\n"
SERVICE = "kind: Service\nspec: {ports: [{name: %s, port: 80}]}\n"


@pytest.mark.parametrize(
    ("ports", "asked", "service", "statuses"),
    [
        ("{console: 9001}", "api-console", "", ["unknown"]),
        ("{console: 9001}", "consol", "", ["violation"]),
        ("[{name: console, port: 9001}]", "api-console", "", ["violation"]),
        ("{console: 9001}", "api-console", SERVICE % "api-console", []),
        ("{console: 9001}", "api-console", SERVICE % "console", ["violation"]),
    ],
)
def test_names_of_a_service_s_ports_are_the_chart_s_where_values_have_keys_alone(
    ports: str, asked: str, service: str, statuses: list[str], folder: Path
) -> None:
    values = (ASKED % asked).replace("service: {port: 8000}", f"service: {{ports: {ports}}}")
    assert ports in values
    templates = {"deployment.yaml": TEMPLATE, "service.yaml": service}
    files = {f"templates/{name}": text for name, text in templates.items()}
    files["Chart.yaml"] = "name: api\nversion: 0.1.0\n"
    write(folder, {"api/values.yaml": values, **(in_folder("api", files) if service else {})})
    told = report(".", rules=("missing-port",)).findings
    assert [one.status for one in told] == statuses


def test_name_that_the_defaults_of_a_chart_have_is_that_of_a_port(folder: Path) -> None:
    files = {**CHART, "values.yaml": f"{VALUES}adminPort: {{name: admin, number: 9000}}\n"}
    write(folder, {**in_folder("api", files), "api/values/shop.yaml": PROBED})
    assert not report(".", rules=("missing-port",)).findings


TAKEN = """\
kind: Deployment
spec:
  placement: {{ toYaml .Values.placement | nindent 4 }}
  template:
    spec:
      priorityClassName: {{ .Values.mesh.priority }}
      containers: [{image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}]
"""
UNREAD = [
    ("mesh: {priority: high}\nplacement: {prioirty: a}\n", []),  # all of it is taken
    ("msh: {priority: high}\n", []),  # so short a word may be another one
    ("mesh: {prioirty: high}\n", ["prioirty"]),
    ("plaecment: {a: b}\n", ["plaecment"]),
    ("placements: {a: b}\n", []),
    ("replacment: {a: b}\n", []),  # two letters may be those of another word
    ("mesh: {priority: high, more: a}\nteam: shop\n", []),
]


@pytest.mark.parametrize(("more", "keys"), UNREAD)
@pytest.mark.parametrize("ending", ["", "{{ toYaml .Values }}", '{{ include "other.part" . }}'])
def test_key_that_no_template_takes_beside_one_nearly_called_so_is_a_slip(
    more: str, keys: list[str], ending: str, folder: Path
) -> None:
    files = {**CHART, "templates/deployment.yaml": TAKEN + ending, "values.yaml": VALUES + more}
    write(folder, {".git/HEAD": "", **in_folder("api", files)})
    with contextlib.chdir(folder):
        told = messages(report("api"), "unknown-key")
    assert [each.split("'")[1] for each in told] == ([] if ending else keys)


@pytest.mark.parametrize("head", ["metdaata: {name: web}", "metadata: {nmae: web}", "metadata: {}"])
def test_release_without_a_name_is_a_service_all_the_same(folder: Path, head: str) -> None:
    bare = RELEASE.partition("  values:")[0].format(chart="operator")
    texts = {"api": bare, "web": bare.replace("metadata: {name: api}", head)}
    values = "  values: {logLevel: info}\n"
    write(folder, {f"apps/{name}/release.yaml": texts[name] + values for name in texts})
    result = report("apps")
    (group,) = result.groups
    assert [service.name for service in group.loaded.services] == ["api", "web"]
    nameless = [each.location.file for each in result.findings if each.rule == "missing-field"]
    assert nameless == ["apps/web/release.yaml"]


@pytest.mark.parametrize(
    ("values", "count"),
    [
        pytest.param("ui: {image: {repository: acme/ui}}\n", 0, id="it takes another one"),
        pytest.param("ui: {tag: 1.2.0}\n", 1, id="it may take this one as another"),
    ],
)
def test_image_of_most_that_a_chart_takes_from_its_components_is_not_missed(
    values: str, count: int, folder: Path
) -> None:
    more = "replicaCount: 2\nimagePullPolicy: IfNotPresent\n"
    charts = dict.fromkeys(("api", "mail", "web"), (TEMPLATE, VALUES + more))
    other = TEMPLATE.replace(".Values.image", ".Values.ui.image")
    charts["shop"] = (other, f"{more}service: {{port: 8000}}\n{values}")
    for name, (template, text) in charts.items():
        files = {"Chart.yaml": f"name: {name}\n", "values.yaml": text.replace("/api", f"/{name}")}
        write(folder, in_folder(f"x/{name}", {**files, "templates/all.yaml": template}))
    found = [f.message for f in report("x", rules=("image",)).findings]
    assert len([message for message in found if "repository" in message]) == count
