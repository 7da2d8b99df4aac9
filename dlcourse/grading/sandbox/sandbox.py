"""Boxes in which student code runs, once they have proved to hold: behind bubblewrap, or Landlock alone."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from dlcourse.course.errors import UserError
from dlcourse.grading.box import landlock, protocol, seccomp
from dlcourse.grading.sandbox import bubblewrap, kernel_view
from dlcourse.grading.sandbox.interpreter import BOX, ENVIRONMENT, Interpreter, command, survey
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.process import ForkedChild, PlainChild
from dlcourse.grading.sandbox.transport import DeadlinePassed, TransportBroken

TIERS = ("bubblewrap", "landlock")
_START_SECONDS = 60
_REFUSAL = (
    "no sandbox holds on this machine, so strangers' code is not run ({}). Install bubblewrap, or grade on "
    "Linux 5.13 or later (x86-64, ARM64), or accept the risk with --no-sandbox"
)


class SandboxUnavailable(OSError):
    """This kind of sandbox does not hold here; the message says why."""


class Box:
    """A zygote behind walls, for one submission at a time; `open` gives a fresh child."""

    def __init__(self, tier: str, limits: Limits):
        self.tier, self._limits = tier, limits
        self._start()
        try:
            self._prove()
        except BaseException:
            self.close()
            raise

    def open(self, cpu_budget: int) -> ForkedChild:
        try:
            return ForkedChild(self._control, cpu_budget)
        except (OSError, IndexError):  # the zygote has gone: something outside has killed it
            self.close()
            self._start()
            return ForkedChild(self._control, cpu_budget)

    def close(self) -> None:
        """The zygote ends, and whatever it has forked, when its control socket closes."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()

    def _start(self) -> None:
        self._process, self._control = _launch(self.tier, self._limits)
        if not _ready(self._control):
            self._process.kill()
            complaint = self._process.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
            self.close()
            raise SandboxUnavailable(f"does not start: {complaint[-300:]}")

    def _prove(self) -> None:
        """Raises SandboxUnavailable where an attempt to break out of a child succeeds."""
        child = self.open(self._limits.cpu)
        child.channel.deadline = time.monotonic() + _START_SECONDS
        try:
            child.channel.send(protocol.encode(protocol.RunSelfTest(_not_to_read(), _not_to_write())))
            gaps = protocol.decode_reply(child.channel.receive()).gaps + self._seen_from_outside(child)
        except (TransportBroken, DeadlinePassed):
            gaps = None
        ending = child.end()
        if gaps is None:
            raise SandboxUnavailable(f"does not survive its self-test: {ending.reason}")
        if gaps:
            raise SandboxUnavailable("does not hold: " + "; ".join(gaps))

    def _seen_from_outside(self, child: ForkedChild) -> list[str]:
        due = kernel_view.limits_due(self._limits.cpu, self._limits.memory)
        return kernel_view.gaps(kernel_view.pid_of(child.handle), self.tier, due)


class OpenBox:
    """No walls at all: each submission runs as the person who grades, with all that is theirs."""

    tier = "none"

    def __init__(self, limits: Limits):
        self._limits = limits

    def open(self, cpu_budget: int) -> PlainChild:
        return PlainChild(self._limits)

    def close(self) -> None:
        pass


def open_box(sandbox: str = "auto", limits: Limits | None = None) -> Box | OpenBox:
    """The best box that holds ("auto"), one of TIERS, or none at all ("none"). UserError where none holds."""
    limits = limits or Limits()
    if sandbox == "none":
        return OpenBox(limits)
    reasons = []
    for tier in TIERS if sandbox == "auto" else (sandbox,):
        try:
            return Box(tier, limits)
        except SandboxUnavailable as reason:
            reasons.append(f"{tier} {reason}")
    raise UserError(_REFUSAL.format("; ".join(reasons)))


def look_around() -> None:
    """Find out what boxes must know of this machine, once for all processes that are forked from this one."""
    with contextlib.suppress(OSError, SandboxUnavailable):  # as a box will say, if it is wanted
        _bubblewrap(survey())


def _launch(tier: str, limits: Limits) -> tuple[subprocess.Popen, socket.socket]:
    """A starting zygote and its control socket. Raises SandboxUnavailable where this machine has none."""
    wrapper = {"bubblewrap": _bubblewrap, "landlock": _landlock}[tier]
    if not sys.platform.startswith("linux") or not seccomp.supported():
        raise SandboxUnavailable("needs Linux on x86-64 or ARM64")
    try:
        interpreter = survey()
        wrapping = wrapper(interpreter)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                wrapping + _zygote(interpreter, limits, theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,  # an interrupt at the keyboard is for us alone
            )
    except SandboxUnavailable:
        raise
    except OSError as error:
        raise SandboxUnavailable(f"does not start: {error}") from error
    return process, ours


def _zygote(interpreter: Interpreter, limits: Limits, control: int) -> list[str]:
    settings = {
        "control": control,
        "readable": interpreter.readable,
        "listable": list(interpreter.folders),
        "cpu_seconds": limits.cpu,
        "memory": limits.memory,
    }
    return command(interpreter.executable, "zygote", settings)


def _bubblewrap(interpreter: Interpreter) -> list[str]:
    program = shutil.which("bwrap")
    if not program:
        raise SandboxUnavailable("is not installed")
    return bubblewrap.arguments(program, interpreter)


def _landlock(interpreter: Interpreter) -> list[str]:
    if not landlock.version():
        raise SandboxUnavailable("is not in this kernel")
    return []


def _ready(control: socket.socket) -> bool:
    control.settimeout(_START_SECONDS)
    try:
        return control.recv(16) == b"ready"
    except OSError:
        return False


def _not_to_read() -> list[str]:
    """The reference, the tests, the system's files and those of whoever grades."""
    course = BOX.parents[1]
    ours = [course / "__init__.py", course / "exercises" / "engine" / "exercise.py", Path(__file__).resolve()]
    theirs = [
        Path(os.path.expanduser("~"), name)
        for name in (".profile", ".bashrc", ".bash_history", ".ssh/id_rsa")
    ]
    return [str(path) for path in (*ours, *course.glob("activations.py"), *theirs)] + [
        "/etc/passwd",
        "/proc/self/mem",
    ]


def _not_to_write() -> list[str]:
    return [
        "/",
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        os.path.expanduser("~"),
        str(BOX),
    ]
