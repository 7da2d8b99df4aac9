import nbformat
import pytest

from dlcourse.authoring.notebooks import serialise, solved_notebook, student_notebook

from .conftest import POINTS


def by_id(notebook):
    return {cell.id: cell for cell in notebook.cells}


def test_cells_have_their_names_as_ids_and_others_a_hash_that_does_not_change(read):
    lesson = read()
    ids = [cell.id for cell in student_notebook(lesson, POINTS).cells]
    assert ids[1:] == ["setup", "double", "check-double", "talk", "guess-four"]
    assert ids == [cell.id for cell in solved_notebook(lesson, POINTS).cells]
    assert ids == [cell.id for cell in student_notebook(read("Twice x.", "Two times x."), POINTS).cells]


def test_two_cells_with_the_same_text_have_different_ids(read):
    lesson = read("# %% guess", "# %% [markdown]\n# Look.\n\n# %% [markdown]\n# Look.\n\n# %% guess")
    nbformat.validate(student_notebook(lesson, POINTS))
    ids = [cell.id for cell in student_notebook(lesson, POINTS).cells]
    assert ids[6] == f"{ids[5]}-2"


def test_a_discussion_is_in_the_solved_notebook_only_and_moves_no_id(read):
    before = [cell.id for cell in student_notebook(read(), POINTS).cells]
    lesson = read("# %% guess", '# %% [markdown] discussion="go-further"\n# Four it is.\n\n# %% guess')
    assert [cell.id for cell in student_notebook(lesson, POINTS).cells] == before
    cell = by_id(solved_notebook(lesson, POINTS))["discussion-go-further"]
    assert (cell.source, cell.metadata.dlcourse) == ("Four it is.", {"discussion": "go-further"})


WORDS = """\
# %% [markdown] words="why" points=2
# *Write your answer here.*

# %% [markdown] rubric="why"
# 2 points for even, 1 for four.

# %% guess"""


def test_an_answer_in_words_is_a_cell_that_nbgrader_has_graded_by_hand(read):
    lesson = read("# %% guess", WORDS)
    for notebook in (student_notebook, solved_notebook):
        cell = by_id(notebook(lesson, POINTS))["words-why"]
        assert (cell.cell_type, cell.source) == ("markdown", "*Write your answer here.*")
        by_hand = {"grade_id": "words-why", "solution": True, "grade": True, "locked": False, "points": 2}
        assert cell.metadata.nbgrader == {"schema_version": 3, "task": False} | by_hand
        assert cell.metadata.dlcourse == {"words": "why"} and cell.metadata.deletable is False


def test_a_rubric_is_in_the_solved_notebook_only_and_moves_no_id(read):
    lesson = read("# %% guess", WORDS)
    student, solved = (by_id(make(lesson, POINTS)) for make in (student_notebook, solved_notebook))
    assert list(solved) == [*list(student)[:-1], "rubric-why", "guess-four"]
    assert solved["rubric-why"].metadata.dlcourse == {"rubric": "why"}
    assert b"for even" not in serialise(student_notebook(lesson, POINTS))


@pytest.mark.parametrize("notebook", [student_notebook, solved_notebook])
def test_the_same_source_gives_the_same_bytes_and_a_valid_notebook(read, notebook):
    once, twice = (serialise(notebook(read(), POINTS)) for _ in range(2))
    assert once == twice
    assert once.endswith(b"}\n")
    nbformat.validate(nbformat.reads(once.decode(), as_version=4))


def test_the_students_notebook_has_no_outputs_and_no_answer(read):
    notebook = student_notebook(read(), POINTS)
    assert all(
        cell.outputs == [] and cell.execution_count is None for cell in notebook.cells if "outputs" in cell
    )
    assert b"return twice" not in serialise(notebook)
    assert b"SOLUTION" not in serialise(solved_notebook(read(), POINTS))


def test_graded_cells_are_nbgraders_with_the_points_of_the_exercise(read):
    cells = by_id(student_notebook(read(), POINTS))
    exercise, check = cells["double"].metadata.nbgrader, cells["check-double"].metadata.nbgrader
    ours = {"schema_version": 3, "task": False}
    student = {"grade_id": "double", "solution": True, "grade": False, "locked": False}
    grader = {"grade_id": "check-double", "solution": False, "grade": True, "locked": True, "points": 3}
    assert exercise == ours | student
    assert check == ours | grader
    assert [name for name, cell in cells.items() if "nbgrader" in cell.metadata] == ["double", "check-double"]


def test_every_cell_says_what_it_is(read):
    cells = by_id(student_notebook(read(), POINTS))
    roles = {name: cell.metadata.get("dlcourse") for name, cell in cells.items() if cell.cell_type == "code"}
    assert roles == {
        "setup": {"role": "setup"},
        "double": {"exercise": "double"},
        "check-double": {"check": "double"},
        "guess-four": {"guess": "four"},
    }


def test_tags_are_handed_on(read):
    lesson = read('guess="four"', 'guess="four" tags=["nbval-ignore-output"]')
    assert by_id(student_notebook(lesson, POINTS))["guess-four"].metadata.tags == ["nbval-ignore-output"]


def test_the_kernel_is_the_same_whoever_builds(read):
    metadata = student_notebook(read(), POINTS).metadata
    assert metadata.kernelspec.name == "python3"
    assert "version" not in metadata.language_info
