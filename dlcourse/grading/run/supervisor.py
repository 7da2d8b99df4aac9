"""Sees to it that no submission harms more than the process that judges it, which it replaces."""

import signal
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec

from dlcourse.course.errors import UserError
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.grading.run import judge_process
from dlcourse.grading.run.judge import Job, Report, asked_of
from dlcourse.grading.run.judge_process import OUT_OF_MEMORY, Done, Judged, Refused
from dlcourse.grading.sandbox.limits import Limits

GAVE_UP = "The grader gave up on this answer: tell your instructor."
_MARGIN = 60  # seconds for what is not waiting for the student's process: a box that starts, judging
_TIME, _MEMORY, _CRASH = "more time than it may", "more memory than it may", "its process with it"
_KILLED = "its process, which the system killed, as it does where memory is short"


class Overrun(Exception):
    """The deadline has passed."""


class Ended(Exception):
    """The judge has ended, with this exit code."""

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class Supervisor:
    """One submission at a time, in a process of its own that is started on first use."""

    def __init__(self) -> None:
        self._process: Any = None
        self._link: Any = None  # both of one judge, or none
        self._stopped = False

    def start(self) -> "Supervisor":
        if self._process is None:
            self._process, self._link = judge_process.start()
        return self

    def grade(self, job: Job, sandbox: str, limits: Limits) -> Report:
        """The report; where judging came to harm, what is known of it, and no points for the rest."""
        started = time.monotonic()
        verdicts: dict[str, Verdict] = {}
        task = judge_process.encode(judge_process.Task(job, sandbox, limits))
        try:
            try:
                failures = self._judged(task, verdicts, started + _deadline(job, limits))
            except Ended as ended:
                if ended.code != -signal.SIGKILL:
                    raise
                # not for what it did itself: once more
                failures = self._judged(task, verdicts, time.monotonic() + _deadline(job, limits))
            report = Report(tuple(verdicts[name] for name in job.exercises), failures)
        except Overrun:
            report = given_up(job, verdicts, _TIME)
        except Ended as ended:
            report = given_up(job, verdicts, _cost(ended.code))
        return replace(report, seconds=time.monotonic() - started)

    def stop(self) -> None:
        """From another thread: end what is under way, and never begin again."""
        self._stopped = True
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    def close(self) -> None:
        """The judge ends with its wire, and closes its box."""
        if self._process is not None:
            self._link.close()
            self._process.wait()
            self._process = None

    def _judged(self, task: bytes, verdicts: dict[str, Verdict], deadline: float) -> tuple:
        """The cells that failed, once all verdicts are there. Raises Overrun or Ended."""
        self.start()
        try:
            self._link.send_bytes(task)
            while True:
                message = self._receive(deadline)
                if isinstance(message, Judged):
                    verdicts[message.verdict.exercise] = message.verdict
                elif isinstance(message, Refused):
                    raise UserError(message.why) if message.for_the_user else OSError(message.why)
                else:
                    if message.tired:
                        self.close()
                    return message.failures
        except (EOFError, ConnectionError, msgspec.MsgspecError) as error:
            raise Ended(self._end()) from error
        except BaseException:  # it must not answer the next question with the rest of this one
            self._end()
            raise

    def _receive(self, deadline: float) -> Judged | Done | Refused:
        if not self._link.poll(max(0.0, deadline - time.monotonic())):
            raise Overrun
        return judge_process.decode(self._link.recv_bytes())

    def _end(self) -> int:
        """How it ended, if need be by our hand."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._link.close()
        code, self._process = self._process.wait(), None
        if self._stopped:
            raise CancelledError
        return code


def _deadline(job: Job, limits: Limits) -> float:
    return min(limits.wall_total, job.wall) + _MARGIN


def _cost(code: int) -> str:
    known = {-signal.SIGPROF: _TIME, OUT_OF_MEMORY: _MEMORY, -signal.SIGKILL: _KILLED}
    return known.get(code, f"{_CRASH} ({code})")


def given_up(job: Job, verdicts: dict[str, Verdict], cost: str) -> Report:
    """Verdicts that were reached, and for the others the one that says so."""
    asked = asked_of(job)
    at = next(name for name in asked if name not in verdicts)
    missing = tuple(name for name in job.exercises if name not in verdicts)
    for name in missing:
        verdicts[name] = no_verdict(asked[name], f"Judging `{at}` cost {cost}.")
    return Report(tuple(verdicts[name] for name in job.exercises), (), given_up=missing)


def no_verdict(exercise, why: str) -> Verdict:
    return Verdict(exercise.name, exercise.lesson, "failed", 0, exercise.max_points, GAVE_UP, why)
