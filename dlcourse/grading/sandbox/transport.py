"""The trusted end of the wire: frames to and from a process that may do anything, by a deadline."""

import contextlib
import select
import threading
import time

from dlcourse.grading.box import protocol


class TransportBroken(Exception):
    """The other side has gone, or talks nonsense."""


class DeadlinePassed(Exception):
    """The deadline has passed."""


class SocketChannel:
    """Frames on one end of a socket pair; `deadline` is on the clock of time.monotonic()."""

    def __init__(self, sock):
        sock.setblocking(False)
        self._socket, self._poll = sock, select.poll()
        self.deadline = 0.0

    def send(self, payload: bytes) -> None:
        rest = memoryview(protocol.framed(payload))
        while rest:
            self._wait(select.POLLOUT)
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportBroken from error

    def receive(self) -> bytes:
        size = int.from_bytes(self._exactly(protocol.HEADER), "big")
        if size > protocol.MAX_FRAME:
            raise TransportBroken(f"a frame of {size} bytes")
        return self._exactly(size)

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            self._wait(select.POLLIN)
            try:
                part = self._socket.recv(min(size - len(parts), 1 << 20))
            except BlockingIOError:
                continue
            except OSError as error:
                raise TransportBroken from error
            if not part:
                raise TransportBroken("closed")
            parts += part
        return bytes(parts)

    def _wait(self, event: int) -> None:
        left = self.deadline - time.monotonic()
        self._poll.register(self._socket, event)
        if left <= 0 or not self._poll.poll(left * 1000):
            raise DeadlinePassed


class PipeChannel:
    """The same over a child's standard streams, on any system: at the deadline `kill` is called."""

    def __init__(self, process):
        self._process, self._link = process, protocol.Link(process.stdout.fileno(), process.stdin.fileno())
        self.deadline = 0.0

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
