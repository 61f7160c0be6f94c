"""The guests of a group: workloads of other people, which its own services need not be like.

They have no vote, no majority is asked about them, and rules about every service leave them out.
A group has guests only where at least half of its workloads share an organisation that does not
pack other people's programs, those that run what anybody runs (``redis``) left out, or where most
images have no organisation, as those that are built where they run or that a variable gives a
registry, and no two others share one. A chart that sets its own image, beside one that most share,
is other people's too, and so is what a repository holds a copy of (``copied``), unless its image is
of the others' organisation. A configuration may name the guests instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from types import MappingProxyType

from deploylint.compare.votes import QUORUM
from deploylint.documents.suggest import is_misspelt
from deploylint.engine.copied import CHARTS, sign_of_copy, templates
from deploylint.engine.load import DeploymentGroup
from deploylint.model.fields import IMAGE, IMAGE_NAME, IMAGE_REGISTRY
from deploylint.model.images import is_of_scripts
from deploylint.model.paths import is_named
from deploylint.model.service import Service
from deploylint.readers.organisation import (
    ANYBODY,
    Organisations,
    image_text,
    is_general_chart,
    is_packager,
    is_well_known_chart,
    organisation,
)

Guests = Mapping[str, str]
"""Why each guest is one, by the name of its service."""

NO_GUESTS: Guests = MappingProxyType({})


_BESIDE_OTHERS = "among charts of others"
"""Why a chart is of other people that names no sources, in a folder where most name theirs."""

_SEVERAL = 2
"""So many services of one organisation show that it is one's own."""


def configured_guests(group: DeploymentGroup, patterns: Sequence[str]) -> Guests:
    """The services of a group that a configuration calls guests."""
    names = (service.name for service in group.services)
    guests = (name for name in names if any(is_named(name, one) for one in patterns))
    return dict.fromkeys(guests, "as configured")


def find_guests(services: Sequence[Service], own: Organisations) -> Guests:
    """The services that images, charts, files or places in a chart show to be other people's.

    ``own`` are the organisations that copies of other people's workloads are not of.
    """
    rendered = templates(services)
    makers = [_other_makers(service, own) for service in services]
    if sum(map(bool, makers)) * 2 > len(services):
        are_own = [not own.charts.isdisjoint(service.chart_makers) for service in services]
        each = zip(makers, are_own, strict=True)
        makers = [maker or ("" if is_own else _BESIDE_OTHERS) for maker, is_own in each]
    else:  # one among charts of one's own may be another colleague's
        makers = [""] * len(services)
    shown = map(sign_of_copy, services, rendered)
    signs = [sign or maker for sign, maker in zip(shown, makers, strict=True)]
    copies = {
        service.name: sign
        for service, sign in zip(services, signs, strict=True)
        if sign and not _is_own(service, own.images)
    }
    rest = [
        (service, _sub_chart(template))
        for service, template in zip(services, rendered, strict=True)
        if service.name not in copies
    ]
    return {**copies, **_among([service for service, _ in rest], [inside for _, inside in rest])}


def own_organisations(services: Sequence[Service]) -> Organisations:
    """The organisations of the most services that nothing shows to be copies."""
    every = zip(services, map(sign_of_copy, services, templates(services)), strict=True)
    own = [service for service, sign in every if not sign]
    images = Counter(organisation(service.main) for service in own)
    for unknown in [one for one in images if one in ("", ANYBODY) or is_packager(one)]:
        del images[unknown]
    makers = Counter(maker for service in own for maker in service.chart_makers)
    charts = _of_most(makers, QUORUM)
    keepers = (one.chart_maintainers for one in own if not charts.isdisjoint(one.chart_makers))
    return Organisations(_of_most(images, _SEVERAL), charts, frozenset().union(*keepers))


def _of_most(counts: Mapping[str, int], least: int) -> frozenset[str]:
    """What is counted most, if it is counted often enough."""
    most = max(counts.values(), default=0)
    return frozenset(one for one, number in counts.items() if number == most >= least)


def _other_makers(service: Service, own: Organisations) -> str:
    """Who else makes a chart in the repository, where it names them; "" for others.

    A chart of one's own may name the sources of the program, but no maintainers of others.
    """
    makers, maintainers = service.chart_makers, service.chart_maintainers
    is_named = bool(own.charts and makers and maintainers)
    is_other = makers.isdisjoint(own.charts) and maintainers.isdisjoint(own.maintainers)
    return f"chart of {min(makers)}" if is_named and is_other else ""


def _is_own(copy: Service, own: Container[str]) -> bool:
    """Whether the image of what looks like a copy shows one's own organisation.

    A bare name that is not well known is of an image that is built where it runs.
    """
    owner = organisation(copy.main)
    return owner in own if owner else _is_of_its_image(copy)


def _among(services: Sequence[Service], inside: Sequence[str]) -> Guests:
    """The guests among services that are no copies, by their images and charts.

    ``inside`` are the sub-charts that they were rendered from.
    """
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
    if sum(map(bool, inside)) * 2 > len(services):  # a chart of the group's own charts
        inside = [""] * len(services)
    chart = _shared_chart(services)
    owners |= dict.fromkeys(_misspelt(services, owners, own), min(own, default=""))
    if is_general_chart(chart):
        owners = dict.fromkeys(owners, "")
    reasons = {
        service.name: _because(service, owners[service.name], own, within, chart)
        for service, within in zip(services, inside, strict=True)
    }
    return {name: because for name, because in reasons.items() if because}


def _misspelt(
    services: Sequence[Service], owners: Mapping[str, str], own: Set[str]
) -> Iterator[str]:
    """The services of one's own with a slip in the registry or the organisation of their image.

    The slip is reported as one; it makes no guest of its service.
    """
    often = Counter(owners.values())
    right = {_registry(service) for service in services if owners[service.name] in own} | own
    for service in services:
        owner = owners[service.name]
        if owner and owner not in own and often[owner] == 1:
            written = {owner, _registry(service)}
            if any(is_misspelt(text, other) for text in written for other in right):
                yield service.name


def _registry(service: Service) -> str:
    return str(service.main.value(IMAGE_REGISTRY).data or "")


def _has_image(service: Service) -> bool:
    """Whether a service names its image: a tag alone is of the image that its chart has."""
    name = service.main.value(IMAGE_NAME)
    return name.state == "known" or (name.state == "unknown" and name.node is not None)


def _is_of_its_image(service: Service) -> bool:
    """Whether a service is the program of an image that it names, and no script in it."""
    return _has_image(service) and not is_of_scripts(service.main)


def _sub_chart(template: str) -> str:
    """The sub-chart with a template, or ""."""
    above, _, within = template.partition(CHARTS)
    return within.partition("/")[0] if above else ""


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
