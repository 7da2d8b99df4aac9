import importlib
import json
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


SECTIONS = ["A1", "A2", "A3", "A4", "A5", "B0", "B1", "B2", "B3", "B4", "B5", "B6", "C0", "C1", "C2", "C3"]
SECTIONS += ["D0", "D1", "D2", "D3", "E1", "E2", "E3", "E4", "E5", "E6", "F1", "F2", "F3", "F4", "F5", "F6"]
SECTIONS += ["G1", "G2", "G3", "H", *(f"X{number}" for number in range(1, 14))]


def test_every_section_and_every_correction_of_the_document_has_a_row():
    assert {row[0].split()[0] for row in ROWS} == set(SECTIONS)


PAGE = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
DECISIONS = re.findall(
    r"^\| [^|]+ \| [^|]+ \| ([^|]+) \| \[(\d\d) · (.+?)\]\(\.\./solutions/(.+?)\.ipynb\) \|$",
    PAGE,
    re.MULTILINE,
)


@pytest.mark.parametrize(("seen", "number", "heading", "stem"), DECISIONS)
def test_every_decision_leads_to_the_experiment_that_it_rests_on(seen, number, heading, stem):
    assert stem.startswith(number)
    source = (ROOT / "solutions" / f"{stem}.py").read_text(encoding="utf-8")
    assert re.search(rf"^# #+ {re.escape(heading)}$", source, re.MULTILINE)


@pytest.mark.parametrize(("seen", "number", "heading", "stem"), DECISIONS)
def test_every_number_of_a_decision_was_printed_by_its_lesson(seen, number, heading, stem):
    cells = json.loads((ROOT / "solutions" / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    printed = "".join("".join(output.get("text", ())) for output in outputs)
    assert numbers(seen) <= numbers(printed)


def numbers(text):
    return {float(found) for found in re.findall(r"(?<![\w/^.])\d+(?:\.\d+)?", text)}


def test_every_row_of_the_decisions_is_read_and_every_lesson_has_its_say():
    assert len(DECISIONS) == PAGE.count("\n| ") - 1  # but for the head
    assert {stem for *_, stem in DECISIONS} == set(catalogue())


@pytest.mark.parametrize("stem", catalogue())
def test_every_exercise_stands_in_a_row(stem):
    traced = {row[3] for row in ROWS if stem.startswith(row[1].split(" · ")[0])}
    assert traced == set(catalogue()[stem])


@pytest.mark.parametrize("stem", catalogue())
def test_every_numbered_section_of_a_lesson_stands_in_a_row(stem):
    text = (ROOT / "solutions" / f"{stem}.py").read_text(encoding="utf-8")
    headings = [row[1].split(" · ", 1)[1] for row in ROWS if stem.startswith(row[1].split(" · ")[0])]
    sections = [part for part in re.split(r"^# ## ", text, flags=re.MULTILINE) if re.match(r"\d+\. ", part)]
    untraced = [
        section.splitlines()[0]
        for section in sections
        if not any(re.search(rf"^(# ### )?{re.escape(h)}", section, re.MULTILINE) for h in headings)
    ]
    assert sections and untraced == []
