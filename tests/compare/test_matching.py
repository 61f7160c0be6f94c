"""Which component of a service is compared with which of its reference's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.findings import check_texts, places

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'
REPLICAS = "element: replicas.count, must: equal"


def workers(**said: tuple[str, int]) -> str:
    """Workers by name, each with its queues and its replicas."""
    lines = (
        f"  {name}: {{command: [celery, worker{', -Q, ' + queues if queues else ''}], "
        f"replicaCount: {count}}}\n"
        for name, (queues, count) in said.items()
    )
    return f"{IMAGE}workers:\n{''.join(lines)}"


REFERENCE = workers(a=("mail", 1), b=("sms", 2), c=('"fax,push"', 3))


@pytest.mark.parametrize(
    ("peer", "wanted"),
    [
        (workers(a=("mail", 1)), []),
        (workers(x=("mail", 1), z=("sms", 2)), []),  # by queue, never by name
        (workers(a=("sms", 2), b=("mail", 1)), []),
        (workers(a=("sms", 1)), ["3 violation worker:a/replicas.count"]),
        (workers(x=('"mail,sms"', 1)), ["3 violation worker:x/replicas.count"]),  # with both
        (workers(x=("push", 3)), []),
        (workers(b=("other", 2)), []),  # no shared queue: the namesake
        (workers(x=("other", 1)), []),  # nor a namesake: the first
        (workers(x=("other", 2)), ["3 violation worker:x/replicas.count"]),
        (workers(c=("", 3)), []),  # no known queue: the namesake
    ],
)
def test_workers_are_matched_by_the_queues_they_share(
    peer: str, wanted: list[str], folder: Path
) -> None:
    found = check_texts(folder, REFERENCE, peer, rule=REPLICAS)
    assert places(found) == [f"web:{one}" for one in wanted]


def schedulers(**tags: str) -> str:
    """Schedulers by name, each with the tag of its image."""
    lines = (
        f"{name}: {{command: [celery, beat], image: {{repository: acme/x, tag: '{tag}'}}}}\n"
        for name, tag in tags.items()
    )
    return IMAGE + "".join(lines)


TAGS = "element: image.tag, must: equal"


@pytest.mark.parametrize(
    ("reference", "peer", "names"),
    [
        (schedulers(beat="1"), schedulers(beat="2"), ["beat"]),
        (schedulers(beat="1"), schedulers(scheduler="2"), ["scheduler"]),  # each is the only one
        (schedulers(beat="1", scheduler="1"), schedulers(scheduler="2"), ["scheduler"]),
        (schedulers(beat="1", scheduler="1"), schedulers(celeryBeat="2"), []),
        (schedulers(beat="1"), schedulers(beat="2", scheduler="2"), ["beat"]),
        (IMAGE, schedulers(beat="2"), []),  # a role that the reference lacks
        (schedulers(beat="1"), IMAGE, []),
    ],
)
def test_components_of_other_roles_are_matched_alone_or_by_name(
    reference: str, peer: str, names: list[str], folder: Path
) -> None:
    found = check_texts(folder, reference, peer, rule=TAGS)
    assert [row.path.partition("/")[0].partition(":")[2] for row in found] == names


def test_main_components_of_one_role_are_matched_under_any_name(folder: Path) -> None:
    found = check_texts(folder, IMAGE, IMAGE.replace('"1"', '"2"'), rule=TAGS)
    assert places(found) == ["web:1 violation server/image.tag"]


def test_inherited_field_of_both_sides_is_compared_at_the_root_alone(folder: Path) -> None:
    rule = "element: security-context.non-root, must: equal"
    sides = (
        f"{workers(a=('mail', 1))}podSecurityContext: {{runAsNonRoot: {flag}}}\n"
        for flag in ("true", "false")
    )
    found = check_texts(folder, *sides, rule=rule)
    assert places(found) == ["web:4 violation server/security-context.non-root"]
