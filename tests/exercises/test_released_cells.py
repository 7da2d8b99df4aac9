"""Which names of a lesson grading does not know."""

import pytest

from dlcourse.exercises import catalogue
from dlcourse.exercises.released_cells import lesson

FIRST = lesson("03_activations")
DEMO = next(cell for cell in FIRST.given if "def steps_needed" in cell)


@pytest.mark.parametrize("stem", catalogue())
def test_what_the_set_up_imports_and_the_exercises_define_is_known(stem):
    released = lesson(stem)
    missing = released.missing_while_grading(sorted(released.given))
    assert missing
    assert not missing.keys() & {"np", "check", "datasets", *released.exercises}
    assert all(released.defined_by(name) for name in missing.values())


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ([], {"RATES": "RATES"}),
        (["RATES = 1"], {}),
        (["first = RATES[0]", "second = first + 1"], dict.fromkeys(("RATES", "first", "second"), "RATES")),
        (["RATES = RATES[:2]"], {"RATES": "RATES"}),
        (["first = RATES[0]", "first = 1"], {"RATES": "RATES"}),
        (["class Mine(RATES): pass"], {"RATES": "RATES", "Mine": "RATES"}),
        (["if RATES:\n    first = RATES[0]"], {"RATES": "RATES"}),
        (["import math as RATES"], {}),
        (["from matplotlib.pylab import *"], {"RATES": "RATES"}),
        (["%timeit RATES", "RATES ="], {"RATES": "RATES"}),
    ],
)
def test_a_name_is_missing_where_it_comes_from_a_demonstration(cells, missing):
    found = FIRST.missing_while_grading([DEMO, *cells])
    of_others = set(FIRST.missing_while_grading([DEMO])) - {"RATES"}
    assert {name: source for name, source in found.items() if name not in of_others} == missing
