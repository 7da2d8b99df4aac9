"""Questions with numbers from a seed: what is right is computed by the reference, what is wrong by a mistake.

    bank = Bank("05_initialization")

    @bank.question
    def he_variance(rng):
        n_in, n_out = drawn(rng, 50, 800, 2)
        return asked(
            f"A layer of ReLUs has {n_in} inputs and {n_out} outputs. Which variance have He's weights?",
            exercise.weight_variance, "he", n_in, n_out,
        )

    @bank.question
    def loss_at_birth(rng):
        classes = int(rng.integers(5, 200))
        return choice(
            f"A network knows nothing of {classes} classes yet. Which loss do you expect?",
            right(np.log(classes), "Each class has the probability 1/k, and −ln(1/k) = ln k."),
            wrong(1 / classes, "That is the probability of each class. The loss is −ln of it."),
            wrong(1.0, "…"),
            classes=classes,
        )

What is drawn is given by keyword too, so that others can recompute the answer. Texts are Markdown with
formulas between `$`. Options are numbers, shown with three digits, or text. Two that would be shown alike are
never in one question: it is drawn again.
"""

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from dlcourse.exercises.engine.exercise import Exercise

WRONG = 3  # options besides the right one, at most
FEWEST = 3  # options in all
CLOSE = 0.03
TRIES = 100
Value: TypeAlias = Any  # a number, text, or an array or a list of numbers


@dataclass(frozen=True)
class Option:
    """What can be chosen, and what to say to those who do."""

    value: Value
    why: str
    right: bool

    @property
    def text(self) -> str:
        """As it is shown."""
        return shown(self.value)


@dataclass(frozen=True)
class Question:
    """A question and its options, the right one among them once; `values` is what was drawn."""

    text: str
    options: tuple[Option, ...]
    values: dict[str, Any] = field(default_factory=dict)
    lesson: str = ""
    name: str = ""

    @property
    def answer(self) -> Option:
        return next(option for option in self.options if option.right)


class Unclear(Exception):
    """Too few options can be told apart with these numbers: others are to be drawn."""


class Bank:
    """The questions of a lesson, by name."""

    def __init__(self, lesson: str):
        self.lesson = lesson
        self.questions: dict[str, Callable[[np.random.Generator], Question]] = {}

    def question(self, write: Callable[[np.random.Generator], Question]) -> Callable:
        """Add one: a function of a generator."""
        self.questions[write.__name__] = write
        return write

    def draw(self, seed: int) -> list[Question]:
        """Each question once, its options in an order of their own; the same for the same seed."""
        return [self._draw(name, seed) for name in self.questions]

    def _draw(self, name: str, seed: int) -> Question:
        rng = np.random.default_rng([seed, zlib.crc32(f"{self.lesson}/{name}".encode())])
        for _ in range(TRIES):
            try:
                question = self.questions[name](rng)
            except Unclear:
                continue
            order = rng.permutation(len(question.options))
            options = tuple(question.options[at] for at in order)
            return replace(question, options=options, lesson=self.lesson, name=name)
        raise ValueError(f"{self.lesson}/{name}: {TRIES} draws, and in none can the options be told apart")


def drawn(rng: np.random.Generator, low: int, high: int, count: int) -> list[int]:
    """That many different whole numbers from `low` up to and without `high`."""
    return [int(one) for one in rng.choice(np.arange(low, high), size=count, replace=False)]


def right(value: Value, why: str) -> Option:
    """The answer, and why it is."""
    return Option(value, why, True)


def wrong(value: Value, why: str) -> Option:
    """An answer that tempts, and what it overlooks."""
    return Option(value, why, False)


def choice(text: str, answer: Option, *tempting: Option, **values: Any) -> Question:
    """A question with those of the tempting options that can be told apart; raises Unclear for too few."""
    kept = [answer]
    for option in tempting:
        if not any(alike(option.value, other.value) for other in kept):
            kept.append(option)
    if len(kept) < FEWEST:
        raise Unclear
    return Question(text, tuple(kept[: WRONG + 1]), values)


def asked(text: str, exercise: Exercise, *args: Any, why: str = "", part: int | None = None) -> Question:
    """What does the function of an exercise give? Tempting are the results of its known mistakes.

    why: said of the right answer.
    part: which one of several results is asked for.
    """

    def result(function: Callable) -> Value:
        given = function(*(np.copy(arg) if isinstance(arg, np.ndarray) else arg for arg in args))
        return given if part is None else given[part]

    values = dict(zip(exercise.names, args, strict=False))
    answer = right(result(exercise.reference), why or "So says the lesson's formula.")
    return choice(text, answer, *_mistaken(exercise, result, answer.value), **values)


def _mistaken(exercise: Exercise, result: Callable, answer: Value) -> Iterable[Option]:
    """What known mistakes give in place of the answer, as long as it has the answer's shape."""
    for sentence, function in exercise.mistakes:
        try:
            with np.errstate(all="ignore"):
                value = result(function)
            fits = np.shape(value) == np.shape(answer) and bool(np.all(np.isfinite(value)))
        except Exception:  # a mistake may fail in any way
            continue
        if fits:
            yield wrong(value, sentence)


def alike(value: Value, other: Value) -> bool:
    """Whether two options are shown alike, or are numbers that rounding might make alike: 3 % apart.

    >>> alike(0.00167, 0.00168), alike(1.0, 1.1), alike("1", 1), alike([0, 1], [0, 2])
    (True, False, True, False)
    """
    if shown(value) == shown(other):
        return True
    if isinstance(value, str) or isinstance(other, str) or np.shape(value) != np.shape(other):
        return False
    return bool(np.allclose(value, other, rtol=CLOSE, atol=0))


def shown(value: Value) -> str:
    """A number with three digits, a list or an array of them in brackets, text as it is.

    >>> shown(1 / 3), shown([0.5, -2]), shown("none")
    ('0.333', '[0.5, −2]', 'none')
    """
    if isinstance(value, str):
        return value
    if np.ndim(value):
        return f"[{', '.join(map(shown, value))}]"
    return f"{float(value) + 0:.3g}".replace("-", "−").replace("e+0", "e").replace("e−0", "e−")
