"""What one of several alike services has otherwise, where each might have its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.projects import report, write

DEPLOYMENT = """\
apiVersion: apps/v1
kind: %s
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: main, image: %s, env: [%s]}]}
"""
KINDS = ("Deployment", "StatefulSet", "Deployment", "DaemonSet", "Deployment", "Deployment")


def odd(
    folder: Path, images: str, variables: str, count: int = 6, rule: str = "odd-key"
) -> list[tuple[str, int, str]]:
    """What is reported of some services with images and variables, the last after a ``|``.

    ``NAME`` is the name of each.
    """
    files = {}
    for number, kind in enumerate(KINDS[-count:]):
        name = "abcdef"[number]
        sides = (text.split("|")[number == count - 1] for text in (images, variables))
        image, variable = (side.strip().replace("NAME", name) for side in sides)
        files[f"deploy/{name}.yaml"] = DEPLOYMENT % (kind, name, image, variable)
    found = report(write(folder, files) / "deploy", rules=(rule,)).findings
    return [(Path(one.location.file).name, one.location.line, one.message) for one in found]


IMAGES = "acme.example/shop/NAME:1.2.0 | acme.example/shop/NAME:1.2.0"
ZONE = "{name: ZONE, valueFrom: {configMapKeyRef: {name: shop, key: zone}}}"
NOTHING = f"{ZONE} | {ZONE}"
"""Variables that are the same."""


def test_variable_from_another_key_of_the_same_object_is_odd(tmp_path: Path) -> None:
    other = ZONE.replace("key: zone", "key: region")
    message = "ZONE is taken from region of shop; 5 of 6 services take it from zone"
    assert odd(tmp_path, IMAGES, f"{ZONE} | {other}") == [("f.yaml", 8, message)]


PORT = '{name: JAEGER_AGENT_PORT, value: "6831"}'
SECRET = "{name: JAEGER_AGENT_PORT, valueFrom: {secretKeyRef: {name: NAME, key: a}}}"


@pytest.mark.parametrize(
    ("usual", "odd_name"),
    [
        (PORT, "JAEGER_AGNET_PORT"),
        (PORT, "JAEGER_AGENT_PORTS"),
        (SECRET, "JAEGER_AGEN_PORT"),
    ],
)
def test_variable_that_most_have_in_another_spelling_is_reported(
    usual: str, odd_name: str, tmp_path: Path
) -> None:
    variables = f"{usual} | {usual.replace('JAEGER_AGENT_PORT', odd_name)}"
    message = f"unknown variable {odd_name!r}; did you mean 'JAEGER_AGENT_PORT'"
    message = f"{message}, as in 5 of 6 services?"
    assert odd(tmp_path, IMAGES, variables, rule="unknown-key") == [("f.yaml", 8, message)]


@pytest.mark.parametrize(
    "variables",
    [
        f"{PORT} | {PORT}, {PORT.replace('AGENT', 'AGEMT')}",
        f"{PORT} | {PORT.replace('PORT', 'HOST')}",
        f"{PORT} | {PORT.replace('JAEGER_AGENT_PORT', 'JAEGER_AGENTPORT')}",
        "{name: DATABASE_1, value: a} | {name: DATABASE_2, value: a}",
        "{name: MODE, value: a} | {name: NODE, value: a}",
    ],
    ids=["beside it", "another word", "without a sign", "another number", "a short word"],
)
def test_variable_that_may_be_another_one_is_not_misspelt(variables: str, tmp_path: Path) -> None:
    assert not odd(tmp_path, IMAGES, variables, rule="unknown-key")


def test_tag_that_all_others_of_its_folder_do_not_have_is_odd(tmp_path: Path) -> None:
    images = IMAGES[:-1] + "1"
    message = "image.tag is 1.2.1; 5 of 6 services have 1.2.0"
    assert odd(tmp_path, images, NOTHING) == [("f.yaml", 8, message)]


def test_tags_of_bare_names_that_a_tool_completes_are_of_one_folder(tmp_path: Path) -> None:
    write(tmp_path, {"deploy/skaffold.yaml": "apiVersion: skaffold/v3\nkind: Config\n"})
    message = "image.tag is 1.2.1; 5 of 6 services have 1.2.0"
    found = odd(tmp_path, "NAME:1.2.0 | NAME:1.2.1", NOTHING)
    assert found == [("f.yaml", 8, message)]


@pytest.mark.parametrize(
    ("images", "other"),
    [
        (IMAGES, ZONE.replace("name: shop, key: zone", "name: region, key: name")),
        (IMAGES, ZONE.replace("ZONE", "AREA").replace("key: zone", "key: area")),
        (IMAGES, ZONE.replace("configMapKeyRef", "secretKeyRef").replace("zone", "area")),
        (IMAGES[:-1] + "0", "{name: ZONE, value: west}"),
        ("acme.example/shop/NAME:1.2.0 | acme.example/tool/NAME:3.0.1", ZONE),
        ("acme.example/shop/NAME:1f2e3d4c | acme.example/shop/NAME:5b6a7f8e", ZONE),
        ("acme.example/shop/NAME:latest | acme.example/shop/NAME:1.2.0", ZONE),
    ],
)
def test_value_with_a_reason_of_its_own_is_not_odd(images: str, other: str, tmp_path: Path) -> None:
    assert odd(tmp_path, images, f"{ZONE} | {other}") == []


def test_five_services_are_enough(tmp_path: Path) -> None:
    images = "acme.example/shop/NAME:1.2.0 | acme.example/shop/NAME:1.3.0"
    message = "image.tag is 1.3.0; 4 of 5 services have 1.2.0"
    other = ZONE.replace("key: zone", "key: region")
    assert odd(tmp_path, images, NOTHING, count=5) == [("e.yaml", 8, message)]
    found = odd(tmp_path, IMAGES, f"{ZONE} | {other}", count=5)
    assert [line for _, line, _ in found] == [8]


@pytest.mark.parametrize(
    ("size", "is_slip"),
    [
        ("1280Mi", True),  # a digit more
        ("127Mi", True),  # one less
        ("129Mi", True),
        ("128Gi", True),
        ("126Mi", False),
        ("256Mi", False),
        ("1280Gi", False),
        ("128Mi", False),
    ],
)
def test_size_that_is_nearly_that_of_all_others_is_a_slip(
    size: str, is_slip: bool, tmp_path: Path
) -> None:
    text = "image: {repository: acme/NAME, tag: '1'}\nresources: {limits: {memory: SIZE}}\n"
    sizes = {**dict.fromkeys("abcde", "128Mi"), "f": size}
    files = {
        f"deploy/{name}.yaml": text.replace("NAME", name).replace("SIZE", each)
        for name, each in sizes.items()
    }
    found = report(write(tmp_path, files) / "deploy", rules=("unit-slip",)).findings
    assert [one.service for one in found] == ["f"] * is_slip


def test_four_services_are_too_few(tmp_path: Path) -> None:
    other = ZONE.replace("key: zone", "key: region")
    assert odd(tmp_path, IMAGES[:-1] + "1", f"{ZONE} | {other}", count=4) == []


# --- timings --------------------------------------------------------------------------------------

USUAL = "periodSeconds: 5, failureThreshold: 3"
ODD = "periodSeconds: 3, failureThreshold: 3"
TUNED = "periodSeconds: 30, failureThreshold: 9, timeoutSeconds: 20"


@pytest.mark.parametrize(
    ("timings", "many"),
    [
        pytest.param([*[USUAL] * 4, ODD], 1, id="one of five"),
        pytest.param([*[USUAL] * 4, TUNED, ODD], 1, id="beside one of its own"),
        pytest.param([*[USUAL] * 3, ODD], 0, id="of three"),
        pytest.param([*[USUAL] * 4, ODD, ODD], 0, id="two"),
        pytest.param([*[USUAL] * 4, "periodSeconds: 3, failureThreshold: 9"], 0, id="in two"),
        pytest.param([*[USUAL] * 4, "failureThreshold: 3"], 0, id="by default"),
        pytest.param([*[USUAL] * 4, "periodSeconds: 50, failureThreshold: 3"], 1, id="a slip"),
    ],
)
def test_timing_of_a_probe_that_is_otherwise_as_most_is_odd(
    timings: list[str], many: int, tmp_path: Path
) -> None:
    texts = {
        f"deploy/{name}.yaml": f"image: {{repository: acme/{name}, tag: '1'}}\n"
        f"readinessProbe: {{httpGet: {{path: /, port: 80}}, {timing}}}\n"
        for name, timing in zip("abcdef", timings, strict=False)
    }
    found = report(write(tmp_path, texts) / "deploy", rules=("odd-key", "unit-slip")).findings
    assert len(found) == many
    for one in found:
        assert one.location.line == 2
        assert "eriod" in one.message


def test_timing_is_named_as_it_is_written(tmp_path: Path) -> None:
    texts = {
        f"deploy/{name}.yaml": f"image: acme/{name}:1\nlivenessProbe:\n"
        f"  httpGet: {{path: /, port: 80}}\n  periodSeconds: {seconds}\n"
        for name, seconds in {**dict.fromkeys("abcd", 5), "e": 3}.items()
    }
    (one,) = report(write(tmp_path, texts) / "deploy", rules=("odd-key",)).findings
    assert (one.location.line, one.message) == (
        4,
        "livenessProbe.periodSeconds is 3; 4 of 5 services have 5, and all other timings alike",
    )


# --- names of Secrets -----------------------------------------------------------------------------

REFERENCE = "{name: %s, valueFrom: {secretKeyRef: {name: %s, key: main-key}}}"
NAMES = [
    ("shop-secret", "shop-sercet", "shop-secret"),
    ("shop-secret", "shop-secrett", "shop-secret"),
    ("shop-secret", "shop-ecret", "shop-secret"),
    ("NAME-database", "f-databsae", "f-database"),
    ("shop-secret", "shop-secrets", ""),  # another one in most fleets
    ("shop-secret", "chop-secret", ""),
    ("shop-secret-12", "shop-secret-21", ""),
    ("shop-a", "shop-b", ""),
    ("shop-reader", "shop-reade", ""),  # who does something, beside that
    ("shop-secret", "'${SECRET}'", ""),
]


@pytest.mark.parametrize(("usual", "name", "meant"), NAMES)
def test_name_that_several_places_have_and_one_lacks_by_a_letter_is_odd(
    tmp_path: Path, usual: str, name: str, meant: str
) -> None:
    variables = f"{REFERENCE % ('A', usual)} | {REFERENCE % ('B', name)}"
    message = f"'{name}' is written nowhere else; did you mean '{meant}', as in 5 places?"
    expected = [("f.yaml", 8, message)] if meant else []
    assert odd(tmp_path, IMAGES, variables) == expected


def test_name_that_one_service_has_otherwise_in_one_of_many_places_is_odd(tmp_path: Path) -> None:
    names = ("shop-secret", "shop-secret", "shop-secret", "shop-sercet")
    variables = ", ".join(REFERENCE % (f"A{n}", name) for n, name in enumerate(names))
    found = odd(tmp_path, IMAGES, f"{variables} | {variables}", count=1)
    assert [(file, line) for file, line, _ in found] == [("a.yaml", 8)]


CLASSES = {
    "priorityClassName: %s": ("high-priority", "high-prioritty"),
    "runtimeClassName: %s": ("gvisor", "gvisro"),
    "serviceAccountName: %s": ("workload-identity", "workload-identiy"),
    "imagePullSecrets: [{name: %s}]": ("registry-access", "registry-acces"),
    "volumes: [{name: a, persistentVolumeClaim: {claimName: %s}}]": (
        "shared-assets",
        "shraed-assets",
    ),
    "volumes: [{name: a, projected: {sources: [{configMap: {name: %s}}]}}]": (
        "certs-bundle",
        "certs-bunlde",
    ),
}


@pytest.mark.parametrize("reference", ["", "a"])
@pytest.mark.parametrize("key", CLASSES)
def test_name_of_an_object_that_two_services_have_and_one_misspells_is_reported_once(
    key: str, reference: str, tmp_path: Path
) -> None:
    """Against a reference it is told of two services too."""
    usual, odd_name = CLASSES[key]
    count = 2 if reference else 3
    files = {
        f"deploy/{name}.yaml": (
            DEPLOYMENT % ("Deployment", name, f"acme/{name}:1.0.0", "")
        ).replace(
            "spec: {containers", f"spec: {{{key % (odd_name if name == 'b' else usual)}, containers"
        )
        for name in "abc"[:count]
    }
    found = report(write(tmp_path, files) / "deploy", reference=reference).findings
    (slip,) = [one for one in found if odd_name in one.message]
    assert (Path(slip.location.file).name, slip.location.line) == ("b.yaml", 8)
    assert usual in slip.message


def test_name_that_one_service_misspells_in_one_of_three_places_is_odd(tmp_path: Path) -> None:
    names = ("shop-settings", "shop-settings", "shop-setings")
    variables = ", ".join(REFERENCE % (f"A{n}", name) for n, name in enumerate(names))
    found = odd(tmp_path, IMAGES, f"{variables} | {variables}", count=1)
    message = (
        "'shop-setings' is written nowhere else; did you mean 'shop-settings', as in 2 places?"
    )
    assert found == [("a.yaml", 8, message)]


def test_name_of_what_several_services_have_with_the_own_name_of_one_is_not_odd(
    tmp_path: Path,
) -> None:
    """Two Secrets with names a letter apart, which one of the services has its name from."""
    names = ("a-server-tls", "a-server-mtls")
    variables = ", ".join(REFERENCE % (f"A{n}", name) for n, name in enumerate(names))
    files = {
        f"deploy/{name}.yaml": DEPLOYMENT % ("Deployment", name, f"acme/{name}:1.0.0", variables)
        for name in ("a-server", "client", "jobs", "mail")
    }
    assert not report(write(tmp_path, files) / "deploy", rules=("odd-key",)).findings


def test_secret_itself_is_no_name_of_one(tmp_path: Path) -> None:
    head = "image: {repository: acme/NAME, tag: '1'}\nsso: {clientSecret: "
    texts = {"a": "correcthorse", "b": "correcthorse", "c": "corecthorse"}
    files = {f"deploy/{name}.yaml": f"{head}{text}}}\n" for name, text in texts.items()}
    assert not report(write(tmp_path, files) / "deploy", rules=("odd-key",)).findings


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: NAME}
spec:
  chart: {spec: {chart: service, sourceRef: {kind: HelmRepository, name: acme, namespace: shared}}}
  values: {image: {repository: acme/NAME, tag: "1.2.0"}}
"""


@pytest.mark.parametrize(
    ("usual", "slip"),
    [
        ("chart: service", "chart: servcie"),
        ("namespace: shared", "namespace: shraed"),
        ("name: acme,", "name: amce,"),
    ],
)
def test_name_around_the_values_of_a_release_is_odd_where_one_misspells_it(
    usual: str, slip: str, tmp_path: Path
) -> None:
    texts = {name: RELEASE.replace("NAME", name) for name in ("api", "mail", "shop", "web")}
    files = {f"apps/{name}/release.yaml": text for name, text in texts.items()}
    assert not report(write(tmp_path / "right", files) / "apps", rules=("odd-key",)).findings
    files["apps/web/release.yaml"] = texts["web"].replace(usual, slip)
    (found,) = report(write(tmp_path / "wrong", files) / "apps", rules=("odd-key",)).findings
    assert (found.service, found.location.line) == ("web", 5)
    assert slip.rpartition(" ")[2].strip(",") in found.message


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: NAME}
spec:
  project: main
  source:
    repoURL: https://git.acme.example/deploy.git
    path: charts/service
    helm:
      releaseName: NAME
      valuesObject: {image: {repository: acme/NAME, tag: "1.2.0"}}
  destination: {server: "https://kubernetes.default.svc", namespace: shared}
"""


@pytest.mark.parametrize(
    ("usual", "other", "line"),
    [
        ("project: main", "project: mian", 5),
        ("deploy.git", "delpoy.git", 7),
        ("charts/service", "charts/servcie", 8),
        ("charts/service", "charts/worker", 0),
        ("releaseName: web", "releaseName: api", 10),
        ("releaseName: web", "releaseName: other", 0),
        ("default.svc", "defualt.svc", 12),
        ("namespace: shared", "namespace: own", 0),
    ],
)
def test_text_around_the_values_of_a_release_is_odd_where_one_alone_misspells_it(
    usual: str, other: str, line: int, tmp_path: Path
) -> None:
    texts = {name: APPLICATION.replace("NAME", name) for name in ("api", "mail", "shop", "web")}
    files = {f"apps/{name}.yaml": text for name, text in texts.items()}
    files["apps/web.yaml"] = texts["web"].replace(usual, other)
    found = report(write(tmp_path, files) / "apps", rules=("odd-key",)).findings
    assert [(one.service, one.location.line) for one in found] == [("web", line)] * bool(line)
