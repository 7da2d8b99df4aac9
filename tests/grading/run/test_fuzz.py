"""Random frames, call-backs and questions to lent references, in a process with a judge's limits.

`pytest --long -s` on this file does each for a minute and prints how many there were.
"""

import json
import os
import random
import resource
import time
from collections import Counter

import numpy as np
import pytest

from dlcourse.exercises import exercises
from dlcourse.exercises.engine.calls import (
    Conversation,
    Malformed,
    Unsendable,
    decode_outcome,
    decode_value,
    encode_value,
)
from dlcourse.grading.run.judge_process import _address_space
from dlcourse.grading.sandbox.limits import Limits

from ...exercises.engine.test_mutated_frames import _read, frames

SLOWEST = 5.0  # CPU seconds for one message, of the 20 that there are for a hand-in
HOSTILE = [
    *(0, 1, -1, 3, 10**9, -(10**18), 1 << 900, 0.0, -0.5, 1e308, float("inf"), float("nan"), True, None),
    *("", "x" * 1000, [], (), {}, [[]], [0] * 5000, {"a": 1, "b": "x" * 1000}, [[1.0] * 60] * 60),
    *(np.float32(2e8), np.int64(10**9), np.array(2e8), np.array(10**9), np.array([np.nan, -np.inf])),
    *(np.zeros((0, 3)), np.empty((1 << 15, 0)), np.zeros((1,) * 30), np.zeros((0, 0, 0, 0), np.int8)),
    *(
        np.ones((30_000, 1)),
        np.ones((1, 30_000)),
        np.ones((300, 300)),
        np.arange(4096),
        np.eye(9, dtype=bool),
    ),
]


def bent(value, rng: random.Random):
    """The value, with something hostile in it or in its place."""
    if isinstance(value, list | tuple) and value and rng.random() < 0.7:
        at, items = rng.randrange(len(value)), list(value)
        items[at] = bent(items[at], rng)
        return type(value)(items * rng.choice((1, 1, 1, 50)))
    if isinstance(value, dict) and value and rng.random() < 0.7:
        at = rng.choice(list(value))
        return value | {at: bent(value[at], rng)}
    if isinstance(value, np.ndarray) and rng.random() < 0.4:
        return value.reshape(rng.choice(((-1, 1), (1, -1), (1, 1, -1), (-1,)))).astype(rng.choice("fdiqF?"))
    return rng.choice(HOSTILE)


def some(args, kwargs, rng: random.Random):
    """Arguments of which none, one or all are bent; a few too many or too few."""
    share = rng.choice((0, 0.4, 1))
    args = [bent(arg, rng) if rng.random() < share else arg for arg in args]
    kwargs = {name: bent(arg, rng) if rng.random() < share else arg for name, arg in kwargs.items()}
    if rng.random() < 0.1:
        args = args[:-1] if rng.random() < 0.5 else [*args, rng.choice(HOSTILE)]
    return tuple(args), kwargs


def wire(rng: random.Random) -> str:
    _, (kind, frame) = frames(2, rng.getrandbits(64))  # the first is random bytes
    return "read" if _read(kind, frame) else "malformed"


def call_back(rng: random.Random) -> str:
    """A function among the arguments of a call, asked of what the reference asks it, bent."""
    call = rng.choice(WITH_FUNCTIONS)
    token = rng.randrange(len(call.callables))
    args, _ = some(rng.choice(asked_of(call)) or (0.5,), {}, rng)
    return answer(Conversation([call]), (token, args))


def lent(rng: random.Random) -> str:
    exercise = rng.choice(LENT)
    call = rng.choice(exercise.calls())
    args, kwargs = some(*call.arguments, rng)
    named = {name: value for name, value in zip(exercise.names, args, strict=False)}
    as_names = rng.random() < 0.2
    request = (-1, (), named | kwargs) if as_names else (-1, args, kwargs)
    return answer(Conversation([call], {exercise.name: exercise.reference}), request)


def answer(conversation: Conversation, request: tuple) -> str:
    try:
        message = b"c" + encode_value(request)
    except Unsendable:
        return "unsendable"
    try:
        reply = decode_outcome(conversation.receive(message))
    except Malformed:
        return "malformed"
    return f"refused: {reply.type}" if reply.kind == "raised" else "answered"


def asked_of(call) -> list[tuple]:
    """What its functions could be asked of: the other arguments, each alone."""
    args, kwargs = decode_value(call.frame, call.callables)
    return [(value,) for value in (*args, *kwargs.values()) if not callable(value)]


LENT = [one for one in exercises().values() if not any(call.callables for call in one.calls())]
WITH_FUNCTIONS = [call for one in exercises().values() for call in one.calls() if call.callables]


def under_limits(what, seconds: float, seed: int) -> dict:
    """How each came out, and the slowest, in a child that may take what a judge may."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            most = _address_space() + Limits().judging_memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            os.write(writing, json.dumps(_counted(what, seconds, seed)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        said = file.read()
    _, status = os.waitpid(pid, 0)
    assert status == 0
    return json.loads(said)


def _counted(what, seconds: float, seed: int) -> dict:
    counts, slowest, n, ends = Counter(), 0.0, 0, time.monotonic() + seconds
    with np.errstate(all="ignore"):
        while time.monotonic() < ends:
            started = time.process_time()
            try:
                counts[what(random.Random(f"{seed} {n}"))] += 1
            except Exception as error:
                return {"error": f"{type(error).__name__}: {error}, in {what.__name__} {seed} {n}"}
            slowest, n = max(slowest, time.process_time() - started), n + 1
    return {"tried": n, "slowest": slowest, "counts": dict(counts)}


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.long)])
@pytest.mark.parametrize("what", [wire, call_back, lent])
def test_whatever_is_sent_is_answered_refused_or_malformed_at_once(what, seconds):
    found = under_limits(what, seconds, seed=2017)
    print(what.__name__, found)
    assert "error" not in found, found
    assert found["slowest"] < SLOWEST
    assert len(found["counts"]) > 1
