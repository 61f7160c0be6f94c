"""A record behaves as a named tuple does, but that it is no tuple."""

from __future__ import annotations

import pickle

import pytest

from deploylint.model.record import Record


class Point(Record):
    """A point, by default on the first line."""

    column: int
    line: int = 1

    @property
    def place(self) -> str:
        return f"{self.line}:{self.column}"


class Other(Record):
    column: int
    line: int = 1


def test_record_is_made_by_position_and_by_name() -> None:
    assert [(p.column, p.line) for p in (Point(2), Point(2, 3), Point(line=3, column=2))] == [
        (2, 1),
        (2, 3),
        (2, 3),
    ]
    assert Point(2).place == "1:2"


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, "Point: column is missing"),
        ((1, 2, 3), {}, "Point: it takes column, line"),
        ((1,), {"column": 2}, "Point: it takes column, line"),
        ((1,), {"row": 2}, "Point: it takes column, line"),
    ],
)
def test_record_of_wrong_fields_cannot_be(
    values: tuple[int, ...], named: dict[str, int], message: str
) -> None:
    with pytest.raises(TypeError) as error:
        Point(*values, **named)
    assert str(error.value) == message


def test_record_equals_one_of_its_kind_with_equal_fields() -> None:
    assert Point(1) == Point(1, 1)
    assert hash(Point(1)) == hash(Point(1, 1))
    assert Point(1) != Point(2)
    assert Point(1) != Other(1)


def test_record_is_replaced_and_not_changed() -> None:
    point = Point(1)
    assert point.replace(line=2) == Point(1, 2)
    assert point == Point(1)
    with pytest.raises(TypeError):
        point.replace(row=2)


def test_record_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        setattr(Point(1), "row", 2)  # noqa: B010


def test_record_goes_to_another_process_and_back() -> None:
    assert pickle.loads(pickle.dumps(Point(1, 2))) == Point(1, 2)


def test_record_is_shown_with_its_fields() -> None:
    assert repr(Point(2)) == "Point(column=2, line=1)"
