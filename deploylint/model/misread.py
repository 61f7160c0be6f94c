"""The error that a file of ours, or of a project for us, is not what it must be."""

from __future__ import annotations

from deploylint.documents.nodes import Node, Problem, span


class Misread(Exception):
    """A file of ours that is not what it must be; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def misread(node: Node, message: str) -> Misread:
    """The error that something is wrong at a node."""
    at = span(node)
    return Misread(Problem(node.source.file, at.line, at.column, message))
