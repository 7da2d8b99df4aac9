"""Lessons in another language: chosen once, heeded by every command and by the cells, graded as ever."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.cli import main
from dlcourse.course import language
from dlcourse.course.lessons import lesson_path, lesson_stems, released_notebook
from dlcourse.student import start as start_module
from dlcourse.student.work_folder import WorkFolder

from .conftest import notebook

CLONE = Path(__file__).parents[2]
WHERE = "Your lessons are in {}. Opening {}; stop with Ctrl-C."
KOREAN = {
    "# Bends": "# 휘어짐",
    "# Slopes": "# 기울기",
    WHERE: "레슨은 {}에 있어요. {} 여는 중",
    "{}: updated; you had not edited it.": "{} 새로워졌어요.",
}


@pytest.fixture
def typed(here, korean, released, monkeypatch, capsys):
    """Type a command in a folder where lesson 03 begins with a title: gives what was printed."""
    monkeypatch.setattr(start_module, "_become", lambda command: 0)
    publish(here, "# Bends")
    korean(KOREAN)

    def run(*argv, code=0):
        assert main(argv) == code
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


def publish(here, title):
    lesson_path("03_activations").write_text(notebook("x = 1", text=title), encoding="utf-8")


def lesson(here, name="03_activations"):
    """What the cells of the student's copy say."""
    cells = json.loads((here / "dlcourse-work" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells]


def edit(here, code):
    path = here / "dlcourse-work" / "03_activations.ipynb"
    path.write_text(notebook(code, text=lesson(here)[0]), encoding="utf-8")


def test_lessons_are_english_until_another_language_is_chosen(typed, here):
    typed("start")
    assert lesson(here) == ["# Bends", "x = 1"]
    assert WorkFolder(here / "dlcourse-work").language == "en"


def test_the_language_that_was_chosen_is_that_of_the_lessons_and_of_what_is_said(typed, here):
    assert "레슨은 " in typed("start", "--language", "ko")
    assert lesson(here) == ["# 휘어짐", "x = 1"]


def test_what_has_no_translation_stays_english(typed, here):
    publish(here, "# Another title")
    typed("start", "--language", "ko")
    assert lesson(here) == ["# Another title", "x = 1"]


def test_the_choice_is_kept_for_the_next_start_and_for_its_updates(typed, here):
    typed("start", "--language", "ko")
    publish(here, "# Slopes")
    assert "03_activations.ipynb 새로워졌어요." in typed("start")
    assert lesson(here) == ["# 기울기", "x = 1"]


def test_a_lesson_that_was_not_edited_is_replaced_by_the_one_in_the_new_language(typed, here):
    typed("start")
    typed("start", "--language", "ko")
    assert lesson(here) == ["# 휘어짐", "x = 1"]
    typed("start", "--language", "en")
    assert lesson(here) == ["# Bends", "x = 1"]
    assert list((here / "dlcourse-work").glob("*.new*")) == []


def test_a_lesson_that_was_edited_is_kept_and_the_other_language_lands_beside_it_once(typed, here):
    typed("start")
    edit(here, "mine = 2")
    for chosen in ("ko", "en", "ko"):
        typed("start", "--language", chosen)
    assert lesson(here) == ["# Bends", "mine = 2"]
    assert lesson(here, "03_activations.new") == ["# 휘어짐", "x = 1"]
    assert [path.name for path in (here / "dlcourse-work").glob("*.new*")] == ["03_activations.new.ipynb"]


def test_a_lesson_is_reset_in_the_language_of_its_folder(typed, here):
    typed("start", "--language", "ko")
    edit(here, "mine = 2")
    typed("reset", "3")
    assert lesson(here) == ["# 휘어짐", "x = 1"]


def test_status_knows_a_lesson_in_another_language_that_was_not_edited(typed, monkeypatch):
    typed("start", "--language", "ko")
    monkeypatch.setattr("dlcourse.student.progress.verdicts", lambda *_: pytest.fail("it is judged"))
    assert "03_activations" in typed("status")


def test_an_unknown_language_is_an_error_that_names_those_there_are(typed, here):
    said = typed("start", "--language", "fr", code=2)
    assert said == "dlcourse: there are no lessons in 'fr': --language takes en, ko\n"
    assert not (here / "dlcourse-work").exists()


def test_who_speaks_another_language_than_the_lessons_is_told_of_it(typed, monkeypatch):
    offer = "The lessons are there in this language too: `dlcourse start --language ko`."
    assert offer not in typed("start")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    assert offer in typed("start")
    assert offer not in typed("start", "--language", "ko")


@pytest.mark.parametrize("command", [["status"], ["reset", "3"], ["check", "3"]])
def test_every_command_heeds_the_choice(typed, monkeypatch, command):
    typed("start", "--language", "ko")
    monkeypatch.setattr("dlcourse.student.check.verdicts", lambda *_: [])
    monkeypatch.setattr(language, "_spoken", [])
    typed(*command)
    assert language.spoken() == "ko"


@pytest.mark.parametrize("command", ["check", "reset"])
def test_a_name_of_no_lesson_is_answered_in_the_language_of_the_usual_folder(typed, monkeypatch, command):
    typed("start", "--language", "ko")
    monkeypatch.setattr(language, "_spoken", [])
    typed(command, "no_such_lesson.ipynb", code=2)
    assert language.spoken() == "ko"


def test_the_environment_goes_before_the_choice(typed, monkeypatch):
    typed("start", "--language", "ko")
    monkeypatch.setattr(language, "_spoken", [])
    monkeypatch.setenv("DLCOURSE_LANGUAGE", "en")
    typed("status")
    assert language.spoken() == "en"


@pytest.mark.parametrize("place", [".", "mine"])
def test_cells_speak_the_language_of_the_folder_in_which_their_notebook_is(typed, here, monkeypatch, place):
    typed("start", "--language", "ko")
    (here / "dlcourse-work" / place).mkdir(exist_ok=True)
    monkeypatch.setattr(language, "_spoken", [])
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert language.spoken() == "en"
    monkeypatch.chdir(here / "dlcourse-work" / place)
    assert language.spoken() == "ko"


@pytest.mark.parametrize("content", [b"", b"fr\n", b"../ko", b"\xff\xfe"])
def test_a_choice_that_is_none_means_english(typed, here, content):
    typed("start", "--language", "ko")
    (here / "dlcourse-work" / language.CHOICE).write_bytes(content)
    assert WorkFolder(here / "dlcourse-work").language == "en"


@pytest.mark.skipif(os.name != "posix", reason="a folder that one stands in cannot be deleted here")
def test_a_process_whose_folder_was_deleted_speaks_all_the_same(here, monkeypatch):
    (here / "gone").mkdir()
    monkeypatch.chdir(here / "gone")
    (here / "gone").rmdir()
    assert language.spoken() == "en"


# The course as it is

in_a_clone = pytest.mark.skipif(not (CLONE / "translations").is_dir(), reason="not in a clone")


@in_a_clone
@pytest.mark.parametrize("stem", lesson_stems())
def test_a_lesson_in_korean_has_the_code_ids_and_metadata_of_the_english_one(stem):
    ours, theirs = (json.loads(released_notebook(stem, chosen)) for chosen in ("en", "ko"))
    for cells in (ours["cells"], theirs["cells"]):
        for cell in cells:
            if cell["cell_type"] == "markdown":
                del cell["source"]
    assert ours == theirs


@in_a_clone
def test_start_gives_the_lesson_that_the_builder_makes_of_the_same_translation():
    from dlcourse.authoring.source import read_lesson
    from dlcourse.authoring.translation.edition import Edition

    edition = Edition(CLONE, read_lesson(CLONE / "solutions" / "03_activations.py"), "ko")
    built = edition.translated(CLONE / "lessons" / "03_activations.ipynb")
    assert released_notebook("03_activations", "ko") == built != released_notebook("03_activations")


def answered(stem, chosen):
    """The lesson in this language with the answers of the course, one of them spoilt."""
    solved = json.loads((CLONE / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))
    code = {cell["id"]: cell["source"] for cell in solved["cells"] if cell["cell_type"] == "code"}
    handed_in = json.loads(released_notebook(stem, chosen))
    for cell in handed_in["cells"]:
        cell["source"] = code.get(cell["id"], cell["source"])
        if cell["metadata"].get("dlcourse") == {"exercise": "sigmoid"}:
            cell["source"] = "def sigmoid(x):\n    return np.tanh(x)\n"
    return json.dumps(handed_in, ensure_ascii=False)


@in_a_clone
def test_a_korean_notebook_that_is_handed_in_is_graded_as_the_english_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for student, chosen in (("ada", "en"), ("kim", "ko")):
        path = tmp_path / "in" / student / "03_activations.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(answered("03_activations", chosen), encoding="utf-8")
    assert main(["grade", "in", "--out", "out", "--workers", "1"]) == 0
    with open("out/scores.csv", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    english, korean = ([row | {"student": ""} for row in rows if row["student"] == n] for n in ("ada", "kim"))
    assert english == korean
    assert {row["status"] for row in english if row["lesson"] == "03_activations"} == {"passed", "failed"}


@in_a_clone
def test_korean_lessons_are_started_where_no_tool_of_authors_is_installed(tmp_path):
    """In a process of its own, from which polib and nbformat have been taken."""
    script = (
        "import sys; sys.modules.update(dict.fromkeys(['polib', 'nbformat', 'jupytext', 'sphinx']))\n"
        "from dlcourse.student import start; start._become = lambda command: 0\n"
        "from dlcourse.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    environment = os.environ | {"PYTHONPATH": str(CLONE), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", script, "start", "--language", "ko"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "활성화함수" in (tmp_path / "dlcourse-work" / "03_activations.ipynb").read_text(encoding="utf-8")
