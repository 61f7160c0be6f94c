"""Invalid commands and their messages, as a table; renders ``docs/bad-input.md``.

The tests run every row as a real command in a folder with ``deploy/`` of the shipped story, so the
document stays correct.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

How = Literal["plainly", "closed early", "interrupted", "rule file"]


class Case(NamedTuple):
    """One invalid command.

    ``arguments`` follow ``deploylint``. ``says`` must be on one line of ``stream``, ``also``
    elsewhere in the output. ``prepare`` spoils the folder first.
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


def _configured(text: str, **files: str) -> Callable[[Path], object]:
    """Writes a configuration with a text below its version, and other files by their stems."""

    def prepare(folder: Path) -> None:
        (folder / ".deploylint.yaml").write_text(f"version: 1\n{text}\n")
        for stem, content in files.items():
            (folder / f"{stem}.yaml").write_text(content)

    return prepare


_CODE = "groups: {g: {reference: none, services: [{files: deploy/deploy-go.yaml, code: %s}]}}"


def _with_code(name: str, text: str) -> Callable[[Path], object]:
    """Writes a source file beside a Go program that listens on the deployed port."""

    def prepare(folder: Path) -> None:
        _configured(_CODE % "src")(folder)
        (folder / "src").mkdir()
        (folder / "src" / name).write_text(text)
        listens = 'func main() { http.ListenAndServe(":8080", nil) }'
        (folder / "src" / "main.go").write_text(f'package main\nimport "net/http"\n{listens}\n')

    return prepare


def _built(text: str) -> Callable[[Path], object]:
    """Writes a Dockerfile beside the Go service's deployment, where deploylint finds it."""

    def prepare(folder: Path) -> None:
        (folder / "go").mkdir()
        (folder / "go" / "Dockerfile").write_text(text)

    return prepare


def _built_elsewhere(folder: Path) -> None:
    (folder / "go").mkdir()
    outside = folder.parent / f"{folder.name}.Dockerfile"
    outside.write_text("FROM alpine\nUSER root\n")
    (folder / "go" / "Dockerfile").symlink_to(outside)


_BUILT = (
    "groups: {g: {reference: none, services: [{files: deploy/deploy-go.yaml, dockerfile: %s}]}}"
)


def _no_source(folder: Path) -> None:
    _empty(folder)
    _configured(_CODE % "charts")(folder)


def _allowing(entry: str) -> Callable[[Path], object]:
    return _configured(f"allow:\n- {{{entry}}}")


_PORT = "service: go, rule: service-port, from: 8000, to: 8080, because: It is so"
_CONFIGURED = "deploylint: .deploylint.yaml"
_ALIASES = "\n".join(
    ["note: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"note{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)

CONFIGURATIONS: tuple[Case, ...] = tuple(
    Case(name, arguments, 2, f"deploylint: {says}", prepare=prepare)
    for name, arguments, says, prepare in (
        (
            "a configuration that is a list",
            "check",
            ".deploylint.yaml:1:1: a mapping is expected here, not a list",
            lambda folder: (folder / ".deploylint.yaml").write_text("- version: 1\n"),
        ),
        (
            "an empty configuration",
            "check",
            ".deploylint.yaml:1:1: is empty; write its keys, or remove it",
            lambda folder: (folder / ".deploylint.yaml").write_text(""),
        ),
        (
            "a configuration that is not YAML",
            "check",
            ".deploylint.yaml:2:10: not YAML: did not find expected node content while "
            "parsing a flow node",
            _configured("groups: ["),
        ),
        (
            "a configuration that is huge",
            "check",
            ".deploylint.yaml:1:1: has 5,000,012 bytes; at most 4,194,304 are read",
            _configured("#" * 5_000_000),
        ),
        (
            "a configuration with an alias bomb",
            "check",
            ".deploylint.yaml:7:48: means more than 1,000,000 values once its aliases are followed",
            _configured(_ALIASES),
        ),
        (
            "a configuration with an alias inside its own anchor",
            "check",
            ".deploylint.yaml:2:16: this alias is inside the value that it repeats",
            _configured("groups: &a {x: *a}"),
        ),
        (
            "a configuration that includes itself",
            "check",
            "more.yaml:2:11: includes itself: .deploylint.yaml includes more.yaml includes "
            ".deploylint.yaml",
            _configured("include: [more.yaml]", more="version: 1\ninclude: [.deploylint.yaml]\n"),
        ),
        (
            "two configurations in one folder",
            "check",
            ".deploylint.yaml and .deploylint.yml both exist; keep one",
            lambda folder: [
                (folder / f".deploylint.{end}").write_text("version: 1\n")
                for end in ("yaml", "yml")
            ],
        ),
        (
            "a configuration of another version",
            "check",
            ".deploylint.yaml:1:10: unknown version 2; write version: 1",
            lambda folder: (folder / ".deploylint.yaml").write_text("version: 2\n"),
        ),
        (
            "an unknown key of the configuration",
            "check",
            ".deploylint.yaml:2:1: unknown key 'alow'; did you mean 'allow'?",
            _configured("alow: []"),
        ),
        (
            "a duplicate key of the configuration",
            "check",
            ".deploylint.yaml:3:1: key 'exclude' is written twice; first in line 2",
            _configured("exclude: []\nexclude: []"),
        ),
        (
            "an unknown rule in the configuration",
            "check",
            ".deploylint.yaml:2:9: unknown rule 'probs'; did you mean 'probes'?",
            _configured("rules: {probs: skip}"),
        ),
        (
            "an unknown profile in the configuration",
            "check",
            ".deploylint.yaml:2:10: unknown profile 'in-hose'; did you mean 'in-house'?",
            _configured("profile: in-hose"),
        ),
        (
            "a pattern that matches nothing",
            "check",
            ".deploylint.yaml:2:11: 'deploy/deploy-og.yaml' matches no file; did you mean "
            "'deploy-go.yaml'?",
            _configured("exclude: [deploy/deploy-og.yaml]"),
        ),
        (
            "a group without services",
            "check",
            ".deploylint.yaml:2:27: is empty; write an item",
            _configured("groups: {prod: {services: []}}"),
        ),
        (
            "an unknown reference of a group",
            "check",
            ".deploylint.yaml:2:28: group prod has no service 'pyton'; did you mean 'python'?",
            _configured("groups: {prod: {reference: pyton, services: [{files: deploy/*.yaml}]}}"),
        ),
        (
            "an included file that does not exist",
            "check",
            ".deploylint.yaml:2:11: shared.yaml: no such file",
            _configured("include: [shared.yaml]"),
        ),
        (
            "a source folder that does not exist",
            "check",
            ".deploylint.yaml:2:79: src: no such folder",
            _configured(_CODE % "src"),
        ),
        (
            "a source folder outside the repository",
            "check deploy",
            "deploy/.deploylint.yaml:2:72: '../src' is outside deploy/; use a path inside it",
            lambda folder: (folder / "deploy" / ".deploylint.yaml").write_text(
                f"version: 1\n{_CODE % '../src'}\n".replace("deploy/", "")
            ),
        ),
        (
            "an allowance without a reason",
            "check",
            ".deploylint.yaml:3:3: because is missing; add it",
            _allowing(_PORT.partition(", because")[0]),
        ),
        (
            "an allowance with an empty reason",
            "check",
            ".deploylint.yaml:3:68: because is empty; give a reason",
            _allowing(_PORT.replace("It is so", "' '")),
        ),
        (
            "an allowance with equal from and to",
            "check",
            ".deploylint.yaml:3:53: from and to are the same value; set two different values",
            _allowing(_PORT.replace("8080", "'8000'")),
        ),
        (
            "an allowance without a from",
            "check",
            ".deploylint.yaml:3:3: from is missing; set from (expected value) and "
            "to (accepted value)",
            _allowing(_PORT.replace("from: 8000, ", "")),
        ),
        (
            "an allowance without a scope",
            "check",
            ".deploylint.yaml:3:3: has no scope; set service (a name or a glob), runtime or role",
            _allowing(_PORT.replace("service: go, ", "")),
        ),
        (
            "an allowance with an invalid until",
            "check",
            ".deploylint.yaml:3:85: until: invalid date '2027-02-30'; use YYYY-MM-DD",
            _allowing(f"{_PORT}, until: 2027-02-30"),
        ),
        (
            "an allowance for an unknown service",
            "check",
            ".deploylint.yaml:3:3: no such service 'og'; one of go, python",
            _allowing(_PORT.replace("go", "og")),
        ),
        (
            "an allowance for an unknown runtime",
            "check",
            ".deploylint.yaml:3:13: unknown runtime 'og'; one of go, java, node, python",
            _allowing(_PORT.replace("service: go", "runtime: og")),
        ),
        (
            "an allowance for an unknown rule",
            "check",
            ".deploylint.yaml:3:23: unknown rule 'service-prt'; did you mean 'service-port'?",
            _allowing(_PORT.replace("service-port", "service-prt")),
        ),
        (
            "an allowance for an unknown element",
            "check",
            ".deploylint.yaml:3:87: unknown element or field 'service.prt'; did you "
            "mean 'service.port'?",
            _allowing(f"{_PORT}, element: service.prt"),
        ),
        (
            "a disallowed allowance that does not exist",
            "check",
            ".deploylint.yaml:2:12: unknown shipped allowance 'go/prt'; did you mean 'go/port'?",
            _configured("disallow: [go/prt]"),
        ),
        (
            "a configuration that does not exist",
            "check --config gone.yaml",
            "gone.yaml:1:1: no such file",
            lambda folder: None,
        ),
        (
            "a configuration that is a folder",
            "check --config deploy",
            "deploy:1:1: is a folder, not a file",
            lambda folder: None,
        ),
        (
            "--config with --no-config",
            "check --config .deploylint.yaml --no-config",
            "--config and --no-config exclude each other; use one of them",
            _configured(""),
        ),
        (
            "an invalid day",
            "check --today tomorrow",
            "--today tomorrow: invalid date; use YYYY-MM-DD",
            lambda folder: None,
        ),
    )
)

_PAIR = "choose from deploy/deploy-go.yaml, deploy/deploy-python.yaml"
_ALONE = (
    "only one service given, nothing to compare it with; check the folder: deploylint check deploy"
)

DOCKERFILES: tuple[Case, ...] = (
    Case(
        "a Dockerfile with an unknown instruction",
        "check --format concise",
        3,
        "go/Dockerfile:2:1: error[unchecked] not a Dockerfile: unknown instruction: EXPSE",
        "stdout",
        prepare=_built("FROM alpine\nEXPSE 8080\n"),
    ),
    Case(
        "a Dockerfile with an unterminated heredoc",
        "check --format concise",
        3,
        "go/Dockerfile:2:1: error[unchecked] not a Dockerfile: unterminated heredoc",
        "stdout",
        prepare=_built("FROM alpine\nRUN <<EOF\necho 1\n"),
    ),
    Case(
        "an empty Dockerfile",
        "check --format concise",
        3,
        "go/Dockerfile:1:1: error[unchecked] not a Dockerfile: file with no instructions",
        "stdout",
        prepare=_built(""),
    ),
    Case(
        "a binary file as Dockerfile",
        "check --format concise",
        3,
        "go/Dockerfile:1:5: error[unchecked] not a Dockerfile: contains a NUL character",
        "stdout",
        prepare=_built("\x7fELF\0\0"),
    ),
    Case(
        "a Dockerfile that is huge",
        "check --format concise",
        3,
        "go/Dockerfile:1:1: error[unchecked] has 1,000,012 bytes; at most 262,144 are read",
        "stdout",
        prepare=_built("FROM alpine\n" + "#" * 1_000_000),
    ),
    Case(
        "a Dockerfile with unset variables",
        "show deploy/deploy-go.yaml --format concise",
        0,
        "go/Dockerfile:3:6: server/dockerfile.user: unknown (B is not set in the file)",
        "stdout",
        prepare=_built("ARG A\nFROM $A\nUSER $B\nEXPOSE ${C:-$D}\nCMD $E\n"),
    ),
    Case(
        "a misspelt program in a Dockerfile",
        "check --format concise",
        0,
        "go/Dockerfile:3:14: warning[image-program] dockerfile.program is ./api-servce; the "
        "dockerfile has programs: api-service, app",
        "stdout",
        prepare=_built(
            'FROM scratch\nCOPY --from=acme/build /api-service /app/\nENTRYPOINT ["./api-servce"]\n'
        ),
    ),
    Case(
        "a Dockerfile that is a link out of the repository",
        "check --format concise",
        3,
        "go/Dockerfile:1:1: error[unchecked] is a link to a file outside go/; give that "
        "file instead",
        "stdout",
        prepare=_built_elsewhere,
    ),
    Case(
        "a Dockerfile that does not exist",
        "check",
        2,
        "deploylint: .deploylint.yaml:2:85: src/Dockerfile: no such file; no such folder: src",
        prepare=_configured(_BUILT % "src/Dockerfile"),
    ),
)

TABLE: tuple[Case, ...] = (
    *DOCKERFILES,
    Case(
        "invalid Go source code",
        "check --format concise",
        3,
        "src/web.go:2:13: error[unchecked] is not valid Go",
        "stdout",
        prepare=_with_code("web.go", "package main\nfunc main() {"),
    ),
    Case(
        "invalid Python source code",
        "check --format concise",
        3,
        "src/web.py:1:7: error[unchecked] is not Python: invalid syntax",
        "stdout",
        prepare=_with_code("web.py", "def f(:\n"),
    ),
    Case(
        "source code that is nested too deeply",
        "check --format concise",
        3,
        "src/web.py:1:1: error[unchecked] is nested too deeply",
        "stdout",
        prepare=_with_code("web.py", "x = " + "-" * 20_000 + "1"),
    ),
    Case(
        "a source folder without source code",
        "check --format concise",
        3,
        "charts:1:1: error[unchecked] has no source code (.go, .py); name the service's own folder",
        "stdout",
        prepare=_no_source,
    ),
    Case(
        "a path that does not exist",
        "check deploi",
        2,
        "deploylint: deploi: no such file or folder; try: deploylint check deploy",
    ),
    Case(
        "no path and no deploy/",
        "check",
        3,
        "deploylint: no path given and no deploy/ here; try: deploylint check charts",
        prepare=lambda folder: (folder / "deploy").rename(folder / "charts"),
    ),
    Case(
        "a folder without a YAML file",
        "check charts",
        3,
        "deploylint: charts: no .yaml or .yml file; give a folder or files with "
        "deployments: deploylint check PATH",
        prepare=_empty,
    ),
    Case(
        "a folder without a deployment",
        "check charts --format concise",
        3,
        "charts/:1:1: error[unchecked] no deployment to compare (charts/Chart.yaml: a "
        "chart's description)",
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
        "a folder without a reference",
        "check --format concise",
        3,
        "deploy/deploy-go.yaml:1:1: error[unchecked] no reference, and no majority "
        "(needs 3 services of one role that agree); set the reference: deploylint check "
        "--reference deploy/deploy-go.yaml deploy",
        "stdout",
        prepare=lambda folder: (folder / "deploy" / "deploy-python.yaml").rename(
            folder / "deploy" / "deploy-main.yaml"
        ),
    ),
    Case(
        "a reference that does not exist",
        "check --reference deploy/deploy-pyton.yaml",
        2,
        "deploylint: --reference deploy/deploy-pyton.yaml: no such service in deploy; " + _PAIR,
    ),
    Case(
        "a reference file with several services",
        "check --reference deploy/helmfile.yaml",
        2,
        "deploylint: --reference deploy/helmfile.yaml: no such service in deploy; "
        + _PAIR
        + ", api, web",
        prepare=lambda folder: _releases(folder, "web"),
    ),
    Case(
        "two services of one name in one file",
        "check --format concise",
        3,
        "deploy/helmfile.yaml:9:1: error[unchecked] duplicate service name 'api' "
        "(also deploy/helmfile.yaml:5); rename one; only the first is compared",
        "stdout",
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
        "deploylint: --format jsn: invalid value; did you mean 'json'?",
    ),
    Case(
        "an unknown rule",
        "check --rule probs",
        2,
        "deploylint: unknown rule 'probs'; did you mean 'probes'?",
    ),
    Case(
        "an unknown profile",
        "check --profile in-hose",
        2,
        "deploylint: --profile in-hose: no such profile; did you mean 'in-house'?",
    ),
    Case(
        "an unknown service",
        "check --service pyton",
        2,
        "deploylint: no such service 'pyton'; did you mean 'python'?",
    ),
    Case(
        "an unknown level",
        "check --fail-on eror",
        2,
        "deploylint: --fail-on eror: invalid value; did you mean 'error'?",
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
        "deploy/deploy-web.yaml:2:1: error[unchecked] not YAML: a tab indents this line; "
        "write spaces",
        "stdout",
        ("error[autoscaling] autoscaling.max is 60; the reference has 6",),
        prepare=_unreadable,
    ),
    Case(
        "init in a folder without two services",
        "init charts",
        3,
        "deploylint: no folder has two services to compare; nothing was written; name "
        "another folder: deploylint init PATH",
        also=("a chart's description: charts/Chart.yaml",),
        prepare=_no_deployment,
    ),
    Case(
        "init with an unreadable file",
        "init",
        3,
        "Could not be read or compared",
        "stdout",
        ("deploy/deploy-web.yaml:2:1 not YAML", "new allowance"),
        prepare=_unreadable,
    ),
    Case(
        "init with a reference that does not exist",
        "init --reference deploy/deploy-pyton.yaml",
        2,
        "deploylint: --reference deploy/deploy-pyton.yaml: no such service in any group; " + _PAIR,
    ),
    Case("output that is closed early", "check --format json", 0, "", how="closed early"),
    Case("Ctrl-C", "check", 130, "deploylint: interrupted", how="interrupted"),
)

_HEAD = """\
# Invalid input: messages and exit codes

Every message says what is wrong, where, and what to write; no input causes a traceback. An invalid
command (2) is reported on standard error. A file that cannot be checked (3) is named in the report,
with the findings of all other files.

| input | command | exit | message |
|---|---|---|---|
"""


def render() -> str:
    """The text of ``docs/bad-input.md``."""
    return _HEAD + "".join(map(_row, (*TABLE, *CONFIGURATIONS)))


def _row(case: Case) -> str:
    command = {
        "plainly": f"`deploylint {case.arguments}`",
        "closed early": f"`deploylint {case.arguments} \\| head -1`",
        "interrupted": "Ctrl-C while a command runs",
        "rule file": "any",
    }[case.how]
    said = " ... ".join(f"`{text}`" for text in (*case.also, case.says) if text)
    return f"| {case.name} | {command} | {case.code} | {said or 'the lines that were read'} |\n"
