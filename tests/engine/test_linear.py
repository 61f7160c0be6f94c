"""Ten times as much costs ten times as much: calls of functions for each unit are counted."""

from __future__ import annotations

import cProfile
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import run_command
from tests.support.projects import WEB, deployment, write
from tools import TODAY

FEW, MANY = 30, 300
CONFIG = ".deploylint.yaml"
MOST = 1.2
"""How much more a unit may cost among many."""

APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web%d}
spec:
  source:
    helm:
      values: |
        image: {repository: acme/web%d, tag: "1.2.0"}
        service: {type: ClusterIP, port: 80%02d}
"""


def services_in_one_file(count: int) -> dict[str, str]:
    each = (APPLICATION % (number, number, number % 3) for number in range(count))
    return {"all.yaml": "---\n".join(each)}


def workloads_in_one_file(count: int) -> dict[str, str]:
    more = "        # deploylint: allow[memory-limit: present -> absent] because it is small\n"
    return {"all.yaml": "---\n".join(deployment(f"web{n}", more) for n in range(count))}


def misspelt_names_in_one_file(count: int) -> dict[str, str]:
    """Each workload refers to a Secret that is not there, beside one that nobody refers to."""
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s}\nstringData: {a: b}\n"
    letters = str.maketrans("0123456789", "abcdefghij")
    names = [f"{number * 7919 % 100003:05}".translate(letters) for number in range(2 * count)]
    more = "        envFrom: [{secretRef: {name: %s}}]\n"
    each = (
        deployment(f"web{n}", more % wanted) + secret % unused
        for n, (wanted, unused) in enumerate(zip(names[::2], names[1::2], strict=True))
    )
    return {"all.yaml": "---\n".join(each)}


def rendered_in_one_file(count: int) -> dict[str, str]:
    source = "# Source: shop/charts/web/templates/deployment.yaml\n"
    return {"all.yaml": "---\n".join(source + deployment(f"web{n}") for n in range(count))}


def files_in_a_folder(count: int) -> dict[str, str]:
    return {
        f"deploy-web{n:03}.yaml": WEB.replace("acme/web", f"acme/web{n}").replace("80", f"8{n % 3}")
        for n in range(count)
    }


PROBE = "{httpGet: {path: /live%d, port: %d}, periodSeconds: %d, initialDelaySeconds: %d}"
FAULTS = f"livenessProbe: {PROBE}\nreadinessProbe: {PROBE}\nstartupProbe: {PROBE}\n"


def services_of_their_own_faults(count: int) -> dict[str, str]:
    return {
        name: text + FAULTS % (*([number, 9000 + number, 30 + number, 60 + number] * 3),)
        for number, (name, text) in enumerate(files_in_a_folder(count).items())
    }


PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web%d}\nspec: {replicas: 2}\n"


def services_in_overlays(count: int) -> dict[str, str]:
    overlay = "resources: [../base]\npatches: [{path: p.yaml}]\nvars: [{name: X}]\n"
    return {
        f"web{n}/{file}": text
        for n in range(count)
        for file, text in (
            ("base/kustomization.yaml", "resources: [deployment.yaml]\n"),
            ("base/deployment.yaml", deployment(f"web{n}")),
            ("prod/kustomization.yaml", overlay),
            ("prod/p.yaml", PATCH % n),
        )
    }


def keys_of_one_file(count: int) -> dict[str, str]:
    first, second = files_in_a_folder(2).items()
    more = "".join(f"k{number}: {number}\n" for number in range(20 * count))
    return dict([first, (second[0], second[1] + more)])


def keys_near_those_of_another(count: int) -> dict[str, str]:
    letters = map("".join, itertools.product("abcdefgh", repeat=5))
    words = [f"{word}key" for word in itertools.islice(letters, 20 * count)]
    texts = zip(files_in_a_folder(2).items(), ("", "s"), strict=True)
    return {
        name: text + "own:\n" + "".join(f"  {word}{end}: 1\n" for word in words)
        for (name, text), end in texts
    }


def documents_of_one_file(count: int) -> dict[str, str]:
    first, second = files_in_a_folder(2).items()
    return dict([first, (second[0], second[1] + "---\na: 1\n" * 20 * count)])


def allowances_without_a_use(count: int) -> dict[str, str]:
    entry = "- {rule: memory-limit, service: w*, from: present, to: absent, group: g, because: x%d}"
    groups = "reference: deploy-web000.yaml\ngroups: {g: {services: [{files: 'deploy-*.yaml'}]}}\n"
    allow = "\n".join(["allow:", *(entry % number for number in range(count))])
    return files_in_a_folder(2) | {CONFIG: f"version: 1\n{groups}{allow}\n"}


def variables_of_their_own(count: int) -> dict[str, str]:
    variable = "- {name: V%d, value: %s%d}\n"
    return {
        name: text + "env:\n" + "".join(variable % (n, letter, n) for n in range(count))
        for (name, text), letter in zip(files_in_a_folder(2).items(), "ab", strict=True)
    }


def objects_of_one_workload(count: int) -> dict[str, str]:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s%d}\n"
    service += "spec: {selector: {app: web}, prots: [], ports: [{port: %d, targetPort: p%d}]}\n"
    source = "# Source: shop/charts/web/templates/all.yaml\n"
    every = [source + service % (number, number + 1, number) for number in range(count)]
    web = deployment("web").replace("name: web}", "name: web, labels: {app: web}}", 1)
    texts = {"web": "---\n".join([web, *every]), "api": deployment("api")}
    return {f"deploy-{name}.yaml": text for name, text in texts.items()}


def allowances_of_one_field(count: int) -> dict[str, str]:
    entry = "- {rule: service-port, service: 'w*', from: 8000, to: %d, because: x}"
    allow = "\n".join(entry % (8000 + number + number % 2) for number in range(1, count))
    ports = (WEB.replace("/web", f"/w{n}").replace("8000", str(8000 + n)) for n in range(count))
    files = {f"deploy-w{number:03}.yaml": text for number, text in enumerate(ports)}
    return files | {CONFIG: f"version: 1\nreference: deploy-w000.yaml\nallow:\n{allow}\n"}


def allowances_of_each_service(count: int) -> dict[str, str]:
    entry = "- {rule: service-port, service: w%03d, from: 8000, to: %d, because: x}"
    pairs = itertools.product(range(1, count), range(10))
    allow = "\n".join(entry % (number, 8000 + number + more) for number, more in pairs)
    config = f"version: 1\nreference: deploy-w000.yaml\nallow:\n{allow}\n"
    return allowances_of_one_field(count) | {CONFIG: config}


def keys_written_twice(count: int) -> dict[str, str]:
    first, second = files_in_a_folder(2).items()
    twice = "".join(f"k{number}: 1\nk{number}: 2\n" for number in range(count))
    return dict([first, (second[0], second[1] + twice)])


def groups_with_allowances(count: int) -> dict[str, str]:
    group = "  g%d: {reference: a, services: [{files: 'g%d/*.yaml'}]}\n"
    entry = "- {rule: service-port, service: b, group: g%d, from: 8000, to: 8001, because: x}\n"
    groups = "".join(group % (number, number) for number in range(count))
    allow = "".join(entry % number for number in range(count))
    files = {
        f"g{n}/{letter}.yaml": WEB.replace("/web", f"/w{n}-{letter}").replace("8000", port)
        for n in range(count)
        for letter, port in (("a", "8000"), ("b", "8001"), ("c", str(9000 + n)))
    }
    return files | {CONFIG: f"version: 1\ngroups:\n{groups}allow:\n{allow}"}


def hosts_of_an_ingress(count: int) -> dict[str, str]:
    hosts = ", ".join(f"shop{number}-long.acme.example" for number in range(count))
    path = "{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}"
    rules = "".join(
        f"  - {{host: sohp{n}-other.acme.example, http: {{paths: [{path}]}}}}\n"
        for n in range(count)
    )
    ingress = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\n"
    ingress += f"spec:\n  tls: [{{hosts: [{hosts}]}}]\n  rules:\n{rules}"
    return {f"deploy-{name}.yaml": deployment(name) for name in ("api", "web")} | {
        "deploy-web.yaml": deployment("web") + ingress
    }


def keys_that_no_template_takes(count: int) -> dict[str, str]:
    keys = "".join(f"keyname{letters(number)}: 1\n" for number in range(count))
    taken = "".join(f"{{{{ .Values.yekname{letters(number)} }}}}\n" for number in range(count))
    image = 'image: "{{ .Values.image.repository }}"'
    return {
        f"{name}/{file}": text
        for name in ("api", "web")
        for file, text in {
            "Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n",
            "values.yaml": f"{WEB}{keys}",
            "templates/all.yaml": deployment(name).replace(
                f"image: acme.example/{name}:1.2.0", image
            )
            + taken,
        }.items()
    }


def keys_near_others_of_their_document(count: int) -> dict[str, str]:
    block = "b%d%s: {%s%s: 1, also: 1}\n"
    blocks = "".join(
        block % (number, place, "ekyname" if place == "d" else "keyname", letters(number))
        for number in range(count)
        for place in "abcd"
    )
    files = files_in_a_folder(2)
    return {name: f"{text}{blocks}" for name, text in files.items()}


def namespaces_of_one_object(count: int) -> dict[str, str]:
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c%d%s, namespace: %s}\n"
    claims = "".join(
        f"---\n{claim % (number, place, f'webshop{letters(number)}'[place == 'd' :])}"
        for number in range(count)
        for place in "abcd"
    )
    return {f"deploy-{name}.yaml": deployment(name) for name in ("api", "web")} | {
        "deploy-web.yaml": f"{deployment('web')}{claims}"
    }


def charts_by_an_alias(count: int) -> dict[str, str]:
    alias = "- {name: service, version: 1.0.0, repository: 'https://charts.example', alias: w%d}\n"
    aliases = "".join(map(alias.__mod__, range(count)))
    whole = "{image: {repository: acme/w%d, tag: 1.2.0}, service: {port: 80}, replicaCount: 2}"
    values = "".join(f"w{number}: {whole % number}\n" for number in range(count))
    return {"all/Chart.yaml": f"name: all\ndependencies:\n{aliases}", "all/values.yaml": values}


def letters(number: int) -> str:
    """A number in letters: a key with digits is another thing."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def workers_with_quoted_numbers(count: int) -> dict[str, str]:
    context = "{runAsUser: '1000', capabilities: {add: [SYS_ADMIN]}}"
    worker = "  w%d: {command: [celery, worker, -Q, q%d], securityContext: %s}\n"
    workers = "".join(worker % (number, number, context) for number in range(count))
    files = files_in_a_folder(2)
    return {name: f"{text}workers:\n{workers}" for name, text in files.items()}


def calls(folder: Path, files: dict[str, str], command: str, *options: str) -> int:
    """How many functions a command calls."""
    write(folder, files)
    profile = cProfile.Profile()
    own = ["--config", str(folder / CONFIG)] if CONFIG in files else []
    asked = [*COMMANDS[command], str(folder), *options, *own, "--today", TODAY]
    profile.enable()
    run_command(*asked)
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


COMMANDS = {
    **{format_: ["check", "-f", format_] for format_ in ("concise", "text", "json")},
    "init": ["init", "--dry-run"],
}

REFERENCES: dict[Callable[[int], dict[str, str]], str] = {
    services_in_one_file: "web0",
    workloads_in_one_file: "web0",
    rendered_in_one_file: "web0",
    misspelt_names_in_one_file: "web0",
    files_in_a_folder: "web000",
    services_in_overlays: "web0",
    keys_of_one_file: "web000",
    keys_near_those_of_another: "web000",
    documents_of_one_file: "web000",
    allowances_without_a_use: "",
    services_of_their_own_faults: "web000",
    variables_of_their_own: "web000",
    objects_of_one_workload: "api",
    allowances_of_one_field: "",
    allowances_of_each_service: "",
    keys_written_twice: "web000",
    groups_with_allowances: "",
    hosts_of_an_ingress: "api",
    keys_that_no_template_takes: "api",
    workers_with_quoted_numbers: "web000",
    keys_near_others_of_their_document: "web000",
    namespaces_of_one_object: "api",
    charts_by_an_alias: "w0",
}
"""The services of each kind of files, and their reference where no configuration names it."""

BY_MAJORITY = rendered_in_one_file, services_in_overlays
"""What ``check`` compares without a reference."""


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("files", REFERENCES)
def test_cost_of_a_unit_does_not_grow_with_their_number(
    files: Callable[[int], dict[str, str]],
    command: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    is_named = REFERENCES[files] and (command == "init" or files not in BY_MAJORITY)
    options = ["--reference", REFERENCES[files]] if is_named else []
    calls(folder / "warm", files(3), command, *options)
    few = calls(folder / "few", files(FEW), command, *options)
    many = calls(folder / "many", files(MANY), command, *options)
    assert many / MANY <= MOST * few / FEW
    capsys.readouterr()
