"""Our own data: what is compiled is what the YAML says, is never stale, and may be missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploylint.config import compile as compiling
from deploylint.config import load as config
from deploylint.config import rules
from deploylint.config.rule_files import read_folders
from deploylint.documents.nodes import plain
from deploylint.model import own_data
from deploylint.model.data import DEFINITIONS, FOLDER, definition, document
from deploylint.model.decode import decode, fields_of
from deploylint.model.own_data import OwnData
from deploylint.readers.helm import layer as layers
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm import profile_schema as schema
from tools import TODAY

ROOT = Path(__file__).parents[2]
STORY = ROOT / "fixtures" / "fraiday" / "deploy"


# --- compiled and written are equal --------------------------------------------------------------


def test_shipped_rules_are_those_of_the_files() -> None:
    written = read_folders([rules.FOLDER])
    shipped = rules.with_examples(rules.shipped_rules())
    assert shipped == written
    assert [rule.place for rule in shipped.rules] == [rule.place for rule in written.rules]
    assert all(rule.place.startswith("rules/") for rule in shipped.rules)


def test_shipped_rules_come_without_examples() -> None:
    assert not any(rule.examples for rule in rules.shipped_rules().rules)


def test_shipped_configuration_is_that_of_the_file() -> None:
    loaded = config.load(config.DEFAULTS)
    assert config.load() == loaded._replace(paths=(), documents=())


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_definition_equals_its_file(path: Path) -> None:
    assert definition(path) == plain(document(path).roots[0])


@pytest.mark.parametrize("name", [layer.profile for layer in profiles.every_shipped()])
def test_layer_is_the_structure_of_the_file(name: str) -> None:
    written = fields_of(decode(profiles.source(name), schema.ProfileFile))
    assert profiles.decode_layer(name) == layers.make_layer(written)


def test_profiles_are_compiled_with_their_evidence() -> None:
    written = {layer.profile: layer.evidence for layer in profiles.every_shipped()}
    names = own_data.table("profiles", dict)
    assert names == {name: written[name] for name in profiles.names()}


def test_shipped_files_are_all_compiled() -> None:
    folder = ROOT / "deploylint"
    ours = {*folder.rglob("*.yaml"), *rules.FOLDER.glob("*.yaml")}
    known = {FOLDER / f"{layer.profile}.yaml" for layer in profiles.every_shipped()}
    assert ours == {*DEFINITIONS, *known, config.DEFAULTS, *rules.FOLDER.glob("*.yaml")}


# --- one file ------------------------------------------------------------------------------------


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    write(folder / "a.yaml", "1")
    return folder


def write(path: Path, text: str, age: int = 60) -> None:
    """A file that was changed some seconds ago: what has just changed is not kept."""
    path.write_text(text)
    at = path.stat().st_mtime_ns - age * 10**9
    os.utime(path, ns=(at, at))


def looked_up(file: Path, sources: Path) -> str:
    """What a run finds in a table; the file is read only where it has to be."""
    made = OwnData(str(file), (str(sources),)).table("a", lambda: (sources / "a.yaml").read_text())
    return str(made)


def test_table_is_made_once(tmp_path: Path, sources: Path) -> None:
    file = tmp_path / "data.bin"
    assert looked_up(file, sources) == "1"
    kept = file.read_bytes()
    (sources / "a.yaml").rename(tmp_path / "gone")
    (tmp_path / "gone").rename(sources / "a.yaml")
    assert OwnData(str(file), (str(sources),)).table("a", lambda: pytest.fail("made")) == "1"
    assert file.read_bytes() == kept


@pytest.mark.parametrize("name", ["a.yaml", "b.yaml", "code.py", "below/c.yaml"])
def test_table_is_made_again_after_a_change(name: str, tmp_path: Path, sources: Path) -> None:
    file = tmp_path / "data.bin"
    looked_up(file, sources)
    (sources / "below").mkdir()
    write(sources / "a.yaml", "2", age=30)
    write(sources / name, "2", age=30)
    assert looked_up(file, sources) == "2"


def test_file_that_has_just_changed_is_not_stored(tmp_path: Path, sources: Path) -> None:
    file = tmp_path / "data.bin"
    write(sources / "a.yaml", "2", age=0)
    assert looked_up(file, sources) == "2"
    assert not file.exists()


@pytest.mark.parametrize("content", [b"", b"x", b"(", b"\x00" * 90, b"s\x05\x00\x00\x00built"])
def test_broken_file_is_made_again(content: bytes, tmp_path: Path, sources: Path) -> None:
    file = tmp_path / "data.bin"
    file.write_bytes(content)
    assert looked_up(file, sources) == "1"
    assert file.read_bytes() != content


def test_broken_file_is_never_the_whole_one_cut_off(tmp_path: Path, sources: Path) -> None:
    file = tmp_path / "data.bin"
    looked_up(file, sources)
    whole = file.read_bytes()
    for end in range(len(whole)):
        file.write_bytes(whole[:end])
        assert looked_up(file, sources) == "1"


def test_folder_that_cannot_be_written_needs_no_file(tmp_path: Path, sources: Path) -> None:
    assert looked_up(tmp_path / "nowhere" / "data.bin", sources) == "1"
    (tmp_path / "folder.bin").mkdir()
    assert looked_up(tmp_path / "folder.bin", sources) == "1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.bin", "sources"]


def test_built_file_is_never_made_again(tmp_path: Path, sources: Path) -> None:
    file, data = tmp_path / "data.bin", OwnData(str(tmp_path / "none"), (str(sources),))
    data.table("a", lambda: "built")
    file.write_bytes(data.build())
    write(sources / "a.yaml", "2", age=30)
    assert looked_up(file, sources) == "built"


# --- a checkout ----------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The package and its rules by themselves, never run; their files are older than a moment."""
    folder = tmp_path / "checkout"
    leave = shutil.ignore_patterns("__pycache__", "_data.bin*")
    for name in ("deploylint", "rules"):
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return folder


def run(checkout: Path, *words: str, folder: Path = STORY) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "deploylint", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.slow
def test_edited_rule_takes_effect_at_once(checkout: Path) -> None:
    before = run(checkout, "check", "-f", "concise", ".")
    assert (checkout / "deploylint" / "_data.bin").is_file()
    assert run(checkout, "check", "-f", "concise", ".") == before
    rule = checkout / "rules" / "service.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("must: equal", "must: contain"))
    listed = json.loads(run(checkout, "rules", "-f", "json"))["rules"]
    port = next(one for one in listed if one["id"] == "service-port")
    assert port["demand"] == "everything the reference sets, the same or more"


@pytest.mark.slow
def test_several_processes_compile_at_once(checkout: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        written = set(pool.map(lambda _: run(checkout, "check", "-f", "concise", "."), range(4)))
    assert len(written) == 1
    assert run(checkout, "check", "-f", "concise", ".") in written
    assert [path.name for path in (checkout / "deploylint").glob("_data*")] == ["_data.bin"]


@pytest.mark.slow
def test_checkout_that_cannot_be_written_runs(checkout: Path) -> None:
    in_the_way = checkout / "deploylint" / "_data.bin"
    in_the_way.mkdir()  # also for root, who may write in any folder
    assert "0 violations" in run(checkout, "check", "-f", "concise", ".")
    assert list(in_the_way.parent.glob("_data*")) == [in_the_way]


STORIES = (
    "fraiday",
    "groups-and-settings",
    "own-profile",
    "own-rules",
    "disallowed",
    "manifests-attached",
    "argo-application",
    "helmfile",
    "image-arguments",
)
"""What every table is asked for: configurations, own rules and profiles, manifests, sources."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is built, without any of our YAML."""
    folder = tmp_path_factory.mktemp("built")
    leave = shutil.ignore_patterns("__pycache__", "_data.bin*", "*.yaml")
    shutil.copytree(ROOT / "deploylint", folder / "deploylint", ignore=leave)
    (folder / "deploylint" / "_data.bin").write_bytes(compiling.compile_all())
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", STORIES)
def test_built_data_needs_no_shipped_yaml(name: str, built: Path) -> None:
    folder = ROOT / "fixtures" / name / "deploy"
    command = ("check", "-f", "json", "--today", TODAY, ".")
    assert run(built, *command, folder=folder) == run(ROOT, *command, folder=folder)


@pytest.mark.slow
def test_built_data_answers_every_command(built: Path) -> None:
    for words in (("rules",), ("explain", "service-port"), ("show", "deploy-go.yaml")):
        assert run(built, *words) == run(ROOT, *words)
