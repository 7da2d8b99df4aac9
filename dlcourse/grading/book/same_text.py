"""Which students' hand-ins say the same, where that seldom happens by itself.

A short right answer is the same in half of the class, and so is a common mistake: neither says anything.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LONG = 40  # words and signs, from which on equal answers are told
LONG_WRONG = 15  # the same where they are wrong
RARE = 3  # students with the same wrong answer, or a tenth of those who tried it
_TRIED = ("passed", "partial", "failed")


@dataclass(frozen=True)
class Answer:
    """The text of one answer in one hand-in.

    content      which hand-ins are the same, cell by cell
    fingerprint  which answers are, as answer_text.py says
    length       in words and signs
    """

    student: str
    lesson: str
    exercise: str
    status: str
    content: str
    fingerprint: str
    length: int


@dataclass(frozen=True)
class SameText:
    """What some students have in common.

    whole    lessons in which their hand-ins are the same, cell by cell
    answers  one for each exercise that is long, or wrong in a rare way, and the same
    """

    students: tuple[str, ...]
    whole: tuple[str, ...]
    answers: tuple[Answer, ...]


def same_texts(answers: Iterable[Answer]) -> list[SameText]:
    """By who shares them, the most telling first."""
    tried = [answer for answer in answers if answer.status in _TRIED and answer.student]
    whole: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for answer, students in _shared(tried, lambda a: a.content):
        whole[students].add(answer.lesson)
    shared: dict[tuple[str, ...], list[Answer]] = defaultdict(list)
    for answer, students in _shared(tried, lambda a: (a.exercise, a.fingerprint)):
        if _is_telling(answer, students, tried):
            shared[students].append(answer)
    found = [
        SameText(students, tuple(sorted(whole[students])), tuple(shared[students]))
        for students in {*whole, *shared}
    ]
    return sorted(found, key=_weight)


def _shared(answers: Iterable[Answer], key) -> list[tuple[Answer, tuple[str, ...]]]:
    """(one of them, the students) of those answers that are alike by `key` and of more than one student."""
    groups: dict[object, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[key(answer)].append(answer)
    students = [tuple(sorted({answer.student for answer in group})) for group in groups.values()]
    return [(group[0], of) for group, of in zip(groups.values(), students, strict=True) if len(of) > 1]


def _is_telling(answer: Answer, students: tuple[str, ...], answers: list[Answer]) -> bool:
    if answer.length >= LONG:
        return True
    everybody = {other.student for other in answers if other.exercise == answer.exercise}
    is_rare = len(students) <= max(RARE, len(everybody) / 10)
    return answer.status != "passed" and answer.length >= LONG_WRONG and is_rare


def _weight(found: SameText) -> tuple:
    """Whole hand-ins come first, and of them those that few share: half of a class may well write alike."""
    wrong = sum(answer.status != "passed" for answer in found.answers)
    length = sum(answer.length for answer in found.answers)
    return -len(found.whole), len(found.students) if found.whole else 0, -wrong, -length, found.students
