"""`dlcourse release`: whole, the same bytes each time, and without an answer."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from dlcourse import __version__
from dlcourse.authoring import bundle
from dlcourse.authoring.bundle import BUNDLE, HOW_TO_START
from dlcourse.authoring.solutions import bodies
from dlcourse.authoring.source import read_lesson
from dlcourse.authoring.wheel import WHEEL
from dlcourse.cli import main
from dlcourse.course.lessons import LESSONS

from .conftest import POINTS

CLONE = Path(__file__).parents[2]
in_a_clone = pytest.mark.skipif(not (CLONE / "solutions").is_dir(), reason="not in a clone")


def contents(folder):
    """Every file with its bytes, mode and age; folders with theirs."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes() if path.is_file() else None,
            oct(path.stat().st_mode),
            path.stat().st_mtime,
        )
        for path in folder.rglob("*")
    }


def packed(wheel, members):
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return wheel


@pytest.fixture
def release(root, built, monkeypatch, capsys):
    """Type `dlcourse release …` in the clone: gives the exit code and what was printed, on both channels.

    This clone has no package, and so no wheel is made of it.
    """
    exercises = {name: SimpleNamespace(name=name, max_points=points) for name, points in POINTS.items()}
    monkeypatch.setattr("dlcourse.exercises.catalogue", lambda: {"03_doubling": exercises})
    (root / "LICENSE").write_text("Do as you like.\n")
    monkeypatch.chdir(root)

    def run(*argv):
        without = [] if "--wheel" in argv else ["--no-wheel"]
        code = main(["release", *map(str, argv), *without])
        return code, *capsys.readouterr()

    return run


def add_to_lesson(root, text, **cell):
    """Write `text` into the student's notebook behind the builder's back."""
    path = root / "lessons" / "03_doubling.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(text, **cell))
    nbformat.write(notebook, path)


@in_a_clone
def test_the_course_itself_is_released_whole_and_nothing_of_it_has_an_answer(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(CLONE)
    assert main(["release", str(tmp_path / "out"), "--no-wheel"]) == 0
    stems = [path.stem for path in sorted(CLONE.glob("lessons/*.ipynb"))]
    expected = {f"{BUNDLE}/lessons/{stem}.ipynb" for stem in stems}
    expected |= {f"nbgrader/source/{stem}/{stem}.ipynb" for stem in stems}
    expected |= {f"{BUNDLE}/{name}" for name in ("README.md", "requirements.txt", "LICENSE")}
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    files |= {f"{BUNDLE}/LICENSE"}
    assert files - {BUNDLE} == expected | {f"{BUNDLE}.zip", "nbgrader/nbgrader_config.py"}

    said = "".join(
        cell.source + "\n"
        for path in (tmp_path / "out").rglob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
    )
    answers = [
        body.strip("\n")
        for stem in stems
        for cell in read_lesson(CLONE / "solutions" / f"{stem}.py").of("exercise")
        for body in bodies(cell)
        if len(body.strip()) > 20
    ]
    assert len(answers) > 3 * len(stems)
    assert not [answer for answer in answers if answer in said]


@in_a_clone
def test_what_students_are_given_has_the_lessons_in_korean_and_no_answer_in_them(
    tmp_path, monkeypatch, capsys
):
    """In the wheel, which is looked through for answers like the rest."""
    pytest.importorskip("hatchling")
    monkeypatch.chdir(CLONE)
    assert main(["release", str(tmp_path / "out")]) == 0, capsys.readouterr().err
    wheel = zipfile.ZipFile(tmp_path / "out" / BUNDLE / WHEEL)
    assert "활성화함수" in wheel.read("dlcourse/languages/ko/LC_MESSAGES/dlcourse.mo").decode(
        errors="replace"
    )
    assert "dlcourse start --language ko" in (tmp_path / "out" / BUNDLE / "README.md").read_text("utf-8")


def test_the_zip_has_the_files_of_the_folder_in_order_and_can_be_read_by_anyone(release, tmp_path):
    assert release(tmp_path / "out")[0] == 0
    archive = zipfile.ZipFile(tmp_path / "out" / f"{BUNDLE}.zip")
    folder = tmp_path / "out" / BUNDLE
    files = [f"{BUNDLE}/{name}" for name in ("LICENSE", "README.md", "requirements.txt")]
    assert archive.namelist() == [*files, f"{BUNDLE}/lessons/03_doubling.ipynb"]
    for entry in archive.infolist():
        assert archive.read(entry) == (folder.parent / entry.filename).read_bytes()
        assert entry.external_attr >> 16 == 0o100644
    assert (folder / "requirements.txt").read_text() == f"dlcourse=={__version__}\n"
    assert (folder / "LICENSE").read_text() == "Do as you like.\n"


def test_nbgrader_finds_an_assignment_a_lesson(root, release, tmp_path):
    release(tmp_path / "out")
    course = tmp_path / "out" / "nbgrader"
    lesson = course / "source" / "03_doubling" / "03_doubling.ipynb"
    assert lesson.read_bytes() == (root / "lessons" / "03_doubling.ipynb").read_bytes()
    parts = ("CourseDirectory", "ClearSolutions", "Execute")
    settings = SimpleNamespace(**{part: SimpleNamespace() for part in parts})
    exec((course / "nbgrader_config.py").read_text(), {"get_config": lambda: settings})
    assert settings.CourseDirectory.course_id == "dlcourse"
    assert settings.ClearSolutions.enabled is False
    assert settings.Execute.timeout >= 100  # seconds, for the check of project 16


@in_a_clone
def test_nbgrader_generates_what_students_get(tmp_path, monkeypatch):
    pytest.importorskip("nbgrader", reason="no nbgrader: pip install nbgrader")
    monkeypatch.chdir(CLONE)
    main(["release", str(tmp_path / "out"), "--no-wheel"])
    course = tmp_path / "out" / "nbgrader"
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "03_activations"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls `alembic`
    environment = {**os.environ, "PATH": path}
    subprocess.run(command, cwd=course, env=environment, check=True, capture_output=True, timeout=120)
    given, made = (
        nbformat.read(course / step / "03_activations" / "03_activations.ipynb", as_version=4)
        for step in ("source", "release")
    )
    assert [cell.source for cell in made.cells] == [cell.source for cell in given.cells]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no POSIX modes here")
def test_another_time_place_and_umask_give_the_same_bytes(root, release, tmp_path):
    assert release(tmp_path / "one" / "out")[0] == 0
    for path in [*root.glob("*/*"), root / "LICENSE"]:
        os.utime(path, (1_700_000_000, 1_700_000_000))
        path.chmod(0o600)
    before = os.umask(0o077)
    try:
        assert release(tmp_path / "two" / "else")[0] == 0
    finally:
        os.umask(before)
    one, two = contents(tmp_path / "one" / "out"), contents(tmp_path / "two" / "else")
    assert one == two
    assert len(one) > 8


def test_a_second_release_leaves_the_first_as_it_is(release, tmp_path):
    release(tmp_path / "out")
    before = contents(tmp_path / "out")
    code, said, _ = release(tmp_path / "out")
    assert (code, "unchanged" in said) == (0, True)
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("there", ["notes.txt", "nbgrader/gradebook.db", f"{BUNDLE}/lessons/mine.ipynb"])
def test_a_folder_that_holds_something_else_is_refused_and_left_alone(release, tmp_path, there):
    release(tmp_path / "out")
    (tmp_path / "out" / there).write_text("mine")
    before = contents(tmp_path)
    code, said, errors = release(tmp_path / "out")
    assert (code, said, errors.count("\n")) == (2, "", 1)
    assert "holds something else than this release; give a new folder" in errors
    assert contents(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_refused(release, tmp_path):
    (tmp_path / "out").write_text("mine")
    assert release(tmp_path / "out")[0] == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_will_do(release, tmp_path):
    (tmp_path / "out").mkdir()
    assert release(tmp_path / "out")[0] == 0
    assert (tmp_path / "out" / f"{BUNDLE}.zip").exists()


def test_a_write_that_fails_leaves_nothing(release, tmp_path, monkeypatch):
    def full(path, mode):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    (tmp_path / "place").mkdir()
    code, _, errors = release(tmp_path / "place" / "out")
    assert code == 2
    assert "No space left on device" in errors
    assert list((tmp_path / "place").iterdir()) == []


def refused(answer, folder):
    code, said, errors = answer
    assert (code, said, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("dlcourse: nothing was released: ")
    assert not folder.exists()
    return errors


@pytest.mark.parametrize(
    "leak",
    [
        "def double(x):\n    twice = x + x\n    return twice",
        "#    twice = x + x   # so\n#    return twice",
        "'''twice=x+x\nreturn twice'''",
    ],
)
def test_an_answer_planted_in_a_lesson_is_not_released(root, release, tmp_path, leak):
    add_to_lesson(root, leak)
    assert "03_doubling.ipynb" in refused(release(tmp_path / "out"), tmp_path / "out")


@pytest.mark.parametrize("where", ["source", "output", "metadata", "licence"])
def test_the_proof_reads_all_that_is_released(root, release, tmp_path, monkeypatch, where):
    """What `dlcourse build --check` finds is put aside: the released files themselves are read."""
    monkeypatch.setattr("dlcourse.authoring.proof.faults", lambda *_: [])
    answer = "twice = x + x\nreturn twice"
    output = nbformat.v4.new_output("stream", text=answer)
    if where == "licence":
        (root / "LICENSE").write_text(answer)
    else:
        hidden = {"outputs": [output]} if where == "output" else {"metadata": {"hint": answer}}
        add_to_lesson(root, answer if where == "source" else "1", **({} if where == "source" else hidden))
    errors = refused(release(tmp_path / "out"), tmp_path / "out")
    assert "gives away the answer of 'double' of 03_doubling" in errors
    assert "(and 2 more)" in errors if where != "licence" else "(and 1 more)" in errors


def test_a_wheel_goes_with_the_lessons_and_is_what_is_installed(release, tmp_path):
    wheel = packed(tmp_path / WHEEL, {"dlcourse/doubling.py": "twice = x + x\nreturn twice"})
    assert release(tmp_path / "out", "--wheel", wheel)[0] == 0
    folder = tmp_path / "out" / BUNDLE
    assert (folder / WHEEL).read_bytes() == wheel.read_bytes()
    assert (folder / "requirements.txt").read_text() == f"./{WHEEL}\n"
    archive = zipfile.ZipFile(tmp_path / "out" / f"{BUNDLE}.zip")
    assert archive.read(f"{BUNDLE}/{WHEEL}") == wheel.read_bytes()


def test_an_answer_in_a_wheels_lessons_is_not_released(root, release, tmp_path):
    solved = (root / "solutions" / "03_doubling.ipynb").read_text()
    wheel = packed(tmp_path / WHEEL, {"dlcourse/lessons/03_doubling.ipynb": solved})
    assert WHEEL in refused(release(tmp_path / "out", "--wheel", wheel), tmp_path / "out")


def test_what_is_no_wheel_of_this_version_is_refused(release, tmp_path):
    with_tests = packed(tmp_path / WHEEL, {"tests/test_doubling.py": ""})
    older = packed(tmp_path / "dlcourse-0.0.1-py3-none-any.whl", {})
    for wheel, says in ((with_tests, "has tests/test_doubling.py"), (older, "is not the wheel of this")):
        code, _, errors = release(tmp_path / "out", "--wheel", wheel)
        assert code == 2
        assert says in errors
    with_tests.write_text("no zip")
    assert release(tmp_path / "out", "--wheel", with_tests)[0] == 2


@in_a_clone
def test_in_a_clone_the_wheel_is_made_and_is_the_same_each_time(tmp_path, monkeypatch, capsys):
    pytest.importorskip("hatchling", reason="no hatchling: pip install hatchling")
    monkeypatch.chdir(tmp_path)  # an installation with -e knows its clone
    for name in ("one", "two"):
        assert main(["release", name, "--lesson", "3"]) == 0
    one, two = ((tmp_path / name / BUNDLE / WHEEL).read_bytes() for name in ("one", "two"))
    assert one == two
    assert (
        "dlcourse/lessons/03_activations.ipynb"
        in zipfile.ZipFile(tmp_path / "one" / BUNDLE / WHEEL).namelist()
    )
    assert (tmp_path / "one" / BUNDLE / "requirements.txt").read_text() == f"./{WHEEL}\n"
    assert "on an index" not in capsys.readouterr().out


@in_a_clone
@pytest.mark.parametrize("root", [None, CLONE], ids=["installed", "clone"])
def test_some_lessons_are_released_alone_and_students_are_told_which(tmp_path, monkeypatch, capsys, root):
    monkeypatch.setattr(bundle, "clone", lambda: root)
    argv = ["release", str(tmp_path / "week"), "--lesson", "rectifiers", "--lesson", "3", "--no-wheel"]
    assert main(argv) == 0
    folder = tmp_path / "week"
    stems = ["03_activations", "04_rectifiers"]
    assert sorted(path.stem for path in (folder / BUNDLE / "lessons").iterdir()) == stems
    assert sorted(path.name for path in (folder / "nbgrader" / "source").iterdir()) == stems
    page = (folder / BUNDLE / "README.md").read_text(encoding="utf-8")
    assert "hands out `03_activations.ipynb`, `04_rectifiers.ipynb`," in page
    assert "dlcourse start --lesson 03_activations\n" in page
    assert "\n2 lessons" not in page
    assert "2 lessons, " in capsys.readouterr().out


@in_a_clone
def test_without_a_clone_what_is_installed_is_released_and_said_to_be_unproved(tmp_path, monkeypatch, capsys):
    """The same files, but for the proof: there are no answers to compare them with."""
    wheel = packed(tmp_path / WHEEL, {"dlcourse/__init__.py": ""})
    given = []
    for root in (CLONE, None):
        monkeypatch.setattr(bundle, "clone", lambda root=root: root)
        assert main(["release", str(tmp_path / f"out{len(given)}"), "--wheel", str(wheel)]) == 0
        given.append(contents(tmp_path / f"out{len(given)}"))
    assert given[0] == given[1]
    assert f"{len(LESSONS)} lessons, as installed, not searched for answers." in capsys.readouterr().out


def test_an_installation_without_a_clone_needs_no_extra(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "clone", lambda: None)
    monkeypatch.setattr(bundle, "needs_author", None)
    assert main(["release", str(tmp_path / "out")]) == 0


def test_a_lesson_that_is_not_there_is_no_reason_for_a_folder(release, tmp_path):
    code, _, errors = release(tmp_path / "out", "--lesson", "5")
    assert (code, (tmp_path / "out").exists()) == (2, False)
    assert errors == "dlcourse: no lesson is called '5'; there is 03_doubling\n"


def test_a_fault_in_another_lesson_does_not_hold_up_this_weeks(root, release, tmp_path):
    (root / "solutions" / "04_tripling.py").write_text("# %% [markdown]\n# # Not written yet\n")
    assert release(tmp_path / "all")[0] == 2
    assert release(tmp_path / "week", "--lesson", "3")[0] == 0


def test_a_wheel_that_cannot_be_made_is_told_of_in_a_line(release, root, tmp_path, capsys):
    assert main(["release", str(tmp_path / "out")]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith(f"dlcourse: the wheel of {root} cannot be made: ")
    assert errors.count("\n") == 1 and not (tmp_path / "out").exists()


@in_a_clone
def test_students_are_told_the_python_that_the_course_needs():
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = re.search(r"Python (\S+) or later", HOW_TO_START)[1]
    assert project["requires-python"] == f">={needed}"
