"""Go source as calls and names. Nothing is built or run.

To read another construct, write a function and one entry in the table of ``expressions`` or
``declarations``; what has none is only looked into.
"""

from deploylint.documents.nodes import Problem, Source
from deploylint.readers.source.go.declarations import DECLARATIONS
from deploylint.readers.source.go.expressions import EXPRESSIONS
from deploylint.readers.source.go.walker import GoFile, Tree
from deploylint.readers.source.syntax import Code, NameScope

READERS = {**EXPRESSIONS, **DECLARATIONS}


def read(source: Source, package: str, code: Code) -> Problem | None:
    """Add a file of a package to what is read; a Problem where it is not Go.

    ``package`` is the path that it is imported by. Raises RecursionError for endless nesting.
    """
    file = GoFile(source, code, READERS)
    if file.root.has_error:
        line, column = _first_error(file.root).start_point
        return Problem(source.file, line + 1, column + 1, "is not Go that can be read here")
    file.read(file.root, NameScope(code.package(package), package))
    return None


def _first_error(root: Tree) -> Tree:
    """The deepest node that an error is at; what was left out to mend it is no node."""
    node, below = root, iter([root])
    while (deeper := next(below, None)) is not None:
        node = deeper
        below = (one for one in node.children if one.has_error or one.is_missing)
        if node.is_error or node.is_missing:
            break
    return node
