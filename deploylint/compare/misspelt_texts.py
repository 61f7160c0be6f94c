"""The texts and options of a service that its reference has in the same place but for a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploylint.compare.odd_options import misspelt_options
from deploylint.compare.oddity import (
    BESIDE,
    ODD_KEY,
    Oddity,
    has_slip,
    is_secret,
    objects_of,
)
from deploylint.compare.service_keys import Outline, ServiceKeys
from deploylint.model.locations import dotted_path
from deploylint.model.own_name import with_service
from deploylint.model.service import Service


def misspelt_texts(reference: Service, services: Sequence[Service]) -> Iterator[Oddity]:
    """The texts of services that their reference has at the same key but for a letter."""
    known = dict[object, Outline]()
    for kind in ("", *BESIDE):
        wanted = objects_of([reference], kind)
        usual = [ServiceKeys(service, known, frozenset()) for service in wanted]
        others = [one for one in services if usual and one is not reference]
        for service in objects_of(others, kind):
            if service.shape == reference.shape:
                keys = ServiceKeys(service, known, frozenset())
                yield from _misspelt_beside(usual[0], keys)
                yield from () if kind else misspelt_options(usual[0], keys)


def _misspelt_beside(usual: ServiceKeys, keys: ServiceKeys) -> Iterator[Oddity]:
    """The texts of a service that another one has at the same key but for a letter."""
    names = {*usual.service.own_names, *keys.service.own_names}
    for path, written, text in usual.other_texts(keys):
        own = with_service(text, keys.service.own_names)
        meant = with_service(written, usual.service.own_names)
        if own != meant and has_slip(own, meant, names) and not is_secret(path):
            message = f"{dotted_path(path)} is {text}; the reference has {meant}"
            values = keys.entry(path).value, usual.entry(path).value
            yield Oddity(keys.service, ODD_KEY, values[0], message, values[1])
