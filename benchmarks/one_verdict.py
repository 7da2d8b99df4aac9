"""Whether everyone says the same of a wrong answer: notebook, `dlcourse check`, `dlcourse grade`, nbgrader.

The answers are mutants (mutants.py) of the lessons' own solutions, handed in as notebooks: one student a
round, wrong in each exercise. All are judged with one seed, and asked for status, points and sentence.

    python benchmarks/one_verdict.py              two rounds, `dlcourse grade` with each kind of sandbox
    python benchmarks/one_verdict.py --nbgrader   nbgrader too, which takes some minutes
"""

import argparse
import json
import linecache
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]  # for tests.grading, and wherever this is run from

from feedback import judged, lessons  # noqa: E402
from mutants import mutants  # noqa: E402

from dlcourse.exercises import catalogue, in_notebook  # noqa: E402
from dlcourse.exercises.engine.exercise import NOTEBOOK_SEED  # noqa: E402
from dlcourse.exercises.engine.verdict import Verdict  # noqa: E402
from dlcourse.grading.book import pending  # noqa: E402
from dlcourse.grading.pipeline import grade  # noqa: E402
from dlcourse.grading.run.self_check import check_notebook  # noqa: E402
from tests.grading.conftest import exercise_of, published  # noqa: E402
from tests.grading.test_nbgrader import Class, without_demos  # noqa: E402

TRIED = 12  # mutants of an exercise, until enough are found that are wrong
ONE_SEED = f"import secrets; secrets.randbits = lambda bits: {NOTEBOOK_SEED}\n"


class Said(NamedTuple):
    """What is compared."""

    status: str
    points: float
    sentence: str


Handed = dict[str, dict[str, str]]  # by lesson and exercise: the cell
Answers = dict[tuple[str, str, str], Said]  # by student, lesson and exercise


def said(verdict: Verdict) -> Said:
    return Said(verdict.status, verdict.points, verdict.message)


def wrong_answers(lesson: str, rounds: int) -> list[dict[str, str]]:
    """By exercise, so many times: a cell with a wrong answer, or the solution where there are no more."""
    namespace, found = begun(lesson), {}
    for name, solution in published(lesson).items():
        run_cell(solution, namespace)
        rng = np.random.default_rng(sum(map(ord, name)))
        made = (mutant.function for mutant in mutants(namespace[name], rng, TRIED))
        exercise = catalogue()[lesson][name]
        wrong = [each for each in made if judged(exercise, each).status in ("failed", "partial")]
        found[name] = [*map(source_of, wrong[:rounds]), *[solution] * rounds]
    return [{name: cells[i] for name, cells in found.items()} for i in range(rounds)]


def source_of(function: Any) -> str:
    return "".join(linecache.getlines(function.__code__.co_filename))


def begun(lesson: str) -> dict[str, Any]:
    """What the names of a lesson mean when its setup cell has run."""
    namespace = {"__name__": "__main__"}
    cells = without_demos(lesson)["cells"]
    run_cell(next("".join(c["source"]) for c in cells if c["cell_type"] == "code"), namespace)
    return namespace


def run_cell(source: str, namespace: dict[str, Any]) -> None:
    file = f"<cell {hash(source)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    exec(compile(source, file, "exec"), namespace)


def handed_in(lesson: str, cells: dict[str, str]) -> str:
    """The notebook of a student, who has also made nbgrader's seed a known one."""
    notebook = without_demos(lesson)
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        is_setup = cell["metadata"].get("dlcourse", {}).get("role") == "setup"
        cell["source"] = cells.get(exercise_of(cell), ONE_SEED + source if is_setup else source)
    return json.dumps(notebook)


# ---- who is asked ----


def the_notebook(students: dict[str, Handed]) -> Answers:
    answers = {}
    for student, handed in students.items():
        for lesson, cells in handed.items():
            namespace = begun(lesson)
            for name, source in cells.items():
                run_cell(source, namespace)
                _, verdict, namespace[name] = in_notebook._checked(namespace[name], namespace)
                answers[student, lesson, name] = said(verdict)
    return answers


def dlcourse_check(folder: Path) -> Answers:
    return {
        (path.parent.name, path.stem, verdict.exercise): said(verdict)
        for path in sorted(folder.glob("*/*.ipynb"))
        for verdict in check_notebook(path)
    }


def dlcourse_grade(folder: Path, out: Path, sandbox: str) -> Answers:
    pending._seed_of = lambda secret, content: secret  # else each hand-in has inputs of its own
    scores = grade(folder, out, seed=NOTEBOOK_SEED, sandbox=sandbox, workers=1).scores
    return {(s.student, s.lesson, s.exercise): Said(s.status, s.points, s.message) for s in scores}


def nbgrader(students: dict[str, Handed], folder: Path) -> dict[tuple[str, str, str], tuple[float, str]]:
    """Points, and the text that the check shows."""
    course = Class(folder, lessons=tuple(lessons()))
    course.release()
    for student, handed in students.items():
        for lesson, cells in handed.items():
            course.submit(student, lesson, handed_in(lesson, cells))
    course.nbgrader("autograde")
    points = course.nbgraders_points()
    texts = {(s, lesson): course.nbgraders_texts(s, lesson) for s, lesson, _ in points}
    return {key: (points[key][0], texts[key[:2]][key[2]]) for key in points}


# ---- what comes of it ----


def compare(whose: str, theirs: Answers, notebook: Answers) -> None:
    unlike = [key for key in notebook if theirs.get(key) != notebook[key]]
    print(f"{whose:30} {len(notebook) - len(unlike)} of {len(notebook)} answers as in the notebook")
    for key in unlike:
        print("   ", *key, "\n        notebook:", notebook[key], "\n        here:    ", theirs.get(key))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2, help="answers an exercise (default: %(default)s)")
    parser.add_argument("--nbgrader", action="store_true", help="ask nbgrader too")
    options = parser.parse_args()
    made = {lesson: wrong_answers(lesson, options.rounds) for lesson in lessons()}
    students = {f"s{i}": {lesson: each[i] for lesson, each in made.items()} for i in range(options.rounds)}
    notebook = the_notebook(students)
    print(f"{len(notebook)} answers:", dict(Counter(each.status for each in notebook.values())))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "submissions"
        for student, handed in students.items():
            (folder / student).mkdir(parents=True)
            for lesson, cells in handed.items():
                (folder / student / f"{lesson}.ipynb").write_text(handed_in(lesson, cells))
        compare("dlcourse check", dlcourse_check(folder), notebook)
        for tier in ("bubblewrap", "landlock"):
            compare(f"dlcourse grade, {tier}", dlcourse_grade(folder, Path(name) / tier, tier), notebook)
        if options.nbgrader:
            texts = nbgrader(students, Path(name) / "nbgrader")
            compare_texts(texts, notebook)


def compare_texts(texts: dict[tuple[str, str, str], tuple[float, str]], notebook: Answers) -> None:
    """nbgrader keeps what the check shows: the judgement, the tests, then the sentence in its two parts."""
    alike = 0
    for key, due in notebook.items():
        points, text = texts[key]
        words = {"passed": "passed", "partial": "partly right", "failed": "not right yet"}[due.status]
        sentence = " ".join(line for line in text.splitlines()[1:] if not line.startswith("  "))
        as_due = points == due.points and f"{key[2]}: {words}" in text
        alike += as_due and (due.status == "passed" or sentence == due.sentence)
        if not as_due or (due.status != "passed" and sentence != due.sentence):
            print("   ", *key, due, points, repr(text))
    print(f"{'nbgrader':30} {alike} of {len(notebook)} answers as in the notebook")


if __name__ == "__main__":
    main()
