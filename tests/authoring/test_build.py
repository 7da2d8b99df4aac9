import sys

import nbformat
import pytest

from dlcourse.authoring import verify
from dlcourse.authoring.builder import build, chosen_sources
from dlcourse.authoring.clone import course_root
from dlcourse.authoring.lint import source_faults
from dlcourse.course.errors import UserError

from .conftest import POINTS

WORTH = {"03_doubling": POINTS}


def faults(root, *lessons):
    return verify.faults(root, lessons, WORTH)


def test_the_solved_notebook_has_been_run_and_the_other_has_not(built):
    student, solved = (nbformat.read(path, as_version=4) for path in built)
    assert solved.cells[-1].outputs[0].text == "4 4\n"
    assert [cell.execution_count for cell in solved.cells if "outputs" in cell] == [1, 2, 3, 4]
    assert not any(cell.get("outputs") for cell in student.cells)


def test_building_again_changes_no_byte_and_runs_nothing(root, read, built, monkeypatch):
    monkeypatch.setattr("dlcourse.authoring.builder.execute", lambda *_: pytest.fail("was run again"))
    before = [path.read_bytes() for path in built]
    assert [what for _, what in build(root, read(), POINTS)] == ["unchanged", "unchanged"]
    assert [path.read_bytes() for path in built] == before


def test_a_change_of_words_keeps_the_outputs_and_runs_nothing(root, read, built, monkeypatch):
    monkeypatch.setattr("dlcourse.authoring.builder.execute", lambda *_: pytest.fail("was run again"))
    lesson = read("What is", "How much is")
    build(root, lesson, POINTS)
    solved = nbformat.read(built[1], as_version=4)
    assert solved.cells[-1].outputs[0].text == "4 4\n" and solved.cells[-2].source.startswith("How much")
    assert faults(root, lesson) == []


def test_execute_runs_it_again_to_the_same_bytes(root, read, built):
    before = [path.read_bytes() for path in built]
    build(root, read(), POINTS, again=True)
    assert [path.read_bytes() for path in built] == before


SECTION = """#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `doubling` | `torch.add` | nothing |
#
# ```python
# import numpy as np
# np.testing.assert_allclose(1, 1, atol=1e-6)
# ```
"""


def test_the_page_on_pytorch_is_made_and_checked_with_the_notebooks(root, dlcourse):
    source, page = root / "solutions" / "03_doubling.py", root / "docs" / "pytorch.md"
    text = source.read_text("utf-8")
    title, rest = text.split("\n\n", 1)
    source.write_text(f"{title}\n{SECTION}\n{rest}", "utf-8")
    code, said, errors = dlcourse("build")
    assert code == 0 and "docs/pytorch.md: written" in said, errors
    page.write_text(page.read_text("utf-8").replace("nothing", "all"), "utf-8")
    code, _, errors = dlcourse("build", "--check")
    assert code == 1 and errors.startswith("docs/pytorch.md is not what the lessons say")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "print(guess, double(2))",
            "print(guess, missing)",
            "cell 'guess-four' failed: NameError: name 'missing'",
        ),
        ("print(guess, double(2))", "import os; os._exit(1)", "cell 'guess-four' failed: the kernel died"),
        (
            "print(guess, double(2))",
            "import sys; print(1, file=sys.stderr)",
            "cell 'guess-four' printed a warning",
        ),
    ],
)
def test_a_failing_cell_is_named_and_the_old_notebooks_are_kept(root, read, built, old, new, says):
    before = [path.read_bytes() for path in built]
    with pytest.raises(UserError) as caught:
        build(root, read(old, new), POINTS)
    assert says in str(caught.value)
    assert "03_doubling" in str(caught.value)
    assert [path.read_bytes() for path in built] == before
    assert sorted(path.name for path in built[0].parent.iterdir()) == ["03_doubling.ipynb"]


def test_an_answer_that_its_own_check_refuses_is_not_built(root, read):
    path = root / "solutions" / "03_doubling.py"
    text = path.read_text().replace("double", "sigmoid")
    path.write_text(text.replace("check = lambda function: function", "from dlcourse.exercises import check"))
    with pytest.raises(UserError, match="cell 'check-sigmoid' failed: AssertionError"):
        build(root, read(), {"sigmoid": 3})


def test_a_fault_of_the_source_keeps_it_from_being_built(root, read):
    with pytest.raises(UserError, match="the first cell is the title"):
        build(root, read("# # A", "# A"), POINTS)
    assert not list(root.rglob("*.ipynb"))


def test_what_was_just_built_is_current(root, read, built):
    assert faults(root, read()) == []


def test_a_touched_source_is_found_and_both_notebooks_are_named(root, read, built):
    assert faults(root, read("What is", "How much is")) == [
        "lessons/03_doubling.ipynb is not what its source says: run `dlcourse build 03_doubling`",
        "solutions/03_doubling.ipynb is not what its source says: run `dlcourse build 03_doubling`",
    ]


def test_a_changed_answer_leaves_the_students_notebook_current(root, read, built):
    assert [fault.split()[0] for fault in faults(root, read("x + x", "2 * x"))] == [
        "solutions/03_doubling.ipynb"
    ]


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"cells": []}'])
def test_a_notebook_that_is_missing_or_spoilt_is_found(root, read, built, which, content):
    built[which].unlink()
    if content is not None:
        built[which].write_bytes(content)
    assert len(faults(root, read())) == 1


def test_a_solved_notebook_that_was_not_run_is_found(root, read, built):
    text = built[1].read_text()
    built[1].write_text(text.replace('"execution_count": 3', '"execution_count": 7'))
    assert "not run once each and in order" in faults(root, read())[0]


def test_an_answer_that_a_student_can_read_anywhere_is_found(root, read, built):
    lesson = read(
        "# What is twice", "# Write `twice = x+x` and then\n#\n#     return twice\n#\n# What is twice"
    )
    assert source_faults(lesson, POINTS) == []
    leaky = read(
        "# Write `twice = x+x` and then\n#\n#     return twice", "#     twice = x+x\n#     return   twice"
    )
    build(root, leaky, POINTS)
    assert faults(root, leaky) == [
        "lessons/03_doubling.ipynb gives away the answer of 'double' of 03_doubling"
    ]


@pytest.mark.parametrize(
    "given",
    [
        "twice = x + x\nreturn twice",
        "# twice = x + x\n# return twice",
        "def double(x):\n    #twice = x+x\n    ##  return twice\n    pass",
        "Try this:\n\n    # twice = x + x\n    # return twice\n",
    ],
)
def test_an_answer_is_given_away_by_code_and_by_code_that_is_commented_out(read, given):
    texts = {
        "lessons/05_other.ipynb": ["import numpy", given],
        "lessons/06_more.ipynb": ["# twice x\nreturn x"],
    }
    assert list(verify.given_away(texts, [read()])) == [
        "lessons/05_other.ipynb gives away the answer of 'double' of 03_doubling"
    ]


DISCUSSION = """\
# %% [markdown] discussion="go-further"
# 1. **Is it four, then?** Two and *two are
#    four* in every ring. Yes.

# %% guess"""


@pytest.mark.parametrize(
    ("given", "leaks"),
    [
        ("two and two are four in every ring", True),
        ("# Two and two\n# are **four**, in every ring!", True),
        ("> Is it four, then? Yes. Four in every ring.", False),
        ("and two are four in every ringing bell", False),
    ],
)
def test_a_sentence_of_a_discussion_is_given_away_by_its_words_and_a_question_is_not(read, given, leaks):
    lesson = read("# %% guess", DISCUSSION)
    assert (
        list(verify.given_away({"lessons/05_other.ipynb": [given]}, [lesson]))
        == [
            "lessons/05_other.ipynb gives away the discussion 'go-further' of 03_doubling: "
            "'two and two are four in every ring'"
        ]
        * leaks
    )


def test_a_sentence_of_a_rubric_is_given_away_too(read):
    rubric = '# %% [markdown] rubric="why"\n# Two points for who says even.\n\n# %% guess'
    texts = {"lessons/05_other.ipynb": ["Two points for who says even."]}
    (fault,) = verify.given_away(texts, [read("# %% guess", rubric)])
    assert fault.startswith("lessons/05_other.ipynb gives away the rubric 'why' of 03_doubling: ")


def test_what_an_author_has_set_for_hashes_does_not_show_in_a_notebook(root, read, monkeypatch):
    lesson = read("print(guess, double(2))", "print(set('abcdefghijkl'))")
    found = []
    for seed in "1", "2":
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        build(root, lesson, POINTS, again=True)
        found.append((root / "solutions" / "03_doubling.ipynb").read_bytes())
    assert found[0] == found[1]


def test_a_notebook_without_a_source_is_found(root, read, built):
    (root / "lessons" / "04_tripling.ipynb").write_bytes(built[0].read_bytes())
    assert faults(root, read()) == [
        "lessons/04_tripling.ipynb has no source solutions/04_tripling.py: write one or delete it"
    ]


def test_the_command_builds_and_then_finds_everything_current(root, dlcourse):
    code, said, _ = dlcourse("build")
    assert code == 0
    assert said == "lessons/03_doubling.ipynb: written\nsolutions/03_doubling.ipynb: written\n"
    assert dlcourse("build", "--check", "doubling")[0] == 0
    assert dlcourse("build")[1].count("unchanged") == 2


def test_a_stale_notebook_is_a_result_with_exit_code_1(read, built, dlcourse):
    read("x + x", "2 * x")
    code, said, errors = dlcourse("build", "--check")
    assert (code, said) == (1, "")
    assert (
        errors
        == "solutions/03_doubling.ipynb is not what its source says: run `dlcourse build 03_doubling`\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    ### END SOLUTION\n", "", "solutions/03_doubling.py:12: ### BEGIN SOLUTION without"),
        ("# # A lesson", "# A lesson", "solutions/03_doubling.py:1: the first cell is the title"),
        (
            '# # A lesson\n\n# %% role="setup"',
            "# A lesson\n\n# %%",
            "(and 1 more: see `dlcourse build --check`)",
        ),
    ],
)
def test_a_source_at_fault_is_one_line_with_exit_code_2(root, dlcourse, old, new, says):
    path = root / "solutions" / "03_doubling.py"
    path.write_text(path.read_text().replace(old, new, 1))
    code, said, errors = dlcourse("build")
    assert (code, said, errors.count("\n")) == (2, "", 1)
    assert errors.startswith("dlcourse: solutions/03_doubling.py:")
    assert says in errors


def test_without_jupytext_it_says_what_to_install(dlcourse, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("dlcourse.authoring.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("dlcourse.authoring.builder")
    monkeypatch.setitem(sys.modules, "jupytext", None)
    code, _, errors = dlcourse("build")
    assert code == 2
    assert "pip install -e '.[author]'" in errors


def test_lessons_are_chosen_by_number_topic_or_path(root):
    for typed in ("3", "03", "doubling", "03_doubling", "solutions/03_doubling.py"):
        assert [path.stem for path in chosen_sources(root, [typed])] == ["03_doubling"]


def test_an_unknown_lesson_suggests_a_near_one(root):
    with pytest.raises(UserError, match=r"no lesson is called 'dubling'; did you mean 03_doubling\?"):
        chosen_sources(root, ["dubling"])


def test_outside_a_clone_it_says_so(tmp_path):
    with pytest.raises(UserError, match="is not in a clone of the course"):
        course_root(tmp_path)
