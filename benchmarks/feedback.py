"""What a wrong answer is told: mutants of the references and of the unusual right answers, put to the checks.

A mutant is a right answer with one fault or two (mutants.py says which). One that gives the right results on
the inputs that an exercise announces (those of its tests, with several seeds) is an equal, not a wrong
answer, or shows a test that is missing: it is listed with --equals. What is said of one with fewer than half
of the seeds holds for the numbers that a seed has drawn, not for the answer, and is counted as by chance.

    python benchmarks/feedback.py                 a table by lesson, of 10 mutants an exercise
    python benchmarks/feedback.py --faults 2      with two faults each
    python benchmarks/feedback.py --of 100 --show a line a mutant: what was changed, and what is said of it
"""

import argparse
import importlib
import inspect
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]  # for tests.exercises, and wherever this is run from

from mutants import Mutant, mutants, remembering  # noqa: E402

from dlcourse.exercises import catalogue  # noqa: E402
from dlcourse.exercises.engine import source_facts  # noqa: E402
from dlcourse.exercises.engine.calls import run_locally  # noqa: E402
from dlcourse.exercises.engine.competition import Competition  # noqa: E402
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED, Exercise  # noqa: E402
from dlcourse.exercises.engine.verdict import Verdict  # noqa: E402

SECONDS = 1.0  # for all calls of one judgement
SEEDS = (NOTEBOOK_SEED, 1, 2)
OTHERS = (3, 4, 5, 6)  # which are asked whether they say the same
ANSWERS = ("named", "described", "says itself", "generic", "by chance")


def lessons() -> dict[str, dict[str, Exercise]]:
    """The catalogue, without a competition, whose answers are better or worse and take seconds each."""
    known = catalogue().items()
    return {stem: e for stem, e in known if not any(isinstance(each, Competition) for each in e.values())}


def right_answers(exercise: Exercise) -> list[Callable[..., Any]]:
    module = importlib.import_module(f"tests.exercises.unusual_{exercise.lesson[3:]}")
    return [inspect.unwrap(exercise.reference), *module.UNUSUAL.get(exercise.name, [])]


def sample(exercise: Exercise, most: int, faults: int = 1) -> list[Mutant]:
    """Of all its right answers, in turns; one in thirty keeps state."""
    rng = np.random.default_rng(sum(map(ord, exercise.name)))
    answers = right_answers(exercise)
    share = -(-most // len(answers))
    made = [mutant for answer in answers for mutant in mutants(answer, rng, share, faults)]
    return [*map(remembering, answers[: most // 30]), *made][:most]


def judged(exercise: Exercise, function: Callable[..., Any], seed: int = NOTEBOOK_SEED) -> Verdict:
    getattr(function, "forget", bool)()  # each judgement is of a function that was not called before
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return exercise.judge(
            lambda calls: run_locally(function, calls, SECONDS), seed, lambda: source_facts.read(function)
        )


def answered(verdict: Verdict) -> str:
    """How far the verdict says what is wrong."""
    if verdict.mistake:
        return "named" if verdict.advice.startswith("Likely cause") else "described"
    itself = not verdict.advice or "` raised " in verdict.problem
    return "says itself" if itself else "generic"


def wrong_everywhere(exercise: Exercise, function: Callable[..., Any]) -> Verdict | None:
    """The verdict in the notebook; None where no seed tells the mutant from the truth."""
    verdicts = (judged(exercise, function, seed) for seed in SEEDS)
    return next((verdict for verdict in verdicts if verdict.status in ("failed", "partial")), None)


def by_chance(exercise: Exercise, function: Callable[..., Any], verdict: Verdict) -> bool:
    """Whether what the verdict says is said with fewer than half of the other seeds."""
    if not verdict.mistake:
        return False
    said = [judged(exercise, function, seed).mistake for seed in OTHERS]
    return 2 * sum(_plain(text) == _plain(verdict.mistake) for text in said) < len(said)


def _plain(sentence: str | None) -> str:
    """Without the numbers and texts that differ from seed to seed."""
    return re.sub(r"'[^']*'|[\d.e+-]+", "", sentence or "").replace(", for one,", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--of", type=int, default=10, help="mutants an exercise (default: %(default)s)")
    parser.add_argument("--faults", type=int, default=1, help="of each mutant (default: %(default)s)")
    parser.add_argument("--show", action="store_true", help="what is said of each")
    parser.add_argument("--equals", action="store_true", help="those that no test tells from the truth")
    options = parser.parse_args()
    print(f"{'lesson':28}{'mutants':>9}{'rejected':>9}" + "".join(f"{name:>13}" for name in ANSWERS))
    total: Counter[str] = Counter()
    for lesson, exercises in lessons().items():
        counts = _lesson(exercises.values(), options)
        print(_row(lesson, counts))
        total += counts
    print(_row("all", total))


def _lesson(exercises: Any, options: argparse.Namespace) -> Counter[str]:
    counts: Counter[str] = Counter()
    for exercise in exercises:
        for mutant in sample(exercise, options.of, options.faults):
            verdict = wrong_everywhere(exercise, mutant.function)
            kind = answered(verdict) if verdict else "equal"
            if verdict and by_chance(exercise, mutant.function, verdict):
                kind = "by chance"
            counts[kind] += 1
            if (verdict and options.show) or (not verdict and options.equals):
                said = f"{verdict.problem[:300]} || {verdict.advice}" if verdict else ""
                print(f"{kind:11} {exercise.name}: {mutant.change}\n            {said}")
    return counts


def _row(lesson: str, counts: Counter[str]) -> str:
    rejected = counts.total() - counts["equal"]
    shares = "".join(f"{100 * counts[name] / max(rejected, 1):>11.0f} %" for name in ANSWERS)
    return f"{lesson:28}{counts.total():>9}{rejected:>9}{shares}"


if __name__ == "__main__":
    main()
