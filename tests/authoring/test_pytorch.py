"""What lessons have under `## In PyTorch` is run, and its numbers are the reference's."""

from pathlib import Path

import numpy as np
import pytest

from dlcourse.authoring.pytorch import PAGE, page, sections
from dlcourse.authoring.source import all_lessons, read_lesson

ROOT = Path(__file__).parents[2]
TIGHTEST = 1e-6


def blocks():
    """The block of each lesson that has one."""
    for lesson in all_lessons(ROOT):
        for section in sections(lesson):
            yield from (pytest.param(block, id=lesson.stem) for block in section.blocks)


@pytest.fixture
def torch():
    """PyTorch, whose settings are afterwards what they were."""
    torch = pytest.importorskip("torch", reason="no torch: install the extra `bench`")
    kind, state = torch.get_default_dtype(), torch.get_rng_state()
    yield torch
    torch.set_default_dtype(kind)
    torch.set_rng_state(state)


@pytest.fixture
def compared(monkeypatch):
    """How many numbers were compared, and how closely, in each call of `np.testing.assert_allclose`."""
    closely, seen = np.testing.assert_allclose, []

    def watched(actual, desired, rtol=1e-7, atol=0, **options):
        closely(actual, desired, rtol=rtol, atol=atol, **options)
        seen.append((np.asarray(actual).size, max(rtol, atol)))

    monkeypatch.setattr(np.testing, "assert_allclose", watched)
    return seen


def run(block):
    exec(compile(block, "In PyTorch", "exec"), {"__name__": "__main__"})


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("block", [*blocks()])
def test_torch_and_the_reference_give_the_same_numbers(block, torch, compared):
    run(block)
    assert compared and all(size > 0 and tolerance <= TIGHTEST for size, tolerance in compared)


def test_a_block_whose_numbers_differ_fails(torch, compared):
    head = "import numpy as np\nimport torch\nnp.testing.assert_allclose(torch.ones(2), [1, 1"
    run(head + "], atol=1e-6)")
    assert compared == [(2, 1e-6)]
    with pytest.raises(AssertionError):
        run(head + ".01], atol=1e-6)")


SECTION = """\
# %% [markdown]
# # 03 · Bends: why
#
# ## In PyTorch
#
# | dlcourse | torch | what differs |
# |---|---|---|
# | `a` | `b` | c |
#
# <details><summary>Run it</summary>
#
# ```python
# print(1)
# ```
#
# </details>
#
# ## References
"""


def test_the_page_has_the_table_and_the_block_of_each_lesson_that_has_them(tmp_path):
    (tmp_path / "03_bends.py").write_text(SECTION, "utf-8")
    (tmp_path / "04_none.py").write_text("# %% [markdown]\n# # 04 · None: of it\n", "utf-8")
    made = page(read_lesson(tmp_path / name) for name in ("03_bends.py", "04_none.py"))
    assert made.count("\n## ") == 1 and "\n## 03 · Bends\n" in made
    assert "From [03 · In PyTorch](../solutions/03_bends.ipynb)." in made
    assert "| `a` | `b` | c |\n\n```python\nprint(1)\n```\n" in made
    assert "References" not in made and "Run it" not in made
    assert page([read_lesson(tmp_path / "04_none.py")]) == ""


def test_the_committed_page_is_the_one_that_the_lessons_make():
    assert (ROOT / PAGE).read_text("utf-8") == page(all_lessons(ROOT))
