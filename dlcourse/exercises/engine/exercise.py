"""The exercise: its reference, its tests and its known mistakes, and the judgement they make together.

A lesson's module says all of it in three words, `Exercise`, `call` and `QUIZ`:

    relu = Exercise("relu", LESSON, rectifiers.relu, hint="np.maximum compares entry by entry.")

    @relu.test("keeps what is positive and cuts the rest to 0", points=1)
    def _(rng):
        yield call(rng.normal(size=3).round(1))
        yield call(rng.normal(size=(4, 5)))

    relu.mistake("This is the absolute value: negative input must give 0.", lambda x: np.abs(x))

    @relu.mistake("`x[x < 0] = 0` writes into the caller's array: make a copy first.")
    def _(x):
        x[x < 0] = 0
        return x

**A test is data.** Its function takes `rng` (a fresh secret seed for each grading run, a fixed one in the
notebook) and yields calls, or returns one. Each is made to the reference and to the submitted function, and
the two outcomes are compared; the points are earned when all are alike. The first wrong call of the first
failing test is the one that is shown, so put the plainest first, with numbers that a student can retype.

    call(x, 0.1, slope=0.1)                  arguments as a student would write them
    call("typo", 2, 3).raises(ValueError)    this, or a subclass of it, must be raised
    call(x).within(1e-6)                     in place of 1e-9, or 1e-5 where an argument is float32
    call(x).without_warnings()               no warning of an overflow
    call(f, x).traced()                      `f` must be given what the reference gives it, in that order
    call(order, 3).integers()                3.0 will not do where 3 is due

Arguments are numbers, arrays, text, lists, tuples, dicts with text keys, and functions; a single number as
input is np.array(0.5). A function among them runs on our side: it must not give the reference away.

**A mistake** is a wrong answer that students give, with the sentence that sets them right. It runs only when
a submission fails, and is named where it explains the wrong calls of the first failing test, no right call
speaks against it, and another test does so only where what it explains is plain; else diagnosis/ says what
the results show. The course's own tests prove that each is rejected *and* named: one that no test tells from
the truth, or from another, is found there. So is an exercise for which tests/exercises/unusual_<topic>.py
does not hold three right answers in other words.
"""

import inspect
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from dlcourse.course.language import marked, phrase, said, tr
from dlcourse.exercises.engine import source_facts
from dlcourse.exercises.engine.calls import Call, Function, Outcome, encode_value, unheard
from dlcourse.exercises.engine.comparison import TOLERANCES, Complaint, Terms, agree, complaint
from dlcourse.exercises.engine.diagnosis.diagnostician import Answer, Diagnosis, Diagnostician, Known
from dlcourse.exercises.engine.diagnosis.families import Family
from dlcourse.exercises.engine.kinds import in_kind, of_another_kind
from dlcourse.exercises.engine.verdict import TestResult, Verdict
from dlcourse.exercises.engine.version import version
from dlcourse.exercises.engine.wording import joined, short

NOTEBOOK_SEED = 2017
Run = Callable[[list[Call]], list[Outcome]]
Read = Callable[[], Iterable[str]]
Cases = Callable[[np.random.Generator], "Case | Iterable[Case]"]  # what a test is written as
Given = tuple[tuple[Any, ...], dict[str, Any]]  # args and kwargs of a call
_F = TypeVar("_F", bound=Function)

# What is wrong needs no hint at how the function is to be written.
_SAYS_ALL = {
    "none",
    "type",
    "unsupported",
    "changed",
    "precision",
    "not started",
    "signature",
    "not callable",
}
_SAYS_ALL |= {"stopped", "too slow", "died"}


_STILL_RAISES = marked(
    "`raise NotImplementedError` is still there, after lines of your own, and ends every call."
)


class Case:
    """One call, and the terms on which its outcome is judged."""

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]):
        self.call, self.error = Call(args, kwargs), ""
        self.terms: dict[str, Any] = {}

    def raises(self, kind: type[Exception]) -> "Case":
        self.error = kind.__name__
        return self

    def within(self, tolerance: float) -> "Case":
        return self._on(tolerance=tolerance)

    def without_warnings(self) -> "Case":
        return self._on(no_warnings=True)

    def traced(self) -> "Case":
        self.call.traced = True
        return self._on(traced=True)

    def integers(self) -> "Case":
        return self._on(integers=True)

    def _on(self, **terms: Any) -> "Case":
        self.terms |= terms
        return self


def call(*args: Any, **kwargs: Any) -> Case:
    """A call to compare with the reference; this module says what more can be asked of it."""
    return Case(args, kwargs)


class Test:
    """A promise of an exercise and what it is worth: a function from a generator to calls."""

    __test__ = False  # not one of pytest's

    def __init__(self, description: str, points: int, cases: Cases):
        self.description, self.points, self._cases = description, points, cases
        self.module = cases.__module__

    def cases(self, seed: int) -> list[Case]:
        cases = self._cases(np.random.default_rng([seed, zlib.crc32(self.description.encode())]))
        return [cases] if isinstance(cases, Case) else list(cases)


class Exercise:
    """One function to write. `judge` says what a submitted one is worth.

    Args:
        name: of the function.
        lesson: stem of the lesson, such as "03_activations".
        reference: the right answer, a function with the parameters that the student's must have.
        hint: said where it fails and no known mistake explains why.
        parts: names of the results where there are several, such as ("params", "velocity").
        builds_on: earlier exercises that an answer may call; where one of them is not right, grading lends
            the reference in its place, as `check` does in the notebook.
    """

    def __init__(
        self,
        name: str,
        lesson: str,
        reference: Function,
        hint: str,
        parts: Iterable[str] = (),
        builds_on: Iterable["Exercise"] = (),
    ):
        self.name, self.lesson, self.reference, self.hint = name, lesson, reference, hint
        self.parts, self.builds_on = tuple(parts), tuple(builds_on)
        self.tests: list[Test] = []
        self.mistakes: list[tuple[str, Function]] = []
        self.families: list[Family] = []
        self.formulas: list[Function] = []
        self.cpu_limit, self.seconds_in_notebook = 0, 0.0  # limits of its own; 0: those of all
        self._batch = lru_cache(maxsize=32)(lambda seed: Batch(self, seed))

    def __repr__(self) -> str:
        return f"<Exercise {self.lesson}/{self.name}>"

    def test(self, description: str, points: int, cases: Cases | None = None) -> Any:
        """Add a test, a function of `rng` that gives calls: as an argument, or by decoration."""
        return _added(cases, lambda function: self.tests.append(Test(description, points, function)))

    def mistake(
        self, sentence: str, wrong: Function | None = None, parameter: Sequence[float] | None = None
    ) -> Any:
        """Add a wrong answer that students give, and the sentence that sets them right.

        Args:
            sentence: what is said; {parameter} in it becomes the number that was fitted.
            wrong: the answer; by decoration, if not given.
            parameter: values, in order, of a number that `wrong` takes as `parameter` and students choose as
                they like; it is fitted, also between the values.
        """
        if parameter is None:
            return _added(wrong, lambda function: self.mistakes.append((sentence, function)))
        return _added(wrong, lambda function: self.families.append(Family(sentence, function, parameter)))

    def formula(self, written: Function) -> Function:
        """Add the formula as the lesson writes it, a plain `def`; it may fail where formulas overflow."""
        self.formulas.append(written)
        return written

    @cached_property
    def foundations(self) -> dict[str, "Exercise"]:
        """All that it builds on and that these build on, by name, in order."""
        below = [each for base in self.builds_on for each in (*base.foundations.values(), base)]
        return {each.name: each for each in below}

    @property
    def written_in(self) -> str:
        """The module of its tests, which are written where their exercise is."""
        return self.tests[0].module

    @property
    def max_points(self) -> int:
        return sum(test.points for test in self.tests)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of the parameters."""
        return tuple(inspect.signature(self.reference).parameters)

    @cached_property
    def signature(self) -> str:
        """As the first line of a student has it, such as `leaky_relu(x, slope=0.01)`."""
        parameters = inspect.signature(self.reference).parameters.values()
        return f"{self.name}{inspect.Signature([p.replace(annotation=p.empty) for p in parameters])}"

    @cached_property
    def version(self) -> str:
        """Changes with the code that judges it, and with nothing else (version.py says what that is)."""
        module = sys.modules[self.written_in]
        name = next((name for name, value in vars(module).items() if value is self), self.name)
        return version(Path(module.__file__ or ""), name)

    def sentences(self) -> Iterator[tuple[str, str]]:
        """All that it says of its own, each with its kind: for translators."""
        yield "hint", self.hint
        yield from (("test", description) for description in self._descriptions())
        yield from (("known mistake", sentence) for sentence, _ in self.mistakes)
        yield from (("known mistake with a number", family.sentence) for family in self.families)

    def _descriptions(self) -> list[str]:
        return [test.description for test in self.tests]

    def calls(self, seed: int = NOTEBOOK_SEED) -> list[Call]:
        """What `judge` asks of a submitted function, the same list each time."""
        return self._batch(seed).calls

    def forget(self) -> None:
        """Let go of what has been made for seeds: it is large, and serves none but the same seeds."""
        self._batch.cache_clear()

    def judge(self, run: Run, seed: int = NOTEBOOK_SEED, read: Read = list) -> Verdict:
        """The verdict on the function that `run` calls: `run(calls)` gives one outcome a call.

        read  gives what the function's source shows: it is asked where nothing else explains the results
        """
        batch = self._batch(seed)
        outcomes = run(batch.calls)
        if all(outcome.kind == "not started" for outcome in outcomes):
            return self._not_started(outcomes)
        wrong = batch.complaints(outcomes)
        results = self._results(batch, wrong)
        points = sum(result.points for result in results)
        if not any(wrong):
            text = tr("All {number} tests pass.").format(number=len(results))
            passed = self._verdict("passed", points, text, results=results)
            return replace(passed, another_kind=batch.of_another_kind(outcomes))
        problem = next(result.problem for result in results if result.problem)
        found = batch.diagnosis(outcomes, wrong, read)
        advice = self._advice(next(filter(None, wrong)).kind, found)
        mistake = str(found.sentence) if found else None
        return self._verdict("partial" if points else "failed", points, problem, advice, mistake, results)

    def in_kind(self, function: Function) -> Function:
        """A right answer whose results come in the kinds in which the reference returns them."""
        expected = self._batch(NOTEBOOK_SEED).expected
        return in_kind(function, [outcome.value for outcome in expected if outcome.kind == "returned"])

    def missing(self) -> Verdict:
        """The verdict where no such function was handed in."""
        advice = tr("Its cell must run, and define `def {signature}:`.").format(signature=self.signature)
        return self._nothing("missing", tr("There is no function `{name}`.").format(name=self.name), advice)

    def refused(self, problem: str, advice: str) -> Verdict:
        """The verdict on one that cannot be graded, whatever it gives."""
        return self._nothing("failed", problem, advice)

    def _not_started(self, outcomes: list[Outcome]) -> Verdict:
        if all(outcome.message for outcome in outcomes):
            return self.refused(tr(_STILL_RAISES), tr("Delete that line once the function is written."))
        advice = tr("Write it in place of `raise NotImplementedError`.")
        if all(outcome.type for outcome in outcomes):
            advice = tr("It gives nothing back yet: compute the result, and `return` it.")
        return self._nothing("not attempted", tr("Not attempted yet."), advice)

    def _nothing(self, status: str, problem: str, advice: str) -> Verdict:
        return self._verdict(status, 0, problem, advice, results=self._no_results(problem))

    def _no_results(self, problem: str) -> list[TestResult]:
        return [TestResult(tr(test.description), 0, test.points, problem) for test in self.tests]

    def _verdict(
        self,
        status: str,
        points: int,
        problem: str,
        advice: str = "",
        mistake: str | None = None,
        results: Iterable[TestResult] = (),
        share: float | None = None,
    ) -> Verdict:
        about = self.name, self.lesson, status, points, self.max_points, problem, advice, mistake
        return Verdict(*about, tuple(results), share=share)

    def _results(self, batch: "Batch", wrong: list[Complaint | None]) -> list[TestResult]:
        problems = dict.fromkeys(self.tests, "")
        for test, case, problem in zip(batch.tests, batch.cases, wrong, strict=True):
            if problem and not problems[test]:
                problems[test] = self._sentence(case, problem)
        return [
            TestResult(tr(t.description), 0 if text else t.points, t.points, text)
            for t, text in problems.items()
        ]

    def _sentence(self, case: Case, problem: Complaint) -> str:
        if problem.kind in ("signature", "not callable"):
            return self._not_as_asked(problem)
        told = {"call": self.shown(case.call), "said": tr(problem.text)}
        if problem.text.endswith(("?", ".")):
            return tr("`{call}` {said}").format(**told)
        return tr("`{call}` {said}.").format(**told)

    def _not_as_asked(self, problem: Complaint) -> str:
        """Of what cannot be called as the exercise asks."""
        return tr("`{name}` {said}. Its first line must be `def {signature}:`.").format(
            name=self.name, said=tr(problem.text), signature=self.signature
        )

    def _advice(self, kind: str, found: Diagnosis | None) -> str:
        if found and found.known:
            return tr("Likely cause: {sentence}").format(sentence=tr(found.sentence))
        hint = "" if kind in _SAYS_ALL else tr("Hint: {hint}").format(hint=tr(self.hint))
        return " ".join(filter(None, (tr(found.sentence) if found else "", hint)))

    def shown(self, call: Call) -> str:
        """The call as one would type it, long arrays aside, in the language that is spoken."""
        args, kwargs = call.arguments
        texts = [short(arg, name) for name, arg in zip(self.names, args, strict=False)]
        texts += [joined(f"{name}=", [short(value, name)]) for name, value in kwargs.items()]
        return said(joined(f"{self.name}(", texts, ")"))


def _added(function: _F | None, add: Callable[[_F], None]) -> Any:
    """Add now where the function is given, else as a decorator does."""

    def added(function: _F) -> _F:
        add(function)
        return function

    return added if function is None else added(function)


class Batch:
    """All calls of an exercise for one seed; once it is asked for, what the reference makes of them, and what
    each mistake does.
    """

    def __init__(self, exercise: Exercise, seed: int):
        self._exercise = exercise
        pairs = [(test, case) for test in exercise.tests for case in test.cases(seed)]
        self._twice = next((i for i, (_, case) in enumerate(pairs) if _takes_floats(case.call)), 0)
        pairs.append(pairs[self._twice])  # what is kept between calls shows
        self.tests, self.cases = [test for test, _ in pairs], [case for _, case in pairs]
        self.calls = [case.call for case in self.cases]

    @cached_property
    def _given(self) -> list[Given]:
        return [call.looked_at for call in self.calls[:-1]]

    @cached_property
    def expected(self) -> list[Outcome]:
        with np.errstate(all="ignore"):
            found = list(map(self._expected, self.calls[:-1], self._given))
        for case, outcome in zip(self.cases[:-1], found, strict=True):
            if (outcome.kind, outcome.type) != (("raised", case.error) if case.error else ("returned", "")):
                raise AssertionError(
                    f"the reference itself fails {self._exercise.shown(case.call)}: {outcome}"
                )
        return [*found, found[self._twice]]

    @cached_property
    def terms(self) -> list[Terms]:
        found = list(map(self._terms, self.cases[:-1], self._given))
        return [*found, found[self._twice]]

    def _expected(self, call: Call, given: Given) -> Outcome:
        """What the reference makes of a call: it changes no argument, and prints nothing."""
        trace: list[Any] = []
        args, kwargs = call.overheard(trace) if call.callables else given
        try:
            value = self._exercise.reference(*args, **kwargs)
            return Outcome("returned", value, trace=tuple(trace if call.traced else ()))
        except Exception as error:
            return Outcome("raised", type=type(error).__name__)

    def _terms(self, case: Case, given: Given) -> Terms:
        args, kwargs = given
        terms = {"tolerance": _tolerance([*args, *kwargs.values()])} | case.terms
        first = args[0] if args else None
        return Terms(names=self._exercise.names, parts=self._exercise.parts, first=first, **terms)

    def complaints(self, outcomes: list[Outcome]) -> list[Complaint | None]:
        with np.errstate(all="ignore"):
            return [complaint(*each) for each in zip(self.expected, outcomes, self.terms, strict=True)]

    def of_another_kind(self, outcomes: list[Outcome]) -> bool:
        pairs = zip(self.expected, outcomes, strict=True)
        return any(of_another_kind(due.value, got.value) for due, got in pairs if due.kind == "returned")

    def diagnosis(
        self, outcomes: list[Outcome], wrong: list[Complaint | None], read: Read
    ) -> Diagnosis | None:
        """Why the first failing test fails, where that can be told."""
        found = None
        if any(wrong[:-1]):
            with unheard():
                found = self._diagnostician.diagnose(Answer(outcomes[:-1], wrong[:-1]), self.tests[:-1], read)
        if self._is_steady(outcomes) or (found and found.known):
            return found
        return found if source_facts.RANDOM in read() else _UNSTEADY

    def _is_steady(self, outcomes: list[Outcome]) -> bool:
        """Whether the call that is made twice gives the same both times, where it gives a result."""
        first, again = outcomes[self._twice], outcomes[-1]
        if (first.kind, again.kind) != ("returned", "returned"):
            return True
        with np.errstate(all="ignore"):
            alike = agree(first.value, again.value, self.terms[-1])
        return alike or encode_value(first.value) == encode_value(again.value)

    @cached_property
    def _diagnostician(self) -> Diagnostician:
        e = self._exercise
        known = Known(e.reference, e.mistakes, e.families, e.formulas, e.parts)
        return Diagnostician(known, self.calls[:-1], self.expected[:-1], self.terms[:-1])


_UNSTEADY = Diagnosis(
    phrase(
        "Called twice with the same arguments, your function gives two results: "
        "it keeps something between calls, draws at random, or hands back entries that it never filled."
    ),
    known=False,
)


def _takes_floats(call: Call) -> bool:
    args, _ = call.looked_at
    return any(map(_is_of_floats, args))


def _is_of_floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind == "f"


_BY_DTYPE = {np.dtype(name): tolerance for name, tolerance in TOLERANCES.items()}


def _tolerance(values: Iterable[Any]) -> float:
    """By the coarsest dtype among them."""
    coarsest = TOLERANCES["float64"]
    for value in values:
        if isinstance(value, np.ndarray | np.generic):
            coarsest = max(coarsest, _BY_DTYPE.get(value.dtype, 0.0))
        elif isinstance(value, list | tuple | dict):
            coarsest = max(coarsest, _tolerance(value.values() if isinstance(value, dict) else value))
    return coarsest
