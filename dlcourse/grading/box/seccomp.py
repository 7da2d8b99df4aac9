"""seccomp: from here on this process makes only the system calls below; all others are "not permitted".

NumPy, the standard library and asyncio get along with these. What they do not allow: new processes and
threads, sockets that reach anywhere, opening for writing, signals, tracing, memory files, taking back what
was given up.
"""

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

from .libc import libc

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column below, AUDIT_ARCH
_X32 = 0x40000000  # on x86_64, the numbers of another ABI begin here


@dataclass(frozen=True)
class OneOf:
    """Allowed where the argument (its low 32 bits: all of these are C ints) is one of `values`."""

    argument: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class Without:
    """Allowed where the argument has none of these bits."""

    argument: int
    bits: int


@dataclass(frozen=True)
class Null:
    """Allowed where the argument is a null pointer."""

    argument: int


_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | (os.O_TMPFILE & ~os.O_DIRECTORY)
_FCNTL = OneOf(
    1, (0, 1, 2, 3, 1030)
)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC: no F_SETOWN, no signals
_OWN_CPU_TIMER = OneOf(0, (2,))  # ITIMER_PROF, which kills only the process itself
_NO_FLAGS = OneOf(3, (0,))  # above all no MSG_OOB, which kernels have got wrong for UNIX sockets
_IOCTL = OneOf(1, (0x5401, 0x5421, 0x5450, 0x5451, 0x541B))  # TCGETS, FIONBIO, FIONCLEX, FIOCLEX, FIONREAD

# name: (number on x86_64, on aarch64, condition or several that must all hold)
CALLS = {
    # memory
    "mmap": (9, 222, None),
    "mprotect": (10, 226, None),
    "munmap": (11, 215, None),
    "mremap": (25, 216, None),
    "madvise": (28, 233, None),
    "brk": (12, 214, None),
    # reading files, and the wire
    "read": (0, 63, None),
    "write": (1, 64, None),
    "readv": (19, 65, None),
    "writev": (20, 66, None),
    "pread64": (17, 67, None),
    "lseek": (8, 62, None),
    "close": (3, 57, None),
    "open": (2, None, Without(1, _TO_WRITE)),
    "openat": (257, 56, Without(2, _TO_WRITE)),
    "fstat": (5, 80, None),
    "stat": (4, None, None),
    "lstat": (6, None, None),
    "newfstatat": (262, 79, None),
    "statx": (332, 291, None),
    "access": (21, None, None),
    "faccessat": (269, 48, None),
    "faccessat2": (439, 439, None),
    "readlink": (89, None, None),
    "readlinkat": (267, 78, None),
    "getdents64": (217, 61, None),
    "getcwd": (79, 17, None),
    "fcntl": (72, 25, _FCNTL),
    "ioctl": (16, 29, _IOCTL),
    # waiting, and what an asyncio loop is made of
    "poll": (7, None, None),
    "ppoll": (271, 73, None),
    "select": (23, None, None),
    "pselect6": (270, 72, None),
    "epoll_create1": (291, 20, None),
    "epoll_ctl": (233, 21, None),
    "epoll_wait": (232, None, None),
    "epoll_pwait": (281, 22, None),
    "socketpair": (53, 199, OneOf(0, (1,))),  # AF_UNIX
    "getsockopt": (55, 209, None),
    "getsockname": (51, 204, None),
    "getpeername": (52, 205, None),
    "sendto": (44, 206, (_NO_FLAGS, Null(4))),  # to nobody but the other end
    "recvfrom": (45, 207, _NO_FLAGS),
    "futex": (202, 98, None),
    "sched_yield": (24, 124, None),
    # about itself and the time
    "getpid": (39, 172, None),
    "getppid": (110, 173, None),
    "gettid": (186, 178, None),
    "getuid": (102, 174, None),
    "geteuid": (107, 175, None),
    "getgid": (104, 176, None),
    "getegid": (108, 177, None),
    "getrlimit": (97, 163, None),
    "setrlimit": (160, 164, None),
    "prlimit64": (302, 261, OneOf(0, (0,))),  # its own
    "setitimer": (38, 103, _OWN_CPU_TIMER),
    "getrusage": (98, 165, None),
    "times": (100, 153, None),
    "uname": (63, 160, None),
    "sysinfo": (99, 179, None),
    "sched_getaffinity": (204, 123, None),
    "getcpu": (309, 168, None),
    "clock_gettime": (228, 113, None),
    "clock_getres": (229, 114, None),
    "gettimeofday": (96, 169, None),
    "time": (201, None, None),
    "getrandom": (318, 278, None),
    # its own signal handlers, and its end
    "rt_sigaction": (13, 134, None),
    "rt_sigprocmask": (14, 135, None),
    "rt_sigreturn": (15, 139, None),
    "sigaltstack": (131, 132, None),
    "rseq": (334, 293, None),
    "set_robust_list": (273, 99, None),
    "restart_syscall": (219, 128, None),
    "exit": (60, 93, None),
    "exit_group": (231, 94, None),
}

# what fails in another way than "not permitted"
ANSWERS = {
    "nanosleep": (35, 101, 0),  # sleeping is over at once: nothing here is worth waiting for
    "clock_nanosleep": (230, 115, 0),
    "clone3": (435, 435, errno.ENOSYS),  # so that the C library tries clone, which is not permitted
}

# The filter: classic BPF over struct seccomp_data {nr, arch, ip (8 bytes), args (6 x 8)}, little-endian.

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_DENIED = _FAIL | errno.EPERM


def _step(code: int, k: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, k)


def _load(offset: int) -> bytes:
    return _step(_LOAD, offset)


def _condition(condition) -> list[bytes]:
    """Steps that end in a verdict; they may forget which call it was."""
    *others, last = condition if isinstance(condition, tuple) else (condition,)
    go_on, allow = _step(_EQUAL, 0, 1, 1), _step(_RETURN, _ALLOW)
    return [step for other in others for step in _held(other, go_on)] + _held(last, allow)


def _held(condition, then: bytes) -> list[bytes]:
    """Steps that do `then`, the last but one of them, where the condition holds, and deny where not."""
    low, deny = _ARGUMENTS + 8 * condition.argument, _step(_RETURN, _DENIED)
    if isinstance(condition, Without):
        return [_load(low), _step(_ANY_BIT, condition.bits, 1, 0), then, deny]
    if isinstance(condition, Null):
        return [_load(low), _step(_EQUAL, 0, 0, 3), _load(low + 4), _step(_EQUAL, 0, 0, 1), then, deny]
    *values, last = condition.values
    tests = [_step(_EQUAL, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [_load(low), *tests, _step(_EQUAL, last, 0, 1), then, deny]


def program(machine: str) -> bytes:
    """The filter for a machine as `platform.machine()` names it; KeyError for one not known."""
    column, audit = _ARCHITECTURES[machine]
    steps = [_load(_ARCHITECTURE), _step(_EQUAL, audit, 1, 0), _step(_RETURN, _KILL), _load(_NUMBER)]
    if machine == "x86_64":
        steps += [_step(_AT_LEAST, _X32, 0, 1), _step(_RETURN, _KILL)]
    for *numbers, condition in CALLS.values():
        if numbers[column] is not None:
            body = [_step(_RETURN, _ALLOW)] if condition is None else _condition(condition)
            steps += [_step(_EQUAL, numbers[column], 0, len(body)), *body]
    for *numbers, code in ANSWERS.values():
        steps += [_step(_EQUAL, numbers[column], 0, 1), _step(_RETURN, _FAIL | code)]
    return b"".join([*steps, _step(_RETURN, _DENIED)])


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def supported() -> bool:
    return platform.machine() in _ARCHITECTURES


def install(steps: bytes) -> None:
    """Put the filter over this process, for good. Needs no_new_privs."""
    filter_ = _Program(len(steps) // 8, steps)
    if libc().prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(filter_), 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, f"seccomp: {os.strerror(code)}")
