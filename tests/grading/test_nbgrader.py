"""nbgrader, the real program, gives each answer of a lesson the points that `dlcourse grade` gives it."""

import json
import os
import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path

import pytest

from dlcourse.course.lessons import lesson_path
from dlcourse.grading.pipeline import grade

from .conftest import exercise_of, published

Gradebook = pytest.importorskip("nbgrader.api").Gradebook
Points = dict[tuple[str, str, str], tuple[float, float]]  # (student, lesson, exercise): points, of how many

ASSIGNMENT = "week"
LESSONS = ("03_activations", "07_momentum")
CONFIG = (
    "c = get_config()\nc.ClearSolutions.enabled = False\n"  # a lesson has blanks, and no answers to clear
)

PARTLY = {
    "sigmoid": "return 1 / (1 + np.exp(-np.asarray(x)))",  # overflows, with a warning
    "tanh_from_sigmoid": "return np.tanh(x) if np.ndim(x) else None",
    "neuron_weight_gradient": "return x * (delta or 1.0)",
    "terminal_velocity": "return -learning_rate * grad / (1 - (mu or 0.9))",
}
WRONG = {
    "sigmoid": "return 1 / (1 + np.exp(x))",  # what is built on sigmoid goes on with the reference
    "collapse_linear": "return weights[0",
    "tanh_derivative": "raise SystemExit",
    "momentum_step": "raise ValueError('=1+1')",
    "nesterov_step": "pass",
}
SLIPS = {  # each is told something else: a known mistake, a relation, a formula's variation, a place
    "sigmoid": "return 1 / (1 + np.exp(-np.abs(np.asarray(x, float))))",
    "sigmoid_derivative": "s = 1 / (1 + np.exp(-np.clip(x, -700, 700)))\n    return s * (1 - s) * (1 - s)",
    "tanh_from_sigmoid": "return np.round(np.tanh(x), 3)",
    "tanh_derivative": "t = np.tanh(x)\n    return 1 - t",
    "momentum_step": "v = mu * velocity - learning_rate * grad\n    return params + v * v, v",
    "nesterov_step": "v = mu * velocity - learning_rate * gradient(params)\n    return params + v, v",
    "terminal_velocity": "return learning_rate * grad / (1 - mu)",
}
TALKS = "import sys, warnings; warnings.warn('!'); print('!', file=sys.stderr); return "


def partly_right(name: str, solved: str, blank: str) -> str:
    return blank.replace("raise NotImplementedError", PARTLY[name]) if name in PARTLY else solved


def wrong(name: str, solved: str, blank: str) -> str:
    return blank.replace("raise NotImplementedError", WRONG[name]) if name in WRONG else solved


def slipped(name: str, solved: str, blank: str) -> str:
    return blank.replace("raise NotImplementedError", SLIPS[name]) if name in SLIPS else solved


ANSWERS = {
    "right": lambda name, solved, blank: solved,
    "right and talkative": lambda name, solved, blank: solved.replace("return ", TALKS),
    "partly right": partly_right,
    "wrong": wrong,
    "slipped": slipped,
    "blank": lambda name, solved, blank: blank,
}


def without_demos(lesson: str) -> dict:
    """A lesson's setup, exercises and checks: its experiments take nbgrader half a minute a student."""
    notebook = json.loads(lesson_path(lesson).read_text())
    kept = {"role", "exercise", "check"}
    notebook["cells"] = [c for c in notebook["cells"] if kept & set(c["metadata"].get("dlcourse", {}))]
    return notebook


def sources(notebook: dict) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"]]


class Class:
    """A course folder of nbgrader's, and the same hand-ins as `dlcourse grade` takes them."""

    def __init__(self, folder: Path, lessons: tuple[str, ...] = LESSONS):
        self.folder, self.handed_in, self.lessons = folder, folder / "handed-in", lessons
        programs = (
            f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls `alembic`
        )
        self.settings = {**os.environ, "PATH": programs, "IPYTHONDIR": str(folder / "ipython")}

    def nbgrader(self, command: str) -> None:
        arguments = [sys.executable, "-m", "nbgrader", command, ASSIGNMENT]
        done = subprocess.run(
            arguments, cwd=self.folder, env=self.settings, capture_output=True, text=True, timeout=1200
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def release(self) -> None:
        source = self.folder / "source" / ASSIGNMENT
        source.mkdir(parents=True)
        (self.folder / "nbgrader_config.py").write_text(CONFIG)
        for lesson in self.lessons:
            (source / f"{lesson}.ipynb").write_text(json.dumps(without_demos(lesson)))
        self.nbgrader("generate_assignment")

    def released(self, lesson: str) -> dict:
        return json.loads((self.folder / "release" / ASSIGNMENT / f"{lesson}.ipynb").read_text())

    def hand_in(self, student: str, lesson: str, answer) -> None:
        notebook, answers = self.released(lesson), published(lesson)
        for cell in notebook["cells"]:
            if name := exercise_of(cell):
                cell["source"] = answer(name, answers[name], "".join(cell["source"]))
        self.submit(student, lesson, json.dumps(notebook))

    def submit(self, student: str, lesson: str, notebook: str) -> None:
        for folder in (self.folder / "submitted" / student / ASSIGNMENT, self.handed_in / student):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{lesson}.ipynb").write_text(notebook)

    def feedback(self, student: str, lesson: str) -> str:
        return (self.folder / "feedback" / student / ASSIGNMENT / f"{lesson}.html").read_text()

    def nbgraders_points(self) -> Points:
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            return {
                (submission.student.id, notebook.name, cell.name.removeprefix("check-")): (
                    cell.score,
                    cell.max_score,
                )
                for submission in gradebook.assignment_submissions(ASSIGNMENT)
                for notebook in submission.notebooks
                for cell in notebook.grades
            }

    def nbgraders_texts(self, student: str, lesson: str) -> dict[str, str]:
        """What the check of each exercise shows."""
        file = self.folder / "autograded" / student / ASSIGNMENT / f"{lesson}.ipynb"
        shown = {}
        for cell in json.loads(file.read_text())["cells"]:
            texts = [
                "".join(output.get("data", {}).get("text/plain", "")) for output in cell.get("outputs", ())
            ]
            if name := cell["metadata"].get("dlcourse", {}).get("check"):
                shown[name] = next(text for text in texts if not text.isdigit())
        return shown

    @cached_property
    def scores(self) -> list:
        return grade(self.handed_in, self.folder / "out", workers=1).scores

    def our_points(self) -> Points:
        return {(s.student, s.lesson, s.exercise): (s.points, s.max_points) for s in self.scores}


def without_numbers(text: str) -> str:
    """They differ, for seeds do."""
    return re.sub(r"[\d.e+-]+", "", text)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    course = Class(tmp_path_factory.mktemp("course"))
    course.release()
    for student, answer in ANSWERS.items():
        for lesson in LESSONS:
            course.hand_in(student, lesson, answer)
    course.nbgrader("autograde")
    course.nbgrader("generate_feedback")
    return course


def test_a_lesson_goes_out_as_it_is(graded):
    for lesson in LESSONS:
        assert sources(graded.released(lesson)) == sources(without_demos(lesson))


def test_each_answer_gets_the_same_points(graded):
    assert graded.nbgraders_points() == graded.our_points()


def test_each_answer_gets_the_same_status_and_the_same_cause(graded):
    words = {"passed": "passed", "partial": "partly right", "failed": "not right yet"}
    for score in graded.scores:
        if score.student == "slipped":
            text = graded.nbgraders_texts(score.student, score.lesson)[score.exercise]
            assert f"{score.exercise}: {words[score.status]}" in text
            advice = "" if score.status == "passed" else text.splitlines()[-1]
            assert without_numbers(score.message).endswith(without_numbers(advice)), (text, score.message)


def test_right_answers_get_all_points_partly_right_ones_some_and_blanks_none(graded):
    for (student, _, name), (points, of) in graded.nbgraders_points().items():
        if student.startswith("right"):
            assert points == of, (student, name)
        elif student == "partly right" and name in PARTLY:
            assert 0 < points < of, name
        elif student == "blank" or (student == "wrong" and name in WRONG):
            assert points == 0, (student, name)


def test_nbgraders_feedback_says_what_was_wrong(graded):
    assert "The sign of the exponent is flipped" in graded.feedback("wrong", "03_activations")
    partly = graded.feedback("partly right", "03_activations")
    assert "overflow" in partly
    assert "AssertionError" not in partly


def test_an_answer_in_words_waits_for_a_person_and_leaves_the_points_of_the_checks_as_they_are(tmp_path):
    lesson = "15_build_a_network"
    course = Class(tmp_path)
    notebook = json.loads(lesson_path(lesson).read_text())
    kept = {"role", "exercise", "check", "words"}
    notebook["cells"] = [c for c in notebook["cells"] if kept & set(c["metadata"].get("dlcourse", {}))]
    (tmp_path / "source" / ASSIGNMENT).mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    (tmp_path / "source" / ASSIGNMENT / f"{lesson}.ipynb").write_text(json.dumps(notebook))
    course.nbgrader("generate_assignment")
    for cell in (released := course.released(lesson))["cells"]:
        if "words" in cell["metadata"].get("dlcourse", {}):
            cell["source"] = "A kink moves with the batch, a bug stays."
    (tmp_path / "release" / ASSIGNMENT / f"{lesson}.ipynb").write_text(json.dumps(released))
    course.hand_in("ada", lesson, lambda name, solved, blank: solved)
    course.nbgrader("autograde")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        cells = gradebook.find_submission_notebook(lesson, ASSIGNMENT, "ada").grades
        by_hand = {cell.name: cell.max_score for cell in cells if cell.needs_manual_grade}
        checked = {
            ("ada", lesson, c.name.removeprefix("check-")): c.score for c in cells if c.name not in by_hand
        }
    assert by_hand == {"words-kink-or-bug": 2, "words-does-not-learn": 2, "words-what-was-bought": 2}
    assert checked == {key: points for key, (points, _) in course.our_points().items()}


BLANK = "    raise NotImplementedError"
LEAST_SQUARES = """\
    x, x_new = (np.column_stack([(rows - x.mean()) / x.std(), np.ones(len(rows))]) for rows in (x, x_new))
    return (x_new @ np.linalg.lstsq(x, np.eye(10)[labels], rcond=None)[0]).argmax(axis=1)"""


def test_a_competition_earns_the_points_that_dlcourse_grade_gives(tmp_path):
    lesson, name = "16_capstone", "train_and_predict"
    course = Class(tmp_path, (lesson,))
    course.release()
    course.hand_in("best", lesson, lambda name, solved, blank: solved)
    course.hand_in("linear", lesson, lambda name, solved, blank: blank.replace(BLANK, LEAST_SQUARES))
    course.hand_in("blank", lesson, lambda name, solved, blank: blank)
    course.nbgrader("autograde")
    expected = {"best": (10, 10), "linear": (2, 10), "blank": (0, 10)}
    assert course.nbgraders_points() == {(student, lesson, name): p for student, p in expected.items()}
    assert course.nbgraders_points() == course.our_points()
