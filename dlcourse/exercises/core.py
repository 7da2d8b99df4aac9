"""The exercise: its reference, its tests and its known mistakes, and the judgement they make together.

A lesson's module builds its exercises with three words, `Exercise`, `call` and the decorators of an exercise:

    relu = Exercise("relu", LESSON, rectifiers.relu, hint="np.maximum compares element by element.")

    @relu.test("keeps what is positive", points=1)
    def _(rng):
        yield call(rng.normal(size=(4, 5)))
        yield call(2.0)

    @relu.mistake("This is the absolute value: negative input must give 0.")
    def _(x):
        return np.abs(x)

**A test is data.** Its function gets `rng` (a fresh secret seed for each grading run, a fixed one in the notebook) and
yields calls; each is made to the reference and to the submitted function, and the two outcomes are compared. The points
are earned when every call of the test is right. Put the plainest test first: its first wrong call is the one shown.
Arguments may be numbers, arrays, text, lists, tuples, dicts with text keys, and functions. A function among them runs
on our side of the wire, so never pass one that gives the reference away.

    call(x, 0.1, slope=0.1)                      positional and keyword arguments, as a student would write them
    call("typo", 2, 3).raises(ValueError)        must raise this or a subclass of it
    call(x).within(1e-6)                         another tolerance than 1e-9 (1e-5 for float32 input)
    call(x).without_warnings()                   no RuntimeWarning, such as overflow
    call(f, x).traced()                          `f` must be called as the reference calls it: how often, in which order, with what
    call(order, 3).integers()                    3.0 will not do where 3 is due

**A mistake** is a wrong answer that students give, with the sentence that sets them right. It is tried only when a
submission fails, and is named when it explains every wrong call. The course's own tests prove that each is rejected
*and* named, so a mistake that no test can tell from the truth, or from another mistake, does not stay unnoticed. One
that fits in a line may be given as a lambda: `relu.mistake("…", lambda x: np.abs(x))`.
"""

import hashlib
import inspect
import sys
import zlib
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from dlcourse.exercises.calls import Call, Outcome, run_locally
from dlcourse.exercises.compare import (
    HALF_TOLERANCE,
    SINGLE_TOLERANCE,
    TOLERANCE,
    Complaint,
    Terms,
    complaint,
    same,
    short,
)
from dlcourse.exercises.verdict import TestResult, Verdict

ENGINE_VERSION = 1
NOTEBOOK_SEED = 2017
Run = Callable[[list[Call]], list[Outcome]]

_UNEXPLAINED = {"not started", "signature", "not callable", "stopped", "too slow", "died"}
_SELF_EXPLAINED = {"none", "type", "unsupported", "changed", "precision"}


class Case:
    """One call and the terms on which its outcome is judged."""

    def __init__(self, args: tuple, kwargs: dict):
        self.call = Call(args, kwargs)
        self.must_raise: type[Exception] | None = None
        self.terms = {}

    def raises(self, kind: type[Exception]) -> "Case":
        self.must_raise = kind
        return self

    def within(self, tolerance: float) -> "Case":
        self.terms["tolerance"] = tolerance
        return self

    def without_warnings(self) -> "Case":
        self.terms["no_warnings"] = True
        return self

    def traced(self) -> "Case":
        self.terms["traced"] = self.call.traced = True
        return self

    def integers(self) -> "Case":
        self.terms["integers"] = True
        return self


def call(*args, **kwargs) -> Case:
    """A call to compare with the reference; see this module for what can be asked of it."""
    return Case(args, kwargs)


class _Test:
    def __init__(self, description: str, points: int, cases: Callable):
        self.description, self.points, self._cases = description, points, cases

    def cases(self, seed: int) -> list[Case]:
        rng = np.random.default_rng([seed, zlib.crc32(self.description.encode())])
        cases = self._cases(rng)
        return [cases] if isinstance(cases, Case) else list(cases)


class _Batch:
    """All calls of an exercise for one seed, with what the reference makes of them."""

    def __init__(self, exercise: "Exercise", seed: int):
        self.cases = [(test, case) for test in exercise.tests for case in test.cases(seed)]
        self.calls = [case.call for _, case in self.cases]
        self.expected = _run_ours(exercise.reference, self.calls)
        self.terms = [exercise._terms(case) for _, case in self.cases]
        self._exercise = exercise
        for (test, case), outcome in zip(self.cases, self.expected, strict=True):
            _require(exercise, test, case, outcome)

    @cached_property
    def mistakes(self) -> list[tuple[str, list[Outcome]]]:
        return [(sentence, _run_ours(wrong, self.calls)) for sentence, wrong in self._exercise.mistakes]


def _run_ours(function, calls: list[Call]) -> list[Outcome]:
    with np.errstate(all="warn", under="ignore"):  # whatever a student's cell has made of np.seterr
        return run_locally(function, calls)


def _require(exercise, test, case, outcome: Outcome) -> None:
    due = ("raised", case.must_raise.__name__) if case.must_raise else ("returned", "")
    if (outcome.kind, outcome.type) != due or outcome.changed:
        raise AssertionError(f"{exercise.name}: the reference fails “{test.description}”: {outcome}")


class Exercise:
    """One function to write. `judge` says what a submitted one is worth.

    name       the function's, by which it is found in a notebook
    lesson     stem of the lesson, such as "03_activations"
    reference  the right answer, a function of the same arguments
    hint       said where it fails and no known mistake explains why
    parts      names of the results where there are several, such as ("params", "velocity")
    """

    def __init__(
        self,
        name: str,
        lesson: str,
        reference: Callable,
        hint: str,
        parts: Iterable[str] = (),
        tolerance: float | None = None,
    ):
        self.name, self.lesson, self.reference, self.hint = name, lesson, reference, hint
        self.parts, self.tolerance = tuple(parts), tolerance
        self.tests: list[_Test] = []
        self.mistakes: list[tuple[str, Callable]] = []
        self._module = sys._getframe(1).f_globals.get("__file__")
        self._batch = lru_cache(maxsize=8)(lambda seed: _Batch(self, seed))

    def __repr__(self):
        return f"<Exercise {self.lesson}/{self.name}>"

    def test(self, description: str, points: int, cases: Callable | None = None):
        """Add a test: a function of `rng` that yields (or returns) calls. Also a decorator."""
        return self._add(cases, lambda function: self.tests.append(_Test(description, points, function)))

    def mistake(self, sentence: str, wrong: Callable | None = None):
        """Add a wrong answer that students give and the sentence that sets them right. Also a decorator."""
        return self._add(wrong, lambda function: self.mistakes.append((sentence, function)))

    def _add(self, function, add):
        if function is not None:
            return add(function)
        return lambda function: add(function) or function

    @property
    def max_points(self) -> int:
        return sum(test.points for test in self.tests)

    @cached_property
    def signature(self) -> str:
        """As a student's first line has it: `leaky_relu(x, slope=0.01)`."""
        parameters = inspect.signature(self.reference).parameters.values()
        bare = [p.replace(annotation=inspect.Parameter.empty) for p in parameters]
        return f"{self.name}{inspect.Signature(bare)}"

    @cached_property
    def version(self) -> str:
        """Hash of all that judges: the engine, this exercise's module and its reference's."""
        files = {self._module, inspect.getsourcefile(inspect.unwrap(self.reference))} - {None}
        sources = [Path(file).read_bytes() for file in sorted(files, key=lambda file: Path(file).name)]
        parts = [str(ENGINE_VERSION).encode(), self.name.encode(), *sources]
        return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]

    def calls(self, seed: int = NOTEBOOK_SEED) -> list[Call]:
        """What `judge` will ask of the function."""
        return self._batch(seed).calls

    def judge(self, run: Run, seed: int = NOTEBOOK_SEED) -> Verdict:
        """The verdict on the function that `run` calls: `run(calls)` gives one outcome a call."""
        batch = self._batch(seed)
        outcomes = run(batch.calls)
        if all(outcome.kind == "not started" for outcome in outcomes):
            return self._verdict(
                "not attempted", "Not attempted yet: replace `raise NotImplementedError` by your code."
            )
        with np.errstate(all="ignore"):
            wrong = [complaint(*case) for case in zip(batch.expected, outcomes, batch.terms, strict=True)]
            results = self._results(batch, wrong)
            points = sum(result.points for result in results)
            if not any(wrong):
                return self._verdict("passed", f"All {len(results)} tests pass.", results)
            message, mistake = self._explain(batch, outcomes, wrong)
        return self._verdict("partial" if points else "failed", message, results, mistake)

    def missing(self) -> Verdict:
        """The verdict where no such function was handed in."""
        return self._verdict(
            "missing", f"No function `{self.name}` was found: its cell must define `def {self.signature}:`."
        )

    def _verdict(self, status, message, results=(), mistake=None) -> Verdict:
        results = results or [TestResult(test.description, 0, test.points, "") for test in self.tests]
        points = sum(result.points for result in results)
        return Verdict(
            self.name, self.lesson, status, points, self.max_points, message, mistake, tuple(results)
        )

    def _results(self, batch: _Batch, wrong: list[Complaint | None]) -> list[TestResult]:
        texts = {test: "" for test in self.tests}
        for (test, case), problem in zip(batch.cases, wrong, strict=True):
            if problem and not texts[test]:
                texts[test] = self._sentence(case, problem)
        return [
            TestResult(t.description, 0 if text else t.points, t.points, text) for t, text in texts.items()
        ]

    def _sentence(self, case: Case, problem: Complaint) -> str:
        if problem.kind in ("signature", "not callable"):
            return f"`{self.name}` {problem.text}. Its first line must be `def {self.signature}:`."
        return f"{self._shown(case)} {problem.text}."

    def _explain(self, batch, outcomes, wrong) -> tuple[str, str | None]:
        first = next(i for i, problem in enumerate(wrong) if problem)
        sentence = self._sentence(batch.cases[first][1], wrong[first])
        if wrong[first].kind in _UNEXPLAINED:
            return sentence, None
        mistake = self._likely(batch, outcomes, wrong)
        if mistake:
            return f"{sentence} Likely cause: {mistake}", mistake
        return sentence if wrong[first].kind in _SELF_EXPLAINED else f"{sentence} Hint: {self.hint}", None

    def _likely(self, batch, outcomes, wrong) -> str | None:
        """The mistake that explains every wrong call and the most calls in all."""
        best, most = None, -1
        for sentence, made in batch.mistakes:
            alike = [same(*case) for case in zip(made, outcomes, batch.terms, strict=True)]
            if sum(alike) > most and all(a for a, problem in zip(alike, wrong, strict=True) if problem):
                best, most = sentence, sum(alike)
        return best

    def _bound(self, case: Case) -> tuple[list, dict]:
        args, kwargs = case.call.arguments
        names = list(inspect.signature(self.reference).parameters)
        names += [f"argument {i + 1}" for i in range(len(names), len(args))]
        return list(zip(names, args, strict=False)), kwargs

    def _terms(self, case: Case) -> Terms:
        args, kwargs = self._bound(case)
        values = [value for _, value in args] + list(kwargs.values())
        terms = {"tolerance": self.tolerance or _tolerance(values), "parts": self.parts} | case.terms
        return Terms(names=tuple(name for name, _ in args), same_shape=values[0] if values else None, **terms)

    def _shown(self, case: Case) -> str:
        args, kwargs = self._bound(case)
        texts = [short(value, name) for name, value in args]
        texts += [f"{name}={short(value, name)}" for name, value in kwargs.items()]
        return f"{self.name}({', '.join(texts)})"


def _tolerance(values) -> float:
    return max(map(_tolerance_of, values), default=TOLERANCE)


def _tolerance_of(value) -> float:
    if type(value) in (list, tuple):
        return _tolerance(value)
    if type(value) is dict:
        return _tolerance(value.values())
    name = value.dtype.name if isinstance(value, np.ndarray | np.generic) else ""
    return {"float32": SINGLE_TOLERANCE, "float16": HALF_TOLERANCE}.get(name, TOLERANCE)
