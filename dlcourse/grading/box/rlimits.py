"""How much a child may use, and what it gives up for good."""

import contextlib
import math
import os
import time

try:
    import resource
    import signal
except ImportError:  # Windows
    resource = None

FILES = 64
TOO_SLOW = 70  # exit status of a child that would not stop
_MORE = 3  # seconds of CPU time in which to be struck three times


class Clock:
    """CPU seconds a step: then `time_up` is raised and, where that does not help, the process ends.

    After one step that never ended the next ones of its kind get less, for they are likely to meet the same
    loop: a cell that loops takes nothing from the answers.
    """

    def __init__(self, seconds: int, time_up: type[BaseException]):
        self._seconds, self._time_up = seconds, time_up
        self._kind: type | None = None
        self._struck: set[type | None] = set()
        self._strikes, self._midway = 0, False
        if resource:
            signal.signal(signal.SIGXCPU, self._strike)
            signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def restart(self, kind: type, seconds: int = 0) -> None:
        """Begin a step, of so many seconds where it has a limit of its own."""
        self._kind, self._strikes = kind, 0
        seconds = seconds or self._seconds
        if kind in self._struck:
            seconds = max(1, seconds // 5)
        if resource:
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            soft = math.ceil(time.process_time()) + seconds
            resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))
            signal.setitimer(signal.ITIMER_PROF, seconds + _MORE)  # kills: a loop in C heeds no handler

    @contextlib.contextmanager
    def midway(self):
        """Half a frame, or a question without its answer, spoils the wire: here time up ends the process."""
        self._midway = True
        try:
            yield
        finally:
            self._midway = False

    def _strike(self, *_):
        self._strikes += 1
        self._struck.add(self._kind)
        if self._strikes > 2 or self._midway:
            os._exit(TOO_SLOW)
        raise self._time_up


def apply(cpu_seconds: int, memory: int) -> None:
    """For the whole life of this process. A limit that is tighter already stays."""
    wanted = {
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard < 0 else min(value, hard)
        resource.setrlimit(kind, (value, value))
