"""Comparing: what is found where, from the text of two files to their differences."""

from __future__ import annotations

from deploylint.compare import compare
from deploylint.config import rules as rule_sets
from deploylint.model.difference import Difference
from deploylint.model.service import Service
from deploylint.policy.allowance_index import RunAllowances
from deploylint.policy.judgement import findings_for
from deploylint.policy.messages import message_for
from tests.support.values import service
from tools import TODAY

PACK = rule_sets.shipped_rules()

REFERENCE = """
fullnameOverride: api
image: {repository: acme/api, tag: "1"}
service: {port: 8000}
livenessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10}
serviceMonitor: {enabled: true, port: 8000, path: /metrics}
workers:
  mail: {command: [celery, worker, -Q, mail, -c, "2"]}
"""
PEER = REFERENCE.replace("api", "web")


def differences(peer: str, rule: str, reference: str = REFERENCE) -> list[Difference]:
    services = (service(reference, file="deploy-python.yaml"), service(peer))
    rules = [one for one in PACK.rules if one.id == rule]
    assert rules, rule
    return compare(services, services[0], rules).differences


def summary(peer: str, rule: str, reference: str = REFERENCE) -> list[tuple[str, str, str]]:
    return [
        (one.outcome, one.address, message_for(one)) for one in differences(peer, rule, reference)
    ]


def places(peer: str, rule: str, reference: str = REFERENCE) -> list[str]:
    """The keys that findings point at."""
    no_allowances = RunAllowances((), TODAY).of_group("deploy")
    found = findings_for("deploy", differences(peer, rule, reference), no_allowances)
    return [finding.location.key for finding in found]


def without(text: str, part: str) -> str:
    assert text.count(part) == 1, part
    return text.replace(part, "")


def test_file_under_another_name_has_no_difference() -> None:
    for rule in PACK.rules:
        if rule.scope != "every":
            assert differences(PEER, rule.id) == [], rule.id


# --- what agrees inside one service --------------------------------------------------------------


def matches(one: Service) -> int:
    rules = [rule for rule in PACK.rules if rule.id == "ports"]
    return sum(compare([one], None, rules).matches.values())


def test_derived_port_agrees_like_a_written_one() -> None:
    written = "service: {port: 80, targetPort: 80}\nlivenessProbe: {httpGet: {port: 80}}\n"
    assert matches(service(written)) == matches(service(without(written, ", targetPort: 80"))) == 3


def test_derived_port_is_not_blamed() -> None:
    text = "service: {port: 80}\nlivenessProbe: {httpGet: {port: 80}}\nserviceMonitor: {port: 9}\n"
    found = summary(text, "ports")
    assert [address for _, address, _ in found] == ["monitoring.port"]


def test_derived_port_has_no_vote() -> None:
    probes = "livenessProbe: {httpGet: {port: 9}}\nreadinessProbe: {httpGet: {port: 9}}\n"
    found = summary(f"service: {{port: 80}}\n{probes}", "ports")
    assert [address for _, address, _ in found] == ["service.port"]


MAPPED = "service: {port: 80, targetPort: 8000}\nlivenessProbe: {httpGet: {port: 8000}}\n"


def test_service_port_may_differ_from_its_target() -> None:
    assert summary(MAPPED, "ports", MAPPED) == []
    assert summary("service: {port: 80}\ncontainerPort: 8000\n", "ports", MAPPED) == []


def test_service_port_left_over_from_the_reference_is_reported() -> None:
    reference = "service: {port: 8000, targetPort: 8000}\n"
    found = summary("service: {port: 8000, targetPort: 8080}\n", "ports", reference)
    assert [address for _, address, _ in found] == ["service.port"]
    assert summary("service: {port: 80, targetPort: 8080}\n", "ports", reference) == []


def test_missing_port_of_the_reference_is_reported() -> None:
    left_out = PEER.replace("{path: /health, port: 8000}", "{path: /health}")
    message = "liveness-probe.port: not set; the reference has 8000"
    assert summary(left_out, "ports") == [("violation", "liveness-probe.port", message)]
    assert places(left_out, "ports") == ["livenessProbe.httpGet"]


def test_missing_port_of_another_handler_is_not_reported() -> None:
    handler = "httpGet: {path: /health, port: 8000}"
    assert summary(PEER.replace(handler, "exec: {command: [true]}"), "ports") == []


def test_missing_port_of_a_missing_element_is_not_reported() -> None:
    assert (
        summary(
            without(PEER, "serviceMonitor: {enabled: true, port: 8000, path: /metrics}\n"), "ports"
        )
        == []
    )


def test_missing_port_beside_another_one_of_its_element_is_not_reported() -> None:
    reference = REFERENCE + "containerPort: 8000\n"
    assert summary(PEER, "ports", reference) == []


def test_missing_port_without_a_reference_is_not_reported() -> None:
    rules = [rule for rule in PACK.rules if rule.id == "ports"]
    assert compare([service("serviceMonitor: {enabled: true}\n")], None, rules).differences == []


# --- switches ------------------------------------------------------------------------------------


def test_missing_switch_makes_the_element_unknown() -> None:
    found = summary(without(PEER, "enabled: true, "), "monitoring")
    reason = "monitoring is unknown: no key switches it on; the reference has one"
    assert found == [("unknown", "monitoring.present", reason)]
    assert places(without(PEER, "enabled: true, "), "monitoring") == ["serviceMonitor"]


def test_missing_switch_leaves_its_fields_compared() -> None:
    found = summary(PEER.replace("enabled: true, ", "").replace("/metrics", "/m"), "monitoring")
    assert [(outcome, address) for outcome, address, _ in found] == [
        ("unknown", "monitoring.present"),
        ("violation", "monitoring.path"),
    ]


def test_missing_switch_on_both_sides_is_not_unknown() -> None:
    switch = "enabled: true, "
    assert summary(without(PEER, switch), "monitoring", without(REFERENCE, switch)) == []
    assert summary(PEER, "monitoring", without(REFERENCE, switch)) == []


# --- where what is missing stands ----------------------------------------------------------------


def test_missing_value_is_reported_at_the_nearest_key_of_the_reference() -> None:
    probe = "probes: {liveness: {httpGet: {path: /health, port: 8000}, periodSeconds: 10}}"
    spelt = REFERENCE.replace(
        "livenessProbe: {httpGet: {path: /health, port: 8000}, periodSeconds: 10}", probe
    )
    peer = spelt.replace("api", "web").replace("path: /health, ", "")
    assert places(peer, "probes", spelt) == ["probes.liveness.httpGet"]


def test_missing_value_of_another_spelling_is_reported_at_its_own_spelling() -> None:
    reference = (
        REFERENCE + "probes: {readiness: {httpGet: {path: /r, port: 8000}, periodSeconds: 9}}\n"
    )
    peer = PEER + "readinessProbe: {httpGet: {path: /r, port: 8000}}\n"
    assert places(peer, "probes", reference) == ["readinessProbe"]


def test_missing_element_is_reported_at_the_top() -> None:
    assert places(without(PEER, "service: {port: 8000}\n"), "service-port") == [""]


def test_missing_key_of_the_root_is_reported_at_the_root() -> None:
    assert places(without(PEER, "fullnameOverride: web\n"), "service") == [""]


def test_missing_word_of_a_command_is_reported_at_its_worker() -> None:
    assert places(without(PEER, ', -c, "2"'), "workers") == ["workers.mail"]


def test_missing_secret_is_reported_at_its_list() -> None:
    source = "envFrom: [{secretRef: {name: %s}}, {configMapRef: {name: all}}]\n"
    peer = PEER + "envFrom: [{configMapRef: {name: all}}]\n"
    assert places(peer, "environment", REFERENCE + source % "more") == ["envFrom"]


def test_missing_value_that_the_reference_derives_is_not_reported() -> None:
    scaled = "autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 6}\n"
    off = "autoscaling: {enabled: false, minReplicas: 2, maxReplicas: 6}\n"
    told = [one for rule in ("autoscaling", "replicas") for one in differences(off, rule, scaled)]
    assert [one.address for one in told] == ["autoscaling.present"]


def test_derived_directions_are_compared_one_by_one() -> None:
    policy = "networkPolicy: {enabled: true, ingress: [{from: []}]}\n"
    told = differences(
        policy.replace("ingress", "policyTypes: [Egress], ingress"), "network-policy", policy
    )
    assert [(one.expected.data, one.actual.data) for one in told] == [("ingress", "egress")]


# --- services that share a text ------------------------------------------------------------------


def test_difference_in_a_shared_file_is_reported_for_each_service() -> None:
    """Releases of one file may share a mapping by an alias: each of them differs by it."""
    reference = service(REFERENCE, file="deploy-python.yaml")
    peer = service(PEER.replace("port: 8000}", "type: NodePort, port: 8000}", 1))
    rules = [rule for rule in PACK.rules if rule.id == "service"]
    found = compare((reference, peer, peer._replace(name="other")), reference, rules).differences
    assert [one.at.service.name for one in found] == ["go", "other"]
