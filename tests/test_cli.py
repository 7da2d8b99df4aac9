import json
import os
import signal
import subprocess
import sys

import pytest

from dlcourse import __version__, cli
from dlcourse.course.errors import UserError
from dlcourse.course.terminal import nearest


def dlcourse(*argv, **options):
    options = {"capture_output": True, "text": True, "timeout": 60, **options}
    return subprocess.run([sys.executable, "-m", "dlcourse", *argv], **options)


@pytest.fixture
def command(monkeypatch):
    """Stand in for `dlcourse start` with a function of no arguments."""

    def stand_in(body):
        monkeypatch.setattr("dlcourse.student.start.add_arguments", lambda parser: None)
        monkeypatch.setattr("dlcourse.student.start.run", lambda args: body())

    return stand_in


def stop(error):
    def body():
        raise error

    return body


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp949", "utf-8", "utf-16"])
def test_no_character_ends_a_command_whatever_the_encoding_of_its_output(tmp_path, encoding):
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "03_activations.ipynb").write_text(json.dumps(notebook))
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    for argv, says in (("check", "03_activations.ipynb"), "sigmoid: missing"), (("status", "."), "Next: `"):
        answer = dlcourse(*argv, cwd=tmp_path, env=environment, text=False)
        assert answer.returncode in (0, 1)
        assert "Traceback" not in answer.stderr.decode(encoding)
        assert says in answer.stdout.decode(encoding)
    answer = dlcourse("check", b"\xff\xe9.ipynb", cwd=tmp_path, env=environment, text=False)
    assert answer.returncode == 2
    assert "dlcourse: " in answer.stderr.decode(encoding)


def test_marks_stay_apart_where_they_cannot_be_shown():
    assert len(set(nearest("✓✗◐○·"))) == 5


def test_version_is_said():
    answer = dlcourse("--version")
    assert (answer.returncode, answer.stdout) == (0, f"dlcourse {__version__}\n")


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["start", "--help"], ["strat"]])
def test_saying_what_there_is_imports_no_numpy_and_nothing_else_that_is_slow(argv):
    code = (
        "import json, sys\nfrom dlcourse.cli import main\n"
        f"try: main({argv!r})\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(answer.stdout.splitlines()[-1])}
    assert not loaded & {
        "numpy",
        "matplotlib",
        "jupyterlab",
        "nbformat",
        "jupytext",
        "rich",
        "msgspec",
        "sqlite3",
    }


def test_every_command_has_its_arguments_and_says_what_it_does():
    for name, _, does in cli.COMMANDS:
        answer = dlcourse(name, "--help")
        assert answer.returncode == 0, answer.stderr
        assert does.split()[-1].rstrip(".") in answer.stdout


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "the following arguments are required: COMMAND; see `dlcourse --help`"),
        (["strat"], "no command is called 'strat'; did you mean `dlcourse start`?"),
        (["fly"], f"no command is called 'fly'; there is {', '.join(name for name, *_ in cli.COMMANDS)}"),
        (["start", "--prot", "1"], "unrecognized arguments: --prot; see `dlcourse --help`"),
        (["check"], "the following arguments are required: NOTEBOOK; see `dlcourse check --help`"),
    ],
)
def test_a_wrong_command_line_gets_one_line_and_exit_code_2(argv, says, capsys):
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"dlcourse: {says}\n")


def test_a_users_error_is_one_line_with_exit_code_2(command, capsys):
    command(stop(UserError("the tide is out; wait")))
    assert cli.main(["start"]) == 2
    assert capsys.readouterr().err == "dlcourse: the tide is out; wait\n"


def test_an_interruption_is_one_line_with_exit_code_130(command, capsys):
    command(stop(KeyboardInterrupt()))
    assert cli.main(["start"]) == 130
    assert capsys.readouterr().err == "dlcourse: stopped\n"


def test_an_error_of_ours_is_not_hidden(command):
    command(stop(ZeroDivisionError("ours")))
    with pytest.raises(ZeroDivisionError):
        cli.main(["start"])


def test_the_exit_code_is_the_commands(command):
    command(lambda: 1)
    assert cli.main(["start"]) == 1
    command(lambda: None)
    assert cli.main(["start"]) == 0


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="no SIGPIPE: pipes end otherwise here")
def test_a_reader_that_leaves_early_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    answer = dlcourse("--help", stdout=writer, stderr=subprocess.PIPE, capture_output=False)
    os.close(writer)
    assert answer.stderr == ""
