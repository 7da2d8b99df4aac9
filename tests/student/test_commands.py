import json
import re
import socket
import subprocess
import sys

import pytest

from dlcourse.cli import main
from dlcourse.course.errors import UserError
from dlcourse.exercises import catalogue
from dlcourse.exercises.engine.verdict import Verdict
from dlcourse.student import progress
from dlcourse.student import start as start_module

from .conftest import notebook

EXERCISES = catalogue()["03_activations"]


@pytest.fixture
def launched(monkeypatch, here):
    """What `start` would have become."""
    commands = []
    monkeypatch.setattr(start_module, "_become", lambda command: commands.append(command) or 0)
    return commands


@pytest.fixture
def judged(monkeypatch):
    """Judge a notebook by the words in it: each exercise whose name is there passes. Gives what was."""
    asked = []

    def verdicts(path, lesson):
        asked.append(path.name)
        text = path.read_text()
        done = {name: f'"{name}"' in json.dumps(text.split()).replace("\\", "") for name in EXERCISES}
        return [
            Verdict(name, lesson, "passed" if done[name] else "failed", 2 * done[name], 2, "It is 3, not 4.")
            for name in EXERCISES
        ]

    monkeypatch.setattr("dlcourse.student.check.verdicts", verdicts)
    monkeypatch.setattr("dlcourse.student.progress.verdicts", verdicts)
    return asked


def write(path, *done):
    path.write_text(notebook(" ".join(["mine", *done, "."])))


def said(capsys):
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_start_opens_jupyterlab_at_the_first_unfinished_lesson(here, launched, judged, capsys):
    assert main(["start"]) == 0
    assert "--LabApp.default_url=/lab/tree/03_activations.ipynb" in launched[0]
    write(here / "dlcourse-work" / "03_activations.ipynb", *EXERCISES)
    assert main(["start"]) == 0
    assert "--LabApp.default_url=/lab/tree/04_rectifiers.ipynb" in launched[1]
    assert f"Your lessons are in {here / 'dlcourse-work'}" in said(capsys)


def test_start_opens_the_lesson_that_was_named(here, launched):
    for typed in ("4", "rectifiers", "04_rectifiers"):
        assert main(["start", "--lesson", typed]) == 0
        assert "--LabApp.default_url=/lab/tree/04_rectifiers.ipynb" in launched[-1]


def test_start_inside_the_folder_does_not_make_another_in_it(here, launched, monkeypatch):
    main(["start"])
    monkeypatch.chdir("dlcourse-work")
    main(["start"])
    assert f"--ServerApp.root_dir={here / 'dlcourse-work'}" in launched[1]
    assert not (here / "dlcourse-work" / "dlcourse-work").exists()


def test_start_keeps_to_the_course_and_leaves_the_users_configuration_alone(here, launched):
    main(["start", "mine", "--no-browser", "--port", "18888"])
    (command,) = launched
    assert command[:4] == [sys.executable, "-P", "-m", "jupyterlab"]
    assert f"--LabApp.workspaces_dir={here / 'mine' / '.dlcourse' / 'workspaces'}" in command
    assert {"--no-browser", "--ServerApp.port=18888", "--ServerApp.port_retries=0"} <= set(command)
    overrides = json.loads((start_module.SETTINGS / "overrides.json").read_text())
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert overrides["@jupyterlab/docmanager-extension:plugin"]["autosaveInterval"] <= 10


def test_start_does_not_import_what_lies_in_the_folder_and_names_it(here, launched, capsys):
    for name in "random.py", "numpy.py", "mine.py":
        (here / name).write_text("def roll():\n    return 4\n")
    (here / "matplotlib").mkdir()
    (here / "matplotlib" / "__init__.py").touch()
    main(["start", "."])
    named = [line.split(" in ")[0] for line in said(capsys).split("\n") if "rename it" in line]
    assert named == ["matplotlib", "numpy.py", "random.py"]
    (command,) = launched
    version = [*command[: command.index("jupyterlab") + 1], "--version"]
    assert subprocess.run(version, cwd=here, capture_output=True).returncode == 0


def test_start_without_jupyterlab_says_how_to_install_it(here, launched, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["start"]) == 2
    assert re.fullmatch(
        r"dlcourse: JupyterLab is missing; install it with `\S+ -m pip install jupyterlab`\n", said(capsys)
    )


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["start", "--lesson", "rectifier"], "no lesson is called 'rectifier'; did you mean 04_rectifiers?"),
        (["start", "--port", "99999"], "99999 is not a port"),
        (["start", "--port", "eighty"], "invalid int value: 'eighty'"),
        (["status", "nowhere"], "there is no folder"),
        (["check", "03_activations.ipynb"], "there is no 03_activations.ipynb"),
        (["check", "homework.ipynb"], "no lesson is called 'homework'"),
        (["check", "."], ". is a folder; name a notebook in it"),
        (["reset", "nowhere/03_activations.ipynb"], "there is no folder nowhere"),
        (["reset", "activation"], "did you mean 03_activations?"),
    ],
)
def test_what_cannot_be_is_said_in_one_line_with_exit_code_2(here, launched, capsys, argv, says):
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("dlcourse: ")
    assert captured.err.count("\n") == 1
    assert says in captured.err
    assert launched == []


def test_a_port_that_is_taken_is_refused(here, launched, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert main(["start", "--port", str(other.getsockname()[1])]) == 2
    assert "name another or leave --port out" in said(capsys)


def test_status_counts_what_passes_and_says_what_is_next(here, launched, judged, capsys):
    main(["start"])
    write(here / "dlcourse-work" / "03_activations.ipynb", "collapse_linear", "sigmoid")
    capsys.readouterr()
    assert main(["status"]) == 0
    text = said(capsys)
    count = len(EXERCISES)
    line = rf"03_activations +(?:[✓✗] ){{{count}}} +2/{count} +4/{2 * count} +today \d\d:\d\d:\d\d"
    assert re.search(line, text), text
    assert "Next: `sigmoid_derivative` in 03_activations (not right yet)." in text


def test_status_runs_nothing_that_was_not_edited_and_nothing_twice(here, launched, judged):
    main(["start"])
    main(["status"])
    assert judged == []
    write(here / "dlcourse-work" / "03_activations.ipynb", "sigmoid")
    for _ in range(3):
        main(["status"])
    assert judged == ["03_activations.ipynb"]
    write(here / "dlcourse-work" / "03_activations.ipynb", "sigmoid", "tanh_derivative")
    main(["status"])
    assert judged == ["03_activations.ipynb"] * 2


def test_status_judges_again_when_an_exercise_has_changed(here, launched, judged, monkeypatch):
    main(["start"])
    write(here / "dlcourse-work" / "03_activations.ipynb", "sigmoid")
    main(["status"])
    monkeypatch.setitem(EXERCISES["sigmoid"].__dict__, "version", "another")
    monkeypatch.setattr("dlcourse.student.progress.catalogue", lambda: {"03_activations": EXERCISES})
    main(["status"])
    assert len(judged) == 2


def test_status_does_not_trust_a_spoilt_cache(here, launched, judged):
    main(["start"])
    write(here / "dlcourse-work" / "03_activations.ipynb", "sigmoid")
    for content in ("", "{", "[]", '{"a": [{"b": 1}]}'):
        (here / "dlcourse-work" / ".dlcourse" / "verdicts.json").write_text(content)
        assert main(["status"]) == 0
    assert len(judged) == 4


def test_status_reads_again_what_was_being_saved(here, launched, judged, capsys, monkeypatch):
    main(["start"])
    path = here / "dlcourse-work" / "03_activations.ipynb"
    path.write_text("")

    def verdicts(path, lesson):
        if not path.read_text():
            raise UserError(f"{path} is empty")
        return judged_verdicts(path, lesson)

    judged_verdicts = progress.verdicts
    monkeypatch.setattr(progress, "verdicts", verdicts)
    monkeypatch.setattr(progress.time, "sleep", lambda seconds: write(path, "sigmoid"))
    capsys.readouterr()
    main(["status"])
    assert re.search(rf"03_activations .* 1/{len(EXERCISES)} ", text := said(capsys)), text


def test_status_says_what_cannot_be_read_and_shows_the_rest(here, launched, capsys):
    main(["start"])
    (here / "dlcourse-work" / "03_activations.ipynb").write_text("{")
    (here / "dlcourse-work" / "04_rectifiers.ipynb").unlink()
    (here / "dlcourse-work" / "04_rectifiers.ipynb").mkdir()
    capsys.readouterr()
    assert main(["status"]) == 0
    text = said(capsys)
    assert re.search(r"^\S+/03_activations.ipynb is not JSON.+`dlcourse reset`", text, re.MULTILINE), text
    assert re.search(r"^\S+/04_rectifiers.ipynb cannot be opened: Is a directory$", text, re.MULTILINE), text


def test_check_of_what_cannot_be_read_says_how_to_get_a_fresh_one(here, launched, capsys):
    main(["start"])
    (here / "dlcourse-work" / "03_activations.ipynb").write_text("{")
    assert main(["check", "activations"]) == 2
    assert "`dlcourse reset` puts a fresh lesson there and keeps this one" in said(capsys)


def test_status_says_which_lesson_is_not_there(here, launched, judged, capsys):
    main(["start"])
    (here / "dlcourse-work" / "04_rectifiers.ipynb").unlink()
    capsys.readouterr()
    main(["status"])
    assert re.search(r"04_rectifiers .* not there", said(capsys))


def test_check_gives_the_messages_and_fails_until_all_pass(here, launched, judged, capsys):
    main(["start"])
    path = here / "dlcourse-work" / "03_activations.ipynb"
    write(path, "sigmoid")
    capsys.readouterr()
    assert main(["check", str(path)]) == 1
    text = said(capsys)
    assert "✓ sigmoid: passed" in text
    assert "It is 3, not 4." in text
    assert f"1 of {len(EXERCISES)} exercises of 03_activations pass" in text
    write(path, *EXERCISES)
    assert main(["check", "activations"]) == 0


def test_check_of_a_notebook_elsewhere_says_whose_rights_it_has_and_what_is_safe(
    here, judged, launched, capsys
):
    """A stranger's folder that looks like one that `start` has made is no better."""
    main(["start"])
    write(here / "dlcourse-work" / "03_activations.ipynb", *EXERCISES)
    (here / "ada" / ".dlcourse").mkdir(parents=True)
    write(here / "ada" / "03_activations.ipynb", *EXERCISES)
    capsys.readouterr()
    assert main(["check", "ada/03_activations.ipynb"]) == 0
    warned = capsys.readouterr().err
    assert "ada/03_activations.ipynb is not in dlcourse-work/ and is run with your rights" in warned
    assert "`dlcourse grade ada/03_activations.ipynb --out FOLDER`" in warned
    main(["check", "3"])
    assert capsys.readouterr().err == ""


def test_check_knows_a_copy_by_the_lesson_its_name_begins_with(here, judged):
    for name in ("03_activations.new.ipynb", "03_activations-2026-01-01-120000.ipynb"):
        write(here / name, *EXERCISES)
        assert main(["check", name]) == 0


def test_reset_puts_a_fresh_copy_and_keeps_the_old_one_under_a_dated_name(here, launched, capsys):
    main(["start"])
    path = here / "dlcourse-work" / "03_activations.ipynb"
    for work in ("first try", "second try", "third try"):
        path.write_text(notebook(work))
        assert main(["reset", str(path)]) == 0
        assert path.read_text() == notebook("03_activations, first version")
    kept = sorted(here.glob("dlcourse-work/03_activations-20*.ipynb"))
    assert sorted(one.read_text() for one in kept) == [
        notebook(f"{n} try") for n in ("first", "second", "third")
    ]
    assert kept[0].name in said(capsys)


def test_a_lesson_that_was_reset_is_updated_in_place_later(here, launched, released, capsys):
    main(["start"])
    path = here / "dlcourse-work" / "03_activations.ipynb"
    path.write_text(notebook("mine"))
    released("second version")
    main(["reset", "3"])
    released("third version")
    main(["start"])
    assert path.read_text() == notebook("third version")


def test_reset_brings_back_a_lesson_that_was_deleted(here, launched):
    main(["start"])
    path = here / "dlcourse-work" / "03_activations.ipynb"
    path.unlink()
    assert main(["reset", str(path)]) == 0
    assert path.exists()
