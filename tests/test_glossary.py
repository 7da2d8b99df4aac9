"""The glossary has every Korean term that the course uses, and sends to lessons that use the English one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "glossary.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="not in a clone")
KOREAN = re.compile("[가-힣]+(?: [가-힣]+)*")


def rows():
    """(English words, Korean words, lessons) of each row."""
    cells = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    table = [row for row in cells if len(row) == 3 and KOREAN.search(row[1])]
    return [
        (english.split(", "), korean.replace("*", "").split(", "), re.findall(r"/(\d\d_\w+)\.", lessons))
        for english, korean, lessons in table
    ]


ROWS = rows() if PAGE.exists() else []


@pytest.mark.parametrize(("english", "korean", "lessons"), ROWS, ids=[row[0][0] for row in ROWS])
def test_a_term_stands_in_the_lessons_that_its_row_leads_to(english, korean, lessons):
    assert lessons
    for lesson in lessons:
        text = (ROOT / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
        prose = " ".join(re.findall(r"^# (.*)", text, re.MULTILINE)).replace("*", "").lower()
        assert any(re.search(rf"\b{re.escape(word.removeprefix('to '))}", prose) for word in english), lesson


def test_terms_are_in_alphabetical_order_and_each_has_one_row():
    words = [english[0].removeprefix("to ").lower() for english, _, _ in ROWS]
    assert words == sorted(set(words)) and len(words) > 30


def test_every_term_of_the_translations_has_a_row():
    text = (ROOT / "translations" / "README.md").read_text(encoding="utf-8")
    cells = [cell for line in text.splitlines() if line.startswith("| ") for cell in line.split("|")]
    used = {term for cell in cells for term in KOREAN.findall(cell)} - {"에 대해 대칭인"}
    assert len(used) > 20
    assert used - {word for _, korean, _ in ROWS for word in korean} == set()


def test_every_korean_word_that_a_lesson_sets_beside_an_english_one_has_a_row():
    """Until the lessons do without: then there is nothing to find."""
    known = {word.replace(" ", "") for _, korean, _ in ROWS for word in korean}
    for source in (ROOT / "solutions").glob("*.py"):
        beside = KOREAN.findall(source.read_text(encoding="utf-8"))
        assert {term.replace(" ", "") for term in beside} <= known, source.name
