"""The workflows of the docs and the project's own doors into CI are what their readers take.

Their schemas are the published ones, as check-jsonschema holds them: SchemaStore's for GitHub, and
GitLab's own. zizmor reads what runs on GitHub.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import dockerfile
import jsonschema
import pytest
import yaml

from tests.support.folders import ROOT

SCHEMAS = {
    "action.yml": "github-actions",
    ".github/workflows": "github-workflows",
    ".gitlab-ci.yml": "gitlab-ci",
    "templates": "gitlab-ci",
}
FENCE = re.compile(r"^```yaml\n# (\.git\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONFIG = (
    "rules: {unpinned-uses: {config: {policies: {your-organisation/*: ref-pin, '*': hash-pin}}}}"
)
"""An organisation may name a tag of its own; whatever else is called is pinned to a commit."""


class OneBoolean(yaml.SafeLoader):
    """YAML as GitHub and GitLab read it: ``on`` is a key."""


OneBoolean.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool" or letter in "tTfF"]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def shown() -> list[tuple[str, str]]:
    """The files that the page shows, with their text."""
    return FENCE.findall((ROOT / "docs" / "ci.md").read_text(encoding="utf-8"))


def own() -> Iterator[tuple[str, str]]:
    """The files that others call."""
    for name in ("action.yml", "templates/check.yml"):
        yield name, (ROOT / name).read_text(encoding="utf-8")


FILES = [*shown(), *own()]


def schema(name: str) -> Any:
    kind = next(schema for start, schema in SCHEMAS.items() if name.startswith(start))
    folder = files("check_jsonschema") / "builtin_schemas" / "vendor"
    return json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "text"), FILES)
def test_workflow_is_valid_by_its_schema(name: str, text: str) -> None:
    for document in yaml.load_all(text, OneBoolean):
        jsonschema.validate(document, schema(name))


def test_schema_refuses_an_invalid_workflow() -> None:
    name, text = next((name, text) for name, text in FILES if "workflows" in name)
    broken = yaml.load(text.replace("runs-on", "runs_on"), OneBoolean)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema(name))


def test_zizmor_has_nothing_to_say(tmp_path: Path) -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    assert zizmor
    for name, text in FILES:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (tmp_path / "zizmor.yml").write_text(CONFIG, encoding="utf-8")
    command = [zizmor, "--offline", "--persona", "pedantic", "--config", "zizmor.yml", "."]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_component_asks_for_what_the_page_gives_it() -> None:
    spec, _ = yaml.safe_load_all((ROOT / "templates" / "check.yml").read_text(encoding="utf-8"))
    given = next(
        yaml.safe_load(text)["include"][0]["inputs"] for _, text in shown() if "component:" in text
    )
    assert set(given) <= set(spec["spec"]["inputs"])


def test_python_of_the_page_runs(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    code = text.partition("```python\n")[2].partition("```")[0]
    shutil.copytree(ROOT / "fixtures" / "fraiday" / "deploy", tmp_path / "deploy")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0
    assert "deploy/deploy-go.yaml 16 allowed service.port is 8080" in done.stdout


def steps_of_the_action() -> list[str]:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return [step["run"] for step in action["runs"]["steps"] if "run" in step]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_action_installs_and_checks(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    shutil.copytree(ROOT / "fixtures" / "half-applied-port" / "deploy", folder / "deploy")
    env = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), "SOURCE": str(ROOT)}
    env |= {"PYTHON": sys.executable, "PATHS": "deploy/", "OPTIONS": "-f concise --quiet"}
    install, check = steps_of_the_action()
    subprocess.run(["bash", "-e", "-c", install], env=env, cwd=folder, check=True)
    done = subprocess.run(
        ["bash", "-e", "-c", check],
        env=env,
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("deploy/deploy-go.yaml:")


@pytest.mark.slow
def test_component_installs_and_checks(tmp_path: Path) -> None:
    spec, jobs = yaml.safe_load_all((ROOT / "templates" / "check.yml").read_text(encoding="utf-8"))
    inputs = {name: given["default"] for name, given in spec["spec"]["inputs"].items()}
    inputs |= {"source": str(ROOT), "paths": "deploy/"}
    job = jobs["deploylint"]
    variables = {
        name: re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda given: inputs[given[1]], value)
        for name, value in job["variables"].items()
    }
    shutil.copytree(ROOT / "fixtures" / "half-applied-port" / "deploy", tmp_path / "deploy")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    env = {"PATH": f"{tmp_path / 'venv' / 'bin'}:{os.environ['PATH']}"} | variables
    script = "\n".join(job["script"])
    done = subprocess.run(["sh", "-e", "-c", script], env=env, cwd=tmp_path, check=False)
    assert done.returncode == 1
    for name in job["artifacts"]["reports"].values():
        assert (tmp_path / name).stat().st_size


def test_container_file_is_what_buildkit_reads() -> None:
    instructions = dockerfile.parse_file(str(ROOT / "Containerfile"))
    assert [one.cmd for one in instructions].count("FROM") == 2
    assert ("USER", ("10001",)) in {(one.cmd, one.value) for one in instructions}
