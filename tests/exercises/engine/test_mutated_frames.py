"""Frames that are random, or real ones mutated: each is read or refused, at once and in little room."""

import random
import time
import tracemalloc
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from dlcourse.exercises.engine import calls
from dlcourse.exercises.engine.calls import (
    Call,
    Conversation,
    Malformed,
    Outcome,
    decode_calls,
    decode_outcome,
    decode_value,
    encode_calls,
    encode_outcome,
    encode_value,
)
from dlcourse.exercises.engine.comparison import Terms, complaint, same
from dlcourse.grading.box import protocol
from dlcourse.grading.run.session import Session
from dlcourse.grading.sandbox.limits import Limits

FRAMES = 100_000
VALUES = [
    None,
    True,
    -1,
    1 << 70,
    float("nan"),
    "σ\0",
    np.float32(0.5),
    np.longdouble("1e4000"),
    np.arange(6.0).reshape(2, 3),
    np.array([[True], [False]]),
    np.zeros((0, 3), np.int8),
    np.array(1j),
    [1, [2.5, ("a", {"b": np.ones(2, ">i4"), "": []})]],
    ([0.5] * 40, tuple(range(300))),
]
DETAILS = {"type": "E", "message": "why", "line": 3, "source": "x", "printed": "said"}
OUTCOMES = [
    *(Outcome("returned", value) for value in VALUES),
    *(Outcome(kind, **DETAILS) for kind in sorted(calls._KINDS)),
    Outcome("returned", 1.0, changed=(0, "x"), warnings=(("RuntimeWarning", "overflow"),) * 3),
]
EXPECTED = [Outcome("returned", value) for value in (0.5, np.arange(6.0).reshape(2, 3), [1, "a"], {"a": 1.0})]
EXPECTED.append(Outcome("raised", type="ValueError"))


def _function(x):
    return x


CALL = Call((np.eye(2), _function), {"rate": 0.1, "g": _function}, traced=True)
REPLIES = [
    protocol.CellDone(3, "NameError: x"),
    protocol.Defined({"sigmoid": 2, "relu": 1}),
    protocol.SelfTestDone(["it can fork"]),
]


def _converse(message):
    Conversation([CALL]).receive(message)


def _reply(message):
    session = Session(None, (), (), Limits())
    session._child = SimpleNamespace(channel=SimpleNamespace(receive=lambda: message))
    session._reply(protocol.Defined)


def _judge(frame):
    outcome = decode_outcome(frame)
    with np.errstate(all="ignore"):
        for expected in EXPECTED:
            complaint(expected, outcome, Terms(names=("x",), first=np.zeros(2)))
            same(expected, outcome, Terms(), "changed")


# kind of message: (what reads it, real ones)
KINDS = {
    "value": (decode_value, [encode_value(value) for value in VALUES]),
    "outcome": (_judge, [encode_outcome(outcome) for outcome in OUTCOMES]),
    "calls": (decode_calls, [encode_calls([CALL] * n) for n in (0, 1, 3)]),
    "arguments": (lambda f: decode_value(f, [_function], copy=True), [CALL.frame]),
    "message": (
        _converse,
        [b"o" + encode_outcome(outcome) for outcome in OUTCOMES]
        + [b"c" + encode_value((token, (value,))) for token, value in enumerate(VALUES)]
        + [b"c" + encode_value((0, ([np.ones(3)],)))] * 5,
    ),
    "reply": (_reply, [protocol.encode(reply) for reply in REPLIES]),
}
REAL = [(kind, frame) for kind, (_, frames) in KINDS.items() for frame in frames]
ODD = [
    b"",
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xc0",
    b"\xc1",
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
]
ODD += [
    b"\xdb\x7f\xff\xff\xff",
    b"\xc9\xff\xff\xff\xff\x00",
    b"\xcf" + b"\xff" * 8,
    b"\xcb\x7f\xf0" + bytes(6),
]
ODD += [
    b"\xa1l",
    b"\xa1t",
    b"\xa1d",
    b"\xa1a",
    b"\xa1s",
    b"\xa1i",
    b"\xa1f",
    b"\xa3<f8",
    b"\xa3|b1",
    b"\xa4<c32",
]


NODES = [
    *"ltdaisuf",
    "<f8",
    "|b1",
    "<c32",
    "O",
    "returned",
    "raised",
    "0xff",
    "σ",
    "",
    None,
    True,
    0.5,
    {},
    b"x",
    [],
]
NODES += [*range(-1, 5), 255, 1 << 24, (1 << 64) - 1, -(1 << 63)]


def _tree(packed: bytes) -> bytes:
    return len(packed).to_bytes(4, "big") + packed


def mutated(kind: str, frame: bytes, rng: random.Random) -> bytes:
    """Bytes changed, or what the bytes say."""
    return _bent(frame, rng) if rng.random() < 0.5 else _reworded(kind, frame, rng)


def _reworded(kind: str, frame: bytes, rng: random.Random) -> bytes:
    if kind in ("calls", "reply"):
        return protocol.encode(_exchanged(msgspec.msgpack.decode(frame), rng))
    at = (kind == "message") + 4
    end = at + int.from_bytes(frame[at - 4 : at], "big")
    nodes = _exchanged(msgspec.msgpack.decode(frame[at:end]), rng)
    return frame[: at - 4] + _tree(protocol.encode(nodes)) + frame[end:]


def _exchanged(nodes: list, rng: random.Random) -> list:
    """A few of the nodes replaced by others, doubled or left out."""
    for _ in range(rng.choice((1, 1, 2))):
        start = rng.randrange(len(nodes) + 1)
        nodes[start : start + rng.randrange(3)] = rng.choices(NODES, k=rng.randrange(3))
    return nodes


def _bent(frame: bytes, rng: random.Random) -> bytes:
    frame = bytearray(frame)
    for _ in range(rng.choice((1, 1, 2, 4))):
        start = rng.randrange(len(frame) + 1)
        end = min(len(frame), start + rng.choice((0, 1, 1, 2, 4, 16)))
        what = rng.randrange(5)
        if what == 0 and frame:
            frame[start % len(frame)] ^= 1 << rng.randrange(8)
        elif what == 1:
            frame[start:end] = rng.choice(ODD)
        elif what == 2:
            frame[start:end] = rng.choice(REAL)[1][: rng.randrange(40)]
        elif what == 3:
            frame[start:end] *= rng.choice((0, 2, 50))
        else:
            del frame[start + rng.randrange(60) :]
    return _measured(frame) if rng.random() < 0.5 else bytes(frame)


def _measured(frame: bytearray) -> bytes:
    """With the length of its tree put right, or nearly so, so that the tree is read."""
    return max(0, len(frame) - 4).to_bytes(4, "big") + bytes(frame[4:])


def frames(count: int, seed: int):
    rng = random.Random(seed)
    for n in range(count):
        kind = rng.choice(list(KINDS))
        frame = rng.choice(KINDS[kind][1])
        yield kind, rng.randbytes(rng.randrange(40)) if n % 10 == 0 else mutated(kind, frame, rng)


def _read(kind: str, frame: bytes) -> bool:
    try:
        KINDS[kind][0](frame)
    except Malformed:
        return False
    return True


def test_a_real_frame_of_every_kind_is_read():
    for kind, frame in REAL:
        if kind == "reply":
            assert _read(kind, frame) == (b"defined" in frame)
        elif kind == "message" and frame[:1] == b"c":
            assert _read(kind, frame) == (decode_value(frame[1:])[0] == 0)
        else:
            assert _read(kind, frame), frame


def test_a_hundred_thousand_frames_are_read_or_malformed_each_at_once():
    read, slowest = dict.fromkeys(KINDS, 0), 0.0
    for kind, frame in frames(FRAMES, seed=2017):
        start = time.process_time()
        try:
            read[kind] += _read(kind, frame)
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error}, of a {kind}: {frame!r}")
        slowest = max(slowest, time.process_time() - start)
    assert slowest < 0.5
    assert min(read.values()) > 500, read  # the mutations are mild enough to get past the first check


def test_frames_take_no_more_room_than_frames_of_their_size_should():
    tracemalloc.start()
    for kind, frame in frames(3_000, seed=7):
        _read(kind, frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def _nodes(item: bytes, count: int) -> bytes:
    """A tree of the same node again and again."""
    return _tree(b"\xdd" + count.to_bytes(4, "big") + item * count)


def _list(item: bytes, nodes: int) -> bytes:
    """A list of as many items, each of so many nodes, as may be in a tree."""
    count = (calls.MAX_NODES - 2) // nodes
    packed = b"\xdd" + (2 + count * nodes).to_bytes(4, "big") + b"\xa1l\xcd" + count.to_bytes(2, "big")
    return _tree(packed + item * count)


MEGABYTE = (10**6).to_bytes(4, "big")
LARGEST = {
    "nothing, as often as fits": _nodes(b"\xc0", calls.MAX_TREE - 5),
    "numbers, as many as fit": _nodes(b"\xcb" + bytes(8), calls.MAX_TREE // 9 - 1),
    "empty lists": _list(b"\xa1l\0", 2),
    "texts": _list(b"\xa1u\xa2\xcf\x83", 2),
    "one text": _tree(b"\x92\xa1u\xdb" + MEGABYTE + b"a" * 10**6),
    "lists in lists": _tree(
        b"\xdc" + calls.MAX_NODES.to_bytes(2, "big") + b"\xa1l\1" * (calls.MAX_NODES // 2)
    ),
    "a long integer": _tree(b"\x92\xa1i\xdb" + MEGABYTE + b"f" * 10**6),
    "a large array": _tree(b"\x94\xa1a\xa3<f8\x01\xce" + MEGABYTE) + bytes(8 * 10**6),
}


@pytest.mark.parametrize("frame", LARGEST.values(), ids=LARGEST)
def test_the_largest_frames_are_read_or_refused_in_a_second(frame):
    tracemalloc.start()
    start = time.process_time()
    for kind in ("value", "outcome", "reply"):
        _read(kind, frame)
    seconds = time.process_time() - start
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 1
    assert peak < 3 * calls.MAX_FRAME
