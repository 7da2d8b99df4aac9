"""The pages for the person in front of the class."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest

from dlcourse.exercises import catalogue

PAGES = sorted((Path(__file__).parents[1] / "docs" / "teaching").glob("[0-9]*.md"))
PARTS = ["Fifty minutes", "Ninety minutes", "What to skip", "Where a guess goes wrong"]
PARTS += ["Three questions to discuss", "What to grade"]


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def page(request):
    return request.param.read_text("utf-8")


def test_a_page_has_what_a_teacher_looks_for_in_this_order(page):
    assert re.findall("^## (.+)$", page, re.MULTILINE) == PARTS


@pytest.mark.parametrize(("part", "minutes"), [("Fifty minutes", 50), ("Ninety minutes", 90)])
def test_the_minutes_of_a_plan_add_up(page, part, minutes):
    _, _, after = page.partition(f"## {part}\n")
    plan, _, _ = after.partition("\n## ")
    assert sum(map(int, re.findall(r"^\| (\d+) \|", plan, re.MULTILINE))) == minutes


def test_there_are_three_questions_with_answers(page):
    _, _, after = page.partition("## Three questions to discuss\n")
    asked, _, _ = after.partition("\n## ")
    found = re.findall(r"^\d\. \*.+?\?(?: Why\?)?\*|^\d\. \*[^*]+\*", asked, re.MULTILINE)
    assert len(found) == 3
    assert all(len(answer.split()) > 20 for answer in re.split(r"^\d\. ", asked, flags=re.MULTILINE)[1:])


def test_each_outcome_is_shown_in_exercises_of_its_lesson():
    course = (PAGES[0].parent / "course.md").read_text("utf-8")
    rows = re.findall(r"^\| .+? \| (\d\d) \| (`.+`) \|$", course, re.MULTILINE)
    known = catalogue()
    by_number = {stem[:2]: known[stem] for stem in known}
    for number, named in rows:
        assert set(re.findall(r"`(\w+)`", named)) <= by_number[number].keys(), number
    assert {number for number, _ in rows} == by_number.keys()


def test_the_examples_of_the_refresher_run():
    text = (PAGES[0].parent / "refresher.md").read_text("utf-8").replace("```\n", "\n")
    examples = doctest.DocTestParser().get_doctest(text, {"np": np}, "refresher", None, 0)
    failed, tried = doctest.DocTestRunner().run(examples)
    assert (failed, tried > 5) == (0, True)
