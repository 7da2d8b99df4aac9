"""Length-prefixed frames on a pair of file descriptors, and the messages in them."""

import os

import msgspec

MAX_FRAME = 1 << 25  # bytes; a frame of calls or of one outcome is at most half of it
HEADER = 4
TIME_UP = b"t"  # in place of an outcome: the calls of this exercise took too long


class RunCells(msgspec.Struct, tag="cells", array_like=True):
    """Run these (number, source) in order, then say which of `names` they define."""

    cells: list[tuple[int, str]]
    names: list[str]


class MakeCalls(msgspec.Struct, tag="ask", array_like=True):
    """Make these calls of the function of that name, which may call those that are lent.

    cpu_seconds: that they may take together; 0 for as many as any step
    """

    name: str
    calls: bytes
    lent: list[str] = []
    cpu_seconds: int = 0


class ReadSource(msgspec.Struct, tag="read", array_like=True):
    """Say what the source of the function of that name shows."""

    name: str


class RunSelfTest(msgspec.Struct, tag="probe", array_like=True):
    """Try to break out, and to read or write at these paths."""

    readable: list[str]
    writable: list[str]


class CellDone(msgspec.Struct, tag="done", array_like=True):
    """A cell has run: `error` is empty, or a line for each statement that failed."""

    number: int
    error: str


class Defined(msgspec.Struct, tag="defined", array_like=True):
    """How often each name was defined by a `def`; a name that is not there is left out."""

    times: dict[str, int]


class SourceRead(msgspec.Struct, tag="facts", array_like=True):
    """What it shows, as source_facts.py puts it."""

    facts: list[str]


class SelfTestDone(msgspec.Struct, tag="probed", array_like=True):
    """What should not have worked and did, or the other way round."""

    gaps: list[str]


encode = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(RunCells | MakeCalls | ReadSource | RunSelfTest).decode
decode_reply = msgspec.msgpack.Decoder(CellDone | Defined | SourceRead | SelfTestDone).decode


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(HEADER, "big") + payload


class Link:
    """The end of the wire in the student's process: it waits as long as it takes."""

    def __init__(self, reading: int, writing: int):
        self._reading, self._writing = reading, writing

    def send(self, payload: bytes) -> None:
        rest = memoryview(framed(payload))
        while rest:
            rest = rest[os.write(self._writing, rest) :]

    def receive(self) -> bytes:
        """The next frame; raises EOFError where the other end has closed."""
        return self._exactly(int.from_bytes(self._exactly(HEADER), "big"))

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = os.read(self._reading, min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)
