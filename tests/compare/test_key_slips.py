"""Slips in keys: another level or another spelling than the reference has there."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploylint.compare.extra_keys import ExtraKeyFinder
from deploylint.compare.key_slips import Candidate, keys_beside
from deploylint.documents.nodes import entries_of
from tests.support.findings import check_texts
from tests.support.values import document, service

IMAGE = 'image: {repository: acme/api, tag: "1"}\n'


@pytest.mark.parametrize(
    ("reference", "peer", "moved"),
    [
        ("mesh: {a: {b: 1}, c: 2}", "mesh: {a: {b: 1, c: 2}}", ("mesh.a.c", "mesh.c")),
        ("mesh: {a: {b: 1, c: 2}}", "mesh: {a: {b: 1}, c: 2}", ("mesh.c", "mesh.a.c")),
        ("mesh: {a: 1, b: 2}", "mesh: {a: 1}\nb: 2", ("b", "mesh.b")),
        ("mesh: {a: 1}\nb: 2", "mesh: {a: 1, b: 2}", ("mesh.b", "b")),
        ("a: {b: 1}", "a:\nb: 1", ("b", "a.b")),
        ("a:\nb: 1", "a: {b: 1}", ("a.b", "b")),
        ("mesh: {a: {x: {y: 1}}, b: 2}", "mesh: {a: {x: {y: 1, b: 2}}}", None),  # two levels
        ("mesh: {a: {b: 1}, c: {d: 1}}", "mesh: {a: {b: 1, d: 1}, c: {e: 1}}", None),
        ("mesh: {a: 1}", "mesh: {b: 1}", None),
        ("x: 1", "b: {x: 1}", None),  # nothing of the reference is there
        (
            "workers: {mail: {command: [x], mesh: 1}}",
            "workers: {mail: {command: [x]}, mesh: 1}",
            ("mesh", "mail.mesh"),
        ),
        (
            "workers: {mail: {command: [x], mesh: 1}}",
            "workers: {mesh: 1, mail: {command: [x]}}",
            ("mesh", "mail.mesh"),
        ),
        (
            "workers: {mail: {command: [x], mesh: 1}}",
            "workers: {mesh: 1, mail: {}}",
            ("mesh", "mail.mesh"),
        ),
        ("workers: {mail: {mesh: 1}}", "workers: {mail: {}}", None),
    ],
)
def test_key_one_level_further_in_or_out_is_misplaced(
    reference: str, peer: str, moved: tuple[str, str] | None
) -> None:
    first, one = (service(IMAGE + text, "in-house") for text in (reference, peer))
    found = [(key.key, key.wanted) for key in ExtraKeyFinder(first).misplaced(one)]
    assert found == ([moved] if moved else [])


SLIPS = [
    ("resources: {limits: {cpu: 1}}", "resource: {limits: {cpu: 1}}", 1),
    ("imagePullSecrets: [{name: a}]", "imagePullSecret: [{name: a}]", 1),
    ("serviceMonitor: {enabled: true}", "servicemonitor: {enabled: true}", 1),
    ("mesh: {gateway: {timeout: 1s}}", "mesh: {gatewey: {timeout: 1s}}", 1),
    ("resources: {limits: {cpu: 1}}", "resources: {limits: {gpu: 1}}", 0),
    ("mesh: {routes: {orders1: a}}", "mesh: {routes: {orders2: a}}", 0),
    ("env: {LOG_FORMAT: a}", "env: {LOG_FORMATS: a}", 0),
    ("autoscaling: {minReplicas: 1}", "autoscaling: {maxReplicas: 1}", 0),
    ("mesh: {gateway: {timeout: 1s}}", "mesh: {gateway: {timeout: 1s}, gatewey: {}}", 0),
    ("mesh: {xFrame: a}", "mesh: {xFrames: a}", 1),
    ("mesh: {XFrame: a}", "mesh: {XFrames: a}", 0),
    ("mesh: {gateway: a}", "mesh: {atewayg: a}", 0),  # that is two letters
    ("mesh: {modes: a}", "mesh: {moder: a}", 1),
    ("mesh: {mode: a}", "mesh: {more: a}", 0),
    ("mesh: {mode: a}", "mesh: {modes: a}", 1),
    ("mesh: {gateway: a}", "mesh: {gateaway: a}", 1),
    ("mesh: {gateway: a}", "mesh: {gatway: a}", 1),
    # no word has more than 63 letters
    (f"mesh: {{{'w' * 62}: a}}", f"mesh: {{{'w' * 63}: a}}", 1),
    (f"mesh: {{{'w' * 64}: a}}", f"mesh: {{{'w' * 63}v: a}}", 0),
]


@pytest.mark.parametrize(("reference", "peer", "count"), SLIPS)
def test_key_that_is_a_slip_of_the_references_is_misspelt(
    reference: str, peer: str, count: int, folder: Path
) -> None:
    found = check_texts(folder, IMAGE + reference, IMAGE + peer, only=("unknown-key",))
    assert [row.line for row in found] == [2] * count


def test_key_beside_the_first_mapping_of_a_file_is_found() -> None:
    reference, own = (
        document(text).roots[0] for text in ("mail: {a: 1, mesh: 1}", "mail: {a: 1}\nmesh: 1")
    )
    other, scope = (entries_of(root)["mail"].value for root in (reference, own))
    name = entries_of(other)["mesh"].key
    missing = Candidate(("mesh",), is_blank=False, is_emptied=False, below=())
    ((path, node, *target),) = keys_beside(scope, other, [missing])
    assert (path, node) == (("mesh",), entries_of(own)["mesh"].key)
    assert target == [("mail", "mesh"), name]
