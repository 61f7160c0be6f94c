"""Values of environments in a folder inside a chart, as ``values/prod.yaml`` beside its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from deploylint.config.environment_names import is_environment, layer_name
from deploylint.config.groups import VALUES, is_chart
from deploylint.config.load import Config
from deploylint.documents.nodes import Problem, entries_of
from deploylint.documents.suggest import nearest
from deploylint.engine.discovery import FileGroup, files_in
from deploylint.engine.folders.reasons import why_not_searched
from deploylint.engine.shared_files import SharedFiles

Layers = Mapping[str, Path]
"""The files that are laid over the values of a chart, by environment."""


def layers_inside(
    files: FileGroup, config: Config, shared: SharedFiles
) -> Iterator[tuple[Path, Layers]]:
    """The folders with values of environments of a chart; ``files`` are those of its folder."""
    own = [file for file in files.files if file.stem == VALUES]
    if files.folder is None or not own or not is_chart(files.folder):
        return
    for path in sorted(files.folder.glob("*/")):
        if why_not_searched(path, 0, (files.name,)):
            continue
        below = (each for each in sorted(path.glob("*/")) if not why_not_searched(each, 0, ()))
        layers = _layers(*(files_in(each, config) for each in (path, *below)))
        own_name = f"{files.folder.name}-"
        layers = {name.removeprefix(own_name): file for name, file in layers.items()}
        if layers and _share_keys(own[0], layers.values(), shared):
            yield path, layers


def _layers(files: FileGroup, *below: FileGroup) -> Layers:
    """The values in a folder by environment, if all files there are of one each.

    A ``values.yaml`` in a folder of an environment is of that.
    In a folder that is called after values each ``values-X.yaml`` is of an environment X. So is
    each ``values.yaml`` in a folder of an environment ``below`` it.
    """
    paths = list(dict.fromkeys(files.every_file))
    if not paths:
        values = [(each.name, file) for each in below for file in each.files if file.stem == VALUES]
        layers = dict(values)
        return layers if len(layers) == len(below) and all(map(is_environment, layers)) else {}
    if [file.stem for file in paths] == [VALUES] and is_environment(files.name):
        return {files.name: paths[0]}
    layers = {layer_name(file.stem) or file.stem: file for file in paths}
    is_of_values = files.name == VALUES and all(layer_name(file.stem) for file in paths)
    is_clear = len(layers) == len(paths) and not (files.skipped or below)
    return layers if is_clear and (is_of_values or all(map(is_environment, layers))) else {}


def _share_keys(values: Path, layers: Iterable[Path], shared: SharedFiles) -> bool:
    """Whether each of some files sets a key of the values of a chart, and so is laid over them.

    So is one with keys that are nearly called so. Others are settings of a program, which the chart
    puts into an object.
    """
    own = _keys(values, shared)
    keys = [_keys(file, shared) for file in layers]
    return all(own & each or _is_near_any(own, each) for each in keys)


def _is_near_any(own: set[str], keys: set[str]) -> bool:
    """Whether a key of a few is nearly one of a few others."""
    from deploylint.readers.helm.umbrella_layers import MOST_UNREAD  # few layers lack the keys

    is_few = len(own) <= MOST_UNREAD and len(keys) <= MOST_UNREAD
    return is_few and any(nearest(key, own) for key in keys)


def _keys(file: Path, shared: SharedFiles) -> set[str]:
    document = shared.read(file)
    roots = () if isinstance(document, Problem) else document.roots
    return {key for root in roots for key in entries_of(root)}
