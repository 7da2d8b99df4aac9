"""What a class's scores say: of exercises, of mistakes, of who is missing."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dlcourse.exercises import catalogue
from dlcourse.grading.book.scores import Score


@dataclass(frozen=True)
class ExerciseStatistics:
    """How an exercise did.

    difficulty      mean share of its points that the answers earn: 1 where all have it right
    discrimination  correlation of its points with those of the lesson's other exercises; nan where
                    one of the two is the same for all. What good students miss and weak ones pass is near or
                    below 0: look at its wording
    kept            mean share that is left after lateness and adjustments; nan where it is withdrawn

    Both of the first are by the tests alone: neither the calendar nor an instructor's hand is in them.
    """

    lesson: str
    exercise: str
    statuses: Counter
    difficulty: float
    discrimination: float
    kept: float


def exercise_statistics(scores: Iterable[Score]) -> list[ExerciseStatistics]:
    """In course order, of what could be read."""
    by_lesson: dict[str, dict[str, dict[str, Score]]] = defaultdict(lambda: defaultdict(dict))
    for score in scores:
        if score.exercise and score.status != "unreadable" and not score.absent:
            by_lesson[score.lesson][score.exercise][score.student] = score
    return [
        _of_exercise(lesson, name, by_lesson[lesson])
        for lesson, exercises in catalogue().items()
        if lesson in by_lesson
        for name in exercises
        if name in by_lesson[lesson]
    ]


def _of_exercise(lesson: str, name: str, by_exercise: dict[str, dict[str, Score]]) -> ExerciseStatistics:
    own = by_exercise[name]
    shares = np.array([earned / worth for earned, worth in (score.tested for score in own.values())])
    rest = np.array([_points_elsewhere(name, student, by_exercise) for student in own])
    statuses = Counter(score.status for score in own.values())
    kept = [score.points / score.max_points for score in own.values() if score.max_points]
    mean = float(np.mean(kept)) if kept else float("nan")
    return ExerciseStatistics(lesson, name, statuses, shares.mean(), _correlation(shares, rest), mean)


def _points_elsewhere(name: str, student: str, by_exercise: dict[str, dict[str, Score]]) -> float:
    others = (scores.get(student) for other, scores in by_exercise.items() if other != name)
    return sum(score.tested[0] for score in others if score)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def commonest_mistakes(scores: Iterable[Score]) -> list[tuple[int, str, str]]:
    """(how many students, exercise, the mistake's sentence), the commonest first."""
    found = Counter((score.exercise, score.mistake) for score in scores if score.mistake)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(count, exercise, sentence) for (exercise, sentence), count in ordered]


def missing(scores: Iterable[Score], roster: Iterable[str] | None = None) -> dict[str, list[str]]:
    """{lesson: those who have not handed it in}; of the roster, or of all who handed in anything."""
    handed_in: dict[str, set[str]] = defaultdict(set)
    for score in scores:
        handed_in[score.lesson] |= set() if score.absent else {score.student}
    everybody = set(roster) if roster is not None else set().union(*handed_in.values())
    lessons = [lesson for lesson in catalogue() if lesson in handed_in]
    return {lesson: sorted(everybody - handed_in[lesson]) for lesson in lessons}


def totals(scores: Iterable[Score]) -> dict[str, dict[str, float]]:
    """{student: {lesson: points}}, both in order, of what belongs to a lesson of the course."""
    points: dict[str, dict[str, float]] = {}
    lessons = catalogue()
    for score in sorted(scores, key=lambda score: (score.student, score.lesson)):
        if score.lesson in lessons and score.student:
            of_student = points.setdefault(score.student, {})
            of_student[score.lesson] = round(of_student.get(score.lesson, 0) + score.points, 2)
    return points


def most_points(lesson: str, scores: Iterable[Score] = ()) -> int:
    """What a lesson is worth, without what is withdrawn of it by these scores."""
    withdrawn = {of.exercise for of in scores if of.lesson == lesson and of.worth and not of.max_points}
    return sum(exercise.max_points for name, exercise in catalogue()[lesson].items() if name not in withdrawn)
