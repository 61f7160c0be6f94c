"""Which components of a service run its own image, the one that its Dockerfile and code make."""

from deploylint.model.fields import IMAGE_NAME
from deploylint.model.service import Component

_OTHER_IMAGE = frozenset({"init", "sidecar", "store", "gateway"})
"""The roles of components that run another image than the service's."""


def runs_own(component: Component, main: Component) -> bool:
    """Whether a component runs the image that the service's main component runs."""
    return component.role not in _OTHER_IMAGE and runs_the_same(component, main)


def runs_the_same(component: Component, other: Component) -> bool:
    """Whether two components of a service may run the same image."""
    image, other_image = component.value(IMAGE_NAME), other.value(IMAGE_NAME)
    is_known = image.state == other_image.state == "known"
    return not is_known or image.data == other_image.data
