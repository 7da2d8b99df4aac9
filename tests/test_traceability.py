import importlib
import re
from pathlib import Path

import pytest

from dlcourse.exercises import catalogue

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip(" `") for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| ([A-GX]\d|H )", line)
]


@pytest.mark.parametrize(
    ("section", "place", "function", "exercise", "test"), ROWS, ids=[row[0] for row in ROWS]
)
def test_every_row_leads_to_a_heading_a_function_an_exercise_and_a_test(
    section, place, function, exercise, test
):
    number, heading = place.split(" · ", 1)
    (source,) = (ROOT / "solutions").glob(f"{number}_*.py")
    text = source.read_text(encoding="utf-8")
    assert re.search(rf"^# #+ {re.escape(heading)}", text, re.MULTILINE)
    if section.startswith("X"):
        assert f"Correction {section.split()[0]}." in text
    module, name = function.split(".")
    assert callable(getattr(importlib.import_module(f"dlcourse.{module}"), name))
    assert exercise in catalogue()[source.stem]
    assert name in (ROOT / test).read_text(encoding="utf-8")


@pytest.mark.parametrize("stem", catalogue())
def test_every_exercise_stands_in_a_row(stem):
    traced = {row[3] for row in ROWS if stem.startswith(row[1].split(" · ")[0])}
    assert traced == set(catalogue()[stem])
