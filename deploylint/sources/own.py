"""Which components of a service run its own image, and so what its Dockerfile and code make."""

from deploylint.model import Component
from deploylint.pairs import runs_the_same

_OTHERS = frozenset({"init", "sidecar", "store", "gateway"})
"""The roles of components that run another image than the service's."""


def runs_own(component: Component, main: Component) -> bool:
    """Whether a component runs the image that the service's main component runs."""
    return component.role not in _OTHERS and runs_the_same(component, main)
