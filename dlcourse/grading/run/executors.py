"""Carries jobs to what grades them: this process, processes beside it, or any concurrent.futures.Executor."""

import concurrent.futures
import ctypes
import multiprocessing
import multiprocessing.util
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from dlcourse.course.errors import UserError
from dlcourse.grading.run.judge import Job, Report, grade_one
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import open_box

_LINUX = sys.platform.startswith("linux")
_SET_PDEATHSIG = 1
_AHEAD = 4  # jobs a worker, so that none waits and few are in memory
_mine = threading.local()
Tag = TypeVar("Tag")


def grade_here(job: Job, sandbox: str, limits: Limits) -> Report:
    """Grade a job in this thread's box, which is opened on first use."""
    if getattr(_mine, "kind", None) != (sandbox, limits):
        close_box()
        _mine.box, _mine.kind = open_box(sandbox, limits), (sandbox, limits)
    return grade_one(job, _mine.box, limits)


def close_box() -> None:
    box = getattr(_mine, "box", None)
    _mine.box = _mine.kind = None
    if box:
        box.close()


class InThisProcess(Executor):
    """Does each piece of work at once."""

    def submit(self, function, /, *args, **kwargs) -> Future:
        future = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False) -> None:
        close_box()


def local_executor(workers: int) -> Executor:
    """`workers` processes on this machine; one is this process itself."""
    if workers == 1:
        return InThisProcess()
    context = multiprocessing.get_context("fork" if _LINUX else "spawn")  # forked, they share NumPy's memory
    return _Workers(workers, context, initializer=_begin_worker)


class _Workers(ProcessPoolExecutor):
    """Processes that are ended at once where what they were to do has been broken off."""

    def __enter__(self):
        self._others = set(multiprocessing.active_children())
        return super().__enter__()

    def __exit__(self, kind, *details):
        if kind is not None:
            for worker in set(multiprocessing.active_children()) - self._others:
                worker.kill()
        return super().__exit__(kind, *details)


def _begin_worker() -> None:
    """Leave interrupts and the parent's box to the parent, close one's own, and do not outlive the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _mine.box = _mine.kind = None
    multiprocessing.util.Finalize(None, close_box, exitpriority=0)
    if _LINUX:
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def graded(
    jobs: Iterable[tuple[Tag, Job]], executor: Executor, workers: int, sandbox: str, limits: Limits
) -> Iterator[tuple[Tag, Report]]:
    """Reports as they come, each with its job's tag."""
    under_way: dict[Future, Tag] = {}
    try:
        for tag, job in jobs:
            under_way[executor.submit(grade_here, job, sandbox, limits)] = tag
            if len(under_way) >= _AHEAD * workers:
                yield from _finished(under_way)
        while under_way:
            yield from _finished(under_way)
    except (BrokenProcessPool, OSError, MemoryError) as error:
        why = (
            "a grading process was killed"
            if isinstance(error, BrokenProcessPool)
            else f"it broke off: {error}"
        )
        raise UserError(f"{why}; run the same command again, what is graded is kept") from error
    finally:
        if not isinstance(executor, _Workers):  # which are killed, and before Python 3.12 trip over these
            for future in under_way:
                future.cancel()


def _finished(under_way: dict[Future, Tag]) -> Iterator[tuple[Tag, Report]]:
    done, _ = concurrent.futures.wait(under_way, return_when=concurrent.futures.FIRST_COMPLETED)
    for future in done:
        yield under_way.pop(future), future.result()
