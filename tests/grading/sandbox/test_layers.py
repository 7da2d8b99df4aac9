"""Each layer of the box holds by itself against what it is there for: boxes that have that one alone.

In a whole box an outer layer hides what an inner one lets through, and a protection could be lost unseen.
"""

import contextlib
import json
import os
import select
import shutil
import socket
import time

import pytest

from dlcourse.grading.box import protocol
from dlcourse.grading.sandbox import bubblewrap, interpreter, kernel_view, sandbox

from ..conftest import LIMITS

ALL = {
    "no new privileges": ("hardening", "_SET_NO_NEW_PRIVS"),
    "not dumpable": ("hardening", "_SET_DUMPABLE"),
    "dies with its zygote": ("hardening", "_SET_PDEATHSIG"),
    "no capabilities": ("hardening", "_drop_capabilities"),
    "landlock": ("landlock", "restrict"),
    "limits": ("rlimits", "apply"),
    "seccomp": ("seccomp", "install"),
}
PROGRAM = """
import json, runpy, sys
entry, box, mode, settings, without = {entry!r}, {box!r}, *sys.argv[1:3], {without!r}
functions = runpy.run_path(entry)
functions["load"]("box", box)
from box import hardening, landlock, rlimits, seccomp
modules = dict(hardening=hardening, landlock=landlock, rlimits=rlimits, seccomp=seccomp)
options = {{getattr(hardening, name) for _, name in without if name.startswith("_SET")}}
asked = hardening._prctl
hardening._prctl = lambda option, value: option in options or asked(option, value)
for module, name in without:
    if not name.startswith("_SET"):
        setattr(modules[module], name, lambda *arguments: None)
sys.argv[1:] = []
functions["zygote"](json.loads(settings))
"""


class Bare(sandbox.Box):
    """A box that need not hold."""

    def _prove(self) -> None:
        pass


def only(monkeypatch, *layers: str, tier: str = "landlock") -> Bare:
    """A box with these layers and no other."""
    without = [place for name, place in ALL.items() if name not in layers]
    program = PROGRAM.format(entry=interpreter.ENTRY, box=str(interpreter.BOX), without=without)

    def command(executable, mode, settings):
        settings = {**interpreter.PACKAGES, **interpreter.MODULES, **settings}
        return [executable, "-S", "-s", "-P", "-X", "utf8", "-c", program, mode, json.dumps(settings)]

    monkeypatch.setattr(sandbox, "command", command)
    return Bare(tier, LIMITS)


@contextlib.contextmanager
def child_of(box):
    child = box.open(5)
    child.channel.deadline = time.monotonic() + 30
    try:
        yield child
    finally:
        child.end()
        box.close()


def gaps(box, readable=(), writable=()) -> str:
    with child_of(box) as child:
        child.channel.send(protocol.encode(protocol.RunSelfTest(list(readable), list(writable))))
        return "; ".join(protocol.decode_reply(child.channel.receive()).gaps)


def said(box, cell: str) -> str:
    """What that cell raises in a child."""
    with child_of(box) as child:
        child.channel.send(protocol.encode(protocol.RunCells([(1, cell)], [])))
        return protocol.decode_reply(child.channel.receive()).error


CALLS = [
    "network connection",
    "UNIX socket",
    "fork",
    "program",
    "thread",
    "trace",
    "signal",
    "debuggable",
    "memory file",
]


def test_without_any_layer_everything_is_a_gap(monkeypatch, tmp_path):
    found = gaps(only(monkeypatch), ["/etc/passwd"], [str(tmp_path)])
    for what in (*CALLS, "4 GiB", "CPU time without end", "/etc/passwd", str(tmp_path)):
        assert what in found


@pytest.mark.parametrize("what", CALLS)
def test_seccomp_alone_denies_system_calls(monkeypatch, what):
    found = gaps(only(monkeypatch, "seccomp", "no new privileges"), ["/etc/passwd"])
    assert what not in found
    assert "/etc/passwd" in found


def test_landlock_alone_denies_files(monkeypatch, tmp_path):
    places = ["/", "/tmp", "/dev/shm", str(tmp_path)]
    found = gaps(only(monkeypatch, "landlock", "no new privileges"), sandbox._not_to_read(), places)
    assert "can read" not in found
    assert "can write" not in found
    assert "fork" in found


def test_limits_alone_bound_memory_time_and_files(monkeypatch, tmp_path):
    found = gaps(only(monkeypatch, "limits"))
    assert "4 GiB" not in found
    assert "CPU time without end" not in found
    writing = f"import os\nos.write(os.open({str(tmp_path / 'x')!r}, os.O_WRONLY | os.O_CREAT), b'x')"
    assert "File too large" in said(only(monkeypatch, "limits"), writing)


def effective_capabilities(box) -> str:
    with child_of(box) as child:
        child.channel.send(protocol.encode(protocol.RunCells([], [])))
        child.channel.receive()
        return kernel_view.status_of(kernel_view.pid_of(child.handle))["CapEff"].strip("0")


@pytest.mark.skipif(os.getuid() != 0, reason="this user has no capabilities to lose")
def test_root_gives_up_its_capabilities(monkeypatch):
    assert effective_capabilities(only(monkeypatch)) != ""
    assert effective_capabilities(only(monkeypatch, "no capabilities")) == ""


def test_a_zygote_that_is_not_dumpable_has_children_that_are_not(monkeypatch):
    ask = "import ctypes\nassert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0"
    assert said(only(monkeypatch, "not dumpable"), ask) == ""
    assert "AssertionError" in said(only(monkeypatch), ask)


def test_a_child_is_killed_with_its_zygote(monkeypatch):
    box = only(monkeypatch, "dies with its zygote")
    child = box.open(5)
    child.channel.deadline = time.monotonic() + 30
    child.channel.send(protocol.encode(protocol.RunCells([(1, "x = 1"), (2, "while True: pass")], [])))
    child.channel.receive()
    box._process.kill()
    assert select.select([child.handle], [], [], 30)[0]
    child.end()
    box.close()


# ---- bubblewrap ----

needs_bubblewrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


@needs_bubblewrap
def test_bubblewrap_alone_shares_no_namespace_and_keeps_no_capability(monkeypatch):
    with child_of(only(monkeypatch, tier="bubblewrap")) as child:
        child.channel.send(protocol.encode(protocol.RunCells([], [])))
        child.channel.receive()
        pid = kernel_view.pid_of(child.handle)
        assert kernel_view.shared_namespaces(pid) == []
        status = kernel_view.status_of(pid)
        assert {status[name].strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {
            ""
        }


HIDDEN = ["/etc/passwd", "/etc/shadow", "/proc/self", "/usr/bin/env"]
PLACES = "('/', '/tmp', os.path.dirname(os.__file__), os.path.dirname(os.__file__) + '/site-packages')"
ALONE = {
    "files": f"import os\nassert not any(map(os.path.exists, {HIDDEN}))",
    "writing": f"import os\nfor place in {PLACES}: assert_raises(OSError, open, place + '/x', 'w')",
    "other packages": "import os, numpy\nassert not os.path.exists(numpy.__path__[0] + '/../rich')",
    "who it is": "import os\nassert (os.getuid(), os.getgid(), os.uname().nodename) == (65534, 65534, 'box')",
    "namespaces": "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) < 0",
}
RAISES = """
def assert_raises(kind, function, *arguments):
    try: function(*arguments)
    except kind: return
    raise AssertionError(arguments)
"""


@needs_bubblewrap
@pytest.mark.parametrize("cell", ALONE.values(), ids=ALONE)
def test_bubblewrap_alone_hides_the_machine(monkeypatch, cell):
    if "unshare" in cell and "--disable-userns" not in bubblewrap._help(shutil.which("bwrap")):
        pytest.skip("this bubblewrap is older than the option")
    assert said(only(monkeypatch, tier="bubblewrap"), RAISES + cell) == ""


@needs_bubblewrap
def test_bubblewrap_alone_reaches_no_server_of_this_machine(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = f"import socket\nsocket.create_connection({server.getsockname()!r}, 5)"
        assert said(only(monkeypatch), connect) == ""
        assert "Error" in said(only(monkeypatch, tier="bubblewrap"), connect)


@needs_bubblewrap
def test_a_box_is_a_session_of_its_own_out_of_reach_of_the_keyboard(monkeypatch):
    box = only(monkeypatch, tier="bubblewrap")
    assert os.getsid(box._process.pid) == box._process.pid
    box.close()


@needs_bubblewrap
def test_bubblewrap_dies_with_the_process_that_has_started_it(monkeypatch):
    box = only(monkeypatch, tier="bubblewrap")
    child = box.open(5)
    box._process.kill()
    assert select.select([child.handle], [], [], 30)[0]
    child.end()
    box.close()
