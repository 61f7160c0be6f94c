"""Servers without a readiness probe, in a group where several servers of the same people have one.

No majority demands what most lack, and where no server has a probe that is the group's choice.
Where several have one, the others get requests before they can answer them:
https://kubernetes.io/docs/concepts/workloads/pods/probes/
"""

from __future__ import annotations

from collections.abc import Iterator

from deploylint.compare.majority import GroupVotes
from deploylint.compare.oddities import sibling_groups
from deploylint.compare.oddity import Oddity
from deploylint.compare.siblings import image_folder
from deploylint.compare.votes import is_majority
from deploylint.documents.grouping import items_by_key
from deploylint.model.fields import (
    IMAGE_REGISTRY,
    LISTED_PORT,
    READINESS,
    TARGET_PORT,
    element_of,
)
from deploylint.model.images import image_name, is_well_known
from deploylint.model.locations import node_of, place
from deploylint.model.service import Component, Service, is_written

PARTIAL_READINESS = "partial-readiness"
SOME = 2
"""How many servers show that they have readiness probes: one may be copied from elsewhere."""
SERVERS = ("server", "gateway")


def partial_readiness(votes: GroupVotes) -> Iterator[Oddity]:
    """The servers that lack a readiness probe, where at least two siblings have one.

    A majority that has one says so by itself, by the rules about probes.
    """
    for siblings in sibling_groups(votes):
        servers = (one for one in siblings if _gets_requests(one))
        for alike in items_by_key((_makers(one.main), one) for one in servers).values():
            having = [one for one in alike if one.main.values.state(READINESS) == "known"]
            if len(having) >= SOME and not is_majority(len(having), len(alike)):
                yield from _lacking(alike, having)


def _lacking(alike: list[Service], having: list[Service]) -> Iterator[Oddity]:
    """The servers of some that lack a readiness probe, beside the first of those that have one."""
    main = having[0].main
    other = node_of(main, READINESS, main.value(READINESS))
    share = f"{len(having)} of {len(alike)} servers"
    keys = reversed(place(other, having[0]).key.split("."))
    called = next((key for key in keys if "readiness" in key.lower()), element_of(READINESS))
    message = f"{called}: not set; {share} set it"
    for service in alike:
        lacked = service.main.value(READINESS)
        if lacked.state == "absent" and READINESS not in service.chart_sets:
            node = node_of(service.main, READINESS, lacked)
            yield Oddity(service, PARTIAL_READINESS, node, message, other)


def _gets_requests(service: Service) -> bool:
    """Whether a Service leads to a program of somebody's own.

    A container of a manifest that lists no port opens none that its author knows of. A store that
    is built from another one is called like it (``rs-mysql``), and has clients that wait for it.
    """
    fields = service.main.values.fields
    target, own = fields.get(TARGET_PORT), fields.get(LISTED_PORT)
    is_open = service.shape != "manifests" or (own is not None and is_written(own))
    is_led_to = target is not None and target.state == "known"
    return is_open and is_led_to and service.main.role in SERVERS and _is_own(service.main)


def _is_own(component: Component) -> bool:
    """Whether an image has makers, and is not called like a program that anybody runs."""
    words = image_name(component).lower().split("-")
    return bool(_makers(component)) and not any(map(is_well_known, words))


def _makers(component: Component) -> str:
    """Where the makers of an image keep theirs: a folder of a registry, or one of their own."""
    return image_folder(component) or str(component.value(IMAGE_REGISTRY).data or "")
