"""Cells as notebooks have them become code."""

import time

import pytest

from dlcourse.grading.box.cell_source import compile_cell, without_magics


def run(source):
    space = {}
    eval(compile_cell(source, "<cell>")[0], space)
    return space


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install numpy\nx = 1",
        "!pip install \\\n   numpy\nx = 1",
        "%%time\nx = 1",
        "files = !ls -l\nx = 1",
        "a, b = %timeit -o f()\nx = 1",
        "np.exp?\nx = 1",
        "?np.exp\nx = 1",
        "if True:\n    %timeit f()\nx = 1",
        "if True:\n    %time x = 1",
        "%time !ls\nx = 1",
        "\n\n  \n%%capture out\nx = 1",
        "%matplotlib inline\nx = (7\n     % 2)\ntext = ('%d'\n        %(x))",
    ],
)
def test_magics_and_shell_lines_do_nothing_and_the_rest_runs(source):
    assert run(source)["x"] == 1


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile a.py", "%%javascript"])
def test_a_cell_in_another_language_is_empty(magic):
    assert "x" not in run(f"{magic}\nx = 1")


def test_plain_python_is_left_alone():
    source = "x = (7\n% 4)\ntext = '''\n!not a shell line\n'''"
    assert run(source)["x"] == 3
    assert run(source)["text"] == "\n!not a shell line\n"


def test_a_syntax_error_is_one():
    with pytest.raises(SyntaxError):
        compile_cell("def f(:", "<cell>")


def test_definitions_are_counted_in_order():
    assert compile_cell("def a(): pass\ndef b(): pass\ndef a(): pass\nc = 1", "<cell>")[1] == ["a", "b", "a"]


@pytest.mark.parametrize(
    "piece", [" ", "a", "a ", "%", "=", "a=", "a = ", "?", "\\\n", "!\\\n", "(", "'", '"""']
)
def test_hostile_text_costs_time_in_proportion(piece):
    def seconds(times):
        start = time.process_time()
        without_magics(piece * times + "\n%x")
        return time.process_time() - start

    assert seconds(400_000) < 1.0
