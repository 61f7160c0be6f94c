"""What a wrong command comes to, as a table; ``docs/bad-input.md`` is written from it.

The tests run every row as a real command in a folder that holds ``deploy/`` with the shipped story,
so that the document cannot say what is not so.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

How = Literal["plainly", "closed early", "interrupted", "rule file"]


class Case(NamedTuple):
    """One wrong command.

    ``arguments`` follow ``deploylint``. ``says`` must stand on one line of what it prints, on
    ``stream``; ``also`` elsewhere in its output. ``prepare`` spoils the folder first.
    """

    name: str
    arguments: str
    code: int
    says: str
    stream: Literal["stderr", "stdout"] = "stderr"
    also: tuple[str, ...] = ()
    prepare: Callable[[Path], object] = lambda folder: None
    how: How = "plainly"


def _empty(folder: Path) -> None:
    (folder / "charts").mkdir()


def _no_deployment(folder: Path) -> None:
    _empty(folder)
    (folder / "charts" / "Chart.yaml").write_text("name: api\n")


def _unreadable(folder: Path) -> None:
    (folder / "deploy" / "deploy-web.yaml").write_text("image:\n\trepository: web\n")
    go = folder / "deploy" / "deploy-go.yaml"
    go.write_text(go.read_text().replace("maxReplicas: 6", "maxReplicas: 60"))


def _misspelt_rule(folder: Path) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "own.yaml").write_text(
        "rules:\n- id: replicas\n  element: replicas\n  mst: equal\n  why: Load is shared evenly.\n"
    )


def _releases(folder: Path, second: str) -> None:
    release = "- name: {}\n  chart: acme/service\n  values:\n  - image: acme/{}\n"
    text = "releases:\n" + "".join(release.format(name, name) for name in ("api", second))
    (folder / "deploy" / "helmfile.yaml").write_text(text)


_PAIR = "name one of deploy/deploy-go.yaml, deploy/deploy-python.yaml"
_ALONE = (
    "is alone: there is no peer to compare it with; with a peer beside it, type: "
    "deploylint check deploy"
)

TABLE: tuple[Case, ...] = (
    Case(
        "a path that is not there",
        "check deploi",
        2,
        "deploylint: deploi: there is no such file or folder; try: deploylint check deploy",
    ),
    Case(
        "no path and no deploy/",
        "check",
        3,
        "deploylint: no path is given and there is no deploy/ here; try: deploylint check charts",
        prepare=lambda folder: (folder / "deploy").rename(folder / "charts"),
    ),
    Case(
        "a folder without a YAML file",
        "check charts",
        3,
        "deploylint: charts: holds no .yaml or .yml file; "
        "name a folder or files that hold deployments: deploylint check PATH",
        prepare=_empty,
    ),
    Case(
        "a folder without a deployment",
        "check charts --format concise",
        3,
        "charts/:1:1: error[unchecked] holds no deployment that can be compared "
        "(charts/Chart.yaml: a chart's description)",
        "stdout",
        prepare=_no_deployment,
    ),
    Case(
        "one file alone",
        "check deploy/deploy-go.yaml --format concise",
        3,
        f"deploy/deploy-go.yaml:1:1: error[unchecked] {_ALONE}",
        "stdout",
    ),
    Case(
        "no file that is known as the reference",
        "check --format concise",
        3,
        "deploy/deploy-go.yaml:1:1: error[unchecked] no reference is named, so no service "
        "was compared with another; and no majority can speak: that takes 3 services of one role "
        "that agree; say which file the others follow: "
        "deploylint check --reference deploy/deploy-go.yaml deploy",
        "stdout",
        prepare=lambda folder: (folder / "deploy" / "deploy-python.yaml").rename(
            folder / "deploy" / "deploy-main.yaml"
        ),
    ),
    Case(
        "a reference that is not there",
        "check --reference deploy/deploy-pyton.yaml",
        2,
        "deploylint: --reference deploy/deploy-pyton.yaml: is not among the services of deploy; "
        + _PAIR,
    ),
    Case(
        "a reference that is a file of several services",
        "check --reference deploy/helmfile.yaml",
        2,
        "deploylint: --reference deploy/helmfile.yaml: is not among the services of deploy; "
        + _PAIR
        + ", api, web",
        prepare=lambda folder: _releases(folder, "web"),
    ),
    Case(
        "two services of one name in one file",
        "check",
        2,
        "deploylint: deploy/helmfile.yaml:9: is service 'api', and so is "
        "deploy/helmfile.yaml:5; rename one of them",
        prepare=lambda folder: _releases(folder, "api"),
    ),
    Case(
        "an unknown option",
        "check --refrence deploy/deploy-python.yaml",
        2,
        "deploylint: No such option: --refrence (Possible options: --reference, --service)",
    ),
    Case(
        "an unknown command",
        "chek",
        2,
        "deploylint: No such command 'chek'. Did you mean 'check', 'schema'?",
    ),
    Case(
        "an unknown format",
        "check --format jsn",
        2,
        "deploylint: --format jsn: there is no such format; did you mean 'json'?",
    ),
    Case(
        "an unknown rule",
        "check --rule probs",
        2,
        "deploylint: no rule is called 'probs'; did you mean 'probes'?",
    ),
    Case(
        "an unknown profile",
        "check --profile in-hose",
        2,
        "deploylint: --profile in-hose: there is no such profile; did you mean 'in-house'?",
    ),
    Case(
        "an unknown service",
        "check --service pyton",
        2,
        "deploylint: no service is called 'pyton'; did you mean 'python'?",
    ),
    Case(
        "an unknown level",
        "check --fail-on eror",
        2,
        "deploylint: --fail-on eror: there is no such fail-on; did you mean 'error'?",
    ),
    Case(
        "a rule file with a misspelt key",
        "",
        2,
        "rules/own.yaml:4:3: unknown key 'mst'; did you mean 'must'?",
        prepare=_misspelt_rule,
        how="rule file",
    ),
    Case(
        "an unreadable file beside good ones",
        "check --format concise",
        3,
        "deploy/deploy-web.yaml:2:1: error[unchecked] not YAML: found character that cannot "
        "start any token while scanning for the next token",
        "stdout",
        ("error[autoscaling] autoscaling.max is 60; the reference has 6",),
        prepare=_unreadable,
    ),
    Case("the output is closed early", "check --format json", 0, "", how="closed early"),
    Case("Ctrl-C", "check", 130, "deploylint: interrupted", how="interrupted"),
)

_HEAD = """\
# When what is asked for cannot be

Every message says what is wrong, where, and what to do; nothing prints a traceback. What could be
checked is still reported. A wrong command (2) is told on the standard error stream, a file that
could not be checked (3) in the report.

| what | command | exit | message |
|---|---|---|---|
"""


def render() -> str:
    """The text of ``docs/bad-input.md``."""
    return _HEAD + "".join(map(_row, TABLE))


def _row(case: Case) -> str:
    command = {
        "plainly": f"`deploylint {case.arguments}`",
        "closed early": f"`deploylint {case.arguments} \\| head -1`",
        "interrupted": "Ctrl-C while a command runs",
        "rule file": "any",
    }[case.how]
    said = " ... ".join(f"`{text}`" for text in (*case.also, case.says) if text)
    return f"| {case.name} | {command} | {case.code} | {said or 'what was read'} |\n"
