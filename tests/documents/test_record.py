"""A record is what a NamedTuple of the same fields is, in all that can be asked of one."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deploylint.documents.record import Record

PACKAGE = Path(__file__).parents[2] / "deploylint"


class Point(Record):
    """A point, by default on the first line."""

    column: int
    line: int = 1

    @property
    def place(self) -> str:
        return f"{self.line}:{self.column}"


class Like(NamedTuple):
    column: int
    line: int = 1


@pytest.mark.parametrize(
    ("values", "named"),
    [((2,), {}), ((2, 3), {}), ((2,), {"line": 3}), ((), {"line": 3, "column": 2})],
)
def test_record_is_made_by_position_and_by_name(
    values: tuple[int, ...], named: dict[str, int]
) -> None:
    made, like = Point(*values, **named), Like(*values, **named)
    assert made == tuple(like)
    assert (made.column, made.line) == (like.column, like.line)
    assert made.place == f"{like.line}:{like.column}"


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"column": 2}), ((1,), {"row": 2}), ((), {"line": 2})],
)
def test_record_with_wrong_fields_is_refused(
    values: tuple[int, ...], named: dict[str, int]
) -> None:
    for kind in (Point, Like, Point):
        with pytest.raises(TypeError):
            kind(*values, **named)


def test_record_behaves_like_a_named_tuple() -> None:
    made, like = Point(2), Like(2)
    assert tuple(made._replace(line=3)) == tuple(like._replace(line=3))
    assert made == Point(2)
    assert made._asdict() == like._asdict()
    assert (Point._fields, Point._field_defaults) == (Like._fields, Like._field_defaults)
    assert repr(made) == repr(like).replace("Like", "Point")
    assert hash(made) == hash(like)
    column, line = made
    assert (column, line) == (2, 1)
    match made:
        case Point(4, _):
            raise AssertionError
        case Point(column, line=1):
            assert column == 2


def test_record_is_immutable() -> None:
    changes: dict[str, Any] = {"row": 2}
    each: tuple[Any, ...] = (Point(1), Like(1))  # a type checker knows what they lack
    for made in each:
        for name in ("column", "row"):
            with pytest.raises(AttributeError):
                setattr(made, name, 2)
        with pytest.raises(ValueError, match="row"):
            made._replace(**changes)


def test_record_goes_to_another_process_and_back() -> None:
    for made in (Point(1, 2), Point(1)):
        back = pickle.loads(pickle.dumps(made))
        assert (type(back), back) == (Point, made)


def test_modules_with_records_leave_annotations_unread() -> None:
    """Their names alone are asked for; Python 3.14 keeps only the texts in the class's own body."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bases = (
            ast.unparse(base)
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        )
        if "Record" in bases:
            first = next(node for node in tree.body if isinstance(node, ast.ImportFrom))
            assert first.module == "__future__", path
