"""Which components of a service run its own image, and so what its Dockerfile and code make."""

from deploylint.model.fields import IMAGE_NAME
from deploylint.model.service import Component

_OTHERS = frozenset({"init", "sidecar", "store", "gateway"})
"""The roles of components that run another image than the service's."""


def runs_own(component: Component, main: Component) -> bool:
    """Whether a component runs the image that the service's main component runs."""
    return component.role not in _OTHERS and runs_the_same(component, main)


def runs_the_same(one: Component, other: Component) -> bool:
    """Whether two components of a service may run the same image."""
    images = [component.value(IMAGE_NAME) for component in (one, other)]
    return any(image.state != "known" for image in images) or images[0].data == images[1].data
