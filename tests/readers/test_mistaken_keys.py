"""Keys that one mapping of a document writes otherwise than those like it."""

from __future__ import annotations

import pytest

from deploylint.documents.nodes import Node
from deploylint.documents.reader import Document, read_text
from deploylint.model.data import API, WELL_KNOWN, definition
from deploylint.readers.mistaken_keys import mistaken_in_layers, mistaken_keys


def root_of(text: str) -> Node:
    document = read_text(text, "values.yaml")
    assert isinstance(document, Document)
    return document.roots[0]


MEMORY = """\
web: {requests: {cpu: 1, memory: 1Gi}}
cron: {requests: {cpu: 1, memory: 1Gi}}
mail: {limits: {memory: 1Gi}}
queue: {requests: {cpu: 1, %s}}
"""
PROBES = """\
- {name: a, asked: {timeout: 1, interval: 2}}
- {name: b, asked: {timeout: 1, interval: 2}}
- {name: c, asked: {timeout: 1, interval: 2}}
- {name: d, asked: {%s, interval: 2}}
"""


@pytest.mark.parametrize(
    ("text", "odd", "meant"),
    [
        (MEMORY, "meomry: 1Gi", "memory"),  # two letters swapped
        (MEMORY, "memry: 1Gi", "memory"),  # one left out
        (MEMORY, "memoryy: 1Gi", "memory"),  # one too many
        (PROBES, "timeuot: 1", "timeout"),
        (PROBES, "timeout: 1, intervall: 2", ""),  # beside the key itself
        (MEMORY, "memory: 1Gi", ""),
        (MEMORY, "memori: 1Gi", ""),  # another letter makes another short word
        (MEMORY, "meomry: {swap: 1Gi}", ""),  # of another type
        (MEMORY, "meomry: 1Gi, memory: 1Gi", ""),
        (PROBES, "timeouts: 1", ""),  # of several things
        (PROBES, "TIMEUOT: 1", ""),  # a name
        (PROBES, "time-uot: 1", ""),
        (PROBES.replace("asked", "properties"), "timeuot: 1", ""),  # of a schema
        (MEMORY.replace("mail", "# mail"), "meomry: 1Gi", ""),  # written twice is not often
    ],
)
def test_key_once_in_a_document_is_a_slip_of_one_in_mappings_like_its_own(
    text: str, odd: str, meant: str
) -> None:
    slips = mistaken_keys(root_of(text % odd))
    faults = [(fault.check, fault.node.content, fault.message) for fault in slips]
    name = odd.partition(":")[0]
    wanted = ("unknown-key", name, f"unknown key {name!r}; did you mean {meant!r}?")
    assert faults == ([wanted] if meant else [])


def test_key_in_a_document_with_aliases_is_no_slip() -> None:
    text = "a: &a {memory: 1, cpu: 1}\nb: *a\nc: *a\nd: {meomry: 1, cpu: 1}\n"
    assert list(mistaken_keys(root_of(text))) == []


BASE = "route: {hosts: [a], classes: {name: x}}\nportal: {level: 1}\nextras:\npodLabels: {}\n"
BASE += "env: {LOG_LEVEL: info, A: b}\nextraEnv: [{name: LOG_LEVEL, value: info}, {name: A}]\n"


@pytest.mark.parametrize(
    ("layer", "slips"),
    [
        ("rotue: {hosts: [b]}", ["rotue"]),
        ("route: {clases: {name: y}}", ["clases"]),
        ("podlabels: {a: b}", ["podlabels"]),
        ("portal: {levle: 2}\nextrsa: {a: 1}", ["extrsa", "levle"]),
        ("route: {hosts: [b]}\nrotue: {hosts: [b]}", []),  # beside the key itself
        ("rotue: b", []),  # of another type
        ("route: {host: b}", []),  # one of several things
        ("portal: {leval: 2}", []),  # another short word
        ("outer: {rotue: {}}", []),  # at another place
        ("env: {LOG_LEVLE: debug}", ["LOG_LEVLE"]),
        ("env: {LOG_LEVLE: debug, LOG_LEVEL: info}", []),
        ("env: {LOG_LEVELS: debug}", []),
        ("extraEnv: [{name: LOG_LEVLE, value: debug}]", ["LOG_LEVLE"]),
        ("extraEnv: [{name: LOG_LEVEL, vaule: debug}]", ["vaule"]),
        ("extraEnv: [{name: LOG_LEVLE}, {name: LOG_LEVEL}]", []),
        ("extraEnv: [{name: LAG_LEVEL}]", []),
    ],
)
def test_key_of_a_layer_is_a_slip_of_one_below_it(layer: str, slips: list[str]) -> None:
    faults = mistaken_in_layers([root_of(BASE), root_of("other: 1\n"), root_of(layer)])
    assert [fault.node.content for fault in faults] == slips


@pytest.mark.parametrize(
    ("layer", "count"),
    [
        ('mesh: {enabled: "false"}', 1),
        ("mesh: {enabled: false}", 0),
        ('mesh: {enabled: "true"}', 0),
        ('mesh: {mode: "false"}', 0),  # a text below it too
        ('env: {DEBUG: "false"}', 0),  # a variable, which is a text
    ],
)
def test_text_in_the_place_of_a_flag_below_it_is_reported(layer: str, count: int) -> None:
    below = root_of("mesh: {enabled: true, mode: 'true'}\nenv: {DEBUG: true}\n")
    faults = list(mistaken_in_layers([below, root_of(layer)]))
    assert [fault.check for fault in faults] == ["wrong-type"] * count


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("runAsNonoRot", "runAsNonRoot"),
        ("limtis", "limits"),
        ("resuorces", "resources"),
        ("allowPrivilegeEscaltion", "allowPrivilegeEscalation"),  # long, and a letter left out
        ("terminationGracePeriodSecends", "terminationGracePeriodSeconds"),
        ("readOnlyRootFileSystem", ""),  # in a chart's own style
        ("replicasCount", ""),
        ("initContainer", ""),  # one of them
        ("resource", ""),
        ("limit", ""),
        ("request", ""),
        ("volume", ""),
        ("properties: {limtis", ""),  # of a schema
        ("limits: 1, limtis", ""),  # beside the field
        ("hots", "host"),
        ("tyep", "type"),
        ("szie", "size"),
        ("vlaue", "value"),
        ("hosst", "hosts"),
        ("host: 1, hots", ""),
        ("hot", ""),
        ("horst", ""),
        ("prot", ""),  # may stand for a protocol
        ("form", ""),
    ],
)
def test_key_that_is_a_slip_of_a_field_of_kubernetes(key: str, meant: str) -> None:
    end = "}" * (1 + key.count("{"))
    slips = mistaken_keys(root_of(f"proxy: {{{key}: 1{end}\n"))
    assert [fault.meant for fault in slips] == ([meant] if meant else [])


def test_slip_of_a_field_is_one_also_where_another_file_has_the_field_at_its_place() -> None:
    right, wrong = (root_of(f"proxy: {{{key}: 1}}\n") for key in ("tolerations", "toelrations"))
    assert [[fault.meant for fault in mistaken_keys(each)] for each in (right, wrong)] == [
        [],
        ["tolerations"],
    ]


def test_fields_are_those_of_the_api_or_of_charts() -> None:
    structures = definition(API)["definitions"].values()
    of_api = {
        name.rstrip("!") for kinds in structures for text in kinds.values() for name in text.split()
    }
    of_charts = set(definition(WELL_KNOWN)["fields"]) - of_api
    assert of_charts == {
        *("autoscaling", "fullnameOverride", "nameOverride", "networkPolicy", "persistence"),
        *("podAnnotations", "podDisruptionBudget", "podLabels", "podSecurityContext"),
        *("replicaCount", "serviceMonitor", "storageClass"),
    }
