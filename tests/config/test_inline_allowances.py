"""Allowances beside the value: where they hold, what only looks like one, and hostile text."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.config.inline_allowances import LONGEST, MOST
from deploylint.reports import FORMATS
from tests.support.projects import (
    MOVED,
    PYTHON,
    WEB,
    messages,
    project,
    ran,
    report,
    said,
    states,
    write,
)
from tests.support.reports import without_annotations

ALLOW = "# deploylint: allow[service-port: 8000 -> 8080] because It listens there."
LINE = "  port: 8080\n"
PORT = "service-port"


pytestmark = pytest.mark.usefixtures("folder")


def beside(comment: str, line: str = LINE) -> str:
    return MOVED.replace(line, f"{line.rstrip()}  {comment}\n")


def above(*comments: str, line: str = LINE) -> str:
    return MOVED.replace(line, "".join(f"  {one}\n" for one in comments) + line)


def statuses(text: str, folder: Path, rule: str = PORT, configuration: str = "") -> list[str]:
    project(folder, configuration, web=text)
    return [f.status for f in report("deploy").findings if f.rule == rule]


# --- where it holds ------------------------------------------------------------------------------

HOLDS = [
    beside(ALLOW),
    above(ALLOW),
    above(ALLOW, "# a word about it"),
    above("# a word about it", ALLOW),
    above(ALLOW, "", "# deploylint: allow[ports: 1 -> 2] because Another."),
    beside(ALLOW.replace("# deploylint", "#deploylint")),
    beside(ALLOW.replace("# deploylint", "#\tdeploylint")),
    beside(ALLOW.replace("deploylint: ", "deploylint:")),
    beside(ALLOW.replace("8000", '"8000"')),
    beside(ALLOW.replace("8080", "{one-of: [8080, 8081]}")),
    beside(ALLOW.replace("8000", "present")),
    beside(f"{ALLOW} until 2026-12-31"),
    beside(f"{ALLOW[:-1]}, until 2026-11-25"),
    above(ALLOW).replace("\n", "\r\n"),
    beside(ALLOW).replace("\n", "\r\n"),
    beside(ALLOW.replace("there.", "there, see [1] -> wiki until it moves.")),
]


@pytest.mark.parametrize("text", HOLDS)
def test_directive_beside_or_above_a_value_allows_it(text: str, folder: Path) -> None:
    assert statuses(text, folder) == ["allowed"]
    assert messages(report("deploy"), "malformed-directive") == []


HOLDS_NOT = [
    beside(ALLOW.replace("8080", "9090")),
    beside(ALLOW.replace("8000", "80")),
    beside(ALLOW, "  type: ClusterIP\n"),
    above(ALLOW, line="  type: ClusterIP\n"),
    above(ALLOW, line="replicaCount: 2\n"),
    beside(f"{ALLOW} until 2026-11-24"),
    f"{ALLOW}\n{MOVED}",
    f"{MOVED}{ALLOW}\n",
    MOVED.replace(LINE, f"{LINE}  # deploylint is fine, allow[service-port: 8000 -> 8080]\n"),
    beside(ALLOW.replace("# deploylint", "#deploylint#")),
    beside(ALLOW.replace("deploylint", "Deploylint")),
]


@pytest.mark.parametrize("text", HOLDS_NOT)
def test_directive_on_another_line_or_with_another_value_allows_nothing(
    text: str, folder: Path
) -> None:
    assert statuses(text, folder) == ["violation"]


def test_directives_above_one_line_all_apply_to_it(folder: Path) -> None:
    both = MOVED.replace(LINE, f"{LINE}  targetPort: 8000\n")
    text = both.replace(
        LINE,
        f"  {ALLOW}\n  # deploylint: allow[ports: 8000 -> 8080] because The target stays.\n{LINE}",
    )
    project(folder, "", web=text)
    found = report("deploy")
    assert said(found) == []
    assert said(found, "allowed") == ["deploy-web.yaml:6 ports", "deploy-web.yaml:6 service-port"]


def test_directive_in_a_list_applies_to_its_item(folder: Path) -> None:
    env = "env:\n- name: MODE\n  value: a\n- name: LEVEL\n  value: %s\n"
    comment = "  # deploylint: allow[environment: a -> b] because It differs."
    project(folder, "", web=WEB + (env % f"b{comment}"))
    write(folder, {"deploy/deploy-python.yaml": PYTHON + env % "a"})
    assert said(report("deploy"), "allowed") == ["deploy-web.yaml:12 environment"]


def test_directive_for_a_missing_value_applies_at_the_nearest_parent(folder: Path) -> None:
    comment = "  # deploylint: allow[replicas: present -> absent] because One is enough."
    text = WEB.replace("replicaCount: 2\n", "")
    project(folder, "", web=text)
    (missing,) = [f for f in report("deploy").findings if f.rule == "replicas"]
    lines = text.splitlines()
    lines[missing.location.line - 1] += comment
    assert statuses("\n".join(lines) + "\n", folder, "replicas") == ["allowed"]


def test_directive_of_another_file_allows_nothing(folder: Path) -> None:
    project(folder, "", web=beside(ALLOW), api=MOVED)
    assert said(report("deploy")) == ["deploy-api.yaml:4 service-port"]


def test_directive_for_a_rule_about_one_service_names_only_the_value(folder: Path) -> None:
    root = "securityContext: {runAsNonRoot: true}"
    start = root.replace("true", "false")
    comment = "  # deploylint: allow[non-root: present -> false] because It has to."
    assert statuses(WEB.replace(root, start + comment), folder, "non-root") == ["allowed"]
    wrong = comment.replace("present", "8000")
    assert statuses(WEB.replace(root, start + wrong), folder, "non-root") == ["violation"]
    assert len(messages(report("deploy"), "malformed-directive")) == 1


# --- what only looks like one --------------------------------------------------------------------

LOOKS = [
    f"note: '{ALLOW}'\n",
    f'note: "{ALLOW}"\n',
    f'note: "a\n  {ALLOW}"\n',
    f"note: |\n  {ALLOW}\n  more\n",
    f"note: >-\n  more\n\n  {ALLOW}\n",
    f"note: a{ALLOW.replace(': ', ':')}\n",
    f"'{ALLOW}': note\n",
    f"list:\n- |\n  {ALLOW}\n",
]


@pytest.mark.parametrize("text", LOOKS)
def test_directive_inside_a_text_is_no_comment(text: str, folder: Path) -> None:
    text = MOVED.replace("service:\n", f"{text}service:\n")
    assert statuses(text, folder) == ["violation"]
    found = report("deploy")
    assert states(found) == {}
    assert messages(found, "malformed-directive") == []


def test_directive_after_a_text_allows_it(folder: Path) -> None:
    text = f"note: |\n  {ALLOW}\n  more\n"
    assert statuses(text + beside(ALLOW), folder) == ["allowed"]
    assert list(states(report("deploy"))) == ["deploy/deploy-web.yaml:7"]


# --- malformed -----------------------------------------------------------------------------------

FORM = "expected # deploylint: allow[RULE: FROM -> TO] because REASON"
MALFORMED = [
    ("allow[service-port: 8000 -> 8080]", FORM),
    ("allow[service-port: 8000 -> 8080] because", FORM),
    ("allow[service-port: 8000 -> 8080] It listens there.", FORM),
    ("allow[service-port: 8080] because x", FORM),
    ("allow[service-port: 8000 -> ] because x", FORM),
    ("allow[service-port: -> 8080] because x", FORM),
    ("allow[service-port] because x", FORM),
    ("allow[service-port 8000 -> 8080] because x", FORM),
    ("allow[] because x", FORM),
    ("allow service-port: 8000 -> 8080 because x", FORM),
    ("alow[service-port: 8000 -> 8080] because x", FORM),
    ("ignore", FORM),
    ("", FORM),
    ("allow[service-prt: 8000 -> 8080] because x", "did you mean 'service-port'?"),
    ("allow[*: 8000 -> 8080] because x", "unknown rule '*'"),
    ("allow[: 8000 -> 8080] because x", "unknown rule ''"),
    ("allow[service-port: 8000 -> 8000] because x", "both values are the same"),
    ("allow[service-port: 8000 -> '8000'] because x", "both values are the same"),
    ("allow[service-port: [ -> 8080] because x", "invalid value"),
    ("allow[service-port: 8000 -> {one-of: []}] because x", "one-of takes a list of values"),
    ("allow[service-port: 8000 -> {matching: '('}] because x", "matching"),
    ("allow[service-port: 8000 -> {at-lest: 1}] because x", "a pattern is a value or one of"),
    ("allow[service-port: 8000 -> 8080] because x until tomorrow", "invalid date"),
    ("allow[service-port: 8000 -> 8080] because x until 2027-02-29", "invalid date"),
    ("allow[service-port: 8000 -> 8080] because until 2027-02-28", FORM),
    ("allow[unused-allowance: 8000 -> 8080] because x", "unknown rule 'unused-allowance'"),
]


@pytest.mark.parametrize(("text", "what"), MALFORMED)
def test_directive_malformed_is_a_finding_and_allows_nothing(
    text: str, what: str, folder: Path
) -> None:
    assert statuses(beside(f"# deploylint: {text}"), folder) == ["violation"]
    found = report("deploy")
    (finding,) = [f for f in found.findings if f.rule == "malformed-directive"]
    assert what in finding.message
    assert (finding.status, finding.severity) == ("violation", "error")
    assert (finding.location.line, finding.location.column) == (4, 15)
    assert states(found) == {}


def test_directive_malformed_leaves_the_others(folder: Path) -> None:
    assert statuses(above("# deploylint: allow[x", ALLOW), folder) == ["allowed"]
    assert statuses(beside("# deploylint: nothing"), folder, "malformed-directive") == ["violation"]


def test_directive_malformed_cannot_be_allowed(folder: Path) -> None:
    text = above(
        "# deploylint: allow[x",
        "# deploylint: allow[malformed-directive: present -> x] because y",
    )
    project(folder, "", web=text)
    assert len(messages(report("deploy"), "malformed-directive")) == 2


# --- who may write one ---------------------------------------------------------------------------


def test_directive_that_is_forbidden_is_a_finding(folder: Path) -> None:
    project(folder, "forbid-inline: true\n", web=beside(ALLOW))
    found = report("deploy")
    assert sorted(said(found)) == [
        "deploy-web.yaml:4 forbidden-directive",
        "deploy-web.yaml:4 service-port",
    ]
    assert states(found) == {}
    assert ran("check").code == 1


def test_directive_that_is_forbidden_is_a_finding_without_a_difference(folder: Path) -> None:
    project(folder, "forbid-inline: true\n", web=beside(ALLOW).replace("8080  #", "8000  #"))
    assert said(report("deploy")) == ["deploy-web.yaml:4 forbidden-directive"]


def test_directive_with_no_allow_does_not_apply(folder: Path) -> None:
    project(folder, "", web=beside(ALLOW))
    assert said(report("deploy")) == []
    assert said(report("deploy", allow=False)) == ["deploy-web.yaml:4 service-port"]


# --- its upkeep ----------------------------------------------------------------------------------


def test_directive_that_covers_nothing_is_unused(folder: Path) -> None:
    project(folder, "", web=beside(ALLOW).replace("8080  #", "8000  #"))
    assert said(report("deploy")) == ["deploy-web.yaml:4 unused-allowance"]


def test_directive_that_nearly_covers_is_named(folder: Path) -> None:
    project(folder, "", web=beside(ALLOW).replace("8080  #", "9090  #"))
    (message,) = messages(report("deploy"), PORT)
    assert message.endswith(
        "; allowance deploy/deploy-web.yaml:4 accepts 8080, but the value is 9090"
    )


def test_directive_counts_before_the_configuration(folder: Path) -> None:
    mine = (
        "allow: [{id: mine, service: web, rule: service-port, from: 8000, to: 8080, because: x}]\n"
    )
    project(folder, mine, web=beside(ALLOW))
    found = report("deploy")
    (allowed,) = [f for f in found.findings if f.rule == PORT]
    assert allowed.allowance is not None
    assert allowed.allowance.origin == "inline"
    assert messages(found, "overlapping-allowance") == [
        "allowances mine and deploy/deploy-web.yaml:4 both cover server/service.port of web; "
        "keep one"
    ]


@pytest.mark.parametrize(
    ("until", "state"),
    [
        ("2026-12-26", "active"),
        ("2026-12-25", "expiring"),
        ("2026-11-25", "expiring"),
        ("2026-11-24", "expired"),
    ],
)
def test_directive_on_its_last_day_still_applies(until: str, state: str, folder: Path) -> None:
    project(folder, "", web=beside(f"{ALLOW} until {until}"))
    assert list(states(report("deploy")).values()) == [state]


def test_directive_without_a_required_reason_is_refused(folder: Path) -> None:
    project(folder, "", web=beside(ALLOW.replace("It listens there.", "TODO")))
    assert ran("check").code == 0
    assert ran("check", "--require-reason").code == 1


# --- hostile text --------------------------------------------------------------------------------


def test_directive_that_is_too_long_is_refused_and_not_repeated(folder: Path) -> None:
    long = ALLOW + "x" * 1_000_000
    assert statuses(beside(long), folder) == ["violation"]
    assert messages(report("deploy"), "malformed-directive") == [
        f"directive too long (ignored); at most {LONGEST} characters"
    ]


def test_directives_beyond_the_limit_are_not_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = "".join(f"  # deploylint: allow[x{number}]\n" for number in range(10_000))
    project(folder, "", web=MOVED.replace(LINE, many + LINE))
    found = messages(report("deploy"), "malformed-directive")
    assert len(found) == MOST + 1
    assert f"more than {MOST} directives in one file; this one and the rest are not read" in found


def test_directives_cost_linear_time(folder: Path) -> None:
    many = "".join(f"  {ALLOW}\n" for _ in range(MOST))
    project(folder, "rules: {overlapping-allowance: skip}\n", web=MOVED.replace(LINE, many + LINE))
    assert said(report("deploy")) == []


HOSTILE = [
    "allow[service-port: 8000 -> 8080] because \x1b[31mred\x1b[0m",
    "allow[\x1b]0;title\x07: 8000 -> 8080] because x",
    "allow[service-port: 8000 -> ::set-output name=a::b] because [bold]x[/bold]",
    "allow[\u202eservice-port: 8000 -> 8080] because x",
]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_directive_with_hostile_text_is_printed_escaped(
    text: str, format_: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, "", web=beside("").replace("8080", f"8080  # deploylint: {text}"))
    ran("check", "deploy", "--format", format_, "--color", "never")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out or format_ == "json"
    assert "\x07" not in out
    assert not any(line.startswith("::") for line in without_annotations(out).splitlines())


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "text",
    [
        "allow[password=hunter2: 8000 -> 8080] because x",
        "allow[service-port: 8000 -> postgres://u:hunter2@db] because x",
        "password=hunter2",
        "allow[service-port: 8000 -> 8080] because password: hunter2",
        "allow[service-port: {password: hunter2} -> 8080] because x",
        "allow[service-port: 8000 -> {password: hunter2}] because x",
        "allow[service-port: 8000 -> {password: hunter2, one-of: []}] because x",
        "allow[service-port: 8000 -> [password: hunter2] because x",
    ],
)
def test_directive_with_a_secret_is_printed_without_it(
    text: str, format_: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(folder, "", web=beside(f"# deploylint: {text}"))
    ran("check", "deploy", "--format", format_, "--color", "never")
    assert "hunter2" not in capsys.readouterr().out
