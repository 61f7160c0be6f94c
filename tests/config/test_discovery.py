"""Which configuration a run has: named, found above the first path, or found where one stands."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deploylint.cli.common import configuration
from deploylint.config.discovery import Ambiguous, discover
from deploylint.model.errors import UsageError
from tests.support.projects import project, ran, write

VERSION = "version: 1\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    def chdir(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(folder)
        return folder

    monkeypatch.delenv("DEPLOYLINT_CONFIG", raising=False)
    return chdir


def repository(folder: Path, *names: str) -> Path:
    """A repository with an empty configuration under each name."""
    (folder / ".git").mkdir(parents=True)
    return write(folder, dict.fromkeys(names, VERSION))


@pytest.mark.parametrize("name", [".deploylint.yaml", ".deploylint.yml"])
@pytest.mark.parametrize("where", ["", "charts", "charts/api"])
def test_configuration_is_searched_from_the_first_path_up_to_the_root(
    name: str, where: str, tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    root = repository(tmp_path / "repo", str(Path(where) / name), "charts/api/deploy-web.yaml")
    here(tmp_path)
    for path in (root / "charts/api", root / "charts/api/deploy-web.yaml"):
        assert discover([path]) == root / where / name


def test_configuration_nearest_to_the_path_wins(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    root = repository(tmp_path / "repo", ".deploylint.yaml", "charts/.deploylint.yml")
    here(root)
    assert discover([root / "charts"]) == root / "charts" / ".deploylint.yml"
    assert discover([root]) == root / ".deploylint.yaml"
    assert discover([]) == root / ".deploylint.yaml"


def test_configuration_above_the_root_is_never_used(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    write(tmp_path, {".deploylint.yaml": VERSION})
    root = repository(tmp_path / "repo", "charts/values.yaml")
    here(root / "charts")
    assert discover([root / "charts"]) is None
    assert discover([]) is None


def test_configuration_of_the_working_directory_is_the_fallback(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    elsewhere = repository(tmp_path / "elsewhere", "values.yaml")
    root = repository(tmp_path / "repo", ".deploylint.yaml")
    here(root / "charts")
    assert discover([elsewhere]) == root / ".deploylint.yaml"


def test_configuration_search_starts_at_the_first_path_only(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    root = repository(tmp_path / "repo", "one/values.yaml", "two/.deploylint.yaml")
    here(tmp_path)
    assert discover([root / "one", root / "two"]) is None
    assert discover([root / "two", root / "one"]) == root / "two" / ".deploylint.yaml"


def test_configuration_search_without_a_repository_ends_at_the_working_directory(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    write(tmp_path, {".deploylint.yaml": VERSION, "work/charts/api/values.yaml": ""})
    work = here(tmp_path / "work")
    assert discover([work / "charts" / "api"]) is None
    write(work, {".deploylint.yaml": VERSION})
    assert discover([work / "charts" / "api"]) == work / ".deploylint.yaml"


def test_configuration_search_outside_everything_is_the_folder_of_the_path(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    write(tmp_path, {".deploylint.yaml": VERSION, "far/values.yaml": ""})
    here(tmp_path / "work")
    assert discover([tmp_path / "far"]) is None
    write(tmp_path / "far", {".deploylint.yaml": VERSION})
    assert discover([tmp_path / "far"]) == tmp_path / "far" / ".deploylint.yaml"


def test_configuration_search_resolves_a_path_with_dots(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    root = repository(
        tmp_path / "repo", ".deploylint.yaml", "charts/values.yaml", "bin/.deploylint.yaml"
    )
    here(root / "bin")
    found = discover([Path("../charts")])
    assert found is not None
    assert found.resolve() == root / ".deploylint.yaml"


def test_configuration_under_both_names_is_refused(
    tmp_path: Path, here: Callable[[Path], Path]
) -> None:
    here(repository(tmp_path / "repo", ".deploylint.yaml", ".deploylint.yml"))
    with pytest.raises(Ambiguous, match=r"^\.deploylint\.yaml and \.deploylint\.yml both exist"):
        discover([])
    assert ran("check").code == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [(Path.mkdir, "is a folder, not a file"), (os.mkfifo, "is not a regular file")],
)
def test_configuration_that_is_not_a_file_is_refused(
    tmp_path: Path, here: Callable[[Path], Path], make: Callable[[Path], None], message: str
) -> None:
    root = here(repository(tmp_path / "repo"))
    make(root / ".deploylint.yaml")
    for command in ("check", "init"):
        assert ran(command) == (2, f".deploylint.yaml:1:1: {message}")


# --- which one is asked for ----------------------------------------------------------------------


@pytest.fixture
def three(tmp_path: Path, here: Callable[[Path], Path]) -> Path:
    """A folder with a configuration that is found, one for --config, one for the environment."""
    root = project(tmp_path, "profile: nested\n")
    write(root, {"named.yaml": f"{VERSION}profile: in-house\n", "env.yaml": f"{VERSION}"})
    return here(root)


def chosen(named: str, without: bool = False) -> str:
    loaded = configuration([Path("deploy")], Path(named) if named else None, without)
    return " ".join(path.name for path in loaded.paths)


def test_configuration_option_wins_over_the_search(three: Path) -> None:
    assert chosen("") == ".deploylint.yaml"
    assert chosen("named.yaml") == "named.yaml"
    assert chosen("", without=True) == ""


def test_configuration_variable_names_the_file(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked of a command, as the environment is read by its options."""
    assert ran("check").code == 1
    write(three, {"env.yaml": "version: 1\nrules: {service-port: skip}\n"})
    monkeypatch.setenv("DEPLOYLINT_CONFIG", "env.yaml")
    assert ran("check").code == 0
    assert ran("check", "--config", "named.yaml").code == 1
    assert ran("check", "--no-config").code == 1


def test_configuration_variable_that_is_empty_is_ignored(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOYLINT_CONFIG", "")
    assert ran("check").code == 1


def test_configuration_and_no_configuration_together_are_refused(three: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        chosen("named.yaml", without=True)
    assert ran("check", "--config", "named.yaml", "--no-config").code == 2


def test_configuration_that_does_not_exist_is_refused(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ran("check", "--config", "gone.yaml")
    assert said.code == 2
    assert said.message.startswith("gone.yaml:1:1: ")
    monkeypatch.setenv("DEPLOYLINT_CONFIG", "gone.yaml")
    assert ran("check") == said


@pytest.mark.parametrize(
    "command", [("check",), ("show", "deploy/deploy-web.yaml"), ("rules",), ("explain", "probes")]
)
def test_configuration_option_exists_in_every_command(
    command: tuple[str, ...], three: Path
) -> None:
    write(three, {"wrong.yaml": "version: 2\n"})
    assert ran(*command, "--config", "wrong.yaml").code == 2
    write(three, {".deploylint.yaml": "version: 2\n"})
    assert ran(*command).code == 2
    assert ran(*command, "--no-config").code in (0, 1)
