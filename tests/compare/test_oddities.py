"""What one of several alike services writes another way: keys that no element owns, and sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts
from tests.support.projects import deployment, messages, report, write

NAMES = ("a", "b", "c", "d", "e", "f")
IMAGE = "fullnameOverride: %s\nimage: {repository: acme/%s, tag: '1'}\n"


def odd(folder: Path, most: str, other: str, size: int = 6) -> list[tuple[str, str, int, str]]:
    """What is reported of a fleet in which the last service has another text than the others.

    ``NAME`` is the name of each.
    """
    bodies = [most] * (size - 1) + [other]
    texts = [
        (IMAGE % (name, name)) + body.replace("NAME", name)
        for name, body in zip(NAMES, bodies, strict=False)
    ]
    rules = ("odd-key", "unknown-key", "misplaced-key", "unit-slip")
    rows = check_texts(folder, *texts, only=rules, configuration="reference: []\n")
    return [(row.file, row.rule, row.line, row.message) for row in rows]


def test_size_of_very_many_digits_is_no_slip(folder: Path) -> None:
    sizes = "resources: {limits: {memory: %sMi}}\n"
    assert odd(folder, sizes % 128, sizes % ("1" * 5000)) == []


@pytest.mark.parametrize(("most", "other", "count"), [("false", "true", 0), ("true", "false", 1)])
def test_switch_that_one_service_alone_turns_on_is_its_own(
    most: str, other: str, count: int, folder: Path
) -> None:
    """What all others have and one lacks is missing there."""
    text = "mesh: {enabled: %s, mode: strict}\nteam: shop\n"
    assert len(odd(folder, text % most, text % other)) == count


@pytest.mark.parametrize(("keys", "count"), [("abc", 0), ("ab", 2)])
def test_several_switches_of_a_block_that_are_off_are_a_choice(
    keys: str, count: int, folder: Path
) -> None:
    text = "".join(f"  {key}: {{enabled: true, mode: strict}}\n" for key in keys)
    most = f"mesh:\n{text}team: shop\n"
    assert len(odd(folder, most, most.replace("true", "false"))) == count


def test_key_below_each_of_several_names_has_not_slipped_there(folder: Path) -> None:
    """There is one mapping for each of several programs."""
    most = "mesh: {mode: strict, policy: a}\n"
    several = "mesh:\n  policy: a\n  in: {mode: strict}\n  out: {mode: strict}\n"
    assert [row for row in odd(folder, most, several) if row[1] == "misplaced-key"] == []


@pytest.mark.parametrize(
    "key", ["kubectl.kubernetes.io/restartedAt", "FORCE_REDEPLOY", "forceRestart"]
)
def test_key_that_only_starts_pods_anew_is_not_missed(key: str, folder: Path) -> None:
    text = f'more: {{{key}: "1", a: b}}\nteam: shop\n'
    assert odd(folder, text, "more: {a: b}\nteam: shop\n") == []


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ("securityContext: {}", 0),
        ("nodeSelector: null", 0),
        ("dnsConfig:", 0),
        ("dnsConfig: {}", 1),
        ("schedulerName: fast", 1),
        ("affinity: {podAffinity: {a: b}}", 1),
    ],
)
def test_null_or_empty_key_of_a_manifest_is_not_missed(key: str, count: int, folder: Path) -> None:
    """The API takes null for unset, and an empty mapping of optional fields."""
    files = {f"deploy/{name}.yaml": deployment(name, f"      {key}\n") for name in NAMES[:5]}
    write(folder, {**files, "deploy/f.yaml": deployment("f")})
    assert len(report("deploy", rules=("odd-key",)).findings) == count


def test_key_that_a_server_writes_is_not_missed(folder: Path) -> None:
    text = "metadata: {creationTimestamp: '%s', labels: {app: %s}}"
    files = {}
    for number, name in enumerate(NAMES):
        made = text % (f"2020-01-0{number + 1}T00:00:00Z", name)
        made = made if number else made.replace("creationTimestamp: '2020-01-01T00:00:00Z', ", "")
        written = deployment(name).replace(f"metadata: {{labels: {{app: {name}}}}}", made)
        files[f"deploy/{name}.yaml"] = written
    write(folder, files)
    assert report("deploy", rules=("odd-key",)).findings == ()


@pytest.mark.parametrize("line", ["apiVersion: apps/v1\n", "  selector: {matchLabels: {app: f}}\n"])
def test_field_that_the_api_demands_is_reported_once(line: str, folder: Path) -> None:
    files = {f"deploy/{name}.yaml": deployment(name) for name in NAMES}
    files["deploy/f.yaml"] = deployment("f").replace(line, "")
    write(folder, files)
    rules = ("odd-key", "missing-field")
    assert [finding.rule for finding in report("deploy", rules=rules).findings] == ["missing-field"]


def test_keys_of_a_mapping_that_few_have_do_not_hide_one_that_all_but_one_have(
    folder: Path,
) -> None:
    more = "more: {k: 1, l: 1, m: 1, n: 1, o: 1, p: 1}\n"
    bodies = [f"team: shop\n{more}"] * 3 + ["team: shop\n"] * 2 + ["more: {z: 1}\n"]
    texts = [
        (IMAGE % (name, name)) + body.replace("NAME", name)
        for name, body in zip(NAMES, bodies, strict=True)
    ]
    rows = check_texts(folder, *texts, only=("odd-key",), configuration="reference: []\n")
    assert [row.message for row in rows] == ["team: not set; 5 of 6 services set it"]


MESH = "mesh: {enabled: true, mode: strict}\nteam: shop\n"


@pytest.mark.parametrize(
    ("most", "other", "rule", "line", "message"),
    [
        (MESH, "team: shop\n", "odd-key", 1, "mesh: not set; 5 of 6 services set it"),
        (
            MESH,
            "mesh: {enabled: true}\nteam: shop\n",
            "odd-key",
            3,
            "mesh.mode: not set; 5 of 6 services set it",
        ),
        (
            MESH,
            MESH.replace("true", "false"),
            "odd-key",
            3,
            "mesh.enabled is false; 5 of 6 services have true",
        ),
        (
            MESH,
            MESH.replace("strict", "loose"),
            "odd-key",
            3,
            "mesh.mode is loose; 5 of 6 services have strict",
        ),
        (
            "meshLabels: {app: NAME}\n",
            "meshLabels: {app: a}\n",
            "odd-key",
            3,
            "meshLabels.app is a; 5 of 6 services have {service}",
        ),
        (
            "fullnameOverride: NAME\nmeshLabels: {app: NAME}\n",
            "fullnameOverride: more\nmeshLabels: {app: ./more, on: more}\n",
            "odd-key",
            4,
            "meshLabels.app is ./more; 5 of 6 services have {service}",
        ),
        (
            "enableMesh: true\n",
            "enabelMesh: true\n",
            "unknown-key",
            3,
            "unknown key 'enabelMesh'; did you mean 'enableMesh', as in 5 of 6 services?",
        ),
        (
            "notes: {acme.example/body-limit: '1'}\n",
            "notes: {acme.example/body-limti: '1'}\n",
            "unknown-key",
            3,
            "unknown key 'acme.example/body-limti'; did you mean 'acme.example/body-limit', as in "
            "5 of 6 services?",
        ),
        (
            "resources: {limits: {memory: 256Mi}}\n",
            "resources: {limits: {memory: 256M}}\n",
            "unit-slip",
            3,
            "resources.limits.memory is 256M; 5 of 6 services have 256Mi, so a digit or the unit "
            "is a slip",
        ),
        (
            "resources: {limits: {cpu: 100m}}\n",
            "resources: {limits: {cpu: 99m}}\n",
            "unit-slip",
            3,
            "resources.limits.cpu is 99m; 5 of 6 services have 100m, so a digit or the unit is a "
            "slip",
        ),
        (
            "livenessProbe: {httpGet: {path: /}, initialDelaySeconds: 300}\n",
            "livenessProbe: {httpGet: {path: /}, initialDelaySeconds: 30}\n",
            "unit-slip",
            3,
            "liveness-probe.initial-delay is 30; 5 of 6 services have 300, so a digit or the unit "
            "is a slip",
        ),
    ],
)
def test_service_that_differs_is_reported_at_its_line(
    most: str, other: str, rule: str, line: int, message: str, folder: Path
) -> None:
    assert odd(folder, most, other) == [("more", rule, line, message)]


CACHE = "cache:\n  redis:\n    ttl: 60\n    entries: 500\n"


@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize(
    ("other", "found"),
    [
        ("cache:\n  redis:\n    ttl: 60\n  entries: 500\n", ("misplaced-key", 6)),
        ("cache:\n  redis:\n    ttl: 60\n    entriess: 500\n", ("unknown-key", 6)),
        ("cache:\n  rdeis:\n    ttl: 60\n    entries: 500\n", ("unknown-key", 4)),
        ("cache:\n  redis:\n    ttl: 60\n", None),
    ],
)
def test_few_siblings_show_a_slip_and_nothing_else(
    other: str, found: tuple[str, int] | None, size: int, folder: Path
) -> None:
    rows = [(rule, line) for _, rule, line, _ in odd(folder, CACHE, other, size)]
    assert rows == [found] * (found is not None)


@pytest.mark.parametrize("key", ["creationTimestamp", "status"])
def test_key_of_a_server_below_another_one_is_not_missed(key: str, folder: Path) -> None:
    text = f"more: {{{key}: x, a: b}}\nteam: shop\n"
    assert odd(folder, text, "more: {a: b}\nteam: shop\n") == []


@pytest.mark.parametrize(
    ("most", "other", "count"),
    [
        ("ingress: {enabled: true}", "ingress: {enabled: 'false'}", 1),
        ("cache: {enabled: false}", "cache: {enabled: 'false'}", 1),
        ("cache: {enabled: 'true'}", "cache: {enabled: 'false'}", 0),
        ("cache: {enabled: true}", "cache: {enabled: false}", 0),
    ],
)
def test_flag_in_quotes_among_flags_is_a_text(
    most: str, other: str, count: int, folder: Path
) -> None:
    rows = [row for row in odd(folder, f"{most}\n", f"{other}\n", 4) if "is the text" in row[-1]]
    assert len(rows) == count


@pytest.mark.parametrize(
    ("usual", "other", "count"),
    [
        ("size", "szie", 1),
        ("acme.example/body-size", "acme.example/body-szie", 1),
        ("size", "site", 0),
        ("ttl", "tlt", 0),
        ("tag", "tags", 1),
        ("tags", "tag", 1),
        ("initialDelaySeconds", "initialDelay", 1),
        ("replicaCount", "replicas", 1),
        ("minReplicas", "minReplicaCount", 1),
        ("replicaCount", "workers", 0),
        ("size", "sizeLimit", 0),
        ("keystorepassword", "keystore", 0),
        ("page", "p", 0),
    ],
)
def test_key_that_is_nearly_that_of_the_others_is_a_slip(
    usual: str, other: str, count: int, folder: Path
) -> None:
    text = "cache: {%s: 60, entries: 500}\n"
    assert len(odd(folder, text % usual, text % other, 3)) == count


@pytest.mark.parametrize(
    ("most", "other"),
    [
        ("mesh: {enabled: true, mode: '', tags: []}\n", "mesh: {enabled: true}\n"),
        ("mesh: {enabled: true, strict: false}\n", "mesh: {enabled: true}\n"),
        ("account: {create: true, team: shop}\n", "account: {create: false, team: shop}\n"),
        ("store: {dbCreate: true}\n", "store: {dbCreate: false}\n"),
        ("team: shop\nnameOverride: same\n", "team: shop\n"),
    ],
    ids=["empty", "is off as if not set", "made elsewhere", "made elsewhere, too", "a name"],
)
def test_key_without_a_meaning_is_not_missed(most: str, other: str, folder: Path) -> None:
    assert odd(folder, most, other) == []


ENVOY = "hooks:\n- {name: envoy, mode: strict}\n- {name: NAME-logs}\n"


@pytest.mark.parametrize(
    ("most", "other", "line", "message"),
    [
        pytest.param(
            ENVOY,
            ENVOY.replace("strict", "loose"),
            4,
            "hooks[name=envoy].mode is loose; 5 of 6 services have strict",
            id="an item by its name, wherever it stands",
        ),
        pytest.param(
            ENVOY,
            "hooks:\n- {name: NAME-logs}\n- {name: envoy}\n",
            5,
            "hooks[name=envoy].mode: not set; 5 of 6 services set it",
            id="a key of an item in another place",
        ),
        pytest.param(
            "base: &base {mode: strict}\nmesh: *base\n",
            "base: {mode: strict}\nmesh: {mode: loose}\n",
            4,
            "mesh.mode is loose; 5 of 6 services have strict",
            id="a mapping that an alias repeats",
        ),
        pytest.param(
            "hooks:\n- {mode: strict}\n",
            "hooks:\n- {mode: loose}\n",
            0,
            "",
            id="an item without a name is not asked about",
        ),
    ],
)
def test_items_are_found_by_name_and_aliases_by_what_they_repeat(
    most: str, other: str, line: int, message: str, folder: Path
) -> None:
    expected = [("more", "odd-key", line, message)] if message else []
    assert odd(folder, most, other) == expected


def test_keys_of_two_layers_are_asked_about_as_those_of_one_file(folder: Path) -> None:
    files = {f"deploy/{n}.yaml": MESH if n < "f" else "mesh: {enabled: true}\n" for n in NAMES}
    base = {f"base/{n}.yaml": (IMAGE % (n, n)) + "team: shop\n" for n in NAMES}
    each = (f"    - {{name: {n}, files: [base/{n}.yaml, deploy/{n}.yaml]}}\n" for n in NAMES)
    groups = f"groups:\n  shop:\n    services:\n{''.join(each)}"
    rows = check_texts(folder, only=["odd-key"], configuration=groups, more=files | base)
    assert [(row.file, row.line, row.message) for row in rows] == [
        ("f", 1, "mesh.mode: not set; 5 of 6 services set it")
    ]


@pytest.mark.parametrize(
    ("most", "other"),
    [
        pytest.param("mesh: {at: web-7}\n", "mesh: {at: web-8}\n", id="a name"),
        pytest.param("mesh: {at: x.example}\n", "mesh: {at: y.example}\n", id="a host"),
        pytest.param("mesh: {size: 5}\n", "mesh: {size: 7}\n", id="a size"),
        pytest.param("mesh: {token: abc}\n", "mesh: {token: xyz}\n", id="a secret"),
        pytest.param("mesh: {a: x}\n", "mesh: {a: x, b: y}\n", id="a key more"),
        pytest.param(
            "resources: {limits: {cpu: 100m}}\n",
            "resources: {limits: {cpu: 250m}}\n",
            id="a size of its own",
        ),
        pytest.param(
            "fullnameOverride: NAME\nmeshLabels: {app: NAME}\n",
            "fullnameOverride: more\nmeshLabels: {app: more-cache, on: more}\n",
            id="a variant of its name",
        ),
        pytest.param("aa: 1\nbb: 1\ncc: 1\ndd: 1\nee: 1\nff: 1\n", "zz: 1\n", id="of another kind"),
    ],
)
def test_key_of_a_service_for_itself_is_not_odd(most: str, other: str, folder: Path) -> None:
    assert odd(folder, most, other) == []


def test_key_below_the_own_name_is_that_of_the_others(folder: Path) -> None:
    most = "jobs: {NAME: {mode: fast, retry: true}}\n"
    message = "jobs.{service}.retry: not set; 5 of 6 services set it"
    found = odd(folder, most, most.replace(", retry: true", ""))
    assert [line[1:] for line in found] == [("odd-key", 3, message)]


def test_key_that_others_have_too_is_no_own_name(folder: Path) -> None:
    assert odd(folder, "jobs: {f: {retry: true}}\n", "jobs: {f: {retry: true}}\n") == []


def test_key_is_asked_of_those_with_the_mapping(folder: Path) -> None:
    bodies = ["team: shop\n", *[MESH] * 4, "mesh: {enabled: true}\nteam: shop\n"]
    texts = [IMAGE % (name, name) + body for name, body in zip(NAMES, bodies, strict=True)]
    found = check_texts(folder, *texts, only=("odd-key",), configuration="reference: []\n")
    message = "mesh.mode: not set; 4 of 5 services set it"
    assert (3, message) in [(row.line, row.message) for row in found]


@pytest.mark.parametrize(("kind", "count"), [("secret", 0), ("claim", 1)])
def test_key_of_another_variant_is_not_missed(kind: str, count: int, folder: Path) -> None:
    most = "volumes: {config: {type: claim, claimName: shared, size: big}}\n"
    other = f"volumes: {{config: {{type: {kind}, size: big}}}}\n"
    found = [line for line in odd(folder, most, other) if "claimName" in line[-1]]
    assert len(found) == count


@pytest.mark.parametrize(
    ("other", "keys"),
    [
        pytest.param("team: shop\n", [], id="of another kind"),
        pytest.param("appType: node\nteam: shop\n", [], id="of a kind by another word"),
        pytest.param("heap: 1Gi\nhealth: {path: /up}\nteam: shop\n", ["appType"], id="a slip"),
        pytest.param("heap: 1Gi\nteam: shop\n", ["appType", "health"], id="two slips"),
        pytest.param("appType: java\nteam: shop\n", ["health", "heap"], id="of that kind"),
        pytest.param("appType: java\nheap: 1Gi\nteam: shop\n", ["health"], id="of that, a slip"),
    ],
)
def test_keys_of_another_kind_of_service_are_not_missed(
    other: str, keys: list[str], folder: Path
) -> None:
    most = "appType: java\nheap: 1Gi\nhealth: {path: /up}\nteam: shop\n"
    found = [line[-1].partition(": not set")[0] for line in odd(folder, most, other)]
    assert found == keys


def test_key_that_few_services_have_is_not_odd(folder: Path) -> None:
    assert odd(folder, MESH, "team: shop\n", 4) == []


def test_key_that_two_services_lack_is_not_odd(folder: Path) -> None:
    texts = [(IMAGE % (n, n)) + (MESH if n < "e" else "team: shop\n") for n in NAMES]
    assert check_texts(folder, *texts, only=["odd-key"], configuration="reference: []\n") == []


OBJECTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec: {containers: [{name: main, image: acme.example/NAME:1}]}
---
apiVersion: v1
kind: Service
metadata: {name: NAME, labels: {team: shop}}
spec:
  selector: {app: NAME, tier: web}
  ports: [{port: 80}]
"""


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (", labels: {team: shop}", "metadata.labels: not set; 4 of 5 services set it"),
        (", tier: web", ""),
    ],
    ids=["labels", "what it selects is its own"],
)
def test_key_that_the_service_object_of_one_lacks_is_reported(
    part: str, message: str, folder: Path
) -> None:
    texts = [OBJECTS.replace("NAME", name) for name in NAMES[:5]]
    texts[4] = texts[4].replace(part, "")
    rows = check_texts(folder, *texts, only=["odd-key"], configuration="reference: []\n")
    assert [(row.line, row.message) for row in rows] == ([(12, message)] if message else [])


INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME, annotations: {acme.example/class-name: a, acme.example/timeout: "9"}}
spec: {defaultBackend: {service: {name: NAME, port: {number: 80}}}}
"""


def test_key_that_the_ingress_of_one_misspells_is_reported(folder: Path) -> None:
    texts = [(OBJECTS + INGRESS).replace("NAME", name) for name in NAMES[:4]]
    texts[3] = texts[3].replace("/timeout", "/timeuot")
    rows = check_texts(folder, *texts, only=["unknown-key"], configuration="reference: []\n")
    assert [row.message.partition(";")[0] for row in rows] == ["unknown key 'acme.example/timeuot'"]


NESTED = "mesh: {enabled: true, policy: {mode: strict}}\nteam: shop\n"


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (
            "mesh: {enabled: true, policy: {}, mode: strict}\nteam: shop\n",
            "mesh.mode is mesh.policy.mode in 5 of 6 services; indent it as there",
        ),
        (
            "mesh: {enabled: true, policy: {mode: strict}, team: shop}\n",
            "mesh.team is team in 5 of 6 services; indent it as there",
        ),
    ],
)
def test_key_at_another_level_than_that_of_all_others_is_misplaced(
    other: str, message: str, folder: Path
) -> None:
    ((_, rule, line, found),) = odd(folder, NESTED, other)
    assert (rule, line, found) == ("misplaced-key", 3, message)


def test_key_beside_others_in_a_mapping_that_only_one_service_has_is_not_misplaced(
    folder: Path,
) -> None:
    other = "mesh: {enabled: true, policy: {}, primary: {mode: strict, size: 3}}\nteam: shop\n"
    assert "misplaced-key" not in [rule for _, rule, *_ in odd(folder, NESTED, other)]


def test_handler_of_a_probe_with_a_command_is_no_key_without_an_owner(folder: Path) -> None:
    probes = ["exec: {command: [/bin/probe]}"] * 5 + ["httpGet: {path: /, port: 80}"]
    for name, probe in zip(NAMES, probes, strict=True):
        more = (
            f"        ports: [{{containerPort: 80}}]\n        readinessProbe:\n          {probe}\n"
        )
        text = deployment(name, more)
        write(folder, {f"k8s/{name}.yaml": text})
    assert messages(report(folder / "k8s"), "odd-key") == []


WORDS = [
    ("ingress: {className: nginx}", "nignx", "ingress.className is nignx"),
    ("broker: kafka://events-NAME:9092", "kafak://events-NAME:9092", "broker is kafak://events-f"),
    ("serviceAccount: {name: shop-default}", "shop-defualt", "name is shop-defualt"),
    ("region: Frankfurt/1", "Frankfort/1", "region is Frankfort/1"),
]


@pytest.mark.parametrize(("most", "other", "message"), WORDS)
def test_text_that_differs_by_a_letter_from_that_of_all_others_is_reported(
    most: str, other: str, message: str, folder: Path
) -> None:
    key, _, _ = most.rpartition(" ")
    text = f"{key} {other}{'}' if '{' in key else ''}\n"
    ((file, rule, _, told),) = odd(folder, f"{most}\n", text)
    assert (file, rule) == ("more", "odd-key")
    assert message in told
    assert "5 of 6 services have" in told


FEW = [
    ("region: frankfurt", "frankfrut", 1),
    ("storage: {className: encrypted-disk}", "encryptd-disk", 1),
    ("queue: leader", "reader", 0),
    ("queue: reader", "read", 0),
    ("step: consume", "consumed", 0),
    ("sso: {clientSecret: correcthorse}", "corecthorse", 0),
    ("host: NAME.example.com", "NAME.exmaple.com", 1),
    ("level: info", "ifno", 1),  # two letters of a short word are swapped
    ("level: info", "into", 0),
    ("level: info", "inf", 0),
]


@pytest.mark.parametrize("is_paired", [False, True])
@pytest.mark.parametrize(("most", "other", "count"), FEW)
def test_text_with_a_slip_is_reported_where_two_services_or_a_reference_have_it_right(
    most: str, other: str, count: int, is_paired: bool, folder: Path
) -> None:
    """Nobody says it where the word may be one of its own, or is secret."""
    key, _, _ = most.rpartition(" ")
    body = f"{key} {other}{'}' if '{' in key else ''}\n"
    texts = [
        (IMAGE % (name, name)) + each.replace("NAME", name)
        for name, each in zip(
            "ab" if is_paired else "abc",
            [f"{most}\n"] * (1 if is_paired else 2) + [body],
            strict=True,
        )
    ]
    rows = check_texts(
        folder, *texts, only=("odd-key",), configuration="" if is_paired else "reference: []\n"
    )
    assert [row.rule for row in rows] == ["odd-key"] * count


ALLOWED = """\
allow:
- {service: web, rule: service, from: ClusterIP, to: ClusterIPx, because: it is tried out}
"""


@pytest.mark.parametrize(("configuration", "status"), [("", "violation"), (ALLOWED, "allowed")])
def test_text_at_which_a_rule_differs_is_odd_for_that_rule_alone(
    configuration: str, status: str, folder: Path
) -> None:
    texts = [
        f"{IMAGE % (name, name)}service: {{type: {kind}, port: 80}}\n"
        for name, kind in (("python", "ClusterIP"), ("web", "ClusterIPx"))
    ]
    found = check_texts(folder, *texts, configuration=configuration)
    rows = [(row.rule, row.status) for row in found if row.rule in ("odd-key", "service")]
    assert rows == [("service", status)]


@pytest.mark.parametrize(
    ("most", "other"),
    [
        ("host: db-one.acme.example", "host: db-two.acme.example"),
        ("zone: europe-west1-b", "zone: europe-west1-c"),
        ("broker: kafka://events:9092", "broker: kafka://events:9093"),
        ("apiToken: /run/token", "apiToken: /run/tokem"),
    ],
    ids=["words", "a single letter", "a number", "a secret"],
)
def test_text_that_may_be_right_is_no_slip(most: str, other: str, folder: Path) -> None:
    assert odd(folder, f"{most}\n", f"{other}\n") == []


@pytest.mark.parametrize(("first", "count"), [("order", 0), ("a", 1)])
def test_name_of_another_service_is_no_slip(first: str, count: int, folder: Path) -> None:
    names = (first, *NAMES[1:])
    files = {f"{name}.yaml": f"{IMAGE % (name, name)}peer: http://orders/x\n" for name in names}
    files["f.yaml"] = files["f.yaml"].replace("orders", "order")
    assert len(report(write(folder / "deploy", files), rules=("odd-key",)).findings) == count


CONFIG = """\
apiVersion: %s
kind: %s
metadata: {name: %s}
spec:%s
  selector: {app: a}
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: main, image: "acme/a:1"}]}
"""


def test_key_of_another_kind_of_workload_is_not_missed(folder: Path) -> None:
    of_config = ("apps.openshift.io/v1", "DeploymentConfig")
    files = {f"{name}.yaml": CONFIG % (*of_config, name, "\n  test: false") for name in NAMES}
    files["f.yaml"] = CONFIG % ("apps/v1", "Deployment", "f", "")
    assert messages(report(write(folder / "deploy", files)), "odd-key") == []
    files["f.yaml"] = CONFIG % (*of_config, "f", "")
    told = messages(report(write(folder / "deploy", files)), "odd-key")
    assert told == ["spec.test: not set; 5 of 6 services set it"]
