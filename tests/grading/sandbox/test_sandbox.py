"""The box holds, in each of its kinds, and says so itself."""

import contextlib
import errno
import os
import platform
import re
import struct
import time
from pathlib import Path
from unittest.mock import ANY

import pytest

from dlcourse.course.errors import UserError
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.calls import Call
from dlcourse.exercises.released_cells import lesson
from dlcourse.grading.box import protocol, rlimits, seccomp, self_test, stubs
from dlcourse.grading.intake.notebook import code_cells, read_bytes
from dlcourse.grading.run.session import Session
from dlcourse.grading.sandbox import bubblewrap, kernel_view, sandbox
from dlcourse.grading.sandbox.interpreter import Interpreter
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.sandbox import OpenBox, open_box

from ..conftest import LIMITS, ONE_BOX, RIGHT, SOLUTIONS

pytestmark = pytest.mark.usefixtures("walls")


def opened(box):
    child = box.open(5)
    child.channel.deadline = time.monotonic() + 10
    return child


def test_a_box_that_has_started_has_passed_its_self_test(box):
    child = opened(box)
    child.channel.send(protocol.encode(protocol.RunSelfTest(sandbox._not_to_read(), sandbox._not_to_write())))
    assert protocol.decode_reply(child.channel.receive()).gaps == []
    child.end()


def test_the_self_test_sees_every_wall_that_is_not_there(tmp_path):
    child = opened(OpenBox(Limits()))
    child.channel.send(protocol.encode(protocol.RunSelfTest(["/etc/passwd"], [str(tmp_path)])))
    gaps = protocol.decode_reply(child.channel.receive()).gaps
    child.end()
    expected = (
        "network",
        "UNIX socket",
        "fork",
        "program",
        "thread",
        "trace",
        "signal",
        "memory file",
        "debuggable",
        "CPU time",
    )
    assert all(
        any(word in gap for gap in gaps) for word in (*expected, "4 GiB", "/etc/passwd", str(tmp_path))
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["fork", "posix_spawn"])
def test_a_process_that_cannot_be_waited_for_is_a_gap_all_the_same(monkeypatch, call):
    """As where the filter lets through the one call and not the other."""
    attempt = {"fork": self_test._fork, "posix_spawn": self_test._start_program}[call]
    monkeypatch.setattr(self_test.os, call, lambda *arguments: 1)  # no child of ours
    assert self_test._works(attempt)


def test_a_reference_that_can_be_imported_is_a_gap():
    assert self_test._works(self_test._import_reference)


def test_grading_refuses_where_no_box_holds(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    monkeypatch.setattr(sandbox.landlock, "version", lambda: 0)
    with pytest.raises(
        UserError, match="bubblewrap is not installed; landlock is not in this kernel"
    ) as refusal:
        open_box()
    assert "--no-sandbox" in str(refusal.value)


def test_a_box_with_a_gap_is_refused_with_the_gap(monkeypatch):
    monkeypatch.setattr(sandbox, "_not_to_read", lambda: [__import__("os").__file__])
    with pytest.raises(UserError, match=r"landlock does not hold: it can read .*os\.py"):
        open_box("landlock")


def test_where_bubblewrap_may_not_the_box_is_landlocks_and_the_reason_is_kept(monkeypatch, tmp_path):
    """As for an ordinary user where the system allows no user namespaces."""
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with contextlib.closing(open_box()) as box:
        assert box.tier == "landlock"
    with pytest.raises(UserError, match="bubblewrap does not start: bwrap: No permissions to create new"):
        open_box("bubblewrap")


@pytest.mark.parametrize(
    "module, name, value", [(sandbox.sys, "platform", "darwin"), (platform, "machine", None)]
)
def test_systems_without_walls_are_refused_by_name(monkeypatch, module, name, value):
    monkeypatch.setattr(module, name, value or (lambda: "riscv64"))
    with pytest.raises(UserError, match="landlock needs Linux on x86-64 or ARM64"):
        open_box()


def test_a_box_that_does_not_survive_its_self_test_is_refused(monkeypatch):
    monkeypatch.setattr(sandbox.protocol, "RunSelfTest", lambda *paths: protocol.MakeCalls("sigmoid", b""))
    with pytest.raises(UserError, match="landlock does not survive its self-test: it"):
        open_box("landlock")


@ONE_BOX
@pytest.mark.parametrize("stem", catalogue())
def test_all_that_a_lesson_imports_is_there_when_a_child_begins(box, stem):
    """An import in a child is paid for by each hand-in; stand-ins cost nothing."""
    before = (-2, "import sys\nbefore = set(sys.modules)")
    after = (-1, "def news():\n    return sorted(set(sys.modules) - before)")
    cells = lesson(stem).cells_to_run(code_cells(read_bytes(SOLUTIONS / f"{stem}.ipynb")))
    session = Session(box, [before, *cells, after], ("news",), LIMITS)
    session.prepare()
    (outcome,) = session.outcomes("news", [Call()], {})
    session.close()
    assert [name for name in outcome.value if name.partition(".")[0] not in stubs.ROOTS] == []


def test_a_zygote_that_was_killed_is_started_again(box, verdicts):
    box._process.kill()
    box._process.wait()
    assert {verdict.status for verdict in verdicts(*RIGHT.values()).values()} == {"passed"}


def test_the_kernel_says_that_a_child_has_every_layer(box):
    child = opened(box)
    child.channel.send(protocol.encode(protocol.RunCells([], [])))
    child.channel.receive()
    pid = kernel_view.pid_of(child.handle)
    assert {name: kernel_view.status_of(pid)[name] for name in kernel_view.STATUS} == kernel_view.STATUS
    due = kernel_view.limits_due(5, LIMITS.memory)
    hard = {name: kernel_view.limits_of(pid)[name][1] for name in due}
    assert hard == due
    assert {name: kernel_view.limits_of(pid)[name][0] for name in due} == due | {"Max cpu time": ANY}
    assert kernel_view.shared_namespaces(pid) == (
        [] if box.tier == "bubblewrap" else list(kernel_view.NAMESPACES)
    )
    child.end()


def test_each_layer_that_the_kernel_does_not_confirm_is_a_gap():
    due = kernel_view.limits_due(10, LIMITS.memory)
    found = kernel_view.gaps(os.getpid(), "bubblewrap", due)
    for what in (
        "NoNewPrivs is 0",
        "Seccomp is 0",
        "max address space",
        "max file size",
        "namespaces (user, pid,",
    ):
        assert any(what in gap for gap in found), (what, found)
    assert (os.getuid() == 0) == any("CapEff" in gap for gap in found)
    assert kernel_view.gaps(2**22 + 1, "landlock", due) == [
        "it cannot be looked at (No such file or directory)"
    ]


HOLLOW = """#!/bin/sh
[ "$1" = --help ] && exit
while [ "$1" != -- ]; do shift; done; shift
exec "$@"
"""


def test_a_bubblewrap_that_isolates_nothing_is_not_called_one(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text(HOLLOW)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with contextlib.closing(open_box()) as box:
        assert box.tier == "landlock"
    with pytest.raises(
        UserError, match=r"bubblewrap does not hold: it shares our namespaces \(user, pid, mnt"
    ):
        open_box("bubblewrap")


def test_packages_inside_the_standard_library_are_hidden_but_for_numpys_own(tmp_path):
    """As where NumPy is installed into the interpreter itself, its libraries beside it."""
    site = tmp_path / "lib" / "python3" / "site-packages"
    library = site / "numpy.libs" / "libblas.so"
    library.parent.mkdir(parents=True)
    library.touch()
    interpreter = Interpreter("/python", (str(library),), (str(site.parent),), (str(site / "numpy"),))
    words = bubblewrap.arguments("true", interpreter)
    hiding = words.index("--tmpfs")
    assert words[hiding + 1] == str(site)
    assert words.index(str(site.parent)) < hiding < words.index(str(library))
    assert words.index(str(site / "numpy")) > hiding
    assert str(site) not in interpreter.readable


def test_a_cell_that_loops_takes_nothing_from_the_answers(monkeypatch):
    soft = []
    monkeypatch.setattr(rlimits.time, "process_time", lambda: 0.0)
    monkeypatch.setattr(rlimits.resource, "getrlimit", lambda kind: (-1, -1))
    monkeypatch.setattr(rlimits.resource, "setrlimit", lambda kind, values: soft.append(values[0]))
    for name in ("signal", "setitimer"):
        monkeypatch.setattr(rlimits.signal, name, lambda *arguments: None)
    clock = rlimits.Clock(10, InterruptedError)
    for kind in (protocol.RunCells, protocol.RunCells, protocol.MakeCalls):
        clock.restart(kind)
        if len(soft) == 1:
            with pytest.raises(InterruptedError):
                clock._strike()
    assert soft == [10, 2, 10]


# ---- the system call filter, by a small machine that runs it ----


def verdict(machine: str, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the filter answers to a call: the kernel's classic BPF, as far as the filter uses it."""
    data = struct.pack(
        "<IIQ6Q", number, audit or seccomp._ARCHITECTURES[machine][1], 0, *(*arguments, *[0] * 6)[:6]
    )
    steps = list(struct.iter_unpack("<HBBI", seccomp.program(machine)))
    at, accumulator = 0, 0
    while True:
        operation, if_true, if_false, k = steps[at]
        at += 1
        if operation == 0x06:
            return k
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        else:
            holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x45: accumulator & k != 0}[operation]
            at += if_true if holds else if_false


ALLOW, DENY, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


def numbers(machine: str) -> dict[str, int]:
    """System call numbers as the kernel's own headers have them."""
    if not HEADERS[machine].exists():
        pytest.skip(f"no {HEADERS[machine]}: install linux-libc-dev")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text())
    names = {name: int(number) for name, number in found}
    if "fstatat" in names:
        names["newfstatat"] = names.pop("fstatat")
    return names


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_numbers_are_the_kernels_and_calls_not_listed_are_denied(machine):
    known, column = numbers(machine), seccomp._ARCHITECTURES[machine][0]
    listed = seccomp.CALLS | seccomp.ANSWERS
    for name, row in listed.items():
        assert row[column] == known.get(name), name
    for name, number in known.items():
        if name not in listed:
            assert verdict(machine, number) == DENY, name


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_conditions_on_arguments(machine):
    def answer(name, *arguments):
        return verdict(
            machine,
            {**seccomp.CALLS, **seccomp.ANSWERS}[name][seccomp._ARCHITECTURES[machine][0]],
            *arguments,
        )

    assert answer("read", 3) == ALLOW
    assert answer("openat", 0, 0, 0o2000000) == ALLOW  # O_CLOEXEC
    assert {answer("openat", 0, 0, flag) for flag in (0o1, 0o2, 0o100, 0o1000, 0o2000, 0o20000000)} == {DENY}
    assert answer("fcntl", 0, 1) == ALLOW
    assert {answer("fcntl", 0, setown) for setown in (4, 8, 10, 15)} == {DENY}
    assert answer("ioctl", 0, 0x5401) == ALLOW
    assert {answer("ioctl", 0, request) for request in (0x5412, 0x8901, 0x8902)} == {DENY}
    assert answer("socketpair", 1, 1) == ALLOW
    assert answer("socketpair", 2, 1) == DENY
    assert answer("sendto", 3, 0, 1, 0, 0) == ALLOW
    assert {answer("sendto", 3, 0, 1, 0, 1 << bit) for bit in (0, 31, 32, 47)} == {DENY}
    assert answer("recvfrom", 3, 0, 1, 0) == ALLOW
    for name in ("sendto", "recvfrom"):  # MSG_OOB, MSG_PEEK, MSG_ERRQUEUE, MSG_ZEROCOPY
        assert {answer(name, 3, 0, 1, flag) for flag in (0x1, 0x2, 0x2000, 0x4000000)} == {DENY}
    assert answer("prlimit64", 0) == ALLOW
    assert answer("prlimit64", 1) == DENY
    assert answer("setitimer", 2) == ALLOW
    assert {answer("setitimer", kind) for kind in (0, 1)} == {DENY}
    assert answer("nanosleep") == 0x00050000
    assert answer("clone3") == 0x00050000 | errno.ENOSYS


def test_other_abis_of_the_same_machine_end_the_process():
    assert verdict("x86_64", 0x40000000) == KILL
    assert verdict("x86_64", 1, audit=0x40000003) == KILL  # i386
    assert verdict("aarch64", 63, audit=0x40000028) == KILL  # ARM, 32 bits


def test_this_machine_has_a_filter():
    assert seccomp.supported() == (platform.machine() in ("x86_64", "aarch64"))
