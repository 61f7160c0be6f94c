"""What a chart may set by itself: the keys that its templates write, read as text.

Nothing is rendered. A template that writes ``memory: 128Mi``, or takes it from a key of its own
choice, has the key; one that prints ``.Values.resources`` as a whole has not, and leaves the key to
the values. So a key that no template writes is not in the cluster unless the values set it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from deploylint.documents.nodes import leaves
from deploylint.documents.record import Record
from deploylint.documents.regex import regex
from deploylint.model.fields import ADDRESSES
from deploylint.model.service import Service
from deploylint.readers.helm import profile as profiles
from deploylint.readers.kubernetes.catalogue import table

NOTHING, ANYTHING = frozenset[str](), frozenset(ADDRESSES)
"""What a chart sets that leaves all to its values, and one that is not known."""

_COMMENT, _COMMENT_END = regex(r"\{\{-?\s*/\*"), "*/"
_COMMENT_LINE = regex(r"^[ \t]*#[^\n]*", re.MULTILINE)
_KEY = regex(r"""(?<![\w.$/-])["']?([A-Za-z][\w./-]*)["']?[ \t]*:(?!=)|"(\w+)"[ \t]+["'($.\w]""")
"""A key of YAML, or one that is given to ``dict`` or ``set``."""
_DEFINITION = regex(r"^kind:[ \t]*[\"']?CustomResourceDefinition\b", re.MULTILINE)
_SERVER = regex(r"^kind:[ \t]*[\"']?(?:Deployment|StatefulSet|DaemonSet)\b", re.MULTILINE)
_KIND = regex(r"^kind:[ \t]*[\"']?(\w+)", re.MULTILINE)
_JOBS = ("Job", "CronJob")
_WITHOUT_PODS = (
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "ServiceMonitor",
)
"""Kinds that make no pods, whatever parts are included inside an object of one."""
_NAMED = regex(
    r"^metadata:[ \t]*\n(?:[ \t][^\n]*\n)*?[ \t]+name:[ \t]*[\"']?([\w.-]+)[\"']?[ \t]*$",
    re.MULTILINE,
)
_OBJECT_END = regex(r"^---", re.MULTILINE)
_HOOK = "helm.sh/hook"
_ASKED_IMAGE = regex(r"\.(?:image|\w+Image)\b")
VALUE = regex(r"\.Values\.(\w+(?:\.\w+)*)")
_INDEXED = regex(r'\bindex\s+(?:\$\s*)?\.Values((?:\.\w+)*(?:\s+"[\w.-]+")+)')
ACTION = regex(
    r"\{\{-?[ \t]*(?:(?P<word>with|range|if|define|block|else|end)\b)?(?P<rest>[^{}]*)\}\}"
)
_MAPPING = regex(r"\s*\$?\.(?P<way>\w+(?:\.\w+)*)\s*-?")
_RELATIVE = regex(r"(?<![\w.$)\]\"'`])\.(\w+(?:\.\w+)*)")
_ANY_VALUE = regex(r"\.Values(?![\w.])")
_FILE = regex(r"""\.Files\.(?:Get|Glob)\s+["']([\w./*?-]+)["']""")
_DEFINED = regex(r'\b(?:define|block)\s+"([^"]+)"')
_INCLUDED = regex(r'\b(?:include|template)\s+(?:"([^"]+)"|[^"\s])')

_CONTAINERS_OR_CONTEXT = regex(
    r"^(?:---"
    r"|(?P<indent>[ \t]*)(?P<list>(?:initC|c)ontainers:)"
    r"|(?P<before>(?>[^\n]*?\{\{-? (?:with|if) [^\n]*)\n)?(?P<at>[ \t]*)securityContext:"
    r"(?P<next>[ \t]*\n[^\n]*toYaml[^\n]*|[^\n]*))",
    re.MULTILINE,
)
"""The end of an object, a list of containers, or a security context with the lines around it."""

_PODS = "containers"
"""The key without which templates make no pod: a chart that this one depends on does."""


class Templates(Record):
    """The templates of a chart as they are read for what they set.

    ``keys`` are those that they write, ``read`` the keys of the values that they take, but for
    parts that nothing includes. ``defined`` and ``included`` are the names of parts; an included
    part with a computed name is "". ``in_containers`` are the last keys of values that they write
    as the security context of containers, and not of the pod. ``read_all`` is whether they may
    take any key. ``copied`` are the fields that they copy values into, by the ways to the values.
    ``switches`` are the ways to values that they only ask whether these are set.
    """

    keys: frozenset[str]
    read: frozenset[str]
    defined: frozenset[str]
    included: frozenset[str]
    in_containers: frozenset[str]
    read_all: bool = False
    copied: Mapping[str, str] = MappingProxyType({})
    switches: frozenset[str] = frozenset()

    @property
    def missing(self) -> frozenset[str]:
        """The parts that are included and not defined."""
        return self.included - self.defined

    @property
    def is_whole(self) -> bool:
        """Whether they make pods, and all parts that they include are known."""
        return _PODS in self.keys and not self.missing


def read_templates(texts: Iterable[str], files: Iterable[str] = ()) -> Templates:
    """The templates in the texts of some files; ``files`` are others that they put into objects."""
    keys, defined, included = set[str](), set[str](), set[str]()
    parts = list[tuple[str, str]]()
    of_containers, of_pods = set[str](), set[str]()
    every = [_shown(text) for text in texts]
    for shown in every:
        for is_of_container, name in _security_contexts(shown):
            (of_containers if is_of_container else of_pods).add(name)
        keys.update(match[1] or match[2] for match in _KEY.finditer(shown))
        parts += _parts(shown)
        defined.update(_DEFINED.findall(shown))
        included.update(_INCLUDED.findall(shown))
    rendered = [text for name, text in parts if not name or name in included or "" in included]
    read = frozenset(way for text in (*rendered, *files) for way in _ways(text))
    in_containers = frozenset(of_containers - of_pods)
    names = frozenset(defined), frozenset(included)
    read_all = any(map(_ANY_VALUE.search, rendered))
    templates = Templates(frozenset(keys), read, *names, in_containers, read_all)
    from deploylint.readers.helm.conditions import asked_switches  # few values have a chart here

    templates = templates._replace(switches=frozenset(asked_switches(rendered)))
    if read_all or not templates.is_whole:
        return templates
    from deploylint.readers.helm.copied_fields import copied_fields  # few values have a chart here

    return templates._replace(copied=copied_fields(every))


def _ways(text: str) -> Iterator[str]:
    """The ways to values that a template takes: ``.Values.a.b``, ``index .Values.a "b"``.

    Below ``with .Values.a`` it takes ``.b`` of that mapping.
    """
    yield from VALUE.findall(text)
    for keys in _INDEXED.findall(text):
        yield ".".join(keys.replace('"', "").removeprefix(".").split())
    yield from _ways_below(text) if _WITH in text else ()


_WITH = "with "


def _ways_below(text: str) -> Iterator[str]:
    """The ways to values below mappings that a template enters, which it names from there.

    In ``scopes`` are the mappings of the blocks around, "" where they are other ones.
    """
    scopes = [""]
    for action in ACTION.finditer(text):
        word, rest = action["word"], action["rest"]
        if word == "else" and len(scopes) > 1:
            scopes[-1] = scopes[-2]
        scope = scopes[-1]
        if scope:
            yield from (f"{scope}.{way}" for way in _RELATIVE.findall(rest))
        if word == "with":
            scopes.append(_entered(rest, scope))
        elif word is not None and word not in ("else", "end"):
            scopes.append(scope if word == "if" else "")
        elif word == "end" and len(scopes) > 1:
            scopes.pop()


def _entered(mapping: str, scope: str) -> str:
    """The mapping that a block of a template is about, by its way, "" for an unknown one."""
    entered = _MAPPING.fullmatch(mapping)
    way = "" if entered is None else entered["way"]
    if way.startswith(_VALUES):
        return way.removeprefix(_VALUES)
    is_below = scope and way and "$" not in mapping and len(scope) < _LONGEST
    return f"{scope}.{way}" if is_below else ""


_VALUES, _LONGEST = "Values.", 1_000
"""What a way to values begins with, and how long one is that is followed."""


def _security_contexts(text: str) -> Iterator[tuple[bool, str]]:
    """The last keys of values that are security contexts, and whether each is of a container.

    A container is indented more than the list that it is in.
    """
    indent = None
    for match in _CONTAINERS_OR_CONTEXT.finditer(text):
        if match["list"] is not None:
            indent = len(match["indent"])
        elif match["at"] is None:
            indent = None
        else:
            is_of_container = indent is not None and len(match["at"]) > indent
            values = VALUE.findall(match["next"]) or VALUE.findall(match["before"] or "")
            yield from ((is_of_container, value.rpartition(".")[2]) for value in values)


def named_files(templates: Iterable[str]) -> Iterator[str]:
    """The files of a chart that its templates put into objects, as names and globs.

    Each may be a template, too. https://helm.sh/docs/chart_template_guide/accessing_files/
    """
    return (name for text in templates for name in _FILE.findall(_without_comments(text)))


_APPLICATIONS = regex(
    r"^kind:[ \t]*[\"']?(?:Application|ApplicationSet|HelmRelease)\b", re.MULTILINE
)


def is_of_applications(templates: Iterable[str]) -> bool:
    """Whether most templates with an object make releases of other charts, not pods."""
    texts = [_shown(text) for text in templates]
    return sum(_APPLICATIONS.search(text) is not None for text in texts) * 2 > len(texts)


def makes_pods(own: Iterable[str], others: Iterable[str], *, with_hooks: bool) -> bool | None:
    """Whether templates make pods; None where that is not known.

    ``own`` are the texts that Helm renders. The parts in them and in ``others`` count where they
    are included. One may be of another chart, and an operator may make pods with an image of the
    values. Pods of hooks, which end, count only ``with_hooks``.
    """
    parts, rendered = dict[str, list[str]](), list[str]()
    for texts, is_rendered in ((own, True), (others, False)):
        for name, part in (each for text in texts for each in _parts(_shown(text))):
            rendered += [part] if is_rendered else []
            if name:
                parts.setdefault(name, []).append(part)
    is_known = not rendered or any(
        "kind" in match.groups() for match in _KEY.finditer("".join(rendered))
    )
    for text in rendered:  # grows by the parts that are included, each once
        objects = [o for o in _OBJECT_END.split(text) if with_hooks or _HOOK not in o]
        kept = "\n".join(objects)
        if any(map(_is_pods, _KEY.finditer(kept))) and _DEFINITION.search(kept) is None:
            return True
        may_be_pods = set(_INCLUDED.findall("\n".join(map(_without_own, objects))))
        is_known &= may_be_pods <= parts.keys() and _ASKED_IMAGE.search(kept) is None
        for name in parts.keys() & _INCLUDED.findall(kept):
            rendered += parts[name]
            parts[name] = []
    return False if is_known else None


def _without_own(text: str) -> str:
    """The lines of an object that may include others; of a kind without pods those on the left."""
    kind = _KIND.search(text)
    if kind is None or kind[1] not in _WITHOUT_PODS:
        return text
    lines = (line for line in text.splitlines() if line.startswith("{{"))
    return "\n".join(line for line in lines if "indent" not in line)


def makes_jobs(templates: Iterable[str]) -> bool:
    """Whether every pod of the templates that Helm renders is one of a job.

    A part that is an object of its own may be of any kind.
    """
    has_job = False
    for each in (each for text in templates for each in _OBJECT_END.split(_shown(text))):
        kind = _KIND.search(each)
        if kind is None and _INCLUDED.search(each) is not None:
            return False
        is_job = kind is not None and kind[1] in _JOBS
        has_job |= is_job
        if not is_job and (_SERVER.search(each) or any(map(_is_pods, _KEY.finditer(each)))):
            return False
    return has_job


def are_of_operators(templates: Iterable[str]) -> bool:
    """Whether the only containers in the templates that Helm renders are in custom resources.

    An operator makes the pods of such a resource, with defaults of its own. A part that is an
    object of its own, or a kind that the values give, may be anything.
    """
    has_containers = False
    for each in (each for text in templates for each in _OBJECT_END.split(_shown(text))):
        kind, api = _KIND.search(each), _API.search(each)
        is_unknown = kind is None and (_INCLUDED.search(each) or _KIND_OF_VALUES.search(each))
        if is_unknown or (kind is not None and kind[1] in table().workloads):
            return False
        if any(map(_is_pods, _KEY.finditer(each))):
            has_containers = True
            if api is None or _runs_pods(api[1]):
                return False
    return has_containers


def _runs_pods(group: str) -> bool:
    """Whether the kinds of an API group run pods as they are written."""
    return (
        "." not in group or group.endswith(_OF_KUBERNETES) or group in table().pod_templates.exact
    )


_API = regex(r"^apiVersion:[ \t]*[\"']?([\w.-]+)/", re.MULTILINE)
_KIND_OF_VALUES = regex(r"^kind:[ \t]*[\"']?\{\{", re.MULTILINE)
_OF_KUBERNETES = (".k8s.io", "serving.knative.dev")


def named_workloads(templates: Iterable[str]) -> frozenset[str]:
    """The names of servers that templates write out, and do not make of the release's name."""
    objects = (each for text in templates for each in _OBJECT_END.split(_shown(text)))
    names = (_NAMED.search(each) for each in objects if _SERVER.search(each) is not None)
    return frozenset(name[1] for name in names if name is not None)


def _is_pods(match: re.Match[str]) -> bool:
    return _PODS in match.groups()


def _shown(text: str) -> str:
    """A template without its comments."""
    return _COMMENT_LINE.sub("", _without_comments(text))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a template by their names, "" for what is in none."""
    first, *defined = _DEFINED.split(text)
    yield "", first
    yield from zip(defined[::2], defined[1::2], strict=True)


def _without_comments(text: str) -> str:
    """A template without the comments between its braces."""
    parts, start = list[str](), 0
    while (comment := _COMMENT.search(text, start)) is not None:
        end = text.find(_COMMENT_END, comment.end())
        if end < 0:
            break
        parts.append(text[start : comment.start()])
        start = end + len(_COMMENT_END)
    return "".join((*parts, text[start:]))


def chart_sets(templates: Templates | None, service: Service) -> frozenset[str]:
    """The addresses that a chart may set if the values of a service do not; None is unreadable.

    These are the ones with keys that its templates write, or that the values set at another place,
    which only the chart knows.
    """
    if templates is None or not templates.is_whole:
        return ANYTHING
    unread = set(_unread_keys(service))
    return frozenset(
        address
        for address, written in _keys_of_pods().items()
        if any(templates.keys.issuperset(keys) or keys[-2:] in unread for keys in written)
    )


@cache
def _keys_of_pods() -> dict[str, list[tuple[str, ...]]]:
    """The keys of objects that set each address, or the field that it is derived from.

    Those of the resources begin with the section, as a value is found by its last two keys.
    """
    paths = profiles.load("kubernetes").trees["server"].paths.by_address
    keys = {address: [path[2:] or path[1:]] for address, path in paths.items()}
    keys["security-context.non-root"] += keys["security-context.user"]
    return keys


def _unread_keys(service: Service) -> Iterator[tuple[str, ...]]:
    """The last one and two keys of all places of values that no field accounts for."""
    read = {
        (leaf.table, leaf.row)
        for component in service.components
        for address in component.values
        for leaf in component.value(address).leaves
    }
    for leaf in leaves(service.root):
        if (leaf.table, leaf.row) not in read:
            keys = leaf.path.keys()
            yield from ((key,) for key in keys)
            yield from pairwise(keys)
