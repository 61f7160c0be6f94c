"""The concise format: one line for each violation, and no two alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import projects
from tests.support.command_line import run_command

CONFIG = ".deploylint.yaml"


@pytest.mark.parametrize(
    ("entry", "within"),
    [("files: FILES", ""), ("environments: {prod: FILES}", ", in prod")],
)
def test_line_of_a_file_of_several_services_names_each(
    entry: str, within: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = f"{{name: NAME, {entry}}}".replace("FILES", "[base.yaml, NAME.yaml]")
    entries = ", ".join(entry.replace("NAME", name) for name in ("api", "web"))
    group = f"{{reference: none, services: [{entries}]}}"
    files = {
        CONFIG: f"version: 1\ngroups: {{g: {group}}}\n",
        "base.yaml": "image: {tag: latest}\n",
        "api.yaml": "image: {repository: acme/api}\nresources: {limits: {cpu: 1}}\n",
        "web.yaml": "image: {repository: acme/web}\n",
    }
    projects.write(tmp_path, files)
    run_command("check", str(tmp_path), "-f", "concise", "-q", "--config", f"{tmp_path}/{CONFIG}")
    lines = capsys.readouterr().out.splitlines()
    of_tag = [line.rpartition("; it is ")[2] for line in lines if "[image-tag]" in line]
    assert of_tag == [f"latest (api{within})", f"latest (web{within})"]
    assert not any("(api" in line or "(web" in line for line in lines if "[cpu-limit]" in line)
    assert len(lines) == len({*lines})
