"""One assignment as three graders take it: a lesson's exercises, their tests as calls or as plain asserts.

nbgrader and otter-grader get the same calls with the same numbers, in the form that each of them asks for: a
grade cell a test, a file of tests an exercise. A notebook of theirs imports NumPy and nothing else.
"""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.exercise import Exercise, Test

SETUP = "import numpy as np"
SEED = 1
WEEK = "week"
_SAME = """
def same(got, expected, tolerance):
    if isinstance(expected, (list, tuple)):
        return len(got) == len(expected) and all(same(*pair, tolerance) for pair in zip(got, expected))
    if isinstance(expected, str):
        return got == expected
    return np.shape(got) == np.shape(expected) and np.allclose(got, expected, tolerance, tolerance, True)
"""
_CONFIG = "c = get_config()\nc.Execute.timeout = 10\n"  # seconds a cell, as ours has
_FOR_OTTER = """import numpy as np
from otter.test_files import test_case

OK_FORMAT = False
name, points = {name!r}, None
"""


def exercises_of(lesson: str, names: Iterable[str] = ()) -> list[Exercise]:
    """The exercises of a lesson, those of that name or all of them."""
    known = catalogue()[lesson]
    return [known[name] for name in names or known]


def asserts(exercise: Exercise, test: Test) -> list[str]:
    """Each call of a test, as a statement with numbers in it."""
    return [_assertion(exercise, case) for case in test.cases(SEED)]


def _assertion(exercise: Exercise, case) -> str:
    args, kwargs = case.call.arguments
    expected = exercise.reference(*args, **kwargs)
    given = [_literal(arg) for arg in args] + [f"{key}={_literal(value)}" for key, value in kwargs.items()]
    single = any(getattr(arg, "dtype", None) == np.float32 for arg in args)
    return (
        f"assert same({exercise.name}({', '.join(given)}), {_literal(expected)}, {1e-5 if single else 1e-9})"
    )


def _literal(value) -> str:
    if isinstance(value, list | tuple):
        inside = "".join(f"{_literal(item)}, " for item in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, np.ndarray):
        return f"np.array({_numbers(value.tolist())}, dtype=np.{value.dtype})"
    return repr(value) if isinstance(value, str) else _numbers(value)


def _numbers(value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_numbers, value))}]"
    number = value.item() if isinstance(value, np.generic) else value
    return f"float('{number}')" if isinstance(number, float) and not np.isfinite(number) else repr(number)


# ---- three graders, each a folder of hand-ins and the command that grades them all ----


class Grader:
    """A folder to hand in to. `answers` are {exercise: source}; nothing of a notebook is run here."""

    def __init__(self, folder: Path, exercises: list[Exercise], copy_of: Path | None = None):
        self.folder, self.exercises = folder, exercises
        self.lesson = exercises[0].lesson
        if copy_of:
            shutil.copytree(copy_of, folder)
        else:
            folder.mkdir(parents=True)
            self.prepare()

    def prepare(self) -> None:
        pass

    def hand_in(self, student: str, answers: dict[str, str]) -> None:
        cells = [_code(SETUP)]
        for exercise in self.exercises:
            cells += [_code(answers[exercise.name]), *self.checks(exercise)]
        path = self.path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_notebook(cells))

    def checks(self, exercise: Exercise) -> list[dict]:
        """Cells that follow the answer."""
        return []


class Ours(Grader):
    name = "dlcourse grade"

    def path(self, student: str) -> Path:
        return self.folder / "submissions" / student / f"{self.lesson}.ipynb"

    def commands(self, workers: int = 2) -> list[list[str]]:
        where = [str(self.folder / "submissions"), "--out", str(self.folder / "out")]
        return [[sys.executable, "-m", "dlcourse", "grade", *where, "--workers", str(workers)]]

    def points(self) -> dict[str, float]:
        """Of each student."""
        found: dict[str, float] = {}
        for row in self.scores():
            if row["exercise"] in {exercise.name for exercise in self.exercises}:
                found[row["student"]] = found.get(row["student"], 0) + float(row["points"])
        return found

    def scores(self) -> list[dict[str, str]]:
        with open(self.folder / "out" / "scores.csv", newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))


class Nbgrader(Grader):
    name = "nbgrader autograde"

    def prepare(self) -> None:
        (self.folder / "nbgrader_config.py").write_text(_CONFIG)
        source = self.folder / "source" / WEEK / f"{self.lesson}.ipynb"
        source.parent.mkdir(parents=True)
        cells = [_code(SETUP)]
        for exercise in self.exercises:
            cells += [_code(f"{exercise.name} = None"), *self.checks(exercise)]
        source.write_text(_notebook(cells))
        subprocess.run(
            [*_program("nbgrader"), "generate_assignment", WEEK],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )

    def checks(self, exercise: Exercise) -> list[dict]:
        return [_grade_cell(exercise, number, test) for number, test in enumerate(exercise.tests)]

    def path(self, student: str) -> Path:
        return self.folder / "submitted" / student / WEEK / f"{self.lesson}.ipynb"

    def commands(self) -> list[list[str]]:
        return [[*_program("nbgrader"), "autograde", WEEK]]

    def points(self) -> dict[str, float]:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            return {hand_in.student.id: hand_in.score for hand_in in gradebook.assignment_submissions(WEEK)}


class Otter(Grader):
    name = "otter run"

    def prepare(self) -> None:
        tests = self.folder / "tests"
        tests.mkdir()
        for exercise in self.exercises:
            (tests / f"{exercise.name}.py").write_text(_otter_tests(exercise))
        command = [*_program("otter"), "generate", "-t", "tests", "--no-environment", "--no-requirements"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)

    def path(self, student: str) -> Path:
        return self.folder / "submissions" / f"{student}.ipynb"

    def commands(self) -> list[list[str]]:
        """A process each."""
        return [self.command(path.stem) for path in sorted((self.folder / "submissions").glob("*.ipynb"))]

    def command(self, student: str) -> list[str]:
        out = self.folder / "results" / student
        out.mkdir(parents=True, exist_ok=True)
        archive = str(self.folder / "autograder.zip")
        return [
            *_program("otter"),
            "run",
            "--no-logo",
            "-a",
            archive,
            "-o",
            str(out),
            str(self.path(student)),
        ]

    def points(self) -> dict[str, float]:
        found = {}
        for path in (self.folder / "results").glob("*/results.json"):
            tests = json.loads(path.read_text())["tests"]
            found[path.parent.name] = sum(test.get("score", 0) for test in tests)
        return found


def _otter_tests(exercise: Exercise) -> str:
    parts = [_FOR_OTTER.format(name=exercise.name), _SAME]
    for number, test in enumerate(exercise.tests):
        lines = [f"@test_case(points={test.points})", f"def test_{number}({exercise.name}):"]
        parts.append("\n".join(lines + [f"    {line}" for line in asserts(exercise, test)]) + "\n")
    return "\n\n".join(parts)


def _program(name: str) -> list[str]:
    return [str(Path(sys.executable).parent / name)]


def _grade_cell(exercise: Exercise, number: int, test: Test) -> dict:
    flags = {"grade": True, "locked": True, "solution": False, "task": False, "points": test.points}
    metadata = {"schema_version": 3, "grade_id": f"{exercise.name}-{number}", **flags}
    return _code("\n".join([_SAME.strip(), *asserts(exercise, test)]), nbgrader=metadata)


def _code(source: str, **metadata) -> dict:
    cell = {"cell_type": "code", "source": source, "metadata": metadata}
    return cell | {"outputs": [], "execution_count": None}


def _notebook(cells: list[dict]) -> str:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    numbered = [{"id": f"cell-{n}", **cell} for n, cell in enumerate(cells)]
    form = {"metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({"cells": numbered, **form})
