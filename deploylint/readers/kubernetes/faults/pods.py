"""What the API server refuses in a pod, though each of its fields is right: ``PodSpec``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deploylint.documents.nodes import Node, child, is_empty, items_of, text_of
from deploylint.model.fault import Fault
from deploylint.model.secrets import scalar_or_text
from deploylint.model.templates import is_variable
from deploylint.readers.contradictions import is_root_refused, root_user_fault


def repeated_names(values: Iterable[Node | None]) -> Iterator[Fault]:
    """Names that must be unique, where they are written again."""
    known = dict[str, Node]()
    for value in values:
        text = text_of(value)
        if value is None or not text or is_variable(text):
            continue
        if (first := known.setdefault(text, value)) is not value:
            message = f"{value.path.name} {text} is there twice; the API server refuses it"
            yield Fault("duplicate-name", value, message, (("beside", first, text),))


def pod_faults(pod: Node) -> Iterator[Fault]:
    """What contradicts itself in a pod.

    Two service accounts, two versions of one image, a container without an image, two of one name,
    a probe of a container that ends, and root as the user of containers that must not run as it.
    """
    yield from _two_accounts(pod)
    yield from _two_versions(pod)
    containers = items_of(child(pod, "containers"))
    if any(child(item, "image") is not None for item in containers):
        yield from image_faults(containers)
    yield from repeated_names(child(item, "name") for item in containers_of(pod))
    for item in items_of(child(pod, "initContainers")):
        yield from _init_faults(item)
    users = dict[Node, None]()
    for item in containers_of(pod):
        contexts = [child(owner, "securityContext") for owner in (item, pod)]
        user = _first(contexts, "runAsUser")
        non_root = _first(contexts, "runAsNonRoot")
        if user is not None and is_root_refused(_data(user), _data(non_root)):
            users[user.key] = None
    yield from map(root_user_fault, users)


def image_faults(containers: Iterable[Node]) -> Iterator[Fault]:
    """Containers without an image."""
    for name in (child(item, "name") for item in containers if child(item, "image") is None):
        if name is not None:
            message = f"container {text_of(name)} has no image; the API server refuses it"
            yield Fault("missing-field", name, message)


def _init_faults(container: Node) -> Iterator[Fault]:
    """What only a container that runs on may have (Container, ``restartPolicy``)."""
    if text_of(child(container, "restartPolicy")) != "Always":
        for key in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            value = child(container, key)
            if value is not None and not is_empty(value):
                message = (
                    f"an init container has no {key}; write restartPolicy: Always if it runs on"
                )
                yield Fault("misplaced-field", value.key, message)


def _two_accounts(pod: Node) -> Iterator[Fault]:
    """Different names under the field of a service account and its former name (PodSpec)."""
    former, account = (_first([pod], key) for key in ("serviceAccount", "serviceAccountName"))
    if former is not None and account is not None and former.content != account.content:
        names = f"serviceAccount is {former.content} and serviceAccountName {account.content}"
        beside = (("beside", account.key, str(account.key.content)),)
        message = f"{names}; the pod runs as {account.content}"
        yield Fault("contradiction", former.key, message, beside)


def _two_versions(pod: Node) -> Iterator[Fault]:
    """Another version of an image than a container before it has; those that serve come first."""
    known = dict[str, Node]()
    for image in (child(item, "image") for item in containers_of(pod)):
        text = text_of(image)
        if image is None or is_variable(text) or "@" in text:
            continue
        repository, colon, _ = text.rpartition(":")
        if not colon or "/" in text[len(repository) :]:
            continue
        first = known.setdefault(repository, image)
        if text_of(first) != text:
            message = f"the image is {text}, and another container of the pod runs {text_of(first)}"
            yield Fault("image-versions", image, message, (("beside", first, text_of(first)),))


def containers_of(pod: Node) -> Iterator[Node]:
    """The containers of a pod, and its init containers."""
    for key in ("containers", "initContainers"):
        yield from items_of(child(pod, key))


def _first(mappings: Sequence[Node | None], key: str) -> Node | None:
    """The scalar under a key of the first mapping that has one."""
    values = (child(one, key) for one in mappings if one is not None)
    return next((v for v in values if v is not None and v.is_scalar and not is_empty(v)), None)


def _data(node: Node | None) -> object:
    return None if node is None else scalar_or_text(node)
