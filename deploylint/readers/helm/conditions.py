"""The values that templates only ask whether they are set: a text is true there, also ``false``.

https://helm.sh/docs/chart_template_guide/control_structures/#ifelse
"""

from __future__ import annotations

from collections.abc import Iterable

from deploylint.readers.helm.chart import ACTION, VALUE


def asked_switches(texts: Iterable[str]) -> set[str]:
    """The ways to values that are a condition, and that no other action takes or compares."""
    asked, others = set[str](), set[str]()
    for action in (action for text in texts for action in ACTION.finditer(text)):
        rest = action["rest"].removesuffix("-")
        is_asked = action["word"] == "if" or rest.startswith(" if")
        words = VALUE.sub("", rest).replace("(", " ").replace(")", " ").split()
        is_plain = is_asked and _PLAIN.issuperset(words)
        (asked if is_plain else others).update(VALUE.findall(rest))
    return asked - others


_PLAIN = frozenset({"if", "not", "and", "or", "$"})
"""The words of a condition that takes values as they are."""
