"""XML as text: what a file holds is written so that every reader takes it, and nothing is live."""

from __future__ import annotations

from xml.etree.ElementTree import Element, indent, tostring

from deploylint.reports import Look
from deploylint.reports.text.escape import safe


def xml_text(root: Element, look: Look) -> str:
    """A tree as a document, indented; XML has no way to write most control characters."""
    for element in root.iter():
        element.text = element.text and _safe_lines(element.text, look)
        for name, value in element.items():
            element.set(name, safe(value, look))
    indent(root)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{tostring(root, 'unicode')}\n"


def _safe_lines(text: str, look: Look) -> str:
    return "\n".join(safe(line, look) for line in text.split("\n"))
