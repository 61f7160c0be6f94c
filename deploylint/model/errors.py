"""The errors that end a run, also in the middle of its work. Each message names the remedy."""

from __future__ import annotations

from deploylint.documents.nodes import Node, Problem, span


class UsageError(Exception):
    """An option, path or configuration is invalid: exit 2."""


class NothingToCheck(Exception):
    """There is nothing to check: exit 3."""


class OutsideGroups(Exception):
    """The files that limit a report belong to no group: exit 0."""


class Misread(Exception):
    """A file of ours that is not what it must be: exit 2. Carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def misread_at(node: Node, message: str) -> Misread:
    """The error that something is wrong at a node."""
    at = span(node)
    return Misread(Problem(node.source.file, at.line, at.column, message))
