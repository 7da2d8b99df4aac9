"""Carries jobs to the judges that grade them: beside this process, or on any concurrent.futures.Executor."""

import concurrent.futures
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from dlcourse.course.errors import UserError
from dlcourse.grading.run.judge import Job, Report
from dlcourse.grading.run.supervisor import Supervisor
from dlcourse.grading.sandbox.limits import Limits

_AHEAD = 4  # jobs a worker, so that none waits and few are in memory
_mine = threading.local()
Tag = TypeVar("Tag")


def grade_here(job: Job, sandbox: str, limits: Limits) -> Report:
    """Grade a job by the judge of this thread, which is started on first use."""
    if getattr(_mine, "process", None) != os.getpid():  # not the one of the process that forked this one
        _adopt(Supervisor())
    return _mine.supervisor.grade(job, sandbox, limits)


def _adopt(supervisor: Supervisor) -> None:
    _mine.supervisor, _mine.process = supervisor, os.getpid()


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
        if getattr(_mine, "process", None) == os.getpid():
            _mine.supervisor.close()


def local_executor(workers: int) -> Executor:
    """Judges on this machine; a single one is waited for by this thread itself."""
    return InThisProcess() if workers == 1 else Judges(workers)


class Judges(ThreadPoolExecutor):
    """A thread for each judge, which waits for it; all end at once where an exception breaks off the work."""

    def __init__(self, workers: int):
        self._supervisors = [Supervisor().start() for _ in range(workers)]
        free = list(self._supervisors)
        super().__init__(workers, initializer=lambda: _adopt(free.pop()))

    def __exit__(self, kind, *details):
        if kind is not None:
            self.shutdown(wait=False, cancel_futures=True)
            for supervisor in self._supervisors:
                supervisor.stop()
        self.shutdown()
        for supervisor in self._supervisors:
            supervisor.close()


def graded(
    jobs: Iterable[tuple[Tag, Job]],
    executor: Executor,
    workers: int,
    sandbox: str,
    limits: Limits,
    wanted: Callable[[Tag], bool] = lambda tag: True,
) -> Iterator[tuple[Tag, Report | None]]:
    """Reports as they come, each with its job's tag; None for a job no longer wanted when its turn came."""
    under_way: dict[Future, Tag] = {}
    try:
        for tag, job in jobs:
            future = executor.submit(grade_here, job, sandbox, limits)
            under_way[future] = tag
            if future.done() or len(under_way) >= _AHEAD * workers:
                yield from _finished(under_way, wanted)
        while under_way:
            yield from _finished(under_way, wanted)
    except (BrokenProcessPool, OSError, MemoryError) as error:
        why = (
            "a grading process was killed"
            if isinstance(error, BrokenProcessPool)
            else f"it broke off: {error}"
        )
        raise UserError(f"{why}; run the same command again, what is graded is kept") from error
    finally:
        for future in under_way:
            future.cancel()


def _finished(under_way: dict[Future, Tag], wanted) -> Iterator[tuple[Tag, Report | None]]:
    done, waiting = concurrent.futures.wait(under_way, return_when=concurrent.futures.FIRST_COMPLETED)
    for future in done:
        yield under_way.pop(future), future.result()
    for future in waiting:
        if not wanted(under_way[future]) and future.cancel():
            yield under_way.pop(future), None
