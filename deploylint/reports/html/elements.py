"""The elements of a page. A text of a file is only ever text: the serializer escapes it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring

from deploylint.reports import Look
from deploylint.reports.text.escape import safe

Child = Element | str


def element(tag: str, /, *children: Child, **attributes: str) -> Element:
    """An element with texts and elements in it; ``for_`` and ``class_`` are words of Python too.

    An attribute without a value, as ``hidden=""``, is written with an empty one.
    """
    made = Element(tag, {key.rstrip("_").replace("_", "-"): v for key, v in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, Element):
            made.append(child)
            last = child
        elif last is None:
            made.text = (made.text or "") + child
        else:
            last.tail = (last.tail or "") + child
    return made


def html(root: Element, look: Look) -> str:
    """A page as text: no character in it is live, whatever file it comes from."""
    _escape(root, look)
    return f"<!DOCTYPE html>\n{tostring(root, 'unicode', method='html')}\n"


_OWN = ("script", "style", "pre")
"""Elements with our own text, or that of ``Excerpts``, which has escaped each character."""


def _escape(root: Element, look: Look) -> None:
    for name, value in root.items():
        root.set(name, safe(value, look))
    if root.tag in _OWN:
        return
    root.text = root.text and safe(root.text, look)
    for child in root:
        _escape(child, look)
        child.tail = child.tail and safe(child.tail, look)
