"""The guests of a group: workloads of other people, which its own services need not be like.

They have no vote, no majority is asked about them, and rules about every service leave them out.
A group has guests only where at least half of its workloads share an organisation that does not
pack other people's programs, those that run what anybody runs (``redis``) left out, or where most
images have no organisation, as those that are built where they run or that a variable gives a
registry, and no two others share one. A chart that sets its own image, beside one that most share,
is other people's too. A configuration may name the guests instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from deploylint.compare.majority import QUORUM
from deploylint.engine.load import DeploymentGroup
from deploylint.model.fields import IMAGE, IMAGE_NAME
from deploylint.model.images import is_of_scripts
from deploylint.model.paths import is_named
from deploylint.model.service import Service
from deploylint.readers.organisation import (
    ANYBODY,
    image_text,
    is_packager,
    is_well_known_chart,
    organisation,
)

Guests = Mapping[str, str]
"""Why each guest is one, by the name of its service."""

NO_GUESTS: Guests = MappingProxyType({})


def configured_guests(group: DeploymentGroup, patterns: Sequence[str]) -> Guests:
    """The services of a group that a configuration calls guests."""
    names = (service.name for service in group.services)
    guests = (name for name in names if any(is_named(name, one) for one in patterns))
    return dict.fromkeys(guests, "as configured")


def find_guests(services: Sequence[Service]) -> Guests:
    """The services that their images, charts or places in a chart show to be other people's."""
    owners = {service.name: organisation(service.main) for service in services}
    known = [owner for owner in owners.values() if owner not in ("", ANYBODY)]
    most = Counter(owner for owner in known if not is_packager(owner)).most_common(2)
    local = [one for one in services if not owners[one.name] and _is_of_its_image(one)]
    others = len(owners) - list(owners.values()).count("")
    if len(local) >= QUORUM and len(local) > others and len(set(known)) == len(known):
        own = set[str]()  # its images are built where they run, those of others are not
    elif not most or most[0][1] * 2 < len(known):
        return {}
    else:
        own = {owner for owner, count in most if count == most[0][1]}
    within = dict(_sub_charts(services))
    if sum(map(bool, within.values())) * 2 > len(services):  # a chart of the group's own charts
        within = {}
    chart = _shared_chart(services)
    reasons = {
        service.name: _because(
            service, owners[service.name], own, within.get(service.name, ""), chart
        )
        for service in services
    }
    return {name: because for name, because in reasons.items() if because}


def _is_of_its_image(service: Service) -> bool:
    """Whether a service names an image of a program: a tag alone is of that of its chart."""
    name = service.main.value(IMAGE_NAME)
    if is_of_scripts(service.main):
        return False
    return name.state == "known" or (name.state == "unknown" and name.node is not None)


_CHARTS = "/charts/"
"""The folder of the charts in a chart, in the path of a template."""


def _sub_charts(services: Sequence[Service]) -> Iterator[tuple[str, str]]:
    """By service, the sub-chart with the template that a workload was rendered from, or ""."""
    from deploylint.policy.messages import template_of  # few groups are of manifests

    sources = {id(service.root.source): service.root.source for service in services}
    naming = {key for key, source in sources.items() if _CHARTS in source.text}
    for service in services:
        if id(service.root.source) in naming:
            above, _, within = template_of(service, service.root).partition(_CHARTS)
            yield service.name, within.partition("/")[0] if above else ""


def _shared_chart(services: Sequence[Service]) -> str:
    """The chart that at least half of some services are installed by, "" without one."""
    charts = Counter(service.chart for service in services if service.chart)
    ((chart, count),) = charts.most_common(1) or [("", 0)]
    return chart if count >= QUORUM and count * 2 >= len(services) else ""


def _because(service: Service, owner: str, own: set[str], sub_chart: str, shared: str) -> str:
    """Why a service is a guest; "" where it is none."""
    if owner:
        return "" if owner in own else image_text(service.main)
    if sub_chart:
        return f"sub-chart {sub_chart}"
    if _has_image(service):
        return ""
    if service.main.value(IMAGE).state in ("known", "unknown"):  # a tag of the chart's image
        return f"chart {service.chart}" if is_well_known_chart(service.chart) else ""
    chart = service.chart or service.name
    is_other = bool(shared) and service.chart != shared
    return f"chart {chart}" if is_other or is_well_known_chart(chart) else ""
