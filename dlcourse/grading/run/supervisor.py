"""Sees to it that no submission harms more than the process that judges it, which it replaces."""

import signal
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace

import msgspec

from dlcourse.course.errors import UserError
from dlcourse.course.language import marked, speaking, tr
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.run import judge_process
from dlcourse.grading.run.judge import Job, Report, asked_of
from dlcourse.grading.run.judge_process import OUT_OF_MEMORY, Done, Refused, Started
from dlcourse.grading.sandbox.limits import Limits

GAVE_UP = marked("The grader gave up on this answer: tell your instructor.")
_MARGIN = 60  # seconds for what is not waiting for the student's process: a box that starts, judging
_TIME = marked("Judging `{name}` cost more time than it may.")
_MEMORY = marked("Judging `{name}` cost more memory than it may.")
_CRASH = marked("Judging `{name}` cost its process with it ({code}).")
_KILLED = marked(
    "Judging `{name}` cost its process, which the system killed, as it does where memory is short."
)


class Ended(Exception):
    """The judge has ended, with this exit code, or by our hand, None, for its time was over.

    verdicts  {exercise: verdict}, those that it had noted
    """

    def __init__(self, code: int | None, verdicts: dict[str, Verdict]):
        super().__init__(code)
        self.code, self.verdicts = code, verdicts


class Supervisor:
    """One submission at a time, in a process of its own that is started on first use."""

    def __init__(self) -> None:
        self._judge: Started | None = None
        self._stopped = False

    def start(self) -> "Supervisor":
        self._started()
        return self

    def _started(self) -> Started:
        if self._judge is None:
            self._judge = judge_process.start()
        return self._judge

    def grade(self, job: Job, sandbox: str, limits: Limits) -> Report:
        """The report; where judging came to harm, what is known of it, and no points for the rest."""
        started = time.monotonic()
        task = judge_process.encode(judge_process.Task(job, sandbox, limits))
        try:
            try:
                done = self._judged(task, started + _deadline(job, limits))
            except Ended as ended:
                if ended.code != -signal.SIGKILL:
                    raise
                # not for what it did itself: once more
                done = self._judged(task, time.monotonic() + _deadline(job, limits))
            report = Report(done.verdicts, done.failures)
        except Ended as ended:
            report = given_up(job, ended.verdicts, ended.code)
        return replace(report, seconds=time.monotonic() - started)

    def stop(self) -> None:
        """From another thread: end what is under way, and never begin again."""
        self._stopped = True
        judge = self._judge
        if judge is not None:
            with suppress(ProcessLookupError):
                judge.process.kill()

    def close(self) -> None:
        """The judge ends with its wire, and closes its box."""
        if self._judge is not None:
            self._judge.close()
            self._judge.process.wait()
            self._judge = None

    def _judged(self, task: bytes, deadline: float) -> Done:
        """What came of it. Raises Ended."""
        judge = self._started()
        try:
            judge.give(task)
            in_time = judge.link.poll(max(0.0, deadline - time.monotonic()))
            message = judge_process.decode(judge.link.recv_bytes()) if in_time else None
        except (EOFError, ConnectionError, msgspec.MsgspecError) as error:
            raise Ended(*self._end(judge)) from error
        except BaseException:  # it must not answer the next question with the rest of this one
            self._end(judge)
            raise
        if message is None:
            raise Ended(None, self._end(judge)[1])
        if isinstance(message, Refused):
            self._end(judge)
            raise UserError(message.why) if message.for_the_user else OSError(message.why)
        if message.tired:
            self.close()
        return message

    def _end(self, judge: Started) -> tuple[int, dict[str, Verdict]]:
        """How it ended, if need be by our hand, and what it had noted."""
        self._judge = None
        with suppress(ProcessLookupError):
            judge.process.kill()
        code = judge.process.wait()
        verdicts = {verdict.exercise: verdict for verdict in judge.noted()}
        judge.close()
        if self._stopped:
            raise CancelledError
        return code, verdicts


def _deadline(job: Job, limits: Limits) -> float:
    return min(limits.wall_total, job.wall) + _MARGIN


def _cost(name: str, code: int | None) -> str:
    known = {None: _TIME, -signal.SIGPROF: _TIME, OUT_OF_MEMORY: _MEMORY, -signal.SIGKILL: _KILLED}
    return tr(known.get(code, _CRASH)).format(name=name, code=code)


def given_up(job: Job, verdicts: dict[str, Verdict], code: int | None) -> Report:
    """Verdicts that were reached, and for the others the one that says so."""
    asked = asked_of(job)
    at = next(name for name in asked if name not in verdicts)
    missing = tuple(name for name in job.exercises if name not in verdicts)
    with speaking(job.language):
        for name in missing:
            verdicts[name] = no_verdict(asked[name], _cost(at, code))
    return Report(tuple(verdicts[name] for name in job.exercises), (), given_up=missing)


def no_verdict(exercise, why: str) -> Verdict:
    return Verdict(exercise.name, exercise.lesson, "failed", 0, exercise.max_points, tr(GAVE_UP), why)
