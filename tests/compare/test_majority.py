"""Without a reference the majority speaks: generated fleets with one planted outlier, and laws.

A fleet is as its services are written by hand: alike in what matters, each with ports, sizes and
timings of its own. What is planted is the only deviation, so every finding of a vote is either it
or wrong.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deploylint.compare.votes import is_majority, is_nearly_all
from deploylint.config import load as config
from deploylint.engine import check
from deploylint.engine.result import Report, exit_code
from deploylint.model.finding import Finding
from tools import TODAY

Values = dict[str, Any]
SEED = 20240607
CONFIG = config.load(None)


class Plant(NamedTuple):
    """A deviation: what it does to one service, and the one address it is found at, if any."""

    name: str
    does: Callable[[Values], object]
    address: str = ""


def _below(*keys: str) -> Callable[[Values], Values]:
    def find(values: Values) -> Values:
        for key in keys:
            values = values[key]
        return values

    return find


def _sets(value: object, *keys: str) -> Callable[[Values], object]:
    *above, last = keys
    return lambda values: _below(*above)(values).update({last: value})


def _drops(*keys: str) -> Callable[[Values], object]:
    *above, last = keys
    return lambda values: _below(*above)(values).pop(last)


def _other_registry(values: Values) -> None:
    values["image"]["repository"] = values["image"]["repository"].replace(
        "acme.azurecr.io", "docker.io"
    )


def _other_handler(values: Values) -> None:
    values["livenessProbe"].pop("httpGet")
    values["livenessProbe"]["tcpSocket"] = {"port": "http"}


LOOSER = [
    Plant("no readiness probe", _drops("readinessProbe"), "readiness-probe.present"),
    Plant("no liveness probe", _drops("livenessProbe"), "liveness-probe.present"),
    Plant("another path", _sets("/up", "livenessProbe", "httpGet", "path"), "liveness-probe.path"),
    Plant(
        "another handler",
        _other_handler,
        "liveness-probe.handler",
    ),
    Plant("another registry", _other_registry, "image.registry"),
    Plant("another policy", _sets("Always", "image", "pullPolicy"), "image.pull-policy"),
    Plant("another type", _sets("ExternalName", "service", "type"), "service.type"),
    Plant("no requests", _drops("resources", "requests"), "resources.requests"),
    Plant("no pull secret", _drops("imagePullSecrets"), "image-pull-secrets.present"),
    Plant(
        "another secret", _sets([{"name": "old"}], "imagePullSecrets"), "image-pull-secrets.names"
    ),
    Plant(
        "may write",
        _sets(False, "securityContext", "readOnlyRootFilesystem"),
        "security-context.read-only-root",
    ),
    Plant(
        "one more capability",
        _sets(["NET_ADMIN"], "securityContext", "capabilities", "add"),
        "security-context.add-capabilities",
    ),
    Plant("not watched", _drops("serviceMonitor"), "monitoring.present"),
    Plant("no log level", _drops("env", "LOG_LEVEL"), "environment.variables.LOG_LEVEL"),
    Plant("another level", _sets("debug", "env", "LOG_LEVEL"), "environment.variables.LOG_LEVEL"),
]

STRICTER = [
    Plant(
        "a startup probe", _sets({"httpGet": {"path": "/health", "port": "http"}}, "startupProbe")
    ),
    Plant("a network policy", _sets({"enabled": True}, "networkPolicy")),
    Plant("seccomp", _sets({"type": "RuntimeDefault"}, "securityContext", "seccompProfile")),
    Plant("no escalation", _sets(False, "securityContext", "allowPrivilegeEscalation")),
    Plant("drops more", _sets(["ALL", "NET_RAW"], "securityContext", "capabilities", "drop")),
    Plant("one more secret", _sets([{"name": "acr-auth"}, {"name": "x"}], "imagePullSecrets")),
    Plant("one more variable", _sets("1", "env", "MODE")),
    Plant("more memory", _sets("8Gi", "resources", "limits", "memory")),
    Plant("another user", _sets(4711, "securityContext", "runAsUser")),
    Plant("another delay", _sets(99, "livenessProbe", "initialDelaySeconds")),
    Plant("another port", _sets(9999, "service", "port")),
    Plant("unknown", _sets("{{ .Values.type }}", "service", "type")),
]


OF_ITS_OWN = [
    Plant("an entry point", _sets("NodePort", "service", "type")),
    Plant("a secret of its own", _sets([{"secretRef": {"name": "shared-env"}}], "envFrom")),
]
"""What each service has for itself: a majority says nothing about it, a reference does."""


def service(name: str, chance: random.Random) -> Values:
    probe = {"path": "/health", "port": "http"}
    return {
        "fullnameOverride": name,
        "replicaCount": chance.randint(1, 5),
        "image": {
            "repository": f"acme.azurecr.io/{name}",
            "tag": f"1.{chance.randint(0, 9)}.0",
            "pullPolicy": "IfNotPresent",
        },
        "imagePullSecrets": [{"name": "acr-auth"}],
        "service": {"type": "ClusterIP", "port": chance.choice([8000, 8080, 9000])},
        "livenessProbe": {"httpGet": dict(probe), "periodSeconds": chance.randint(5, 30)},
        "readinessProbe": {"httpGet": dict(probe), "timeoutSeconds": chance.randint(1, 9)},
        "resources": {
            "requests": {"cpu": "50m", "memory": f"{chance.randint(1, 9)}00Mi"},
            "limits": {"cpu": "2", "memory": f"{chance.randint(1, 4)}Gi"},
        },
        "podSecurityContext": {"runAsNonRoot": True},
        "securityContext": {
            "readOnlyRootFilesystem": True,
            "runAsUser": chance.randint(1000, 2000),
            "capabilities": {"drop": ["ALL"]},
        },
        "serviceMonitor": {"enabled": True, "path": "/metrics", "interval": "30s"},
        "env": {"LOG_LEVEL": "info", "SELF": name, "SALT": str(chance.random())},
        "envFrom": [{"secretRef": {"name": f"{name}-env"}}],
    }


def fleet(size: int, chance: random.Random) -> list[Values]:
    return [service(f"service-{chance.randrange(10**6)}-{n}", chance) for n in range(size)]


def checked(folder: Path, services: list[Values]) -> Report:
    folder.mkdir(exist_ok=True)
    for values in services:
        path = folder / f"{values['fullnameOverride']}.yaml"
        path.write_text(json.dumps(values, indent=1), encoding="utf-8")
    return check.check([folder], check.CheckOptions(), CONFIG, TODAY)


def outvoted(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.votes is not None and one.status == "violation"]


def planted(plant: Plant, sizes: range) -> Iterator[tuple[int, int, list[Values]]]:
    """Fleets with one deviating service: their size, its number and all services."""
    for size in sizes:
        chance = random.Random(f"{SEED} {plant.name} {size}")
        services = fleet(size, chance)
        odd = chance.randrange(size)
        plant.does(services[odd])
        yield size, odd, services


@pytest.mark.parametrize("plant", LOOSER, ids=lambda plant: plant.name)
def test_majority_reports_a_planted_outlier_and_nothing_else(plant: Plant, tmp_path: Path) -> None:
    for size, odd, services in planted(plant, range(2, 13)):
        report = checked(tmp_path / str(size), services)
        found = [(one.service, one.address) for one in outvoted(report)]
        name = services[odd]["fullnameOverride"]
        assert found == ([(name, plant.address)] if size > 2 else []), size
        assert {one.severity for one in outvoted(report)} <= {"warning"}
        assert exit_code(report, "error") == (3 if size == 2 else exit_code(report, "error") % 3)


@pytest.mark.parametrize("plant", [*STRICTER, *OF_ITS_OWN], ids=lambda plant: plant.name)
def test_majority_reports_no_stricter_value_and_no_type_without_votes(
    plant: Plant, tmp_path: Path
) -> None:
    for size, _, services in planted(plant, range(2, 13)):
        assert outvoted(checked(tmp_path / str(size), services)) == [], size


@pytest.mark.parametrize("plant", [*LOOSER, *STRICTER], ids=lambda plant: plant.name)
def test_majority_of_a_tie_reports_nothing(plant: Plant, tmp_path: Path) -> None:
    for size in (2, 4, 6, 8):
        services = fleet(size, random.Random(f"{SEED} {plant.name} {size}"))
        for values in services[: size // 2]:
            plant.does(values)
        assert outvoted(checked(tmp_path / str(size), services)) == [], size


def test_majority_is_all_but_one_or_three_quarters() -> None:
    speaks = [(n, of) for of in range(1, 9) for n in range(of + 1) if is_majority(n, of)]
    assert speaks == [
        *[(2, 3), (3, 3), (3, 4), (4, 4), (4, 5), (5, 5), (5, 6), (6, 6), (6, 7), (7, 7)],
        *[(6, 8), (7, 8), (8, 8)],
    ]


def test_nearly_all_is_all_but_at_most_one_and_at_least_three() -> None:
    nearly = [(n, of) for of in range(1, 7) for n in range(of + 1) if is_nearly_all(n, of)]
    assert nearly == [(3, 3), (3, 4), (4, 4), (4, 5), (5, 5), (5, 6), (6, 6)]


def test_majority_lists_the_field_paths_without_one(tmp_path: Path) -> None:
    services = fleet(4, random.Random(SEED))
    for values in services[:2]:
        values["service"]["type"] = "NodePort"
    (group,) = checked(tmp_path / "deploy", services).groups
    assert group.voted
    assert "service.type" in group.without_majority
    reasons = {one.reason for one in group.coverage.places}
    assert "server/service.type: no majority" in reasons


def test_majority_finding_is_allowed_by_its_own_values(tmp_path: Path) -> None:
    services = fleet(5, random.Random(SEED))
    services[2]["imagePullSecrets"] = [{"name": "old-auth"}]
    (found,) = outvoted(checked(tmp_path / "deploy", services))
    assert (found.expected, found.actual) == ("acr-auth", "old-auth")
    allowance = {
        "rule": found.rule,
        "service": found.service,
        "from": found.expected,
        "to": found.actual,
        "because": "It was agreed on.",
    }
    path = tmp_path / ".deploylint.yaml"
    path.write_text(json.dumps({"version": 1, "allow": [allowance]}), encoding="utf-8")
    report = check.check([tmp_path / "deploy"], check.CheckOptions(), config.load(path), TODAY)
    assert outvoted(report) == []
    assert [one.rule for one in report.findings if one.status == "allowed"] == [found.rule]


# --- the reference is the odd one -----------------------------------------------------------------


def with_reference(folder: Path, services: list[Values], **asked: Any) -> Report:
    checked(folder, services)
    name = services[0]["fullnameOverride"]
    return check.check([folder], check.CheckOptions(reference=name, **asked), CONFIG, TODAY)


def odd(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.rule == "reference-outlier"]


@pytest.mark.parametrize("plant", LOOSER, ids=lambda plant: plant.name)
def test_outlier_reference_is_reported_once(plant: Plant, tmp_path: Path) -> None:
    for size in range(2, 9):
        services = fleet(size, random.Random(f"{SEED} {plant.name} {size}"))
        for values in services:  # sizes and timings are another matter, and would all be told
            values |= {"replicaCount": 1, "resources": services[0]["resources"]}
            values["service"]["port"] = 80
            values["env"].pop("SALT")
            values["env"] |= {"SELF": "me"}
            values["livenessProbe"].pop("periodSeconds")
            values["readinessProbe"].pop("timeoutSeconds")
            values["securityContext"]["runAsUser"] = 1000
        services = json.loads(json.dumps(services))
        plant.does(services[0])
        report = with_reference(tmp_path / str(size), services)
        name = services[0]["fullnameOverride"]
        told = [(one.service, one.address) for one in odd(report)]
        assert told == ([(name, plant.address)] if size > 3 else []), size
        if size > 3:
            (one,) = odd(report)
            assert one.votes == (size - 1, size - 1)
            paired = [f for f in report.findings if f.reference_location is not None]
            assert [f for f in paired if f.status == "violation" and f is not one] == []


@pytest.mark.parametrize("plant", STRICTER, ids=lambda plant: plant.name)
def test_outlier_reference_that_is_stricter_is_not_reported(plant: Plant, tmp_path: Path) -> None:
    services = fleet(6, random.Random(f"{SEED} {plant.name}"))
    plant.does(services[0])
    assert odd(with_reference(tmp_path / "deploy", services)) == []


def test_outlier_reference_with_the_rule_skipped_gives_findings_of_its_peers(
    tmp_path: Path,
) -> None:
    services = fleet(5, random.Random(SEED))
    services[0]["service"]["type"] = "NodePort"
    report = with_reference(tmp_path / "deploy", services, skip_rules=("reference-outlier",))
    assert sum(one.address == "service.type" for one in report.findings) == 4


def test_outlier_reference_with_one_equal_peer_is_still_reported(tmp_path: Path) -> None:
    services = fleet(6, random.Random(SEED))
    services[0]["service"]["type"] = services[1]["service"]["type"] = "NodePort"
    services[2]["service"]["type"] = "NodePort"
    report = with_reference(tmp_path / "deploy", services)
    assert odd(report) == []
    assert sum(one.address == "service.type" for one in report.findings) == 3
