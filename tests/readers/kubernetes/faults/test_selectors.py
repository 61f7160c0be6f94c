"""Labels of a template that its selector and what is beside it agree against."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.kubernetes.faults.test_objects import SERVICE, an_object, workload
from tests.readers.kubernetes.faults.test_objects import found as found_at
from tests.support.projects import report, write

RULES = ("selector-mismatch", "selects-nothing", "misspelt-reference")

SELECTING = {
    "Service": "Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{{labels}}}}}\n",
    "PodDisruptionBudget": (
        "PodDisruptionBudget\nmetadata: {{name: {name}}}\n"
        "spec: {{selector: {{matchLabels: {{{labels}}}}}}}\n"
    ),
}
OF_WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: redis}}
spec:
  selector: {{matchLabels: {{{selector}}}}}
  template:
    metadata: {{labels: {{{template}}}}}
    spec:
      containers: [{{name: cache, image: "acme.example/redis:1.2.0"}}]
"""
SELECTOR, TEMPLATE = 5, 7


def lines(folder: Path, selector: str, template: str, **others: str) -> list[tuple[str, str, int]]:
    """The rules, files and lines of the findings."""
    text = OF_WORKLOAD.format(selector=selector, template=template)
    files = {"redis.yaml": text}
    for kind, labels in others.items():
        name = "redis" if kind == "Service" else "redis-pdb"
        files[f"{kind}.yaml"] = (
            f"apiVersion: v1\nkind: {SELECTING[kind].format(name=name, labels=labels)}"
        )
    write(folder, files)
    found = report(folder, rules=RULES).findings
    return sorted((one.rule, Path(one.location.file).name, one.location.line) for one in found)


AT_TEMPLATE = [("selector-mismatch", "redis.yaml", TEMPLATE)]
AT_SELECTOR = [("selector-mismatch", "redis.yaml", SELECTOR)]
AT_SERVICE = [("selects-nothing", "Service.yaml", 4)]

CASES = [
    # the selector, the labels of the template, those that the Service selects, and what is told
    ("app: redis", "app: redis", "app: redis", []),
    ("app: redis", "app: reids", "app: redis", AT_TEMPLATE),
    ("app: redis", "app: rediss", "app: redis", AT_TEMPLATE),
    ("app: redis", "tier: db", "app: redis", AT_TEMPLATE),
    ("app: redis", "aap: redis", "app: redis", AT_TEMPLATE),
    ("app: redis, tier: db", "app: redis, tier: dbs", "tier: db", AT_TEMPLATE),
    ("app: redis", "app: cache", "app: cache", AT_SELECTOR),
    ("app: reids", "app: redis", "app: redis", AT_SELECTOR),
    ("app: redis", "app: redis", "app: reids", AT_SERVICE),
    ("app: redis", "app: reids", "app: redsi", AT_TEMPLATE + AT_SERVICE),
    ("app: redis, tier: db", "app: reids, tier: dbs", "app: redis", AT_SELECTOR + AT_SERVICE),
]


@pytest.mark.parametrize(("selector", "template", "service", "told"), CASES)
def test_label_of_a_template_is_reported_once_where_selector_and_service_agree(
    selector: str, template: str, service: str, told: list[tuple[str, str, int]], tmp_path: Path
) -> None:
    assert lines(tmp_path, selector, template, Service=service) == told


def test_label_of_a_template_is_reported_once_however_much_selects_it(tmp_path: Path) -> None:
    others = {"Service": "app: redis", "PodDisruptionBudget": "app: redis"}
    assert lines(tmp_path, "app: redis", "app: reids", **others) == AT_TEMPLATE


@pytest.mark.parametrize(
    ("selector", "template", "told"),
    [
        ("app: redis", "app: reids", AT_TEMPLATE),
        ("app: redis", "tier: db", AT_TEMPLATE),
        ("app: reids", "app: redis", AT_SELECTOR),
        ("app: cache", "app: caches", AT_SELECTOR),
    ],
)
def test_label_of_a_template_is_reported_where_the_selector_has_the_own_name(
    selector: str, template: str, told: list[tuple[str, str, int]], tmp_path: Path
) -> None:
    assert lines(tmp_path, selector, template) == told


SCALER = (
    "{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}, minReplicas: 1,"
    " maxReplicas: 2}"
)
SELECTING_SHOP = "{%s: {matchLabels: {app: shop}}}"


def of_shop_and_cart(text: str) -> list[str]:
    """Two workloads, each with an object; that of the shop is the first."""
    return [workload(), workload().replace("shop", "cart"), text, text.replace("shop", "cart")]


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        (SERVICE, ("selector: {app: shop}", "selector: {app: cart}")),
        (
            an_object("HorizontalPodAutoscaler", SCALER),
            ("kind: Deployment, name: shop", "kind: Deployment, name: cart"),
        ),
        (
            an_object("PodDisruptionBudget", SELECTING_SHOP % "selector"),
            ("{app: shop}}}", "{app: cart}}}"),
        ),
        (
            an_object("NetworkPolicy", SELECTING_SHOP % "podSelector"),
            ("{app: shop}}}", "{app: cart}}}"),
        ),
    ],
)
def test_object_with_the_selector_or_target_of_another_is_found_and_is_of_its_own(
    text: str, copied: tuple[str, str], tmp_path: Path
) -> None:
    rules = ("selects-nothing", "contradiction", "service", "autoscaling", "network-policy")
    shop, cart, own, other = of_shop_and_cart(text)
    assert found_at(tmp_path, rules, shop, cart, own, other) == []
    wrong = own.replace(*copied)
    assert wrong != own
    assert [rule for rule, _ in found_at(tmp_path, rules, shop, cart, wrong, other)] == [
        "selects-nothing"
    ]


def test_object_with_the_selector_of_another_that_has_none_itself_is_right(tmp_path: Path) -> None:
    shop, cart, own, _ = of_shop_and_cart(SERVICE)
    wrong = own.replace("selector: {app: shop}", "selector: {app: cart}")
    assert found_at(tmp_path, ("selects-nothing",), shop, cart, wrong) == []
