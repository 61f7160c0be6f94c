"""Which services are alike by their nature, so that a majority of them says what the others lack.

Siblings are components of one role in services of one chart, one kind of workload and one runtime,
and the same part of a service each where folders hold several (``parts``).
Where too few share a runtime, those of any runtime are asked. Where too few are of one role, all
services of a group are asked about what no role decides (``ROLE_FREE``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from deploylint.compare.matching import PeerKey, numbers_by_peer_key
from deploylint.compare.parts import parts_or_folders
from deploylint.compare.votes import GONE
from deploylint.documents.nodes import entries_of
from deploylint.documents.suggest import is_misspelt
from deploylint.model.difference import Position
from deploylint.model.field_values import FieldRow, FieldValue
from deploylint.model.fields import (
    ADDRESSES,
    DELAYS,
    HANDLED,
    IMAGE_NAME,
    IMAGE_REGISTRY,
    IMAGE_TAG,
    PRESENT_OF,
    PROBES,
    PULL_POLICY,
    PULL_SECRETS,
    ROUTE,
    SERVICE_ACCOUNT,
    STARTUP,
    TYPE_OF_SERVICE,
)
from deploylint.model.images import image_name, is_of_scripts, is_well_known
from deploylint.model.own_name import SELF, holds_word, with_service
from deploylint.model.service import Component, Service, is_presence, is_written
from deploylint.model.types import NAME

SiblingKey = tuple[PeerKey, ...]
"""What the components of a peer group of siblings share."""

EVERYONE: PeerKey = "everyone"
"""The first part of the key of the peer group of all main components."""

_PUBLISHED = ("LoadBalancer", "NodePort")
_PATHS = tuple(f"{probe}.path" for probe in PROBES)


def is_entry_point(component: Component) -> bool:
    """Whether a component is reached from outside of the cluster."""
    values = component.values
    return _is_published(values.fields.get(TYPE_OF_SERVICE)) or values.state(ROUTE) == "known"


def image_folder(component: Component) -> str:
    """The registry and the folder of an image; "" for a name that anybody may have.

    A tool puts all bare names that it completes into one folder.
    """
    registry = component.value(IMAGE_REGISTRY)
    folder = str(component.value(IMAGE_NAME).data or "").rpartition("/")[0]
    return f"{registry.data}/{folder}" if folder or registry.state == "unknown" else ""


def is_unread(service: Service, keys: Sequence[str], others: Iterable[Service]) -> bool:
    """Whether a service's chart does not take what is at some keys, and that of another does."""
    if not keys or service.may_read(keys):
        return False
    return any(other.chart_reads and other.may_read(keys) for other in others)


def left_to_defaults(
    most: Component, full: Set[str], missing: Mapping[str, str], component: Component
) -> set[str]:
    """The addresses that most or a component leave to a default: none of them is missing.

    Most have the values at ``full`` addresses, and something at ``missing`` ones and their levels.
    """
    own, usual = component.values.fields, most.values.fields
    right = {a for a, level in missing.items() if a == level and _is_default(own.get(a))}
    unset = (a for a in full - set(PRESENT_OF.values()) if component.values.state(a) in GONE)
    return right | {a for a in unset if _is_default(usual.get(a)) or _is_filled_in(a, usual)}


def _is_filled_in(address: str, usual: FieldRow) -> bool:
    """Whether what most have is what the API fills in: the type of a Service (ServiceSpec)."""
    value = usual.get(address) if address == TYPE_OF_SERVICE else None
    return value is not None and value.data == "ClusterIP"


def _is_default(value: FieldValue | None) -> bool:
    """Whether something is there that no file sets."""
    if value is None or value.state != "known" or isinstance(value.data, list):
        return False
    return not is_written(value) and not value.parts


class Siblings:
    """The peer groups of the services of a group."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        self._charts = dict(_charts(services))
        self._parts = parts_or_folders(services)
        self._names = frozenset(name for service in services for name in service.own_names)

    def keys(self, service: Service) -> Iterator[tuple[int, tuple[SiblingKey, ...]]]:
        """The components of a service with a vote, each with its peer groups, the closest first."""
        chart = self._charts.get(service.name, service.chart)
        part = self._parts.get(service.name, "")
        for key, number in numbers_by_peer_key(service).items():
            near = (chart, service.kind if number == 0 else "", key, part)
            everyone = ((EVERYONE, chart),) if number == 0 else ()
            alike = ((*near, service.runtime),) if service.runtime else ()
            yield number, (*alike, near, *everyone)

    def rightly_other(self, at: Position, most: Component) -> set[str]:
        """The addresses at which a component may differ from what most have.

        They are those that most leave to a default, what decides that it is an entry point, and
        names: only one that names another service is left over from a copied file. An account of
        its own is for a program that asks something of the cluster. A path that two probes ask for
        is one that the program serves. A startup probe holds the others back without a delay. An
        image is in the registry of its makers, in a folder of it that has several, and is any that
        scripts run in. A pull secret is for the registry of an image.
        """
        component = at.component
        is_other_entry = is_entry_point(component) != is_entry_point(most)
        right = set(HANDLED if is_other_entry else ())
        if self._is_made_elsewhere(component, most):
            right.add(IMAGE_REGISTRY)
        if is_of_scripts(component) or is_of_scripts(most):
            right.add(IMAGE_NAME)
        if component.values.state(STARTUP) == "known":
            right.update(DELAYS)
        for address, expected, actual in _may_differ(component, most):
            is_without_account = address == SERVICE_ACCOUNT and not is_written(actual)
            if (is_without_account and SELF in str(expected.data)) or (
                expected.state == actual.state == "known"
                and self._is_right(at, address, expected, actual)
            ):
                right.add(address)
        lacked = most.values if at.service.has_own_chart else ()
        sets = (a for a in lacked if a in at.service.chart_sets)
        unset = {address for address in sets if not is_written(component.value(address))}
        right = right.difference(PRESENT_OF.values()) | unset
        return right.union(PULL_SECRETS) if self._is_pulled_without_secret(component) else right

    def _is_made_elsewhere(self, component: Component, most: Component) -> bool:
        """Whether the registry that most have holds no image of the makers of a component's.

        A registry may be called after its makers: ``acme.azurecr.io``. What anybody runs
        (``redis``) is in that of Docker Hub.
        """
        makers, registry = _makers(component), most.value(IMAGE_REGISTRY).data
        if is_misspelt(str(component.value(IMAGE_REGISTRY).data), str(registry)):
            return False
        if _source(component) == _OF_EVERYBODY and is_well_known(image_name(component)):
            return True
        known = self._makers_in.get(registry, {makers})
        return bool(makers) and makers not in {*known, str(registry).partition(".")[0]}

    def _is_pulled_without_secret(self, component: Component) -> bool:
        """Whether an image that is pulled without a secret needs none.

        It does not if most images of its source, or another service with it, are without one too.
        """
        if component.value(IMAGE_NAME).state != "known":
            return False
        with_secret, without = self._pulled
        source, image = _source(component), _image(component)
        is_open = without[source] > with_secret[source] or without[image] > 1
        return is_open and component.values.state(PULL_SECRETS[0]) in GONE

    @cached_property
    def _pulled(self) -> tuple[Counter[str], Counter[str]]:
        """How often images and their sources are pulled with secrets, and how often without."""
        with_secret, without = Counter[str](), Counter[str]()
        for component in (service.main for service in self._services):
            is_without = component.values.state(PULL_SECRETS[0]) in GONE
            count = without if is_without else with_secret
            count.update((_image(component), _source(component)))
        return with_secret, without

    @cached_property
    def _makers_in(self) -> Mapping[object, set[str]]:
        """Who has images in each registry."""
        makers = defaultdict[object, set[str]](set)
        for service in self._services:
            makers[service.main.value(IMAGE_REGISTRY).data].add(_makers(service.main))
        return makers

    def _is_right(
        self, at: Position, address: str, expected: FieldValue, actual: FieldValue
    ) -> bool:
        """Whether a component may have another value than most have."""
        service, component = at
        return (
            _is_unwritten(expected, actual)
            or (address in _PATHS and _asks_twice(component, actual))
            or (address == TYPE_OF_SERVICE and _is_published(expected, actual))
            or (address == PULL_POLICY and _is_default_policy(component, actual))
            or (ADDRESSES[address] is NAME and self._is_own(address, service, expected, actual))
        )

    def _is_own(
        self, address: str, service: Service, expected: FieldValue, actual: FieldValue
    ) -> bool:
        """Whether a name differs from what most have, and is one of the service's own making."""
        text, wanted = str(actual.data), str(expected.data)
        own = with_service(text, service.own_names)
        if own == wanted:
            return False
        if SELF in own:
            is_elsewhere = text.rpartition("/")[0] != wanted.rpartition("/")[0]
            is_of_several = address == IMAGE_NAME and len(self._beside(service)) > 1
            return not (address == IMAGE_NAME and is_elsewhere and not is_of_several)
        others = self._names.difference(service.own_names)
        return not actual.default and not any(holds_word(text, name) for name in others)

    def _beside(self, service: Service) -> Set[str]:
        """The images in the folder of a registry that a service's is in: several are no slip."""
        folder, image = _folder_and_image(service)
        return self._images[folder] if folder or image == service.name else set()

    @cached_property
    def _images(self) -> Mapping[str, set[str]]:
        """The images in each folder of a registry; of those in none, what services are called."""
        images = defaultdict[str, set[str]](set)
        for service in self._services:
            folder, image = _folder_and_image(service)
            if folder or image == service.name:
                images[folder].add(image)
        return images


def _folder_and_image(service: Service) -> tuple[str, str]:
    """The folder of an image in its registry, and its last word."""
    folder, _, image = str(service.main.value(IMAGE_NAME).data or "").rpartition("/")
    return folder, image


def _image(component: Component) -> str:
    """The source and the name of an image."""
    return f"{_source(component)}/{component.value(IMAGE_NAME).data}"


def _source(component: Component) -> str:
    """What a pull secret is for: a registry, in the one of everybody the makers of an image."""
    registry = component.value(IMAGE_REGISTRY)
    if registry.state == "unknown":
        return "unknown"
    is_of_everybody = str(registry.data or "docker.io").endswith("docker.io")
    return f"{_OF_EVERYBODY}{_makers(component)}" if is_of_everybody else str(registry.data)


_OF_EVERYBODY = "/"
"""The source of an image with a bare name from the registry of everybody."""


def _makers(component: Component) -> str:
    """Who makes an image: the first folder of its name, "" for a bare name."""
    return str(component.value(IMAGE_NAME).data or "").rpartition("/")[0].partition("/")[0]


def _may_differ(
    component: Component, most: Component
) -> Iterator[tuple[str, FieldValue, FieldValue]]:
    """The addresses at which two components have other data, or a name or the type of a Service.

    With each are what most have and what the component has.
    """
    fields = component.values.fields
    for address, expected in zip(most.values.fields.layout, most.values.fields.row, strict=True):
        actual = fields.get(address)
        is_judged = address == TYPE_OF_SERVICE or ADDRESSES.get(address) is NAME
        if actual is not None and (is_judged or actual.data != expected.data):
            yield address, expected, actual


def _asks_twice(component: Component, path: FieldValue) -> bool:
    """Whether several probes of a component ask for a path."""
    asked = (component.values.fields.get(address) for address in _PATHS)
    return sum(value is not None and value.data == path.data for value in asked) > 1


def _is_unwritten(expected: FieldValue, actual: FieldValue) -> bool:
    """Whether most leave to a default what a component sets to another value."""
    is_default = not is_written(expected) and expected.parts is None
    return is_default and not is_presence(expected) and expected.data != actual.data


def _is_published(*types: FieldValue | None) -> bool:
    return any(kind is not None and str(kind.data) in _PUBLISHED for kind in types)


def _is_default_policy(component: Component, policy: FieldValue) -> bool:
    """Whether a pull policy is that of the tag: of a version that is written, or of one that moves.

    Who writes the one has chosen it, and of the other the tag is the fault.
    https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting
    """
    tag = str(component.value(IMAGE_TAG).data or "1")  # the chart has a version
    if not any(map(str.isdigit, tag)):
        return policy.data == "Always"
    return policy.data == "IfNotPresent" and not policy.default and is_written(policy)


def _charts(services: Sequence[Service]) -> Iterator[tuple[str, str]]:
    """Charts for services that name none: another one where no key of a file is a common one."""
    nameless = [one for one in services if one.shape == "values" and not one.chart]
    often = Counter(key for service in nameless for key in entries_of(service.root))
    common = {key for key, count in often.items() if count * 2 >= len(nameless)}
    for service in nameless:
        if common.isdisjoint(entries_of(service.root)):
            yield service.name, service.name
