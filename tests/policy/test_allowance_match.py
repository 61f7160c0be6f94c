"""What an allowance covers: its rule, its scope and both of its pinned values, and what is near."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploylint.model.difference import Scope
from deploylint.model.finding import Allowance, Location
from deploylint.model.patterns import read_pattern
from deploylint.policy.allowance_match import in_scope
from tests.support.findings import check_texts, places, report_texts

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
TYPE = "element: [service.type, service.port], must: equal"
SIDES = f"{IMAGE}service: {{type: A}}\n", f"{IMAGE}service: {{type: B}}\n"
RUNTIMES = """\
groups:
  g:
    reference: python
    services:
    - {name: python, files: deploy/deploy-python.yaml}
    - {name: web, files: deploy/deploy-web.yaml, runtime: rust}
"""


def allow(text: str, name: str = "one", rule: str = "tested") -> str:
    return f"allow:\n- {{id: {name}, rule: {rule}, because: So agreed., {text}}}\n"


def said(message: str) -> str:
    """What a message says of an allowance, after what is there and what is wanted."""
    return message.partition("; ")[2].partition("; ")[2]


SCOPES = [
    ("service: web", True),
    ("service: w*", True),
    ("service: python", False),
    ("service: p*", False),
    ("runtime: rust", True),
    ("runtime: go", False),
    ("role: server", True),
    ("role: worker", False),
    ("service: web, role: worker", False),
    ("service: web, runtime: go", False),
    ("service: web, component: server", True),
    ("service: web, component: serv*", True),
    ("service: web, component: worker", False),
    ("service: web, element: service.type", True),
    ("service: web, element: service", True),
    ("service: web, element: '*.type'", True),
    ("service: web, element: service.port", False),
    ("service: web, environment: prod", False),
]


@pytest.mark.parametrize(("scope", "covered"), SCOPES)
def test_allowance_covers_differences_in_its_scope(scope: str, covered: bool, folder: Path) -> None:
    configuration = RUNTIMES + allow(f"{scope}, from: A, to: B")
    (found,) = check_texts(folder, *SIDES, rule=TYPE, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


ANYWHERE = Allowance(
    id="one",
    rule="tested",
    service="",
    runtime="",
    role="",
    component="",
    addresses=(),
    expected=read_pattern("A"),
    actual=read_pattern("B"),
    because="So agreed.",
    at=Location(".deploylint.yaml", "", 1, 1, 1, 1),
    origin="configured",
)
SCOPE = Scope("web", "rust", "server", "server", "service.type", "prod", "service.type")


@pytest.mark.parametrize(
    ("narrowed", "holds"),
    [
        ({}, True),
        ({"service": "web"}, True),
        ({"service": "w*"}, True),
        ({"service": "shop"}, False),
        ({"runtime": "rust"}, True),
        ({"runtime": "go"}, False),
        ({"role": "server"}, True),
        ({"role": "worker"}, False),
        ({"environment": "prod"}, True),
        ({"environment": "pr*"}, True),
        ({"environment": "test"}, False),
        ({"component": "server"}, True),
        ({"component": "serv*"}, True),
        ({"component": "worker:*"}, False),
        ({"addresses": ("service.type",)}, True),
        ({"addresses": ("service.port",)}, False),
        ({"service": "web", "role": "worker"}, False),
    ],
)
def test_place_is_in_the_scope_of_an_allowance_where_all_that_it_names_holds(
    narrowed: dict[str, Any], holds: bool
) -> None:
    assert in_scope(ANYWHERE._replace(**narrowed), SCOPE) is holds


def test_allowance_for_another_rule_covers_nothing(folder: Path) -> None:
    configuration = allow("service: web, from: A, to: B", rule="service-type")
    configuration = configuration.replace("service-type", "service-port")
    (found,) = check_texts(folder, *SIDES, rule=TYPE, configuration=configuration)
    assert (found.status, said(found.message)) == ("violation", "")


@pytest.mark.parametrize(
    ("pins", "covered"),
    [
        ("from: A, to: B", True),
        ("from: B, to: A", False),
        ("from: present, to: B", True),
        ("from: A, to: present", True),
        ("from: absent, to: B", False),
        ("from: A, to: absent", False),
        ("from: {one-of: [A, C]}, to: {one-of: [C, B]}", True),
        ("from: {one-of: [B, C]}, to: B", False),
        ("from: {matching: '[A-C]'}, to: B", True),
    ],
)
def test_allowance_covers_differences_with_both_of_its_values(
    pins: str, covered: bool, folder: Path
) -> None:
    configuration = allow(f"service: web, {pins}")
    (found,) = check_texts(folder, *SIDES, rule=TYPE, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


@pytest.mark.parametrize(
    ("rule", "pins", "covered"),
    [
        # of a rule about one service, from is what the rule wants, however it is ordered
        ("must: {be: A}", "to: B", True),
        ("must: {be: A}", "from: A, to: B", True),
        ("must: {be: A}", "from: A, to: C", False),
        ("must: {be: {one-of: [A, C]}}", "from: {one-of: [A, C]}, to: B", True),
        ("must: {be: {matching: A}}", "from: {matching: A}, to: B", True),
        ("must: {not-be: B}", "to: B", True),
        ("must: {not-be: B}", "to: A", False),
    ],
)
def test_allowance_of_a_rule_about_one_service_pins_what_is_there(
    rule: str, pins: str, covered: bool, folder: Path
) -> None:
    configuration = allow(f"service: web, {pins}")
    asked = f"element: service.type, {rule}"
    (found,) = check_texts(folder, *SIDES, rule=asked, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


@pytest.mark.parametrize(
    ("scope", "pins", "covered"),
    [
        ("key: mesh.mode, ", "from: A, to: B", True),
        ("key: mesh, ", "from: A, to: B", True),
        ("key: mesh.retries, ", "from: A, to: B", False),
        ("element: service.type, ", "from: A, to: B", False),
        ("", "from: A, to: B", True),
        ("", "from: A, to: C", False),
    ],
)
def test_allowance_covers_the_key_of_a_rule_about_it(
    scope: str, pins: str, covered: bool, folder: Path
) -> None:
    texts = (f"{IMAGE}mesh: {{mode: {mode}}}\n" for mode in "AB")
    configuration = allow(f"service: web, {scope}{pins}")
    (found,) = check_texts(
        folder, *texts, rule="key: mesh.mode, must: equal", configuration=configuration
    )
    assert found.status == ("allowed" if covered else "violation")


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ("key: service.type", True),
        ("element: service.type", True),
        ("key: service.port", False),
        ("element: service.port", False),
    ],
)
def test_allowance_covers_the_field_that_the_key_of_a_rule_spells(
    scope: str, covered: bool, folder: Path
) -> None:
    configuration = allow(f"service: web, {scope}, from: A, to: B")
    rule = "key: [service.type, service.port], must: equal"
    (found,) = check_texts(folder, *SIDES, rule=rule, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


@pytest.mark.parametrize(
    ("pins", "covered"),
    [("from: true, to: '1'", True), ("from: true, to: 1", False), ("from: 'true', to: '1'", False)],
)
def test_allowance_pins_the_value_of_a_key_as_it_is_written(
    pins: str, covered: bool, folder: Path
) -> None:
    texts = (f"{IMAGE}mesh: {{strict: {flag}}}\n" for flag in ("true", "'1'"))
    rule, configuration = "key: mesh.strict, must: equal", allow(f"service: web, {pins}")
    (found,) = check_texts(folder, *texts, rule=rule, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


@pytest.mark.parametrize(
    ("pins", "covered"), [("to: mesh", True), ("to: {matching: me.*}", True), ("to: other", False)]
)
def test_allowance_of_a_builtin_check_pins_what_it_found(
    pins: str, covered: bool, folder: Path
) -> None:
    texts = IMAGE, f"{IMAGE}mesh: {{a: 1}}\n"
    configuration = allow(f"service: web, {pins}", rule="same-structure")
    (found,) = check_texts(folder, *texts, only=("same-structure",), configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


PINNED, WIDER, ELSEWHERE = "from: A, to: B", "from: present, to: B", "from: C, to: B"


@pytest.mark.parametrize(
    ("pins", "named"),
    [
        ((PINNED, WIDER), "a0"),
        ((WIDER, PINNED), "a0"),
        ((ELSEWHERE, WIDER, PINNED), "a1"),
        ((ELSEWHERE,), None),
    ],
)
def test_first_covering_allowance_is_named(
    pins: tuple[str, ...], named: str | None, folder: Path
) -> None:
    entries = [allow(f"service: web, {text}", f"a{n}") for n, text in enumerate(pins)]
    configuration = "allow:\n" + "".join(one.removeprefix("allow:\n") for one in entries)
    report = report_texts(folder, *SIDES, rule=TYPE, configuration=configuration)
    (found,) = (one for one in report.findings if one.rule == "tested")
    assert found.status == ("allowed" if named else "violation")
    assert (found.allowance.id if found.allowance else None) == named


@pytest.mark.parametrize(
    ("reference", "peer", "pins", "status"),
    [
        (
            "service: {port: 8000}",
            "service: {port: '8080'}",
            "'8000', to: 8080",
            "allowed",
        ),
        ("service: {port: 8000}", "service: {type: A}", "8000, to: absent", "allowed"),
        ("service: {type: A}", "service: {port: 80}", "absent, to: 80", "allowed"),
        ("service: {port: 80}", "service: {port: $(P)}", "80, to: present", "unknown"),
        ("service: {port: $(P)}", "service: {port: 80}", "present, to: 80", "unknown"),
    ],
)
def test_allowance_pins_values_by_their_type_and_never_unknown_ones(
    reference: str, peer: str, pins: str, status: str, folder: Path
) -> None:
    configuration = allow(f"service: web, from: {pins}")
    texts = f"{IMAGE}{reference}\n", f"{IMAGE}{peer}\n"
    tested = "element: service.port, must: equal"
    (found,) = check_texts(folder, *texts, rule=tested, configuration=configuration)
    assert found.status == status


@pytest.mark.parametrize(
    ("pins", "covered"),
    [
        ("from: 1Gi, to: 2048Mi", True),
        ("from: 1024Mi, to: 2Gi", True),
        ("from: 1Gi, to: 2G", False),
    ],
)
def test_allowance_pins_a_size_however_it_is_written(
    pins: str, covered: bool, folder: Path
) -> None:
    texts = (f"{IMAGE}resources: {{limits: {{memory: {size}}}}}\n" for size in ("1024Mi", "2Gi"))
    rule = "element: resources.limits.memory, must: equal"
    configuration = allow(f"service: web, {pins}")
    (found,) = check_texts(folder, *texts, rule=rule, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


@pytest.mark.parametrize(
    ("element", "pins", "statuses"),
    [
        ("", "from: '1', to: '3'", ["allowed", "violation"]),
        ("element: environment.variables.A, ", "from: '1', to: '3'", ["allowed", "violation"]),
        ("element: environment.variables, ", "from: B, to: C", ["violation", "allowed"]),
        ("element: environment.variables.A, ", "from: B, to: C", ["violation", "violation"]),
    ],
)
def test_allowance_pins_items_of_a_tree_one_by_one(
    element: str, pins: str, statuses: list[str], folder: Path
) -> None:
    texts = (
        f'{IMAGE}env: [{{name: A, value: "{a}"}}, {{name: {b}, value: "2"}}]\n'
        for a, b in (("1", "B"), ("3", "C"))
    )
    rule = "element: environment.variables, must: equal"
    configuration = allow(f"service: web, {element}{pins}")
    found = check_texts(folder, *texts, rule=rule, configuration=configuration)
    assert [row.status for row in found] == statuses


@pytest.mark.parametrize(
    ("pins", "covered"),
    [
        ("from: 'https://u:<redacted>@h', to: 'https://u:<redacted>@i'", True),
        ("from: 'https://u:<redacted 3 chars>@h', to: 'https://u:<redacted 4 chars>@i'", True),
        ("from: 'https://u:<redacted>@h', to: 'https://u:<redacted>@h'", False),
        ("from: present, to: {one-of: ['https://u:<redacted>@i']}", True),
        ("from: present, to: 'https://v:<redacted>@i'", False),
    ],
)
def test_allowance_pins_a_secret_by_how_it_is_shown(pins: str, covered: bool, folder: Path) -> None:
    texts = (f"image: {{repository: r, tag: 'https://u:{word}'}}\n" for word in ("abc@h", "abcd@i"))
    rule, configuration = "element: image.tag, must: equal", allow(f"service: web, {pins}")
    (found,) = check_texts(folder, *texts, rule=rule, configuration=configuration)
    assert found.status == ("allowed" if covered else "violation")


def test_allowance_that_nearly_covers_a_secret_shows_none(folder: Path) -> None:
    texts = IMAGE, f"{IMAGE}mesh: {{mode: a, password: one}}\n"
    configuration = allow("service: web, to: another")
    rule = "key: [mesh.mode, mesh.password], must: {be: absent}, for: [server]"
    _, found = check_texts(folder, *texts, rule=rule, configuration=configuration)
    assert said(found.message) == "allowance one accepts <redacted>, but the value is <redacted>"


def test_allowance_in_a_comment_covers_its_line_alone(folder: Path) -> None:
    directive = "  # deploylint: allow[tested: 1 -> 2] because So agreed."
    workers = "workers:\n  a: {{command: [x], {0}}}{1}\n  b: {{command: [x], {0}}}\n"
    sides = (("replicaCount: 1", ""), ("replicaCount: 2", directive))
    texts = (IMAGE + workers.format(*side) for side in sides)
    found = check_texts(folder, *texts, rule="element: replicas.count, must: equal")
    assert places(found) == [
        "web:3 allowed worker:a/replicas.count",
        "web:4 violation worker:b/replicas.count",
    ]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        (["from: A, to: C"], "allowance one accepts C, but the value is B"),
        (["from: C, to: B"], "allowance one expects the reference value C, but it is A"),
        (["from: C, to: D"], ""),
        (
            ["element: service.type, from: C, to: D"],
            "allowance one accepts C -> D, but found A -> B",
        ),
        (["element: service, from: C, to: D"], ""),
        (["from: A, to: B, until: 2020-01-01"], "allowance one expired after 2020-01-01"),
        (["from: A, to: {one-of: [C, D]}"], "allowance one accepts C or D, but the value is B"),
        (
            ["from: A, to: {matching: C.*}"],
            "allowance one accepts matching C.*, but the value is B",
        ),
        (["from: A, to: absent"], "allowance one accepts absent, but the value is B"),
        # of several the nearest: it is over, one side moved, the reference moved, both moved
        (["from: C, to: B", "from: A, to: C"], "allowance two accepts C, but the value is B"),
        (["from: A, to: C", "from: C, to: B"], "allowance one accepts C, but the value is B"),
        (
            ["from: A, to: C", "from: A, to: B, until: 2020-01-01"],
            "allowance two expired after 2020-01-01",
        ),
        (
            ["element: service.type, from: C, to: D", "from: C, to: B"],
            "allowance two expects the reference value C",
        ),
        (["from: A, to: C", "from: A, to: D"], "allowance one accepts C, but the value is B"),
    ],
)
def test_allowance_that_nearly_covers_is_named(
    entries: list[str], words: str, folder: Path
) -> None:
    configuration = "allow:\n" + "".join(
        f"- {{id: {name}, rule: tested, service: web, because: So agreed., {text}}}\n"
        for name, text in zip(("one", "two"), entries, strict=False)
    )
    (found,) = check_texts(folder, *SIDES, rule=TYPE, configuration=configuration)
    assert found.status == "violation"
    assert said(found.message).startswith(words)
    assert bool(said(found.message)) is bool(words)


@pytest.mark.parametrize(
    ("reference", "peer", "pins", "words"),
    [
        (
            "service: {port: 80}",
            "service: {type: A}",
            "80, to: 81",
            "allowance one accepts 81, but the value is unset",
        ),
        (
            "service: {type: A}",
            "service: {port: 80}",
            "81, to: 80",
            "allowance one expects the reference value 81, but it is unset",
        ),
    ],
)
def test_allowance_that_nearly_covers_names_the_absent_value(
    reference: str, peer: str, pins: str, words: str, folder: Path
) -> None:
    texts = f"{IMAGE}{reference}\n", f"{IMAGE}{peer}\n"
    configuration = allow(f"service: web, from: {pins}")
    rule = "element: service.port, must: equal"
    (found,) = check_texts(folder, *texts, rule=rule, configuration=configuration)
    assert said(found.message) == words


# --- a change that stopped half-way ---------------------------------------------------------------

PORTS = "element: [service.port, liveness-probe.port, monitoring.port], must: agree"


def ports(service: int, probe: int, monitoring: int) -> str:
    return (
        f"{IMAGE}service: {{port: {service}}}\n"
        f"livenessProbe: {{httpGet: {{port: {probe}}}}}\n"
        f"serviceMonitor: {{enabled: true, port: {monitoring}}}\n"
    )


@pytest.mark.parametrize(
    ("entry", "probe", "words"),
    [
        (
            "service: web, from: 80, to: 90",
            80,
            "the change accepted by one (80 -> 90) is incomplete here",
        ),
        (
            "service: web, from: 80, to: {one-of: [90, 91]}",
            80,
            "the change accepted by one (80 -> 90 or 91) is incomplete",
        ),
        (
            "service: web, component: other, from: 80, to: 90",
            80,
            "the change accepted by one (80 -> 90) is incomplete",
        ),
        (
            "role: server, from: 80, to: 90",
            80,
            "the change accepted by one (80 -> 90) is incomplete",
        ),
        ("service: python, from: 80, to: 90", 80, ""),
        ("role: worker, from: 80, to: 90", 80, ""),
        ("service: web, from: 80, to: 91", 80, ""),
        ("service: web, from: 81, to: 90", 80, ""),
        ("service: web, from: 80, to: 90", 70, ""),
        ("service: web, from: 80, to: 90, until: 2020-01-01", 80, ""),
    ],
)
def test_allowance_of_an_incomplete_change_is_named_at_the_old_value(
    entry: str, probe: int, words: str, folder: Path
) -> None:
    configuration = (
        "allow:\n- {id: one, rule: service-port, element: service.port, because: So agreed., "
        f"{entry}}}\n"
    )
    texts = ports(80, 80, 80), ports(90, probe, 90)
    (found,) = check_texts(folder, *texts, rule=PORTS, configuration=configuration)
    assert found.path == "server/liveness-probe.port"
    _, _, more = found.message.partition("have 90")
    more = more.removeprefix("; ")
    assert more.startswith(words)
    assert bool(more) is bool(words)


def test_allowance_of_another_element_is_no_incomplete_change(folder: Path) -> None:
    configuration = (
        "allow:\n- {id: one, rule: service, element: service.type, service: web, "
        "because: So agreed., from: 80, to: 90}\n"
    )
    texts = ports(80, 80, 80), ports(90, 80, 90)
    (found,) = check_texts(folder, *texts, rule=PORTS, configuration=configuration)
    assert "incomplete" not in found.message
