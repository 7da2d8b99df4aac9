"""The trusted end of the wire: frames to and from a process that may do anything, by a deadline."""

import contextlib
import math
import select
import threading
import time
from collections.abc import Callable

from dlcourse.grading.box import protocol

_PART = 1 << 14  # bytes that are taken at once, should there be more than is waited for


class TransportBroken(Exception):
    """The other side has gone, or talks nonsense."""


class DeadlinePassed(Exception):
    """The deadline has passed."""


_SOON = 0.05  # seconds in which most answers come, before anybody asks what the other end does meanwhile
_WORKS = 0.01  # of the time, at least, whoever has work to do gets to do it, however busy the machine


class SocketChannel:
    """Frames on one end of a socket pair; `deadline` is on the clock of time.monotonic().

    cpu   says how many CPU seconds the other end has had
    idle  seconds after which an end that only waits is given up before the deadline
    """

    def __init__(self, sock, cpu: Callable[[], float]):
        sock.setblocking(False)
        self.cpu, self.idle = cpu, math.inf
        self._socket, self._poll = sock, select.poll()
        self._arrived = bytearray()
        self.deadline = 0.0

    def send(self, payload: bytes) -> None:
        rest = memoryview(protocol.framed(payload))
        while rest:
            self._left()  # whoever asks and asks is never waited for
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:
                self._wait(select.POLLOUT)
            except OSError as error:
                raise TransportBroken from error

    def receive(self) -> bytes:
        self._gather(protocol.HEADER)
        size = int.from_bytes(self._arrived[: protocol.HEADER], "big")
        if size > protocol.MAX_FRAME:
            raise TransportBroken(f"a frame of {size} bytes")
        end = protocol.HEADER + size
        self._gather(end)
        frame = bytes(self._arrived[protocol.HEADER : end])
        del self._arrived[:end]
        return frame

    def close(self) -> None:
        self._socket.close()

    def _gather(self, size: int) -> None:
        """Wait until so many bytes have arrived."""
        while len(self._arrived) < size:
            self._arrived += self._some(max(size - len(self._arrived), _PART))

    def _some(self, most: int) -> bytes:
        """What has arrived or, where nothing has, what will."""
        while True:
            try:
                part = self._socket.recv(min(most, 1 << 20))
            except BlockingIOError:
                self._wait(select.POLLIN)
                continue
            except OSError as error:
                raise TransportBroken from error
            if not part:
                raise TransportBroken("closed")
            return part

    def _wait(self, event: int) -> None:
        self._poll.register(self._socket, event)
        if self._poll.poll(1000 * min(self._left(), _SOON)):
            return
        while True:
            left, had = self._left(), self.cpu()
            if self._poll.poll(1000 * min(left, self.idle)):
                return
            if left > self.idle and self.cpu() - had < _WORKS * self.idle:
                raise DeadlinePassed

    def _left(self) -> float:
        """Seconds until the deadline. Raises DeadlinePassed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlinePassed
        return left


class PipeChannel:
    """The same over a child's standard streams, on any system: at the deadline `kill` is called.

    What the other end has had of the CPU is not known.
    """

    def __init__(self, process):
        self._process, self._link = process, protocol.Link(process.stdout.fileno(), process.stdin.fileno())
        self.deadline = 0.0

    def cpu(self) -> float:
        return 0.0

    def send(self, payload: bytes) -> None:
        with self._watched():
            self._link.send(payload)

    def receive(self) -> bytes:
        with self._watched():
            return self._link.receive()

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()

    @contextlib.contextmanager
    def _watched(self):
        """Kill the process at the deadline, so that reading and writing end."""
        timer = threading.Timer(max(0, self.deadline - time.monotonic()), self._process.kill)
        timer.start()
        try:
            yield
        except (EOFError, OSError) as error:
            raise (
                DeadlinePassed if time.monotonic() >= self.deadline else TransportBroken("closed")
            ) from error
        finally:
            timer.cancel()
