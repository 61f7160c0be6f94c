"""Who is compared with whom without a reference, and what a majority says nothing about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import projects
from tests.support.findings import check_texts, places
from tests.support.projects import write

NONE = "reference: []\n"
NAMES = ("a", "b", "c", "d", "e", "f")


def values(*bodies: str) -> list[str]:
    """Values files of one organisation, each with an image of its own name and a body."""
    images = (f"image: {{repository: acme/{name}, tag: '1'}}\n" for name in NAMES)
    return [image + body for image, body in zip(images, bodies, strict=False)]


def workload(name: str, body: str = "", kind: str = "Deployment", pod: str = "") -> str:
    """A workload with a container of some more keys."""
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n"
        f"    metadata: {{labels: {{app: {name}}}}}\n    spec:\n{pod}      containers:\n"
        f"      - name: {name}\n        image: acme/{name}:1\n"
        f"        ports: [{{containerPort: 80}}]\n{body}"
    )


def found(folder: Path, texts: list[str], *only: str) -> list[str]:
    return places(check_texts(folder, *texts, only=only, configuration=NONE))


# --- peers ----------------------------------------------------------------------------------------


def release(name: str, chart: str, values: str) -> str:
    return (
        f"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}}}\n"
        f"spec:\n  chart: {{spec: {{chart: {chart}}}}}\n"
        f"  values: {{image: {{repository: acme/{name}, tag: '1'}}{values}}}\n"
    )


@pytest.mark.parametrize(
    ("chart", "told"),
    [("app", ["mail:4 violation server/readiness-probe.present"]), ("other", [])],
    ids=["of one chart", "of another chart"],
)
def test_release_is_compared_with_those_of_its_chart(
    chart: str, told: list[str], folder: Path
) -> None:
    probe = ", readinessProbe: {httpGet: {path: /, port: 80}}"
    texts = [release(name, "app", probe) for name in NAMES[:3]] + [release("d", chart, "")]
    rows = check_texts(folder, *texts, only=["probes"], configuration=NONE)
    assert [f"{row.file}:{row.line} {row.status} {row.path}" for row in rows] == [
        one.replace("mail:4", "mail:6") for one in told
    ]


@pytest.mark.parametrize(
    ("charts", "told"),
    [
        (["wrapper"] * 5, ["violation server/", "violation server/readiness-probe.present"]),
        (NAMES[:5], []),
    ],
    ids=["of one chart", "of a chart each"],
)
def test_release_of_a_chart_of_its_own_around_another_may_leave_out_what_others_set(
    charts: list[str], told: list[str], folder: Path
) -> None:
    """The chart that is around it may set that."""
    probe = ", readinessProbe: {httpGet: {path: /, port: 80}}, mode: fast"
    whole = [
        release(name, chart, probe if name != "e" else "")
        for name, chart in zip(NAMES, charts, strict=False)
    ]
    texts = [text.replace("values: {", "values: {java: {").rstrip() + "}\n" for text in whole]
    rows = check_texts(folder, *texts, only=["probes", "odd-key"], configuration=NONE)
    assert [f"{row.status} {row.path}" for row in rows] == told


def test_values_without_a_common_key_are_of_another_chart(folder: Path) -> None:
    alike = values(*["securityContext: {readOnlyRootFilesystem: true}\n"] * 3)
    other = "deployment: {image: acme/d:1}\nsettings: {mode: fast}\n"
    assert found(folder, [*alike, other], "security-context") == []


@pytest.mark.parametrize(("kind", "many"), [("Deployment", 1), ("StatefulSet", 0)])
def test_workload_is_compared_with_those_of_its_kind(kind: str, many: int, folder: Path) -> None:
    probe = "        readinessProbe: {httpGet: {path: /, port: 80}}\n"
    texts = [workload(name, probe) for name in NAMES[:3]] + [workload("d", kind=kind)]
    assert len(found(folder, texts, "probes")) == many


def test_runtime_with_too_few_services_is_compared_with_all(folder: Path) -> None:
    names = ("a-go", "b-go", "c-go", "d")
    probe = "        readinessProbe: {httpGet: {path: /, port: 80}}\n"
    texts = [workload(name, probe) for name in names[:3]] + [workload("d")]
    assert found(folder, texts, "probes") == ["mail:10 violation server/readiness-probe.present"]


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("{repository: acme/api, tag: '1.2.0', pullPolicy: IfNotPresent}", 0),
        ("{repository: acme/api, pullPolicy: IfNotPresent}", 0),
        ("{repository: acme/api, tag: dev, pullPolicy: IfNotPresent}", 1),
        ("{repository: acme/api, tag: '1.2.0', pullPolicy: Never}", 1),
    ],
)
def test_pull_policy_that_holds_for_a_version_without_it_is_right(
    image: str, count: int, folder: Path
) -> None:
    usual = "image: {repository: acme/api, tag: '1.2.0', pullPolicy: Always}\n"
    texts = [*[usual] * 5, f"image: {image}\n"]
    rows = check_texts(folder, *texts, only=("image",), configuration=NONE)
    assert len([row for row in rows if row.path.endswith("pull-policy")]) == count


@pytest.mark.parametrize(
    ("image", "count"),
    [
        ("{repository: acme/api, tag: latest, pullPolicy: Always}", 0),
        ("{repository: acme/api, tag: edge-web, pullPolicy: Always}", 0),
        ("{repository: acme/api, tag: latest}", 0),
        ("{repository: acme/api, tag: '1.2.0', pullPolicy: Always}", 1),
        ("{repository: acme/api, pullPolicy: Always}", 1),
        ("{repository: acme/api, tag: latest, pullPolicy: Never}", 1),
    ],
)
def test_pull_policy_of_a_tag_that_moves_is_right(image: str, count: int, folder: Path) -> None:
    usual = "image: {repository: acme/api, tag: '1.2.0', pullPolicy: IfNotPresent}\n"
    texts = [*[usual] * 5, f"image: {image}\n"]
    rows = check_texts(folder, *texts, only=("image",), configuration=NONE)
    assert len([row for row in rows if row.path.endswith("pull-policy")]) == count


@pytest.mark.parametrize(("usual", "count"), [("ClusterIP", 0), ("NodePort", 1)])
def test_type_of_a_service_that_the_api_fills_in_is_not_missed(
    usual: str, count: int, folder: Path
) -> None:
    image = "image: {repository: acme/api, tag: '1.2.0'}\n"
    texts = [
        *[f"{image}service: {{type: {usual}, port: 80}}\n"] * 5,
        f"{image}service: {{port: 80}}\n",
    ]
    rows = check_texts(folder, *texts, only=("service",), configuration=NONE)
    assert len([row for row in rows if row.path.endswith("service.type")]) == count


@pytest.mark.parametrize(
    ("started", "count"), [("", 1), ("startupProbe: {httpGet: {path: /, port: 80}}", 0)]
)
def test_probe_beside_one_for_the_start_needs_no_delay(
    started: str, count: int, folder: Path
) -> None:
    probe = "readinessProbe: {httpGet: {path: /, port: 80}%s}\n%s\n"
    most = [probe % (", initialDelaySeconds: 9", started)] * 5
    texts = values(*most, probe % ("", started))
    assert len(found(folder, texts, "probes")) == count


def test_parts_of_services_are_compared_with_the_same_parts(folder: Path) -> None:
    """Their folders are called after the services; no command shows what a part does."""
    probe = "        readinessProbe: {httpGet: {path: /, port: 80}}\n"
    names = ("orders", "users", "mail", "search")
    files = {f"x/{at}/api.yaml": workload(f"api-{at}", probe) for at in names}
    files |= {f"x/{at}/sync.yaml": workload(f"sync-{at}") for at in names}
    files["x/mail/api.yaml"] = workload("api-mail")
    files["x/tools/clean.yaml"] = workload("clean")
    write(folder, files)
    found = projects.report("x", rules=("probes",)).findings
    assert [(one.location.file, one.service) for one in found] == [("x/mail/api.yaml", "api-mail")]


def test_job_among_servers_is_of_another_kind(folder: Path) -> None:
    whole = (
        "readinessProbe: {httpGet: {path: /, port: 80}}\nservice: {port: 80}\n"
        "livenessProbe: {httpGet: {path: /, port: 80}}\nresources: {limits: {cpu: 1}}\n"
    )
    job = "securityContext: {readOnlyRootFilesystem: true}\n"
    rows = check_texts(folder, *values(*[whole] * 4, job), configuration=NONE)
    assert {row.rule for row in rows if row.file == "jobs"}.isdisjoint(("probes", "resources"))


PULLS = [
    (("team/x:1", "team/y:1"), 0),
    (("acme.example/x:1", "unknown/$NAME"), 2),
    (("acme.example/x:1", "acme.example/y:1"), 2),
    (("acme.example/x:1", "acme.example/x:1"), 0),
    (("acme.example/x:1", "team/y:1"), 1),
    (("docker.io/team/x:1", "redis:7"), 0),
    (("ghcr.io/acme/x:1", "ghcr.io/acme/y:1"), 0),
]


@pytest.mark.parametrize(("images", "count"), PULLS)
def test_pull_secret_is_for_a_registry(images: tuple[str, ...], count: int, folder: Path) -> None:
    """An image that another service pulls without one needs none either."""
    secret = "      imagePullSecrets: [{name: acr}]\n"
    own = [(f"n{number}", f"acme.example/n{number}:1", secret) for number in range(10)]
    own += [(name, image, "") for name, image in zip("xy", images, strict=True)]
    files = {
        f"deploy/{name}.yaml": workload(name, pod=pod).replace(f"acme/{name}:1", at)
        for name, at, pod in own
    }
    found = projects.report(write(folder, files) / "deploy", rules=("image-pull-secrets",))
    assert len(projects.said(found)) == count


# --- of all roles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "pod", "path"),
    [
        ("        imagePullPolicy: Always\n", "", "server/image.pull-policy"),
        ("", "      serviceAccountName: shop\n", "server/pod.service-account"),
        ("", "      automountServiceAccountToken: false\n", "server/pod.automount-token"),
        ("        securityContext: {runAsNonRoot: true}\n", "", "server/security-context.present"),
        ("", "      imagePullSecrets: [{name: acr}]\n", "server/image-pull-secrets.present"),
    ],
)
def test_two_stores_are_asked_what_no_role_decides(
    body: str, pod: str, path: str, folder: Path
) -> None:
    servers = [workload(name, body, pod=pod) for name in NAMES[:4]]
    stores = [workload("e", body, "StatefulSet", pod), workload("f", kind="StatefulSet")]
    rules = ("image", "pod", "security-context", "image-pull-secrets")
    rows = check_texts(folder, *servers, *stores, only=rules, configuration=NONE)
    assert [(row.file, row.path) for row in rows] == [("more", path)]


def test_two_stores_are_not_asked_for_probes(folder: Path) -> None:
    probe = "        readinessProbe: {httpGet: {path: /, port: 80}}\n"
    servers = [workload(name, probe) for name in NAMES[:4]]
    stores = [workload(name, kind="StatefulSet") for name in NAMES[4:6]]
    assert found(folder, [*servers, *stores], "probes") == []


@pytest.mark.parametrize(("folders", "many"), [(("x", "y", "z"), 0), (("x", "x", "x"), 1)])
def test_three_programs_of_three_folders_have_no_majority_of_two(
    folders: tuple[str, ...], many: int, folder: Path
) -> None:
    bodies = ["        resources: {requests: {memory: 1Gi}}\n"] * 2 + [""]
    texts = [
        workload(name, body).replace("acme/", f"{own}/")
        for name, body, own in zip(NAMES, bodies, folders, strict=False)
    ]
    assert len(found(folder, texts, "resources")) == many


# --- what is not voted on -------------------------------------------------------------------------

LIVE = "livenessProbe: {%s}\n"
HTTP = LIVE % "httpGet: {path: /health, port: 80}"


@pytest.mark.parametrize(
    ("most", "other"),
    [
        pytest.param("service: {type: ClusterIP}\n", "service: {type: LoadBalancer}\n", id="type"),
        pytest.param(
            HTTP, LIVE % "tcpSocket: {port: 80}" + "service: {type: NodePort}\n", id="handler"
        ),
        pytest.param(
            HTTP + "service: {port: 80}\n",
            LIVE % "httpGet: {path: /, port: 80}"
            + "service: {port: 80}\ningress: {enabled: true, hosts: [{host: acme.example}]}\n",
            id="path behind a route",
        ),
        pytest.param("ingress: {enabled: true, hosts: [{host: x.example}]}\n", "", id="route"),
        pytest.param("service: {port: 80}\n", "", id="no Service"),
        pytest.param("envFrom: [{secretRef: {name: all}}]\n", "", id="a secret"),
        pytest.param("envFrom: [{configMapRef: {name: all}}]\n", "", id="a config map"),
        pytest.param("env: {DB_HOST: db, DB_PORT: '1'}\n", "env: {DB_HOST: other}\n", id="a host"),
        pytest.param("env: {ORDERS_URL: http://orders}\n", "env: {MODE: x}\n", id="an address"),
        pytest.param("service: {name: main}\n", "service: {name: d-web}\n", id="a name"),
        pytest.param(
            "env: {KAFKA_BROKERS: k, KAFKA_RETRIES: '3', A: x}\n", "env: {A: x}\n", id="a library"
        ),
    ],
)
def test_majority_is_silent_about_what_each_service_has_for_itself(
    most: str, other: str, folder: Path
) -> None:
    rules = ("service", "probes", "environment", "route", "image")
    assert found(folder, values(*[most] * 3, other), *rules) == []


def test_majority_misses_a_variable_of_a_library_that_a_service_uses(folder: Path) -> None:
    most = ["env: {KAFKA_BROKERS: k, KAFKA_RETRIES: '3', A: x}\n"] * 3
    rows = check_texts(
        folder, *values(*most, "env: {KAFKA_TOPIC: d}\n"), only=["environment"], configuration=NONE
    )
    assert {row.path for row in rows} == {
        "server/environment.variables.KAFKA_RETRIES",
        "server/environment.variables.A",
    }


@pytest.mark.parametrize("accounts", [NAMES, ("v", "w", "x", "y", "z")], ids=["own", "other"])
def test_program_that_asks_nothing_of_the_cluster_needs_no_account(
    accounts: tuple[str, ...], folder: Path
) -> None:
    texts = [
        workload(name, pod=f"      serviceAccountName: {account}\n")
        for name, account in zip(NAMES[:5], accounts, strict=False)
    ]
    assert found(folder, [*texts, workload("f")], "pod") == []


def test_timing_that_the_api_fills_in_is_not_missed(folder: Path) -> None:
    probe = "        readinessProbe: {httpGet: {path: /, port: 80}%s}\n"
    texts = [workload(n, probe % f", periodSeconds: {s}") for s, n in enumerate(NAMES[:5], 11)]
    assert found(folder, [*texts, workload("f", probe % "")], "probes") == []


def test_job_may_restart_otherwise_than_most(folder: Path) -> None:
    policies = ["OnFailure"] * 5 + ["Never"]
    pods = [f"      restartPolicy: {policy}\n" for policy in policies]
    texts = [workload(n, "", "Job", p) for n, p in zip(NAMES, pods, strict=True)]
    texts = [text.replace("apps/v1", "batch/v1") for text in texts]
    assert found(folder, texts, "pod") == []


@pytest.mark.parametrize(("readiness", "many"), [("/alive", 0), ("/health", 1)])
def test_path_that_two_probes_ask_for_is_the_programs_own(
    readiness: str, many: int, folder: Path
) -> None:
    probes = (
        "        livenessProbe: {httpGet: {path: %s, port: 80}}\n"
        "        readinessProbe: {httpGet: {path: %s, port: 80}}\n"
    )
    texts = [workload(name, probes % ("/health", "/health")) for name in NAMES[:5]]
    assert (
        len(found(folder, [*texts, workload("f", probes % ("/alive", readiness))], "probes"))
        == many
    )


LEVEL = "env: {LOG_LEVEL: %s}\n"
LIMITS = "resources: {limits: {cpu: %d%s}}\n"
TIMED = LIVE % "httpGet: {path: /, port: 80}, periodSeconds: %d%s"


@pytest.mark.parametrize(
    ("most", "other", "path"),
    [
        ([LEVEL % "info"] * 3, LEVEL % "debug", "environment.variables.LOG_LEVEL"),
        (["env: {TZ: UTC, A: x}\n"] * 3, "env: {A: x}\n", "environment.variables.TZ"),
        (
            [LIMITS % (n, f", memory: {n}Gi") for n in (1, 2, 3)],
            LIMITS % (7, ""),
            "resources.limits.memory",
        ),
        (
            [TIMED % (n, f", timeoutSeconds: {n}") for n in (1, 2, 3)],
            TIMED % (7, ""),
            "liveness-probe.timeout",
        ),
    ],
)
def test_majority_asks_for_each_leaf(most: list[str], other: str, path: str, folder: Path) -> None:
    rules = ("environment", "resources", "probes")
    rows = check_texts(folder, *values(*most, other), only=rules, configuration=NONE)
    assert [(row.file, row.path) for row in rows] == [("mail", f"server/{path}")]


def test_size_that_two_of_many_lack_is_no_finding(folder: Path) -> None:
    bodies = [LIMITS % (n, f", memory: {n}Gi") for n in range(1, 5)]
    assert found(folder, values(*bodies, *[LIMITS % (7, "")] * 2), "resources") == []


@pytest.mark.parametrize(("image", "many"), [("a/alpine", 0), ("acme/a", 1)])
def test_image_that_scripts_run_in_is_not_held_to_what_most_have(
    image: str, many: int, folder: Path
) -> None:
    """Where it were another's it would be left over from a copy."""
    texts = [
        f"fullnameOverride: {name}\nimage: {{repository: {each}, tag: '1'}}\n"
        f"envFrom: [{{secretRef: {{name: {name}-env}}}}]\n"
        for name, each in zip(NAMES, ("acme/a", "acme/b", "acme/c", image), strict=False)
    ]
    assert len(found(folder, texts, "image")) == many


@pytest.mark.parametrize(("own", "many"), [("acme/d", 0), ("acme/a", 1), ("other/d", 0)])
def test_image_is_reported_only_where_it_is_that_of_another_service(
    own: str, many: int, folder: Path
) -> None:
    texts = [
        f"fullnameOverride: {name}\nimage: {{repository: {image}, tag: '1'}}\n"
        f"envFrom: [{{secretRef: {{name: {name}-env}}}}]\n"
        for name, image in zip(NAMES, ("acme/a", "acme/b", "acme/c", own), strict=False)
    ]
    assert len(found(folder, texts, "image")) == many


def test_default_that_most_leave_is_silent_about_a_value_that_is_set(folder: Path) -> None:
    texts = [workload(name) for name in NAMES[:4]]
    texts.append(workload("e", "        imagePullPolicy: Always\n"))
    assert found(folder, texts, "image") == []


def test_requests_that_the_api_takes_from_limits_are_not_set(folder: Path) -> None:
    limits = "        resources: {limits: {cpu: 500m, memory: 1Gi}%s}\n"
    texts = [workload(name, limits % ", requests: {cpu: 1m, memory: 1Mi}") for name in NAMES[:4]]
    texts.append(workload("e", limits % ""))
    rows = check_texts(folder, *texts, only=["resources"], configuration=NONE)
    assert [(row.file, row.path) for row in rows] == [("jobs", "server/resources.requests")]


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ("docker.io/acme/d", 1),  # the makers have their images elsewhere
        ("docker.io/d", 1),
        ("acme/d", 1),
        ("docker.io/nextcloud/d", 0),  # nobody else has an image of theirs
        ("nextcloud/d", 0),
        ("redis", 0),
        ("gchr.io/acme/d", 1),  # a slip of theirs
        ("gcr.io/other/d", 1),
    ],
)
def test_image_is_in_the_registry_of_its_makers(odd: str, told: int, folder: Path) -> None:
    names = ("ghcr.io/acme/a", "ghcr.io/acme/b", "ghcr.io/other/c", odd)
    texts = [f"image: {{repository: {name}, tag: '1'}}\n" for name in names]
    rows = check_texts(folder, *texts, only=["image"], configuration=NONE)
    assert [row.path for row in rows].count("server/image.registry") == told


@pytest.mark.parametrize(
    ("odd", "told"),
    [("redis", 0), ("docker.io/redis", 0), ("qhcr.io/redis", 1), ("own-redis", 1)],
)
def test_image_that_anybody_runs_is_in_the_registry_of_everybody(
    odd: str, told: int, folder: Path
) -> None:
    """In values of a chart for any image, where no image is of guests."""
    images = ("ghcr.io/acme/a", "ghcr.io/shop/b", "ghcr.io/mail/c", "ghcr.io/auth/d", odd)
    files = {
        f"deploy/{number}.yaml": (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
            f"metadata: {{name: app-{number}}}\n"
            "spec:\n  chart: {spec: {chart: app-template}}\n  values:\n    controllers:\n"
            f"      main: {{containers: {{app: {{image: {{repository: {image}, tag: '1'}}}}}}}}\n"
        )
        for number, image in enumerate(images)
    }
    rows = check_texts(folder, only=["image"], more=files, configuration=NONE)
    assert [row.path for row in rows].count("server/image.registry") == told


@pytest.mark.parametrize(
    ("others", "number"),
    [
        ("{A: x, B: y}", "5 of 5"),
        ("{A: x, B: z}", "4 of 5"),  # who has only a part of it is none of those that have it
        ("{A: x}", "4 of 5"),
    ],
)
def test_majority_of_a_mapping_counts_those_that_have_all_of_it(
    others: str, number: str, folder: Path
) -> None:
    texts = values(*["env: {A: x, B: y}\n"] * 4, f"env: {others}\n", "service: {port: 80}\n")
    rows = check_texts(folder, *texts, only=["environment"], configuration=NONE)
    (message,) = (row.message for row in rows if row.file == "more")
    wanted = '{"A": "x", "B": "y"}'
    assert message == f"environment.variables: not set; {number} services have {wanted}"


@pytest.mark.parametrize(
    ("images", "told"),
    [
        pytest.param(["acme/old/NAME", "acme/NAME"], 1, id="one in another folder"),
        pytest.param(["acme/old/NAME", "acme/old/NAME"], 0, id="two in another folder"),
        pytest.param(["NAME", "NAME"], 0, id="two without a folder"),
        pytest.param(["NAME", "acme/NAME"], 1, id="one without a folder"),
        pytest.param(["NAME", "my-NAME"], 2, id="one without a folder, one called otherwise"),
    ],
)
def test_folder_of_several_images_is_one_of_its_makers(
    images: list[str], told: int, tmp_path: Path
) -> None:
    names = ["api", "cart", "jobs", "mail", "shop", "web", "ads", "bank"]
    for name, image in zip(names, [*["acme/NAME"] * 6, *images], strict=True):
        text = f"image: {{repository: {image}, tag: '1.0'}}\nservice: {{port: 80}}\n"
        (tmp_path / f"{name}.yaml").write_text(text.replace("NAME", name), encoding="utf-8")
    found = projects.report(tmp_path, rules=("image",)).findings
    assert [f.message.partition(" is ")[0] for f in found] == ["image.repository"] * told
