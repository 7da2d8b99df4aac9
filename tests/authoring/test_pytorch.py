"""What lessons have under `## In PyTorch` is run, and its numbers are the reference's."""

from pathlib import Path

import numpy as np
import pytest

from dlcourse.authoring.pytorch import read_section
from dlcourse.authoring.source import read_lesson

SOURCES = sorted((Path(__file__).parents[2] / "solutions").glob("*.py"))
TIGHTEST = 1e-6


def blocks():
    """The block of each lesson that has one."""
    for path in SOURCES:
        for cell in read_lesson(path).of("text"):
            section = read_section(cell.text)
            yield from (pytest.param(block, id=path.stem) for block in (section.blocks if section else ()))


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
