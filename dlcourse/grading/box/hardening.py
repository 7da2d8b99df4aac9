"""The layers of protection around a box, in the order in which they must go up."""

import ctypes
import os
import platform
import signal

from . import landlock, rlimits, seccomp
from .libc import libc

_SET_PDEATHSIG, _SET_DUMPABLE, _SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION = 0x20080522


def _prctl(option: int, value: int) -> None:
    if libc().prctl(option, value, 0, 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def around_zygote(readable: list[str], listable: list[str]) -> None:
    """No new privileges, none of the old ones, no debugger, and only these files."""
    _prctl(_SET_NO_NEW_PRIVS, 1)
    _prctl(_SET_DUMPABLE, 0)
    _drop_capabilities()
    if landlock.version():
        landlock.restrict(readable, listable)


def around_child(zygote: int, cpu_seconds: int, memory: int) -> None:
    """Dies with its zygote; limited; no system call that is not needed. The rest it has from the zygote."""
    _prctl(_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != zygote:  # it died before we asked
        os._exit(0)
    rlimits.apply(cpu_seconds, memory)
    seccomp.install(_PROGRAM)


def _drop_capabilities() -> None:
    """Root without capabilities is the owner of root's files and nothing more."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if libc().capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())):
        code = ctypes.get_errno()
        raise OSError(code, f"capset: {os.strerror(code)}")


_PROGRAM = seccomp.program(platform.machine()) if seccomp.supported() else b""
