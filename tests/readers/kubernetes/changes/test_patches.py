"""Objects with what a kustomization changes in them: as ``kustomize build`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deploylint.documents.nodes import Node, child, child_at, items_of, plain, span, text_of
from deploylint.documents.reader import Document, read_text
from deploylint.readers.kubernetes.changes.json_patches import set_faults
from deploylint.readers.kubernetes.changes.patches import change_objects
from deploylint.readers.wrapped.values import ChangedObject

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, labels: {team: a}}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: api
        image: acme/api:1
        args: [a, b]
        env: [{name: MODE, value: slow}]
        ports: [{containerPort: 80, name: http}]
      - {name: proxy, image: acme/proxy}
"""
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n"


def roots(text: str, file: str = "base.yaml") -> tuple[Node, ...]:
    document = read_text(text, file)
    assert isinstance(document, Document), document
    return document.roots


def change(
    kustomization: str, files: Mapping[str, str] = {}, base: str = BASE
) -> tuple[ChangedObject, list[str]]:
    """An object with what a kustomization changes, and the keys of unknown changes."""
    (top,) = roots(kustomization, "kustomization.yaml")
    (root,) = roots(base)
    result = change_objects(
        top,
        [ChangedObject(root, (root,))],
        lambda node: roots(files[str(node.content)]) if str(node.content) in files else (),
    )
    return result.objects[0], [str(key.content) for key in result.unknown]


def containers(patch: str, base: str = BASE) -> Any:
    text = PATCH + f"spec: {{template: {{spec: {{containers: {patch}}}}}}}\n"
    changed_object, unknown = change("patches: [{path: p.yaml}]\n", {"p.yaml": text}, base)
    assert unknown == []
    return plain(child_at(changed_object.node, "spec", "template", "spec", "containers") or _none())


def _none() -> Node:
    raise AssertionError("no containers")


MERGED = [
    # items of a list are merged by their key, others are added
    ("[{name: api, image: acme/api:2}]", 0, "image", "acme/api:2"),
    (
        "[{name: api, env: [{name: MODE, value: fast}]}]",
        0,
        "env",
        [{"name": "MODE", "value": "fast"}],
    ),
    (
        "[{name: api, env: [{name: A, value: b}]}]",
        0,
        "env",
        [{"name": "MODE", "value": "slow"}, {"name": "A", "value": "b"}],
    ),
    (
        "[{name: api, ports: [{containerPort: 80, protocol: UDP}]}]",
        0,
        "ports",
        [{"containerPort": 80, "name": "http", "protocol": "UDP"}],
    ),
    ("[{name: new, image: acme/new}]", 2, "name", "new"),
    # a list without a key is replaced, null takes a key away
    ("[{name: api, args: [c]}]", 0, "args", ["c"]),
    ("[{name: api, args: null}]", 0, "args", None),
    # directives
    ("[{name: api, $patch: delete}]", 0, "name", "proxy"),
    ("[{$patch: replace}, {name: only, image: acme/only}]", 0, "name", "only"),
    ("[{name: api, lifecycle: {$patch: delete}}]", 0, "lifecycle", None),  # which is not there
]


@pytest.mark.parametrize(("patch", "number", "key", "wanted"), MERGED)
def test_strategic_merge_patch_changes_a_container(
    patch: str, number: int, key: str, wanted: object
) -> None:
    assert containers(patch)[number].get(key) == wanted


def test_strategic_merge_patch_of_another_api_replaces_lists() -> None:
    base = BASE.replace("apps/v1", "acme.example/v1")
    patched = containers("[{name: api, image: acme/api:2}]", base)
    assert patched == [{"name": "api", "image": "acme/api:2"}]


JSON = [
    ("{op: replace, path: /spec/replicas, value: 3}", ["spec", "replicas"], 3),
    ("{op: add, path: /metadata/labels/a~1b, value: x}", ["metadata", "labels", "a/b"], "x"),
    ("{op: test, path: /spec/replicas, value: 7}", ["spec", "replicas"], 1),
    ("{op: remove, path: /spec/replicas}", ["spec", "replicas"], None),
]


@pytest.mark.parametrize(("step", "path", "wanted"), JSON)
def test_json_patch_changes_a_value(step: str, path: list[str], wanted: object) -> None:
    text = f"patches: [{{target: {{kind: Deployment}}, patch: '[{step}]'}}]\n"
    changed_object, unknown = change(text)
    node = child_at(changed_object.node, *path)
    assert (node and plain(node), unknown) == (wanted, [])


ARGUMENTS = "/spec/template/spec/containers/0/args"


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (f"{{op: add, path: {ARGUMENTS}/-1, value: c}}", ["a", "b", "c"]),
        (f"{{op: add, path: {ARGUMENTS}/-2, value: c}}", ["a", "c", "b"]),
        (f"{{op: replace, path: {ARGUMENTS}/-1, value: c}}", ["a", "c"]),
        (f"{{op: remove, path: {ARGUMENTS}/-2}}", ["b"]),
    ],
)
def test_json_patch_counts_from_the_end_of_a_list(step: str, wanted: list[str]) -> None:
    text = f"patches: [{{target: {{kind: Deployment}}, patch: '[{step}]'}}]\n"
    changed_object, unknown = change(text)
    (container, _) = items_of(child_at(changed_object.node, *ARGUMENTS.split("/")[1:5]) or _none())
    assert (plain(child(container, "args") or _none()), unknown) == (wanted, [])


@pytest.mark.parametrize(
    "step",
    [
        f"{{op: remove, path: {ARGUMENTS}/-3}}",
        f"{{op: remove, path: {ARGUMENTS}/-0}}",
        f"{{op: add, path: {ARGUMENTS}/--1, value: c}}",
        "{op: replace, path: /spec/paused, value: true}",
        "{op: move, from: /spec/replicas, path: /spec/more}",
    ],
)
def test_json_patch_that_cannot_be_followed_is_unknown(step: str) -> None:
    changed_object, unknown = change(f"patches: [{{target: {{}}, patch: '[{step}]'}}]\n")
    assert unknown == ["patches"]
    assert plain(changed_object.node) == plain(roots(BASE)[0])


@pytest.mark.parametrize(
    "step",
    [
        "{op: add, path: /spec/template/spec/volumes/0, value: {}}",
        "{op: remove, path: /spec/template/spec/containers/7}",
        f"{{op: remove, path: /spec/template/spec/containers/{'9' * 5000}}}",
        "{op: add, path: /spec/template/spec/containers/x/image, value: a}",
    ],
)
def test_json_patch_that_kustomize_cannot_follow_is_wrong_and_changes_nothing(step: str) -> None:
    (top,) = roots(f"patches: [{{target: {{}}, patch: '[{step}]'}}]\n")
    result = change_objects(top, [ChangedObject(root, (root,)) for root in roots(BASE)], _no_file)
    assert ([fault.check for fault in result.unmatched], result.unknown) == (
        ["misspelt-reference"],
        (),
    )
    assert plain(result.objects[0].node) == plain(roots(BASE)[0])


def _no_file(_: Node) -> tuple[Node, ...]:
    return ()


TARGETS = [
    ("{kind: Deployment}", True),
    ("{kind: Deploy}", False),
    ("{name: a.*}", True),
    ("{kind: Deployment, name: web}", False),
    ("{labelSelector: team=a}", True),
    ("{labelSelector: team=b}", False),
    ("{labelSelector: 'team in (a)'}", None),
    ("{annotationSelector: a=b}", False),
]


@pytest.mark.parametrize(("target", "wanted"), TARGETS)
def test_target_selects_objects(target: str, wanted: bool | None) -> None:
    step = "[{op: replace, path: /spec/replicas, value: 3}]"
    changed_object, unknown = change(f"patches: [{{target: {target}, patch: '{step}'}}]\n")
    assert (child_at(changed_object.node, "spec", "replicas") is not None) is True
    is_patched = len(changed_object.layers) > 1
    assert (is_patched, unknown) == (wanted is True, ["patches"] if wanted is None else [])


IMAGES = [
    ("{name: acme/api, newTag: '2'}", "acme/api:2"),
    ("{name: acme/api, newName: other/api}", "other/api:1"),
    ("{name: acme/api, newName: other/api, newTag: '3'}", "other/api:3"),
    ("{name: acme/api, digest: 'sha256:0'}", "acme/api@sha256:0"),
    ("{name: acme/ap, newTag: '2'}", "acme/api:1"),
    ("{name: acme/api}", "acme/api:1"),
]


@pytest.mark.parametrize(
    ("options", "kind", "name"),
    [
        ("", "Deployment", "api"),
        (", options: {allowNameChange: false}", "Deployment", "api"),
        (", options: {allowNameChange: true}", "Deployment", "all"),
        (", options: {allowKindChange: true}", "Other", "api"),
    ],
)
def test_patch_for_a_target_keeps_its_name_and_kind(options: str, kind: str, name: str) -> None:
    """https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/"""
    patch = "{kind: Other, metadata: {name: all, namespace: x, labels: {a: b}}}"
    text = f"patches: [{{target: {{kind: Deployment}}, patch: '{patch}'{options}}}]\n"
    changed_object, unknown = change(text)
    metadata = child(changed_object.node, "metadata")
    assert (changed_object.kind, changed_object.name, unknown) == (kind, name, [])
    assert metadata is not None
    assert plain(metadata) == {"name": name, "labels": {"team": "a", "a": "b"}}


@pytest.mark.parametrize(("row", "wanted"), IMAGES)
def test_images_replace_the_image_of_a_container(row: str, wanted: str) -> None:
    changed_object, _ = change(f"images: [{row}]\n")
    node = child_at(changed_object.node, "spec", "template", "spec", "containers")
    assert node is not None
    data: Any = plain(node)
    assert [one["image"] for one in data] == [wanted, "acme/proxy"]


def test_values_keep_their_places() -> None:
    changed_object, _ = change(
        "images: [{name: acme/api, newTag: '2'}]\nreplicas: [{name: api, count: 3}]\n"
    )
    count = child_at(changed_object.node, "spec", "replicas")
    assert count is not None
    assert (count.source.file, span(count).line) == ("kustomization.yaml", 2)
    assert changed_object.node.source.file == "base.yaml"
    assert len(changed_object.lost) == 2


def test_patch_that_is_not_there_is_unknown() -> None:
    assert change("patchesStrategicMerge: [gone.yaml]\n")[1] == ["patchesStrategicMerge"]


def test_long_list_is_merged_by_its_keys_once() -> None:
    many = 10_000  # item by item it were a hundred million pairs
    before, after = (
        ", ".join(f"{{name: V{number}, value: {word}}}" for number in range(many))
        for word in ("old", "new")
    )
    base = BASE.replace("{name: MODE, value: slow}", before)
    variables = containers(f"[{{name: api, env: [{after}]}}]", base)[0]["env"]
    assert len(variables) == many
    assert {each["value"] for each in variables} == {"new"}


def test_items_without_a_merge_key_are_all_added() -> None:
    assert len(containers("[{image: a}, {image: b}]")) == 4


def test_deleted_object_is_empty() -> None:
    text = PATCH + "$patch: delete\n"
    changed_object, unknown = change("patches: [{path: p.yaml}]\n", {"p.yaml": text})
    assert (plain(changed_object.node), unknown) == ({}, [])


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {selector: {app: api}}\n"
BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: api}\nspec: "
TEAM = {"team": "b", "tier": "web"}
ALL = "commonLabels: {team: b, tier: web}\n"
PAIRS = "labels:\n- pairs: {team: b, tier: web}\n"

LABELS: list[tuple[str, str, Any, Any, Any]] = [
    # the kustomization, and what the object has as own labels, those of pods and those that select
    (ALL, BASE, TEAM, TEAM, {"matchLabels": TEAM}),
    (f"{PAIRS}  includeSelectors: true\n", BASE, TEAM, TEAM, {"matchLabels": TEAM}),
    (f"{PAIRS}  includeTemplates: true\n", BASE, TEAM, TEAM, None),
    (PAIRS, BASE, TEAM, None, None),
    (ALL, SERVICE, TEAM, None, {"app": "api", **TEAM}),
    (PAIRS, SERVICE, TEAM, None, {"app": "api"}),
    (
        ALL,
        BUDGET + "{selector: {matchLabels: {app: api, team: a}}}\n",
        TEAM,
        None,
        {"matchLabels": {"app": "api", **TEAM}},
    ),
    (ALL, BUDGET + "{selector: {matchExpressions: []}}\n", TEAM, None, {"matchExpressions": []}),
    ("commonLabels: none\nlabels: {}\n", SERVICE, None, None, {"app": "api"}),
]


@pytest.mark.parametrize(("kustomization", "base", "own", "of_pods", "selecting"), LABELS)
def test_labels_of_a_kustomization_are_those_of_its_objects(
    kustomization: str, base: str, own: Any, of_pods: Any, selecting: Any
) -> None:
    """``kustomize build`` prints these labels, and the API server reads no others."""
    changed_object, unknown = change(kustomization, {}, base)
    paths = (
        ("metadata", "labels"),
        ("spec", "template", "metadata", "labels"),
        ("spec", "selector"),
    )
    found = [child_at(changed_object.node, *path) for path in paths]
    assert [node and plain(node) for node in found] == [own, of_pods, selecting]
    assert unknown == []


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        ("{op: replaec, path: /a, value: 1}", "op is 'replaec'; did you mean 'replace'?"),
        ("{op: set, path: /a, value: 1}", "op is 'set'; one of add, replace, test"),
        ("{path: /a, value: 1}", "a step of a patch has no op"),
        ("{op: remove}", "a step of a patch has no path"),
        ("{op: add, path: /a}", "a step of a patch has no value"),
        ("{op: replace, path: spec/replicas, value: 1}", "path is 'spec/replicas'; a path of"),
        ("{op: replace, path: /spec/replicas, value: null}", ""),
        ("{op: remove, path: /spec/replicas}", ""),
        ("{op: move, from: /spec/replicas, path: /spec/more}", ""),
        ("{op: $OP, path: $WAY, value: 1}", ""),
    ],
)
def test_json_patch_with_a_step_that_kustomize_refuses_is_wrong(step: str, wanted: str) -> None:
    (top,) = roots(f"patches: [{{target: {{kind: Deployment}}, patch: '[{step}]'}}]\n")
    objects = [ChangedObject(root, (root,)) for root in roots(BASE)]
    faults = change_objects(top, objects, lambda _: ()).unmatched
    assert [fault.message.startswith(wanted) for fault in faults] == [True] * bool(wanted)


API_TARGETS = [
    ("{group: apps, version: v1}", "1"),
    ("{group: apps, kind: Deployment, name: api}", "1"),
    ("{group: app.*}", "1"),
    ("{group: '', version: '', kind: Deployment}", "1"),
    ("{}", "1"),
    ("{group: apps, version: v2}", ""),
    ("{group: batch}", ""),
    ("{version: v1beta1, name: api}", ""),
]


@pytest.mark.parametrize(("target", "expected"), API_TARGETS)
def test_target_selects_by_the_api_of_an_object(target: str, expected: str) -> None:
    step = "[{op: add, path: /metadata/labels, value: {a: '1'}}]"
    (top,) = roots(f'patches: [{{target: {target}, patch: "{step}"}}]\n')
    (root,) = roots(BASE)
    (changed_object,) = change_objects(top, [ChangedObject(root, (root,))], lambda _: ()).objects
    assert text_of(child_at(changed_object.node, "metadata", "labels", "a")) == expected


def test_target_of_another_api_is_named() -> None:
    """There is an object of its kind and name, and kustomize changes nothing."""
    step = "patch: '[{op: remove, path: /spec/paused}]'"
    (top,) = roots(f"patches: [{{target: {{group: app, kind: Deployment, name: api}}, {step}}}]\n")
    (root,) = roots(BASE)
    (fault,) = change_objects(top, [ChangedObject(root, (root,))], lambda _: ()).unmatched
    words = "Deployment api is of another API, so kustomize changes nothing"
    assert (fault.check, fault.message) == ("unused-change", words)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            "{op: replace, path: /spec/template/spec/container/0/image, value: a}",
            "Deployment api has no /spec/template/spec/container, so kustomize builds nothing; "
            "did you mean 'containers'?",
        ),
        (
            "{op: remove, path: /spec/template/spec/containers/2}",
            "Deployment api has no /spec/template/spec/containers/2, so kustomize builds nothing",
        ),
        (
            "{op: add, path: /spec/strategy/type, value: Recreate}",
            "Deployment api has no /spec/strategy, so kustomize builds nothing",
        ),
        ("{op: add, path: /spec/strategy, value: {type: Recreate}}", ""),
        ("{op: test, path: /spec/strategy, value: a}", ""),
        ("{op: replace, path: '/spec/${WHAT}', value: a}", ""),
    ],
)
def test_step_that_leads_nowhere_names_the_key_that_is_meant(step: str, words: str) -> None:
    (top,) = roots(f"patches:\n- target: {{name: api}}\n  patch: |\n    - {step}\n")
    (root,) = roots(BASE)
    result = change_objects(top, [ChangedObject(root, (root,))], lambda _: ())
    told = [fault.message for fault in result.unmatched]
    assert told == ([words] if words else [])
    assert not (told and result.unknown)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("/spec/replicas", '"3"', [("wrong-type", "spec.replicas is a number in quotes")]),
        ("/spec/template/spec/dnsPolicy", "none", [("wrong-choice", "did you mean 'None'?")]),
        ("/spec/template/spec/containers/0/resources/limit", "{}", [("unknown-field", "'limits'")]),
        ("/spec/template/spec/volumes/-", "{nam: a}", [("missing-field", "did you mean 'name'?")]),
        ("/spec/replicas", "3", []),
        ("/spec/replicas", "'${COUNT}'", []),
        ("/metadata/annotations/a.b~1c", '"1"', []),
    ],
)
def test_value_that_a_patch_sets_is_of_the_type_of_its_field(
    path: str, value: str, expected: list[tuple[str, str]]
) -> None:
    (object_, patch) = roots(f"{BASE}---\n- {{op: add, path: {path}, value: {value}}}\n")
    told = [(fault.check, fault.message) for fault in set_faults(object_, patch)]
    assert [check for check, _ in told] == [check for check, _ in expected]
    assert all(words in text for (_, text), (_, words) in zip(told, expected, strict=True))
