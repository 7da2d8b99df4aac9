"""An exercise that is scored rather than compared: the share of its answers that is right earns the points.

A lesson's module says what is drawn, which share is worth points, and why recipes fall short:

    train_and_predict = Competition(
        "train_and_predict", LESSON, recipes.best, hint="…", draw=draw, trials=trials, seconds=10
    )
    train_and_predict.threshold("as a softmax regression does", points=2, share=0.2)

    @train_and_predict.shortfall("Only the first rows are learnt from.", lambda seen: …)
    def _(x, labels, x_new, seed): …

**One call is scored.** `draw(rng)` gives a Task: the arguments of the call, and for each row of the result
the class that is right, or −1 where a row does not count. What is right stays on this side: a submitted
function is sent its arguments and nothing else, so there is nothing to be found by reading and nothing to
forge.

**CPU time decides, with a margin.** The text names `seconds`; when graded, a function is ended after MARGIN
times that, so that a slow machine takes no points from who keeps to what the text says. In the notebook the
time is measured and told, and nothing is ended but what runs PATIENCE times as long.

**Why points are missing** is asked of further calls, `trials(task, rng)`, made only then: the same rows in
another order, say, or scaled otherwise; the cheap ones first, for they share the time of one. A shortfall is
a sentence, a recipe that falls short for that reason, and what the results must show for the sentence to be
said: the first that holds is. The course's tests prove that each recipe gets its own sentence and that good
ones get none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlcourse.course.language import phrase, tr
from dlcourse.exercises.engine.calls import Call, Function, Outcome
from dlcourse.exercises.engine.comparison import Complaint, Terms, complaint
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED, Exercise, Read, Run
from dlcourse.exercises.engine.verdict import TestResult, Verdict

MARGIN = 3  # a processor from ten years ago is two to three times as slow as one of today
MEMORY = 1 << 30  # bytes of address space that a submission has when it is graded
PATIENCE = 10  # in the notebook, by the clock
NOT_COUNTED = -1
Classes = NDArray[np.int64]
_SCORED = {"value", "precision", "changed", "warned"}  # complaints about what is right or wrong, row by row


@dataclass(frozen=True)
class Task:
    """Arguments, and for each row of the result the class that is right, or NOT_COUNTED.

    classes  how many there are: 0 … classes − 1
    known    the right classes of the rows that do not count, since their labels are among the arguments
    """

    arguments: tuple[Any, ...]
    right: Classes
    classes: int
    known: Classes = field(default_factory=lambda: np.array([], np.int64))

    @property
    def counted(self) -> NDArray[np.bool_]:
        counted: NDArray[np.bool_] = self.right != NOT_COUNTED
        return counted


@dataclass(frozen=True)
class Threshold:
    """A share of right answers, and the points for reaching it."""

    description: str
    points: int
    share: float
    module: str


@dataclass(frozen=True)
class Seen:
    """What is known of a recipe that falls short.

    share      of the rows that count
    on_known   of the rows whose labels it was given
    predicted  for the rows that count, and
    right      what it should have been
    trials     by name, what the further calls gave, of those that gave classes
    shares     by name, how much of that is right
    known      by name, the same of the rows whose labels the trial was given, where there are any
    """

    share: float
    on_known: float
    predicted: Classes
    right: Classes
    trials: Mapping[str, Classes]
    shares: Mapping[str, float]
    known: Mapping[str, float]


Draw = Callable[[np.random.Generator], Task]
Trials = Callable[[Task, np.random.Generator], Mapping[str, Task]]
Shows = Callable[[Seen], bool]


class Competition(Exercise):
    """One function to write, whose predictions are scored.

    draw     makes the task from a generator
    trials   makes further tasks of it, by name, that show why points are missing
    seconds  of CPU time that the lesson's text allows
    """

    def __init__(
        self,
        name: str,
        lesson: str,
        reference: Function,
        hint: str,
        draw: Draw,
        trials: Trials,
        seconds: int,
    ):
        super().__init__(name, lesson, reference, hint)
        self.seconds, self.cpu_limit = seconds, MARGIN * seconds
        self.seconds_in_notebook = float(PATIENCE * seconds)
        self.thresholds: list[Threshold] = []
        self._causes: list[tuple[str, Shows]] = []
        self._asides: list[tuple[str, Shows]] = []
        self._draw, self._trials = draw, trials
        self._drawn = lru_cache(maxsize=2)(lambda seed: _Drawn(draw(_generator(seed))))

    def threshold(self, description: str, points: int, share: float) -> None:
        """Add a share that earns points; in rising order."""
        self.thresholds.append(Threshold(description, points, share, self._draw.__module__))

    def shortfall(self, sentence: str, shows: Shows, aside: bool = False) -> Callable[[Function], Function]:
        """Add a recipe that falls short, why, and what the results must show for that to be said.

        aside  whether it is a fault that costs no points: it is said after the cause, or the hint
        """

        def add(recipe: Function) -> Function:
            self.mistakes.append((sentence, recipe))
            (self._asides if aside else self._causes).append((sentence, shows))
            return recipe

        return add

    @property
    def max_points(self) -> int:
        return sum(threshold.points for threshold in self.thresholds)

    @property
    def written_in(self) -> str:
        return self._draw.__module__

    def _descriptions(self) -> list[str]:
        return [threshold.description for threshold in self.thresholds]

    def task(self, seed: int = NOTEBOOK_SEED) -> Task:
        """What is asked, and what is right."""
        return self._drawn(seed).task

    def calls(self, seed: int = NOTEBOOK_SEED) -> list[Call]:
        """The call that is scored."""
        return [self._drawn(seed).call]

    def judge(self, run: Run, seed: int = NOTEBOOK_SEED, read: Read = list) -> Verdict:
        """The verdict on the function that `run` calls, by the share that it gets right."""
        task, (outcome,) = self.task(seed), run(self.calls(seed))
        if outcome.kind == "not started":
            return self._not_started([outcome])
        problem = self._unusable(task, outcome)
        if problem:
            return self.refused(problem, self._way_out(task, outcome))
        predicted = np.asarray(outcome.value)
        share = _share(predicted, task)
        verdict = self._scored(share)
        if verdict.status == "passed":
            return replace(verdict, advice=tr("{share} right.").format(share=_percent(share)))
        seen = self._seen(run, seed, share, predicted)
        cause, aside = _first(self._causes, seen), _first(self._asides, seen)
        return replace(verdict, advice=self._why(seen, cause, aside), mistake=cause or aside)

    def _why(self, seen: Seen, cause: str | None, aside: str | None) -> str:
        """What is known of a recipe that falls short, in the language that is spoken."""
        known = tr("Of the rows that it learnt from, {share} are right.")
        if cause:
            advice = tr("Likely cause: {sentence}").format(sentence=tr(cause))
        else:
            advice = tr("Hint: {hint}").format(hint=tr(self.hint))
        told = known.format(share=_percent(seen.on_known)), advice, tr(aside or "")
        return " ".join(filter(None, told))

    def in_kind(self, function: Function) -> Function:
        return function

    def _no_results(self, problem: str) -> list[TestResult]:
        return [TestResult(tr(t.description), 0, t.points, problem) for t in self.thresholds]

    def _unusable(self, task: Task, outcome: Outcome) -> str:
        """Why what was returned cannot be scored; nothing where it can be."""
        if outcome.kind == "too slow" and outcome.message == "time":
            return tr(
                "`{name}` did not finish in its time: {seconds} seconds of CPU time are allowed, and "
                "{margin} times that is given."
            ).format(name=self.name, seconds=self.seconds, margin=MARGIN)
        problem = complaint(Outcome("returned", task.right), outcome, Terms(integers=True))
        if problem and problem.kind not in _SCORED:
            return self._told(problem, outcome)
        out_of_range = _out_of_range(np.asarray(outcome.value), task.classes)
        return self._said(out_of_range) if out_of_range else ""

    def _told(self, problem: Complaint, outcome: Outcome) -> str:
        if problem.kind in ("signature", "not callable"):
            return self._not_as_asked(problem)
        text = _no_classes(outcome) if problem.kind in ("type", "unsupported") else ""
        return self._said(text or problem.text)

    def _said(self, text: str) -> str:
        sentence = tr("`{call}` {said}") if text.endswith(("?", ".")) else tr("`{call}` {said}.")
        return sentence.format(call=self.name, said=tr(text))

    def _way_out(self, task: Task, outcome: Outcome) -> str:
        if outcome.kind == "too slow":
            return tr("Train for fewer epochs, or a smaller network, and look for a loop without an end.")
        if outcome.type == "MemoryError":
            return tr("Train on batches, and predict in parts: memory is limited, as the lesson says.")
        if outcome.kind != "returned":
            return ""
        if isinstance(outcome.value, np.ndarray) and task.classes in outcome.value.shape:
            return tr("Return one class for each row of x_new, that of its largest score: `argmax(axis=1)`.")
        return tr("Return one class for each row of x_new.")

    def _scored(self, share: float) -> Verdict:
        results = [self._result(threshold, share) for threshold in self.thresholds]
        points = sum(result.points for result in results)
        due = next((t for t in self.thresholds if share < t.share), None)
        if due is None:
            text = tr("All thresholds are passed.")
            return self._verdict("passed", points, text, results=results, share=share)
        status, text = "partial" if points else "failed", _next(share, due)
        return self._verdict(status, points, text, results=results, share=share)

    def _result(self, threshold: Threshold, share: float) -> TestResult:
        reached = share >= threshold.share
        due = tr("{share} right; {due} is due.").format(share=_percent(share), due=_percent(threshold.share))
        problem = "" if reached else due
        points = threshold.points if reached else 0
        description = f"{tr(threshold.description)}: {_percent(threshold.share)}"
        return TestResult(description, points, threshold.points, problem)

    def _seen(self, run: Run, seed: int, share: float, predicted: Classes) -> Seen:
        task, counted = self.task(seed), self.task(seed).counted
        trials = self._tried(run, seed)
        return Seen(
            share,
            _on_known(predicted, task),
            predicted[counted],
            task.right[counted],
            {name: given for name, (_, given) in trials.items()},
            {name: _share(given, trial) for name, (trial, given) in trials.items()},
            {name: _on_known(given, trial) for name, (trial, given) in trials.items() if trial.known.size},
        )

    def _tried(self, run: Run, seed: int) -> dict[str, tuple[Task, Classes]]:
        tasks = self._trials(self.task(seed), _generator(seed, 1))
        outcomes = run([Call(task.arguments) for task in tasks.values()])
        pairs = zip(tasks.items(), outcomes, strict=True)
        return {
            name: (task, np.asarray(outcome.value))
            for (name, task), outcome in pairs
            if not self._unusable(task, outcome)
        }


class _Drawn:
    """A task, and the call that it makes, once for all who are judged by it."""

    def __init__(self, task: Task):
        self.task, self.call = task, Call(task.arguments)


def _generator(seed: int, what: int = 0) -> np.random.Generator:
    return np.random.default_rng([seed, what])


def _share(predicted: Classes, task: Task) -> float:
    return float(np.mean(predicted[task.counted] == task.right[task.counted]))


def _on_known(predicted: Classes, task: Task) -> float:
    return float(np.mean(predicted[~task.counted] == task.known)) if task.known.size else 0.0


def _first(sentences: list[tuple[str, Shows]], seen: Seen) -> str | None:
    return next((sentence for sentence, shows in sentences if _holds(shows, seen)), None)


def _holds(shows: Shows, seen: Seen) -> bool:
    """Whether it does; not where a trial that it looks at gave no classes."""
    try:
        return bool(shows(seen))
    except KeyError:
        return False


def _no_classes(outcome: Outcome) -> str:
    """Of what has the right length, and no integers in it; "" of all else."""
    value = outcome.value
    if outcome.kind == "unsupported" and outcome.message == "of text":
        return phrase("returned text; classes are integers")
    if isinstance(value, list | tuple):
        value = np.array(value) if all(isinstance(v, bool | float | np.floating) for v in value) else None
    kind = value.dtype.kind if isinstance(value, np.ndarray) else ""
    if kind == "b":
        return phrase("returned True or False; classes are integers")
    if kind != "f":
        return ""
    if np.isnan(value).any():
        return phrase("returned nan; classes are integers")
    return phrase(
        "returned floats; classes are integers: `argmax(axis=1)` gives them, and so does `.astype(int)`"
    )


def _out_of_range(classes: Classes, count: int) -> str:
    wrong = classes[(classes < 0) | (classes >= count)]
    if not wrong.size:
        return ""
    return phrase("returned class {wrong}; classes are 0 … {last}", wrong=wrong[0], last=count - 1)


def _percent(share: float) -> str:
    """Cut, not rounded: 73.96 % is not enough where 74 is due.

    >>> _percent(0.73996), _percent(0.74)
    ('73.9 %', '74 %')
    """
    return tr("{number} %").format(number=f"{np.floor(round(1000 * share, 6)) / 10:g}")


def _next(share: float, due: Threshold) -> str:
    """How much is right, and what the next points take."""
    told = {"share": _percent(share), "due": _percent(due.share), "points": due.points}
    if due.points == 1:
        return tr("{share} right; {due} earns the next point.").format(**told)
    return tr("{share} right; {due} earns the next {points} points.").format(**told)
