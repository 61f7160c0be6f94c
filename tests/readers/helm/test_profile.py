"""Profiles: the shipped ones are right, own ones are read like them, mistakes have a place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploylint.compare import compare
from deploylint.config import load as config
from deploylint.config import rules as rule_sets
from deploylint.documents.paths import display_path
from deploylint.engine import discovery
from deploylint.engine import load as sets
from deploylint.engine.profile_choice import choose_profile
from deploylint.model import data as shipped
from deploylint.model.errors import Misread, UsageError
from deploylint.model.fields import ADDRESSES
from deploylint.model.service import Role
from deploylint.readers.helm import profile as profiles
from deploylint.readers.helm.key_tree import is_path, split
from deploylint.readers.helm.profile_lint import check
from deploylint.readers.service import read_service
from tests.support.values import document

ROLES: tuple[Role, ...] = ("server", "worker", "job", "scheduler", "init", "sidecar")


@pytest.mark.parametrize("name", profiles.names())
def test_shipped_profile_is_valid(name: str) -> None:
    check(name)
    profile = profiles.load(name)
    assert profile.name == name
    assert all(profile.trees[role].paths for role in ROLES)


def test_kubernetes_profile_is_valid() -> None:
    check("kubernetes")


def test_base_profile_comes_last() -> None:
    *others, base = profiles.names()
    assert not profiles.read_layer(base).extends
    assert all(profiles.read_layer(name).extends for name in others)


# --- a profile of a project's own ----------------------------------------------------------------

OWN = """\
profile: acme
extends: helm-create
about: our chart, with a gateway and workers of its own
evidence: [acmeWorkers]
components: [{at: "acmeWorkers.*", role: worker, technology: celery}]
elements:
  route: [{at: [gateway], fields: {".": {kind: http-route}, listener.name: gateway}}]
  environment: [{at: [], fields: {vaultSecret: (secret-names)}}]
  workers: [{at: [], for: worker, fields: {run: (command)}}]
"""

VALUES = """\
fullnameOverride: {name}
image: {{repository: acme.io/{name}, tag: "1"}}
imagePullSecrets: [acr]
service: {{port: 8000}}
securityContext: {{runAsNonRoot: true}}
resources: {{limits: {{memory: 1Gi, cpu: 1}}}}
vaultSecret: {name}-env
gateway: {{listener: {{name: {gateway}}}}}
acmeWorkers:
  mail: {{run: "celery worker -Q mail -c {tasks}"}}
"""


def folder(tmp_path: Path, **files: str) -> Path:
    below = tmp_path / "profiles"
    below.mkdir(parents=True)
    for name, text in files.items():
        (below / f"{name.replace('_', '-')}.yaml").write_text(dedent(text), encoding="utf-8")
    return below


def test_profile_of_ten_lines_is_valid() -> None:
    assert len(OWN.splitlines()) <= 10


def test_own_profile_reads_a_fleet_as_a_shipped_one_does(tmp_path: Path) -> None:
    own = folder(tmp_path, acme=OWN)
    deploy = tmp_path / "deploy"
    deploy.mkdir()
    (deploy / "deploy-python.yaml").write_text(VALUES.format(name="api", gateway="g", tasks=2))
    (deploy / "deploy-go.yaml").write_text(VALUES.format(name="web", gateway="other", tasks=9))
    [wanted] = discovery.find_groups([deploy], config.load())
    loaded = sets.load_group(wanted, "", (own,))
    assert loaded.profile.name == "acme"
    assert (
        loaded.profile_because
        == f"detected: acmeWorkers in {display_path(deploy / 'deploy-go.yaml')}"
    )
    go, python = loaded.services
    active = [rule for rule in rule_sets.shipped_rules().rules if rule.active]
    found = compare([python, go], python, active).differences
    judged = [(d.rule.id, d.address, d.expected.data, d.actual.data) for d in found]
    assert [one for one in judged if one[0] not in ("service-port", "runtime")] == [
        ("route", "route.gateway", "g", "other"),
        ("workers", "workers.concurrency", 2, 9),
    ]


def test_own_profile_is_tried_first_and_found_by_name(tmp_path: Path) -> None:
    own = folder(tmp_path, acme=OWN)
    assert profiles.names((own,)) == ("acme", *profiles.names())
    chosen, because = choose_profile([document("image: a\n")], "acme", (own,))
    assert (chosen.name, because) == ("acme", "--profile")
    with pytest.raises(UsageError, match="did you mean 'acme'"):
        choose_profile([document("image: a\n")], "acne", (own,))


def test_own_profile_can_extend_another_own_one_of_a_later_folder(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", team="profile: team\nextends: acme\nabout: a team\n")
    other = folder(tmp_path, acme=OWN)
    profile = profiles.load("team", (one, other))
    service = read_service(document("vaultSecret: s\n"), profile)
    assert service is not None
    assert service.main.value("environment.secrets").data == ["s"]


def test_own_profile_overrides_and_inherits(tmp_path: Path) -> None:
    own = folder(
        tmp_path,
        acme="""
        profile: acme
        extends: helm-create
        about: another port and nothing that the chart fills in
        port-name: web
        given-by-chart: []
        """,
    )
    profile, base = profiles.load("acme", (own,)), profiles.load("helm-create")
    assert (profile.port_name, profile.given) == ("web", ())
    assert (profile.fallback, profile.union) == (base.fallback, base.union)


def test_own_profile_may_extend_nothing(tmp_path: Path) -> None:
    own = folder(
        tmp_path,
        alone="""
        profile: alone
        about: nothing but replicas
        components: [{at: "", role: server}]
        elements: {replicas: [{at: [], fields: {pods: count}}]}
        """,
    )
    service = read_service(document("pods: 2\nimage: a\n"), profiles.load("alone", (own,)))
    assert service is not None
    assert service.main.value("replicas.count").data == 2
    assert service.main.value("image.repository").state == "absent"


def test_own_profile_that_is_not_used_is_not_read(tmp_path: Path) -> None:
    own = folder(tmp_path, acme="profile: [", zeta=OWN.replace("acme", "zeta"))
    chosen, _ = choose_profile([document("image: a\n")], "zeta", (own,))
    assert chosen.name == "zeta"


# --- mistakes ------------------------------------------------------------------------------------

HEAD = "profile: acme\nextends: helm-create\nabout: x\n"
ROUTE = f"{HEAD}elements:\n  route:\n  - "
MISTAKES = [
    # the text, line, column and what is said
    (f"{HEAD}evidnce: [a]\n", 4, 1, "unknown key 'evidnce'; did you mean 'evidence'?"),
    (
        f"{HEAD}elements: {{rout: []}}\n",
        4,
        12,
        "unknown element 'rout'; did you mean 'route'?",
    ),
    (f"{ROUTE}{{at: [x], feilds: {{}}}}\n", 6, 15, "unknown key 'feilds'; did you mean 'fields'?"),
    (
        f"{ROUTE}{{at: [x], fields: {{a: host}}}}\n",
        6,
        27,
        "unknown field 'host'; did you mean 'hosts'?",
    ),
    (
        f"{ROUTE}{{at: [x], fields: {{a: {{knd: x}}}}}}\n",
        6,
        28,
        "unknown field 'knd'; did you mean 'kind'?",
    ),
    (
        f"{ROUTE}{{at: [x], fields: {{a: (host)}}}}\n",
        6,
        27,
        "unknown reader 'host'; did you mean 'hosts'?",
    ),
    (
        f"{ROUTE}{{at: [x], fields: {{a: (image)}}}}\n",
        6,
        27,
        "the reader (image) fills digest, registry",
    ),
    (f"{ROUTE}{{at: [x], form: prob}}\n", 6, 21, "unknown form 'prob'; did you mean 'probe'?"),
    (f"{ROUTE}{{at: [x], form: probe}}\n", 6, 21, "unknown field of route 'handler'"),
    (f"{ROUTE}{{at: [x], chart-decides: {{a: [tsl]}}}}\n", 6, 35, "did you mean 'tls'?"),
    (f"{ROUTE}{{at: [x]}}\n", 6, 5, "gives no value"),
    (f"{ROUTE}{{at: ['']}}\n", 6, 5, "gives no value"),
    (f"{ROUTE}{{at: [''], form: ingress}}\n", 6, 11, "invalid path ''"),
    (f"{ROUTE}{{at: [a..b], form: ingress}}\n", 6, 11, "invalid path 'a..b'"),
    (f"{ROUTE}{{at: [.], form: ingress}}\n", 6, 11, "invalid path '.'"),
    (f"{ROUTE}{{at: [x], fields: {{'': tls}}}}\n", 6, 24, "invalid path ''"),
    (f"{ROUTE}{{at: x, fields: {{a: tls}}}}\n", 6, 10, "a list is expected here, not a text"),
    (f"{ROUTE}{{at: [x], for: servr}}\n", 6, 20, "did you mean 'server'?"),
    (f"{HEAD}evidence: ['']\n", 4, 12, "invalid path ''"),
    (f"{HEAD}known: [a.]\n", 4, 9, "invalid path 'a.'"),
    (f"{HEAD}components: [{{at: '*.', role: worker}}]\n", 4, 19, "invalid path '*.'"),
    (f"{HEAD}components: [{{at: a, role: wroker}}]\n", 4, 28, "did you mean 'worker'?"),
    (f"{HEAD}components: [{{at: a}}]\n", 4, 14, "role is missing; add it"),
    (f"{HEAD}foreign: [{{at: ['']}}]\n", 4, 17, "invalid path ''"),
    (f"{HEAD}given-by-chart: [image.tga]\n", 4, 18, "did you mean 'image.tag'?"),
    (f"{HEAD}union: [imagee]\n", 4, 9, "did you mean 'image'?"),
    (f"{HEAD}forms: {{f: {{a: hostz}}}}\n", 4, 16, "did you mean 'hosts'?"),
    (f"{HEAD}about: y\n", 4, 1, "key 'about' is written twice; first in line 3"),
    (HEAD.replace("helm-create", "helm-creat"), 2, 10, "did you mean 'helm-create'?"),
    (
        HEAD.replace("helm-create", "acme"),
        2,
        10,
        "acme extends acme: a circle; remove one extends",
    ),
    (HEAD.replace("helm-create", "other"), 2, 10, "acme extends other extends acme"),
    (
        HEAD.replace("profile: acme", "profile: amce"),
        1,
        10,
        "profile 'amce' is in the file of",
    ),
    (HEAD.replace("profile: acme\n", ""), 1, 1, "profile is missing; add it"),
    ("profile: [\n", 1, 11, ""),
    ("", 1, 1, "is empty"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), MISTAKES)
def test_own_profile_with_a_mistake_is_refused_at_its_position(
    text: str, line: int, column: int, message: str, tmp_path: Path
) -> None:
    own = folder(tmp_path, acme=text, other="profile: other\nextends: acme\nabout: x\n")
    with pytest.raises(Misread) as caught:
        profiles.load("acme", (own,))
    problem = caught.value.problem
    assert message in problem.message
    assert (problem.file, problem.line, problem.column) == ("profiles/acme.yaml", line, column)


def test_own_profile_with_a_mistake_in_its_base_is_refused_there(tmp_path: Path) -> None:
    own = folder(tmp_path, acme=HEAD.replace("helm-create", "base"), base="profile: base\n")
    with pytest.raises(Misread) as caught:
        profiles.load("acme", (own,))
    assert caught.value.problem.file == "profiles/base.yaml"


def test_own_profile_with_a_shipped_name_is_refused(tmp_path: Path) -> None:
    own = folder(tmp_path, nested="profile: nested\nabout: x\n")
    with pytest.raises(Misread, match="'nested' is defined twice; first in deploylint/profiles"):
        profiles.names((own,))


def test_own_profile_in_two_folders_is_refused(tmp_path: Path) -> None:
    one, other = folder(tmp_path, acme=OWN), folder(tmp_path / "a", acme=OWN)
    with pytest.raises(Misread, match=r"'acme' is defined twice; first in profiles/acme\.yaml"):
        profiles.names((one, other))


# --- paths ---------------------------------------------------------------------------------------

PATHS = [
    ("a", ("a",)),
    ("a.b", ("a", "b")),
    ('a."b.c/d"', ("a", "b.c/d")),
    ("a.*.b", ("a", "*", "b")),
    ("a[]", ("a", "[]")),
    ("a[].b", ("a", "[]", "b")),
    ("a-*.b", ("a-*", "b")),
]


@pytest.mark.parametrize(("path", "keys"), PATHS)
def test_profile_path_is_its_keys(path: str, keys: tuple[str, ...]) -> None:
    assert is_path(path)
    assert split(path) == keys


@pytest.mark.parametrize("path", ["", ".", "..", "a.", ".a", "a..b", "a]", '"a', "[", "a[0]"])
def test_profile_path_that_is_invalid_is_refused(path: str) -> None:
    assert not is_path(path)


@given(st.lists(st.text("abc/.-", min_size=1), min_size=1))
def test_profile_path_of_quoted_keys_is_split_into_them(keys: list[str]) -> None:
    path = ".".join(f'"{key}"' for key in keys)
    assert is_path(path)
    assert split(path) == tuple(keys)


# --- whatever a file holds -----------------------------------------------------------------------

WORDS = sorted(
    {
        key
        for name in profiles.names()
        for text in re.findall(
            r"[\w./*\[\]-]+", (shipped.FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        )
        if is_path(text)
        for key in split(text)
        if "*" not in key and key != "[]"
    }
)
scalars = st.sampled_from(
    ["", "x", "/x", "true", "false", "8080", "a:1", "{{ x }}", True, False, None, 0, 1, 1.5]
)
values = st.recursive(
    scalars,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from([*WORDS, "name", "a"]), below, max_size=5)
    ),
    max_leaves=30,
)


@given(
    st.dictionaries(st.sampled_from(WORDS), values, max_size=8), st.sampled_from(profiles.names())
)
def test_profile_reads_any_values(data: dict[str, object], name: str) -> None:
    service = read_service(document(json.dumps(data)), profiles.load(name))
    if service is None:
        return
    for component in service.components:
        assert component.values.keys() <= ADDRESSES.keys()
