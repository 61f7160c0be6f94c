"""Which folders are one group, and how groups are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploylint.reports import Look
from deploylint.reports import json as json_report
from tests.support.projects import deployment, report, write

VALUES = 'image: {repository: acme/api, tag: "1"}\nservice: {port: 80}\n'


def release(name: str) -> str:
    """A Flux release that names itself."""
    values = VALUES.replace("\n", "\n    ").rstrip()
    kind = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
    return f"{kind}metadata: {{name: {name}}}\nspec:\n  values:\n    {values}\n"


def groups(*paths: str) -> dict[str, list[str]]:
    """The services of the groups below some folders, by name and environment."""
    loaded = [group.loaded for group in report(*paths).groups]
    names = (f"{one.name} in {one.environment}" if one.environment else one.name for one in loaded)
    services = ([service.name for service in group.services] for group in loaded)
    return dict(zip(names, services, strict=True))


def releases(folder: Path, *places: str) -> None:
    """Write a release in each folder, called like the last two folders but ``app``."""
    for place in places:
        name = "-".join(part for part in place.split("/")[-2:] if part != "app")
        write(folder, {f"{place}/helmrelease.yaml": release(name)})


def test_namespace_of_one_release_is_a_group_beside_those_of_several(folder: Path) -> None:
    shop = [f"apps/shop/{name}/app" for name in ("api", "mail", "web")]
    releases(folder, *shop, "apps/proxy/proxy/app", "apps/tools/tools/app", "apps/dns/names/app")
    assert groups("apps") == {
        "names/app": ["names"],
        "proxy/app": ["proxy"],
        "apps/shop": ["api", "mail", "web"],
        "tools/app": ["tools"],
    }


def test_releases_in_a_folder_of_two_join_the_others_of_a_namespace(folder: Path) -> None:
    shop = [f"apps/{name}/app" for name in ("api", "mail", "web")]
    releases(folder, *shop, "apps/probe/lan", "apps/probe/vpn", "apps/web/tools/extra")
    assert groups("apps") == {
        "apps": ["api", "mail", "probe-lan", "probe-vpn", "web", "tools-extra"]
    }


def test_objects_beside_workloads_do_not_take_a_folder_from_its_fleet(folder: Path) -> None:
    for name in ("api", "mail", "web"):
        write(folder, {f"x/{name}/test/k8s/deployment.yaml": deployment(name)})
    store = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: store}\n"
    write(folder, {"x/web/test/config/store.yaml": store})
    assert groups("x") == {"x": ["api", "mail", "web"]}


def test_workloads_below_others_are_a_group_with_a_name_of_its_own(folder: Path) -> None:
    files = {f"k8s/{name}.yaml": deployment(name) for name in ("api", "mail", "web")}
    space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
    files |= {"k8s/init/space/all.yaml": space, "k8s/init/jobs/proxy.yaml": deployment("proxy")}
    write(folder, files)
    found = groups("k8s")
    assert list(found.values()) == [["api", "mail", "web"], ["proxy"]]


def test_values_of_one_chart_that_name_no_environment_are_others_to_choose_from(
    folder: Path,
) -> None:
    files = {f"x/{name}/values.yaml": VALUES for name in ("api", "mail", "web")}
    write(folder, {**files, "x/web/Chart.yaml": "name: web\n", "x/web/values-plus.yaml": VALUES})
    assert groups("x") == {"x": ["api", "mail", "web"]}
    (skip,) = (one for one in report("x").skipped if one.file == "x/web/values-plus.yaml")
    assert skip.reason.startswith("other values of the service")


def test_values_that_only_one_of_several_charts_has_are_others_to_choose_from(
    folder: Path,
) -> None:
    """Beside values of environments, and of a site that several have."""
    files = {f"x/{name}/values.yaml": VALUES for name in ("api", "mail", "web")}
    files |= {f"x/{name}/Chart.yaml": f"name: {name}\n" for name in ("api", "mail", "web")}
    layer = "replicaCount: 3\n"
    files |= {f"x/{name}/values-{at}.yaml": layer for name in ("api", "mail") for at in ("a", "b")}
    files |= {"x/api/values-prod.yaml": layer, "x/web/values-plus.yaml": layer}
    write(folder, files)
    found = report("x")
    assert {group.loaded.environment for group in found.groups} == {"a", "b", "prod"}
    (skip,) = (one for one in found.skipped if one.file == "x/web/values-plus.yaml")
    assert skip.reason.startswith("other values of the service")


def test_parts_of_services_in_folders_of_their_own_are_groups_of_all_services(
    folder: Path,
) -> None:
    """A name of a service may have the word of an environment in it."""
    for names in (("cart", "orders", "stock"), ("load-test-1", "load-test-2", "test-page")):
        for name in names:
            for part, called in (("deploy", name), ("infra", f"{name}-infra")):
                write(folder, {f"{names[0]}/{name}/{part}/base/all.yaml": deployment(called)})
        assert groups(names[0]) == {
            f"{names[0]}/*/deploy/base": [*names],
            f"{names[0]}/*/infra/base": [f"{name}-infra" for name in names],
        }


@pytest.mark.parametrize(
    ("place", "environments"),
    [
        ("values/values-%s.yaml", ("dev", "prod")),
        ("values/values-%s.yaml", ("east", "west")),
        ("environments/%s.yaml", ("dev", "prod")),
        ("env/%s/values.yaml", ("dev", "prod")),
        ("env/NAME-%s/values.yaml", ("dev", "prod")),
        ("%s/values.yaml", ("dev", "prod")),
        ("more/%s.yaml", ("dev", "more")),
        ("templates/%s.yaml", ("dev", "prod")),
    ],
)
def test_values_in_a_folder_inside_a_chart_are_its_environments(
    place: str, environments: tuple[str, str], folder: Path
) -> None:
    for name in ("api", "mail", "web"):
        chart = f"charts/{name}"
        write(folder, {f"{chart}/Chart.yaml": f"name: {name}\n", f"{chart}/values.yaml": VALUES})
        for at in environments:
            path = (place % at).replace("NAME", name)
            write(folder, {f"{chart}/{path}": "service: {port: 8080}\n"})
        write(folder, {f"{chart}/settings/{environments[0]}.yaml": "url: http://store\n"})
    names = ["api", "mail", "web"]
    is_layer = "more" not in environments and "templates" not in place
    expected = {f"charts in {at}": names for at in environments} if is_layer else {"charts": names}
    assert groups("charts") == expected


def test_environments_of_folders_of_one_name_have_the_name_of_their_group(folder: Path) -> None:
    for team in ("blue", "red"):
        for name in ("api", "mail", "web"):
            for environment in ("dev", "prod"):
                place = f"teams/{team}/envs/{environment}/{name}.yaml"
                write(folder, {place: deployment(f"{team}-{name}")})
    assert set(groups("teams")) == {
        f"teams/{team}/envs in {environment}"
        for team in ("blue", "red")
        for environment in ("dev", "prod")
    }


def test_service_without_environments_has_none_in_a_report(folder: Path) -> None:
    files = {f"x/{name}/values.yaml": VALUES for name in ("api", "mail", "web")}
    write(folder, {**files, "x/web/values-prod.yaml": "replicaCount: 3\n"})
    told = json.loads(json_report.write(report("x"), Look()))
    (group,) = told["groups"]
    assert group["environment"] == "prod"
    assert {one["name"]: list(one["environments"]) for one in group["services"]} == {
        "api": [],
        "mail": [],
        "web": ["prod"],
    }


BASE = {
    f"{name}/base/{file}": text
    for name in ("api", "mail", "web")
    for file, text in {
        "all.yaml": deployment(name),
        "kustomization.yaml": "resources: [all.yaml]\n",
    }.items()
}


def overlay(base: str, *more: str) -> str:
    """A kustomization over a base, with resources of its own."""
    return f"resources: [{', '.join((base, *more))}]\nimages: [{{name: a, newTag: '2'}}]\n"


def test_environment_of_an_overlay_is_its_first_folder_unless_its_files_have_two_there(
    folder: Path,
) -> None:
    write(folder, BASE)
    for name in ("api", "mail", "web"):
        place = f"{name}/overlays/prod/{name}-main"
        write(folder, {f"{place}/kustomization.yaml": overlay("../../../base")})
    second = "mail/overlays/prod/mail-spare"
    write(folder, {f"{second}/kustomization.yaml": overlay("../../../base")})
    told = {name: services for name, services in groups(".").items() if " in " in name}
    environments = {name.partition(" in ")[2]: services for name, services in told.items()}
    assert environments == {
        "prod": ["api", "web"],
        "prod/mail-main": ["mail"],
        "prod/mail-spare": ["mail"],
    }


def test_workload_that_only_an_overlay_adds_is_a_service_in_its_environment(
    folder: Path,
) -> None:
    write(folder, BASE)
    for environment, name in (("blue", "report"), ("red", "sweep")):
        place = f"api/overlays/{environment}"
        files = {
            f"{place}/more.yaml": deployment(name),
            f"{place}/kustomization.yaml": overlay("../../base", "more.yaml"),
        }
        write(folder, files)
    told = {name.partition(" in ")[2]: services for name, services in groups(".").items()}
    assert told == {
        "blue": ["api", "report", "mail", "web"],
        "red": ["api", "sweep", "mail", "web"],
    }


@pytest.mark.parametrize(
    "place",
    ["k8s/NAME/deployment.yaml", "k8s/NAME/base/all.yaml", "k8s/NAME/config/manager/manager.yaml"],
)
def test_workloads_of_one_name_are_called_after_their_folders(place: str, folder: Path) -> None:
    """What selects the pods of one is about those in its folder."""
    names = ("cart", "orders", "stock")
    for name in names:
        text = deployment("shop").replace("acme.example/shop", f"acme.example/{name}")
        service = "spec: {selector: {app: shop}, ports: [{port: 8000}]}\n"
        service = f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: shop}}\n{service}"
        write(folder, {place.replace("NAME", name): text + service})
    found = report("k8s")
    (group,) = found.groups
    assert [one.name for one in group.loaded.services] == [*names]
    assert found.problems == ()
    assert all(one.main.value("service.present").data is True for one in group.loaded.services)


def test_workloads_of_one_name_and_image_are_variants(folder: Path) -> None:
    for name in ("east", "north", "west"):
        write(folder, {f"k8s/{name}/all.yaml": deployment("web")})
    assert list(groups("k8s").values()) == [["web"], ["web"], ["web"]]


JOB = "apiVersion: batch/v1\nmetadata: {name: NAME-clean}\n"
POD = "{spec: {restartPolicy: Never, containers: [{name: main, image: 'acme.example/NAME:1.2.0'}]}}"


@pytest.mark.parametrize(
    "runs",
    [
        f"kind: Job\nspec: {{template: {POD}}}\n",
        f"kind: CronJob\nspec: {{schedule: '@daily',"
        f" jobTemplate: {{spec: {{template: {POD}}}}}}}\n",
    ],
)
def test_jobs_beside_half_of_the_services_make_no_two_groups(runs: str, folder: Path) -> None:
    for name in ("api", "mail", "shop", "web"):
        write(folder, {f"k8s/{name}/app.yaml": deployment(name)})
    for name in ("api", "shop"):
        write(folder, {f"k8s/{name}/job.yaml": f"{JOB}{runs}".replace("NAME", name)})
    names = ["api", "api-clean", "mail", "shop", "shop-clean", "web"]
    assert {name: sorted(each) for name, each in groups("k8s").items()} == {"k8s": names}


@pytest.mark.parametrize(
    "paths", [("k8s", "k8s/api"), ("k8s/api", "k8s"), ("k8s", "./k8s/"), ("k8s", "web/../k8s")]
)
def test_folder_that_is_named_twice_is_checked_once(paths: tuple[str, str], folder: Path) -> None:
    names = ["api", "mail", "web"]
    for name in names:
        write(folder, {f"k8s/{name}/app.yaml": deployment(name), "web/notes.txt": ""})
    assert groups(*paths) == {"k8s": names}


def test_folder_below_another_that_this_does_not_search_is_checked_too(folder: Path) -> None:
    for name in ("api", "mail", "web"):
        write(folder, {f"k8s/{name}/app.yaml": deployment(name)})
    write(folder, {"k8s/testdata/old/app.yaml": deployment("old")})
    assert groups("k8s", "k8s/testdata/old") == {"k8s": ["api", "mail", "web"], "old": ["old"]}


# --- keys of an umbrella --------------------------------------------------------------------------

UMBRELLA = "order:\n  {0}\nbilling:\n  {0}\n".format(
    'image: {repository: acme/api, tag: "1"}\n  service: {port: 80}'
)


@pytest.mark.parametrize("file", ["values-prod.yaml", "envs/prod.yaml", "prod/values.yaml"])
@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ("oder: {replicaCount: 3}\n", ["oder"]),
        ("oder: {replicaCount: 3}\nbilling: {replicaCount: 3}\n", ["oder"]),
        ("oder: {replicaCount: 3}\norder: {replicaCount: 3}\n", []),  # another chart
        ("store: {size: 1Gi}\nbilling: {replicaCount: 3}\n", []),
    ],
)
def test_service_of_an_umbrella_that_a_layer_misspells_is_reported(
    file: str, layer: str, told: list[str], folder: Path
) -> None:
    files = {"Chart.yaml": "name: shop\n", "values.yaml": UMBRELLA, file: layer}
    write(folder, {f"chart/{name}": text for name, text in files.items()})
    findings = report("chart", rules=("unknown-key",)).findings
    assert [(one.location.file, one.location.line, one.actual) for one in findings] == [
        (f"chart/{file}", 1, name) for name in told
    ]
