"""Makes the judging of `sigmoid` come to harm by what an answer returns: by its name in HARMS.

Each stands for a fault that nobody has found yet. Run in a judge, before it judges.
"""

import ctypes
import itertools
import os
import signal
import time

import numpy as np

from dlcourse.exercises import catalogue


def _loop():
    while True:
        pass


def _swell():
    kept = []
    while True:
        kept.append(np.empty(1 << 24, np.uint8))  # to fill it takes time, which has a limit too


HARMS = {
    "loop": _loop,
    "loop in C": lambda: sum(itertools.repeat(0)),
    "swell": _swell,
    "crash": lambda: ctypes.string_at(0),
    "exit": lambda: os._exit(3),
    "be killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "wait": lambda: time.sleep(10_000),
    "interrupt": lambda: signal.raise_signal(signal.SIGTERM),
}
_sigmoid = catalogue()["03_activations"]["sigmoid"]
_judge = type(_sigmoid).judge


def judge(run, seed, read=list):
    def harmed(calls):
        outcomes = run(calls)
        if type(outcomes[0].value) is str:
            HARMS[outcomes[0].value]()
        return outcomes

    return _judge(_sigmoid, harmed, seed, read)


def install() -> None:
    _sigmoid.judge = judge
