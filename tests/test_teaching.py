"""The pages for the person in front of the class."""

import re
from pathlib import Path

import pytest

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
