"""Where the reference is the odd one: told once at its place, and its peers are let off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts, places

OUTLIER = "reference-outlier"
TYPE = "element: service.type, must: equal"
PATH = "2 violation server/service.type"


def service(kind: str, more: str = "") -> str:
    return f'image: {{repository: acme/api, tag: "1"}}\nservice: {{type: {kind}}}\n{more}'


def found(folder: Path, rule: str, *services: str, configuration: str = "") -> list[str]:
    asked = check_texts(folder, *services, rule=rule, only=(OUTLIER,), configuration=configuration)
    assert all((row.rule == OUTLIER) is (row.file == "python") for row in asked)
    return places(asked)


@pytest.mark.parametrize(
    ("peers", "wanted"),
    [
        ("B", ["web"]),
        ("BB", ["shop", "web"]),  # two are too few to speak
        ("BBB", ["python"]),
        ("BBBB", ["python"]),
        ("BBBA", ["python"]),  # one may differ, as the reference does
        ("BBBC", ["jobs", "python"]),  # the one that differs from both is told too
        ("BBBBC", ["more", "python"]),
        ("BBCC", ["jobs", "mail", "shop", "web"]),
        ("BBC", ["mail", "shop", "web"]),
        ("BBBCC", ["jobs", "mail", "more", "shop", "web"]),
    ],
)
def test_outlier_is_the_reference_if_nearly_all_peers_agree(
    peers: str, wanted: list[str], folder: Path
) -> None:
    texts = [service(kind) for kind in ("A", *peers)]
    assert found(folder, TYPE, *texts) == [f"{file}:{PATH}" for file in wanted]


PROBE = "livenessProbe: {httpGet: {path: /health, port: 80}}\n"


@pytest.mark.parametrize(
    ("operator", "reference", "peer", "wanted"),
    [
        ("equal", "", PROBE, ["python:1 violation server/liveness-probe.present"]),
        ("contain", "", PROBE, ["python:1 violation server/liveness-probe.present"]),
        (  # who demands more is right
            "contain",
            PROBE,
            "",
            [f"{f}:1 violation server/liveness-probe.present" for f in ("mail", "shop", "web")],
        ),
    ],
)
def test_outlier_reference_lacks_a_value_of_all_peers(
    operator: str, reference: str, peer: str, wanted: list[str], folder: Path
) -> None:
    texts = [service("A", reference), *[service("A", peer)] * 3]
    assert found(folder, f"element: liveness-probe, must: {operator}", *texts) == wanted


def test_outlier_reference_hides_no_other_difference(folder: Path) -> None:
    texts = [service("A"), service("B"), service("B"), service("B", PROBE)]
    rule = "element: [service.type, liveness-probe], must: equal"
    assert found(folder, rule, *texts) == [
        "mail:3 violation server/liveness-probe.present",
        f"python:{PATH}",
    ]


def test_outlier_reference_without_an_element_hides_the_fields_of_peers(folder: Path) -> None:
    limits = "resources: {limits: {cpu: 1, memory: 1Gi}}\n"
    texts = [service("A"), *[service("A", limits)] * 3]
    rule = "element: [resources.present, resources.limits.cpu], must: equal"
    assert found(folder, rule, *texts) == ["python:1 violation server/resources.present"]


def test_outlier_reference_without_a_level_hides_the_sizes_below_it_of_peers(folder: Path) -> None:
    """Sizes are not voted on, but that there are limits is."""
    requests = "resources: {requests: {cpu: 1}%s}\n"
    limits = (f", limits: {{memory: {size}Gi}}" for size in (1, 1, 1, 2))
    texts = [service("A", requests % more) for more in ("", *limits)]
    rule = "element: resources.limits.memory, must: equal"
    assert found(folder, rule, *texts) == ["python:3 violation server/resources.limits"]


def test_outlier_reference_hides_no_value_of_another_type(folder: Path) -> None:
    flags = ("false", "true", "true", "true", "perhaps")
    texts = [service("A", f"securityContext: {{runAsNonRoot: {flag}}}\n") for flag in flags]
    path = "3 violation server/security-context.non-root"
    rule = "element: security-context.non-root, must: equal"
    assert found(folder, rule, *texts) == [f"jobs:{path}", f"python:{path}"]


def test_outlier_reference_with_another_size_is_not_reported(folder: Path) -> None:
    texts = [service("A", f"resources: {{limits: {{cpu: {cpu}}}}}\n") for cpu in (1, 2, 2, 2)]
    assert found(folder, "element: resources.limits.cpu, must: equal", *texts) == [
        f"{file}:3 violation server/resources.limits.cpu" for file in ("mail", "shop", "web")
    ]


def test_outlier_reference_with_an_allowed_difference_is_not_reported(folder: Path) -> None:
    allow = "allow: [{rule: tested, service: web, from: A, to: B, because: So agreed.}]\n"
    texts = [service(kind) for kind in "ABBB"]
    assert found(folder, TYPE, *texts, configuration=allow) == [
        f"mail:{PATH}",
        f"shop:{PATH}",
        "web:2 allowed server/service.type",
    ]


def test_outlier_that_is_allowed_gives_findings_of_its_peers(folder: Path) -> None:
    allow = (
        f"allow: [{{rule: {OUTLIER}, service: python, from: B, to: A, because: It is right.}}]\n"
    )
    texts = [service(kind) for kind in "ABBB"]
    assert found(folder, TYPE, *texts, configuration=allow) == [
        f"mail:{PATH}",
        "python:2 allowed server/service.type",
        f"shop:{PATH}",
        f"web:{PATH}",
    ]


def test_outlier_that_is_skipped_is_not_evaluated(folder: Path) -> None:
    texts = [service(kind) for kind in "ABBB"]
    rows = check_texts(folder, *texts, rule=TYPE)
    assert {row.file for row in rows} == {"mail", "shop", "web"}


def test_outlier_only_warns(folder: Path) -> None:
    texts = [service(kind) for kind in "ABBB"]
    (row,) = check_texts(folder, *texts, rule=TYPE, only=(OUTLIER,))
    assert row.message == "service.type is A; 3 of 3 services have B"
