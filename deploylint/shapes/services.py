"""From a document to a Service: its name, its components, what it calls itself, what it runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from deploylint.documents.nodes import child
from deploylint.documents.reader import Document, merged
from deploylint.elements import PRESENT, element_of
from deploylint.model import ABSENT, Component, Service, Stated, Value
from deploylint.shapes import helm_values
from deploylint.shapes.derived import derive
from deploylint.shapes.identity import own_names
from deploylint.shapes.profiles import Profile
from deploylint.shapes.technologies import program_runtime, technologies, word_runtime

_PREFIXES = ("deploy-", "values-", "deploy.", "values.")


def service_name(file: str) -> str:
    """A service's name from its file: ``deploy-go.yaml`` is go, ``api/values.yaml`` is api."""
    path = PurePath(file)
    stem = path.stem
    if stem in ("values", "deploy"):
        return path.parent.name or stem
    return next((stem.removeprefix(p) for p in _PREFIXES if stem.startswith(p)), stem)


def read_service(
    document: Document, profile: Profile, stated: Stated | None = None
) -> Service | None:
    """The service of one values file, or None when the file sets no element at all.

    What a configuration states of it wins over what the file says.
    """
    root = merged(document.roots)
    if root is None or not isinstance(root.content, dict):
        return None
    found, near = helm_values.components(root, profile)
    ready = [_derived(component, profile) for component in found]
    ready[0] = _with_queues(ready)._replace(is_main=True)
    name = (stated and stated.name) or service_name(document.file)
    runtime = _stated_runtime(stated) or _runtime(ready, service_name(document.file))
    present = runtime._replace(state="known", data=True)  # it always runs on something
    language = {"runtime.language": runtime, f"runtime.{PRESENT}": present}
    ready[0] = _replaced(ready[0], dict(ready[0].values) | language)
    if stated is not None and stated.role is not None:
        ready[0] = ready[0]._replace(role=stated.role, key=stated.role)
    if not any(component.values for component in found):
        return None
    return Service(
        name=name,
        files=(document.file,),
        runtime="" if runtime.state == "unknown" else str(runtime.data),
        runtime_because="" if runtime.state == "unknown" else runtime.note,
        own_names=own_names(ready),
        components=tuple(ready),
        roots=document.roots,
        near_misses=tuple(near),
    )


def _derived(component: Component, profile: Profile) -> Component:
    values = derive(dict(component.values), profile.port_name, profile.port_variables)
    return _replaced(component, _with_given(values, profile))


def _with_given(values: dict[str, Value], profile: Profile) -> dict[str, Value]:
    """What the values leave to the chart is unknown where the element itself is there."""
    for address in profile.given:
        there = values.get(f"{element_of(address)}.{PRESENT}")
        value = values.get(address, ABSENT)
        if there is not None and there.state == "known" and value.state in ("absent", "disabled"):
            values[address] = value._replace(state="unknown", note="the chart fills it in")
    return values


def _replaced(component: Component, values: dict[str, Value]) -> Component:
    return Component(
        component.key,
        component.name,
        component.role,
        values,
        component.scope,
        component.paths,
        component.is_main,
    )


def _with_queues(components: list[Component]) -> Component:
    """The main component with the queues of all workers together; unknown when one is."""
    read = [c.values["workers.queues"] for c in components[1:] if "workers.queues" in c.values]
    if not read:
        return components[0]
    unknown = next((value for value in read if value.state != "known"), None)
    parts = {queue: entry for value in read for queue, entry in (value.parts or {}).items()}
    value = unknown or Value("known", list(parts), read[0].node, "of all workers", parts)
    leaves = tuple(leaf for v in read for leaf in v.leaves)
    queues = {
        "workers.queues": value._replace(leaves=leaves),
        f"workers.{PRESENT}": Value("known", True, read[0].node),
    }
    return _replaced(components[0], dict(components[0].values) | queues)


def _stated_runtime(stated: Stated | None) -> Value | None:
    if stated is None or not stated.runtime:
        return None
    node = child(stated.node, "runtime") or stated.node
    return Value("known", stated.runtime, node, "the configuration")


def _runtime(components: list[Component], name: str) -> Value:
    """The language a service runs on, with the word it was read from. The best evidence first."""
    unknown = Value("unknown", None, None, "nothing says what it runs on")
    return next(filter(None, _evidence(components, name)), unknown)


def _evidence(components: list[Component], name: str) -> Iterator[Value | None]:
    by_name = {technology.name: technology.runtime for technology in technologies()}
    for component in components:
        value = component.value("workers.technology")
        if value.state == "known" and str(value.data) in by_name:
            note = f"worker technology {value.data}"
            yield Value("known", by_name[str(value.data)], value.node, note)
    for component in components:
        value = component.value("workers.program")
        runtime = program_runtime(str(value.data)) if value.state == "known" else ""
        yield Value("known", runtime, value.node, f"command {value.data}") if runtime else None
    runtime = word_runtime(name)
    yield Value("known", runtime, components[0].scope, "file name") if runtime else None
