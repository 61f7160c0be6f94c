"""Work is spread over processes, and comes back whole and in order whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from deploylint.model import forked
from deploylint.model.processes import MOST, cores, spread

NUMBERS = range(20)


@pytest.fixture
def with_cores(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Say how many cores there are."""

    def say(count: int) -> None:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(count)), raising=False)

    return say


def owned(number: int) -> tuple[int, int]:
    return number, os.getpid()


@pytest.mark.parametrize("count", [1, 2, 3, 7, MOST + 1])
def test_outcomes_come_in_order_from_as_many_processes_as_there_are_cores(
    count: int, with_cores: Callable[[int], None]
) -> None:
    with_cores(count)
    made = list(spread(owned, NUMBERS))
    assert [number for number, _ in made] == list(NUMBERS)
    processes = {process for _, process in made}
    assert len(processes) == min(count, MOST)
    assert (os.getpid() in processes) == (count == 1)


def test_one_thing_to_do_is_done_here(with_cores: Callable[[int], None]) -> None:
    with_cores(4)
    assert list(spread(owned, [5])) == [(5, os.getpid())]
    assert list(spread(owned, [])) == []


def test_where_cores_cannot_be_told_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == 1


def test_what_a_killed_process_leaves_is_made_here(with_cores: Callable[[int], None]) -> None:
    here = os.getpid()

    def dies(number: int) -> tuple[int, int]:
        if number == 5 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number, os.getpid()

    with_cores(2)
    made = list(spread(dies, NUMBERS))
    assert [number for number, _ in made] == list(NUMBERS)
    assert [number for number, process in made if process == here] == list(NUMBERS[5::2])


def test_where_no_process_may_be_begun_all_is_done_here(
    with_cores: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> int:
        raise BlockingIOError("no more processes")

    with_cores(3)
    monkeypatch.setattr(os, "fork", refused)
    assert list(spread(owned, NUMBERS)) == [(number, os.getpid()) for number in NUMBERS]


def test_what_work_raises_is_raised_here(
    with_cores: Callable[[int], None], capfd: pytest.CaptureFixture[str]
) -> None:
    def raises(number: int) -> int:
        if number == 7:
            raise ValueError(f"no {number}")
        return number

    with_cores(2)
    made = spread(raises, NUMBERS)
    assert list(islice(made, 7)) == list(NUMBERS[:7])
    with pytest.raises(ValueError, match="no 7"):
        next(made)
    assert multiprocessing.active_children() == []
    assert capfd.readouterr() == ("", "")


def test_nobody_works_on_when_no_more_is_wanted(with_cores: Callable[[int], None]) -> None:
    with_cores(3)
    made = spread(lambda number: "x" * 1_000_000, range(100))
    next(made)
    assert multiprocessing.active_children()
    del made
    assert multiprocessing.active_children() == []


def test_an_interrupt_is_for_the_process_that_began_the_others(
    with_cores: Callable[[int], None],
) -> None:
    here = os.getpid()

    def interrupted(number: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGINT)
        return os.getpid()

    with_cores(2)
    assert here not in set(spread(interrupted, NUMBERS))


def test_an_interrupt_before_a_process_can_pass_it_over_waits(
    with_cores: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    make = forked._make

    def hit(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        make(*arguments)

    monkeypatch.setattr(forked, "_make", hit)
    with_cores(2)
    assert os.getpid() not in {process for _, process in spread(owned, NUMBERS)}
    assert capfd.readouterr() == ("", "")
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
