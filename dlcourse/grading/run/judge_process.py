"""A process that judges, one submission after another, for the one that started it.

What a student has handed in may bring it to swell, to loop or to crash. So its address space and its CPU time
are limited, it notes each verdict as soon as it is reached, and supervisor.py replaces it where it ends.
"""

import ctypes
import errno
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from typing import BinaryIO, NamedTuple

import msgspec

from dlcourse.course.errors import UserError
from dlcourse.course.interrupts import uninterrupted
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.run.judge import Failure, Job, grade_one
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import Box, OpenBox, look_around, open_box

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

OUT_OF_MEMORY = 71  # exit status
_LINUX = sys.platform.startswith("linux")
_SET_PDEATHSIG = 1
_PAGE = os.sysconf("SC_PAGE_SIZE") if _LINUX else 0
_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[2])
from dlcourse.grading.run import judge_process
judge_process.serve(judge_process.Connection(int(sys.argv[1])), open(int(sys.argv[3]), "wb", 0))
"""


class Task(msgspec.Struct):
    """Judge this, in that sandbox, under these limits."""

    job: Job
    sandbox: str
    limits: Limits


class Done(msgspec.Struct, tag="done"):
    """What came of it; `tired` where the process has grown and is better replaced."""

    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...]
    tired: bool


class Refused(msgspec.Struct, tag="refused"):
    """Nothing can be judged here, whoever handed it in: no sandbox holds, or this machine has trouble."""

    why: str
    for_the_user: bool


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Done | Refused).decode
_decode_task = msgspec.msgpack.Decoder(Task).decode


# ---- started, by the process that will wait for it ----


class Started(NamedTuple):
    """A judge, the wire to it, and a file in which it notes verdicts for the case that it comes to harm.

    They are sent together: each by itself would wake the one that waits for it.
    """

    process: "Forked | subprocess.Popen"
    link: Connection
    notes: BinaryIO

    def close(self) -> None:
        self.link.close()
        self.notes.close()

    def give(self, task: bytes) -> None:
        """Begin with no notes: those of another hand-in are not this one's, even if it ends at once."""
        self.notes.seek(0)  # which is its place in the file too
        self.notes.truncate()
        self.link.send_bytes(task)

    def noted(self) -> list[Verdict]:
        """What it had reached of its task when it ended."""
        self.notes.seek(0)
        lines = self.notes.read().splitlines(keepends=True)
        return [msgspec.json.decode(line, type=Verdict) for line in lines if line.endswith(b"\n")]


class Forked:
    """A child of this process, with what subprocess.Popen has and is needed here."""

    def __init__(self, pid: int):
        self.pid = pid

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


def start() -> Started:
    """A judge.

    From the main thread it is forked, and shares this process's memory. From any other, as on a cluster, it
    is an interpreter of its own: what other threads hold at that moment, a fork would wait for in vain.
    """
    ours, theirs = Pipe()
    notes = _unnamed_file()
    with theirs:
        if _LINUX and threading.current_thread() is threading.main_thread():
            return Started(Forked(_fork(theirs, notes)), ours, notes)
        return Started(_spawn(theirs, notes), ours, notes)


def _unnamed_file() -> BinaryIO:
    return open(os.memfd_create("verdicts"), "w+b", 0) if _LINUX else tempfile.TemporaryFile(buffering=0)


def _fork(link: Connection, notes: BinaryIO) -> int:
    catalogue()  # once, for all that are forked
    look_around()
    with uninterrupted(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that a progress bar has a thread
        pid = os.fork()
        if pid == 0:
            _live(link, notes)
    return pid


def _live(link: Connection, notes: BinaryIO) -> None:
    """The child, from its first moment to its last."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # nothing of the parent's is ever taken apart here: its files are closed, not its own
        for file in map(int, os.listdir("/proc/self/fd")):
            if file > 2 and file not in (link.fileno(), notes.fileno()):
                with suppress(OSError):
                    os.close(file)
        serve(link, notes)
    finally:
        os._exit(1)


def _spawn(link: Connection, notes: BinaryIO) -> subprocess.Popen:
    arguments = [str(link.fileno()), json.dumps(sys.path), str(notes.fileno())]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[link.fileno(), notes.fileno()],
    )


# ---- in the process itself ----


def serve(link: Connection, notes: BinaryIO) -> None:
    """Do what is asked for until the other end closes; an interrupt at the keyboard is for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _LINUX:
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    judge = _Judge(link, notes)
    with suppress(EOFError, OSError):  # the other end has gone
        while not judge.tired:
            judge.do(_decode_task(link.recv_bytes()))
    judge.close()
    os._exit(0)


class _Judge:
    """A box for as long as the tasks want one of that kind, and limits for this process."""

    def __init__(self, link: Connection, notes: BinaryIO):
        self._link, self._notes, self.tired = link, notes, False
        self._box: Box | OpenBox | None = None
        self._kind: tuple[str, Limits] | None = None

    def do(self, task: Task) -> None:
        try:
            self._link.send_bytes(encode(self._done(task)))
        except UserError as error:
            self._link.send_bytes(encode(Refused(str(error), True)))

    def close(self) -> None:
        if self._box:
            self._box.close()

    def _done(self, task: Task) -> Done | Refused:
        try:
            box = self._box_for(task)
            with _limited_cpu(task.limits.judging_cpu):
                report = grade_one(task.job, box, task.limits, self._note)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except OSError as error:
            if error.errno == errno.ENOMEM:
                os._exit(OUT_OF_MEMORY)
            return Refused(str(error), False)
        self.tired = _address_space() > self._most - task.limits.judging_memory // 2
        return Done(report.verdicts, report.failures, self.tired)

    def _note(self, verdict: Verdict) -> None:
        self._notes.write(msgspec.json.encode(verdict) + b"\n")

    def _box_for(self, task: Task) -> Box | OpenBox | None:
        if self._kind != (task.sandbox, task.limits):
            self.close()
            self._box = None
            self._box, self._kind = open_box(task.sandbox, task.limits), (task.sandbox, task.limits)
            self._most = _address_space() + task.limits.judging_memory
            _limit_memory(self._most)
        return self._box


def _address_space() -> int:
    """Bytes."""
    if not _LINUX:
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * _PAGE


def _limit_memory(most: int) -> None:
    """The soft limit alone: a box sets its own, which may be higher."""
    if _LINUX:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


@contextmanager
def _limited_cpu(seconds: float) -> Iterator[None]:
    """SIGPROF ends this process where that is not enough: no loop in C outlasts it."""
    if resource:
        signal.setitimer(signal.ITIMER_PROF, seconds)
    yield
    if resource:
        signal.setitimer(signal.ITIMER_PROF, 0)
