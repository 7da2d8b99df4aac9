"""A process that runs one submission, as the trusted side holds it."""

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial

from dlcourse.course.language import marked
from dlcourse.grading.box.rlimits import TOO_SLOW
from dlcourse.grading.box.zygote import BUDGET, ENDING, FORK, REAP
from dlcourse.grading.sandbox.interpreter import ENVIRONMENT, command
from dlcourse.grading.sandbox.kernel_view import pid_of
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.transport import PipeChannel, SocketChannel


@dataclass(frozen=True)
class Ending:
    """How a child ended, in words for its student; the CPU seconds it had, where they are known."""

    reason: str
    cpu: float | None
    too_slow: bool = False  # whether CPU time was what ended it
    from_outside: bool = False  # whether its sandbox was killed with it


class ForkedChild:
    """A fork of a zygote, with a socket pair of its own: what an earlier child wrote never arrives here."""

    def __init__(self, control: socket.socket, budget: int):
        self._control, self._budget = control, budget
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(control, [FORK + BUDGET.pack(budget)], [theirs.fileno()])
        answer, received, *_ = socket.recv_fds(control, 1, 1)
        if answer != b"+":
            raise OSError("the sandbox's zygote has gone")
        self.handle = received[0]
        clock = ~pid_of(self.handle) << 3 | 2  # as clock_getcpuclockid(3) makes it
        self.channel = SocketChannel(ours, partial(_seconds, clock))

    def end(self) -> Ending:
        """Kill it and say what became of it."""
        self.channel.close()
        try:
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
            self._control.send(REAP)
            status, cpu = ENDING.unpack(self._control.recv(ENDING.size))
        except (OSError, struct.error):
            return Ending(_KILLED, 0.0, from_outside=True)
        finally:
            os.close(self.handle)
        return _ending(os.waitstatus_to_exitcode(status), cpu, self._budget)


def _seconds(clock: int) -> float:
    try:
        return time.clock_gettime(clock)
    except OSError:  # it has gone, as its end of the wire will tell
        return 0.0


class PlainChild:
    """A process of its own, without a sandbox, on any system."""

    def __init__(self, limits: Limits):
        self._process = subprocess.Popen(
            command(sys.executable, "unsandboxed", {"cpu_seconds": limits.cpu}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_own_environment(),
        )
        self.channel = PipeChannel(self._process)

    def end(self) -> Ending:
        self._process.kill()
        code = self._process.wait()
        self.channel.close()
        return _ending(code, None, 0)


def _own_environment() -> dict[str, str]:
    """Ours, with what a system needs to start a process, and nothing that turns Python's head."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | ENVIRONMENT


_WORDS = {
    11: marked("it crashed, as endless recursion can"),  # SIGSEGV
    6: marked("it crashed"),  # SIGABRT
    9: marked("it had to be killed"),  # SIGKILL
}
_KILLED = marked("its sandbox was killed")
_EXITED = marked("it called an exit function")
REASONS = (*_WORDS.values(), _KILLED, _EXITED)  # that are told in words
_TIME_UP = -24, -27  # SIGXCPU, SIGPROF


def _ending(exit_code: int, cpu: float | None, budget: int) -> Ending:
    if exit_code >= 0:
        return Ending(_EXITED, cpu, exit_code == TOO_SLOW)
    too_slow = exit_code in _TIME_UP or (cpu is not None and cpu > budget - 1)
    return Ending(_WORDS.get(-exit_code, f"signal {-exit_code}"), cpu, too_slow)
