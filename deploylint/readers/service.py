"""From documents to a Service: its name, components, own names and runtime."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.merge import merge_layers
from deploylint.documents.nodes import Node, child, entries_of
from deploylint.documents.reader import Document, Origin
from deploylint.documents.structure import key_names
from deploylint.model.fault import Fault, duplicate_key, unapplied_patches, unknown_key
from deploylint.model.field_values import (
    FieldValues,
)
from deploylint.model.fields import ADDRESSES, PRESENT, element_of
from deploylint.model.service import Component, Service, ServiceSettings, Value
from deploylint.readers.commands.queues import with_queues
from deploylint.readers.commands.technologies import program_runtime, technologies, word_runtime
from deploylint.readers.commands.web_servers import server_values
from deploylint.readers.contradictions import user_faults
from deploylint.readers.helm.components import read_components
from deploylint.readers.helm.profile import Profile
from deploylint.readers.helm.switches import quoted_switch
from deploylint.readers.mistaken_keys import mistaken_in_layers
from deploylint.readers.mistaken_texts import with_mistaken_texts
from deploylint.readers.service_names import own_names
from deploylint.readers.value_faults import policy_faults, probe_faults, value_faults

NAMELESS = frozenset(
    ("app", "chart", "deploy", "deployment", "helm", "helmrelease", "main", "release", "values")
)
"""The names of values files that name no service; a folder above does."""

BASES = ("values", "base", "common", "default", "defaults")
"""The names of values for all environments."""

FILE_PREFIXES = ("deploy-", "values-", "deploy.", "values.")
"""How the names of values files begin before the name of the service."""

FILE_SUFFIXES = ("-values", ".values", "_values")
"""How the names of values files end after the name of the service."""


def service_name(file: str) -> str:
    """A service's name from its file: ``deploy-go.yaml`` is go, ``api/values.yaml`` is api.

    So are ``api.values.yaml`` and ``api/common.yaml``.
    """
    folder, name = os.path.split(file)
    stem = os.path.splitext(name)[0]
    if stem in BASES or stem == "deploy":
        return os.path.basename(folder).strip(".") or stem
    begins = (stem.removeprefix(prefix) for prefix in FILE_PREFIXES if stem.startswith(prefix))
    ends = (stem.removesuffix(suffix) for suffix in FILE_SUFFIXES if stem.endswith(suffix))
    return next((name for name in (*begins, *ends) if name), stem)


def read_service(
    documents: Document | Sequence[Document],
    profile: Profile,
    stated: ServiceSettings | None = None,
    chart: Document | None = None,
    folder_name: str = "",
    known_by: str = "",
) -> Service | None:
    """The service of one values file or of several; None when they set no element at all.

    Several are layers, the lowest first, over ``chart``, the chart's own ``values.yaml``. The name
    is stated, of ``folder_name`` or of the first. ``known_by`` shows that they are of a service.
    """
    files = [documents] if isinstance(documents, Document) else list(documents)
    root, lost = merge_layers(files, chart)
    if root is None or not isinstance(root.content, dict):
        return None
    layers, origin = files if chart is None else [chart, *files], _origin(files)
    ready, faults = read_components(root, profile, origin.elsewhere, is_service=bool(known_by))
    if not ready:
        return None
    ready[0] = with_queues(ready, origin.elsewhere)
    called = stated_name(stated) or _name_from((files or layers)[0], ready[0], folder_name)
    runtime = stated_runtime(stated) or runtime_of(ready, [called])
    ready = [as_main(ready[0], runtime, stated), *map(_without_runtime, ready[1:])]
    return Service(
        name=str(called.data),
        files=tuple(document.file for document in layers),
        runtime="" if runtime.state == "unknown" else str(runtime.data),
        runtime_because="" if runtime.state == "unknown" else runtime.note,
        own_names=own_names(ready, str(called.data), is_release=bool(origin.name)),
        components=tuple(ready),
        roots=tuple(root for document in layers for root in document.roots),
        root=root,
        lost=lost,
        faults=_each_once((*_of_files(layers, profile), *faults, *_of_values(ready, root)), layers),
        notes=origin.notes or tuple(filter(None, [known_by])),
        chart=_chart_of_many(origin.chart, str(called.data)),
        has_own_chart=_is_around_another(origin.chart, str(called.data)),
    )


def _each_once(faults: Iterable[Fault], layers: Iterable[Document]) -> tuple[Fault, ...]:
    """One fault of a check at each place: of several, what was read last knows the most."""
    every = with_mistaken_texts(faults, (root for each in layers for root in _whole_roots(each)))
    return tuple({(fault.check, fault.node): fault for fault in every}.values())


def _whole_roots(document: Document) -> Sequence[Node]:
    """The roots of a file, also of the part of it that is no service's."""
    whole = None if document.origin is None else document.origin.whole
    return document.roots if whole is None else (whole,)


def _of_values(components: Sequence[Component], root: Node) -> Iterator[Fault]:
    """What is wrong with the values of some components by themselves."""
    yield from user_faults(components)
    yield from probe_faults(components, root)
    yield from policy_faults(components)
    yield from value_faults(components)


def _of_files(documents: Sequence[Document], profile: Profile) -> Iterator[Fault]:
    """What is wrong in each file, whatever it means with others, or with those below it.

    Keys written twice, patches, what a chart copies and the API refuses, and what Helm 3 does not
    read, at its first key.
    """
    yield from mistaken_in_layers([root for d in documents for root in _whole_roots(d)[:1]])
    for document in documents:
        yield from (duplicate_key(*keys) for keys in document.duplicates)
        if document.origin is not None:
            yield from _around(document.origin)
        is_lost = document.origin is None and _is_behind_an_empty_one(document)
        for root in document.roots:
            if not profile.copied.keys().isdisjoint(key_names(root)):
                from deploylint.readers.copied import copied_faults  # few values have such keys

                yield from copied_faults(root, profile.copied)
        for root in document.roots[not is_lost : 2 - is_lost]:
            for entry in list(entries_of(root).values())[:1]:
                yield Fault("several-documents", entry.key, _LOST if is_lost else _SECOND)


def _around(origin: Origin) -> Iterator[Fault]:
    """What the object around values has that its API does not take; a patch lacks fields.

    A chart around others may have a key in the place of one of theirs.
    """
    for key, meant in origin.misspelt:
        yield unknown_key(key, meant)
    yield from map(quoted_switch, origin.quoted)
    for patches in origin.patches:
        yield unapplied_patches(patches.key, "check the rendered manifests")
    if origin.wrapper is not None:
        from deploylint.readers.kubernetes.faults.api import api_faults  # values files do without

        spec = child(origin.wrapper, "spec")
        keys = set() if spec is None else set(entries_of(spec))
        is_whole = any(keys.issuperset(each) for each in _OF_WHOLE)
        is_named = any(each[0] in keys for each in _OF_WHOLE)
        yield from api_faults(origin.wrapper, is_whole=is_whole, is_named=is_named)


_OF_WHOLE = (
    ("chart", "interval"),
    ("chartRef", "interval"),
    ("destination", "project", "source"),
    ("destination", "project", "sources"),
)
"""What a release or an application has to have in its spec, and a patch of one leaves out.

The first of each already shows that it has a name of its own.
"""


def _is_behind_an_empty_one(document: Document) -> bool:
    """Whether the first document of a file is empty, so that what follows is not the first."""
    for root in document.roots[:1]:
        head = root.source.text[: root.start]
        return "---" in head and sum(line[:3] == "---" for line in head.splitlines()) > 1
    return False


_SECOND = "second document of a values file; merge it into the first"
_LOST = "behind an empty first document of a values file; remove one of the lines ---"


def as_main(main: Component, runtime: Value, stated: ServiceSettings | None) -> Component:
    """The main component with the runtime of the service, in the role that is stated."""
    present = runtime._replace(state="known", data=True)  # every service has a runtime
    language = {_LANGUAGE: runtime, f"{_RUNTIME}.{PRESENT}": present}
    main = main._replace(values=main.values.updated(server_values(main) | language))
    if stated is None or stated.role is None:
        return main
    return main._replace(role=stated.role, key=stated.role)


def as_job(service: Service) -> Service:
    """A service of a chart that makes jobs alone: what its values have of a server is the job's."""
    main, *others = service.components
    if others or main.role != "server":
        return service
    return service._replace(components=(main._replace(role="job", key="job"),))


def _without_runtime(component: Component) -> Component:
    """A component that is not the main one, which has the runtime of the service."""
    values = component.values
    if values.fields.layout.keys().isdisjoint(_OF_RUNTIME):
        return component
    kept = {a: v for a, v in values.fields.as_dict().items() if a not in _OF_RUNTIME}
    return component._replace(values=FieldValues(kept, values.rows))


_LANGUAGE = "runtime.language"
_RUNTIME = element_of(_LANGUAGE)
_OF_RUNTIME = tuple(address for address in ADDRESSES if element_of(address) == _RUNTIME)


def _origin(files: Sequence[Document]) -> Origin:
    """The origins of wrapped values in several files as one."""
    origins = [file.origin for file in files if file.origin is not None]
    return Origin(
        name=next((origin.name for origin in origins if origin.name), ""),
        elsewhere=next((origin.elsewhere for origin in origins if origin.elsewhere), ""),
        notes=tuple(dict.fromkeys(note for origin in origins for note in origin.notes)),
        chart=next((origin.chart for origin in origins if origin.chart), ""),
    )


def _chart_of_many(path: str, service: str) -> str:
    """The name of a chart by its path; "" if it is called like the one service that it is for."""
    name = os.path.basename(path.rstrip("/"))
    return "" if name == service else name


def _is_around_another(path: str, service: str) -> bool:
    """Whether the path of a chart is inside one that is called like the service."""
    *_, around, inside, _ = ("", "", *path.rstrip("/").split("/"))
    return inside == "charts" and around == service


def stated_name(stated: ServiceSettings | None) -> Value | None:
    """The name that a configuration states, if any."""
    if stated is None or not stated.name:
        return None
    return Value("known", stated.name, child(stated.node, "name") or stated.node, "service name")


def stated_runtime(stated: ServiceSettings | None) -> Value | None:
    """The runtime that a configuration states, if any."""
    if stated is None or not stated.runtime:
        return None
    node = child(stated.node, "runtime") or stated.node
    return Value("known", stated.runtime, node, "the configuration")


def _name_from(document: Document, main: Component, folder_name: str) -> Value:
    """The name that a file or its folder gives, located at the top of the file's values."""
    at = main.scope
    if at.source is not document.source and document.roots:
        at = document.roots[0]
    if document.origin is not None and document.origin.name:
        return Value("known", document.origin.name, at, "name")
    if folder_name:
        return Value("known", folder_name, at, "folder name")
    return Value("known", service_name(document.file), at, "file name")


def runtime_of(
    components: list[Component], names: Iterable[Value], programs: Iterable[Value] = ()
) -> Value:
    """The runtime of a service, with the word it was read from; the best evidence counts.

    ``names`` may have it as a word, and ``programs`` are those of a command line.
    """
    unknown = Value("unknown", None, None, "no sign of a runtime")
    return next(_evidence(components, names, programs), unknown)


def _evidence(
    components: list[Component], names: Iterable[Value], programs: Iterable[Value]
) -> Iterator[Value]:
    by_name = {technology.name: technology.runtime for technology in technologies()}
    for component in components:
        value = component.value("workers.technology")
        if value.state == "known" and str(value.data) in by_name:
            note = f"worker technology {value.data}"
            yield Value("known", by_name[str(value.data)], value.node, note)
    yield from (c.values[_LANGUAGE] for c in components if _LANGUAGE in c.values)
    started = (component.value("workers.program") for component in components)
    for value in (*started, *programs):
        runtime = program_runtime(str(value.data)) if value.state == "known" else ""
        if runtime:
            yield Value("known", runtime, value.node, f"command {value.data}")
    for name in names:
        if runtime := word_runtime(str(name.data)):
            yield name._replace(data=runtime)
