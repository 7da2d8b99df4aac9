"""A submission's time in the box: where a child ends early, another runs the cells and goes on."""

import time
from collections.abc import Callable, Mapping

import msgspec

from dlcourse.course.language import marked, phrase, tr
from dlcourse.exercises.engine.calls import Call, Conversation, Malformed, Outcome
from dlcourse.grading.box import protocol
from dlcourse.grading.sandbox.limits import Limits
from dlcourse.grading.sandbox.process import REASONS, Ending
from dlcourse.grading.sandbox.transport import DeadlinePassed, TransportBroken

_MAX_ERROR = 1_000  # characters
_MAX_REPLY = 1 << 16  # bytes of what is said of a cell
_SPARE = 3  # seconds of CPU time beyond a limit, in which the child itself ends what it runs
_MAX_BYTES = 1 << 27  # from the child for one exercise: call-backs may be many, results are small
_GONE = marked("it had ended before")
_NONSENSE = marked("it sent what is not an answer")
_TOO_LONG = marked("it ran for too long: is there a loop that never ends?")
_STUB = marked("from a module that is an empty stand-in while grading; compute it with NumPy")
_OUT_OF_REACH = marked("files, processes and the network are out of reach while grading")
_NO_THREAD = "can't start new thread"
_WHILE_GRADING = {
    _NO_THREAD: marked("there are no threads while grading"),
    "ModuleNotFoundError": marked("there is NumPy and the standard library while grading, nothing else"),
    "PermissionError": _OUT_OF_REACH,
    "FileNotFoundError": _OUT_OF_REACH,
}


_ENDINGS = {_NONSENSE, _TOO_LONG, *REASONS}


class Exhausted(Exception):
    """The submission has used up what it may."""


class SessionLost(Exception):
    """A child that had to be given up; `unlucky` where another may do better."""

    def __init__(self, reason: str, too_slow: bool = False, unlucky: bool = False):
        super().__init__(reason)
        self.too_slow, self.unlucky = too_slow, unlucky


class Session:
    """One submission in `box`.

    defined   {name: how often it was defined}, of the functions that are there; set by `prepare`
    failures  {cell: what its statements raised, a line each}
    """

    def __init__(self, box, cells, names, limits: Limits):
        self._box, self._cells, self._names, self._limits = box, cells, names, limits
        self._child = None
        self._cpu_left, self._starts_left = float(limits.cpu_total), limits.starts
        self._over = time.monotonic() + limits.wall_total
        self._patience, self._retried = limits.wall, False
        self._fatal: set[int] = set()  # cells that a child did not survive
        self.defined: dict[str, int] = {}
        self.failures: dict[int, str] = {}

    def prepare(self) -> None:
        """See that there is a child in which all cells have run. Raises Exhausted."""
        while self._child is None:
            self._open()
            running = [number for number, _ in self._cells if number not in self._fatal]
            try:
                self._run_cells(running)
            except SessionLost as lost:
                if running and not lost.unlucky:
                    self._fatal.add(running[0])
                    self.failures[running[0]] = _TOO_LONG if lost.too_slow else str(lost)

    def outcomes(
        self, name: str, calls: list[Call], lent: Mapping[str, Callable], cpu: int = 0
    ) -> list[Outcome]:
        """What each call of that function comes to, which finds the functions lent by their names.

        cpu: seconds for all of them; 0 for as many as any step
        """
        if self._child is None:  # an earlier question has ended it
            return [Outcome("died", message=_GONE)] * len(calls)
        conversation = Conversation(calls, lent)
        try:
            return [_explained(outcome) for outcome in self._ask(name, conversation, cpu)]
        except SessionLost as lost:
            if not lost.unlucky:
                return conversation.close(self._ended(lost))
        try:  # the machine was busy: once more, with more patience
            self.prepare()
        except Exhausted:
            return self.nothing_left(calls)
        return self.outcomes(name, calls, lent, cpu)

    def source_facts(self, name: str) -> list[str]:
        """What the source of that function shows; nothing where the child that knows it has ended."""
        if self._child is None:
            return []
        try:
            self._step()
            self._child.channel.send(protocol.encode(protocol.ReadSource(name)))
            return self._reply(protocol.SourceRead).facts
        except (TransportBroken, DeadlinePassed, Malformed):
            self.close()
            return []

    def nothing_left(self, calls: list[Call]) -> list[Outcome]:
        """What calls come to that can no longer be made."""
        limit = phrase("the {number} seconds of a submission", number=self._limits.cpu_total)
        spent = Outcome("too slow", message=limit)
        return [spent] * len(calls)

    def close(self) -> Ending | None:
        child, self._child = self._child, None
        if child is None:
            return None
        ending = child.end()
        self._cpu_left -= ending.cpu or 0
        return ending

    def _open(self) -> None:
        if self._cpu_left < 1 or self._starts_left < 1 or time.monotonic() > self._over:
            raise Exhausted
        self._starts_left -= 1
        self._child = self._box.open(int(self._cpu_left))
        self._child.channel.idle = self._limits.idle

    def _run_cells(self, running: list[int]) -> None:
        """Run these cells, taking each from the list when it is done. Raises SessionLost."""
        wanted = [cell for cell in self._cells if cell[0] in running]
        try:
            self._step()
            self._child.channel.send(protocol.encode(protocol.RunCells(wanted, list(self._names))))
            while running:
                error = self._reply(protocol.CellDone).error
                if error:
                    self.failures[running[0]] = _each_with_reason(error)
                running.pop(0)
                self._step()
            self.defined = self._reply(protocol.Defined).times
        except (TransportBroken, DeadlinePassed, Malformed) as error:
            raise self._lost(error) from error

    def _ask(self, name: str, conversation: Conversation, cpu: int) -> list[Outcome]:
        """Hold the conversation. Raises SessionLost."""
        channel = self._child.channel
        asked = protocol.MakeCalls(name, conversation.frame, conversation.names, cpu)
        try:
            self._step(cpu)
            before = channel.cpu()
            channel.send(protocol.encode(asked))
            received = 0
            while not conversation.done:
                message = channel.receive()
                if message == protocol.TIME_UP:
                    return conversation.close(self._too_slow())
                received += len(message)
                if received > _MAX_BYTES:
                    raise Malformed(f"{received} bytes for one exercise")
                answer = conversation.receive(message)
                if answer is not None:
                    channel.send(answer)
        except (TransportBroken, DeadlinePassed, Malformed) as error:
            raise self._lost(error, cpu) from error
        # Whoever hears no signal ends in its own time, and may answer then.
        late = channel.cpu() - before > (cpu or self._limits.cpu) + _SPARE
        return [self._too_slow()] * len(conversation.outcomes) if late else conversation.outcomes

    def _step(self, cpu: int = 0) -> None:
        patience = self._patience * max(1.0, cpu / self._limits.cpu)
        self._child.channel.deadline = min(time.monotonic() + patience, self._over)

    def _reply(self, kind):
        message = self._child.channel.receive()
        if len(message) > _MAX_REPLY:
            raise Malformed(f"{len(message)} bytes where {kind.__name__} was due")
        try:
            reply = protocol.decode_reply(message)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Malformed(str(error)) from error
        if not isinstance(reply, kind):
            raise Malformed(f"{type(reply).__name__} where {kind.__name__} was due")
        return reply

    def _lost(self, error: Exception, cpu: int = 0) -> SessionLost:
        ending = self.close()
        if isinstance(error, Malformed):
            return SessionLost(_NONSENSE)
        waited = isinstance(error, DeadlinePassed)
        return SessionLost(ending.reason, waited or ending.too_slow, self._unlucky(ending, waited, cpu))

    def _unlucky(self, ending: Ending, waited: bool, cpu: int) -> bool:
        """Whether this machine may be to blame: sandbox killed, or time up and CPU not. True once."""
        idle = waited and ending.cpu is not None and ending.cpu < (cpu or self._limits.cpu)
        if self._retried or not (ending.from_outside or idle):
            return False
        self._retried, self._patience = True, 2 * self._patience
        return True

    def _ended(self, lost: SessionLost) -> Outcome:
        return self._too_slow() if lost.too_slow else Outcome("died", message=str(lost))

    def _too_slow(self) -> Outcome:
        return Outcome("too slow", message="time")


def _explained(outcome: Outcome) -> Outcome:
    if (outcome.kind, outcome.type) == ("unsupported", "Stub"):
        return msgspec.structs.replace(outcome, type="stand-in", message=_STUB)
    if outcome.kind == "raised":
        message = said_of_cell(_with_reason(outcome.type, outcome.message))
        return msgspec.structs.replace(outcome, message=message)
    return outcome


def _each_with_reason(errors: str) -> str:
    lines = errors[:_MAX_ERROR].split("\n")
    return "\n".join(_with_reason(line.partition(":")[0], line) for line in lines)


def _with_reason(type_name: str, message: str) -> str:
    """The message of an exception, and why it is not raised in the notebook."""
    reason = _WHILE_GRADING.get(_NO_THREAD if _NO_THREAD in message else type_name)
    return f"{message}; {reason}" if reason else message


def said_of_cell(error: str) -> str:
    """What stopped a cell, in the language that is spoken: Python's words with our reason, or ours alone."""
    words, mark, reason = error.rpartition("; ")
    if mark and reason in _WHILE_GRADING.values():
        return f"{words}; {tr(reason)}"
    return tr(error) if error in _ENDINGS else error
