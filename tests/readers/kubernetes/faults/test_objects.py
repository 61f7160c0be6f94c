"""What is wrong between the objects of a set, and what is about objects that are not in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.engine.result import exit_code
from tests.support.projects import deployment, report, said, write

SELECTING = ("selector-mismatch", "selects-nothing")
PORTS = ("missing-port", "policy-port")
PODS = (
    *("host-namespace", "host-path", "host-port", "proc-mount"),
    *("host-process", "apparmor", "selinux", "sysctl", "capability", "action-host"),
)

WORKLOAD = """\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: shop, namespace: "{namespace}"}}
spec:
  selector: {{matchLabels: {{app: shop}}}}
  template:
    metadata: {{labels: {{app: shop, tier: web}}}}
    spec:
      containers:
      - name: shop
        image: acme.example/shop:1.2.0
        {container}
      {pod}
---
"""
LISTED = "ports: [{name: http, containerPort: 8080}]"


def workload(
    container: str = LISTED, pod: str = "", kind: str = "Deployment", namespace: str = ""
) -> str:
    return WORKLOAD.format(container=container, pod=pod, kind=kind, namespace=namespace)


def an_object(kind: str, spec: str, name: str = "shop", namespace: str = "") -> str:
    about = f'metadata: {{name: {name}, namespace: "{namespace}", labels: {{app: {name}}}}}'
    return f"apiVersion: any/v1\nkind: {kind}\n{about}\nspec: {spec}\n---\n"


def found(folder: Path, rules: tuple[str, ...], *texts: str) -> list[tuple[str, str]]:
    """The rules and the lines of text that findings are at."""
    text = "".join(texts)
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    lines = text.splitlines()
    findings = report(folder, rules=rules).findings
    return [(one.rule, lines[one.location.line - 1].strip()) for one in findings]


def at_spec(rule: str, spec: str) -> list[tuple[str, str]]:
    return [(rule, f"spec: {spec}")]


# --- selectors ------------------------------------------------------------------------------------

BUDGET, SCALER = "PodDisruptionBudget", "HorizontalPodAutoscaler"
BY = "{selector: {matchExpressions: [{%s}]}}"

NOTHING = [
    ("Service", "{selector: {app: shop-api}}"),
    ("Service", "{selector: {app: shop, tier: wbe}}"),
    (BUDGET, "{selector: {matchLabels: {app: store}}}"),
    (BUDGET, BY % "key: app, operator: NotIn, values: [shop]"),
    (BUDGET, BY % "key: app, operator: DoesNotExist"),
    ("NetworkPolicy", "{podSelector: {matchLabels: {application: shop}}}"),
    ("PodMonitor", BY % "key: app, operator: Exists}, {key: gone, operator: Exists"),
    (SCALER, "{scaleTargetRef: {kind: Deployment, name: shopp}}"),
    (SCALER, "{scaleTargetRef: {kind: StatefulSet, name: shop}}"),
    (SCALER, "{scaleTargetRef: {kind: deployment, name: shop}}"),
    (SCALER, "{scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment, name: shop}}"),
    (SCALER, "{scaleTargetRef: {apiVersion: v1, kind: Deployment, name: shop}}"),
    ("ScaledObject", "{scaleTargetRef: {name: shopp}}"),
    ("AuthorizationPolicy", "{selector: {matchLabels: {app: shopp}}}"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec"), NOTHING)
def test_object_that_selects_nothing_is_found_at_its_selector(
    kind: str, spec: str, tmp_path: Path
) -> None:
    assert found(tmp_path, SELECTING, workload(), an_object(kind, spec)) == at_spec(
        "selects-nothing", spec
    )


@pytest.mark.parametrize(
    ("namespace", "more", "count"),
    [
        ("webshpo", "", 1),
        ("webshp", "", 1),
        ("webshop", "", 0),
        ("webshops", "", 0),
        ("webshot", "", 0),
        ("payments", "", 0),
        ("", "", 0),
        ("webshpo", "apiVersion: v1\nkind: Namespace\nmetadata: {name: webshpo}\n", 0),
        ("webshpo", an_object("Ingress", "{}", "two", "webshpo"), 0),
    ],
)
def test_namespace_of_one_object_alone_is_a_slip_of_that_of_several(
    namespace: str, more: str, count: int, tmp_path: Path
) -> None:
    usual = "".join(an_object(BUDGET, "{selector: {}}", name, "webshop") for name in "ab")
    odd = an_object("Service", "{selector: {app: shop}}", "shop", namespace)
    texts = (workload(namespace="webshop"), usual, odd, more)
    assert len(found(tmp_path, ("misspelt-reference",), *texts)) == count


SOMETHING = [
    ("Service", "{selector: {tier: web}}"),
    ("Service", "{ports: [{port: 80}]}"),
    ("Service", "{selector: {}}"),
    ("Service", '{selector: {app: "${APP}"}}'),
    ("Service", '{selector: {app: shop, pod-template-hash: "1"}}'),
    (BUDGET, "{selector: {}}"),
    (BUDGET, BY % "key: app, operator: In, values: [a, shop]"),
    (BUDGET, BY % "key: gone, operator: NotIn, values: [x]"),
    (BUDGET, BY % "key: app, operator: Like, values: [x]"),
    ("NetworkPolicy", "{podSelector: {}}"),
    ("AuthorizationPolicy", "{rules: []}"),
    (SCALER, "{scaleTargetRef: {kind: Deployment, name: shop}}"),
    (SCALER, "{scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}}"),
    (SCALER, "{scaleTargetRef: {kind: Rollout, name: shop}}"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec"), SOMETHING)
def test_object_that_may_select_something_is_not_found(
    kind: str, spec: str, tmp_path: Path
) -> None:
    assert found(tmp_path, SELECTING, workload(), an_object(kind, spec)) == []


ELSEWHERE = [
    an_object("Service", "{selector: {app: database}}", "database"),
    an_object("Service", "{selector: {app: shop2}}", "shop2"),
    an_object("Service", "{selector: {app: shoe}}", "shoe"),
    an_object("PodDisruptionBudget", "{selector: {matchLabels: {app: shoe}}}", "shoe-pdb"),
    an_object(
        "HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: shoe}}", "shoe"
    ),
    an_object("Service", "{selector: {app: shop-api}}", namespace="other"),
    an_object("NetworkPolicy", "{podSelector: {matchLabels: {app: prometheus}}}", "monitoring"),
    an_object("ServiceMonitor", "{selector: {matchLabels: {app: database}}}", "database"),
    an_object(SCALER, "{scaleTargetRef: {kind: Deployment, name: db}}", "db"),
]


@pytest.mark.parametrize("other", ELSEWHERE)
def test_object_about_another_workload_is_not_found(other: str, tmp_path: Path) -> None:
    assert found(tmp_path, SELECTING, workload(namespace="here"), other) == []


def test_pods_of_a_kind_that_is_not_read_are_selected(tmp_path: Path) -> None:
    spec = "{template: {metadata: {labels: {app: shop-api}}}}"
    service = an_object("Service", "{selector: {app: shop-api}}")
    assert found(tmp_path, SELECTING, workload(), an_object("Cluster", spec), service) == []


def test_label_of_a_leader_is_set_later(tmp_path: Path) -> None:
    service = an_object("Service", "{selector: {app: shop, role: leader}}")
    assert found(tmp_path, SELECTING, workload(kind="StatefulSet"), service) == []
    assert found(tmp_path, SELECTING, workload(), service) != []


def test_monitor_of_a_service_that_is_not_there_is_found(tmp_path: Path) -> None:
    service = an_object("Service", "{selector: {app: shop}}")
    spec = "{selector: {matchLabels: {app: shopp}}}"
    monitor = an_object("ServiceMonitor", spec, "shop-monitor")
    expected = at_spec("selects-nothing", spec)
    assert found(tmp_path, SELECTING, workload(), service, monitor) == expected


def test_monitor_may_look_into_another_namespace(tmp_path: Path) -> None:
    service = an_object("Service", "{selector: {app: shop}}", namespace="here")
    for where, count in (("{any: true}", 1), ("{matchNames: [here]}", 1), ("{matchNames: [b]}", 0)):
        spec = f"{{selector: {{matchLabels: {{app: shop}}}}, namespaceSelector: {where}}}"
        monitor = an_object("ServiceMonitor", spec, namespace="monitoring")
        found(tmp_path, SELECTING, workload(namespace="here"), service, monitor)
        (group,) = report(tmp_path).groups
        assert sum("ServiceMonitor" in note for note in group.loaded.services[0].notes) == count


def test_selector_that_does_not_match_its_own_template_is_found(tmp_path: Path) -> None:
    text = workload().replace(
        "selector: {matchLabels: {app: shop}", "selector: {matchLabels: {app: a}"
    )
    assert found(tmp_path, SELECTING, text) == [
        ("selector-mismatch", "selector: {matchLabels: {app: a}}")
    ]


# --- keys -----------------------------------------------------------------------------------------

KEYS = [
    ("ConfigMap", "data: {LEVEL: info}", "configMapKeyRef: {name: settings, key: LEVL}", True),
    ("ConfigMap", "data: {LEVEL: info}", "configMapKeyRef: {name: settings, key: LEVEL}", False),
    ("ConfigMap", "data: {LEVEL: info}", "configMapKeyRef: {name: other, key: LEVL}", False),
    (
        "ConfigMap",
        "data: {LEVEL: info}",
        "configMapKeyRef: {name: settings, key: MODE, optional: true}",
        False,
    ),
    ("ConfigMap", "data: {}", "configMapKeyRef: {name: settings, key: LEVEL}", False),
    ("Secret", "stringData: {token: x}", "secretKeyRef: {name: settings, key: password}", True),
    ("Secret", "data: {token: eA==}", "secretKeyRef: {name: settings, key: token}", False),
]


@pytest.mark.parametrize(("kind", "content", "reference", "is_told"), KEYS)
def test_key_that_an_object_of_the_set_does_not_have_is_reported(
    kind: str, content: str, reference: str, is_told: bool, tmp_path: Path
) -> None:
    holder = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: settings}}\n{content}\n---\n"
    variable = f"env: [{{name: A, valueFrom: {{{reference}}}}}]"
    told = found(tmp_path, ("misspelt-reference",), workload(variable), holder)
    assert told == ([("misspelt-reference", variable)] if is_told else [])


# --- ports ----------------------------------------------------------------------------------------

SERVICE = an_object(
    "Service", "{selector: {app: shop}, ports: [{name: web, port: 80, targetPort: http}]}"
)
ROUTE = "{rules: [{backendRefs: [{name: shop, port: %s}]}]}"
MIRROR = "{rules: [{filters: [{requestMirror: {backendRef: {name: shop, port: %s}}}]}]}"
INGRESS = "{rules: [{http: {paths: [{backend: {service: {name: %s, port: %s}}}]}}]}"
MONITOR = "{selector: {matchLabels: {app: shop}}, endpoints: [{%s}]}"
POLICY = "{podSelector: {matchLabels: {app: shop}}, ingress: [%s]}"
CILIUM = (
    "{endpointSelector: {matchLabels: {'k8s:app': shop}}, ingress: [{toPorts: [{ports: [%s]}]}]}"
)
OPENSHIFT = "{to: {kind: Service, name: shop}, port: {targetPort: %s}}"

MISSING = [
    ("missing-port", "HTTPRoute", ROUTE % 8080),
    ("missing-port", "GRPCRoute", ROUTE % 8080),
    ("missing-port", "TCPRoute", ROUTE % 8080),
    ("missing-port", "TLSRoute", ROUTE % 8080),
    ("missing-port", "HTTPRoute", MIRROR % 8080),
    ("missing-port", "HTTPProxy", "{routes: [{services: [{name: shop, port: 8080}]}]}"),
    ("missing-port", "Ingress", INGRESS % ("shop", "{name: http}")),
    ("missing-port", "Ingress", INGRESS % ("shop", "{number: 8080}")),
    ("missing-port", "Ingress", INGRESS % ("shop", "{name: '80'}")),
    ("missing-port", "Ingress", "{defaultBackend: {service: {name: shop, port: {number: 81}}}}"),
    ("missing-port", "ServiceMonitor", MONITOR % "port: http"),
    ("missing-port", "ServiceMonitor", MONITOR % "port: '80'"),
    ("missing-port", "ServiceMonitor", MONITOR % "targetPort: web"),
    ("missing-port", "ServiceMonitor", MONITOR % "targetPort: 9090"),
    ("missing-port", "PodMonitor", MONITOR.replace("endpoints", "podMetricsEndpoints") % "port: a"),
    ("missing-port", "NetworkPolicy", POLICY % "{ports: [{port: web}]}"),
    ("policy-port", "NetworkPolicy", POLICY % "{ports: [{port: 80}]}"),
    ("policy-port", "NetworkPolicy", POLICY % "{ports: [{port: 8000}]}"),
    ("policy-port", "NetworkPolicy", POLICY % "{ports: [{port: 8000, endPort: 8010}]}"),
    ("policy-port", "NetworkPolicy", POLICY % "{ports: [{port: 80}, {port: 8080}]}"),
    ("missing-port", "CiliumNetworkPolicy", CILIUM % "{port: web}"),
    ("policy-port", "CiliumNetworkPolicy", CILIUM % "{port: '80'}"),
    ("policy-port", "CiliumNetworkPolicy", CILIUM % "{port: '8000', protocol: TCP}"),
    ("missing-port", "Route", OPENSHIFT % "htpp"),
    ("missing-port", "Route", OPENSHIFT % 8081),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "kind", "spec"), MISSING)
def test_port_that_the_other_side_does_not_have_is_found(
    rule: str, kind: str, spec: str, tmp_path: Path
) -> None:
    texts = workload(), SERVICE, an_object(kind, spec)
    assert found(tmp_path, PORTS, *texts) == at_spec(rule, spec)


THERE = [
    ("HTTPRoute", ROUTE % 80),
    ("HTTPRoute", MIRROR % 80),
    ("HTTPRoute", ROUTE.replace("shop", "elsewhere") % 8080),
    ("HTTPRoute", ROUTE.replace("name: shop", "kind: Bucket, name: shop") % 8080),
    ("Ingress", INGRESS % ("shop", "{name: web}")),
    ("Ingress", INGRESS % ("shop", "{name: use-annotation}")),
    ("ServiceMonitor", MONITOR % "port: web"),
    ("ServiceMonitor", MONITOR % "targetPort: http"),
    ("ServiceMonitor", MONITOR % "targetPort: 8080"),
    ("ServiceMonitor", MONITOR % "port: http-envoy-prom"),
    ("NetworkPolicy", POLICY % "{ports: [{port: http}]}"),
    ("NetworkPolicy", POLICY % "{ports: [{port: 8080}, {port: 9090}]}"),
    ("NetworkPolicy", POLICY % "{ports: [{port: 8000, endPort: 9000}]}"),
    ("NetworkPolicy", POLICY % "{ports: [{port: 9090}]}, {from: [{podSelector: {}}]}"),
    ("NetworkPolicy", POLICY % "{ports: [{protocol: TCP}]}"),
    ("NetworkPolicy", POLICY % "{ports: [{port: 8080, protocol: TCP}]}"),
    ("CiliumNetworkPolicy", CILIUM % "{port: '8080', protocol: ANY}"),
    ("NetworkPolicy", "{podSelector: {}, ingress: [{ports: [{port: 8000}]}]}"),
    ("CiliumNetworkPolicy", CILIUM % "{port: '8080'}"),
    ("CiliumNetworkPolicy", CILIUM % "{port: http}"),
    ("CiliumNetworkPolicy", CILIUM % "{port: '0'}"),
    ("CiliumNetworkPolicy", CILIUM.replace("'k8s:app': shop", "") % "{port: '8000'}"),
    ("Route", OPENSHIFT % "web"),
    ("Route", OPENSHIFT % "http"),
    ("Route", OPENSHIFT % 8080),
    ("Route", "{to: {kind: Service, name: shop}}"),
    ("Route", "{traffic: [{latestRevision: true, percent: 100}]}"),
]  # fmt: skip


def test_policy_for_another_protocol_than_the_port_of_its_pods_has_is_found(tmp_path: Path) -> None:
    for port in ("8080", "http"):
        policy = an_object(
            "NetworkPolicy", POLICY % f"{{ports: [{{port: {port}, protocol: UDP}}]}}"
        )
        assert [rule for rule, _ in found(tmp_path, PORTS, workload(), policy)] == ["policy-port"]
        both = "ports: [{name: http, containerPort: 8080}, {containerPort: 8080, protocol: UDP}]"
        if port == "8080":
            assert found(tmp_path, PORTS, workload(both), policy) == []


@pytest.mark.parametrize(("kind", "spec"), THERE)
def test_port_that_may_be_there_is_not_found(kind: str, spec: str, tmp_path: Path) -> None:
    assert found(tmp_path, PORTS, workload(), SERVICE, an_object(kind, spec)) == []


@pytest.mark.parametrize(("port", "is_told"), [("8081", False), ("8082", True)])
def test_port_of_a_probe_is_the_one_that_a_config_map_sets(
    port: str, is_told: bool, tmp_path: Path
) -> None:
    probe = f"livenessProbe: {{httpGet: {{path: /, port: {port}}}}}"
    settings = (
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: set}\ndata: {HEALTH_PORT: "8081"}\n'
    )
    text = workload(
        f"{LISTED}\n        envFrom: [{{configMapRef: {{name: set}}}}]\n        {probe}"
    )
    told = found(tmp_path, PORTS, text, settings)
    assert told == ([("missing-port", probe)] if is_told else [])


@pytest.mark.parametrize(
    ("setting", "is_wrong"),
    [
        ("HEALTH_PORT: '8081'", True),
        ("server.health-check.port: '8081'", True),
        ("kube-proxy-replacement-healthz-bind-address: '0.0.0.0:8081'", False),  # of another thing
        ("operator-api-serve-addr: '127.0.0.1:8082'", False),
    ],
)
def test_setting_says_the_port_of_a_probe_where_it_names_no_other_thing(
    setting: str, is_wrong: bool, tmp_path: Path
) -> None:
    probe = "livenessProbe: {httpGet: {path: /, port: 8082}}"
    settings = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: set}}\ndata: {{{setting}}}\n"
    text = workload(
        f"{LISTED}\n        envFrom: [{{configMapRef: {{name: set}}}}]\n        {probe}"
    )
    reported = found(tmp_path, PORTS, text, settings)
    assert reported == ([("missing-port", probe)] if is_wrong else [])


@pytest.mark.parametrize("opened", ["args: [--admin=:8000]", 'env: [{name: ADMIN, value: "8000"}]'])
def test_port_that_an_argument_or_variable_opens_may_be_let_in(opened: str, tmp_path: Path) -> None:
    text = workload(f"{LISTED}\n        {opened}")
    policy = an_object("NetworkPolicy", POLICY % "{ports: [{port: 8000}]}")
    assert found(tmp_path, PORTS, text, policy) == []


def test_port_of_very_many_digits_ends_no_run(tmp_path: Path) -> None:
    long = "9" * 5000
    policy = an_object("NetworkPolicy", POLICY % f"{{ports: [{{port: {long}, endPort: {long}}}]}}")
    service = SERVICE.replace("port: 80", f"port: {long}").replace("http}", f"{long}}}")
    text = workload(f"ports: [{{containerPort: {long}}}]\n        args: [--port={long}]")
    assert found(tmp_path, ("policy-port",), text, service, policy) == []
    assert found(tmp_path, ("policy-port",), workload(), SERVICE, policy) == at_spec(
        "policy-port", policy.partition("spec: ")[2].partition("\n")[0]
    )


def write_policies(folder: Path, **ports: str) -> None:
    """A file for each service, with a policy that lets in a port."""
    for name, port in ports.items():
        policy = an_object("NetworkPolicy", POLICY % f"{{ports: [{{port: {port}}}]}}")
        text = "".join((workload(), SERVICE, policy)).replace("shop", name)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_port_of_a_policy_by_its_name_is_the_same_by_its_number(tmp_path: Path) -> None:
    write_policies(tmp_path, shop="http", cart="8080")
    result = report(tmp_path, reference="shop", rules=("network-policy", *PORTS))
    assert result.findings == ()


def test_own_port_in_a_difference_is_shown_by_its_number(tmp_path: Path) -> None:
    write_policies(tmp_path, shop="http", cart="9999")
    (finding,) = report(tmp_path, reference="shop", rules=("network-policy",)).findings
    assert finding.message.endswith("the reference has 8080 (what service.target-port is here)")


PROBES = f"{LISTED}\n        livenessProbe: {{httpGet: {{port: %s}}}}"


def test_name_in_a_probe_is_one_of_its_container(tmp_path: Path) -> None:
    assert found(tmp_path, PORTS, workload(PROBES % "http"), SERVICE) == []
    assert found(tmp_path, PORTS, workload(PROBES % "web"), SERVICE) == [
        ("missing-port", "livenessProbe: {httpGet: {port: web}}")
    ]


def test_list_of_ports_without_a_value_is_to_blame_for_the_ports_that_it_lost(
    tmp_path: Path,
) -> None:
    probe = "readinessProbe: {httpGet: {path: /, port: http}}"
    text = workload(f"ports:\n        {probe}")
    assert found(tmp_path, PORTS, text, SERVICE) == [("missing-port", "ports:")]


def test_port_that_all_ask_for_by_another_name_is_to_blame(tmp_path: Path) -> None:
    text = workload(PROBES % "http").replace("{name: http,", "{name: server,")
    assert found(tmp_path, PORTS, text, SERVICE) == [
        ("missing-port", "ports: [{name: server, containerPort: 8080}]")
    ]


TWO_PORTS = "ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]"


@pytest.mark.parametrize(
    ("container", "port", "count"),
    [
        (TWO_PORTS, "{name: http, port: 80, targetPort: 8081}", 1),
        (TWO_PORTS, "{name: http, port: 80, targetPort: 8080}", 0),
        (TWO_PORTS, "{name: admin, port: 80, targetPort: 8081}", 0),
        (
            f"{TWO_PORTS}\n        args: [--http=8081]",
            "{name: http, port: 80, targetPort: 8081}",
            0,
        ),
    ],
)
def test_target_of_a_service_is_the_port_that_its_pods_list_by_its_name(
    container: str, port: str, count: int, tmp_path: Path
) -> None:
    service = an_object("Service", f"{{selector: {{app: shop}}, ports: [{port}]}}")
    assert len(found(tmp_path, PORTS, workload(container), service)) == count


# --- names ----------------------------------------------------------------------------------------


def test_reference_to_a_name_that_is_nearly_there_is_found(tmp_path: Path) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-env}\n---\n"
    for name, count in (("shop-env", 0), ("shop-evn", 1), ("shop-db", 0), ("shoe-env", 1)):
        text = workload(f"envFrom: [{{secretRef: {{name: {name}}}}}]")
        assert len(found(tmp_path, ("misspelt-reference",), secret, text)) == count


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("shop-secrets", 0),
        ("shop-secrtes", 1),
        ("shop-secets", 1),
        ("shop-secret", 0),
        ("shop-secrets2", 0),
        ("ship-secrets", 0),
        ("stop-secrets", 0),
    ],
)
def test_slip_in_a_name_that_others_refer_to_is_found(
    name: str, count: int, tmp_path: Path
) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-secrets}\n---\n"
    refer = "envFrom: [{secretRef: {name: shop-secrets}}, {secretRef: {name: %s}}]"
    assert len(found(tmp_path, ("misspelt-reference",), secret, workload(refer % name))) == count


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("shop-config", 0),
        ("shop-configs", 1),
        ("shops-config", 1),
        ("shop-config2", 0),
        ("all-configs", 0),  # none of its own
        ("shop-flags", 0),
    ],
)
def test_config_map_of_its_own_that_is_named_in_the_plural_is_found(
    name: str, count: int, tmp_path: Path
) -> None:
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-config}\n---\n"
    shared = config.replace("shop", "all")
    refer = "envFrom: [{configMapRef: {name: shop-config}}, {configMapRef: {name: all-config}}, %s]"
    text = workload(refer % f"{{configMapRef: {{name: {name}}}}}")
    assert len(found(tmp_path, ("misspelt-reference",), config, shared, text)) == count


@pytest.mark.parametrize(
    ("volume", "count"),
    [
        ("configMap: {name: shop-config, items: [{key: MODE, path: mode}]}", 0),
        ("configMap: {name: shop-config, items: [{key: MDOE, path: mode}]}", 1),
        ("configMap: {name: shop-config, optional: true, items: [{key: X, path: x}]}", 0),
        ("configMap: {name: other, items: [{key: X, path: x}]}", 0),
        ("secret: {secretName: shop-env, items: [{key: TOKEN, path: token}]}", 0),
        ("secret: {secretName: shop-env, items: [{key: TOKNE, path: token}]}", 1),
    ],
)
def test_key_of_a_volume_that_its_object_does_not_have_is_found(
    volume: str, count: int, tmp_path: Path
) -> None:
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-config}\ndata: {MODE: a}\n---\n"
    )
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-env}\nstringData: {TOKEN: a}\n---\n"
    )
    text = workload(pod=f"volumes: [{{name: a, {volume}}}]")
    assert len(found(tmp_path, ("misspelt-reference",), config, secret, text)) == count


def test_backend_of_a_name_that_is_nearly_there_is_found(tmp_path: Path) -> None:
    for name, count in (("shop", 0), ("shopp", 1), ("shop2", 0), ("cart", 0)):
        route = an_object("Ingress", INGRESS % (name, "{number: 80}"))
        own = an_object("Ingress", INGRESS % (name, "{number: 80}"), f"{name}-ingress")
        for each, expected in ((route, count), (own, 0)):
            texts = workload(), SERVICE, each
            assert len(found(tmp_path, ("misspelt-reference",), *texts)) == expected


def test_backend_with_a_word_for_a_kind_behind_its_name_is_found(tmp_path: Path) -> None:
    for name, count in (("shop-svc", 1), ("shop-service", 1), ("shop-proxy", 0)):
        route = an_object("Ingress", INGRESS % (name, "{number: 80}"))
        told = found(tmp_path, ("misspelt-reference",), workload(), SERVICE, route)
        assert len(told) == count


# --- pods -----------------------------------------------------------------------------------------

CONTEXT, UNCONFINED = "securityContext", "{appArmorProfile: {type: Unconfined}}"
OF_USER = "{seLinuxOptions: {user: a}}"
FORBIDDEN = [
    ("host-namespace", "hostNetwork: true"),
    ("host-namespace", "hostPID: true"),
    ("host-path", "volumes: [{name: a, hostPath: {path: /var/run/docker.sock}}]"),
    ("host-port", "initContainers: [{name: a, image: b, ports: [{hostPort: 80}]}]"),
    (
        "capability",
        "initContainers: [{name: a, image: b, securityContext: {capabilities: {add: [NET_RAW]}}}]",
    ),
    ("proc-mount", "initContainers: [{name: a, image: b, securityContext: {procMount: Unmasked}}]"),
    ("apparmor", f"initContainers: [{{name: a, image: b, {CONTEXT}: {UNCONFINED}}}]"),
    ("selinux", f"initContainers: [{{name: a, image: b, {CONTEXT}: {OF_USER}}}]"),
    ("action-host", "initContainers: [{name: a, image: b, startupProbe: {httpGet: {host: b}}}]"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "pod"), FORBIDDEN)
def test_setting_that_the_standards_forbid_is_reported_but_in_agents_of_nodes(
    rule: str, pod: str, tmp_path: Path
) -> None:
    assert found(tmp_path, PODS, workload(pod=pod)) == [(rule, pod)]
    assert found(tmp_path, PODS, workload(pod=pod, kind="DaemonSet")) == []


def test_annotation_that_takes_the_profile_of_a_container_is_reported(tmp_path: Path) -> None:
    labels = "metadata: {labels: {app: shop, tier: web}"
    unconfined = "annotations: {container.apparmor.security.beta.kubernetes.io/shop: unconfined}"
    text = workload().replace(f"{labels}}}", f"{labels}, {unconfined}}}")
    assert [rule for rule, _ in found(tmp_path, PODS, text)] == ["apparmor"]


def test_setting_in_a_patch_that_the_standards_forbid_is_reported_there(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(workload(), encoding="utf-8")
    step = "{op: add, path: /spec/template/spec/hostNetwork, value: true}"
    target = "target: {kind: Deployment}"
    text = f"resources: [all.yaml]\npatches:\n- {target}\n  patch: |\n    - {step}\n"
    (tmp_path / "kustomization.yaml").write_text(text, encoding="utf-8")
    (finding,) = report(tmp_path, rules=PODS).findings
    assert finding.rule == "host-namespace"
    assert (Path(finding.location.file).name, finding.location.line) == ("kustomization.yaml", 5)


def test_probe_that_asks_another_host_is_reported(tmp_path: Path) -> None:
    probe = "readinessProbe: {tcpSocket: {host: localhost, port: 80}}"
    assert found(tmp_path, PODS, workload(probe)) == [("action-host", probe)]
    assert found(tmp_path, PODS, workload(probe.replace("localhost", '""'))) == []


def test_setting_that_the_standards_let_pass_is_not_reported(tmp_path: Path) -> None:
    own = "securityContext: {capabilities: {add: [CHOWN, NET_BIND_SERVICE]}}"
    text = workload(f"ports: [{{containerPort: 80, hostPort: 0}}], {own}", "hostNetwork: false")
    assert found(tmp_path, PODS, text) == []


ROOT = "securityContext: {runAsUser: 0}"
GAINS = "securityContext: {allowPrivilegeEscalation: true}"
OPEN = [
    ("non-root", "image: 'a:1', securityContext: {runAsUser: 1}", f"image: 'a:1', {ROOT}"),
    ("privilege-escalation", "image: 'a:1'", f"image: 'a:1', {GAINS}"),
    ("image-tag", "image: 'a:1'", "image: 'a:latest'"),
    ("no-literal-secret", "image: 'a:1'", "image: 'a:1', env: [{name: PASSWORD, value: hunter2}]"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "right", "wrong"), OPEN)
def test_container_beside_the_main_one_is_held_to_the_same_absolute_rules(
    rule: str, right: str, wrong: str, tmp_path: Path
) -> None:
    """Tests what the standards ask of all containers of a pod, those that start it too."""
    limits, non_root = "resources: {limits: {cpu: 1, memory: 1Gi}}", "{runAsNonRoot: true}"
    own = f"{limits}\n        securityContext: {non_root}"
    for container, count in ((right, 0), (wrong, 1)):
        pod = f"initContainers: [{{name: first, {container}}}]"
        assert found(tmp_path, (rule,), workload(own, pod)) == [(rule, pod)] * count


def test_container_has_the_security_context_of_its_pod_and_a_worker_no_limits_of_its_server(
    tmp_path: Path,
) -> None:
    limits, pod = "resources: {limits: {memory: 1Gi}}", "securityContext: {runAsUser: 5}"
    first = f"initContainers: [{{name: first, image: 'a:1', {limits}}}]"
    server = workload(limits, f"{pod}\n      {first}")
    worker = workload("args: [worker, --queue=mail]", pod).replace(
        "name: shop,", "name: shop-mail,"
    )
    told = found(tmp_path, ("non-root", "memory-limit"), server, worker)
    assert told == [("memory-limit", "- name: shop")]


# --- objects without a workload, and workloads that are run by another object ---------------------


def test_object_without_a_workload_is_checked_by_itself(tmp_path: Path) -> None:
    budget = "{selector: {matchLabels: {app: database}}, minAvailabel: 1}"
    other = an_object("PodDisruptionBudget", budget, "database")
    other = other.replace("any/v1", "policy/v1")
    assert found(tmp_path, ("unknown-field",), workload(), other) == at_spec(
        "unknown-field", budget
    )


ROLLOUT = an_object("Rollout", "{replicas: 3, workloadRef: {kind: Deployment, name: shop}}")


def test_rollout_runs_the_pods_of_its_workload(tmp_path: Path) -> None:
    off = workload().replace("spec:\n", "spec:\n  replicas: 0\n", 1)
    assert found(tmp_path, ("no-replicas",), off) != []
    assert found(tmp_path, ("no-replicas",), off, ROLLOUT) == []
    none = ROLLOUT.replace("replicas: 3", "replicas: 0")
    assert len(found(tmp_path, ("no-replicas",), workload(), none)) == 1


def test_autoscaler_of_a_rollout_scales_its_workload(tmp_path: Path) -> None:
    spec = "{scaleTargetRef: {kind: Rollout, name: shop}, maxReplicas: 4}"
    scaler = an_object("HorizontalPodAutoscaler", spec)
    overruled = found(tmp_path, ("overruled-replicas",), workload(), ROLLOUT, scaler)
    assert overruled == [("overruled-replicas", ROLLOUT.splitlines()[3])]


@pytest.mark.parametrize(
    ("kind", "spec", "rule"),
    [
        (
            "NetworkPolicy",
            "{podSelector: SELECTOR, ingress: [{ports: [{port: 8080}]}]}",
            "network-policy",
        ),
        ("PodDisruptionBudget", "{selector: SELECTOR, minAvailable: 1}", "pod"),
        ("ServiceMonitor", "{selector: SELECTOR, endpoints: [{port: http}]}", "monitoring"),
    ],
)
def test_open_selector_in_a_file_without_workloads_is_for_all_that_no_other_selects(
    kind: str, spec: str, rule: str, tmp_path: Path
) -> None:
    one = an_object(kind, spec.replace("SELECTOR", "{matchLabels: {app: shop}}"))
    every = an_object(kind, spec.replace("SELECTOR", "{}"), name="every")
    served = workload() + an_object("Service", "{selector: {app: shop}, ports: [{port: 80}]}")
    files = {"shop.yaml": served + one, "cart.yaml": served.replace("shop", "cart")}
    for added, wanted in (({}, ["cart"]), ({"policies.yaml": every}, [])):
        write(tmp_path, files | added)
        told = report(tmp_path, rules=(rule,), reference="shop").findings
        assert [each.service for each in told] == wanted


def test_rollout_of_a_workload_elsewhere_is_an_error(tmp_path: Path) -> None:
    elsewhere = ROLLOUT.replace("shop", "database")
    (tmp_path / "all.yaml").write_text(workload() + elsewhere, encoding="utf-8")
    checked = report(tmp_path, skip_rules=("memory-limit",))
    assert exit_code(checked, "error") == 3
    problems = [problem.message for group in checked.groups for problem in group.loaded.problems]
    (message,) = (one for one in problems if "Rollout" in one)
    assert message == (
        "Rollout database runs the pods of Deployment database, which is not in this group;"
        " check it with its file"
    )


def test_scalers_of_each_other_end(tmp_path: Path) -> None:
    other = ROLLOUT.replace("Deployment, name: shop", "Rollout, name: shop")
    assert found(tmp_path, ("selects-nothing",), workload(), other) == []


# --- numbers of ports -----------------------------------------------------------------------------


def probed(port: int, *container: str, listed: str = LISTED) -> str:
    probe = f"livenessProbe: {{httpGet: {{port: {port}}}}}"
    return workload("\n        ".join((listed, *container, probe)))


def scraped(port: str, *container: str, listed: str = LISTED) -> str:
    note = f'annotations: {{prometheus.io/port: "{port}"}}, labels: {{app'
    text = workload("\n        ".join((listed, *container)))
    return text.replace("    metadata: {labels: {app", f"    metadata: {{{note}")


NAMED = "ports: [{name: http, containerPort: 8080}, {name: %s, containerPort: 9090}]"

NOT_OPENED = [
    ("missing-port", probed(8082, "args: [serve, --health-port=8081]")),
    ("missing-port", probed(8082, "args: [--health-probe-bind-address, ':8081']")),
    ("missing-port", probed(8082, "env: [{name: LIVENESS_PORT, value: '8081'}]")),
    ("missing-port", probed(9091, listed=NAMED % "health")),
    ("missing-port", scraped("9102", "args: [--metrics-addr=:9100]")),
    ("missing-port", scraped("9102", "env: [{name: PROMETHEUS_PORT, value: '9100'}]")),
    ("missing-port", scraped("9102", listed=NAMED % "metrics")),
    ("missing-port", scraped("80")),
    ("unlisted-port", scraped("9102")),
]


@pytest.mark.parametrize(("rule", "text"), NOT_OPENED)
def test_port_that_nothing_opens_is_reported_where_it_is_asked_for(
    rule: str, text: str, tmp_path: Path
) -> None:
    asks = "httpGet" if "httpGet" in text else "prometheus.io"
    told = found(tmp_path, (*PORTS, "unlisted-port"), text, SERVICE)
    assert [(name, asks in line) for name, line in told] == [(rule, True)]


@pytest.mark.parametrize("port", ["15020", "15090", "4191"])
def test_port_that_a_mesh_adds_is_not_missed(port: str, tmp_path: Path) -> None:
    text = scraped(port, listed=NAMED % "metrics")
    assert found(tmp_path, ("missing-port", "unlisted-port"), text) == []


MAY_BE_OPEN = [
    probed(8080, "args: [serve, --health-port=8081]"),
    probed(8082),
    probed(8082, "args: [serve, --port=8081]"),
    probed(8082, "args: [--health-timeout=8081]"),
    probed(8082, "args: [--health-port=8081, --admin=:8082]"),
    probed(9090, listed=NAMED % "health"),
    scraped("9102", "args: [--metrics-addr=:9102]"),
    scraped("9102", "env: [{name: EXPORTER, value: '0.0.0.0:9102'}]"),
    scraped("9102", "envFrom: [{configMapRef: {name: shop-env}}]"),
    scraped("9102", "env: [{name: METRICS_PORT, valueFrom: {configMapKeyRef: {name: a, key: b}}}]"),
    scraped("9090", listed=NAMED % "admin"),
    scraped("${METRICS_PORT}"),
]


@pytest.mark.parametrize("text", MAY_BE_OPEN)
def test_port_that_something_may_open_is_not_reported(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, (*PORTS, "unlisted-port"), text, SERVICE) == []


def test_scrape_of_a_container_without_a_list_of_ports_is_not_reported(tmp_path: Path) -> None:
    assert found(tmp_path, (*PORTS, "unlisted-port"), scraped("9102", listed="")) == []


def test_port_in_an_option_of_another_container_is_not_that_of_a_probe(tmp_path: Path) -> None:
    beside = "\n      - {name: mesh, image: acme.example/mesh:1, args: [--health-port=8081]}"
    assert found(tmp_path, PORTS, probed(8082).replace("\n      \n", f"{beside}\n")) == []


# --- metrics of one container ---------------------------------------------------------------------

OF_CONTAINER = (
    "{scaleTargetRef: {kind: Deployment, name: shop}, metrics: [{type: ContainerResource, "
    "containerResource: {name: cpu, container: %s}}]}"
)


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("shop", False), ("shpo", True), ("web", True), ("istio-proxy", False), ("${NAME}", False)],
)
def test_metric_of_a_container_that_its_target_does_not_have_is_reported(
    name: str, is_told: bool, tmp_path: Path
) -> None:
    spec = OF_CONTAINER % name
    told = found(tmp_path, ("misspelt-reference",), workload(), an_object(SCALER, spec))
    assert told == (at_spec("misspelt-reference", spec) if is_told else [])


@pytest.mark.parametrize(
    ("kind", "name", "is_told"),
    [
        ("ScaledObject", "shop", True),
        (SCALER, "shop-queue", True),
        (SCALER, "shop", False),  # the same object once more
        ("VerticalPodAutoscaler", "shop", False),
    ],
)
def test_second_autoscaler_of_a_workload_is_reported(
    kind: str, name: str, is_told: bool, tmp_path: Path
) -> None:
    first = "{scaleTargetRef: {kind: Deployment, name: shop}}"
    spec = "{minReplicas: 1, targetRef: %s, scaleTargetRef: %s}"
    second = spec % (("{kind: Deployment, name: shop}",) * 2)
    texts = workload(), an_object(SCALER, first), an_object(kind, second, name)
    assert found(tmp_path, ("contradiction",), *texts) == (
        at_spec("contradiction", second) if is_told else []
    )


@pytest.mark.parametrize("names", [("mail", "shop"), ("shop", "mail")])
def test_autoscaler_that_is_called_like_its_target_is_right_beside_another(
    names: tuple[str, str], tmp_path: Path
) -> None:
    specs = {
        name: f"{{minReplicas: {n}, scaleTargetRef: {{kind: Deployment, name: shop}}}}"
        for n, name in enumerate(names, 1)
    }
    scalers = (an_object(SCALER, spec, name) for name, spec in specs.items())
    wanted = at_spec("contradiction", specs["mail"])
    assert found(tmp_path, ("contradiction",), workload(), *scalers) == wanted


# --- objects of other tools -----------------------------------------------------------------------

TRAEFIK = "{routes: [{kind: Rule, services: [{name: %s, kind: %s, port: %s}]}]}"


@pytest.mark.parametrize(
    ("name", "kind", "port", "is_told"),
    [
        ("shop", "Service", 8080, True),
        ("shop", "Service", 80, False),
        ("shop", "Service", "web", False),
        ("shop", "TraefikService", 8080, False),
        ("cart", "Service", 8080, False),
    ],
)
def test_port_of_a_route_of_traefik_is_one_of_its_service(
    name: str, kind: str, port: object, is_told: bool, tmp_path: Path
) -> None:
    spec = TRAEFIK % (name, kind, port)
    told = found(tmp_path, PORTS, workload(), SERVICE, an_object("IngressRoute", spec))
    assert told == (at_spec("missing-port", spec) if is_told else [])


@pytest.mark.parametrize(("name", "is_told"), [("shop", False), ("shopp", True), ("cart", False)])
def test_vertical_autoscaler_of_a_workload_that_is_not_there_is_found(
    name: str, is_told: bool, tmp_path: Path
) -> None:
    spec = f"{{targetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}}}"
    scaler = an_object("VerticalPodAutoscaler", spec, "cart" if name == "cart" else "shop")
    told = found(tmp_path, SELECTING, workload(), scaler)
    assert told == (at_spec("selects-nothing", spec) if is_told else [])


@pytest.mark.parametrize(
    ("rule", "line", "text"),
    [
        (
            "retired-api",
            1,
            "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: shop}\nspec:\n"
            "  rules: [{http: {paths: [{path: /, backend: {serviceName: api, servicePort: 80}},\n"
            "    {path: /, backend: {serviceName: web, servicePort: 80}}]}}]\n",
        ),
        (
            "duplicate-key",
            4,
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {A: x, A: y}\n",
        ),
    ],
    ids=["a route", "settings"],
)
def test_fault_of_an_object_of_several_workloads_is_reported_once(
    rule: str, line: int, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = "        envFrom: [{configMapRef: {name: shop}}]\n"
    service = (
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: NAME}\n"
        "spec: {selector: {app: NAME}, ports: [{port: 80}]}\n"
    )
    files = {
        f"k8s/{name}.yaml": deployment(name, settings) + service.replace("NAME", name)
        for name in ("api", "mail", "web")
    }
    write(tmp_path, {**files, "k8s/shared.yaml": text})
    assert said(report("k8s", rules=(rule,))) == [f"shared.yaml:{line} {rule}"]


@pytest.mark.parametrize(
    ("listed", "port", "is_told"),
    [
        (LISTED, "{port: 80, targetPort: http, protocol: UDP}", True),
        (LISTED.replace("8080}", "53, protocol: UDP}"), "{port: 53, targetPort: http}", True),
        (LISTED, "{port: 80, targetPort: http, protocol: TCP}", False),
        (LISTED, "{port: 80, targetPort: 8080, protocol: UDP}", False),  # the list only informs
    ],
)
def test_service_of_another_protocol_than_the_port_that_it_names_is_found(
    listed: str, port: str, is_told: bool, tmp_path: Path
) -> None:
    service = an_object("Service", f"{{selector: {{app: shop}}, ports: [{port}]}}")
    told = found(tmp_path, ("missing-port",), workload(listed), service)
    assert [rule for rule, _ in told] == ["missing-port"] * is_told


# --- two of one name ------------------------------------------------------------------------------

TWICE = "duplicate-name"


def a_map(name: str, text: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{A: {text}}}\n"


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"b": a_map("shop", "x") + "---\n" + a_map("shop", "y")}, ["b.yaml:3", "b.yaml:8"]),
        ({"b": a_map("shop", "x"), "c": a_map("shop", "y")}, ["b.yaml:3", "c.yaml:3"]),
        ({"b": a_map("shop", "x"), "c": a_map("shop", "x")}, []),  # the same
        ({"b/b": a_map("shop", "x"), "c/c": a_map("shop", "y")}, []),  # deployed apart
        ({"b": a_map("shop", "x"), "c": a_map("shop, namespace: other", "y")}, []),
        ({"b": a_map("'{{ name }}'", "x"), "c": a_map("'{{ name }}'", "y")}, []),
        ({"b": a_map("shop", "x"), "c": a_map("shop", "y").replace("v1", "acme/v1")}, []),
    ],
)
def test_two_objects_of_one_name_are_reported_at_both_places(
    files: dict[str, str], places: list[str], tmp_path: Path
) -> None:
    texts = {f"{name}.yaml": text for name, text in files.items()}
    write(tmp_path, {"a.yaml": workload(), **texts})
    told = said(report(tmp_path, rules=(TWICE,)))
    assert told == [f"{place} {TWICE}" for place in places]


def test_service_that_is_copied_with_its_name_is_reported_in_both_folders(tmp_path: Path) -> None:
    def with_service(name: str, service: str) -> str:
        spec = f"{{selector: {{app: {name}}}, ports: [{{port: 80}}]}}"
        ports = spec if name == service else spec.replace("80", "81")
        return f"{deployment(name)}---\n{an_object('Service', ports, service)}"

    files = {"a/a.yaml": with_service("a", "a"), "b/b.yaml": with_service("b", "a")}
    told = report(write(tmp_path, files), rules=(TWICE,)).findings
    assert [(one.service, Path(one.location.file).name) for one in told] == [
        ("a", "a.yaml"),
        ("b", "b.yaml"),
    ]


def test_object_that_its_kustomization_does_not_list_is_not_defined_twice(tmp_path: Path) -> None:
    kustomization = "kind: Kustomization\nresources: [a.yaml, b.yaml]\n"
    maps = {"b.yaml": a_map("shop", "x"), "c.yaml": a_map("shop", "y")}
    files = {"a.yaml": workload(), "kustomization.yaml": kustomization, **maps}
    assert said(report(write(tmp_path, files), rules=(TWICE,))) == []


@pytest.mark.parametrize(("name", "count"), [("shop-tls", 0), ("shop-tsl", 1), ("shared", 0)])
def test_secret_of_an_ingress_that_nearly_is_one_of_the_set_is_misspelt(
    tmp_path: Path, name: str, count: int
) -> None:
    backend = "{service: {name: shop, port: {number: 80}}}"
    spec = f"{{tls: [{{hosts: [a], secretName: {name}}}], defaultBackend: {backend}}}"
    texts = (workload(), SERVICE, an_object("Ingress", spec))
    secret = an_object("Secret", "{}", "shop-tls")
    assert len(found(tmp_path, ("misspelt-reference",), *texts, secret)) == count


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("labels: {app: python-api}", "labels: {app: pyhton-api}", "label app is 'pyhton-api'"),
        ("- name: main", "- name: python-pai", "the container is 'python-pai'"),
        ("labels: {app: python-api}", "labels: {app: web}", ""),
        ("labels: {app: python-api}", "labels: {app: python-apis}", ""),  # a word of its own
    ],
)
def test_own_name_with_two_letters_swapped_is_a_slip(
    tmp_path: Path, was: str, now: str, message: str
) -> None:
    api = deployment("python-api").replace(
        "metadata: {name: python-api}", "metadata: {name: python-api, labels: {app: python-api}}", 1
    )
    assert was in api
    write(tmp_path, {"api.yaml": api.replace(was, now, 1)})
    found = report(tmp_path, rules=("misspelt-reference",)).findings
    assert [message in each.message for each in found] == ([True] if message else [])
