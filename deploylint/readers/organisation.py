"""The organisation that a program belongs to, as the registry and repository of its image show.

The registries that many share and the programs that anybody runs are data, ``well_known.yaml``.
"""

from __future__ import annotations

from deploylint.documents.record import Record
from deploylint.model.data import WELL_KNOWN, definition
from deploylint.model.images import is_of_scripts, is_well_known
from deploylint.model.service import Component

ANYBODY = "library"
"""The organisation of a bare name that everybody knows (``redis``), as Docker Hub calls it."""


class Organisations(Record):
    """One's own organisations: those of ``images``, and those with the sources of ``charts``.

    ``maintainers`` are those of such charts.
    """

    images: frozenset[str] = frozenset()
    charts: frozenset[str] = frozenset()
    maintainers: frozenset[str] = frozenset()


NO_ORGANISATIONS = Organisations()
"""Where no image and no chart shows an organisation of one's own."""

_REPOSITORY, _REGISTRY = "image.repository", "image.registry"


def organisation(component: Component) -> str:
    """The organisation that an image belongs to; "" where nothing shows one.

    It is the first word of the path in a registry that many share, else the host of the registry,
    ``acme`` for ``acme.azurecr.io``.
    """
    repository, registry = component.value(_REPOSITORY), component.value(_REGISTRY)
    if repository.state != "known":
        return ""
    if is_of_scripts(component):
        return ""
    *path, name = str(repository.data).lower().split("/")
    host = str(registry.data).lower() if registry.state == "known" else ""
    if host and not _is_shared(host):
        return host.partition(".")[0] if ".azurecr." in host else host
    if path:
        return path[0]
    return ANYBODY if is_well_known(name) else ""


def is_packager(owner: str) -> bool:
    """Whether an organisation packs the programs of others for everybody."""
    return owner in definition(WELL_KNOWN)["packagers"]


def image_text(component: Component) -> str:
    """The image of a component in words."""
    return f"image {component.value(_REPOSITORY).data}"


def is_well_known_chart(name: str) -> bool:
    """Whether a chart of this name installs a program of other people."""
    return is_well_known(name) or name in definition(WELL_KNOWN)["charts"]


def is_folder_of_copies(name: str) -> bool:
    """Whether a folder of this name holds copies of other people's work."""
    return name in definition(WELL_KNOWN)["folders"]


def is_operator(api_group: str) -> bool:
    """Whether a program of other people defines the kinds of an API group."""
    ends = definition(WELL_KNOWN)["operators"]
    return any(f".{api_group}".endswith(f".{end}") for end in ends)


def _is_shared(host: str) -> bool:
    shared = definition(WELL_KNOWN)["shared-hosts"]
    return any(host == known or (known[0] == "." and host.endswith(known)) for known in shared)


def is_general_chart(name: str) -> bool:
    """Whether a chart of other people takes any image, and its values are all one's own."""
    return name in definition(WELL_KNOWN)["general-charts"]
