"""Whether files in a folder that no command names are of a deployment, or of another tool."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from deploylint.config.groups import VALUES
from deploylint.documents.errors import is_template
from deploylint.documents.nodes import Problem, child_at, text_of
from deploylint.documents.paths import from_display_path
from deploylint.documents.reader import Document, read_plain
from deploylint.documents.regex import regex
from deploylint.engine.discovery import Skipped, is_kustomization
from deploylint.engine.load import DeploymentGroup
from deploylint.engine.shared_files import SharedFiles
from deploylint.engine.unread_files import A_TEMPLATE
from deploylint.model.fields import (
    DOCKERFILE,
    IMAGE,
    OF_A_DOCKERFILE,
    PRESENT_OF,
    SET_ELSEWHERE,
    element_of,
)
from deploylint.model.service import Service
from deploylint.readers.service import BASES

NO_DEPLOYMENT = "sets no image, or nothing else of a deployment"

_TEMPLATES = "template"
"""What the name of a template holds, or of a folder of templates."""

MANY = 3
"""So many elements are a deployment's without an image too: its chart or release sets that."""


def without_others(group: DeploymentGroup) -> DeploymentGroup:
    """A group without values that are none of a deployment."""
    kept = tuple(filter(_is_deployment, group.services))
    others = (service for service in group.services if service not in kept)
    skipped = (Skipped(service.files[0], NO_DEPLOYMENT) for service in others)
    return group._replace(services=kept, skipped=(*group.skipped, *skipped))


def without_other_problems(group: DeploymentGroup, shared: SharedFiles) -> DeploymentGroup:
    """A group without problems of files that are no deployments, which are skipped."""
    reasons = {problem: _why_other(problem, group, shared) for problem in group.problems}
    problems = tuple(problem for problem, reason in reasons.items() if not reason)
    skipped = (Skipped(one.file, reason) for one, reason in reasons.items() if reason)
    return group._replace(problems=problems, skipped=(*group.skipped, *skipped))


def _why_other(problem: Problem, group: DeploymentGroup, shared: SharedFiles) -> str:
    """Why a file with a problem is no deployment, or "".

    Another tool fills in a template that is called so, or is in a folder of templates, and so do
    the chart that puts a file into an object and the helmfile that a file is. Elsewhere a service
    may be lost by a statement of a template in its file, or by a line that is not YAML, unless its
    folder holds none, nor a kustomization, and its keys are of something else.
    """
    path = from_display_path(problem.file)
    source = read_plain(path, problem.file, shared.root)
    text = "" if isinstance(source, Problem) else source.text
    if is_template(problem) and (
        _is_of_templates(Path(problem.file))
        or shared.charts.put_into_objects(path)
        or _RELEASES.search(text)
    ):
        return A_TEMPLATE
    documents = map(from_display_path, (document.file for document in group.documents))
    is_deployed = group.services or any(map(is_kustomization, documents))
    if is_deployed or path.stem == VALUES or is_kustomization(path):
        return ""
    from deploylint.readers.kubernetes.catalogue import table

    keys = set(_KEY.findall(text))
    return NO_KEYS if len(keys) >= MANY and keys.isdisjoint(table().deployment_keys) else ""


_RELEASES = regex(r"^releases:[ \t]*$", re.MULTILINE)
"""What a helmfile has in a line, whatever it is called: https://helmfile.readthedocs.io/."""

NO_KEYS = "cannot be read, and no key of it is one of a deployment"

_KEY = regex(r"^[ \t]*(?:-[ \t]+)*[\"']?([\w.-]+)[\"']?[ \t]*:", re.MULTILINE)


def _is_of_templates(file: Path) -> bool:
    """Whether a file is a template: by a name, or by named templates of Helm in its folder."""
    names = (name.lower() for name in file.parts)
    return any(_TEMPLATES in name for name in names) or any(file.parent.glob("_*.tpl"))


def has_image(service: Service) -> bool:
    """Whether a service says what it runs."""
    return any(IMAGE in component.values for component in service.components)


def _is_deployment(service: Service) -> bool:
    """Whether a service has an image and more, or its file wraps it or is called as one."""
    is_wrapped = len(service.notes) > (PRESENT_OF[DOCKERFILE] in service.main.values)
    if service.shape == "manifests" or is_wrapped:
        return True
    return sets_a_deployment(service) or service.name not in (Path(service.files[0]).stem, *BASES)


def sets_a_deployment(service: Service) -> bool:
    """Whether values have an image and more of a deployment, or much of one without it.

    What they switch off is of a deployment only beside an image: they may be of another object of
    the same chart.
    """
    values = [one.values for one in service.components]
    elements = {element_of(at) for each in values for at in each}
    is_more = bool(elements - SET_ELSEWHERE)
    if not is_more or has_image(service):
        return is_more
    on = {element_of(at) for each in values for at in each if each.state(at) != "disabled"}
    return len(on - OF_A_DOCKERFILE) >= MANY


def image_repositories(documents: Iterable[Document | Problem]) -> set[str]:
    """The images that values have at their roots, without their tags."""
    roots = (root for each in documents if isinstance(each, Document) for root in each.roots)
    return {text_of(child_at(root, element_of(IMAGE), "repository")) for root in roots} - {""}
