"""What the templates of a chart make wrong in the values that it is installed with."""

from __future__ import annotations

from deploylint.model.service import Service
from deploylint.readers.helm.chart import Templates
from deploylint.readers.helm.switches import texts_for_true
from deploylint.readers.helm.unread_keys import with_unread_keys


def with_faults_of_templates(service: Service, templates: Templates) -> Service:
    """A service with what the templates of its chart make wrong in its values."""
    if templates.switches:
        known = {fault.node for fault in service.faults}
        texts = texts_for_true(service.root, sorted(templates.switches))
        faults = (*service.faults, *(each for each in texts if each.node not in known))
        service = service._replace(faults=faults)
    if templates.is_whole and not templates.read_all:
        from deploylint.readers.helm.copied_fields import with_misfits

        faults = tuple(with_unread_keys(service.faults, service.root, templates.read))
        faults = tuple(with_misfits(faults, service.root, templates.copied))
        service = service._replace(faults=faults)
    return service
