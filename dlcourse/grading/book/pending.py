"""Which answers of a class still need a verdict, and what was found of each hand-in."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from dlcourse.exercises import catalogue
from dlcourse.grading.book.gradebook import Gradebook, Key
from dlcourse.grading.intake.notebook import Unreadable
from dlcourse.grading.intake.released_cells import known_lessons, lesson
from dlcourse.grading.intake.submissions import Handin, opened
from dlcourse.grading.run.judge import Job, Report

_FORMAT = 1  # of what the gradebook keeps
Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True)
class Entry:
    """A hand-in as it was read: the keys of its verdicts, or why there are none."""

    handin: Handin
    keys: tuple[Key, ...] = ()
    problem: str = ""


class Pending:
    """Which answers still need a verdict, and what has come of each hand-in."""

    def __init__(self, gradebook: Gradebook, seed: int, total: int, progress: Progress):
        self._gradebook, self._seed, self._total, self._progress = gradebook, seed, total, progress
        self._done, self._asked = 0, set()
        self.entries: list[Entry] = []
        self.fresh = 0

    def jobs(self, found: list[Handin]) -> Iterator[tuple[list[Key], Job]]:
        """Read each hand-in, and ask for the verdicts on it that are not known yet."""
        for handin in found:
            entry, cells = self._read(handin)
            self.entries.append(entry)
            due = [key for key in entry.keys if key not in self._asked and not self._gradebook.has(key)]
            self._asked.update(due)
            if due:
                yield due, Job(entry.handin.lesson, cells, tuple(key.exercise for key in due), self._seed)
            else:
                self._advance()

    def keep(self, keys: list[Key], report: Report) -> None:
        self._gradebook.keep(keys, report)
        self.fresh += 1
        self._advance()

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
                    "is not named after a lesson, nor one by its exercises; name it as it was handed out "
                    f"({names})"
                )
            cells = released.cells_to_run(sources)
        except Unreadable as problem:
            return Entry(handin, problem=f"{handin.name} {problem}."), ()
        content = _content(handin.lesson, cells)
        exercises = catalogue()[handin.lesson].values()
        return Entry(handin, tuple(Key(content, e.name, e.version, self._seed) for e in exercises)), cells

    def _advance(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _content(stem: str, cells) -> str:
    return hashlib.sha256(msgspec.msgpack.encode((_FORMAT, stem, cells))).hexdigest()
