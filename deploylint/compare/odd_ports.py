"""A port in a command or a variable that is not the service's own, where that of all others is.

A program listens where its arguments or its environment say, and its Service sends requests to its
target port. If several places have another number than that, the target port is the slip.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from deploylint.compare.foreign_names import (
    Place,
    PlacedText,
    shared_documents,
    written_texts,
)
from deploylint.compare.oddity import FEW, ODD_KEY, Oddity
from deploylint.documents.regex import regex
from deploylint.model.fields import TARGET_PORT
from deploylint.model.locations import dotted_path
from deploylint.model.service import Service


def odd_ports(services: Sequence[Service]) -> Iterator[Oddity]:
    """The ports of single services that differ from their target port, as that of no other does."""
    shared = shared_documents(services)
    right, every = Counter[Place](), Counter[Place]()
    first = dict[Place, PlacedText]()
    others = defaultdict[str, list[PlacedText]](list)
    of_pods, often = dict[str, PlacedText](), Counter[str]()
    for service in services:
        port = _target_port(service)
        for written in written_texts(service, shared) if port else ():
            if not (number := _number(written)):
                continue
            every[written.place] += 1
            if number == port:
                right[written.place] += 1
                often[service.name] += 1
                first.setdefault(written.place, written)
                if written.place[1].name in _LISTING:
                    of_pods.setdefault(service.name, written)
            else:
                others[service.name].append(written)
    for name, texts in others.items():
        odd = [one for one in texts if right[one.place] == every[one.place] - 1 >= FEW - 1]
        odd = [one for one in odd if _option(one) == _option(first[one.place])]
        of_program = [one for one in odd if _is_of_program(one.place)]
        if of_program:
            usual = first[of_program[0].place]
            alone = of_pods.get(name) if often[name] == 1 else None
            yield from _slips(texts, odd, of_program[0], alone, usual)


def _slips(
    texts: Sequence[PlacedText],
    odd: Sequence[PlacedText],
    of_program: PlacedText,
    of_pods: PlacedText | None,
    usual: PlacedText,
) -> Iterator[Oddity]:
    """The port of a program if it is written nowhere else, or else what is called its own."""
    port, target = _number(of_program), _target_port(of_program.service)
    (_, path, name), service = of_program.place, of_program.service
    places = sum(_number(text) == port for text in texts)
    is_copied = not path.is_item and port == _number(usual)  # a program need not read a variable
    if places == 1 and not is_copied:
        what = name if path.name == "value" and name else dotted_path(path.keys())
        message = f"{what} is {of_program.form}, and the target port {target}"
        message = f"{message}; all others have theirs there"
        yield Oddity(service, ODD_KEY, of_program.node, message, usual.node)
    elif 1 < places == len(odd) and of_pods is not None:
        message = f"{of_pods.place[1].name} is {target}; {places} other places have {port}"
        yield Oddity(service, ODD_KEY, of_pods.node, message, usual.node)


def _number(written: PlacedText) -> str:
    """The number that a text is, or that an argument in one word gives a port; else ""."""
    if written.form.isdecimal():
        return written.form
    option = _OPTION.fullmatch(written.form) if written.place[1].is_item else None
    return option[1] if option is not None else ""


def _option(written: PlacedText) -> str:
    """What is beside the number of a text."""
    return written.form.removesuffix(_number(written))


_OPTION = regex(r"(?i)--?(?:[a-z]+[-.])*port=([0-9]{2,5})")

_LISTING = ("containerPort", "targetPort")


def _target_port(service: Service) -> str:
    """The port that the Service of a service sends requests to, as text; or ""."""
    target = service.main.value(TARGET_PORT)
    return str(target.data) if target.state == "known" and type(target.data) is int else ""


def _is_of_program(place: Place) -> bool:
    """Whether a place is an argument of a command, or a variable that is called after a port."""
    _, path, name = place
    if path.is_item:
        return path.parent is not None and path.parent.name in ("args", "command")
    return _PORT.search(name if path.name == "value" else path.name) is not None


_PORT = regex(r"(?:^|_)PORT$")
