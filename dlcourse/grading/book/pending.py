"""Which answers of a class still need a verdict, and what was found of each hand-in."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from dlcourse.course.language import ENGLISH, catalogue_digest, phrase, spoken, tr
from dlcourse.exercises import catalogue
from dlcourse.exercises.released_cells import known_lessons, lesson
from dlcourse.grading.book.gradebook import Gradebook, Key
from dlcourse.grading.intake.answer_text import AnswerText, answer_text
from dlcourse.grading.intake.notebook import Unreadable
from dlcourse.grading.intake.submissions import Handin, opened
from dlcourse.grading.run.judge import Job, Report
from dlcourse.grading.run.supervisor import no_verdict
from dlcourse.grading.sandbox.limits import Limits

_FORMAT = 1  # of what the gradebook keeps
Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True)
class Entry:
    """A hand-in as it was read: the keys of its verdicts, or why there are none; and its answers' texts.

    The problem is a phrase: an instructor reads it in English.
    """

    handin: Handin
    keys: tuple[Key, ...] = ()
    problem: str = ""
    texts: dict[str, AnswerText] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """Verdicts that are asked for, by their keys, and whose time judging them takes."""

    keys: tuple[Key, ...]
    student: str
    lesson: str


class Pending:
    """Which answers still need a verdict, and what has come of each hand-in."""

    def __init__(self, gradebook: Gradebook, seed: int, limits: Limits, total: int, progress: Progress):
        self._gradebook, self._seed, self._total, self._progress = gradebook, seed, total, progress
        self._student, self._limits = limits.student, limits_as_text(limits)
        self._done, self._asked, self._spent = 0, set(), Counter()
        self.entries: list[Entry] = []
        self.fresh = 0
        self.given_up: list[Due] = []

    def jobs(self, found: list[Handin]) -> Iterator[tuple[Due, Job]]:
        """Read each hand-in, and ask for the verdicts on it that are not known yet."""
        for handin in found:
            entry, cells = self._read(handin)
            self.entries.append(entry)
            keys = tuple(key for key in entry.keys if key not in self._asked and not self._gradebook.has(key))
            self._asked.update(keys)
            due = Due(keys, entry.handin.student, entry.handin.lesson)
            if not keys:
                self._advance()
            elif self.has_time(due):
                yield due, self._job(due, cells)
            else:
                self.keep(due, None)

    def has_time(self, due: Due) -> bool:
        """Whether its student has not used up what one run may take for one student."""
        return self._spent[due.student] < self._student

    def keep(self, due: Due, report: Report | None) -> None:
        """The report, or that there is none for want of time."""
        report = report or self._out_of_time(due)
        self._gradebook.keep(list(due.keys), report, self._limits)
        self._spent[due.student] += report.seconds
        self.given_up += [due] if report.given_up else []
        self.fresh += 1
        self._advance()

    def _job(self, due: Due, cells) -> Job:
        names = tuple(key.exercise for key in due.keys)
        seed = _seed_of(self._seed, due.keys[0].content)
        left = self._student - self._spent[due.student]
        return Job(due.lesson, cells, names, seed, left, spoken())

    def _out_of_time(self, due: Due) -> Report:
        why = tr("What you have handed in took more than the {seconds} seconds that there are for it.")
        why = why.format(seconds=f"{self._student:g}")
        exercises = [catalogue()[due.lesson][key.exercise] for key in due.keys]
        verdicts = tuple(no_verdict(exercise, why) for exercise in exercises)
        return Report(verdicts, (), tuple(exercise.name for exercise in exercises))

    def _read(self, handin: Handin) -> tuple[Entry, tuple[tuple[int, str], ...]]:
        try:
            if handin.problem:
                raise Unreadable(handin.problem)
            handin, sources = opened(handin)
            released = lesson(handin.lesson)
            if released is None:
                known = known_lessons()
                names = " … ".join(dict.fromkeys(f"{stem}.ipynb" for stem in (known[0], known[-1])))
                raise Unreadable(
                    phrase(
                        "is not named after a lesson, nor one by its exercises; name it as it was handed out "
                        "({names})",
                        names=names,
                    )
                )
            cells = released.cells_to_run(sources)
        except Unreadable as problem:
            said = phrase("{name} {problem}.", name=handin.name, problem=problem.why)
            return Entry(handin, problem=said), ()
        content = _content(handin.lesson, cells)
        exercises = catalogue()[handin.lesson].values()
        words = _words()
        keys = tuple(Key(content, e.name, e.version + words, self._seed) for e in exercises)
        return Entry(handin, keys, texts=_texts(handin.lesson, cells)), cells

    def _advance(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _words() -> str:
    """What a verdict depends on besides: the language in which it is told, and the words that there are."""
    language = spoken()
    return "" if language == ENGLISH else f" {language} {catalogue_digest(language)}"


def limits_as_text(limits: Limits) -> str:
    return msgspec.json.encode(limits).decode()


def _seed_of(secret: int, content: str) -> int:
    """Of the inputs on which this content is tried: what it finds out of them is of no use to another."""
    return int.from_bytes(hashlib.sha256(f"{secret} {content}".encode()).digest()[:7])


def _texts(stem: str, cells) -> dict[str, AnswerText]:
    """{exercise: what its answer says}, of those that have one."""
    sources = [source for _, source in cells]
    found = {name: answer_text(name, sources) for name in catalogue()[stem]}
    return {name: text for name, text in found.items() if text}


def _content(stem: str, cells) -> str:
    return hashlib.sha256(msgspec.msgpack.encode((_FORMAT, stem, cells))).hexdigest()
