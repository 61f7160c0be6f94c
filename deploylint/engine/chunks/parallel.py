"""Works on chunks, in several processes where there are cores for them.

Where a process may not be started, or there is one core only, this process does all the work. It
also does what another process leaves undone, because that was killed or because the work raised:
the error is raised again where it can be reported.
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
from itertools import zip_longest
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import Thread
from typing import Any, TypeVar

MOST = 8
"""How many processes at most: one process has to receive the outcomes of all of them."""

Chunk = TypeVar("Chunk")
Outcome = TypeVar("Outcome")
Work = Callable[[Chunk], Outcome]


def cores() -> int:
    """How many processes may work at a time; ``taskset`` gives fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST, len(os.sched_getaffinity(0)))
    return min(MOST, os.cpu_count() or 1)


def start_method() -> str:
    """How processes are started: forked where that is safe, as nothing has to be sent then.

    It is not safe where this process has other threads, as after a call of a library in Go: a lock
    that one of them has is never released in a forked process.
    """
    return "fork" if sys.platform == "linux" and _threads() == 1 else "spawn"


def _threads() -> int:
    """How many threads this process has, those of libraries among them; 0 where it is unknown."""
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
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with receiver, sender:
        executor, futures = _submitted(work, chunks, processes, (receiver, sender))
        try:
            for chunk, future in zip_longest(chunks, futures):
                yield _outcome(work, chunk, future)
        except BaseException:
            sender.close()  # processes that still work end
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
    """The processes and their outcomes; none where they may not be started.

    ``ends`` are those of a pipe: a process ends when this process closes the second one.
    """
    executor = None
    try:
        context: BaseContext = multiprocessing.get_context(start_method())
        executor = ProcessPoolExecutor(processes, context, _begin, (work, *ends))
        with _without_interrupts():
            return executor, [executor.submit(_work, chunk) for chunk in chunks]
    except _NOT_STARTED:
        return executor, []


_NOT_STARTED = (OSError, ImportError, NotImplementedError, RuntimeError)
"""The errors where no process, thread or semaphore may be made."""


def _outcome(work: Work[Chunk, Outcome], chunk: Chunk, future: Future[Outcome] | None) -> Outcome:
    """The outcome of a process; of this one where there is none, or where that one fails."""
    if future is not None:
        with suppress(Exception):  # an error is raised again by the work in this process
            return future.result()
    return work(chunk)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C waits: a process that does not ignore it yet would print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_WORK: list[Work[Any, Any]] = []
"""The work of this process, if another one has started it."""
_BUSY: list[Any] = []
"""The chunk that it works on."""


def _begin(work: Work[Any, Any], receiver: Connection, sender: Connection) -> None:
    """Make a process ready for its work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the process that started this one
    gc.disable()
    sender.close()
    Thread(target=_end_with_parent, args=(receiver,), daemon=True).start()
    _WORK.append(work)


def _end_with_parent(receiver: Connection) -> None:
    """End this process when its parent no longer waits for it.

    It does not end while it sends an outcome: the parent would wait for the rest of it.
    """
    with suppress(EOFError, OSError):
        receiver.recv()
    for _ in range(PAUSES):
        if _BUSY:
            break
        time.sleep(PAUSE)
    os._exit(1)


PAUSES, PAUSE = 20, 0.05
"""How often, and after how many seconds, an ending process looks whether it works again."""


def _work(chunk: Any) -> Any:
    _BUSY.append(chunk)
    try:
        return _WORK[-1](chunk)
    finally:
        _BUSY.clear()
