import nbformat
import pytest

from dlcourse.authoring.lint import output_faults, source_faults

from .conftest import POINTS

GUESS = '# %% guess="four"'
DISCUSSED = '# %% [markdown] discussion="go-further"\n# Four it is.\n\n'
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


def test_a_demonstration_has_thirty_lines_at_most_or_a_reason(read):
    thirty = "# %%\n" + "x = 1\n" * 30 + f"\n{GUESS}"
    assert source_faults(read(GUESS, thirty), POINTS) == []
    (fault,) = source_faults(read("x = 1\n", "x = 1\n# one more\n"), POINTS)
    assert "03_doubling.py:24: this demonstration has 31 lines, at most 30 are read" in fault
    assert source_faults(read("# %%\n", '# %% long="one table"\n'), POINTS) == []


def test_questions_to_go_further_and_their_discussion_come_together(read):
    asked = f"# %% [markdown]\n# ## Go further\n# What is four?\n\n{GUESS}"
    (fault,) = source_faults(read(GUESS, asked), POINTS)
    assert fault.endswith(':24: after `## Go further` comes `# %% [markdown] discussion="go-further"`')
    assert source_faults(read(GUESS, DISCUSSED + GUESS), POINTS) == []


MARKED = '# %% [markdown] words="why" points=2\n# Here.\n\n'
RUBRIC = '# %% [markdown] rubric="why"\n# 2 points for even.\n\n'


def test_an_answer_in_words_and_its_rubric_come_together_the_answer_first(read):
    assert source_faults(read(GUESS, MARKED + RUBRIC + GUESS), POINTS) == []
    (fault,) = source_faults(read(RUBRIC, ""), POINTS)
    assert ':24: after words="why" comes `# %% [markdown] rubric="why"`' in fault
    (fault,) = source_faults(read(MARKED, RUBRIC), POINTS)
    assert fault.endswith(':24: a rubric, and no cell words="why" that it is for')


def test_a_rubric_before_its_answer_is_a_fault(read):
    (fault,) = source_faults(read(GUESS, RUBRIC + MARKED + GUESS), POINTS)
    assert ":27: after words" in fault


def test_a_discussion_has_questions_before_it_and_no_heading(read):
    (fault,) = source_faults(read(GUESS, DISCUSSED + GUESS), POINTS)
    assert ":24: a discussion, and no `## Go further` before it" in fault
    found = source_faults(read("# Four it is.", "# ## Four\n# Four it is."), POINTS)
    assert any(":24: a discussion has no headings" in fault for fault in found)


BLOCK = """\
import numpy as np
import torch

from dlcourse import activations

x = np.linspace(-2, 2, 5)
np.testing.assert_allclose(activations.relu(x), torch.relu(torch.tensor(x)), atol=1e-6)
"""
SECTION = f"""\
## In PyTorch

| dlcourse | torch | what differs |
|---|---|---|
| `relu` | `torch.relu` | nothing |

<details><summary>The same numbers</summary>

```python
{BLOCK}```

</details>
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", "", None),
        ("## In PyTorch", "## In practice", None),
        ("| what differs |", "| |", "begins with `| dlcourse | torch | what differs |`"),
        ("```python\n", "```\n", "has one block ```python, a blank line before it, not 0"),
        ("</summary>\n", "</summary>", "a blank line before it, not 0"),
        ("</details>", "```python\nnp.testing.assert_allclose(1, 1)\n```\n\n</details>", "before it, not 2"),
        ("x = np", "x = 1\n" * 11 + "x = np", "has 16 lines: at most 15"),
        ("x = np.linspace(", "x = np.linspace", "is not Python"),
        ("np.testing.assert_allclose(", "print(", "compares no numbers"),
        ("from dlcourse import activations\n", "", "uses 'activations' and does not import or define it"),
    ],
)
def test_what_stands_under_in_pytorch_is_a_table_and_one_short_block(read, old, new, says):
    text = "".join(f"# {line}".rstrip() + "\n" for line in SECTION.replace(old, new, 1).splitlines())
    found = source_faults(read(GUESS, f"# %% [markdown]\n{text}\n{GUESS}"), POINTS)
    assert found == [] if says is None else any(":24: " in fault and says in fault for fault in found), found


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
