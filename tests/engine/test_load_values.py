"""A service of several files: every finding and every leaf stands in the file that it came from."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.compare import compare
from deploylint.compare.result import CompareResult
from deploylint.config import rules as rule_sets
from deploylint.documents.merge import IDLE, OVERRIDDEN, REMOVAL, UNSAID
from deploylint.documents.nodes import leaves
from deploylint.engine.coverage import account
from deploylint.model.finding import Finding, Location
from deploylint.model.service import Service, ServiceSettings
from deploylint.policy.allowance_index import RunAllowances
from deploylint.policy.judgement import findings_for
from deploylint.readers.helm import profile
from deploylint.readers.service import read_service
from deploylint.reports import Look, writer
from deploylint.reports.show_model import ShowReport
from deploylint.reports.text.layout import render
from deploylint.reports.text.snippets import Excerpts
from tests.support.values import document
from tools import TODAY

PACK = rule_sets.shipped_rules()
PROFILE = profile.load("helm-create")
NO_ALLOWANCES = RunAllowances((), TODAY).of_group("deploy")

REFERENCE = """
fullnameOverride: api
image: {repository: acme/api, tag: "1"}
replicaCount: 2
service:
  port: 8000
resources:
  limits: {cpu: 500m, memory: 256Mi}
  requests: {cpu: 50m}
livenessProbe:
  httpGet: {path: /health, port: 8000}
"""
BASE = """\
fullnameOverride: web
image: {repository: acme/web, tag: "1"}
replicaCount: 2
service:
  port: 8000
resources:
  limits: {cpu: 500m}
  requests: {cpu: 50m}
livenessProbe:
  httpGet: {path: /health, port: 8000}
"""
PROD = """\

resources:
  limits: {memory: 256Mi}
"""


def stated(name: str) -> ServiceSettings | None:
    """What a configuration says that names a service and nothing else."""
    return ServiceSettings(name, "", None, document(f"name: {name}").roots[0]) if name else None


def service(*texts: str, chart: str = "", name: str = "") -> Service:
    """A service of base.yaml, prod.yaml and more, over a chart's values.yaml."""
    files = ["deploy-go.yaml", "prod.yaml", "more.yaml"]
    layers = [document(text, file) for text, file in zip(texts, files, strict=False)]
    below = document(chart, "values.yaml") if chart else None
    found = read_service(layers, PROFILE, stated(name), below)
    assert found is not None
    return found


def reference() -> Service:
    found = read_service(document(REFERENCE, "deploy-python.yaml"), PROFILE)
    assert found is not None
    return found


def findings(peer: Service, *rules: str) -> list[Finding]:
    named = reference()
    chosen = [rule for rule in PACK.rules if not rules or rule.id in rules]
    return findings_for("deploy", compare([named, peer], named, chosen).differences, NO_ALLOWANCES)


class Spot(NamedTuple):
    """The part of a place that is compared here."""

    file: str
    line: int
    key: str


def spots(peer: Service, *rules: str) -> list[Spot]:
    return [spot(finding.location) for finding in findings(peer, *rules)]


def spot(place: Location) -> Spot:
    return Spot(place.file, place.line, place.key)


# --- what a service is ---------------------------------------------------------------------------


def test_layered_service_has_all_its_files_and_the_name_of_the_first() -> None:
    found = service(BASE, PROD, chart="replicaCount: 1\n")
    assert found.files == ("values.yaml", "deploy-go.yaml", "prod.yaml")
    assert [root.source.file for root in found.roots] == list(found.files)
    assert (found.name, found.runtime, found.runtime_because) == ("go", "go", "file name")


def test_layered_service_has_its_configured_name() -> None:
    found = service(BASE, PROD, name="shop-python")
    assert (found.name, found.runtime) == ("shop-python", "python")
    assert found.runtime_because == "service name"


def test_layered_service_may_be_a_chart_alone_and_is_none_without_values() -> None:
    assert service("", BASE).name == "go"
    alone = read_service((), PROFILE, chart=document(BASE, "api/values.yaml"))
    assert alone is not None
    assert (alone.name, alone.files) == ("api", ("api/values.yaml",))
    assert read_service((), PROFILE) is None
    assert read_service([document("")], PROFILE) is None


def test_document_is_one_layer() -> None:
    one = document(BASE)
    assert read_service(one, PROFILE) == read_service([one], PROFILE)


def test_base_of_two_services_is_parsed_once() -> None:
    base = document(BASE)
    found = [
        read_service(
            [base, document(f"replicaCount: {count}\n", f"{name}.yaml")], PROFILE, stated(name)
        )
        for name, count in (("staging", 1), ("prod", 3))
    ]
    counts = [one.main.value("replicas.count").data for one in found if one is not None]
    assert counts == [1, 3]
    alone = read_service(base, PROFILE)
    assert alone is not None
    assert alone.main.value("replicas.count").data == 2


# --- where findings stand ------------------------------------------------------------------------


def test_layered_service_is_complete_with_base_and_overlay() -> None:
    assert spots(service(BASE), "resources") != []
    assert spots(service(BASE, PROD), "resources") == []


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([BASE.replace("port: 8000", "port: 1")], Spot("deploy-go.yaml", 5, "service.port")),
        ([BASE, "\nservice: {port: 1}\n"], Spot("prod.yaml", 2, "service.port")),
        ([BASE, "service: {port: 1}\n", PROD], Spot("prod.yaml", 1, "service.port")),
        ([BASE, "---\na: 1\n---\nservice: {port: 1}\n"], Spot("prod.yaml", 4, "service.port")),
    ],
)
def test_layered_finding_is_in_the_file_that_sets_the_value(
    layers: list[str], expected: Spot
) -> None:
    assert spots(service(*layers), "service-port") == [expected]


NEAREST = [
    # the topmost file that has the nearest key
    ([BASE, "resources:\n  limits: {cpu: 500m}\n"], Spot("prod.yaml", 2, "resources.limits")),
    ([BASE, "replicaCount: 2\n"], Spot("deploy-go.yaml", 7, "resources.limits")),
    ([BASE, "resources: {}\n"], Spot("deploy-go.yaml", 7, "resources.limits")),
    ([BASE, "resources: {limits: {}}\n"], Spot("prod.yaml", 1, "resources.limits")),
    (["replicaCount: 2\n", BASE], Spot("prod.yaml", 7, "resources.limits")),
]


@pytest.mark.parametrize(("layers", "expected"), NEAREST)
def test_layered_missing_value_is_reported_at_the_nearest_key_of_all_files(
    layers: list[str], expected: Spot
) -> None:
    (found,) = findings(service(*layers), "resources")
    assert found.address == "resources.limits.memory"
    assert spot(found.location) == expected


def test_layered_reference_locates_a_missing_value() -> None:
    layers = [REFERENCE.replace(", memory: 256Mi", ""), PROD]
    named = read_service(
        [document(t, f"{n}.yaml") for n, t in enumerate(layers)], PROFILE, stated("ref")
    )
    assert named is not None
    peer = service(BASE, "replicaCount: 2\n")
    rules = [rule for rule in PACK.rules if rule.id == "resources"]
    (found,) = findings_for(
        "deploy", compare([named, peer], named, rules).differences, NO_ALLOWANCES
    )
    assert spot(found.location) == Spot("deploy-go.yaml", 7, "resources.limits")
    assert found.reference_location is not None
    assert spot(found.reference_location) == Spot("1.yaml", 3, "resources.limits.memory")


def test_layered_null_over_a_file_is_reported_and_over_the_chart_not() -> None:
    gone = "livenessProbe: ~\n"
    (over_a_file,) = spots(service(BASE, gone), "probes")
    assert over_a_file == Spot("prod.yaml", 1, "livenessProbe")
    over_the_chart = service(gone, chart=BASE)
    assert over_the_chart.main.value("liveness-probe.present").state == "absent"
    assert len(spots(over_the_chart, "probes")) == 1


def test_layered_empty_map_does_not_clear_a_probe() -> None:
    assert spots(service(BASE, "livenessProbe: {}\n"), "probes") == []
    assert spots(service(BASE, "livenessProbe: {httpGet: {}}\n"), "probes") == []


def test_layered_duplicate_key_is_reported_in_any_file() -> None:
    for layers in ([BASE + "replicaCount: 3\n", PROD], [BASE, PROD + "resources: {}\n"]):
        duplicates = [two for root in service(*layers).roots for two in root.source.duplicates]
        assert len(duplicates) == 1


def test_layered_base_of_two_services_gives_findings_for_both() -> None:
    base, named = document(BASE.replace("port: 8000", "port: 1")), reference()
    overlays = [document("a: 1\n", f"{name}.yaml") for name in ("staging", "prod")]
    both = [read_service([base, one], PROFILE, stated(one.file)) for one in overlays]
    services = [named, *(one for one in both if one is not None)]
    rules = [rule for rule in PACK.rules if rule.id == "service-port"]
    found = findings_for("deploy", compare(services, named, rules).differences, NO_ALLOWANCES)
    assert [finding.service for finding in found] == ["staging.yaml", "prod.yaml"]


# --- what is accounted for -----------------------------------------------------------------------


def accounted(peer: Service) -> tuple[int, list[tuple[str, int, str]]]:
    """How many leaves there are in all counts, and which are lost: file, line and reason."""
    named = reference()
    comparison = compare([named, peer], named, PACK.rules)
    coverage = account([peer], comparison, with_places=True)
    found = coverage.places
    total = coverage.compared + coverage.unknown + len(found)
    fates = (OVERRIDDEN, IDLE, REMOVAL, UNSAID)
    lost = [(u.place.file, u.place.line, u.reason) for u in found if u.reason.startswith(fates)]
    return total, lost


def written(peer: Service) -> int:
    return sum(1 for root in peer.roots for _ in leaves(root))


FATES = [
    ([BASE, PROD], "", []),
    (
        [BASE, "replicaCount: 2\n"],
        "",
        [("deploy-go.yaml", 3, f"{OVERRIDDEN} prod.yaml:1")],
    ),
    (
        [BASE, "replicaCount: 3\n", "\nreplicaCount: 2\n"],
        "",
        [
            ("deploy-go.yaml", 3, f"{OVERRIDDEN} prod.yaml:1"),
            ("prod.yaml", 1, f"{OVERRIDDEN} more.yaml:2"),
        ],
    ),
    (
        [BASE, "service: {}\n"],
        "",
        [("prod.yaml", 1, "an empty map, which does not clear deploy-go.yaml:4")],
    ),
    (
        [BASE, "extra: ~\n"],
        "extra: {a: ~, b: 1}\n",
        [
            ("prod.yaml", 1, "null, which removes values.yaml:1"),
            ("values.yaml", 1, "null, which has no effect in a chart's own values"),
            ("values.yaml", 1, f"{OVERRIDDEN} prod.yaml:1"),
        ],
    ),
    # an alias that is overridden in one of its places is not lost
    ([BASE, "x: &x {a: 1}\ny: *x\n", "y: 1\n"], "", []),
]


@pytest.mark.parametrize("looked_at", ["one", "two"])
def test_shared_value_counts_as_its_best_coverage(looked_at: str) -> None:
    layer = document(BASE, "base.yaml")
    both = [read_service([layer], PROFILE, stated(name)) for name in ("one", "two")]
    services = [one for one in both if one is not None]
    found = CompareResult()
    for one in services:
        if one.name == looked_at:
            found.compared.add_nodes(leaves(one.root))
    coverage = account(services, found, with_places=True)
    assert (coverage.compared, coverage.unknown) == (written(services[0]), 0)
    assert coverage.uncompared == 0


@pytest.mark.parametrize(("layers", "chart", "expected"), FATES)
def test_overridden_value_is_uncompared_with_a_note(
    layers: list[str], chart: str, expected: list[tuple[str, int, str]]
) -> None:
    peer = service(*layers, chart=chart)
    total, lost = accounted(peer)
    assert lost == expected
    assert total == written(peer)


def test_documents_of_one_file_are_layers_too() -> None:
    peer = service(BASE + "---\nreplicaCount: 2\n")
    total, lost = accounted(peer)
    assert lost == [("deploy-go.yaml", 3, f"{OVERRIDDEN} deploy-go.yaml:12")]
    assert total == written(peer)


PARTS = st.lists(
    st.sampled_from(
        [
            *(BASE, PROD, "livenessProbe: ~\n", "service: {}\n", "resources: [1]\n"),
            *("image: {tag: ~}\n", "a: {b: ~}\n", "service: {port: 1}\n---\nservice: 1\n", ""),
        ]
    ),
    min_size=1,
    max_size=3,
)


@given(PARTS, PARTS.map("---\n".join))
def test_coverage_counts_each_value_of_each_layer_once(layers: list[str], chart: str) -> None:
    peer = service(BASE, *layers[:2], chart=chart)
    assert accounted(peer)[0] == written(peer)


# --- what is shown -------------------------------------------------------------------------------


def test_secret_that_another_file_names_is_redacted() -> None:
    base = document("image: a\nenv: {DB: {name: DB_PASSWORD}}\n", "deploy-go.yaml")
    prod = document("env:\n  DB:\n    value: hunter2\n", "prod.yaml")
    found = read_service([base, prod], PROFILE)
    assert found is not None
    place = Location("prod.yaml", "env.DB.value", 3, 12, 3, 19)
    shown = render(Excerpts([base, prod], [found.root], Look()).at(place, "", 2), Look())
    assert "value: <redacted>" in shown


@pytest.mark.parametrize("form", ["text", "concise"])
def test_show_of_layers_names_the_file_of_each_value(form: str) -> None:
    found = service(BASE.replace("replicaCount", "replicaCuont"), PROD)
    shown = ShowReport("deploy-go.yaml", "helm-create", "", (found,), "", ())
    text = writer(form, "show")(shown, Look(width=120))
    assert "prod.yaml:3:20" in text
    assert "deploy-go.yaml:5:9" in text
