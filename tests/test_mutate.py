"""The script that plants faults plants those that it says, and knows which tests are to meet them."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "mutate.py"
pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="not in a clone")
SOURCE = '''"""σ in words: 1 + 1."""

@cache(2)
def f(x: Annotated[int, 3], slope=0.5, *, strict=False):
    """Return 1."""
    if x < 1 and not strict:
        raise ValueError(f"σ is {x + 1}")
    x[0] = -slope
    print("σ" + "φ")
    return x * 2
'''


@pytest.fixture(scope="module")
def mutate():
    spec = importlib.util.spec_from_file_location("mutate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_number_operation_condition_result_and_statement_is_changed_and_nothing_else(mutate):
    before = SOURCE.splitlines()
    changed = [
        next((old.strip(), new.strip()) for old, new in zip(before, planted, strict=True) if old != new)
        for planted in (fault.planted(SOURCE).splitlines() for fault in mutate.faults(SOURCE))
    ]
    head, test = before[3].strip(), before[5].strip()
    assert sorted(changed) == sorted(
        [
            (head, head.replace("0.5", "1.0")),
            (head, head.replace("False", "True")),
            (test, "if (x < 1 or not strict):"),
            (test, "if (x <= 1) and not strict:"),
            (test, "if x < 2 and not strict:"),
            (test, "if x < 1 and (strict):"),
            (before[6].strip(), "pass"),
            ("x[0] = -slope", "pass"),
            ("x[0] = -slope", "x[1] = -slope"),
            ("x[0] = -slope", "x[0] = (slope)"),
            (before[8].strip(), "pass"),
            ("return x * 2", "return None"),
            ("return x * 2", "return (x / 2)"),
            ("return x * 2", "return x * 3"),
        ]
    )


def test_a_module_is_met_by_its_doctests_and_by_test_files_that_are_there(mutate):
    assert mutate.tests_of("dlcourse/losses.py") == ["dlcourse/losses.py", "tests/test_losses.py"]
    in_datasets = mutate.tests_of("dlcourse/datasets/toys.py")
    assert in_datasets == ["dlcourse/datasets/toys.py", "tests/test_datasets.py"]
    assert mutate.tests_of("dlcourse/nowhere.py") == ["dlcourse/nowhere.py"]
    for module, files in mutate._ELSEWHERE.items():
        assert all((mutate.CLONE / name).exists() for name in (module, *files)), module
