"""Groups of a configuration: the files of each service of a deployment group.

``group_entries`` reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from pathlib import Path

from deploylint.config.environment_names import is_environment, layer_name
from deploylint.config.rules import RuleSet
from deploylint.documents.nodes import Node
from deploylint.documents.paths import absolute, is_file
from deploylint.documents.record import Record
from deploylint.model.service import ServiceSettings

VALUES, CHART = "values", "Chart"
"""The names of a chart's own values and of its description, without suffix."""

INSIDE = "charts"
"""The folder of the charts inside a chart, as Helm lays it out."""


def is_chart(folder: Path) -> bool:
    """Whether a folder has the description of a chart."""
    return is_file(folder / f"{CHART}.yaml")


NONE = "none"
"""The reference of a group without one: its services are not compared."""


class ServiceFiles(Record):
    """The files of one service, the lowest layer first, and its settings.

    ``environments`` are the files of its environments, those of every environment first. All files
    of a service with environments are layers.
    ``folder_name`` is the name that a folder gives it, where its files give none.
    """

    files: tuple[Path, ...]
    stated: ServiceSettings | None = None
    environments: Mapping[str, tuple[Path, ...]] = {}
    folder_name: str = ""

    def within(self, environment: str) -> ServiceFiles | None:
        """The service in one environment; None where it has others only."""
        if not self.environments:
            return self
        files = self.environments.get(environment)
        return None if files is None else self._replace(files=files)

    @property
    def every_file(self) -> list[Path]:
        """Its files, and those of its environments."""
        return [file for files in (self.files, *self.environments.values()) for file in files]


def environment_of(stem: str) -> str:
    """The environment of a values file, by its name; "" for any other file."""
    name = layer_name(stem)
    return name if is_environment(name) else ""


def environment_by(stems: Set[str], files: Iterable[Path]) -> Callable[[str], str]:
    """How files of a folder with some names, without suffix, name their environments.

    Beside the values of a chart all others are of environments, also of ``values-site3.yaml``: Helm
    lays them over those (https://helm.sh/docs/chart_template_guide/values_files/). So does a
    helmfile among the ``files``.
    """
    if VALUES not in stems:
        return environment_of
    helmfiles = (file for file in files if file.stem == "helmfile")
    has_layers = CHART in stems or any(map(_names_environments, helmfiles))
    return layer_name if has_layers else environment_of


def _names_environments(helmfile: Path) -> bool:
    """Whether a helmfile lays ``values-X.yaml`` over other values, for an environment X."""
    try:
        with helmfile.open("rb") as file:
            return _BY_ENVIRONMENT in file.read(_MOST)
    except OSError:
        return False


_BY_ENVIRONMENT, _MOST = b"values-{{", 1024 * 1024
"""How a helmfile names values of an environment, and the bytes of one that are looked at."""


def with_environments(
    members: Sequence[ServiceFiles], environment: Callable[[str], str]
) -> Sequence[ServiceFiles]:
    """Files of a folder; values of environments are layers of its ``values.yaml``.

    Without that file they are a service of the folder's name, if there are several.
    ``environment`` gives that of a file by its name without suffix, "" for other files.
    """
    layers = {
        name: member.files for member in members if (name := environment(member.files[0].stem))
    }
    base = next((member for member in members if member.files[0].stem == VALUES), None)
    if not layers or (base is None and len(layers) < _SEVERAL):
        return members
    others = (member for member in members if member.files not in layers.values())
    if base is None:
        first = next(iter(layers.values()))
        name = absolute(first[0]).parent.name
        return [*others, ServiceFiles(first, environments=layers, folder_name=name)]
    environments = {name: (*base.files, *files) for name, files in layers.items()}
    layered = base._replace(environments={**base.environments, **environments})
    return [layered if member is base else member for member in others]


_SEVERAL = 2
"""Values of so many environments are those of one service."""


def with_files_around(member: ServiceFiles, around: ServiceFiles) -> ServiceFiles:
    """The files of a service with those of a chart around its own, in the environments of both."""
    values = around.files if around.files[0].stem == VALUES else ()
    names = {**member.environments, **around.environments}
    environments = {
        name: (*member.environments.get(name, member.files), *around.environments.get(name, values))
        for name in names
    }
    return member._replace(files=(*member.files, *values), environments=environments)


class GroupConfig(Record):
    """One deployment group of a configuration.

    ``reference`` is the name of a service, NONE or "".
    ``guests`` are names or globs of services that are not compared; None where that is left open.
    ``rule_set`` are the rules as the group sets them, ``settled`` the ids of those that it sets.
    ``top`` is the folder that its files may not leave.
    ``node`` is where it is written.
    """

    name: str
    members: tuple[ServiceFiles, ...]
    reference: str
    profile: str
    rule_set: RuleSet
    settled: frozenset[str]
    top: Path
    node: Node
    guests: tuple[str, ...] | None = None

    @property
    def files(self) -> frozenset[Path]:
        """All files of all its services."""
        return frozenset(file for member in self.members for file in member.every_file)
