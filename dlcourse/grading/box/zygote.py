"""A process with NumPy imported that forks a child for each submission; it runs no student code itself.

On the control socket, one request at a time:
    FORK + CPU seconds, with one end of a socket pair   → b"+" with a pidfd of the child that serves it
    REAP                                                → the child's wait status and CPU seconds
    end of file                                         → the end of the child and of the zygote
"""

import gc
import os
import signal
import socket
import struct

from . import hardening, protocol, stubs
from .cell_source import Compiler
from .execution import Execution

FORK, REAP = b"F", b"R"
BUDGET = struct.Struct("!I")
ENDING = struct.Struct("!id")
_OFTEN = 20  # from the 8th time on Python adapts a function's code
_CELL = """
import matplotlib.pyplot as plt
import numpy as np
from dlcourse import activations, plots
from dlcourse.exercises import check

def f(x):
    return np.exp(-x)
"""


def serve(control: socket.socket, calls, cpu_seconds: int, memory: int) -> None:
    stubs.install()
    _warm_up(calls)
    gc.freeze()
    child = 0
    control.send(b"ready")
    while True:
        request, received, *_ = socket.recv_fds(control, 64, 1)
        if request[:1] == FORK:
            child = _fork(control, received[0], calls, cpu_seconds, *BUDGET.unpack(request[1:]), memory)
        elif request == REAP:
            child = _reap(control, child)
        else:
            break
    if child:
        os.kill(child, signal.SIGKILL)


def _warm_up(calls) -> None:
    """Do what each child does until Python has adapted its code to it: once, on pages that children share."""
    asked = [calls.Call((calls.np.array([[0.5, 1.0]]),)), calls.Call((1, [2.0]), {"text": "a"})]
    for _ in range(_OFTEN):
        calls.run_locally(lambda x, *others, **named: x + 1, asked)
        compiler, space = Compiler(), {}
        for statement in compiler.statements(_CELL, "<cell>"):
            exec(compiler.code(statement, "<cell>"), space)


def _fork(control, wire_end: int, calls, cpu_seconds: int, budget: int, memory: int) -> int:
    zygote, child = os.getpid(), os.fork()
    if child == 0:
        control.close()
        _live(zygote, wire_end, calls, cpu_seconds, budget, memory)
    os.close(wire_end)
    handle = os.pidfd_open(child)
    socket.send_fds(control, [b"+"], [handle])
    os.close(handle)
    return child


def _live(zygote: int, wire_end: int, calls, cpu_seconds: int, budget: int, memory: int) -> None:
    """The child, from its first moment to its last."""
    try:
        os.dup2(1, 2)  # 0 and 1 lead nowhere; 2 is for the zygote's own complaints
        hardening.around_child(zygote, budget, memory)
        Execution(protocol.Link(wire_end, wire_end), calls, cpu_seconds).run()
    finally:
        os._exit(0)


def _reap(control, child: int) -> int:
    _, status, usage = os.wait4(child, 0)
    control.send(ENDING.pack(status, usage.ru_utime + usage.ru_stime))
    return 0
