"""Files that carry values: whose they are, what they come to, where they stand, what is unknown."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from deploylint.documents.nodes import Node, child, leaves, plain, span
from deploylint.documents.reader import Document, Origin
from deploylint.model.locations import place
from deploylint.model.secrets import secret_nodes
from deploylint.model.service import Service, Value
from deploylint.readers import detect
from deploylint.readers.helm import profile
from deploylint.readers.service import read_service
from deploylint.readers.wrapped.documents import wrapped_table
from deploylint.readers.wrapped.values import MAX_KEYS, FileContents
from tests.support.values import document

VALUES = """
image:
  repository: acme/api
  tag: "1.0"
service: {type: ClusterIP, port: 8000}
"""


def held(text: str, file: str = "apps/app.yaml") -> FileContents:
    return detect.read_contents(document(text, file))


def one(text: str, file: str = "apps/app.yaml") -> Document:
    found = held(text, file)
    assert (len(found.values), found.problems) == (1, ())
    return found.values[0]


def data(text: str) -> object:
    return plain(one(text).roots[0])


def origin(text: str) -> Origin:
    found = one(text).origin
    assert found is not None
    return found


def service(text: str) -> Service:
    found = read_service(one(text), profile.load("helm-create"))
    assert found is not None
    return found


def value(text: str, address: str) -> Value:
    return service(text).main.value(address)


def application(helm: str, name: str = "api", kind: str = "Application") -> str:
    head = f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"
    return f"{head}  source:\n    chart: app\n    helm:\n{indent(dedent(helm), '      ')}"


def release(spec: str) -> str:
    head = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: api}\nspec:\n"
    )
    return head + indent(dedent(spec), "  ")


def test_wrapped_table_rows_are_distinct() -> None:
    about = [row["about"] for row in wrapped_table()["formats"]]
    assert len(set(about)) == len(about) > 4


# --- Argo CD -------------------------------------------------------------------------------------

MERGED: list[tuple[str, object]] = [
    ("values: |\n  a: {b: 1}\n", {"a": {"b": 1}}),
    ("values: 'a: 1'\n", {"a": 1}),
    ("valuesObject: {a: {b: 1}}\n", {"a": {"b": 1}}),
    ("parameters: [{name: a.b, value: '1'}]\n", {"a": {"b": 1}}),
    # parameters win over values, and leave the rest of them
    ("values: 'a: {b: 0, c: 2}'\nparameters: [{name: a.b, value: '1'}]\n", {"a": {"b": 1, "c": 2}}),
    ("parameters: [{name: a, value: '1'}, {name: a, value: '2'}]\n", {"a": 2}),
    ("parameters: [{name: a, value: '1', forceString: true}]\n", {"a": "1"}),
    ("parameters: [{name: a, value: '1', forceString: false}]\n", {"a": 1}),
    # a valuesObject is used instead of values, not over them
    ("values: 'a: 1'\nvaluesObject: {b: 2}\n", {"b": 2}),
    ("values: |\n  a: {b: 0}\n  ---\n  a: {c: 1}\n", {"a": {"b": 0, "c": 1}}),
    ("fileParameters: [{name: a, path: b.txt}]\n", {"a": "$(...)"}),
]


@pytest.mark.parametrize(("helm", "result"), MERGED)
def test_application_gives_its_values(helm: str, result: object) -> None:
    assert data(application(helm)) == result


def test_application_has_its_own_name() -> None:
    assert service(application("valuesObject: {image: a}\n", "billing")).name == "billing"


def test_application_names_unused_values() -> None:
    helm = "values: 'a: 1'\nvaluesObject: {b: 2}\n"
    said = "spec.source.helm.values is not used beside spec.source.helm.valuesObject"
    assert said in origin(application(helm)).notes


def test_application_is_read_from_each_document_of_a_file() -> None:
    text = "---\n".join(application("valuesObject: {image: a}\n", name) for name in ("a", "b"))
    found = held(text + "---\nkind: ConfigMap\n")
    assert [one.origin and one.origin.name for one in found.values] == ["a", "b"]
    assert found.skipped == ("1 more in this file; only Helm values are read",)


SOURCES = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api}
spec:
  sources:
  - {ref: values, repoURL: x}
  - {chart: app, helm: {valuesObject: {image: a}}}
"""


def test_application_sources_without_values_do_not_count() -> None:
    assert origin(SOURCES).name == "api"
    assert origin(SOURCES).notes == ("an Argo CD Application, spec.sources[1].helm.valuesObject",)


def test_application_sources_with_values_are_named_by_their_charts() -> None:
    text = SOURCES + "  - {path: charts/redis, helm: {valuesObject: {image: b}}}\n"
    names = [found.origin and found.origin.name for found in held(text).values]
    assert names == ["api-app", "api-redis"]


NO_VALUES = [
    (application("{}\n"), "api, an Argo CD Application: sets no Helm values"),
    (application("values: ''\n"), "api, an Argo CD Application: sets no Helm values"),
    (
        application("valueFiles: [a.yaml, b.yaml, c.yaml, d.yaml]\n"),
        "api, an Argo CD Application: all its values come from values file a.yaml, "
        "values file b.yaml, values file c.yaml and 1 more",
    ),
    (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: api}\n",
        "api, an Argo CD Application: sets no Helm values",
    ),
    (
        "apiVersion: app.k8s.io/v1beta1\nkind: Application\nmetadata: {name: api}\n",
        "a Kubernetes manifest; only Helm values are read",
    ),
]


@pytest.mark.parametrize(("text", "reason"), NO_VALUES)
def test_wrapper_without_values_is_skipped_with_the_reason(text: str, reason: str) -> None:
    found = held(text)
    assert (found.values, found.problems, found.skipped) == ((), (), (reason,))


WRONG = [
    ("values: {a: 1}\n", "8:15", "is not a text; write it as a block of text (|)"),
    ("values: |\n  a\n", "9:9", "is not a mapping; Helm values are one"),
    ("valuesObject: text\n", "8:21", "is not a mapping; Helm values are one"),
    ("values: |\n  a: [\n", "9:13", "not YAML"),
    ("parameters: [{name: 'a..b', value: x}]\n", "8:27", "invalid key"),
    ("parameters: [{value: x}]\n", "8:20", "has no name"),
    ("parameters: [{name: 'a[9999]', value: x}]\n", "8:27", "item 9999 of a list that has 0"),
]


@pytest.mark.parametrize(("helm", "where", "says"), WRONG)
def test_wrapper_with_invalid_values_is_a_problem_at_its_position(
    helm: str, where: str, says: str
) -> None:
    found = held(application(helm))
    (problem,) = found.problems
    assert (f"{problem.line}:{problem.column}", found.values) == (where, ())
    assert says in problem.message


EMPTY_RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: api}\nspec:"
)
ELSEWHERE = [
    (f"{EMPTY_RELEASE}\nvalues: {{image: a}}\n", "5:1", "it belongs in spec"),
    (f"{EMPTY_RELEASE}\n  chart: {{values: {{image: a}}}}\n", "5:11", "it belongs in spec"),
    (
        application("{}\n") + "  helm: {valuesObject: {image: a}}\n",
        "9:10",
        "it belongs in spec.source.helm",
    ),
]


@pytest.mark.parametrize(("text", "where", "says"), ELSEWHERE)
def test_wrapper_with_values_where_its_tool_reads_none_is_a_problem_there(
    text: str, where: str, says: str
) -> None:
    found = held(text)
    (problem,) = found.problems
    assert (f"{problem.line}:{problem.column}", found.values) == (where, ())
    assert says in problem.message


def test_values_of_an_expression_of_labels_are_none_of_the_chart() -> None:
    patch = "{matchExpressions: [{key: a, operator: In, values: [b]}]}"
    text = f"{EMPTY_RELEASE}\n  driftDetection: {{ignore: [{{target: {patch}}}]}}\n"
    assert held(text).problems == ()


def test_application_with_a_mistake_hides_no_other() -> None:
    good = application("valuesObject: {image: a}\n", "good")
    found = held("---\n".join([good, application("values: |\n  a: [\n", "bad"), good]))
    assert (len(found.values), len(found.problems)) == (2, 1)


def test_wrapped_values_by_keys_are_bounded() -> None:
    many = ", ".join("{name: a, value: b}" for _ in range(MAX_KEYS + 1))
    (problem,) = held(application(f"parameters: [{many}]\n")).problems
    assert problem.message == "more than 1,000 values are given by their keys"


def test_texts_of_a_file_together_may_not_mean_more_than_a_file() -> None:
    row = "    l: &l [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"    {b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("lmnop", "mnopq", strict=True)
    )
    text = application("values: |\n" + row)
    found = held("---\n".join([text] * 3))
    assert len(found.values) == 1
    (problem,) = found.problems
    assert problem.message == "too many texts in one file; this one and all below are not read"


def test_texts_of_many_services_far_down_a_file_are_all_read() -> None:
    each = [application("values: 'image: a'\n"), application("values: |\n  image: a\n")]
    found = held("#\n" * 500_000 + "---\n".join(each * 50))
    assert (len(found.values), found.problems) == (100, ())
    lines = [span(one.roots[0]).line for one in found.values[:2]]
    assert lines == [500_008, 500_018]


# --- ApplicationSets -----------------------------------------------------------------------------


def generated(elements: str, values: str = "image: a\n", name: str = "'{{cluster}}-api'") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set}\n"
        f"spec:\n  generators:\n  - list: {{elements: {elements}}}\n  template:\n"
        f"    metadata: {{name: {name}}}\n    spec:\n      source:\n        helm:\n"
        f"          values: |\n{indent(values, '            ')}"
    )


NAMED = [
    ("[{cluster: eu}]", "'{{cluster}}-api'", "eu-api"),
    ("[{cluster: eu}]", "'{{ .cluster }}-api'", "eu-api"),
    ("[{cluster: eu}]", "plain", "plain"),
    ("[{cluster: eu}, {cluster: us}]", "'{{cluster}}-api'", ""),
    ("[{other: eu}]", "'{{cluster}}-api'", ""),
    ("[]", "'{{cluster}}-api'", ""),
]


@pytest.mark.parametrize(("elements", "name", "called"), NAMED)
def test_application_set_is_named_by_its_only_element_or_its_file(
    elements: str, name: str, called: str
) -> None:
    text = generated(elements, name=name)
    assert origin(text).name == called
    assert service(text).name == (called or "app")


def test_application_set_names_its_applications() -> None:
    notes = origin(generated("[{cluster: eu}, {cluster: us}]")).notes
    assert notes[0].endswith("{{cluster}}-api, eu-api, us-api")


def test_application_set_generated_value_is_unknown() -> None:
    text = generated("[{tag: x}]", "image: {repository: acme/api, tag: {{tag}}}\n")
    assert value(text, "image.tag").state == "unknown"
    assert value(text, "image.repository").data == "acme/api"


def test_wrapped_values_that_are_a_template_are_skipped() -> None:
    found = held(generated("[]", "{{- if x }}\nimage: a\n{{- end }}\n"))
    assert found.skipped == ("an Argo CD ApplicationSet: all its values are one template",)


# --- Flux, helmfile, lists -----------------------------------------------------------------------


def test_release_sets_its_values() -> None:
    assert data(release("values: {a: 1}\n")) == {"a": 1}
    assert origin(release("values: {a: 1}\n")).elsewhere == ""


def test_target_path_is_unknown_and_nothing_else() -> None:
    text = release("""
        valuesFrom: [{kind: Secret, name: s, targetPath: image.tag}]
        values: {image: {repository: acme/api}}
        """)
    assert origin(text).elsewhere == ""
    assert value(text, "image.tag").state == "unknown"
    assert value(text, "resources.present").state == "absent"


def test_values_of_a_release_win_over_a_target_path() -> None:
    text = release("valuesFrom: [{kind: Secret, name: s, targetPath: a}]\nvalues: {a: 1}\n")
    assert data(text) == {"a": 1}


HELMFILE = """
releases:
- name: a
  chart: acme/app
  values: [common.yaml, {image: a, x: 1}, {x: 2}]
  set: [{name: y, value: "3"}, {name: z, values: [p, q]}, {name: f, file: x.txt}]
- name: b
  chart: acme/app
  values: [{image: b}, later.yaml, {x: 1}]
  setString: [{name: y, value: "3"}]
- {name: c, chart: acme/app, values: [c.yaml]}
- {name: d, chart: acme/app}
"""


def test_releases_of_a_helmfile_are_services() -> None:
    found = held(HELMFILE)
    assert [one.origin and one.origin.name for one in found.values] == ["a", "b", "d"]
    assert [plain(one.roots[0]) for one in found.values] == [
        {"image": "a", "x": 2, "y": 3, "z": ["p", "q"], "f": "$(...)"},
        {"x": 1, "y": "3"},
        {},
    ]
    assert found.skipped == (
        "c, a release of a helmfile: all its values come from values file c.yaml",
    )


def test_helmfile_names_a_file_that_may_set_values() -> None:
    found = held(HELMFILE).values[1].origin
    assert found is not None
    assert found.elsewhere == "may come from values file later.yaml"
    assert "the text before values file later.yaml is not read" in found.notes[-1]


RELEASES = """\
repositories: [{name: acme, url: "https://charts.acme.example"}]
releases:
- name: api
  chart: acme/app
  values: [{image: {repository: acme/api, tag: "1.2.0"}}]
- name: web
  chart: acme/app
  values: [{image: {repository: acme/web, tag: "1.2.0"}}]
"""
MISSPELT = [
    (("repositories", "repositroies"), ["repositroies for repositories"], []),
    (("  values:", "  valuse:"), ["valuse for values", "valuse for values"], []),
    (("  chart:", "  chrat:"), ["chrat for chart", "chrat for chart"], []),
    (("- name: api", "- naem: api"), ["naem for name"], []),
    (
        ("- name: api\n  chart: acme/app", "- name: api"),
        [],
        ["3 a release of a helmfile has no chart"],
    ),
    (("- name: api\n ", "-"), [], ["3 a release of a helmfile has no name"]),
    (("- name: api\n  chart:", "- name: api\n  inherit: [{template: a}]\n  version:"), [], []),
    (("repositories", "mirrors"), [], []),
]


@pytest.mark.parametrize(("change", "misspelt", "problems"), MISSPELT)
def test_field_that_helmfile_does_not_have_is_misspelt(
    change: tuple[str, str], misspelt: list[str], problems: list[str]
) -> None:
    contents = held(RELEASES.replace(*change))
    slips = [slip for each in contents.values if each.origin for slip in each.origin.misspelt]
    assert [f"{key.content} for {meant}" for key, meant in slips] == misspelt
    lines = [f"{each.line} {each.message.partition(';')[0]}" for each in contents.problems]
    assert lines == problems
    assert len(contents.values) == 2


def test_misspelt_field_of_a_helmfile_without_values_of_its_own_is_a_problem() -> None:
    contents = held("releases: [{name: api, chart: a, nmaespace: b, values: [api.yaml]}]\n")
    messages = ["unknown key 'nmaespace'; did you mean 'namespace'?"]
    assert [each.message for each in contents.problems] == messages


def test_helmfile_that_is_a_template_is_skipped() -> None:
    from deploylint.documents.reader import read_text

    text = "releases:\n{{- range .Values.apps }}\n- name: {{ . }}\n{{- end }}\n"
    found = detect.read_contents(read_text(text, "deploy/helmfile.yaml"))
    assert found.skipped == ("a helmfile that is a Go template; render it first: helmfile build",)
    for file in ("helmfile.d/shop.yaml", "apps/shop-helmfile.yaml"):
        assert detect.read_contents(read_text(text, file)).skipped == found.skipped
    assert detect.read_contents(read_text(text, "deploy/values.yaml")).problems
    assert detect.read_contents(read_text(text, "helmfile.d/shop/values.yaml")).problems
    assert detect.read_contents(read_text("a: [\n", "deploy/helmfile.yaml")).problems


def test_application_list_gives_a_service_for_each_item() -> None:
    found = held(
        "apps:\n- {name: a, helmValues: {image: a}}\n- {name: b, helmValues: {image: b}}\n"
    )
    assert [one.origin and one.origin.name for one in found.values] == ["a", "b"]


ORDINARY = [
    VALUES,
    "env: [{name: A, value: b}]\nimage: a\n",
    "releases: [{name: a}]\nimage: a\n",
    "kind: x\nimage: a\n",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_values_file_is_no_wrapper(text: str) -> None:
    found = one(text)
    assert (found.file, found.origin) == ("apps/app.yaml", None)


OPERATED = """
apiVersion: helm.fluxcd.io/v1
kind: HelmRelease
metadata: {name: api}
spec:
  chart: {repository: https://charts.example.com, name: app, version: 1.0.0}
  values: {image: {repository: acme/api, tag: "1"}}
"""
INSTALLED = """
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: api}
spec:
  chart: app
  valuesContent: |-
    image: {repository: acme/api, tag: "1"}
"""


@pytest.mark.parametrize("text", [OPERATED, INSTALLED], ids=["Helm Operator", "k3s"])
def test_release_of_another_controller_sets_its_values(text: str) -> None:
    found = service(text)
    assert (found.name, found.chart, value(text, "image.tag").data) == ("api", "app", "1")


@pytest.mark.parametrize(
    "text",
    [OPERATED + "  valuesFrom: [{configMapKeyRef: {name: x}}]\n", INSTALLED + "  set: {a: b}\n"],
)
def test_release_of_another_controller_may_get_values_from_elsewhere(text: str) -> None:
    assert value(text, "resources.limits.cpu").state == "unknown"


# --- what is given elsewhere ---------------------------------------------------------------------

OPEN = application(
    "valueFiles: [prod.yaml]\n"
    + """values: |
  image: {repository: acme/api, tag: "1.0"}
  service: {port: 8000}
  resources: {}
  imagePullSecrets: []
  livenessProbe: {httpGet: {path: /, port: http}}
  networkPolicy: {enabled: false}
  podAnnotations: {}
  env: {A: b, DB_PASSWORD: hunter2}
  serviceMonitor: {enabled: true, labels: {a: b}}
  worker: {image: {repository: acme/worker}}
"""
)

STATES = [
    ("image.repository", "known"),
    ("image.pull-policy", "unknown"),
    ("service.port", "known"),
    ("service.target-port", "unknown"),  # it is the port unless a file says otherwise
    ("service.type", "unknown"),
    ("resources.present", "unknown"),  # {} is no word against what a file sets
    ("image-pull-secrets.present", "disabled"),  # [] is one: lists are replaced
    ("liveness-probe.path", "known"),
    ("liveness-probe.port", "unknown"),  # a name, and nobody knows which port has it
    ("readiness-probe.present", "unknown"),
    ("network-policy.present", "disabled"),
    ("monitoring.labels", "unknown"),  # maps are merged: there may be more of them
    ("environment.variables", "unknown"),
    ("environment.literal-secrets", "known"),
    ("workers.queues", "unknown"),
    ("workers.concurrency", "absent"),
]


@pytest.mark.parametrize(("address", "state"), STATES)
def test_external_values_file_makes_unset_values_unknown(address: str, state: str) -> None:
    found = value(OPEN, address)
    assert found.state == state
    assert found.state != "unknown" or "values file prod.yaml" in found.note or address == "image"


def test_external_values_file_makes_inherited_values_unknown() -> None:
    worker = service(OPEN).components[1]
    assert worker.value("image.repository").data == "acme/worker"
    assert worker.value("image.tag").state == "unknown"
    assert worker.value("resources.present").state == "unknown"


def test_external_values_without_a_file_make_nothing_unknown() -> None:
    text = application("values: |\n" + indent(VALUES, "  "))
    assert value(text, "resources.present").state == "absent"
    assert value(text, "service.target-port").data == 8000


def test_external_values_file_name_with_a_password_is_redacted() -> None:
    found = origin(application("valueFiles: ['https://a:hunter2@b/c.yaml']\nvalues: 'image: a'\n"))
    assert "hunter2" not in str((found.elsewhere, found.notes))


# --- places --------------------------------------------------------------------------------------


def spot(text: str, address: str) -> str:
    found = service(text)
    node = found.main.value(address).node
    assert node is not None
    at = place(node, found)
    return f"{at.line}:{at.column} {at.key}"


PLACES = [
    (application("values: |\n" + indent(VALUES, "  ")), "image.tag", "12:16 image.tag"),
    (application("valuesObject:\n" + indent(VALUES, "  ")), "image.tag", "12:16 image.tag"),
    (
        application(
            "parameters:\n- {name: image.tag, value: x}\nvaluesObject:\n" + indent(VALUES, "  ")
        ),
        "image.tag",
        "9:34 image.tag",
    ),
    (
        application(
            "parameters:\n- {name: image.tag, value: x}\nvaluesObject:\n" + indent(VALUES, "  ")
        ),
        "service.port",
        "15:42 service.port",
    ),
    (
        application(
            "values: |\n" + indent(VALUES, "  ") + "parameters: [{name: env[0].name, "
            "value: A}, {name: 'env[0].value', value: b}]\n"
        ).replace("env[0].name", "'env[0].name'"),
        "environment.present",
        "14:27 env",
    ),
]


@pytest.mark.parametrize(("text", "address", "where"), PLACES)
def test_wrapped_value_has_its_position(text: str, address: str, where: str) -> None:
    assert spot(text, address) == where


def test_wrapped_text_secrets_are_redacted_in_the_file() -> None:
    text = application("values: |\n  env: {DB_PASSWORD: hunter2, URL: 'a://b:c@d'}\n")
    (shown,) = held(text).shown
    secrets = (node for root in shown.roots for node in secret_nodes(root))
    assert [(str(node.content), span(node).line) for node in secrets] == [
        ("hunter2", 9),
        ("a://b:c@d", 9),
    ]


def keys(found: Document) -> list[tuple[str, int]]:
    return [(str(wins.content), span(wins).line) for _, wins in found.duplicates]


def test_wrapped_duplicate_keys_are_reported_once() -> None:
    twice = application("values: |\n  a: 1\n  a: 2\n", "a").replace(
        "chart: app", "chart: a\n    chart: b"
    )
    other = application("valuesObject: {b: 1, b: 2}\n", "b")
    first, second = held(f"{twice}---\n{other}").values
    assert keys(first) == [("chart", 7), ("a", 11)]
    assert keys(second) == [("b", 20)]


def test_wrapped_coverage_counts_the_values_alone() -> None:
    found = service(application("values: |\n" + indent(VALUES, "  ")))
    read: list[Node] = [leaf for root in found.roots for leaf in leaves(root)]
    assert [str(leaf.content) for leaf in read] == ["acme/api", "1.0", "ClusterIP", "8000"]
    assert child(found.roots[0], "image") is not None


# --- the object around the values -----------------------------------------------------------------

RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api}
spec:
  interval: 5m
  chart:
    spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}
  install:
    remediation: {retries: 3}
  upgrade:
    remediation: {retries: 3}
  values:
    image: {repository: acme/api, tag: "1.0"}
"""
IN_ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api}
spec:
  project: default
  source:
    repoURL: https://charts.example.org
    chart: web
    targetRevision: 1.4.0
    helm:
      valuesObject: {image: {repository: acme/api, tag: "1.0"}}
  destination: {namespace: shop, server: https://kubernetes.default.svc}
"""


def around(text: str) -> list[tuple[str, str]]:
    """The check and the message of each fault in what wraps the values of a service."""
    return [(fault.check, fault.message) for fault in service(text).faults]


@pytest.mark.parametrize(
    ("text", "was", "now", "check", "message"),
    [
        (RELEASE, "    remediation: {retries: 3}\n  va", "  remediation: {retries: 3}\n  va",
         "misplaced-field", "remediation is not a field of spec; move it to spec.upgrade"),
        (RELEASE, "    spec: {chart", "  spec: {chart", "misplaced-field", "move it to spec.chart"),
        (RELEASE, "  interval", "  intervall", "unknown-field", "did you mean 'interval'?"),
        (RELEASE, "5m", "5", "wrong-type", "spec.interval is a number"),
        (RELEASE, "  values", "  image: {tag: a}\n  values", "unknown-field", "not a field"),
        (IN_ARGO, "  destination", "    destination", "misplaced-field", "move it to spec"),
        (IN_ARGO, "    chart", "    values: ''\n    chart", "misplaced-field", "spec.source.helm"),
        (IN_ARGO, "1.4.0", "1.4", "wrong-type", "targetRevision is a number"),
        (RELEASE, "kind: HelmRepository", "kind: HelmRepo", "wrong-choice", "kind is 'HelmRepo'"),
        (RELEASE, "kind: HelmRepository", "kind: OCIRepository", "wrong-choice", "one of Bucket"),
        (RELEASE, "name: ", "namespace: ", "missing-field", "has no metadata.name"),
        (IN_ARGO, "name: ", "namespace: ", "missing-field", "Application has no metadata.name"),
        (IN_ARGO, "    chart: web\n", "", "missing-field", "has no path and no chart"),
        (RELEASE, ", name: charts", "", "missing-field", "sourceRef has no name"),
    ],
)  # fmt: skip
def test_field_of_a_wrapper_at_another_level_is_reported(
    text: str, was: str, now: str, check: str, message: str
) -> None:
    assert around(text) == []
    ((found, words),) = around(text.replace(was, now, 1))
    assert found == check
    assert message in words


def test_wrapper_of_several_services_is_checked_once() -> None:
    text = IN_ARGO.replace("  source:\n    repo", "  extra: a\n  sources:\n  - repo")
    second = text.index("  destination")
    jobs = "chart: jobs, helm: {valuesObject: {image: {repository: b}}}"
    source = f"  - {{repoURL: https://charts.example.org, {jobs}}}\n"
    found = held(text[:second] + source + text[second:])
    services = [read_service(each, profile.load("helm-create")) for each in found.values]
    faults = [fault.message for each in services if each is not None for fault in each.faults]
    assert faults == ["extra is not a field of spec; the API server drops it"]


def test_patch_of_a_release_may_lack_fields() -> None:
    text = RELEASE.replace("  interval: 5m\n", "")
    assert around(text) == []
    start = text.index("  chart:")
    patch = text[:start] + text[text.index("  values:") :]
    assert around(patch.replace("name: ", "namespace: ", 1)) == []


INSIDE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: toffee}
spec:
  chart: {spec: {chart: toffee}}
  values:
    java:
      image: acme.example/cdm/toffee:1.2
      environment: {LOG_LEVEL: info}
    global: {environment: prod}
"""


def test_release_of_a_chart_around_another_has_the_values_of_that_one() -> None:
    found = service(INSIDE)
    assert (found.name, found.chart) == ("toffee", "java")
    assert found.main.value("image.repository").data == "cdm/toffee"
    assert found.main.value("environment.variables").data == {"LOG_LEVEL": "info"}


@pytest.mark.parametrize(
    "values",
    [
        "{java: {image: acme/toffee:1}, replicaCount: 2}",  # its own chart takes values
        "{java: {image: acme/toffee:1}, node: {image: acme/web:1}}",
        "{java: {image: acme/toffee:1}, postgresql: {enabled: true}}",
        "{java: {tag: '1.2'}}",
    ],
)
def test_release_with_values_for_more_than_one_chart_is_read_as_it_is(values: str) -> None:
    text = f"{INSIDE.partition('  values:')[0]}  values: {values}\n"
    root = data(text)
    assert isinstance(root, dict)
    assert "java" in root


RELEASE_OF_A_CHART = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: api}
spec:
  chart: {spec: {chart: api}}
  interval: 1h
  values: {image: {repository: acme/api, tag: "1.0"}}
"""


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (("apiVersion: helm.toolkit.fluxcd.io/v2\n", ""), "missing-field"),
        (("kind: HelmRelease\n", ""), "missing-field"),
        (("HelmRelease", "HelmRelaese"), "unknown-api"),
        (("toolkit", "toolkt"), "unknown-api"),
        (("io/v2", "io/v22"), "unknown-api"),
    ],
)
def test_release_with_a_damaged_head_is_read_and_reported(
    change: tuple[str, str], check: str
) -> None:
    read = service(RELEASE_OF_A_CHART.replace(*change))
    assert [fault.check for fault in read.faults] == [check]
    assert read.main.value("image.repository").data == "acme/api"


@pytest.mark.parametrize(
    "head",
    [
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\n",
        "apiVersion: argoproj.io/v1alpha1\n",
        "apiVersion: app.k8s.io/v1beta1\nkind: Application\n",
        "apiVersion: acme.example/v1\nkind: HelmRelease\n",
    ],
)
def test_object_of_another_kind_wraps_nothing(head: str) -> None:
    _, _, rest = RELEASE_OF_A_CHART.partition("kind: HelmRelease\n")
    assert not held(head + rest).values
