"""Label selectors: which labels one demands, by ``matchLabels``, ``matchExpressions`` or plainly.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deploylint.documents.nodes import Node, child, is_empty, items_of, text_of
from deploylint.documents.record import Record
from deploylint.documents.suggest import hint
from deploylint.model.fault import Fault
from deploylint.model.templates import is_variable
from deploylint.readers.kubernetes.objects import Object, labels
from deploylint.readers.wrapped.values import nodes_at


class LabelExpression(Record):
    """One demand: an operator, and the values that it names."""

    key: str
    operator: str
    values: frozenset[str]

    def holds(self, own: Mapping[str, str]) -> bool:
        """Whether labels meet it; a missing label has none of the values."""
        if self.operator in ("Exists", "DoesNotExist"):
            return (self.key in own) is (self.operator == "Exists")
        return (own.get(self.key) in self.values) is (self.operator == "In")


class Selector(Record):
    """Labels, and expressions beside them; without either it selects everything."""

    node: Node
    labels: Mapping[str, str]
    expressions: tuple[LabelExpression, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it selects everything."""
        return not (self.labels or self.expressions)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The labels that are all demanded."""
        only = ((e.key, *e.values) for e in self.expressions if e.operator == "In")
        return [*self.labels.items(), *(selecting for selecting in only if len(selecting) == 2)]

    def matches(self, own: Mapping[str, str]) -> bool:
        """Whether labels are as it demands."""
        return self.labels.items() <= own.items() and all(
            selecting.holds(own) for selecting in self.expressions
        )


OPERATORS = frozenset({"In", "NotIn", "Exists", "DoesNotExist"})


def selector_of(selecting: Object, path: str, *, plain: bool = False) -> Selector | None:
    """What an object selects by; None for nothing, or what is filled in later.

    A ``plain`` selector is a mapping of labels, and an empty one selects nothing.
    """
    node = selecting.at(path)
    if node is None or not node.is_mapping or (plain and is_empty(node)):
        return None
    wanted = labels(node if plain else child(node, "matchLabels"))
    if any(":" in key for key in wanted):
        wanted = {_without_source(key): text for key, text in wanted.items()}
    items = [] if plain else nodes_at(node, "matchExpressions[]")
    expressions = tuple(map(_expression, items))
    words = [*wanted.items(), *((e.key, *e.values) for e in expressions)]
    if any(is_variable(word) for each in words for word in each):
        return None
    return Selector(node, wanted, expressions) if _is_known(expressions) else None


def _without_source(key: str) -> str:
    """The key of a label without where it is from, as Cilium writes it (``k8s:app``)."""
    return key.removeprefix("any:").removeprefix("k8s:")


def _is_known(expressions: Iterable[LabelExpression]) -> bool:
    return all(selecting.operator in OPERATORS for selecting in expressions)


def _expression(item: Node) -> LabelExpression:
    values = frozenset(text_of(value) for value in nodes_at(item, "values[]"))
    return LabelExpression(
        _without_source(text_of(child(item, "key"))), text_of(child(item, "operator")), values
    )


def requirement_faults(requirement: Node) -> Iterator[Fault]:
    """A word that is no operator, or values that it does not go with (LabelSelectorRequirement)."""
    operator, values = child(requirement, "operator"), child(requirement, "values")
    word, has_values = text_of(operator), bool(items_of(values))
    if (
        operator is None
        or is_variable(word)
        or (values is not None and is_variable(text_of(values)))
    ):
        return
    if word not in OPERATORS:
        message = f"operator is {word!r}; {hint(word, sorted(OPERATORS))}"
        yield Fault("wrong-choice", operator.key, message)
    elif word.endswith("In") is not has_values:
        needs = "needs values" if word.endswith("In") else "takes no values"
        message = f"operator {word} {needs}; the API server refuses it"
        yield Fault("contradiction", operator.key, message)
