"""What keeps the allowances true: unused, nearly covering, half carried out, overlapping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploylint.model.errors import Misread
from tests.support.projects import (
    ALLOW,
    MOVED,
    PYTHON,
    WEB,
    messages,
    project,
    report,
    said,
    states,
    write,
)

UNUSED = ["allowance web-port is unused: no service-port difference matches it; remove it"]


pytestmark = pytest.mark.usefixtures("folder")


def entry(
    rule: str, values: str, scope: str = "service: web", name: str = "one", more: str = ""
) -> str:
    text = f"id: {name}, {scope}, rule: {rule}, {values}, because: It is so"
    return f"- {{{text}{', ' + more if more else ''}}}\n"


def unused(folder: Path, configuration: str, today: str = "", **options: Any) -> list[str]:
    """The ids of what is unused in ``deploy``; the state and the finding say the same."""
    found = report("deploy", **options)
    names = [name for name, state in states(found).items() if state == "unused"]
    told = messages(found, "unused-allowance")
    assert [text.split(" is unused")[0].removeprefix("allowance ") for text in told] == names
    assert found.summary.unused == len(names)
    return names


# --- one group -----------------------------------------------------------------------------------

GROUPS = """\
groups:
  a: {reference: python, services: [{files: "deploy/*.yaml"}]}
  b: {reference: python, services: [{files: "other/*.yaml"}]}
"""


def test_allowance_of_one_group_covers_no_service_of_that_name_in_another(folder: Path) -> None:
    limited = ALLOW.replace("  service: web", "  service: web\n  group: a")
    project(folder, GROUPS + limited)
    write(folder, {"other/deploy-python.yaml": PYTHON, "other/deploy-web.yaml": MOVED})
    found = [(f.group, f.status) for f in report().findings if f.rule == "service-port"]
    assert found == [("a", "allowed"), ("b", "violation")]


def test_allowance_of_one_group_is_unused_whatever_another_differs_in(folder: Path) -> None:
    limited = ALLOW.replace("  service: web", "  service: web\n  group: b")
    project(folder, GROUPS + limited)
    write(folder, {"other/deploy-python.yaml": PYTHON, "other/deploy-web.yaml": WEB})
    found = report()
    assert messages(found, "unused-allowance") == UNUSED
    assert [f.group for f in found.findings if f.rule == "unused-allowance"] == ["b"]


@pytest.mark.parametrize(
    ("group", "service", "said"),
    [("c", "web", "unknown group 'c'"), ("b", "web", "no such service 'web'")],
)
def test_allowance_of_a_group_that_lacks_its_service_is_refused(
    group: str, service: str, said: str, folder: Path
) -> None:
    limited = ALLOW.replace("  service: web", f"  service: {service}\n  group: {group}")
    project(folder, GROUPS + limited)
    write(folder, {"other/deploy-python.yaml": PYTHON, "other/deploy-go.yaml": WEB})
    with pytest.raises(Misread, match=said):
        report()


# --- unused --------------------------------------------------------------------------------------


def test_allowance_with_equal_sides_is_unused(folder: Path) -> None:
    project(folder, ALLOW, web=WEB)
    found = report("deploy")
    assert messages(found, "unused-allowance") == UNUSED
    (told,) = [f for f in found.findings if f.rule == "unused-allowance"]
    assert (told.status, told.severity) == ("violation", "warning")
    assert (told.location.file, told.location.line) == (".deploylint.yaml", 3)
    assert told.service == "web"


def test_allowance_with_absent_sides_is_unused(folder: Path) -> None:
    bare = {"service: ": "x-service: "}
    project(folder, ALLOW, web=WEB.replace(*next(iter(bare.items()))))
    write(folder, {"deploy/deploy-python.yaml": PYTHON.replace(*next(iter(bare.items())))})
    assert unused(folder, ALLOW) == ["web-port"]


ABSENT = [
    ("probes", "from: /a, to: /b", "service: web, element: startup-probe.path"),
    ("autoscaling", "from: 1, to: 2", "service: web, element: autoscaling.min"),
    ("environment", "from: a, to: b", "service: web, element: environment.variables.MODE"),
    ("image-tag", "to: latest", "service: web"),
    ("ports", "from: 8080, to: 8000", "service: web, element: monitoring.port"),
]


@pytest.mark.parametrize(("rule", "values", "scope"), ABSENT)
def test_allowance_of_a_field_without_values_is_unused(
    rule: str, values: str, scope: str, folder: Path
) -> None:
    text = "allow:\n" + entry(rule, values, scope)
    project(folder, text, web=WEB)
    expected = [] if rule == "ports" else ["one"]
    assert unused(folder, text) == expected


ENV = "env: {MODE: %s, LEVEL: info}\n"


@pytest.mark.parametrize(
    ("python", "web", "state"),
    [
        ("a", "b", "active"),
        ("a", "a", "unused"),
        ("b", "b", "unused"),
    ],
)
def test_allowance_of_a_part_of_a_compared_tree_is_unused(
    python: str, web: str, state: str, folder: Path
) -> None:
    scope = "service: web, element: environment.variables.MODE"
    project(folder, "allow:\n" + entry("environment", "from: a, to: b", scope), web=WEB + ENV % web)
    write(folder, {"deploy/deploy-python.yaml": PYTHON + ENV % python})
    assert states(report("deploy")) == {"one": state}


def test_allowance_of_a_part_is_unused_where_another_part_differs(folder: Path) -> None:
    scope = "service: web, element: environment.variables.MODE"
    other = ENV.replace("info", "debug")
    project(
        folder, "allow:\n" + entry("environment", "from: a, to: b", scope), web=WEB + other % "a"
    )
    write(folder, {"deploy/deploy-python.yaml": PYTHON + ENV % "a"})
    assert states(report("deploy")) == {"one": "unused"}


def test_allowance_of_a_level_without_differences_is_unused(folder: Path) -> None:
    scope = "service: web, element: resources.limits"
    project(folder, "allow:\n" + entry("resources", "from: 256Mi, to: 1Gi", scope), web=WEB)
    assert states(report("deploy")) == {"one": "unused"}


def test_allowance_of_a_rule_about_one_service_that_passes_is_unused(folder: Path) -> None:
    text = "allow:\n" + entry("non-root", "to: false")
    project(folder, text, web=WEB)
    assert unused(folder, text) == ["one"]


def test_allowance_of_a_builtin_check_that_finds_nothing_is_unused(folder: Path) -> None:
    text = "allow:\n" + entry("duplicate-key", "to: replicaCount")
    project(folder, text, web=WEB)
    assert unused(folder, text) == ["one"]
    project(folder, text, web=WEB + "replicaCount: 2\n")
    assert unused(folder, text) == []


@pytest.mark.parametrize(("port", "state"), [(8000, "unused"), (8080, "active")])
def test_allowance_in_a_comment_is_unused_where_its_line_does_not_differ(
    port: int, state: str, folder: Path
) -> None:
    directive = "# deploylint: allow[service-port: 8000 -> 8080] because It listens there."
    project(folder, "", web=WEB.replace("port: 8000", f"port: {port} {directive}", 1))
    assert list(states(report("deploy")).values()) == [state]


def test_allowance_that_ships_is_never_unused(folder: Path) -> None:
    project(folder, "", go=WEB)
    found = report("deploy")
    assert messages(found, "unused-allowance") == []
    states_of_shipped = {e.state for e in found.allowances if e.allowance.id == "go/port"}
    assert states_of_shipped <= {"unused", "untried"}


OPTIONS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["web-port"]),
    ({"rules": ("service-port",)}, []),  # what is found by itself was not asked for
    ({"rules": ("service-port", "unused-allowance")}, ["web-port"]),
    ({"rules": ("probes", "unused-allowance")}, []),
    ({"skip_rules": ("service-port",)}, []),
    ({"skip_rules": ("probes",)}, ["web-port"]),
    ({"skip_rules": ("unused-allowance",)}, []),
    ({"services": ("web",)}, ["web-port"]),
    ({"services": ("python",)}, []),
    ({"allow": False}, []),
]


@pytest.mark.parametrize(("options", "names"), OPTIONS)
def test_allowance_is_unused_only_where_it_was_evaluated(
    options: dict[str, Any], names: list[str], folder: Path
) -> None:
    project(folder, ALLOW, web=WEB)
    told = messages(report("deploy", **options), "unused-allowance")
    assert told == UNUSED * len(names)


def test_allowance_of_a_skipped_rule_is_not_unused(folder: Path) -> None:
    project(folder, "rules: {service-port: skip}\n" + ALLOW, web=WEB)
    assert states(report("deploy")) == {"web-port": "untried"}
    project(folder, "rules: {service-port: {for: [worker]}}\n" + ALLOW, web=WEB)
    assert states(report("deploy")) == {"web-port": "untried"}


def test_allowance_of_a_group_outside_the_run_is_not_unused(folder: Path) -> None:
    groups = "groups:\n" + "".join(
        f"  {name}: {{reference: python, services: [{{files: {name}/*.yaml}}]}}\n" for name in "ab"
    )
    write(folder, {"a/deploy-python.yaml": PYTHON, "a/deploy-web.yaml": WEB})
    write(folder, {"b/deploy-python.yaml": PYTHON, "b/deploy-api.yaml": WEB})
    write(folder, {".deploylint.yaml": f"version: 1\n{groups}{ALLOW}"})
    assert states(report("b")) == {"web-port": "untried"}
    assert states(report("a")) == {"web-port": "unused"}
    assert states(report()) == {"web-port": "unused"}


def test_allowance_that_one_of_two_groups_uses_is_used(folder: Path) -> None:
    groups = "groups:\n" + "".join(
        f"  {name}: {{reference: python, services: [{{files: {name}/*.yaml}}]}}\n" for name in "ab"
    )
    write(folder, {"a/deploy-python.yaml": PYTHON, "a/deploy-web.yaml": WEB})
    write(folder, {"b/deploy-python.yaml": PYTHON, "b/deploy-web.yaml": MOVED})
    write(folder, {".deploylint.yaml": f"version: 1\n{groups}{ALLOW}"})
    assert states(report()) == {"web-port": "active"}


def test_allowance_without_a_reference_is_not_evaluated(folder: Path) -> None:
    project(folder, "reference: none\n" + ALLOW, web=WEB)
    assert states(report("deploy")) == {"web-port": "untried"}


UNKNOWN = "'{{ .Values.port }}'"


@pytest.mark.parametrize("side", ["python", "web"])
def test_allowance_of_an_unknown_value_is_not_unused(side: str, folder: Path) -> None:
    project(folder, ALLOW, web=WEB)
    path = folder / "deploy" / f"deploy-{side}.yaml"
    path.write_text(path.read_text().replace("port: 8000", f"port: {UNKNOWN}"))
    assert states(report("deploy")) == {"web-port": "untried"}


def test_allowance_of_a_part_of_an_unknown_value_is_not_unused(folder: Path) -> None:
    """Labels that hold a template are unknown as a whole."""
    labels = "serviceMonitor: {enabled: true, labels: {release: a, team: %s}}\n"
    scope = "service: web, element: monitoring.labels.team"
    text = "allow:\n" + entry("monitoring", "from: b, to: c", scope)
    project(folder, text, web=WEB + labels % "'{{ .Values.team }}'")
    write(folder, {"deploy/deploy-python.yaml": PYTHON + labels % "b"})
    assert states(report("deploy")) == {"one": "untried"}


def test_allowance_below_an_unknown_element_is_not_unused(folder: Path) -> None:
    switched = "serviceMonitor: {enabled: %s, path: /metrics}\n"
    scope = "service: web, element: monitoring.path"
    text = "allow:\n" + entry("monitoring", "from: /metrics, to: /m", scope)
    project(folder, text, web=WEB + switched % "'{{ .Values.on }}'")
    write(folder, {"deploy/deploy-python.yaml": PYTHON + switched % "true"})
    assert states(report("deploy")) == {"one": "untried"}


def test_allowance_of_many_services_unknown_for_one_is_not_unused(folder: Path) -> None:
    switched = "serviceMonitor: {enabled: %s, path: /metrics}\n"
    scope = "service: '*', element: monitoring.path"
    text = "allow:\n" + entry("monitoring", "from: /metrics, to: /m", scope)
    unknown = WEB + switched % "'{{ .Values.on }}'"
    project(folder, text, web=unknown, api=WEB + switched % "true")
    write(folder, {"deploy/deploy-python.yaml": PYTHON + switched % "true"})
    assert states(report("deploy")) == {"one": "untried"}


def test_allowance_of_many_services_used_by_one_is_used(folder: Path) -> None:
    text = ALLOW.replace("service: web", "service: '*'")
    project(folder, text, web=MOVED, api=WEB)
    assert states(report("deploy")) == {"web-port": "active"}


def test_allowance_outside_the_focus_is_still_used(folder: Path) -> None:
    project(folder, ALLOW, web=MOVED, api=WEB)
    found = report("deploy", "deploy/deploy-api.yaml")
    assert states(found) == {"web-port": "active"}
    assert messages(found, "unused-allowance") == []


# --- nearly covered ------------------------------------------------------------------------------

NEAR = [
    ("from: 8000, to: 9090", "; allowance web-port accepts 9090, but the value is 8080"),
    ("from: 80, to: 8080", "; allowance web-port expects the reference value 80, but it is 8000"),
    ("from: 80, to: 9090", "; allowance web-port accepts 80 -> 9090, but found 8000 -> 8080"),
    (
        "from: 8000, to: {one-of: [9090, 9091]}",
        "; allowance web-port accepts 9090 or 9091, but the value is 8080",
    ),
    (
        "from: 8000, to: {at-least: 9000}",
        "; allowance web-port accepts at least 9000, but the value is 8080",
    ),
    ("from: 8000, to: absent", "; allowance web-port accepts absent, but the value is 8080"),
]


@pytest.mark.parametrize(("values", "text"), NEAR)
def test_near_miss_names_the_allowance_and_the_changed_value(
    values: str, text: str, folder: Path
) -> None:
    project(folder, ALLOW.replace("from: 8000\n  to: 8080", values.replace(", to", "\n  to")))
    found = report("deploy")
    (message,) = messages(found, "service-port")
    assert message.endswith(text)
    (finding,) = [f for f in found.findings if f.rule == "service-port"]
    assert finding.near is not None
    assert finding.near.id == "web-port"
    assert [role for role, _, _ in finding.related] == ["nearly-allowed"]
    assert finding.related[0][1].line == 3


def test_near_miss_of_several_allowances_names_the_nearest(folder: Path) -> None:
    text = "allow:\n" + entry("service-port", "from: 1, to: 2", name="far")
    text += entry("service-port", "from: 1, to: 8080", name="from-moved")
    text += entry("service-port", "from: 8000, to: 2", name="to-moved")
    project(folder, text)
    assert messages(report("deploy"), "service-port")[0].endswith(
        "; allowance to-moved accepts 2, but the value is 8080"
    )
    over = entry("service-port", "from: 8000, to: 8080", name="over", more="until: 2026-01-31")
    project(folder, text + over)
    assert messages(report("deploy"), "service-port")[0].endswith(
        "; allowance over expired after 2026-01-31"
    )


def test_near_miss_of_another_service_is_not_named(folder: Path) -> None:
    project(folder, ALLOW.replace("8080", "9090").replace("web", "api"), web=MOVED, api=WEB)
    assert "web-port" not in "".join(messages(report("deploy"), "service-port"))


def test_near_miss_of_a_shipped_allowance_has_no_location(folder: Path) -> None:
    project(folder, "", go=MOVED.replace("8080", "9090"))
    (finding,) = [f for f in report("deploy").findings if f.rule == "service-port"]
    assert finding.message.endswith("; allowance go/port accepts 8080, but the value is 9090")
    assert finding.related == ()


@pytest.mark.parametrize(
    ("values", "more", "state"),
    [
        ("from: 8000, to: 9090", "", "missed"),  # the value is another one than was agreed
        ("from: 80, to: 8080", "", "missed"),
        ("from: 8000, to: 9090", "until: 2026-12-01", "missed"),
        ("from: 8000, to: 9090", "until: 2026-01-31", "expired"),
        ("from: 8000, to: 8080", "until: 2026-01-31", "expired"),
        ("from: 8000, to: 8080", "", "active"),
        ("from: 8000, to: 8080", "until: 2026-12-01", "expiring"),
    ],
)
def test_allowance_that_a_violation_nearly_matches_is_missed_until_it_expires(
    values: str, more: str, state: str, folder: Path
) -> None:
    project(folder, "allow:\n" + entry("service-port", values, more=more))
    found = report("deploy")
    assert states(found) == {"one": state}
    assert messages(found, "unused-allowance") == []


def test_allowance_names_the_findings_that_it_covers(folder: Path) -> None:
    project(folder, ALLOW.replace("service: web", "service: '*'"), web=MOVED, api=MOVED)
    (status,) = [one for one in report("deploy").allowances if one.allowance.id == "web-port"]
    covered = [(use.service, use.path, use.status) for use in status.uses]
    assert covered == [(name, "server/service.port", "allowed") for name in ("api", "web")]


# --- a component that does not exist --------------------------------------------------------------

WORKERS = "workers: {mail: {command: [x]}}\n"


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (
            "service: web, component: 'worker:mial'",
            "no component 'worker:mial' in web; did you mean 'worker:mail'?",
        ),
        (
            "role: worker, component: 'worker:mial'",
            "no component 'worker:mial' in any service; did you mean 'worker:mail'?",
        ),
        ("service: web, component: 'worker:*'", ""),
        ("service: web, component: 'worker:mail'", ""),
    ],
)
def test_allowance_of_a_component_that_does_not_exist_names_what_there_is(
    scope: str, words: str, folder: Path
) -> None:
    text = "allow:\n" + entry("probes", "from: a, to: b", scope)
    project(folder, text, web=WEB + WORKERS)
    found = messages(report("deploy"), "unused-allowance")
    assert found == ([f"allowance one is unused: {words}"] if words else [])


# --- overlapping ---------------------------------------------------------------------------------


def test_overlapping_allowances_are_one_finding(folder: Path) -> None:
    both = entry("service-port", "from: 8000, to: 8080", name="one") + entry(
        "service-port", "from: present, to: {at-least: 8001}", "role: server", "two"
    )
    project(folder, "allow:\n" + both, web=MOVED, api=MOVED)
    found = report("deploy")
    assert messages(found, "overlapping-allowance") == [
        "allowances two and one both cover server/service.port of web; keep one"
    ]
    assert ".deploylint.yaml:4 overlapping-allowance" in said(found)
    assert states(found) == {"one": "active", "two": "active"}


def test_overlapping_allowances_of_three_make_two_pairs(folder: Path) -> None:
    text = "".join(
        entry("service-port", "from: 8000, to: 8080", name=name) for name in ("a", "b", "c")
    )
    project(folder, "allow:\n" + text)
    found = messages(report("deploy"), "overlapping-allowance")
    assert [text.split(" both")[0] for text in found] == [
        "allowances b and a",
        "allowances c and a",
    ]


def test_overlapping_allowances_need_one_location(folder: Path) -> None:
    both = entry("service-port", "from: 8000, to: 8080") + entry(
        "service-port", "from: 8000, to: 8080", "service: api", "two"
    )
    project(folder, "allow:\n" + both, web=MOVED, api=MOVED)
    assert messages(report("deploy"), "overlapping-allowance") == []


def test_overlapping_allowance_that_expired_is_not_counted(folder: Path) -> None:
    both = entry("service-port", "from: 8000, to: 8080", more="until: 2026-01-31") + entry(
        "service-port", "from: 8000, to: 8080", name="two"
    )
    project(folder, "allow:\n" + both)
    assert messages(report("deploy"), "overlapping-allowance") == []


# --- expiring, and without a reason ---------------------------------------------------------------


def test_allowance_with_a_pattern_of_services_is_unused_if_none_differs(folder: Path) -> None:
    project(folder, ALLOW.replace("service: web", "service: 'w*'"), web=WEB)
    assert messages(report("deploy"), "unused-allowance") == UNUSED


@pytest.mark.parametrize(
    ("until", "said_of_it"),
    [
        ("2026-11-25", "expires today; its last day is 2026-11-25"),
        ("2026-11-26", "expires in 1 day; its last day is 2026-11-26"),
        ("2026-11-27", "expires in 2 days; its last day is 2026-11-27"),
        ("2026-12-25", "expires in 30 days; its last day is 2026-12-25"),
        ("2026-12-26", ""),
        ("2026-11-24", ""),
    ],
)
def test_allowance_near_its_last_day_is_reported_with_the_days_left(
    until: str, said_of_it: str, folder: Path
) -> None:
    project(folder, ALLOW + f"  until: {until}\n")
    found = messages(report("deploy"), "expiring-allowance")
    assert found == ([f"allowance web-port {said_of_it}"] if said_of_it else [])


@pytest.mark.parametrize(
    ("because", "asked", "told"),
    [
        ("TODO", True, ["allowance web-port needs a reason: because is 'TODO'"]),
        ("TODO", False, []),
        ("todo later", True, ["allowance web-port needs a reason: because is 'todo later'"]),
        ("It listens there.", True, []),
        ("It listens there.", False, []),
    ],
)
def test_allowance_without_a_required_reason_is_reported(
    because: str, asked: bool, told: list[str], folder: Path
) -> None:
    project(folder, ALLOW.replace("It listens there.", because))
    assert messages(report("deploy", reasons=asked), "missing-reason") == told


def test_allowance_in_a_comment_is_reported_at_its_line(folder: Path) -> None:
    directive = "# deploylint: allow[service-port: 8000 -> 8080] because So until 2026-11-26"
    project(folder, "", web=MOVED.replace("port: 8080", f"port: 8080 {directive}"))
    found = [f for f in report("deploy").findings if f.rule == "expiring-allowance"]
    assert [(f.location.file, f.location.line) for f in found] == [("deploy/deploy-web.yaml", 4)]
