"""Writes the table of what the Kubernetes API takes: the fields of each kind, types and choices.

python -m tools.api_table  writes ``deploylint/readers/kubernetes/api.yaml``

It is read from the Go types that the API server decodes objects into, as published by gofmt. Each
module is taken in several versions: a field or choice of any of them is in the table. To add a
kind, list it in ``profiles/objects.yaml``; to add an API group, add its package to ``GROUPS``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from deploylint.readers.kubernetes.catalogue import table
from deploylint.readers.wrapped.documents import wrapped_table

FILE = Path(__file__).parent.parent / "deploylint/readers/kubernetes/api.yaml"

VERSIONS = {
    "k8s.io/api": ("v0.24.17", "v0.30.14", "v0.37.2"),
    "k8s.io/apimachinery": ("v0.24.17", "v0.37.2"),
    "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring": ("v0.95.2",),
    "sigs.k8s.io/gateway-api": ("v1.6.3",),
    "github.com/argoproj/argo-cd/v3": ("v3.4.13",),
    "github.com/kedacore/keda/v2": ("v2.21.0",),
    "github.com/fluxcd/helm-controller/api": ("v0.37.4", "v1.6.5"),
    "github.com/fluxcd/pkg/apis/kustomize": ("v1.20.0",),
    "github.com/fluxcd/pkg/apis/meta": ("v1.31.0",),
}
"""The modules, the oldest version first: of two types of a field the newer one counts."""

GROUPS = {
    "v1": "k8s.io/api/core/v1",
    "apps/v1": "k8s.io/api/apps/v1",
    "apps/v1beta1": "k8s.io/api/apps/v1beta1",
    "apps/v1beta2": "k8s.io/api/apps/v1beta2",
    "autoscaling/v1": "k8s.io/api/autoscaling/v1",
    "autoscaling/v2": "k8s.io/api/autoscaling/v2",
    "autoscaling/v2beta1": "k8s.io/api/autoscaling/v2beta1",
    "autoscaling/v2beta2": "k8s.io/api/autoscaling/v2beta2",
    "batch/v1": "k8s.io/api/batch/v1",
    "batch/v1beta1": "k8s.io/api/batch/v1beta1",
    "extensions/v1beta1": "k8s.io/api/extensions/v1beta1",
    "networking.k8s.io/v1": "k8s.io/api/networking/v1",
    "networking.k8s.io/v1beta1": "k8s.io/api/networking/v1beta1",
    "policy/v1": "k8s.io/api/policy/v1",
    "policy/v1beta1": "k8s.io/api/policy/v1beta1",
    "monitoring.coreos.com/v1": (
        "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
    ),
    "gateway.networking.k8s.io/v1": "sigs.k8s.io/gateway-api/apis/v1",
    "gateway.networking.k8s.io/v1beta1": "sigs.k8s.io/gateway-api/apis/v1beta1",
    "keda.sh/v1alpha1": "github.com/kedacore/keda/v2/apis/keda/v1alpha1",
    "argoproj.io/v1alpha1": "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1",
    "helm.toolkit.fluxcd.io/v2": "github.com/fluxcd/helm-controller/api/v2",
    "helm.toolkit.fluxcd.io/v2beta1": "github.com/fluxcd/helm-controller/api/v2beta1",
    "helm.toolkit.fluxcd.io/v2beta2": "github.com/fluxcd/helm-controller/api/v2beta2",
}
"""The package of each apiVersion."""

PLAIN = {
    **dict.fromkeys(("string", "[]byte", "Time", "MicroTime"), "string"),
    **dict.fromkeys(("int", "int8", "int16", "int32", "int64", "uint16", "uint32"), "int"),
    **dict.fromkeys(("float32", "float64"), "number"),
    **dict.fromkeys(("RawExtension", "FieldsV1", "JSON", "any", "interface{}"), "any"),
    **dict.fromkeys(("ApplicationSetGenerator", "Operation"), "any"),  # they wrap no values
    "Duration": "duration",
    "uint64": "int",
    "bool": "bool",
    "Quantity": "quantity",
    "IntOrString": "int-or-string",
}
"""What a Go type is written as."""

DEMANDED = {"LocalObjectReference": {"name"}}
"""Fields that are optional in a type for the sake of old objects, and of no use without."""

MAY_BE_EMPTY = {("HTTPHeader", "value"), ("NetworkPolicySpec", "podSelector"), ("Sysctl", "value")}
"""Fields that have to be there in name only: the server takes one that is missing for empty."""

_SET_BY_SERVER = "any"
"""The type of ``status``: whoever dumps an object writes what the server once put there."""

_HEAD = """\
# What the Kubernetes API takes: written by tools/api_table.py (make api-table), not by hand.
# Read from
{sources}
# objects: the definition of each apiVersion and kind. choices: the words of a type.
# definitions: for each type the fields of that type; X[] is a list, X{{}} a mapping of any keys.
# A field with ! has to be there.
"""

T = TypeVar("T")


class Declared(NamedTuple):
    """A type as a package declares it: what it is, or the fields of a structure.

    ``fields`` are (name, Go type); the name is "" where the type's own fields are meant.
    ``required`` are the names of those that every version demands.
    """

    package: str
    is_what: str
    fields: tuple[tuple[str, str], ...]
    choices: frozenset[str]
    required: frozenset[str]


# --- reading Go -----------------------------------------------------------------------------------

_TYPE = re.compile(
    r"((?:^//.*\n)*)^type (\w+) (?:= )?(?:struct \{\n((?:(?!\}).*\n)*)\}|(.+))$", re.M
)
_FIELD = re.compile(
    r'((?:^\t//.*\n)*)^\t(?!//)(?:(\w+)[ \t]+)?(\S.*?)[ \t]+`json:"([^",]*)([^"]*)', re.M
)
_MAY_BE_LEFT_OUT = re.compile(
    r"^\s*// \+(?:k8s:)?(?:optional|default)\b|\+kubebuilder:default", re.M
)
_EMBEDDED = re.compile(r"^\t([\w.]+)$", re.M)
_IMPORT = re.compile(r'^(?:import|\t)\s*(?:(\w+) )?"([\w./-]+)"$', re.M)
_CONSTANT = re.compile(r'^\s*(?:const )?\w+\s+(?:(\w+)\s+)?= (?:(\w+)\()?"([^"]*)"\)?', re.M)
_ENUM = re.compile(r"^\s*// \+kubebuilder:validation:Enum=(.+)$", re.M)


class Packages:
    """The packages of a set of module versions, each read when a type of it is asked for."""

    def __init__(self, folders: dict[str, list[Path]]) -> None:
        self._folders = folders

    @cache  # noqa: B019 - there is one for the whole run
    def declared(self, package: str) -> dict[str, Declared]:
        """The types of a package by name, all versions together."""
        found: dict[str, Declared] = {}
        for folder in self._of(package):
            files = sorted(folder.glob("*.go"))
            texts = [f.read_text("utf-8") for f in files if not f.name.endswith("_test.go")]
            words = _constants(texts)
            for text in texts:
                for name, one in _types(package, text, words):
                    found[name] = _united(found.get(name), one)
        return found

    def _of(self, package: str) -> Iterator[Path]:
        for module, folders in self._folders.items():
            if f"{package}/".startswith(f"{module}/"):
                below = package.removeprefix(module).removeprefix("/")
                yield from (folder / below for folder in folders)


def _united(older: Declared | None, newer: Declared) -> Declared:
    if older is None:
        return newer
    fields = dict(older.fields) | dict(newer.fields)
    embedded = [one for one in newer.fields if not one[0]]
    named = [one for one in fields.items() if one[0]]
    choices = older.choices | newer.choices if newer.choices else newer.choices
    required = older.required & newer.required
    return newer._replace(fields=(*embedded, *named), choices=choices, required=required)


def _constants(texts: Iterable[str]) -> dict[str, set[str]]:
    """The constants of each type of a package."""
    words = defaultdict[str, set[str]](set)
    for text in texts:
        for declared, converted, word in _CONSTANT.findall(text):
            words[declared or converted].add(word)
    return words


def _types(package: str, text: str, words: dict[str, set[str]]) -> Iterator[tuple[str, Declared]]:
    imports = {name or path.rpartition("/")[2]: path for name, path in _IMPORT.findall(text)}
    for comment, name, body, is_what in _TYPE.findall(text):
        marked = _ENUM.search(comment)
        choices = set(marked[1].replace('"', "").split(";")) if marked else set[str]()
        if "+enum" in comment:
            choices = words[name]
        written = _FIELD.findall(body)
        fields = [(json_name, go) for _, _, go, json_name, _ in written]
        fields += [("", go) for go in _EMBEDDED.findall(body)]
        required = frozenset(
            json_name
            for told, _, _, json_name, options in written
            if json_name and ",omit" not in options and not _MAY_BE_LEFT_OUT.search(told)
        )
        resolved = tuple((one, _qualified(go, imports, package)) for one, go in fields)
        meant = _qualified(is_what or "struct", imports, package)
        yield name, Declared(package, meant, resolved, frozenset(choices), required)


def _qualified(go: str, imports: dict[str, str], package: str) -> str:
    """A Go type with the path of its package in place of its short name, pointers left out."""
    go = go.partition(" //")[0].replace("*", "").strip()

    def full(match: re.Match[str]) -> str:
        short, name = match[1], match[2]
        if not short:
            return name if name in PLAIN or not name[0].isupper() else f"{package}.{name}"
        return f"{imports.get(short[:-1], short[:-1])}.{name}"

    return re.sub(r"(?<![\w/.])(\w+\.)?(\w+)(?![\w/.])", full, go)


# --- the table ------------------------------------------------------------------------------------


class Table:
    """Definitions and choices, each once: equal ones of two packages are one."""

    def __init__(self, packages: Packages) -> None:
        self.choices: dict[str, list[str]] = {}
        self.definitions: dict[str, dict[str, list[str]]] = {}
        self._packages = packages
        self._known: dict[str, str] = {}

    def of_type(self, go: str) -> str:
        """The type of the table that a Go type is."""
        if go not in self._known:
            self._known[go] = "any"  # of a type that holds itself the second level
            self._known[go] = self._type(go)
        return self._known[go]

    def _type(self, go: str) -> str:
        if go in PLAIN:
            return PLAIN[go]
        if go.startswith("[]"):
            return f"{self.of_type(go[2:])}[]"
        if go.startswith("map["):
            return f"{self.of_type(go.partition(']')[2])}{{}}"
        package, _, name = go.rpartition(".")
        if name in PLAIN:
            return PLAIN[name]
        one = self._packages.declared(package)[name]
        if one.is_what != "struct":
            if one.choices:
                return self._interned(self.choices, name, one.package, sorted(one.choices - {""}))
            return self.of_type(one.is_what)
        by_type, required = defaultdict[str, list[str]](list), self._required(name, one)
        for field, kind in sorted(self._fields(one).items()):
            by_type[kind].append(f"{field}!" if field in required else field)
        return self._interned(self.definitions, name, one.package, dict(sorted(by_type.items())))

    def _fields(self, one: Declared) -> dict[str, str]:
        """The fields of a structure, with those of what it embeds."""
        fields: dict[str, str] = {}
        for name, go in one.fields:
            if name:
                fields[name] = _SET_BY_SERVER if name == "status" else self.of_type(go)
        for _, embedded in self._embedded(one):
            fields |= self._fields(embedded)
        fields.pop("-", None)
        return fields

    def _required(self, name: str, one: Declared) -> set[str]:
        """The fields that a structure has to have, with those of what it embeds."""
        inner = (self._required(*embedded) for embedded in self._embedded(one))
        required = one.required.union(DEMANDED.get(name, ()), *inner)
        return {field for field in required if (name, field) not in MAY_BE_EMPTY}

    def _embedded(self, one: Declared) -> Iterator[tuple[str, Declared]]:
        for name, go in one.fields:
            if not name:
                package, _, embedded = go.rpartition(".")
                yield embedded, self._packages.declared(package)[embedded]

    def has_metadata(self, name: str) -> bool:
        """Whether a type is that of an object, which has a name and labels."""
        return "ObjectMeta" in self.definitions[name]

    def _interned(self, among: dict[str, T], name: str, package: str, content: T) -> str:
        """The name under which something stands, with its package's where another has the name."""
        group, _, version = package.rpartition("/")
        for called in (name, f"{name}-{version}", f"{name}-{group.rpartition('/')[2]}-{version}"):
            if among.setdefault(called, content) == content:
                return called
        raise ValueError(f"{package}: no name is left for {name}")


def render() -> str:
    """The text of the file. Raises LookupError where a module is not to be had."""
    folders = {module: _folders(module, versions) for module, versions in VERSIONS.items()}
    packages = Packages(folders)
    made, objects = Table(packages), {}
    wrapping = (row["when"].get("kind") for row in wrapped_table()["formats"])
    kinds = sorted({*table().workloads, *table().attached, *filter(None, wrapping)})
    for version, package in GROUPS.items():
        for kind in kinds:
            if kind in packages.declared(package):
                objects[f"{version} {kind}"] = made.of_type(f"{package}.{kind}")
    objects = {name: kind for name, kind in objects.items() if made.has_metadata(kind)}
    sources = "\n".join(f"# {module} {' '.join(of)}" for module, of in VERSIONS.items())
    parts = [_HEAD.format(sources=sources) + "objects:"]
    parts += [f"  {name}: {definition}" for name, definition in objects.items()]
    parts += ["choices:"]
    for name, words in sorted(made.choices.items()):
        parts += _entry(f"  {name}", words)
    parts += ["definitions:"]
    for name, by_type in sorted(made.definitions.items()):
        parts += [f"  {name}:"] if by_type else [f"  {name}: {{}}"]
        for kind, fields in by_type.items():
            parts += _entry(f"    {kind}", fields)
    return "\n".join(parts) + "\n"


def _entry(key: str, words: list[str]) -> list[str]:
    """A key and its words as one text, folded."""
    indent = " " * (len(key) - len(key.lstrip()) + 2)
    text = " ".join(words)
    quoted = f'"{text}"' if text[:1] in "*" else text
    return textwrap.wrap(f"{key}: {quoted}", 110, subsequent_indent=indent, break_on_hyphens=False)


def _folders(module: str, versions: Iterable[str]) -> list[Path]:
    """Where the versions of a module lie, once ``go`` has them."""
    wanted = [f"{module}@{version}" for version in versions]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "go.mod").write_text("module table\n", "utf-8")
        command = ["go", "mod", "download", "-json", *wanted]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise LookupError(f"{module} cannot be downloaded") from error
    told, found, decoder = done.stdout, list[Path](), json.JSONDecoder()
    while told.strip():
        entry, end = decoder.raw_decode(told.lstrip())
        told = told.lstrip()[end:]
        found.append(Path(entry["Dir"]))
    return found


def main() -> int:
    """Write the file."""
    FILE.write_text(render(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
