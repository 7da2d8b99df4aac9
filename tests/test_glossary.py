"""The glossary has every Korean term that the course uses, and sends to lessons that use the English one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "glossary.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="not in a clone")
KOREAN = re.compile("[가-힣]+(?: [가-힣]+)*")

TAUGHT = """
    뉴럴네트워크 가중치 소프트맥스 손실 은닉층 뉴런 편향 그래디언트 그래디언트디센트 학습률 과적합 품사
    그래디언트체크 역전파 활성함수 퍼셉트론 시그모이드 하이퍼볼릭탄젠트 초기화 모멘텀 지수이동평균
    가중치감소 드롭아웃 앙상블 하이퍼파라메터 개체명인식 품사분류 배치정규화"""
WITH_ASIDES_YET = set()
ENGLISH = sorted((ROOT / "solutions").glob("*.py"))


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
        words = (re.escape(word.removeprefix("to ").lower()) for word in english)
        assert any(re.search(rf"\b{word}", prose) for word in words), lesson


def test_terms_are_in_alphabetical_order_and_each_has_one_row():
    words = [english[0].removeprefix("to ").lower() for english, _, _ in ROWS]
    assert words == sorted(set(words)) and len(words) > 30


def test_every_term_of_the_translations_has_a_row():
    page = (ROOT / "translations" / "README.md").read_text(encoding="utf-8")
    lines = page.partition("### Words to avoid")[0].splitlines()
    cells = [
        re.sub(r"\([^)]*\)", "", cell) for line in lines if line.startswith("| ") for cell in line.split("|")
    ]
    used = {term for cell in cells for term in KOREAN.findall(cell)} - {"에 대해 대칭인"}
    assert len(used) > 20
    assert used - {word for _, korean, _ in ROWS for word in korean} == set()


def test_every_korean_term_of_the_document_that_lessons_teach_has_a_row():
    known = {word for _, korean, _ in ROWS for word in korean}
    assert set(TAUGHT.split()) - {word.replace(" ", "") for word in known} == set()


@pytest.mark.parametrize("source", ENGLISH, ids=[source.stem for source in ENGLISH])
def test_a_lesson_is_in_english_alone(source):
    assert KOREAN.findall(source.read_text(encoding="utf-8")) == []
