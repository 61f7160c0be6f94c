"""Work on chunks, in several processes where there are cores for them.

Where a process may not be begun, or there is one core only, all is done in this one. What a process
leaves undone, because it was killed or because the work raised, is done here: an error is raised
again where it can be told.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import Thread
from typing import Any, TypeVar

MOST = 8
"""How many processes at most: one process has to take in what all of them make."""

Chunk = TypeVar("Chunk")
Outcome = TypeVar("Outcome")
Work = Callable[[Chunk], Outcome]


def cores() -> int:
    """How many processes may work at a time; ``taskset`` gives fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST, len(os.sched_getaffinity(0)))
    return min(MOST, os.cpu_count() or 1)


def start_method() -> str:
    """How processes are begun: forked where that is safe, as they have everything then.

    It is not where this process has other threads, as it has once a library in Go was called: what
    these hold is held for ever in a process that is forked.
    """
    return "fork" if sys.platform == "linux" and _threads() == 1 else "spawn"


def _threads() -> int:
    """How many threads this process has, those of libraries among them; 0 where nobody can say."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0


def map_chunks(work: Work[Chunk, Outcome], chunks: Sequence[Chunk]) -> Iterator[Outcome]:
    """The outcome of each chunk, in their order, as ``map`` gives it.

    ``work``, chunks and outcomes can be pickled. An outcome may be made twice.
    """
    processes = min(cores(), len(chunks))
    if processes < 2:
        yield from map(work, chunks)
        return
    there, here = multiprocessing.Pipe(duplex=False)
    with there, here:
        executor, futures = _submitted(work, chunks, processes, (there, here))
        try:
            for number, chunk in enumerate(chunks):
                outcome = _outcome(futures[number]) if futures else _FAILED
                yield work(chunk) if outcome is _FAILED else outcome
        except BaseException:
            here.close()  # whoever is still at work ends
            raise
        finally:
            if executor is not None:
                executor.shutdown(cancel_futures=True)


def _submitted(
    work: Work[Chunk, Outcome],
    chunks: Sequence[Chunk],
    processes: int,
    ends: tuple[Connection, Connection],
) -> tuple[ProcessPoolExecutor | None, list[Future[Outcome]]]:
    """The processes and what they are to make; nothing where they may not be begun.

    ``ends`` are those of a pipe: a process ends when the other end is closed.
    """
    executor = None
    try:
        context: BaseContext = multiprocessing.get_context(start_method())
        executor = ProcessPoolExecutor(processes, context, _begin, (work, *ends))
        with _without_interrupts():
            return executor, [executor.submit(_work, chunk) for chunk in chunks]
    except _NOT_BEGUN:
        return executor, []


_NOT_BEGUN = (OSError, ImportError, NotImplementedError, RuntimeError)
"""What is raised where no process, thread or semaphore may be made."""

_FAILED: Any = object()
"""Stands for the outcome of a chunk that no process has made."""


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception:  # what raised there raises again where it can be told
        failed: Outcome = _FAILED
        return failed


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits: a process that is not told yet to ignore it would complain of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_WORK: list[Work[Any, Any]] = []
"""What this process does, if another one has begun it."""
_BUSY: list[Any] = []
"""The chunk that it is at."""


def _begin(work: Work[Any, Any], there: Connection, here: Connection) -> None:
    """Make a process ready for its work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the process that began this one
    gc.disable()
    here.close()
    Thread(target=_end_when_left, args=(there,), daemon=True).start()
    _WORK.append(work)


def _end_when_left(there: Connection) -> None:
    """End this process when nobody waits for it any more.

    It is not ended while it sends an outcome: who reads half of one waits for the rest.
    """
    with suppress(EOFError, OSError):
        there.recv()
    for _ in range(PAUSES):
        if _BUSY:
            break
        time.sleep(PAUSE)
    os._exit(1)


PAUSES, PAUSE = 20, 0.05
"""How often, and after how many seconds, it is looked whether a process is at work again."""


def _work(chunk: Any) -> Any:
    _BUSY.append(chunk)
    try:
        return _WORK[-1](chunk)
    finally:
        _BUSY.clear()
