import nbformat
import pytest

from dlcourse.authoring.lint import output_faults, source_faults

from .conftest import POINTS

ANSWER = "    ### BEGIN SOLUTION\n    twice = x + x\n    return twice\n    ### END SOLUTION\n"


def test_a_lesson_that_is_as_it_should_be_has_no_fault(read):
    assert source_faults(read(), POINTS) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("# # A lesson", "# A lesson", 1, "the first cell is the title"),
        (' role="setup"', "", 1, "the first code cell, and no other"),
        ('# %% guess="four"', '# %% role="setup"\n1\n\n# %% guess="four"', 24, "the first code cell"),
        ("double = check(double)\n", "\n", 18, "this cell is empty"),
        ("double = check(double)", "double = check(double)\n1", 9, "= check(double)` and nothing else"),
        ('# %% check="double"\ndouble = check(double)', "# %%\n1", 9, 'no cell `# %% check="double"` after'),
        ('check="double"', 'check="twice"', 18, "a check of 'twice', which no cell has"),
        ("def double", "def treble", 9, "does not define `double`"),
        (ANSWER, "    return 2\n", 9, "has no solution"),
        ('exercise="double"', 'exercise="treble"', 9, "no exercise 'treble'"),
        ('exercise="double"', 'exercise="treble"', 1, 'no cell `# %% exercise="double"`'),
        ("    twice = x + x", "    twice = x +", 9, "the solved cell is not Python"),
        ("    ### BEGIN SOLUTION\n    twice = x + x", "    if x:\n    ### BEGIN SOLUTION\n      twice = x", 9,
         "the blanked cell is not Python"),
        ("# %% guess", '# %% guess="four"\nprint(4)\n\n# %% guess', 24, "two cells are called guess 'four'"),
    ],
)  # fmt: skip
def test_a_fault_of_the_source_is_said_with_its_line(read, old, new, line, says):
    found = source_faults(read(old, new), POINTS)
    assert any(f"03_doubling.py:{line}: " in fault and says in fault for fault in found), found


def shown(**data):
    return nbformat.v4.new_output(
        "display_data", data={key.replace("_", "/", 1): value for key, value in data.items()}
    )


def faults(*outputs):
    cell = nbformat.v4.new_code_cell("1", id="look", outputs=list(outputs))
    return list(output_faults(nbformat.v4.new_notebook(cells=[cell])))


def test_a_figure_without_alt_text_is_a_fault():
    assert "without alt text" in faults(shown(image_png="AAAA", text_plain="<Figure size 640x480>"))[0]
    assert "without alt text" in faults(shown(text_html="<p><img src='x'></p>"))[0]


def test_a_figure_with_alt_text_is_none():
    assert (
        faults(shown(image_png="AAAA", text_plain="[figure: two curves]"), shown(text_html="<img alt='two'>"))
        == []
    )


def test_errors_and_warnings_in_an_output_are_faults():
    warning = nbformat.v4.new_output(
        "stream", name="stderr", text="x.py:1: RuntimeWarning: overflow\n  y = 1\n"
    )
    error = nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
    assert faults(warning, error) == [
        "cell 'look' printed a warning: x.py:1: RuntimeWarning: overflow",
        "cell 'look' stopped with ValueError: no",
    ]
