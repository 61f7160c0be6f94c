"""Helm values: where an element is looked for, what ends the search, what a component has."""

from __future__ import annotations

import pytest

from tests.support.values import component, read, service, value

WORKER = """
workers:
  mail:
    command: [celery, worker, -Q, mail]
"""

LOOKUP = [
    # the component's own, the root's, what stands under global, and who is heard
    ("{limits: {cpu: 1}}", "{limits: {cpu: 2}}", "{limits: {cpu: 3}}", 1),
    (None, "{limits: {cpu: 2}}", "{limits: {cpu: 3}}", 2),
    (None, None, "{limits: {cpu: 3}}", 3),
    (None, None, None, "<absent>"),
    ("{}", "{limits: {cpu: 2}}", None, 2),
    ("[]", "{limits: {cpu: 2}}", None, 2),
    ('""', "{limits: {cpu: 2}}", None, 2),
    ("null", "{limits: {cpu: 2}}", None, 2),
    ("~", "{limits: {cpu: 2}}", None, 2),
    ("{enabled: false}", "{limits: {cpu: 2}}", None, "<absent>"),
    ("{enabled: false, limits: {cpu: 1}}", "{limits: {cpu: 2}}", None, "<absent>"),
    ("false", "{limits: {cpu: 2}}", None, "<absent>"),
    ("{requests: {cpu: 1}}", "{limits: {cpu: 2}}", None, "<absent>"),
]


@pytest.mark.parametrize(("own", "root", "below_global", "cpu"), LOOKUP)
def test_element_is_searched_in_component_root_and_global(
    own: str | None, root: str | None, below_global: str | None, cpu: object
) -> None:
    text = WORKER
    text += f"    resources: {own}\n" if own else ""
    text += f"resources: {root}\n" if root else ""
    text += f"global:\n  resources: {below_global}\n" if below_global else ""
    assert read(text, "resources.limits.cpu", "worker:mail") == cpu


def test_worker_falls_back_only_for_what_is_inherited() -> None:
    text = WORKER + "image: acme/api:1\nreplicaCount: 3\nlivenessProbe: {httpGet: {path: /}}\n"
    worker = component(text, "worker:mail")
    assert worker.value("image.tag").data == "1"
    assert worker.value("replicas.count").state == "absent"
    assert worker.value("liveness-probe.path").state == "absent"


def test_inherited_value_of_a_worker_is_marked_and_not_counted() -> None:
    inherited = value(WORKER + "image: acme/api:1\n", "image.tag", "worker:mail")
    assert inherited.inherited
    assert inherited.leaves == ()
    assert not value(WORKER + "image: acme/api:1\n", "image.tag").inherited


STATES = [
    ("serviceMonitor: {enabled: true}", "known", True),
    ("serviceMonitor: {enabled: 'true'}", "known", True),
    ("serviceMonitor: true", "known", True),
    ("serviceMonitor: {path: /metrics}", "known", True),
    ("serviceMonitor: {enabled: false}", "disabled", False),
    ("serviceMonitor: {create: false}", "disabled", False),
    ("serviceMonitor: false", "disabled", False),
    ("serviceMonitor: {}", "disabled", None),
    ("serviceMonitor:", "disabled", None),
    ("serviceMonitor: {enabled: '{{ .Values.x }}'}", "unknown", None),
    ("serviceMonitor: {enabled: perhaps}", "unknown", None),
    ("serviceMonitor: '{{ .Values.x }}'", "unknown", None),
    ("other: 1", "absent", None),
]


@pytest.mark.parametrize(("line", "state", "data"), STATES)
def test_element_presence_is_read(line: str, state: str, data: object) -> None:
    found = value(f"image: acme/api\n{line}\n", "monitoring.present")
    assert (found.state, found.data) == (state, data)


def test_element_that_is_disabled_has_no_values() -> None:
    text = "image: a\nserviceMonitor: {enabled: false, path: /metrics}\n"
    assert read(text, "monitoring.path") == "<absent>"


def test_element_with_one_disabled_key_keeps_the_other() -> None:
    text = """
    serviceMonitor: {enabled: false, path: /a}
    podMonitor: {enabled: true, path: /b}
    """
    assert read(text, "monitoring.present") is True
    assert read(text, "monitoring.path") == "/b"


PATHS = [
    ("livenessProbe: {periodSeconds: 1}", 1),
    ("probes: {liveness: {periodSeconds: 2}}", 2),
    ("livenessProbe: {periodSeconds: 1}\nprobes: {liveness: {periodSeconds: 2}}", 1),
    ("probes: {liveness: {periodSeconds: 2}}\nlivenessProbe: {periodSeconds: 1}", 1),
]


@pytest.mark.parametrize(("text", "period"), PATHS)
def test_element_with_several_keys_uses_the_first_of_the_profile(text: str, period: int) -> None:
    assert read(f"image: a\n{text}\n", "liveness-probe.period") == period


def test_security_context_of_the_container_wins_over_the_pod() -> None:
    text = "podSecurityContext: {runAsUser: 1, fsGroup: 2}\nsecurityContext: {runAsUser: 3}\n"
    assert read(text, "security-context.user") == 3
    assert read(text, "security-context.fs-group") == 2


NUMBERS = [("8080", 8080), ('"8080"', 8080), ("'0'", 0), ('"08080"', "08080"), ("http", "http")]


@pytest.mark.parametrize(("written", "data"), NUMBERS)
def test_quoted_number_where_a_number_belongs_is_that_number(written: str, data: object) -> None:
    assert read(f"service: {{port: {written}}}\n", "service.port") == data


def test_quoted_number_elsewhere_stays_a_text() -> None:
    assert read('image: {repository: a, tag: "8080"}\n', "image.tag") == "8080"


def test_root_above_a_server_is_only_a_fallback() -> None:
    text = """
    image: acme/api:1
    components:
      server: {ports: {http: "80"}}
      mail: {command: [celery, worker, -Q, mail]}
    """
    found = service(text, "nested")
    assert [one.key for one in found.components] == ["server", "worker:mail"]
    tag = found.main.value("image.tag")
    assert (tag.data, tag.inherited, len(tag.leaves)) == ("1", False, 1)


def test_command_without_a_queue_is_unknown_at_the_command() -> None:
    text = "workers:\n  mail:\n    command: [./api, worker]\n"
    queues = value(text, "workers.queues", "worker:mail")
    assert queues.state == "unknown"
    assert queues.node is not None
    assert queues.node.source.position(queues.node.start) == (2, 13)


COMMANDS = [
    # what a worker of a values file holds, its queues and its tasks at once
    ("{command: [celery, -A, app], args: [worker, -Q, a, -c, 2]}", ["a"], 2),
    ("{args: [worker, -Q, a], command: celery -A app}", ["a"], "<absent>"),
    ("{command: [sh, -c], args: ['celery worker -Q a -c 2']}", ["a"], 2),
    ("{command: [/bin/sh, -c], args: celery worker -Q a -c 2}", ["a"], 2),
    ("{command: [/bin/sh, -c], args: cd x && exec celery worker -Q a}", ["a"], "<absent>"),
    ("{command: [tini, --], args: [celery, worker, -Q, a]}", ["a"], "<absent>"),
    ("{args: [celery, worker, -Q, a]}", ["a"], "<absent>"),
    ("{type: asynq, args: [worker, --queue=a]}", ["a"], "<absent>"),
    ("{type: asynq, args: [--queue=a, --concurrency=2]}", ["a"], 2),
    ("{command: [], args: [worker, --queue=a]}", ["a"], "<absent>"),
    # variables: those that Celery or the profile's technology reads, and those a word refers to
    ("{command: [celery, worker], env: {CELERY_WORKER_QUEUES: 'a,b'}}", ["a", "b"], "<absent>"),
    (
        "{command: [celery, worker], env: [{name: CELERY_WORKER_QUEUES, value: a}]}",
        ["a"],
        "<absent>",
    ),
    ("{command: [celery, worker, -Q, a], env: {CELERY_WORKER_CONCURRENCY: 3}}", ["a"], 3),
    ("{command: [celery, worker, -Q, a], env: {CELERYD_CONCURRENCY: 3}}", ["a"], "<absent>"),
    ("{command: [celery, worker, -Q, $(Q)], env: {Q: a}}", ["a"], "<absent>"),
    ("{command: sh -c 'celery worker -Q $Q', env: {Q: a}}", ["a"], "<absent>"),
    ("{command: [celery, worker, -Q, $(Q)], env: {Q: '{{ .Values.q }}'}}", "<unknown>", "<absent>"),
    (
        "{command: [celery, worker, -Q, $(DB_PASSWORD)], env: {DB_PASSWORD: a}}",
        "<unknown>",
        "<absent>",
    ),
    (
        "{command: [celery, worker, -Q, a], env: [{name: CELERY_WORKER_CONCURRENCY, "
        "valueFrom: {configMapKeyRef: {name: x, key: y}}}]}",
        ["a"],
        "<unknown>",
    ),
    (
        "{type: asynq, command: [./worker], env: {WORKER_QUEUES: 'a:6,b:3'}}",
        ["a", "b"],
        "<unknown>",
    ),
    ("{type: asynq, env: {ASYNQ_QUEUES: a, ASYNQ_CONCURRENCY: 4}}", ["a"], 4),
]


@pytest.mark.parametrize(("worker", "queues", "concurrency"), COMMANDS)
def test_command_its_arguments_and_its_variables(
    worker: str, queues: object, concurrency: object
) -> None:
    text = f"workers: {{w: {worker}}}\n"
    assert read(text, "workers.queues", "worker:w") == queues
    assert read(text, "workers.concurrency", "worker:w") == concurrency


def test_arguments_alone_name_no_program() -> None:
    text = "workers: {w: {type: asynq, args: [worker, --queue=a]}}\n"
    assert read(text, "workers.program", "worker:w") == "<unknown>"
    assert read(text, "workers.mode", "worker:w") == "worker"


def test_variable_of_the_root_is_inherited_by_a_worker_without_one() -> None:
    worker = "workers: {w: {command: [celery, worker, -Q, $(Q)]%s}}\nenv: {Q: a}\n"
    assert read(worker % "", "workers.queues", "worker:w") == ["a"]
    assert read(worker % ", env: {P: b}", "workers.queues", "worker:w") == "<unknown>"


def test_technology_of_an_unreadable_script_follows_the_key() -> None:
    text = "celeryWorkers: {a: {command: [sh, -c, 'if x; then celery worker; fi']}}\n"
    for field in ("queues", "concurrency", "mode", "program"):
        assert read(text, f"workers.{field}", "worker:a", "in-house") == "<unknown>"
    assert read(text, "workers.technology", "worker:a", "in-house") == "celery"
    other = text.replace("celeryWorkers", "workers")
    assert read(other, "workers.technology", "worker:a") == "<unknown>"


def test_worker_without_a_command_has_unknown_queues() -> None:
    text = "asynqWorkers: {a: {replicaCount: 1}, b: {cmd: [./a, worker, --queue=b]}}\n"
    for key in ("worker:a", "server"):
        assert read(text, "workers.queues", key, "in-house") == "<unknown>"


def test_celery_beat_and_flower_are_no_workers() -> None:
    text = """
    workers:
      beat: {command: [celery, -A, app, beat]}
      flower: {command: [celery, -A, app, flower]}
      mail: {command: [celery, -A, app, worker, -Q, mail]}
    """
    found = service(text)
    keys = ["server", "scheduler:beat", "client:flower", "worker:mail"]
    assert [one.key for one in found.components] == keys
    assert found.main.value("workers.queues").data == ["mail"]


NEAR = [
    ("livenesProbe: {}", [("livenesProbe", "livenessProbe")]),
    ("livenesProbe: {}\nlivenessProbe: {}", []),
    ("livenessProbe: {periodSecond: 1}", [("periodSecond", "periodSeconds")]),
    ("mongodbb: {}", [("mongodbb", "mongodb")]),
    ("certmanager: {}\ningressNginx: {}", []),  # as other charts may be called
    ("jobAnnotations: {a: b}", []),
    ("podd: 1", []),
    ("somethingElse: 1", []),
    ("schedule: 0 5 * * *", []),  # a component holds keys: a text is none
    ("schedulers: {image: a}", [("schedulers", "scheduler")]),
    ("fullNameOverride: a", [("fullNameOverride", "fullnameOverride")]),
    ("images: {tag: '1'}\nreplica: {count: 1}", []),  # of several programs, and of a store
    ("image_tag: '1'\nreplica_count: 1", []),  # the style of another chart
    ("smtpPort: 25", []),  # no slip of httpPort
    ("pvcAnnotations: {a: b}", []),  # nor that of podAnnotations
    ("schedules: {a: b}", []),  # nor that of scheduler
    ("controllerID: a", []),  # two words, where controller is one
    ("podAnontatinos: {a: b}", [("podAnontatinos", "podAnnotations")]),
    ("podmonitor: {enabled: true}\nhttproute: {}\nnetworkpolicy: {}", []),  # cert-manager, Longhorn
    ("metrics: {servicemonitor: {enabled: true}, podmonitor: {}}", []),
]


@pytest.mark.parametrize(("text", "near"), NEAR)
def test_key_near_a_known_one_is_reported(text: str, near: list[tuple[str, str]]) -> None:
    found = service(f"image: a\n{text}\n").faults
    assert [fault.message for fault in found] == [
        f"unknown key {key!r}; did you mean {known!r}?" for key, known in near
    ]


CRON = "controllers: {seed: {cronjob: {schedule: x}, containers: {app: {image: acme/seed:1}}}}\n"
POD = "defaultPodOptions: {securityContext: {runAsUser: 1000}}\n"


def test_file_of_a_cron_job_has_no_server() -> None:
    (job,) = service(CRON + POD, "app-template").components
    user = job.value("security-context.user")
    assert (job.key, job.is_main, user.data, len(user.leaves)) == ("job:seed", True, 1000, 1)


@pytest.mark.parametrize(
    "more", ["service: {app: {ports: {http: {port: 80}}}}\n", "image: acme/a:1\n"]
)
def test_root_that_runs_or_is_reached_is_a_server_beside_jobs(more: str) -> None:
    roles = [one.role for one in service(CRON + more, "app-template").components]
    assert roles == ["server", "job"]


def test_server_alone_accounts_for_the_settings_of_its_pod() -> None:
    context = "securityContext: {readOnlyRootFilesystem: true}"
    text = (
        f"controllers: {{web: {{containers: {{app: {{image: acme/web:1, {context}}}}}}}}}\n" + POD
    )
    (server,) = service(text, "app-template").components
    user = server.value("security-context.user")
    assert (user.data, user.inherited, len(user.leaves)) == (1000, False, 1)
