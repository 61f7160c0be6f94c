"""What a check is asked for: which rules run, whose findings are shown, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.cli.common import configuration as configured
from deploylint.engine import check
from deploylint.model.errors import Misread, UsageError
from tests.support.findings import check_texts, places, report_texts, rows
from tools import TODAY

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
TYPE = "element: service.type, must: equal"


def service(kind: str, more: str = "") -> str:
    return f"{IMAGE}service: {{type: {kind}}}\n{more}"


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        ({"only": ("tested",)}, ["tested"]),
        ({"only": ("tested", "same-structure")}, ["same-structure", "tested"]),
        ({"only": ("tested", "same-structure"), "skip_rules": ("tested",)}, ["same-structure"]),
        ({"skip_rules": ("tested", "service", "non-root", "cpu-limit")}, []),
    ],
)
def test_rule_option_selects_the_rules_that_run(
    asked: dict[str, tuple[str, ...]], rules: list[str], folder: Path
) -> None:
    texts = service("A"), service("B", "mesh: {on: 1}\n")
    own = "rules:\n- {id: tested, why: It is tested., element: service.type, must: equal}\n"
    found = check_texts(
        folder,
        *texts,
        more={"rules/own.yaml": own},
        configuration="rule-folders: [rules]\n",
        only=asked.get("only", ()),
        skip_rules=asked.get("skip_rules", ()),
    )
    assert sorted({row.rule for row in found} & {"tested", "same-structure"}) == rules


@pytest.mark.parametrize(("only", "skipped"), [(("service-prt",), ()), ((), ("service-prt",))])
def test_rule_option_that_does_not_exist_is_refused_with_the_nearest(
    only: tuple[str, ...], skipped: tuple[str, ...], folder: Path
) -> None:
    with pytest.raises(UsageError) as error:
        report_texts(folder, service("A"), only=only, skip_rules=skipped)
    assert str(error.value) == "unknown rule 'service-prt'; did you mean 'service-port'?"


@pytest.mark.parametrize(
    ("services", "wanted"),
    [
        ((), ["shop", "web"]),
        (("web",), ["web"]),
        (("shop",), ["shop"]),
        (("shop", "web"), ["shop", "web"]),
        (("python",), []),
    ],
)
def test_service_option_selects_the_findings_that_are_shown(
    services: tuple[str, ...], wanted: list[str], folder: Path
) -> None:
    report = report_texts(folder, *map(service, "ABB"), rule=TYPE, services=services)
    assert [row.file for row in rows(report)] == wanted
    assert report.summary.violations == len(wanted)


def test_service_option_that_does_not_exist_is_refused_with_the_nearest(folder: Path) -> None:
    with pytest.raises(UsageError) as error:
        report_texts(folder, *map(service, "AB"), rule=TYPE, services=("wep",))
    assert str(error.value) == "no such service 'wep'; did you mean 'web'?"


@pytest.mark.parametrize(
    ("name", "refused"), [("wep", True), ("x*", True), ("web", False), ("w*", False)]
)
def test_allowance_for_a_service_that_does_not_exist_is_refused(
    name: str, refused: bool, folder: Path
) -> None:
    allow = f"allow: [{{rule: tested, service: '{name}', from: A, to: B, because: So.}}]\n"
    texts = [service(kind) for kind in "AB"]
    if not refused:
        (found,) = check_texts(folder, *texts, rule=TYPE, configuration=allow)
        assert found.status == "allowed"
        return
    with pytest.raises(Misread) as error:
        check_texts(folder, *texts, rule=TYPE, configuration=allow)
    assert error.value.problem.message.startswith(f"no such service {name!r}; ")


def test_no_allow_leaves_violations(folder: Path) -> None:
    allow = "allow: [{rule: tested, service: web, from: A, to: B, because: So.}]\n"
    texts = [service(kind) for kind in "AB"]
    found = check_texts(folder, *texts, rule=TYPE, configuration=allow, allow=False)
    assert places(found) == ["web:2 violation server/service.type"]


@pytest.mark.parametrize(
    ("paths", "shown", "outside"),
    [
        (["deploy"], ["shop", "web"], 0),
        (["deploy", "deploy/deploy-web.yaml"], ["web"], 1),
        (["deploy", "deploy/deploy-shop.yaml", "deploy/deploy-web.yaml"], ["shop", "web"], 0),
        (["deploy", "deploy/deploy-python.yaml"], ["shop", "web"], 0),  # it concerns everybody
    ],
)
def test_files_named_with_their_folder_limit_what_is_shown(
    paths: list[str], shown: list[str], outside: int, folder: Path
) -> None:
    report_texts(folder, *map(service, "ABB"), rule=TYPE)
    asked = [Path(path) for path in paths]
    options = check.CheckOptions(rules=("tested",))
    report = check.check(asked, options, configured(asked, None, False), TODAY)
    assert [row.file for row in rows(report)] == shown
    assert report.summary.outside == outside


def test_findings_are_in_the_order_of_files_lines_and_rules(folder: Path) -> None:
    texts = [service(kind, f"replicaCount: {n}\n") for n, kind in enumerate("ABB")]
    rule = "element: [replicas.count, service.type], must: equal"
    assert places(check_texts(folder, *texts, rule=rule)) == [
        "shop:2 violation server/service.type",
        "shop:3 violation server/replicas.count",
        "web:2 violation server/service.type",
        "web:3 violation server/replicas.count",
    ]
