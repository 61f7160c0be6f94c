"""From paths to groups: which files are looked at together, which are passed over, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.cli.common import configuration as configured
from deploylint.documents.reader import ENCRYPTED
from deploylint.engine import check
from deploylint.engine.check import NO_MAJORITY
from deploylint.engine.folders.environments import VARIANT
from deploylint.engine.folders.found_values import NO_DEPLOYMENT
from deploylint.engine.folders.search import ONLY_SERVICE
from deploylint.engine.result import Report
from deploylint.engine.unread_files import A_TEMPLATE
from deploylint.model.errors import NothingToCheck, UsageError
from tests.support.projects import deployment, write
from tools import TODAY

VALUES = 'image: {repository: acme/api, tag: "1"}\nservice: {port: 80}\n'
BROKEN = "a: [\n"


def report(folder: Path, files: dict[str, str], *paths: str) -> Report:
    write(folder, files)
    asked = [Path(path) for path in paths]
    return check.check(asked, check.CheckOptions(), configured(asked, None, False), TODAY)


def groups(found: Report) -> dict[str, list[str]]:
    """The services of each group, by its name and environment."""
    loaded = [group.loaded for group in found.groups]
    names = (f"{one.name} in {one.environment}" if one.environment else one.name for one in loaded)
    services = ([service.name for service in group.services] for group in loaded)
    return dict(zip(names, services, strict=True))


def values(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, VALUES)


LAYOUTS = [
    # the files, the paths that are typed, and the services of each group
    (["deploy/a.yaml", "deploy/b.yml"], [], {"deploy": ["a", "b"]}),
    (["deploy/deploy-a.yaml", "deploy/values-b.yaml"], ["deploy"], {"deploy": ["a", "b"]}),
    (["deploy/a.yaml", "deploy/a.txt"], ["deploy"], {"deploy": ["a"]}),
    (["deploy/a.yaml", "deploy/b.yaml"], ["deploy/a.yaml"], {"deploy": ["a"]}),
    (["deploy/a.yaml", "deploy/b.yaml"], ["deploy", "deploy/a.yaml"], {"deploy": ["a", "b"]}),
    (["x/a.yaml", "y/b.yaml"], ["x", "y"], {"x": ["a"], "y": ["b"]}),
    (["x/a.yaml", "y/b.yaml"], ["x/a.yaml", "y/b.yaml"], {"x": ["a", "b"]}),
    (["deploy/a.yaml", "deploy/sub/b.yaml"], ["deploy"], {"deploy": ["a"], "deploy/sub": ["b"]}),
    # a folder that holds no deployment is walked through
    (["deploy/a/values.yaml", "deploy/b/values.yaml"], ["deploy"], {"deploy": ["a", "b"]}),
    (
        ["deploy/x/a.yaml", "deploy/x/b.yaml", "deploy/y/a.yaml", "deploy/y/b.yaml"],
        ["deploy"],
        {"deploy/x": ["a", "b"], "deploy/y": ["a", "b"]},
    ),
    (
        ["deploy/x/a.yaml", "deploy/y/a.yaml"],
        ["deploy"],
        {"deploy/x": ["a"], "deploy/y": ["a"]},
    ),
    (
        ["deploy/x/one/values.yaml", "deploy/x/two/values.yaml", "deploy/y/a.yaml"],
        ["deploy"],
        {"deploy/x": ["one", "two"], "deploy/y": ["a"]},
    ),
    # environments of one service are no services
    (
        ["deploy/a/values.yaml", "deploy/a/values-prod.yaml", "deploy/b/values.yaml"],
        ["deploy"],
        {"deploy in prod": ["a", "b"]},
    ),
    (
        [f"x/{one}/values-{name}.yaml" for one in "ab" for name in ("dev", "prod")],
        ["x"],
        {"x in dev": ["a", "b"], "x in prod": ["a", "b"]},
    ),
    (
        [f"x/{one}/envs/{name}/values.yaml" for one in "ab" for name in ("dev", "prod")],
        ["x"],
        {"x in dev": ["a", "b"], "x in prod": ["a", "b"]},
    ),
    (
        [f"x/envs/{name}/{one}.yaml" for one in "ab" for name in ("dev", "prod")],
        ["x"],
        {"envs in dev": ["a", "b"], "envs in prod": ["a", "b"]},
    ),
    # folders that are only called like environments hold other services
    (
        ["x/dev/a.yaml", "x/dev/b.yaml", "x/test/c.yaml", "x/test/d.yaml"],
        ["x"],
        {"x/dev": ["a", "b"], "x/test": ["c", "d"]},
    ),
    (
        ["x/a/values.yaml", "x/b/helm/values.yaml", "x/c/deploy/helm/values.yaml"],
        ["x"],
        {"x": ["a", "b", "c"]},
    ),
    # the folder that varies is the service
    (
        ["x/a/helm/values.yaml", "x/b/helm/values.yaml", "x/c/values.yaml"],
        ["x"],
        {"x": ["a", "b", "c"]},
    ),
    (
        ["x/a/values.yaml", "x/a/values-berlin.yaml", "x/b/values.yaml", "x/b/values-rome.yaml"],
        ["x"],
        {"x": ["a", "b"], "x in berlin": ["a"], "x in rome": ["b"]},
    ),
    (
        [f"x/{one}/{name}.yaml" for one in "ab" for name in ("Chart", "values", "values-berlin")],
        ["x"],
        {"x in berlin": ["a", "b"]},
    ),
    # two charts of one service are two services of all
    (
        [f"x/{one}/values.yaml" for one in ("a/app", "b/app", "c/app", "c/mcp")],
        ["x"],
        {"x": ["a", "b", "c", "mcp"]},
    ),
    (["x/a/y/z.yaml", "x/b/y/z.yaml", "x/c/y/z.yaml"], ["x"], {"x": ["a", "b", "c"]}),
    (
        ["x/a/helm/values.yaml", "x/b/helm/values.yaml", "x/a/helm/values.yaml"],
        ["x", "x/a/helm/values.yaml"],
        {"x": ["a", "b"]},
    ),
    (
        ["deploy/.git/a.yaml", "deploy/x/a.yaml", "deploy/x/b.yaml"],
        ["deploy"],
        {"deploy/x": ["a", "b"]},
    ),
    (
        ["deploy/node_modules/a.yaml", "deploy/x/a.yaml", "deploy/x/b.yaml"],
        ["deploy"],
        {"deploy/x": ["a", "b"]},
    ),
    # folders that are named are searched as the folder above them, where their files are alike
    (
        ["x/a/values.yaml", "x/b/values.yaml", "x/c/values.yaml"],
        ["x/a", "x/b"],
        {"x": ["a", "b"]},
    ),
    (
        [f"x/{place}/{name}.yaml" for place in "ab" for name in ("one", "two")],
        ["x/a", "x/b"],
        {"x/a": ["one", "two"], "x/b": ["one", "two"]},
    ),
    (["x/a/one.yaml", "x/b/two.yaml"], ["x/a", "x/b"], {"a": ["one"], "b": ["two"]}),
]


@pytest.mark.parametrize(("files", "paths", "wanted"), LAYOUTS)
def test_paths_select_groups_of_services(
    files: list[str], paths: list[str], wanted: dict[str, list[str]], folder: Path
) -> None:
    assert groups(report(folder, values(*files), *paths)) == wanted


@pytest.mark.parametrize("file", ["values.yaml", "k8s/deployment.yaml"])
def test_folders_of_services_with_words_of_environments_are_no_environments(
    file: str, folder: Path
) -> None:
    names = ["dev-portal", "prod-catalog", "search", "test-runner"]
    texts = [VALUES.replace("api", one) if "values" in file else deployment(one) for one in names]
    files = {f"x/{name}/{file}": text for name, text in zip(names, texts, strict=True)}
    assert groups(report(folder, files, "x")) == {"x": names}


def test_folders_of_environments_with_one_image_are_environments(folder: Path) -> None:
    found = report(folder, values("x/prod-eu/values.yaml", "x/prod-us/values.yaml"), "x")
    assert groups(found) == {"x in prod-eu": ["prod-eu"], "x in prod-us": ["prod-us"]}


def test_values_for_all_environments_are_of_the_service_of_their_folder(folder: Path) -> None:
    """Those beside the folders of services are of none."""
    files = values(*(f"x/values/{name}/common.yaml" for name in ("api", "mail", "web")))
    shared = {"x/values/common.yaml": "replicaCount: 2\n", "y/values/solo/common.yaml": VALUES}
    assert groups(report(folder, files | shared, ".")) == {
        "x/values": ["api", "mail", "web"],
        "values/solo": ["solo"],
    }


def test_values_of_sites_beside_a_helmfile_are_environments(folder: Path) -> None:
    """Also where the values name no image and the helmfile is a template."""
    helmfile = "releases:\n{{ if x }}\n- {name: x, values: [values-{{ .Environment.Name }}.yaml]}\n"
    files = {
        f"x/services/{name}/{file}.yaml": text
        for name in ("api", "mail", "web")
        for file, text in {
            "helmfile": helmfile,
            "values": "resources: {limits: {cpu: 1}}\nreplicaCount: 1\nservice: {port: 1}\n",
            "values-rome": "replicaCount: 2\n",
            "values-berlin": "replicaCount: 3\n",
        }.items()
    }
    assert groups(report(folder, files, ".")) == {
        f"x/services in {site}": ["api", "mail", "web"] for site in ("berlin", "rome")
    }


def test_values_that_one_service_has_are_no_environment_of_a_fleet(folder: Path) -> None:
    """Those of its instances, or that its users may choose; where most have some they are sites."""
    names = [f"s{number}" for number in range(6)]
    files = values(*(f"x/{name}/values.yaml" for name in names))
    files |= {f"x/{name}/values-prod.yaml": "replicaCount: 2\n" for name in names}
    files |= dict.fromkeys(("x/s0/s0-infra-values.yaml", "x/s1/values-full.yaml"), "image: {}\n")
    files |= {f"x/{name}/Chart.yaml": f"name: {name}\n" for name in names}
    found = report(folder, files, "x")
    assert groups(found) == {"x in prod": names}
    others = {skip.file for skip in found.skipped if skip.reason == VARIANT}
    assert others == {"x/s0/s0-infra-values.yaml", "x/s1/values-full.yaml"}
    sites = {f"x/{name}/values-in-{name}.yaml": "replicaCount: 3\n" for name in names[2:]}
    assert len(groups(report(folder, files | sites, "x"))) == 7


@pytest.mark.parametrize(("file", "is_skipped"), [("values.template", True), ("values-x", False)])
def test_template_that_is_called_so_is_no_lost_service(
    file: str, is_skipped: bool, folder: Path
) -> None:
    template = "api:\n  image: acme/{{service}}\n  name: {{service}}\n"
    files = values(*(f"x/{name}/values.yaml" for name in ("api", "mail", "web")))
    found = report(folder, files | {f"x/{file}.yaml": template}, ".")
    assert [skip.reason for skip in found.skipped if file in skip.file] == [A_TEMPLATE] * is_skipped
    assert [Path(each.file).name for each in found.problems] == [f"{file}.yaml"] * (not is_skipped)


def releases(*names: str) -> str:
    """A helmfile."""
    items = (
        f"- {{name: {name}, chart: acme/{name}, values: [{{image: acme/{name}:1}}]}}\n"
        for name in names
    )
    return "releases:\n" + "".join(items)


def test_helmfiles_of_the_same_releases_are_a_group_each(folder: Path) -> None:
    """Each is installed by itself. A release that one has twice is there once too often."""
    files = {
        "x/helmfile.a.yaml": releases("web"),
        "x/helmfile.yaml": releases("api", "mail", "web"),
        "x/more.yaml": releases("search"),
    }
    found = report(folder, files, "x")
    assert groups(found) == {"x": ["api", "mail", "web", "search"], "x/helmfile.a": ["web"]}
    assert not [problem for group in found.groups for problem in group.loaded.problems]
    files = {"y/helmfile.yaml": releases("api", "mail", "web", "web")}
    (group,) = report(folder, files, "y").groups
    assert [problem.line for problem in group.loaded.problems] == [4, 5]


def applications(*names: str) -> str:
    """The values of a chart of Applications: a list of services, each with its own values."""
    items = (f"- {{name: {name}, helmValues: {{image: acme/{name}:1}}}}\n" for name in names)
    return "domain: acme.example\napplications:\n" + "".join(items)


@pytest.mark.parametrize("base", [{}, {"x/apps/values.yaml": "replicaCount: 1\n"}])
def test_items_of_lists_in_values_of_environments_are_the_services_there(
    base: dict[str, str], folder: Path
) -> None:
    files = {
        "x/apps/Chart.yaml": "name: apps\n",
        "x/apps/templates/apps.yaml": "kind: Application\napiVersion: argoproj.io/v1alpha1\n",
        "x/apps/values-staging.yaml": applications("api", "mail", "web"),
        "x/apps/values-production.yaml": applications("api", "mail", "web", "search"),
    }
    found = groups(report(folder, files | base, "."))
    assert {tuple(each.rpartition(" in ")[::2]): names for each, names in found.items()} == {
        ("x/apps", "production"): ["api", "mail", "web", "search"],
        ("x/apps", "staging"): ["api", "mail", "web"],
    }


OF_PARTS = {
    # the workloads of each folder, and the groups that they are
    "parts of services": (
        {
            "orders": ["api-orders", "worker-orders"],
            "users": ["api-users", "worker-users"],
            "mail": ["mail", "api-mail", "worker-mail"],
            "edge": ["edge"],
        },
        {"x": 8},
    ),
    "parts of two services": (
        {"orders": ["api-orders", "worker-orders"], "users": ["api-users", "worker-users"]},
        {"x/orders": 2, "x/users": 2},
    ),
    "no parts": (
        {"orders": ["cart", "billing"], "users": ["login", "roles"], "mail": ["inbox", "spam"]},
        {"x/mail": 2, "x/orders": 2, "x/users": 2},
    ),
    "parts that are called alike": (
        {name: ["api", "worker"] for name in ("orders", "users", "mail")},
        {"x/mail": 2, "x/orders": 2, "x/users": 2},
    ),
}


@pytest.mark.parametrize(("folders", "wanted"), OF_PARTS.values(), ids=OF_PARTS)
@pytest.mark.parametrize("below", ["", "k8s/"])
def test_folders_with_the_parts_of_a_service_each_are_one_group(
    below: str,
    folders: dict[str, list[str]],
    wanted: dict[str, int],
    folder: Path,
) -> None:
    files = {
        f"x/{at}/{below}{name}.yaml": deployment(name)
        for at, names in folders.items()
        for name in names
    }
    found = groups(report(folder, files, "x"))
    assert sorted(map(len, found.values())) == sorted(wanted.values())
    assert below or {name: len(services) for name, services in found.items()} == wanted


SPACES = {"shop": ("api", "web"), "pay": ("fee",)}


def test_part_of_an_environment_in_a_folder_of_its_own_is_of_the_same_group(folder: Path) -> None:
    """The only one with most of the services: two parts with one workload each are two groups."""
    files = {f"x/all/test/{one}.yaml": deployment(one) for one in ("db", "pool", "queue", "stats")}
    for each in ("prod", "stage"):
        part = {f"store-{each}/{one}.yaml": deployment(one) for one in ("db", "pool", "stats")}
        part |= {f"{one}-{each}/queue.yaml": deployment("queue") for one in ("left", "right")}
        files |= {f"x/all/{each}/{path}": text for path, text in part.items()}
    found = groups(report(folder, files, "x"))
    same = ["db", "pool", "stats"]
    assert [found[f"all in {each}"] for each in ("prod", "stage")] == [same, same]
    assert found["all in test"] == ["db", "pool", "queue", "stats"]


def test_folders_beside_environments_with_their_services_are_environments(folder: Path) -> None:
    """A company calls them as it likes; a folder of other services is none, nor is one of bases."""
    files = {
        f"k8s/{where}/{space}/{name}.yaml": deployment(name)
        for where in ("prod", "staging", "aat", "common")
        for space, names in SPACES.items()
        for name in names
    }
    others = {f"k8s/tools/ops/{name}.yaml": deployment(name) for name in ("mail", "proxy")}
    found = report(folder, files | others, ".")
    assert not [problem for problem in found.problems if "duplicate" in problem.message]
    assert groups(found) == {
        **{
            f"k8s/{space} in {at}": [*names]
            for space, names in SPACES.items()
            for at in ENVIRONMENTS
        },
        **{f"common/{space}": [*names] for space, names in SPACES.items()},
        "tools/ops": ["mail", "proxy"],
    }


ENVIRONMENTS = ("aat", "prod", "staging")
TEMPLATES = {
    "Terraform": "image: {repository: acme/api}\n%{ if traced }\ntraced: true\n%{ endif }\n",
    "Jinja": "image: {repository: acme/api}\nusers:\n{% for user in users %}\n- x\n{% endfor %}\n",
    "Go": "image: {repository: acme/api}\n{{- if .traced }}\ntraced: true\n{{- end }}\n",
    "expression": "image: {repository: acme/api}\nport: {{ port }}\n",
}


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_template_in_a_folder_that_no_command_names_is_skipped_and_named(
    text: str, folder: Path
) -> None:
    """What renders it is not deploylint, and the services beside it are whole without it."""
    fleet = values(*(f"services/{name}/values.yaml" for name in ("api", "mail", "web")))
    found = report(folder, {**fleet, "terraform/templates/values.yaml": text}, ".")
    assert list(groups(found).values()) == [["api", "mail", "web"]]
    assert found.problems == ()
    (skip,) = (one for one in found.skipped if one.file == "terraform/templates/values.yaml")
    assert skip.kind == "a template of YAML", "reports count these by their kind"
    named = report(folder, {}, "terraform/templates/values.yaml")
    assert [problem.file for problem in named.problems] == ["terraform/templates/values.yaml"]


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=TEMPLATES)
def test_templates_beside_the_services_of_several_folders_are_skipped_and_named(
    text: str, folder: Path
) -> None:
    """Folders of one service each are read once more as one group."""
    files = {f"apps/{name}/templates/deployment.yaml": deployment(name) for name in "abc"}
    templates = {f"apps/{name}/templates/values.yaml": text for name in "abc"}
    found = report(folder, files | templates, ".")
    assert list(groups(found).values()) == [["a", "b", "c"]]
    assert found.problems == ()
    assert templates.keys() <= {one.file for one in found.skipped}


@pytest.mark.parametrize(
    ("text", "is_error"),
    [
        ("model: x\nrate: .inf\ndepth: 3\n", False),
        ("model: x\nrate: [\ndepth: 3\n", False),
        ("model: x\nimage: [\ndepth: 3\n", True),
        ("rate: [\n", True),
    ],
)
def test_file_without_a_key_of_a_deployment_that_cannot_be_read_is_skipped_and_named(
    text: str, is_error: bool, folder: Path
) -> None:
    """It is of another program; a file of which too little is known may be that of a service."""
    fleet = values(*(f"services/{name}/values.yaml" for name in ("api", "mail", "web")))
    found = report(folder, {**fleet, "training/settings.yaml": text}, ".")
    assert [one.file for one in found.problems] == ["training/settings.yaml"] * is_error
    named = [one.file for one in found.skipped if one.file.startswith("training")]
    assert named == ["training/settings.yaml"] * (not is_error)


def test_templates_beside_named_templates_of_helm_are_skipped_and_named(folder: Path) -> None:
    """Several charts link one folder of templates, whatever that is called."""
    fleet = values(*(f"charts/{name}/values.yaml" for name in ("api", "mail", "web")))
    job = "apiVersion: batch/v1\nkind: Job\n{{- if .on }}\nmetadata: {name: x}\n{{- end }}\n"
    shared = {"shared/_helpers.tpl": "{{ define 'x' }}{{ end }}\n", "shared/job.yaml": job}
    found = report(folder, {**fleet, **shared}, ".")
    assert list(groups(found).values()) == [["api", "mail", "web"]]
    assert found.problems == ()
    named = {one.file: one.kind for one in found.skipped}
    assert named["shared/job.yaml"] == "a template of YAML"


def test_values_beside_manifests_are_a_group_of_their_own(folder: Path) -> None:
    manifests = {f"x/{name}.yaml": deployment(name) for name in "abc"}
    others = {"x/settings.yaml": "image: a picture of the fleet\n"}
    found = report(folder, manifests | others | values("x/deploy-d.yaml", "x/deploy-e.yaml"), "x")
    assert groups(found) == {"x": ["a", "b", "c"], "x (values)": ["d", "e"]}
    assert [skip.file for skip in found.skipped if "settings" in skip.file] == ["x/settings.yaml"]


def test_values_beside_the_manifests_of_each_service_are_a_group_of_their_own(
    folder: Path,
) -> None:
    manifests = {f"x/{name}/deployment.yaml": deployment(name) for name in "abc"}
    beside = values(*(f"x/{name}/values.yaml" for name in "abc"))
    found = groups(report(folder, manifests | beside, "x"))
    assert sorted(found.values()) == [["a", "b", "c"], ["a", "b", "c"]]


def test_folder_that_is_called_like_a_kustomization_is_none(folder: Path) -> None:
    """A web site has a component of that name."""
    (folder / "website" / "Kustomization").mkdir(parents=True)
    files = {f"apps/{name}.yaml": deployment(name) for name in ("api", "mail", "web")}
    found = report(folder, files, ".")
    assert (list(groups(found).values()), found.problems) == ([["api", "mail", "web"]], ())


def test_helmfile_that_is_a_template_is_no_lost_service_whatever_it_is_called(
    folder: Path,
) -> None:
    text = 'releases:\n- name: api\n  chart: acme/api\n  installed: {{ env "ON" }}\n'
    files = values("x/api/values.yaml", "x/web/values.yaml", "x/mail/values.yaml")
    found = report(folder, files | {"x/old/mail.yaml": text}, "x")
    assert found.problems == ()
    (skip,) = (one for one in found.skipped if one.file == "x/old/mail.yaml")
    assert skip.kind == "a template of YAML"
    others = files | {"x/old/mail.yaml": text.replace("releases:", "image: a")}
    assert [one.file for one in report(folder, others, "x").problems] == ["x/old/mail.yaml"]


def test_flux_itself_is_no_service(folder: Path) -> None:
    """Nobody edits what ``flux bootstrap`` writes."""
    files = {"flux-system/gotk-components.yaml": deployment("source-controller")}
    files |= {f"apps/{name}.yaml": deployment(name) for name in ("api", "mail", "web")}
    found = report(folder, files, ".")
    assert list(groups(found).values()) == [["api", "mail", "web"]]
    reasons = {skip.file: skip.reason for skip in found.skipped}
    file = "flux-system/gotk-components.yaml"
    assert reasons[file] == "Flux itself, as its bootstrap command writes it"


@pytest.mark.parametrize("name", [".helm", ".k8s", ".kube", ".kubernetes", ".deploy"])
def test_dot_folder_that_is_called_after_deployments_is_searched(folder: Path, name: str) -> None:
    files = values(*(f"apps/{service}/{name}/values.yaml" for service in ("api", "mail", "web")))
    assert list(groups(report(folder, files, ".")).values()) == [["api", "mail", "web"]]


WORKFLOW = "on: push\nenv: {IMAGE: acme/api}\njobs: {test: {container: {image: node:20}}}\n"
"""A workflow of GitHub, which is like values in parts."""


@pytest.mark.parametrize("inside", [".github/workflows/kubernetes", ".github/k8s", ".gitlab/helm"])
def test_folder_of_a_host_is_searched_where_it_holds_one_of_deployments(
    folder: Path, inside: str
) -> None:
    host = inside.partition("/")[0]
    files = {f"{inside}/{name}.yaml": deployment(name) for name in ("api", "mail", "web")}
    pipelines = {f"{host}/workflows/{name}.yaml": WORKFLOW for name in ("test", "release")}
    found = report(folder, files | pipelines, ".")
    assert list(groups(found).values()) == [["api", "mail", "web"]]
    assert {*pipelines} <= {skip.file for skip in found.skipped}


SKIPS = [
    (["deploy/a.yaml", "deploy/.x/b.yaml"], {"deploy/.x/": "a dot folder"}),
    (
        ["deploy/a.yaml", "deploy/.github/workflows/b.yaml", "deploy/.github/actions/x/b.yaml"],
        {"deploy/.github/": "a dot folder"},
    ),
    (["deploy/a.yaml", "deploy/.git/k8s/b.yaml"], {"deploy/.git/": "a dot folder"}),
    (
        ["deploy/a.yaml", "deploy/node_modules/b.yaml"],
        {"deploy/node_modules/": "third-party packages"},
    ),
    (
        ["deploy/a.yaml", "deploy/testdata/b.yaml"],
        {"deploy/testdata/": "data of tests"},
    ),
    (
        ["deploy/a.yaml", "deploy/test-fixtures/b.yaml", "deploy/__fixtures__/b.yaml"],
        {"deploy/test-fixtures/": "data of tests", "deploy/__fixtures__/": "data of tests"},
    ),
    (
        ["deploy/values.yaml", "deploy/Chart.yaml", "deploy/tests/b.yaml", "deploy/test/b.yaml"],
        {
            "deploy/Chart.yaml": None,
            "deploy/test/": "tests of a chart",
            "deploy/tests/": "tests of a chart",
        },
    ),
    (
        ["deploy/a.yaml", "deploy/test/pods.yaml", "deploy/test/chainsaw-test.yaml"],
        {"deploy/test/": "a test of Chainsaw"},
    ),
    (
        ["deploy/a.yaml", "deploy/vendor/b.yaml", "deploy/vendor/modules.txt"],
        {"deploy/vendor/": "third-party packages"},
    ),
    (
        ["deploy/a.yaml", "deploy/vendor/acme/b.yaml", "deploy/jsonnetfile.json"],
        {"deploy/vendor/": "third-party packages"},
    ),
    (["deploy/a.yaml", "deploy/vendor/b.yaml"], {}),  # a service may be called so
    (["deploy/a.yaml", "deploy/sub/b.txt"], {}),
    (
        ["deploy/a.yaml", "deploy/b.jsonnet", "deploy/c.yaml.gotmpl", "deploy/d.tmpl"],
        {
            "deploy/b.jsonnet": "Jsonnet; render it, and check the result",
            "deploy/c.yaml.gotmpl": "a template of YAML; render it, and check the result",
        },
    ),
    (
        ["deploy/values.yaml", "deploy/Chart.yaml", "deploy/templates/b.yaml"],
        {
            "deploy/Chart.yaml": None,
            "deploy/templates/": "templates of a chart; render it first: "
            "helm template NAME deploy | deploylint check -",
        },
    ),
]


@pytest.mark.parametrize(("files", "wanted"), SKIPS)
def test_skipped_folders_are_named_with_the_reason(
    files: list[str], wanted: dict[str, str | None], folder: Path
) -> None:
    texts = values(*files)
    if "deploy/Chart.yaml" in texts:
        texts["deploy/Chart.yaml"] = "apiVersion: v2\nname: x\nversion: 1.0.0\n"
    found = report(folder, texts, "deploy")
    reasons = {one.file: one.reason for one in found.skipped}
    assert reasons.keys() == wanted.keys()
    assert all(reasons[file] == reason for file, reason in wanted.items() if reason)


OBJECT = """{
  "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "c"},
  "spec": {"template": {"spec": {"containers": [{"name": "c", "image": "acme/c:1"}]}}}
}"""


def test_objects_in_json_are_read_and_other_json_is_not(folder: Path) -> None:
    """Tests what `kubectl apply -f FOLDER` reads; a link may lead to anything."""
    texts = {f"x/{name}.json": OBJECT.replace('"c"', f'"{name}"') for name in ("a", "b", "c")}
    write(folder, texts | {"y/d.json": OBJECT, "x/package.json": '{"name": "x"}'})
    (folder / "x/e.json").symlink_to("../y/d.json")
    found = report(folder, {}, "x")
    assert groups(found) == {"x": ["a", "b", "c"]}
    assert found.skipped == ()


@pytest.mark.parametrize("name", ["values.yaml", "deployment.yaml"])
def test_template_in_the_file_of_a_service_is_an_error(name: str, folder: Path) -> None:
    files = {
        f"x/{service}/{name}": deployment(service) if name == "deployment.yaml" else VALUES
        for service in "abcd"
    }
    files[f"x/d/{name}"] += "{{- if a }}\n"
    write(folder, {"x/.git/HEAD": ""})
    found = report(folder, files, "x")
    assert groups(found) == {"x": ["a", "b", "c"]}
    assert [problem.file for problem in found.problems] == [f"x/d/{name}"]


def test_files_of_other_tools_are_no_services(folder: Path) -> None:
    files = values("x/a.yaml", "x/b.yaml", "x/c.yaml") | {
        "x/build.yaml": "image: node:22\nenv: {A: b}\n",
        "x/post.yaml": "service: {port: 80}\n",
        "x/local.yaml": "services: {a: {image: acme/a}, b: {build: .}}\n",
        "x/_config.yml": "image: /logo.png\nservice: {port: 80}\nreplicas: 1\n",
    }
    write(folder, {"top/.git/HEAD": ""})
    found = report(folder, {f"top/{name}": text for name, text in files.items()}, "top")
    assert groups(found) == {"top/x": ["a", "b", "c"]}


@pytest.mark.parametrize("name", ["Taskfile.yaml", "Taskfile.dist.yml"])
def test_files_of_other_tools_are_no_services_where_the_folder_is_named(
    name: str, folder: Path
) -> None:
    text = "image: node:22\nenv: {A: b}\nversion: '3'\ntasks: {a: b}\n"
    found = report(folder, values("x/a.yaml", "x/b.yaml") | {f"x/{name}": text}, "x")
    assert groups(found) == {"x": ["a", "b"]}


@pytest.mark.parametrize("more", ["version: '1.2'\ntasks: {a: b}\n", "pipelines: {default: []}\n"])
def test_values_are_a_service_whatever_words_of_other_tools_they_hold(
    more: str, folder: Path
) -> None:
    found = report(folder, values("x/a.yaml", "x/b.yaml") | {"x/c.yaml": VALUES + more}, "x")
    assert groups(found) == {"x": ["a", "b", "c"]}


def test_values_without_an_image_are_a_service_if_they_set_several_elements(folder: Path) -> None:
    """A chart or a release may set the image."""
    own = "replicaCount: 2\ningress: {enabled: true}\nresources: {limits: {memory: 64Mi}}\n"
    found = report(folder, values("x/w/a.yaml", "x/w/b.yaml") | {"x/w/c.yaml": own}, "x")
    assert groups(found) == {"x/w": ["a", "b", "c"]}


def test_values_that_switch_all_of_a_deployment_off_are_no_service(folder: Path) -> None:
    """They are of an object that the same chart makes, such as a Secret or an Ingress."""
    off = "service: {enabled: false}\nautoscaling: {enabled: false}\n"
    off += "readinessProbe: {enabled: false}\nlivenessProbe: {enabled: false}\n"
    own = "ingress: {enabled: true, className: alb}\n"
    files = {"x/w/edge.yaml": off + own, "x/w/keys.yaml": f"{off}secret: {{name: keys}}\n"}
    found = report(folder, values("x/w/a.yaml", "x/w/b.yaml") | files, "x")
    assert groups(found) == {"x/w": ["a", "b"]}
    reasons = {one.file: one.reason for one in found.skipped}
    assert reasons["x/w/edge.yaml"] == reasons["x/w/keys.yaml"] == NO_DEPLOYMENT


CHART_WITHOUT_PODS = {
    "Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    "templates/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
    "values.yaml": "site: none\n",
    "values-dev.yaml": "site: dev\n",
    "values-prod.yaml": "site: prod\n",
}


@pytest.mark.parametrize(
    "others",
    [
        pytest.param({"x/w/none.yaml": "ingress: {enabled: true}\nreplicaCount: 2\n"}, id="values"),
        pytest.param(
            {f"x/c/{name}": text for name, text in CHART_WITHOUT_PODS.items()},
            id="values of environments",
        ),
        pytest.param(
            {
                "x/k/kustomization.yaml": "resources: [role.yaml]\n",
                "x/k/role.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: c}\n",
            },
            id="a kustomization",
        ),
    ],
)
def test_file_beside_the_folders_of_services_is_named(others: dict[str, str], folder: Path) -> None:
    found = report(folder, values("x/w/a.yaml", "x/y/b.yaml", "x/z/d.yaml") | others, "x")
    names = {skip.file for skip in found.skipped}
    assert set(others).difference(("x/c/templates/app.yaml",)) <= names


def test_file_is_no_service_for_a_dockerfile_above_it(folder: Path) -> None:
    files = values("x/a.yaml", "x/b.yaml", "x/c.yaml")
    files |= {"Dockerfile": "FROM scratch\n", "otel/otel.yaml": "service: {pipelines: {}}\n"}
    write(folder, {"top/.git/HEAD": ""})
    found = report(folder, {f"top/{name}": text for name, text in files.items()}, "top")
    assert groups(found) == {"top/x": ["a", "b", "c"]}


def test_group_that_is_too_small_is_no_error_beside_a_larger_one(folder: Path) -> None:
    found = report(folder, values("x/y/a.yaml", "x/z/b.yaml", "x/z/c.yaml", "x/z/d.yaml"), "x")
    assert groups(found) == {"x/y": ["a"], "x/z": ["b", "c", "d"]}
    assert found.problems == ()
    assert [(one.file, one.reason) for one in found.skipped] == [("x/y/a.yaml", ONLY_SERVICE)]


def test_group_without_a_majority_is_no_error_beside_one_that_is_compared(folder: Path) -> None:
    files = values("x/y/a.yaml", "x/y/b.yaml", "x/y/c.yaml")
    other = {f"x/z/{name}.yaml": deployment(name) for name in ("d", "e")}
    other["x/z/f.yaml"] = deployment("f").replace("acme.example/f", "redis")
    found = report(folder, files | other, "x")
    assert groups(found) == {"x/y": ["a", "b", "c"], "x/z": ["d", "e", "f"]}
    assert found.problems == ()
    assert NO_MAJORITY in {skip.reason for skip in found.skipped}
    alone = report(folder, {}, "x/z")
    assert [problem.file for problem in alone.problems] == ["x/z/d.yaml"]


def test_copies_of_a_fleet_are_groups_of_their_own(folder: Path) -> None:
    copies, names = ("one", "three", "two"), ("mail", "web")
    files = {f"x/{copy}/apps/{one}.yaml": deployment(one) for copy in copies for one in names}
    files |= {f"x/{copy}/stores/queue.yaml": deployment("queue") for copy in copies}
    apps = {f"{copy}/apps": ["mail", "web"] for copy in copies}
    stores = {f"{copy}/stores": ["queue"] for copy in copies}
    assert groups(report(folder, files, "x")) == apps | stores


def test_values_of_environments_without_an_image_are_those_of_their_own_chart(
    folder: Path,
) -> None:
    """A chart may write the image itself: what another chart has more is none of its own."""
    files = dict[str, str]()
    for name in ("api", "mail", "web"):
        chart = f"x/{name}/Chart.yaml"
        files[chart] = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n"
        text = "replicaCount: 2\nservice: {port: 80}\nresources: {limits: {cpu: 1}}\n"
        files[f"x/{name}/values-dev.yaml"] = text
        image = f"image: {{repository: acme/{name}, tag: '1'}}\n"
        files[f"x/{name}/values-prod.yaml"] = text + image
    files["x/web/values-dev.yaml"] += "ingress: {host: web.example}\n"
    wanted = ["api", "mail", "web"]
    assert groups(report(folder, files, "x")) == {"x in dev": wanted, "x in prod": wanted}


RELEASE = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME}
spec:
  source:
    repoURL: https://charts.example
    chart: NAME
    helm: {valuesObject: {image: {repository: acme/NAME, tag: '1'}, replicaCount: 2}}
"""


def test_variants_of_a_release_are_no_clash_in_the_fleet_of_one_of_them(folder: Path) -> None:
    places = {"store": "store", "store_with_tolerations": "store", "mail": "mail", "web": "web"}
    files = {f"x/{at}/app.yaml": RELEASE.replace("NAME", name) for at, name in places.items()}
    found = report(folder, files, "x")
    assert found.problems == ()
    fleets = {"x": ["mail", "store", "web"], "x/store_with_tolerations": ["store"]}
    assert groups(found) == fleets


def test_versions_of_a_chart_of_several_services_are_groups_of_their_own(folder: Path) -> None:
    inside = "  image: {repository: acme/a, tag: '1'}\n  service: {port: 80}\n"
    umbrella = f"mail:\n{inside}web:\n{inside}"
    files = {"x/v1/values.yaml": umbrella, "x/v2/values.yaml": umbrella}
    files |= values("x/cart/values.yaml", "x/shop/values.yaml", "x/news/values.yaml")
    found = report(folder, files, "x")
    versions = {f"x/{name}": ["mail", "web"] for name in ("v1", "v2")}
    assert groups(found) == versions | {"x": ["cart", "news", "shop"]}
    assert found.problems == ()


def test_chart_of_several_programs_has_them_as_services_in_its_environments(
    folder: Path,
) -> None:
    """What the root sets for all of them, as an ingress, is none of a service of the chart."""
    block = "{image: {repository: acme/NAME, tag: '1'}, service: {port: 80}, replicas: 2,"
    block += " resources: {limits: {cpu: 1}}, livenessProbe: {httpGet: {path: /}}}"
    names = ("api", "mail", "web")
    own = "".join(f"{one}: {block.replace('NAME', one)}\n" for one in names)
    files = {"x/shop/values.yaml": f"{own}ingress: {{enabled: true, host: shop.example}}\n"}
    files["x/shop/Chart.yaml"] = "name: shop\nversion: 0.1.0\n"
    files["x/shop/values-prod.yaml"] = "api: {replicas: 4}\n"
    found = report(folder, files, "x")
    assert groups(found) == {"x/shop in prod": ["api", "mail", "web"]}
    loaded = found.groups[-1].loaded
    assert [one.main.value("replicas.count").data for one in loaded.services] == [4, 2, 2]


def test_service_and_its_stores_in_one_folder_are_of_the_fleet_of_all_folders(
    folder: Path,
) -> None:
    stores = {one: deployment(f"{one}-db").replace("acme.example", "mongo:6 #") for one in "ab"}
    files = {f"x/{one}/store.yaml": text for one, text in stores.items()}
    files |= {f"x/{one}/service.yaml": deployment(one) for one in "abc"}
    assert groups(report(folder, files, "x")) == {"x": ["a", "a-db", "b", "b-db", "c"]}


@pytest.mark.parametrize("image", ["redis:7.2.1", "docker.io/library/postgres:16"])
def test_services_each_with_what_anybody_runs_beside_it_are_a_fleet(
    image: str, folder: Path
) -> None:
    files = {f"x/{one}/service.yaml": deployment(one) for one in "abc"}
    for one in "abc":
        beside = deployment(f"{one}-side").replace(f"acme.example/{one}-side:1.2.0", image)
        files[f"x/{one}/side.yaml"] = beside
    found = report(folder, files, "x")
    assert groups(found) == {"x": ["a", "a-side", "b", "b-side", "c", "c-side"]}
    assert found.problems == ()


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{http: {paths: [
  {path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 8888}}}}]}}]}
"""
OF_A = """\
---
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {selector: {app: a}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize("place", ["k8s/{}.yaml", "k8s/{}/app.yaml", "k8s/{}/base/app.yaml"])
def test_objects_in_folders_beside_those_of_services_are_read_with_them(
    place: str, folder: Path
) -> None:
    files = {place.format(name): deployment(name) for name in "abc"}
    files[place.format("a")] += OF_A
    found = report(folder, files | {"k8s/ingress/shop.yaml": INGRESS}, "k8s")
    assert groups(found) == {"k8s": ["a", "b", "c"]}
    lines = [(one.rule, one.location.line) for one in found.findings if one.rule == "missing-port"]
    assert lines == [("missing-port", 5)]
    assert "k8s/ingress/shop.yaml" not in {skip.file for skip in found.skipped}


GROUPED = """\
version: 1
exclude: [deploy/old.yaml]
groups:
  shop:
    reference: none
    services: [{files: deploy/a.yaml}, {files: deploy/b.yaml}]
"""


@pytest.mark.parametrize(
    ("paths", "wanted", "skipped"),
    [
        ([], {"shop": ["a", "b"]}, []),
        (["deploy/a.yaml"], {"shop": ["a", "b"]}, []),
        (["deploy"], {"shop": ["a", "b"]}, ["deploy/c.yaml", "deploy/old.yaml"]),
        (["deploy/c.yaml"], {"deploy": ["c"]}, []),
        (["deploy/a.yaml", "deploy/c.yaml"], {"shop": ["a", "b"], "deploy": ["c"]}, []),
        ([".deploylint.yaml"], {"shop": ["a", "b"]}, []),
    ],
)
def test_path_into_a_group_selects_the_whole_group(
    paths: list[str], wanted: dict[str, list[str]], skipped: list[str], folder: Path
) -> None:
    names = ("deploy/a.yaml", "deploy/b.yaml", "deploy/c.yaml", "deploy/old.yaml")
    found = report(folder, values(*names) | {".deploylint.yaml": GROUPED}, *paths)
    assert groups(found) == wanted
    assert [one.file for one in found.skipped] == skipped


def test_file_that_is_encrypted_is_skipped_and_named(folder: Path) -> None:
    """Who has no key can do nothing about it."""
    write(folder, {f"k8s/{name}.yaml": deployment(name) for name in ("api", "mail", "web")})
    (folder / "k8s/secret.yaml").write_bytes(b"\0GITCRYPT\0\xb7\x60")
    found = report(folder, {}, "k8s")
    assert found.problems == ()
    assert [(skip.file, skip.reason) for skip in found.skipped] == [("k8s/secret.yaml", ENCRYPTED)]


def test_file_that_cannot_be_read_hides_no_other(folder: Path) -> None:
    files = values("deploy/deploy-python.yaml", "deploy/a.yaml") | {"deploy/x.yaml": BROKEN}
    found = report(folder, files, "deploy")
    assert groups(found) == {"deploy": ["a", "python"]}
    assert [problem.file for problem in found.problems] == ["deploy/x.yaml"]


NO_PATH = "no path given and no deploy/ here"


@pytest.mark.parametrize(
    ("files", "paths", "message"),
    [
        (
            ["x/a.yaml"],
            ["nothing"],
            "nothing: no such file or folder; try: deploylint check x",
        ),
        (
            ["x/a.yaml"],
            [],
            "no path given and no deploy/ here; try: deploylint check x",
        ),
        (
            ["x/y/a.txt"],
            [],
            f"{NO_PATH}; give a folder or files with deployments: deploylint check PATH",
        ),
        (["deploy.yaml", "x/a.yaml"], [], f"{NO_PATH}; try: deploylint check x or deploy.yaml"),
        (["x/a.yaml", "y/a.yaml", "z/a.yaml"], [], f"{NO_PATH}; try: deploylint check ."),
        (["charts/x/values.yaml"], [], f"{NO_PATH}; try: deploylint check ."),
        (["deploy/a.txt"], ["deploy"], "deploy: no .yaml or .yml file"),
    ],
)
def test_paths_without_deployments_are_refused_with_a_command(
    files: list[str], paths: list[str], message: str, folder: Path
) -> None:
    with pytest.raises((UsageError, NothingToCheck)) as error:
        report(folder, values(*files), *paths)
    assert str(error.value).startswith(message)


def test_services_of_one_name_are_reported_at_both_places(folder: Path) -> None:
    files = values("deploy/b.yaml", "deploy/deploy-a.yaml", "deploy/values-a.yaml")
    found = report(folder, files, "deploy")
    assert groups(found) == {"deploy": ["b", "a"]}
    first, second = "deploy/deploy-a.yaml", "deploy/values-a.yaml"
    wanted = "rename one; only the first is compared"
    assert [(problem.file, problem.message) for problem in found.problems] == [
        (first, f"duplicate service name 'a' (also {second}:1); {wanted}"),
        (second, f"duplicate service name 'a' (also {first}:1); {wanted}"),
    ]


def test_templates_that_services_add_make_no_environments_of_them(folder: Path) -> None:
    objects = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
    files = {
        "x/templates/backup/kustomization.yaml": "resources: [claim.yaml]\n",
        "x/templates/backup/claim.yaml": objects,
    }
    for name in ("api", "mail", "web", "blog"):
        more = ", ../../../templates/backup" if name in ("api", "web") else ""
        files[f"x/apps/{name}/app/kustomization.yaml"] = f"resources: [./release.yaml{more}]\n"
        files[f"x/apps/{name}/app/release.yaml"] = deployment(name)
    assert groups(report(folder, files, "x")) == {"x/apps": ["api", "blog", "mail", "web"]}


@pytest.mark.parametrize(("place", "environment"), [("base", ""), ("prod", " in prod")])
def test_service_that_alone_deploys_a_job_of_another_folder_is_no_environment(
    place: str, environment: str, folder: Path
) -> None:
    job = deployment("seed").replace("kind: Deployment", "kind: StatefulSet")
    files = {
        "x/jobs/seed/kustomization.yaml": "resources: [job.yaml]\n",
        "x/jobs/seed/job.yaml": job,
        f"x/apps/api/{place}/kustomization.yaml": "resources: [api.yaml, ../../../jobs/seed]\n",
        f"x/apps/api/{place}/api.yaml": deployment("api"),
    }
    found = groups(report(folder, files, "x"))
    assert any(name.endswith(" in prod") for name in found) == bool(environment)
    assert any(name.endswith(" in apps") for name in found) is False


def test_services_of_one_name_in_two_clusters_are_no_clash(folder: Path) -> None:
    places = {
        "north": ["certs/certs", "net/proxy", "web/shop", "web/blog", "web/mail"],
        "south": ["certs/certs", "dns/bind"],
    }
    files = {
        f"x/{cluster}/apps/{place}/app/release.yaml": deployment(place.rpartition("/")[2])
        for cluster, below in places.items()
        for place in below
    }
    found = report(folder, files, "x")
    assert found.problems == ()
    assert sorted(name for names in groups(found).values() for name in names) == [
        *("bind", "blog", "certs", "certs", "mail", "proxy", "shop")
    ]


PODS = "kind: Deployment\nspec: {template: {spec: {containers: [{image: a}]}}}\n"
PARTS = '{{ define "common.labels" }}\napp: x\n{{ end }}\n'


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({}, {f"{app}:{at}" for app in ("api", "web") for at in ("dev", "prod")}),
        ({"api/helm/values-prod.yaml": ""}, {"api:dev", "web:dev", "web:prod"}),
        (
            {"api/helm/other/Chart.yaml": "name: other\n", "api/helm/other/values.yaml": VALUES},
            {"helm:dev", "helm:prod", "web:dev", "web:prod", "api:", "other:"},
        ),
        (
            {
                "api/helm/api/templates/deployment.yaml": "",
                "api/helm/api/templates/_parts.tpl": PARTS,
            },
            {"helm:dev", "helm:prod", "web:dev", "web:prod"},
        ),
        (
            {"api/helm/api/values.yaml": VALUES.replace("acme/api", "acme/cache")},
            {f"{app}:{at}" for app in ("helm", "web", "api") for at in ("dev", "prod")},
        ),
    ],
    ids=[
        "of the chart",
        "of one environment",
        "beside two charts",
        "beside a chart of parts",
        "of another image",
    ],
)
def test_values_of_environments_beside_the_folder_of_a_chart_are_laid_over_its_own(
    changed: dict[str, str], wanted: set[str], folder: Path
) -> None:
    files = dict[str, str]()
    for app in ("api", "web"):
        files |= {
            f"{app}/helm/{app}/Chart.yaml": f"name: {app}\n",
            f"{app}/helm/{app}/templates/deployment.yaml": PODS,
            f"{app}/helm/{app}/values.yaml": VALUES.replace("api", app),
            f"{app}/helm/values-dev.yaml": VALUES.replace("api", app),
            f"{app}/helm/values-prod.yaml": VALUES.replace("api", app) + "replicaCount: 3\n",
        }
    files = {name: text for name, text in {**files, **changed}.items() if text}
    found = report(folder, {".git/HEAD": "", **files}, ".")
    services = [each for group in found.groups for each in group.loaded.services]
    assert {f"{each.name}:{each.environment}" for each in services} == wanted


@pytest.mark.parametrize(
    ("file", "more", "is_read"),
    [
        ("values.yaml", "", True),
        ("values-prod.yaml", "", True),
        ("stack.yaml", "", False),
        ("values.yaml", "networks: {default: {}}\n", False),
    ],
)
def test_values_with_images_below_services_are_no_compose_file(
    file: str, more: str, is_read: bool, tmp_path: Path
) -> None:
    text = "services:\n  api: {image: 'acme/api:1.2.0'}\n  web: {image: 'acme/web:1.2.0'}\n"
    found = report(tmp_path, {f"deploy/{file}": text + more}, f"{tmp_path}/deploy")
    services = [one for group in found.groups for one in group.loaded.services]
    assert bool(services) is is_read
