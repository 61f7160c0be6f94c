"""What the name of an image shows of the program in it.

The names are data, ``readers/well_known.yaml``.
"""

from __future__ import annotations

from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.fields import IMAGE_NAME
from deploylint.model.service import Component


def image_name(component: Component) -> str:
    """The last word of the image of a component, or ""."""
    image = component.value(IMAGE_NAME)
    return str(image.data).rpartition("/")[2] if image.state == "known" else ""


def is_of_scripts(component: Component) -> bool:
    """Whether an image holds only a system or a tool, and somebody's script runs in it."""
    return image_name(component).lower() in definition(WELL_KNOWN)["script-images"]


def is_well_known(name: str) -> bool:
    """Whether a program of this name is other people's."""
    return name in definition(WELL_KNOWN)["images"]
